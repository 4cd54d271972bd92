//! An address that stands for others: a list, or an alias with members.

use serde::{Deserialize, Serialize};

use super::{Address, Side};

/// A list or an alias on one of the two systems. Members may be lists again,
/// and lie on either system or elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its address, in the primary domain.
    pub address: Address,
    /// The system that knows it.
    pub at: Side,
    /// How that system keeps it.
    pub kind: GroupKind,
    /// To whom it goes, in order.
    pub members: Vec<Address>,
}

/// How a system keeps a group: it goes the same way, under another page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GroupKind {
    /// A group list or distribution list.
    #[default]
    List,
    /// An alias with members; at Rackspace up to four (`facts` 1.2).
    Alias,
}

impl GroupKind {
    /// As in files and options.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Alias => "alias",
        }
    }
}
