//! Names in the DNS: a mail domain and a server's host name.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::shown;

/// A mail domain: A-labels, lower case, no trailing dot, at least two labels,
/// at most 253 octets (RFC 1035 2.3.4, RFC 5890). Cheap to clone.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Domain(Arc<str>);

/// The host name of a server, in the same canonical form as a [`Domain`].
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HostName(Arc<str>);

/// Characters of an offending text that an error repeats.
pub(super) const SHOWN: usize = 40;

/// Why a text is not a name of the DNS. Each is a sentence for the person
/// who typed it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing was typed.
    #[error("Enter a name such as example.com.")]
    Empty,
    /// One label only.
    #[error("“{0}” has no dot. Enter the whole name, such as {0}.com.")]
    OneLabel(String),
    /// An address of a machine instead of its name.
    #[error("“{0}” is an IP address. Enter the server's name; mail is routed by name.")]
    IpAddress(String),
    /// A label that no name may contain.
    #[error("“{label}” can't be part of a name: {reason}.")]
    Label {
        /// The offending part, control characters escaped, cut to 40 characters.
        label: String,
        /// What is wrong with it, to follow a colon.
        reason: &'static str,
    },
    /// More than 253 octets.
    #[error("This name is {0} characters long; the DNS allows 253.")]
    TooLong(usize),
    /// `co.uk` and the like: nobody's own domain.
    #[error(
        "“{0}” is a suffix under which names are sold, not a domain of your own. Enter the name before it too."
    )]
    PublicSuffix(String),
}

impl Domain {
    /// Parses one name. Capitals, a trailing dot and Unicode labels are taken
    /// and normalised.
    ///
    /// # Errors
    /// When the text is not a name of two or more labels.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        canonical(text).map(|name| Self(name.into()))
    }

    /// Parses what people paste when asked for their domain: a URL, an
    /// address, `www.`, spaces and brackets around it. Public suffixes are
    /// refused.
    ///
    /// # Errors
    /// When no domain of the administrator's own can be read out of the text.
    pub fn from_pasted(text: &str) -> Result<Self, NameError> {
        let name = canonical(strip_pasted(text))?;
        let name = match name.strip_prefix("www.") {
            Some(rest) if text.contains("://") && rest.contains('.') => rest.to_owned(),
            _ => name,
        };
        if let Some(label) = name.split('.').find(|label| label.contains('_')) {
            return Err(NameError::Label {
                label: label.to_owned(),
                reason: "a mail domain has no underscore",
            });
        }
        if is_public_suffix(&name) {
            return Err(NameError::PublicSuffix(name));
        }
        Ok(Self(name.into()))
    }

    /// The canonical ASCII form, without trailing dot.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As people write it, with the form of the DNS beside it where that is
    /// another: "bücher.example (xn--bcher-kva.example in the DNS)".
    pub fn in_both_forms(&self) -> String {
        match self.to_unicode() {
            name if name == self.as_str() => name,
            name => format!("{name} ({self} in the DNS)"),
        }
    }

    /// `label` below this domain.
    ///
    /// # Errors
    /// When the result is not a name.
    pub fn child(&self, label: &str) -> Result<Self, NameError> {
        Self::parse(&format!("{label}.{}", self.0))
    }

    /// Whether this name lies strictly below `other`.
    pub fn is_below(&self, other: &Domain) -> bool {
        self.0.strip_suffix(other.as_str()).is_some_and(|front| front.ends_with('.'))
    }
}

/// Whether a name as others write it is `domain` or lies below it; both
/// without a dot at the end, and in one case.
pub fn is_within(name: &str, domain: &str) -> bool {
    name.strip_suffix(domain).is_some_and(|front| front.is_empty() || front.ends_with('.'))
}

impl HostName {
    /// Parses the name of a server out of what people paste: a URL, a
    /// `host:port`, capitals, a trailing dot.
    ///
    /// # Errors
    /// When the text is not a host name, or is an IP address.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let stripped = strip_pasted(text);
        if stripped.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok() {
            return Err(NameError::IpAddress(stripped.to_owned()));
        }
        canonical(stripped).map(|name| Self(name.into()))
    }

    /// The canonical ASCII form, without trailing dot.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Cuts a pasted URL, address or `host:port` down to the name in it.
fn strip_pasted(text: &str) -> &str {
    let text = text.trim().trim_matches(['<', '>', '"', '\'', '“', '”', ',', ';']);
    let text = text.strip_prefix("mailto:").unwrap_or(text);
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    let text = text.split(['/', '?', '#']).next().unwrap_or(text);
    let text = text.rsplit_once('@').map_or(text, |(_, domain)| domain);
    match text.rsplit_once(':') {
        Some((name, port)) if !name.contains(':') && port.bytes().all(|b| b.is_ascii_digit()) => {
            name
        }
        _ => text,
    }
    .trim()
}

