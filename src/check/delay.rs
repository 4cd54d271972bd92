//! Why a server puts an answer off (4xx): strangers wait, it is short of
//! something, or it can't look the sender up.

use jiff::Timestamp;

use super::probe::{in_five_minutes, later, transcript, whom};
use super::recipient::{Heard, Kind};
use crate::finding::{Finding, State};
use crate::net::{Conversation, Reply};

/// The cause of a temporary answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Delay {
    /// Strangers are asked to come back.
    Greylist,
    /// The server is short of disk or memory, or takes no mail just now
    /// (RFC 3463 3.4; Exchange calls it back pressure).
    Resources,
    /// The sender's domain can't be looked up there (RFC 3463 3.2, X.1.8).
    SenderDomain,
    /// This machine's name, said or looked up, is not to its taste.
    OurName,
    /// Another cause; its words tell.
    Other,
}

/// The cause of a 4xx reply: its enhanced code first, then its words.
pub(super) fn delay(reply: &Reply) -> Delay {
    let text = reply.lines.join(" ").to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let short = ["insufficient system", "insufficient disk", "out of memory", "not enough space"];
    let grey = ["greylist", "graylist", "grey list", "gray list", "greylst", "postgrey"];
    match reply.enhanced {
        _ if has(&grey) => Delay::Greylist,
        Some((4, 7, _)) | None if dislikes_our_name(reply) => Delay::OurName,
        // Postfix's postscreen, to whoever comes for the first time.
        Some((4, 3, 2)) if reply.code == 450 && has(&["service currently unavailable"]) => {
            Delay::Greylist
        }
        Some((4, 3, 1 | 2)) => Delay::Resources,
        Some((4, 1, 8)) => Delay::SenderDomain,
        Some((4, 7, 1) | (4, 2, 0)) => Delay::Greylist,
        _ if has(&short) => Delay::Resources,
        _ if has(&["sender address"]) && has(&["domain not found", "not resolve"]) => {
            Delay::SenderDomain
        }
        None => Delay::Greylist,
        Some(_) => Delay::Other,
    }
}

/// Whether a refusal is about the name that this machine says or has.
pub(super) fn dislikes_our_name(reply: &Reply) -> bool {
    let text = reply.lines.join(" ").to_lowercase();
    ["helo", "ehlo", "reverse", "hostname", "host name", "ptr record", "rdns"]
        .iter()
        .any(|word| text.contains(word))
}

/// Whether it is put off because its mailbox is full: of one address alone.
pub(super) fn is_full(reply: &Reply) -> bool {
    reply.enhanced == Some((4, 2, 2))
}

/// When the server wants to be asked again: the time that its words name, a
/// minute to a day from now; otherwise five minutes, which outlast the delay
/// of usual greylisting.
pub(super) fn again(answer: Heard<'_>, at: Timestamp) -> Timestamp {
    answer
        .reply
        .and_then(named_seconds)
        .map_or_else(|| in_five_minutes(at), |named| later(at, named))
}

/// `come back in 300 seconds`, `try again in 5 minutes`, `for 00:04:52`.
fn named_seconds(reply: &Reply) -> Option<u32> {
    let text = reply.lines.join(" ").to_lowercase();
    let words: Vec<&str> = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == ':')).collect();
    let named = words.windows(2).find_map(|pair| {
        let count: u32 = pair.first()?.parse().ok()?;
        match *pair.get(1)? {
            "s" | "sec" | "secs" | "second" | "seconds" => Some(count),
            "min" | "mins" | "minute" | "minutes" => count.checked_mul(60),
            "hour" | "hours" => count.checked_mul(3600),
            _ => None,
        }
    });
    let clock = || {
        words.iter().find_map(|word| {
            let parts: Vec<&str> = word.split(':').collect();
            let [hours, minutes, seconds] = parts.as_slice() else { return None };
            let number = |text: &str| text.parse::<u32>().ok().filter(|number| *number < 60);
            Some(number(hours)? * 3600 + number(minutes)? * 60 + number(seconds)?)
        })
    };
    Some(named.or_else(clock)?.clamp(60, 24 * 3600))
}

