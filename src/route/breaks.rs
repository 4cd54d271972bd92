//! Which switch or person breaks a loop.

use super::{Cause, Hop, Rule, System, World};

/// Why the stops of `cycle` lead back to the first of them.
pub(super) fn cause_of_cycle(world: &World, cycle: &[Hop]) -> Cause {
    let any = |wanted: fn(&Rule) -> bool| cycle.iter().any(|hop| wanted(&hop.rule));
    if any(|rule| matches!(rule, Rule::List { .. })) {
        return Cause::ListLoop;
    }
    if any(|rule| matches!(rule, Rule::InternalRelay)) {
        return if any(|rule| matches!(rule, Rule::Sdr)) {
            Cause::BothNonAuthoritative
        } else {
            Cause::Other
        };
    }
    let Some(forward) = cycle.iter().find(|hop| matches!(hop.rule, Rule::Forward { .. })) else {
        return Cause::Other;
    };
    if any(|rule| matches!(rule, Rule::Sdr)) {
        Cause::ContactWithoutMailbox
    } else if cycle.iter().all(|hop| hop.at == System::External)
        && forward.recipient.domain().is_below(&world.domain)
    {
        Cause::WildcardAcceptedDomain
    } else {
        Cause::Other
    }
}

/// One sentence that names the setting or the person.
pub(super) fn what_breaks(world: &World, cycle: &[Hop]) -> String {
    let domain = &world.domain;
    let forward = cycle.iter().find(|hop| matches!(hop.rule, Rule::Forward { .. }));
    let alias = cycle.iter().find(|hop| matches!(hop.rule, Rule::Alias { .. }));
    let list = cycle.iter().position(|hop| matches!(hop.rule, Rule::List { .. }));
    if let Some((at, list)) = list.and_then(|at| Some((at, cycle.get(at)?))) {
        let next = cycle.get((at + 1) % cycle.len()).unwrap_or(list);
        return format!(
            "Take {} out of the list {} at {}; it leads back to the list.",
            next.recipient,
            list.recipient,
            list.at.label()
        );
    }
    match (cause_of_cycle(world, cycle), forward, alias) {
        (Cause::BothNonAuthoritative, ..) => format!(
            "Make the external server authoritative for {domain}, so that it refuses unknown addresses instead of passing them back to the host."
        ),
        (Cause::ContactWithoutMailbox, Some(contact), _) => format!(
            "Create the mailbox {0} at the host, or remove the contact or forward for {0} on the external server.",
            contact.recipient
        ),
        (Cause::WildcardAcceptedDomain, Some(contact), _) => format!(
            "Remove the accepted domain *.{domain} on the external server, so that {} is no longer local there.",
            contact.recipient.domain()
        ),
        (_, Some(forward), Some(alias)) => format!(
            "Remove either the alias {} at the host or the forward for {} on the external server; they point at each other.",
            alias.recipient, forward.recipient
        ),
        (_, Some(forward), None) => format!(
            "Change the forward for {} on the external server; it leads back to itself.",
            forward.recipient
        ),
        (_, None, Some(alias)) => {
            format!("Change the alias {} at the host; it leads back to itself.", alias.recipient)
        }
        (_, None, None) => "Point the catch-all to a mailbox that exists.".to_owned(),
    }
}
