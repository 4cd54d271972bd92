//! What a cause means, and what to do about it, in sentences.

use std::collections::BTreeSet;

use super::circles::members_out;
use super::mend::{
    beyond_the_host, exception, exchanges, lacking, names, one_sided, outlived, own_circle,
    refuse_unknown, unreturned,
};
use super::{AuditLine, Cause, Hop, Outcome, Rule, System, World, outcome_text};
use crate::plan::{AliasBy, Home, Plan};

/// Words for one group of the audit.
pub(super) struct Remedy {
    pub(super) meaning: String,
    pub(super) action: String,
}

/// `addresses`: how many there are, whether all their lines are given or not.
pub(super) fn remedy(
    cause: Cause,
    plan: &Plan,
    world: &World,
    lines: &[AuditLine],
    addresses: usize,
) -> Remedy {
    let domain = plan.domain();
    let subdomain = plan.routing_subdomain();
    let host = &plan.host.name;
    let who = names(lines, addresses);
    let (meaning, action) = match cause {
        Cause::ContactWithoutMailbox => (
            contact_meaning(lines),
            format!(
                "Create the mailbox at the host, or remove the contact or forward on the external server: {who}."
            ),
        ),
        Cause::BothNonAuthoritative => (
            format!(
                "The external server passes addresses that it does not have to the host, and split domain routing passes them back. A message to any mistyped address goes round until a hop limit ends it. {HOP_LIMITS}"
            ),
            format!(
                "Make the external server authoritative for {domain} (on Exchange: accepted domain of type Authoritative, not Internal Relay; on Postfix: no fallback_transport), and let contacts bring the mail of moved people to {subdomain}. Exactly one side may pass unknown addresses on."
            ),
        ),
        Cause::WildcardAcceptedDomain => (
            format!(
                "The external server accepts every name below {domain}, so {subdomain} is local there and its contacts point back to itself.{}",
                exchange_ends(plan)
            ),
            format!(
                "On the external server, replace the accepted domain *.{domain} by {domain} and the names below it that it really serves, without {subdomain}."
            ),
        ),
        Cause::ListLoop => (
            format!(
                "The list holds an address that leads back to it, so a message to it goes round, and every other member gets a copy each time, until a hop limit ends it. {HOP_LIMITS}"
            ),
            members_out(world, lines, &who),
        ),
        Cause::HoldsItself => (own_circle(world, lines), members_out(world, lines, &who)),
        Cause::OwnSendersRefused => (
            format!(
                "Users of the host can't write to colleagues on the external server: their mail comes from outside and bears {domain}, which it takes for forged. So it answered where the check of step 3 ran, to a sender of the domain, and let one from elsewhere in; whether it makes an exception for the host's own addresses can't be seen from there."
            ),
            format!(
                "Exempt the host's addresses on the external server from the rule that refuses senders of its own domain{}. This concerns {who}.",
                exception(plan)
            ),
        ),
        Cause::ForcedMx => (
            format!(
                "With forced MX routing the host sends what its own users write to {domain} out by the MX records, past its own mailboxes, aliases and split domain routing. There it does not arrive; without forced MX routing it would."
            ),
            format!(
                "Ask the support of {host} to remove forced MX routing of {domain}: it is meant for the time before the host has the domain's people. This concerns {who}."
            ),
        ),
        Cause::ForcedMxLeftOn => (
            format!(
                "The MX records of {domain} name the host, and with forced MX routing it sends its own users' mail out by them, back to itself. By this model it takes the message again and delivers it; a server that finds its own name in the records may return it as a loop instead (Postfix: 5.4.6)."
            ),
            format!("Ask the support of {host} to remove forced MX routing of {domain}."),
        ),
        Cause::TwoLists => (
            "Each system has a list or alias of this address, and what is written on its side goes to its own members alone. So mail splits by where it is written: some members do not get it, and nobody is told."
                .to_owned(),
            format!(
                "Keep it on one system with all its members, and let the other one lead there by a contact or alias; or give both the same members: {who}."
            ),
        ),
        Cause::OneNameTwice => (
            "Which of the two gets the mail is the server's affair: Postfix takes the list or alias and passes over the mailbox, which this model follows; others refuse to have both, or take the mailbox. Where the two are on different systems, it depends on where the message is written."
                .to_owned(),
            format!(
                "Give the list or alias another address, or take the person off the list of people where it is no person: {who}."
            ),
        ),
        Cause::ListMember => (
            "Mail to the list does not reach one of its members; whoever writes to the list gets it back, or nobody is told."
                .to_owned(),
            format!("Follow the list to see which member it is, and take them out, or make what they lack, a mailbox or a contact: {who}."),
        ),
        Cause::NoSmtputf8 => (
            "A name with letters outside ASCII can be handed only to servers that offer SMTPUTF8 (RFC 6531). Where one on the way does not, the message is refused or returned (550 5.6.7) by whoever should hand it on."
                .to_owned(),
            format!(
                "Give these people an address in ASCII and let the other one be an alias where SMTPUTF8 is offered, or switch SMTPUTF8 on at {} if the server has it: {who}.",
                lacking(lines)
            ),
        ),
        Cause::OneSidedExtension => (
            "One system takes what stands behind the sign for an extension of the name, the other one for a part of it. Such mail is refused, or goes round where a forward leads back."
                .to_owned(),
            format!("{}, or give the people who use them an alias: {who}.", one_sided(plan)),
        ),
        Cause::NoHostAlias => (
            "The host refuses addresses that it does not have (550 5.1.1). In this plan an alias at the host leads to each of them, until its mailbox takes that name."
                .to_owned(),
            without_alias(plan, lines, &who),
        ),
        Cause::SdrOff => (
            "The host refuses addresses that it does not have (550 5.1.1). Its users can't reach these people, and nobody outside can while the MX records name the host."
                .to_owned(),
            beyond_the_host(plan, lines, &who),
        ),
        Cause::NoDomainAlias => (
            format!(
                "Forwards lead to {subdomain}, which the host does not take (554 5.7.1 relay access denied). Mail that the external server has accepted for moved people is returned to its senders."
            ),
            match plan.host.alias_by {
                AliasBy::Support => {
                    format!("Ask the support of {host} to add {subdomain} as a domain alias of {domain}.")
                }
                AliasBy::Panel => {
                    format!("Add {subdomain} as a domain alias of {domain} in the panel of {host}.")
                }
            },
        ),
        Cause::NoExternalMx => {
            let second = plan.way_without_sdr().map_or_else(String::new, |name| name.to_string());
            (
                format!("Aliases at the host lead to {second}, and no MX record brings its mail to the external server."),
                format!(
                    "Publish an MX record for {second} that names the external server. Leave those of {domain} as they are."
                ),
            )
        }
        Cause::NoSubdomainMx => (
            format!(
                "Forwards lead to {subdomain}, and no MX record brings its mail to the host. Mail that the external server has accepted for moved people does not arrive."
            ),
            format!(
                "Publish MX records for {subdomain} that name {}. Leave those of {domain} as they are.{}",
                exchanges(plan),
                outlived(plan, lines)
            ),
        ),
        Cause::MailboxWithoutContact => (
            "The mailbox or list is at the host, but the external server does not know that. What reaches the external server first does not arrive."
                .to_owned(),
            format!(
                "Load a contact or forward to the same user at {subdomain} on the external server: {who}."
            ),
        ),
        Cause::TwoHomes if let Some(waves) = on_their_way(plan, lines) => (
            "The mailboxes at the host are made, and the contacts on the external server are not imported yet. So mail splits by where it is written: some of it ends in the old mailbox, some waits in the new one."
                .to_owned(),
            format!(
                "Import the contacts of {waves} as soon as its mailboxes are there, and let its people look in the new mailbox for what came early. This concerns {who}."
            ),
        ),
        Cause::TwoHomes => (
            "Mail splits by where it is written: some of it ends in the one mailbox, some in the other, and nobody is told."
                .to_owned(),
            format!(
                "Decide where each mailbox lives. For the host: replace the one on the external server by a contact, or let it forward. For the external server: remove the one at the host. This concerns {who}."
            ),
        ),
        Cause::NoHome => (
            "Neither system has a mailbox for people of the list, so their mail is refused or lost.".to_owned(),
            format!("Create the mailbox, or take the person off the list: {who}."),
        ),
        Cause::CatchAll => catch_all(plan, lines, &who),
        Cause::AcceptsAnything => (
            "The external server accepts addresses that nobody has. It returns the message later to whoever the envelope names, often a stranger (backscatter), or loses it. What looks valid from outside proves nothing."
                .to_owned(),
            refuse_unknown(plan, lines),
        ),
        Cause::DutyAddress => (
            format!(
                "Nobody of the list has {who}, and mail for it does not arrive from everywhere. Every domain that takes mail must have postmaster (RFC 5321 4.5.1) and abuse (RFC 2142). A server may know them by itself: step 3 asks."
            ),
            format!(
                "Give each to somebody as an alias, or make it a list, so that it moves with its people: {who}."
            ),
        ),
        Cause::Other => other(lines, &who),
    };
    Remedy { meaning: meaning + &unreturned(lines), action }
}

