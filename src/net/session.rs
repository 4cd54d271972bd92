//! A conversation about very many recipients: envelope after envelope, RCPT
//! only, several commands in flight where the server offers that (RFC 2920)
//! and never more than it may refuse.

use std::net::SocketAddr;
use std::time::Duration;

use super::conversation::{begin, nothing_said, offers};
use super::patience::Window;
use super::smtp::{Conversation, Ending, Reply, Script};
use super::wire::Wire;
use super::{Net, TlsState};
use crate::plan::Address;

/// Lines of the transcript that are kept: one envelope of a hundred.
const LINES_KEPT: usize = 240;

/// An open conversation.
pub struct Session<'a> {
    wire: Wire<'a>,
    talk: Conversation,
    window: Window,
    utf8: bool,
    /// Whether QUIT was said.
    over: bool,
}

/// How one envelope is asked.
#[derive(Debug, Clone, Copy)]
pub struct Manner {
    /// Errors that are kept back for the last question.
    pub kept: usize,
    /// Errors beyond all that the last question may bring, of a server that
    /// takes several commands at once.
    pub risked: usize,
    /// Recipients that the server takes in one envelope.
    pub most: usize,
}

/// What one envelope brought.
#[derive(Debug, Default)]
pub struct Asked {
    /// The reply to MAIL FROM; `None` when it did not come.
    pub mail: Option<Reply>,
    /// The replies to the first recipients, in order; the others were not
    /// asked, or their answer can't be trusted.
    pub replies: Vec<Outcome>,
    /// The replies to the last question, in order, as far as they came.
    pub last: Vec<Outcome>,
    /// Why the conversation is over, if it is: [`Ending::Quit`] where no error
    /// was left.
    pub ending: Option<Ending>,
    /// Whether several commands were in flight when it broke: the server may
    /// not keep what it promised with PIPELINING.
    pub in_flight: bool,
}

/// What became of one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The server's reply.
    Reply(Reply),
    /// It can't be named to this server, which does not offer SMTPUTF8.
    Unspeakable,
}

impl<'a> Session<'a> {
    /// Connects and greets. Up to `errors` replies may be refusals;
    /// `pipelining` is used where it is offered.
    ///
    /// # Errors
    /// The conversation so far, when the server can't be reached, does not
    /// want to talk or breaks the protocol.
    pub async fn open(
        net: &'a Net,
        host: &str,
        at: SocketAddr,
        errors: usize,
        pipelining: bool,
    ) -> Result<Self, Box<Conversation>> {
        let script = Script { host: host.to_owned(), at, starttls: true, envelopes: Vec::new() };
        let mut talk = nothing_said(&script);
        let mut wire = Wire::brief(net, LINES_KEPT);
        match begin(net, &script, &mut wire, &mut talk).await {
            Ok(true) => {}
            Ok(false) => {
                wire.quit().await;
                talk.transcript = wire.into_transcript();
                return Err(Box::new(talk));
            }
            Err(ending) => {
                talk.ending = ending;
                talk.transcript = wire.into_transcript();
                return Err(Box::new(talk));
            }
        }
        let offered = |word| talk.ehlo.as_ref().is_some_and(|ehlo| offers(ehlo, word));
        let window = Window::new(errors, pipelining && offered("PIPELINING"));
        let utf8 = offered("SMTPUTF8");
        Ok(Self { wire, talk, window, utf8, over: false })
    }

    /// Errors that are left to this conversation.
    pub fn errors_left(&self) -> usize {
        self.window.left()
    }

    /// What is left of its time.
    pub fn time_left(&self) -> Duration {
        self.wire.time_left()
    }

    /// Asks about recipients in one envelope from `<>`, as many as the errors
    /// allow, and takes it back. Once their replies are there, `last` says whom
    /// to ask about at its end. A reply too many makes all of them worthless.
    pub async fn ask(
        &mut self,
        to: &[Address],
        manner: Manner,
        last: impl Fn(&[Outcome]) -> Vec<Address>,
    ) -> Asked {
        let mut asked = Asked::default();
        if let Err(ending) = self.envelope(to, manner, last, &mut asked).await {
            // Who breaks the protocol, or loses replies of many in flight, may
            // have answered another question than ours.
            let garbled = matches!(ending, Ending::Garbled { .. });
            let lost = matches!(ending, Ending::Closed { .. } | Ending::ReplyTimeout { .. });
            asked.in_flight =
                self.window.pipelining() && (garbled || (lost && self.window.flying() > 0));
            if garbled || asked.in_flight {
                asked.replies.clear();
                asked.last.clear();
            }
            self.over = true;
            self.talk.ending = ending.clone();
            asked.ending = Some(ending);
        }
        asked
    }

    /// Says farewell where the conversation is still open. The whole of it,
    /// with the last lines of its transcript.
    pub async fn close(mut self) -> Conversation {
        if !self.over {
            self.wire.quit().await;
        }
        self.talk.transcript = self.wire.into_transcript();
        self.talk
    }

