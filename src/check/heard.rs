//! What several name servers say of one question, and what of it holds: the
//! servers that speak for the zone decide about its names, of other names two
//! resolvers are believed where they agree.

use std::net::IpAddr;

use super::told::{Told, cname, shown_mx};
use crate::net::{Answer, Data, DnsError, ResponseCode};

/// The words by which a finding says that no single answer holds.
pub(super) const CONTRADICT: &str = "contradict each other";

/// All that was said.
#[derive(Debug, Clone, Default)]
pub(super) struct Heard {
    /// By the zone's own servers; empty where the name is in another zone.
    pub(super) authorities: Vec<Told>,
    /// By resolvers.
    pub(super) resolvers: Vec<Told>,
}

/// What of it holds.
#[derive(Debug, Clone)]
pub(super) enum Word<'a> {
    /// All that count say the same: the first of them.
    One(&'a Told),
    /// They do not: who says what.
    Contradicted(String),
    /// Nobody settles it: why.
    Untold(String),
}

/// What counts in an answer, in the words of a finding: equal words say the same.
pub(super) type Reading = fn(&Answer) -> String;

impl Heard {
    /// Those whose word counts: the servers that speak for the zone, and only
    /// where none of them does, the resolvers. Where the zone's servers say
    /// that the name is another name for one elsewhere, what is there is for
    /// resolvers to tell.
    pub(super) fn witnesses(&self) -> Vec<&Told> {
        let speak: Vec<&Told> =
            self.authorities.iter().filter(|told| told.speaks() && told.settles()).collect();
        match speak.iter().all(|told| told.answer.as_ref().is_ok_and(leads_away)) {
            false => speak,
            true => self.resolvers.iter().filter(|told| told.settles()).collect(),
        }
    }

    /// Whether the zone's own servers decide it.
    pub(super) fn by_authority(&self) -> bool {
        self.witnesses().first().is_some_and(|told| told.speaks() && self.is_authority(told))
    }

    fn is_authority(&self, told: &Told) -> bool {
        self.authorities.iter().any(|one| one.at == told.at && one.server == told.server)
    }

    /// What holds, read by `reading`. That there is nothing (`absent`) is not
    /// taken from one resolver where another was asked and could not tell.
    pub(super) fn word(&self, reading: Reading, absent: fn(&Answer) -> bool) -> Word<'_> {
        let doubt = self.resolvers.iter().find(|told| !told.settles());
        self.weighed(reading, absent, doubt)
    }

    /// The same, but that there is nothing is taken from one resolver too where
    /// the others stay out of reach: for what nobody changes anything by.
    pub(super) fn word_of_any(&self, reading: Reading, absent: fn(&Answer) -> bool) -> Word<'_> {
        let doubt = self.resolvers.iter().find(|told| !told.settles() && !told.is_silent());
        self.weighed(reading, absent, doubt)
    }

    fn weighed(
        &self,
        reading: Reading,
        absent: fn(&Answer) -> bool,
        doubt: Option<&Told>,
    ) -> Word<'_> {
        let witnesses = self.witnesses();
        let Some(first) = witnesses.first() else { return Word::Untold(self.silence()) };
        let said = |told: &Told| told.answer.as_ref().map(reading).unwrap_or_default();
        if witnesses.iter().any(|told| said(told) != said(first)) {
            return Word::Contradicted(who_says_what(&witnesses, reading));
        }
        let gone = first.answer.as_ref().is_ok_and(absent);
        match doubt {
            Some(other) if gone && !self.by_authority() && witnesses.len() < 2 => Word::Untold(
                format!("{} says {}, and {}", first.server, said(first), other.why_unsettled()),
            ),
            _ => Word::One(first),
        }
    }

    /// Why no server of the zone tells, although one of them was reached: what
    /// resolvers say is then what they remember. `None` where one tells, or
    /// none was reached.
    pub(super) fn remembered(&self) -> Option<String> {
        let tells = self.authorities.iter().any(|told| told.speaks() && told.settles());
        let reached: Vec<String> = self
            .authorities
            .iter()
            .filter(|told| !told.is_silent())
            .map(|told| match told.settles() {
                true => format!("{} does not speak for the zone", told.whom()),
                false => told.why_unsettled(),
            })
            .collect();
        (!tells && !reached.is_empty()).then(|| reached.join("; "))
    }

    /// Why nobody settles it, a sentence part.
    pub(super) fn silence(&self) -> String {
        let told = self.resolvers.iter().chain(&self.authorities).next();
        told.map_or("no name server is known".to_owned(), Told::why_unsettled)
    }

    /// Who was asked, as findings name them.
    pub(super) fn asked(&self) -> Vec<String> {
        self.all().map(Told::whom).collect()
    }

    /// The raw answers.
    pub(super) fn lines(&self) -> Vec<String> {
        self.all().flat_map(Told::lines).collect()
    }

    /// Everybody who was asked.
    pub(super) fn all(&self) -> impl Iterator<Item = &Told> {
        self.authorities.iter().chain(&self.resolvers)
    }
}

