//! `people.journal`: what the mail servers said of each person, a line each,
//! written as it is heard. A run that was broken off, by a crash or until
//! tomorrow, goes on from it; the next run begins the file anew.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::time::{Duration, Instant};

use super::{Profile, ProfileError, disk};
use crate::finding::{Answer, Answers, Entry, Proof, Word};
use crate::plan::{Address, Domain, Side};
use crate::shown::{escaped, is_hidden};

/// The journal, in a profile folder.
pub(super) const JOURNAL: &str = "people.journal";
/// Bytes that it may have: a million answers.
pub(super) const JOURNAL_BYTES: u64 = 256 << 20;
/// Between two times that it is forced to the disk: a program that dies loses
/// nothing, a machine that dies so much.
const SYNCED: Duration = Duration::from_secs(5);

const HEAD: &str =
    "# What the mail servers said of each person; “sdrctl people” goes on from here.\n";

/// The journal as it is written to.
#[derive(Debug)]
pub(super) struct Journal {
    file: File,
    synced: Instant,
}

/// Writes down what the profile knows of the people, in place of a journal.
///
/// # Errors
/// When it can't be written.
pub fn note_all(profile: &Profile) -> Result<(), ProfileError> {
    match profile.evidence.people() {
        people if people.is_empty() => Ok(()),
        people => disk::write(&profile.folder.join(JOURNAL), whole(people).as_bytes()),
    }
}

/// Takes news about the people into the profile: into its evidence, and into
/// the journal beside it before this returns.
///
/// # Errors
/// When the profile is read-only, or the journal can't be written. The
/// evidence has the news even so.
pub fn note(profile: &mut Profile, entries: Vec<Entry>) -> Result<(), ProfileError> {
    let begins = entries.iter().any(|entry| matches!(entry, Entry::Begun(_)));
    let ends = entries.iter().any(|entry| matches!(entry, Entry::Finished(_)));
    let mut lines = String::new();
    for entry in entries {
        lines.push_str(&line(&entry));
        profile.evidence.hear(entry);
    }
    if profile.lock.is_none() {
        return Err(ProfileError::ReadOnly { path: profile.folder.clone() });
    }
    let path = profile.folder.join(JOURNAL);
    if begins {
        // What is still good of the run before is carried over.
        profile.journal = None;
        let mut text = whole(profile.evidence.people());
        if ends {
            // Nobody was left to ask.
            lines.lines().filter(|line| line.starts_with("finished")).for_each(|line| {
                text.push_str(line);
                text.push('\n');
            });
        }
        return disk::write(&path, text.as_bytes());
    }
    let failed = |source| ProfileError::Write { path: path.clone(), source };
    let journal = match &mut profile.journal {
        Some(journal) => journal,
        None => {
            let file = disk::append(&path)?;
            profile
                .journal
                .insert(Journal { file: healed(file).map_err(failed)?, synced: Instant::now() })
        }
    };
    journal.file.write_all(lines.as_bytes()).map_err(failed)?;
    if ends || journal.synced.elapsed() >= SYNCED {
        journal.file.sync_data().map_err(failed)?;
        journal.synced = Instant::now();
    }
    Ok(())
}

/// What a journal says, and a sentence where lines of it can't be read. The
/// last line may be torn: that answer is asked for again.
pub(super) fn read(bytes: &[u8]) -> (Answers, Option<String>) {
    let mut answers = Answers::default();
    let mut unread = 0;
    let mut own: Option<Domain> = None;
    let end = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1);
    let text = String::from_utf8_lossy(bytes.get(..end).unwrap_or_default());
    for text in text.lines().filter(|text| !text.is_empty() && !text.starts_with('#')) {
        let Some(entry) = entry(text, &mut own) else {
            unread += 1;
            continue;
        };
        answers.hear(entry);
    }
    let remark = (unread > 0).then(|| {
        format!("{JOURNAL}: {unread} of its lines can't be read. Who is in them is asked again.")
    });
    (answers, remark)
}

/// A journal that says no more than this.
fn whole(answers: &Answers) -> String {
    let mut text = HEAD.to_owned();
    if let Some(begun) = answers.begun() {
        text.push_str(&line(&Entry::Begun(begun)));
    }
    for side in [Side::External, Side::Host] {
        if let Some(server) = answers.server(side) {
            text.push_str(&line(&Entry::Asks(side, server.to_owned())));
            text.push_str(&line(&Entry::Proved(side, answers.proof(side))));
        }
    }
    let mut carried: Vec<_> = answers.iter().collect();
    carried.sort_by_key(|(address, _)| *address);
    for (address, answer) in carried {
        text.push_str(&line(&Entry::Heard(address.clone(), answer.clone())));
    }
    text
}

/// Cuts a torn last line off and stands at the end.
fn healed(mut file: File) -> std::io::Result<File> {
    let length = file.metadata()?.len();
    // No line is longer than this.
    let tail = length.min(4096);
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(length - tail))?;
    Read::by_ref(&mut file).take(tail).read_to_end(&mut bytes)?;
    let kept = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1);
    file.set_len(length - tail + kept as u64)?;
    file.seek(SeekFrom::End(0))?;
    if length == 0 {
        file.write_all(HEAD.as_bytes())?;
    }
    Ok(file)
}

fn line(entry: &Entry) -> String {
    match entry {
        Entry::Begun(at) => format!("begun\t{at}\n"),
        Entry::Asks(side, server) => format!("asks\t{}\t{}\n", side.as_str(), plain(server)),
        Entry::Proved(side, proof) => {
            format!("proved\t{}\t{}\n", side.as_str(), name(&PROOFS, proof))
        }
        Entry::Heard(address, answer) => format!(
            "heard\t{}\t{}\t{address}\t{}\t{}\n",
            answer.at,
            answer.side.as_str(),
            name(&WORDS, &answer.word),
            plain(&answer.said)
        ),
        Entry::Vouched(side) => format!("vouched\t{}\n", side.as_str()),
        Entry::Finished(at) => format!("finished\t{at}\n"),
    }
}

