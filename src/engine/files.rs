//! Files of the user's, read within bounds. Never waits for a pipe or a device.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use crate::roster::{Encoding, decode};

/// The largest list that is read, in bytes.
const LARGEST_LIST: u64 = 1 << 30;
/// Bytes of a bounce or of headers that are read: what is sought stands at
/// their beginning.
pub const LONGEST_MAIL: u64 = 1 << 20;
/// Bytes of another machine's result that are read; a longer one is refused.
pub const LONGEST_RESULT: u64 = 16 << 20;

/// The first bytes of something, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beginning {
    /// What is no text is shown as such.
    pub text: String,
    /// What was left aside, a sentence; `None` where all was read.
    pub left: Option<String>,
}

/// What a file is chosen for.
#[derive(Debug, Clone, Copy)]
enum Wanted {
    List,
    Text,
}

impl Wanted {
    /// What to do where it is a folder, and where it is a pipe or a device.
    fn advice(self) -> (&'static str, &'static str) {
        match self {
            Self::List => (
                "Choose the file in it that holds the list.",
                "Save the list as a CSV file and choose that.",
            ),
            Self::Text => (
                "Name the file in it that holds the text.",
                "Hand the text over by standard input (-), or save it as a file.",
            ),
        }
    }
}

/// Everything in a file of at most 1 GB, or a sentence why not.
///
/// # Errors
/// A sentence that names the file and says what to do.
pub fn file_bytes(path: &Path) -> Result<Vec<u8>, String> {
    bytes_up_to(path, LARGEST_LIST)
}

/// The first `most` bytes of a file.
///
/// # Errors
/// A sentence that names the file and says what to do.
pub fn file_start(path: &Path, most: u64) -> Result<Beginning, String> {
    let (file, size) = open(path, Wanted::Text)?;
    let (text, more) = start(file, most).map_err(|error| unreadable(path, &error))?;
    let left = more.then(|| {
        format!("Of the {} in it the first {} were read.", amount(size.max(most)), amount(most))
    });
    Ok(Beginning { text, left })
}

/// The first `most` bytes of a stream. Waits for them.
///
/// # Errors
/// When it breaks off.
pub fn stream_start(stream: impl Read, most: u64) -> std::io::Result<Beginning> {
    let (text, more) = start(stream, most)?;
    let left = more.then(|| format!("The first {} were read and the rest was not.", amount(most)));
    Ok(Beginning { text, left })
}

/// The first bytes as text, and whether there are more.
fn start(from: impl Read, most: u64) -> std::io::Result<(String, bool)> {
    let mut bytes = Vec::new();
    from.take(most + 1).read_to_end(&mut bytes)?;
    let more = bytes.len() as u64 > most;
    if more {
        bytes.pop();
    }
    let text = match decode(&bytes) {
        Ok((text, Encoding::Utf8Bom | Encoding::Utf16Le | Encoding::Utf16Be)) => text,
        _ => String::from_utf8_lossy(&bytes),
    };
    Ok((text.into_owned(), more))
}

fn amount(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} bytes"),
        1024..1_048_576 => format!("{} KB", bytes >> 10),
        _ => format!("{} MB", bytes >> 20),
    }
}

fn open(path: &Path, wanted: Wanted) -> Result<(File, u64), String> {
    let shown = path.display();
    let (of_folder, of_device) = wanted.advice();
    // Asked before opening: opening a pipe would wait for its writer.
    let about = std::fs::metadata(path).map_err(|error| unreadable(path, &error))?;
    if about.is_dir() {
        return Err(format!("{shown} is a folder. {of_folder}"));
    }
    if !about.is_file() {
        return Err(format!("{shown} is not a plain file. {of_device}"));
    }
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    Ok((file, about.len()))
}

fn bytes_up_to(path: &Path, largest: u64) -> Result<Vec<u8>, String> {
    let too_large = || {
        format!(
            "{} is larger than 1 GB, which no list of people is. Save the list itself as CSV and choose that.",
            path.display()
        )
    };
    let (file, size) = open(path, Wanted::List)?;
    if size > largest {
        return Err(too_large());
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_or_a_missing_file_is_said_in_a_sentence() {
        let folder = tempfile::tempdir().unwrap();
        let said = file_bytes(folder.path()).unwrap_err();
        assert!(said.contains("is a folder. Choose the file in it that holds the list"), "{said}");
        let said = file_start(folder.path(), 9).unwrap_err();
        assert!(said.contains("is a folder. Name the file") && !said.contains("list"), "{said}");
        let said = file_bytes(&folder.path().join("none.csv")).unwrap_err();
        assert!(said.contains("is not there"), "{said}");
    }

    #[test]
    fn a_file_larger_than_the_bound_is_refused_before_it_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sparse.csv");
        // Sparse: takes no space on disk.
        File::create(&path).unwrap().set_len(LARGEST_LIST + 1).unwrap();
        let said = file_bytes(&path).unwrap_err();
        assert!(said.contains("larger than 1 GB"), "{said}");
        std::fs::write(&path, "12345").unwrap();
        assert_eq!(bytes_up_to(&path, 5).unwrap(), b"12345");
        assert!(bytes_up_to(&path, 4).is_err());
    }

    #[test]
    fn of_a_long_text_the_beginning_is_read_and_the_rest_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mbox");
        let file = File::create(&path).unwrap();
        file.set_len(200 << 20).unwrap();
        let told = file_start(&path, LONGEST_MAIL).unwrap();
        assert_eq!(told.text.len() as u64, LONGEST_MAIL);
        let left = "Of the 200 MB in it the first 1 MB were read.";
        assert_eq!(told.left.as_deref(), Some(left));
        let told = stream_start(std::io::repeat(b'x'), 4096).unwrap();
        assert_eq!((told.text.len(), told.left.is_some()), (4096, true));
        let told = stream_start(&b"550 5.1.1 \xff"[..], 11).unwrap();
        assert_eq!(told, Beginning { text: "550 5.1.1 \u{fffd}".to_owned(), left: None });
        // As PowerShell saves what a command printed.
        let utf16: Vec<u8> =
            "\u{feff}550 5.1.1 no".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(stream_start(&utf16[..], 99).unwrap().text, "550 5.1.1 no");
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_not_read_for_ever() {
        let said = file_bytes(Path::new("/dev/zero")).unwrap_err();
        assert!(said.contains("not a plain file. Save the list"), "{said}");
        let said = file_start(Path::new("/dev/zero"), 9).unwrap_err();
        assert!(said.contains("not a plain file. Hand the text over"), "{said}");
    }
}
