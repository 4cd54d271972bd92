//! The smallest sets of switches that end a loop, found by turning them in the
//! model and following the messages again.

use std::collections::{BTreeMap, BTreeSet};

use super::breaks;
use super::follow::way;
use super::{Hop, Origin, Switch, System, World, follow};
use crate::plan::Address;

/// Switches in a set that is looked for in all ways, at most.
const AT_ONCE: usize = 3;
/// Sets looked at of each size.
const LOOKED_AT: usize = 60;
/// Switches in a set that is put together one by one, at most: more is a mess
/// to be cleared up by hand.
const ONE_BY_ONE: usize = 12;

/// The messages that go round in `world`.
pub(super) struct Tangle<'w> {
    world: &'w World,
    /// A copy of it, in which switches are turned.
    tried: World,
    addresses: BTreeSet<Address>,
    /// Who gets each message now.
    reached: BTreeMap<(Origin, Address), BTreeSet<(System, Address)>>,
    /// Who gets what is written to lists from which somebody is taken out.
    beside: BTreeMap<(Origin, Address), BTreeSet<(System, Address)>>,
    /// Which switches may be turned at the stops of a circle.
    switches: fn(&World, &[Hop]) -> Vec<Switch>,
}

impl<'w> Tangle<'w> {
    /// Nothing yet goes round in it.
    pub(super) fn new(world: &'w World, switches: fn(&World, &[Hop]) -> Vec<Switch>) -> Self {
        let (addresses, reached, beside) = (BTreeSet::new(), BTreeMap::new(), BTreeMap::new());
        Self { world, tried: world.clone(), addresses, reached, beside, switches }
    }

    /// A message that goes round, and who gets it now.
    pub(super) fn add(
        &mut self,
        origin: Origin,
        to: &Address,
        reached: impl Iterator<Item = (System, Address)>,
    ) {
        self.addresses.insert(to.clone());
        self.reached.insert((origin, to.clone()), reached.collect());
    }

    /// Looks at the lists of these sets too, when it tells who gets nothing.
    pub(super) fn look_beside(&mut self, origin: Origin, sets: &[Vec<Switch>]) {
        for switch in sets.iter().flatten() {
            let Switch::RemoveMember { list, .. } = switch else { continue };
            let message = (origin, list.clone());
            if !self.reached.contains_key(&message) && !self.beside.contains_key(&message) {
                let copies = follow(self.world, origin, list).count.copies.into_iter();
                self.beside.insert(message, copies.map(|one| (one.at, one.mailbox)).collect());
            }
        }
    }

    /// The sets that end every circle: the smallest ones, and where each of
    /// those costs somebody the message, the smallest that cost nobody any.
    /// Every such set has a switch in each circle, so each that does not end
    /// them is made longer by those of the circle that it leaves.
    pub(super) fn ways_out(&mut self) -> Vec<Vec<Switch>> {
        let mut open = vec![(Vec::new(), self.left(&[]))];
        let mut known: BTreeSet<Vec<Switch>> = BTreeSet::new();
        let mut found: Vec<Vec<Switch>> = Vec::new();
        for _ in 0..AT_ONCE {
            let (mut more, mut longer) = (Vec::new(), Vec::new());
            for (set, switches) in open {
                for switch in switches.into_iter().flatten() {
                    let set = with(&set, switch);
                    let holds = |one: &Vec<Switch>| one.iter().all(|switch| set.contains(switch));
                    if found.iter().any(holds) || !known.insert(set.clone()) {
                        continue;
                    }
                    match self.left(&set) {
                        None => more.push(set),
                        left => longer.push((set, left)),
                    }
                }
            }
            more.sort();
            if !found.is_empty() {
                more.retain(|set| self.unreached(set).is_empty());
            }
            found.extend(more);
            if found.iter().any(|set| self.unreached(set).is_empty()) {
                break;
            }
            longer.truncate(LOOKED_AT);
            open = longer;
        }
        found
    }

