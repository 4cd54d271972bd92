//! `history.txt`: what was changed in a profile and when, a line each, to
//! read and to mail. Nothing is computed from it.

use std::collections::BTreeMap;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use jiff::Timestamp;
use toml::Value;

use super::{Profile, ProfileError, disk, plan_edit};
use crate::plan::{Plan, Roster};
use crate::roster::differences;
use crate::shown::shown;

/// The history, in a profile folder.
pub(super) const HISTORY: &str = "history.txt";
/// Bytes that it may have: the older half gives way.
const HISTORY_BYTES: u64 = 4 << 20;
/// People who are named in one change; of more the number is told.
const NAMED: usize = 20;
/// Characters of one value.
const VALUE: usize = 120;

/// One line of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// When it was saved.
    pub at: Timestamp,
    /// "external.host_name: "" -> "mail.example.com"".
    pub what: String,
}

/// Writes down what was changed since the profile was opened or this was
/// called last. The history is a courtesy: what can't be written is written
/// the next time.
///
/// # Errors
/// When the file can't be written.
pub fn write_history(profile: &mut Profile, at: Timestamp) -> Result<(), ProfileError> {
    let told = changes(&profile.recorded, &profile.plan);
    if told.is_empty() || profile.lock.is_none() {
        return Ok(());
    }
    let path = profile.folder.join(HISTORY);
    let second = at.strftime("%Y-%m-%dT%H:%M:%SZ");
    let text: String = told.iter().map(|what| format!("{second}  {what}\n")).collect();
    let failed = |source| ProfileError::Write { path: path.clone(), source };
    shorten(&path)?;
    let mut file = disk::append(&path)?;
    file.seek(SeekFrom::End(0)).and_then(|_| file.write_all(text.as_bytes())).map_err(failed)?;
    profile.recorded = profile.plan.clone();
    Ok(())
}

/// The latest changes, newest first; none where nothing was written yet.
///
/// # Errors
/// When the file is there and can't be read.
pub fn read_history(folder: &Path, most: usize) -> Result<Vec<Change>, ProfileError> {
    let bytes = disk::read(&folder.join(HISTORY), HISTORY_BYTES * 2)?.unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let change = |line: &str| {
        let (at, what) = line.split_once("  ")?;
        Some(Change { at: at.parse().ok()?, what: shown(what, 1000) })
    };
    Ok(text.lines().rev().filter_map(change).take(most).collect())
}

fn shorten(path: &Path) -> Result<(), ProfileError> {
    if std::fs::metadata(path).is_ok_and(|there| there.len() <= HISTORY_BYTES) {
        return Ok(());
    }
    let Some(bytes) = disk::read(path, u64::MAX)? else { return Ok(()) };
    let half = bytes.len() / 2;
    let line = bytes.iter().skip(half).position(|byte| *byte == b'\n');
    disk::write(path, bytes.get(half + line.map_or(0, |at| at + 1)..).unwrap_or_default())
}

/// What differs, a sentence each: settings by their place in `profile.toml`,
/// people by name.
pub fn changes(before: &Plan, after: &Plan) -> Vec<String> {
    let (was, is) = (settings(before), settings(after));
    let names: std::collections::BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    let mut told = Vec::new();
    for name in names {
        let (was, is) = (was.get(name), is.get(name));
        if was != is {
            let words = |value: Option<&String>| value.map_or("(none)", String::as_str).to_owned();
            told.push(format!("{name}: {} -> {}", words(was), words(is)));
        }
    }
    if !before.roster.is_same(&after.roster) {
        told.extend(people(&before.roster, &after.roster));
    }
    told
}

/// Every setting but the people, flat: "external.host_name" to its value.
fn settings(plan: &Plan) -> BTreeMap<String, String> {
    let mut flat = BTreeMap::new();
    let text = plan_edit::fresh(plan, &BTreeMap::new()).unwrap_or_default();
    if let Ok(table) = text.parse::<toml::Table>() {
        flatten("", &Value::Table(table), &mut flat);
    }
    flat
}

