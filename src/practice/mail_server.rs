//! The mail servers: real SMTP (RFC 5321, 1870, 2920, 3207) whose every
//! decision about a recipient is the model's.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

use super::envelope::{self, Envelope, Path};
use super::lines::{self, Line};
use super::voice::{OWN_SENDER, Voice};
use super::{Controls, Fault, listen};
use crate::net::{Clock, Sender};
use crate::plan::Address;
use crate::route::{RcptAnswer, System};

/// Silence that ends a session.
const IDLE: Duration = Duration::from_secs(120);
/// Commands in one session.
const COMMANDS: usize = 2000;
/// Recipients of one message (RFC 5321 4.5.3.1.8 asks for 100).
const RECIPIENTS: usize = 100;

/// One mail server of the practice world.
pub(super) struct MailServer {
    /// The name in its greeting.
    pub(super) name: String,
    /// Which of the model's systems it belongs to.
    pub(super) system: System,
    pub(super) voice: Voice,
    pub(super) controls: Controls,
    pub(super) clock: Arc<dyn Clock>,
    /// With the certificate that fits.
    pub(super) tls: TlsAcceptor,
    /// With the one of fault `bad-certificate`.
    pub(super) bad_tls: Option<TlsAcceptor>,
    /// How long it waits before a refusal in fault `tarpit`.
    pub(super) tarpit: Duration,
    /// Messages taken so far.
    pub(super) taken: AtomicU64,
}

/// Takes sessions until dropped.
pub(super) async fn run(listener: TcpListener, server: MailServer) {
    let server = Arc::new(server);
    listen::serve(listener, |stream| {
        let server = server.clone();
        async move {
            // A broken connection is the peer's business.
            let _ = session(&server, stream).await;
        }
    })
    .await;
}

trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

/// What a session is to do after a reply.
enum Next {
    Go,
    StartTls,
    TakeMessage,
    Close,
}

struct Session<'a> {
    server: &'a MailServer,
    greeted: bool,
    tls_is_up: bool,
    envelope: Option<Envelope>,
}

async fn session(server: &MailServer, stream: TcpStream) -> std::io::Result<()> {
    let mut wire: BufReader<Box<dyn Wire>> = BufReader::new(Box::new(stream));
    let mut session = Session { server, greeted: false, tls_is_up: false, envelope: None };
    say(&mut wire, &server.voice.banner(&server.name, server.clock.now())).await?;
    for _ in 0..COMMANDS {
        let line = match timeout(IDLE, lines::read(&mut wire)).await {
            Ok(line) => line?,
            Err(_) => return say(&mut wire, "421 4.4.1 Connection timed out").await,
        };
        let command = match line {
            Line::Text(command) => command,
            Line::NotText => {
                say(&mut wire, "500 5.5.2 Only UTF-8 here").await?;
                continue;
            }
            Line::TooLong => return say(&mut wire, "500 5.5.2 Line too long").await,
            Line::End => return Ok(()),
        };
        let (reply, next) = session.command(&command);
        if reply.starts_with('5') && session.external_with(Fault::Tarpit) {
            sleep(server.tarpit).await;
        }
        say(&mut wire, &reply).await?;
        match next {
            Next::Go => {}
            Next::Close => return Ok(()),
            Next::StartTls => {
                let acceptor = match &server.bad_tls {
                    Some(bad) if session.external_with(Fault::BadCertificate) => bad,
                    _ => &server.tls,
                };
                // What was sent before TLS is thrown away with the buffer
                // (RFC 3207 4.2): nobody slips commands in front of it.
                let bare = wire.into_inner();
                let stream = timeout(IDLE, acceptor.accept(bare)).await??;
                wire = BufReader::new(Box::new(stream));
                session = Session { greeted: false, tls_is_up: true, envelope: None, ..session };
            }
            Next::TakeMessage => {
                let message = timeout(IDLE, lines::read_message(&mut wire)).await??;
                let reply = session.message(&message);
                say(&mut wire, &reply).await?;
            }
        }
    }
    say(&mut wire, "421 4.7.0 Too many commands").await
}

/// Sends a reply, whole.
async fn say(wire: &mut BufReader<Box<dyn Wire>>, reply: &str) -> std::io::Result<()> {
    let sent = async {
        wire.write_all(format!("{reply}\r\n").as_bytes()).await?;
        wire.flush().await
    };
    timeout(IDLE, sent).await?
}

