//! What the server makes of whoever writes: who must log in, and who is turned
//! away as a sender.

use jiff::Timestamp;

use super::duties::refuses_null;
use super::envelopes::finding;
use super::probe::said;
use super::questions::{FOREIGN, NULL, OWN, Questions};
use super::recipient::{Kind, heard, kind};
use crate::finding::{Finding, State};
use crate::net::{Conversation, Reply};

/// `server.login`: whoever hands mail over must log in first, all senders alike.
pub(super) fn login(talk: &Conversation, at: Timestamp) -> Option<Finding> {
    let mails = talk.envelopes.iter().filter_map(|envelope| envelope.mail.as_ref());
    let rcpts = talk.envelopes.iter().flat_map(|envelope| &envelope.rcpts);
    let rcpts = rcpts.filter_map(|rcpt| rcpt.reply.as_ref());
    // A sender let in says nothing yet; whoever is taken as a recipient does.
    let mut answers = mails.filter(|mail| mail.code >= 400).chain(rcpts).peekable();
    let first = *answers.peek()?;
    if !answers.all(|reply| kind(reply) == Kind::LoginWanted) {
        return None;
    }
    // 530 is also what servers say that want STARTTLS first (RFC 3207 4).
    let encrypted = said(first).to_ascii_lowercase().contains("starttls");
    Some(if encrypted {
        finding("server.tls-wanted", State::Warning, "The server takes no mail without encryption, and encryption did not come about.", talk, at)
            .compared("250 after STARTTLS, or without", said(first))
            .means("Senders that meet the same can't hand over their mail either. What was seen of STARTTLS is told above.")
            .advise("Mend STARTTLS on the server first, then check again.")
    } else {
        finding("server.login", State::Warning, "The server takes no mail from this machine without a login.", talk, at)
            .compared("250 without a login", said(first))
            .means("Mail servers hand mail over without a login, the host too. Whoever connects to this port from outside meets the same refusal, unless the server has a rule or connector of its own for some addresses: then it may let the host in all the same.")
            .advise("Let strangers in on port 25, at least from the host's addresses. On Exchange: “Set-ReceiveConnector NAME -PermissionGroups AnonymousUsers” on the connector that answers there (“Get-ReceiveConnector | Format-List Name,Bindings,RemoteIPRanges,PermissionGroups” lists them). Elsewhere make sure that the name leads to port 25 of the mail exchanger, not to the service for mail programs.")
    })
}

/// `server.null-sender`: of the empty sender only where another one gets through.
pub(super) fn null_sender(
    talk: &Conversation,
    asked: &Questions,
    at: Timestamp,
) -> Option<Finding> {
    let null = talk.envelopes.get(NULL)?;
    let random = heard(talk, NULL, &asked.random);
    let good = |reply: &Reply| (200..300).contains(&reply.code);
    let mut others = talk.envelopes.iter().skip(NULL + 1);
    // Refused at once, or only when the recipient was named, as Exim does.
    let refused = match null.rcpts.is_empty() {
        true => {
            matches!(random.kind, Kind::SenderRefused | Kind::LoginWanted)
                && others.any(|one| one.mail.as_ref().is_some_and(good))
        }
        false => {
            let replies = others.flat_map(|one| &one.rcpts).filter_map(|rcpt| rcpt.reply.as_ref());
            let said = random.kind == Kind::SenderRefused && replies.into_iter().any(good);
            said || refuses_null(talk, asked)
        }
    };
    refused.then(|| {
        finding("server.null-sender", State::Warning, "The server refuses the empty sender <>.", talk, at)
            .compared("250 to MAIL FROM:<>", random.said())
            .means("Bounces are sent with an empty sender (RFC 5321 4.5.5). Refused here, senders never learn that their mail did not arrive, and the host may not be able to verify recipients.")
            .advise("Let the empty sender in on the external server.")
    })
}

/// `server.foreign-sender`: a sender from elsewhere is turned away where one of
/// the own domain is let in.
pub(super) fn foreign_sender(
    talk: &Conversation,
    asked: &Questions,
    at: Timestamp,
) -> Option<Finding> {
    let mail = |index: usize| talk.envelopes.get(index).and_then(|one| one.mail.as_ref());
    mail(OWN).filter(|mail| (200..300).contains(&mail.code))?;
    let refusal = mail(FOREIGN).filter(|mail| (500..600).contains(&mail.code))?;
    let of_sender = !matches!(kind(refusal), Kind::SpfRefused | Kind::ClientRefused);
    of_sender.then(|| {
        finding("server.foreign-sender", State::Warning, format!("The server refuses a sender from elsewhere, {}.", asked.foreign), talk, at)
            .compared(format!("250 to MAIL FROM:<{}>", asked.foreign), said(refusal))
            .means("It lets in a sender of the domain itself, but not this one. If it refuses others as well, mail from outside does not arrive; what was asked with this sender was asked in vain.")
            .advise("Look for a rule about senders on the external server, and into its log for the reason.")
    })
}
