//! What to do about a cause, where that hangs on the lines that are found.

use std::collections::BTreeSet;

use super::{AuditLine, Expander, Hop, Origin, Rule, System, Unfit, World, breaks};
use crate::plan::{Address, ExternalSystem, Home, Plan};

/// The systems that do not offer SMTPUTF8.
pub(super) fn lacking(lines: &[AuditLine]) -> String {
    let unfit = Rule::Unfit { why: Unfit::NeedsSmtputf8 };
    let hops = lines.iter().flat_map(|line| &line.trace.hops).filter(|hop| hop.rule == unfit);
    let at: BTreeSet<System> = hops.map(|hop| hop.at).collect();
    let at: Vec<&str> = at.into_iter().map(System::label).collect();
    at.join(" and ")
}

/// What the systems make of names of their own that lead back.
pub(super) fn own_circle(world: &World, lines: &[AuditLine]) -> String {
    let circles = lines.iter().filter_map(|line| breaks::circle(&line.trace));
    let at: BTreeSet<System> = circles.flatten().map(|hop| hop.at).collect();
    let mut words =
        "One system's own names lead back to where they began, without handing the message on, so no hop limit comes into it."
            .to_owned();
    for system in at {
        words.push_str(&match world.expander(system) {
            Expander::Postfix => " Postfix refuses such a message for now (451 4.6.0) until it is returned; a list that holds itself straight it expands once, and then has no mailbox of that name.".to_owned(),
            Expander::Exim => " Exim expands each of them once, for all others on them, and then looks for a mailbox of that name: where there is none, it returns the message.".to_owned(),
            Expander::Exchange => " Exchange delivers once to everybody else on the lists, and returns what is only forwarded round (5.4.6).".to_owned(),
            Expander::Unknown => format!(
                " What {} makes of that can't be told: it is not documented.",
                system.label()
            ),
        });
    }
    words
}

/// How the host's users are let in with the server's own domain as sender.
pub(super) fn exception(plan: &Plan) -> &'static str {
    match plan.external.system {
        ExternalSystem::ExchangeServer => {
            ": give a receive connector for these addresses alone the permission ms-exch-smtp-accept-authoritative-domain-sender (step 3 has the command)"
        }
        ExternalSystem::Postfix | ExternalSystem::PostfixRelay => {
            ": let them pass before check_sender_access, reject_unlisted_sender or the SPF policy is asked"
        }
        _ => " (anti-spoofing, SPF)",
    }
}

/// Which system has to learn about extensions, or to forget them.
pub(super) fn one_sided(plan: &Plan) -> String {
    let (outside, host) = (plan.external.extension, plan.host_settings.extension);
    let [outside_name, host_name] = [System::External, System::Host].map(System::label);
    match (outside, host) {
        (Some(sign), None) => format!(
            "Let {host_name} separate extensions by {sign} as {outside_name} does, or stop separating them there"
        ),
        (None, Some(sign)) => format!(
            "Let {outside_name} separate extensions by {sign} as {host_name} does, or stop separating them there"
        ),
        (Some(one), Some(other)) if one != other => format!(
            "Let both separate extensions by the same sign: {outside_name} has {one}, {host_name} has {other}"
        ),
        _ => "Separate extensions on both systems or on neither".to_owned(),
    }
}

/// Who writes and does not even hear that it did not arrive.
pub(super) fn unreturned(lines: &[AuditLine]) -> String {
    let lost = |line: &&AuditLine| {
        let (all, lost) = line.trace.count.returns_in_all();
        all > 0 && all == lost && !line.trace.outcome.arrives()
    };
    let found = lines.iter().find(lost);
    let Some((line, writer)) = found.and_then(|it| Some((it, it.trace.count.writer.as_ref()?)))
    else {
        return String::new();
    };
    format!(
        " Nor is everybody told who writes: of a message to {} from {} the return to {writer} is lost as well.",
        line.address,
        line.origin.label()
    )
}

/// Forwards that go on after their domain was given up.
pub(super) fn outlived(plan: &Plan, lines: &[AuditLine]) -> &'static str {
    let own_users = lines.iter().all(|line| line.origin == Origin::External);
    match own_users && plan.external.system == ExternalSystem::Postfix {
        true => {
            " Where the split is over, take the forwards out of virtual_alias_maps instead: for its own users Postfix goes by them even after it has given up the domain."
        }
        false => "",
    }
}

/// Whether it is the subdomain that leads out of the host which has no record.
pub(super) fn way_out_is_missing(plan: &Plan, hops: &[Hop]) -> bool {
    let second = plan.way_without_sdr();
    let second = second.as_ref().map(|name| name.as_domain());
    let lost = hops.iter().find(|hop| hop.rule == Rule::NoMx);
    lost.is_some_and(|hop| Some(hop.recipient.domain()) == second)
}

/// What the host has to learn about those whom it does not know.
pub(super) fn beyond_the_host(plan: &Plan, lines: &[AuditLine], who: &str) -> String {
    if !lines.is_empty() && lines.iter().all(|line| plan.is_group(&line.address)) {
        return format!(
            "A list or alias does not move with the mailboxes: make it at the host with the same members, and write it into profile.toml with at = \"host\", before Split Domain Routing goes: {who}."
        );
    }
    format!(
        "Enable Split Domain Routing at {} ({}), or move these mailboxes to the host first: {who}.",
        plan.host.name,
        plan.host.panel_path.join(" > ")
    )
}

/// Where the external server passes on what it does not have, that is also
/// what brings people at the host their mail.
pub(super) fn refuse_unknown(plan: &Plan, lines: &[AuditLine]) -> String {
    let domain = plan.domain();
    let relayed =
        lines.iter().flat_map(|line| &line.trace.hops).any(|hop| hop.rule == Rule::InternalRelay);
    let nobody_there = plan.roster.census().everybody().at(Home::Host) == 0;
    if relayed && nobody_there {
        return format!(
            "Let the external server pass on nothing that it does not have (on Exchange: accepted domain of type Authoritative, not Internal Relay), and refuse unknown recipients of {domain} while the sender is on the line. Nobody is at the host yet, so no mail depends on it; whoever moves gets a contact."
        );
    }
    if relayed {
        return format!(
            "First load a contact or forward on the external server for everybody at the host, or let it look recipients up there: passing on what it does not have is what brings them their mail now, and without it that mail bounces. Only then let it refuse unknown recipients of {domain} while the sender is on the line, and pass none of them on."
        );
    }
    format!(
        "Let the external server refuse unknown recipients of {domain} while the sender is on the line, and pass none of them on."
    )
}

/// "mx1.emailsrvr.com (10) and mx2.emailsrvr.com (20)".
pub(super) fn exchanges(plan: &Plan) -> String {
    let mx: Vec<String> =
        plan.host.mx.iter().map(|mx| format!("{} ({})", mx.exchange, mx.preference)).collect();
    mx.join(" and ")
}

/// The first three of so many addresses, and how many more.
pub(super) fn names(lines: &[AuditLine], addresses: usize) -> String {
    let mut shown: Vec<&Address> = Vec::new();
    // The lines of one address stand side by side.
    for address in lines.iter().map(|line| &line.address) {
        if shown.last() != Some(&address) {
            if shown.len() == 3 {
                break;
            }
            shown.push(address);
        }
    }
    let more = addresses.saturating_sub(shown.len());
    let shown: Vec<String> = shown.into_iter().map(ToString::to_string).collect();
    match more {
        0 => shown.join(", "),
        1 => format!("{} and 1 more address", shown.join(", ")),
        more => format!("{} and {more} more addresses", shown.join(", ")),
    }
}
