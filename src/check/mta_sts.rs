//! MTA-STS: whether senders are told to deliver to the domain's exchangers
//! only (RFC 8461), and whether the policy names the right ones.

use jiff::Timestamp;

use super::contradiction::contradicted_text;
use super::each_server::{Subject, each_server};
use super::heard::{Heard, Word};
use super::lookout::Lookout;
use super::mx_owners::Records;
use super::primary_mx::Seen;
use super::spf_lookup::texts;
use crate::finding::{Finding, State};
use crate::net::{Answer, RecordType};
use crate::plan::{Plan, Purpose};

/// Patterns of exchangers that are read.
const MOST_PATTERNS: usize = 100;

/// What was seen of it.
pub(super) struct Published {
    heard: Heard,
    /// The policy file, fetched only where the record announces one.
    policy: Option<Result<String, String>>,
}

impl Published {
    /// What was said of the record that announces the policy.
    pub(super) fn heard(&self) -> &Heard {
        &self.heard
    }
}

/// A policy file, read.
#[derive(Debug, PartialEq, Eq)]
struct Policy {
    mode: Mode,
    patterns: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Enforce,
    Testing,
    None,
}

pub(super) async fn look(lookout: &Lookout<'_>) -> Published {
    let heard = lookout.hear(&name(lookout.plan), RecordType::Txt).await;
    let announced = match heard.word_of_any(of_sts, no_sts) {
        Word::One(told) => told.answer.as_ref().is_ok_and(|answer| records(answer).len() == 1),
        _ => false,
    };
    let policy = match announced {
        true => Some(lookout.net.mta_sts_policy(lookout.plan.domain().as_str()).await),
        false => None,
    };
    Published { heard, policy }
}

fn name(plan: &Plan) -> String {
    format!("_mta-sts.{}", plan.domain())
}

/// `situation.mta-sts@SERVER`, of each that says something else than what counts.
pub(super) async fn each(
    lookout: &Lookout<'_>,
    published: &Published,
    primary: &Heard,
    at: Timestamp,
) -> Vec<Finding> {
    let name = name(lookout.plan);
    let subject = Subject {
        id: "situation.mta-sts",
        record: "MTA-STS record",
        name: &name,
        reading: of_sts,
        beside: Some(primary),
    };
    each_server(lookout, &published.heard, &subject, at).await
}

/// What an answer says of it, in the words of a finding.
fn of_sts(answer: &Answer) -> String {
    let mut found: Vec<&String> = texts(answer).filter(|text| text.contains("STSv1")).collect();
    found.sort();
    let found: Vec<String> = found.into_iter().map(|text| crate::shown::shown(text, 200)).collect();
    if found.is_empty() { "(no MTA-STS record)".to_owned() } else { found.join(" | ") }
}

fn no_sts(answer: &Answer) -> bool {
    !texts(answer).any(|text| text.contains("STSv1"))
}

/// The records that count: whoever finds another number than one takes it for
/// none (RFC 8461 3.1).
fn records(answer: &Answer) -> Vec<&String> {
    texts(answer).filter(|text| is_record(text)).collect()
}

/// `v=STSv1; id=...` to the letter.
fn is_record(text: &str) -> bool {
    let mut tags = text.split(';').map(str::trim_end);
    let id = |tag: &str| {
        tag.trim_start().strip_prefix("id=").is_some_and(|id| {
            (1..=32).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric())
        })
    };
    tags.next() == Some("v=STSv1") && tags.any(id)
}

