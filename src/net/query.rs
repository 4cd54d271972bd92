//! One question to one name server, on the wire (RFC 1035 4, RFC 6891).

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::{Duration, Instant};

use hickory_proto::op::{self, Edns, Message, MessageType, OpCode};
use hickory_proto::rr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UdpSocket;
use tokio::time::{Instant as Deadline, timeout_at};

use super::Net;
use super::answer::{Asked, read};
use super::dns::{DnsError, RecordType};
use super::reach::{NotReached, Unreached, said_by_system};
use crate::shown::shown;

/// What a reply by UDP may weigh without being torn on its way (DNS flag day 2020).
const PAYLOAD: u16 = 1232;

/// Asks `server`; silence is met by asking once more, from another port with
/// another id, while the first answer may still come.
pub(super) async fn exchange(
    net: &Net,
    server: SocketAddr,
    name: &str,
    kind: RecordType,
    recursion: bool,
) -> Result<Asked, DnsError> {
    let begun = Instant::now();
    let mut question = Question::new(server, name, kind, recursion)?;
    let mut by_tcp = false;
    let mut reply = question.twice(net).await?;
    // Servers older than EDNS call the question malformed.
    if matches!(reply.metadata.response_code, op::ResponseCode::FormErr | op::ResponseCode::NotImp)
    {
        question.edns = false;
        reply = question.by_udp(net).await?;
    }
    if reply.metadata.truncation {
        by_tcp = true;
        reply = question.by_tcp(net).await?;
    }
    read(&question, &reply, by_tcp, begun.elapsed())
}

pub(super) struct Question {
    pub(super) server: SocketAddr,
    pub(super) name: rr::Name,
    pub(super) kind: RecordType,
    recursion: bool,
    edns: bool,
}

impl Question {
    pub(super) fn new(
        server: SocketAddr,
        name: &str,
        kind: RecordType,
        recursion: bool,
    ) -> Result<Self, DnsError> {
        Ok(Self { server, name: wire_name(name)?, kind, recursion, edns: true })
    }

    /// By UDP, and the same once more when half of the patience is over.
    async fn twice(&self, net: &Net) -> Result<Message, DnsError> {
        let mut first = std::pin::pin!(self.by_udp(net));
        let mut second = std::pin::pin!(async {
            tokio::time::sleep(net.dns_timeout / 2).await;
            self.by_udp(net).await
        });
        tokio::select! {
            reply = &mut first => match reply {
                Err(DnsError::Timeout { .. }) => second.await,
                reply => reply,
            },
            reply = &mut second => reply,
        }
    }

    async fn by_udp(&self, net: &Net) -> Result<Message, DnsError> {
        let deadline = Deadline::now() + net.dns_timeout;
        let socket = net
            .reach
            .way_to(self.server, net.dns_timeout)
            .await
            .map_err(|error| self.not_reached(error))?;
        let (id, packet) = self.packet()?;
        let here: SocketAddr = match socket {
            SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
            SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
        };
        // A connected socket takes packets from the server only, and the
        // system picks its port at random.
        let udp = UdpSocket::bind(here).await.map_err(|error| self.unreachable(&error))?;
        udp.connect(socket).await.map_err(|error| self.unreachable(&error))?;
        udp.send(&packet).await.map_err(|error| self.unreachable(&error))?;
        let mut buffer = vec![0; 4096];
        let mut strays = 0_u32;
        loop {
            let size = match timeout_at(deadline, udp.recv(&mut buffer)).await {
                Ok(Ok(size)) => size,
                Ok(Err(error)) => return Err(self.unreachable(&error)),
                Err(_) if strays == 0 => return Err(self.timeout(net.dns_timeout * 3 / 2)),
                Err(_) => {
                    return Err(self.garbled("none of the packets it sent belongs to the question"));
                }
            };
            match self.reply(id, buffer.get(..size).unwrap_or_default()) {
                Some(reply) => return reply,
                None => strays = strays.saturating_add(1),
            }
        }
    }

