//! Everybody with an address in the domain.

use std::sync::{Arc, OnceLock};

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use super::census::Census;
use super::{Address, Listed, Mailbox};

/// The people, in the order in which they were read, each address once.
/// Copies share whoever is the same in both, so that undo may keep many.
#[derive(Debug, Clone, Default)]
pub struct Roster {
    mailboxes: Arc<Vec<Arc<Mailbox>>>,
    by_address: Arc<Index>,
    taken: Taken,
    /// Somebody may be missing who stood in the file.
    partial: bool,
}

/// What is worked out of everybody when it is first asked for; nothing after a
/// change.
#[derive(Debug, Clone, Default)]
struct Taken {
    census: OnceLock<Arc<Census>>,
    mark: OnceLock<u64>,
}

/// The row of each primary address: four octets for each person, because the
/// address itself stands in the row.
#[derive(Debug, Clone, Default)]
struct Index {
    rows: HashTable<u32>,
}

/// Somebody who is about to be added. What the index needs to know of the
/// address is known already: it is looked at on whichever thread made this.
pub struct Newcomer {
    mailbox: Arc<Mailbox>,
    hash: u64,
}

/// Adds very many people, one after the other.
pub struct Adding<'a> {
    mailboxes: &'a mut Vec<Arc<Mailbox>>,
    by_address: &'a mut Index,
}

/// People for whom room is made beforehand, whatever a file seems to hold.
const MOST_ROOM: usize = 4 << 20;

/// Everyone in order.
pub type Everyone<'a> =
    std::iter::Map<std::slice::Iter<'a, Arc<Mailbox>>, fn(&'a Arc<Mailbox>) -> &'a Mailbox>;

/// Why a person could not be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RosterError {
    /// The address stands in the roster already.
    #[error("{0} is in the list already")]
    Twice(Address),
}

impl Roster {
    /// Nobody yet, with room for so many people: it need not grow on the way.
    pub fn with_room(people: usize) -> Self {
        // Beyond that a list grows by itself.
        let people = people.min(MOST_ROOM);
        let rows = HashTable::with_capacity(people);
        Self {
            mailboxes: Arc::new(Vec::with_capacity(people)),
            by_address: Arc::new(Index { rows }),
            ..Self::default()
        }
    }

    /// Adds one person.
    ///
    /// # Errors
    /// When the primary address is there already, as anyone's primary address.
    pub fn add(&mut self, newcomer: impl Into<Newcomer>) -> Result<(), RosterError> {
        self.adding().add(newcomer.into())
    }

    /// To add many: what is shared with copies is copied here, once.
    pub fn adding(&mut self) -> Adding<'_> {
        Adding {
            mailboxes: Self::to_change(&mut self.mailboxes, &mut self.taken),
            by_address: Arc::make_mut(&mut self.by_address),
        }
    }

    /// Adds a person, or replaces the one with the same primary address in
    /// place. Returns who was replaced.
    pub fn put(&mut self, mailbox: Mailbox) -> Option<Mailbox> {
        match self.row(&mailbox.address) {
            Some(at) => {
                let slot = &mut Self::to_change(&mut self.mailboxes, &mut self.taken)[at];
                Some(Arc::unwrap_or_clone(std::mem::replace(slot, Arc::new(mailbox))))
            }
            None => {
                let _ = self.add(mailbox);
                None
            }
        }
    }

    /// Takes a person from a list: of somebody who is here already, only what
    /// the list says changes. Returns whether they were here.
    pub fn merge(&mut self, listed: Listed) -> bool {
        let address = listed.address.clone();
        let was_here = self.row(&address).is_some();
        if was_here {
            self.edit(&address, |mailbox| listed.tell(mailbox));
        } else {
            let _ = self.add(listed.mailbox());
        }
        was_here
    }

    /// The person with this primary address.
    pub fn get(&self, address: &Address) -> Option<&Mailbox> {
        self.row(address).and_then(|at| self.at(at))
    }

    /// The row, from 0, of the person with this primary address.
    pub fn row(&self, address: &Address) -> Option<usize> {
        self.by_address.find(&self.mailboxes, address)
    }

    /// Changes one person in place; the primary address stays.
    pub fn edit(&mut self, address: &Address, change: impl FnOnce(&mut Mailbox)) {
        if let Some(at) = self.row(address) {
            let all = self.taken.mark.take();
            let everyone = Self::to_change(&mut self.mailboxes, &mut self.taken);
            let mailbox = Arc::make_mut(&mut everyone[at]);
            let before = mark(mailbox);
            change(mailbox);
            mailbox.address = address.clone();
            // Nobody else is looked at again.
            let all = all.map(|all| all.wrapping_sub(before).wrapping_add(mark(mailbox)));
            self.taken.mark = all.map_or_else(OnceLock::new, OnceLock::from);
        }
    }

    /// Removes people by primary address.
    pub fn remove(&mut self, mut gone: impl FnMut(&Mailbox) -> bool) {
        Self::to_change(&mut self.mailboxes, &mut self.taken).retain(|mailbox| !gone(mailbox));
        let mut by_address = Index::default();
        let mailboxes = &self.mailboxes;
        for (row, mailbox) in mailboxes.iter().enumerate() {
            let before = mailboxes.get(..row).unwrap_or_default();
            by_address.insert(before, &mailbox.address, mailbox.address.hashed());
        }
        self.by_address = Arc::new(by_address);
    }

    /// How many live where and move when.
    pub fn census(&self) -> &Census {
        self.taken.census.get_or_init(|| Arc::new(Census::take(&self.mailboxes)))
    }

    /// Everyone, in order.
    pub fn iter(&self) -> Everyone<'_> {
        self.mailboxes.iter().map(|mailbox| mailbox)
    }

    /// The person in this row, from 0.
    pub fn at(&self, row: usize) -> Option<&Mailbox> {
        self.mailboxes.get(row).map(|mailbox| &**mailbox)
    }

    /// Whether both are one copy, without looking at anybody.
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.mailboxes, &other.mailboxes)
    }

    /// Whether the person in this row is one copy in both, without looking.
    pub fn is_same_at(&self, other: &Self, row: usize) -> bool {
        match (self.mailboxes.get(row), other.mailboxes.get(row)) {
            (Some(one), Some(two)) => Arc::ptr_eq(one, two),
            (one, two) => one.is_none() && two.is_none(),
        }
    }

    fn to_change<'r>(
        mailboxes: &'r mut Arc<Vec<Arc<Mailbox>>>,
        taken: &mut Taken,
    ) -> &'r mut Vec<Arc<Mailbox>> {
        *taken = Taken::default();
        Arc::make_mut(mailboxes)
    }

    /// Notes that the file held people who could not be read: whoever is not in
    /// the list has not left for that.
    pub fn note_unread(&mut self) {
        self.partial = true;
    }

    /// Whether everybody who stood in the file is in the list.
    pub fn is_whole(&self) -> bool {
        !self.partial
    }

    /// A short mark of who is in the list and where each lives, the same for the
    /// same people in any order and in each version of this program.
    pub fn mark(&self) -> String {
        let mark = self.taken.mark.get_or_init(|| {
            self.mailboxes.iter().map(|person| mark(person)).fold(0, u64::wrapping_add)
        });
        format!("{} {mark:016x}", self.len())
    }

    /// How many people.
    pub fn len(&self) -> usize {
        self.mailboxes.len()
    }

    /// Whether nobody is in it.
    pub fn is_empty(&self) -> bool {
        self.mailboxes.is_empty()
    }
}

