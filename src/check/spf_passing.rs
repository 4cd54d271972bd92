//! Whom an SPF record lets pass. The first term that matches decides (RFC 7208
//! 4.6.2), an include matches where the record behind it says “pass” (5.2),
//! and nothing behind “all” is looked at (5.1).

use std::net::IpAddr;

use super::address_set::Addresses;
use super::spf_expand::{Leads, Node, Term};
use super::spf_record::{Qualifier, Range};

/// What may come out for whom. Where a term depends on the message an address
/// is in both.
#[derive(Debug, Clone, Default)]
pub(super) struct Outcome {
    pass: Addresses,
    not: Addresses,
}

/// How a record treats the record of another domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Standing {
    /// Whoever passes there passes here, as far as the term is reached.
    Taken,
    /// Named with another sign than “+”.
    Signed(Qualifier, String),
    /// Named behind an “all”: the term, and that “all”.
    Behind(String, String),
    /// Not named.
    Absent,
}

impl Outcome {
    /// Those that pass whatever the message.
    pub(super) fn surely(&self) -> Addresses {
        Addresses::all().minus(&self.not)
    }

    /// Those that pass, or may.
    pub(super) fn perhaps(&self) -> &Addresses {
        &self.pass
    }
}

impl Node {
    /// What it says of every address.
    pub(super) fn outcome(&self) -> Outcome {
        let mut reach = Addresses::all();
        let mut outcome = Outcome::default();
        let alike =
            |a: &Term, b: &Term| a.qualifier == b.qualifier && !a.is_record() && !b.is_record();
        for run in self.terms.chunk_by(alike) {
            let (sure, perhaps) = matches(run);
            let hit = reach.and(&perhaps);
            let side = match run.first().map(|term| term.qualifier) {
                Some(Qualifier::Pass) => &mut outcome.pass,
                _ => &mut outcome.not,
            };
            *side = side.or(&hit);
            if run.iter().any(Term::is_broken) {
                outcome.not = outcome.not.or(&reach);
            }
            reach = reach.minus(&sure);
        }
        match self.redirect.as_deref().map(|term| &term.leads) {
            Some(Leads::Record(_, Ok(node))) => {
                let there = node.outcome();
                outcome.pass = outcome.pass.or(&reach.and(&there.pass));
                outcome.not = outcome.not.or(&reach.and(&there.not));
            }
            Some(Leads::Untold(_)) => {
                outcome.pass = outcome.pass.or(&reach);
                outcome.not = outcome.not.or(&reach);
            }
            _ => outcome.not = outcome.not.or(&reach),
        }
        outcome
    }

    /// The term that decides about mail from `ip`; `None` where none matches.
    pub(super) fn decides(&self, ip: IpAddr) -> Option<&Term> {
        let one = Addresses::one(ip);
        self.terms.iter().find(|term| one.within(&matches(std::slice::from_ref(*term)).0))
    }

    /// How it treats the record of `domain`: the best of what it says.
    pub(super) fn standing(&self, domain: &str) -> Standing {
        let mut best = Standing::Absent;
        for term in self.terms.iter().chain(self.redirect.as_deref()) {
            let Leads::Record(name, found) = &term.leads else { continue };
            let there = match found {
                _ if name == domain => Standing::Taken,
                Ok(node) => node.standing(domain),
                Err(_) => Standing::Absent,
            };
            let here = match there {
                Standing::Taken if term.qualifier != Qualifier::Pass => {
                    Standing::Signed(term.qualifier, term.text.clone())
                }
                there => there,
            };
            if here.rank() > best.rank() {
                best = here;
            }
        }
        let all = self.terms.last().filter(|term| matches!(term.leads, Leads::All));
        let behind = self.behind.iter().find(|one| one.names(domain));
        match (best, all, behind) {
            (Standing::Absent, Some(all), Some(one)) => {
                Standing::Behind(one.term.clone(), all.text.clone())
            }
            (best, ..) => best,
        }
    }
}

impl Standing {
    fn rank(&self) -> u8 {
        match self {
            Self::Taken => 3,
            Self::Signed(..) => 2,
            Self::Behind(..) => 1,
            Self::Absent => 0,
        }
    }
}

impl Term {
    /// Those that it lets pass by itself.
    pub(super) fn passing(&self) -> Addresses {
        match self.qualifier {
            Qualifier::Pass => matches(std::slice::from_ref(self)).0,
            _ => Addresses::default(),
        }
    }

    fn is_record(&self) -> bool {
        matches!(self.leads, Leads::Record(..))
    }

    /// Whether nobody can tell what is behind it: receivers give up there.
    fn is_broken(&self) -> bool {
        matches!(self.leads, Leads::Record(_, Err(_)) | Leads::NoAnswer(_))
    }
}

impl Leads {
    /// Whether it lets `ip` match; `None` where that is not known.
    pub(super) fn has(&self, ip: IpAddr) -> Option<bool> {
        let one = Addresses::one(ip);
        match self {
            Self::There(there) => Some(*there),
            Self::Looked(ranges) => Some(one.within(&Addresses::of(ranges))),
            Self::Partly { sure, perhaps, .. } => match one.within(sure) {
                true => Some(true),
                false => (!one.within(perhaps)).then_some(false),
            },
            _ => None,
        }
    }
}

