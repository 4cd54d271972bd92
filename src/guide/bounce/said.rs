//! Whether a line is something that a mail server says. People write numbers
//! and words too: "we met 550 people", "version 5.1.2", "the DMARC talk".

use super::cause::Cause;
use super::notice::{Raw, code_at};

/// Words with which servers refuse, put off or give up. None of them makes a
/// refusal alone: they stand behind a code.
const REFUSING: [&str; 42] = [
    "reject",
    "denied",
    "refused",
    "unavailable",
    "not taken",
    "fail",
    "error",
    "invalid",
    "prohibited",
    "not allowed",
    "not permitted",
    "unknown",
    "blocked",
    "try again",
    "tempora",
    "no such",
    "not exist",
    "disabled",
    "unable",
    "cannot",
    "too many",
    "too large",
    "too long",
    "too big",
    "exceed",
    "quota",
    "spam",
    "not accept",
    "not local",
    "loop",
    "timeout",
    "timed out",
    "sorry",
    "deferred",
    "no mailbox",
    "bad ",
    "not found",
    "undeliverable",
    "unrouteable",
    "violat",
    "no thank",
    "administrative",
];

/// Whether the line carries a refusal: a reply code or an enhanced status code
/// where servers put them, or one of the forms that mail servers give their
/// own reports. `below_address` says that the line above names a recipient.
pub(super) fn refuses(line: &str, raw: &Raw, below_address: bool) -> bool {
    let lower = line.to_lowercase();
    let code_at = code_at(line);
    let form = form_of_a_report(line, &lower) || by_exim(&lower);
    let coded = code_at.is_some() || raw.enhanced.is_some() || raw.host_code.is_some();
    if !coded && !form && !below_address && !lower.contains("imceaex-") {
        return false;
    }
    let known = raw.cause() != Cause::Other;
    let refusing = REFUSING.iter().any(|word| raw.words.contains(word));
    let worded = refusing || Raw { enhanced: None, ..raw.clone() }.cause() != Cause::Other;
    let addressed = raw.recipient.is_some() && line.contains('<');
    // A code at the front may be a number of people; what follows tells.
    let by_code = match code_at {
        Some(front) => raw.enhanced.is_some() || known || refusing || (!front && addressed),
        None => false,
    };
    let by_status =
        raw.enhanced.is_some() && (marked_status(&lower) || status_in_front(line) && worded);
    let by_form = known && (form || below_address && (refusing || !raw.text.is_empty()));
    let by_host_code = raw.host_code.is_some() && (raw.code.is_some() || refusing && known);
    let old_address = raw.cause() == Cause::OldAddress;
    by_code || by_status || by_form || by_host_code || old_address
}

/// Whether a line says what the whole notice is about: failure, or delay.
pub(super) fn is_of_failure(lower: &str) -> Option<bool> {
    const DELAY: [&str; 15] = [
        "this is a warning",
        "warning message only",
        "has not yet been delivered",
        "transient non-fatal errors",
        "will keep trying",
        "still undelivered",
        "notification (delay)",
        "will be retried",
        "attempts will continue",
        "delivery is delayed",
        "temporary problem delivering",
        "no action is required",
        "keep trying to deliver",
        "zustellung verzögert",
        "remise est retardée",
    ];
    const FAILURE: [&str; 19] = [
        "permanent error",
        "i've given up",
        "could not be delivered to",
        "couldn't be delivered",
        "could not be delivered.",
        "delivery has failed",
        "wasn't delivered to",
        "sorry to have to inform you",
        "returning message to sender",
        "permanent fatal errors",
        "failed permanently",
        "notification (failure)",
        "will be deleted from queue",
        "undelivered mail returned",
        "konnte nicht zugestellt werden",
        "fehler bei der nachrichtenzustellung",
        "n'a pas pu être remis",
        "échec de la remise",
        "no se pudo entregar",
    ];
    let has = |words: &[&str]| words.iter().any(|words| lower.contains(words));
    if has(&DELAY) {
        return Some(false);
    }
    has(&FAILURE).then_some(true)
}

/// Whether a line of a log says that it was the last try.
pub(super) fn is_final(lower: &str) -> bool {
    ["status=bounced", "status=expired", " ** ", "giving up on"]
        .iter()
        .any(|words| lower.contains(words))
}

/// Whether a line of a log says that it is tried again.
pub(super) fn is_deferred(lower: &str) -> bool {
    lower.contains("status=deferred") || lower.contains(" == ")
}

/// Whether the sender says that its time was up.
pub(super) fn expired(lower: &str) -> bool {
    [
        "message expired",
        "queue.expired",
        "delivery time expired",
        "delivery expired",
        "status=expired",
        "retry timeout exceeded",
        "long failure period",
        "retry time not reached for any host after",
        "in the queue too long",
        "not going to try again",
        "message timed out",
        "could not be delivered within",
        "couldn't be delivered within",
        "exceeded max time",
        "message will be deleted from queue",
    ]
    .iter()
    .any(|words| lower.contains(words))
}

/// Whether Postfix asked about the address and had no message for it.
pub(super) fn is_question(lower: &str) -> bool {
    lower.contains("status=undeliverable")
}

