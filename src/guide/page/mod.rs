//! What each step asks of the administrator.

mod cutover;
mod flow;
mod forwards;
mod people;
mod sdr;
mod server;
mod situation;
mod subdomain;

pub use flow::announce_test_message;
pub use people::asking_people;
pub use server::command_elsewhere;

use super::Step;
use crate::plan::{Plan, Task};

/// The words of one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The main instruction, on top of the page: a sentence.
    pub instruction: String,
    /// Why this step is there, one click away.
    pub why: String,
    /// "You do": in order.
    pub todo: Vec<Todo>,
    /// What "check now" will do, announced beforehand: who is asked, on which port,
    /// what is said.
    pub announce: Vec<String>,
}

/// One thing for the administrator to do outside of the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Todo {
    /// What is ticked off in the plan when it is done.
    pub ticks: Vec<Tick>,
    /// What to do: a sentence.
    pub text: String,
    /// The clicks, commands or texts, in order.
    pub details: Vec<String>,
    /// Values to copy.
    pub values: Vec<CopyValue>,
    /// How to take it back: a sentence; empty where nothing is changed.
    pub undo: String,
}

/// What can be ticked off of a to-do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tick {
    /// The word in the plan.
    pub task: Task,
    /// Which part of it, such as "wave 2, Sales"; empty: all of it.
    pub part: String,
}

/// A value with its own copy button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyValue {
    /// Such as `External Mail Server`.
    pub label: String,
    /// The value, as it must be typed there.
    pub value: String,
}

/// The page of a step for this plan.
pub fn page(step: Step, plan: &Plan) -> Page {
    match step {
        Step::Situation => situation::page(plan),
        Step::People => people::page(plan),
        Step::Server => server::page(plan),
        Step::Sdr => sdr::page(plan),
        Step::Subdomain => subdomain::page(plan),
        Step::Forwards => forwards::page(plan),
        Step::Flow => flow::page(plan),
        Step::Cutover => cutover::page(plan),
    }
}

impl Todo {
    fn new(text: impl Into<String>) -> Self {
        Self {
            ticks: Vec::new(),
            text: text.into(),
            details: Vec::new(),
            values: Vec::new(),
            undo: String::new(),
        }
    }

    fn task(mut self, task: Task) -> Self {
        self.ticks.push(Tick { task, part: String::new() });
        self
    }

    /// A tick for each loading of forwards.
    fn loadings(mut self, plan: &Plan) -> Self {
        let tick = |task| Tick {
            task,
            part: match task {
                Task::LoadForwards(wave) => plan.wave(wave).label().replacen("Wave", "wave", 1),
                _ => "those at the host today in no wave, and its lists".to_owned(),
            },
        };
        self.ticks.extend(plan.loadings().into_iter().map(tick));
        self
    }

    fn detail(mut self, line: impl Into<String>) -> Self {
        self.details.push(line.into());
        self
    }

    fn details<S: Into<String>>(mut self, lines: impl IntoIterator<Item = S>) -> Self {
        self.details.extend(lines.into_iter().map(Into::into));
        self
    }

    fn value(mut self, label: impl Into<String>, value: impl ToString) -> Self {
        self.values.push(CopyValue { label: label.into(), value: value.to_string() });
        self
    }

    fn undo(mut self, sentence: impl Into<String>) -> Self {
        self.undo = sentence.into();
        self
    }
}

/// What can be ticked off in this plan, step by step: the task, and what it is
/// in a sentence.
pub fn ticks(plan: &Plan) -> Vec<(Step, Task, String)> {
    let todo = Step::ALL
        .into_iter()
        .flat_map(|step| page(step, plan).todo.into_iter().map(move |todo| (step, todo)));
    let each = todo.flat_map(|(step, todo)| {
        let text = todo.text;
        todo.ticks.into_iter().map(move |tick| {
            let words = match tick.part.as_str() {
                "" => text.clone(),
                part => format!("{} ({part})", text.trim_end_matches('.')),
            };
            (step, tick.task, words)
        })
    });
    each.collect()
}

/// The host's mail exchangers in a row: `mx1.emailsrvr.com and mx2.emailsrvr.com`.
fn exchanges(plan: &Plan) -> String {
    let names: Vec<&str> = plan.host.mx.iter().map(|mx| mx.exchange.as_str()).collect();
    match names.as_slice() {
        [] => "its mail exchangers".to_owned(),
        [one] => (*one).to_owned(),
        [front @ .., last] => format!("{} and {last}", front.join(", ")),
    }
}

/// The clicks to the Split Domain page, without the one that switches it on.
fn clicks_to_the_page(plan: &Plan) -> impl Iterator<Item = String> {
    let path = plan.host.panel_path.iter().filter(|click| !click.starts_with("Check "));
    path.map(|click| format!("{click}."))
}

