//! The way without split domain routing: one alias at the host for each person
//! outside, and the records of the second routing subdomain to which they lead.

use super::bundle::{Piece, Refusal};
use super::dns;
use super::escape::{for_windows, table};
use super::forwards::forwarded;
use crate::plan::{
    Address, Home, HostPreset, Mailbox, MxTarget, Owners, Plan, RoutingSubdomain, WaveNumber,
};

const HOW_TO: &str = "host/aliases-how-to.txt";
/// Below the export's folder.
pub(super) const LIST: &str = "host/aliases.csv";
const TO_DELETE: &str = "host/aliases-to-delete.csv";
/// The folder of the records of the second routing subdomain.
pub(super) const DNS: &str = "dns-external";

/// What the way without split domain routing needs at the host; nothing where
/// the plan does not go it. With a wave, its people's aliases are to be deleted.
pub(super) fn at_host(plan: &Plan, wave: Option<WaveNumber>) -> (Vec<Piece>, Vec<Refusal>) {
    let Some(second) = plan.way_without_sdr() else { return (Vec::new(), Vec::new()) };
    let mut refused = Vec::new();
    let mut outside = rows(plan, &second, |_| true, &mut refused);
    outside.extend(plan.lists_outside().map(|list| {
        [&list.address, &list.address.at(second.as_domain())].map(ToString::to_string)
    }));
    let of_wave = |person: &Mailbox| wave.is_some() && person.wave == wave;
    let moving = rows(plan, &second, of_wave, &mut Vec::new());
    let how_to = how_to(plan, &second, !moving.is_empty());
    let mut pieces = vec![
        piece(HOW_TO, "How the aliases come to the host, and how they go again.", "", how_to),
        piece(
            LIST,
            format!(
                "One alias at {} for each address outside, lists among them: address and member.",
                plan.host.name
            ),
            "delete these aliases again",
            table(["alias", "member"], outside, csv::QuoteStyle::Necessary),
        ),
    ];
    if !moving.is_empty() {
        pieces.push(piece(
            TO_DELETE,
            "The aliases of the wave: delete each before its mailbox is created.",
            format!("create these aliases again, as {LIST} has them"),
            table(["alias", "member"], moving, csv::QuoteStyle::Necessary),
        ));
    }
    (pieces, refused)
}

/// The records of the second routing subdomain in every form.
pub(super) fn records(plan: &Plan) -> Vec<Piece> {
    match second(plan) {
        Some((second, external)) => dns::of_name(DNS, &second, &external),
        None => Vec::new(),
    }
}

/// The second routing subdomain, and the external server in the shape of a host
/// that has this one server, so that records are written of it as of a host.
/// `None` where the plan does not need it, or the server has no name yet.
pub(super) fn second(plan: &Plan) -> Option<(RoutingSubdomain, HostPreset)> {
    let exchange = plan.external.host_name.clone()?;
    let external = HostPreset {
        name: "the external mail server".to_owned(),
        mx: vec![MxTarget { preference: 10, exchange }],
        ..plan.host.clone()
    };
    Some((plan.way_without_sdr()?, external))
}

/// Alias and member of each address of the people outside.
fn rows(
    plan: &Plan,
    second: &RoutingSubdomain,
    wanted: impl Fn(&Mailbox) -> bool,
    refused: &mut Vec<Refusal>,
) -> Vec<[String; 2]> {
    let owners = Owners::of(plan);
    let mut rows = Vec::new();
    let outside = plan.roster.iter().filter(|person| person.home == Home::External);
    for person in outside.filter(|person| wanted(person)) {
        let mut refuse = |address: &Address, reason: String| {
            refused.push(Refusal { address: address.clone(), file: LIST.to_owned(), reason });
        };
        if person.address.domain() != plan.domain() {
            refuse(&person.address, format!("it is not in {}", plan.domain()));
            continue;
        }
        let member = person.address.at(second.as_domain()).to_string();
        let others = forwarded(&owners, plan, person, refuse);
        let addresses = std::iter::once(&person.address).chain(others);
        rows.extend(addresses.map(|address| [address.to_string(), member.clone()]));
    }
    rows
}

fn how_to(plan: &Plan, second: &RoutingSubdomain, moving: bool) -> Vec<u8> {
    let (host, domain) = (&plan.host.name, plan.domain());
    let mut text = format!(
        "The aliases at {host} for the people and lists of {domain} that stay outside\n\
         \n\
         {LIST} holds one line for each of their addresses: the alias at {host}, and the one\n\
         external member that it gets, at {second}.\n\
         \n\
         The form in which the panel of {host} takes a list of aliases is not known to us, so this\n\
         is a plain list. Type the aliases in, bring the two columns into the form that the import\n\
         of the panel shows, or send the list to Support.\n\
         \n\
         Before\n\
         1. {second} has its MX record (folder {DNS}), and the external server accepts mail for it,\n\
         \u{20}  with the same people as {domain}.\n\
         2. Try one alias first, and write to it from a mailbox at {host}: whether an alias may have\n\
         \u{20}  external members only is not documented.\n\
         \n\
         A mailbox, alias, group list or contact at {host} may not share a user name. Its aliases\n\
         never pass on mail that was flagged as spam.\n"
    );
    if moving {
        text.push_str(&format!(
            "\nWhen the wave moves: {TO_DELETE} holds the aliases of its people. Delete each alias\n\
             before you create the mailbox of the same name.\n"
        ));
    }
    text.push_str("\nUndo: delete the aliases. Mail to these people from the host then bounces.\n");
    for_windows(&text)
}

fn piece(
    path: &'static str,
    purpose: impl Into<String>,
    undo: impl Into<String>,
    bytes: Vec<u8>,
) -> Piece {
    Piece { path: path.into(), purpose: purpose.into(), undo: undo.into(), bytes }
}