/// Reads `key: value` lines.
fn read(text: &str) -> Option<Policy> {
    let lines = text.lines().filter_map(|line| line.split_once(':'));
    let pairs: Vec<(String, &str)> =
        lines.map(|(key, value)| (key.trim().to_ascii_lowercase(), value.trim())).collect();
    let value = |key: &str| pairs.iter().find(|(name, _)| name == key).map(|(_, value)| *value);
    if value("version") != Some("STSv1") {
        return None;
    }
    let mode = match value("mode")? {
        "enforce" => Mode::Enforce,
        "testing" => Mode::Testing,
        "none" => Mode::None,
        _ => return None,
    };
    let patterns = pairs.iter().filter(|(key, _)| key == "mx").take(MOST_PATTERNS);
    let patterns = patterns.map(|(_, value)| value.to_ascii_lowercase()).collect();
    Some(Policy { mode, patterns })
}

impl Policy {
    /// Whether it lets mail go to `exchange` (RFC 8461 4.1: a wildcard stands
    /// for one label).
    fn names(&self, exchange: &str) -> bool {
        self.patterns.iter().any(|pattern| match pattern.strip_prefix("*.") {
            Some(rest) => exchange.split_once('.').is_some_and(|(_, above)| above == rest),
            None => exchange == pattern.trim_end_matches('.'),
        })
    }
}

