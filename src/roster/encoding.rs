//! Bytes into text.

use std::borrow::Cow;

use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How a file was encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Encoding {
    Utf8,
    Utf8Bom,
    Utf16Le,
    Utf16Be,
    Windows1252,
    /// Some lines UTF-8, others Windows-1252: lists put together by hand.
    Mixed,
}

/// Decodes by byte order mark, then as UTF-8, then as UTF-16 by its pattern
/// of zero bytes, then as Windows-1252, or where lines are UTF-8 that are not
/// ASCII, each line as what it is. `Err` says why it is no text, to
/// follow "This is not a text file:".
///
/// # Errors
/// When the bytes are of a known other format, hold NUL characters in no
/// encoding that we know, or break the encoding that they announce.
pub fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, Encoding), String> {
    if let Some(what) = known_format(bytes) {
        return Err(format!("it is {what}"));
    }
    let (text, encoding) = if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        (utf8(rest)?, Encoding::Utf8Bom)
    } else if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        (utf16(rest, Encoding::Utf16Le)?, Encoding::Utf16Le)
    } else if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        (utf16(rest, Encoding::Utf16Be)?, Encoding::Utf16Be)
    } else if let Some(order) = utf16_by_pattern(bytes) {
        (utf16(bytes, order)?, order)
    } else if let Ok(text) = std::str::from_utf8(bytes) {
        (Cow::Borrowed(text), Encoding::Utf8)
    } else {
        by_lines(bytes)
    };
    match text.find('\0') {
        None => Ok((text, encoding)),
        Some(at) => Err(format!("line {} holds a NUL character", line_of(&text, at))),
    }
}

/// The same, without a copy of what is UTF-8 already.
pub(super) fn decode_owned(bytes: Vec<u8>) -> Result<(String, Encoding), String> {
    let (text, encoding) = decode(&bytes)?;
    if let Cow::Owned(text) = text {
        return Ok((text, encoding));
    }
    let mark = bytes.len() - text.len();
    let mut text = String::from_utf8(bytes).map_err(|error| error.to_string())?;
    text.drain(..mark);
    Ok((text, encoding))
}

/// Files that people pick by mistake, by their first bytes.
fn known_format(bytes: &[u8]) -> Option<&'static str> {
    let formats: [(&[u8], &str); 5] = [
        (b"PK\x03\x04", "an Excel workbook or another archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook or another Office document"),
        (b"%PDF-", "a PDF document"),
        (b"\x1f\x8b", "a compressed file"),
        (b"!BDN", "an Outlook data file"),
    ];
    formats.into_iter().find(|(start, _)| bytes.starts_with(start)).map(|(_, what)| what)
}

fn utf8(bytes: &[u8]) -> Result<Cow<'_, str>, String> {
    std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| {
        let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = good.iter().filter(|byte| **byte == b'\n').count() + 1;
        format!("it starts as UTF-8, but line {line} holds bytes that are not")
    })
}

fn by_lines(bytes: &[u8]) -> (Cow<'_, str>, Encoding) {
    let windows = |bytes| WINDOWS_1252.decode_without_bom_handling(bytes).0;
    if lines_in_utf8(bytes).next().is_none() {
        return (windows(bytes), Encoding::Windows1252);
    }
    let lines = bytes.split_inclusive(|byte| *byte == b'\n');
    let text = lines.map(|line| match std::str::from_utf8(line) {
        Ok(line) => Cow::Borrowed(line),
        Err(_) => windows(line),
    });
    (Cow::Owned(text.collect()), Encoding::Mixed)
}

/// The numbers of the lines that are UTF-8 and not ASCII.
fn lines_in_utf8(bytes: &[u8]) -> impl Iterator<Item = u64> {
    let lines = (1u64..).zip(bytes.split(|byte| *byte == b'\n'));
    let marked = |line: &[u8]| !line.is_ascii() && std::str::from_utf8(line).is_ok();
    lines.filter(move |(_, line)| marked(line)).map(|(number, _)| number)
}

/// What is to be told of a text in two encodings, a sentence.
pub(super) fn mixture(bytes: &[u8]) -> String {
    let lines: Vec<String> = lines_in_utf8(bytes).take(6).map(|line| line.to_string()).collect();
    let (first, more) = lines.split_at(lines.len().min(5));
    let more = if more.is_empty() { "" } else { " and more" };
    format!(
        "Two encodings are mixed: line {}{more} is UTF-8, other lines are Windows-1252. Each line \
         was read as what it is; look at the letters with accents.",
        first.join(", ")
    )
}

fn utf16(bytes: &[u8], order: Encoding) -> Result<Cow<'_, str>, String> {
    let encoding = if order == Encoding::Utf16Be { UTF_16BE } else { UTF_16LE };
    match encoding.decode_without_bom_handling(bytes) {
        (text, false) => Ok(text),
        (_, true) => Err("its UTF-16 is broken or cut off".to_owned()),
    }
}

/// Text in a European language has a zero in every second byte of UTF-16.
fn utf16_by_pattern(bytes: &[u8]) -> Option<Encoding> {
    let sample = bytes.get(..bytes.len().min(4096)).filter(|sample| sample.len() >= 4)?;
    let zeros =
        |parity: usize| sample.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, pairs) = (zeros(0), zeros(1), sample.len() / 2);
    match (even * 20 <= pairs, odd * 20 <= pairs) {
        (true, false) if odd * 2 >= pairs => Some(Encoding::Utf16Le),
        (false, true) if even * 2 >= pairs => Some(Encoding::Utf16Be),
        _ => None,
    }
}

fn line_of(text: &str, at: usize) -> usize {
    text.get(..at).unwrap_or_default().matches('\n').count() + 1
}
