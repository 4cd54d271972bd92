//! Lists of people: read, and made into mailboxes.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::sync::Arc;

use super::Event;
use crate::check;
use crate::finding::Evidence;
use crate::plan::{Domain, Plan, Roster};
use crate::roster::{self, Columns, Table};

/// The largest list that is read, in bytes.
const LARGEST: u64 = 1 << 30;

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

/// Everything in a file of at most 1 GB, or a sentence why not. Never waits
/// for a pipe or a device.
///
/// # Errors
/// A sentence that names the file and says what to do.
pub fn file_bytes(path: &Path) -> Result<Vec<u8>, String> {
    bytes_up_to(path, LARGEST)
}

fn bytes_up_to(path: &Path, largest: u64) -> Result<Vec<u8>, String> {
    let shown = path.display();
    // Asked before opening: opening a pipe would wait for its writer.
    let about = std::fs::metadata(path).map_err(|error| unreadable(path, &error))?;
    if about.is_dir() {
        return Err(format!("{shown} is a folder. Choose the file in it that holds the list."));
    }
    if !about.is_file() {
        return Err(format!(
            "{shown} is not a plain file. Save the list as a CSV file and choose that."
        ));
    }
    let too_large = || {
        format!(
            "{shown} is larger than 1 GB, which no list of people is. Save the list itself as CSV and choose that."
        )
    };
    if about.len() > largest {
        return Err(too_large());
    }
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    let mut bytes = Vec::new();
    // The file may grow while it is read: the bound is on what is read.
    file.take(largest + 1).read_to_end(&mut bytes).map_err(|error| unreadable(path, &error))?;
    if bytes.len() as u64 > largest {
        return Err(too_large());
    }
    Ok(bytes)
}

fn unreadable(path: &Path, error: &std::io::Error) -> String {
    let shown = path.display();
    match error.kind() {
        ErrorKind::NotFound => {
            format!("{shown} is not there. Check the name, or choose the file again.")
        }
        ErrorKind::PermissionDenied => {
            format!(
                "{shown} may not be read by you. Ask for permission, or copy the file to your own folder."
            )
        }
        _ => format!(
            "{shown} can't be read: {error}. Copy the file to another place and choose that."
        ),
    }
}

fn read(name: String, bytes: &[u8]) -> Event {
    match roster::read_table(bytes) {
        Ok(table) => Event::TableRead { name, table: Arc::new(table) },
        Err(error) => failed(format!("{name}: {error}")),
    }
}

fn failed(sentence: String) -> Event {
    Event::Failed { what: "Read the list of people".into(), sentence }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_or_a_missing_file_is_said_in_a_sentence() {
        let folder = tempfile::tempdir().unwrap();
        let said = file_bytes(folder.path()).unwrap_err();
        assert!(said.contains("is a folder"), "{said}");
        let said = file_bytes(&folder.path().join("none.csv")).unwrap_err();
        assert!(said.contains("is not there"), "{said}");
    }

    #[test]
    fn a_file_larger_than_the_bound_is_refused_before_it_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sparse.csv");
        // Sparse: takes no space on disk.
        File::create(&path).unwrap().set_len(LARGEST + 1).unwrap();
        let said = file_bytes(&path).unwrap_err();
        assert!(said.contains("larger than 1 GB"), "{said}");
        std::fs::write(&path, "12345").unwrap();
        assert_eq!(bytes_up_to(&path, 5).unwrap(), b"12345");
        assert!(bytes_up_to(&path, 4).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_not_read_for_ever() {
        let said = file_bytes(Path::new("/dev/zero")).unwrap_err();
        assert!(said.contains("not a plain file"), "{said}");
    }
}