/// The external server's name, or words for it while it has none.
fn external_name(plan: &Plan) -> String {
    match &plan.external.host_name {
        Some(name) => name.to_string(),
        None => "the external server (no name yet)".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{
        Domain, ExternalSystem, Group, GroupKind, HostName, Mailbox, PanelOffer, Purpose, Side,
        WaveNumber,
    };

    fn plan() -> Plan {
        let mut plan = Plan::new(Domain::parse("example.com").unwrap()).unwrap();
        plan.external.host_name = Some(HostName::parse("exch.example.com").unwrap());
        plan.external.verification_address = Some("postmaster@example.com".parse().unwrap());
        plan
    }

    fn all_words(page: &Page) -> String {
        let mut words = vec![page.instruction.clone(), page.why.clone()];
        words.extend(page.announce.iter().cloned());
        for todo in &page.todo {
            words.push(todo.text.clone());
            words.extend(todo.details.iter().cloned());
            words.extend(todo.values.iter().map(|v| format!("{}: {}", v.label, v.value)));
            words.push(todo.undo.clone());
        }
        words.join("\n")
    }

    #[test]
    fn every_step_says_what_to_do_why_and_what_is_asked() {
        for system in ExternalSystem::ALL {
            for purpose in [Purpose::Migration, Purpose::Permanent] {
                for panel in [PanelOffer::NotLooked, PanelOffer::Offered, PanelOffer::NotOffered] {
                    for mut plan in
                        [plan(), Plan::new(Domain::parse("a.example").unwrap()).unwrap()]
                    {
                        plan.external.system = system;
                        plan.situation.purpose = purpose;
                        plan.situation.panel = panel;
                        for step in Step::ALL {
                            let page = page(step, &plan);
                            assert!(page.instruction.ends_with('.'), "{step:?}");
                            assert!(page.why.ends_with('.'), "{step:?}");
                            assert!(!page.todo.is_empty(), "{step:?}");
                            assert!(!page.announce.is_empty(), "{step:?}");
                            for todo in &page.todo {
                                assert!(todo.text.ends_with('.'), "{}", todo.text);
                                assert!(
                                    todo.ticks.is_empty() || !todo.undo.is_empty(),
                                    "no way back: {}",
                                    todo.text
                                );
                            }
                            let words = all_words(&page);
                            assert!(!words.contains("  "), "{step:?}: double space in {words}");
                            for typographic in ['\u{2018}', '\u{2019}'] {
                                assert!(!words.contains(typographic), "{step:?}");
                            }
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn each_task_is_ticked_off_on_exactly_one_page() {
        let mut with_sdr = plan();
        for (name, home, wave) in [("ann", Side::Host, 0), ("bob", Side::External, 2)] {
            let address = format!("{name}@example.com").parse().unwrap();
            let wave = WaveNumber::new(wave);
            with_sdr.roster.put(Mailbox { home, wave, ..Mailbox::new(address) });
        }
        let team = "team@example.com".parse().unwrap();
        let (at, kind) = (Side::External, GroupKind::List);
        with_sdr.groups.push(Group { address: team, at, kind, members: Vec::new() });
        let mut without = with_sdr.clone();
        without.situation.panel = PanelOffer::NotOffered;
        let waves = [1, 2].into_iter().filter_map(WaveNumber::new).map(Task::LoadForwards);
        for task in Task::PLAIN.into_iter().chain(waves) {
            let homes =
                |plan: &Plan| ticks(plan).iter().filter(|(_, tick, _)| *tick == task).count();
            let both = match task {
                Task::EnableSdr | Task::DisableSdr => (1, 0),
                Task::PublishExternalMx | Task::MakeHostAliases => (0, 1),
                Task::LoadForwards(WaveNumber::FIRST) => (0, 0),
                _ => (1, 1),
            };
            assert_eq!((homes(&with_sdr), homes(&without)), both, "{task:?}");
        }
    }

    #[test]
    fn the_panel_gets_both_values_to_copy_and_the_warning_comes_with_them() {
        let page = page(Step::Sdr, &plan());
        let ticks = |todo: &&Todo| todo.ticks.iter().any(|tick| tick.task == Task::EnableSdr);
        let enable = page.todo.iter().find(ticks).unwrap();
        let value = |label: &str| {
            enable.values.iter().find(|value| value.label == label).map(|value| &*value.value)
        };
        assert_eq!(value("External Mail Server"), Some("exch.example.com"));
        assert_eq!(value("Verification Address"), Some("postmaster@example.com"));
        assert_eq!(enable.details.last().map(String::as_str), Some("Click Save."));
        assert!(all_words(&page).contains("April 2022"));
    }

    #[test]
    fn without_an_offer_the_way_without_split_domain_routing_is_shown() {
        let mut plan = plan();
        plan.situation.panel = PanelOffer::NotOffered;
        let words = all_words(&page(Step::Sdr, &plan));
        assert!(words.contains("exchange.example.com"), "{words}");
        assert!(!ticks(&plan).iter().any(|(_, task, _)| *task == Task::EnableSdr));
    }

    #[test]
    fn no_record_to_publish_before_the_cutover_names_the_primary_domain() {
        for step in Step::ALL.into_iter().filter(|step| *step != Step::Cutover) {
            for value in page(step, &plan()).todo.iter().flat_map(|todo| &todo.values) {
                assert!(
                    !matches!(&*value.value, "example.com" | "example.com." | "@"),
                    "{step:?}: {}",
                    value.label
                );
            }
        }
    }

    #[test]
    fn what_a_check_says_is_announced_with_its_port_and_without_data() {
        for step in [Step::People, Step::Server, Step::Sdr, Step::Subdomain, Step::Forwards] {
            let said = page(step, &plan()).announce.join(" ");
            assert!(said.contains("port 25") && said.contains("never DATA"), "{said}");
        }
        let said = page(Step::Subdomain, &plan()).announce.join(" ");
        assert!(said.contains("port 53"), "{said}");
    }
}
