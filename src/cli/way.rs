//! One way of `sdrctl routes`: in words, and as `--json` has it.

use serde::Serialize;

use super::report::Report;
use crate::finding::{Evidence, State, Word};
use crate::plan::{Address, Home, Plan};
use crate::route::{
    self, AuditLine, Cause, Count, Fact, Hop, Narrowest, Origin, Outcome, Seen, System, WayOut,
};

/// What the ways of a moment rest on.
pub(super) struct Basis<'a> {
    pub(super) plan: &'a Plan,
    /// What the checks saw, for the moment that is now.
    pub(super) known: Option<&'a Seen>,
    pub(super) evidence: &'a Evidence,
}

/// One route, as `--json` has it.
#[derive(Serialize)]
pub(super) struct Way<'a> {
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
    /// How many copies arrive, whatever else becomes of it.
    copies: u32,
    /// Each mailbox and its copies, the returns, and what ended it.
    count: &'a Count,
    /// How a loop that is followed by itself can be ended, cheapest first,
    /// and what each way costs.
    ways_out: Vec<WayOut>,
    /// Why it is not as planned.
    cause: Option<Cause>,
    /// What decided it and was seen by the checks.
    seen: Vec<Fact>,
    /// What decided it by the plan's word alone.
    assumed: Vec<Fact>,
    /// The largest message that gets through, octets; `null`: not known.
    largest: Option<u64>,
    /// After how many servers a system on the way ends a message.
    hop_limit: u16,
    hops: &'a [Hop],
    /// Of a loop: the stops beside its path.
    #[serde(skip_serializing_if = "<[Hop]>::is_empty")]
    beside: &'a [Hop],
}

impl<'a> Way<'a> {
    pub(super) fn of(
        line: &'a AuditLine,
        state: State,
        basis: &Basis<'_>,
        narrowest: Narrowest,
    ) -> Self {
        let hops = &line.trace.hops;
        let (seen, assumed) = basis.facts(line);
        let (outcome, at) = match &line.trace.outcome {
            Outcome::Delivered { copies } => {
                ("delivered", copies.iter().map(|(system, _)| *system).collect())
            }
            Outcome::Bounced { by, .. } => ("bounced", vec![*by]),
            Outcome::Backscatter { by } => ("backscatter", vec![*by]),
            Outcome::Loop { cycle_start, .. } => {
                ("loop", hops.iter().skip(*cycle_start).map(|hop| hop.at).collect())
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
            copies: line.trace.count.copies_in_all(),
            count: &line.trace.count,
            ways_out: Vec::new(),
            cause,
            seen,
            assumed,
            largest: narrowest.size.map(|(octets, _)| octets),
            hop_limit: narrowest.hops,
            hops,
            beside: &line.trace.beside,
        }
    }

    /// With the ways out of its loop.
    pub(super) fn with(self, ways_out: Vec<WayOut>) -> Self {
        Self { ways_out, ..self }
    }
}

impl Basis<'_> {
    /// What decided a way: seen by the checks, and the plan's word alone. A
    /// person whom their own server confirmed or refused was seen.
    fn facts(&self, line: &AuditLine) -> (Vec<Fact>, Vec<Fact>) {
        let asked = |home| self.evidence.people().is_confirmed(&line.address, home);
        let vouches = self.known.is_some_and(|known| known.host_vouches(self.plan));
        let no_contact =
            self.known.is_some_and(|known| known.without_contact.contains(&line.address));
        let person = |fact| match fact {
            Fact::HostMailboxes => asked(Home::Host) && vouches,
            Fact::ExternalMailboxes => asked(Home::External) || no_contact,
            Fact::Forwards => no_contact,
            _ => false,
        };
        let all = Fact::of_way(&line.trace, self.plan);
        let of_people = |fact| matches!(fact, Fact::HostMailboxes | Fact::ExternalMailboxes);
        all.into_iter().partition(|&fact| {
            self.known.is_some_and(|known| {
                let refused = of_people(fact) && known.refused.contains(&line.address);
                known.has(fact) || person(fact) || refused
            })
        })
    }

    /// The same in words, a line each.
    fn text(&self, line: &AuditLine, report: &mut Report) {
        let (seen, assumed) = self.facts(line);
        for (head, facts) in [("Seen by the checks:", seen), ("The plan's word:", assumed)] {
            if !facts.is_empty() {
                let facts: Vec<&str> = facts.into_iter().map(Fact::label).collect();
                report.line(&format!("        {head} {}.", facts.join(", ")));
            }
        }
        let word =
            self.plan.roster.get(&line.address).and_then(|person| {
                Some(self.evidence.people().of(&line.address, person.home)?.word)
            });
        if let Some(Word::RefusedBySample) = word
            && let Some(how) = word.and_then(Word::refusal)
        {
            report.line(&format!("        {} was refused {how}.", line.address));
        }
    }
}

/// A way in a line.
pub(super) fn line_text(line: &AuditLine, state: &State) -> String {
    let (word, from) = (state.word(), line.origin.label());
    format!("{word:<12}{} from {from}: {}", line.address, route::outcome_text(&line.trace))
}

/// A way hop by hop, what it rests on, and what it lets through.
pub(super) fn follow_text(
    line: &AuditLine,
    state: &State,
    basis: &Basis<'_>,
    narrowest: Narrowest,
    report: &mut Report,
) {
    report.text("\n");
    report.line(&line_text(line, state));
    let path = route::trace_text(&line.trace);
    for step in path.iter().take(path.len().saturating_sub(1)) {
        report.line(&format!("        {step}"));
    }
    basis.text(line, report);
    let size = match narrowest.size {
        Some((octets, at)) => format!("at most {} MB, by {}", octets / 1_048_576, at.label()),
        None => "no limit is known".to_owned(),
    };
    let hops = narrowest.hops;
    report.line(&format!("        Size: {size}. Servers on the way: at most {hops}."));
}
