//! The virtual alias map of Postfix (virtual(5)).

use super::Refusal;
use super::forwards::Moved;
use super::servers::{NotInMap, who_is_in};
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

/// How the map is taken back. It replaces the one of earlier loads and holds
/// their people too: without any map, they would lose their forwards as well.
pub(super) const UNDO: &str = "put the map of the load before back, in /etc/postfix: it is the newest sdr-forwards.before-*, \
     and postfix/HOW-TO.txt has the commands (only if that one is empty, because there was none \
     before, take it out of virtual_alias_maps too)";

/// How to load it, verify it and take it back; the example is somebody whom
/// the map holds.
pub(super) fn how_to(plan: &Plan, mark: &str, wanted: &[Moved<'_>], apart: &[NotInMap]) -> String {
    let is_held = |moved: &&Moved<'_>| fault(&moved.person.address).is_none();
    let example = wanted.iter().find(is_held).map_or_else(
        || format!("user@{}", plan.domain()),
        |moved| {
            // For a shell, between single quotes.
            moved.person.address.to_string().replace('\'', "'\\''")
        },
    );
    format!(
        "Forwards for Postfix\n\
         \n\
         Loading\n\
         \n\
         1. Keep a copy of the map of today, before each load anew. The first time it is empty:\n\
         \u{20}      cd /etc/postfix\n\
         \u{20}      touch sdr-forwards\n\
         \u{20}      cp -p sdr-forwards sdr-forwards.before-$(date -u +%Y%m%d-%H%M%S)-{mark}\n\
         2. Copy sdr-forwards from this folder to /etc/postfix/sdr-forwards, in place of the one\n\
         \u{20}  of before.\n\
         {who}\
         3. See which maps are there today, and write them down:\n\
         \u{20}      postconf virtual_alias_maps virtual_alias_domains relay_domains mydestination\n\
         4. Compile:\n\
         \u{20}      postmap hash:/etc/postfix/sdr-forwards\n\
         5. In /etc/postfix/main.cf add the map behind those that are there, unless it is there\n\
         \u{20}  already:\n\
         \u{20}      virtual_alias_maps = (the maps of today) hash:/etc/postfix/sdr-forwards\n\
         6. Load:\n\
         \u{20}      postfix check && postfix reload\n\
         7. Verify; the answer is the target:\n\
         \u{20}      postmap -q '{example}' hash:/etc/postfix/sdr-forwards\n\
         \n\
         {domain} stays in the class in which it is (mydestination, virtual_mailbox_domains or\n\
         relay_domains); never list it in two of them. Never add a line for @{domain}: it would\n\
         take every address and bounce it later.\n\
         Where postconf default_database_type says something else than hash, use that word.\n\
         \n\
         Undo\n\
         \n\
         It takes back the last load; done again, the one before that.\n\
         \n\
         1. Put the newest copy back. See which one it is, with its day, first:\n\
         \u{20}      cd /etc/postfix\n\
         \u{20}      before=$(ls sdr-forwards.before-2* | tail -n 1); ls -l \"$before\"\n\
         \u{20}      mv \"$before\" sdr-forwards\n\
         \u{20}      postmap hash:/etc/postfix/sdr-forwards\n\
         \u{20}      postfix reload\n\
         2. Only if there was no map before. This says so then:\n\
         \u{20}      test -s sdr-forwards || echo 'it is empty: this was the first'\n\
         \u{20}  Take hash:/etc/postfix/sdr-forwards out of virtual_alias_maps in main.cf, then\n\
         \u{20}      postfix reload\n\
         \u{20}  Never do so while the map holds people: all of them would lose their forwards.\n",
        who = who_is_in(apart, "   "),
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
