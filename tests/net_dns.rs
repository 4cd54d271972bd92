//! The name service client against servers that answer as servers in the
//! field do, well and badly. Loopback only.

#![allow(clippy::unwrap_used, reason = "a test that can't build its world has failed")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hickory_proto::op::{Message, MessageType, ResponseCode as Code};
use hickory_proto::rr::rdata::{A, AAAA, CNAME, MX, NS, SOA, TXT};
use hickory_proto::rr::{Name, RData, Record};
use sdr_wizard::net::{Data, DnsError, Lead, Leads, Net, Reach, RecordType, ResponseCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, UdpSocket};

/// How a question came in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Udp,
    Tcp,
}

/// A name server that answers each question with the packets that `answer` gives.
async fn server(
    answer: impl Fn(&Message, By) -> Vec<Vec<u8>> + Send + Sync + 'static,
) -> SocketAddr {
    let answer = Arc::new(answer);
    let (tcp, udp) = loop {
        let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
        if let Ok(udp) = UdpSocket::bind(tcp.local_addr().unwrap()).await {
            break (tcp, udp);
        }
    };
    let at = tcp.local_addr().unwrap();
    let by_udp = Arc::clone(&answer);
    tokio::spawn(async move {
        let mut buffer = [0; 4096];
        while let Ok((size, peer)) = udp.recv_from(&mut buffer).await {
            let question = Message::from_vec(&buffer[..size]).unwrap();
            for packet in by_udp(&question, By::Udp) {
                udp.send_to(&packet, peer).await.unwrap();
            }
        }
    });
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = tcp.accept().await {
            let size = stream.read_u16().await.unwrap();
            let mut packet = vec![0; usize::from(size)];
            stream.read_exact(&mut packet).await.unwrap();
            let question = Message::from_vec(&packet).unwrap();
            for packet in answer(&question, By::Tcp) {
                stream.write_u16(packet.len() as u16).await.unwrap();
                stream.write_all(&packet).await.unwrap();
            }
        }
    });
    at
}

fn name(text: &str) -> Name {
    Name::from_ascii(text).unwrap()
}

fn reply_to(question: &Message) -> Message {
    let mut reply = Message::response(question.metadata.id, question.metadata.op_code);
    reply.metadata.recursion_desired = question.metadata.recursion_desired;
    reply.add_queries(question.queries.clone());
    reply
}

fn mx(owner: &str, preference: u16, exchange: &str) -> Record {
    Record::from_rdata(name(owner), 3600, RData::MX(MX::new(preference, name(exchange))))
}

fn soa(zone: &str, ttl: u32, minimum: u32) -> Record {
    let data = SOA::new(name("ns1.example.com."), name("h.example.com."), 7, 1, 1, 1, minimum);
    Record::from_rdata(name(zone), ttl, RData::SOA(data))
}

fn net(resolver: SocketAddr) -> Net {
    let mut net = Net::with_resolvers(vec![resolver]);
    net.dns_timeout = Duration::from_millis(300);
    net
}

#[tokio::test]
async fn mx_records_come_in_order_with_ttl_and_authority() {
    let at = server(|question, _| {
        let mut reply = reply_to(question);
        reply.metadata.authoritative = true;
        assert!(!question.metadata.recursion_desired, "an authority is not asked to recurse");
        assert_eq!(question.max_payload(), 1232);
        reply.add_answer(mx("Rackspace.Example.COM.", 20, "MX2.emailsrvr.com."));
        reply.add_answer(mx("rackspace.example.com.", 10, "mx1.emailsrvr.com."));
        vec![reply.to_vec().unwrap()]
    })
    .await;
    let answer = net(at).ask(at, "rackspace.example.com.", RecordType::Mx).await.unwrap();
    assert_eq!(answer.code, ResponseCode::NoError);
    assert!(answer.authoritative && !answer.by_tcp);
    assert_eq!(answer.negative_ttl, None);
    assert_eq!(
        answer.mx(),
        [(10, "mx1.emailsrvr.com".to_owned()), (20, "mx2.emailsrvr.com".to_owned())]
    );
    assert_eq!(answer.records[0].ttl, 3600);
    assert_eq!(
        answer.lines(),
        [
            format!(";; {at} asked for rackspace.example.com MX: NOERROR, authoritative"),
            "rackspace.example.com. 3600 IN MX 20 mx2.emailsrvr.com.".to_owned(),
            "rackspace.example.com. 3600 IN MX 10 mx1.emailsrvr.com.".to_owned(),
        ]
    );
}

