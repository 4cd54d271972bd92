//! Mail flow: everybody from everywhere through the model, fed with what was seen.

use jiff::Timestamp;

use super::{Ask, seen};
use crate::finding::{Evidence, Finding, INVENTORY, State};
use crate::net::HostApi;
use crate::plan::{Home, Plan};
use crate::route::{
    Audit, AuditGroup, AuditLine, Cause, Fact, Moment, Phase, Seen, Survey, ground, outcome_text,
    remarks, ticked, ticked_text,
};

/// The finding that names whom the model leaves out.
pub(super) const REMARKS: &str = "flow.remarks";

/// Ways kept as evidence of each cause.
const EVIDENCE: usize = 200;

pub(super) async fn run(ask: &Ask<'_>, out: &mut (dyn FnMut(Finding) + Send)) {
    let inventory = inventory(ask).await;
    let mut evidence = ask.evidence.clone();
    evidence.record(inventory.clone());
    for finding in verdicts(ask.plan, &evidence, ask.net.clock.now()) {
        out(finding);
    }
    out(inventory);
}

/// The audit of now, worst cause first, or that all is well.
fn verdicts(plan: &Plan, evidence: &Evidence, at: Timestamp) -> Vec<Finding> {
    if plan.roster.is_empty() {
        return vec![
            Finding::new(
                "flow.all",
                State::Skipped { because: "nobody is in the plan yet".to_owned() },
                "No address to follow.",
                at,
            )
            .advise("Add the people in step 2."),
        ];
    }
    let known = seen::seen(plan, evidence);
    let audit = Survey::new(plan, Moment::now(plan, &known)).audit(EVIDENCE, None);
    let basis = basis(plan, &known);
    let beside = beside(plan, &audit, &known, &basis, at);
    if audit.groups.is_empty() {
        let state = as_planned(plan, &known);
        let by_plan =
            if state == State::Passed { "" } else { "By the plan, as not all of it was seen: " };
        let (followed, apart) = match audit.unowned.is_some() {
            true => (audit.fine_routes, ", but for postmaster and abuse"),
            false => (audit.fine_routes, ""),
        };
        let summary = format!(
            "{by_plan}{followed} ways followed{apart}: every message ends where the plan wants it."
        );
        let finding =
            Finding::new("flow.all", state.clone(), summary, at).asked("the model").means(basis);
        let finding = match state {
            State::Passed => finding,
            _ => finding.advise(to_see(plan, &known)),
        };
        return std::iter::once(finding).chain(beside).collect();
    }
    let groups = audit.groups.iter().map(|group| finding(group, &known, &basis, at));
    groups.chain(beside).collect()
}

/// What is said beside the causes: postmaster and abuse, and whom the model
/// leaves out.
fn beside(plan: &Plan, audit: &Audit, known: &Seen, basis: &str, at: Timestamp) -> Vec<Finding> {
    let unowned = audit.unowned.as_ref().map(|group| finding(group, known, basis, at));
    let remarks = remarks(plan);
    let left_out = (!remarks.is_empty()).then(|| {
        Finding::new(REMARKS, State::Warning, remarks.join(" "), at)
            .asked("the plan")
            .means("The model follows the addresses of one domain, as the lists have them.")
            .advise("Correct the people in step 2 and the lists in profile.toml, or leave them out by purpose.")
    });
    unowned.into_iter().chain(left_out).collect()
}

/// How it stands that no route goes astray: passed only where everything that
/// decides was seen. The routing subdomain decides once somebody is at the host.
pub fn as_planned(plan: &Plan, known: &Seen) -> State {
    let by_tick = ticked(plan, known);
    let label = |fact: Fact| match by_tick.iter().any(|(_, of)| *of == fact) {
        true => format!("{} (ticked off)", fact.label()),
        false => fact.label().to_owned(),
    };
    let unseen: Vec<String> = unseen_of(plan, known).into_iter().map(label).collect();
    match unseen.as_slice() {
        [] => State::Passed,
        unseen => State::Unknown { why: format!("not seen yet: {}", unseen.join(", ")) },
    }
}

/// What decides and was not seen.
fn unseen_of(plan: &Plan, known: &Seen) -> Vec<Fact> {
    let at_host = plan.roster.census().everybody().at(Home::Host) > 0;
    let with_somebody = [Fact::SubdomainMx, Fact::Alias, Fact::Forwards, Fact::OwnSenders];
    // Of the way without it, its aliases are in the administrator's hands.
    let routing = match plan.way_without_sdr() {
        None => Fact::SplitRouting,
        Some(_) => Fact::ExternalMx,
    };
    let decisive = [Fact::PrimaryMx, routing].into_iter();
    let decisive = decisive.chain(with_somebody.into_iter().filter(|_| at_host));
    let decisive = decisive.chain(plan.needs_smtputf8().then_some(Fact::Smtputf8));
    let is_known = |fact: &Fact| match fact {
        Fact::Forwards => forwards_known(plan, known),
        fact => known.has(*fact),
    };
    decisive.filter(|fact| !is_known(fact)).collect()
}

