//! Name servers by UDP and TCP (RFC 1035 4.2): the one that speaks for the
//! zones, and two that stand in for public resolvers.

use std::sync::Arc;
use std::time::Duration;

use hickory_proto::op::{Edns, Message, MessageType, Metadata, OpCode, ResponseCode};
use hickory_proto::rr::DNSClass;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::time::timeout;

use super::{Controls, listen, zone};

/// Largest answer by UDP where the question names none (RFC 1035 4.2.1).
const PLAIN_UDP: usize = 512;
/// Largest answer by UDP at all: what passes every network unfragmented.
const LARGEST_UDP: u16 = 1232;
/// Silence that ends a TCP connection.
const IDLE: Duration = Duration::from_secs(10);
/// Questions in one TCP connection.
const QUESTIONS: usize = 256;

/// In which office a name server speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Office {
    /// For its zones (AA), and for nothing else.
    Authority,
    /// As a resolver for anybody (RA). It keeps no answer, so that a switch
    /// shows at once.
    Resolver,
}

/// Answers by UDP until dropped.
pub(super) async fn by_udp(socket: UdpSocket, controls: Controls, office: Office) {
    let mut packet = vec![0; 4096];
    loop {
        match socket.recv_from(&mut packet).await {
            Ok((length, peer)) => {
                let question = packet.get(..length).unwrap_or_default();
                if let Some(reply) = reply(&controls, office, question, true) {
                    let _ = socket.send_to(&reply, peer).await;
                }
            }
            // Windows reports a peer that has gone as an error of the socket.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

/// Answers by TCP until dropped.
pub(super) async fn by_tcp(listener: TcpListener, controls: Controls, office: Office) {
    let controls = Arc::new(controls);
    listen::serve(listener, |stream| {
        let controls = controls.clone();
        async move {
            let _ = talk(stream, &controls, office).await;
        }
    })
    .await;
}

/// Each message follows its length in two octets (RFC 1035 4.2.2).
async fn talk(mut stream: TcpStream, controls: &Controls, office: Office) -> std::io::Result<()> {
    for _ in 0..QUESTIONS {
        let length = timeout(IDLE, stream.read_u16()).await??;
        let mut question = vec![0; usize::from(length)];
        timeout(IDLE, stream.read_exact(&mut question)).await??;
        let Some(reply) = reply(controls, office, &question, false) else { break };
        let Ok(length) = u16::try_from(reply.len()) else { break };
        let mut framed = length.to_be_bytes().to_vec();
        framed.extend(reply);
        timeout(IDLE, stream.write_all(&framed)).await??;
    }
    Ok(())
}

/// The reply to one packet; `None` where it is no question at all.
fn reply(controls: &Controls, office: Office, packet: &[u8], udp: bool) -> Option<Vec<u8>> {
    let Ok(question) = Message::from_vec(packet) else {
        // Whoever sent a readable header hears that the rest is not.
        let id = u16::from_be_bytes([*packet.first()?, *packet.get(1)?]);
        let is_question = packet.len() >= 12 && packet.get(2)? & 0x80 == 0;
        return is_question
            .then(|| Message::error_msg(id, OpCode::Query, ResponseCode::FormErr).to_vec().ok())?;
    };
    if question.metadata.message_type != MessageType::Query {
        return None;
    }
    let answer = answer(controls, office, &question);
    let whole = answer.to_vec().ok()?;
    let room = match &question.edns {
        Some(edns) => usize::from(edns.max_payload().min(LARGEST_UDP)).max(PLAIN_UDP),
        None => PLAIN_UDP,
    };
    if udp && whole.len() > room { cut(answer).to_vec().ok() } else { Some(whole) }
}

/// Computes the answer as the world stands now.
fn answer(controls: &Controls, office: Office, question: &Message) -> Message {
    let mut metadata = Metadata::response_from_request(&question.metadata);
    metadata.recursion_available = office == Office::Resolver;
    let mut answer = Message::response(metadata.id, metadata.op_code);
    answer.metadata = metadata;
    answer.queries = question.queries.clone();
    if question.edns.is_some() {
        let mut edns = Edns::new();
        edns.set_max_payload(LARGEST_UDP);
        answer.set_edns(edns);
    }
    let code = &mut answer.metadata.response_code;
    if question.metadata.op_code != OpCode::Query {
        *code = ResponseCode::NotImp;
        return answer;
    }
    let [query] = question.queries.as_slice() else {
        *code = ResponseCode::FormErr;
        return answer;
    };
    if query.query_class != DNSClass::IN {
        *code = ResponseCode::Refused;
        return answer;
    }
    let looked = zone::look_up(controls, &query.name, query.query_type);
    if office == Office::Authority && !looked.in_zone {
        *code = ResponseCode::Refused;
        return answer;
    }
    *code = looked.code;
    answer.metadata.authoritative = office == Office::Authority;
    answer.answers = looked.answers;
    answer.authorities = looked.authority;
    answer
}

/// The same without records, marked as cut short (TC): ask again by TCP.
fn cut(mut answer: Message) -> Message {
    answer.metadata.truncation = true;
    answer.answers.clear();
    answer.authorities.clear();
    answer
}
