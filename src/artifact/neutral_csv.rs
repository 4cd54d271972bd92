//! Address and target, for any other program.

use std::collections::BTreeMap;

use super::Altered;
use super::escape::{no_formula, plain_table, table, tidy};
use super::forwards::Moved;
use crate::plan::{Address, Removal};

/// Below the export's folder.
pub(super) const LIST: &str = "forwards/forwards.csv";
/// Below the export's folder.
pub(super) const SHEET: &str = "forwards/forwards.for-spreadsheet.csv";

/// Below the export's folder.
pub(super) const TO_REMOVE: &str = "forwards/to-remove.csv";

/// Forwards that go, for programs.
pub(super) fn to_remove(gone: &BTreeMap<Address, Removal>) -> Vec<u8> {
    let rows = gone.iter().map(|(address, gone)| [address.to_string(), gone.target.to_string()]);
    plain_table(["address", "target"], rows)
}

/// For programs: values as they are.
pub(super) fn list(wanted: &[Moved<'_>]) -> Vec<u8> {
    let rows = wanted.iter().flat_map(|moved| {
        moved.addresses().map(move |address| [address.to_string(), moved.target.to_string()])
    });
    plain_table(["address", "target"], rows)
}

/// For people, in a spreadsheet: no cell is a formula.
pub(super) fn sheet(wanted: &[Moved<'_>]) -> (Vec<u8>, Vec<Altered>) {
    let mut altered = Vec::new();
    let mut rows = Vec::new();
    for moved in wanted {
        let person = moved.person;
        for address in moved.addresses() {
            let name = tidy(&person.display_name, 256);
            let wave = person.wave.map_or_else(String::new, |wave| wave.to_string());
            let cells = [
                ("address", address.to_string()),
                ("target", moved.target.to_string()),
                ("display name", name.into_owned()),
                ("wave", wave),
            ];
            rows.push(cells.map(|(what, cell)| {
                let shown = no_formula(&cell);
                let was = if what == "display name" { &*person.display_name } else { &*cell };
                if shown != was {
                    altered.push(Altered {
                        address: person.address.clone(),
                        file: SHEET,
                        what: what.to_owned(),
                        from: was.to_owned(),
                        to: shown.clone(),
                    });
                }
                shown
            }));
        }
    }
    (
        table(["address", "target", "display_name", "wave"], rows, csv::QuoteStyle::Necessary),
        altered,
    )
}