/// `situation.mta-sts`.
pub(super) fn verdict(
    plan: &Plan,
    published: &Published,
    primary: &Seen,
    at: Timestamp,
) -> Finding {
    let domain = plan.domain();
    let make = |state, summary: String, found: String| {
        let mut asked = published.heard.asked().join("; ");
        let mut evidence = published.heard.lines();
        if let Some(policy) = &published.policy {
            asked.push_str(&format!("; https://mta-sts.{domain}, port 443"));
            evidence.extend(match policy {
                Ok(text) => {
                    text.lines().take(40).map(|line| crate::shown::shown(line, 200)).collect()
                }
                Err(why) => vec![why.clone()],
            });
        }
        Finding::new("situation.mta-sts", state, summary, at)
            .compared(
                "no policy, or one that names the exchangers of today and of after the cutover",
                found,
            )
            .asked(asked)
            .with_evidence(evidence)
    };
    let untold = |why: String| {
        make(
            State::Unknown { why },
            format!("Whether {domain} has an MTA-STS policy can't be looked up from here."),
            "(no answer)".to_owned(),
        )
        .means("That says nothing about the policy.")
        .advise("Check again later, or name another resolver with --resolver.")
    };
    let answer = match published.heard.word_of_any(of_sts, no_sts) {
        Word::One(told) if let Ok(answer) = &told.answer => answer,
        Word::One(told) => return untold(told.why_unsettled()),
        Word::Untold(why) => return untold(why),
        Word::Contradicted(says) => {
            let what = format!("the MTA-STS record of {domain}");
            return contradicted_text(&what, &says, published.heard.by_authority(), make);
        }
    };
    let text = match &published.policy {
        None => {
            let meant = texts(answer).filter(|text| text.contains("STSv1"));
            let meant: Vec<String> = meant.map(|text| crate::shown::shown(text, 200)).collect();
            if !meant.is_empty() {
                return make(State::Warning, format!("{domain} announces an MTA-STS policy in a way that no sender follows."), meant.join(" | "))
                    .means("Senders look for exactly one record “v=STSv1; id=...” with letters and digits in the id, and take anything else for none (RFC 8461 3.1).")
                    .advise(format!("Leave one record at _mta-sts.{domain}, such as “v=STSv1; id=20260101”."));
            }
            return make(
                State::Passed,
                format!("{domain} has no MTA-STS policy: it binds senders to no exchanger."),
                "(no record)".to_owned(),
            );
        }
        Some(Err(why)) => {
            return make(State::Warning, format!("{domain} announces an MTA-STS policy that can't be fetched."), crate::shown::shown(why, 300))
                .means("Senders that know no older policy deliver as if there were none; those that remember one go on by it.")
                .advise(format!("Let https://mta-sts.{domain}/.well-known/mta-sts.txt answer, or remove the record _mta-sts.{domain}."));
        }
        Some(Ok(text)) => text,
    };
    let Some(policy) = read(text) else {
        return make(
            State::Warning,
            format!("The MTA-STS policy of {domain} can't be read."),
            crate::shown::shown(text, 200),
        )
        .means("Senders ignore a policy without version, mode and exchangers (RFC 8461 3.2).")
        .advise("Write version, mode, mx and max_age into it, a line each.");
    };
    let word = match policy.mode {
        Mode::Enforce => "enforce",
        Mode::Testing => "testing",
        Mode::None => "none",
    };
    let found =
        crate::shown::shown(&format!("mode {word}, mx {}", policy.patterns.join(", ")), 400);
    let unnamed: Vec<&str> = match &primary.records {
        Records::Some(rows) => {
            let names = rows.iter().map(|(_, exchange, _)| exchange.as_str());
            names.filter(|exchange| !policy.names(exchange)).collect()
        }
        _ => Vec::new(),
    };
    let later: Vec<&str> = match plan.situation.purpose {
        Purpose::Migration => {
            let names = plan.host.mx.iter().map(|mx| mx.exchange.as_str());
            names.filter(|exchange| !policy.names(exchange)).collect()
        }
        Purpose::Permanent => Vec::new(),
    };
    if policy.mode == Mode::None {
        return make(
            State::Passed,
            format!("The MTA-STS policy of {domain} binds senders to no exchanger (mode none)."),
            found,
        );
    }
    let binding = policy.mode == Mode::Enforce;
    if !unnamed.is_empty() {
        let (state, what) = match binding {
            true => (
                State::Failed,
                "Senders that honour it refuse to deliver there: mail waits and bounces.",
            ),
            false => (
                State::Warning,
                "Its mode is “testing”: senders deliver, and report it as a failure.",
            ),
        };
        return make(
            state,
            format!(
                "The MTA-STS policy of {domain} does not name {}, which its MX records do.",
                unnamed.join(", ")
            ),
            found,
        )
        .means(what)
        .advise(format!(
            "Add a line “mx: {}” for each to the policy, and change the id in _mta-sts.{domain}.",
            unnamed.join("”, “mx: ")
        ));
    }
    if !later.is_empty() {
        return make(State::Warning, format!("The MTA-STS policy of {domain} does not name {}, where mail goes after the cutover.", later.join(", ")), found)
            .means(match binding {
                true => "Mail arrives today. After the primary MX records are changed, senders that honour the policy refuse to deliver, for as long as they remember it (max_age).",
                false => "Mail arrives today. After the cutover senders would report failures.",
            })
            .advise(format!("Before the cutover, add a line “mx: {}” to the policy, change the id in _mta-sts.{domain}, and wait for the old max_age.", later.join("”, “mx: ")));
    }
    make(State::Passed, format!("The MTA-STS policy of {domain} (mode {word}) names every exchanger that it must."), found)
        .means("It binds senders to the domain's own exchangers. Mail that the external server forwards goes to the routing subdomain, which has a policy only if one is published for it.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_announcement_is_one_to_the_letter() {
        for text in ["v=STSv1; id=20260101", "v=STSv1;id=a1;", "v=STSv1 ; more=x; id=1"] {
            assert!(is_record(text), "{text}");
        }
        for text in ["v=STSv1 id=1", "v=STSv1;", "v=STSv1; id=", "v=STSv1; id=a-b", "V=STSv1; id=1"]
        {
            assert!(!is_record(text), "{text}");
        }
    }

    #[test]
    fn a_wildcard_stands_for_one_label() {
        let policy = read("version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmx: *.emailsrvr.com\r\nmax_age: 86400\r\n").unwrap();
        assert_eq!(policy.mode, Mode::Enforce);
        assert!(policy.names("mail.example.com") && policy.names("mx1.emailsrvr.com"));
        assert!(!policy.names("a.b.emailsrvr.com") && !policy.names("emailsrvr.com"));
        assert_eq!(read("mode: enforce\nmx: a.example"), None);
        assert_eq!(read("version: STSv1\nmode: perhaps"), None);
    }
}
