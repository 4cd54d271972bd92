//! Why mail was refused: the host's codes first, then words that say more
//! than a code, then enhanced codes, then other words. Only the server's words
//! count, never the names in them.

use super::cause::Cause;
use super::notice::{Fate, Raw};
use super::plain::{NOBODY, by_plain_words, of_sender};
use super::{wording, x500};

impl Raw {
    /// Why.
    pub(super) fn cause(&self) -> Cause {
        match (self.fate, self.refusal()) {
            (Fate::Delivered, _) => Cause::Delivered,
            (Fate::Relayed, _) => Cause::Relayed,
            (Fate::Expanded, _) => Cause::Expanded,
            (Fate::Taken, _) => Cause::Taken,
            (Fate::Delayed, Cause::Other | Cause::Expired) => Cause::Delayed,
            (Fate::GivenUp, Cause::Other) => Cause::Expired,
            (Fate::Delayed | Fate::GivenUp | Fate::Failed | Fate::Asked, cause) => cause,
        }
    }

    fn refusal(&self) -> Cause {
        if let Some(cause) = self.host_code.and_then(Cause::of_host_code) {
            return cause;
        }
        let has = |words: &[&str]| words.iter().any(|word| self.words.contains(word));
        if x500::in_text(&self.text).is_some()
            || self.recipient.as_deref().is_some_and(|to| x500::in_text(to).is_some())
        {
            return Cause::OldAddress;
        }
        of_sender(&self.words, &has)
            .or_else(|| by_plain_words(&has))
            .or_else(|| self.by_code(&has))
            .unwrap_or_else(|| self.by_words(&has))
    }

    fn by_code(&self, has: &dyn Fn(&[&str]) -> bool) -> Option<Cause> {
        Some(match self.enhanced? {
            (4 | 5, 1, 8) => Cause::SenderUnknown,
            (5, 7, 25) => Cause::NoReverseName,
            (5, 7, 12 | 13 | 124 | 129 | 133..=136) => Cause::Restricted,
            (5, 7, 57 | 358) => Cause::LoginWanted,
            (5, 7, 705) => Cause::SenderBlocked,
            (5, 1, 90) | (5, 7, 232 | 233) => Cause::SendingLimit,
            (5, 1, 10) => Cause::NotInExchange,
            (5, 4, 1) if has(&["access denied"]) => Cause::NotInExchange,
            (5, 4, 6 | 14) | (4, 4, 6) => Cause::Loop,
            (5, 7, 23 | 26 | 509 | 515) => Cause::Forged,
            (5, 7, 60) => Cause::OwnDomain,
            (5, 7, 520) => Cause::ForwardingBlocked,
            (5, 7, 54) | (4 | 5, 7, 64) => Cause::NotAccepted,
            (5, 7, 367) => Cause::RelayDenied,
            (5, 7, 606..=649 | 708) => Cause::Blocked,
            (5, 7, 350) => Cause::Spam,
            (_, 2, 2) => Cause::MailboxFull,
            (5, 2, 1) => Cause::MailboxDisabled,
            (5, 3, 4) | (5, 2, 3) => Cause::TooLarge,
            (5, 1, 2) | (5, 4, 4) | (4 | 5, 4, 310 | 312) => Cause::NoExchanger,
            (4, 4, 3) => Cause::NoNameServer,
            (4 | 5, 4, 316 | 317) => self.no_connection(),
            _ => return None,
        })
    }

    /// To the host, or to whatever server it was.
    fn no_connection(&self) -> Cause {
        let host = self.by.as_deref().is_some_and(|by| by.ends_with(".emailsrvr.com"));
        if host { Cause::HostNotReached } else { Cause::NoConnection }
    }

