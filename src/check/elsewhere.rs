//! What the same test saw on another machine, taken over: its JSON is read as
//! strictly as anything from a stranger.

use jiff::{SignedDuration, Timestamp};

use super::probe::later;
use super::sdr;
use crate::finding::{Finding, State};
use crate::guide::Step;
use crate::plan::Plan;
use crate::shown::shown;

/// Bytes of a result, findings in it, and lines of evidence of each.
const MOST_BYTES: usize = 8 * 1024 * 1024;
const MOST_FINDINGS: usize = 500;
const MOST_EVIDENCE: usize = 2000;
/// A result older than this says nothing about today.
const OLDEST: SignedDuration = SignedDuration::from_hours(30 * 24);
/// What each test of a server tells of, its last words among them.
const EACH_TELLS: [(&str, &str); 5] = [
    ("server.resolve", "the server's address"),
    ("server.random-address", "an address that nobody has"),
    ("server.postmaster", "postmaster"),
    ("server.abuse", "abuse"),
    ("server.relay", "a foreign domain"),
];
/// How far another machine's clock may be ahead.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);

/// Why a result is not taken over. Nothing of it is, then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ElsewhereError {
    /// Nothing in it.
    #[error("There is no result in it. Paste the whole output of “sdrctl smtp ... --json”.")]
    Empty,
    /// Too much.
    #[error(
        "This is longer than any result of one test. Paste the output of “sdrctl smtp ... --json” and nothing else."
    )]
    TooLong,
    /// Not the output of the test.
    #[error(
        "Line {line} is not a finding of “sdrctl smtp ... --json” ({why}). Paste the output as it is, one object a line."
    )]
    NotAFinding {
        /// From 1.
        line: usize,
        /// What the reader said.
        why: String,
    },
    /// A finding of another kind.
    #[error(
        "Line {line} is “{id}”, which is not of the server test. Only results of “sdrctl smtp” (and of “sdrctl check --step sdr”) can be taken over."
    )]
    NotOfTheTest {
        /// From 1.
        line: usize,
        /// Its id.
        id: String,
    },
    /// Its end is missing, or something in between.
    #[error(
        "The result is not whole: nothing in it about {missing}. Paste the whole output, from the first line to the last, once the test has ended."
    )]
    NotWhole {
        /// What each such test tells of.
        missing: &'static str,
    },
    /// Another server was asked.
    #[error(
        "The result is about {asked}, the plan is about {wanted}. Run the command that step 3 shows."
    )]
    OtherServer {
        /// Whom.
        asked: String,
        /// Whom the plan names.
        wanted: String,
    },
    /// Another address was asked about.
    #[error(
        "The result is about another verification address ({asked}), the plan has {wanted}. Run the command that step 3 shows."
    )]
    OtherAddress {
        /// What was expected there.
        asked: String,
        /// The plan's.
        wanted: String,
    },
    /// Too old, or from the future.
    #[error("The result is of {at}, which is too long ago or in the future. Run the test again.")]
    OtherTime {
        /// When.
        at: Timestamp,
    },
}

/// The findings of a result, marked with where they were seen from.
///
/// # Errors
/// When any line is not what the test writes, or it is about another server,
/// address or time.
pub fn from_elsewhere(
    text: &str,
    plan: &Plan,
    seen_from: &str,
    now: Timestamp,
) -> Result<Vec<Finding>, ElsewhereError> {
    if text.len() > MOST_BYTES {
        return Err(ElsewhereError::TooLong);
    }
    let text = text.trim_start_matches('\u{feff}');
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let mut findings = Vec::new();
    for (at, line) in lines {
        if findings.len() == MOST_FINDINGS {
            return Err(ElsewhereError::TooLong);
        }
        findings.push(one(at + 1, line, seen_from, now)?);
    }
    if findings.is_empty() {
        return Err(ElsewhereError::Empty);
    }
    about_this_plan(&findings, plan)?;
    is_whole(&findings, plan)?;
    Ok(findings.into_iter().map(|finding| finding.about(plan)).collect())
}

/// The steps that a result speaks of, to replace what was known of them.
pub fn steps_of(findings: &[Finding]) -> Vec<Step> {
    let of = |step: &Step| {
        let first = format!("{}.", step.slug());
        findings.iter().any(|finding| finding.id.starts_with(&first))
    };
    [Step::Server, Step::Sdr].into_iter().filter(of).collect()
}

