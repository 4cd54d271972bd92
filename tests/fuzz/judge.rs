//! What must hold whatever the bytes are: shared by the fuzz targets and by
//! the replay of their corpus in `tests/corpus.rs`.

use sdr_wizard::guide::{explain, gloss};
use sdr_wizard::net::hostile;
use sdr_wizard::plan::{Domain, Roster};
use sdr_wizard::roster::{Column, Format, changes, guess, read_as, read_table, take_people};

/// Text that goes to a screen holds nothing that moves a cursor or turns the
/// reading direction, and is bounded.
fn harmless(text: &str, most: usize) {
    let hidden =
        |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    assert!(!text.chars().any(hidden), "{text:?}");
    assert!(text.chars().count() <= most, "{} characters", text.chars().count());
}

/// A reply: a code of three digits, lines that may be shown.
pub(crate) fn reply(bytes: &[u8]) {
    match hostile::reply(bytes) {
        Ok(Some((reply, remarks))) => {
            assert!((200..600).contains(&reply.code));
            assert!(!reply.lines.is_empty() && reply.lines.len() <= 128);
            reply.lines.iter().for_each(|line| harmless(line, 513));
            remarks.iter().for_each(|remark| harmless(remark, 200));
            if let Some((class, _, _)) = reply.enhanced {
                assert!([2, 4, 5].contains(&class));
            }
        }
        Ok(None) => {}
        Err(why) => harmless(&why, 200),
    }
}

/// An EHLO: keywords without spaces.
pub(crate) fn ehlo(bytes: &[u8]) {
    for (keyword, parameters) in hostile::ehlo(bytes).unwrap_or_default() {
        assert!(!keyword.contains([' ', '=']) && keyword == keyword.to_ascii_uppercase());
        harmless(&keyword, 513);
        harmless(&parameters, 513);
    }
}

/// A certificate: names and issuer that may be shown.
pub(crate) fn certificate(bytes: &[u8]) {
    let report = hostile::certificate(bytes);
    assert!(report.names.len() <= 65, "{} names", report.names.len());
    report.names.iter().chain([&report.issuer]).for_each(|name| harmless(name, 1100));
}

/// A packet of a name server: no more records than a packet can hold.
pub(crate) fn dns_answer(bytes: &[u8]) {
    if let Some(records) = hostile::dns_answer(bytes) {
        assert!(records <= 65_535 / 11, "{records} records");
    }
}

/// A pasted bounce: few notices, all of which may be shown, and the same each
/// time. A reply's gloss is one sentence.
pub(crate) fn bounce(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let explained = explain(&text);
    assert!(explained.notices.len() <= 20, "{} notices", explained.notices.len());
    for notice in &explained.notices {
        let words = [&notice.recipient, &notice.by, &notice.enhanced, &notice.x500];
        words.into_iter().flatten().for_each(|word| harmless(word, 4000));
        harmless(&notice.said, 4000);
        assert!(notice.code.is_none_or(|code| (200..600).contains(&code)));
        assert!(!notice.summary.is_empty() && !notice.action.is_empty());
    }
    assert_eq!(explain(&text), explained);
    if let Some(gloss) = gloss(&text) {
        harmless(&gloss, 4000);
    }
}

/// A list of people. The first byte says as what it is read: every entry is a
/// person or a reject, and what is said of it may be shown.
pub(crate) fn list(bytes: &[u8]) {
    let Some((kind, bytes)) = bytes.split_first() else { return };
    let read = match Format::BY_NAME.get(usize::from(*kind) % (Format::BY_NAME.len() + 1)) {
        Some((_, format)) => read_as(bytes, *format),
        None => read_table(bytes),
    };
    let Ok(table) = read else { return };
    for guess in guess(&table) {
        harmless(&guess.name, 41 * 10);
        guess.samples.iter().for_each(|sample| harmless(sample, 61 * 10));
    }
    let Ok(domain) = Domain::parse("example.com") else { return };
    let mut columns = table.columns.clone();
    if !columns.contains(&Column::Address) {
        columns = vec![Column::Address, Column::Aliases];
    }
    let people = take_people(&table, &columns, &domain).unwrap_or_default();
    let (rows, rejects) = (table.rows.len(), table.rejects.len());
    assert_eq!(people.listed.len() + people.rejects.len(), rows + rejects);
    for reject in &people.rejects {
        harmless(&reject.text, 201 * 10);
        assert!(!reject.reason.is_empty());
    }
    let mut roster = Roster::default();
    let again = changes(&roster, &people.listed);
    assert_eq!(again.new.len(), people.listed.len());
    for listed in people.listed.iter().cloned() {
        roster.merge(listed);
    }
    assert_eq!(changes(&roster, &people.listed).unchanged, people.listed.len());
}
