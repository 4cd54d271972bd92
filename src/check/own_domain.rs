//! `server.own-domain`: whether users of the host may write to colleagues. Their
//! mail comes from outside and bears the external server's own domain.

use jiff::Timestamp;

use super::delay::{Delay, again, delay};
use super::envelopes::{NO_ANSWER, RETRY, finding, why_unasked};
use super::questions::{FOREIGN, OWN, Questions};
use super::recipient::{Heard, Kind, heard};
use crate::finding::{Finding, State};
use crate::net::Conversation;
use crate::plan::Address;

/// Judged against what the server says to a sender from elsewhere.
pub(super) fn own_domain(
    talk: &Conversation,
    asked: &Questions,
    known: &Address,
    plain: Heard<'_>,
    at: Timestamp,
) -> Finding {
    let domain = known.domain();
    let by_own = heard(talk, OWN, known);
    let by_foreign = heard(talk, FOREIGN, known);
    let make = |state, summary: String| {
        finding("server.own-domain", state, summary, talk, at)
            .compared(format!("mail from {} is accepted", asked.own), by_own.said())
    };
    let specific = plain.kind == Kind::Accepted || by_foreign.kind == Kind::Accepted;
    match by_own.kind {
        _ if !specific => Finding::new(
            "server.own-domain",
            State::Skipped { because: format!("{known} is not accepted from anybody yet") },
            "Senders of the own domain were not judged.",
            at,
        ),
        Kind::Accepted => make(State::Passed, format!("The server takes outside mail from senders at {domain}.")),
        Kind::Deferred if by_own.reply.map(delay) == Some(Delay::SenderDomain) => make(State::Waiting { again_at: again(by_own, at) }, format!("The server can't resolve {domain}, the domain of the sender."))
            .means("It looks the sender's domain up before it takes mail (4.1.8) and finds no usable record of it, or its name server does not answer. Mail from the host's users waits until it does.")
            .advise(format!("On the external server, look up the MX records of {domain} with the name server that it uses; an internal zone of the same name often lacks them.")),
        Kind::Deferred | Kind::PeerUnreachable => make(State::Waiting { again_at: again(by_own, at) }, format!("The server defers outside mail from senders at {domain}."))
            .means("Its answer was temporary.")
            .advise("Check again after the time shown."),
        Kind::Unanswered => make(State::Unknown { why: why_unasked(talk, by_own) }, format!("Whether senders at {domain} are let in can't be told from here."))
            .means(NO_ANSWER)
            .advise(RETRY),
        Kind::ClientRefused | Kind::LoginWanted | Kind::TooMuch => make(State::Unknown { why: why_unasked(talk, by_own) }, format!("Whether senders at {domain} are let in can't be told from here."))
            .means("The refusal is about this machine, not about the sender.")
            .advise(RETRY),
        Kind::SenderRefused if unlisted(by_own) => make(State::Unknown { why: format!("the server does not know the sender: {}", by_own.said()) }, format!("The server takes mail from senders at {domain} only where it knows them."))
            .means(format!("It refused {}, whom it does not have, as a sender (reject_unlisted_sender and the like). People at the host are known to it once they have a contact or forward there.", asked.own))
            .advise("Load the contacts or forwards of those who are at the host (step 6), then check again."),
        Kind::SpfRefused => make(State::Unknown { why: "this machine may not send for the domain by its SPF or DMARC record; the host may".to_owned() }, format!("The server checks senders at {domain} against SPF or DMARC."))
            .means("From here this is the right answer. Mail from the host's users passes the same check only if the domain's SPF record includes the host.")
            .advise("Make sure that the domain's SPF record includes the host, or exempt the host's addresses from the check on the external server."),
        // Judged beside a sender from elsewhere: what is said to both is about neither.
        _ if by_foreign.kind != Kind::Accepted => make(State::Unknown { why: format!("a sender from elsewhere was not let in either: {}", by_foreign.said()) }, format!("Whether senders at {domain} are let in can't be told from here."))
            .means("The server refuses this conversation by then, whoever writes.")
            .advise(RETRY),
        _ => make(State::Failed, format!("The server refuses outside mail from senders at {domain}."))
            .means("Users of the host can't write to colleagues on the external server: their mail comes from outside and bears the server's own domain, which it takes for forged. A sender from elsewhere is let in.")
            .advise("Exempt the host's addresses. On Exchange give its receive connector the permission back: “Get-ReceiveConnector NAME | Add-ADPermission -User 'NT AUTHORITY\\ANONYMOUS LOGON' -ExtendedRights ms-exch-smtp-accept-authoritative-domain-sender”, best on a connector for the host's addresses alone. If an anti-spoofing or SPF rule refuses it, exempt the host there."),
    }
}

/// Whether a sender is refused because the server lacks the address.
fn unlisted(answer: Heard<'_>) -> bool {
    answer.reply.is_some_and(|reply| {
        let text = reply.lines.join(" ").to_lowercase();
        matches!(reply.enhanced, Some((5, 1, 0 | 1 | 7 | 8))) || text.contains("unknown")
    })
}
