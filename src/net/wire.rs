//! The line to a mail server: whole replies in, one command out, everything
//! bounded and written down.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout, timeout_at};

use super::Net;
use super::channel::{Channel, at_once, read};
use super::reach::{said_by_system, whole_seconds};
use super::reply::{Reading, Taken};
use super::smtp::{Ending, Reply, TranscriptLine, Who};
use super::stray_bytes::shown_bytes;
use crate::shown::shown;

/// Bytes of one line before its end must have come.
const MOST_LINE: usize = 4096;
/// Bytes of one conversation, all its connections together.
const MOST_BYTES: usize = 1024 * 1024;
/// How long the farewell is waited for: nothing depends on it.
const FAREWELL: Duration = Duration::from_secs(5);

/// One conversation's connection with what is left to it.
pub(super) struct Wire<'a> {
    net: &'a Net,
    channel: Channel,
    unread: Vec<u8>,
    bytes_left: usize,
    until: Instant,
    /// The last thing said; names what a silence or an end came after.
    said: &'static str,
    /// A reply came that nothing had asked for.
    doubled: bool,
    transcript: VecDeque<TranscriptLine>,
    /// Lines of the transcript that are kept: the last ones.
    most_lines: usize,
}

impl<'a> Wire<'a> {
    pub(super) fn new(net: &'a Net) -> Self {
        Self {
            net,
            channel: Channel::None,
            unread: Vec::new(),
            bytes_left: MOST_BYTES,
            until: Instant::now() + net.talk_timeout,
            said: "connecting",
            doubled: false,
            transcript: VecDeque::new(),
            most_lines: usize::MAX,
        }
    }

    /// One whose transcript holds its last lines only, for a conversation
    /// about very many people.
    pub(super) fn brief(net: &'a Net, most_lines: usize) -> Self {
        Self { most_lines, ..Self::new(net) }
    }

    /// Takes over a fresh connection.
    pub(super) fn open(&mut self, channel: Channel) {
        self.channel = channel;
        self.unread.clear();
        self.said = "connecting";
    }

    /// Gives the plain connection to a handshake. `None` where the server has
    /// already spoken on, in plain text that anybody could have put there
    /// (RFC 3207 5), or where there is no plain connection.
    pub(super) fn give_away(&mut self) -> Option<TcpStream> {
        if !self.unread.is_empty() {
            self.channel = Channel::None;
            return None;
        }
        match std::mem::replace(&mut self.channel, Channel::None) {
            Channel::Plain(stream) => Some(stream),
            Channel::Tls(_) | Channel::None => None,
        }
    }

    /// Our end, for the address literal in EHLO.
    pub(super) fn local_ip(&self) -> Option<std::net::IpAddr> {
        let stream = match &self.channel {
            Channel::Plain(stream) => stream,
            Channel::Tls(stream) => stream.get_ref().0,
            Channel::None => return None,
        };
        stream.local_addr().ok().map(|at| at.ip())
    }

    /// Says one command and reads its reply. `verb` names it in endings.
    pub(super) async fn say(&mut self, verb: &'static str, command: &str) -> Result<Reply, Ending> {
        self.nothing_unasked().await?;
        self.said = verb;
        self.write(command).await?;
        self.reply(verb).await
    }

    /// Says several commands at once (RFC 2920), which the caller knows to be
    /// allowed. Their replies are read one by one with [`Wire::reply`].
    pub(super) async fn say_all(
        &mut self,
        verb: &'static str,
        commands: &[String],
    ) -> Result<(), Ending> {
        self.said = verb;
        for command in commands {
            self.write_down(Who::Client, shown(command, 512));
        }
        let mut text = commands.join("\r\n");
        text.push_str("\r\n");
        self.send(&text).await
    }

    /// Whether a line of the server's is here already and was not read.
    pub(super) fn has_unread(&self) -> bool {
        self.unread.contains(&b'\n')
    }

