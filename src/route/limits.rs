//! What a mail system can take at all, whoever the message is for.

use serde::Serialize;

use super::{System, Trace, World};
use crate::plan::Address;

/// What one system can take, beside what it knows of recipients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// What separates a user name from its extension (`ann+lists`); `None`:
    /// the system takes the whole local part for the name.
    pub plus: Option<char>,
    /// Whether it offers SMTPUTF8 (RFC 6531).
    pub smtputf8: bool,
    /// The largest message, in octets (RFC 1870); `None`: not known.
    pub size: Option<u64>,
    /// How many `Received` lines end a message. Postfix: 50
    /// (`hopcount_limit`); Exim: 30 (`received_headers_max`); Sendmail: 25
    /// (`MaxHopCount`). Where it is UNKNOWN (`facts` 1.1) it is counted with
    /// 50, which nobody is told.
    pub hops: u16,
    /// The setting that says so; `None`: the number is not known.
    pub hops_by: Option<&'static str>,
}

/// The setting of Postfix.
pub(super) const POSTFIX_HOPS: &str = "Postfix: hopcount_limit";

impl Default for Limits {
    fn default() -> Self {
        Self { plus: None, smtputf8: true, size: None, hops: 50, hops_by: Some(POSTFIX_HOPS) }
    }
}

/// Why a system does not take a message at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unfit {
    /// Larger than it takes.
    TooLarge,
    /// It needs SMTPUTF8, which the system does not offer.
    NeedsSmtputf8,
    /// It has gone through too many servers.
    TooManyHops,
    /// It comes from outside, and its sender lies in the server's own domain.
    OwnSender,
}

impl Unfit {
    /// The reply to expect.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "552 5.3.4",
            Self::NeedsSmtputf8 => "550 5.6.7",
            Self::TooManyHops => "554 5.4.6",
            Self::OwnSender => "550 5.7.1",
        }
    }
}

impl Limits {
    /// Whether a message of `size` octets, whose envelope needs SMTPUTF8 or
    /// does not, is taken.
    pub(super) fn fits(&self, size: u64, utf8: bool) -> Result<(), Unfit> {
        match self.size {
            Some(largest) if size > largest => Err(Unfit::TooLarge),
            _ if utf8 && !self.smtputf8 => Err(Unfit::NeedsSmtputf8),
            _ => Ok(()),
        }
    }

    /// `ann+lists@example.com` as the user `ann` and the extension `lists`,
    /// where this system separates the two.
    pub(super) fn split(&self, address: &Address) -> Option<(Address, Extension)> {
        let delimiter = self.plus?;
        let local = address.local();
        // Servers look at what the quotes hold, and quote again where that needs it.
        let word = local.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(local);
        let (user, extension) = word.split_once(delimiter)?;
        if user.is_empty() {
            return None;
        }
        let bare = Address::parse(&format!("{user}@{}", address.domain()));
        let quoted = || Address::parse(&format!("\"{user}\"@{}", address.domain()));
        let base = bare.or_else(|_| quoted()).ok()?;
        Some((base, Extension { delimiter, text: extension.to_owned() }))
    }
}

/// What the systems on a way can take at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Narrowest {
    /// The largest message that passes all of them whose limit is known,
    /// octets, and which of them it is.
    pub size: Option<(u64, System)>,
    /// After how many servers one of them ends a message, and the setting that
    /// says so; `None`: not known of any of them.
    pub hops: Option<(u16, &'static str)>,
}

impl Narrowest {
    /// Of the systems that a message meets.
    pub(super) fn of(world: &World, trace: &Trace) -> Self {
        let met = trace.hops.iter().filter_map(|hop| Some((world.limits(hop.at)?, hop.at)));
        let sizes = met.clone().filter_map(|(limits, at)| Some((limits.size?, at)));
        let hops = met.filter_map(|(limits, _)| Some((limits.hops, limits.hops_by?))).min();
        Self { size: sizes.min(), hops }
    }
}

/// What stands behind the user name, to be carried along when the address is
/// rewritten (Postfix `propagate_unmatched_extensions`).
pub(super) struct Extension {
    delimiter: char,
    text: String,
}

impl Extension {
    /// The same extension behind another user name.
    pub(super) fn behind(&self, to: &Address) -> Address {
        let (delimiter, text) = (self.delimiter, &self.text);
        let longer = match to.local().strip_suffix('"') {
            Some(open) => format!("{open}{delimiter}{text}\"@{}", to.domain()),
            None => format!("{}{delimiter}{text}@{}", to.local(), to.domain()),
        };
        // The extension may need the quotes that the name does not.
        let quoted = || format!("\"{}{delimiter}{text}\"@{}", to.local(), to.domain());
        let parsed = Address::parse(&longer).or_else(|_| Address::parse(&quoted()));
        // Where both together are longer than an address may be.
        parsed.unwrap_or_else(|_| to.clone())
    }
}
