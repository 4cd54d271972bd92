//! The records field by field, for people who type them into a panel.

use super::change::{Kind, MxChange};

/// What one panel calls its fields and how it wants them.
pub(super) struct Panel {
    /// File name below `panels/`.
    pub(super) file: &'static str,
    pub(super) product: &'static str,
    name_field: &'static str,
    value_field: &'static str,
    priority_field: &'static str,
    /// How the time to live is said there.
    ttl: fn(u32) -> String,
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
        ttl: |seconds| format!("{seconds} seconds"),
        notes: &["Control panel, page DNS Settings of the domain, section Mail Records (MX)."],
        subdomain_notes: &[],
    },
    Panel {
        file: "godaddy.txt",
        product: "GoDaddy",
        name_field: "Name",
        value_field: "Value",
        priority_field: "Priority",
        ttl: |seconds| format!("Custom, {seconds} seconds"),
        notes: &["DNS management of the domain, Add New Record. Value has no dot at its end."],
        subdomain_notes: &[],
    },
    Panel {
        file: "namecheap.txt",
        product: "Namecheap",
        name_field: "Host",
        value_field: "Value",
        priority_field: "Priority",
        ttl: |seconds| format!("{} min", seconds.div_ceil(60)),
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
        ttl: |seconds| format!("{seconds} seconds"),
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
    for (at, mx) in change.set.iter().enumerate() {
        text.push_str(&format!("\nRecord {}\n", at + 1));
        let rows = [
            ("Type", "MX".to_owned()),
            (panel.name_field, change.place.to_owned()),
            (panel.value_field, mx.exchange.to_string()),
            (panel.priority_field, mx.preference.to_string()),
            ("TTL", (panel.ttl)(change.ttl)),
        ];
        for (field, value) in rows {
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
