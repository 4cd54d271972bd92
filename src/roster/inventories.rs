//! Both inventories side by side: the people of the plan, and the mailboxes
//! that the host lists. Where they disagree, mail loops, bounces or splits.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::plan::{Address, Home, Mailbox, Roster};

/// A way in which the inventories disagree, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Discord {
    /// The plan says that the mailbox is at the host; the host has none. With
    /// a contact for it on the external server, mail loops.
    ContactWithoutMailbox,
    /// The host has a mailbox, and the external server keeps one too.
    BothSides,
    /// On the external server by the plan, which refuses the address.
    RefusedOutside,
    /// The host has a mailbox of somebody who is not in the plan.
    OnlyAtHost,
    /// Another address of one person is somebody else's mailbox or list.
    NameTaken,
    /// Two people own the same other address.
    OwnedTwice,
    /// At the host, and the external server refuses the address.
    MailboxWithoutContact,
    /// A contact on the external server for somebody who is nowhere.
    Nowhere,
    /// Who may send for whom move at different times.
    DelegatesApart,
}

/// Who it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// Of which kind.
    pub kind: Discord,
    /// Whose plan would be changed.
    pub address: Address,
    /// What exactly, to follow the address: "is an alias of bob@example.com".
    pub what: String,
    /// The other side of it: the alias, or the person whose wave differs.
    pub other: Option<Address>,
}

impl Discord {
    /// Every kind, the worst first.
    pub const ALL: [Self; 9] = [
        Self::ContactWithoutMailbox,
        Self::BothSides,
        Self::RefusedOutside,
        Self::OnlyAtHost,
        Self::NameTaken,
        Self::OwnedTwice,
        Self::MailboxWithoutContact,
        Self::Nowhere,
        Self::DelegatesApart,
    ];

    /// What it is, a heading.
    pub fn heading(self) -> &'static str {
        match self {
            Self::ContactWithoutMailbox => "At the host by the plan, but without a mailbox there",
            Self::BothSides => "A mailbox on both sides",
            Self::RefusedOutside => "On the external server by the plan, which refuses them",
            Self::OnlyAtHost => "At the host, but not in the plan",
            Self::NameTaken => "An alias that is somebody else's address",
            Self::OwnedTwice => "An alias of two people",
            Self::MailboxWithoutContact => "At the host, but refused by the external server",
            Self::Nowhere => "A contact for a mailbox that is nowhere",
            Self::DelegatesApart => "Delegates who move at another time",
        }
    }

    /// What to do, a sentence or two.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::ContactWithoutMailbox => {
                "Create the mailbox in the host's panel before the contact is loaded, or set the person to external. Until then mail to them loops."
            }
            Self::BothSides => {
                "Set whoever has moved to at host. Leave whoever moves in a later wave: their mailbox only waits there, and mail from the host's own users already goes to it."
            }
            Self::RefusedOutside => {
                "Create the mailbox on the external server, set the person to at host, or take them off the list. Then ask the servers again."
            }
            Self::OnlyAtHost => {
                "Add them to the plan as at host, so that the external server gets a forward for each. Delete test mailboxes in the host's panel."
            }
            Self::NameTaken => {
                "Take the alias off one of them: the host refuses a mailbox whose name is an alias or list already."
            }
            Self::OwnedTwice => "Take the alias off one of them: mail can reach one person only.",
            Self::MailboxWithoutContact => {
                "Load the forwards of their wave on the external server, then ask it again."
            }
            Self::Nowhere => {
                "Delete the contact on the external server, or create the mailbox at the host and set the person to at host."
            }
            Self::DelegatesApart => {
                "Move them in the same wave: between the two systems nobody can open another's mailbox or send in its name."
            }
        }
    }

    /// What is done to all of them at once, if something can be; a button.
    pub fn mend_label(self) -> Option<&'static str> {
        match self {
            Self::ContactWithoutMailbox => Some("Set these to external"),
            Self::BothSides => Some("Set these to at host"),
            Self::OnlyAtHost => Some("Add these as at host"),
            Self::NameTaken | Self::OwnedTwice => Some("Take these aliases off"),
            Self::Nowhere => Some("Remove these from the list"),
            Self::DelegatesApart => Some("Move these in the same wave"),
            Self::MailboxWithoutContact | Self::RefusedOutside => None,
        }
    }
}