impl Session<'_> {
    fn external_with(&self, fault: Fault) -> bool {
        self.server.system == System::External && self.server.controls.switches().has(fault)
    }

    fn command(&mut self, line: &str) -> (String, Next) {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        let rest = rest.trim();
        let go = |reply: &str| (reply.to_owned(), Next::Go);
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" | "HELO" if rest.is_empty() => go("501 5.5.4 Name yourself"),
            "EHLO" => {
                (self.greeted, self.envelope) = (true, None);
                let lines = self.server.voice.ehlo(&self.server.name, self.tls_is_up);
                (lines::multiline(250, &lines), Next::Go)
            }
            "HELO" => {
                (self.greeted, self.envelope) = (true, None);
                (format!("250 {}", self.server.name), Next::Go)
            }
            "STARTTLS" if self.tls_is_up => go("503 5.5.1 TLS is up already"),
            "STARTTLS" if !rest.is_empty() => go("501 5.5.4 No parameters here"),
            "STARTTLS" => ("220 2.0.0 Ready to start TLS".to_owned(), Next::StartTls),
            "MAIL" if !self.greeted => go("503 5.5.1 Say EHLO first"),
            "MAIL" if self.envelope.is_some() => go("503 5.5.1 Sender is set already"),
            "MAIL" => (self.mail(rest), Next::Go),
            "RCPT" => (self.rcpt(rest), Next::Go),
            "DATA" => match &self.envelope {
                Some(envelope) if !envelope.to.is_empty() => {
                    ("354 Start mail input; end with <CRLF>.<CRLF>".to_owned(), Next::TakeMessage)
                }
                Some(_) => go("554 5.5.1 No valid recipients"),
                None => go("503 5.5.1 Say MAIL first"),
            },
            "RSET" => {
                self.envelope = None;
                go("250 2.0.0 Ok")
            }
            "NOOP" => go("250 2.0.0 Ok"),
            "VRFY" => go("252 2.1.5 Cannot tell; send some mail and see"),
            "QUIT" => (self.server.voice.bye().to_owned(), Next::Close),
            "HELP" => go("214 2.0.0 This is a server of the practice world"),
            _ => go("500 5.5.2 Command not known"),
        }
    }

    fn mail(&mut self, rest: &str) -> String {
        let (path, size) = match envelope::mail(rest) {
            Ok(parsed) => parsed,
            Err(reply) => return reply.to_owned(),
        };
        if size.is_some_and(|size| size > self.server.voice.largest()) {
            return "552 5.3.4 Message size exceeds fixed maximum message size".to_owned();
        }
        let from = match path {
            Path::Null => Sender::Null,
            Path::Address(address) => Sender::Address(address),
            Path::Postmaster => return "501 5.1.7 Give the sender's domain".to_owned(),
        };
        if self.external_with(Fault::OwnDomainRefused)
            && matches!(&from, Sender::Address(from) if from.domain() == self.server.controls.plan().domain())
        {
            return OWN_SENDER.to_owned();
        }
        self.envelope = Some(Envelope { from, to: Vec::new() });
        self.server.voice.sender_ok().to_owned()
    }

    fn rcpt(&mut self, rest: &str) -> String {
        let greylisted = self.external_with(Fault::Greylist);
        let controls = &self.server.controls;
        let Some(envelope) = &mut self.envelope else {
            return "503 5.5.1 Say MAIL first".to_owned();
        };
        let to = match envelope::rcpt(rest) {
            Ok(Path::Address(address)) => address,
            Ok(Path::Postmaster) => postmaster(controls),
            Ok(Path::Null) => return "501 5.1.3 A recipient is needed".to_owned(),
            Err(reply) => return reply.to_owned(),
        };
        if envelope.to.len() >= RECIPIENTS {
            return "452 4.5.3 Too many recipients".to_owned();
        }
        let answer = controls.world().rcpt(self.server.system, &to);
        // The host has asked about its recipients for years and waits for
        // nobody: only who comes from outside is deferred.
        if greylisted && answer != RcptAnswer::RelayDenied {
            let from = envelope.sender_text();
            let now = self.server.clock.now();
            if let Some(seconds) = controls.greylist().defers(&from, &to.to_string(), now) {
                return format!("451 4.7.1 Greylisting in action, come back in {seconds} seconds");
            }
        }
        if answer == RcptAnswer::Accepted {
            envelope.to.push(to.clone());
        }
        self.server.voice.rcpt(answer, &to)
    }

    fn message(&mut self, message: &lines::Message) -> String {
        let Some(envelope) = self.envelope.take() else {
            return "503 5.5.1 Say MAIL first".to_owned();
        };
        if message.size > self.server.voice.largest() {
            return "552 5.3.4 Message size exceeds fixed maximum message size".to_owned();
        }
        let at = self.server.clock.now();
        for delivered in envelope.carried_by(&self.server.controls, self.server.system, at, message)
        {
            self.server.controls.record(delivered);
        }
        let number = self.server.taken.fetch_add(1, Ordering::SeqCst) + 1;
        self.server.voice.message_ok(number)
    }
}

/// `RCPT TO:<Postmaster>` needs no domain (RFC 5321 4.5.1).
fn postmaster(controls: &Controls) -> Address {
    let text = format!("postmaster@{}", controls.plan().domain());
    super::sample::known(Address::parse(&text))
}
