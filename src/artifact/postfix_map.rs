//! The virtual alias map of Postfix (virtual(5)).

use super::Refusal;
use super::forwards::Moved;
use crate::plan::{Address, Plan};

/// Below the export's folder.
pub(super) const MAP: &str = "postfix/sdr-forwards";

/// The map, and whom it can't hold.
pub(super) fn virtual_alias_map(plan: &Plan, wanted: &[Moved<'_>]) -> (String, Vec<Refusal>) {
    let mut text = format!(
        "# Forwards of {} to {}. One address a line, then its target.\n\
         # Load it with postmap and virtual_alias_maps: see HOW-TO.txt beside this file.\n",
        plan.domain(),
        plan.routing_subdomain()
    );
    let mut refused = Vec::new();
    for moved in wanted {
        for address in moved.addresses() {
            match fault(address).or_else(|| fault(&moved.target)) {
                None => text.push_str(&format!("{address} {}\n", moved.target)),
                Some(reason) => refused.push(Refusal {
                    address: address.clone(),
                    file: MAP.to_owned(),
                    reason: reason.to_owned(),
                }),
            }
        }
    }
    (text, refused)
}

/// How to load it, verify it and take it out again.
pub(super) fn how_to(plan: &Plan, example: Option<&Moved<'_>>) -> String {
    let example = example.map_or_else(
        || format!("user@{}", plan.domain()),
        |moved| {
            // For a shell, between single quotes.
            moved.person.address.to_string().replace('\'', "'\\''")
        },
    );
    format!(
        "Forwards for Postfix\n\
         \n\
         1. Copy sdr-forwards to /etc/postfix/, in place of the one of the wave before: it holds\n\
         \u{20}  everyone who is at the host by then.\n\
         2. See which maps are there today, and write them down:\n\
         \u{20}      postconf virtual_alias_maps virtual_alias_domains relay_domains mydestination\n\
         3. Compile:\n\
         \u{20}      postmap hash:/etc/postfix/sdr-forwards\n\
         4. In /etc/postfix/main.cf add the map behind those that are there:\n\
         \u{20}      virtual_alias_maps = (the maps of today) hash:/etc/postfix/sdr-forwards\n\
         5. Load:\n\
         \u{20}      postfix check && postfix reload\n\
         6. Verify; the answer is the target:\n\
         \u{20}      postmap -q '{example}' hash:/etc/postfix/sdr-forwards\n\
         \n\
         {domain} stays in the class in which it is (mydestination, virtual_mailbox_domains or\n\
         relay_domains); never list it in two of them. Never add a line for @{domain}: it would\n\
         take every address and bounce it later.\n\
         Where postconf default_database_type says something else than hash, use that word.\n\
         \n\
         Undo: take hash:/etc/postfix/sdr-forwards out of virtual_alias_maps again, then\n\
         \u{20}      postfix reload\n",
        domain = plan.domain()
    )
}

/// Why a line of the map can't say this address.
fn fault(address: &Address) -> Option<&'static str> {
    match address.local().chars().next() {
        Some('"') => Some("the part before the @ is in quotes, which a line of the map can't say"),
        Some('#') => Some("it begins with #, which makes the line a comment"),
        Some('-') => Some("it begins with a hyphen, which Postfix refuses (allow_min_user)"),
        _ => None,
    }
}
