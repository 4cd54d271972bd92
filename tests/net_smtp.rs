//! The conversation with mail servers against peers that speak as servers in
//! the field do, well, badly and in bad faith. Loopback only.

#![allow(clippy::unwrap_used, reason = "a test that can't build its world has failed")]

use std::future::Future;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sdr_wizard::net::{
    Conversation, Ending, Envelope, Lead, Leads, Net, Script, Sender, TlsFault, TlsState,
    TrustVerdict, Unreached, Who, converse,
};
use sdr_wizard::plan::Address;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{ServerConfig, crypto::ring};

/// A server that meets each connection, numbered from 0, with `talk`.
async fn peer<F>(talk: impl Fn(TcpStream, usize) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    tokio::spawn(async move {
        for count in 0.. {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(talk(stream, count));
        }
    });
    at
}

/// One line of the client, without its end; `None` when it hung up.
async fn heard(stream: &mut (impl AsyncRead + Unpin)) -> Option<String> {
    let mut line = Vec::new();
    loop {
        match stream.read_u8().await {
            Ok(b'\n') => return Some(String::from_utf8(line).unwrap().trim_end().to_owned()),
            Ok(byte) => line.push(byte),
            Err(_) => return None,
        }
    }
}

async fn say(stream: &mut (impl AsyncWrite + Unpin), text: impl AsRef<[u8]>) {
    let _ = stream.write_all(text.as_ref()).await;
    let _ = stream.flush().await;
}

/// Greets, then answers each line with what `reply` says; an empty answer hangs up.
async fn served(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    greeting: &str,
    reply: impl Fn(&str) -> String,
) {
    say(&mut stream, greeting).await;
    while let Some(line) = heard(&mut stream).await {
        let answer = reply(&line);
        if answer.is_empty() {
            return;
        }
        say(&mut stream, answer).await;
        if line == "QUIT" {
            return;
        }
    }
}

/// A server with one mailbox, ann@example.com.
fn good(line: &str) -> String {
    match line {
        "RCPT TO:<ann@example.com>" => "250 2.1.5 OK\r\n",
        "QUIT" => "221 2.0.0 bye\r\n",
        _ if line.starts_with("EHLO ") => "250-mail.example.com hello\r\n250-SIZE 36700160\r\n250-8BITMIME\r\n250-X-EXPS=GSSAPI LOGIN\r\n250 enhancedstatuscodes\r\n",
        _ if line.starts_with("HELO ") => "250 mail.example.com\r\n",
        _ if line.starts_with("RCPT TO:") => "550 5.1.1 no such user\r\n",
        _ if line.starts_with("MAIL FROM:") || line == "RSET" => "250 2.1.0 OK\r\n",
        _ => "500 5.5.1 what?\r\n",
    }
    .to_owned()
}

const GREETING: &str = "220 mail.example.com ESMTP\r\n";

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

fn script(at: SocketAddr) -> Script {
    Script {
        host: "mail.example.com".to_owned(),
        at,
        starttls: true,
        envelopes: vec![Envelope {
            from: Sender::Null,
            to: vec![address("ann@example.com"), address("nobody@example.com")],
        }],
    }
}

fn net() -> Net {
    let mut net = Net::with_resolvers(Vec::new());
    net.reply_timeout = Duration::from_secs(5);
    net
}

fn hasty() -> Net {
    Net { reply_timeout: Duration::from_millis(400), ..net() }
}

async fn talk_to(at: SocketAddr) -> Conversation {
    converse(&net(), &script(at)).await
}

fn said(talk: &Conversation, who: Who) -> Vec<&str> {
    talk.transcript.iter().filter(|line| line.who == who).map(|line| line.text.as_str()).collect()
}

fn rcpt_codes(talk: &Conversation) -> Vec<Option<u16>> {
    let rcpts = talk.envelopes.iter().flat_map(|envelope| &envelope.rcpts);
    rcpts.map(|rcpt| rcpt.reply.as_ref().map(|reply| reply.code)).collect()
}

