//! Macros in SPF records (RFC 7208 7): names that are made of what is known
//! of the mail. Whoever asks for one says what is known; a macro for anything
//! else gives no name, and why.

use std::net::IpAddr;

/// Octets of a name (RFC 7208 7.3: cut from the left).
const LONGEST: usize = 253;
/// Characters at which a value is taken apart.
const DELIMITERS: &str = ".-+,/_=";

/// A name with macros in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Macro(Macro),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Macro {
    letter: char,
    /// How many parts from the right are kept.
    keep: Option<usize>,
    reversed: bool,
    delimiters: Vec<char>,
    /// An upper-case letter: characters are escaped as in URLs.
    escaped: bool,
}

/// What is known of a mail.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known<'a> {
    /// The domain whose record is evaluated (`d`).
    pub(super) current: &'a str,
    /// The sender's domain (`o`), where there is one to be asked about.
    pub(super) origin: Option<&'a str>,
    /// The sender's name before the @ (`l`), where one sender is asked about.
    pub(super) local: Option<&'a str>,
    /// The address that sends (`i`, `v`), where one is asked about.
    pub(super) ip: Option<IpAddr>,
}

impl Template {
    /// Reads a name with macros as it may stand in a term (RFC 7208 7.1);
    /// `None` where it is none: receivers give up on the record.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            if first != '%' {
                if !first.is_ascii_graphic() {
                    return None;
                }
                literal.push(first);
                rest = rest.get(1..)?;
                continue;
            }
            let plain = match rest.get(1..2)? {
                "%" => "%",
                "_" => " ",
                "-" => "%20",
                "{" => {
                    let (inside, after) = rest.get(2..)?.split_once('}')?;
                    if !literal.is_empty() {
                        parts.push(Part::Text(std::mem::take(&mut literal)));
                    }
                    parts.push(Part::Macro(Macro::parse(inside)?));
                    rest = after;
                    continue;
                }
                _ => return None,
            };
            literal.push_str(plain);
            rest = rest.get(2..)?;
        }
        // It ends in a macro or in a label that can stand at the top.
        if !literal.is_empty() {
            let end = literal.strip_suffix('.').unwrap_or(&literal);
            if !end.rsplit_once('.').is_some_and(|(_, label)| is_top(label)) {
                return None;
            }
            parts.push(Part::Text(literal));
        }
        Some(Self { parts })
    }

    /// The name for what is known, in lower case, no trailing dot.
    ///
    /// # Errors
    /// What it depends on that is not known, to follow "depends on".
    pub(super) fn name(&self, known: &Known<'_>) -> Result<String, &'static str> {
        let mut out = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Macro(one) => out.push_str(&one.value(known)?),
            }
        }
        let mut name = out.trim_end_matches('.');
        while name.len() > LONGEST {
            name = name.split_once('.').map_or("", |(_, rest)| rest);
        }
        Ok(name.to_ascii_lowercase())
    }

    /// Whether it changes with the address that sends.
    pub(super) fn is_by_address(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Macro(one) if "iv".contains(one.letter)))
    }
}

impl Macro {
    /// `d`, `d2`, `ir`, `l1r-`; the letters that are for explanations alone
    /// (c, r, t) are none here (7.2).
    fn parse(text: &str) -> Option<Self> {
        let first = text.chars().next()?;
        let letter = first.to_ascii_lowercase();
        if !"slodipvh".contains(letter) {
            return None;
        }
        let rest = text.get(1..)?;
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, rest) = rest.split_at(digits);
        let keep = match number {
            "" => None,
            // More parts than a name has are all of them.
            number => Some(number.parse().unwrap_or(usize::MAX)).filter(|keep| *keep > 0),
        };
        if keep.is_none() && digits > 0 {
            return None;
        }
        let (reversed, rest) = match rest.strip_prefix(['r', 'R']) {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        let known = rest.chars().all(|c| DELIMITERS.contains(c));
        let delimiters = if rest.is_empty() { vec!['.'] } else { rest.chars().collect() };
        let escaped = first.is_ascii_uppercase();
        known.then_some(Self { letter, keep, reversed, delimiters, escaped })
    }