fn one(
    line: usize,
    text: &str,
    seen_from: &str,
    now: Timestamp,
) -> Result<Finding, ElsewhereError> {
    let mut finding: Finding = serde_json::from_str(text).map_err(|error| {
        ElsewhereError::NotAFinding { line, why: shown(&error.to_string(), 80) }
    })?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || b".@:-".contains(&b);
    let of_the_test = ["server.", "sdr."].iter().any(|step| finding.id.starts_with(step));
    if !of_the_test || finding.id.len() > 320 || !finding.id.bytes().all(plain) {
        return Err(ElsewhereError::NotOfTheTest { line, id: shown(&finding.id, 60) });
    }
    let age = now.duration_since(finding.at);
    if age > OLDEST || age < -AHEAD {
        return Err(ElsewhereError::OtherTime { at: finding.at });
    }
    for text in [
        &mut finding.summary,
        &mut finding.expected,
        &mut finding.found,
        &mut finding.asked,
        &mut finding.meaning,
        &mut finding.action,
    ] {
        *text = shown(text, 2000);
    }
    finding.state = match finding.state {
        State::Waiting { again_at } => {
            State::Waiting { again_at: again_at.clamp(now, later(now, u32::MAX)) }
        }
        State::Unknown { why } => State::Unknown { why: shown(&why, 2000) },
        State::Skipped { because } => State::Skipped { because: shown(&because, 2000) },
        plain => plain,
    };
    finding.evidence.truncate(MOST_EVIDENCE);
    finding.evidence.iter_mut().for_each(|line| *line = shown(line, 600));
    let name = shown(seen_from.trim(), 80);
    finding.seen_from = if name.is_empty() { "another machine".to_owned() } else { name };
    Ok(finding)
}

/// A result replaces what was known of its steps, so it must tell all that the
/// test tells whatever it meets.
fn is_whole(findings: &[Finding], plan: &Plan) -> Result<(), ElsewhereError> {
    let missing = |step: Step| match step {
        Step::Server => EACH_TELLS
            .into_iter()
            .find(|(id, _)| !findings.iter().any(|finding| finding.id == *id))
            .map(|(_, what)| what),
        _ => (!sdr::tells_all(findings, plan)).then_some("one of the host's mail exchangers"),
    };
    match steps_of(findings).into_iter().find_map(missing) {
        Some(missing) => Err(ElsewhereError::NotWhole { missing }),
        None => Ok(()),
    }
}