#[tokio::test]
async fn a_good_server_is_heard_to_the_end_and_data_is_never_said() {
    let at = peer(|stream, _| served(stream, GREETING, good)).await;
    let talk = talk_to(at).await;
    assert_eq!(talk.ending, Ending::Quit);
    assert_eq!(talk.banner.as_ref().unwrap().lines, ["mail.example.com ESMTP"]);
    let ehlo = talk.ehlo.as_ref().unwrap();
    assert!(!ehlo.helo_only);
    let word = |word: &str, rest: &str| (word.to_owned(), rest.to_owned());
    assert_eq!(
        ehlo.keywords,
        [
            word("SIZE", "36700160"),
            word("8BITMIME", ""),
            word("X-EXPS", "GSSAPI LOGIN"),
            word("ENHANCEDSTATUSCODES", "")
        ]
    );
    assert_eq!(talk.tls, TlsState::NotOffered);
    assert_eq!(rcpt_codes(&talk), [Some(250), Some(550)]);
    assert_eq!(talk.envelopes[0].rcpts[1].reply.as_ref().unwrap().enhanced, Some((5, 1, 1)));
    assert_eq!(
        said(&talk, Who::Client),
        [
            "EHLO [127.0.0.1]",
            "MAIL FROM:<>",
            "RCPT TO:<ann@example.com>",
            "RCPT TO:<nobody@example.com>",
            "QUIT"
        ]
    );
    assert_eq!(said(&talk, Who::Server).len(), 1 + 5 + 1 + 2 + 1);
}

#[tokio::test]
async fn a_refused_sender_does_not_end_the_test() {
    let at = peer(|stream, _| {
        served(stream, GREETING, |line| match line {
            "MAIL FROM:<ann@example.com>" => "550 5.7.1 not your domain\r\n".to_owned(),
            other => good(other),
        })
    })
    .await;
    let to = vec![address("ann@example.com")];
    let from = |text: &str| Sender::Address(address(text));
    let envelopes = [from("ann@example.com"), from("me@example.net"), Sender::Null]
        .map(|from| Envelope { from, to: to.clone() })
        .to_vec();
    let talk = converse(&net(), &Script { envelopes, ..script(at) }).await;
    assert_eq!(talk.ending, Ending::Quit);
    assert_eq!(talk.envelopes.len(), 3);
    assert_eq!(talk.envelopes[0].mail.as_ref().unwrap().code, 550);
    assert!(talk.envelopes[0].rcpts.is_empty());
    assert_eq!(rcpt_codes(&talk), [Some(250), Some(250)]);
    assert_eq!(said(&talk, Who::Client).iter().filter(|line| **line == "RSET").count(), 2);
}

#[tokio::test]
async fn the_helo_name_is_said_and_never_more_than_a_name() {
    let at = peer(|stream, _| served(stream, GREETING, good)).await;
    for (helo, said_as) in [
        ("probe.example.net", "EHLO probe.example.net"),
        ("x\r\nDATA", "EHLO [127.0.0.1]"),
        ("a b", "EHLO [127.0.0.1]"),
    ] {
        let net = Net { helo: helo.to_owned(), ..net() };
        let talk = converse(&net, &script(at)).await;
        assert_eq!(said(&talk, Who::Client)[0], said_as);
        assert_eq!(talk.ending, Ending::Quit);
    }
}

#[tokio::test]
async fn a_server_of_old_is_greeted_with_helo() {
    let at = peer(|stream, _| {
        served(stream, GREETING, |line| {
            if line.starts_with("EHLO") { "502 5.5.1 unknown\r\n".to_owned() } else { good(line) }
        })
    })
    .await;
    let talk = talk_to(at).await;
    let ehlo = talk.ehlo.as_ref().unwrap();
    assert!(ehlo.helo_only && ehlo.keywords.is_empty());
    assert_eq!(ehlo.reply.code, 250);
    assert_eq!(rcpt_codes(&talk), [Some(250), Some(550)]);
}