    fn value(&self, known: &Known<'_>) -> Result<String, &'static str> {
        let by_sender = "the sender's name before the @";
        let by_address = "the address of the server that sends";
        let of_address = |form: fn(IpAddr) -> String| known.ip.map(form).ok_or(by_address);
        let raw = match self.letter {
            'd' => known.current.to_owned(),
            'o' => known.origin.ok_or("the sender's domain")?.to_owned(),
            'l' => known.local.ok_or(by_sender)?.to_owned(),
            's' => {
                let local = known.local.ok_or(by_sender)?;
                format!("{local}@{}", known.origin.ok_or("the sender's domain")?)
            }
            'i' => of_address(dotted)?,
            'v' => of_address(|ip| if ip.is_ipv4() { "in-addr" } else { "ip6" }.to_owned())?,
            'h' => return Err("the name that the sending server gives in HELO"),
            _ => return Err("the reverse name of the server that sends"),
        };
        let mut parts: Vec<&str> = raw.split(|c| self.delimiters.contains(&c)).collect();
        if self.reversed {
            parts.reverse();
        }
        let from = parts.len().saturating_sub(self.keep.unwrap_or(usize::MAX));
        let joined = parts.get(from..).unwrap_or_default().join(".");
        Ok(if self.escaped { url_escaped(&joined) } else { joined })
    }
}

/// `192.0.2.3`; of IPv6 its 32 digits with dots between them (7.3).
fn dotted(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => {
            let digits = format!("{:032x}", u128::from(ip));
            digits.chars().map(String::from).collect::<Vec<_>>().join(".")
        }
    }
}

fn url_escaped(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    text.bytes()
        .map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

/// A label that is no number (7.1, toplabel).
fn is_top(label: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let is_number = label.chars().all(|c| c.is_ascii_digit());
    !label.is_empty()
        && label.chars().all(plain)
        && !is_number
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of RFC 7208 7.4.
    #[test]
    fn the_examples_of_the_rfc_come_out_as_it_says() {
        let v4 = Some("192.0.2.3".parse().unwrap());
        let v6 = Some("2001:db8::cb01".parse().unwrap());
        let known = |ip| Known {
            current: "email.example.com",
            origin: Some("email.example.com"),
            local: Some("strong-bad"),
            ip,
        };
        for (text, name) in [
            ("%{s}", "strong-bad@email.example.com"),
            ("%{o}", "email.example.com"),
            ("%{d}", "email.example.com"),
            ("%{d4}", "email.example.com"),
            ("%{d3}", "email.example.com"),
            ("%{d2}", "example.com"),
            ("%{d1}", "com"),
            ("%{dr}", "com.example.email"),
            ("%{d2r}", "example.email"),
            ("%{l}", "strong-bad"),
            ("%{l-}", "strong.bad"),
            ("%{lr}", "strong-bad"),
            ("%{lr-}", "bad.strong"),
            ("%{l1r-}", "strong"),
            ("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"),
            ("%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"),
            ("%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com"),
            ("%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"),
            ("%{S}", "strong-bad%40email.example.com"),
        ] {
            assert_eq!(Template::parse(text).unwrap().name(&known(v4)).unwrap(), name, "{text}");
        }
        let by_v6 = Template::parse("%{ir}.%{v}._spf.%{d2}").unwrap().name(&known(v6)).unwrap();
        assert_eq!(
            by_v6,
            "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com"
        );
    }

    #[test]
    fn what_is_not_known_gives_no_name() {
        let known = Known { current: "a.test", origin: Some("example.com"), local: None, ip: None };
        let name = |text: &str| Template::parse(text).unwrap().name(&known);
        assert_eq!(name("%{d}.%{o}"), Ok("a.test.example.com".to_owned()));
        for (text, word) in [
            ("%{l}.x.test", "before the @"),
            ("%{s}.x.test", "before the @"),
            ("%{i}.x.test", "the address"),
            ("%{v}.x.test", "the address"),
            ("%{h}.x.test", "HELO"),
            ("%{p}.x.test", "reverse name"),
        ] {
            assert!(name(text).unwrap_err().contains(word), "{text}");
        }
    }

    #[test]
    fn what_is_no_macro_is_an_error_of_the_record() {
        for text in [
            "%", "%{", "%{}", "%{d", "%{x}", "%{c}", "%{r}", "%{t}", "%{d0}", "%{d*}", "%d",
            "%{d}.", "%{d}.1", "%{d}x", "a b.%{d}", "%{d}.-a", "%{d}é",
        ] {
            assert_eq!(Template::parse(text), None, "{text}");
        }
        for text in ["%{d}", "a%%b.%{d}", "%{d}.test.", "%{d}.a-1", "%{d255r.-_}", "%{D}"] {
            assert!(Template::parse(text).is_some(), "{text}");
        }
    }

    #[test]
    fn too_long_a_name_loses_labels_from_the_left() {
        let long = vec!["a".repeat(60); 5].join(".");
        let known = Known { current: &long, origin: None, local: None, ip: None };
        let name = Template::parse("%{d}.example.com").unwrap().name(&known).unwrap();
        assert!(name.len() <= 253 && name.ends_with("a.example.com"), "{name}");
    }
}
