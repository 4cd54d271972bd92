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
    /// Where addresses go that it does not have; `None`: as `authority` says.
    pub catch_all: Option<Address>,
    /// What separates a user name from an extension (`ann+lists`); `None`:
    /// the whole name counts.
    pub extension: Option<char>,
    /// Whether it takes every name below the domain for its own (Exchange:
    /// accepted domain `*.example.com`).
    pub accepts_subdomains: bool,
    /// Whether mailboxes that stay and forward keep a copy too.
    pub forwards_keep_copy: bool,
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
    /// Postfix as a gateway: the domain is one of its relay domains.
    PostfixRelay,
    /// cPanel, or Exim with one alias file for each domain.
    Cpanel,
    /// Plesk.
    Plesk,
    /// Sendmail with a virtusertable.
    Sendmail,
    /// Zimbra.
    Zimbra,
    /// Google Workspace.
    GoogleWorkspace,
    /// hMailServer.
    #[serde(rename = "hmailserver")]
    HMailServer,
    /// Kerio Connect.
    Kerio,
    /// mailcow.
    Mailcow,
    /// MDaemon.
    #[serde(rename = "mdaemon")]
    MDaemon,
    /// iRedMail with an SQL database.
    #[serde(rename = "iredmail")]
    IRedMail,
    /// Anything else: a neutral list of address and target.
    Other,
}

impl ExternalSystem {
    /// All, in the order of the list on the first page.
    pub const ALL: [Self; 15] = [
        Self::ExchangeServer,
        Self::ExchangeOnline,
        Self::Postfix,
        Self::PostfixRelay,
        Self::Cpanel,
        Self::Plesk,
        Self::Sendmail,
        Self::Zimbra,
        Self::GoogleWorkspace,
        Self::HMailServer,
        Self::Kerio,
        Self::Mailcow,
        Self::MDaemon,
        Self::IRedMail,
        Self::Other,
    ];

    /// The product's name.
    pub fn label(self) -> &'static str {
        match self {
            Self::ExchangeServer => "Exchange Server (on-premises)",
            Self::ExchangeOnline => "Exchange Online",
            Self::Postfix => "Postfix",
            Self::PostfixRelay => "Postfix, as a relay for the domain",
            Self::Cpanel => "cPanel (Exim)",
            Self::Plesk => "Plesk",
            Self::Sendmail => "Sendmail",
            Self::Zimbra => "Zimbra",
            Self::GoogleWorkspace => "Google Workspace",
            Self::HMailServer => "hMailServer",
            Self::Kerio => "Kerio Connect",
            Self::Mailcow => "mailcow",
            Self::MDaemon => "MDaemon",
            Self::IRedMail => "iRedMail (SQL)",
            Self::Other => "Another mail server",
        }
    }

    /// As in files and options.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ExchangeServer => "exchange-server",
            Self::ExchangeOnline => "exchange-online",
            Self::Postfix => "postfix",
            Self::PostfixRelay => "postfix-relay",
            Self::Cpanel => "cpanel",
            Self::Plesk => "plesk",
            Self::Sendmail => "sendmail",
            Self::Zimbra => "zimbra",
            Self::GoogleWorkspace => "google-workspace",
            Self::HMailServer => "hmailserver",
            Self::Kerio => "kerio",
            Self::Mailcow => "mailcow",
            Self::MDaemon => "mdaemon",
            Self::IRedMail => "iredmail",
            Self::Other => "other",
        }
    }

    /// Whether it is one of the two kinds of Exchange.
    pub fn is_exchange(self) -> bool {
        matches!(self, Self::ExchangeServer | Self::ExchangeOnline)
    }

    /// Whether it is Postfix in either set-up.
    pub fn is_postfix(self) -> bool {
        matches!(self, Self::Postfix | Self::PostfixRelay)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_options_have_one_word_for_each_system() {
        for system in ExternalSystem::ALL {
            let word = serde_json::to_value(system).unwrap();
            assert_eq!(word, system.as_str());
            assert_eq!(serde_json::from_value::<ExternalSystem>(word).unwrap(), system);
        }
    }
}
