//! What can go wrong, to be switched on.

use std::fmt;
use std::str::FromStr;

/// A fault of the practice world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, clap::ValueEnum)]
#[value(rename_all = "kebab-case")]
pub enum Fault {
    /// Split domain routing was never switched on.
    SdrOff,
    /// The host does not have the routing subdomain as domain alias.
    NoAlias,
    /// The routing subdomain's MX records are not published.
    NoSubdomainMx,
    /// The primary domain's MX records were changed too, by mistake.
    PrimaryMxChanged,
    /// The external server accepts any recipient.
    AcceptsAnything,
    /// The external server defers what it sees for the first time.
    Greylist,
    /// The external server waits before each refusal.
    Tarpit,
    /// No connection to port 25 leaves this machine.
    PortBlocked,
    /// The external server refuses outside senders with its own domain.
    OwnDomainRefused,
    /// The external server's certificate is self-signed, for another name.
    BadCertificate,
    /// A contact on the external server whose mailbox at the host is missing.
    ContactWithoutMailbox,
    /// The external server passes unknown addresses to the host, which passes them back.
    BothNonAuthoritative,
}

/// A text that names no fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a fault of the practice world. Choose one of: {list}.", list = names())]
pub struct UnknownFault(String);

impl Fault {
    /// All, in the order in which the practice panel lists them.
    pub const ALL: [Self; 12] = [
        Self::SdrOff,
        Self::NoAlias,
        Self::NoSubdomainMx,
        Self::PrimaryMxChanged,
        Self::AcceptsAnything,
        Self::Greylist,
        Self::Tarpit,
        Self::PortBlocked,
        Self::OwnDomainRefused,
        Self::BadCertificate,
        Self::ContactWithoutMailbox,
        Self::BothNonAuthoritative,
    ];

    /// As in options: `sdr-off`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SdrOff => "sdr-off",
            Self::NoAlias => "no-alias",
            Self::NoSubdomainMx => "no-subdomain-mx",
            Self::PrimaryMxChanged => "primary-mx-changed",
            Self::AcceptsAnything => "accepts-anything",
            Self::Greylist => "greylist",
            Self::Tarpit => "tarpit",
            Self::PortBlocked => "port-blocked",
            Self::OwnDomainRefused => "own-domain-refused",
            Self::BadCertificate => "bad-certificate",
            Self::ContactWithoutMailbox => "contact-without-mailbox",
            Self::BothNonAuthoritative => "both-non-authoritative",
        }
    }

    /// As on the practice panel.
    pub fn label(self) -> &'static str {
        match self {
            Self::SdrOff => "Split domain routing off",
            Self::NoAlias => "Domain alias missing",
            Self::NoSubdomainMx => "Subdomain MX not published",
            Self::PrimaryMxChanged => "Primary MX changed by mistake",
            Self::AcceptsAnything => "External server accepts anything",
            Self::Greylist => "Greylisting",
            Self::Tarpit => "Tarpit",
            Self::PortBlocked => "Port 25 blocked here",
            Self::OwnDomainRefused => "Own domain refused as sender",
            Self::BadCertificate => "Wrong certificate",
            Self::ContactWithoutMailbox => "Contact without a mailbox",
            Self::BothNonAuthoritative => "Both systems pass unknown addresses on",
        }
    }

    /// What it does to mail, a sentence for the practice panel.
    pub fn explains(self) -> &'static str {
        match self {
            Self::SdrOff => {
                "Split domain routing was never saved in the control panel: the host refuses everyone whose mailbox is on the external server."
            }
            Self::NoAlias => {
                "The host does not know the routing subdomain, so forwarded mail is refused as relaying."
            }
            Self::NoSubdomainMx => {
                "The routing subdomain does not exist in the DNS, so forwarded mail has nowhere to go."
            }
            Self::PrimaryMxChanged => {
                "The MX records of the whole domain were changed, not only the subdomain's: all mail enters at the host."
            }
            Self::AcceptsAnything => {
                "The external server says yes to addresses that nobody has, and bounces them later."
            }
            Self::Greylist => {
                "The external server defers each sender and recipient it has not seen before, and takes the same pair some minutes later."
            }
            Self::Tarpit => "The external server waits some seconds before each refusal.",
            Self::PortBlocked => {
                "Connections to port 25 vanish on their way out of this network, as many providers have it."
            }
            Self::OwnDomainRefused => {
                "The external server refuses outside senders that use its own domain, so people at the host can't write to their colleagues."
            }
            Self::BadCertificate => {
                "The external server shows a self-signed certificate made out to another name."
            }
            Self::ContactWithoutMailbox => {
                "One person's contact points to the host, where the mailbox is missing: that person's mail goes round in a loop."
            }
            Self::BothNonAuthoritative => {
                "The external server passes unknown addresses to the host, and the host passes them back: every mistyped address loops."
            }
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Fault {
    type Err = UnknownFault;
    fn from_str(text: &str) -> Result<Self, UnknownFault> {
        Self::ALL.into_iter().find(|fault| fault.as_str() == text.trim()).ok_or_else(|| {
            UnknownFault(text.chars().take(40).flat_map(char::escape_debug).collect())
        })
    }
}

fn names() -> String {
    Fault::ALL.map(Fault::as_str).join(", ")
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    #[test]
    fn option_and_name_are_the_same_word() {
        assert_eq!(Fault::ALL.as_slice(), Fault::value_variants());
        for fault in Fault::ALL {
            assert_eq!(fault.as_str().parse(), Ok(fault));
            let option = fault.to_possible_value().unwrap();
            assert_eq!(option.get_name(), fault.as_str());
            assert!(fault.explains().ends_with('.'), "{fault}");
        }
    }

    #[test]
    fn an_unknown_fault_is_answered_with_the_list() {
        let told = "gre\u{7}ylist".parse::<Fault>().unwrap_err().to_string();
        assert!(
            told.contains("gre\\u{7}ylist") && told.contains("both-non-authoritative"),
            "{told}"
        );
    }
}
