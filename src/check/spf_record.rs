//! An SPF record, read (RFC 7208 4.6, 5 and 6).

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::spf_macro::{Known, Template};

/// What a matching mechanism says of the sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Qualifier {
    Pass,
    Fail,
    SoftFail,
    Neutral,
}

/// A record: its mechanisms in order, and where it is continued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) mechanisms: Vec<Mechanism>,
    /// With the term as it is written.
    pub(super) redirect: Option<(Spec, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mechanism {
    pub(super) qualifier: Qualifier,
    pub(super) what: What,
    /// As it is written.
    pub(super) term: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    All,
    Include(Spec),
    /// Addresses of a name, `None` for the record's own; prefix lengths.
    A(Option<Spec>, u8, u8),
    /// Addresses of the mail exchangers of a name.
    Mx(Option<Spec>, u8, u8),
    Ptr,
    Ip(Range),
    /// Whether a name has an address, whichever.
    Exists(Spec),
}

/// A domain in a term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Spec {
    Name(String),
    /// With macros, which make a name of what is known of the mail.
    Macro(Template),
}

/// Addresses that share their first bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Range {
    ip: IpAddr,
    bits: u8,
}

impl Mechanism {
    /// Whether it refers to the record of `domain`.
    pub(super) fn names(&self, domain: &str) -> bool {
        matches!(&self.what, What::Include(Spec::Name(name)) if name == domain)
    }
}

/// Whether a TXT record is one of SPF: other versions and other uses are not.
pub(super) fn is_spf(text: &str) -> bool {
    let head = text.get(..6).unwrap_or_default();
    head.eq_ignore_ascii_case("v=spf1") && matches!(text.as_bytes().get(6), None | Some(b' '))
}

impl Record {
    /// Reads a record.
    ///
    /// # Errors
    /// The first term that is none: receivers give up on the whole record.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut record = Self { mechanisms: Vec::new(), redirect: None };
        let mut explained = false;
        for term in text.split(' ').skip(1).filter(|term| !term.is_empty()) {
            let fault = || term.to_owned();
            let name_end = term.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c)));
            let is_modifier = name_end.is_some_and(|end| end > 0 && term[end..].starts_with('='));
            if !is_modifier {
                record.mechanisms.push(mechanism(term).ok_or_else(fault)?);
                continue;
            }
            let (name, value) = term.split_once('=').ok_or_else(fault)?;
            if name.eq_ignore_ascii_case("redirect") {
                let spec = Spec::parse(value).filter(|_| record.redirect.is_none());
                record.redirect = Some((spec.ok_or_else(fault)?, term.to_owned()));
            }
            if name.eq_ignore_ascii_case("exp") {
                let sound = Spec::parse(value).is_some() && !explained;
                explained = sound.then_some(true).ok_or_else(fault)?;
            }
        }
        Ok(record)
    }
}

/// The record without the terms that are none, of which receivers make an
/// error: what is left of it to make another record of.
pub(super) fn sound(text: &str) -> String {
    let mut redirected = false;
    let terms = text.split(' ').skip(1).filter(|term| {
        let Ok(read) = Record::parse(&format!("v=spf1 {term}")) else { return false };
        let again = redirected && read.redirect.is_some();
        redirected |= read.redirect.is_some();
        !term.is_empty() && !again
    });
    terms.fold("v=spf1".to_owned(), |kept, term| format!("{kept} {term}"))
}

