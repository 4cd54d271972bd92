//! The domain's DMARC policy, and what forwarding between the two systems
//! does under it (RFC 7489).

use jiff::Timestamp;

use super::contradiction::contradicted_text;
use super::each_server::{Subject, each_server};
use super::heard::{Heard, Word};
use super::lookout::Lookout;
use super::spf_lookup::texts;
use crate::finding::{Finding, State};
use crate::net::{Answer, RecordType};
use crate::plan::Plan;

/// What is published for the domain, and for the one it belongs to.
pub(super) struct Published {
    own: Heard,
    /// The organizational domain's, where that is another (RFC 7489 3.2).
    above: Option<Heard>,
}

impl Published {
    /// What was said of the domain's own record.
    pub(super) fn heard(&self) -> &Heard {
        &self.own
    }
}

/// What a receiver is asked to do with mail that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    None,
    Quarantine,
    Reject,
}

pub(super) async fn look(lookout: &Lookout<'_>) -> Published {
    let domain = lookout.plan.domain().as_str();
    let name = name(lookout.plan);
    let above = async {
        let organization = psl::domain_str(domain).filter(|above| *above != domain)?;
        Some(lookout.hear(&format!("_dmarc.{organization}"), RecordType::Txt).await)
    };
    let (own, above) = tokio::join!(lookout.hear(&name, RecordType::Txt), above);
    Published { own, above }
}

fn name(plan: &Plan) -> String {
    format!("_dmarc.{}", plan.domain())
}

/// `situation.dmarc@SERVER`, of each that says something else than what counts.
pub(super) async fn each(
    lookout: &Lookout<'_>,
    published: &Published,
    primary: &Heard,
    at: Timestamp,
) -> Vec<Finding> {
    let name = name(lookout.plan);
    let subject = Subject {
        id: "situation.dmarc",
        record: "DMARC record",
        name: &name,
        reading: of_dmarc,
        beside: Some(primary),
    };
    each_server(lookout, &published.own, &subject, at).await
}

/// What an answer says of it, in the words of a finding.
fn of_dmarc(answer: &Answer) -> String {
    let mut found = records(answer);
    found.sort();
    match found.is_empty() {
        true => "(no DMARC record)".to_owned(),
        false => crate::shown::shown(&found.join(" | "), 800),
    }
}

fn no_dmarc(answer: &Answer) -> bool {
    records(answer).is_empty()
}

/// The DMARC records among TXT records.
fn records(answer: &Answer) -> Vec<String> {
    texts(answer).filter(|text| is_dmarc(text)).cloned().collect()
}

/// Texts that are meant as such a record, and are none.
fn mistaken(answer: &Answer) -> Vec<String> {
    texts(answer).filter(|text| !is_dmarc(text) && is_meant(text)).cloned().collect()
}

/// Whether it begins with `v=DMARC1` to the letter, alone or before a
/// semicolon (RFC 7489 6.3 and 6.4).
fn is_dmarc(text: &str) -> bool {
    let blank = |c: char| c == ' ' || c == '\t';
    let after = |text: &str, wanted: &str| {
        text.strip_prefix(wanted).map(|rest| rest.trim_start_matches(blank).to_owned())
    };
    let rest = after(text, "v").and_then(|text| after(&text, "="));
    rest.and_then(|text| after(&text, "DMARC1"))
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(';'))
}

fn is_meant(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let policy = |word: &str| word.strip_prefix("p=").is_some_and(|rest| !rest.is_empty());
    text.contains("dmarc") || text.split([' ', ';', ',']).any(policy)
}

/// `name=value` pairs, by semicolons.
fn tags(text: &str) -> Vec<(String, String)> {
    text.split(';')
        .filter_map(|tag| tag.split_once('='))
        .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
        .collect()
}

/// The policy that a record states for `domain` (`subdomain`: the record is
/// of the domain above); `None` where it states none that is known.
fn wish(text: &str, subdomain: bool) -> Option<Wish> {
    let tags = tags(text);
    let tag = |wanted: &str| {
        tags.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.to_ascii_lowercase())
    };
    let own = tag("p");
    let policy = if subdomain { tag("sp").or(own) } else { own };
    match policy.as_deref()? {
        "none" => Some(Wish::None),
        "quarantine" => Some(Wish::Quarantine),
        "reject" => Some(Wish::Reject),
        _ => None,
    }
}

