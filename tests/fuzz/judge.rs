//! What must hold whatever the bytes are: shared by the fuzz targets and by
//! the replay of their corpus in `tests/corpus.rs`.

use sdr_wizard::check::from_elsewhere;
use sdr_wizard::guide::{explain, gloss, read_headers};
use sdr_wizard::net::hostile;
use sdr_wizard::plan::{Domain, Plan, Roster};
use sdr_wizard::profile::hostile as files;
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

/// Pasted headers: few stops, all of which may be shown, in the order of the
/// way, and nothing of what stands below the first empty line.
pub(crate) fn headers(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let plan = Plan::new(Domain::parse("example.com").unwrap()).unwrap();
    let path = read_headers(&text, &plan);
    assert!(path.stops.len() <= 150 && path.checks.len() <= 10);
    // What is cut to so many characters may be written out: ten for each.
    for stop in &path.stops {
        harmless(&stop.from, 256 * 10);
        harmless(&stop.by, 256 * 10);
        stop.with.iter().for_each(|with| harmless(with, 41 * 10));
        assert!(!stop.by.is_empty());
    }
    path.token.iter().for_each(|token| harmless(token, 41 * 10));
    path.checks.iter().for_each(|check| harmless(check, 301 * 10));
    // What is added to the text of the message changes nothing.
    if text.len() < 100_000 && !path.stops.is_empty() {
        let more = format!("{text}\n\nReceived: from a.example by b.example; x\nX-SDR-Test: c\n");
        assert_eq!(read_headers(&more, &plan).stops, path.stops);
    }
}

/// A `profile.toml`: what is said of it may be shown, and what was read is
/// read again from what an unchanged plan is written as.
pub(crate) fn profile(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    match files::plan(&text) {
        Ok(read) => {
            read.remarks.iter().for_each(|remark| harmless(remark, 2000));
            if let Some(written) = files::edited(&text, &read.plan, &read.drafts) {
                let again = files::plan(&written).unwrap();
                let (one, other) = (&again.plan, &read.plan);
                assert!(one.domain() == other.domain() && one.waves == other.waves);
                assert!(one.external == other.external && one.situation == other.situation);
                assert_eq!(again.drafts, read.drafts);
            }
        }
        Err(why) => harmless(&why, 2000),
    }
}

/// A `roster.csv`: as a profile.
pub(crate) fn roster(bytes: &[u8]) {
    let (people, remarks, anew) = files::roster(bytes);
    remarks.iter().for_each(|remark| harmless(remark, 2000));
    let (again, _, _) = files::roster(&anew.unwrap());
    assert_eq!(again, people);
}

/// An `evidence.json`: as a profile.
pub(crate) fn evidence(bytes: &[u8]) {
    let (seen, remarks, anew) = files::evidence(bytes);
    remarks.iter().for_each(|remark| harmless(remark, 2000));
    let (again, remarks, _) = files::evidence(&anew.unwrap());
    assert!(remarks.is_empty(), "{remarks:?}");
    assert_eq!(again, seen);
}

/// A `people.journal`: every answer in it is of a line of its own.
pub(crate) fn journal(bytes: &[u8]) {
    let (answers, remark) = files::people(bytes);
    remark.iter().for_each(|remark| harmless(remark, 200));
    let lines = bytes.iter().filter(|byte| **byte == b'\n').count();
    assert!(answers.iter().count() <= lines);
}

/// What another machine saw: findings of its own two steps, marked with where
/// they are from, or a sentence.
pub(crate) fn result(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let plan = Plan::new(Domain::parse("example.com").unwrap()).unwrap();
    let now = "2026-03-02T09:00:00Z".parse().unwrap();
    match from_elsewhere(&text, &plan, "rented server", now) {
        Ok(findings) => {
            assert!(!findings.is_empty() && findings.len() <= text.lines().count());
            for finding in findings {
                assert!(finding.id.starts_with("server.") || finding.id.starts_with("sdr."));
                assert_eq!(finding.seen_from, "rented server");
                [
                    &finding.summary,
                    &finding.found,
                    &finding.asked,
                    &finding.meaning,
                    &finding.action,
                ]
                .into_iter()
                .for_each(|words| harmless(words, 100_000));
            }
        }
        Err(why) => harmless(&why.to_string(), 2000),
    }
}