fn mechanism(term: &str) -> Option<Mechanism> {
    let (qualifier, bare) = match term.as_bytes().first()? {
        b'+' => (Qualifier::Pass, term.get(1..)?),
        b'-' => (Qualifier::Fail, term.get(1..)?),
        b'~' => (Qualifier::SoftFail, term.get(1..)?),
        b'?' => (Qualifier::Neutral, term.get(1..)?),
        _ => (Qualifier::Pass, term),
    };
    let end = bare.find([':', '/']).unwrap_or(bare.len());
    let (name, rest) = bare.split_at(end);
    let what = match name.to_ascii_lowercase().as_str() {
        "all" if rest.is_empty() => What::All,
        "include" => What::Include(Spec::parse(rest.strip_prefix(':')?)?),
        "exists" => What::Exists(Spec::parse(rest.strip_prefix(':')?)?),
        "ptr" => What::Ptr,
        "a" => named(rest).map(|(spec, v4, v6)| What::A(spec, v4, v6))?,
        "mx" => named(rest).map(|(spec, v4, v6)| What::Mx(spec, v4, v6))?,
        "ip4" => Range::parse(rest.strip_prefix(':')?).filter(|r| r.ip.is_ipv4()).map(What::Ip)?,
        "ip6" => Range::parse(rest.strip_prefix(':')?).filter(|r| r.ip.is_ipv6()).map(What::Ip)?,
        _ => return None,
    };
    Some(Mechanism { qualifier, what, term: term.to_owned() })
}

/// `[:domain][/v4][//v6]`.
fn named(rest: &str) -> Option<(Option<Spec>, u8, u8)> {
    let (name, lengths) = match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let spec = match name.strip_prefix(':') {
        Some(name) => Some(Spec::parse(name)?),
        None if name.is_empty() => None,
        None => return None,
    };
    let (v4, v6) = match lengths.split_once("//") {
        Some((v4, v6)) => (v4, Some(v6)),
        None => (lengths, None),
    };
    let v4 = if v4.is_empty() { 32 } else { length(v4.strip_prefix('/')?, 32)? };
    Some((spec, v4, v6.map_or(Some(128), |bits| length(bits, 128))?))
}

fn length(text: &str, most: u8) -> Option<u8> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|bits| digits && *bits <= most)
}

impl Spec {
    /// The name, for what is known of the mail.
    ///
    /// # Errors
    /// What it depends on that is not known, to follow "depends on".
    pub(super) fn name(&self, known: &Known<'_>) -> Result<String, &'static str> {
        match self {
            Self::Name(name) => Ok(name.clone()),
            Self::Macro(template) => template.name(known),
        }
    }

    /// Whether it names another domain for each address that sends.
    pub(super) fn is_by_address(&self) -> bool {
        matches!(self, Self::Macro(template) if template.is_by_address())
    }

    fn parse(text: &str) -> Option<Self> {
        let name = text.strip_suffix('.').unwrap_or(text);
        if name.contains('%') {
            return Template::parse(text).map(Self::Macro);
        }
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
        (name.contains('.') && name.len() <= 253 && name.bytes().all(plain))
            .then(|| Self::Name(name.to_ascii_lowercase()))
    }
}

impl Range {
    /// The range of `bits` that holds `ip`.
    pub(super) fn around(ip: IpAddr, bits: u8) -> Self {
        let bits = bits.min(if ip.is_ipv4() { 32 } else { 128 });
        let ip = match ip {
            IpAddr::V4(ip) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0);
                Ipv4Addr::from(u32::from(ip) & mask).into()
            }
            IpAddr::V6(ip) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
                Ipv6Addr::from(u128::from(ip) & mask).into()
            }
        };
        Self { ip, bits }
    }

    fn parse(text: &str) -> Option<Self> {
        let (ip, bits) = match text.split_once('/') {
            Some((ip, bits)) => (ip, Some(bits)),
            None => (text, None),
        };
        let ip: IpAddr = ip.parse().ok()?;
        let most = if ip.is_ipv4() { 32 } else { 128 };
        Some(Self::around(ip, bits.map_or(Some(most), |bits| length(bits, most))?))
    }

    /// Its first address and its last.
    pub(super) fn first_and_last(&self) -> (IpAddr, IpAddr) {
        let last = match self.ip {
            IpAddr::V4(ip) => {
                let host = u32::MAX.checked_shr(u32::from(self.bits)).unwrap_or(0);
                Ipv4Addr::from(u32::from(ip) | host).into()
            }
            IpAddr::V6(ip) => {
                let host = u128::MAX.checked_shr(u32::from(self.bits)).unwrap_or(0);
                Ipv6Addr::from(u128::from(ip) | host).into()
            }
        };
        (self.ip, last)
    }

    /// As a mechanism: `ip4:192.0.2.0/24`.
    pub(super) fn term(&self) -> String {
        format!("{}:{self}", if self.ip.is_ipv4() { "ip4" } else { "ip6" })
    }
}

