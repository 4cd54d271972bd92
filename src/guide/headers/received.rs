//! One Received line (RFC 5321 4.4): from, by, with, when.

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;

use super::Stop;
use crate::plan::{Plan, is_within};
use crate::route::System;
use crate::shown::shown;

/// The stop that the line tells of; `None` where it names no server.
pub(super) fn stop(value: &str, plan: &Plan) -> Option<Stop> {
    let (route, date) = value.rsplit_once(';').unwrap_or((value, ""));
    let bare = without_comments(route);
    let mut words = bare.split_whitespace();
    let (mut from, mut by, mut with) = (String::new(), String::new(), None);
    let mut whom = None;
    while let Some(word) = words.next() {
        match word.to_ascii_lowercase().as_str() {
            "from" if from.is_empty() => from = words.next().unwrap_or_default().to_owned(),
            "by" if by.is_empty() => by = words.next().unwrap_or_default().to_owned(),
            "for" if whom.is_none() => {
                let named = words.next().map(|word| word.trim_matches(['<', '>', ';', ',']));
                whom = named.filter(|name| name.contains('@')).map(|name| shown(name, 320));
            }
            "with" if with.is_none() => {
                with = words.next().map(|word| shown(word.trim_end_matches([';', ',']), 40))
            }
            _ => {}
        }
    }
    if by.is_empty() {
        return None;
    }
    Some(Stop {
        from: shown(&from, 255),
        system: system(&by, plan),
        by: shown(&by, 255),
        whom,
        with,
        at: moment(date),
        after_seconds: None,
    })
}

/// The system that a server's name belongs to: the host's exchangers and its
/// domain, the external server and the primary domain.
fn system(by: &str, plan: &Plan) -> Option<System> {
    let name = by.trim_end_matches('.').to_ascii_lowercase();
    let within = |domain: &str| is_within(&name, domain);
    if plan.host.owns_exchange(&name) || within(plan.host.spf_include.as_str()) {
        return Some(System::Host);
    }
    let external = plan.external.host_name.as_ref().map(|host| host.as_str());
    (external == Some(name.as_str()) || within(plan.domain().as_str())).then_some(System::External)
}

/// The text without what stands in parentheses, however deep.
fn without_comments(text: &str) -> String {
    let mut depth = 0_u32;
    text.chars()
        .filter(|c| match c {
            '(' => {
                depth += 1;
                false
            }
            ')' => {
                depth = depth.saturating_sub(1);
                false
            }
            _ => depth == 0,
        })
        .collect()
}

/// `Wed, 4 Mar 2026 10:00:00 +0100 (CET)`.
fn moment(text: &str) -> Option<Timestamp> {
    let bare = without_comments(text);
    let bare = bare.split_whitespace().collect::<Vec<_>>().join(" ");
    if bare.len() > 60 {
        return None;
    }
    let parser = DateTimeParser::new().relaxed_weekday(true);
    parser.parse_timestamp(&bare).ok()
}
