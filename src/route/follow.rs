//! One message followed from its origin to its ends.
//!
//! The state of a message is (system, envelope recipient). A state that was
//! on the same path before is a loop. Copies make branches, each followed;
//! what a branch has already reached is not followed twice, as servers
//! suppress duplicates. With several ends the worst is the outcome, so that
//! no copy hides a loss: loop, then backscatter, then bounced, then delivered.
//!
//! Who returns a message that is refused on its way:
//! - the sender's own server, while it is on the line: [`Outcome::Bounced`].
//!   The host verifies what split domain routing passes on while the sender
//!   is on the line (`facts` 1), so it has not accepted yet when the external
//!   server refuses;
//! - a system that has accepted it since. Mail from the Internet may carry a
//!   forged sender, so this is [`Outcome::Backscatter`]. A user's own address
//!   is genuine, so the return reaches the writer: `Bounced`.

use std::collections::HashSet;

use super::breaks::circles_within;
use super::decide::Duty;
use super::{Count, Hop, Message, Origin, Outcome, Rule, System, Trace, Unfit, World, ways_out};
use crate::plan::Address;

/// Hops on one path before its hop count ends it, well above Postfix's limit
/// of 50 and Exim's of 30 because rewriting inside a system counts here too.
const MAX_PATH: usize = 100;

/// Follows a message for `address` written at `origin`. Always ends: each
/// state is visited at most once, and no path is longer than a hop limit.
pub fn follow(world: &World, origin: Origin, address: &Address) -> Trace {
    follow_message(world, &Message { origin, sender: None, to: address.clone(), size: 0 })
}

/// The same, and where it loops, the ways out of it with their costs: for one
/// message that somebody looks at.
pub fn follow_alone(world: &World, origin: Origin, address: &Address) -> Trace {
    let mut trace = follow(world, origin, address);
    trace.ways_out = ways_out(world, &trace);
    trace
}

