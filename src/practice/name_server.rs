//! Name servers by UDP and TCP (RFC 1035 4.2): the one that speaks for the
//! zones, and two that stand in for public resolvers.

use std::net::Ipv4Addr;
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
    /// For its zones (AA), and for nothing else; under this address.
    Authority(Ipv4Addr),
    /// As a resolver for anybody (RA). It keeps no answer, so that a switch
    /// shows at once.
    Resolver(Ipv4Addr),
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
    let room = match &question.edns {
        _ if !udp => usize::from(u16::MAX),
        Some(edns) => usize::from(edns.max_payload().min(LARGEST_UDP)).max(PLAIN_UDP),
        None => PLAIN_UDP,
    };
    packed(answer, room)
}

/// Computes the answer as the world stands now.
fn answer(controls: &Controls, office: Office, question: &Message) -> Message {
    let mut metadata = Metadata::response_from_request(&question.metadata);
    let (server, resolves) = match office {
        Office::Authority(at) => (at, false),
        Office::Resolver(at) => (at, true),
    };
    metadata.recursion_available = resolves;
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
    let looked = zone::look_up(controls, server, &query.name, query.query_type);
    if !resolves && !looked.in_zone {
        *code = ResponseCode::Refused;
        return answer;
    }
    *code = looked.code;
    answer.metadata.authoritative = !resolves;
    answer.answers = looked.answers;
    answer.authorities = looked.authority;
    answer
}

/// The answer in at most `room` octets: without records where they don't fit,
/// marked as cut short (TC), so that it is asked again by TCP.
fn packed(mut answer: Message, room: usize) -> Option<Vec<u8>> {
    let whole = answer.to_vec().ok()?;
    if whole.len() <= room {
        return Some(whole);
    }
    answer.metadata.truncation = true;
    answer.answers.clear();
    answer.authorities.clear();
    answer.to_vec().ok()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use hickory_proto::op::Query;
    use hickory_proto::rr::{Name, RecordType};

    use super::super::{Conditions, Controls, Switches, greylist::Greylist, sample};
    use super::*;
    use crate::net::Leads;

    fn controls() -> Controls {
        let switches = Conditions::with(Switches::all_done()).switches;
        let greylist = Greylist::new(Duration::ZERO);
        Controls::new(sample::plan(&switches), switches, greylist, Leads::default(), Vec::new())
    }

    #[test]
    fn an_answer_that_does_not_fit_says_so() {
        let mut question = Message::query();
        let name = Name::from_ascii("rackspace.example.com.").unwrap();
        question.add_query(Query::query(name, RecordType::MX));
        let whole = answer(&controls(), Office::Authority(zone::NS1), &question);
        let read = |room| Message::from_vec(&packed(whole.clone(), room).unwrap()).unwrap();
        assert_eq!((read(512).answers.len(), read(512).metadata.truncation), (2, false));
        assert_eq!((read(40).answers.len(), read(40).metadata.truncation), (0, true));
    }

    #[test]
    fn what_is_no_question_is_not_answered_as_one() {
        let controls = controls();
        let said = |packet: &[u8]| {
            let reply = reply(&controls, Office::Resolver(zone::RESOLVERS[0]), packet, true)?;
            Some(Message::from_vec(&reply).unwrap().metadata)
        };
        assert!(said(b"").is_none() && said(b"\x12").is_none() && said(&[0; 4]).is_none());
        // An answer is never answered: two servers would talk for ever.
        let mut answer = Message::response(7, OpCode::Query);
        assert!(said(&answer.to_vec().unwrap()).is_none());
        answer.metadata.message_type = MessageType::Query;
        assert_eq!(said(&answer.to_vec().unwrap()).unwrap().response_code, ResponseCode::FormErr);
        let torn = [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 63];
        let told = said(&torn).unwrap();
        assert_eq!((told.id, told.response_code), (0x1234, ResponseCode::FormErr));
        answer.metadata.op_code = OpCode::Update;
        let told = said(&answer.to_vec().unwrap()).map(|told| told.response_code);
        assert_eq!(told, Some(ResponseCode::NotImp));
    }
}