/// Whom terms match: for sure, and perhaps.
fn matches(terms: &[Term]) -> (Addresses, Addresses) {
    let mut ranges: Vec<&Range> = Vec::new();
    let (mut sure, mut perhaps) = (Addresses::default(), Addresses::default());
    for term in terms {
        match &term.leads {
            Leads::All => sure = Addresses::all(),
            Leads::Ranges(some) | Leads::Looked(some) => ranges.extend(some),
            Leads::Record(_, Ok(node)) => {
                let there = node.outcome();
                sure = sure.or(&there.surely());
                perhaps = perhaps.or(there.perhaps());
            }
            Leads::There(true) => sure = Addresses::all(),
            Leads::There(false) => {}
            Leads::Partly { sure: some, perhaps: others, .. } => {
                sure = sure.or(some);
                perhaps = perhaps.or(others);
            }
            Leads::Untold(_) => perhaps = Addresses::all(),
            Leads::Record(_, Err(_)) | Leads::NoAnswer(_) => {}
        }
    }
    let sure = sure.or(&Addresses::of(ranges));
    let perhaps = perhaps.or(&sure);
    (sure, perhaps)
}

#[cfg(test)]
mod tests {
    use super::super::spf_expand::zones::Zones;
    use super::*;

    fn zones() -> Zones {
        Zones::default()
            .record("emailsrvr.com", "v=spf1 ip4:198.51.100.0/24 ~all")
            .record("mine.test", "v=spf1 -ip4:198.51.100.7 include:emailsrvr.com -all")
            .record("open.test", "v=spf1 +all")
            .addresses("example.com", &["192.0.2.25"])
    }

    fn passes(text: &str, ip: &str) -> (bool, bool) {
        let outcome = zones().node("example.com", text).outcome();
        let one = Addresses::one(ip.parse().unwrap());
        (one.within(&outcome.surely()), one.within(outcome.perhaps()))
    }

    #[test]
    fn the_first_term_that_matches_decides() {
        for (text, ip, surely, perhaps) in [
            ("v=spf1 include:emailsrvr.com -all", "198.51.100.7", true, true),
            ("v=spf1 -include:emailsrvr.com +all", "198.51.100.7", false, false),
            ("v=spf1 -include:emailsrvr.com +all", "192.0.2.1", true, true),
            ("v=spf1 -all include:emailsrvr.com", "198.51.100.7", false, false),
            ("v=spf1 -ip4:0.0.0.0/0 include:emailsrvr.com", "198.51.100.7", false, false),
            ("v=spf1 -a ip4:192.0.2.0/24 -all", "192.0.2.25", false, false),
            ("v=spf1 -a ip4:192.0.2.0/24 -all", "192.0.2.26", true, true),
            ("v=spf1 include:mine.test -all", "198.51.100.7", false, false),
            ("v=spf1 include:mine.test -all", "198.51.100.8", true, true),
            ("v=spf1 redirect=mine.test", "198.51.100.8", true, true),
            ("v=spf1 redirect=mine.test", "198.51.100.7", false, false),
            ("v=spf1 -exists:%{i}.x.test include:emailsrvr.com", "198.51.100.7", false, true),
            ("v=spf1 exists:%{i}.x.test include:emailsrvr.com", "198.51.100.7", true, true),
            ("v=spf1 exists:%{i}.x.test -all", "192.0.2.1", false, true),
            ("v=spf1 include:open.test -all", "2001:db8::1", true, true),
            ("v=spf1", "192.0.2.1", false, false),
        ] {
            assert_eq!(passes(text, ip), (surely, perhaps), "{text} of {ip}");
        }
    }

    #[test]
    fn a_name_in_a_record_is_not_yet_a_pass() {
        let standing = |text: &str| zones().node("example.com", text).standing("emailsrvr.com");
        let signed = |qualifier, text: &str| Standing::Signed(qualifier, text.to_owned());
        assert_eq!(standing("v=spf1 +include:EmailSrvr.com -all"), Standing::Taken);
        assert_eq!(standing("v=spf1 include:mine.test -all"), Standing::Taken);
        assert_eq!(standing("v=spf1 redirect=emailsrvr.com"), Standing::Taken);
        assert_eq!(
            standing("v=spf1 ?include:emailsrvr.com -all"),
            signed(Qualifier::Neutral, "?include:emailsrvr.com")
        );
        assert_eq!(
            standing("v=spf1 ~include:mine.test -all"),
            signed(Qualifier::SoftFail, "~include:mine.test")
        );
        for behind in ["include:emailsrvr.com", "redirect=emailsrvr.com"] {
            assert_eq!(
                standing(&format!("v=spf1 mx -all {behind}")),
                Standing::Behind(behind.to_owned(), "-all".to_owned())
            );
        }
        assert_eq!(standing("v=spf1 mx -all"), Standing::Absent);
    }

    #[test]
    fn what_stands_behind_all_costs_nothing_and_breaks_nothing() {
        let node = zones().node("example.com", "v=spf1 a -all include:none.test mx a:b.test");
        assert_eq!((node.lookups(), node.faults().len()), (1, 0));
    }
}
