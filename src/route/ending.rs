//! How a followed message ends, in words: where the walk found its end, and
//! what the count says of copies and returns.

use super::tell::capital;
use super::{Copies, Count, Node, Outcome, Rule, System, Trace, Unsure};
use crate::shown::capital as capital_of;

/// How it ends, as one sentence or more.
pub fn outcome_text(trace: &Trace) -> String {
    let count = &trace.count;
    match &trace.outcome {
        Outcome::Delivered { .. } => arrived(count),
        Outcome::Bounced { by: System::Nobody, code } => {
            let what = format!("Bounced ({code}): there is no server to send it to.");
            format!("{what} {}{}", told(count), beside(count, 1))
        }
        Outcome::Bounced { by: System::Third, code } => {
            let what =
                format!("Bounced by the sender's own server ({code}), which can't hand it on.");
            format!("{what} {}{}", told(count), beside(count, 1))
        }
        Outcome::Bounced { by, code } => {
            let what = format!("Bounced by {} ({code}).", by.label());
            format!("{what} {}{}", told(count), beside(count, 1))
        }
        Outcome::Backscatter { by } => format!(
            "{} has accepted it and can't deliver it: it is returned later to whoever the envelope names, or lost.{}{}",
            capital(*by),
            beside(count, 1),
            back(count)
        ),
        Outcome::Loop { cycle_start, within: None } if let Some(unsure) = count.unsure => format!(
            "A loop: it goes back to stop {} and round again until a hop limit ends it.{}",
            cycle_start + 1,
            unsure_text(count, unsure)
        ),
        Outcome::Loop { cycle_start, within: None } => format!(
            "A loop: it goes back to stop {} and round again until a hop limit ends it.{}{}",
            cycle_start + 1,
            beside(count, 0),
            back(count)
        ),
        Outcome::Loop { cycle_start, within: Some(system) } => {
            let what = format!(
                "It leads back to stop {} within {}, without leaving it, so no hop limit comes into it.",
                cycle_start + 1,
                system.label()
            );
            let noticed = noticed(trace, *cycle_start, *system);
            format!("{what} {noticed}{}{}", beside(count, 0), back(count))
        }
    }
}

/// Whether the sender hears of a bounce.
fn told(count: &Count) -> String {
    match (count.returns_in_all(), lost(count)) {
        ((all, some), Some(lost)) if some < all => {
            format!("The sender is told, but {lost}.")
        }
        (_, Some(lost)) => format!("The sender is not told: {lost}."),
        (_, None) => "The sender is told.".to_owned(),
    }
}

/// What becomes of returns on their way, where that is not told yet.
fn back(count: &Count) -> String {
    lost(count).map_or(String::new(), |lost| format!(" {}.", capital_of(&lost)))
}

/// "the return to bob@example.com is lost on its way", where it is.
fn lost(count: &Count) -> Option<String> {
    let writer = count.writer.as_ref()?;
    match count.returns_in_all() {
        (_, 0) => None,
        (1, _) => Some(format!("the return to {writer} is lost on its way")),
        (all, 1) => Some(format!("1 of the {all} returns to {writer} is lost on its way")),
        (all, lost) => {
            Some(format!("{lost} of the {all} returns to {writer} are lost on their way"))
        }
    }
}

/// The smallest changes that end a loop, and what each costs: a line each,
/// cheapest first. Empty where it is no loop, or nobody asked.
pub fn ways_out_text(trace: &Trace) -> Vec<String> {
    let ways = trace.ways_out.iter();
    ways.map(|way| format!("Way out: {}. {}", way.label, way.cost)).collect()
}

/// "Delivered in 3 copies: ann@example.com at the host (2 times), ...".
fn arrived(count: &Count) -> String {
    match count.copies_in_all() {
        // What another system does with it is not known.
        1 if count.copies.iter().any(|one| one.at == System::Third) => {
            let to = count.copies.first().map(|one| one.mailbox.to_string()).unwrap_or_default();
            format!("Handed over to another system, for {to}.")
        }
        1 => format!("Delivered to {}.", mailboxes(count)),
        many => format!("Delivered in {}: {}.", copies(many, count.avalanche), mailboxes(count)),
    }
}

