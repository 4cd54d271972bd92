//! What the DNS checks make of name servers that only the zone above knows,
//! and of records that only resolvers remember.

use std::net::SocketAddr;

use hickory_proto::op::{Message, ResponseCode};
use hickory_proto::rr::rdata::{A, NS};
use hickory_proto::rr::{Name, RData, Record, RecordType};
use sdr_wizard::check::dns_alone;
use sdr_wizard::finding::{Finding, State};
use sdr_wizard::net::{Lead, Net, Reach};
use sdr_wizard::plan::Side;
use sdr_wizard::practice::{Conditions, Edit, PracticeWorld, Switches};
use tokio::net::UdpSocket;

use super::stranger::*;

/// A server of com, and one that the domain has left.
const ABOVE: &str = "203.0.113.200:53";
const OLD: &str = "203.0.113.201:53";

fn edit(name: &str, kind: &str, data: &[&str]) -> Edit {
    let data = data.iter().map(|text| (*text).to_owned()).collect();
    Edit { name: name.to_owned(), kind: kind.to_owned(), data, ttl: 300, only_at: None }
}

async fn world(records: Vec<Edit>) -> PracticeWorld {
    let conditions = Conditions { records, ..Conditions::with(Switches::all_done()) };
    PracticeWorld::start_under(conditions).await.unwrap()
}

fn lead_to(net: &Net, published: &str, to: SocketAddr) {
    let Reach::Practice { map, .. } = &net.reach else { panic!("this leads out into the world") };
    map.set(published.parse().unwrap(), Lead::To(to));
}

async fn told(world: &PracticeWorld, net: &Net) -> Vec<Finding> {
    let mut findings = Vec::new();
    dns_alone(net, &world.plan(), Some(Side::External), &mut |one| findings.push(one)).await;
    findings
}

fn of<'a>(findings: &'a [Finding], id: &str) -> &'a Finding {
    findings.iter().find(|finding| finding.id == id).unwrap_or_else(|| panic!("no {id}"))
}

fn name(text: &str) -> Name {
    Name::from_ascii(text).unwrap()
}

/// Answers by `say`; what it has no answer to, the server behind it does.
async fn server(
    behind: Option<SocketAddr>,
    say: impl Fn(&Message, &mut Message) -> bool + Send + 'static,
) -> SocketAddr {
    let front = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let at = front.local_addr().unwrap();
    tokio::spawn(async move {
        let mut packet = [0; 4096];
        while let Ok((size, peer)) = front.recv_from(&mut packet).await {
            let question = Message::from_vec(&packet[..size]).unwrap();
            let meta = &question.metadata;
            let mut reply = Message::response(meta.id, meta.op_code);
            reply.add_queries(question.queries.clone());
            if say(&question, &mut reply) {
                front.send_to(&reply.to_vec().unwrap(), peer).await.unwrap();
            } else if let Some(behind) = behind {
                let back = UdpSocket::bind("127.0.0.1:0").await.unwrap();
                back.send_to(&packet[..size], behind).await.unwrap();
                let mut answer = [0; 4096];
                let size = back.recv(&mut answer).await.unwrap();
                front.send_to(&answer[..size], peer).await.unwrap();
            }
        }
    });
    at
}