/// The server and the address must be the plan's: a yes of another server
/// proves nothing here.
fn about_this_plan(findings: &[Finding], plan: &Plan) -> Result<(), ElsewhereError> {
    let host = plan.external.host_name.as_ref().map(ToString::to_string).unwrap_or_default();
    let asks = |finding: &Finding, name: &str| {
        finding.asked.strip_prefix(name).is_some_and(|rest| rest.starts_with(", "))
    };
    for finding in findings.iter().filter(|finding| !finding.id.contains('@')) {
        let fits = match finding.id.as_str() {
            // Who told the addresses is no mail server; what was skipped asked nobody.
            "server.resolve" | "server.authority" => true,
            _ if finding.asked.is_empty() => matches!(finding.state, State::Skipped { .. }),
            id if id.starts_with("sdr.") => plan.host.mx.iter().any(|mx| {
                finding.asked == mx.exchange.as_str() || asks(finding, mx.exchange.as_str())
            }),
            _ => asks(finding, &host),
        };
        if !fits {
            let wanted = if host.is_empty() { "no external server".to_owned() } else { host };
            return Err(ElsewhereError::OtherServer { asked: shown(&finding.asked, 120), wanted });
        }
    }
    let proof = findings.iter().find(|finding| finding.id == "server.verification-address");
    if let (Some(proof), Some(wanted)) = (proof, &plan.external.verification_address)
        && !matches!(proof.state, State::Skipped { .. })
        && proof.expected.split_whitespace().next() != Some(wanted.to_string().as_str())
    {
        let asked = shown(&proof.expected, 120);
        return Err(ElsewhereError::OtherAddress { asked, wanted: wanted.to_string() });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::plan::{Address, Domain, HostName};

    const NOW: &str = "2026-03-02T09:00:00Z";

    fn plan() -> Plan {
        let mut plan = Plan::new(Domain::parse("example.com").unwrap()).unwrap();
        plan.external.host_name = Some(HostName::parse("mail.example.com").unwrap());
        plan.external.verification_address = Some(Address::parse("vera@example.com").unwrap());
        plan
    }

    fn finding(id: &str, asked: &str) -> Finding {
        Finding::new(id, State::Passed, "Seen.", NOW.parse().unwrap()).asked(asked)
    }

    fn taken(findings: &[Finding]) -> Result<Vec<Finding>, ElsewhereError> {
        let lines: Vec<String> =
            findings.iter().map(|one| serde_json::to_string(one).unwrap()).collect();
        from_elsewhere(&lines.join("\r\n"), &plan(), "rented server", NOW.parse().unwrap())
    }

    /// All that a test tells, and of the verification address `proof`.
    fn whole(proof: Finding) -> Vec<Finding> {
        let of = |(id, _)| finding(id, "mail.example.com, 192.0.2.25:25");
        EACH_TELLS.map(of).into_iter().chain([proof]).collect()
    }

    #[test]
    fn a_result_about_the_plans_server_is_marked_and_taken() {
        let proof = finding("server.verification-address", "mail.example.com, 192.0.2.25:25")
            .compared("vera@example.com is accepted", "250 ok\u{1b}[31m");
        let all = whole(proof);
        let taken = taken(&all).unwrap();
        assert!(taken.iter().all(|one| one.seen_from == "rented server"));
        assert!(taken.iter().all(|one| !one.found.contains('\u{1b}')));
        assert_eq!(steps_of(&taken), [Step::Server]);
    }

    #[test]
    fn a_part_of_a_result_is_refused() {
        let proof = finding("server.verification-address", "mail.example.com, 192.0.2.25:25")
            .compared("vera@example.com is accepted", "250 ok");
        let all = whole(proof);
        for (gone, (_, missing)) in EACH_TELLS.into_iter().enumerate() {
            let mut part = all.clone();
            part.remove(gone);
            assert_eq!(taken(&part).unwrap_err(), ElsewhereError::NotWhole { missing });
        }
        let host = [finding("sdr.mx1", "mx1.emailsrvr.com, 192.0.2.1:25")];
        assert!(matches!(taken(&host), Err(ElsewhereError::NotWhole { .. })));
        let both = [host[0].clone(), finding("sdr.mx2", "mx2.emailsrvr.com, 192.0.2.2:25")];
        assert_eq!(steps_of(&taken(&both).unwrap()), [Step::Sdr]);
    }

    #[test]
    fn what_is_about_something_else_is_refused_whole() {
        let good = finding("server.connect", "mail.example.com, 192.0.2.25:25");
        let refused = |bad: Finding| taken(&[good.clone(), bad]).unwrap_err();
        assert!(matches!(
            refused(finding("server.ehlo", "mail.example.com.evil.test, 1.2.3.4:25")),
            ElsewhereError::OtherServer { .. }
        ));
        assert!(matches!(refused(finding("server.ehlo", "")), ElsewhereError::OtherServer { .. }));
        assert!(matches!(
            refused(finding("cutover.moved", "mail.example.com, 1.2.3.4:25")),
            ElsewhereError::NotOfTheTest { line: 2, .. }
        ));
        assert!(matches!(
            refused(finding("server.\u{202e}", "x")),
            ElsewhereError::NotOfTheTest { .. }
        ));
        let other = finding("server.verification-address", "mail.example.com, 192.0.2.25:25");
        assert!(matches!(
            refused(other.compared("bob@example.com is accepted", "")),
            ElsewhereError::OtherAddress { .. }
        ));
        let old = Finding { at: "2020-03-02T09:00:00Z".parse().unwrap(), ..good.clone() };
        assert!(matches!(refused(old), ElsewhereError::OtherTime { .. }));
        for text in ["", "\n \n", "no", "[]", "{}", "{\"id\": 1}"] {
            assert!(from_elsewhere(text, &plan(), "", NOW.parse().unwrap()).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_refused_or_bounded(text in "(?s).{0,200}") {
            let _ = from_elsewhere(&text, &plan(), &text, NOW.parse().unwrap());
        }
    }
}
