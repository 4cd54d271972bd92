//! `roster.csv`: the people, as Excel opens it. UTF-8 with BOM, CRLF.
//!
//! A cell that Excel would take for a formula starts with an apostrophe:
//! `=`, `+`, `-`, `@`, tab and line breaks at the start of a text are written
//! behind one, and so is a text that starts with an apostrophe itself. On
//! reading, one apostrophe before any of these is taken off, so that every
//! text comes back as it was. The user's own columns are left verbatim.

use std::collections::HashMap;

use super::person_row::PersonReader;
use crate::plan::{Adding, Address, Kind, Mailbox, Newcomer, Roster};
use crate::roster::{Column, ImportError, Reject, Rest, Table, cells_of_row, defused, read_csv};
use crate::shown::shown;

/// The columns that the program writes, in order.
const COLUMNS: [(&str, Column); 13] = [
    ("address", Column::Address),
    ("display_name", Column::DisplayName),
    ("first_name", Column::FirstName),
    ("last_name", Column::LastName),
    ("home", Column::Home),
    ("wave", Column::Wave),
    ("aliases", Column::Aliases),
    ("strategy", Column::Strategy),
    ("mailbox_type", Column::Kind),
    ("department", Column::Department),
    ("legacy_exchange_dn", Column::LegacyDn),
    ("x500", Column::X500),
    ("delegates", Column::Delegates),
];

/// Of [`COLUMNS`], those that every file has; the others are written where
/// somebody has something in them.
const ALWAYS: usize = 8;

/// Rows named one by one in the remarks.
const NAMED_ROWS: usize = 20;

/// What a `roster.csv` holds.
#[derive(Debug, Default)]
pub(super) struct RosterFile {
    /// The people.
    pub(super) roster: Roster,
    /// How the file is laid out.
    pub(super) layout: Layout,
    /// Sentences about rows that are not among the people.
    pub(super) remarks: Vec<String>,
}

/// Columns in their order, with what stands in the user's own ones.
#[derive(Debug)]
pub(super) struct Layout {
    slots: Vec<Slot>,
    separator: char,
    extras: HashMap<Address, Vec<String>>,
}

#[derive(Debug, Clone, PartialEq)]
enum Slot {
    Known(Column),
    Extra(String),
}

impl Default for Layout {
    fn default() -> Self {
        let always = COLUMNS.iter().take(ALWAYS);
        let slots = always.map(|(_, column)| Slot::Known(*column)).collect();
        Self { slots, separator: ',', extras: HashMap::new() }
    }
}

/// Reads the bytes of a `roster.csv`. What can't be read is a remark.
pub(super) fn read(bytes: Vec<u8>) -> RosterFile {
    match read_csv(bytes) {
        Ok((head, rest)) => people(head, rest),
        Err(ImportError::Empty) => RosterFile::default(),
        Err(error) => unread(&error),
    }
}

/// Nobody, for this reason.
fn unread(why: &ImportError) -> RosterFile {
    let mut file =
        RosterFile { remarks: vec![format!("roster.csv: {why}")], ..RosterFile::default() };
    file.roster.note_unread();
    file
}

/// The first rows, and those below them one by one.
fn people(head: Table, rest: Rest) -> RosterFile {
    let slots = slots_of(&head);
    if !slots.contains(&Slot::Known(Column::Address)) {
        return unread(&ImportError::NoAddressColumn);
    }
    let separator = if head.separator == '\n' { ',' } else { head.separator };
    let known = |slot: &Slot| match slot {
        Slot::Known(column) => Some(*column),
        Slot::Extra(_) => None,
    };
    let reader = PersonReader::new(slots.iter().map(known));
    let layout = Layout { slots, separator, extras: HashMap::new() };
    let (mut roster, extras) = (Roster::with_room(rest.lines), HashMap::new());
    let missing = !head.rejects.is_empty();
    let mut intake = Intake { adding: roster.adding(), extras, rejects: head.rejects, missing };
    let mut first = reader.clone();
    for (line, cells) in head.rows {
        intake.take(line, layout.row(&mut first, &cells), || join(&cells, separator));
    }
    rest.read(
        || reader.clone(),
        |reader, row| layout.row(reader, &row.cells),
        |line, text, row| match row {
            Ok(row) => {
                intake.take(line, row, || join(&cells_of_row(text, head.separator), separator));
            }
            Err(reject) => {
                intake.rejects.push(reject);
                intake.missing = true;
            }
        },
    );
    let Intake { extras, mut rejects, missing, .. } = intake;
    if missing {
        roster.note_unread();
    }
    rejects.sort_by_key(|reject| reject.line);
    RosterFile { roster, layout: Layout { extras, ..layout }, remarks: remarks(&rejects) }
}

/// A person, and what stands in the user's own columns; or why it is none.
type Taken = Result<(Newcomer, Option<Vec<String>>), String>;

/// What becomes of the rows, one after the other.
struct Intake<'a> {
    adding: Adding<'a>,
    extras: HashMap<Address, Vec<String>>,
    rejects: Vec<Reject>,
    /// Whether one of those is a person who is not in the list.
    missing: bool,
}

impl Intake<'_> {
    /// `text` is asked for of a row that is nobody.
    fn take(&mut self, line: u64, row: Taken, text: impl FnOnce() -> String) {
        self.missing |= row.is_err();
        let added = row.and_then(|(person, extras)| {
            let own = extras.map(|extras| (person.address().clone(), extras));
            self.adding.add(person).map_err(|error| error.to_string())?;
            self.extras.extend(own);
            Ok(())
        });
        if let Err(reason) = added {
            self.rejects.push(Reject { line, text: shown(&text(), 60), reason });
        }
    }
}