    async fn envelope(
        &mut self,
        to: &[Address],
        manner: Manner,
        last: impl Fn(&[Outcome]) -> Vec<Address>,
        asked: &mut Asked,
    ) -> Result<(), Ending> {
        // One command after the other nothing can be asked without an error left.
        let manner = match self.window.pipelining() {
            true => manner,
            false => Manner { kept: manner.kept + manner.risked, risked: 0, ..manner },
        };
        let mail = self.mail(to).await?;
        let accepted = (200..300).contains(&mail.code);
        asked.mail = Some(mail);
        if !accepted {
            return self.take_back(0).await;
        }
        let full = self.recipients(to, manner.kept, &mut asked.replies).await?;
        let mut last = last(&asked.replies);
        last.retain(|address| self.utf8 || !address.needs_smtputf8());
        last.truncate(self.window.left() + manner.risked);
        // No room in this one, or not for such an address.
        let utf8 = |of: &[Address]| of.iter().any(Address::needs_smtputf8);
        let elsewhere = full || to.len() + last.len() > manner.most || (utf8(&last) && !utf8(to));
        if !last.is_empty() && elsewhere {
            self.take_back(0).await?;
            if !(200..300).contains(&self.mail(&last).await?.code) {
                last.clear();
            }
        }
        self.end(&last, manner.kept, &mut asked.last).await
    }

    /// Begins an envelope. Its reply comes before anything else is said: a
    /// sender refused with recipients in flight would cost an error for each.
    async fn mail(&mut self, to: &[Address]) -> Result<Reply, Ending> {
        self.wire.nothing_unasked().await?;
        let utf8 = self.utf8 && to.iter().any(Address::needs_smtputf8);
        let tail = if utf8 { " SMTPUTF8" } else { "" };
        self.window.said(1);
        self.wire.say_all("MAIL FROM", &[format!("MAIL FROM:<>{tail}")]).await?;
        self.heard("MAIL FROM").await
    }

    /// Names recipients, and keeps so many errors back. Whether the envelope
    /// is full.
    async fn recipients(
        &mut self,
        to: &[Address],
        kept: usize,
        replies: &mut Vec<Outcome>,
    ) -> Result<bool, Ending> {
        let mut next = 0;
        let mut full = false;
        loop {
            let mut commands = Vec::new();
            while !full && commands.len() < self.window.room(kept) && next < to.len() {
                let Some(address) = to.get(next) else { break };
                // Replies must stay in the order of the recipients.
                if address.needs_smtputf8() && !self.utf8 {
                    if self.window.flying() + commands.len() > 0 {
                        break;
                    }
                    replies.push(Outcome::Unspeakable);
                } else {
                    commands.push(format!("RCPT TO:<{address}>"));
                }
                next += 1;
            }
            if !commands.is_empty() {
                if self.window.flying() == 0 {
                    self.wire.nothing_unasked().await?;
                }
                self.window.said(commands.len());
                self.wire.say_all("RCPT TO", &commands).await?;
            }
            if self.window.flying() == 0 {
                return Ok(full);
            }
            // All that came at once is read before more is said.
            loop {
                let reply = self.heard("RCPT TO").await?;
                // Later ones would only be told the same.
                full |= reply.code == 452;
                replies.push(Outcome::Reply(reply));
                if self.window.flying() == 0 || !self.wire.has_unread() {
                    break;
                }
            }
        }
    }

    /// The last question, and the envelope taken back: in one go where several
    /// commands may be on their way.
    async fn end(
        &mut self,
        last: &[Address],
        kept: usize,
        replies: &mut Vec<Outcome>,
    ) -> Result<(), Ending> {
        if last.is_empty() || !self.window.pipelining() {
            self.recipients(last, 0, replies).await?;
            return self.take_back(kept).await;
        }
        self.wire.nothing_unasked().await?;
        let verb = self.farewell(kept + last.len());
        let questions = last.iter().map(|address| format!("RCPT TO:<{address}>"));
        let commands: Vec<String> = questions.chain([verb.to_owned()]).collect();
        self.window.said(commands.len());
        self.wire.say_all("RCPT TO", &commands).await?;
        for _ in last {
            replies.push(Outcome::Reply(self.heard("RCPT TO").await?));
        }
        self.taken_back(verb).await
    }

    /// RSET, or QUIT where no more errors are left than are kept back.
    async fn take_back(&mut self, kept: usize) -> Result<(), Ending> {
        self.wire.nothing_unasked().await?;
        let verb = self.farewell(kept);
        self.window.said(1);
        self.wire.say_all(verb, &[verb.to_owned()]).await?;
        self.taken_back(verb).await
    }

    fn farewell(&self, kept: usize) -> &'static str {
        if self.window.left() <= kept { "QUIT" } else { "RSET" }
    }

    /// The envelope counts only once this was answered, and by nothing else.
    async fn taken_back(&mut self, verb: &'static str) -> Result<(), Ending> {
        let reply = match self.heard(verb).await {
            // The farewell may be a closed door: nothing was in front of it.
            Err(Ending::Closed { .. } | Ending::ReplyTimeout { .. }) if verb == "QUIT" => {
                return Err(Ending::Quit);
            }
            other => other?,
        };
        match (verb, reply.code) {
            ("QUIT", 221) => {
                self.wire.note("connection closed");
                Err(Ending::Quit)
            }
            ("RSET", 200..300) => Ok(()),
            (_, code) => Err(Ending::Garbled {
                why: format!("it answered {verb} with {code}, as if that were an earlier answer"),
            }),
        }
    }

    async fn heard(&mut self, verb: &'static str) -> Result<Reply, Ending> {
        let reply = self.wire.reply(verb).await?;
        self.window.heard(reply.code);
        if reply.code == 421 {
            return Err(Ending::ServiceClosing { after: verb.to_owned() });
        }
        Ok(reply)
    }

    /// Whether the channel is encrypted.
    pub fn tls(&self) -> &TlsState {
        &self.talk.tls
    }
}