/// The domain as com delegates it: servers, each with its glue.
async fn delegated(world: &PracticeWorld, servers: &[(&str, &str)]) -> Net {
    let net = world.net();
    let servers: Vec<(Name, std::net::Ipv4Addr)> =
        servers.iter().map(|(server, ip)| (name(server), ip.parse().unwrap())).collect();
    let above = server(None, move |_, reply| {
        for (server, ip) in &servers {
            let ns = RData::NS(NS(server.clone()));
            reply.authorities.push(Record::from_rdata(name("example.com."), 300, ns));
            reply.additionals.push(Record::from_rdata(server.clone(), 300, RData::A(A(*ip))));
        }
        true
    })
    .await;
    lead_to(&net, ABOVE, above);
    for resolver in &net.resolvers {
        let behind = real(&net, &resolver.to_string());
        let knows_com = server(Some(behind), |question, reply| {
            let query = &question.queries[0];
            let asked = query.name.to_string() == "com." && query.query_type == RecordType::NS;
            if asked {
                let ns = RData::NS(NS(name("above.emailsrvr.com.")));
                reply.answers.push(Record::from_rdata(name("com."), 300, ns));
            }
            asked
        })
        .await;
        lead_to(&net, &resolver.to_string(), knows_com);
    }
    net
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_only_the_zone_above_knows_is_asked_where_that_sends_people() {
    let old = world(vec![edit("example.com", "MX", &["10 old.example.com."])]).await;
    let old_server = real(&old.net(), NS1);
    let com = edit("above.emailsrvr.com", "A", &["203.0.113.200"]);
    let (ns1, ns2, ns3) = ("ns1.example.com.", "ns2.example.com.", "ns3.example.com.");
    for (servers, words) in [
        // Its address was changed in the zone alone.
        (
            vec![(ns1, "192.0.2.53"), (ns2, "203.0.113.201")],
            "ns2.example.com 203.0.113.201 (in the zone: 192.0.2.54)",
        ),
        // It was taken out of the zone alone, with its address.
        (
            vec![(ns1, "192.0.2.53"), (ns2, "192.0.2.54"), (ns3, "203.0.113.201")],
            "name different name servers: ns3.example.com",
        ),
    ] {
        let world = world(vec![com.clone()]).await;
        let net = delegated(&world, &servers).await;
        lead_to(&net, OLD, old_server);
        let findings = told(&world, &net).await;
        let delegation = of(&findings, "situation.delegation");
        assert_eq!(delegation.state, State::Warning, "{delegation:?}");
        assert!(delegation.summary.contains(words), "{delegation:?}");
        let other = "203.0.113.201:53 says “10 old.example.com” of the MX records";
        assert!(delegation.meaning.contains(other), "{delegation:?}");
        let text = serde_json::to_string(&findings).unwrap();
        assert!(!text.contains("nobody can reach it"), "{text}");
    }
    // As it should be.
    let world = world(vec![com]).await;
    let net = delegated(&world, &[(ns1, "192.0.2.53"), (ns2, "192.0.2.54")]).await;
    let findings = told(&world, &net).await;
    assert_eq!(of(&findings, "situation.delegation").state, State::Passed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_only_resolvers_remember_is_not_passed() {
    let world = world(vec![edit("_dmarc.example.com", "TXT", &["\"v=DMARC1; p=none\""])]).await;
    let net = world.net();
    let ids = ["situation.spf", "situation.dmarc", "situation.mta-sts"];
    let well = told(&world, &net).await;
    assert!(ids.iter().all(|id| of(&well, id).state == State::Passed), "{well:#?}");
    for (code, cut, why) in [
        (ResponseCode::ServFail, false, "answered SERVFAIL"),
        (ResponseCode::NoError, true, "with the beginning only"),
    ] {
        let net = world.net();
        for published in [NS1, NS2] {
            let behind = real(&net, published);
            let no_text = server(Some(behind), move |question, reply| {
                reply.metadata.response_code = code;
                reply.metadata.truncation = cut;
                question.queries[0].query_type == RecordType::TXT
            })
            .await;
            lead_to(&net, published, no_text);
        }
        let findings = told(&world, &net).await;
        for id in ids {
            let finding = of(&findings, id);
            assert_eq!(finding.state, State::Warning, "{finding:?}");
            assert!(finding.summary.contains("from resolvers alone"), "{finding:?}");
            assert!(finding.meaning.contains(why), "{finding:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_server_that_tells_one_record_less_than_the_others_is_named() {
    let world = world(vec![edit("_dmarc.example.com", "TXT", &["\"v=DMARC1; p=none\""])]).await;
    let net = world.net();
    let no_text = server(Some(real(&net, NS2)), |question, reply| {
        reply.metadata.response_code = ResponseCode::ServFail;
        question.queries[0].query_type == RecordType::TXT
    })
    .await;
    lead_to(&net, NS2, no_text);
    let findings = told(&world, &net).await;
    for (id, what) in [("spf", "SPF record of example.com"), ("dmarc", "DMARC record")] {
        let finding = of(&findings, &format!("situation.{id}@ns2.example.com"));
        assert_eq!(finding.state, State::Warning, "{finding:?}");
        assert!(finding.summary.contains(what) && finding.found == "SERVFAIL", "{finding:?}");
    }
    assert_eq!(of(&findings, "situation.name-servers").state, State::Passed);
    // One that tells nothing at all is named once, as that.
    lead_to(&net, NS2, server(None, |_, _| false).await);
    let findings = told(&world, &net).await;
    let servers = of(&findings, "situation.name-servers");
    assert!(servers.summary.contains("ns2.example.com"), "{servers:?}");
    assert!(!findings.iter().any(|one| one.id == "situation.spf@ns2.example.com"));
}