    /// Says QUIT and waits a little for the farewell; its absence is no fault.
    pub(super) async fn quit(&mut self) {
        if self.write("QUIT").await.is_ok() {
            self.said = "QUIT";
            let patience = FAREWELL.min(self.net.reply_timeout);
            if timeout(patience, self.reply("QUIT")).await.is_err() {
                self.note("no reply to QUIT");
            }
        }
        self.note("connection closed");
        self.channel = Channel::None;
    }

    /// Reads one reply. Its deadline holds for the whole of it, however
    /// slowly it trickles in.
    pub(super) async fn reply(&mut self, waiting_for: &'static str) -> Result<Reply, Ending> {
        let begun = Instant::now();
        let deadline = (begun + self.net.reply_timeout).min(self.until);
        let mut reading = Reading::default();
        loop {
            let line = self.line(waiting_for, begun, deadline).await?;
            let text = line.strip_suffix(b"\n").unwrap_or(&line);
            let text = text.strip_suffix(b"\r").unwrap_or(text);
            self.write_down(Who::Server, shown_bytes(text, 512));
            match reading.take(&line) {
                Ok(Taken::More) => {}
                Ok(Taken::Last) => break,
                Err(why) => return Err(self.garbled(why)),
            }
        }
        for remark in reading.remarks() {
            self.note(&remark);
        }
        let Some(reply) = reading.finish(begun.elapsed()) else {
            return Err(self.garbled("a reply without a line".to_owned()));
        };
        Ok(reply)
    }

    /// Writes a remark into the transcript.
    pub(super) fn note(&mut self, text: &str) {
        self.write_down(Who::Note, text.to_owned());
    }

    /// What is left of the conversation's time.
    pub(super) fn time_left(&self) -> Duration {
        self.until.saturating_duration_since(Instant::now())
    }

    pub(super) fn into_transcript(self) -> Vec<TranscriptLine> {
        self.transcript.into()
    }

    /// The server speaks when spoken to: a reply too many would be taken for
    /// the one to the next command, and every verdict after it be wrong.
    pub(super) async fn nothing_unasked(&mut self) -> Result<(), Ending> {
        if self.unread.is_empty() {
            let mut buffer = [0; 1024];
            match at_once(read(&mut self.channel, &mut buffer)).await {
                None => return Ok(()),
                Some(Ok(0)) => return Err(self.closed("the server closed the connection")),
                Some(Ok(size)) => self.keep(buffer.get(..size).unwrap_or_default())?,
                Some(Err(error)) => return Err(self.closed(&said_by_system(&error))),
            }
        }
        let after = self.said;
        let reply = self.reply(after).await?;
        if reply.code == 421 {
            return Err(Ending::ServiceClosing { after: after.to_owned() });
        }
        self.doubled = true;
        Err(self.garbled(format!(
            "the server sent “{} {}”, which nothing had asked for",
            reply.code,
            shown(reply.lines.first().map_or("", String::as_str), 80)
        )))
    }

    /// Whether the last reply had another one behind it: which of the two was
    /// meant can't be told.
    pub(super) fn last_is_doubtful(&self) -> bool {
        self.doubled
    }

    /// Says a whole text, its lines ended and its dots doubled already, and
    /// reads the reply to it.
    pub(super) async fn say_text(&mut self, text: &str) -> Result<Reply, Ending> {
        self.nothing_unasked().await?;
        self.said = "the message";
        for line in text.lines().chain(["."]) {
            self.write_down(Who::Client, shown(line, 512));
        }
        self.send(&format!("{text}.\r\n")).await?;
        self.reply("the message").await
    }

    async fn write(&mut self, command: &str) -> Result<(), Ending> {
        self.write_down(Who::Client, shown(command, 512));
        self.send(&format!("{command}\r\n")).await
    }

