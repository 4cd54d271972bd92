//! Whether every name server says the same of the primary domain's MX records.

use jiff::Timestamp;

use super::lookout::Lookout;
use super::port_53::Line;
use super::primary_mx::Seen;
use super::told::{Told, duration, shown_mx, speaker};
use crate::finding::{Finding, State};
use crate::net::ResponseCode;

/// `situation.primary-mx@SERVER`, of each authoritative server and each
/// resolver, held against the records that [`super::primary_mx`] judges. Empty
/// where nobody tells.
pub(super) async fn each_server(lookout: &Lookout<'_>, seen: &Seen, at: Timestamp) -> Vec<Finding> {
    let authorities = seen.authorities.as_deref().unwrap_or_default();
    let Some(first) = speaker(authorities, &seen.resolvers) else { return Vec::new() };
    let domain = lookout.plan.domain().as_str();
    let resolved = seen.resolvers.iter().any(Told::settles);
    let dark = !authorities.is_empty() && authorities.iter().all(Told::is_silent);
    let walled = resolved && dark && !matches!(lookout.line().await, Line::Open(_));
    let spoken = Spoken { domain, wanted: rows(first), others: first.speaks(), at };
    let own = authorities.iter().map(|told| match &told.answer {
        Err(error) => spoken.silent(told, &error.to_string(), walled),
        // Out of a cache is a word on the records too; that it is lame is said
        // of the name servers.
        Ok(_) if told.settles() && (told.speaks() || !rows(told).is_empty()) => {
            spoken.compared(told, false)
        }
        _ => spoken.lame(told),
    });
    let resolvers = seen.resolvers.iter().map(|told| match &told.answer {
        Err(error) => spoken.silent(told, &error.to_string(), resolved),
        Ok(_) if told.settles() => spoken.compared(told, true),
        Ok(answer) => spoken.unable(told, answer.code),
    });
    own.chain(resolvers).collect()
}

/// What was said first.
struct Spoken<'a> {
    domain: &'a str,
    wanted: Vec<(u16, String)>,
    /// Whether a server that speaks for the zone said it.
    others: bool,
    at: Timestamp,
}

impl Spoken<'_> {
    /// One that tells: the same, or something else.
    fn compared(&self, told: &Told, resolver: bool) -> Finding {
        let (server, domain, found) = (&told.server, self.domain, rows(told));
        if found == self.wanted {
            return self.make(
                told,
                State::Passed,
                format!("{server} says the same."),
                shown_mx(&found),
            );
        }
        let gone = told.answer.as_ref().is_ok_and(|answer| answer.code == ResponseCode::NxDomain);
        let (summary, shown) = match found.is_empty() {
            true if gone => (
                format!("{server} says that {domain} does not exist."),
                "(no such domain)".to_owned(),
            ),
            true => (format!("{server} has no MX record of {domain}."), shown_mx(&found)),
            false => (format!("{server} names other MX records."), shown_mx(&found)),
        };
        let finding = self.make(told, State::Warning, summary, shown);
        if resolver {
            let left = match left(told) {
                Some(seconds) => {
                    format!(" It may remember them for another {}.", duration(seconds))
                }
                None => String::new(),
            };
            return finding
                .means(format!("Senders that ask this resolver go by what it says, whatever the name servers say.{left}"))
                .advise("If the records were changed lately, check again when the old ones have run out. Otherwise this resolver is told something else than this machine: a zone of the same name inside the network, or a name server that does not follow.");
        }
        finding
            .means("While name servers differ, part of the mail enters at one system and part at another.")
            .advise("If the records were changed lately, wait until the old ones have run out (their TTL). Otherwise look why this name server does not follow: the zone's serial number, or a second zone of the same name.")
    }

    /// A server of the zone that does not speak for it.
    fn lame(&self, told: &Told) -> Finding {
        let summary = format!("{} does not answer for the domain.", told.server);
        let said = match &told.answer {
            Ok(answer) if answer.code != ResponseCode::NoError => answer.code.to_string(),
            _ => "(no authority)".to_owned(),
        };
        let advice = "Ask the DNS host whether the server should be listed.";
        if self.others {
            return self
                .make(told, State::Warning, summary, said)
                .means("It is named for the domain and does not serve it: whoever asks it has to try another.")
                .advise(advice);
        }
        let why = format!("{} answered {said}", told.whom());
        self.make(told, State::Unknown { why }, summary, said)
            .means("This name server is named for the domain but does not serve it, or it does not serve this machine.")
            .advise(advice)
    }

    /// A resolver that answers with an error of its own.
    fn unable(&self, told: &Told, code: ResponseCode) -> Finding {
        let why = format!("{} answered {code}", told.whom());
        let summary = format!("{} can't tell the MX records of {}.", told.server, self.domain);
        self.make(told, State::Unknown { why }, summary, code.to_string())
            .means("Senders that ask this resolver find no way to the domain now.")
            .advise("Check again later. SERVFAIL often means broken DNSSEC, or a name server of the zone that this resolver does not reach; REFUSED, that this machine may not ask there.")
    }

    /// Nothing came back; `excused` where that says nothing of the server.
    fn silent(&self, told: &Told, error: &str, excused: bool) -> Finding {
        let summary = format!("{} can't be asked from here.", told.server);
        let make = |state| self.make(told, state, summary.clone(), "(no answer)".to_owned());
        if self.others && told.at.is_ipv6() {
            let because =
                "it has an IPv6 address only, and this machine may have no IPv6".to_owned();
            return make(State::Skipped { because });
        }
        if excused {
            let because = format!("{error}, and another resolver answered");
            return make(State::Skipped { because });
        }
        make(State::Unknown { why: error.to_owned() })
            .means("That says nothing about its records.")
            .advise("Check again later, or from another network.")
    }

    fn make(&self, told: &Told, state: State, summary: String, found: String) -> Finding {
        let id = format!("situation.primary-mx@{}", told.server);
        Finding::new(id, state, summary, self.at)
            .compared(shown_mx(&self.wanted), found)
            .asked(told.whom())
            .with_evidence(told.lines())
    }
}

fn rows(told: &Told) -> Vec<(u16, String)> {
    let mut rows = told.answer.as_ref().map(|answer| answer.mx()).unwrap_or_default();
    rows.sort();
    rows
}

/// Seconds for which a resolver may go on saying so.
fn left(told: &Told) -> Option<u32> {
    let answer = told.answer.as_ref().ok()?;
    answer.of_kind().map(|record| record.ttl).max().or(answer.negative_ttl)
}
