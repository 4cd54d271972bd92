//! Whether every name server says the same of one question, and how long a
//! resolver may go on saying something else.

use jiff::Timestamp;

use super::contradiction::SAME_EVERYWHERE;
use super::heard::{Heard, Reading, Word, is_absent};
use super::lookout::Lookout;
use super::port_53::Line;
use super::probe::later;
use super::told::{Told, remembered};
use crate::finding::{Finding, State};
use crate::net::{Answer, ResponseCode};

/// What was asked about.
pub(super) struct Subject<'a> {
    /// How the findings' ids begin; the server follows.
    pub(super) id: &'a str,
    /// One of the records: “MX record”.
    pub(super) record: &'a str,
    /// Whose they are.
    pub(super) name: &'a str,
    /// What counts in them.
    pub(super) reading: Reading,
    /// What the same servers say of the MX records, where this is another
    /// record: those that say the same are not named again, and of those that
    /// say nothing only who tells there.
    pub(super) beside: Option<&'a Heard>,
}

/// A finding about each authoritative server and each resolver, held against
/// the records that count. Empty where nobody tells.
pub(super) async fn each_server(
    lookout: &Lookout<'_>,
    heard: &Heard,
    subject: &Subject<'_>,
    at: Timestamp,
) -> Vec<Finding> {
    let wanted = match heard.word(subject.reading, is_absent) {
        Word::Untold(_) => return Vec::new(),
        Word::One(told) => Some(subject.says(told)),
        Word::Contradicted(_) => subject.of_most(heard),
    };
    let resolved = heard.resolvers.iter().any(Told::settles);
    let dark = !heard.authorities.is_empty() && heard.authorities.iter().all(Told::is_silent);
    let walled = resolved && dark && !matches!(lookout.line().await, Line::Open(_));
    let spoken = Spoken { subject, wanted, others: heard.by_authority(), at };
    let own = heard.authorities.iter().map(|told| match &told.answer {
        Err(error) => spoken.silent(told, &error.to_string(), walled),
        // Out of a cache is a word on the records too; that it is lame is said
        // of the name servers.
        Ok(answer) if told.settles() && (told.speaks() || !is_absent(answer)) => {
            spoken.compared(told, answer, false)
        }
        _ => spoken.lame(told),
    });
    let resolvers = heard.resolvers.iter().map(|told| match &told.answer {
        Err(error) => spoken.silent(told, &error.to_string(), resolved),
        Ok(answer) if told.settles() => spoken.compared(told, answer, true),
        Ok(answer) => Some(spoken.unable(told, answer.code)),
    });
    own.chain(resolvers).flatten().collect()
}

impl Subject<'_> {
    fn says(&self, told: &Told) -> String {
        told.answer.as_ref().map(self.reading).unwrap_or_default()
    }

    /// What more than half of those who count say.
    fn of_most(&self, heard: &Heard) -> Option<String> {
        let said: Vec<String> = heard.witnesses().into_iter().map(|told| self.says(told)).collect();
        let most =
            |one: &&String| said.iter().filter(|other| other == one).count() * 2 > said.len();
        said.iter().find(most).cloned()
    }
}

/// What counts.
struct Spoken<'a> {
    subject: &'a Subject<'a>,
    /// `None` where those who count contradict each other evenly.
    wanted: Option<String>,
    /// Whether a server that speaks for the zone said it.
    others: bool,
    at: Timestamp,
}