/// Which step sees each of these facts, to be checked.
fn to_see(plan: &Plan, known: &Seen) -> String {
    let unseen = unseen_of(plan, known);
    let step = |fact: &Fact| match fact {
        Fact::PrimaryMx => Some("step 1"),
        Fact::OwnSenders | Fact::Smtputf8 => Some("step 3"),
        Fact::SplitRouting => Some("step 4"),
        Fact::SubdomainMx | Fact::ExternalMx | Fact::Alias => Some("step 5"),
        // Asked already: more than that is not to be seen there.
        Fact::Forwards => known.accepted.is_empty().then_some("step 6"),
        _ => None,
    };
    let mut steps: Vec<&str> = unseen.iter().filter_map(step).collect();
    steps.sort_unstable();
    steps.dedup();
    let mut told = Vec::new();
    if !steps.is_empty() {
        let steps = steps.join(", ");
        told.push(format!("Check {steps}: what is seen there replaces the plan's word."));
    }
    // More can't be seen from outside: the administrator's word counts.
    if unseen.contains(&Fact::Forwards) && !plan.is_loaded() {
        told.push("That the forwards are loaded is for you to say: tick them off in step 6, wave by wave, or by sdrctl done.".to_owned());
    }
    told.join(" ")
}

/// Ticked off, and everybody at the host is accepted: more can't be seen from
/// outside.
fn forwards_known(plan: &Plan, known: &Seen) -> bool {
    let at_host = plan.roster.iter().filter(|person| person.home == Home::Host);
    let mut own = at_host.filter(|person| person.address.domain() == plan.domain());
    plan.is_loaded() && own.all(|person| known.accepted.contains(&person.address))
}

/// How routes that go astray for this cause stand, as far as `known` was
/// seen: what rests on the plan's own "not done yet" alone can't be told.
pub fn astray(cause: Cause, known: &Seen) -> State {
    match unseen(cause, known) {
        Some(_) if cause == Cause::NoHostAlias => State::Unknown {
            why: "no check sees the aliases at the host, and by the plan they are not made yet"
                .to_owned(),
        },
        Some(what) => State::Unknown {
            why: format!("{what} was not seen, and by the plan it is not done yet"),
        },
        None if cause == Cause::DutyAddress && known.roles.is_none() => State::Unknown {
            why: "the external server was not asked about them yet (step 3)".to_owned(),
        },
        None if matches!(cause, Cause::AcceptsAnything | Cause::CatchAll) => State::Warning,
        None => by_plan(cause),
    }
}

/// The same at a moment that is the plan's alone.
pub fn by_plan(cause: Cause) -> State {
    match cause {
        // A server may have them by itself; what forced MX routing brings back arrives.
        Cause::DutyAddress | Cause::ForcedMxLeftOn => State::Warning,
        _ => State::Failed,
    }
}

/// The group's sentence; what was not seen is not told as a fact.
pub fn astray_summary(group: &AuditGroup, known: &Seen) -> String {
    let unasked = group.cause == Cause::DutyAddress && known.roles.is_none();
    match unseen(group.cause, known) {
        None if !unasked => group.summary.clone(),
        _ => format!("By the plan; not checked yet: {}", group.summary),
    }
}

fn finding(group: &AuditGroup, known: &Seen, basis: &str, at: Timestamp) -> Finding {
    Finding::new(
        cause_id(group.cause),
        astray(group.cause, known),
        astray_summary(group, known),
        at,
    )
    .compared("every message ends where the plan wants it", format!("{} ways do not", group.routes))
    .asked("the model")
    .means(format!("{} {basis}", group.meaning))
    .advise(group.action.clone())
    .with_evidence(group.lines.iter().take(EVIDENCE).map(line))
}

/// The finding about a cause: `flow.contact-without-mailbox`, as in the model's
/// own output. Findings of one rank are told in the order of their names.
pub fn cause_id(cause: Cause) -> String {
    let name = serde_json::to_value(cause).ok();
    let name = name.as_ref().and_then(|value| value.as_str()).unwrap_or("other");
    format!("flow.{name}")
}

/// What would have to be seen before this cause is more than the plan's own
/// "not done yet"; `None` where it was seen or is the plan's word.
fn unseen(cause: Cause, known: &Seen) -> Option<&'static str> {
    let fact = match cause {
        Cause::SdrOff | Cause::NoHostAlias => Fact::SplitRouting,
        Cause::NoExternalMx => Fact::ExternalMx,
        Cause::NoDomainAlias => Fact::Alias,
        Cause::NoSubdomainMx => Fact::SubdomainMx,
        Cause::MailboxWithoutContact => Fact::Forwards,
        _ => return None,
    };
    // Whoever was accepted is not among these.
    let asked = !known.accepted.is_empty() || !known.without_contact.is_empty();
    let heard = fact == Fact::Forwards && asked;
    (!known.has(fact) && !heard).then(|| fact.label())
}

