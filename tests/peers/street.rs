//! Where the peers live: a listener for each, and a practice world whose
//! external server it is.

use std::collections::BTreeSet;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use sdr_wizard::net::{Lead, Net, Reach};
use sdr_wizard::plan::{Address, Mailbox, Plan};
use sdr_wizard::practice::PracticeWorld;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What the practice DNS publishes for `mail.example.com`.
const EXTERNAL: &str = "192.0.2.25:25";
/// The verification address of the practice plan.
pub(crate) const KNOWN: &str = "karen.mills@example.com";
pub(crate) const GREETING: &str = "220 mail.example.com ESMTP\r\n";

type Talk = dyn Fn(Line, usize) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync;

/// A peer: what it does with each connection, numbered from 0.
pub(crate) struct Peer {
    pub(crate) name: &'static str,
    talk: Box<Talk>,
}

/// One connection to a peer.
pub(crate) struct Line {
    pub(crate) stream: TcpStream,
    pub(crate) ears: Ears,
}

/// Every line that was heard, in order.
pub(crate) type Ears = Arc<Mutex<Vec<String>>>;

impl Peer {
    pub(crate) fn new<F>(
        name: &'static str,
        talk: impl Fn(Line, usize) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Self { name, talk: Box::new(move |line, count| Box::pin(talk(line, count))) }
    }

    /// One that sends these bytes first, then falls silent.
    pub(crate) fn saying(name: &'static str, bytes: &'static [u8]) -> Self {
        Self::new(name, move |mut line, _| async move {
            say(&mut line.stream, bytes).await;
            while heard(&mut line.stream, &line.ears).await.is_some() {}
        })
    }

    /// One that greets, then answers each line; an empty answer hangs up.
    pub(crate) fn answering(
        name: &'static str,
        reply: impl Fn(&str) -> String + Send + Sync + 'static,
    ) -> Self {
        let reply = Arc::new(reply);
        Self::new(name, move |mut line, _| {
            let reply = reply.clone();
            async move { serve(&mut line.stream, &line.ears, GREETING, &*reply).await }
        })
    }
}

/// A peer at its place.
pub(crate) struct Street {
    pub(crate) at: SocketAddr,
    ears: Ears,
    world: tokio::sync::Mutex<Option<PracticeWorld>>,
}

impl Street {
    pub(crate) async fn with(peer: Peer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let ears = Ears::default();
        let to = ears.clone();
        tokio::spawn(async move {
            for count in 0.. {
                let Ok((stream, _)) = listener.accept().await else { return };
                let _ = stream.set_nodelay(true);
                tokio::spawn((peer.talk)(Line { stream, ears: to.clone() }, count));
            }
        });
        Self { at, ears, world: tokio::sync::Mutex::default() }
    }

    /// A practice world whose external server is this peer, and the plan:
    /// twenty people whom it should know, ten whom it should not.
    pub(crate) async fn world(&self) -> (Net, Plan) {
        let world = PracticeWorld::start(BTreeSet::new()).await.unwrap();
        let (net, mut plan) = (world.net(), world.plan());
        let Reach::Practice { map, .. } = &net.reach else { panic!("not a practice world") };
        map.set(EXTERNAL.parse().unwrap(), Lead::To(self.at));
        plan.roster.remove(|_| true);
        for number in 0..30 {
            let name = if number % 3 == 2 { 'q' } else { 'p' };
            let address = Address::parse(&format!("{name}{number}@example.com")).unwrap();
            plan.roster.put(Mailbox::new(address));
        }
        *self.world.lock().await = Some(world);
        (net, plan)
    }

    pub(crate) fn heard(&self) -> Vec<String> {
        self.ears.lock().unwrap().clone()
    }
}

/// One line of the client, without its end; `None` when it hung up.
pub(crate) async fn heard(stream: &mut (impl AsyncRead + Unpin), ears: &Ears) -> Option<String> {
    let mut line = Vec::new();
    loop {
        match stream.read_u8().await {
            Ok(b'\n') => break,
            Ok(byte) => line.push(byte),
            Err(_) => return None,
        }
    }
    let line = String::from_utf8_lossy(&line).trim_end_matches('\r').to_owned();
    ears.lock().unwrap().push(line.clone());
    Some(line)
}

pub(crate) async fn say(stream: &mut (impl AsyncWrite + Unpin), bytes: impl AsRef<[u8]>) -> bool {
    stream.write_all(bytes.as_ref()).await.is_ok() && stream.flush().await.is_ok()
}

/// Greets, then answers each line; an empty answer hangs up.
pub(crate) async fn serve(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    ears: &Ears,
    greeting: &str,
    reply: &(dyn Fn(&str) -> String + Send + Sync),
) {
    if !say(stream, greeting).await {
        return;
    }
    while let Some(line) = heard(stream, ears).await {
        let answer = reply(&line);
        if answer.is_empty() || !say(stream, answer).await || line == "QUIT" {
            return;
        }
    }
}

/// A server that behaves: knows p... and the verification address.
pub(crate) fn good(line: &str) -> String {
    let known = line.starts_with("RCPT TO:<p") || line.contains(KNOWN);
    match line.get(..4).unwrap_or_default() {
        "EHLO" => "250-mail.example.com\r\n250-PIPELINING\r\n250 SIZE 36700160\r\n",
        "HELO" => "250 mail.example.com\r\n",
        "RCPT" if known => "250 2.1.5 Ok\r\n",
        "RCPT" => "550 5.1.1 no such user\r\n",
        "MAIL" | "RSET" => "250 2.1.0 Ok\r\n",
        "QUIT" => "221 2.0.0 bye\r\n",
        _ => "500 5.5.1 what?\r\n",
    }
    .to_owned()
}

/// As [`good`], but for lines of this verb.
pub(crate) fn but(verb: &'static str, answer: &'static str) -> impl Fn(&str) -> String {
    move |line| if line.starts_with(verb) { answer.to_owned() } else { good(line) }
}
