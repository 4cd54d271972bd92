//! What servers say in plain words, and of whom.

use super::cause::Cause;
use super::whom;

/// How servers say that nobody is behind an address.
pub(super) const NOBODY: [&str; 20] = [
    "user unknown",
    "unknown user",
    "no such user",
    "no such recipient",
    "no such person",
    "no such mailbox",
    "unknown recipient",
    "recipient unknown",
    "recipient not found",
    "user not found",
    "mailbox not found",
    "invalid recipient",
    "does not exist",
    "doesn't exist",
    "no mailbox here",
    "mailbox unavailable",
    "recipient rejected",
    "does not like recipient",
    "wasn't found at",
    "couldn't be found",
];

/// Words that say more than the code beside them, which servers share out as
/// they please: 5.4.6 is Postfix's for a record that leads to itself, 5.1.10
/// RFC 7505's for a null MX, 4.7.1 anybody's.
pub(super) fn by_plain_words(has: &dyn Fn(&[&str]) -> bool) -> Option<Cause> {
    let all: [(&[&str], Cause); 16] = [
        (
            &[
                "loops back to myself",
                "loops back to me",
                "mx record points to local host",
                "mx records point to local host",
                "best-preference mx",
            ],
            Cause::MxAtItself,
        ),
        (
            &["bad outbound sender", "as(42004", "tenant has exceeded threshold"],
            Cause::SenderBlocked,
        ),
        (
            &[
                "sending quota",
                "sending limit",
                "smtp relay limit",
                "submission quota",
                "submissionquota",
                "daily limit for message recipients",
                "limit on the number of recipients",
            ],
            Cause::SendingLimit,
        ),
        (
            &[
                "find your hostname",
                "find your reverse",
                "reverse dns",
                "reverse hostname",
                "reverse host name",
                "ptr record",
            ],
            Cause::NoReverseName,
        ),
        (
            &[
                "resolver.rst.sendernot",
                "resolver.rst.notauthorized",
                "resolver.rst.authrequired",
                "resolver.rst.restricted",
            ],
            Cause::Restricted,
        ),
        (&["resolver.adr.ambiguous"], Cause::Ambiguous),
        (
            &[
                "unrouteable address",
                "unroutable address",
                "routing.noconnector",
                // cPanel, of whatever address it finds no way to.
                "they may be blacklisted, or missing",
            ],
            Cause::Unrouteable,
        ),
        (&["helo command rejected", "ehlo command rejected"], Cause::HeloRefused),
        (
            // What Spamhaus answers to those whom it does not answer.
            &["error: open resolver", "error: high volume", "error: query refused"],
            Cause::ListNotAsked,
        ),
        (&["tenantattribution", "recipient in non-accepted domain"], Cause::NotAccepted),
        (&["too many recipients"], Cause::Limited),
        (
            &[
                "relay access denied",
                "relaying denied",
                "relay denied",
                "relay not permitted",
                "unable to relay",
                "not permitted to relay",
                "allowed rcpthosts",
                "we do not relay",
                "relaying not allowed",
                "to a non-local e-mail address",
            ],
            Cause::RelayDenied,
        ),
        (
            &[
                "client host rejected: access denied",
                "permissions to submit to this server",
                "tenantinboundattribution",
            ],
            Cause::NotFromThere,
        ),
        (
            &[
                "not authenticated to send",
                "client not authenticated",
                "client was not authenticated",
                "must be authenticated",
            ],
            Cause::LoginWanted,
        ),
        (
            &[
                "issue a starttls",
                "starttls is required",
                "tls is required",
                "tls required",
                "tls handshake",
                "cannot start tls",
                "tls currently not available",
                "tls not available",
                "tls 1.0",
                "mta-sts",
                "certificate",
            ],
            Cause::Encryption,
        ),
        (&["disabled mailbox", "account is disabled", "accountdisabled"], Cause::MailboxDisabled),
    ];
    let plain = all.iter().find(|(words, _)| has(words)).map(|(_, cause)| *cause);
    plain.or_else(|| (has(&["nullmx", "null mx"]) && !has(&["sender"])).then_some(Cause::NullMx))
}

/// What is wrong with the sender, where the words are about it. A server that
/// does not have the sender says “user unknown” too.
pub(super) fn of_sender(words: &str, has: &dyn Fn(&[&str]) -> bool) -> Option<Cause> {
    if !whom::is_about_sender(words) || has(&["outbound sender"]) {
        return None;
    }
    let no_domain =
        ["domain not found", "domain of sender", "not resolve", "must exist", "nullmx", "null mx"];
    Some(if has(&no_domain) || has(&["domain"]) && has(&["not exist"]) {
        Cause::SenderUnknown
    } else if has(&["spf", "dmarc", "sender policy", "greylist", "spamhaus", "spamcop"])
        || has(&["blocked using", "blacklist", "block list", "blocklist"])
    {
        return None;
    } else if has(&["not owned by user"]) {
        Cause::NotOwner
    } else if has(&["not logged in", "not owned by", "our own domain", "spoof"]) {
        Cause::OwnDomain
    } else if has(&["unverified address", "could not complete sender verify"]) {
        Cause::SenderUnverified
    } else if has(&NOBODY)
        || has(&[
            "undeliverable",
            "unverified",
            "sender verif",
            "not exist",
            "sender unknown",
            "unrouteable",
        ])
    {
        Cause::SenderNoMailbox
    } else {
        Cause::SenderRefused
    })
}