/// The same for a message of which size and sender are known.
pub fn follow_message(world: &World, message: &Message) -> Trace {
    let mut trace = walk(world, message, world.host.forced_mx);
    trace.count = Count::of(world, message, &trace);
    let loops = matches!(trace.outcome, Outcome::Loop { within: None, .. });
    if loops && trace.count.endless && trace.count.too_many_hops == 0 {
        // A system refuses the whole message for a circle of its own before
        // the other one is ever gone round.
        let inner = Walk { within_alone: true, ..Walk::new(world, message) };
        let inner = inner.told(&message.to, world.host.forced_mx);
        if matches!(inner.outcome, Outcome::Loop { .. }) {
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
    hops: Vec<Hop>,
    /// Indices into `hops` of the stops from the origin to here.
    path: Vec<usize>,
    /// Every state seen, once there is more than one branch, and whether it
    /// led on: a system may send on what it would refuse from outside.
    reached: Option<HashSet<(System, Address, bool)>>,
    copies: Vec<(System, Address)>,
    bounced: Option<Outcome>,
    backscatter: Option<Outcome>,
    cycle: Option<usize>,
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
            hops: Vec::with_capacity(6),
            path: Vec::with_capacity(6),
            reached: None,
            copies: Vec::new(),
            bounced: None,
            backscatter: None,
            cycle: None,
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
        let rule = match (self.unfit(system), self.origin, forced) {
            (Some(why), ..) => Rule::Unfit { why },
            (None, _, Some(System::Nobody)) => Rule::NoMx,
            (None, _, Some(to)) => Rule::ForcedMx { to },
            (None, Origin::Internet, None) => self.world.rule_by_mx(address),
            (None, ..) => self.world.rule(system, address, Duty::Taken),
        };
        self.stop(system, address, rule, Duty::Taken, system);
    }

    /// On to another system, which may not take the message at all.
    fn pass(&mut self, to: System, recipient: &Address, holder: System) {
        match self.unfit(to) {
            Some(why) if self.cycle.is_none() => {
                self.stop(to, recipient, Rule::Unfit { why }, Duty::Incoming, holder);
            }
            _ => self.visit(to, recipient, Duty::Incoming, holder),
        }
    }

    fn unfit(&self, system: System) -> Option<Unfit> {
        self.world.limits(system)?.fits(self.size, self.utf8).err()
    }

    fn visit(&mut self, at: System, recipient: &Address, duty: Duty, holder: System) {
        if self.cycle.is_none() {
            let rule = self.world.rule(at, recipient, duty);
            self.stop(at, recipient, rule, duty, holder);
        }
    }

    /// One stop: `holder` is the system that has to return the message if it
    /// is refused here.
    fn stop(&mut self, at: System, recipient: &Address, rule: Rule, duty: Duty, holder: System) {
        if rule.leads_on() {
            // What the host's users write and forced MX routing brings back is
            // decided anew: by another rule it is no circle.
            let again = |hop: &usize| {
                self.hops.get(*hop).is_some_and(|hop| {
                    hop.at == at && hop.recipient == *recipient && hop.rule == rule
                })
            };
            if let Some(stop) = self.path.iter().position(again) {
                let looping = self.path.iter().filter_map(|&hop| self.hops.get(hop).cloned());
                let looping: Vec<Hop> = looping.collect();
                let cycle = looping.get(stop..).unwrap_or_default();
                if self.ends_by_itself(cycle) {
                    return;
                }
                if !self.within_alone || circles_within(cycle).is_some() {
                    self.cycle = Some(stop);
                    self.hops = looping;
                }
                return;
            }
        }
        if let Some(reached) = &mut self.reached
            && !reached.insert((at, recipient.clone(), rule.leads_on()))
        {
            return;
        }
        if self.path.len() >= MAX_PATH {
            return self.refused(at, "554 5.4.6", holder);
        }
        self.path.push(self.hops.len());
        self.hops.push(Hop { at, recipient: recipient.clone(), rule: rule.clone() });
        self.go_on(at, recipient, rule, duty, holder);
        self.path.pop();
    }

    /// A circle within one system ends where it comes to a list that holds
    /// itself, which is not expanded a second time (Postfix).
    fn ends_by_itself(&mut self, cycle: &[Hop]) -> bool {
        let selves = |hop: &Hop| match &hop.rule {
            Rule::Alias { to } | Rule::List { to } => to.contains(&hop.recipient),
            _ => false,
        };
        let Some(first) = cycle.first().filter(|_| circles_within(cycle).is_some()) else {
            return false;
        };
        match selves(first) {
            true => match self.world.rule_unexpanded(first.at, &first.recipient) {
                Rule::Mailbox => {
                    self.copies.push((first.at, first.recipient.clone()));
                    true
                }
                _ => false,
            },
            false => cycle.iter().any(selves),
        }
    }

    fn go_on(&mut self, at: System, recipient: &Address, rule: Rule, duty: Duty, holder: System) {
        match rule {
            Rule::Mailbox | Rule::Elsewhere => self.copies.push((at, recipient.clone())),
            Rule::Mx { to } | Rule::ForcedMx { to } => {
                self.pass(to, recipient, holder);
            }
            // Not accepted yet: the host looks further while the sender waits.
            Rule::AliasDomain { to } | Rule::Plus { to } => self.visit(at, &to, duty, holder),
            Rule::Sdr => {
                // With a catch-all the host has said yes without asking.
                let caught = self.world.host.catch_all.is_some();
                let holder = if caught { at } else { holder };
                // It asks about this recipient first, and can't even name it.
                let asked = duty == Duty::Incoming && !caught && recipient.needs_smtputf8();
                if asked && !self.world.external.limits.smtputf8 {
                    let rule = Rule::Unfit { why: Unfit::NeedsSmtputf8 };
                    return self.stop(System::External, recipient, rule, Duty::Incoming, holder);
                }
                self.pass(System::External, recipient, holder);
            }
            Rule::Alias { to } | Rule::List { to } => {
                if to.len() > 1 {
                    self.branch();
                }
                for member in &to {
                    match self.world.rule_unexpanded(at, member) {
                        // An alias beside the mailbox that it holds: a copy stays.
                        rule @ Rule::Mailbox if member == recipient && self.cycle.is_none() => {
                            self.stop(at, member, rule, Duty::Taken, at);
                        }
                        _ => self.visit(at, member, Duty::Taken, at),
                    }
                }
            }
            Rule::Forward { to, keep_copy } => {
                if keep_copy && let Some(mailbox) = self.world.mailbox_of(at, recipient) {
                    self.copies.push((at, mailbox));
                }
                self.visit(at, &to, Duty::Taken, at);
            }
            Rule::InternalRelay => self.pass(System::Host, recipient, at),
            Rule::CatchAll { to } => self.visit(at, &to, Duty::Taken, at),
            Rule::NoMx => self.refused(System::Nobody, "550 5.4.4", holder),
            Rule::UnknownRecipient => self.refused(at, "550 5.1.1", holder),
            Rule::RelayDenied => self.refused(at, "554 5.7.1", holder),
            Rule::Unfit { why } => self.refused(at, why.code(), holder),
            Rule::AcceptedBlindly => {
                self.backscatter.get_or_insert(Outcome::Backscatter { by: at });
            }
        }
    }

    fn refused(&mut self, by: System, code: &str, holder: System) {
        if self.origin == Origin::Internet && holder != System::Third {
            self.backscatter.get_or_insert(Outcome::Backscatter { by: holder });
        } else {
            self.bounced.get_or_insert(Outcome::Bounced { by, code: code.to_owned() });
        }
    }

    /// From here on the same state may be reached twice without a loop.
    fn branch(&mut self) {
        if self.reached.is_none() {
            let states =
                self.hops.iter().map(|hop| (hop.at, hop.recipient.clone(), hop.rule.leads_on()));
            self.reached = Some(states.collect());
        }
    }

    fn into_trace(mut self, address: &Address) -> Trace {
        self.hops.shrink_to_fit();
        let outcome = match (self.cycle, self.backscatter, self.bounced) {
            (Some(cycle_start), ..) => {
                let cycle = self.hops.get(cycle_start..).unwrap_or_default();
                Outcome::Loop { cycle_start, within: circles_within(cycle) }
            }
            (None, Some(worst), _) | (None, None, Some(worst)) => worst,
            (None, None, None) => Outcome::Delivered { copies: self.copies },
        };
        let (count, ways_out) = (Count::default(), Vec::new());
        let (origin, address, hops) = (self.origin, address.clone(), self.hops);
        Trace { origin, address, hops, outcome, count, ways_out }
    }
}
