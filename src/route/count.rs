//! What is counted of a followed message: copies, returns, hop limits. The
//! walk that explains a message looks at each state once; the count is that of
//! [`carry`], held against real servers.

use serde::Serialize;

use super::{Limits, Message, Outcome, Rule, System, Trace, World, carry};
use crate::plan::Address;

/// What arrives of a message, and what comes back.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Count {
    /// Each mailbox that gets it, and how many copies.
    pub copies: Vec<Copies>,
    /// Who returns it, and how many messages that makes.
    pub returns: Vec<Returns>,
    /// To whom it is returned: the sender, or somebody who stands for the users
    /// of the origin; `None`: nobody that the model knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub writer: Option<Address>,
    /// How often a hop limit ends it.
    pub too_many_hops: u32,
    /// A hop limit ends it, and not all of them are known: how many copies and
    /// returns there are is a guess then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unsure: Option<Unsure>,
    /// A system leads it round within itself, and refuses it for that.
    pub endless: bool,
    /// A system leads it round within itself, and what it makes of that is not
    /// known: whatever becomes of it there is not counted.
    pub untold: bool,
    /// There are more than these: it multiplies beyond what was counted.
    pub avalanche: bool,
}

/// Why it can't be told who ends a loop, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unsure {
    /// The hop limit of a system is not known.
    HopLimit,
    /// Nor does the host return it: it puts it off (Rackspace: G16).
    PutOff,
}

/// The copies in one mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Copies {
    /// The system.
    pub at: System,
    /// The mailbox.
    pub mailbox: Address,
    /// How many.
    pub copies: u32,
}

/// The returns that one system makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Returns {
    /// Who; [`System::Third`]: the sender's own server, which still had it.
    pub by: System,
    /// How many messages.
    pub messages: u32,
    /// How many of them are lost on their way to the writer: a return that
    /// can't be delivered is dropped (RFC 5321 4.5.5).
    pub lost: u32,
}

impl Count {
    /// Counts what becomes of `message`, whose way is `trace`.
    pub(super) fn of(world: &World, message: &Message, trace: &Trace) -> Self {
        if let Some(only) = only_copy(trace) {
            return only;
        }
        let carried = carry(world, message);
        let copies = carried.copies.into_iter();
        let copies = copies.map(|((at, mailbox), copies)| Copies { at, mailbox, copies }).collect();
        let mut returns: Vec<Returns> = Vec::new();
        for back in &carried.returns {
            let lost = u32::from(back.to.is_some() && back.lands.is_empty());
            match returns.iter_mut().find(|one| one.by == back.by) {
                Some(one) => {
                    one.messages += 1;
                    one.lost += lost;
                }
                None => returns.push(Returns { by: back.by, messages: 1, lost }),
            }
        }
        let writer = message.sender.clone().filter(|_| !returns.is_empty());
        let known = |limits: &Limits| limits.hops_by.is_some();
        let sure = carried.too_many_hops == 0
            || known(&world.host.limits) && known(&world.external.limits);
        let unsure = match world.host.defers_loops {
            true => Unsure::PutOff,
            false => Unsure::HopLimit,
        };
        Self {
            unsure: (!sure).then_some(unsure),
            copies,
            returns,
            writer,
            too_many_hops: carried.too_many_hops,
            endless: carried.endless,
            untold: carried.untold,
            avalanche: carried.avalanche,
        }
    }

    /// How many messages come back, and how many of those are lost.
    pub fn returns_in_all(&self) -> (u32, u32) {
        let returns = self.returns.iter();
        returns.fold((0, 0), |(all, lost), one| (all + one.messages, lost + one.lost))
    }

    /// How many copies arrive in all.
    pub fn copies_in_all(&self) -> u32 {
        self.copies.iter().map(|one| one.copies).sum()
    }
}

/// A message that goes straight into one mailbox is one copy: most are, and
/// an audit follows a million.
fn only_copy(trace: &Trace) -> Option<Count> {
    let Outcome::Delivered { copies } = &trace.outcome else { return None };
    let [(at, mailbox)] = copies.as_slice() else { return None };
    let branches = |rule: &Rule| match rule {
        Rule::Alias { to } | Rule::List { to } => to.len() > 1,
        Rule::Forward { keep_copy, .. } => *keep_copy,
        _ => false,
    };
    if trace.hops.len() > STRAIGHT || trace.hops.iter().any(|hop| branches(&hop.rule)) {
        return None;
    }
    let copies = vec![Copies { at: *at, mailbox: mailbox.clone(), copies: 1 }];
    Some(Count { copies, ..Count::default() })
}

/// Stops up to which no hop limit is near.
const STRAIGHT: usize = 10;
