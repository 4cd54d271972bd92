//! What a server says that it can do, before and inside TLS (RFC 5321 4.1.1.1).

use jiff::Timestamp;

use super::probe::{broke_off, said, transcript, whom};
use crate::finding::{Finding, State};
use crate::net::{Conversation, Ehlo};
use crate::plan::HostPreset;
use crate::shown::megabytes;

/// Extensions that are named whether they are there or not.
const TOLD: [&str; 3] = ["8BITMIME", "PIPELINING", "SMTPUTF8"];

/// How a finding begins that tells of a blotted-out extension.
const MASKED: &str = "An extension is masked as ";

/// Whether a finding with this summary can't say what the server offers.
pub(super) fn masks(summary: &str) -> bool {
    summary.starts_with(MASKED)
}

/// `server.ehlo`: what the server can do. `smtputf8` says that an address of
/// the plan needs it.
pub(super) fn ehlo(talk: &Conversation, smtputf8: bool, at: Timestamp) -> Option<Finding> {
    let Some(ehlo) = &talk.ehlo else { return unanswered(talk, at) };
    let finding = |state, summary: String| {
        Finding::new("server.ehlo", state, summary, at)
            .compared("250 to EHLO", offers(talk, ehlo))
            .asked(whom(talk))
            .with_evidence(transcript(talk))
    };
    let masked = talk.before_tls.iter().chain([ehlo]).flat_map(|ehlo| &ehlo.keywords);
    let masked = masked.map(|(word, _)| word.as_str()).find(|word| is_masked(word));
    Some(if ehlo.reply.code != 250 {
        finding(
            State::Unknown { why: format!("the server refused EHLO and HELO: {}", said(&ehlo.reply)) },
            "The server refuses the name that this program says.".to_owned(),
        )
        .means("Without EHLO no address can be asked. Servers refuse names that do not resolve.")
        .advise("Run the test again with --helo and a name that resolves to this machine's public address.")
    } else if ehlo.helo_only {
        finding(State::Warning, "The server refuses EHLO and knows HELO only.".to_owned())
            .means("Mail flows, but without encryption, size limits or other extensions. A firewall in between may be the cause.")
            .advise("Check whether a firewall inspects SMTP, and switch that off.")
    } else if let Some(word) = masked {
        finding(State::Warning, format!("{MASKED}{word}."))
            .means("A firewall between here and the server rewrites the conversation (known as SMTP fixup or inspection): it blots out what it does not know, STARTTLS first of all.")
            .advise("Switch SMTP inspection off in the firewall for this server.")
    } else if smtputf8 && !has(ehlo, "SMTPUTF8") {
        finding(State::Warning, "The server does not offer SMTPUTF8.".to_owned())
            .means("Some addresses of the plan have letters outside ASCII before the @; mail to those can't be handed to this server.")
            .advise("Give these people an ASCII address, or switch SMTPUTF8 on if the server has it.")
    } else {
        let (there, missing): (Vec<_>, Vec<_>) = TOLD.into_iter().partition(|word| has(ehlo, word));
        let list = |words: &[&str]| words.join(", ");
        let passed = finding(
            State::Passed,
            match (there.as_slice(), missing.as_slice()) {
                (there, []) => format!("The server answers EHLO: {}.", list(there)),
                ([], missing) => format!("The server answers EHLO: without {}.", list(missing)),
                (there, missing) => {
                    format!("The server answers EHLO: {}; without {}.", list(there), list(missing))
                }
            },
        );
        match missing.contains(&"8BITMIME") {
            true => passed.means("Without 8BITMIME senders re-encode letters outside ASCII on the way. Mail flows, but signatures (DKIM) of such messages may break."),
            false => passed,
        }
    })
}

/// The server greeted, and then nothing came of EHLO.
fn unanswered(talk: &Conversation, at: Timestamp) -> Option<Finding> {
    talk.banner.as_ref().filter(|banner| banner.code == 220)?;
    let why = broke_off(talk)?;
    let state = State::Unknown { why: why.clone() };
    let finding = Finding::new("server.ehlo", state, "The server greets, but gives no answer to EHLO.", at)
        .compared("250 to EHLO", why)
        .asked(whom(talk))
        .with_evidence(transcript(talk))
        .means("Without EHLO no address can be asked, and no mail handed over. It may treat this machine so, or everybody.")
        .advise("Check again with more patience (--timeout 60), then from another machine. If it stays so, look into the server's own log.");
    Some(finding)
}

