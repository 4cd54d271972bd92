//! What of the people taken was left out or put otherwise, in sentences: told
//! once for all of them where it may concern everybody.

use std::collections::BTreeMap;

use super::shown;
use crate::plan::Address;

/// As many people or lines are named.
const NAMED: usize = 5;

/// What is to be told of one person.
#[derive(Debug, Default)]
pub(super) struct Aside {
    /// Other addresses outside the domain.
    pub(super) elsewhere: Vec<Address>,
    /// Other addresses that are no mail addresses, by their kind.
    pub(super) not_mail: Vec<String>,
    /// A mailbox type that is none of ours.
    pub(super) other_kind: Option<String>,
    /// What stands in the column of the address, where the primary address
    /// among the others was taken.
    pub(super) instead_of: Option<String>,
    /// Whether white space within a name became one space.
    pub(super) respaced: bool,
}

/// What is to be told of everybody.
#[derive(Debug, Default)]
pub(super) struct Remarks {
    sentences: Vec<String>,
    not_mail: BTreeMap<String, usize>,
    other_kinds: BTreeMap<String, usize>,
    primaries: Vec<String>,
    respaced: Vec<u64>,
}

impl Remarks {
    /// One person more.
    pub(super) fn add(&mut self, line: u64, who: &Address, aside: Aside) {
        if !aside.elsewhere.is_empty() {
            self.sentences.push(elsewhere(line, who, &aside.elsewhere));
        }
        for scheme in aside.not_mail {
            *self.not_mail.entry(scheme).or_default() += 1;
        }
        if let Some(kind) = aside.other_kind {
            *self.other_kinds.entry(kind).or_default() += 1;
        }
        if let Some(told) = aside.instead_of {
            self.primaries.push(format!("{who} for {told}"));
        }
        if aside.respaced {
            self.respaced.push(line);
        }
    }

    /// In sentences.
    pub(super) fn sentences(self) -> Vec<String> {
        let mut all = self.sentences;
        let counts = |counted: BTreeMap<String, usize>| {
            let each = counted.into_iter().map(|(what, count)| format!("{count} of {what}"));
            each.collect::<Vec<_>>().join(", ")
        };
        if !self.not_mail.is_empty() {
            all.push(format!(
                "Among the other addresses, what is no mail address is not used: {}.",
                counts(self.not_mail)
            ));
        }
        if !self.other_kinds.is_empty() {
            all.push(format!(
                "Mailbox types that are neither user, shared, room, equipment, list nor contact are taken as users: {}.",
                counts(self.other_kinds)
            ));
        }
        if !self.primaries.is_empty() {
            all.push(format!(
                "The primary address (SMTP:) was taken where the column of the address has another: {}.",
                first(self.primaries)
            ));
        }
        if !self.respaced.is_empty() {
            let lines = self.respaced.iter().map(u64::to_string).collect();
            all.push(format!(
                "In names, line breaks, tabs, several spaces and special ones became one space: line {}.",
                first(lines)
            ));
        }
        all
    }
}

fn elsewhere(line: u64, own: &Address, aliases: &[Address]) -> String {
    let named = aliases.iter().map(|alias| shown(&alias.to_string(), 80)).collect();
    format!("Line {line}: {own} is taken without {}: not in {}.", first(named), own.domain())
}

/// The first of them, and how many more there are.
fn first(mut all: Vec<String>) -> String {
    let more = all.len().saturating_sub(NAMED);
    all.truncate(NAMED);
    match more {
        0 => all.join(", "),
        more => format!("{} and {more} more", all.join(", ")),
    }
}
