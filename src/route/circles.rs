//! Which members to take out of lists, so that no message goes round any more.

use super::untangle::Tangle;
use super::way_out::switches_of;
use super::{AuditLine, Hop, Switch, World, breaks};
use crate::plan::Address;
use crate::shown::capital;

/// Addresses for which one set of members is looked for.
const AT_ONCE: usize = 12;

/// What to take out, all of it, so that none of these messages goes round, and
/// who does not get one then; `who` where there is no telling.
pub(super) fn members_out(world: &World, lines: &[AuditLine], who: &str) -> String {
    let mut tangle = Tangle::new(world, members_of);
    let (mut known, mut more): (Vec<&Address>, Vec<&Address>) = (Vec::new(), Vec::new());
    for line in lines.iter().filter(|line| breaks::circle(&line.trace).is_some()) {
        if !known.contains(&&line.address) {
            if known.len() == AT_ONCE {
                more.push(&line.address);
                continue;
            }
            known.push(&line.address);
        }
        let reached = line.trace.count.copies.iter().map(|one| (one.at, one.mailbox.clone()));
        tangle.add(line.origin, &line.address, reached);
    }
    let Some(set) = tangle.best().filter(|set| !set.is_empty()) else {
        return format!(
            "Follow one of these messages hop by hop, and take the member out that leads back: {who}."
        );
    };
    let labels: Vec<String> = set.iter().map(Switch::label).collect();
    let all = if set.len() > 1 { " It needs all of them." } else { "" };
    let rest = if more.is_empty() { "" } else { " Then look again: there may be more." };
    let unreached = tangle.unreached_text(&set);
    format!("{}.{all} {unreached}{rest}", capital(&labels.join(", and ")))
}

/// Of what can be changed in a circle, the lists and forwards.
fn members_of(world: &World, circle: &[Hop]) -> Vec<Switch> {
    let mut switches = switches_of(world, circle);
    let members = |switch: &Switch| matches!(switch, Switch::RemoveMember { .. });
    if switches.iter().any(members) {
        switches.retain(members);
    } else {
        switches.retain(|switch| matches!(switch, Switch::RemoveForward { .. }));
    }
    switches
}
