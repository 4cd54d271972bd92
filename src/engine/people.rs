//! Lists of people: read, and made into mailboxes.

use std::path::Path;
use std::sync::Arc;

use super::Event;
use super::files::file_bytes;
use crate::check;
use crate::finding::Evidence;
use crate::plan::{Domain, Plan, Roster};
use crate::roster::{self, Columns, Table};

/// What is done, to head a message.
pub(super) const READ: &str = "Read the list of people";
/// The same.
pub(super) const TAKE: &str = "Take the people over";
/// The same.
pub(super) const COMPARE: &str = "Compare both sides";

/// Reads a file into rows. Blocks.
pub(super) fn read_file(path: &Path) -> Event {
    match file_bytes(path) {
        Ok(bytes) => {
            let name = path
                .file_name()
                .map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into());
            read(name, &bytes)
        }
        Err(sentence) => failed(sentence),
    }
}

/// Reads a pasted text into rows. Blocks.
pub(super) fn read_paste(text: &str) -> Event {
    read("Pasted list".to_owned(), text.as_bytes())
}

/// Makes people of rows. Blocks.
pub(super) fn take(table: &Table, columns: &Columns, domain: &Domain, there: &Roster) -> Event {
    match roster::take_people(table, columns, domain) {
        Ok(people) => {
            let changes = roster::changes(there, &people.listed);
            Event::PeopleTaken { people, changes }
        }
        Err(error) => failed(error.to_string()),
    }
}

/// Puts both inventories side by side. Blocks.
pub(super) fn compare(plan: &Plan, evidence: &Evidence) -> Event {
    let (found, host_read) = check::inventories(plan, evidence);
    Event::Compared { roster: plan.roster.clone(), found, host_read }
}

fn read(name: String, bytes: &[u8]) -> Event {
    match roster::read_table(bytes) {
        Ok(table) => Event::TableRead { name, table: Arc::new(table) },
        Err(error) => failed(format!("{name}: {error}")),
    }
}

fn failed(sentence: String) -> Event {
    Event::Failed { what: READ.into(), sentence }
}
