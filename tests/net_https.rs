//! What is asked by HTTPS: names where port 53 is closed, and the MTA-STS
//! policy. Loopback only.

#![allow(clippy::unwrap_used, reason = "a test that can't build its world has failed")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hickory_proto::op::Message;
use hickory_proto::rr::rdata::{A, MX};
use hickory_proto::rr::{Name, RData, Record, RecordType as Kind};
use sdr_wizard::check::dns_alone;
use sdr_wizard::finding::{Finding, State};
use sdr_wizard::net::{DnsError, Lead, Leads, Net, PublicResolver, RecordType};
use sdr_wizard::plan::{Domain, Plan};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, UdpSocket};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// One HTTP request: head and body.
async fn request(stream: &mut (impl AsyncRead + Unpin)) -> Option<(String, Vec<u8>)> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
    let size = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; size.unwrap_or(0)];
    stream.read_exact(&mut body).await.ok()?;
    Some((head, body))
}

async fn respond(stream: &mut (impl AsyncWrite + Unpin), head: &str, body: &[u8]) {
    let size = body.len();
    let head = format!("HTTP/1.1 {head}\r\nContent-Length: {size}\r\nConnection: close\r\n\r\n");
    let _ = stream.write_all(head.as_bytes()).await;
    let _ = stream.write_all(body).await;
}

/// A resolver that speaks HTTPS alone, in plain text on loopback; gives its URL.
async fn resolver() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/dns-query", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let Some((head, body)) = request(&mut stream).await else { return };
                assert!(head.starts_with("post /dns-query "), "{head}");
                assert!(head.contains("content-type: application/dns-message"), "{head}");
                let reply = answer(&Message::from_vec(&body).unwrap()).to_vec().unwrap();
                respond(&mut stream, "200 OK\r\nContent-Type: application/dns-message", &reply)
                    .await;
            });
        }
    });
    url
}

/// The subdomain's records, the servers' addresses, and nothing else.
fn answer(question: &Message) -> Message {
    assert!(question.metadata.recursion_desired);
    let mut reply = Message::response(question.metadata.id, question.metadata.op_code);
    reply.add_queries(question.queries.clone());
    let query = &question.queries[0];
    let name = |text: &str| Name::from_ascii(text).unwrap();
    let owner = query.name().to_lowercase();
    let mut put = |data| {
        reply.add_answer(Record::from_rdata(owner.clone(), 60, data));
    };
    match (owner.to_ascii().as_str(), query.query_type()) {
        ("example.com.", Kind::NS) => {
            put(RData::NS(hickory_proto::rr::rdata::NS(name("ns1.example.com."))));
        }
        ("example.com.", Kind::MX) => put(RData::MX(MX::new(10, name("mail.example.com.")))),
        ("rackspace.example.com.", Kind::MX) => {
            put(RData::MX(MX::new(10, name("mx1.emailsrvr.com."))));
            put(RData::MX(MX::new(20, name("mx2.emailsrvr.com."))));
        }
        // Nothing listens there: port 53 is closed for authorities too.
        ("ns1.example.com." | "mail.example.com.", Kind::A) => put(RData::A(A::new(127, 0, 0, 1))),
        ("mx1.emailsrvr.com." | "mx2.emailsrvr.com.", Kind::A) => {
            put(RData::A(A::new(127, 0, 0, 2)));
        }
        _ => {}
    }
    reply
}

/// A port where packets vanish.
async fn silent() -> (UdpSocket, SocketAddr) {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let at = socket.local_addr().unwrap();
    (socket, at)
}

async fn closed_line() -> (UdpSocket, Net, String) {
    let (hole, at) = silent().await;
    let url = resolver().await;
    let mut net = Net::with_resolvers(vec![at]);
    net.dns_timeout = Duration::from_millis(1500);
    net.dns_port = at.port();
    let public = PublicResolver::by_url(&url).unwrap();
    net.public = vec![PublicResolver { at, ..public }];
    (hole, net, url)
}

#[tokio::test]
async fn where_port_53_is_closed_the_answer_comes_by_https_and_says_so() {
    let (hole, net, url) = closed_line().await;
    let answer = net.lookup("rackspace.example.com", RecordType::Mx).await.unwrap();
    assert_eq!(answer.mx().len(), 2);
    assert_eq!(answer.by_https.as_deref(), Some(url.as_str()));
    assert!(answer.lines()[0].contains(&format!("by HTTPS from {url}")), "{:?}", answer.lines());
    // The silence is remembered: for the next name port 53 is not tried again.
    let tried = |hole: &UdpSocket| {
        let mut packet = [0; 512];
        std::iter::from_fn(|| hole.try_recv(&mut packet).ok()).count()
    };
    hole.readable().await.unwrap();
    assert_eq!(tried(&hole), 2);
    net.lookup("example.com", RecordType::Mx).await.unwrap();
    assert_eq!(tried(&hole), 0);
    assert!(!net.afresh().silent.has(net.resolvers[0]));
}

