//! A domain that does not exist: what else was asked about it has nothing to say.

use crate::finding::{Finding, State};
use crate::plan::Domain;

/// The finding, skipped where it speaks of what a missing domain can't have.
/// What its name servers do wrong stays.
pub(super) fn skipped(finding: Finding, domain: &Domain) -> Finding {
    let of_servers = ["situation.name-servers", "situation.delegation", "situation.serial"];
    let question = finding.id.split('@').next().unwrap_or_default();
    if finding.state == State::Failed && of_servers.contains(&question) {
        return finding;
    }
    let because = format!("{domain} does not exist in the DNS");
    Finding {
        state: State::Skipped { because },
        meaning: String::new(),
        action: String::new(),
        ..finding
    }
}
