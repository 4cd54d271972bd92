//! One message carried to all its ends as servers carry it: how many copies
//! arrive, who returns what to whom, and when a hop limit ends it.
//!
//! [`follow`](super::follow) tells why a message goes where it goes; this
//! counts. It runs on the same rules. What a server does with one message:
//! it rewrites all its recipients, drops those that are the same before and
//! after that, delivers, and opens one session for each next server. There each recipient
//! is taken or refused while it waits. All that is refused is returned in one
//! message with the null sender; a return that can't be delivered is dropped
//! (RFC 5321 4.5.5). Held against real Postfix by `tests/truth`.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::expand::NO_END;
use super::{Limits, Origin, RcptAnswer, System, Unfit, World};
use crate::plan::Address;

/// A message as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Where.
    pub origin: Origin,
    /// The envelope sender, to whom it is returned; `None`: the null sender.
    pub sender: Option<Address>,
    /// To whom.
    pub to: Address,
    /// Octets.
    pub size: u64,
}

impl Message {
    /// Whether it is written under the primary domain: by its sender, or for
    /// want of one by where it is written.
    pub(super) fn bears_own_domain(&self, world: &World) -> bool {
        match &self.sender {
            Some(sender) => *sender.domain() == world.domain,
            None => self.origin != Origin::Internet,
        }
    }
}

/// What becomes of a message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Carried {
    /// The sender's own system does not take it: the reply.
    pub refused: Option<&'static str>,
    /// Each system and mailbox, and how many copies it gets.
    pub copies: BTreeMap<(System, Address), u32>,
    /// The returns, in the order in which they are made.
    pub returns: Vec<Return>,
    /// How often a hop limit ended it; what ends its returns is not counted.
    pub too_many_hops: u32,
    /// Whether a system led it round within itself, and refused it for that.
    pub endless: bool,
    /// Whether some of it leads round within a system of which nobody knows what
    /// it makes of that: what becomes of it from there is not in here.
    pub untold: bool,
    /// How many messages the servers handle for it, returns among them.
    pub sessions: u32,
    /// Whether it multiplies beyond what is worth counting.
    pub avalanche: bool,
}

/// A message that comes back.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Return {
    /// Who returns it; for mail from the Internet that nobody has taken yet,
    /// [`System::Third`]: the sender's own server.
    pub by: System,
    /// The recipients that it is about, and the code for each.
    pub about: BTreeMap<Address, &'static str>,
    /// To whom; `None`: the null sender, so it is dropped.
    pub to: Option<Address>,
    /// Where it ends; empty: it is lost.
    pub lands: Vec<(System, Address)>,
}

/// Messages after which counting stops.
const AVALANCHE: u32 = 2_000;
/// Carries `message` to its ends.
pub fn carry(world: &World, message: &Message) -> Carried {
    let mut carrier = Carrier {
        world,
        size: message.size,
        batches: VecDeque::new(),
        carried: Carried::default(),
    };
    carrier.submit(message);
    while let Some(batch) = carrier.batches.pop_front() {
        carrier.handle(batch);
    }
    carrier.carried
}

/// One message at one system.
struct Batch {
    at: System,
    to: BTreeSet<Address>,
    sender: Option<Address>,
    utf8: bool,
    /// Whether its sender lies in the primary domain.
    own: bool,
    /// `Received` lines so far, this system's own among them.
    hops: u16,
    /// The return that this is, by its place in [`Carried::returns`].
    is_return: Option<usize>,
}

struct Carrier<'w> {
    world: &'w World,
    size: u64,
    batches: VecDeque<Batch>,
    carried: Carried,
}