impl<M: Into<Arc<Mailbox>>> From<M> for Newcomer {
    fn from(mailbox: M) -> Self {
        let mailbox = mailbox.into();
        Self { hash: mailbox.address.hashed(), mailbox }
    }
}

impl Newcomer {
    /// The primary address.
    pub fn address(&self) -> &Address {
        &self.mailbox.address
    }
}

impl Adding<'_> {
    /// Adds one person.
    ///
    /// # Errors
    /// As [`Roster::add`].
    pub fn add(&mut self, Newcomer { mailbox, hash }: Newcomer) -> Result<(), RosterError> {
        if !self.by_address.insert(self.mailboxes, &mailbox.address, hash) {
            return Err(RosterError::Twice(mailbox.address.clone()));
        }
        self.mailboxes.push(mailbox);
        Ok(())
    }
}

impl Index {
    fn find(&self, mailboxes: &[Arc<Mailbox>], address: &Address) -> Option<usize> {
        let has = |row: &u32| has(mailboxes, *row, address);
        let row = self.rows.find(address.hashed(), has)?;
        Some(*row as usize)
    }

    /// Takes in the row that comes behind these, unless the address, with its
    /// hash, is there.
    fn insert(&mut self, mailboxes: &[Arc<Mailbox>], address: &Address, hash: u64) -> bool {
        let row = u32::try_from(mailboxes.len()).expect("fewer than four thousand million people");
        let hash_of = |row: &u32| match mailboxes.get(*row as usize) {
            Some(mailbox) => mailbox.address.hashed(),
            None => hash,
        };
        match self.rows.entry(hash, |row| has(mailboxes, *row, address), hash_of) {
            Entry::Occupied(_) => false,
            Entry::Vacant(free) => {
                free.insert(row);
                true
            }
        }
    }
}

fn has(mailboxes: &[Arc<Mailbox>], row: u32, address: &Address) -> bool {
    mailboxes.get(row as usize).is_some_and(|mailbox| mailbox.address == *address)
}

impl PartialEq for Roster {
    fn eq(&self, other: &Self) -> bool {
        self.is_same(other) || self.mailboxes == other.mailboxes
    }
}

impl<'a> IntoIterator for &'a Roster {
    type Item = &'a Mailbox;
    type IntoIter = Everyone<'a>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Of one person: who it is and where they live.
fn mark(person: &Mailbox) -> u64 {
    let address = &person.address;
    let parts = [address.local(), "@", address.domain().as_str(), person.home.as_str()];
    fnv(parts.iter().flat_map(|part| part.bytes()))
}

/// FNV-1a with 64 bits: it is saved, so no hash will do that is another one in
/// each process or version.
fn fnv(octets: impl Iterator<Item = u8>) -> u64 {
    let mix = |hash: u64, octet| (hash ^ u64::from(octet)).wrapping_mul(0x0100_0000_01b3);
    octets.fold(0xcbf2_9ce4_8422_2325, mix)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Home;

    fn address(name: &str) -> Address {
        Address::parse(&format!("{name}@example.com")).unwrap()
    }

    #[test]
    fn a_copy_shares_everybody_but_whom_it_changes() {
        let mut before = Roster::default();
        for name in ["ann", "bob"] {
            before.add(Mailbox::new(address(name))).unwrap();
        }
        let mut after = before.clone();
        assert!(after.is_same(&before));
        after.edit(&address("bob"), |who| who.home = Home::Host);
        assert_ne!(after, before);
        assert_eq!(before.get(&address("bob")).unwrap().home, Home::External);
        assert!(std::ptr::eq(before.at(0).unwrap(), after.at(0).unwrap()));
        assert!(!std::ptr::eq(before.at(1).unwrap(), after.at(1).unwrap()));
        after.remove(|who| who.address.local() == "ann");
        assert_eq!((before.len(), after.len()), (2, 1));
        assert_eq!(after.get(&address("bob")).unwrap().home, Home::Host);
    }
}