/// What a moment of the plan rests on: what was seen and holds then, and what
/// is the plan's word.
pub fn basis_then(plan: &Plan, phase: Phase, known: &Seen) -> String {
    let ground = ground(plan, phase, known);
    let list = |facts: &[Fact]| facts.iter().map(|fact| fact.label()).collect::<Vec<_>>();
    let mut seen = list(&ground.seen);
    let more = [
        (known.roles.is_some(), "whether it takes postmaster and abuse"),
        (known.external_size.is_some(), "the largest message that it takes"),
    ];
    seen.extend(more.into_iter().filter_map(|(seen, what)| seen.then_some(what)));
    let over = if ground.over { "This moment is behind." } else { "" };
    let ticked = if ground.over { String::new() } else { ticked_text(plan, known) };
    let seen = match seen.is_empty() {
        true => String::new(),
        false => format!("Seen: {}.", seen.join(", ")),
    };
    let rest = match seen.is_empty() && ticked.is_empty() {
        true => "All of it is the plan's word.".to_owned(),
        false => format!("The plan's word: {}.", list(&ground.assumed).join(", ")),
    };
    sentences(&[over, &seen, &ticked, &rest])
}

/// What the model was fed with: what was seen, and what is the plan's word.
pub fn basis(plan: &Plan, known: &Seen) -> String {
    let list = |facts: Vec<Fact>| facts.into_iter().map(Fact::label).collect::<Vec<_>>().join(", ");
    let facts = Fact::of_plan(plan, known);
    let (seen, rest): (Vec<Fact>, Vec<Fact>) = facts.partition(|fact| known.has(*fact));
    let by_tick = ticked(plan, known);
    let is_told = |fact: &Fact| by_tick.iter().any(|(_, of)| of == fact);
    let assumed: Vec<Fact> = rest.into_iter().filter(|fact| !is_told(fact)).collect();
    let ticked = ticked_text(plan, known);
    let mut words = match (seen.is_empty(), ticked.is_empty()) {
        (true, true) => {
            format!("Nothing was seen yet; the model goes by the plan alone: {}.", list(assumed))
        }
        (true, false) => {
            format!("Nothing was seen yet. {ticked} Taken from the plan: {}.", list(assumed))
        }
        (false, _) => {
            let seen = format!("Seen: {}.", list(seen));
            let assumed = format!("Taken from the plan: {}.", list(assumed));
            sentences(&[&seen, &ticked, &assumed])
        }
    };
    let (confirmed, refused) = (known.confirmed, known.refused.len());
    if confirmed + refused > 0 {
        words.push_str(&format!(
            " Of {} people, the servers of their own side confirmed {confirmed} and refused {refused}.",
            plan.roster.len()
        ));
    }
    let (accepted, refused) = (known.accepted.len(), known.without_contact.len());
    if accepted + refused > 0 {
        words.push_str(&format!(
            " Of those at the host the external server accepts {accepted} and refuses {refused}; whether it has a contact or a mailbox for whom it accepts can't be seen from outside."
        ));
    }
    words
}

/// Those that say something, side by side.
fn sentences(all: &[&str]) -> String {
    let told: Vec<&str> = all.iter().copied().filter(|words| !words.is_empty()).collect();
    told.join(" ")
}

fn line(line: &AuditLine) -> String {
    format!(
        "{} from {}: planned for {}. By the model: {}",
        line.address,
        line.origin.label(),
        line.planned.label(),
        outcome_text(&line.trace)
    )
}

/// What is said of names in the host's list that are no address.
fn unread(rejects: &[String]) -> String {
    match rejects {
        [] => String::new(),
        [first, ..] => format!(
            "{} more can't be read as an address, such as “{first}”; they are left out of the audit.",
            rejects.len()
        ),
    }
}

/// The host's own list of mailboxes, by its API.
async fn inventory(ask: &Ask<'_>) -> Finding {
    let at = ask.net.clock.now();
    let (Some(key), Some(base)) = (ask.api_key, &ask.plan.host.api) else {
        let before = ask.evidence.get(INVENTORY).filter(|finding| finding.state == State::Passed);
        return before.cloned().unwrap_or_else(|| {
            Finding::new(INVENTORY, State::Skipped { because: "there is no API key in this session".to_owned() }, "The host was not asked for its mailboxes; the plan's word counts.", at)
                .means("A contact whose mailbox at the host is missing makes a loop, and only the host's own list shows that.")
                .advise("Give an API key of the host for this session, or compare the list in its control panel by hand.")
        });
    };
    let listed = match HostApi::new(ask.net, base, key.clone()) {
        Ok(api) => api.mailboxes(ask.plan.domain()).await,
        Err(error) => Err(error),
    };
    match listed {
        Ok(list) => Finding::new(INVENTORY, State::Passed, format!("The host lists {} mailboxes.", list.mailboxes.len()), at)
            .asked(base.clone())
            .means(unread(&list.rejects))
            .with_evidence(list.mailboxes.iter().map(|mailbox| mailbox.address.to_string())),
        Err(error) => Finding::new(INVENTORY, State::Unknown { why: error.to_string() }, "The host's API did not list its mailboxes.", at)
            .asked(base.clone())
            .means("The audit goes by the plan's word on who is at the host, so a contact whose mailbox is missing would not be seen.")
            .advise(error.advice()),
    }
}
