//! The record that is offered: what the domain has, with both systems in it.
//! It is evaluated like any other before it is offered.

use super::address_set::Addresses;
use super::spf_expand::{Leads, Node, Term};
use super::spf_passing::Standing;
use super::spf_record::{Qualifier, Range};
use super::spf_senders::{Host, Senders};

/// Lookups that a record may cost (RFC 7208 4.6.4).
pub(super) const MOST_LOOKUPS: usize = 10;
/// Characters of an offered record that are shown.
const LONGEST: usize = 4096;
/// Characters of one string of a TXT record (RFC 1035 3.3.14).
const STRING: usize = 255;

/// A record to publish.
#[derive(Debug)]
pub(super) struct Merged {
    terms: Vec<Term>,
    end: String,
    /// Terms that would let anybody send, left out.
    dropped: Vec<String>,
    /// Whose public address can't be seen from here, and is not in it.
    hidden: Option<String>,
}

/// One record out of all that stands in `records`, in which both systems pass
/// and nobody else stops to, but for whom a term lets pass that is open to
/// anybody. Where it would need too many lookups, names become addresses.
pub(super) fn merged(records: &[&Node], host: &Host, senders: &Senders) -> Merged {
    let merged = Merged::of(records, host, senders, false);
    if merged.lookups() <= MOST_LOOKUPS { merged } else { Merged::of(records, host, senders, true) }
}

impl Merged {
    fn of(records: &[&Node], host: &Host, senders: &Senders, by_address: bool) -> Self {
        let hidden = senders.hidden().map(|_| senders.called().to_owned());
        let (terms, dropped) = (Vec::new(), Vec::new());
        let mut merged = Self { terms, end: "~all".to_owned(), dropped, hidden };
        let mut end = None;
        for term in
            records.iter().flat_map(|node| node.terms.iter().chain(node.redirect.as_deref()))
        {
            match &term.leads {
                Leads::All => end = Some(milder(end, &term.text)),
                // The host's own record with another sign: the opposite of what is added.
                Leads::Record(name, _)
                    if term.qualifier != Qualifier::Pass && *name == host.include => {}
                _ if term.passing().are_many() => merged.dropped.push(term.text.clone()),
                Leads::Looked(ranges) if by_address => ranges.iter().for_each(|range| {
                    merged.put(usize::MAX, listed(range, term.qualifier));
                }),
                _ if term.text.to_ascii_lowercase().starts_with("redirect=") => {
                    // It gave the end too, which an include does not.
                    if let Some(all) = end_of(term) {
                        end = Some(milder(end, &all));
                    }
                    let text = format!("include:{}", &term.text["redirect=".len()..]);
                    merged.put(usize::MAX, Term { text, ..term.clone() });
                }
                _ => merged.put(usize::MAX, term.clone()),
            }
        }
        merged.end = end.unwrap_or(merged.end);
        merged.add_both(host, senders);
        merged
    }

    /// Each system, where it does not pass yet: in front of whatever refuses.
    fn add_both(&mut self, host: &Host, senders: &Senders) {
        let node = self.node();
        let passing = node.outcome().surely();
        let passes = host.networks().within(&passing);
        if node.standing(&host.include) != Standing::Taken || !passes {
            let text = format!("include:{}", host.include);
            self.terms.retain(|term| !alike(&term.text, &text));
            let added = Term { qualifier: Qualifier::Pass, text, leads: host.leads() };
            self.put(self.front(), added);
        }
        for ip in senders.needed().filter(|ip| !Addresses::one(**ip).within(&passing)) {
            self.put(self.front(), listed(&Range::around(*ip, 128), Qualifier::Pass));
        }
    }

    /// Before the first term that lets nobody pass.
    fn front(&self) -> usize {
        let refuses = self.terms.iter().position(|term| term.qualifier != Qualifier::Pass);
        refuses.unwrap_or(self.terms.len())
    }

    /// Puts it in, unless it stands before that place already.
    fn put(&mut self, at: usize, term: Term) {
        let at = at.min(self.terms.len());
        if self.terms[..at].iter().any(|there| alike(&there.text, &term.text)) {
            return;
        }
        self.terms.insert(at, term);
    }

    fn node(&self) -> Node {
        Node { terms: self.terms.clone(), ..Node::default() }
    }

    pub(super) fn lookups(&self) -> usize {
        self.node().lookups()
    }

