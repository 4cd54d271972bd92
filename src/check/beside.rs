//! The primary domain's MX records where they begin as the plan has it: what
//! stands beside that, and whether the host's own are complete.

use super::mx_owners::Owner;
use super::primary_mx::host_mx;
use super::published::{Published, of_the_host};
use crate::finding::{Finding, State};
use crate::plan::{Plan, Side};

/// A record: preference, exchanger, and the system behind it.
type Row = (u16, String, Owner);

/// The verdict where the first record names `side`, as the plan has it.
pub(super) fn as_planned(
    make: impl Fn(State, String, String) -> Finding,
    plan: &Plan,
    owned: &[Row],
    side: Side,
    found: String,
) -> Finding {
    let domain = plan.domain();
    let named = match side {
        Side::Host => plan.host.name.clone(),
        Side::External => "the external server".to_owned(),
    };
    if let Some((preference, exchange, _)) = stray(owned, side) {
        let presumed = match owned.iter().any(|(.., owner)| *owner == Owner::Presumed) {
            true => {
                " What is not the host's is taken for the external server, which the plan does not know yet."
            }
            false => "",
        };
        let others: Vec<&str> = owned
            .iter()
            .filter(|(.., owner)| is_other(*owner, side))
            .map(|(_, exchange, _)| exchange.as_str())
            .collect();
        return make(State::Warning, format!("The MX records of {domain} name both systems."), found)
            .means(format!("Mail enters at {named}, as planned, but {preference} {exchange} makes the other system its stand-in: part of the mail takes that way.{presumed}"))
            .advise(format!("Remove {} from the MX records of {domain}.", others.join(" and ")));
    }
    if let (Side::Host, Some(finding)) = (side, incomplete(&make, plan, owned, &found)) {
        return finding;
    }
    let third: Vec<String> = owned
        .iter()
        .filter(|(_, _, owner)| *owner == Owner::Other)
        .map(|(preference, exchange, _)| format!("{preference} {exchange}"))
        .collect();
    let passed =
        make(State::Passed, format!("The MX records of {domain} name {named}, as planned."), found);
    match third.is_empty() {
        true => passed,
        false => passed.means(format!("{} belongs to neither of the two systems: mail that it takes has to come to {named} from there, which can't be seen from here.", third.join(", "))),
    }
}

/// The first record that makes the other system a stand-in.
pub(super) fn stray(owned: &[Row], side: Side) -> Option<&Row> {
    owned.iter().find(|(_, _, owner)| is_other(*owner, side))
}

/// Whether it is the system that is not `side`, by the plan or because it is
/// not the host.
fn is_other(owner: Owner, side: Side) -> bool {
    match owner {
        Owner::Known(other) => other != side,
        Owner::Presumed => side == Side::Host,
        Owner::Other => false,
    }
}

/// The host's records, where one is missing or their order is another.
fn incomplete(
    make: impl Fn(State, String, String) -> Finding,
    plan: &Plan,
    owned: &[Row],
    found: &str,
) -> Option<Finding> {
    let (domain, host, records) = (plan.domain(), &plan.host.name, host_mx(plan));
    let its: Vec<(u16, String)> = owned
        .iter()
        .filter(|(_, _, owner)| *owner == Owner::Known(Side::Host))
        .map(|(preference, exchange, _)| (*preference, exchange.clone()))
        .collect();
    let warn = |summary: String, means: String| {
        let finding = make(State::Warning, summary, found.to_owned());
        Some(finding.means(means).advise(format!("Publish {records} for {domain}.")))
    };
    match of_the_host(plan, &its) {
        Published::Part(lacking) => warn(
            format!(
                "The MX records of {domain} name {host}, as planned, but not {}.",
                lacking.join(", ")
            ),
            "Mail flows while the other server answers, and waits when it does not.".to_owned(),
        ),
        Published::Swapped(first) => warn(
            format!(
                "The MX records of {domain} name {host}, as planned, in swapped order: {first} is tried first."
            ),
            format!("Mail arrives, by the server that {host} keeps as the second."),
        ),
        Published::Level => warn(
            format!(
                "The MX records of {domain} name {host}, as planned, at one preference where {host} has an order."
            ),
            format!(
                "Mail arrives. Senders take either server at random (RFC 5321 5.1), and {host} asks for {records}."
            ),
        ),
        _ => None,
    }
}
