//! Peers that offer STARTTLS and break it, or have the wrong certificate: a
//! finding, never an end, and nothing said in plain text behind it is believed.

use std::sync::Arc;

use sdr_wizard::net::{Envelope, Lead, Leads, Net, Script, Sender, converse};
use sdr_wizard::plan::Address;
use tokio::io::AsyncReadExt;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{RootCertStore, ServerConfig, SupportedProtocolVersion, crypto::ring};

use super::street::{GREETING, KNOWN, Line, Peer, Street, good, heard, say, serve};
use super::{CONVERSATION, asked, bounded, hasty, told};

const OFFER: &str = "250-mail.example.com\r\n250-STARTTLS\r\n250 PIPELINING\r\n";

struct Authority {
    issuer: rcgen::Issuer<'static, rcgen::KeyPair>,
    der: Vec<u8>,
}

fn authority() -> Authority {
    let mut params = rcgen::CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    params.distinguished_name.push(rcgen::DnType::CommonName, "Street CA");
    let key = rcgen::KeyPair::generate().unwrap();
    let der = params.self_signed(&key).unwrap().der().to_vec();
    Authority { issuer: rcgen::Issuer::new(params, key), der }
}

/// A certificate until that year; self-signed without an authority.
fn certificate(by: Option<&Authority>, name: &str, until: i32) -> TlsAcceptor {
    let mut params = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.not_before = rcgen::date_time_ymd(2020, 1, 1);
    params.not_after = rcgen::date_time_ymd(until, 2, 1);
    let key = rcgen::KeyPair::generate().unwrap();
    let signed = match by {
        Some(by) => params.signed_by(&key, &by.issuer).unwrap(),
        None => params.self_signed(&key).unwrap(),
    };
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from(signed.der().to_vec())],
            PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        )
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// Speaks plain text up to STARTTLS; `after` has the rest.
fn offering<F>(
    name: &'static str,
    after: impl Fn(Line) -> F + Clone + Send + Sync + 'static,
) -> Peer
where
    F: Future<Output = ()> + Send + 'static,
{
    Peer::new(name, move |mut line, _| {
        let after = after.clone();
        async move {
            say(&mut line.stream, GREETING).await;
            while let Some(said) = heard(&mut line.stream, &line.ears).await {
                if said == "STARTTLS" {
                    return after(line).await;
                }
                let answer = if said.starts_with("EHLO") { OFFER.to_owned() } else { good(&said) };
                if !say(&mut line.stream, answer).await {
                    return;
                }
            }
        }
    })
}

fn encrypting(name: &'static str, tls: TlsAcceptor) -> Peer {
    offering(name, move |mut line| {
        let tls = tls.clone();
        async move {
            say(&mut line.stream, "220 go\r\n").await;
            let Line { stream, ears } = line;
            if let Ok(mut stream) = tls.accept(stream).await {
                serve(&mut stream, &ears, "", &good).await;
            }
        }
    })
}

/// Encrypts, and has one answer to EHLO there and another to HELO; hangs up
/// without any.
fn inside(name: &'static str, ehlo: Option<&'static str>) -> Peer {
    let tls = certificate(None, "mail.example.com", 2040);
    offering(name, move |mut line| {
        let tls = tls.clone();
        async move {
            say(&mut line.stream, "220 go\r\n").await;
            let Line { stream, ears } = line;
            let Ok(mut stream) = tls.accept(stream).await else { return };
            while let Some(said) = heard(&mut stream, &ears).await {
                let Some(ehlo) = ehlo else { return };
                let answer = if said.starts_with("EHLO") { ehlo.to_owned() } else { good(&said) };
                if !say(&mut stream, answer).await {
                    return;
                }
            }
        }
    })
}

/// Lets in nobody without a certificate of that authority.
fn wanting(by: &Authority, version: &'static SupportedProtocolVersion) -> TlsAcceptor {
    let provider = Arc::new(ring::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(by.der.clone())).unwrap();
    let judge = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone());
    let params = rcgen::CertificateParams::new(vec!["mail.example.com".to_owned()]).unwrap();
    let key = rcgen::KeyPair::generate().unwrap();
    let signed = params.self_signed(&key).unwrap();
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[version])
        .unwrap()
        .with_client_cert_verifier(judge.build().unwrap())
        .with_single_cert(
            vec![CertificateDer::from(signed.der().to_vec())],
            PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        )
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