#[tokio::test]
async fn who_answers_on_port_53_is_not_asked_by_https() {
    let (hole, net, _) = closed_line().await;
    tokio::spawn(async move {
        let mut packet = [0; 4096];
        while let Ok((size, peer)) = hole.recv_from(&mut packet).await {
            let reply = answer(&Message::from_vec(&packet[..size]).unwrap());
            hole.send_to(&reply.to_vec().unwrap(), peer).await.unwrap();
        }
    });
    let answer = net.lookup("example.com", RecordType::Mx).await.unwrap();
    assert_eq!(answer.by_https, None);
    let answer = net.ask_public(&net.public[0], "example.com", RecordType::Mx).await.unwrap();
    assert_eq!(answer.by_https, None);
}

#[tokio::test]
async fn both_reasons_are_told_where_neither_way_leads_on() {
    let (_hole, at) = silent().await;
    let mut net = Net::with_resolvers(vec![at]);
    net.dns_timeout = Duration::from_millis(200);
    let dead = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/dns-query", dead.local_addr().unwrap());
    drop(dead);
    net.public = vec![PublicResolver { at, ..PublicResolver::by_url(&url).unwrap() }];
    let error = net.lookup("example.com", RecordType::Mx).await.unwrap_err();
    let said = error.to_string();
    assert!(matches!(error, DnsError::Unreachable { .. }), "{said}");
    assert!(said.contains("port 53") && said.contains("by HTTPS") && said.contains(&url), "{said}");
}

#[tokio::test]
async fn behind_a_closed_port_the_findings_say_what_resolvers_see_and_no_more() {
    let (_hole, net, url) = closed_line().await;
    let plan = Plan::new(Domain::parse("example.com").unwrap()).unwrap();
    let mut findings: Vec<Finding> = Vec::new();
    dns_alone(&net, &plan, None, &mut |finding| findings.push(finding)).await;
    let found = |id: &str| findings.iter().find(|finding| finding.id == id).unwrap();
    let all = found("subdomain.mx");
    assert_eq!(all.state, State::Warning, "{all:?}");
    assert!(all.meaning.contains("port 53 is closed here"), "{all:?}");
    assert!(matches!(found("subdomain.mx@ns1.example.com").state, State::Skipped { .. }));
    let seen = found("subdomain.mx@127.0.0.1");
    assert_eq!(seen.state, State::Passed, "{seen:?}");
    assert!(seen.asked.contains(&url), "{seen:?}");
    let primary = found("subdomain.primary-mx");
    assert!(primary.asked.contains(&url), "{primary:?}");
    // The mail server of this world lives on loopback, which is told.
    let failed = findings.iter().filter(|finding| finding.state == State::Failed);
    assert!(
        failed.into_iter().all(|finding| finding.id == "situation.exchangers"),
        "{findings:#?}"
    );
}

/// A web server with a certificate for `name`, which gives `reply` to all;
/// and the way to it as `name`.
async fn web(name: &str, head: &'static str, body: &'static str) -> Net {
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
    let certificate = certificate.self_signed(&key).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(
        tokio_rustls::rustls::crypto::ring::default_provider(),
    ))
    .with_safe_default_protocol_versions()
    .unwrap()
    .with_no_client_auth()
    .with_single_cert(
        vec![certificate.der().clone()],
        PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
    )
    .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let there = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else { return };
                let Some((asked, _)) = request(&mut stream).await else { return };
                assert!(asked.starts_with("get /.well-known/mta-sts.txt "), "{asked}");
                respond(&mut stream, head, body.as_bytes()).await;
                let _ = stream.shutdown().await;
            });
        }
    });
    let dns = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let resolver = dns.local_addr().unwrap();
    tokio::spawn(async move {
        let mut packet = [0; 4096];
        while let Ok((size, peer)) = dns.recv_from(&mut packet).await {
            let question = Message::from_vec(&packet[..size]).unwrap();
            let mut reply = Message::response(question.metadata.id, question.metadata.op_code);
            reply.add_queries(question.queries.clone());
            let query = &question.queries[0];
            if query.query_type() == Kind::A {
                let data = RData::A(A::new(192, 0, 2, 80));
                reply.add_answer(Record::from_rdata(query.name().clone(), 60, data));
            }
            dns.send_to(&reply.to_vec().unwrap(), peer).await.unwrap();
        }
    });
    let map: Leads = [
        ("192.0.2.80:443".parse().unwrap(), Lead::To(there)),
        ("192.0.2.53:53".parse().unwrap(), Lead::To(resolver)),
    ]
    .into_iter()
    .collect();
    Net::practice(vec!["192.0.2.53:53".parse().unwrap()], map, vec![certificate.der().to_vec()])
}

const POLICY: &str = "version: STSv1\nmode: enforce\nmx: mail.example.com\nmax_age: 86400\n";

#[tokio::test]
async fn the_policy_comes_from_its_own_name_by_our_resolvers() {
    let net = web("mta-sts.example.com", "200 OK", POLICY).await;
    assert_eq!(net.mta_sts_policy("example.com").await.as_deref(), Ok(POLICY));
}

#[tokio::test]
async fn a_policy_under_another_name_or_behind_a_redirect_is_none() {
    let net = web("www.example.com", "200 OK", POLICY).await;
    let why = net.mta_sts_policy("example.com").await.unwrap_err();
    assert!(why.contains("certificate"), "{why}");
    let net = web("mta-sts.example.com", "302 Found\r\nLocation: /elsewhere", "").await;
    let why = net.mta_sts_policy("example.com").await.unwrap_err();
    assert!(why.contains("302"), "{why}");
}
