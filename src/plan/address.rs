//! One mail address.

use std::fmt;
use std::hash::BuildHasher;
use std::sync::{Arc, LazyLock};

use hashbrown::DefaultHashBuilder;
use serde::{Deserialize, Serialize};

use super::domain::SHOWN;
use super::local_part::{local_fault, without_quotes};
use super::{Domain, NameError};
use crate::shown::{is_hidden_in_names, shown};

/// A mail address (RFC 5321 4.1.2, RFC 6531 3.3), lower case: both systems
/// compare without case. Quotes are no part of the name: `"ann"` is kept as
/// `ann`, and only a name that needs quotes has them. Never holds a control
/// character, a space outside quotes, an angle bracket, or a line break in any
/// disguise. Cheap to clone.
///
/// Letters outside ASCII are lowered one for one, as Exchange's directory does
/// with `JÖRG`. `ß` stays itself and is not `ss`: systems differ (Postfix with
/// SMTPUTF8 folds it into `ss`, Exim and whoever compares octets does not), and
/// to take two people for one would hide one of them, while to take one name
/// for two shows at most an address that nobody has.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address {
    local: Arc<str>,
    domain: Domain,
}

/// Why a text is not an address. Each is a sentence for the person who typed it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Nothing was typed.
    #[error("Enter an address such as ann@example.com.")]
    Empty,
    /// No `@` in it.
    #[error("“{0}” has no @. Enter the whole address, such as ann@example.com.")]
    NoAt(String),
    /// The part before the `@` can't be sent in a mail.
    #[error("“{local}” can't stand before the @: {reason}.")]
    Local {
        /// The offending part, escaped and cut to 40 characters.
        local: String,
        /// What is wrong with it, to follow a colon.
        reason: &'static str,
    },
    /// What stands before `<ann@example.com>` is more than a name.
    #[error("Enter one address. Before the < stands “{before}”, and {reason}.")]
    Before {
        /// The text, escaped and cut to 40 characters.
        before: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The part behind the `@` is no name.
    #[error("The part after the @ is not a domain. {0}")]
    Domain(#[from] NameError),
}

impl Address {
    /// Parses one address as people write it: capitals, `mailto:`,
    /// `Ann <ann@example.com>` and spaces around it are taken and normalised.
    ///
    /// # Errors
    /// When the text is not one address.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        Self::parse_near(text, None)
    }

    /// The same, with a domain that the text is likely to name: it is not
    /// parsed again then, and both share one copy of it.
    ///
    /// # Errors
    /// As [`Address::parse`].
    pub fn parse_near(text: &str, near: Option<&Domain>) -> Result<Self, AddressError> {
        let text = text.trim();
        let text = match text.rsplit_once('<') {
            Some((before, rest)) if rest.ends_with('>') => {
                let inner = &rest[..rest.len() - 1];
                if let Some(reason) = name_fault(before, inner) {
                    return Err(AddressError::Before { before: shown(before, SHOWN), reason });
                }
                inner
            }
            _ => text,
        };
        // A link may name a subject and more behind the address (RFC 6068).
        let linked =
            text.strip_prefix("mailto:").map(|link| link.split('?').next().unwrap_or(link));
        let text = linked.unwrap_or(text).trim();
        if text.is_empty() {
            return Err(AddressError::Empty);
        }
        let (local, domain) =
            text.rsplit_once('@').ok_or_else(|| AddressError::NoAt(shown(text, SHOWN)))?;
        let fault = |reason| AddressError::Local { local: shown(local, SHOWN), reason };
        local_fault(local).map_or(Ok(()), |reason| Err(fault(reason)))?;
        let bare = match local.starts_with('"') {
            true => Some(without_quotes(local)),
            false => None,
        };
        let local = match &bare {
            // What an escape hid is looked at again.
            Some(named) => match local_fault(named) {
                Some(reason) => return Err(fault(reason)),
                None => named,
            },
            None => local,
        };
        let domain = match near.filter(|near| near.as_str().eq_ignore_ascii_case(domain)) {
            Some(near) => near.clone(),
            None => Domain::parse(domain)?,
        };
        let is_lower = |byte: u8| byte.is_ascii() && !byte.is_ascii_uppercase();
        let local: Arc<str> = match local.bytes().all(is_lower) {
            true => local.into(),
            false => local.to_lowercase().into(),
        };
        Ok(Self { local, domain })
    }

    /// The part before the `@`, lower case, quotes included where they are needed.
    pub fn local(&self) -> &str {
        &self.local
    }

    /// The part behind the `@`.
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    /// The form to show to people: the domain in U-labels.
    pub fn to_unicode(&self) -> String {
        format!("{}@{}", self.local, self.domain.to_unicode())
    }

    /// The same local part at another domain.
    pub fn at(&self, domain: &Domain) -> Self {
        Self { local: self.local.clone(), domain: domain.clone() }
    }

    /// Where the tables of this room look for the address. The key is drawn for
    /// each run, so that nobody can write a list whose people all stand in one
    /// place.
    pub(super) fn hashed(&self) -> u64 {
        static HASHER: LazyLock<DefaultHashBuilder> = LazyLock::new(Default::default);
        HASHER.hash_one(self)
    }

    /// Whether the local part needs a server that offers SMTPUTF8 (RFC 6531).
    pub fn needs_smtputf8(&self) -> bool {
        !self.local.is_ascii()
    }
}

