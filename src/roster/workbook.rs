//! Excel workbooks (XLSX), with an upper bound on everything that a hostile
//! one could make large: it is measured before it is unpacked, and read cell
//! by cell.

use std::io::{Cursor, Read as _};

use calamine::{DataRef, Reader as _, Xlsx};

use super::columns::is_address;
use super::shown;

/// Bytes of all parts once unpacked.
const MOST_UNPACKED: u64 = 512 << 20;
/// Parts of the archive.
const MOST_PARTS: usize = 10_000;
/// Columns looked at; a list of people has fewer.
const MOST_COLUMNS: u32 = 256;
/// Cells of the sheet that is read, empty ones between others included.
const MOST_CELLS: usize = 12_000_000;
/// Bytes of text in it.
const MOST_TEXT: usize = 512 << 20;

/// Rows, each with its number in the sheet.
type Rows = Vec<(u64, Vec<String>)>;

/// A sheet as rows.
pub(super) struct Sheet {
    /// What is in it.
    pub(super) rows: Rows,
    /// Which sheet it is, a sentence, where there are several.
    pub(super) note: Option<String>,
}

/// Whether the bytes are an archive, as XLSX files are.
pub(super) fn looks_like(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// The first sheet that holds an address, or else the first that holds
/// anything.
///
/// # Errors
/// A sentence part that says why there is none.
pub(super) fn read(bytes: &[u8]) -> Result<Sheet, String> {
    measure(bytes, MOST_UNPACKED)?;
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| said(&error))?;
    let names = workbook.sheet_names();
    let mut filled: Option<(&String, Rows)> = None;
    let mut passed: Vec<(&String, String)> = Vec::new();
    let mut left = names.iter();
    for name in left.by_ref() {
        let rows = match rows_of(&mut workbook, name) {
            Ok(rows) => rows,
            // A chart is a sheet too, with no cells in it.
            Err(why) if names.len() > 1 => {
                passed.push((name, format!("can't be read: {why}")));
                continue;
            }
            Err(why) => return Err(why),
        };
        let holds = rows.iter().any(|(_, row)| row.iter().any(|cell| is_address(cell)));
        let none = "holds no address".to_owned();
        if holds {
            passed.extend(filled.replace((name, rows)).map(|(before, _)| (before, none)));
            break;
        }
        match rows.is_empty() {
            false if filled.is_none() => filled = Some((name, rows)),
            false => passed.push((name, none)),
            true => {}
        }
    }
    let Some((name, rows)) = filled else {
        return Err(match passed.first() {
            Some((name, why)) => format!("its sheet “{}” {why}", shown(name, 40)),
            None => "its sheets are empty".to_owned(),
        });
    };
    let note = (names.len() > 1).then(|| note(name, &passed, left.len()));
    Ok(Sheet { rows, note })
}

/// Which sheet was read, and what became of the others.
fn note(read: &str, passed: &[(&String, String)], left: usize) -> String {
    let mut others: Vec<String> = { passed.iter().take(3) }
        .map(|(name, why)| format!("“{}” {why}", shown(name, 40)))
        .collect();
    match (left, passed.len().saturating_sub(3)) {
        (0, 0) => {}
        (1, 0) => others.push("1 other sheet is not looked at".to_owned()),
        (left, more) => others.push(format!("{} other sheets are not used", left + more)),
    }
    let mut note = format!("Read from the sheet “{}”", shown(read, 40));
    if !others.is_empty() {
        note.push_str("; ");
        note.push_str(&others.join("; "));
    }
    note.push('.');
    note
}

/// Unpacks everything that will be read into nothing, and stops where it
/// becomes too much: what an archive says of its own size may be a lie.
fn measure(bytes: &[u8], most: u64) -> Result<(), String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| said(&error))?;
    if archive.len() > MOST_PARTS {
        return Err(format!("it has more than {MOST_PARTS} parts"));
    }
    let mut left = most;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|error| said(&error))?;
        let name = part.name().map_err(|error| said(&error))?.to_ascii_lowercase();
        if !name.ends_with(".xml") && !name.ends_with(".rels") {
            continue;
        }
        let claimed = part.size();
        let unpacked = match claimed > left {
            true => claimed,
            false => std::io::copy(&mut part.take(left + 1), &mut std::io::sink())
                .map_err(|error| said(&error))?,
        };
        left = left.checked_sub(unpacked).ok_or_else(|| {
            format!("it unpacks to more than {} MB, which no list of people does", most >> 20)
        })?;
    }
    Ok(())
}

fn rows_of(workbook: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Rows, String> {
    let mut cells = workbook.worksheet_cells_reader(name).map_err(|error| said(&error))?;
    let mut rows: Rows = Vec::new();
    let (mut count, mut text) = (0, 0);
    while let Some(cell) = cells.next_cell().map_err(|error| said(&error))? {
        let (row, column) = cell.get_position();
        let words = words_of(cell.get_value());
        if words.is_empty() {
            continue;
        }
        if column >= MOST_COLUMNS {
            return Err(format!(
                "row {} has something in column {}, beyond the {MOST_COLUMNS} that are read",
                u64::from(row) + 1,
                u64::from(column) + 1
            ));
        }
        let line = u64::from(row) + 1;
        if rows.last().is_none_or(|(last, _)| *last != line) {
            rows.push((line, Vec::new()));
        }
        let Some((_, row)) = rows.last_mut() else { continue };
        let wanted = column as usize + 1;
        if row.len() < wanted {
            count += wanted - row.len();
            row.resize(wanted, String::new());
        }
        text += words.len();
        if count > MOST_CELLS || text > MOST_TEXT {
            return Err("it holds more cells than a list of people has".to_owned());
        }
        if let Some(slot) = row.get_mut(column as usize) {
            *slot = words;
        }
    }
    // Written out of order, a row may come in parts.
    if rows.windows(2).any(|pair| pair[0].0 >= pair[1].0) {
        return Err("its rows do not stand in order".to_owned());
    }
    Ok(rows)
}

/// As the cell shows it, near enough for names, addresses and numbers.
fn words_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.clone()
        }
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(true) => "TRUE".to_owned(),
        DataRef::Bool(false) => "FALSE".to_owned(),
        DataRef::DateTime(when) => when.as_f64().to_string(),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

fn said(error: &dyn std::fmt::Display) -> String {
    let sentence = shown(&error.to_string(), 160);
    sentence.trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn an_archive_that_lies_about_its_size_is_left_packed() {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file("xl/sharedStrings.xml", options).unwrap();
        let size: u32 = 3 << 20;
        zip.write_all(&vec![b' '; size as usize]).unwrap();
        let honest = zip.finish().unwrap().into_inner();
        assert!(honest.len() < 1 << 16);
        assert_eq!(measure(&honest, 4 << 20), Ok(()));
        let mut lying = honest.clone();
        for at in 0..lying.len() - 4 {
            if lying[at..at + 4] == size.to_le_bytes() {
                lying[at..at + 4].copy_from_slice(&9_u32.to_le_bytes());
            }
        }
        assert_ne!(lying, honest);
        for (bytes, part) in
            [(honest, "unpacks to more than 2 MB"), (lying, "larger than its declared")]
        {
            let said = measure(&bytes, 2 << 20).unwrap_err();
            assert!(said.contains(part), "{said}");
        }
    }
}
