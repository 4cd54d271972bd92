//! The records field by field, for people who type them into a panel.

use super::change::{Kind, MxChange};
use crate::plan::MxTarget;

/// What one panel calls its fields and how it wants them.
pub(super) struct Panel {
    /// File name below `panels/`.
    pub(super) file: &'static str,
    pub(super) product: &'static str,
    name_field: &'static str,
    value_field: &'static str,
    priority_field: &'static str,
    /// What is chosen there before a time to live is typed, the unit that is
    /// typed, and how many seconds it has.
    ttl: (&'static str, &'static str, u32),
    /// What to know before.
    notes: &'static [&'static str],
    /// What to know before, of the routing subdomain's records alone.
    subdomain_notes: &'static [&'static str],
}

pub(super) const PANELS: [Panel; 4] = [
    Panel {
        file: "rackspace-dns.txt",
        product: "Rackspace DNS",
        name_field: "Hostname",
        value_field: "Destination",
        priority_field: "Priority",
        ttl: ("", "seconds", 1),
        notes: &["Control panel, page DNS Settings of the domain, section Mail Records (MX)."],
        subdomain_notes: &[],
    },
    Panel {
        file: "godaddy.txt",
        product: "GoDaddy",
        name_field: "Name",
        value_field: "Value",
        priority_field: "Priority",
        ttl: ("Custom, ", "seconds", 1),
        notes: &["DNS management of the domain, Add New Record. Value has no dot at its end."],
        subdomain_notes: &[],
    },
    Panel {
        file: "namecheap.txt",
        product: "Namecheap",
        name_field: "Host",
        value_field: "Value",
        priority_field: "Priority",
        ttl: ("", "min", 60),
        notes: &["Advanced DNS of the domain, section Mail Settings, set to Custom MX."],
        subdomain_notes: &[
            "WARNING. If Mail Settings shows anything else today, that choice makes the MX records of",
            "the domain itself, and Custom MX drops them. Look them up first, and enter them with the",
            "host @ in the same Save All Changes.",
        ],
    },
    Panel {
        file: "any-panel.txt",
        product: "any other panel",
        name_field: "Name",
        value_field: "Mail server",
        priority_field: "Priority",
        ttl: ("", "seconds", 1),
        notes: &[],
        subdomain_notes: &[],
    },
];

/// The text for one panel, for every kind of change.
pub(super) fn text(panel: &Panel, change: &MxChange<'_>) -> String {
    let mut text = format!("MX records of {}, for {}\n", change.name, panel.product);
    if change.is_of_primary() {
        let (word, back) = change.warning();
        text.push_str(&format!(
            "\n{word}: this moves the mail of the whole domain{back}. Read README.txt in the\n\
             folder dns-cutover first.\n"
        ));
    }
    let notes = panel.notes.iter();
    let more = panel.subdomain_notes.iter().filter(|_| !change.is_of_primary());
    let notes: String = notes.chain(more).map(|note| format!("{note}\n")).collect();
    if !notes.is_empty() {
        text.push_str(&format!("\n{notes}"));
    }
    if change.is_of_primary() && !change.gone.is_empty() {
        text.push_str("\nDelete these, in the same change:\n");
        for mx in change.gone {
            text.push_str(&format!("  MX, priority {}, {}\n", mx.preference, mx.exchange));
        }
    } else if change.kind == Kind::Cutover {
        text.push_str("\nDelete every other MX record of the domain itself in the same change.\n");
    }
    let (choice, unit, _) = panel.ttl;
    for (at, mut record) in records(panel, change).into_iter().enumerate() {
        text.push_str(&format!("\nRecord {}\n", at + 1));
        let [.., (field, value)] = &mut record;
        (*field, *value) = ("TTL".to_owned(), format!("{choice}{value} {unit}"));
        for (field, value) in record {
            text.push_str(&format!("  {:<13}{value}\n", format!("{field}:")));
        }
    }
    let name = change.name;
    text.push_str(&format!("\nAfter saving, the list must show {name}"));
    if change.is_of_primary() {
        text.push_str(" with these records and no others.\n");
    } else {
        text.push_str(&format!(
            ".\nIf it shows {name}.{zone}, the panel adds the zone by itself: type {place} alone.\n\
             If the panel does not take {place}, it wants the whole name: {name}\n\
             \nUndo: delete these records again, and no others.\n",
            zone = change.zone,
            place = change.place,
        ));
    }
    text
}

/// The fields of one record: what each is called, and the value as it is typed.
pub(super) type Fields = [(String, String); 5];

/// The records that shall be there, each field by the panel's name for it, the
/// time to live last and with its unit: "TTL, seconds".
pub(super) fn records(panel: &Panel, change: &MxChange<'_>) -> Vec<Fields> {
    let (choice, unit, seconds) = panel.ttl;
    let fields = |mx: &MxTarget| {
        [
            ("Type".to_owned(), "MX".to_owned()),
            (panel.name_field.to_owned(), change.place.to_owned()),
            (panel.value_field.to_owned(), mx.exchange.to_string()),
            (panel.priority_field.to_owned(), mx.preference.to_string()),
            (format!("TTL, {choice}{unit}"), change.ttl.div_ceil(seconds).to_string()),
        ]
    };
    change.set.iter().map(fields).collect()
}