const HOP_LIMITS: &str = "Exchange then says 554 5.4.6 Hop count exceeded or 5.4.14, Rackspace 450 4.4.6 Routing loop detected (G16).";

fn exchange_ends(plan: &Plan) -> &'static str {
    match plan.external.system.is_exchange() {
        true => " Exchange ends this with 5.4.14.",
        false => "",
    }
}

/// The waves of those who have two mailboxes, where all of them are about to
/// move: "wave 2".
fn on_their_way(plan: &Plan, lines: &[AuditLine]) -> Option<String> {
    let mut waves = BTreeSet::new();
    for line in lines {
        let mailboxes = line.trace.hops.iter().map(|hop| &hop.recipient);
        // Whoever has another address has a primary one among them too.
        let Some(person) = mailboxes.chain([&line.address]).find_map(|one| plan.roster.get(one))
        else {
            continue;
        };
        waves.insert(person.wave.filter(|_| person.home == Home::External)?);
    }
    let waves: Vec<String> = waves.iter().map(ToString::to_string).collect();
    match waves.as_slice() {
        [] => None,
        [one] => Some(format!("wave {one}")),
        [front @ .., last] => Some(format!("waves {} and {last}", front.join(", "))),
    }
}

/// What those lack whom the host knows neither by an alias nor by a mailbox.
fn without_alias(plan: &Plan, lines: &[AuditLine], who: &str) -> String {
    let second = plan.way_without_sdr().map_or_else(String::new, |name| name.to_string());
    let mut action =
        format!("Make an alias at the host for each of them, to the same user at {second}: {who}.");
    if let Some(waves) = on_their_way(plan, lines) {
        action.push_str(&format!(
            " If it was deleted because {waves} is to move: make the mailboxes at once, one person after the other, at an hour when few write; no order does without that gap, because a mailbox at the host may not share a name with an alias."
        ));
    }
    action
}

