//! One message followed from its origin to its ends.
//!
//! The state of a message is (system, envelope recipient). What a system makes
//! of a recipient is [`Expansion`]'s to say, for this walk and for the count
//! alike. A state that was on the same path before is a loop. Copies make
//! branches, each followed; what a branch has already reached is not followed
//! twice, as servers suppress duplicates. With several ends the worst is the outcome, so that
//! no copy hides a loss: loop, then backscatter, then bounced, then delivered.
//!
//! Who returns a message that is refused on its way:
//! - the sender's own server, while it is on the line: [`Outcome::Bounced`].
//!   The host asks about a recipient that split domain routing passes on while
//!   the sender is on the line (`facts` 1), so it has not accepted yet when the
//!   external server refuses that recipient. Its size it does not ask about;
//! - a system that has accepted it since. Mail from the Internet may carry a
//!   forged sender, so this is [`Outcome::Backscatter`]. A user's own address
//!   is genuine, so the return reaches the writer: `Bounced`.

mod refusal;

use std::collections::HashSet;

use super::decide::Duty;
use super::expand::{Expanded, Expansion, NO_END, Stop, TooDeep};
use super::{
    Count, Hop, Message, Origin, Outcome, RcptAnswer, Rule, System, Trace, Unfit, World, ways_out,
};
use crate::plan::Address;

/// Follows a message for `address` written at `origin` by one of its users.
/// Always ends: each state is visited at most once, and no path is longer than
/// a hop limit.
pub fn follow(world: &World, origin: Origin, address: &Address) -> Trace {
    let sender = world.writer(origin, address);
    follow_message(world, &Message { origin, sender, to: address.clone(), size: 0 })
}

/// The same, and where it leads back, the ways out of it with their costs: for
/// one message that somebody looks at.
pub fn follow_alone(world: &World, origin: Origin, address: &Address) -> Trace {
    let mut trace = follow(world, origin, address);
    trace.ways_out = ways_out(world, &trace);
    trace
}

/// The same for a message of which size and sender are known.
pub fn follow_message(world: &World, message: &Message) -> Trace {
    let mut trace = walk(world, message, world.host.forced_mx);
    trace.count = Count::of(world, message, &trace);
    if matches!(trace.outcome, Outcome::Loop { within: None, .. }) {
        let inner = Walk { within_alone: true, ..Walk::new(world, message) };
        let inner = inner.told(&message.to, world.host.forced_mx);
        let ends_within = trace.count.endless || trace.count.untold;
        if !matches!(inner.outcome, Outcome::Loop { .. }) {
            let beside = inner.hops.into_iter().filter(|hop| !trace.hops.contains(hop));
            trace.beside = beside.collect();
        } else if ends_within && trace.count.too_many_hops == 0 {
            // A system refuses the whole message for a circle of its own before
            // the other one is ever gone round.
            return Trace { count: trace.count, ..inner };
        }
    }
    trace
}

/// The way alone, for those who ask of very many where it leads.
pub(super) fn way(world: &World, origin: Origin, to: &Address) -> Trace {
    let message = Message { origin, sender: None, to: to.clone(), size: 0 };
    walk(world, &message, world.host.forced_mx)
}

/// The way alone where the external server lets everybody in who writes under
/// its own domain.
pub(super) fn way_let_in(world: &World, message: &Message) -> Trace {
    let walk = Walk { own: false, ..Walk::new(world, message) };
    walk.told(&message.to, world.host.forced_mx)
}

/// The way alone: nothing is counted.
/// `forced_mx`: whether the host's users write by the MX records.
pub(super) fn walk(world: &World, message: &Message, forced_mx: bool) -> Trace {
    Walk::new(world, message).told(&message.to, forced_mx)
}

struct Walk<'w> {
    world: &'w World,
    origin: Origin,
    size: u64,
    utf8: bool,
    /// Whether its sender lies in the primary domain.
    own: bool,
    hops: Vec<Hop>,
    /// Indices into `hops` of the stops from the origin to here.
    path: Vec<usize>,
    /// `Received` lines so far, that of the system at hand among them.
    received: u16,
    /// Every state seen, once there is more than one branch, and what decided
    /// there: a system may send on what it would refuse from outside.
    reached: Option<HashSet<(System, Address, &'static str)>>,
    copies: Vec<(System, Address)>,
    bounced: Option<Outcome>,
    backscatter: Option<Outcome>,
    /// The host asks the external server about it, and says itself what comes
    /// of that.
    asking: bool,
    /// Where the path leads back to, and the system that does not hand it on.
    round: Option<(usize, Option<System>)>,
    /// The first way that only led back to a list that was expanded before, where
    /// that begins, and the system.
    swallowed: Option<(Vec<Hop>, usize, System)>,
    /// Looks for a circle within one system alone.
    within_alone: bool,
}

