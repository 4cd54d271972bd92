//! What a server shows once it is connected and before any address is named:
//! its greeting and its certificate.

use jiff::{SignedDuration, Timestamp};

use super::probe::{in_five_minutes, said, transcript, whom};
use crate::finding::{Finding, State};
use crate::net::{CertificateReport, Conversation, TlsFault, TlsState, TrustVerdict};
use crate::plan::HostName;

/// `server.banner`: the first words.
pub(super) fn banner(talk: &Conversation, at: Timestamp) -> Option<Finding> {
    let banner = talk.banner.as_ref()?;
    let text = said(banner);
    let finding = |state, summary: String| {
        Finding::new("server.banner", state, summary, at)
            .compared("220", text.clone())
            .asked(whom(talk))
            .with_evidence(transcript(talk))
    };
    Some(match banner.code {
        220 if text.matches('*').count() > 4 => {
            finding(State::Warning, "The greeting is masked with asterisks.".to_owned())
                .means("A firewall between here and the server rewrites the conversation (known as SMTP fixup or inspection). It hides STARTTLS and breaks other extensions.")
                .advise("Switch SMTP inspection off in the firewall for this server.")
        }
        220 => greeted(talk, finding),
        400..=499 => {
            finding(State::Waiting { again_at: in_five_minutes(at) }, "The server is not ready to talk now.".to_owned())
                .means("A 4xx greeting is temporary: too many connections, a restart, or a delay for strangers.")
                .advise("Check again in a few minutes. If it stays, look into the server's log.")
        }
        _ => finding(
            State::Unknown { why: format!("the server refuses to talk to this machine: {text}") },
            "The server refuses to talk to this machine.".to_owned(),
        )
        .means("It turned this machine away before any address was named, as servers do with addresses on block lists or without a reverse name. It may treat the host better.")
        .advise("Run the test from another machine, or let this machine's address in on the external server for the test."),
    })
}

/// The name in the greeting (RFC 5321 4.2). Senders do not compare it, so
/// another name is told and no more.
fn greeted(talk: &Conversation, finding: impl Fn(State, String) -> Finding) -> Finding {
    let banner = talk.banner.as_ref().and_then(|banner| banner.lines.first());
    let name = banner.and_then(|line| line.split_whitespace().next()).unwrap_or_default();
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    if name == talk.host {
        return finding(State::Passed, format!("{name} greets with 220 and its own name."));
    }
    match HostName::parse(&name) {
        Ok(name) => finding(State::Passed, format!("{} greets with 220, as {name}.", talk.host)).means(format!(
            "It calls itself {name}. Senders do not mind; but if it sends under that name too, the name should lead back to its address."
        )),
        Err(_) => finding(State::Passed, format!("{} greets with 220, without a host name.", talk.host)).means(
            "A greeting begins with the server's full name (RFC 5321 4.2). Senders do not mind; but if it sends with the same name, strict receivers may refuse it.",
        ),
    }
}