/// No tab and no line break, whoever wrote it.
fn plain(text: &str) -> std::borrow::Cow<'_, str> {
    escaped(text, is_hidden)
}

fn entry(line: &str, own: &mut Option<Domain>) -> Option<Entry> {
    let parts: Vec<&str> = line.split('\t').collect();
    Some(match *parts.as_slice() {
        ["begun", at] => Entry::Begun(at.parse().ok()?),
        ["asks", on, server] => Entry::Asks(side(on)?, server.to_owned()),
        ["proved", on, what] => Entry::Proved(side(on)?, named(&PROOFS, what)?),
        ["heard", at, on, who, what, said] => {
            let answer = Answer {
                at: at.parse().ok()?,
                side: side(on)?,
                word: named(&WORDS, what)?,
                said: said.chars().take(MOST_SAID).collect(),
            };
            Entry::Heard(address(who, own)?, answer)
        }
        ["vouched", on] => Entry::Vouched(side(on)?),
        ["finished", at] => Entry::Finished(at.parse().ok()?),
        _ => return None,
    })
}

/// Characters of a reply that are read back.
const MOST_SAID: usize = 400;

const WORDS: [(Word, &str); 8] = [
    (Word::Known, "known"),
    (Word::Refused, "refused"),
    (Word::RefusedOnce, "refused-once"),
    (Word::RefusedTwice, "refused-twice"),
    (Word::RefusedBySample, "refused-by-sample"),
    (Word::Closed, "closed"),
    (Word::Deferred, "deferred"),
    (Word::Unjudged, "unjudged"),
];

const PROOFS: [(Proof, &str); 3] = [
    (Proof::None, "nothing"),
    (Proof::RefusesUnknown, "refuses-unknown"),
    (Proof::AcceptsAnything, "accepts-anything"),
];

fn named<T: Copy>(names: &[(T, &str)], name: &str) -> Option<T> {
    names.iter().find(|(_, known)| *known == name).map(|(value, _)| *value)
}

fn name<T: PartialEq>(names: &[(T, &'static str)], value: &T) -> &'static str {
    names.iter().find(|(known, _)| known == value).map_or("", |(_, name)| name)
}

fn side(word: &str) -> Option<Side> {
    [Side::External, Side::Host].into_iter().find(|side| side.as_str() == word)
}

/// Most lines are about one domain: it is kept once.
fn address(text: &str, own: &mut Option<Domain>) -> Option<Address> {
    let address = Address::parse(text).ok()?;
    let domain = own.get_or_insert_with(|| address.domain().clone());
    Some(if domain == address.domain() { address.at(domain) } else { address })
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    fn heard(name: &str, word: Word, said: &str) -> Entry {
        let address = Address::parse(&format!("{name}@example.com")).unwrap();
        Entry::Heard(address, Answer { at: at(0), side: Side::External, word, said: said.into() })
    }

    fn text(entries: &[Entry]) -> String {
        entries.iter().map(line).collect()
    }

    #[test]
    fn what_is_written_is_read_back() {
        let entries = [
            Entry::Begun(at(0)),
            Entry::Asks(Side::External, "mail.example.com:25".to_owned()),
            Entry::Proved(Side::External, Proof::RefusesUnknown),
            heard("ann", Word::Known, ""),
            heard("=cmd", Word::Unjudged, "252 maybe"),
            heard("bob", Word::Refused, "550 5.1.1 <bob@example.com>: no\u{202e}\tsuch\nuser"),
            heard("cat", Word::RefusedOnce, "550 no"),
            heard("eve", Word::RefusedTwice, "550 no"),
            Entry::Vouched(Side::External),
            heard("dan", Word::RefusedOnce, "550 no"),
        ];
        let mut wanted = Answers::default();
        entries.iter().cloned().for_each(|entry| wanted.hear(entry));
        let (answers, remark) = read(text(&entries).as_bytes());
        assert_eq!(remark, None);
        assert_eq!(answers.len(), wanted.len());
        let bob = Address::parse("bob@example.com").unwrap();
        let said = &answers.of(&bob, Side::External).unwrap().said;
        assert_eq!(&**said, "550 5.1.1 <bob@example.com>: no\\u{202e}\\u{9}such\\u{a}user");
        assert_eq!(answers.goes_on_from(at(10)), Some(at(0)));
        let again = read(whole(&answers).as_bytes()).0;
        assert_eq!(again, answers);
        let word = |name: &str| {
            let address = Address::parse(&format!("{name}@example.com")).unwrap();
            answers.of(&address, Side::External).unwrap().word
        };
        let words = ["cat", "dan", "eve"].map(word);
        assert_eq!(words, [Word::RefusedBySample, Word::RefusedOnce, Word::Refused]);
    }

    #[test]
    fn a_torn_line_costs_one_answer_and_no_more() {
        let entries =
            [Entry::Begun(at(0)), heard("ann", Word::Known, ""), heard("bob", Word::Known, "")];
        let text = text(&entries);
        for cut in 1..text.lines().last().unwrap().len() + 1 {
            let (answers, remark) = read(&text.as_bytes()[..text.len() - cut]);
            assert_eq!((answers.len(), remark), (1, None), "{cut} bytes lost");
        }
    }

    proptest! {
        #[test]
        fn no_file_breaks_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = read(&bytes);
            let text = format!("begun\t2026-01-01T00:00:00Z\nheard\t{}\n", String::from_utf8_lossy(&bytes));
            let _ = read(text.as_bytes());
        }
    }
}
