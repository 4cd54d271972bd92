//! The name servers, by raw packets.

use std::net::SocketAddr;

use hickory_proto::op::{Message, Query, ResponseCode};
use hickory_proto::rr::{Name, RData, RecordType};
use sdr_wizard::practice::Fault;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::stranger::*;

#[tokio::test]
async fn the_authority_speaks_for_its_zones_and_the_resolvers_for_anybody() {
    let world = world_with([]).await;
    let net = world.net();
    for server in [NS1, NS2] {
        let answer = ask(&net, server, "EXAMPLE.com.", RecordType::MX).await;
        assert!(answer.metadata.authoritative && !answer.metadata.recursion_available);
        assert_eq!(answer.answers[0].data.to_string(), "10 mail.example.com.");
        let stranger = ask(&net, server, "example.org.", RecordType::MX).await;
        assert_eq!(stranger.metadata.response_code, ResponseCode::Refused);
        assert!(!stranger.metadata.authoritative);
    }
    assert_eq!(net.resolvers.len(), 2);
    for resolver in net.resolvers.iter().map(SocketAddr::to_string) {
        let answer = ask(&net, &resolver, "rackspace.example.com.", RecordType::MX).await;
        assert!(!answer.metadata.authoritative && answer.metadata.recursion_available);
        let mx: Vec<_> = answer.answers.iter().map(|record| record.data.to_string()).collect();
        assert_eq!(mx, ["10 mx1.emailsrvr.com.", "20 mx2.emailsrvr.com."]);
        assert!(answer.answers.iter().all(|record| record.ttl == 3600));
        let stranger = ask(&net, &resolver, "example.org.", RecordType::MX).await;
        assert_eq!(stranger.metadata.response_code, ResponseCode::NXDomain);
    }
}

#[tokio::test]
async fn the_zones_hold_what_the_checks_look_for() {
    let world = world_with([]).await;
    let net = world.net();
    for (name, kind, found) in [
        ("example.com.", RecordType::NS, vec!["ns1.example.com.", "ns2.example.com."]),
        (
            "example.com.",
            RecordType::TXT,
            vec!["v=spf1 mx a:mail.example.com include:emailsrvr.com ~all"],
        ),
        ("emailsrvr.com.", RecordType::TXT, vec!["v=spf1 ip4:198.51.100.0/28 ~all"]),
        ("mail.example.com.", RecordType::A, vec!["192.0.2.25"]),
        ("mx1.emailsrvr.com.", RecordType::A, vec!["198.51.100.1"]),
        ("ns1.emailsrvr.com.", RecordType::A, vec!["198.51.100.53"]),
        ("autodiscover.example.com.", RecordType::CNAME, vec!["mail.example.com."]),
        ("autodiscover.example.com.", RecordType::A, vec!["mail.example.com.", "192.0.2.25"]),
        ("api.emailsrvr.com.", RecordType::A, vec!["198.51.100.80"]),
        ("mail.example.com.", RecordType::AAAA, vec![]),
    ] {
        assert_eq!(short(&net, NS1, name, kind).await, found, "{name} {kind}");
    }
}

#[tokio::test]
async fn a_negative_answer_says_how_long_it_may_be_remembered() {
    let world = world_with([Fault::NoSubdomainMx]).await;
    let net = world.net();
    let resolver = net.resolvers[0].to_string();
    for server in [NS1, &resolver] {
        for (name, kind, code) in [
            ("rackspace.example.com.", RecordType::MX, ResponseCode::NXDomain),
            ("mail.example.com.", RecordType::MX, ResponseCode::NoError),
            ("autodiscover.example.com.", RecordType::MX, ResponseCode::NoError),
        ] {
            let answer = ask(&net, server, name, kind).await;
            assert_eq!(answer.metadata.response_code, code, "{name}");
            let [soa] = answer.authorities.as_slice() else { panic!("no SOA for {name}") };
            let RData::SOA(data) = &soa.data else { panic!("{soa}") };
            assert_eq!((soa.ttl, soa.name.to_ascii().as_str()), (data.minimum, "example.com."));
        }
    }
}

#[tokio::test]
async fn one_connection_takes_several_questions() {
    let world = world_with([]).await;
    let mut stream = TcpStream::connect(real(&world.net(), NS1)).await.unwrap();
    for id in [1_u16, 2] {
        let mut question = Message::query();
        question.metadata.id = id;
        let name = Name::from_ascii("example.com.").unwrap();
        question.add_query(Query::query(name, RecordType::SOA));
        let packet = question.to_vec().unwrap();
        stream.write_u16(packet.len() as u16).await.unwrap();
        stream.write_all(&packet).await.unwrap();
        let mut reply = vec![0; usize::from(stream.read_u16().await.unwrap())];
        stream.read_exact(&mut reply).await.unwrap();
        let reply = Message::from_vec(&reply).unwrap();
        assert_eq!((reply.metadata.id, reply.answers.len()), (id, 1));
    }
}