/// `server.starttls`: whether the channel is encrypted, and who would trust
/// the certificate. Never worse than a warning: mail servers go on without.
pub(super) fn starttls(talk: &Conversation, at: Timestamp) -> Option<Finding> {
    talk.ehlo.as_ref().filter(|ehlo| ehlo.reply.code == 250)?;
    let finding = |state, summary: String, found: String| {
        Finding::new("server.starttls", state, summary, at)
            .compared("TLS 1.2 or newer with a trusted certificate", found)
            .asked(whom(talk))
    };
    let renew = "Put a certificate on the server that is valid for its host name and issued by a public authority, and bind it to the SMTP service.";
    let flows = "Mail still flows, because mail servers encrypt without checking the certificate unless told otherwise. A partner that insists on a valid one will not deliver.";
    Some(match &talk.tls {
        TlsState::NotOffered => {
            finding(State::Warning, "The server does not offer encryption (STARTTLS).".to_owned(), "not offered".to_owned())
                .means("Mail between the two systems crosses the Internet in plain text.")
                .advise("Install a certificate and switch STARTTLS on for incoming mail; if it is on already, look for a firewall that inspects SMTP.")
                .with_evidence(transcript(talk))
        }
        TlsState::NotTried => finding(
            State::Unknown { why: "encryption was offered but not asked for".to_owned() },
            "Encryption was not tried.".to_owned(),
            "offered".to_owned(),
        )
        .means("The certificate was not seen.")
        .advise("Run the test again."),
        TlsState::Lost { version, certificate, why } => finding(
            State::Warning,
            "Encryption begins, but nothing comes of it.".to_owned(),
            format!("{version}, {}; {why}", describe(certificate)),
        )
        .means("The handshake succeeds and the certificate was seen, but no mail can be handed over inside. Senders that can do without encryption fall back to plain text, as this test did; the others give up.")
        .advise("Look into the server's log for what it did after the handshake. If it asks whoever connects for a certificate, switch that off on port 25; if a firewall or an antivirus gateway inspects SMTP, leave it out.")
        .with_evidence(evidence(certificate).into_iter().chain(transcript(talk)).collect::<Vec<_>>()),
        TlsState::Failed { fault: TlsFault::NothingShared, why } => finding(
            State::Unknown { why: "this program and the server have no cipher in common; others may have".to_owned() },
            "Whether encryption works can't be told from here.".to_owned(),
            why.clone(),
        )
        .means("This program knows the ciphers of today only: ECDHE with AES-GCM or ChaCha20, with the curves X25519, P-256 and P-384. The server offers others, as Windows Server 2008 R2 and 2012 R2 do with an RSA certificate. Senders that know those still encrypt; strict ones fall back to plain text or give up. The certificate was not seen.")
        .advise("“openssl s_client -starttls smtp -connect HOST:25” shows what the server agrees to with others. Switch on one of the ciphers above where the system has them.")
        .with_evidence(transcript(talk)),
        TlsState::Failed { why, fault } => {
            let (summary, action) = match fault {
                // Not a certificate's fault (CVE-2011-0411).
                TlsFault::Injected => ("Something speaks in plain text where encryption should begin.", "Update the mail server and whatever inspects its connections (firewall, antivirus gateway): after STARTTLS nothing may be sent before the handshake. If both are up to date, somebody on the way may be interfering; test from another network."),
                TlsFault::OldOnly => ("The server speaks only old versions of TLS.", "Switch TLS 1.2 on (on Windows: SChannel and .NET settings), and the versions before it off."),
                TlsFault::BehindCertificate => ("Encryption is offered but fails.", "If the server asks whoever connects for a certificate, switch that off on port 25: other mail servers have none to show. Its log of the handshake says what it missed."),
                TlsFault::NothingShared | TlsFault::Other => ("Encryption is offered but fails.", "Look into the server's log for the handshake. Most often the SMTP service has no certificate that it can use (on Exchange “Enable-ExchangeCertificate -Services SMTP”, elsewhere a key that it can't read), or a firewall in between inspects SMTP."),
            };
            finding(State::Warning, summary.to_owned(), why.clone())
                .means("Senders fall back to plain text, or give up where they insist on encryption.")
                .advise(action)
                .with_evidence(transcript(talk))
        }
        TlsState::Up { version, certificate } => {
            let found = format!("{version}, {}", describe(certificate));
            match &certificate.trust {
                TrustVerdict::NotTrusted(why) => finding(
                    State::Warning,
                    format!("The certificate is not trusted: {why}."),
                    found,
                )
                .means(flows)
                .advise(renew)
                .with_evidence(evidence(certificate)),
                TrustVerdict::Trusted if certificate.not_after < soon(at) => {
                    finding(State::Warning, format!("The certificate ends on {}.", certificate.not_after.strftime("%Y-%m-%d")), found)
                        .means(flows)
                        .advise("Renew it now.")
                        .with_evidence(evidence(certificate))
                }
                TrustVerdict::Trusted => {
                    finding(State::Passed, format!("Encrypted with {version}, and the certificate is trusted."), found)
                        .with_evidence(evidence(certificate))
                }
            }
        }
    })
}

