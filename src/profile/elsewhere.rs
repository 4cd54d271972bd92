//! Exports that went to another folder: the profile keeps what the next export
//! needs to know of them, wherever they are by then.

use std::path::{Path, PathBuf};

use super::exports::write_exports;
use super::handed_out::{CONTACTS, LIST, MANIFEST, TO_REMOVE};
use super::{ProfileError, disk};

/// Behind the name of an export's folder: `wave-2-elsewhere`.
const ELSEWHERE: &str = "-elsewhere";
/// Where the export itself is: one line.
const PLACE: &str = "folder.txt";
/// Bytes of a path, or of a manifest beside its copy.
const MOST_BYTES: u64 = 64 << 20;

/// Keeps below `own`, the profile's folder of exports, what tells who was
/// handed out by the export that was written to `out`: its files, by path below
/// `out` and bytes. Deleting it forgets that export, as with any other.
///
/// # Errors
/// When it can't be written.
pub fn remember_elsewhere<'a>(
    own: &Path,
    out: &Path,
    files: impl IntoIterator<Item = (&'a str, &'a [u8])>,
) -> Result<(), ProfileError> {
    let kept = |rest: &str| [MANIFEST, LIST, TO_REMOVE, CONTACTS].contains(&rest);
    let mut notes: Vec<(String, Vec<u8>)> = Vec::new();
    for (path, bytes) in files {
        let Some((export, rest)) = path.split_once('/').filter(|(_, rest)| kept(rest)) else {
            continue;
        };
        notes.push((format!("{export}{ELSEWHERE}/{rest}"), bytes.to_vec()));
        if rest == MANIFEST {
            let place = out.join(export);
            let place = std::path::absolute(&place).unwrap_or(place).display().to_string();
            let text = format!(
                "The export was written to {place}.\nWhat is here tells the next export who was handed out. Delete it only to forget that.\n"
            );
            notes.push((format!("{export}{ELSEWHERE}/README.txt"), text.into_bytes()));
            notes.push((format!("{export}{ELSEWHERE}/{PLACE}"), format!("{place}\n").into_bytes()));
        }
    }
    write_exports(own, notes.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())))?;
    Ok(())
}

/// Whether the list of forwards to take off was deleted from the export of
/// which this folder tells. Not where that can't be seen, or another export
/// has taken its place.
pub(super) fn is_removed_there(note: &Path) -> bool {
    let text = |path: PathBuf| disk::read(&path, MOST_BYTES).ok().flatten();
    let place = text(note.join(PLACE)).and_then(|bytes| String::from_utf8(bytes).ok());
    let Some(place) = place.map(|place| PathBuf::from(place.trim_end_matches('\n'))) else {
        return false;
    };
    let same =
        text(place.join(MANIFEST)).is_some_and(|there| Some(there) == text(note.join(MANIFEST)));
    same && !TO_REMOVE.split('/').fold(place, |at, part| at.join(part)).exists()
}

/// Whether an export of this name, such as `wave-2`, is on file below `exports`.
pub fn was_exported(exports: &Path, name: &str) -> bool {
    ["", ELSEWHERE].iter().any(|end| exports.join(format!("{name}{end}")).join(MANIFEST).is_file())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::read_handed_out;

    #[test]
    fn an_export_elsewhere_is_remembered_and_so_is_what_was_taken_off() {
        let dir = tempfile::tempdir().unwrap();
        let (own, out) = (dir.path().join("exports"), dir.path().join("usb"));
        let manifest = r#"{"made_at":"2026-11-26T09:00:00Z","wave":2,"files":[
            {"path":"forwards/forwards.csv","sha256":"x"}],
            "to_remove":[{"address":"old@example.com","target":"old@r.example.com"}]}"#;
        let files = [
            ("wave-2/manifest.json", manifest),
            ("wave-2/forwards/forwards.csv", "address,target\nann@example.com,ann@r.example.com\n"),
            (
                "wave-2/forwards/to-remove.csv",
                "address,target\nold@example.com,old@r.example.com\n",
            ),
            ("wave-2/run-book.md", "#"),
        ];
        let files = files.map(|(path, text)| (path, text.as_bytes()));
        write_exports(&out, files).unwrap();
        remember_elsewhere(&own, &out, files).unwrap();
        assert!(was_exported(&own, "wave-2") && !was_exported(&own, "wave-1"));
        assert!(!own.join("wave-2-elsewhere/run-book.md").exists());
        let addresses = |read: &crate::profile::HandedOut| {
            let all = read.handed.forwards.keys().chain(read.handed.withdrawn.keys());
            all.map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(addresses(&read_handed_out([&*own])), ["ann@example.com", "old@example.com"]);
        // Taken off, and said so where the export is.
        std::fs::remove_file(out.join("wave-2/forwards/to-remove.csv")).unwrap();
        assert_eq!(addresses(&read_handed_out([&*own])), ["ann@example.com"]);
        // A stick that was pulled out says nothing.
        std::fs::remove_dir_all(&out).unwrap();
        assert_eq!(addresses(&read_handed_out([&*own])), ["ann@example.com", "old@example.com"]);
    }
}