impl Spoken<'_> {
    /// One that tells: the same, or something else.
    fn compared(&self, told: &Told, answer: &Answer, resolver: bool) -> Option<Finding> {
        let Subject { record, name, beside, .. } = self.subject;
        let everybody = beside.is_none();
        let (server, found) = (&told.server, self.subject.says(told));
        if self.wanted.as_ref() == Some(&found) {
            let summary = format!("{server} says the same.");
            return everybody.then(|| self.make(told, State::Passed, summary, found));
        }
        if self.wanted.is_none() && (resolver || !everybody) {
            // A resolver hands one of the versions on; the whole names them all.
            let because = "the name servers contradict each other".to_owned();
            let summary = format!("{server} gives one of the answers.");
            return everybody.then(|| self.make(told, State::Skipped { because }, summary, found));
        }
        let nothing = is_absent(answer) && super::told::cname(answer).is_none();
        let summary = match nothing {
            true if answer.code == ResponseCode::NxDomain => {
                format!("{server} says that {name} does not exist.")
            }
            true => format!("{server} has no {record} of {name}."),
            false => match &self.wanted {
                Some(_) => format!("{server} names other {record}s."),
                None => format!("{server} names {record}s that not all others name."),
            },
        };
        let make = |state| self.make(told, state, summary.clone(), found.clone());
        if !resolver {
            return Some(make(State::Warning)
                .means("While name servers differ, part of the senders go by one version and part by the other.")
                .advise(SAME_EVERYWHERE));
        }
        Some(match left(answer) {
            _ if answer.authoritative => make(State::Warning)
                .means("This resolver marks its answer as authoritative, so it seems to have a zone of the same name of its own. Whoever asks it goes by that, whatever the domain's name servers say.")
                .advise(format!("If it is a name server inside your network, give its zone the same {record}s, where machines that send mail ask it.")),
            Some(seconds) if self.others && self.wanted.is_some() => {
                let again_at = later(self.at, seconds.max(30));
                make(State::Waiting { again_at })
                    .means(format!("The name servers of the domain say otherwise. Senders that ask this resolver go by its answer, and it may remember that {}.", remembered(self.at, seconds)))
                    .advise("If the records were changed lately there is nothing to do: check again after the time shown. If it says the same then, it is told something else than this machine: a zone of the same name inside the network, or a name server that does not follow.")
            }
            _ => make(State::Warning)
                .means("Senders that ask this resolver go by what it says, whatever the name servers say.")
                .advise("If the records were changed lately, check again when the old ones have run out (their TTL). Otherwise this resolver is told something else than the others: a zone of the same name inside the network, or a name server that does not follow."),
        })
    }

    /// A server of the zone that does not speak for it.
    fn lame(&self, told: &Told) -> Option<Finding> {
        if let Some(beside) = self.subject.beside {
            // Without an error it may be another zone's to tell.
            let code = told.answer.as_ref().ok().map(|answer| answer.code);
            let code = code.filter(|code| *code != ResponseCode::NoError)?;
            return self.tells_beside(told, beside, &code.to_string());
        }
        let summary = format!("{} does not answer for the domain.", told.server);
        let said = match &told.answer {
            Ok(answer) if answer.code != ResponseCode::NoError => answer.code.to_string(),
            _ => "(no authority)".to_owned(),
        };
        let advice = "Ask the DNS host whether the server should be listed.";
        if self.others {
            return Some(self
                .make(told, State::Warning, summary, said)
                .means("It is named for the domain and does not serve it: whoever asks it has to try another.")
                .advise(advice));
        }
        let why = format!("{} answered {said}", told.whom());
        Some(self.make(told, State::Unknown { why }, summary, said)
            .means("This name server is named for the domain but does not serve it, or it does not serve this machine.")
            .advise(advice))
    }

    /// A resolver that answers with an error of its own.
    fn unable(&self, told: &Told, code: ResponseCode) -> Finding {
        let why = format!("{} answered {code}", told.whom());
        let Subject { record, name, .. } = self.subject;
        let summary = format!("{} can't tell the {record}s of {name}.", told.server);
        self.make(told, State::Unknown { why }, summary, code.to_string())
            .means("Whoever asks this resolver learns nothing of them now.")
            .advise("Check again later. SERVFAIL often means broken DNSSEC, or a name server of the zone that this resolver does not reach; REFUSED, that this machine may not ask there.")
    }

    /// One that tells the MX records, and of this one nothing but `said`.
    fn tells_beside(&self, told: &Told, beside: &Heard, said: &str) -> Option<Finding> {
        let speaks = |one: &&Told| one.at == told.at && one.speaks() && one.settles();
        beside.authorities.iter().find(speaks)?;
        let Subject { record, name, .. } = self.subject;
        let summary = format!("{} tells nothing of the {record} of {name}.", told.server);
        let make = |state| self.make(told, state, summary.clone(), said.to_owned());
        let finding = match self.others {
            true => make(State::Warning)
                .means("It tells the MX records, so it is reached and serves the zone. Whoever asks it for this record has to try another, or goes without."),
            false => make(State::Unknown { why: format!("{} answered {said}", told.whom()) })
                .means("It tells the MX records, so it is reached and serves the zone."),
        };
        Some(finding.advise("Ask the DNS host why it answers so for this record alone; broken DNSSEC signatures and a firewall that drops long answers are usual causes."))
    }

    /// Nothing came back; `excused` where that says nothing of the server.
    fn silent(&self, told: &Told, error: &str, excused: bool) -> Option<Finding> {
        if let Some(beside) = self.subject.beside {
            let own = self.others.then(|| self.tells_beside(told, beside, "(no answer)"));
            return own.flatten();
        }
        let summary = format!("{} can't be asked from here.", told.server);
        let make = |state| self.make(told, state, summary.clone(), "(no answer)".to_owned());
        if self.others && told.at.is_ipv6() {
            let because =
                "it has an IPv6 address only, and this machine may have no IPv6".to_owned();
            return Some(make(State::Skipped { because }));
        }
        if excused {
            let because = format!("{error}, and another resolver answered");
            return Some(make(State::Skipped { because }));
        }
        Some(
            make(State::Unknown { why: error.to_owned() })
                .means("That says nothing about its records.")
                .advise("Check again later, or from another network."),
        )
    }

    fn make(&self, told: &Told, state: State, summary: String, found: String) -> Finding {
        let wanted = self.wanted.clone().unwrap_or_else(|| "the same at every server".to_owned());
        Finding::new(format!("{}@{}", self.subject.id, told.server), state, summary, self.at)
            .compared(wanted, found)
            .asked(told.whom())
            .with_evidence(told.lines())
    }
}

/// Seconds for which a resolver may go on saying so.
fn left(answer: &Answer) -> Option<u32> {
    answer.records.iter().map(|record| record.ttl).min().or(answer.negative_ttl)
}
