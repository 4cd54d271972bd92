//! The meaning of a reply to RCPT TO: the one place where codes and words get
//! one.

use crate::net::Reply;

/// What a server said of one recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// 2xx.
    Accepted,
    /// 252: taken without a look at whether it exists (RFC 5321 3.5.3).
    Uncommitted,
    /// No such recipient there.
    Unknown,
    /// The domain is not one that this server takes.
    RelayDenied,
    /// The sender is refused, whoever the recipient is.
    SenderRefused,
    /// SPF or DMARC: this machine may not write in the sender's name.
    SpfRefused,
    /// This machine is refused, whoever writes to whom: block lists, missing
    /// reverse name, rate limits.
    ClientRefused,
    /// The host says that the external server refused the recipient (G7).
    PeerRefused,
    /// The host says that it could not ask the external server (G6).
    PeerUnreachable,
    /// The mailbox is there, but takes nothing: full or disabled.
    MailboxClosed,
    /// Whoever writes must log in first.
    LoginWanted,
    /// Too many or too fast, in this conversation or of late: of nobody.
    TooMuch,
    /// What the server says to everybody, those who must exist among them: not
    /// an answer about this one. Only [`Heard::amid`] finds that out.
    SaidToAll,
    /// Another refusal.
    Refused,
    /// 4xx: come back later.
    Deferred,
    /// The conversation ended before the question, or in place of an answer.
    Unanswered,
}

/// How servers say that a domain is not theirs to take.
const RELAYING: [&str; 7] = [
    "isn't in my list of allowed rcpthosts",
    "relay not permitted",
    "relay access denied",
    "relaying denied",
    "unable to relay",
    "relay denied",
    "not permitted to relay",
];

/// How servers say for good that they lack a domain.
const NO_DOMAIN: [&str; 3] = ["no such domain", "domain not found", "unknown domain"];

/// How servers say that it was too much for them, whoever is named next.
const TOO_MUCH: [&str; 9] = [
    "too many",
    "only one recipient",
    "rate limit",
    "ratelimit",
    "recipient rate",
    "throttl",
    "limit exceeded",
    "exceeded the",
    "slow down",
];

/// How servers say that nobody is there, whatever code they give beside it.
const NOBODY: [&str; 10] = [
    "no such user",
    "user unknown",
    "unknown user",
    "no such recipient",
    "recipient not found",
    "unknown recipient",
    "invalid recipient",
    "no mailbox here",
    "mailbox unavailable",
    "does not exist",
];

/// Words of a rule, whoever is named: "administrative prohibition" is Exim's
/// for one that gives no reason, "#5.7" is how qmail writes its codes.
const POLICY: [&str; 12] = [
    "prohibit",
    "denied",
    "block",
    "spam",
    "policy",
    "not allowed",
    "not permitted",
    "not authorized",
    "not authorised",
    "try again later",
    "#5.7",
    "rejected by rule",
];

