//! Why the domain is split, and how mail enters it.

use serde::{Deserialize, Serialize};

/// The answers of the first step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Situation {
    /// For a while, or for good.
    pub purpose: Purpose,
    /// The system that the primary domain's MX records name today.
    pub primary_mx: Side,
    /// Whether the host's control panel still shows Split Domain for this
    /// domain.
    pub panel: PanelOffer,
}

/// One of the two mail systems.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The external mail server (Exchange first of all).
    #[default]
    External,
    /// The host (Rackspace Email first of all).
    Host,
}

impl Side {
    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::External => Self::Host,
            Self::Host => Self::External,
        }
    }

    /// As in files and options.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::External => "external",
            Self::Host => "host",
        }
    }
}

/// Whether the split ends one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// Mailboxes move to the host in waves, then the split is taken down.
    #[default]
    Migration,
    /// The split stays.
    Permanent,
}

impl Purpose {
    /// As in files and options.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Migration => "migration",
            Self::Permanent => "permanent",
        }
    }
}

/// Rackspace has offered no new split domains since April 2022, so the answer
/// decides whether the plan can work at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PanelOffer {
    /// The administrator has not looked yet.
    #[default]
    NotLooked,
    /// Domains > Split Domain is there.
    Offered,
    /// It is not; the way without split domain routing is needed.
    NotOffered,
}