impl Carrier<'_> {
    fn submit(&mut self, message: &Message) {
        let to = BTreeSet::from([message.to.clone()]);
        let utf8 = [Some(&message.to), message.sender.as_ref()]
            .into_iter()
            .flatten()
            .any(Address::needs_smtputf8);
        let at = message.origin.system();
        let sender = message.sender.clone();
        let own = message.bears_own_domain(self.world);
        let batch = Batch { at, to, sender, utf8, own, hops: 0, is_return: None };
        let forced = at == System::Host && self.world.forced_mx(&message.to).is_some();
        if at == System::Third || forced {
            // The writer's own server, which has none of the domains.
            return self.handle(Batch { at: System::Third, hops: 1, ..batch });
        }
        let known = match self.world.rcpt(at, &message.to) {
            // Its own users may write to anybody.
            RcptAnswer::Accepted | RcptAnswer::RelayDenied => Ok(()),
            RcptAnswer::Unknown => Err("550 5.1.1"),
        };
        if let Err(code) = known.and_then(|()| self.takes(at, &batch)) {
            self.carried.refused = Some(code);
        } else {
            self.batches.push_back(Batch { hops: 1, ..batch });
        }
    }

    /// Whether `at` takes the message as a whole, whoever it is for.
    fn takes(&mut self, at: System, batch: &Batch) -> Result<(), &'static str> {
        if let Some(limits) = self.world.limits(at) {
            let size = if batch.is_return.is_some() { 0 } else { self.size };
            limits.fits(size, batch.utf8).map_err(Unfit::code)?;
            if batch.hops + 1 >= limits.hops {
                self.carried.too_many_hops += u32::from(batch.is_return.is_none());
                return Err(Unfit::TooManyHops.code());
            }
        }
        if self.world.disperse(at, &batch.to).is_err() {
            self.carried.endless |= batch.is_return.is_none();
            return Err(NO_END);
        }
        Ok(())
    }

    fn handle(&mut self, batch: Batch) {
        self.carried.sessions += 1;
        if self.carried.sessions > AVALANCHE {
            self.carried.avalanche = true;
            return;
        }
        let Ok(dispersal) = self.world.disperse(batch.at, &batch.to) else { return };
        self.carried.untold |= dispersal.untold && batch.is_return.is_none();
        let mut failed = dispersal.failed;
        for mailbox in dispersal.here.into_values() {
            self.deliver(&batch, batch.at, mailbox);
        }
        for ((system, _), to) in dispersal.onward {
            failed.extend(self.session(&batch, system, to));
        }
        if batch.is_return.is_some() {
            return;
        }
        // What may yet succeed is tried again, and returned by itself at last.
        let (later, now): (BTreeMap<_, _>, BTreeMap<_, _>) =
            failed.into_iter().partition(|(_, code)| code.starts_with('4'));
        for about in [now, later] {
            if !about.is_empty() {
                self.give_back(&batch, about);
            }
        }
    }

    /// One session with the next system; returns what it refuses.
    fn session(
        &mut self,
        from: &Batch,
        system: System,
        to: BTreeSet<Address>,
    ) -> BTreeMap<Address, &'static str> {
        if system == System::Third {
            // Nothing is known of its limits but that every server has one.
            if from.hops + 1 >= Limits::default().hops {
                self.carried.too_many_hops += u32::from(from.is_return.is_none());
                let code = Unfit::TooManyHops.code();
                return to.into_iter().map(|address| (address, code)).collect();
            }
            for address in to {
                self.deliver(from, system, address);
            }
            return BTreeMap::new();
        }
        let (mut taken, mut failed) = (BTreeSet::new(), BTreeMap::new());
        for address in to {
            if from.at == System::External && self.world.external.keeps_back(&address) {
                failed.insert(address, Unfit::NeedsSmtputf8.code());
                continue;
            }
            match self.world.rcpt(system, &address) {
                RcptAnswer::Accepted => {
                    taken.insert(address);
                }
                RcptAnswer::Unknown => {
                    failed.insert(address, "550 5.1.1");
                }
                RcptAnswer::RelayDenied => {
                    failed.insert(address, "554 5.7.1");
                }
            }
        }
        if taken.is_empty() {
            return failed;
        }
        // Whoever wrote it asked for SMTPUTF8 or did not; what a list puts in
        // place of its own name changes nothing (Postfix).
        let utf8 = from.utf8;
        let sender = from.sender.clone();
        let next = Batch {
            at: system,
            to: taken,
            sender,
            utf8,
            own: from.own,
            hops: from.hops,
            is_return: from.is_return,
        };
        let outside = system == System::External && from.at != System::External;
        if outside && next.own && self.world.external.refuses_own_senders.is_some() {
            let code = Unfit::OwnSender.code();
            failed.extend(next.to.into_iter().map(|address| (address, code)));
            return failed;
        }
        match self.takes(system, &next) {
            Ok(()) => self.batches.push_back(Batch { hops: next.hops + 1, ..next }),
            Err(code) => failed.extend(next.to.into_iter().map(|address| (address, code))),
        }
        failed
    }

    fn deliver(&mut self, batch: &Batch, system: System, mailbox: Address) {
        match batch.is_return {
            Some(index) => {
                if let Some(returned) = self.carried.returns.get_mut(index) {
                    returned.lands.push((system, mailbox));
                }
            }
            None => *self.carried.copies.entry((system, mailbox)).or_default() += 1,
        }
    }

    fn give_back(&mut self, batch: &Batch, about: BTreeMap<Address, &'static str>) {
        let (by, to) = (batch.at, batch.sender.clone());
        let index = self.carried.returns.len();
        self.carried.returns.push(Return { by, about, to: to.clone(), lands: Vec::new() });
        let Some(to) = to else { return };
        let utf8 = to.needs_smtputf8();
        let to = BTreeSet::from([to]);
        self.batches.push_back(Batch {
            at: by,
            to,
            sender: None,
            utf8,
            own: false,
            hops: 1,
            is_return: Some(index),
        });
    }
}
