//! Servers that should say the same and do not: what a finding says of it.
//! Neither version is taken for the truth.

use super::heard::{CONTRADICT, Heard};
use super::told::Told;
use crate::finding::{Finding, State};
use crate::net::Delegation;

/// What contradicts what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Contradiction {
    /// Who says what.
    says: String,
    /// Who says that there is nothing to deliver mail by.
    empty: Vec<String>,
    /// Who of the zone's servers is not named by the zone above.
    inside: Vec<String>,
    /// Whether servers of the zone itself differ, rather than resolvers alone.
    in_zone: bool,
}

impl Contradiction {
    /// Of `heard`, where those who count do not say the same; `above` is what
    /// the zone above says of the name servers, where that was heard.
    pub(super) fn of(heard: &Heard, says: String, above: Option<&Delegation>) -> Self {
        let named = |told: &&Told| {
            above.is_none_or(|above| {
                above.names.iter().any(|name| told.server.split('/').next() == Some(name.as_str()))
            })
        };
        let nothing = |told: &&Told| {
            told.answer.as_ref().is_ok_and(|answer| {
                let mx = answer.mx();
                mx.iter().all(|(_, exchange)| exchange == "." || exchange.is_empty())
            })
        };
        let in_zone = heard.by_authority();
        let (known, inside): (Vec<&Told>, Vec<&Told>) =
            heard.witnesses().into_iter().partition(|told| !in_zone || named(told));
        let names = |some: Vec<&Told>| some.into_iter().map(|told| told.server.clone()).collect();
        let empty = names(known.into_iter().filter(nothing).collect());
        Self { says, empty, inside: names(inside), in_zone }
    }

    /// The finding; `what` is what they speak of, with its article. Mail is
    /// lost for sure where one of the zone's servers has nothing to give.
    pub(super) fn told(
        &self,
        what: &str,
        make: impl Fn(State, String, String) -> Finding,
    ) -> Finding {
        let summary = format!("The answers about {what} {CONTRADICT}: {}.", self.says);
        let found = self.says.clone();
        if !self.in_zone {
            let why = format!("no server that speaks for the zone answered, and {}", self.says);
            return make(State::Unknown { why }, summary, found)
                .means("One of them gives old answers, or is told something else than the world. Which of them is right can't be told without the zone's own servers.")
                .advise("Change nothing because of it. Check again later, and from another network.");
        }
        let (state, lost) = match self.empty.as_slice() {
            [] => (State::Warning, String::new()),
            some => (
                State::Failed,
                format!(" Who is sent to {} finds no server for the mail.", some.join(" or ")),
            ),
        };
        let inside = match self.inside.as_slice() {
            [] => String::new(),
            some => format!(
                " The zone above does not name {}: senders on the Internet are not sent there, those inside your network may be.",
                some.join(" and ")
            ),
        };
        make(state, summary, found)
            .means(format!("Which version a sender gets depends on the server that it is sent to, so part of the mail goes by the one and part by the other.{lost}{inside} Which of them is meant can't be told from here."))
            .advise(SAME_EVERYWHERE)
    }
}

/// The same of a record that receivers read; `by_authority` where the zone's
/// own servers differ, rather than resolvers alone.
pub(super) fn contradicted_text(
    what: &str,
    says: &str,
    by_authority: bool,
    make: impl Fn(State, String, String) -> Finding,
) -> Finding {
    if !by_authority {
        let (empty, inside) = (Vec::new(), Vec::new());
        let one = Contradiction { says: says.to_owned(), empty, inside, in_zone: false };
        return one.told(what, make);
    }
    make(State::Warning, format!("The answers about {what} {CONTRADICT}: {says}."), says.to_owned())
        .means("Which version a receiver gets depends on the server that it is sent to, so the same mail is treated in different ways. Which of them is meant can't be told from here.")
        .advise(SAME_EVERYWHERE)
}

/// The same finding where it rests on what resolvers remember: the zone's own
/// servers were reached, and none of them told.
pub(super) fn only_remembered(finding: Finding, heard: &Heard) -> Finding {
    let told = matches!(finding.state, State::Passed | State::Warning | State::Failed);
    let Some(why) = heard.remembered().filter(|_| told) else { return finding };
    let meaning = format!(
        "No name server of the domain gave the answer ({why}); it is what resolvers remember, and may be gone when that runs out. {}",
        finding.meaning
    );
    if finding.state != State::Passed {
        return finding.means(meaning);
    }
    let summary = format!("{} That is known from resolvers alone.", finding.summary);
    Finding { state: State::Warning, summary, ..finding }
        .means(meaning.trim_end())
        .advise("Ask the DNS host why its name servers do not give the record: SERVFAIL is an error of theirs, and answers that are cut short need port 53 by TCP too. If it is open there, this network may stop it: check from another one.")
}

/// What to do where the servers of one zone differ.
pub(super) const SAME_EVERYWHERE: &str = "If the records were changed lately, check again when every name server has the new version (the serial numbers tell), and before that change nothing more. If it stays, have the DNS host bring all name servers to one version: one does not follow, or is one inside your network with a zone of the same name, which then needs the same records.";
