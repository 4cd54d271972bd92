//! One way of `sdrctl routes`: in words, and as `--json` has it.

use serde::Serialize;

use super::report::Report;
use crate::finding::{Evidence, State, Word};
use crate::plan::{Address, Home, Plan, Task};
use crate::route::{
    self, AuditLine, Cause, Count, Fact, Ground, Hop, Narrowest, Origin, Outcome, Seen, System,
    WayOut, concerns, implies_mailbox, ticked,
};
use crate::shown::{capital, megabytes};

/// What the ways of a moment rest on.
pub(super) struct Basis<'a> {
    pub(super) plan: &'a Plan,
    /// What the checks saw.
    pub(super) seen: &'a Seen,
    /// What of it holds at a moment to come; `None`: it is now.
    pub(super) ground: Option<Ground>,
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
    /// What decided it, was ticked off and not seen.
    told: Vec<Fact>,
    /// What follows from a tick for something later.
    implied: Vec<Fact>,
    /// What decided it by the plan's word alone.
    assumed: Vec<Fact>,
    /// The largest message that gets through, octets; `null`: not known.
    largest: Option<u64>,
    /// After how many servers a system on the way ends a message; `null`: not
    /// known.
    hop_limit: Option<u16>,
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
        let Rests { seen, told, implied, assumed, .. } = basis.facts(line);
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
            told,
            implied,
            assumed,
            largest: narrowest.size.map(|(octets, _)| octets),
            hop_limit: narrowest.hops.map(|(hops, _)| hops),
            hops,
            beside: &line.trace.beside,
        }
    }

    /// With the ways out of its loop.
    pub(super) fn with(self, ways_out: Vec<WayOut>) -> Self {
        Self { ways_out, ..self }
    }
}

/// What decided a way, by what each of it rests on.
#[derive(Default)]
struct Rests {
    seen: Vec<Fact>,
    told: Vec<Fact>,
    implied: Vec<Fact>,
    /// The tick from which that follows.
    by: Option<Task>,
    assumed: Vec<Fact>,
}

impl Basis<'_> {
    /// What decided a way. A person whom their own server confirmed or refused
    /// was seen.
    fn facts(&self, line: &AuditLine) -> Rests {
        let all = Fact::of_way(&line.trace, self.plan);
        let by_tick = ticked(self.plan, self.seen);
        let is_told = |fact: &Fact| {
            let mine =
                |(task, of): &(Task, Fact)| of == fact && concerns(self.plan, *task, &line.address);
            self.ground.as_ref().is_none_or(|ground| ground.told.contains(fact))
                && by_tick.iter().any(mine)
        };
        let (seen, rest): (Vec<Fact>, Vec<Fact>) = match &self.ground {
            Some(ground) => all.into_iter().partition(|fact| ground.seen.contains(fact)),
            None => all.into_iter().partition(|fact| self.is_seen(line, *fact)),
        };
        let (told, rest): (Vec<Fact>, Vec<Fact>) = rest.into_iter().partition(is_told);
        let over = self.ground.as_ref().is_some_and(|ground| ground.over);
        let by = implies_mailbox(self.plan, self.seen, &line.address).filter(|_| !over);
        let (implied, assumed) =
            rest.into_iter().partition(|fact| *fact == Fact::HostMailboxes && by.is_some());
        Rests { seen, told, implied, by, assumed }
    }

    /// Whether the checks saw now what this rests on.
    fn is_seen(&self, line: &AuditLine, fact: Fact) -> bool {
        let asked = |home| self.evidence.people().is_confirmed(&line.address, home);
        let vouches = self.seen.host_vouches(self.plan);
        let no_contact = self.seen.without_contact.contains(&line.address);
        let person = match fact {
            Fact::HostMailboxes => asked(Home::Host) && vouches,
            Fact::ExternalMailboxes => asked(Home::External) || no_contact,
            Fact::Forwards => no_contact,
            _ => false,
        };
        let of_people = matches!(fact, Fact::HostMailboxes | Fact::ExternalMailboxes);
        let refused = of_people && self.seen.refused.contains(&line.address);
        self.seen.has(fact) || person || refused
    }

    /// How a way that goes as planned stands: by a name that every server on it
    /// has to be able to take, it can't be told before that was seen.
    pub(super) fn judge(&self, line: &AuditLine, state: State) -> State {
        let rests = self.facts(line);
        let able = |fact: &&Fact| matches!(fact, Fact::Smtputf8 | Fact::HostSmtputf8);
        match rests.assumed.iter().find(able) {
            Some(fact) if state == State::Passed && self.ground.is_none() => {
                State::Unknown { why: format!("not seen: {}", fact.label()) }
            }
            _ => state,
        }
    }

    /// The same in words, a line each.
    fn text(&self, line: &AuditLine, report: &mut Report) {
        let Rests { seen, told, implied, by, assumed } = self.facts(line);
        let by = by.map(|task| capital(&format!("{}:", route::Basis::Implied(task).label())));
        for (head, facts) in [
            ("Seen by the checks:", seen),
            ("Ticked off, not seen:", told),
            (by.as_deref().unwrap_or_default(), implied),
            ("The plan's word:", assumed),
        ] {
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
        Some((octets, at)) => format!("at most {}, by {}", megabytes(octets), at.label()),
        None => "no limit is known".to_owned(),
    };
    let hops = narrowest
        .hops
        .map_or(String::new(), |(hops, by)| format!(" Servers on the way: at most {hops} ({by})."));
    report.line(&format!("        Size: {size}.{hops}"));
}
