//! The external mail server.

use serde::{Deserialize, Serialize};

use super::{Address, HostName};

/// What is known of the external mail server.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExternalServer {
    /// The product that runs there.
    pub system: ExternalSystem,
    /// Its host name, as it goes into the panel's External Mail Server box.
    pub host_name: Option<HostName>,
    /// An address that exists there, as it goes into Verification Address.
    pub verification_address: Option<Address>,
    /// What it does with addresses of the domain that it does not have, by
    /// the administrator's word.
    pub authority: Authority,
}

/// The product on the external side: decides which forwards are written and
/// how they are loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExternalSystem {
    /// Exchange 2010 to Subscription Edition, on the administrator's premises.
    #[default]
    ExchangeServer,
    /// Exchange Online (Microsoft 365).
    ExchangeOnline,
    /// Postfix with virtual alias maps.
    Postfix,
    /// Anything else: a neutral list of address and target.
    Other,
}

impl ExternalSystem {
    /// All, in the order of the list on the first page.
    pub const ALL: [Self; 4] =
        [Self::ExchangeServer, Self::ExchangeOnline, Self::Postfix, Self::Other];

    /// The product's name.
    pub fn label(self) -> &'static str {
        match self {
            Self::ExchangeServer => "Exchange Server (on-premises)",
            Self::ExchangeOnline => "Exchange Online",
            Self::Postfix => "Postfix",
            Self::Other => "Another mail server",
        }
    }

    /// As in files and options.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ExchangeServer => "exchange-server",
            Self::ExchangeOnline => "exchange-online",
            Self::Postfix => "postfix",
            Self::Other => "other",
        }
    }
}

/// What a server does with an address of its domain that it does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Authority {
    /// Refuses it: the domain is authoritative there. What the plan needs.
    #[default]
    Authoritative,
    /// Passes it to the other system (Exchange InternalRelay, Postfix
    /// fallback_transport). With split domain routing on, a loop.
    InternalRelay,
    /// Takes it and bounces later, or has a catch-all.
    AcceptsAnything,
}

impl Authority {
    /// As in files and options.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Authoritative => "authoritative",
            Self::InternalRelay => "internal-relay",
            Self::AcceptsAnything => "accepts-anything",
        }
    }
}
