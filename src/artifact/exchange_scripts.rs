//! The scripts that load the lists into Exchange: fixed, reviewed text that
//! reads the list. No name or address ever becomes code.

use super::escape::{crlf, table};
use crate::plan::Plan;

/// File name and text of each, in order of use.
const SCRIPTS: [(&str, &str, &str, &str); 7] = [
    (
        "exchange/preflight.ps1",
        "Says what would be in the way: collisions, accepted and remote domains. Only reads.",
        "",
        include_str!("../../assets/exchange/preflight.ps1"),
    ),
    (
        "exchange/remote-domain.ps1",
        "Lets Exchange forward to the routing subdomain, without winmail.dat. A preview at first.",
        ".\\remote-domain.ps1 -Undo in the same folder for a preview, then with -Apply; once no wave needs it",
        include_str!("../../assets/exchange/remote-domain.ps1"),
    ),
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
        "exchange/shared-address-space.ps1",
        "WARNING: not with split domain routing, which makes it a loop. The other way, where the \
         host passes nothing back: accepted domain and send connector.",
        ".\\shared-address-space.ps1 -Undo in the same folder for a preview, then with -Apply",
        include_str!("../../assets/exchange/shared-address-space.ps1"),
    ),
    (
        "exchange/read-exchange.ps1",
        "What these scripts share; not to be run by itself.",
        "",
        include_str!("../../assets/exchange/read-exchange.ps1"),
    ),
];

/// Below the export's folder.
pub(super) const ROUTING: &str = "exchange/routing.for-exchange.csv";

/// What the scripts that set up Exchange need of the plan: one row.
pub(super) fn routing(plan: &Plan) -> Vec<u8> {
    let hosts: Vec<String> = plan.host.mx.iter().map(|mx| mx.exchange.to_string()).collect();
    let row = [plan.domain().to_string(), plan.routing_subdomain().to_string(), hosts.join(" ")];
    table(["Domain", "RoutingSubdomain", "SmartHosts"], [row], csv::QuoteStyle::Always)
}

/// One script: path, purpose, undo, and its bytes in ASCII with CRLF, which
/// every Windows PowerShell reads alike.
pub(super) fn scripts() -> impl Iterator<Item = (&'static str, &'static str, &'static str, Vec<u8>)>
{
    SCRIPTS
        .into_iter()
        .map(|(path, purpose, undo, text)| (path, purpose, undo, crlf(text).into_bytes()))
}
