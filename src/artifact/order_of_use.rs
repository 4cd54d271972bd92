//! The order in which the files of an export are used, and which of them are no
//! step of it: what takes something back, and what is used in place of others.

use super::bundle::Piece;
use super::{ad_contacts, exchange_bulk, neutral_csv};
use crate::plan::ExternalSystem;

/// What a file is in the order of use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Use {
    /// A step, with a number.
    Step,
    /// It belongs to the step of its folder.
    Part,
    /// In place of other files, where its purpose says so.
    Instead,
    /// Takes a step back.
    Back,
    /// To read.
    Paper,
}

/// Folders and files in the order of the steps: port 25 is open before the
/// host asks by it, and a forward is loaded when its way is there.
const STEPS: [&str; 7] = [
    "network/",
    "host/panel-values",
    "dns-external/",
    "host/aliases",
    "host/alias-ticket",
    "host/",
    "dns/",
];
/// Behind the files of the external server.
const LAST: [&str; 3] = ["forwards/", "people/", "dns-cutover/"];

/// Of a file by its path below the export's folder.
pub(super) fn use_of(path: &str, system: ExternalSystem) -> Use {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let top = path.split('/').next().unwrap_or_default();
    let instead = [exchange_bulk::BULK, "exchange/shared-address-space.ps1"].contains(&path);
    match top {
        _ if folder.is_empty() || top == "evidence" => Use::Paper,
        "dns-cutover" => Use::Part,
        _ if folder == ad_contacts::FOLDER || instead => Use::Instead,
        _ if name.contains("undo") => Use::Back,
        "dns" | "dns-external" => Use::Part,
        "network" | "host" | "people" => Use::Step,
        "exchange" if name.ends_with(".csv") || name == "read-exchange.ps1" => Use::Part,
        "exchange" => Use::Step,
        "forwards" => match path {
            neutral_csv::TO_REMOVE => Use::Step,
            neutral_csv::LIST if system == ExternalSystem::Other => Use::Step,
            _ => Use::Part,
        },
        _ if name == "HOW-TO.txt" => Use::Step,
        _ => Use::Part,
    }
}

/// Puts files into the order in which they are used; those of one step stay as
/// they are.
pub(super) fn in_order(pieces: &mut [Piece], system: ExternalSystem) {
    let place = |path: &str| {
        let at = |places: &[&str]| places.iter().position(|place| path.starts_with(place));
        match (at(&STEPS), at(&LAST)) {
            (Some(at), _) => at,
            (None, Some(at)) => STEPS.len() + 1 + at,
            (None, None) => STEPS.len(),
        }
    };
    pieces.sort_by_key(|piece| {
        let what = use_of(&piece.path, system);
        let group = if what == Use::Part { Use::Step } else { what };
        // Steps before what belongs to them, and what says how before all else.
        let (folder, _) = piece.path.rsplit_once('/').unwrap_or_default();
        let folder = if what == Use::Instead { folder.to_owned() } else { String::new() };
        (group, place(&piece.path), folder, what, !piece.path.ends_with("/HOW-TO.txt"))
    });
}
