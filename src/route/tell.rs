//! A followed message in an administrator's words.

use super::{Hop, Origin, Rule, System, Trace, Unfit, outcome_text};
use crate::plan::Address;

/// The path as an ordered list, a line each: "1. The Internet follows the MX
/// records of example.com to the external server." Without a number those that
/// stand beside a loop, and last the end as in [`outcome_text`].
pub fn trace_text(trace: &Trace) -> Vec<String> {
    let hops = trace.hops.iter().enumerate();
    let mut lines: Vec<String> =
        hops.map(|(at, _)| format!("{}. {}", at + 1, hop_text(trace, at))).collect();
    let beside = (0..trace.beside.len()).map(|at| hop_text(trace, trace.hops.len() + at));
    lines.extend(beside.take(BESIDE).map(|words| format!("Beside the loop: {words}")));
    if let more @ 1.. = trace.beside.len().saturating_sub(BESIDE) {
        lines.push(format!("Beside the loop: {more} more stops."));
    }
    lines.push(outcome_text(trace));
    lines
}

/// Stops beside a loop that are told.
const BESIDE: usize = 12;

/// One stop as a sentence, those beside a loop behind its path; empty where
/// there is no such stop.
pub fn hop_text(trace: &Trace, index: usize) -> String {
    let Some(hop) = trace.stops().nth(index) else { return String::new() };
    let first_outside = index == 0 && trace.origin == Origin::Internet;
    let at = if first_outside { "The Internet" } else { capital(hop.at) };
    let recipient = &hop.recipient;
    let domain = recipient.domain();
    if trace.is_expanded_before(index) {
        let once =
            format!("{at} expands {recipient} once, and then looks for a mailbox of that name.");
        return match &hop.rule {
            Rule::Mailbox => format!("{once} It has one."),
            Rule::Plus { to } | Rule::Proxy { to } => format!("{once} It has {to}."),
            Rule::Sdr => format!(
                "{once} It has none, and split domain routing passes it to the external server."
            ),
            Rule::CatchAll { to } => {
                format!("{once} It has none, and its catch-all sends it to {to}.")
            }
            Rule::InternalRelay => {
                format!("{once} It has none, and passes unknown addresses to the host.")
            }
            _ => format!("{once} It has none, and returns it."),
        };
    }
    match &hop.rule {
        Rule::Mailbox => format!("{at} has the mailbox {recipient}."),
        Rule::Mx { to } if *to == hop.at && !first_outside => {
            format!(
                "{at} finds its own name in the MX records of {domain}, which it does not take."
            )
        }
        Rule::Mx { to } => {
            format!("{at} follows the MX records of {domain} to {}.", to.label())
        }
        Rule::NoMx => format!("{at} finds no MX record for {domain}."),
        Rule::AliasDomain { to } => {
            format!("{at} knows {domain} as a domain alias: {recipient} is {to}.")
        }
        Rule::Alias { to } => {
            format!("{at} has the alias {recipient}, which goes to {}.", list(to))
        }
        Rule::List { to } => {
            format!("{at} has the list {recipient}, which goes to {}.", list(to))
        }
        Rule::Plus { to } => {
            format!("{at} separates the extension from the name: {recipient} is the mailbox {to}.")
        }
        Rule::Proxy { to } => {
            format!("{at} has {recipient} as another address of the mailbox {to}.")
        }
        Rule::PassedOver => format!(
            "{at} has expanded {recipient} already and passes over it: Exchange expands each list once."
        ),
        Rule::ForcedMx { to: System::Host } => format!(
            "{at} has forced MX routing for {domain} and sends it out by the MX records, which lead back to the host."
        ),
        Rule::ForcedMx { to } => format!(
            "{at} has forced MX routing for {domain} and follows its MX records to {}.",
            to.label()
        ),
        Rule::Unfit { why: Unfit::TooLarge } => {
            format!("{at} does not take messages of this size, and refuses it.")
        }
        Rule::Unfit { why: Unfit::NeedsSmtputf8 } => {
            format!("{at} does not offer SMTPUTF8, which this message needs.")
        }
        Rule::Unfit { why: Unfit::OwnSender } => {
            format!(
                "{at} takes no mail from outside whose sender lies in its own domain, and refuses it."
            )
        }
        Rule::Unfit { why: Unfit::TooManyHops } => {
            format!("{at} counts too many servers on the way, and refuses it.")
        }
        Rule::Sdr => format!(
            "{at} does not have {recipient}; split domain routing passes it to the external server."
        ),
        Rule::Forward { to, .. } if to == recipient => format!(
            "{at} takes {domain} for its own, where {recipient} is a forward that leads to itself."
        ),
        Rule::Forward { to, keep_copy: false } => {
            format!("{at} has a contact or forward: {recipient} goes to {to}.")
        }
        Rule::Forward { to, keep_copy: true } => {
            format!("{at} has a forward: {recipient} goes to {to}, and a copy stays.")
        }
        Rule::InternalRelay => {
            format!("{at} does not have {recipient}, and passes unknown addresses to the host.")
        }
        Rule::CatchAll { to } => {
            format!("{at} does not have {recipient}; its catch-all sends it to {to}.")
        }
        Rule::Elsewhere => {
            format!("{at} takes {recipient}; what it does with it can't be told from here.")
        }
        Rule::UnknownRecipient => format!("{at} does not have {recipient}, and refuses it."),
        Rule::RelayDenied => format!("{at} does not take mail for {domain}, and refuses it."),
        Rule::AcceptedBlindly => {
            format!("{at} does not have {recipient}, but accepts it all the same.")
        }
    }
}

