//! Everybody with an address in the domain.

use std::collections::HashMap;

use super::{Address, Mailbox};

/// The people, in the order in which they were read, each address once.
#[derive(Debug, Clone, Default)]
pub struct Roster {
    mailboxes: Vec<Mailbox>,
    by_address: HashMap<Address, usize>,
}

/// Why a person could not be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RosterError {
    /// The address stands in the roster already.
    #[error("{0} is in the list already")]
    Twice(Address),
}

impl Roster {
    /// Adds one person.
    ///
    /// # Errors
    /// When the primary address is there already, as anyone's primary address.
    pub fn add(&mut self, mailbox: Mailbox) -> Result<(), RosterError> {
        if self.by_address.contains_key(&mailbox.address) {
            return Err(RosterError::Twice(mailbox.address));
        }
        self.by_address.insert(mailbox.address.clone(), self.mailboxes.len());
        self.mailboxes.push(mailbox);
        Ok(())
    }

    /// Adds a person, or replaces the one with the same primary address in
    /// place. Returns who was replaced.
    pub fn put(&mut self, mailbox: Mailbox) -> Option<Mailbox> {
        match self.by_address.get(&mailbox.address) {
            Some(&at) => Some(std::mem::replace(&mut self.mailboxes[at], mailbox)),
            None => {
                let _ = self.add(mailbox);
                None
            }
        }
    }

    /// The person with this primary address.
    pub fn get(&self, address: &Address) -> Option<&Mailbox> {
        self.by_address.get(address).map(|&at| &self.mailboxes[at])
    }

    /// Changes one person in place; the primary address stays.
    pub fn edit(&mut self, address: &Address, change: impl FnOnce(&mut Mailbox)) {
        if let Some(&at) = self.by_address.get(address) {
            change(&mut self.mailboxes[at]);
            self.mailboxes[at].address = address.clone();
        }
    }

    /// Removes people by primary address.
    pub fn remove(&mut self, mut gone: impl FnMut(&Mailbox) -> bool) {
        self.mailboxes.retain(|mailbox| !gone(mailbox));
        self.by_address = index(&self.mailboxes);
    }

    /// Everyone, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Mailbox> {
        self.mailboxes.iter()
    }

    /// Everyone, in order, by row.
    pub fn as_slice(&self) -> &[Mailbox] {
        &self.mailboxes
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

fn index(mailboxes: &[Mailbox]) -> HashMap<Address, usize> {
    mailboxes.iter().enumerate().map(|(at, mailbox)| (mailbox.address.clone(), at)).collect()
}

impl PartialEq for Roster {
    fn eq(&self, other: &Self) -> bool {
        self.mailboxes == other.mailboxes
    }
}

impl<'a> IntoIterator for &'a Roster {
    type Item = &'a Mailbox;
    type IntoIter = std::slice::Iter<'a, Mailbox>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
