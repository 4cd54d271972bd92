//! Which names lead a message round, and on which system each is looked after.

use super::{AuditLine, Outcome, Rule};

/// Places named at most.
const SHOWN: usize = 4;

/// The lists, aliases and forwards of the circles in which these ways go, each
/// with what it leads to and the system that has it; `who` where none of them
/// tells.
pub(super) fn in_circles(lines: &[AuditLine], who: &str) -> String {
    let mut places: Vec<String> = Vec::new();
    for line in lines {
        let Outcome::Loop { cycle_start, .. } = line.trace.outcome else { continue };
        let circle = line.trace.hops.get(cycle_start..).unwrap_or_default();
        let next = circle.iter().skip(1).chain(circle.first());
        for (hop, next) in circle.iter().zip(next) {
            let at = hop.at.label();
            let place = match &hop.rule {
                Rule::List { .. } | Rule::Alias { .. } => {
                    format!("{} out of {} at {at}", next.recipient, hop.recipient)
                }
                Rule::Forward { to, .. } if *to == hop.recipient => {
                    format!("the forward of {to} to itself at {at}")
                }
                _ => continue,
            };
            if !places.contains(&place) {
                places.push(place);
            }
        }
    }
    let more = places.len().saturating_sub(SHOWN);
    places.truncate(SHOWN);
    match more {
        _ if places.is_empty() => who.to_owned(),
        0 => places.join(", or "),
        more => format!("{}, or one of {more} more", places.join(", or ")),
    }
}