fn join<S: AsRef<str>>(cells: &[S], separator: char) -> String {
    let cells: Vec<&str> = cells.iter().map(AsRef::as_ref).collect();
    cells.join(&separator.to_string())
}

/// The bytes of a `roster.csv` for these people.
///
/// # Errors
/// When memory runs out, in effect.
pub(super) fn render(roster: &Roster, layout: &Layout) -> std::io::Result<Vec<u8>> {
    let mut slots = layout.slots.clone();
    let told = |column: Column| roster.iter().any(|who| !cell_of(who, column).is_empty());
    let missing: Vec<Slot> = { COLUMNS.iter().enumerate() }
        .filter(|(at, (_, column))| {
            !slots.contains(&Slot::Known(*column)) && (*at < ALWAYS || told(*column))
        })
        .map(|(_, (_, column))| Slot::Known(*column))
        .collect();
    slots.extend(missing);
    let mut writer = csv::WriterBuilder::new()
        .delimiter(u8::try_from(layout.separator).unwrap_or(b','))
        .terminator(csv::Terminator::CRLF)
        .from_writer(b"\xef\xbb\xbf".to_vec());
    writer.write_record(slots.iter().map(|slot| match slot {
        Slot::Extra(name) => name.as_str(),
        Slot::Known(column) => name_of(*column),
    }))?;
    for mailbox in roster {
        let extras = layout.extras.get(&mailbox.address);
        let mut extras = extras.into_iter().flatten();
        for slot in &slots {
            match slot {
                Slot::Known(column) => writer.write_field(defused(cell_of(mailbox, *column)))?,
                Slot::Extra(_) => writer.write_field(extras.next().map_or("", |cell| cell))?,
            }
        }
        writer.write_record(None::<&[u8]>)?;
    }
    writer.into_inner().map_err(|error| error.into_error())
}

/// By the program's own names; in a file without an `address` column, by
/// what import would take the columns for.
fn slots_of(table: &Table) -> Vec<Slot> {
    let own = |name: &str| {
        let name = name.trim().to_ascii_lowercase();
        COLUMNS.iter().find(|(known, _)| *known == name).map(|(_, column)| *column)
    };
    let by_name = table.header.iter().any(|name| own(name) == Some(Column::Address));
    let mut slots: Vec<Slot> = Vec::new();
    for at in 0..table.columns.len().max(table.header.len()) {
        let name = table.header.get(at).cloned().unwrap_or_default();
        let kept = |column: &Column| !matches!(column, Column::Ignored | Column::Status);
        let guessed = table.columns.get(at).copied().filter(kept);
        let meaning = if by_name { own(&name) } else { guessed };
        let slot = match meaning.map(Slot::Known) {
            Some(slot) if !slots.contains(&slot) => slot,
            _ if name.is_empty() => Slot::Extra(format!("column {}", at + 1)),
            _ => Slot::Extra(name),
        };
        slots.push(slot);
    }
    slots
}

impl Layout {
    fn row<S: AsRef<str>>(&self, reader: &mut PersonReader, cells: &[S]) -> Taken {
        let person = reader.person(cells)?;
        Ok((person.into(), self.extras_of(cells)))
    }

    /// What stands in the user's own columns, where anything does.
    fn extras_of<S: AsRef<str>>(&self, cells: &[S]) -> Option<Vec<String>> {
        let own = |(at, slot): (usize, &Slot)| match slot {
            Slot::Extra(_) => Some(cells.get(at).map_or("", AsRef::as_ref)),
            Slot::Known(_) => None,
        };
        let extras = || self.slots.iter().enumerate().filter_map(own);
        extras().any(|cell| !cell.is_empty()).then(|| extras().map(str::to_owned).collect())
    }
}

fn remarks(rejects: &[Reject]) -> Vec<String> {
    let mut remarks: Vec<String> = { rejects.iter().take(NAMED_ROWS) }
        .map(|Reject { line, text, reason }| {
            format!("roster.csv, line {line} (“{text}”): {reason}. Correct it there, or add the person again.")
        })
        .collect();
    if rejects.len() > NAMED_ROWS {
        remarks
            .push(format!("roster.csv: {} more rows can't be read.", rejects.len() - NAMED_ROWS));
    }
    remarks
}

fn name_of(column: Column) -> &'static str {
    COLUMNS.iter().find(|(_, known)| *known == column).map_or("", |(name, _)| name)
}

fn cell_of(mailbox: &Mailbox, column: Column) -> String {
    match column {
        Column::Address => mailbox.address.to_string(),
        Column::DisplayName => mailbox.display_name.to_string(),
        Column::FirstName => mailbox.first_name.to_string(),
        Column::LastName => mailbox.last_name.to_string(),
        Column::Home => mailbox.home.as_str().to_owned(),
        Column::Wave => mailbox.wave.map(|wave| wave.to_string()).unwrap_or_default(),
        Column::Aliases => {
            let aliases: Vec<String> = mailbox.aliases.iter().map(ToString::to_string).collect();
            aliases.join(" ")
        }
        Column::Strategy => mailbox.strategy.as_str().to_owned(),
        Column::Kind => {
            let kind = mailbox.particulars.as_ref().and_then(|known| known.kind);
            kind.map_or("", Kind::as_str).to_owned()
        }
        Column::Department => mailbox.department().to_owned(),
        Column::LegacyDn => mailbox.legacy_dn().to_owned(),
        Column::X500 => {
            let former: Vec<String> =
                mailbox.x500().iter().map(|former| format!("X500:{former}")).collect();
            former.join(" ")
        }
        Column::Delegates => mailbox.delegates().join("; "),
        Column::UserName | Column::Status | Column::Ignored => String::new(),
    }
}
