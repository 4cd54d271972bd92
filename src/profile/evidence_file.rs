//! `evidence.json`: the latest finding of each check.

use std::collections::BTreeMap;

use crate::finding::{Evidence, Finding};
use crate::shown::shown;

/// What the file says, and sentences about what it does not. Findings that
/// can't be read are left out; they can be asked again.
pub(super) fn read(bytes: &[u8]) -> (Evidence, Vec<String>) {
    let mut evidence = Evidence::default();
    let entries: BTreeMap<String, serde_json::Value> = match serde_json::from_slice(bytes) {
        Ok(entries) => entries,
        Err(error) => {
            let why = shown(&error.to_string(), 120);
            return (
                evidence,
                vec![format!(
                    "evidence.json can't be read ({why}), so no check has a result yet. Run the checks again."
                )],
            );
        }
    };
    let mut unread = Vec::new();
    for (id, entry) in entries {
        match serde_json::from_value::<Finding>(entry) {
            Ok(finding) => evidence.record(finding),
            Err(_) => unread.push(shown(&id, 60)),
        }
    }
    let remarks = match unread.as_slice() {
        [] => Vec::new(),
        [first, rest @ ..] => {
            let others =
                if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
            vec![format!(
                "evidence.json: the result of “{first}”{others} can't be read. Run that check again."
            )]
        }
    };
    (evidence, remarks)
}

/// The bytes of an `evidence.json`.
///
/// # Errors
/// When a finding can't be written as JSON, which none has been seen to be.
pub(super) fn render(evidence: &Evidence) -> std::io::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(evidence)?;
    bytes.push(b'\n');
    Ok(bytes)
}