    fn by_words(&self, has: &dyn Fn(&[&str]) -> bool) -> Cause {
        let temporary = self.is_temporary();
        if has(&[
            "hop count exceeded",
            "too many hops",
            "too many \"received\"",
            "too many received",
            "mail loop",
            "routing loop",
            "mail forwarding loop",
            "this message is looping",
            "resolver.fwd.loop",
        ]) {
            return Cause::Loop;
        }
        let host = self.by.as_deref().is_some_and(|by| by.ends_with(".emailsrvr.com"));
        if host && has(&["relay recipient table"]) {
            return Cause::NeitherSide;
        }
        if has(&["recipientnotfound", "recipnotfound", "resolver.adr"]) {
            return Cause::NotInExchange;
        }
        if has(&["send as this sender", "our own domain", "anti-spoof", "antispoof"]) {
            return Cause::OwnDomain;
        }
        let spf = || self.words.split(|c: char| !c.is_alphanumeric()).any(|word| word == "spf");
        if has(&["sender policy framework", "dmarc"]) || spf() {
            let no_answer = ["lookup", "dns error", "dns failure", "dns timeout", "temperror"];
            let failed = temporary && (has(&no_answer) || has(&["temporary dns"]));
            return if failed { Cause::PolicyNotRead } else { Cause::Forged };
        }
        if has(&["blocked using", "spamhaus", "block list", "blocklist", "blacklist", "spamcop"])
            || wording::links_to_a_block_list(&self.text)
        {
            return Cause::Blocked;
        }
        if has(&["message size exceeds", "message too large", "size limit", "sizelimit", "too big"])
        {
            return Cause::TooLarge;
        }
        if has(&[
            "mailbox full",
            "mailbox is full",
            "mailboxfull",
            "over quota",
            "overquota",
            "quota exceeded",
            "quotaexceeded",
            "exceeded storage",
            "out of storage space",
        ]) {
            return Cause::MailboxFull;
        }
        if has(&["host not found, try again", "lookup failed temporarily", "dns lookup failure"])
            || temporary && has(&["name service error"])
        {
            return Cause::NoNameServer;
        }
        if has(&[
            "host or domain name not found",
            "name service error",
            "domain not found",
            "no mx record",
            "mx records point to non-existent hosts",
            "host unknown",
            "unknown host",
            "couldn't find any host named",
            "couldn't find any host by that name",
            "nonexistentdomain",
        ]) {
            return Cause::NoExchanger;
        }
        if has(&["unverified address", "recipient verify callout"]) {
            let asking = has(&["verification in progress"]);
            return if asking { Cause::Verifying } else { Cause::Unverified };
        }
        let comes_back = ["later", "again", "tempora", "retry", "wait", "delayed"];
        // Postfix's postscreen, to whoever comes for the first time.
        let first = self.code == Some(450) && has(&["service currently unavailable"]);
        if first
            || has(&["greylist", "graylist", "grey list", "postgrey"])
            || temporary && matches!(self.enhanced, Some((4, 7, 1) | (4, 2, 0))) && has(&comes_back)
        {
            return Cause::Greylisted;
        }
        if has(&["lost connection", "timed out while", "connection dropped"])
            || matches!(self.enhanced, Some((4, 4, 2))) && !has(&["connection timed out"])
        {
            return Cause::BrokenOff;
        }
        if has(&[
            "connection timed out",
            "connection refused",
            "no route to host",
            "network is unreachable",
            "cannot connect",
            "unable to connect",
            "failed to connect",
            "establish an smtp connection",
            "no answer from host",
            "requests to connect",
        ]) || matches!(self.enhanced, Some((4, 4, 1 | 2)))
        {
            return self.no_connection();
        }
        let much = ["too many connections", "at a rate that", "too quickly", "rate limited"];
        if temporary && has(&much) {
            return Cause::Limited;
        }
        let short = matches!(self.enhanced, Some((4, 3, 0..=2) | (4, 7, 500..=699) | (5, 3, 1)));
        if short
            || temporary
                && has(&[
                    "insufficient system",
                    "server busy",
                    "system storage",
                    "temporarily deferred",
                    "lookup failure",
                    "temporary local problem",
                    "temporary server error",
                ])
        {
            return Cause::Busy;
        }
        if matches!(self.enhanced, Some((4 | 5, 4, 7 | 300)))
            || has(&["retry timeout exceeded", "expired"])
        {
            return Cause::Expired;
        }
        if matches!(self.enhanced, Some((5, 1, 1 | 0))) || has(&NOBODY) {
            return Cause::NoMailbox;
        }
        if has(&["as spam", "looks like spam", "considered spam", "spam message", "is spam"])
            || has(&["content filter", "spam content", "likely unsolicited", "spam detected"])
        {
            return Cause::Spam;
        }
        if self.code == Some(530) || has(&["authentication required", "must authenticate"]) {
            return Cause::LoginWanted;
        }
        Cause::Other
    }
}