/// A tag that stands in it more than once.
fn twice(text: &str) -> Option<String> {
    let tags = tags(text);
    let again = tags
        .iter()
        .enumerate()
        .find(|(at, (name, _))| tags.iter().take(*at).any(|(before, _)| before == name));
    again.map(|(_, (name, _))| crate::shown::shown(name, 40))
}

/// Of how many messages of 100 the policy holds (`pct`, RFC 7489 6.3).
fn percent(text: &str) -> u8 {
    let tags = tags(text);
    let said =
        tags.iter().find(|(name, _)| name == "pct").and_then(|(_, value)| value.parse().ok());
    said.filter(|part| *part <= 100).unwrap_or(100)
}

fn settled(heard: &Heard) -> Option<&Answer> {
    match heard.word_of_any(of_dmarc, no_dmarc) {
        Word::One(told) => told.answer.as_ref().ok(),
        Word::Untold(_) | Word::Contradicted(_) => None,
    }
}

fn untold(domain: &str, why: String, make: impl Fn(State, String, String) -> Finding) -> Finding {
    let summary = format!("The DMARC policy of {domain} can't be looked up from here.");
    make(State::Unknown { why }, summary, "(no answer)".to_owned())
        .means("That says nothing about the policy.")
        .advise("Check again later, or name another resolver with --resolver.")
}