fn contact_meaning(lines: &[AuditLine]) -> String {
    let loops = lines.iter().any(|line| matches!(line.trace.outcome, Outcome::Loop { .. }));
    if loops {
        format!(
            "The contact sends the message to the host, the host has no such mailbox and passes it back to the external server, which follows the contact again. {HOP_LIMITS} Asking the servers does not show it: each one on the way says 250."
        )
    } else {
        "The contact sends the message to the host, which has no such mailbox and refuses it. With split domain routing on, it goes round in a loop."
            .to_owned()
    }
}

fn catch_all(plan: &Plan, lines: &[AuditLine], who: &str) -> (String, String) {
    let hops = lines.iter().flat_map(|line| &line.trace.hops);
    let by_one = |hop: &&Hop| matches!(hop.rule, Rule::CatchAll { .. } | Rule::AcceptedBlindly);
    let takers: BTreeSet<System> = hops.filter(by_one).map(|hop| hop.at).collect();
    let mut meaning =
        "A catch-all takes addresses that its own system does not have, before they reach the other system or are refused."
            .to_owned();
    if takers.contains(&System::Host) && plan.host.id == "rackspace" {
        meaning.push_str(" Whether a catch-all or split domain routing comes first at Rackspace is not documented; this assumes the catch-all.");
    }
    let where_: Vec<&str> = takers.into_iter().map(System::label).collect();
    let unknown_alone = lines.iter().all(|line| line.planned == System::Nobody);
    let collected =
        lines.iter().all(|line| matches!(line.trace.outcome, Outcome::Delivered { .. }));
    if unknown_alone && collected && !lines.is_empty() {
        let at = where_.join(" and ");
        let end = match at == System::External.label() {
            true => {
                " It ends when the external server has no part in the mail flow any more: make one at the host by then, or such mail is refused from there on."
            }
            false => "",
        };
        return (
            "A catch-all collects mail for addresses that nobody has, in a mailbox that is there; mistyped addresses are not refused."
                .to_owned(),
            format!("If that is wanted, leave it; otherwise remove the catch-all on {at}.{end}"),
        );
    }
    // What arrives in a mailbox is taken all the same.
    let or = match collected && !lines.is_empty() {
        true => "",
        false => ", or let it name a mailbox that is there",
    };
    let action = format!(
        "Remove the catch-all of {} on {}{or}. This concerns {who}.",
        plan.domain(),
        where_.join(" and ")
    );
    (meaning, action)
}

fn other(lines: &[AuditLine], who: &str) -> (String, String) {
    let Some(first) = lines.first() else { return (String::new(), String::new()) };
    let meaning = format!(
        "A message from {} to {} should end at {}. {}",
        first.origin.label(),
        first.address,
        first.planned.label(),
        outcome_text(&first.trace)
    );
    if matches!(first.trace.outcome, Outcome::Loop { .. }) {
        let action = format!(
            "Follow one of these messages hop by hop: the loop has to be broken at one of its stops, and the ways out below it name what ends it. This concerns {who}."
        );
        return (meaning, action);
    }
    let action = format!(
        "Follow one of these messages hop by hop: the last hop names the setting that decides. If the mailbox is right where it is, correct the list of people. This concerns {who}."
    );
    (meaning, action)
}
