//! A followed message as a Graphviz drawing.

use std::fmt::Write as _;

use super::{Hop, Outcome, Rule, System, Trace};
use crate::plan::Address;

/// The path as a Graphviz drawing: a node for each stop, those beside a loop
/// too, an edge for each way on, the ways back of a loop in red, and each end
/// with its copies where there are more than one. Node `hop0` is the first stop.
pub fn trace_dot(trace: &Trace) -> String {
    let mut dot = String::from("digraph message {\n  rankdir=LR;\n  node [shape=box];\n");
    for (index, hop) in trace.stops().enumerate() {
        let place = if index == 0 { trace.origin.label() } else { hop.at.label() };
        let label = format!("{}\\n{}", quoted(place), quoted(&hop.recipient.to_string()));
        let _ = writeln!(dot, "  hop{index} [label=\"{label}\"];");
    }
    for (index, hop) in trace.stops().enumerate() {
        let why = quoted(hop.rule.label());
        let next = hop.next();
        if next.is_empty() {
            let shape = if hop.rule.loses() { "octagon" } else { "oval" };
            let words = match hop.rule {
                Rule::Mailbox => with_copies(&why, copies(trace, hop.at, &hop.recipient)),
                _ => why.clone(),
            };
            let _ = writeln!(dot, "  end{index} [label=\"{words}\", shape={shape}];");
            let _ = writeln!(dot, "  hop{index} -> end{index};");
        }
        if let Some(many) = kept(trace, hop) {
            let words = with_copies("a copy stays", many);
            let _ = writeln!(dot, "  kept{index} [label=\"{words}\", shape=oval];");
            let _ = writeln!(dot, "  hop{index} -> kept{index} [label=\"{why}\"];");
        }
        for (system, recipient) in next {
            let Some(to) = stop_of(trace, index, system, recipient) else { continue };
            let back = match trace.outcome {
                Outcome::Loop { cycle_start, .. } => {
                    to <= index && (cycle_start..trace.hops.len()).contains(&to)
                }
                _ => false,
            };
            let colour = if back { ", color=red" } else { "" };
            let _ = writeln!(dot, "  hop{index} -> hop{to} [label=\"{why}\"{colour}];");
        }
    }
    dot.push_str("}\n");
    dot
}

/// "mailbox, 24 copies".
fn with_copies(words: &str, copies: u32) -> String {
    match copies {
        0 | 1 => words.to_owned(),
        many => format!("{words}, {many} copies"),
    }
}

fn copies(trace: &Trace, at: System, mailbox: &Address) -> u32 {
    let copies = trace.count.copies.iter();
    copies.filter(|one| one.at == at && one.mailbox == *mailbox).map(|one| one.copies).sum()
}

/// How many copies stay where a forward keeps one, and there is a mailbox: of
/// that name, or one that no other stop ends in.
fn kept(trace: &Trace, hop: &Hop) -> Option<u32> {
    let Rule::Forward { keep_copy: true, .. } = hop.rule else { return None };
    let ended = |mailbox: &Address| {
        let ends = |one: &Hop| one.at == hop.at && one.rule == Rule::Mailbox;
        trace.stops().any(|one| ends(one) && one.recipient == *mailbox)
    };
    let copies = trace.count.copies.iter().filter(|one| one.at == hop.at);
    let own = copies.filter(|one| one.mailbox == hop.recipient || !ended(&one.mailbox));
    own.min_by_key(|one| one.mailbox != hop.recipient).map(|one| one.copies)
}

/// The stop that a way on leads to: a later one first, or the one to which a
/// loop or a second copy returns.
fn stop_of(trace: &Trace, from: usize, system: System, recipient: &Address) -> Option<usize> {
    let same = |hop: &Hop| hop.at == system && hop.recipient == *recipient;
    let later = trace.stops().skip(from + 1).position(same).map(|at| at + from + 1);
    later.or_else(|| trace.stops().position(same))
}

/// Text inside a DOT string, where a backslash starts an escape.
fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}
