//! What was handed out already, beside what the plan wants now.

use std::collections::{BTreeMap, BTreeSet};

use super::{Address, Home, Mailbox, Owners, Plan, Task, WaveNumber};

/// The forwards that were handed out, each with its target.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Handed {
    /// By address; the latest export counts.
    pub forwards: BTreeMap<Address, Address>,
    /// The wave of that export; `None`: everyone at the host. An address whose
    /// wave is not told is not here.
    pub with: BTreeMap<Address, Option<WaveNumber>>,
    /// Those that an export told to take off again, with their targets. They
    /// are named for as long as an export tells of them.
    pub withdrawn: BTreeMap<Address, Address>,
    /// Of those, whoever was only put off, and gets the forward again later.
    pub put_off: BTreeSet<Address>,
    /// What Exchange and Active Directory call whom: an object that is there
    /// keeps its name, and nobody else gets it.
    pub names: BTreeMap<Address, ContactName>,
}

/// A forward to take off the external server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removal {
    /// Where it leads.
    pub target: Address,
    /// The wave in which the person moves, where that was put off: until then
    /// the forward has no mailbox behind it, which is a loop. `None`: nobody
    /// needs it any more.
    pub until: Option<WaveNumber>,
}

/// What an object of Exchange is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactName {
    /// `Name`.
    pub name: String,
    /// `Alias`, of which the name in Active Directory is made.
    pub alias: String,
}

/// A wave beside what was handed out before: so that no wave repeats another.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Difference {
    /// Addresses that need a forward and never had one.
    pub new: Vec<Address>,
    /// Addresses whose forward has another target now.
    pub changed: Vec<Address>,
    /// How many were handed out as they are wanted.
    pub same: usize,
}

impl Difference {
    /// A sentence.
    pub fn words(&self) -> String {
        match (self.new.len(), self.changed.len(), self.same) {
            (0, 0, 0) => "No addresses to forward.".to_owned(),
            (0, 0, same) => format!("All {same} addresses were handed out."),
            (new, changed, same) => {
                format!("Addresses: {new} new, {changed} changed, {same} handed out already.")
            }
        }
    }
}

/// What became of one person's forward.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handing {
    /// None is wanted, and none was handed out.
    Nothing,
    /// It is wanted, now or once the person moves.
    Wanted,
    /// It was handed out as it is wanted.
    Done,
    /// It was handed out with another target.
    Changed,
    /// It was handed out, and the person stays on the external server, or moves
    /// later than that.
    Surplus,
}

impl Handing {
    /// In a table.
    pub fn word(self) -> &'static str {
        match self {
            Self::Nothing => "",
            Self::Wanted => "to hand out",
            Self::Done => "handed out",
            Self::Changed => "changed",
            Self::Surplus => "to remove",
        }
    }
}

/// What is wanted for an address.
struct Wanted {
    target: Address,
    /// When its person moves; `None`: is at the host, or in no wave.
    moves: Option<WaveNumber>,
}

/// Addresses that a forward may be made for, with what they should lead to:
/// the same as the lists of an export hold.
fn wanted(plan: &Plan, of: impl Fn(Option<WaveNumber>, bool) -> bool) -> BTreeMap<Address, Wanted> {
    let owners = Owners::of(plan);
    let own = |who: &&Mailbox| who.address.domain() == plan.domain();
    let lists = plan.lists_at_host();
    let people = plan.roster.iter().filter(own).chain(&lists);
    people
        .filter(|who| of(who.wave, who.home == Home::Host))
        .flat_map(|who| {
            let target = plan.routing_address(&who.address);
            let moves = who.wave.filter(|_| who.home == Home::External);
            let others = owners.others(who).filter(|(_, fault)| fault.is_none());
            std::iter::once(&who.address)
                .chain(others.map(|(alias, _)| alias))
                .map(|address| (address.clone(), Wanted { target: target.clone(), moves }))
                .collect::<Vec<_>>()
        })
        .collect()
}

impl Handed {
    /// What a wave has to hand out; `None`: everyone who is at the host today.
    pub fn difference(&self, plan: &Plan, wave: Option<WaveNumber>) -> Difference {
        let mut difference = Difference::default();
        let of = |moves: Option<WaveNumber>, at_host| match wave {
            Some(wave) => moves == Some(wave),
            None => at_host,
        };
        for (address, wanted) in wanted(plan, of) {
            match self.forwards.get(&address) {
                None => difference.new.push(address),
                Some(_) if self.is_put_off(plan, &address, wanted.moves) => {
                    difference.new.push(address);
                }
                Some(was) if *was != wanted.target => difference.changed.push(address),
                Some(_) => difference.same += 1,
            }
        }
        difference
    }

