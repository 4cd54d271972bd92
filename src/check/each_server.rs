//! Whether every name server says the same of the primary domain's MX records.

use jiff::Timestamp;

use super::primary_mx::Seen;
use super::told::{Told, shown_mx};
use crate::finding::{Finding, State};
use crate::net::ResponseCode;

/// `situation.primary-mx@SERVER`: whether every name server says the same.
pub(super) fn each_server(seen: &Seen, at: Timestamp) -> Vec<Finding> {
    let all = || seen.authorities.iter().flatten().chain(&seen.resolvers);
    let rows = |told: &Told| {
        let mut rows = told.answer.as_ref().map(|answer| answer.mx()).unwrap_or_default();
        rows.sort();
        rows
    };
    let Some(first) = all().find(|told| settled(told)) else { return Vec::new() };
    let wanted = rows(first);
    let others = seen.authorities.iter().flatten().any(settled);
    let judge = |told: &Told, closed_here: bool| {
        let id = format!("situation.primary-mx@{}", told.server);
        let make = |state, summary: String, found: String| {
            Finding::new(id.clone(), state, summary, at)
                .compared(shown_mx(&wanted), found)
                .asked(told.whom())
                .with_evidence(told.lines())
        };
        match &told.answer {
            Ok(_) if settled(told) && rows(told) == wanted => {
                make(State::Passed, format!("{} says the same.", told.server), shown_mx(&wanted))
            }
            Ok(_) if settled(told) => make(State::Warning, format!("{} names other MX records.", told.server), shown_mx(&rows(told)))
                .means("While name servers differ, part of the mail enters at one system and part at another.")
                .advise("If the records were changed lately, wait until the old ones have run out (their TTL). Otherwise look why this name server does not follow: the zone's serial number, or a second zone of the same name."),
            Ok(answer) if others => make(State::Warning, format!("{} does not answer for the domain.", told.server), answer.code.to_string())
                .means("It is named for the domain and does not serve it: whoever asks it has to try another.")
                .advise("Ask the DNS host whether the server should be listed."),
            Ok(answer) => make(State::Unknown { why: format!("{} answered {}", told.whom(), answer.code) }, format!("{} does not answer for the domain.", told.server), answer.code.to_string())
                .means("This name server is named for the domain but does not serve it, or it does not serve this machine.")
                .advise("Ask the DNS host whether the server should be listed."),
            Err(error) if closed_here => make(State::Skipped { because: format!("{error}, and another resolver answered") }, format!("{} can't be asked from here.", told.server), "(no answer)".to_owned()),
            Err(error) => make(State::Unknown { why: error.to_string() }, format!("{} can't be asked from here.", told.server), "(no answer)".to_owned())
                .means("That says nothing about its records.")
                .advise("Check again later, or from another network."),
        }
    };
    // Port 53 is closed here, in whole or for all but this network's resolver.
    let resolved = seen.resolvers.iter().any(settled);
    let dark = seen.authorities.iter().flatten().all(|told| told.answer.is_err());
    let own = seen.authorities.iter().flatten().map(|told| judge(told, resolved && dark));
    own.chain(seen.resolvers.iter().map(|told| judge(told, resolved))).collect()
}

fn settled(told: &Told) -> bool {
    told.answer
        .as_ref()
        .is_ok_and(|answer| matches!(answer.code, ResponseCode::NoError | ResponseCode::NxDomain))
}