/// `server.size`: the largest message, against what the host takes (RFC 1870).
pub(super) fn size(talk: &Conversation, host: &HostPreset, at: Timestamp) -> Option<Finding> {
    let ehlo = talk.ehlo.as_ref().filter(|ehlo| ehlo.reply.code == 250 && !ehlo.helo_only)?;
    let limit = host.largest_message;
    let needed = limit.map_or_else(String::new, |limit| format!("{} or more", megabytes(limit)));
    let stated = ehlo.keywords.iter().find(|(word, _)| word == "SIZE");
    let bytes = stated.and_then(|(_, bytes)| octets(bytes.trim()));
    let finding = |state, summary: String| {
        let found = match (stated, bytes) {
            (None, _) => "no SIZE".to_owned(),
            (Some((_, text)), _) => format!("SIZE {text}"),
        };
        Finding::new("server.size", state, summary, at)
            .compared(needed.clone(), found.trim_end())
            .asked(whom(talk))
            .with_evidence(transcript(talk))
    };
    let skipped = |because: &str, summary: &str| {
        finding(State::Skipped { because: because.to_owned() }, summary.to_owned())
    };
    Some(match (bytes, limit) {
        (None, _) if stated.is_some_and(|(_, text)| !text.trim().is_empty()) => {
            skipped("what the server states behind SIZE is no number", "Message sizes were not compared.")
        }
        (None, _) => skipped("the server states no limit (SIZE)", "Message sizes were not compared."),
        (Some(_), None) => skipped("the limit of the host is not known", "Message sizes were not compared."),
        // 0: no fixed maximum.
        (Some(0), Some(_)) => finding(State::Passed, "The server sets no limit on the size of a message.".to_owned()),
        (Some(u64::MAX), Some(_)) => finding(State::Passed, "The server takes messages of any size that there is.".to_owned()),
        (Some(bytes), Some(limit)) if bytes >= limit => {
            finding(State::Passed, format!("The server takes messages up to {}, no less than the host.", megabytes(bytes)))
        }
        (Some(bytes), Some(limit)) => {
            finding(State::Warning, format!("The server takes messages up to {}, the host up to {}.", megabytes(bytes), megabytes(limit)))
                .means(format!("A message between the two sizes is taken by {} and refused here (552 5.3.4): its sender at the host gets a bounce. Attachments grow by a third on the way.", host.name))
                .advise("Raise the limit for incoming mail: on Exchange “Set-ReceiveConnector NAME -MaxMessageSize 50MB” and “Set-TransportConfig -MaxReceiveSize 50MB”, on Postfix message_size_limit, on Exim message_size_limit. Or tell the users of the smaller limit.")
        }
    })
}

fn has(ehlo: &Ehlo, keyword: &str) -> bool {
    ehlo.keywords.iter().any(|(word, _)| word == keyword)
}

/// `XXXXXXXA` is what a Cisco PIX or ASA makes of STARTTLS.
fn is_masked(word: &str) -> bool {
    word.starts_with("XXXX") || word.starts_with("****")
}

/// The extensions, before TLS too where it changed them.
fn offers(talk: &Conversation, ehlo: &Ehlo) -> String {
    let list = |ehlo: &Ehlo| {
        let words = ehlo.keywords.iter().map(|(word, rest)| format!("{word} {rest}"));
        let words: Vec<String> = words.map(|line| line.trim_end().to_owned()).collect();
        if words.is_empty() { said(&ehlo.reply) } else { words.join(", ") }
    };
    match &talk.before_tls {
        Some(before) if before.keywords != ehlo.keywords => {
            format!("before TLS: {}; inside TLS: {}", list(before), list(ehlo))
        }
        _ => list(ehlo),
    }
}

/// The number behind SIZE, of up to twenty digits (RFC 1870 4): beyond what is
/// counted here it is without end.
fn octets(text: &str) -> Option<u64> {
    let number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    number.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::net::{Ending, Reply, TlsState};

    fn heard(keywords: &[(&str, &str)]) -> Ehlo {
        let lines = vec!["mail.example.com".to_owned()];
        let reply = Reply { code: 250, enhanced: None, lines, took: Duration::ZERO };
        let keywords = keywords.iter().map(|(word, rest)| ((*word).into(), (*rest).into()));
        Ehlo { reply, helo_only: false, keywords: keywords.collect() }
    }

    fn talk(before: Option<Ehlo>, ehlo: Ehlo) -> Conversation {
        Conversation {
            host: "mail.example.com".to_owned(),
            peer: "192.0.2.25:25".parse().unwrap(),
            banner: None,
            ehlo: Some(ehlo),
            before_tls: before,
            tls: TlsState::NotOffered,
            envelopes: Vec::new(),
            ending: Ending::Quit,
            transcript: Vec::new(),
        }
    }

    #[test]
    fn the_size_is_held_against_the_hosts() {
        let host = HostPreset::rackspace();
        let state = |bytes: &str| {
            let talk = talk(None, heard(&[("SIZE", bytes)]));
            size(&talk, &host, Timestamp::UNIX_EPOCH).unwrap()
        };
        assert_eq!(state("52428800").state, State::Passed);
        assert_eq!(state("0").state, State::Passed);
        let small = state("10240000");
        assert_eq!(small.state, State::Warning);
        assert!(small.summary.contains("9.7 MB, the host up to 50 MB"), "{}", small.summary);
        assert!(matches!(state("").state, State::Skipped { .. }));
        assert!(matches!(state("lots").state, State::Skipped { .. }));
        let beyond = state("99999999999999999999999");
        assert_eq!(beyond.state, State::Passed, "{beyond:?}");
        assert_eq!(beyond.found, "SIZE 99999999999999999999999");
        let tiny = state("1000");
        assert!(tiny.summary.contains("up to 1000 bytes, the host"), "{}", tiny.summary);
    }

    #[test]
    fn what_tls_changed_and_what_a_firewall_blotted_out_is_told() {
        let at = Timestamp::UNIX_EPOCH;
        let before = heard(&[("PIPELINING", ""), ("STARTTLS", "")]);
        let inside = heard(&[("PIPELINING", ""), ("AUTH", "LOGIN")]);
        let found = ehlo(&talk(Some(before), inside), false, at).unwrap();
        assert_eq!(found.state, State::Passed);
        assert_eq!(
            found.found,
            "before TLS: PIPELINING, STARTTLS; inside TLS: PIPELINING, AUTH LOGIN"
        );
        assert!(
            found.summary.contains("PIPELINING; without 8BITMIME, SMTPUTF8"),
            "{}",
            found.summary
        );
        let masked = ehlo(&talk(None, heard(&[("XXXXXXXA", "")])), false, at).unwrap();
        assert_eq!(masked.state, State::Warning);
        assert!(ehlo(&talk(None, heard(&[])), true, at).unwrap().summary.contains("SMTPUTF8"));
    }
}