    /// What became of the forward of a person's own address.
    pub fn handing(&self, plan: &Plan, who: &Mailbox) -> Handing {
        let moves = who.home == Home::Host || who.wave.is_some();
        match self.forwards.get(&who.address) {
            None if moves => Handing::Wanted,
            None => Handing::Nothing,
            Some(_) if !moves => Handing::Surplus,
            Some(_)
                if who.home == Home::External && self.is_put_off(plan, &who.address, who.wave) =>
            {
                Handing::Surplus
            }
            Some(was) if *was != plan.routing_address(&who.address) => Handing::Changed,
            Some(_) => Handing::Done,
        }
    }

    /// Forwards that were handed out and must go: nobody in the plan needs them,
    /// or whoever does was put off to a later wave. While somebody may be missing
    /// from the list that can't be told.
    pub fn to_remove(&self, plan: &Plan) -> BTreeMap<Address, Removal> {
        if !plan.roster.is_whole() {
            return BTreeMap::new();
        }
        let wanted = wanted(plan, |wave, at_host| wave.is_some() || at_host);
        let was_put_off = |address: &Address, moves: WaveNumber| {
            self.is_put_off(plan, address, Some(moves))
                || self.put_off.contains(address) && !plan.done.contains(&Task::LoadForwards(moves))
        };
        let goes = |address: &Address| match wanted.get(address) {
            None => Some(None),
            Some(Wanted { moves, .. }) => moves.filter(|to| was_put_off(address, *to)).map(Some),
        };
        let all = self.withdrawn.iter().chain(&self.forwards);
        all.filter_map(|(address, target)| {
            let removal = Removal { target: target.clone(), until: goes(address)? };
            Some((address.clone(), removal))
        })
        .collect()
    }

    /// Forwards that were handed out for nobody who is in the list and needs
    /// one, each with its target.
    pub fn unclaimed(&self, plan: &Plan) -> BTreeMap<Address, Address> {
        let wanted = wanted(plan, |wave, at_host| wave.is_some() || at_host);
        let all = self.withdrawn.iter().chain(&self.forwards);
        all.filter(|(address, _)| !wanted.contains_key(*address))
            .map(|(address, target)| (address.clone(), target.clone()))
            .collect()
    }

    /// Whether a forward was loaded with an earlier wave than the one in which
    /// its person, who is not at the host, moves now; by what is ticked off.
    fn is_put_off(&self, plan: &Plan, address: &Address, moves: Option<WaveNumber>) -> bool {
        let is_loaded = |wave| plan.done.contains(&Task::loads(wave));
        let Some(moves) = moves.filter(|wave| !is_loaded(Some(*wave))) else { return false };
        self.with.get(address).is_some_and(|with| {
            is_loaded(*with) && with.is_none_or(|with| plan.is_earlier(with, moves))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Domain, Mailbox};

    #[test]
    fn wave_three_does_not_repeat_wave_one() {
        let mut plan = Plan::new(Domain::parse("example.com").unwrap()).unwrap();
        let address = |name: &str| Address::parse(&format!("{name}@example.com")).unwrap();
        for (name, wave) in [("ann", 1), ("bob", 3), ("cid", 3), ("dan", 3)] {
            let wave = WaveNumber::new(wave);
            plan.roster.add(Mailbox { wave, ..Mailbox::new(address(name)) }).unwrap();
        }
        plan.roster.edit(&address("dan"), |who| who.aliases = vec![address("d"), address("bob")]);
        let mut handed = Handed::default();
        for (name, target) in
            [("ann", "ann@rackspace"), ("cid", "cid@old"), ("gone", "gone@rackspace")]
        {
            let target = Address::parse(&format!("{target}.example.com")).unwrap();
            handed.forwards.insert(address(name), target);
        }
        let three = handed.difference(&plan, WaveNumber::new(3));
        // Dan claims bob@, which stays Bob's.
        assert_eq!(three.new, [address("bob"), address("d"), address("dan")]);
        assert_eq!((three.changed, three.same), (vec![address("cid")], 0));
        let one = handed.difference(&plan, WaveNumber::new(1));
        assert_eq!((one.new.len(), one.changed.len(), one.same), (0, 0, 1));
        let gone = |handed: &Handed| handed.to_remove(&plan).into_keys().collect::<Vec<_>>();
        assert_eq!(gone(&handed), [address("gone")]);
        let handing = |name: &str| handed.handing(&plan, plan.roster.get(&address(name)).unwrap());
        assert_eq!(
            ["ann", "bob", "cid"].map(handing),
            [Handing::Done, Handing::Wanted, Handing::Changed]
        );
        plan.roster.edit(&address("ann"), |who| who.wave = None);
        let ann = plan.roster.get(&address("ann")).unwrap();
        assert_eq!(handed.handing(&plan, ann), Handing::Surplus);
        let gone: Vec<Address> = handed.to_remove(&plan).into_keys().collect();
        assert_eq!(gone, [address("ann"), address("gone")]);
    }
}
