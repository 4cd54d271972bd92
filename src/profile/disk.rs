//! Reading with a bound, writing at one stroke, keeping aside.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use atomic_write_file::AtomicWriteFile;

use super::ProfileError;

/// The bytes of a file, at most `limit` of them; `None` where there is none.
///
/// # Errors
/// When it is a link, a folder or larger than `limit`, or can't be read.
pub(super) fn read(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, ProfileError> {
    let failed = |source| ProfileError::Read { path: path.to_owned(), source };
    if !is_ordinary(path).map_err(failed)? {
        return match fs::symlink_metadata(path) {
            Ok(_) => Err(not_a_file(path)),
            Err(_) => Ok(None),
        };
    }
    let file = File::open(path).map_err(failed)?;
    let length = file.metadata().map_err(failed)?.len().min(limit);
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0) + 1);
    file.take(limit + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > limit {
        return Err(ProfileError::Malformed {
            path: path.to_owned(),
            why: format!("it is larger than {} MB", limit >> 20),
        });
    }
    Ok(Some(bytes))
}

/// Puts `bytes` in place of the file: temp file, fsync, rename, fsync of the
/// folder. Whoever reads meanwhile sees the old file or the new one. A file
/// that holds these bytes already is left alone.
///
/// # Errors
/// When it can't be written, or a link or a folder stands in its place.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), ProfileError> {
    let failed = |source| ProfileError::Write { path: path.to_owned(), source };
    if is_ordinary(path).map_err(failed)? {
        if holds(path, bytes) {
            return Ok(());
        }
    } else if fs::symlink_metadata(path).is_ok() {
        return Err(not_a_file(path));
    }
    let mut file = AtomicWriteFile::open(path).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    file.commit().map_err(failed)
}

/// Removes what a process left that died while it wrote one of these files:
/// `.<file>.<six letters or digits>`, by which `write` calls the new file until
/// it is whole. Only whoever holds the folder's lock may; nobody writes then.
pub(super) fn sweep(folder: &Path, files: &[&str]) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let half_written = |name: &str| {
        let rest = |file: &&str| name.strip_prefix('.')?.strip_prefix(*file)?.strip_prefix('.');
        files
            .iter()
            .filter_map(rest)
            .any(|end| end.len() == 6 && end.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    };
    for entry in entries.flatten() {
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        if is_file && entry.file_name().to_str().is_some_and(half_written) {
            // What can't be removed now is removed the next time.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Opens a file to write on at its end; makes it where there is none.
///
/// # Errors
/// When it can't be written, or a link or a folder stands in its place.
pub(super) fn append(path: &Path) -> Result<File, ProfileError> {
    let failed = |source| ProfileError::Write { path: path.to_owned(), source };
    if !is_ordinary(path).map_err(failed)? && fs::symlink_metadata(path).is_ok() {
        return Err(not_a_file(path));
    }
    File::options().read(true).write(true).create(true).truncate(false).open(path).map_err(failed)
}

/// Makes a folder and those above it, and makes them last.
///
/// # Errors
/// When that can't be done.
pub(super) fn make_folder(path: &Path) -> Result<(), ProfileError> {
    let failed = |source| ProfileError::Write { path: path.to_owned(), source };
    if path.is_dir() {
        return Ok(());
    }
    if fs::symlink_metadata(path).is_ok() {
        return Err(failed(io::Error::new(
            io::ErrorKind::NotADirectory,
            "something that is not a folder has this name",
        )));
    }
    fs::create_dir_all(path).map_err(failed)?;
    // The new names are on disk once their folders are. Windows has no such
    // call for folders; its file system journals names by itself.
    #[cfg(unix)]
    for above in path.ancestors().skip(1).take(2).filter(|above| !above.as_os_str().is_empty()) {
        if let Ok(folder) = File::open(above) {
            let _ = folder.sync_all();
        }
    }
    Ok(())
}

/// Keeps what a file holds now as `<file>.<word>-<n>` with the first free
/// number, beside it. The file itself stays.
///
/// # Errors
/// When the copy can't be made; nothing may be overwritten then.
pub(super) fn keep_aside(path: &Path, word: &str) -> Result<PathBuf, ProfileError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    for n in 1..=9999 {
        let aside = path.with_file_name(format!("{name}.{word}-{n}"));
        // A second name costs nothing, even for a large file: the next write
        // puts a new file in place of the first name only.
        match fs::hard_link(path, &aside) {
            Ok(()) => return Ok(aside),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(_) => match copy_to_new(path, &aside) {
                Ok(()) => return Ok(aside),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(source) => return Err(ProfileError::Write { path: aside, source }),
            },
        }
    }
    Err(ProfileError::Write {
        path: path.to_owned(),
        source: io::Error::other(format!("9999 files named {name}.{word}-… are there already")),
    })
}

/// For file systems without hard links.
fn copy_to_new(from: &Path, to: &Path) -> io::Result<()> {
    let mut source = File::open(from)?;
    let mut target = File::options().write(true).create_new(true).open(to)?;
    let copied = io::copy(&mut source, &mut target).and_then(|_| target.sync_all());
    if copied.is_err() {
        let _ = fs::remove_file(to);
    }
    copied
}

/// Whether an ordinary file is there, not followed through a link: a named
/// pipe would block, a link would be replaced by the first save.
fn is_ordinary(path: &Path) -> io::Result<bool> {
    match fs::symlink_metadata(path) {
        Ok(metadata) => Ok(metadata.is_file()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn not_a_file(path: &Path) -> ProfileError {
    let what = match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_dir() => "a folder",
        Ok(metadata) if metadata.is_symlink() => "a link",
        _ => "not an ordinary file",
    };
    ProfileError::NotAFile { path: path.to_owned(), what }
}

fn holds(path: &Path, bytes: &[u8]) -> bool {
    let same_size = fs::metadata(path).is_ok_and(|metadata| metadata.len() == bytes.len() as u64);
    same_size && fs::read(path).is_ok_and(|there| there == bytes)
}
