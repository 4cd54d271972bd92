//! The host's API against a server that answers from a list. Loopback only.

#![allow(clippy::unwrap_used, reason = "a test that can't build its world has failed")]

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sdr_wizard::net::{ApiError, ApiKey, FixedClock, HostApi, Lead, Leads, Net, sign};
use sdr_wizard::plan::Domain;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// The heads of the requests that came.
type Heard = Arc<Mutex<Vec<String>>>;

/// Answers the n-th request with the n-th answer, then hangs up.
async fn api(answers: Vec<String>) -> (SocketAddr, Heard) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let heard = Heard::default();
    let log = Arc::clone(&heard);
    tokio::spawn(async move {
        for answer in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(stream.read_u8().await.unwrap());
            }
            log.lock().unwrap().push(String::from_utf8(head).unwrap());
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    (at, heard)
}

fn answer(status: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

fn page(names: &[&str], offset: usize, total: usize) -> String {
    let list: Vec<_> = names
        .iter()
        .map(|name| format!(r#"{{"name":"{name}","displayName":"D {name}"}}"#))
        .collect();
    answer(
        "200 OK",
        &format!(
            r#"{{"offset":{offset},"size":250,"total":{total},"rsMailboxes":[{}]}}"#,
            list.join(",")
        ),
    )
}

fn key() -> ApiKey {
    ApiKey { user_key: "the-user-key".to_owned(), secret: "the-secret".to_owned() }
}

fn host_api(at: SocketAddr) -> HostApi {
    let mut net = Net::with_resolvers(Vec::new());
    net.clock = Arc::new(FixedClock("2024-03-08T14:37:25Z".parse().unwrap()));
    HostApi::new(&net, &format!("http://{at}/v1"), key())
        .unwrap()
        .with_backoff(vec![Duration::from_millis(1); 3])
}

fn domain() -> Domain {
    Domain::parse("example.com").unwrap()
}

fn header<'a>(head: &'a str, name: &str) -> &'a str {
    let mut lines = head.lines().filter_map(|line| line.split_once(": "));
    lines.find(|(key, _)| key.eq_ignore_ascii_case(name)).unwrap().1
}

#[tokio::test]
async fn every_page_is_fetched_and_each_request_is_signed_as_sent() {
    let (at, heard) = api(vec![page(&["ann", "Bob"], 0, 4), page(&["a b", "o'brien"], 2, 4)]).await;
    let list = host_api(at).mailboxes(&domain()).await.unwrap();
    let addresses: Vec<_> =
        list.mailboxes.iter().map(|mailbox| mailbox.address.to_string()).collect();
    assert_eq!(addresses, ["ann@example.com", "bob@example.com", "o'brien@example.com"]);
    assert_eq!(list.mailboxes[0].display_name, "D ann");
    assert_eq!(list.rejects, ["a b"]);

    let heard = heard.lock().unwrap();
    assert!(heard[0].starts_with(
        "GET /v1/customers/me/domains/example.com/rs/mailboxes?size=250&offset=0 HTTP/1.1\r\n"
    ));
    assert!(heard[1].contains("?size=250&offset=2 "));
    for head in heard.iter() {
        assert_eq!(
            header(head, "X-Api-Signature"),
            sign(&key(), header(head, "User-Agent"), "20240308143725")
        );
        assert!(!head.contains("the-secret"));
    }
}

#[tokio::test]
async fn the_aliases_of_a_domain_are_read_and_a_missing_list_is_not_an_empty_one() {
    let (at, _) = api(vec![
        answer("200 OK", r#"{"name":"example.com","aliases":["Rackspace.example.com","?"]}"#),
        answer("200 OK", r#"{"name":"example.com","aliases":[]}"#),
        answer("200 OK", r#"{"name":"example.com"}"#),
        answer("200 OK", "<html>"),
    ])
    .await;
    let api = host_api(at);
    let found = api.domain_aliases(&domain()).await.unwrap();
    assert_eq!(found, [Domain::parse("rackspace.example.com").unwrap()]);
    assert_eq!(api.domain_aliases(&domain()).await.unwrap(), []);
    assert!(matches!(api.domain_aliases(&domain()).await, Err(ApiError::Unusable { .. })));
    assert!(matches!(api.domain_aliases(&domain()).await, Err(ApiError::Unusable { .. })));
}

const LIMIT: &str = r#"{"unauthorizedFault":{"code":403,"message":"Exceeded request limits"}}"#;

#[tokio::test]
async fn a_limit_is_waited_out_and_a_refusal_is_not() {
    let limit = || answer("403 Forbidden", LIMIT);
    let (at, heard) = api(vec![limit(), limit(), page(&["ann"], 0, 1)]).await;
    assert_eq!(host_api(at).mailboxes(&domain()).await.unwrap().mailboxes.len(), 1);
    assert_eq!(heard.lock().unwrap().len(), 3);

    let (at, heard) = api(vec![limit(), limit(), limit(), limit(), limit()]).await;
    let error = host_api(at).mailboxes(&domain()).await.unwrap_err();
    assert!(matches!(error, ApiError::Throttled { tries: 4, .. }), "{error}");
    assert_eq!(heard.lock().unwrap().len(), 4);

    let refusal = r#"{"unauthorizedFault":{"message":"the-user-key is not valid"}}"#;
    let (at, heard) = api(vec![answer("403 Forbidden", refusal)]).await;
    let error = host_api(at).mailboxes(&domain()).await.unwrap_err();
    let ApiError::Refused { message, .. } = &error else { panic!("{error}") };
    assert_eq!(message, "(key) is not valid", "the key is not repeated");
    assert_eq!(heard.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn other_answers_are_told_apart() {
    let (at, _) = api(vec![
        answer("404 Not Found", r#"{"itemNotFoundFault":{"message":"Domain not found"}}"#),
        answer("500 Internal Server Error", "\u{1b}[2J"),
        answer("302 Found\r\nLocation: http://127.0.0.1:9/", ""),
        "HTTP/1.1 400 Bad Request\r\nx-error-message: no\u{7}way\r\nContent-Length: 0\r\n\r\n"
            .into(),
        "SSH-2.0-OpenSSH\r\n".into(),
    ])
    .await;
    let api = host_api(at);
    let mut said = Vec::new();
    for _ in 0..5 {
        said.push(api.mailboxes(&domain()).await.unwrap_err());
    }
    assert!(matches!(&said[0], ApiError::NotFound { what, .. } if what == "example.com"));
    for (error, part) in said[1..].iter().zip(["500", "302", "", ""]) {
        assert!(matches!(error, ApiError::Unusable { .. }), "{error}");
        let text = error.to_string();
        assert!(text.contains(part) && !text.chars().any(char::is_control), "{text}");
    }
}

#[tokio::test]
async fn a_key_that_expires_between_two_pages_gives_no_half_list() {
    let refusal = r#"{"unauthorizedFault":{"message":"Unauthorized request"}}"#;
    let first = page(&["ann", "bob"], 0, 4);
    let (at, heard) = api(vec![first.clone(), answer("403 Forbidden", refusal)]).await;
    let said = host_api(at).mailboxes(&domain()).await.unwrap_err();
    assert!(matches!(said, ApiError::Refused { .. }), "{said:?}");
    assert_eq!(heard.lock().unwrap().len(), 2);
    // A limit between two pages is waited out, and the list goes on where it was.
    let limit = r#"{"unauthorizedFault":{"message":"Exceeded request limits"}}"#;
    let last = page(&["cid", "dan"], 2, 4);
    let (at, heard) = api(vec![first, answer("403 Forbidden", limit), last]).await;
    let list = host_api(at).mailboxes(&domain()).await.unwrap();
    assert_eq!(list.mailboxes.len(), 4);
    let offsets: Vec<bool> =
        heard.lock().unwrap().iter().map(|head| head.contains("offset=2")).collect();
    assert_eq!(offsets, [false, true, true]);
}

#[tokio::test]
async fn a_cancelled_list_asks_no_more() {
    let limit = r#"{"unauthorizedFault":{"message":"Exceeded request limits"}}"#;
    let (at, heard) = api(vec![answer("403 Forbidden", limit); 3]).await;
    let patient = host_api(at).with_backoff(vec![Duration::from_secs(3600)]);
    let domain = domain();
    let asking = patient.mailboxes(&domain);
    let once = async {
        while heard.lock().unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::select! {
        said = asking => panic!("it waits an hour: {said:?}"),
        () = once => {}
    }
    tokio::task::yield_now().await;
    assert_eq!(heard.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_list_that_does_not_add_up_is_not_believed() {
    for pages in [
        vec![page(&["ann"], 0, 3), page(&[], 1, 3)],
        vec![page(&["ann"], 0, 3), page(&["ann"], 0, 3)],
        vec![answer("200 OK", r#"{"total":1,"rsMailboxes":{"name":1}}"#)],
        vec![format!(
            "HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n{}",
            " ".repeat(9_000_000)
        )],
    ] {
        let (at, _) = api(pages).await;
        let error = host_api(at).mailboxes(&domain()).await.unwrap_err();
        assert!(matches!(error, ApiError::Unusable { .. }), "{error}");
    }
}

#[tokio::test]
async fn the_key_never_shows() {
    let (at, _) = api(Vec::new()).await;
    let shown = format!("{:?} {:?}", host_api(at), key());
    assert!(!shown.contains("the-user-key") && !shown.contains("the-secret"), "{shown}");
    let net = Net::with_resolvers(Vec::new());
    let bad = ApiKey { user_key: "the-user\r\nkey".to_owned(), ..key() };
    let api = HostApi::new(&net, &format!("http://{at}/v1"), bad).unwrap();
    let error = api.mailboxes(&domain()).await.unwrap_err().to_string();
    assert!(error.contains("can't be sent") && !error.contains("the-user"), "{error}");
}

#[tokio::test]
async fn a_base_that_would_give_the_key_away_is_refused() {
    let world = Net::with_resolvers(Vec::new());
    for base in
        ["http://api.example.net/v1", "ftp://api.example.net", "no url", "https://u:p@x.example/"]
    {
        assert!(
            matches!(HostApi::new(&world, base, key()), Err(ApiError::Unusable { .. })),
            "{base}"
        );
    }
    let practice = Net::practice(Vec::new(), Leads::default(), Vec::new());
    assert!(HostApi::new(&practice, "http://127.0.0.1:9/v1", key()).is_err());
}

#[tokio::test]
async fn a_practice_world_is_not_left_by_http_either() {
    let (at, _) = api(vec![page(&["ann"], 0, 1)]).await;
    let name_server: SocketAddr = "192.0.2.53:53".parse().unwrap();
    let map: Leads = [(name_server, Lead::Refused), (at, Lead::To(at))].into_iter().collect();
    let net = Net::practice(vec![name_server], map, Vec::new());
    let api = HostApi::new(&net, "http://localhost/v1", key()).unwrap();
    let error = api.mailboxes(&domain()).await.unwrap_err();
    assert!(matches!(error, ApiError::Unusable { .. }), "{error}");
}

#[tokio::test]
async fn the_practice_worlds_api_is_found_by_its_name() {
    let world = sdr_wizard::practice::PracticeWorld::start(Default::default()).await.unwrap();
    let plan = world.plan();
    let base = plan.host.api.as_deref().unwrap();
    let api = HostApi::new(&world.net(), base, world.api_key()).unwrap();
    let list = api.mailboxes(plan.domain()).await.unwrap();
    assert!(!list.mailboxes.is_empty() && list.rejects.is_empty());
    let aliases = api.domain_aliases(plan.domain()).await.unwrap();
    assert!(aliases.contains(plan.routing_subdomain().as_domain()));
    let wrong = ApiKey { secret: "another".to_owned(), ..world.api_key() };
    let api = HostApi::new(&world.net(), base, wrong).unwrap();
    assert!(matches!(api.mailboxes(plan.domain()).await, Err(ApiError::Refused { .. })));
}