/// The meaning of a reply to RCPT TO. Enhanced codes first (RFC 3463), then
/// what Postfix, Exchange, Exim and the host write beside them.
pub(super) fn kind(reply: &Reply) -> Kind {
    let text = reply.lines.join(" ").to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    match reply.code {
        252 => return Kind::Uncommitted,
        200..=299 => return Kind::Accepted,
        // Too much of something in this conversation: not an answer at all.
        421 => return Kind::Unanswered,
        // Of one envelope; a rate (Postfix's anvil says 4.7.1) is too much.
        400..=499
            if reply.enhanced == Some((4, 5, 3))
                || (reply.code == 452 && has(&["too many recipients"])) =>
        {
            return Kind::Unanswered;
        }
        400..=499 if is_too_much(reply, &text) => return Kind::TooMuch,
        400..=499 if has(&["(g6)"]) || reply.enhanced == Some((4, 4, 1)) => {
            return Kind::PeerUnreachable;
        }
        // Postfix puts strangers' relaying off rather than refuse it
        // (defer_unauth_destination, its default): meant as a no.
        400..=499 if has(&RELAYING) => return Kind::RelayDenied,
        400..=499 => return Kind::Deferred,
        500..=599 => {}
        _ => return Kind::Refused,
    }
    if is_too_much(reply, &text) {
        return Kind::TooMuch;
    }
    if has(&["(g7)"]) {
        return Kind::PeerRefused;
    }
    if has(&["(g8)", "(g9)", "relay recipient table"]) {
        return Kind::Unknown;
    }
    if has(&["spf", "dmarc", "not allowed to send", "not authorized to send on behalf"])
        || matches!(reply.enhanced, Some((5, 7, 23 | 26)))
    {
        return Kind::SpfRefused;
    }
    if has(&[
        "blocked using",
        "client host",
        "block list",
        "blocklist",
        "blacklist",
        "spamhaus",
        "reputation",
        "reverse dns",
        "ptr record",
        "banned sending ip",
        "spam abuse",
    ]) || matches!(reply.enhanced, Some((5, 7, 25 | 500..=599 | 606 | 708)))
    {
        return Kind::ClientRefused;
    }
    // A recipient that takes mail from inside alone says so in the same words.
    let restricted = matches!(reply.enhanced, Some((5, 7, 124 | 129 | 133..=136)));
    if matches!(reply.code, 530 | 535 | 538)
        || !restricted
            && has(&["authentication required", "authentication is required", "must authenticate"])
    {
        return Kind::LoginWanted;
    }
    // About how we speak, not of whom (RFC 5321 4.2.2; RFC 3463 3.6).
    if matches!(reply.code, 500..=504)
        || (matches!(reply.enhanced, Some((5, 5, _))) && !has(&NOBODY))
        || has(&["helo command rejected", "ehlo command rejected"])
    {
        return Kind::ClientRefused;
    }
    if has(&[
        "sender address",
        "sender rejected",
        "sender denied",
        "send as this sender",
        "sender verify",
        "route to sender",
        "verification failed",
    ]) || matches!(reply.enhanced, Some((5, 1, 7 | 8)) | Some((5, 7, 60)))
    {
        return Kind::SenderRefused;
    }
    if has(&RELAYING) || has(&NO_DOMAIN) || matches!(reply.enhanced, Some((5, 7, 54) | (5, 1, 2))) {
        return Kind::RelayDenied;
    }
    match reply.enhanced {
        // Exchange Online's answer for an address that its directory lacks.
        Some((5, 4, 1)) if has(&["recipient address rejected"]) => Kind::Unknown,
        Some((5, 2, 1 | 2)) => Kind::MailboxClosed,
        Some((5, 1, _)) | Some((5, 2, 4)) if has(&NOBODY) || !has(&POLICY) => Kind::Unknown,
        None if has(&POLICY) && !has(&NOBODY) => Kind::Refused,
        // A plain 550 or 551 is "no such mailbox" (RFC 5321 4.2.3).
        None if matches!(reply.code, 550 | 551 | 553) => Kind::Unknown,
        Some((5, 5 | 7, _)) if has(&NOBODY) => Kind::Unknown,
        _ => Kind::Refused,
    }
}