    /// The record itself.
    pub(super) fn text(&self) -> String {
        let terms: String = self.terms.iter().map(|term| format!("{} ", term.text)).collect();
        format!("v=spf1 {terms}{}", self.end)
    }

    /// The record as it is offered, with what has to be said of it. What stands
    /// in it came from the DNS, and goes to screen and terminal.
    pub(super) fn offered(&self) -> String {
        let text = self.text();
        let mut offer = crate::shown::shown(&text, LONGEST);
        if text.len() > STRING {
            offer.push_str(
                " It is longer than 255 characters: enter it as several strings of one record.",
            );
        }
        if !self.dropped.is_empty() {
            let dropped = crate::shown::shown(&self.dropped.join(" "), 200);
            offer.push_str(&format!(" “{dropped}” is left out: if a system of yours sends by it alone, put its own address there."));
        }
        if let Some(name) = &self.hidden {
            let name = crate::shown::shown(name, 100);
            offer.push_str(&format!(
                " Before “all” put the public address of {name} in, as “ip4:” and the address: it can't be seen from here."
            ));
        }
        let lookups = self.lookups();
        if lookups > MOST_LOOKUPS {
            offer.push_str(&format!(" Even so it needs {lookups} lookups and {MOST_LOOKUPS} are allowed: first take out what no longer sends for the domain."));
        }
        offer
    }
}

/// A range as a term of its own.
fn listed(range: &Range, qualifier: Qualifier) -> Term {
    let text = format!("{}{}", qualifier.sign(), range.term());
    Term { qualifier, text, leads: Leads::Ranges(vec![*range]) }
}

/// Whether two terms are one; “+” is understood.
fn alike(a: &str, b: &str) -> bool {
    a.trim_start_matches('+').eq_ignore_ascii_case(b.trim_start_matches('+'))
}

/// The “all” of the record that `term` leads to, through redirects of its own.
fn end_of(term: &Term) -> Option<String> {
    let Leads::Record(_, Ok(node)) = &term.leads else { return None };
    let all = node.terms.iter().find(|term| matches!(term.leads, Leads::All));
    all.map(|all| all.text.clone()).or_else(|| end_of(node.redirect.as_deref()?))
}