fn after_220(name: &'static str, bytes: &'static [u8]) -> Peer {
    offering(name, move |mut line| async move {
        say(&mut line.stream, "220 go\r\n").await;
        let mut hello = [0; 1024];
        let _ = line.stream.read(&mut hello).await;
        say(&mut line.stream, bytes).await;
        std::future::pending::<()>().await;
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn broken_encryption_and_bad_certificates_are_told_and_the_talk_goes_on() {
    let trusted = authority();
    let here = Some(&trusted);
    let slipped: &[u8] = b"220 go\r\n250-evil.example.net\r\n250 AUTH PLAIN\r\n";
    let endless = offering("TLS records without end", |mut line| async move {
        say(&mut line.stream, "220 go\r\n").await;
        while say(&mut line.stream, [0x16, 3, 3, 0x40, 0]).await
            && say(&mut line.stream, [0; 0x4000]).await
        {}
    });
    let peers: Vec<(Peer, &[&str])> = vec![
        (
            encrypting("a good certificate", certificate(here, "mail.example.com", 2040)),
            &["tls up, trusted"],
        ),
        (
            encrypting("self-signed", certificate(None, "mail.example.com", 2040)),
            &["not trusted: self-signed"],
        ),
        (
            encrypting("for another name", certificate(here, "other.example.org", 2040)),
            &["not trusted: not for mail.example.com"],
        ),
        (
            encrypting("expired", certificate(here, "mail.example.com", 2021)),
            &["not trusted: expired on 2021-"],
        ),
        (
            after_220("TLS that is garbage", b"this is no handshake at all, it is text\r\n"),
            &["tls failed", "not TLS"],
        ),
        (after_220("TLS that hangs", b""), &["tls failed", "took longer"]),
        (after_220("only old TLS", &[0x15, 3, 1, 0, 2, 2, 70]), &["tls failed", "before 1.2"]),
        (endless, &["tls failed"]),
        (after_220("no cipher in common", &[0x15, 3, 3, 0, 2, 2, 40]), &["NothingShared"]),
        (inside("closes inside", None), &["tls lost, mail.example.com", "after the handshake"]),
        (inside("silent inside", Some("")), &["tls lost", "did not answer EHLO"]),
        (
            inside("refuses EHLO inside", Some("554 no\r\n")),
            &["tls lost", "refuses EHLO there", "PIPELINING"],
        ),
        (
            encrypting("wants a certificate (1.3)", wanting(&trusted, &TLS13)),
            &["tls lost", "after the handshake"],
        ),
        (
            encrypting("wants a certificate (1.2)", wanting(&trusted, &TLS12)),
            &["BehindCertificate"],
        ),
        (
            offering("closes after 220", |mut line| async move {
                say(&mut line.stream, "220 go\r\n").await;
            }),
            &["tls failed", "closed the connection during the handshake"],
        ),
        (
            offering("plain text slipped in after STARTTLS", move |mut line| async move {
                say(&mut line.stream, slipped).await;
                std::future::pending::<()>().await;
            }),
            &["tls failed", "plain text after its reply to STARTTLS"],
        ),
    ];
    for (peer, wanted) in peers {
        let name = peer.name;
        let street = Street::with(peer).await;
        let at = "192.0.2.25:25".parse().unwrap();
        let map: Leads = [(at, Lead::To(street.at))].into_iter().collect();
        let net = hasty(Net::practice(Vec::new(), map, vec![trusted.der.clone()]));
        let to = [KNOWN, "q1@example.com"].map(|to| Address::parse(to).unwrap()).to_vec();
        let envelopes = vec![Envelope { from: Sender::Null, to }];
        let script = Script { host: "mail.example.com".to_owned(), at, starttls: true, envelopes };
        let words = told(&bounded(name, CONVERSATION, converse(&net, &script)).await);
        for wanted in wanted.iter().chain(&["Quit", "rcpt 250 550"]) {
            assert!(words.contains(wanted), "{name}: “{wanted}” is not told:\n{words}");
        }
        assert!(!words.contains("evil.example.net"), "{name}: it was believed:\n{words}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_people_are_asked_inside_tls_or_beside_it() {
    for peer in [
        encrypting("inside TLS", certificate(None, "mail.example.com", 2040)),
        after_220("beside broken TLS", b"no handshake\r\n"),
    ] {
        let brought = asked(peer).await;
        assert_eq!((brought.known, brought.refused), (20, 10), "{:?}", brought.side);
    }
}
