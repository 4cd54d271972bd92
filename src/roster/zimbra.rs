//! `zmprov -l gaa -v`: a block for each account, headed `# name ADDRESS`, then
//! `attribute: value` lines. Without `-v` it is a plain list of addresses.

use super::Column;
use super::accounts::OF_THE_SYSTEM;
use super::read::{Records, reject_of};

/// A block that is longer is no account's.
const MOST_BYTES: usize = 4 << 20;

const ATTRIBUTES: [(&str, Column); 8] = [
    ("name", Column::Address),
    ("displayName", Column::DisplayName),
    ("givenName", Column::FirstName),
    ("sn", Column::LastName),
    ("zimbraMailAlias", Column::Aliases),
    ("zimbraCalResType", Column::Kind),
    ("ou", Column::Department),
    ("zimbraAccountStatus", Column::Status),
];

/// Whether the first line that is not empty heads a block.
pub(super) fn looks_like(text: &str) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    heading(first.trim_start_matches('\u{feff}')).is_some_and(|name| name.contains('@'))
}

/// Blocks into rows: each block is one row or one reject, and so is what
/// stands before the first one.
pub(super) fn read(text: &str) -> Records {
    let mut records = Records::with(ATTRIBUTES);
    let mut starts: Vec<(u64, usize)> = Vec::new();
    let mut at = 0;
    for (number, line) in (1u64..).zip(text.split_inclusive('\n')) {
        let filled = !line.trim_matches(['\r', '\n', ' ', '\u{feff}']).is_empty();
        if heading(line.trim_start_matches('\u{feff}')).is_some() || (starts.is_empty() && filled) {
            starts.push((number, at));
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).map(|(_, start)| *start).chain([text.len()]);
    for ((line, start), end) in starts.iter().copied().zip(ends) {
        let block = text.get(start..end).unwrap_or_default();
        match row_of(block) {
            Ok(row) => records.rows.push((line, row)),
            Err(reason) => records.rejects.push(reject_of(line, block, reason)),
        }
    }
    records
}

/// The account's name in `# name ann@example.com`.
fn heading(line: &str) -> Option<&str> {
    Some(line.strip_prefix("# name ")?.trim()).filter(|name| !name.is_empty())
}

fn row_of(block: &str) -> Result<Vec<String>, String> {
    if block.len() > MOST_BYTES {
        return Err(format!("it is longer than {} MB", MOST_BYTES >> 20));
    }
    let mut lines = block.lines();
    let first = lines.next().unwrap_or_default().trim_start_matches('\u{feff}');
    let name =
        heading(first).ok_or_else(|| "it stands before the first line “# name ...”".to_owned())?;
    let mut row = vec![Vec::new(); ATTRIBUTES.len()];
    if let Some(cell) = row.first_mut() {
        cell.push(name);
    }
    // Lines without a known attribute are the rest of a longer value.
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        let at = ATTRIBUTES.iter().skip(1).position(|(known, _)| *known == name);
        if let Some(cell) = at.and_then(|at| row.get_mut(at + 1)) {
            cell.push(value.trim());
        }
    }
    let of_zimbra = |line: &str| {
        matches!(line.trim_end(), "zimbraIsSystemResource: TRUE" | "zimbraIsSystemAccount: TRUE")
    };
    let of_zimbra = block.lines().any(of_zimbra);
    let cells = ATTRIBUTES.iter().zip(row).map(|((_, column), values)| match column {
        Column::Aliases => values.join(" "),
        Column::Status if of_zimbra => OF_THE_SYSTEM.to_owned(),
        _ => values.first().copied().unwrap_or_default().to_owned(),
    });
    Ok(cells.collect())
}