#[tokio::test]
async fn a_server_that_refuses_to_talk_is_left_with_quit() {
    let at = peer(|stream, _| served(stream, "554 5.7.1 go away\r\n", good)).await;
    let talk = talk_to(at).await;
    assert_eq!(talk.ending, Ending::Quit);
    assert_eq!(talk.banner.unwrap().code, 554);
    assert!(talk.ehlo.is_none() && talk.envelopes.is_empty());
    assert_eq!(talk.tls, TlsState::NotTried);
}

#[tokio::test]
async fn nobody_there_is_no_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    drop(listener);
    let talk = talk_to(at).await;
    assert_eq!(
        talk.ending,
        Ending::NotConnected { why: "connection refused".to_owned(), how: Unreached::Refused }
    );
    assert_eq!(said(&talk, Who::Client), Vec::<&str>::new());
}

#[tokio::test]
async fn a_dropped_port_of_a_practice_world_ends_in_silence() {
    let at: SocketAddr = "192.0.2.25:25".parse().unwrap();
    let map: Leads = [(at, Lead::Dropped)].into_iter().collect();
    let net = Net {
        reply_timeout: Duration::from_millis(200),
        ..Net::practice(Vec::new(), map.clone(), Vec::new())
    };
    let talk = converse(&net, &script(at)).await;
    assert!(
        matches!(talk.ending, Ending::NotConnected { how: Unreached::Silent, .. }),
        "{:?}",
        talk.ending
    );
    map.set(at, Lead::Refused);
    let talk = converse(&net, &script(at)).await;
    assert!(matches!(talk.ending, Ending::NotConnected { how: Unreached::Refused, .. }));
    map.set(at, Lead::To(peer(|stream, _| served(stream, GREETING, good)).await));
    let talk = converse(&net, &script(at)).await;
    assert_eq!(talk.ending, Ending::Quit);
    assert_eq!(talk.peer, at);
}

#[tokio::test]
async fn a_silent_server_is_not_waited_for_without_end() {
    let at = peer(|stream, _| async move {
        let _open = stream;
        std::future::pending::<()>().await;
    })
    .await;
    let talk = converse(&hasty(), &script(at)).await;
    assert_eq!(talk.ending, Ending::ReplyTimeout { waiting_for: "banner".to_owned(), seconds: 1 });
}