    async fn by_tcp(&self, net: &Net) -> Result<Message, DnsError> {
        let mut stream = net
            .reach
            .connect(self.server, net.dns_timeout)
            .await
            .map_err(|error| by_tcp(self.not_reached(error)))?;
        let (id, packet) = self.packet()?;
        let size = u16::try_from(packet.len())
            .map_err(|_| DnsError::Name { name: shown(&self.name.to_ascii(), 80) })?;
        let talk = async {
            let mut framed = size.to_be_bytes().to_vec();
            framed.extend(packet);
            stream.write_all(&framed).await?;
            let size = stream.read_u16().await?;
            let mut reply = vec![0; usize::from(size)];
            stream.read_exact(&mut reply).await?;
            Ok::<_, std::io::Error>(reply)
        };
        match tokio::time::timeout(net.dns_timeout, talk).await {
            Ok(Ok(reply)) => self.reply(id, &reply).unwrap_or_else(|| {
                Err(self.garbled("what it sent by TCP does not belong to the question"))
            }),
            Ok(Err(error)) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                Err(self.garbled("it closed the TCP connection before its answer was complete"))
            }
            Ok(Err(error)) => Err(by_tcp(self.unreachable(&error))),
            Err(_) => Err(by_tcp(self.timeout(net.dns_timeout))),
        }
    }

    /// The question under a fresh random id.
    pub(super) fn packet(&self) -> Result<(u16, Vec<u8>), DnsError> {
        let mut message = Message::query();
        message.metadata.recursion_desired = self.recursion;
        message.add_query(op::Query::query(self.name.clone(), wire_type(self.kind)));
        if self.edns {
            let mut edns = Edns::new();
            edns.set_max_payload(PAYLOAD);
            message.set_edns(edns);
        }
        let packet = message
            .to_vec()
            .map_err(|_| DnsError::Name { name: shown(&self.name.to_ascii(), 80) })?;
        Ok((message.metadata.id, packet))
    }

    /// The reply in a packet; `None` when it is not one to this question.
    pub(super) fn reply(&self, id: u16, packet: &[u8]) -> Option<Result<Message, DnsError>> {
        if packet.get(..2)? != id.to_be_bytes() || packet.len() < 12 {
            return None;
        }
        let message = match Message::from_vec(packet) {
            Ok(message) => message,
            // The library's reasons are for those who know the format.
            Err(_) => return Some(Err(self.garbled("its parts do not fit together"))),
        };
        let meta = &message.metadata;
        if meta.message_type != MessageType::Response || meta.op_code != OpCode::Query {
            return None;
        }
        let mirrors = match message.queries.as_slice() {
            [query] => {
                query.name().to_lowercase() == self.name
                    && query.query_type() == wire_type(self.kind)
                    && query.query_class() == rr::DNSClass::IN
            }
            // Servers that could not read the question send none back.
            [] => meta.response_code != op::ResponseCode::NoError,
            _ => false,
        };
        mirrors.then_some(Ok(message))
    }

    fn not_reached(&self, error: NotReached) -> DnsError {
        if error.how == Unreached::Silent {
            DnsError::Timeout { server: self.server, seconds: error.seconds }
        } else {
            DnsError::Unreachable { server: self.server, why: error.why }
        }
    }

    fn unreachable(&self, error: &std::io::Error) -> DnsError {
        DnsError::Unreachable { server: self.server, why: said_by_system(error) }
    }

    fn timeout(&self, waited: Duration) -> DnsError {
        // Rounded down: nobody was waited for longer than that is said.
        DnsError::Timeout { server: self.server, seconds: waited.as_secs().max(1) }
    }

    pub(super) fn garbled(&self, why: &str) -> DnsError {
        DnsError::Garbled { server: self.server, why: why.to_owned() }
    }
}

/// Says that TCP failed: the name server did answer by UDP, but cut short.
fn by_tcp(error: DnsError) -> DnsError {
    match error {
        DnsError::Unreachable { server, why } => {
            DnsError::CutShort { server, why: format!("it can't be reached: {why}") }
        }
        DnsError::Timeout { server, seconds } => {
            DnsError::CutShort { server, why: format!("nothing came within {seconds} s") }
        }
        other => other,
    }
}

/// The name as a question carries it. Letters, digits, hyphens and
/// underscores only: nothing else is ever asked for.
fn wire_name(name: &str) -> Result<rr::Name, DnsError> {
    let fault = || DnsError::Name { name: shown(name, 80) };
    let bare = name.strip_suffix('.').unwrap_or(name);
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    if bare.is_empty() || bare.len() > 253 || !bare.bytes().all(plain) {
        return Err(fault());
    }
    let mut wire = rr::Name::from_ascii(bare.to_ascii_lowercase()).map_err(|_| fault())?;
    wire.set_fqdn(true);
    Ok(wire)
}

fn wire_type(kind: RecordType) -> rr::RecordType {
    match kind {
        RecordType::A => rr::RecordType::A,
        RecordType::Aaaa => rr::RecordType::AAAA,
        RecordType::Mx => rr::RecordType::MX,
        RecordType::Ns => rr::RecordType::NS,
        RecordType::Soa => rr::RecordType::SOA,
        RecordType::Txt => rr::RecordType::TXT,
        RecordType::Cname => rr::RecordType::CNAME,
    }
}
