//! The one message that this program sends, and only when its user says so:
//! a token to one person. Nothing else in the program can say DATA.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::Net;
use super::conversation::{ask, begin, nothing_said};
use super::smtp::{Conversation, Ending, Envelope, Reply, Script, Sender};
use super::wire::Wire;
use crate::plan::Address;

/// A test message, written. Its text is ours alone; only the two addresses and
/// the token differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestMessage {
    from: Address,
    to: Address,
    token: String,
    text: String,
}

/// Why there is no such message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TestMessageError {
    /// A local part outside ASCII.
    #[error(
        "{0} has letters outside ASCII before the @, which a test message can't be written to or from. Choose another address."
    )]
    NotAscii(Address),
}

impl TestMessage {
    /// The message of this moment. The same addresses and the same moment
    /// give the same token.
    ///
    /// # Errors
    /// When an address can't stand in a plain header.
    pub fn new(from: &Address, to: &Address, at: Timestamp) -> Result<Self, TestMessageError> {
        if let Some(odd) = [from, to].into_iter().find(|address| address.needs_smtputf8()) {
            return Err(TestMessageError::NotAscii(odd.clone()));
        }
        let sum = Sha256::new()
            .chain_update(at.as_nanosecond().to_be_bytes())
            .chain_update(from.to_string())
            .chain_update(to.to_string())
            .finalize();
        let letters: String =
            sum.iter().take(5).map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
        let token = format!("sdr-{letters}");
        let date = at.strftime("%a, %d %b %Y %H:%M:%S +0000");
        let text = [
            format!("From: <{from}>"),
            format!("To: <{to}>"),
            format!("Subject: Test message {token}"),
            format!("Date: {date}"),
            format!("Message-ID: <{token}@{}>", from.domain()),
            format!("X-SDR-Test: {token}"),
            "Auto-Submitted: auto-generated".to_owned(),
            "MIME-Version: 1.0".to_owned(),
            "Content-Type: text/plain; charset=us-ascii".to_owned(),
            String::new(),
            "This message was sent on request by the administrator of your mail".to_owned(),
            "domain, to see which way mail to you takes. Nothing needs to be done.".to_owned(),
            String::new(),
            "To show the way, open the message's headers (\"view source\", \"internet".to_owned(),
            "headers\") and send them to the administrator.".to_owned(),
            String::new(),
            format!("Token: {token}"),
        ];
        let text = text.map(|line| format!("{line}\r\n")).concat();
        Ok(Self { from: from.clone(), to: to.clone(), token, text })
    }

    /// What tells this message from all others.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// The whole message, lines ended by CRLF.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// What became of a test message at the server that it was handed to.
#[derive(Debug, Clone)]
pub struct Handover {
    /// Everything that was said.
    pub talk: Conversation,
    /// How far the message itself came.
    pub text: Text,
}

/// How far the text of a message came.
#[derive(Debug, Clone)]
pub enum Text {
    /// Nothing of it was sent; with the reply to DATA, where that was said.
    Kept(Option<Reply>),
    /// It was sent, and no reply came: the server may have it (RFC 5321 4.2.5).
    Unanswered,
    /// It was sent, and the server said this.
    Answered(Reply),
}

/// Hands the message to one server: connect, EHLO, STARTTLS, MAIL FROM, RCPT
/// TO, DATA, QUIT. What the user confirmed is sent once, and never again by
/// itself.
pub async fn send_test_message(
    net: &Net,
    host: &str,
    at: std::net::SocketAddr,
    message: &TestMessage,
) -> Handover {
    let script = Script { host: host.to_owned(), at, starttls: true, envelopes: Vec::new() };
    let mut talk = nothing_said(&script);
    let mut wire = Wire::new(net);
    let mut text = Text::Kept(None);
    match hand_over(net, &script, message, &mut wire, &mut talk, &mut text).await {
        Ok(()) => wire.quit().await,
        Err(ending) => talk.ending = ending,
    }
    talk.transcript = wire.into_transcript();
    Handover { talk, text }
}

async fn hand_over(
    net: &Net,
    script: &Script,
    message: &TestMessage,
    wire: &mut Wire<'_>,
    talk: &mut Conversation,
    text: &mut Text,
) -> Result<(), Ending> {
    if !begin(net, script, wire, talk).await? {
        return Ok(());
    }
    let from = Sender::Address(message.from.clone());
    ask(&Envelope { from, to: vec![message.to.clone()] }, wire, talk).await?;
    let accepted = talk
        .envelopes
        .first()
        .and_then(|envelope| envelope.rcpts.first())
        .and_then(|rcpt| rcpt.reply.as_ref())
        .is_some_and(|reply| (200..300).contains(&reply.code));
    if !accepted {
        return Ok(());
    }
    let go = wire.say("DATA", "DATA").await?;
    let code = go.code;
    *text = Text::Kept(Some(go));
    match code {
        354 => {}
        400..=599 => return Ok(()),
        // Without QUIT: whoever waits for a message would take it for one.
        _ => {
            let why = format!("DATA was answered with {code} and not with 354");
            return Err(Ending::Garbled { why });
        }
    }
    wire.nothing_unasked().await?;
    *text = Text::Unanswered;
    *text = Text::Answered(wire.say_text(&stuffed(&message.text)).await?);
    Ok(())
}

/// A dot at the start of a line is doubled (RFC 5321 4.5.2), so that no line
/// of the message ends it.
fn stuffed(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for line in text.split_inclusive('\n') {
        if line.starts_with('.') {
            out.push('.');
        }
        out.push_str(line);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_ours_but_for_addresses_and_token() {
        let address = |text: &str| Address::parse(text).unwrap();
        let at = "2026-03-02T09:00:00Z".parse().unwrap();
        let (ann, bob) = (address("ann@example.com"), address("bob@example.org"));
        let message = TestMessage::new(&bob, &ann, at).unwrap();
        assert_eq!(message, TestMessage::new(&bob, &ann, at).unwrap());
        assert_ne!(message.token(), TestMessage::new(&ann, &bob, at).unwrap().token());
        let lines: Vec<&str> = message.text().split("\r\n").collect();
        assert!(
            message.text().is_ascii() && !message.text().replace("\r\n", "").contains(['\r', '\n'])
        );
        assert!(lines.iter().all(|line| line.len() <= 78 && *line != "."), "{lines:?}");
        assert_eq!(lines[3], "Date: Mon, 02 Mar 2026 09:00:00 +0000");
        assert!(lines.contains(&format!("X-SDR-Test: {}", message.token()).as_str()));
        assert!(TestMessage::new(&bob, &address("jörg@example.com"), at).is_err());
    }

    #[test]
    fn no_line_ends_a_message_early() {
        assert_eq!(stuffed("a\r\n.\r\n..b\r\nc.\r\n"), "a\r\n..\r\n...b\r\nc.\r\n");
    }
}