/// The first answer that was put off, as a finding of its own cause.
pub(super) fn deferral<'a>(
    talk: &Conversation,
    answers: impl IntoIterator<Item = Heard<'a>>,
    at: Timestamp,
) -> Option<Finding> {
    let general = |answer: &Heard<'_>| !answer.reply.is_some_and(is_full);
    let deferred = answers.into_iter().filter(general).find(|one| one.kind == Kind::Deferred)?;
    let make = |id: &str, summary: &str| {
        Finding::new(id, State::Waiting { again_at: again(deferred, at) }, summary, at)
            .asked(whom(talk))
            .with_evidence(transcript(talk))
            .compared("250, or 550 for an address that does not exist", deferred.said())
    };
    Some(match delay(deferred.reply?) {
        Delay::Greylist => make("server.greylist", "The server defers strangers: it asks to come back later (greylisting).")
            .means("A 4xx answer says nothing about the address. Servers that greylist let a sender in only when it tries again after some minutes; Postfix's postscreen does so at the first contact (450 4.3.2).")
            .advise("Nothing is wrong yet: check again after the time shown. To speed things up, exempt the host's addresses and this machine from greylisting on the external server."),
        Delay::Resources => make("server.resources", "The server is short of disk space or memory, and takes no mail just now.")
            .means("It puts off whoever asks, the host too, until it has room again. Exchange calls this back pressure (452 4.3.1 Insufficient system resources); 4.3.2 also says that mail was stopped by hand. Mail waits at its senders meanwhile, for some days at most.")
            .advise("On the server, free disk space on the drives of the mail queue and the logs, look at its memory, and restart its transport service if it does not recover. Then check again."),
        Delay::SenderDomain => make("server.sender-domain", "The server can't resolve the sender's domain.")
            .means("It looks the sender's domain up before it takes mail (4.1.8) and finds no usable record, or its name server does not answer. That says nothing about the address.")
            .advise("Check on the external server that its name server answers for outside names and for the domain itself, then check again."),
        Delay::OurName => make("server.our-name", "The server puts this machine off for its name.")
            .means("It looks up the name that this program says, or the name of this machine's address, and finds none that it likes. Waiting does not cure that; it says nothing about the address, nor about how the host fares.")
            .advise("Run the test again with --helo and a name that resolves to this machine's public address, or from another machine."),
        Delay::Other => make("server.deferred", "The server puts its answer off.")
            .means("A 4xx answer is temporary and says nothing about the address; the server's words are in “found”.")
            .advise("Check again after the time shown. If it stays, look into the server's log for the reason."),
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_time_that_a_server_names_counts() {
        for (text, seconds) in [
            ("Greylisting in action, come back in 120 seconds", 120),
            ("Greylisted for 5 minutes (see http://example.com/7 help)", 300),
            ("temporarily deferred: try again in 00:04:52.", 292),
            ("try again later", 300),
            ("come back in 2 seconds", 60),
            ("come back in 4000000000 hours", 300),
            ("come back in 9999999 s", 24 * 3600),
            ("4.7.1 [10:11:12:13] wait", 300),
        ] {
            let lines = vec![text.to_owned()];
            let reply = Reply { code: 451, enhanced: None, lines, took: Duration::ZERO };
            let answer = Heard { kind: Kind::Deferred, reply: Some(&reply) };
            assert_eq!(again(answer, Timestamp::UNIX_EPOCH).as_second(), seconds, "{text}");
        }
    }

    #[test]
    fn only_a_delay_for_strangers_is_called_greylisting() {
        for (code, enhanced, text, cause) in [
            (451, Some((4, 7, 1)), "4.7.1 Greylisting in action", Delay::Greylist),
            (
                450,
                Some((4, 2, 0)),
                "4.2.0 <x@y.z>: Recipient address rejected: Greylisted",
                Delay::Greylist,
            ),
            (450, None, "try again later", Delay::Greylist),
            (451, Some((4, 7, 650)), "4.7.650 you are greylisted", Delay::Greylist),
            (
                452,
                Some((4, 3, 1)),
                "4.3.1 Insufficient system resources (UsedDiskSpace)",
                Delay::Resources,
            ),
            (452, None, "Insufficient system storage", Delay::Resources),
            (451, Some((4, 3, 0)), "4.3.0 <x@y.z>: Temporary lookup failure", Delay::Other),
            (
                450,
                Some((4, 7, 1)),
                "4.7.1 <pc.lan>: Helo command rejected: Host not found",
                Delay::OurName,
            ),
            (450, Some((4, 7, 25)), "4.7.25 cannot find your reverse hostname", Delay::OurName),
            (450, Some((4, 3, 2)), "4.3.2 Service currently unavailable", Delay::Greylist),
            (451, Some((4, 3, 2)), "4.3.2 System not accepting network messages", Delay::Resources),
            (
                451,
                Some((4, 1, 8)),
                "4.1.8 Domain of sender address does not resolve",
                Delay::SenderDomain,
            ),
            (450, None, "Sender address rejected: Domain not found", Delay::SenderDomain),
            (452, Some((4, 2, 2)), "4.2.2 mailbox full", Delay::Other),
        ] {
            let lines = vec![text.to_owned()];
            let reply = Reply { code, enhanced, lines, took: Duration::ZERO };
            assert_eq!(delay(&reply), cause, "{code} {text}");
        }
    }
}