/// `situation.dmarc`; `both_pass`: whether SPF lets both systems send, where that
/// can be told.
pub(super) fn verdict(
    plan: &Plan,
    published: &Published,
    both_pass: Option<bool>,
    at: Timestamp,
) -> Finding {
    let domain = plan.domain();
    let heard = || std::iter::once(&published.own).chain(&published.above);
    let make = |state, summary: String, found: String| {
        Finding::new("situation.dmarc", state, summary, at)
            .compared("at most one record; both systems pass under it", found)
            .asked(heard().flat_map(Heard::asked).collect::<Vec<_>>().join("; "))
            .with_evidence(heard().flat_map(Heard::lines))
    };
    let unsettled = |heard: &Heard, of: &str| match heard.word_of_any(of_dmarc, no_dmarc) {
        Word::Contradicted(says) => {
            let what = format!("the DMARC record of {of}");
            contradicted_text(&what, &says, heard.by_authority(), make)
        }
        Word::Untold(why) => untold(domain.as_str(), why, make),
        Word::One(told) => untold(domain.as_str(), told.why_unsettled(), make),
    };
    let Some(answer) = settled(&published.own) else {
        return unsettled(&published.own, domain.as_str());
    };
    let own = records(answer);
    let above = match &published.above {
        Some(heard) if own.is_empty() => match settled(heard) {
            Some(answer) => records(answer),
            None => return unsettled(heard, "the domain above it"),
        },
        _ => Vec::new(),
    };
    let inherited = own.is_empty();
    if inherited && let Some(text) = mistaken(answer).first() {
        let text = crate::shown::shown(text, 400);
        return make(
            State::Warning,
            format!("What stands at _dmarc.{domain} is no DMARC record: “{text}”."),
            text,
        )
        .means("Receivers leave out what does not begin with “v=DMARC1;” to the letter (RFC 7489 6.3 and 6.6.3): the policy that is meant does not hold.")
        .advise("Begin it with “v=DMARC1;” and put a semicolon between its tags, such as “v=DMARC1; p=none; rua=mailto:...”.");
    }
    let records = if inherited { above } else { own };
    let shown: Vec<String> = records.iter().map(|text| crate::shown::shown(text, 400)).collect();
    let found = if shown.is_empty() { "(no record)".to_owned() } else { shown.join(" | ") };
    let record = match records.as_slice() {
        [] => {
            return make(State::Passed, format!("{domain} has no DMARC policy: nothing is refused because of one."), found)
                .means("Forwarding between the two systems is not affected. Under a later policy (p=quarantine or p=reject) mail must pass SPF by one of both systems or carry a DKIM signature.");
        }
        [record] => record,
        several => {
            return make(State::Warning, format!("{domain} has {} DMARC records.", several.len()), found)
                .means("More than one counts as none (RFC 7489 6.6.3): the policy that is meant does not hold.")
                .advise(format!("Leave one of them at _dmarc.{domain}."));
        }
    };
    if let Some(tag) = twice(record) {
        return make(State::Warning, format!("The DMARC record of {domain} has the tag “{tag}” twice."), found)
            .means("A list of tags with one of them twice is no list (RFC 6376 3.2, RFC 7489 6.3): receivers leave it out or take either.")
            .advise("Leave each tag once.");
    }
    let Some(wish) = wish(record, inherited) else {
        return make(
            State::Warning,
            format!("The DMARC record of {domain} states no policy that is known."),
            found,
        )
        .means("Receivers ignore it, or take it for p=none (RFC 7489 6.6.3).")
        .advise("Set p=none, p=quarantine or p=reject in it.");
    };
    let part = match percent(record) {
        100 => String::new(),
        part => format!(", for {part} of 100 messages, and one step milder for the rest"),
    };
    let verb = match wish {
        Wish::None => {
            return make(State::Passed, format!("The DMARC policy of {domain} refuses nothing (p=none)."), found)
                .means("Forwarding between the two systems is not affected. Before a stricter policy, both systems must sign with DKIM: forwarded mail does not pass SPF.");
        }
        Wish::Quarantine => "puts mail that fails among spam (p=quarantine)",
        Wish::Reject => "refuses mail that fails (p=reject)",
    };
    let spf = match both_pass {
        Some(true) => {
            "SPF names both systems, so mail of your own users that one passes to the other passes by SPF."
        }
        Some(false) => {
            "SPF does not name both systems, so mail of your own users that the unnamed one sends or passes on fails unless it is signed."
        }
        None => {
            "Whether SPF names both systems can't be told from here; mail of your own users that one passes to the other passes by SPF only if it does."
        }
    };
    make(State::Warning, format!("The DMARC policy of {domain} {verb}{part}."), found)
        .means(format!("{spf} Mail that a third system forwards, and mail of strangers with such a policy that one of your systems forwards to the other, passes only with a DKIM signature that stays whole. Whether both systems sign can't be seen in the DNS."))
        .advise(format!("Switch DKIM on at both systems before mail is forwarded; let each system exempt the addresses of the other from its SPF and DMARC checks. Until both sign, p=none at _dmarc.{domain} is the safe setting."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_begins_to_the_letter() {
        for text in ["v=DMARC1; p=none", "v=DMARC1;p=none", "v = DMARC1 ; p=none", "v=DMARC1"] {
            assert!(is_dmarc(text), "{text}");
        }
        for text in [
            "v=DMARC1 p=reject",
            "v=DMARC1, p=reject",
            "V=DMARC1; p=reject",
            "v=dmarc1; p=reject",
            "v=DMARC1.0; p=reject",
            " v=DMARC1; p=reject",
            "\"v=DMARC1; p=reject",
            "p=reject; v=DMARC1",
            "p=reject",
        ] {
            assert!(!is_dmarc(text) && is_meant(text), "{text}");
        }
        // What a wildcard of the zone puts there is meant for something else.
        assert!(!is_meant("v=spf1 mx -all") && !is_meant("google-site-verification=abc"));
    }

    #[test]
    fn the_part_of_the_mail_that_a_policy_holds_for_is_read() {
        assert_eq!(twice("v=DMARC1; p=none; p=reject").as_deref(), Some("p"));
        assert_eq!(twice("v=DMARC1; p=none; sp=reject"), None);
        assert_eq!(percent("v=DMARC1; p=reject; pct=20"), 20);
        assert_eq!(percent("v=DMARC1; p=reject"), 100);
        assert_eq!(percent("v=DMARC1; p=reject; pct=many"), 100);
    }

    #[test]
    fn the_policy_is_the_one_for_this_domain() {
        let record = "v=DMARC1; p = Reject ;sp=none; rua=mailto:d@example.com";
        assert_eq!(wish(record, false), Some(Wish::Reject));
        assert_eq!(wish(record, true), Some(Wish::None));
        assert_eq!(wish("v=DMARC1; p=quarantine", true), Some(Wish::Quarantine));
        assert_eq!(wish("v=DMARC1; rua=mailto:d@example.com", false), None);
        assert_eq!(wish("v=DMARC1; p=refuse", false), None);
    }
}