fn canonical(text: &str) -> Result<String, NameError> {
    let text = text.trim();
    let bare = text.strip_suffix('.').unwrap_or(text);
    if bare.is_empty() {
        return Err(NameError::Empty);
    }
    if bare.len() > 1024 {
        return Err(NameError::TooLong(bare.chars().count()));
    }
    if bare.parse::<std::net::IpAddr>().is_ok() {
        return Err(NameError::IpAddress(bare.to_owned()));
    }
    for label in bare.split(['.', '。']) {
        label_fault(label).map_or(Ok(()), |reason| {
            Err(NameError::Label { label: shown::shown(label, SHOWN), reason })
        })?;
    }
    let ascii = idna::domain_to_ascii(bare).map_err(|_| NameError::Label {
        label: shown::shown(bare, SHOWN),
        reason: "it is not a valid international name",
    })?;
    let ascii = ascii.strip_suffix('.').unwrap_or(&ascii).to_ascii_lowercase();
    if ascii.len() > 253 {
        return Err(NameError::TooLong(ascii.len()));
    }
    for label in ascii.split('.') {
        let reason = match label_fault(label) {
            None if label.len() > 63 => "it is longer than 63 characters",
            None if !label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') => {
                "only letters, digits and hyphens are allowed"
            }
            None => continue,
            Some(reason) => reason,
        };
        return Err(NameError::Label { label: shown::shown(label, SHOWN), reason });
    }
    match ascii.rsplit_once('.') {
        None => Err(NameError::OneLabel(ascii)),
        Some((_, tld)) if tld.bytes().all(|b| b.is_ascii_digit()) => Err(NameError::Label {
            label: tld.to_owned(),
            reason: "the last part of a name is never a number",
        }),
        Some(_) => Ok(ascii),
    }
}

/// What is wrong with a label before it is normalised; the same rules hold
/// after.
fn label_fault(label: &str) -> Option<&'static str> {
    if label.is_empty() {
        Some("two dots stand side by side")
    } else if label.chars().any(char::is_whitespace) {
        Some("a name has no spaces")
    } else if label.chars().any(char::is_control) {
        Some("it contains a control character")
    } else if label.contains('@') {
        Some("an @ belongs to an address")
    } else if label.starts_with('-') || label.ends_with('-') {
        Some("a hyphen may not stand first or last")
    } else {
        None
    }
}

fn is_public_suffix(name: &str) -> bool {
    psl::suffix(name.as_bytes())
        .is_some_and(|suffix| suffix.is_known() && suffix.as_bytes().len() == name.len())
}

macro_rules! name_traits {
    ($name:ident) => {
        impl $name {
            /// The form to show to people: U-labels where they decode.
            pub fn to_unicode(&self) -> String {
                idna::domain_to_unicode(&self.0).0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", &*self.0)
            }
        }
        impl std::str::FromStr for $name {
            type Err = NameError;
            fn from_str(text: &str) -> Result<Self, NameError> {
                Self::parse(text)
            }
        }
        impl TryFrom<String> for $name {
            type Error = NameError;
            fn try_from(text: String) -> Result<Self, NameError> {
                Self::parse(&text)
            }
        }
        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0.as_ref().to_owned()
            }
        }
    };
}
name_traits!(Domain);
name_traits!(HostName);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_paste_becomes_their_domain() {
        for (pasted, domain) in [
            ("example.com", "example.com"),
            (" EXAMPLE.com. ", "example.com"),
            ("https://www.example.com/contact?x=1", "example.com"),
            ("Ann@Example.COM", "example.com"),
            ("<ann@example.com>", "example.com"),
            ("mailto:ann@example.com", "example.com"),
            ("example.com:25", "example.com"),
            ("Bücher.example", "xn--bcher-kva.example"),
            ("www.example.com", "www.example.com"),
        ] {
            assert_eq!(Domain::from_pasted(pasted).unwrap().as_str(), domain, "{pasted}");
        }
    }

    #[test]
    fn what_is_no_domain_is_refused_with_its_reason() {
        for (text, part) in [
            ("", "Enter a name"),
            ("   ", "Enter a name"),
            ("example", "no dot"),
            ("exa mple.com", "no spaces"),
            ("a..com", "two dots"),
            ("-a.com", "hyphen"),
            ("a\0b.com", "control character"),
            ("192.0.2.1", "IP address"),
            ("co.uk", "suffix"),
            ("exam$ple.com", "only letters"),
            ("example.123", "never a number"),
            ("exa_mple.com", "no underscore"),
        ] {
            let said = Domain::from_pasted(text).unwrap_err().to_string();
            assert!(said.contains(part), "{text:?}: {said}");
        }
        assert!(matches!(Domain::parse(&"a.".repeat(600_000)), Err(NameError::TooLong(_))));
    }

    #[test]
    fn below_means_strictly_below() {
        let domain = Domain::parse("example.com").unwrap();
        assert!(Domain::parse("rackspace.example.com").unwrap().is_below(&domain));
        assert!(!domain.is_below(&domain));
        assert!(!Domain::parse("badexample.com").unwrap().is_below(&domain));
    }
}