/// Everything on which they disagree, the worst first. `host`: the host's own
/// list, where it was read. `refused`: whether the server of a side was asked
/// and refused an address, with what is to be added: how often, where not twice.
pub fn disagreements(
    roster: &Roster,
    host: Option<&BTreeSet<Address>>,
    refused: impl Fn(&Address, Home) -> Option<&'static str>,
) -> Vec<Disagreement> {
    let mut found = Vec::new();
    let mut say = |kind, address: &Address, what: String, other: Option<&Address>| {
        let (address, other) = (address.clone(), other.cloned());
        found.push(Disagreement { kind, address, what, other });
    };
    let at_host = |address: &Address| host.map(|list| list.contains(address));
    for who in roster {
        let address = &who.address;
        match (who.home, at_host(address)) {
            (Home::Host, Some(false)) => {
                say(Discord::ContactWithoutMailbox, address, String::new(), None);
            }
            (Home::External, Some(true)) => {
                let what =
                    who.wave.map_or_else(String::new, |wave| format!("moves in wave {wave}"));
                say(Discord::BothSides, address, what, None);
            }
            (Home::External, Some(false)) if who.kind() == crate::plan::Kind::Contact => {
                say(Discord::Nowhere, address, String::new(), None);
            }
            (Home::Host, _) if let Some(note) = refused(address, Home::Host) => {
                let what = format!("is refused by the host {note}").trim_end().to_owned();
                say(Discord::ContactWithoutMailbox, address, what, None);
            }
            (Home::External, _) if let Some(note) = refused(address, Home::External) => {
                say(Discord::RefusedOutside, address, note.to_owned(), None);
            }
            _ => {}
        }
        if who.home == Home::Host
            && let Some(note) = refused(address, Home::External)
        {
            say(Discord::MailboxWithoutContact, address, note.to_owned(), None);
        }
    }
    let missing = host.into_iter().flatten().filter(|address| roster.get(address).is_none());
    // An alias of somebody that is a mailbox of its own is told as such.
    let mut owner: HashMap<&Address, &Mailbox> = HashMap::new();
    for who in roster {
        for alias in &who.aliases {
            if let Some(first) = owner.insert(alias, who) {
                let what = format!("owns {alias}, and so does {}", first.address);
                say(Discord::OwnedTwice, &who.address, what, Some(alias));
            }
            if let Some(other) = roster.get(alias) {
                let what = format!("has the alias {alias}, which is {}", kind_words(other));
                say(Discord::NameTaken, &who.address, what, Some(alias));
            }
        }
    }
    for address in missing {
        match owner.get(address) {
            Some(who) => {
                let what = format!("has the alias {address}, which is a mailbox at the host");
                say(Discord::NameTaken, &who.address, what, Some(address));
            }
            None => say(Discord::OnlyAtHost, address, String::new(), None),
        }
    }
    let by_name = Names::of(roster);
    for who in roster {
        let delegates = who.delegates().iter().filter_map(|name| by_name.find(name, roster));
        for other in delegates.filter(|other| when(other) != when(who)) {
            let what = format!(
                "is {}; the delegate {} is {}",
                when_words(who),
                other.address,
                when_words(other)
            );
            say(Discord::DelegatesApart, &who.address, what, Some(&other.address));
        }
    }
    found.sort_by(|a, b| (a.kind, &a.address, &a.other).cmp(&(b.kind, &b.address, &b.other)));
    found.dedup();
    found
}

/// Changes the plan so that these disagree no more.
pub fn mend<'a>(roster: &mut Roster, found: impl IntoIterator<Item = &'a Disagreement>) {
    let mut gone = HashSet::new();
    for Disagreement { kind, address, other, .. } in found {
        match kind {
            Discord::ContactWithoutMailbox => {
                roster.edit(address, |who| who.home = Home::External);
            }
            Discord::BothSides => roster.edit(address, |who| who.home = Home::Host),
            Discord::OnlyAtHost if roster.get(address).is_none() => {
                let mailbox = Mailbox { home: Home::Host, ..Mailbox::new(address.clone()) };
                let _ = roster.add(mailbox);
            }
            Discord::NameTaken | Discord::OwnedTwice => {
                roster
                    .edit(address, |who| who.aliases.retain(|alias| Some(alias) != other.as_ref()));
            }
            Discord::Nowhere => {
                gone.insert(address);
            }
            Discord::DelegatesApart => {
                let person = roster.get(address).map(|who| (who.home, who.wave));
                if let (Some((home, wave)), Some(other)) = (person, other) {
                    roster.edit(other, |who| (who.home, who.wave) = (home, wave));
                }
            }
            Discord::MailboxWithoutContact | Discord::RefusedOutside | Discord::OnlyAtHost => {}
        }
    }
    if !gone.is_empty() {
        roster.remove(|who| gone.contains(&who.address));
    }
}

fn kind_words(who: &Mailbox) -> &'static str {
    match who.kind() {
        crate::plan::Kind::List => "a list",
        crate::plan::Kind::Contact => "a contact",
        _ => "a mailbox of its own",
    }
}

/// Where somebody is, and when that changes: who agree in it can work together.
fn when(who: &Mailbox) -> (Home, Option<u16>) {
    let wave = who.wave.filter(|_| who.home == Home::External).map(|wave| wave.get());
    (who.home, wave)
}

fn when_words(who: &Mailbox) -> String {
    match when(who) {
        (Home::Host, _) => "at the host".to_owned(),
        (Home::External, Some(wave)) => format!("in wave {wave}"),
        (Home::External, None) => "in no wave".to_owned(),
    }
}

/// People by what a directory may call them.
struct Names<'a> {
    /// Display names and user names that one person alone has.
    known: HashMap<String, Option<&'a Mailbox>>,
}

impl<'a> Names<'a> {
    fn of(roster: &'a Roster) -> Self {
        let mut known: HashMap<String, Option<&Mailbox>> = HashMap::new();
        if roster.iter().all(|who| who.delegates().is_empty()) {
            return Self { known };
        }
        for who in roster {
            for name in [who.display_name.to_lowercase(), who.address.local().to_owned()] {
                let entry = known.entry(name).or_insert(Some(who));
                if entry.is_some_and(|other| other.address != who.address) {
                    *entry = None;
                }
            }
        }
        Self { known }
    }

    /// An address, a name, `CN=Ann Lee,OU=...` or `example.local/Users/Ann Lee`.
    /// Nobody where two people might be meant.
    fn find(&self, delegate: &str, roster: &'a Roster) -> Option<&'a Mailbox> {
        if let Some(who) = Address::parse(delegate).ok().and_then(|found| roster.get(&found)) {
            return Some(who);
        }
        let common = delegate.get(..3).filter(|start| start.eq_ignore_ascii_case("cn="));
        let name = match common.and_then(|_| delegate.get(3..)) {
            Some(rest) => rest.split(',').next().unwrap_or_default(),
            None => delegate.rsplit('/').next().unwrap_or_default(),
        };
        self.known.get(&name.trim().to_lowercase()).copied().flatten()
    }
}

#[cfg(test)]
mod tests;