/// Why what stands before `<address>` is no display name (RFC 5322 3.4). A
/// name that repeats the address, as mail programs write it, is one.
fn name_fault(name: &str, address: &str) -> Option<&'static str> {
    if name.chars().any(|c| c != '\t' && is_hidden_in_names(c)) {
        return Some("a line break or a hidden character is in it");
    }
    let name = name.trim();
    if name.trim_matches(['"', '\'']).eq_ignore_ascii_case(address.trim()) {
        return None;
    }
    let (mut in_quotes, mut escaped) = (false, false);
    let mut bare = String::new();
    let mut quoted = String::new();
    for c in name.chars() {
        if c == '"' && !escaped {
            in_quotes = !in_quotes;
            quoted.clear();
        } else if in_quotes {
            quoted.push(c);
        } else {
            bare.push(c);
        }
        escaped = in_quotes && c == '\\' && !escaped;
    }
    // A quote that is never closed quotes nothing.
    (bare.contains('@') || (in_quotes && quoted.contains('@')))
        .then_some("another @ is in it, outside of quotes")
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.local)?;
        f.write_str("@")?;
        f.write_str(self.domain.as_str())
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

impl std::str::FromStr for Address {
    type Err = AddressError;
    fn from_str(text: &str) -> Result<Self, AddressError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Address {
    type Error = AddressError;
    fn try_from(text: String) -> Result<Self, AddressError> {
        Self::parse(&text)
    }
}

impl From<Address> for String {
    fn from(address: Address) -> String {
        address.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_becomes_one_address() {
        for (text, address) in [
            ("Ann@Example.com", "ann@example.com"),
            ("  Ann Lee <ann.lee@example.com> ", "ann.lee@example.com"),
            ("mailto:o'brien@example.com", "o'brien@example.com"),
            ("mailto:ann@example.com?subject=Hello", "ann@example.com"),
            ("ann?hello@example.com", "ann?hello@example.com"),
            ("jörg@example.com", "jörg@example.com"),
            ("\"two words\"@example.com", "\"two words\"@example.com"),
            ("a+b@Bücher.example.", "a+b@xn--bcher-kva.example"),
            ("\"Lee @ work\" <ann@example.com>", "ann@example.com"),
            ("\"Ann\"@example.com", "ann@example.com"),
            ("\"ann.lee+tag\"@example.com", "ann.lee+tag@example.com"),
            ("\"a\\nn\"@example.com", "ann@example.com"),
            ("\"jörg\"@example.com", "jörg@example.com"),
            ("\"two\\ words\"@example.com", "\"two words\"@example.com"),
            ("\"a..b\"@example.com", "\"a..b\"@example.com"),
            ("\"a\\\"b\\\\\"@example.com", "\"a\\\"b\\\\\"@example.com"),
            ("\"\"@example.com", "\"\"@example.com"),
            ("JÖRG@example.com", "jörg@example.com"),
            ("Straße@example.com", "straße@example.com"),
            ("'ann@example.com' <Ann@example.com>", "ann@example.com"),
        ] {
            assert_eq!(Address::parse(text).unwrap().to_string(), address, "{text}");
        }
    }

    #[test]
    fn what_could_break_out_of_a_command_is_no_address() {
        for text in [
            "",
            "ann",
            "@example.com",
            "a b@example.com",
            ".a@example.com",
            "a..b@example.com",
            "a\r\nRCPT TO:<x@y.z>@example.com",
            "a\0@example.com",
            "a%0d%0ab@example.com",
            "a>b@example.com",
            "a\u{2028}b@example.com",
            "a\u{202e}b@example.com",
            "\"a@example.com",
            "\"a\"b\"@example.com",
            "\"a>b\"@example.com",
            "\"a\\>b\"@example.com",
            "\"a%\\0d\"@example.com",
            "a@b",
            "a@-b.com",
        ] {
            assert!(Address::parse(text).is_err(), "{text:?}");
        }
        assert!(Address::parse(&format!("{}@example.com", "a".repeat(65))).is_err());
        assert!(Address::parse(&"a".repeat(1 << 20)).is_err());
    }

    #[test]
    fn two_names_are_one_where_only_quotes_or_capitals_differ() {
        let same = |one: &str, two: &str| {
            let parse = |local: &str| Address::parse(&format!("{local}@example.com")).unwrap();
            parse(one) == parse(two)
        };
        assert!(same("\"ann\"", "ANN") && same("\"JÖRG\"", "jörg") && same("STRAẞE", "straße"));
        // Two people wherever octets are compared.
        assert!(!same("strasse", "straße") && !same("\"ann lee\"", "ann.lee"));
    }

    #[test]
    fn one_address_behind_another_text_is_not_taken_for_it() {
        for text in [
            "a@example.com\nRCPT TO:<x@y.org>",
            "a@example.com <x@y.org>",
            "a@example.com, Bob <x@y.org>",
            "Ann <a@example.com> <x@y.org>",
            "\"Ann\" a@example.com <x@y.org>",
            "\"Ann a@example.com <x@y.org>",
            "Ann\nLee <x@y.org>",
            "Ann\u{202e} <x@y.org>",
        ] {
            let said = Address::parse(text).unwrap_err();
            assert!(matches!(said, AddressError::Before { .. }), "{text:?}: {said}");
            assert!(!said.to_string().contains(['\n', '\u{202e}']), "{said:?}");
        }
    }
}