#[tokio::test]
async fn a_reply_that_trickles_does_not_buy_time() {
    let at = peer(|mut stream, _| async move {
        loop {
            say(&mut stream, "2").await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
    let talk = converse(&hasty(), &script(at)).await;
    assert!(matches!(talk.ending, Ending::ReplyTimeout { .. }), "{:?}", talk.ending);
    assert!(said(&talk, Who::Server)[0].starts_with("22"), "what came is in the transcript");
}

#[tokio::test]
async fn hanging_up_is_told_with_what_came_before() {
    let at =
        peer(|stream, _| {
            served(stream, GREETING, |line| {
                if line.starts_with("EHLO") { String::new() } else { good(line) }
            })
        })
        .await;
    assert_eq!(talk_to(at).await.ending, Ending::Closed { after: "EHLO".to_owned() });

    let at = peer(|mut stream, _| async move {
        say(&mut stream, "220 mail.exam").await;
    })
    .await;
    let talk = talk_to(at).await;
    assert_eq!(talk.ending, Ending::Closed { after: "connecting".to_owned() });
    assert_eq!(said(&talk, Who::Server), ["220 mail.exam"]);
    assert!(talk.banner.is_none());
}

#[tokio::test]
async fn a_reset_connection_is_a_closed_one() {
    let at = peer(|mut stream, _| async move {
        say(&mut stream, GREETING).await;
        let _ = heard(&mut stream).await;
        stream.set_zero_linger().unwrap();
    })
    .await;
    let talk = talk_to(at).await;
    assert_eq!(talk.ending, Ending::Closed { after: "EHLO".to_owned() });
}

#[tokio::test]
async fn service_closing_ends_the_conversation_wherever_it_comes() {
    let at = peer(|stream, _| served(stream, "421 4.3.2 too busy\r\n", good)).await;
    assert_eq!(talk_to(at).await.ending, Ending::ServiceClosing { after: "connecting".to_owned() });

    let at = peer(|stream, _| {
        served(stream, GREETING, |line| match line {
            "RCPT TO:<nobody@example.com>" => "421 4.7.0 too many errors\r\n".to_owned(),
            other => good(other),
        })
    })
    .await;
    let talk = talk_to(at).await;
    assert_eq!(talk.ending, Ending::ServiceClosing { after: "RCPT TO".to_owned() });
    assert_eq!(rcpt_codes(&talk), [Some(250), Some(421)]);
    assert_eq!(said(&talk, Who::Client).last(), Some(&"RCPT TO:<nobody@example.com>"));
}

#[tokio::test]
async fn endless_lines_and_endless_replies_are_cut_off() {
    let flood = |piece: &'static str| {
        peer(move |mut stream, _| async move {
            say(&mut stream, "220").await;
            while stream.write_all(piece.as_bytes()).await.is_ok() {}
        })
    };
    for (piece, why) in [("x", "not a reply"), ("-a\r\n220", "128 lines")] {
        let talk = talk_to(flood(piece).await).await;
        let Ending::Garbled { why: said } = &talk.ending else { panic!("{:?}", talk.ending) };
        assert!(said.contains(why) || said.contains("longer than"), "{said}");
        assert!(talk.transcript.len() < 200);
        assert!(talk.transcript.iter().all(|line| line.text.len() < 4096));
    }
}

#[tokio::test]
async fn what_is_not_smtp_is_called_so() {
    for (greeting, why) in [
        ("SSH-2.0-OpenSSH_9.2\r\n", "“SSH-2.0-OpenSSH_9.2” is not a reply"),
        ("220-hello\r\n554 no\r\n", "220 and 554"),
        ("220 ready\r\n250 and more\r\n", "nothing had asked for"),
    ] {
        let at = peer(move |stream, _| served(stream, greeting, good)).await;
        let talk = talk_to(at).await;
        let Ending::Garbled { why: said } = &talk.ending else { panic!("{:?}", talk.ending) };
        assert!(said.contains(why), "{said}");
    }
}

#[tokio::test]
async fn a_reply_too_many_is_never_taken_for_the_next_ones() {
    let at = peer(|stream, _| {
        served(stream, GREETING, |line| match line {
            "MAIL FROM:<>" => "250 OK\r\n250 OK\r\n250 OK\r\n".to_owned(),
            other => good(other),
        })
    })
    .await;
    let talk = talk_to(at).await;
    assert!(matches!(talk.ending, Ending::Garbled { .. }), "{:?}", talk.ending);
    assert_eq!(rcpt_codes(&talk), [None], "nothing was claimed of a recipient");
}

#[tokio::test]
async fn odd_bytes_are_readable_and_harmless_in_the_transcript() {
    let at = peer(|mut stream, _| async move {
        say(&mut stream, b"220 gr\xfc\xdfe \x1b[31m\x00 \xe2\x80\xae txt\n").await;
        let _ = heard(&mut stream).await;
        say(&mut stream, "250 ok\n").await;
        while let Some(line) = heard(&mut stream).await {
            say(&mut stream, good(&line)).await;
        }
    })
    .await;
    let talk = talk_to(at).await;
    assert_eq!(said(&talk, Who::Server)[0], "220 gr\\xfc\\xdfe \\u{1b}[31m\\u{0} \\u{202e} txt");
    assert!(said(&talk, Who::Note).iter().any(|note| note.contains("bare line feed")));
    assert_eq!(rcpt_codes(&talk), [Some(250), Some(550)]);
}

#[tokio::test]
async fn international_addresses_are_named_only_to_servers_that_take_them() {
    let envelopes = vec![Envelope {
        from: Sender::Null,
        to: vec![address("jörg@example.com"), address("ann@example.com")],
    }];
    let at = peer(|stream, _| served(stream, GREETING, good)).await;
    let talk = converse(&net(), &Script { envelopes: envelopes.clone(), ..script(at) }).await;
    assert_eq!(rcpt_codes(&talk), [None, Some(250)]);
    assert!(said(&talk, Who::Note).iter().any(|note| note.contains("SMTPUTF8")));
    assert_eq!(talk.ending, Ending::Quit);

    let at = peer(|stream, _| {
        served(stream, GREETING, |line| match line {
            "RCPT TO:<jörg@example.com>" => "250 OK\r\n".to_owned(),
            _ if line.starts_with("EHLO") => "250-hi\r\n250 SMTPUTF8\r\n".to_owned(),
            other => good(other),
        })
    })
    .await;
    let talk = converse(&net(), &Script { envelopes, ..script(at) }).await;
    assert_eq!(rcpt_codes(&talk), [Some(250), Some(250)]);
    assert!(said(&talk, Who::Client).contains(&"MAIL FROM:<> SMTPUTF8"));
}

// --- TLS

struct Authority {
    issuer: rcgen::Issuer<'static, rcgen::KeyPair>,
    der: Vec<u8>,
}

fn authority(name: &str) -> Authority {
    let mut params = rcgen::CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    params.distinguished_name.push(rcgen::DnType::OrganizationName, "Practice Trust");
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    let key = rcgen::KeyPair::generate().unwrap();
    let der = params.self_signed(&key).unwrap().der().to_vec();
    Authority { issuer: rcgen::Issuer::new(params, key), der }
}

fn acceptor(chain: Vec<Vec<u8>>, key: &rcgen::KeyPair) -> TlsAcceptor {
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            chain.into_iter().map(CertificateDer::from).collect(),
            PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        )
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

fn issued(by: &Authority, name: &str, until: i32) -> TlsAcceptor {
    let mut params = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.not_before = rcgen::date_time_ymd(2020, 1, 1);
    params.not_after = rcgen::date_time_ymd(until, 2, 1);
    let key = rcgen::KeyPair::generate().unwrap();
    let der = params.signed_by(&key, &by.issuer).unwrap().der().to_vec();
    acceptor(vec![der], &key)
}

const TLS_OFFER: &str = "250-mail.example.com\r\n250 STARTTLS\r\n";

/// Speaks plain up to STARTTLS, then inside TLS.
async fn secured(mut stream: TcpStream, tls: TlsAcceptor) {
    say(&mut stream, GREETING).await;
    while let Some(line) = heard(&mut stream).await {
        if line == "STARTTLS" {
            say(&mut stream, "220 go\r\n").await;
            if let Ok(stream) = tls.accept(stream).await {
                served(stream, "", good).await;
            }
            return;
        }
        let reply = if line.starts_with("EHLO") { TLS_OFFER.to_owned() } else { good(&line) };
        say(&mut stream, reply).await;
    }
}

/// Talks to a server with this certificate, in a practice world that trusts `root`.
async fn talk_tls(tls: TlsAcceptor, root: &Authority) -> Conversation {
    let real = peer(move |stream, _| secured(stream, tls.clone())).await;
    let at: SocketAddr = "192.0.2.25:25".parse().unwrap();
    let map: Leads = [(at, Lead::To(real))].into_iter().collect();
    converse(&Net::practice(Vec::new(), map, vec![root.der.clone()]), &script(at)).await
}

fn trust(talk: &Conversation) -> &TrustVerdict {
    match &talk.tls {
        TlsState::Up { certificate, .. } => &certificate.trust,
        other => panic!("no TLS: {other:?}"),
    }
}

fn distrust(talk: &Conversation) -> &str {
    match trust(talk) {
        TrustVerdict::NotTrusted(why) => why,
        TrustVerdict::Trusted => panic!("trusted"),
    }
}

#[tokio::test]
async fn a_trusted_certificate_is_reported_and_the_test_goes_on_inside() {
    let root = authority("Practice Root");
    let talk = talk_tls(issued(&root, "mail.example.com", 2090), &root).await;
    assert_eq!(trust(&talk), &TrustVerdict::Trusted);
    let TlsState::Up { version, certificate } = &talk.tls else { unreachable!() };
    assert_eq!(version, "TLSv1.3");
    assert_eq!(certificate.names, ["mail.example.com"]);
    assert_eq!(certificate.issuer, "Practice Trust, Practice Root");
    assert_eq!(certificate.not_after.to_string(), "2090-02-01T00:00:00Z");
    assert_eq!(rcpt_codes(&talk), [Some(250), Some(550)]);
    assert_eq!(talk.ending, Ending::Quit);
    let keywords = &talk.ehlo.as_ref().unwrap().keywords;
    assert!(keywords.iter().all(|(word, _)| word != "STARTTLS"), "the EHLO inside counts");
}

#[tokio::test]
async fn a_bad_certificate_is_a_finding_not_an_end() {
    let root = authority("Practice Root");
    let talk = talk_tls(issued(&root, "other.example.net", 2090), &root).await;
    assert_eq!(distrust(&talk), "not for mail.example.com");
    let talk = talk_tls(issued(&root, "mail.example.com", 2021), &root).await;
    assert_eq!(distrust(&talk), "expired on 2021-02-01");
    let talk =
        talk_tls(issued(&authority("Elsewhere Root"), "mail.example.com", 2090), &root).await;
    assert!(distrust(&talk).starts_with("its issuer is not known to this machine"));

    let talk = talk_tls(issued(&authority("Practice Root"), "mail.example.com", 2090), &root).await;
    assert_eq!(distrust(&talk), "not signed by the issuer that it names");

    let key = rcgen::KeyPair::generate().unwrap();
    let own = rcgen::CertificateParams::new(vec!["WIN-EX01".to_owned()]).unwrap();
    let own = own.self_signed(&key).unwrap().der().to_vec();
    let talk = talk_tls(acceptor(vec![own], &key), &root).await;
    assert_eq!(distrust(&talk), "self-signed, not for mail.example.com");
    assert_eq!(rcpt_codes(&talk), [Some(250), Some(550)]);
    assert_eq!(talk.ending, Ending::Quit);
}

/// Offers STARTTLS, then does `after` to whoever takes it up; in plain text a
/// good server.
async fn spoiled<F>(
    after: impl Fn(TcpStream) -> F + Send + Sync + Clone + 'static,
) -> (SocketAddr, Arc<AtomicUsize>)
where
    F: Future<Output = ()> + Send + 'static,
{
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&connections);
    let at = peer(move |mut stream, _| {
        counted.fetch_add(1, Ordering::SeqCst);
        let after = after.clone();
        async move {
            say(&mut stream, GREETING).await;
            while let Some(line) = heard(&mut stream).await {
                if line == "STARTTLS" {
                    return after(stream).await;
                }
                let reply =
                    if line.starts_with("EHLO") { TLS_OFFER.to_owned() } else { good(&line) };
                say(&mut stream, reply).await;
            }
        }
    })
    .await;
    (at, connections)
}

fn tls_failure(talk: &Conversation) -> (&str, bool) {
    match &talk.tls {
        TlsState::Failed { why, fault } => (why, *fault == TlsFault::OldOnly),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn text_slipped_in_after_starttls_is_never_believed() {
    let (at, connections) = spoiled(|mut stream| async move {
        say(&mut stream, "220 go\r\n250-evil.example.net\r\n250 AUTH PLAIN\r\n").await;
        let _ = heard(&mut stream).await;
    })
    .await;
    let talk = talk_to(at).await;
    assert!(tls_failure(&talk).0.contains("plain text"), "{:?}", talk.tls);
    assert_eq!(connections.load(Ordering::SeqCst), 2);
    assert!(!talk.ehlo.as_ref().unwrap().keywords.iter().any(|(word, _)| word == "AUTH"));
    assert_eq!(rcpt_codes(&talk), [Some(250), Some(550)]);
}

#[tokio::test]
async fn encryption_that_fails_is_told_and_the_test_goes_on_in_plain_text() {
    let (at, connections) = spoiled(|mut stream| async move {
        say(&mut stream, "220 go\r\n").await;
        let _ = stream.read_u8().await;
        say(&mut stream, "500 what is this?\r\n").await;
    })
    .await;
    let talk = talk_to(at).await;
    assert!(tls_failure(&talk).0.contains("not TLS"), "{:?}", talk.tls);
    assert_eq!(connections.load(Ordering::SeqCst), 2);
    assert_eq!(rcpt_codes(&talk), [Some(250), Some(550)]);
    assert_eq!(talk.ending, Ending::Quit);

    // Alert, fatal, protocol_version: what an old Exchange says.
    let (at, _) = spoiled(|mut stream| async move {
        say(&mut stream, "220 go\r\n").await;
        let _ = stream.read_u8().await;
        say(&mut stream, [0x15, 3, 1, 0, 2, 2, 70]).await;
        let _ = heard(&mut stream).await;
    })
    .await;
    assert!(tls_failure(&talk_to(at).await).1, "old versions only");

    // Alert, fatal, handshake_failure: ciphers of old only.
    let (at, _) = spoiled(|mut stream| async move {
        say(&mut stream, "220 go\r\n").await;
        let _ = stream.read_u8().await;
        say(&mut stream, [0x15, 3, 3, 0, 2, 2, 40]).await;
        let _ = heard(&mut stream).await;
    })
    .await;
    let talk = talk_to(at).await;
    assert!(tls_failure(&talk).0.contains("no cipher") && !tls_failure(&talk).1);

    let (at, _) = spoiled(|stream| async move { drop(stream) }).await;
    let talk = talk_to(at).await;
    assert_eq!(tls_failure(&talk).0, "the server hung up on STARTTLS");
    assert_eq!(rcpt_codes(&talk), [Some(250), Some(550)]);

    let (at, connections) = spoiled(|mut stream| async move {
        say(&mut stream, "454 4.7.0 no certificate\r\n").await;
        while let Some(line) = heard(&mut stream).await {
            say(&mut stream, good(&line)).await;
        }
    })
    .await;
    let talk = talk_to(at).await;
    assert_eq!(tls_failure(&talk), ("the server answered 454 4.7.0 no certificate", false));
    assert_eq!(connections.load(Ordering::SeqCst), 1);
    assert_eq!(rcpt_codes(&talk), [Some(250), Some(550)]);
}

#[tokio::test]
async fn a_handshake_that_hangs_is_given_up() {
    let (at, _) = spoiled(|mut stream| async move {
        say(&mut stream, "220 go\r\n").await;
        std::future::pending::<()>().await;
        drop(stream);
    })
    .await;
    let talk = converse(&hasty(), &script(at)).await;
    assert!(tls_failure(&talk).0.contains("handshake took longer"));
    assert_eq!(rcpt_codes(&talk), [Some(250), Some(550)]);
}

#[tokio::test]
async fn starttls_is_left_alone_when_the_script_says_so() {
    let heard_lines = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&heard_lines);
    let at = peer(move |stream, _| {
        let log = Arc::clone(&log);
        async move {
            served(stream, GREETING, |line| {
                log.lock().unwrap().push(line.to_owned());
                if line.starts_with("EHLO") { TLS_OFFER.to_owned() } else { good(line) }
            })
            .await;
        }
    })
    .await;
    let talk = converse(&net(), &Script { starttls: false, ..script(at) }).await;
    assert_eq!(talk.tls, TlsState::NotTried);
    assert!(!heard_lines.lock().unwrap().contains(&"STARTTLS".to_owned()));
}
