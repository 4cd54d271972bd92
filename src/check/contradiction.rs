//! Servers that should say the same and do not: what a finding says of it.
//! Neither version is taken for the truth.

use super::heard::{CONTRADICT, Heard};
use super::told::Told;
use crate::finding::{Finding, State};

/// What contradicts what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Contradiction {
    /// Who says what.
    says: String,
    /// Who says that there is nothing to deliver mail by.
    empty: Vec<String>,
    /// Whether servers of the zone itself differ, rather than resolvers alone.
    in_zone: bool,
}

impl Contradiction {
    /// Of `heard`, where those who count do not say the same.
    pub(super) fn of(heard: &Heard, says: String) -> Self {
        let nothing = |told: &&Told| {
            told.answer.as_ref().is_ok_and(|answer| {
                let mx = answer.mx();
                mx.iter().all(|(_, exchange)| exchange == "." || exchange.is_empty())
            })
        };
        let empty =
            heard.witnesses().into_iter().filter(nothing).map(|told| told.server.clone()).collect();
        Self { says, empty, in_zone: heard.by_authority() }
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
        make(state, summary, found)
            .means(format!("Which version a sender gets depends on the server that it is sent to, so part of the mail goes by the one and part by the other.{lost} Which of them is meant can't be told from here."))
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
        let empty = Vec::new();
        return Contradiction { says: says.to_owned(), empty, in_zone: false }.told(what, make);
    }
    make(State::Warning, format!("The answers about {what} {CONTRADICT}: {says}."), says.to_owned())
        .means("Which version a receiver gets depends on the server that it is sent to, so the same mail is treated in different ways. Which of them is meant can't be told from here.")
        .advise(SAME_EVERYWHERE)
}

/// What to do where the servers of one zone differ.
pub(super) const SAME_EVERYWHERE: &str = "If the records were changed lately, check again when every name server has the new version (the serial numbers tell), and before that change nothing more. If it stays, have the DNS host bring all name servers to one version: one does not follow, or has a zone of its own of the same name.";