impl Hop {
    /// Where the message goes from here: the next system and the recipient
    /// there, once for each copy; empty at an end.
    pub fn next(&self) -> Vec<(System, &Address)> {
        match &self.rule {
            Rule::Mx { to } | Rule::ForcedMx { to } => vec![(*to, &self.recipient)],
            Rule::Sdr => vec![(System::External, &self.recipient)],
            Rule::InternalRelay => vec![(System::Host, &self.recipient)],
            Rule::AliasDomain { to }
            | Rule::Plus { to }
            | Rule::Proxy { to }
            | Rule::CatchAll { to }
            | Rule::Forward { to, .. } => {
                vec![(self.at, to)]
            }
            Rule::Alias { to } | Rule::List { to } => {
                to.iter().map(|member| (self.at, member)).collect()
            }
            Rule::Mailbox
            | Rule::PassedOver
            | Rule::Unfit { .. }
            | Rule::NoMx
            | Rule::Elsewhere
            | Rule::UnknownRecipient
            | Rule::RelayDenied
            | Rule::AcceptedBlindly => Vec::new(),
        }
    }
}

impl Rule {
    /// A few words for a label.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Mailbox => "mailbox",
            Self::Mx { .. } => "MX records",
            Self::NoMx => "no MX record",
            Self::AliasDomain { .. } => "domain alias",
            Self::Alias { .. } => "alias",
            Self::List { .. } => "list",
            Self::Plus { .. } => "plus-addressing",
            Self::Proxy { .. } => "another address",
            Self::PassedOver => "expanded already",
            Self::ForcedMx { .. } => "forced MX routing",
            Self::Unfit { why: Unfit::TooLarge } => "too large",
            Self::Unfit { why: Unfit::NeedsSmtputf8 } => "no SMTPUTF8",
            Self::Unfit { why: Unfit::TooManyHops } => "too many hops",
            Self::Unfit { why: Unfit::OwnSender } => "own domain as sender",
            Self::Sdr => "split domain routing",
            Self::Forward { .. } => "contact or forward",
            Self::InternalRelay => "passes unknown addresses on",
            Self::CatchAll { .. } => "catch-all",
            Self::Elsewhere => "another system",
            Self::UnknownRecipient => "unknown recipient",
            Self::RelayDenied => "relay denied",
            Self::AcceptedBlindly => "accepts anything",
        }
    }
}

fn list(addresses: &[Address]) -> String {
    const SHOWN: usize = 5;
    let shown: Vec<String> = addresses.iter().take(SHOWN).map(ToString::to_string).collect();
    match addresses.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

pub(super) fn capital(system: System) -> &'static str {
    match system {
        System::Host => "The host",
        System::External => "The external server",
        System::Third => "Another system",
        System::Nobody => "Nobody",
    }
}