/// What happens beside the end that is told: copies that arrive, and returns
/// beyond the first few that the end is about.
fn beside(count: &Count, told: u32) -> String {
    let mut words = String::new();
    match count.copies_in_all() {
        0 => {}
        1 => words.push_str(&format!(" One copy arrives: {}.", mailboxes(count))),
        many => words.push_str(&format!(
            " {} arrive: {}.",
            capital_of(&copies(many, count.avalanche)),
            mailboxes(count)
        )),
    }
    let (returns, _) = count.returns_in_all();
    if returns > told {
        let by = count.returns.iter().map(|one| match (one.by, one.messages) {
            (System::Third, 1) => "by the sender's own server".to_owned(),
            (System::Third, many) => format!("{many} times by the sender's own server"),
            (by, 1) => format!("by {}", by.label()),
            (by, many) => format!("{many} times by {}", by.label()),
        });
        let by: Vec<String> = by.collect();
        words.push_str(&format!(" It is returned {}.", by.join(", ")));
    }
    words
}

/// What can be said of a loop where not every hop limit is known.
fn unsure_text(count: &Count, unsure: Unsure) -> String {
    let mut words = String::new();
    if !count.copies.is_empty() {
        let once = count.copies.iter().map(|one| Copies { copies: 1, ..one.clone() });
        let once = Count { copies: once.collect(), ..Count::default() };
        words = format!(" Copy after copy arrives meanwhile: {}.", mailboxes(&once));
    }
    let what = if words.is_empty() { "When" } else { "How many, when" };
    words.push_str(&format!(
        " {what}, and who returns it, can't be told from here: not every hop limit on this way is known."
    ));
    if unsure == Unsure::PutOff {
        words.push_str(" Where it is Rackspace that ends it, it says 450 4.4.6 (G16), a delay: the external server goes on trying, and returns it itself when its queue time is over.");
    }
    words
}

/// What the server does that notices the circle: they differ.
fn noticed(trace: &Trace, cycle_start: usize, system: System) -> String {
    let (count, cycle) = (&trace.count, trace.hops.get(cycle_start..).unwrap_or_default());
    let own_target = cycle
        .iter()
        .any(|hop| matches!(&hop.rule, Rule::Forward { to, .. } if *to == hop.recipient));
    let words = match (count.endless, count.untold, own_target) {
        (true, ..) => "Postfix refuses it for now (451 4.6.0) until it is returned.",
        (_, true, _) => {
            return format!(
                "What becomes of it at {} can't be told: what that server makes of such a circle is not documented.",
                system.label()
            );
        }
        (.., true) => "Exchange returns it (5.4.14 or 5.4.6).",
        _ if count.returns.iter().any(|one| one.by == system) => "Exchange returns it (5.4.6).",
        _ => {
            "Exchange expands each list once and passes over what leads back, so nobody gets it, and nobody is told."
        }
    };
    words.to_owned()
}

fn mailboxes(count: &Count) -> String {
    const SHOWN: usize = 8;
    let shown = count.copies.iter().take(SHOWN).map(|one| {
        let times = match one.copies {
            1 => String::new(),
            many => format!(" ({many} times)"),
        };
        format!("{} at {}{times}", one.mailbox, one.at.label())
    });
    let shown: Vec<String> = shown.collect();
    match count.copies.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more mailboxes", shown.join(", ")),
    }
}

fn copies(many: u32, more: bool) -> String {
    let least = if more { "at least " } else { "" };
    format!("{least}{many} copies")
}

impl Outcome {
    /// The word on screen.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Delivered { .. } => "Delivered",
            Self::Bounced { .. } => "Bounced",
            Self::Backscatter { .. } => "Returned later or lost",
            Self::Loop { within: None, .. } => "Loop",
            Self::Loop { within: Some(_), .. } => "Leads back to itself",
        }
    }
}

/// Characters of a line in a box of the picture.
const ROOM: usize = 42;

impl Node {
    /// "3 copies stay here: ann (2), bob", where that is more than the end says.
    pub fn copies_text(&self) -> Option<String> {
        let words = match (self.copies, self.ends) {
            (0, _) | (1, Some(true)) => return None,
            (1, _) => "1 copy stays here".to_owned(),
            (many, _) => format!("{many} copies stay here"),
        };
        let names = self.who.iter().map(|(mailbox, copies)| match copies {
            1 => mailbox.local().to_owned(),
            many => format!("{} ({many})", mailbox.local()),
        });
        // As many as there is room for.
        let mut room = ROOM.saturating_sub(words.len());
        let fits = |name: &String| {
            let fits = name.chars().count() + 2 <= room;
            room = room.saturating_sub(name.chars().count() + 2);
            fits
        };
        let shown: Vec<String> = names.take_while(fits).collect();
        match (shown.join(", "), self.who.len() - shown.len()) {
            (none, _) if none.is_empty() => Some(words),
            (shown, 0) => Some(format!("{words}: {shown}")),
            (shown, more) => Some(format!("{words}: {shown}, {more} more")),
        }
    }
}
