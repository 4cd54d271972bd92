//! What any stranger on the network can do: raw DNS packets, raw SMTP, raw
//! HTTP, always to the sockets behind the map.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hickory_proto::op::{Message, Query};
use hickory_proto::rr::{Name, RecordType};
use jiff::Timestamp;
use sdr_wizard::net::{Clock, Lead, Net, Reach, sign};
use sdr_wizard::plan::Address;
use sdr_wizard::practice::{Conditions, Fault, PracticeWorld, Switches};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};

pub(crate) const EXTERNAL: &str = "192.0.2.25:25";
pub(crate) const MX1: &str = "198.51.100.1:25";
pub(crate) const MX2: &str = "198.51.100.2:25";
pub(crate) const NS1: &str = "192.0.2.53:53";
pub(crate) const NS2: &str = "192.0.2.54:53";
pub(crate) const API: &str = "198.51.100.80:80";

pub(crate) async fn world_with(faults: impl IntoIterator<Item = Fault>) -> PracticeWorld {
    let faults: BTreeSet<Fault> = faults.into_iter().collect();
    let switches = Switches { faults, ..Switches::all_done() };
    let tarpit = Duration::from_millis(200);
    PracticeWorld::start_under(Conditions { tarpit, ..Conditions::with(switches) }).await.unwrap()
}

pub(crate) fn lead(net: &Net, published: &str) -> Option<Lead> {
    let Reach::Practice { map, .. } = &net.reach else { panic!("this leads out into the world") };
    map.get(published.parse().unwrap())
}

pub(crate) fn real(net: &Net, published: &str) -> SocketAddr {
    match lead(net, published) {
        Some(Lead::To(socket)) => socket,
        other => panic!("{published} leads to {other:?}"),
    }
}

pub(crate) async fn ask(net: &Net, server: &str, name: &str, kind: RecordType) -> Message {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let mut question = Message::query();
    question.metadata.recursion_desired = true;
    question.add_query(Query::query(Name::from_ascii(name).unwrap(), kind));
    socket.send_to(&question.to_vec().unwrap(), real(net, server)).await.unwrap();
    let mut packet = [0; 4096];
    let (length, _) = socket.recv_from(&mut packet).await.unwrap();
    let answer = Message::from_vec(&packet[..length]).unwrap();
    assert_eq!(answer.metadata.id, question.metadata.id);
    assert_eq!(answer.queries, question.queries);
    answer
}

/// The data of the answer section, as `dig +short` prints it.
pub(crate) async fn short(net: &Net, server: &str, name: &str, kind: RecordType) -> Vec<String> {
    let answer = ask(net, server, name, kind).await;
    answer.answers.iter().map(|record| record.data.to_string()).collect()
}

pub(crate) struct Smtp<S> {
    pub(crate) stream: S,
}

impl Smtp<TcpStream> {
    pub(crate) async fn connect(net: &Net, published: &str) -> (Self, String) {
        let stream = TcpStream::connect(real(net, published)).await.unwrap();
        let mut smtp = Self { stream };
        let banner = smtp.reply().await;
        (smtp, banner)
    }

    /// With EHLO and MAIL FROM behind it.
    pub(crate) async fn ready(net: &Net, published: &str, sender: &str) -> (Self, String) {
        let (mut smtp, _) = Self::connect(net, published).await;
        smtp.say("EHLO test.invalid").await;
        let mail = smtp.say(&format!("MAIL FROM:<{sender}>")).await;
        (smtp, mail)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Smtp<S> {
    pub(crate) async fn say(&mut self, line: &str) -> String {
        self.stream.write_all(format!("{line}\r\n").as_bytes()).await.unwrap();
        self.reply().await
    }

    /// One reply, all its lines; empty when the server is gone.
    pub(crate) async fn reply(&mut self) -> String {
        let mut reply = Vec::new();
        loop {
            let mut octet = [0];
            if self.stream.read(&mut octet).await.unwrap_or(0) == 0 {
                return String::from_utf8(reply).unwrap();
            }
            reply.push(octet[0]);
            let last = reply.rsplit(|octet| *octet == b'\n').nth(1).unwrap_or_default();
            if reply.ends_with(b"\r\n") && last.get(3) == Some(&b' ') {
                return String::from_utf8(reply).unwrap();
            }
        }
    }
}

/// What a server says to a recipient, asked by a stranger.
pub(crate) async fn rcpt(net: &Net, published: &str, recipient: &str) -> String {
    let (mut smtp, mail) = Smtp::ready(net, published, "someone@example.org").await;
    assert!(mail.starts_with("250"), "{mail}");
    smtp.say(&format!("RCPT TO:<{recipient}>")).await
}

#[derive(Clone)]
pub(crate) struct HandClock(pub(crate) Arc<Mutex<Timestamp>>);

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

pub(crate) fn agent() -> &'static str {
    "practice-test/1"
}

pub(crate) async fn request(net: &Net, text: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(real(net, API)).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();
    let status = response.split(' ').nth(1).unwrap().parse().unwrap();
    (status, response)
}

pub(crate) async fn get_signed(
    world: &PracticeWorld,
    path: &str,
    signature: &str,
) -> (u16, String) {
    let text = format!(
        "GET {path} HTTP/1.1\r\nHost: api.emailsrvr.com\r\nUser-Agent: {}\r\nX-Api-Signature: {signature}\r\n\r\n",
        agent()
    );
    request(&world.net(), &text).await
}

pub(crate) async fn get(world: &PracticeWorld, path: &str) -> (u16, String) {
    get_signed(world, path, &sign(&world.api_key(), agent(), "20260301090000")).await
}

pub(crate) fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}