    /// One set that ends every circle, and costs as few as can be the message;
    /// none of its switches is there for nothing. `None`: it is too large.
    pub(super) fn best(&mut self) -> Option<Vec<Switch>> {
        let found = self.ways_out();
        if let Some(best) =
            found.into_iter().min_by_key(|set| (self.unreached(set).len(), set.len()))
        {
            return Some(best);
        }
        let mut set: Vec<Switch> = Vec::new();
        while let Some(switches) = self.left(&set) {
            if set.len() == ONE_BY_ONE {
                return None;
            }
            let longer = switches.into_iter().map(|switch| with(&set, switch));
            set = longer.min_by_key(|set| self.unreached(set).len())?;
        }
        for switch in set.clone() {
            let rest: Vec<Switch> = set.iter().filter(|one| **one != switch).cloned().collect();
            if self.left(&rest).is_none() {
                set = rest;
            }
        }
        Some(set)
    }

    /// Who does not get which message any more, once the set is turned.
    pub(super) fn unreached(&mut self, set: &[Switch]) -> BTreeSet<(Address, Address)> {
        self.turn(set);
        let lost = lost(&self.tried, &self.reached);
        self.turn_back(set);
        lost
    }

    /// The same as a sentence, of other lists too.
    pub(super) fn unreached_text(&mut self, set: &[Switch]) -> String {
        let own = self.unreached(set);
        self.turn(set);
        let beside = lost(&self.tried, &self.beside);
        self.turn_back(set);
        let head = if own.is_empty() { "Whoever gets it now still does." } else { "" };
        let mut all = own.iter().chain(&beside);
        let Some((to, first)) = all.next() else { return head.to_owned() };
        let more = match all.count() {
            0 => String::new(),
            1 => ", and so it is for one other".to_owned(),
            more => format!(", and so it is for {more} others"),
        };
        let space = if head.is_empty() { "" } else { " " };
        format!("{head}{space}{first} then does not get what is written to {to}{more}.")
    }

    /// The world with the set turned.
    pub(super) fn with<T>(&mut self, set: &[Switch], look: impl FnOnce(&World) -> T) -> T {
        self.turn(set);
        let seen = look(&self.tried);
        self.turn_back(set);
        seen
    }

    /// What can be changed in a circle that is left once the set is turned;
    /// `None`: no message goes round any more, from wherever.
    fn left(&mut self, set: &[Switch]) -> Option<Vec<Switch>> {
        self.turn(set);
        let left = self.circle().map(|circle| (self.switches)(&self.tried, &circle));
        self.turn_back(set);
        left
    }

    fn circle(&self) -> Option<Vec<Hop>> {
        let mut ways = self.addresses.iter().flat_map(|to| Origin::ALL.map(|origin| (origin, to)));
        ways.find_map(|(origin, to)| breaks::circle(&way(&self.tried, origin, to)))
    }

    fn turn(&mut self, set: &[Switch]) {
        set.iter().for_each(|switch| switch.turn(&mut self.tried));
    }

    fn turn_back(&mut self, set: &[Switch]) {
        set.iter().for_each(|switch| switch.turn_back(self.world, &mut self.tried));
    }
}

/// Who got which of these messages and does not get it in `world`.
fn lost(
    world: &World,
    reached: &BTreeMap<(Origin, Address), BTreeSet<(System, Address)>>,
) -> BTreeSet<(Address, Address)> {
    let mut lost = BTreeSet::new();
    for ((origin, to), before) in reached {
        let after = follow(world, *origin, to).count.copies;
        let gets = |mailbox: &&(System, Address)| {
            after.iter().any(|one| (one.at, &one.mailbox) == (mailbox.0, &mailbox.1))
        };
        let gone = before.iter().filter(|mailbox| !gets(mailbox));
        lost.extend(gone.map(|(_, mailbox)| (to.clone(), mailbox.clone())));
    }
    lost
}

fn with(set: &[Switch], switch: Switch) -> Vec<Switch> {
    let mut set: Vec<Switch> = set.iter().cloned().chain([switch]).collect();
    set.sort();
    set.dedup();
    set
}