/// `192.0.2.0/24`; a single address without length.
impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.ip, self.bits) {
            (IpAddr::V4(ip), 32) => write!(f, "{ip}"),
            (IpAddr::V6(ip), 128) => write!(f, "{ip}"),
            (ip, bits) => write!(f, "{ip}/{bits}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_version_counts_as_spf() {
        assert!(is_spf("v=spf1") && is_spf("V=SPF1 -all"));
        assert!(!is_spf("v=spf10 -all") && !is_spf("spf2.0/pra -all") && !is_spf("v=sp\u{e9}1"));
    }

    #[test]
    fn terms_are_read_and_the_first_that_is_none_is_named() {
        let record = Record::parse(
            "v=spf1 +mx a:Mail.Example.com/24//64 ip4:192.0.2.9/24 ip6:2001:db8::/32 \
             include:emailsrvr.com ?exists:%{i}.x.example exp=why.%{d} redirect=_spf.example.net -all",
        )
        .unwrap();
        let terms: Vec<&What> = record.mechanisms.iter().map(|one| &one.what).collect();
        assert_eq!(*terms[0], What::Mx(None, 32, 128));
        assert_eq!(*terms[1], What::A(Some(Spec::Name("mail.example.com".into())), 24, 64));
        assert!(matches!(terms[2], What::Ip(range) if range.to_string() == "192.0.2.0/24"));
        assert!(
            matches!(&record.redirect, Some((Spec::Name(name), _)) if name == "_spf.example.net")
        );
        assert_eq!(record.mechanisms.last().unwrap().qualifier, Qualifier::Fail);
        for (text, term) in [
            ("v=spf1 includes:emailsrvr.com", "includes:emailsrvr.com"),
            ("v=spf1 ip4:192.0.2.1/33", "ip4:192.0.2.1/33"),
            ("v=spf1 ip4:mail.example.com", "ip4:mail.example.com"),
            ("v=spf1 ip4:2001:db8::1", "ip4:2001:db8::1"),
            ("v=spf1 include:", "include:"),
            ("v=spf1 a/ -all", "a/"),
            ("v=spf1 all:x", "all:x"),
            ("v=spf1 exists:%{x}.test -all", "exists:%{x}.test"),
            ("v=spf1 include:%{d}.1 -all", "include:%{d}.1"),
            ("v=spf1 exp=%{d -all", "exp=%{d"),
            ("v=spf1 exp=a.b -all exp=c.d", "exp=c.d"),
            ("v=spf1 v=spf1 redirect=a.b redirect=c.d", "redirect=c.d"),
        ] {
            assert_eq!(Record::parse(text), Err(term.to_owned()), "{text}");
        }
    }

    #[test]
    fn a_range_ends_where_its_length_says() {
        for (text, first, last) in [
            ("198.51.100.7/28", "198.51.100.0", "198.51.100.15"),
            ("192.0.2.1", "192.0.2.1", "192.0.2.1"),
            ("0.0.0.0/0", "0.0.0.0", "255.255.255.255"),
            ("2001:db8::/127", "2001:db8::", "2001:db8::1"),
            ("::/0", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ] {
            let ends = (first.parse().unwrap(), last.parse().unwrap());
            assert_eq!(Range::parse(text).unwrap().first_and_last(), ends, "{text}");
        }
    }
}