fn flatten(name: &str, value: &Value, flat: &mut BTreeMap<String, String>) {
    let below = |key: &str| if name.is_empty() { key.to_owned() } else { format!("{name}.{key}") };
    match value {
        Value::Table(table) => {
            table.iter().for_each(|(key, value)| flatten(&below(key), value, flat));
        }
        Value::Array(rows) if rows.iter().any(Value::is_table) => {
            for (row, value) in rows.iter().enumerate() {
                flatten(&below(&(row + 1).to_string()), value, flat);
            }
        }
        value => {
            flat.insert(name.to_owned(), shown(&value.to_string(), VALUE));
        }
    }
}

fn people(before: &Roster, after: &Roster) -> Vec<String> {
    let mut told = Vec::new();
    let (mut new, mut gone, mut changed) = (Vec::new(), Vec::new(), Vec::new());
    // Rows that nobody touched are shared: no look at each of a million.
    let touched = after.iter().enumerate().filter(|(row, _)| !after.is_same_at(before, *row));
    for (_, person) in touched {
        match before.get(&person.address) {
            None => new.push(person.address.to_string()),
            Some(was) if was == person => {}
            Some(was) => {
                let fields = differences(was, person).into_iter().map(|field| {
                    let (from, to) = (shown(&field.from, VALUE), shown(&field.to, VALUE));
                    format!("{} “{from}” -> “{to}”", field.what)
                });
                let fields: Vec<String> = fields.collect();
                changed.push(format!("{}: {}", person.address, fields.join(", ")));
            }
        }
    }
    let touched = before.iter().enumerate().filter(|(row, _)| !before.is_same_at(after, *row));
    let missing = touched.filter(|(_, person)| after.get(&person.address).is_none());
    gone.extend(missing.map(|(_, person)| person.address.to_string()));
    for (word, who) in [("added", new), ("removed", gone)] {
        match who.len() {
            0 => {}
            1..=NAMED => told.push(format!("people {word}: {}", who.join(", "))),
            many => told.push(format!("people {word}: {many}")),
        }
    }
    match changed.len() {
        0..=NAMED => told.extend(changed.into_iter().map(|line| format!("person {line}"))),
        many => told.push(format!("people changed: {many}")),
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Address, Domain, Home, HostName, Mailbox};

    #[test]
    fn settings_and_people_are_told_by_name_and_crowds_by_number() {
        let before = Plan::new(Domain::parse("example.com").unwrap()).unwrap();
        let mut after = before.clone();
        after.external.host_name = Some(HostName::parse("mail.example.com").unwrap());
        let ann = Address::parse("ann@example.com").unwrap();
        after.roster.put(Mailbox::new(ann.clone()));
        let told = changes(&before, &after);
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told[0].starts_with("external.") && told[0].ends_with("-> \"mail.example.com\""));
        assert_eq!(told[1], "people added: ann@example.com");

        let mut moved = after.clone();
        moved.roster.edit(&ann, |person| person.home = Home::Host);
        assert_eq!(changes(&after, &moved), ["person ann@example.com: home “external” -> “host”"]);
        for number in 0..30 {
            let address = Address::parse(&format!("p{number}@example.com")).unwrap();
            moved.roster.put(Mailbox::new(address));
        }
        assert_eq!(changes(&after, &moved).first().unwrap(), "people added: 30");
        assert!(changes(&moved, &moved).is_empty());
    }

    #[test]
    fn it_is_written_once_and_read_newest_first() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("example.com");
        let plan = Plan::new(Domain::parse("example.com").unwrap()).unwrap();
        let mut profile = crate::profile::create(&folder, plan).unwrap();
        let at = Timestamp::from_second(1_800_000_000).unwrap();
        write_history(&mut profile, at).unwrap();
        assert!(read_history(&folder, 10).unwrap().is_empty());
        for name in ["mail.example.com", "mx.example.com"] {
            profile.plan.external.host_name = Some(HostName::parse(name).unwrap());
            write_history(&mut profile, at).unwrap();
            write_history(&mut profile, at).unwrap();
        }
        let told = read_history(&folder, 10).unwrap();
        assert_eq!(told.len(), 2);
        assert!(told[0].what.ends_with("\"mail.example.com\" -> \"mx.example.com\""), "{told:?}");
        assert_eq!(told[0].at, at);
    }
}