impl<'w> Walk<'w> {
    fn new(world: &'w World, message: &Message) -> Self {
        let sender = message.sender.as_ref();
        Self {
            world,
            origin: message.origin,
            size: message.size,
            utf8: message.to.needs_smtputf8() || sender.is_some_and(Address::needs_smtputf8),
            own: message.bears_own_domain(world),
            hops: Vec::with_capacity(6),
            path: Vec::with_capacity(6),
            received: 1,
            reached: None,
            copies: Vec::new(),
            bounced: None,
            backscatter: None,
            swallowed: None,
            asking: false,
            round: None,
            within_alone: false,
        }
    }

    fn told(mut self, to: &Address, forced_mx: bool) -> Trace {
        self.start(to, forced_mx);
        self.into_trace(to)
    }
}

impl Walk<'_> {
    fn start(&mut self, address: &Address, forced_mx: bool) {
        let system = self.origin.system();
        let forced = match self.origin {
            Origin::Host if forced_mx => self.world.forced_mx(address),
            Origin::Host | Origin::Internet | Origin::External => None,
        };
        let rule = match (self.unfit(system), forced) {
            (Some(why), _) => Rule::Unfit { why },
            (None, Some(System::Nobody)) => Rule::NoMx,
            (None, Some(to)) => Rule::ForcedMx { to },
            (None, None) => return self.enter(system, address, Duty::Taken, system),
        };
        self.end(system, address, rule, system);
    }

    /// On to another system, which may not take the message at all. It is
    /// `holder` that returns it where the next one does not know the recipient,
    /// and `sender` where it refuses the message as a whole.
    fn pass(&mut self, to: System, recipient: &Address, holder: System, sender: System) {
        let from = self.path.last().and_then(|hop| self.hops.get(*hop)).map(|hop| hop.at);
        if from == Some(System::External) && self.world.external.keeps_back(recipient) {
            let rule = Rule::Unfit { why: Unfit::NeedsSmtputf8 };
            return self.end(System::External, recipient, rule, sender);
        }
        match self.unfit(to).or_else(|| self.unwelcome(to)) {
            Some(why) => self.end(to, recipient, Rule::Unfit { why }, sender),
            None => {
                self.received += 1;
                self.enter(to, recipient, Duty::Incoming, holder);
                self.received -= 1;
            }
        }
    }

    /// One system: `holder` has to return the message if it is refused here.
    fn enter(&mut self, at: System, recipient: &Address, duty: Duty, holder: System) {
        match Expansion::new(self.world, at).expand(recipient, duty) {
            Ok(Expanded { round: Some(round), .. }) => {
                self.round = Some((self.path.len() + round.start, Some(at)));
                self.hops = self.whole_path().chain(round.hops).collect();
            }
            Ok(Expanded { stops, .. }) => self.tread(at, stops, holder),
            Err(TooDeep) => self.refused(at, NO_END, holder),
        }
    }

    /// The stops from the origin to here.
    fn whole_path(&self) -> impl Iterator<Item = Hop> {
        let path = self.path.iter().filter_map(|&hop| self.hops.get(hop).cloned());
        path.collect::<Vec<_>>().into_iter()
    }

    fn tread(&mut self, at: System, stops: Vec<Stop>, holder: System) {
        let branches = |rule: &Rule| match rule {
            Rule::Alias { to } | Rule::List { to } => to.len() > 1,
            _ => false,
        };
        if stops.iter().any(|stop| branches(&stop.rule)) {
            self.branch();
        }
        let before = self.path.len();
        let mut passed_over = None;
        for stop in stops {
            if passed_over.is_some_and(|depth| stop.depth > depth) {
                continue;
            }
            passed_over = None;
            self.path.truncate(before + stop.depth);
            if stop.rule.leads_on() && self.goes_round(at, &stop) {
                if self.round.is_some() {
                    return;
                }
                passed_over = Some(stop.depth);
                continue;
            }
            let state = (at, stop.recipient.clone(), stop.rule.label());
            if self.reached.as_mut().is_some_and(|reached| !reached.insert(state)) {
                // By another way it may end elsewhere within this system.
                let same = stop.hop(at);
                match self.hops.iter().position(|hop| *hop == same) {
                    Some(first) => self.path.push(first),
                    None => passed_over = Some(stop.depth),
                }
                continue;
            }
            self.path.push(self.hops.len());
            self.hops.push(stop.hop(at));
            let holder = if stop.duty == Duty::Taken { at } else { holder };
            self.go_on(at, stop, holder);
            if self.round.is_some() {
                return;
            }
        }
        self.path.truncate(before);
    }

    /// Whether the path has been at this stop. What the host's users write and
    /// forced MX routing brings back is decided anew: by another rule it is no
    /// circle.
    fn goes_round(&mut self, at: System, stop: &Stop) -> bool {
        let again = |hop: &usize| {
            self.hops.get(*hop).is_some_and(|hop| {
                hop.at == at && hop.recipient == stop.recipient && hop.rule == stop.rule
            })
        };
        let Some(start) = self.path.iter().position(again) else { return false };
        if !self.within_alone {
            self.hops = self.whole_path().collect();
            self.round = Some((start, None));
        }
        true
    }

    /// A stop at which the message is not taken, or goes out again at once.
    fn end(&mut self, at: System, recipient: &Address, rule: Rule, holder: System) {
        let stop = Stop { recipient: recipient.clone(), rule, depth: 0, duty: Duty::Incoming };
        self.tread(at, vec![stop], holder);
    }

    fn go_on(&mut self, at: System, stop: Stop, holder: System) {
        let Stop { recipient, rule, duty, .. } = stop;
        match rule {
            Rule::Mailbox | Rule::Elsewhere => self.arrived(at, recipient),
            Rule::Plus { to } | Rule::Proxy { to } => {
                self.hops.push(Hop { at, recipient: to.clone(), rule: Rule::Mailbox });
                self.arrived(at, to);
            }
            Rule::Mx { to } | Rule::ForcedMx { to } => self.pass(to, &recipient, holder, holder),
            Rule::Sdr => {
                // With a catch-all the host has said yes without asking.
                let caught = self.world.host.catch_all.is_some();
                let holder = if caught { at } else { holder };
                // It asks about this recipient first, if it can name it at all.
                let asks = !caught && (duty == Duty::Incoming || self.path.len() == 1);
                if asks && recipient.needs_smtputf8() && !self.world.external.limits.smtputf8 {
                    self.asking = true;
                    let rule = Rule::Unfit { why: Unfit::NeedsSmtputf8 };
                    self.end(System::External, &recipient, rule, holder);
                    self.asking = false;
                    return;
                }
                let answer = self.world.rcpt(System::External, &recipient);
                if asks && answer != RcptAnswer::Accepted {
                    self.asking = true;
                    self.enter(System::External, &recipient, Duty::Incoming, holder);
                    self.asking = false;
                    return;
                }
                self.pass(System::External, &recipient, holder, at);
            }
            Rule::Forward { keep_copy, .. } => {
                if keep_copy && let Some(mailbox) = self.world.mailbox_of(at, &recipient) {
                    self.arrived(at, mailbox);
                }
            }
            // What they lead to are the next stops.
            Rule::AliasDomain { .. }
            | Rule::Alias { .. }
            | Rule::List { .. }
            | Rule::CatchAll { .. } => {}
            Rule::PassedOver => self.passed_over(at, &recipient),
            Rule::InternalRelay => self.pass(System::Host, &recipient, at, at),
            Rule::NoMx => self.refused(System::Nobody, "550 5.4.4", holder),
            Rule::UnknownRecipient => self.refused(at, "550 5.1.1", holder),
            Rule::RelayDenied => self.refused(at, "554 5.7.1", holder),
            Rule::Unfit { why: Unfit::OwnSender } => {
                let heard = self.world.external.refuses_own_senders.as_deref();
                self.refused(at, heard.unwrap_or(Unfit::OwnSender.code()), holder);
            }
            // Whoever should hand it on sees that it can't.
            Rule::Unfit { why: Unfit::NeedsSmtputf8 } => {
                let by = if self.asking { System::Host } else { holder };
                self.refused(by, Unfit::NeedsSmtputf8.code(), holder);
            }
            Rule::Unfit { why } => self.refused(at, why.code(), holder),
            Rule::AcceptedBlindly => {
                self.backscatter.get_or_insert(Outcome::Backscatter { by: at });
            }
        }
    }

    fn passed_over(&mut self, at: System, recipient: &Address) {
        if self.swallowed.is_none() {
            let mut hops: Vec<Hop> = self.whole_path().collect();
            hops.pop();
            let start = hops.iter().position(|hop| hop.at == at && hop.recipient == *recipient);
            self.swallowed = Some((hops, start.unwrap_or(0), at));
        }
    }

    fn arrived(&mut self, at: System, mailbox: Address) {
        let copy = (at, mailbox);
        if !self.copies.contains(&copy) {
            self.copies.push(copy);
        }
    }

    /// From here on the same state may be reached twice without a loop.
    fn branch(&mut self) {
        if self.reached.is_none() {
            let states =
                self.hops.iter().map(|hop| (hop.at, hop.recipient.clone(), hop.rule.label()));
            self.reached = Some(states.collect());
        }
    }

    fn into_trace(mut self, address: &Address) -> Trace {
        self.hops.shrink_to_fit();
        let outcome = match (self.round, self.backscatter, self.bounced) {
            (Some((cycle_start, within)), ..) => Outcome::Loop { cycle_start, within },
            (None, Some(worst), _) | (None, None, Some(worst)) => worst,
            (None, None, None)
                if self.copies.is_empty()
                    && let Some((hops, cycle_start, at)) = self.swallowed.take() =>
            {
                self.hops = hops;
                Outcome::Loop { cycle_start, within: Some(at) }
            }
            (None, None, None) => Outcome::Delivered { copies: self.copies },
        };
        let (count, ways_out, beside) = <(Count, Vec<_>, Vec<_>)>::default();
        let (origin, address, hops) = (self.origin, address.clone(), self.hops);
        Trace { origin, address, hops, beside, outcome, count, ways_out }
    }
}
