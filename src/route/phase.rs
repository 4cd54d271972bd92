//! The moments of a plan: as it was, and after each of its actions.

use std::fmt;

use serde::{Serialize, Serializer};

use super::{Deed, deeds};
use crate::plan::Plan;

/// A moment of the plan: its actions are done in the recommended order, each
/// seen everywhere before the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// As it was before anything was done. The host has the domain only if
    /// somebody lives there or the MX records name it: a domain that is added
    /// to the host without split domain routing takes the mail of all the
    /// host's customers (`facts` 1.3).
    Before,
    /// Once this action and all before it are done.
    After(Deed),
}

impl Phase {
    /// A short name: "Wave 2 has moved".
    pub fn label(self) -> String {
        let Self::After(deed) = self else { return "Before anything is done".to_owned() };
        match deed {
            Deed::SdrOn => "Split domain routing is on".to_owned(),
            Deed::ExternalMx => "The subdomain to the external server is visible".to_owned(),
            Deed::HostAliases => "The host has aliases for those outside".to_owned(),
            Deed::Alias => "The host knows the routing subdomain".to_owned(),
            Deed::SubdomainMx => "The subdomain's MX records are visible".to_owned(),
            Deed::FirstContacts => "Contacts of those at the host are imported".to_owned(),
            Deed::AliasesDeleted(wave) => format!("Aliases of wave {wave} at the host are deleted"),
            Deed::MailboxesMade(wave) => format!("Mailboxes of wave {wave} are made"),
            Deed::Contacts(wave) => format!("Contacts of wave {wave} are imported"),
            Deed::Moved(wave) => format!("Wave {wave} has moved"),
            Deed::ListsMade => "Lists of the external server are made at the host".to_owned(),
            Deed::PrimaryMx => "The primary MX records name the host".to_owned(),
            Deed::SdrOff => "Split domain routing is off".to_owned(),
            Deed::DomainReleased => "The external server has given up the domain".to_owned(),
            Deed::ContactsRemoved => "Contacts are removed".to_owned(),
            Deed::SubdomainRemoved => "The split is taken down".to_owned(),
        }
    }
}

/// As options name the action: `contacts-2`; `before` for none.
impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Before => f.write_str("before"),
            Self::After(deed) => deed.fmt(f),
        }
    }
}

impl Serialize for Phase {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The phases of this plan, in the recommended order.
pub fn phases(plan: &Plan) -> Vec<Phase> {
    let after = deeds(plan).into_iter().map(Phase::After);
    std::iter::once(Phase::Before).chain(after).collect()
}