/// `ns1.example.com and Quad9 say “10 mail.example.com”; ns2.example.com says “(no record)”`.
pub(super) fn who_says_what(witnesses: &[&Told], reading: Reading) -> String {
    let mut versions: Vec<(String, Vec<&str>)> = Vec::new();
    for told in witnesses {
        let said = told.answer.as_ref().map(reading).unwrap_or_default();
        match versions.iter_mut().find(|(version, _)| *version == said) {
            Some((_, who)) => who.push(&told.server),
            None => versions.push((said, vec![&told.server])),
        }
    }
    let said = versions.iter().map(|(said, who)| {
        let verb = if who.len() == 1 { "says" } else { "say" };
        let said = if said.starts_with('(') { said.clone() } else { format!("“{said}”") };
        format!("{} {verb} {said}", who.join(" and "))
    });
    said.collect::<Vec<_>>().join("; ")
}

/// Whether all that it says is another name.
fn leads_away(answer: &Answer) -> bool {
    cname(answer).is_some() && is_absent(answer)
}

/// Records of a name as MX records; that it does not exist is another thing
/// than that it has none.
pub(super) fn of_mx(answer: &Answer) -> String {
    match cname(answer) {
        Some(target) if answer.mx().is_empty() => format!("CNAME {target}"),
        _ if answer.mx().is_empty() && answer.code == ResponseCode::NxDomain => {
            "(no such domain)".to_owned()
        }
        _ => shown_mx(&answer.mx()),
    }
}

/// Addresses, in order.
pub(super) fn of_addresses(answer: &Answer) -> String {
    let mut found: Vec<String> = addresses(answer).iter().map(ToString::to_string).collect();
    found.sort();
    match cname(answer) {
        Some(target) if found.is_empty() => format!("CNAME {target}"),
        _ if found.is_empty() => "(no address)".to_owned(),
        _ => found.join(" "),
    }
}

/// The addresses in an answer.
pub(super) fn addresses(answer: &Answer) -> Vec<IpAddr> {
    let ip = |data: &Data| match data {
        Data::A(ip) => Some(IpAddr::from(*ip)),
        Data::Aaaa(ip) => Some(IpAddr::from(*ip)),
        _ => None,
    };
    answer.records.iter().filter_map(|record| ip(&record.data)).collect()
}

/// Whether nothing of the type that was asked for is there.
pub(super) fn is_absent(answer: &Answer) -> bool {
    answer.of_kind().next().is_none()
}

impl Told {
    /// Why it settles nothing, a sentence part; empty where it does.
    pub(super) fn why_unsettled(&self) -> String {
        match &self.answer {
            Ok(answer) => format!("{} answered {}", self.whom(), answer.code),
            Err(error) => DnsError::to_string(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;
    use std::time::Duration;

    use super::*;
    use crate::net::{Record, RecordType};

    fn told(at: &str, code: ResponseCode, authoritative: bool, mx: &[&str]) -> Told {
        let at: SocketAddr = at.parse().unwrap();
        let record = |name: &&str| Record {
            name: "example.com".to_owned(),
            ttl: 300,
            data: Data::Mx { preference: 10, exchange: (*name).to_owned() },
        };
        let answer = Answer {
            asked: at,
            name: "example.com".to_owned(),
            kind: RecordType::Mx,
            code,
            authoritative,
            records: mx.iter().map(record).collect(),
            negative_ttl: None,
            referral: None,
            by_tcp: false,
            by_https: None,
            took: Duration::ZERO,
        };
        Told { server: at.ip().to_string(), at, answer: Ok(answer), beside: Vec::new() }
    }

    fn silent(at: &str) -> Told {
        let server = at.parse().unwrap();
        let answer = Err(DnsError::Timeout { server, seconds: 5 });
        Told { answer, ..told(at, ResponseCode::NoError, false, &[]) }
    }

    const ONE: &str = "192.0.2.1:53";
    const TWO: &str = "192.0.2.2:53";
    const RESOLVER: &str = "192.0.2.8:53";

    #[test]
    fn the_zone_decides_and_a_resolver_that_differs_does_not() {
        use ResponseCode::{NoError, NxDomain, Refused};
        let heard = Heard {
            authorities: vec![
                told(ONE, NoError, true, &["mail.example.com"]),
                told(TWO, Refused, false, &[]),
            ],
            resolvers: vec![told(RESOLVER, NxDomain, false, &[])],
        };
        assert!(
            matches!(heard.word(of_mx, is_absent), Word::One(one) if one.server == "192.0.2.1")
        );
        let heard = Heard {
            authorities: vec![
                told(ONE, NoError, true, &["mail.example.com"]),
                told(TWO, NxDomain, true, &[]),
            ],
            ..heard
        };
        let Word::Contradicted(says) = heard.word(of_mx, is_absent) else { panic!("{heard:?}") };
        assert_eq!(says, "192.0.2.1 says “10 mail.example.com”; 192.0.2.2 says (no such domain)");
    }

    #[test]
    fn one_resolver_alone_proves_no_absence_where_another_could_not_tell() {
        use ResponseCode::{NxDomain, ServFail};
        let gone = || told(ONE, NxDomain, false, &[]);
        let word = |resolvers: Vec<Told>| {
            let heard = Heard { authorities: Vec::new(), resolvers };
            let strict = matches!(heard.word(of_mx, is_absent), Word::One(_));
            (strict, matches!(heard.word_of_any(of_mx, is_absent), Word::One(_)))
        };
        assert_eq!(word(vec![gone()]), (true, true));
        assert_eq!(word(vec![gone(), told(TWO, NxDomain, false, &[])]), (true, true));
        assert_eq!(word(vec![gone(), silent(TWO)]), (false, true));
        assert_eq!(word(vec![gone(), told(TWO, ServFail, false, &[])]), (false, false));
    }
}
