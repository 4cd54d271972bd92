//! What the program's own lists write so that no spreadsheet takes a cell for a
//! formula, and how that is taken off again.

/// Whether a text is written behind an apostrophe: one that a spreadsheet would
/// run, and one that begins with an apostrophe itself.
fn needs_apostrophe(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\''])
}

/// A cell of our own lists.
pub(crate) fn defused(text: String) -> String {
    // A file with NUL in it is no text to any reader.
    let text = if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text };
    if needs_apostrophe(&text) { format!("'{text}") } else { text }
}

/// The text of a cell of our own lists: what [`defused`] put there is taken off,
/// and nothing else.
pub(crate) fn restored(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| needs_apostrophe(rest)).unwrap_or(cell)
}