    async fn send(&mut self, text: &str) -> Result<(), Ending> {
        let patience = self.net.reply_timeout.min(self.time_left());
        let written = timeout(patience, async {
            match &mut self.channel {
                Channel::Plain(stream) => stream.write_all(text.as_bytes()).await,
                Channel::Tls(stream) => {
                    stream.write_all(text.as_bytes()).await?;
                    stream.flush().await
                }
                Channel::None => Err(io::ErrorKind::NotConnected.into()),
            }
        })
        .await;
        match written {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(self.closed(&said_by_system(&error))),
            Err(_) => Err(Ending::ReplyTimeout {
                waiting_for: self.said.to_owned(),
                seconds: whole_seconds(patience),
            }),
        }
    }

    /// One line with its end.
    async fn line(
        &mut self,
        waiting_for: &'static str,
        begun: Instant,
        deadline: Instant,
    ) -> Result<Vec<u8>, Ending> {
        let mut searched = 0;
        loop {
            let fresh = self.unread.get(searched..).unwrap_or_default();
            if let Some(end) = fresh.iter().position(|byte| *byte == b'\n') {
                let rest = self.unread.split_off(searched + end + 1);
                let line = std::mem::replace(&mut self.unread, rest);
                if line.len() > MOST_LINE {
                    return Err(self.too_long(&line));
                }
                return Ok(line);
            }
            searched = self.unread.len();
            if searched > MOST_LINE {
                let line = std::mem::take(&mut self.unread);
                return Err(self.too_long(&line));
            }
            let mut buffer = [0; 4096];
            match timeout_at(deadline, read(&mut self.channel, &mut buffer)).await {
                Ok(Ok(0)) => return Err(self.closed("the server closed the connection")),
                Ok(Ok(size)) => self.keep(buffer.get(..size).unwrap_or_default())?,
                Ok(Err(error)) => return Err(self.closed(&said_by_system(&error))),
                Err(_) => {
                    self.half_line();
                    let seconds = whole_seconds(deadline.saturating_duration_since(begun));
                    self.note(&format!("no complete reply within {seconds} s"));
                    if deadline == self.until {
                        let most = whole_seconds(self.net.talk_timeout);
                        self.note(&format!(
                            "the conversation has lasted {most} s, the most it may"
                        ));
                    }
                    return Err(Ending::ReplyTimeout {
                        waiting_for: waiting_for.to_owned(),
                        seconds,
                    });
                }
            }
        }
    }

    fn keep(&mut self, bytes: &[u8]) -> Result<(), Ending> {
        let Some(left) = self.bytes_left.checked_sub(bytes.len()) else {
            let most = MOST_BYTES / (1024 * 1024);
            return Err(self.garbled(format!("it sent more than {most} MB in one conversation")));
        };
        self.bytes_left = left;
        self.unread.extend_from_slice(bytes);
        Ok(())
    }

    fn too_long(&mut self, line: &[u8]) -> Ending {
        self.write_down(Who::Server, shown_bytes(line, 80));
        self.garbled(format!("a line is longer than {MOST_LINE} bytes"))
    }

    fn garbled(&mut self, why: String) -> Ending {
        self.note(&format!("protocol broken: {why}"));
        self.channel = Channel::None;
        Ending::Garbled { why }
    }

    fn closed(&mut self, how: &str) -> Ending {
        self.half_line();
        self.note(how);
        self.channel = Channel::None;
        Ending::Closed { after: self.said.to_owned() }
    }

    /// Writes down what came before the line broke off.
    fn half_line(&mut self) {
        if !self.unread.is_empty() {
            let rest = std::mem::take(&mut self.unread);
            self.write_down(Who::Server, shown_bytes(&rest, 512));
        }
    }

    fn write_down(&mut self, who: Who, text: String) {
        if self.transcript.len() >= self.most_lines {
            self.transcript.pop_front();
        }
        self.transcript.push_back(TranscriptLine { at: self.net.clock.now(), who, text });
    }
}