#[tokio::test]
async fn a_truncated_answer_is_fetched_by_tcp() {
    let at = server(|question, by| {
        let mut reply = reply_to(question);
        if by == By::Udp {
            reply.metadata.truncation = true;
        } else {
            for host in 0..200 {
                reply.add_answer(mx("example.com.", host, &format!("mx{host}.example.com.")));
            }
        }
        vec![reply.to_vec().unwrap()]
    })
    .await;
    let answer = net(at).ask(at, "example.com", RecordType::Mx).await.unwrap();
    assert!(answer.by_tcp);
    assert_eq!(answer.mx().len(), 200);
}

#[tokio::test]
async fn replies_with_another_id_or_question_are_passed_over() {
    let at = server(|question, _| {
        let forged = |change: &dyn Fn(&mut Message)| {
            let mut reply = reply_to(question);
            reply.add_answer(mx("example.com.", 1, "evil.example.net."));
            change(&mut reply);
            reply.to_vec().unwrap()
        };
        let mut real = reply_to(question);
        real.add_answer(mx("example.com.", 10, "mail.example.com."));
        vec![
            forged(&|reply| reply.metadata.id = reply.metadata.id.wrapping_add(1)),
            forged(&|reply| {
                reply.queries[0].set_name(name("example.net."));
            }),
            forged(&|reply| reply.queries.clear()),
            forged(&|reply| reply.metadata.message_type = MessageType::Query),
            b"\0".to_vec(),
            real.to_vec().unwrap(),
        ]
    })
    .await;
    let answer = net(at).ask(at, "example.com", RecordType::Mx).await.unwrap();
    assert_eq!(answer.mx(), [(10, "mail.example.com".to_owned())]);
}

#[tokio::test]
async fn a_negative_answer_may_be_kept_for_the_smaller_of_soa_ttl_and_minimum() {
    for (ttl, minimum, kept) in [(3600, 300, 300), (60, 86_400, 60)] {
        let at = server(move |question, _| {
            let mut reply = reply_to(question);
            reply.metadata.response_code = Code::NXDomain;
            reply.add_authority(soa("example.com.", ttl, minimum));
            vec![reply.to_vec().unwrap()]
        })
        .await;
        let answer = net(at).lookup("rackspace.example.com", RecordType::Mx).await.unwrap();
        assert_eq!(answer.code, ResponseCode::NxDomain);
        assert_eq!(answer.negative_ttl, Some(kept));
        assert_eq!(answer.mx(), []);
    }
}

#[tokio::test]
async fn silence_is_a_timeout_after_asking_twice() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let at = server(move |_, _| {
        count.fetch_add(1, Ordering::SeqCst);
        Vec::new()
    })
    .await;
    let error = net(at).ask(at, "example.com", RecordType::A).await.unwrap_err();
    assert_eq!(error, DnsError::Timeout { server: at, seconds: 1 });
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_first_packet_that_is_lost_does_not_matter() {
    let asked = AtomicUsize::new(0);
    let at = server(move |question, _| {
        if asked.fetch_add(1, Ordering::SeqCst) == 0 {
            return Vec::new();
        }
        let mut reply = reply_to(question);
        reply.add_answer(mx("example.com.", 10, "mail.example.com."));
        vec![reply.to_vec().unwrap()]
    })
    .await;
    assert_eq!(net(at).ask(at, "example.com", RecordType::Mx).await.unwrap().mx().len(), 1);
}

#[tokio::test]
async fn what_is_not_dns_is_called_so() {
    let at = server(|question, _| {
        let mut packet = reply_to(question).to_vec().unwrap();
        packet[7] = 9; // nine answers promised, none there
        vec![packet]
    })
    .await;
    assert!(matches!(
        net(at).ask(at, "example.com", RecordType::Mx).await,
        Err(DnsError::Garbled { .. })
    ));
    let at = server(|_, _| vec![b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()]).await;
    assert!(matches!(
        net(at).ask(at, "example.com", RecordType::Mx).await,
        Err(DnsError::Garbled { .. })
    ));
}

/// What one server says of the MX records of `example.com`, given its answer section.
async fn said_of_example(code: Code, records: Vec<Record>) -> Result<Vec<String>, DnsError> {
    let at = server(move |question, _| {
        let mut reply = reply_to(question);
        reply.metadata.response_code = code;
        reply.add_answers(records.clone());
        vec![reply.to_vec().unwrap()]
    })
    .await;
    let answer = net(at).ask(at, "example.com", RecordType::Mx).await?;
    Ok(answer.mx().into_iter().map(|(_, exchange)| exchange).collect())
}