/// Of two ends the one that refuses less, and never one that lets all pass.
fn milder(before: Option<String>, term: &str) -> String {
    match (before.as_deref(), term) {
        (None | Some("-all"), "-all") => "-all",
        (Some("?all"), _) | (_, "?all") => "?all",
        _ => "~all",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::spf_expand::zones::Zones;
    use super::*;

    const INCLUDE: &str = "emailsrvr.com";

    fn zones() -> Zones {
        let many: String = (0..6).map(|n| format!("a:h{n}.test ")).collect();
        let mut zones = Zones::default()
            .record(INCLUDE, "v=spf1 ip4:198.51.100.0/24 ip6:2001:db8:1::/48 ~all")
            .record("part.test", "v=spf1 -ip4:198.51.100.7 include:emailsrvr.com -all")
            .record("a.test", "v=spf1 ip4:203.0.113.0/25 -all")
            .record("many.test", &format!("v=spf1 {many}-all"))
            .record("open.test", "v=spf1 +all")
            .addresses("example.com", &["192.0.2.25"])
            .addresses("other.test", &["203.0.113.9", "2001:db8:2::1"]);
        for n in 0..6 {
            zones = zones.addresses(&format!("h{n}.test"), &[&format!("203.0.113.{}", 200 + n)]);
        }
        zones
    }

    fn host() -> Host {
        let text = "v=spf1 ip4:198.51.100.0/24 ip6:2001:db8:1::/48 ~all";
        Host { include: INCLUDE.to_owned(), record: Some(zones().node(INCLUDE, text)) }
    }

    fn senders() -> Senders {
        Senders {
            name: Some("mail.example.com".to_owned()),
            external: vec!["192.0.2.25".parse().unwrap()],
            doubt: None,
            sends: true,
        }
    }

    fn offer(records: &[&str]) -> String {
        let nodes: Vec<Node> =
            records.iter().map(|text| zones().node("example.com", text)).collect();
        let nodes: Vec<&Node> = nodes.iter().collect();
        merged(&nodes, &host(), &senders()).text()
    }

    #[test]
    fn two_records_become_one_with_both_systems_and_the_milder_end() {
        for (records, wanted) in [
            (
                &[
                    "v=spf1 a:other.test include:a.test -all",
                    "v=spf1 A:other.test ip4:192.0.2.25 ~all",
                ][..],
                "v=spf1 a:other.test include:a.test ip4:192.0.2.25 include:emailsrvr.com ~all",
            ),
            (&[], "v=spf1 include:emailsrvr.com ip4:192.0.2.25 ~all"),
            (
                &["v=spf1 redirect=a.test"],
                "v=spf1 include:a.test include:emailsrvr.com ip4:192.0.2.25 -all",
            ),
            (&["v=spf1 a +all"], "v=spf1 a include:emailsrvr.com ~all"),
        ] {
            assert_eq!(offer(records), wanted);
        }
    }

    #[test]
    fn both_systems_stand_in_front_of_what_refuses_them() {
        for (record, wanted) in [
            ("v=spf1 a -include:emailsrvr.com -all", "v=spf1 a include:emailsrvr.com -all"),
            ("v=spf1 a -all include:emailsrvr.com", "v=spf1 a include:emailsrvr.com -all"),
            (
                "v=spf1 -ip4:0.0.0.0/0 include:emailsrvr.com a -all",
                "v=spf1 include:emailsrvr.com ip4:192.0.2.25 -ip4:0.0.0.0/0 a -all",
            ),
            (
                "v=spf1 -a ip4:192.0.2.0/24 include:emailsrvr.com -all",
                "v=spf1 ip4:192.0.2.25 -a ip4:192.0.2.0/24 include:emailsrvr.com -all",
            ),
            (
                "v=spf1 ip4:0.0.0.0/1 ip4:203.0.113.1 ~all",
                "v=spf1 ip4:203.0.113.1 include:emailsrvr.com ip4:192.0.2.25 ~all",
            ),
            (
                "v=spf1 a include:many.test -a:h0.test a:h1.test a:h2.test ?a:other.test -all",
                "v=spf1 ip4:192.0.2.25 include:many.test include:emailsrvr.com -ip4:203.0.113.200 ip4:203.0.113.201 ip4:203.0.113.202 ?ip4:203.0.113.9 ?ip6:2001:db8:2::1 -all",
            ),
        ] {
            assert_eq!(offer(&[record]), wanted, "{record}");
        }
    }

    fn term() -> impl Strategy<Value = String> {
        let bare = prop::sample::select(vec![
            "a",
            "a:other.test",
            "a/24",
            "ip4:198.51.100.0/25",
            "ip4:192.0.2.0/24",
            "ip4:0.0.0.0/0",
            "ip6:2001:db8::/32",
            "include:emailsrvr.com",
            "include:part.test",
            "include:a.test",
            "include:open.test",
            "include:many.test",
            "exists:%{i}.x.test",
            "all",
            "ip4:203.0.113.9",
        ]);
        (prop::sample::select(vec!["", "", "", "+", "-", "~", "?"]), bare)
            .prop_map(|(sign, bare)| format!("{sign}{bare}"))
    }

    proptest! {
        #[test]
        fn the_offered_record_lets_both_pass_and_loses_no_sender(
            terms in prop::collection::vec(term(), 0..8),
            redirect in prop::option::of(prop::sample::select(vec!["emailsrvr.com", "a.test", "part.test"])),
        ) {
            let redirect = redirect.map(|name| format!(" redirect={name}")).unwrap_or_default();
            let text = format!("v=spf1 {}{redirect}", terms.join(" "));
            let before = zones().node("example.com", &text);
            let offer = merged(&[&before], &host(), &senders());
            // Read back as whoever publishes it would have it read.
            let after = zones().node("example.com", &offer.text());
            let passing = after.outcome().surely();
            prop_assert_eq!(after.standing(INCLUDE), Standing::Taken, "{} of {}", offer.text(), text);
            prop_assert!(host().networks().within(&passing), "{} of {}", offer.text(), text);
            for ip in senders().needed() {
                prop_assert!(Addresses::one(*ip).within(&passing), "{} of {}", offer.text(), text);
            }
            prop_assert!(!passing.are_many(), "{} of {}", offer.text(), text);
            // Who passed by a term that is open to anybody is told of instead.
            let had = before.outcome().surely();
            if !had.are_many() && offer.dropped.is_empty() {
                prop_assert!(had.within(&passing), "{} of {}", offer.text(), text);
            }
            prop_assert_eq!(after.lookups(), offer.lookups());
        }
    }
}
