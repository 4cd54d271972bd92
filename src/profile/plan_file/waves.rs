//! The waves of a `profile.toml`.

use std::collections::BTreeSet;

use toml_edit::{DocumentMut, Item, Value};

use super::Reader;
use crate::plan::Wave;
use crate::profile::value::{wave_number, wave_tables};

impl Reader {
    /// The sections `[[wave]]`, by number.
    pub(super) fn waves(&mut self, document: &DocumentMut) {
        let item = document.get("wave");
        let tables = wave_tables(item);
        let written = match item {
            None => 0,
            Some(Item::Value(Value::Array(array))) => array.len(),
            Some(Item::ArrayOfTables(tables)) => tables.len(),
            Some(_) => 1,
        };
        let mut seen = BTreeSet::new();
        let mut unread = written - tables.len();
        for table in tables {
            let Some(number) = wave_number(table) else {
                unread += 1;
                continue;
            };
            if !seen.insert(number) {
                self.remarks.push(format!("profile.toml, [[wave]]: wave {number} stands there twice; the first one counts. Give the other one a number of its own."));
                continue;
            }
            let mut wave = Wave::numbered(number);
            if let Some(name) = table.get("name") {
                match name.as_str() {
                    Some(name) => wave.name = name.to_owned(),
                    None => self.remark(
                        &format!("[[wave]] {number} name"),
                        &name.to_string(),
                        "it has no name",
                        "Write a text in quotes.",
                    ),
                }
            }
            if let Some(date) = table.get("date") {
                let text = date.as_str().map_or_else(|| date.to_string(), str::to_owned);
                wave.date = text.trim().parse().ok();
                if wave.date.is_none() && !text.trim().is_empty() {
                    self.remark(
                        &format!("[[wave]] {number} date"),
                        &text,
                        "it has no date",
                        "Write a day such as 2027-01-31.",
                    );
                }
            }
            self.plan.waves.push(wave);
        }
        if unread > 0 {
            self.remarks.push(format!("profile.toml, [[wave]]: {unread} of them can't be read. Each needs a number of 1 to 65535, such as number = 1."));
        }
        self.plan.waves.sort_by_key(|wave| wave.number);
    }
}