fn soon(at: Timestamp) -> Timestamp {
    at.checked_add(SignedDuration::from_hours(14 * 24)).unwrap_or(Timestamp::MAX)
}

fn describe(certificate: &CertificateReport) -> String {
    let names = if certificate.names.is_empty() {
        "no name".to_owned()
    } else {
        certificate.names.join(", ")
    };
    format!("certificate for {names}, issued by {}", certificate.issuer)
}

fn evidence(certificate: &CertificateReport) -> Vec<String> {
    vec![
        format!("names: {}", certificate.names.join(", ")),
        format!("issuer: {}", certificate.issuer),
        format!("valid from {} until {}", certificate.not_before, certificate.not_after),
    ]
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::net::{Ehlo, Ending, Reply};

    fn reply(code: u16, text: &str) -> Reply {
        Reply { code, enhanced: None, lines: vec![text.to_owned()], took: Duration::ZERO }
    }

    fn talk(banner: Option<Reply>, ending: Ending) -> Conversation {
        Conversation {
            host: "mail.example.com".to_owned(),
            peer: "192.0.2.25:25".parse().unwrap(),
            banner,
            ehlo: None,
            before_tls: None,
            tls: TlsState::NotOffered,
            envelopes: Vec::new(),
            ending,
            transcript: Vec::new(),
        }
    }

    #[test]
    fn a_greeting_that_turns_us_away_says_nothing_about_the_plan() {
        let at = Timestamp::UNIX_EPOCH;
        let greeted =
            |code, text| banner(&talk(Some(reply(code, text)), Ending::Quit), at).unwrap();
        assert_eq!(greeted(220, "mail.example.com ESMTP").state, State::Passed);
        assert_eq!(greeted(220, "*****************2******").state, State::Warning);
        assert!(matches!(greeted(554, "blocked, see spamhaus").state, State::Unknown { .. }));
        assert!(matches!(greeted(421, "too many connections").state, State::Waiting { .. }));
        assert!(banner(&talk(None, Ending::Quit), at).is_none());
    }

    #[test]
    fn tls_is_never_worse_than_a_warning() {
        let at = Timestamp::UNIX_EPOCH;
        let certificate = |trust, days: i64| CertificateReport {
            names: vec!["mail.example.com".to_owned()],
            issuer: "A public authority".to_owned(),
            not_before: at,
            not_after: at.checked_add(SignedDuration::from_hours(24 * days)).unwrap(),
            trust,
        };
        let up = |trust, days| TlsState::Up {
            version: "TLSv1.3".to_owned(),
            certificate: certificate(trust, days),
        };
        for (tls, state, words) in [
            (up(TrustVerdict::Trusted, 60), State::Passed, "trusted"),
            (up(TrustVerdict::Trusted, 3), State::Warning, "ends on 1970-01-04"),
            (up(TrustVerdict::NotTrusted("expired".to_owned()), 60), State::Warning, "expired"),
            (TlsState::NotOffered, State::Warning, "does not offer"),
            (
                TlsState::Failed { why: "alert".to_owned(), fault: TlsFault::OldOnly },
                State::Warning,
                "old versions",
            ),
        ] {
            let mut talk = talk(Some(reply(220, "hello")), Ending::Quit);
            talk.tls = tls;
            let keywords = Vec::new();
            talk.ehlo = Some(Ehlo { reply: reply(250, "hello"), helo_only: false, keywords });
            let finding = starttls(&talk, at).unwrap();
            assert_eq!(finding.state, state);
            assert!(finding.summary.contains(words), "{}", finding.summary);
        }
    }
}
