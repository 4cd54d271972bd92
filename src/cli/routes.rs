//! `sdrctl routes`: where messages go, by the model.

use std::path::PathBuf;

use anyhow::Context;
use clap::ValueEnum;
use serde::Serialize;

use super::open_profile::{open, verdict};
use super::order::order;
use super::report::Report;
use crate::artifact::picture_svg;
use crate::check::{self, as_planned, astray, astray_summary};
use crate::finding::{Evidence, State};
use crate::plan::{Address, Plan};
use crate::route::{self, Audit, AuditLine, Cause, Hop, Origin, Outcome, Seen, Survey, System};

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
    /// Moment of the plan, from 0 for before anything is done [default: now,
    /// by what the checks saw].
    #[arg(long, value_name = "N")]
    phase: Option<usize>,
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

fn drawn(plan: &Plan, format: PictureFormat, line: &AuditLine) -> String {
    match format {
        PictureFormat::Svg => picture_svg(&line.trace, &plan.host.name),
        PictureFormat::Dot => route::trace_dot(&line.trace),
    }
}

/// One route, as `--json` has it.
#[derive(Serialize)]
struct Route<'a> {
    address: &'a Address,
    origin: Origin,
    planned: System,
    /// The state's name: `passed`, `warning`, `failed`, or `unknown` where the
    /// checks have not seen it yet.
    #[serde(flatten)]
    state: State,
    /// `delivered`, `bounced`, `backscatter` or `loop`.
    outcome: &'static str,
    /// The systems where it ends; where a loop goes round.
    at: Vec<System>,
    /// How many mailboxes get it.
    copies: usize,
    /// Why it is not as planned.
    cause: Option<Cause>,
    hops: &'a [Hop],
}

/// A moment of the plan.
struct Moment {
    /// In words.
    label: String,
    moment: route::Moment,
    /// What the checks saw, for the moment that is now; the others are the
    /// plan's alone.
    known: Option<Seen>,
}

impl Routes {
    pub(super) fn run(&self, report: &mut Report) -> anyhow::Result<u8> {
        let profile = open(&self.dir)?;
        let plan = &profile.plan;
        if let Some(asked) = &self.order {
            let code = order(plan, asked, report)?;
            return Ok(verdict(&profile, code));
        }
        let Moment { label, moment, known } = self.moment(plan, &profile.evidence)?;
        let judge = |cause: Option<Cause>| match (cause, &known) {
            (None, Some(known)) => as_planned(plan, known),
            (None, None) => State::Passed,
            (Some(cause), Some(known)) => astray(cause, known),
            (Some(_), None) => State::Failed,
        };
        let address = self.address.as_deref().map(|text| address_of(plan, text)).transpose()?;
        let survey = Survey::new(plan, moment);
        let from = self.origin();
        let wanted = |line: &AuditLine| from.is_none_or(|from| from == line.origin);
        if self.picture.is_none() {
            report.line(&format!("{}: {label}.", plan.domain()));
        }
        let states: Vec<State> = if let Some(address) = address {
            let ways = survey.ways_to(&address).into_iter().filter(wanted);
            let told = ways.map(|line| {
                let state = judge(line.cause);
                match self.picture {
                    Some(format) => report.raw(drawn(plan, format, &line).as_bytes()),
                    None => {
                        report.object(&Route::of(&line, state.clone()));
                        follow_text(&line, &state, report);
                        for way in survey.ways_out(&line) {
                            report.line(&format!("        Way out: {}. {}", way.label, way.cost));
                        }
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
                    report.object(&Route::of(&line, state));
                }
            } else {
                groups_text(&audit, known.as_ref(), judge, report);
            }
            let astray = audit.groups.iter().map(|group| judge(Some(group.cause)));
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
        let Some(at) = self.phase else {
            let known = check::seen(plan, evidence);
            let label = match known == Seen::default() {
                true => "now, by the plan; not checked yet",
                false => "now, by the plan and what the checks saw",
            };
            let moment = route::Moment::now(plan, &known);
            return Ok(Moment { label: label.into(), moment, known: Some(known) });
        };
        let phases = route::phases(plan);
        let phase = phases.get(at).copied().with_context(|| {
            let list: Vec<_> = phases
                .iter()
                .enumerate()
                .map(|(at, phase)| format!("{at} {}", phase.label()))
                .collect();
            format!("--phase: this plan has the moments {}", list.join(", "))
        })?;
        Ok(Moment {
            label: format!("moment {at}, {}", phase.label()),
            moment: route::Moment::after(plan, phase),
            known: None,
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

impl<'a> Route<'a> {
    fn of(line: &'a AuditLine, state: State) -> Self {
        let hops = &line.trace.hops;
        let (outcome, at, copies) = match &line.trace.outcome {
            Outcome::Delivered { copies } => {
                ("delivered", copies.iter().map(|(system, _)| *system).collect(), copies.len())
            }
            Outcome::Bounced { by, .. } => ("bounced", vec![*by], 0),
            Outcome::Backscatter { by } => ("backscatter", vec![*by], 0),
            Outcome::Loop { cycle_start, .. } => {
                ("loop", hops.iter().skip(*cycle_start).map(|hop| hop.at).collect(), 0)
            }
        };
        let (address, cause) = (&line.address, line.cause);
        Self {
            address,
            origin: line.origin,
            planned: line.planned,
            state,
            outcome,
            at,
            copies,
            cause,
            hops,
        }
    }
}

fn address_of(plan: &Plan, text: &str) -> anyhow::Result<Address> {
    let address = Address::parse(text).context("--address")?;
    anyhow::ensure!(
        address.domain() == plan.domain()
            || address.domain() == plan.routing_subdomain().as_domain(),
        "--address: {address} lies neither in {} nor in {}.",
        plan.domain(),
        plan.routing_subdomain()
    );
    Ok(address)
}

fn groups_text(
    audit: &Audit,
    known: Option<&Seen>,
    judge: impl Fn(Option<Cause>) -> State,
    report: &mut Report,
) {
    for group in &audit.groups {
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
        if group.routes > SHOWN {
            report.line(&format!(
                "            and {} more routes; --all shows them",
                group.routes - SHOWN
            ));
        }
    }
    report.text("\n");
    let fine = judge(None);
    report.line(&format!("{:<12}{} routes go as planned.", fine.word(), audit.fine_routes));
    if let State::Unknown { why } = fine {
        report.line(&format!("            because   {why}"));
    }
}

fn line_text(line: &AuditLine, state: &State) -> String {
    let (word, from) = (state.word(), line.origin.label());
    format!("{word:<12}{} from {from}: {}", line.address, route::outcome_text(&line.trace))
}

fn follow_text(line: &AuditLine, state: &State, report: &mut Report) {
    report.text("\n");
    report.line(&line_text(line, state));
    let path = route::trace_text(&line.trace);
    for step in path.iter().take(line.trace.hops.len()) {
        report.line(&format!("        {step}"));
    }
}