/// Whether a sentence names the recipient: `Your message to ann@example.com ...`.
pub(super) fn tells_of_delivery(lower: &str) -> bool {
    // A field such as `Delivered-To` is about the notice itself.
    let name = lower.split(':').next().unwrap_or_default();
    let field = name.contains('-') && !name.contains(' ') && name != "x-failed-recipients";
    let of_mail = ["your message to ", "deliver", "recipient", "rcpt to:"];
    !field && of_mail.iter().any(|words| lower.contains(words))
}

/// Whether Exchange speaks of itself: words that no other server has.
pub(super) fn by_exchange(words: &str) -> bool {
    ["resolver.", "storedrv.", "queue.expired", "routing.", "agent."]
        .iter()
        .any(|own| words.contains(own))
}

/// Whether the line is a server's yes: `250 2.1.5 ok`, or a log's word that a
/// message went out.
pub(super) fn accepts(line: &str) -> bool {
    replies_yes(line)
        || ["status=sent ", "status=deliverable "].iter().any(|word| line.contains(word))
            && line.contains("dsn=2.")
        || line.contains(" => ") && line.contains(" C=\"250 ")
}

fn replies_yes(line: &str) -> bool {
    let mut words = line.trim_start_matches(quoting).split([' ', '-']);
    let code = words.next().unwrap_or_default();
    let status = words.next().unwrap_or_default();
    let mut parts = status.split('.');
    let yes = |part: Option<&str>| {
        part.is_some_and(|part| {
            !part.is_empty() && part.len() <= 3 && part.bytes().all(|b| b.is_ascii_digit())
        })
    };
    code.len() == 3
        && code.starts_with('2')
        && code.bytes().all(|b| b.is_ascii_digit())
        && parts.next() == Some("2")
        && yes(parts.next())
        && yes(parts.next())
        && parts.next().is_none()
}

/// `#5.1.1`, `dsn=5.1.1`, `Status: 5.1.1`.
fn marked_status(lower: &str) -> bool {
    ["#4.", "#5.", "dsn=4.", "dsn=5.", "status: 4.", "status: 5.", "status=4.", "status=5."]
        .iter()
        .any(|mark| lower.contains(mark))
}

/// `5.4.0 Error: too many hops`.
fn status_in_front(line: &str) -> bool {
    let front = line.trim_start_matches(quoting);
    let word: &str = front.split([' ', ':']).next().unwrap_or_default();
    let mut parts = word.split('.');
    matches!(parts.next(), Some("4" | "5")) && parts.count() == 2
}

/// Sendmail's own name for the reply that it got: `550 5.1.1 <ann@...>... User unknown`,
/// whatever the other server said.
pub(super) fn is_name_by_sendmail(line: &str) -> bool {
    code_at(line) == Some(true) && line.contains(">... ") && !line.starts_with("<<<")
}

/// The reports of Postfix, Exim, Sendmail and their like, and lines of their logs.
fn form_of_a_report(line: &str, lower: &str) -> bool {
    let address_in_front = line
        .trim_start()
        .strip_prefix('<')
        .and_then(|rest| rest.split_once('>'))
        .is_some_and(|(address, rest)| address.contains('@') && rest.starts_with(':'));
    address_in_front
        || [
            "(in reply to ",
            "status=bounced",
            "status=deferred",
            "status=undeliverable",
            "smtp error from remote",
            "remote server returned",
            "remote host said",
            "server responded",
            "reason: ",
            "diagnostic",
            "diagnosecode",
            "recipientnotfound",
            "expn/vrfy",
            " said: ",
            "refused to talk to me",
            "(expanded from",
            "postfix/",
            "sendmail[",
            "exim[",
            "noqueue: reject",
            "rejected rcpt <",
            "sender verify fail for <",
            "did not accept our requests to connect",
            "cannot start tls: ",
        ]
        .iter()
        .any(|form| lower.contains(form))
}

/// An address and Exim's own words behind it, in its reports and its logs.
fn by_exim(lower: &str) -> bool {
    const OWN: [&str; 9] = [
        "unrouteable address",
        "unroutable address",
        "mailbox is full",
        "too many \"received\" headers",
        "retry timeout exceeded",
        "retry time not reached",
        "all relevant mx records",
        "lowest numbered mx record",
        "host lookup did not complete",
    ];
    let mut words = lower.trim_start().split(' ');
    let in_front = words.next().is_some_and(|word| word.contains('@'));
    let rest = || {
        let rest = lower.trim_start().split_once(' ').map_or("", |(_, rest)| rest.trim_start());
        match rest.split_once(") ") {
            Some((from, rest)) if from.contains("generated from ") => rest.trim_start(),
            _ => rest,
        }
    };
    let own = |text: &str| OWN.iter().any(|own| text.starts_with(own));
    let logged = |mark: &str| {
        let behind = lower.split_once(mark).map(|(_, rest)| rest);
        behind.is_some_and(|rest| rest.contains(" r=") || rest.split(": ").any(own))
    };
    // `host mail.example.com [192.0.2.25] Connection timed out`
    let tried = |text: &str| text.starts_with("host ") && text.contains('[');
    in_front && (own(rest()) || tried(rest())) || logged(" ** ") || logged(" == ")
}

/// What may stand before a quoted reply.
pub(super) fn quoting(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '>' | '<' | '\'' | '"' | '“' | '#' | '(' | '*' | '.' | '|' | ':' | '~' | '-')
}
