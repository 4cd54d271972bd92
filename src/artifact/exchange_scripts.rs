//! The scripts that load the lists into Exchange: fixed, reviewed text that
//! reads the list. No name or address ever becomes code.

use super::escape::crlf;

/// File name and text of each, in order of use.
const SCRIPTS: [(&str, &str, &str, &str); 4] = [
    (
        "exchange/apply.ps1",
        "Loads the list into Exchange. Without -Apply it is a preview that changes nothing.",
        ".\\undo.ps1 -Apply in the same folder; it needs applied.csv, which apply.ps1 writes",
        include_str!("../../assets/exchange/apply.ps1"),
    ),
    (
        "exchange/verify.ps1",
        "Says for each row whether Exchange has it as planned. Only reads.",
        "",
        include_str!("../../assets/exchange/verify.ps1"),
    ),
    (
        "exchange/undo.ps1",
        "Takes back what apply.ps1 changed, and nothing else. Without -Apply it is a preview.",
        ".\\apply.ps1 -Apply",
        include_str!("../../assets/exchange/undo.ps1"),
    ),
    (
        "exchange/read-exchange.ps1",
        "What the three scripts share; not to be run by itself.",
        "",
        include_str!("../../assets/exchange/read-exchange.ps1"),
    ),
];

/// One script: path, purpose, undo, and its bytes in ASCII with CRLF, which
/// every Windows PowerShell reads alike.
pub(super) fn scripts() -> impl Iterator<Item = (&'static str, &'static str, &'static str, Vec<u8>)>
{
    SCRIPTS
        .into_iter()
        .map(|(path, purpose, undo, text)| (path, purpose, undo, crlf(text).into_bytes()))
}
