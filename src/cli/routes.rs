//! `sdrctl routes`: where messages go, by the model.

use std::path::PathBuf;

use anyhow::Context;
use clap::ValueEnum;

use super::moments::moments;
use super::open_profile::{open, verdict};
use super::order::order;
use super::report::{Report, complain};
use super::way::{Basis, Way, follow_text, line_text};
use crate::artifact::picture_svg;
use crate::check::{self, as_planned, astray, astray_summary};
use crate::counted::counted;
use crate::finding::{Evidence, State};
use crate::guide::{self, Step};
use crate::plan::{Address, Plan};
use crate::route::{self, Audit, AuditLine, Cause, Ground, Origin, Seen, Survey};

/// Ways shown of each cause.
const SHOWN: usize = 5;
/// Ways looked at to name the first few addresses.
const NAMED: usize = 50;

/// Follow every address from every origin, by the model: nobody is asked.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0 every message goes as planned, 1 some don't, 3 some don't by the \
plan, but the checks have not seen it yet, 4 all arrive, but something will hurt."
)]
pub(super) struct Routes {
    /// Folder of the profile.
    dir: PathBuf,
    /// Messages written here only.
    #[arg(long, value_name = "ORIGIN", value_enum)]
    from: Option<From>,
    /// Follow messages to this address, hop by hop.
    #[arg(long)]
    address: Option<String>,
    /// Moment of the plan: its number, from 0 for before anything is done, or
    /// the action after which it comes, such as contacts-1; “all” for each of
    /// them in turn [default: now, by what the checks saw].
    #[arg(long, value_name = "MOMENT")]
    phase: Option<String>,
    /// The way as a drawing in place of text; needs --address and --from.
    #[arg(
        long,
        value_name = "FORMAT",
        value_enum,
        requires = "address",
        requires = "from",
        conflicts_with = "all"
    )]
    picture: Option<PictureFormat>,
    /// Whether these actions, separated by commas, are safe in this order, and
    /// when each may start; without a list, the shortest safe order.
    #[arg(long, value_name = "ACTIONS", num_args = 0..=1, default_missing_value = "")]
    order: Option<String>,
    /// Every line, not grouped by cause.
    #[arg(long)]
    all: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum PictureFormat {
    /// A drawing for browsers and documents.
    Svg,
    /// A graph for Graphviz.
    Dot,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum From {
    Internet,
    Host,
    External,
}

/// A moment of the plan.
struct Moment {
    /// In words.
    label: String,
    moment: route::Moment,
    /// What the checks saw, for the moment that is now; the others are the
    /// plan's alone.
    known: Option<Seen>,
    /// What the checks saw at all.
    seen: Seen,
    /// What of it holds at a moment to come.
    ground: Option<Ground>,
    /// What it rests on, in words.
    basis: String,
}

impl Routes {
    pub(super) fn run(&self, report: &mut Report) -> anyhow::Result<u8> {
        let profile = open(&self.dir)?;
        let plan = &profile.plan;
        let outdated = |step: &Step| guide::outdated(*step, plan, &profile.evidence);
        for (step, was) in Step::ALL.iter().filter_map(|step| Some((step, outdated(step)?))) {
            complain(&format!(
                "sdrctl: the answers of step {}, {}, are not used: they are about {was}. Check it again with: sdrctl check --step {}",
                step.number(),
                step.title(),
                step.slug()
            ));
        }
        if let Some(asked) = &self.order {
            let known = check::seen(plan, &profile.evidence);
            let code = order(plan, &known, asked, report)?;
            return Ok(verdict(&profile, code));
        }
        if self.phase.as_deref() == Some("all") {
            anyhow::ensure!(
                self.address.is_none() && self.picture.is_none(),
                "--phase all tells the moments of everybody; --address and --picture go with one moment, such as --phase 0."
            );
            let code = moments(plan, &check::seen(plan, &profile.evidence), self.origin(), report);
            return Ok(verdict(&profile, code));
        }
        let Moment { label, moment, known, seen, ground, basis: rests_on } =
            self.moment(plan, &profile.evidence)?;
        let judge = |cause: Option<Cause>| match (cause, &known) {
            (None, Some(known)) => as_planned(plan, known),
            (None, None) => State::Passed,
            (Some(cause), Some(known)) => astray(cause, known),
            (Some(cause), None) => check::by_plan(cause),
        };
        let address = self.address.as_deref().map(|text| address_of(plan, text)).transpose()?;
        let survey = Survey::new(plan, moment);
        let from = self.origin();
        let wanted = |line: &AuditLine| from.is_none_or(|from| from == line.origin);
        if self.picture.is_none() {
            report.line(&format!("{}: {label}.", plan.domain()));
            report.line(&rests_on);
            for remark in route::remarks(plan) {
                match report.is_json() {
                    true => complain(&format!("sdrctl: {remark}")),
                    false => report.line(&format!("Note        {remark}")),
                }
            }
        }
        let seen_of_plan = profile.evidence.of_plan(plan);
        let basis = Basis { plan, seen: &seen, ground, evidence: &seen_of_plan };
        let states: Vec<State> = if let Some(address) = address {
            let ways = survey.ways_to(&address).into_iter().filter(wanted);
            let told = ways.map(|line| {
                let state = basis.judge(&line, judge(line.cause));
                match self.picture {
                    Some(format) => report.raw(drawn(plan, format, &line).as_bytes()),
                    None => {
                        let narrowest = survey.narrowest(&line);
                        let ways_out = survey.ways_out(&line);
                        follow_text(&line, &state, &basis, narrowest, report);
                        for way in &ways_out {
                            report.line(&format!("        Way out: {}. {}", way.label, way.cost));
                        }
                        let way = Way::of(&line, state.clone(), &basis, narrowest);
                        report.object(&way.with(ways_out));
                    }
                }
                state
            });
            told.collect()
        } else {
            let audit = survey.audit(NAMED, from);
            if report.is_json() || self.all {
                for line in survey.all_lines().filter(wanted) {
                    let state = judge(line.cause);
                    report.line(&line_text(&line, &state));
                    report.object(&Way::of(&line, state, &basis, survey.narrowest(&line)));
                }
            } else {
                groups_text(&audit, known.as_ref(), judge, report);
            }
            let told = audit.groups.iter().chain(&audit.unowned);
            let astray = told.map(|group| judge(Some(group.cause)));
            astray.chain((audit.fine_routes > 0).then(|| judge(None))).collect()
        };
        let any = |wanted: fn(&State) -> bool| states.iter().any(wanted);
        // The program ends here: to take a million people down one by one
        // would take longer than to look at them.
        std::mem::forget((survey, plan.roster.clone()));
        let code = match () {
            () if any(|state| *state == State::Failed) => 1,
            () if any(|state| matches!(state, State::Unknown { .. })) => 3,
            () if any(|state| *state == State::Warning) => 4,
            () => 0,
        };
        Ok(verdict(&profile, code))
    }

    fn moment(&self, plan: &Plan, evidence: &Evidence) -> anyhow::Result<Moment> {
        let Some(at) = &self.phase else {
            let known = check::seen(plan, evidence);
            let is_ticked = !route::ticked(plan, &known).is_empty();
            let label = match known == Seen::default() {
                true if is_ticked => "now, by the plan and what was ticked off; not checked yet",
                true => "now, by the plan; not checked yet",
                false => "now, by the plan and what the checks saw",
            };
            let moment = route::Moment::now(plan, &known);
            let basis = check::basis(plan, &known);
            let (label, seen) = (label.to_owned(), known.clone());
            return Ok(Moment { label, moment, known: Some(known), seen, ground: None, basis });
        };
        let phases = route::phases(plan);
        let named =
            |at: &String| phases.iter().position(|phase| phase.to_string() == at.to_lowercase());
        let number = named(at).or_else(|| at.parse().ok().filter(|at| *at < phases.len()));
        let (at, phase) =
            number.and_then(|at| Some((at, *phases.get(at)?))).with_context(|| {
                let list: Vec<_> = (phases.iter().enumerate())
                    .map(|(at, phase)| format!("{at} {phase}"))
                    .collect();
                format!("--phase: this plan has the moments {}; or all", list.join(", "))
            })?;
        let seen = check::seen(plan, evidence);
        Ok(Moment {
            label: format!("moment {at}, {}", phase.label()),
            moment: route::Moment::reached(plan, phase, &seen),
            known: None,
            basis: check::basis_then(plan, phase, &seen),
            ground: Some(route::ground(plan, phase, &seen)),
            seen,
        })
    }

    fn origin(&self) -> Option<Origin> {
        Some(match self.from? {
            From::Internet => Origin::Internet,
            From::Host => Origin::Host,
            From::External => Origin::External,
        })
    }
}

fn drawn(plan: &Plan, format: PictureFormat, line: &AuditLine) -> String {
    match format {
        PictureFormat::Svg => picture_svg(&line.trace, &plan.host.name),
        PictureFormat::Dot => route::trace_dot(&line.trace),
    }
}

fn address_of(plan: &Plan, text: &str) -> anyhow::Result<Address> {
    let address = Address::parse(text).context("--address")?;
    anyhow::ensure!(
        address.domain() == plan.domain()
            || address.domain() == plan.routing_subdomain().as_domain()
            || plan.way_without_sdr().is_some_and(|way| address.domain() == way.as_domain()),
        "--address: {address} lies neither in {} nor in {}{}.",
        plan.domain(),
        plan.routing_subdomain(),
        plan.way_without_sdr().map_or_else(String::new, |way| format!(" nor in {way}"))
    );
    Ok(address)
}

fn groups_text(
    audit: &Audit,
    known: Option<&Seen>,
    judge: impl Fn(Option<Cause>) -> State,
    report: &mut Report,
) {
    for group in audit.groups.iter().chain(&audit.unowned) {
        let state = judge(Some(group.cause));
        let summary = known.map_or(group.summary.clone(), |known| astray_summary(group, known));
        report.text("\n");
        report.line(&format!("{:<12}{summary}", state.word()));
        if let State::Unknown { why } = &state {
            report.line(&format!("            because   {why}"));
        }
        report.line(&format!("            meaning   {}", group.meaning));
        report.line(&format!("            action    {}", group.action));
        for line in group.lines.iter().take(SHOWN) {
            report.line(&format!("            {}", line_text(line, &state)));
        }
        match group.routes.saturating_sub(SHOWN) {
            0 => {}
            1 => report.line("            and 1 more way; --all shows it"),
            more => report.line(&format!("            and {more} more ways; --all shows them")),
        }
    }
    report.text("\n");
    let fine = judge(None);
    let ways = match (audit.groups.is_empty() && audit.unowned.is_none(), audit.fine_routes) {
        (true, ways) => counted(ways, "way goes", "ways go"),
        (false, ways) => counted(ways, "other way goes", "other ways go"),
    };
    report.line(&format!("{:<12}{ways} as planned.", fine.word()));
    if let State::Unknown { why } = fine {
        report.line(&format!("            because   {why}"));
    }
}