/// What is too much may also be in a mailbox (X.2.2) or on a message's way
/// (X.4.6), which is of one address.
fn is_too_much(reply: &Reply, text: &str) -> bool {
    let of_one = matches!(reply.enhanced, Some((_, 2, _) | (_, 4, 6)))
        || ["quota", "mailbox", "storage", "hops", "message size", "size limit"]
            .iter()
            .any(|word| text.contains(word));
    !of_one && TOO_MUCH.iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn reply(code: u16, enhanced: Option<(u8, u16, u16)>, text: &str) -> Reply {
        Reply { code, enhanced, lines: vec![text.to_owned()], took: Duration::ZERO }
    }

    #[test]
    fn replies_seen_in_the_field_mean_what_their_servers_meant() {
        for (code, enhanced, text, meaning) in [
            (250, Some((2, 1, 5)), "2.1.5 Ok", Kind::Accepted),
            (252, None, "send some mail, I'll try my best", Kind::Uncommitted),
            (550, None, "No such domain here", Kind::RelayDenied),
            (550, Some((5, 1, 2)), "5.1.2 <x@y.z>: Domain not found", Kind::RelayDenied),
            (550, None, "Only one recipient accepted for NULL sender", Kind::TooMuch),
            (
                550,
                Some((5, 1, 1)),
                "5.1.1 <x@y.z>: Recipient address rejected: User unknown in relay recipient table (G8)",
                Kind::Unknown,
            ),
            (550, Some((5, 1, 10)), "5.1.10 RESOLVER.ADR.RecipientNotFound", Kind::Unknown),
            (
                550,
                Some((5, 4, 1)),
                "5.4.1 Recipient address rejected: Access denied. AS(201806281)",
                Kind::Unknown,
            ),
            (554, Some((5, 7, 1)), "5.7.1 <x@y.z>: Relay access denied", Kind::RelayDenied),
            (454, Some((4, 7, 1)), "4.7.1 <x@y.z>: Relay access denied", Kind::RelayDenied),
            (
                550,
                Some((5, 7, 54)),
                "5.7.54 SMTP; Unable to relay recipient in non-accepted domain",
                Kind::RelayDenied,
            ),
            (550, None, "no such user here", Kind::Unknown),
            (
                550,
                Some((5, 7, 1)),
                "5.7.1 recipient refused by the external server (G7)",
                Kind::PeerRefused,
            ),
            (450, Some((4, 4, 1)), "4.4.1 connection timed out (G6)", Kind::PeerUnreachable),
            (
                451,
                Some((4, 7, 1)),
                "4.7.1 Greylisting in action, please come back later",
                Kind::Deferred,
            ),
            (
                554,
                Some((5, 7, 1)),
                "5.7.1 Service unavailable; Client host [192.0.2.9] blocked using zen.spamhaus.org",
                Kind::ClientRefused,
            ),
            (
                550,
                Some((5, 7, 23)),
                "5.7.23 The message was rejected because of Sender Policy Framework violation",
                Kind::SpfRefused,
            ),
            (
                550,
                Some((5, 7, 60)),
                "5.7.60 SMTP; Client does not have permissions to send as this sender",
                Kind::SenderRefused,
            ),
            (552, Some((5, 2, 2)), "5.2.2 mailbox full", Kind::MailboxClosed),
            (552, Some((5, 2, 2)), "5.2.2 storage limit exceeded", Kind::MailboxClosed),
            (550, None, "Administrative prohibition", Kind::Refused),
            (553, None, "sorry, your host is administratively denied (#5.7.1)", Kind::Refused),
            (550, None, "cannot route to sender", Kind::SenderRefused),
            (550, None, "Verification failed for <x@y.z>", Kind::SenderRefused),
            (550, Some((5, 1, 1)), "5.1.1 too many invalid recipients", Kind::TooMuch),
            (550, Some((5, 1, 1)), "5.1.1 try again later; rate limited", Kind::TooMuch),
            (550, None, "permanent failure for one or more recipients (a:blocked)", Kind::Refused),
            (550, Some((5, 4, 1)), "5.4.1 Access denied. AS(201806281)", Kind::Refused),
            (550, Some((5, 1, 1)), "5.1.1 delivery denied by rule", Kind::Refused),
            (550, Some((5, 1, 0)), "#5.1.0 Address rejected.", Kind::Unknown),
            (550, Some((5, 1, 1)), "5.1.1 <no.spam@y.z>: User unknown", Kind::Unknown),
            (
                550,
                Some((5, 7, 133)),
                "5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup",
                Kind::Refused,
            ),
            (550, Some((5, 2, 0)), "5.2.0 mailbox restricted", Kind::Refused),
            (
                550,
                Some((5, 7, 1)),
                "5.7.1 Your server exceeded the recipient rate limit",
                Kind::TooMuch,
            ),
            (554, Some((5, 7, 0)), "5.7.0 Too many errors", Kind::TooMuch),
            (450, Some((4, 7, 1)), "4.7.1 rate limit exceeded", Kind::TooMuch),
            (
                550,
                Some((5, 5, 0)),
                "5.5.0 Requested action not taken: mailbox unavailable",
                Kind::Unknown,
            ),
            (
                450,
                Some((4, 7, 1)),
                "4.7.1 Error: too many recipients from 192.0.2.9",
                Kind::TooMuch,
            ),
            (554, Some((5, 4, 6)), "5.4.6 too many hops", Kind::Refused),
            (354, None, "go ahead", Kind::Refused),
            (530, Some((5, 7, 1)), "5.7.1 Authentication required", Kind::LoginWanted),
            (
                504,
                Some((5, 5, 2)),
                "5.5.2 <x>: Helo command rejected: need a full name",
                Kind::ClientRefused,
            ),
            (452, Some((4, 5, 3)), "4.5.3 Error: too many recipients", Kind::Unanswered),
            (421, Some((4, 7, 0)), "4.7.0 mx Error: too many errors", Kind::Unanswered),
        ] {
            assert_eq!(kind(&reply(code, enhanced, text)), meaning, "{code} {text}");
        }
    }
}
