//! What leads a message round.

use super::{Cause, Hop, Outcome, Rule, System, Trace, World};

/// The stops that lead back to the first of them. A list that holds itself
/// straight is one too where that costs a message: what its server looks for
/// after that is refused.
pub(super) fn circle(trace: &Trace) -> Option<&[Hop]> {
    if let Outcome::Loop { cycle_start, .. } = trace.outcome {
        return trace.hops.get(cycle_start..);
    }
    let refused =
        |hop: &Hop| trace.hops.iter().any(|end| end.rule.loses() && end.recipient == hop.recipient);
    let holds = trace.hops.iter().position(|hop| hop.holds_itself() && refused(hop))?;
    trace.hops.get(holds..=holds)
}

/// Why the stops of `cycle` lead back to the first of them, `within` one system
/// or between them.
pub(super) fn cause_of_cycle(world: &World, cycle: &[Hop], within: Option<System>) -> Cause {
    let any = |wanted: fn(&Rule) -> bool| cycle.iter().any(|hop| wanted(&hop.rule));
    if let Some(at) = within {
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