#[tokio::test]
async fn records_of_other_names_say_nothing_about_the_one_asked_for() {
    let cname =
        |owner: &str, to: &str| Record::from_rdata(name(owner), 60, RData::CNAME(CNAME(name(to))));
    let foreign = mx("other.example.com.", 10, "mx.foreign.test.");
    let own = mx("EXAMPLE.com.", 10, "mail.example.com.");

    let only = said_of_example(Code::NoError, vec![foreign.clone()]).await.unwrap_err();
    assert!(
        matches!(&only, DnsError::Garbled { why, .. } if why.contains("other.example.com")),
        "{only}"
    );
    let beside = said_of_example(Code::NoError, vec![foreign.clone(), own]).await.unwrap();
    assert_eq!(beside, ["mail.example.com"]);

    // In whatever order a chain of CNAMEs comes, and where it goes in circles.
    let chain = vec![
        mx("b.test.", 10, "mail.b.test."),
        cname("A.test.", "b.test."),
        foreign,
        cname("example.com.", "a.TEST."),
        cname("b.test.", "example.com."),
    ];
    assert_eq!(said_of_example(Code::NoError, chain).await.unwrap(), ["mail.b.test"]);
    let leads_nowhere = vec![cname("example.com.", "gone.test.")];
    assert!(said_of_example(Code::NXDomain, leads_nowhere).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_name_that_does_not_exist_has_no_records() {
    let records = vec![mx("example.com.", 10, "mail.example.com.")];
    let error = said_of_example(Code::NXDomain, records).await.unwrap_err();
    assert!(
        matches!(&error, DnsError::Garbled { why, .. } if why.contains("does not exist")),
        "{error}"
    );
}

#[tokio::test]
async fn a_server_older_than_edns_is_asked_without_it() {
    let at = server(|question, _| {
        let mut reply = reply_to(question);
        if question.edns.is_some() {
            reply.metadata.response_code = Code::FormErr;
            reply.queries.clear();
        } else {
            reply.add_answer(mx("example.com.", 10, "mail.example.com."));
        }
        vec![reply.to_vec().unwrap()]
    })
    .await;
    assert_eq!(net(at).ask(at, "example.com", RecordType::Mx).await.unwrap().mx().len(), 1);
}

#[tokio::test]
async fn a_port_without_server_is_unreachable() {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let at = socket.local_addr().unwrap();
    drop(socket);
    assert!(matches!(
        net(at).ask(at, "example.com", RecordType::Mx).await,
        Err(DnsError::Unreachable { .. })
    ));
}

#[tokio::test]
async fn text_records_are_joined_and_made_safe_to_show() {
    let at = server(|question, _| {
        let mut reply = reply_to(question);
        let txt = TXT::from_bytes(vec![b"v=spf1 include:emailsrvr.com", b" \"-all\x1b[2J\xff"]);
        reply.add_answer(Record::from_rdata(name("example.com."), 60, RData::TXT(txt)));
        vec![reply.to_vec().unwrap()]
    })
    .await;
    let answer = net(at).lookup("example.com", RecordType::Txt).await.unwrap();
    assert!(matches!(&answer.records[0].data,
        Data::Txt(text) if text.starts_with("v=spf1 include:emailsrvr.com \"-all")));
    assert_eq!(
        answer.lines()[1],
        "example.com. 60 IN TXT \"v=spf1 include:emailsrvr.com \\\"-all\\u{1b}[2J\u{fffd}\""
    );
}

#[tokio::test]
async fn a_resolver_that_fails_is_passed_over_for_the_next() {
    let bad = server(|question, _| {
        let mut reply = reply_to(question);
        reply.metadata.response_code = Code::ServFail;
        vec![reply.to_vec().unwrap()]
    })
    .await;
    let good = server(|question, _| {
        assert!(question.metadata.recursion_desired);
        let mut reply = reply_to(question);
        reply.add_answer(mx("example.com.", 10, "mail.example.com."));
        vec![reply.to_vec().unwrap()]
    })
    .await;
    let mut net = net(bad);
    assert_eq!(
        net.lookup("example.com", RecordType::Mx).await.unwrap().code,
        ResponseCode::ServFail
    );
    assert!(
        matches!(net.addresses("example.com").await, Err(DnsError::NoVerdict { .. })),
        "a failure is not “no address”"
    );
    net.resolvers.push(good);
    let answer = net.lookup("example.com", RecordType::Mx).await.unwrap();
    assert_eq!(answer.asked, good);
    net.resolvers.clear();
    assert!(matches!(
        net.lookup("example.com", RecordType::Mx).await,
        Err(DnsError::NoResolver { .. })
    ));
}

#[tokio::test]
async fn names_that_can_t_be_asked_for_are_refused_before_any_packet() {
    let at: SocketAddr = "127.0.0.1:9".parse().unwrap();
    for bad in
        ["", ".", "a..b", "a b.example", "bücher.example", "a\0.b", "a\\.b", &"a.".repeat(200)]
    {
        assert!(
            matches!(net(at).ask(at, bad, RecordType::A).await, Err(DnsError::Name { .. })),
            "{bad:?}"
        );
    }
    assert!(matches!(
        net(at).ask(at, &format!("{}.example", "a".repeat(64)), RecordType::A).await,
        Err(DnsError::Name { .. })
    ));
}

/// A resolver that knows one zone, example.com, with a subdomain in it that
/// is an alias into another zone.
async fn resolver() -> SocketAddr {
    server(|question, _| {
        let mut reply = reply_to(question);
        let query = &question.queries[0];
        let owner = query.name().to_lowercase().to_ascii();
        let kind = query.query_type().to_string();
        match (owner.as_str(), kind.as_str()) {
            ("example.com.", "NS") => {
                for ns in ["NS2.example.com.", "ns1.example.com.", "gone.example.com."] {
                    reply.add_answer(Record::from_rdata(
                        name("example.com."),
                        60,
                        RData::NS(NS(name(ns))),
                    ));
                }
            }
            ("ns1.example.com.", "A") => {
                reply.add_answer(Record::from_rdata(
                    name("ns1.example.com."),
                    60,
                    RData::A(A::new(192, 0, 2, 1)),
                ));
            }
            ("ns1.example.com.", "AAAA") => {
                reply.add_answer(Record::from_rdata(
                    name("ns1.example.com."),
                    60,
                    RData::AAAA(AAAA::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1)),
                ));
            }
            ("ns2.example.com.", "A") => {
                reply.add_answer(Record::from_rdata(
                    name("ns2.example.com."),
                    60,
                    RData::CNAME(CNAME(name("real.example.com."))),
                ));
                reply.add_answer(Record::from_rdata(
                    name("real.example.com."),
                    60,
                    RData::A(A::new(192, 0, 2, 2)),
                ));
            }
            ("alias.example.com.", "NS") => {
                reply.add_answer(Record::from_rdata(
                    name("alias.example.com."),
                    60,
                    RData::CNAME(CNAME(name("example.net."))),
                ));
                reply.add_answer(Record::from_rdata(
                    name("example.net."),
                    60,
                    RData::NS(NS(name("ns.example.net."))),
                ));
            }
            _ => {
                reply.metadata.response_code = Code::NXDomain;
                reply.add_authority(soa("example.com.", 60, 60));
            }
        }
        vec![reply.to_vec().unwrap()]
    })
    .await
}

#[tokio::test]
async fn authorities_are_those_of_the_closest_zone_above() {
    let net = net(resolver().await);
    for asked in ["example.com", "Deep.Rackspace.example.com.", "alias.example.com"] {
        let servers: Vec<_> = net
            .authorities(asked)
            .await
            .unwrap()
            .into_iter()
            .map(|server| (server.zone, server.name, server.at.to_string()))
            .collect();
        let of = |name: &str, at: &str| ("example.com".to_owned(), name.to_owned(), at.to_owned());
        assert_eq!(
            servers,
            [
                of("ns1.example.com", "192.0.2.1:53"),
                of("ns1.example.com", "[2001:db8::1]:53"),
                of("ns2.example.com", "192.0.2.2:53"),
            ],
            "{asked}"
        );
    }
    assert_eq!(net.addresses("gone.example.com").await.unwrap(), Vec::<std::net::IpAddr>::new());
}

#[tokio::test]
async fn a_practice_world_answers_for_the_addresses_on_its_map_only() {
    let real = resolver().await;
    let there: SocketAddr = "192.0.2.53:53".parse().unwrap();
    let map: Leads = [(there, Lead::To(real))].into_iter().collect();
    let mut net = Net::practice(vec![there], map.clone(), Vec::new());
    net.dns_timeout = Duration::from_millis(200);
    assert!(matches!(net.reach, Reach::Practice { .. }));
    let answer = net.lookup("ns1.example.com", RecordType::A).await.unwrap();
    assert_eq!(answer.asked, there, "the practice address is what evidence names");
    assert_eq!(answer.records.len(), 1);

    map.set(there, Lead::Dropped);
    assert!(matches!(
        net.lookup("ns1.example.com", RecordType::A).await,
        Err(DnsError::Timeout { .. })
    ));
    map.set(there, Lead::To("198.51.100.1:53".parse().unwrap()));
    assert!(
        matches!(
            net.lookup("ns1.example.com", RecordType::A).await,
            Err(DnsError::Unreachable { .. })
        ),
        "a lead off loopback is never followed"
    );
    map.remove(there);
    assert!(matches!(
        net.lookup("ns1.example.com", RecordType::A).await,
        Err(DnsError::Unreachable { .. })
    ));
}
