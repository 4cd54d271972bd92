//! What leads a message round.

use super::{Cause, Hop, Outcome, Rule, System, Trace, World};

/// The stops that lead back to the first of them. Names that a system expands
/// once are such too where that costs a message: what it looks for after that
/// is refused.
pub(super) fn circle(trace: &Trace) -> Option<Vec<Hop>> {
    if let Outcome::Loop { cycle_start, .. } = trace.outcome {
        return trace.hops.get(cycle_start..).map(<[Hop]>::to_vec);
    }
    let stops = 0..trace.hops.len();
    let mut expanded = stops.filter(|at| trace.is_expanded_before(*at));
    let (at, again) = expanded.find_map(|at| {
        let again = trace.hops.get(at)?;
        let refused = |end: &Hop| end.rule.loses() && end.recipient == again.recipient;
        trace.hops.iter().any(refused).then_some((at, again))
    })?;
    // From there back to where the name was expanded.
    let mut circle = Vec::new();
    let mut wanted = (again.at, again.recipient.clone());
    for hop in trace.hops.iter().take(at).rev() {
        if hop.next().iter().any(|(system, to)| (*system, *to) == (wanted.0, &wanted.1)) {
            circle.push(hop.clone());
            wanted = (hop.at, hop.recipient.clone());
            if wanted == (again.at, again.recipient.clone()) {
                circle.reverse();
                return Some(circle);
            }
        }
    }
    None
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
    let straight = |hop: &Hop| match &hop.rule {
        Rule::Alias { to } => to.contains(&hop.recipient),
        _ => false,
    };
    if any(|rule| matches!(rule, Rule::List { .. })) || cycle.iter().any(straight) {
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
    let free = |hop: &Hop| hop.rule == Rule::Sdr && !world.host.has(&hop.recipient);
    if forward && cycle.iter().any(free) { Cause::ContactWithoutMailbox } else { Cause::Other }
}
