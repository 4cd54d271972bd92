//! What leads a message round.

use super::{Cause, Hop, Rule, System, World};

/// Why the stops of `cycle` lead back to the first of them.
pub(super) fn cause_of_cycle(world: &World, cycle: &[Hop]) -> Cause {
    let any = |wanted: fn(&Rule) -> bool| cycle.iter().any(|hop| wanted(&hop.rule));
    if let Some(at) = circles_within(cycle) {
        let own_target = |hop: &Hop| match &hop.rule {
            Rule::Forward { to, .. } => {
                *to == hop.recipient && hop.recipient.domain().is_below(&world.domain)
            }
            _ => false,
        };
        return match at == System::External && cycle.iter().any(own_target) {
            true => Cause::WildcardAcceptedDomain,
            false => Cause::HoldsItself,
        };
    }
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
    let forward = any(|rule| matches!(rule, Rule::Forward { .. }));
    if forward && any(|rule| matches!(rule, Rule::Sdr)) {
        Cause::ContactWithoutMailbox
    } else {
        Cause::Other
    }
}

/// The system whose own names lead round without handing the message on.
pub(super) fn circles_within(cycle: &[Hop]) -> Option<System> {
    let first = cycle.first()?;
    let rewritten = |rule: &Rule| match rule {
        Rule::AliasDomain { .. }
        | Rule::Alias { .. }
        | Rule::List { .. }
        | Rule::Plus { .. }
        | Rule::Forward { .. }
        | Rule::CatchAll { .. } => true,
        Rule::Mailbox
        | Rule::Mx { .. }
        | Rule::NoMx
        | Rule::ForcedMx { .. }
        | Rule::Unfit { .. }
        | Rule::Sdr
        | Rule::InternalRelay
        | Rule::Elsewhere
        | Rule::UnknownRecipient
        | Rule::RelayDenied
        | Rule::AcceptedBlindly => false,
    };
    cycle.iter().all(|hop| rewritten(&hop.rule)).then_some(first.at)
}
