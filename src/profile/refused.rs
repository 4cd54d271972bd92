//! Why the system did not let a file be written, and what helps.

use std::io::{Error, ErrorKind};

/// What the system said, without its number.
pub(super) fn cause(error: &Error) -> String {
    let said = error.to_string();
    said.split(" (os error ").next().unwrap_or_default().trim_end_matches('.').to_owned()
}

/// What helps against this cause.
pub(super) fn advice(error: &Error) -> &'static str {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            "Free space there, or choose a folder on another disk."
        }
        ErrorKind::ReadOnlyFilesystem => {
            "Nothing can be written on that disk as it is: choose a folder on another one."
        }
        ErrorKind::PermissionDenied => {
            "Close other programs that have it open, or choose a folder that you may write to."
        }
        ErrorKind::NotFound => {
            "The folder that it belongs in is not there and can't be made: bring it back, or choose a folder that you may write to."
        }
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists | ErrorKind::IsADirectory => {
            "Something else of that name is in its way: move it, or choose a folder that you may write to."
        }
        _ => "Close other programs that have it open, or choose a folder that you may write to.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_as_one_and_not_as_a_program_that_is_open() {
        let full = Error::from(ErrorKind::StorageFull);
        assert!(advice(&full).starts_with("Free space there"));
        assert!(advice(&Error::from(ErrorKind::ReadOnlyFilesystem)).contains("another one"));
        assert!(advice(&Error::from(ErrorKind::NotFound)).contains("not there"));
        assert!(advice(&Error::other("sharing violation")).starts_with("Close other programs"));
    }

    #[cfg(unix)]
    #[test]
    fn the_number_of_an_error_is_no_word_for_anybody() {
        let full = Error::from_raw_os_error(28);
        assert_eq!(cause(&full), "No space left on device");
        assert_eq!(advice(&full), "Free space there, or choose a folder on another disk.");
    }
}
