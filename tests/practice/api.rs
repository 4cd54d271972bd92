//! The host's API, by raw HTTP.

use sdr_wizard::net::{ApiKey, sign};
use sdr_wizard::practice::Switches;

use super::stranger::*;

#[tokio::test]
async fn the_api_wants_its_signature() {
    let world = world_with([]).await;
    let path = "/v1/customers/me/domains/example.com";
    let key = world.api_key();
    let good = sign(&key, agent(), "20260301090000");
    assert_eq!(get_signed(&world, path, &good).await.0, 200);
    let other = ApiKey { secret: "wrong".to_owned(), ..key.clone() };
    for bad in [
        sign(&other, agent(), "20260301090000"),
        sign(&key, "another-agent", "20260301090000"),
        sign(&key, agent(), "yesterday"),
        good.replacen("0900", "0901", 1),
        String::new(),
        "::".to_owned(),
    ] {
        let (status, body) = get_signed(&world, path, &bad).await;
        assert!(status == 403 && body.contains("unauthorizedFault"), "{bad}: {body}");
        assert!(!body.contains(&key.secret));
    }
}

#[tokio::test]
async fn the_api_lists_alias_and_mailboxes_in_pages() {
    let world = world_with([]).await;
    let domain = "/v1/customers/me/domains/example.com";
    assert!(get(&world, domain).await.1.contains(r#""aliases":["rackspace.example.com"]"#));
    world.controls().set(Switches { alias: false, ..Switches::all_done() });
    assert!(get(&world, domain).await.1.contains(r#""aliases":[]"#));

    let mut names = Vec::new();
    for offset in [0, 3] {
        let (status, text) =
            get(&world, &format!("{domain}/rs/mailboxes?size=3&offset={offset}")).await;
        assert_eq!(status, 200);
        let (_, body) = text.split_once("\r\n\r\n").unwrap();
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!((&body["size"], &body["offset"]), (&3.into(), &offset.into()));
        assert_eq!(body["total"], 4);
        for mailbox in body["rsMailboxes"].as_array().unwrap() {
            names.push((mailbox["name"].clone(), mailbox["displayName"].clone()));
        }
    }
    assert_eq!(names.len(), 4);
    assert!(names.contains(&("bjorn.ostberg".into(), "Björn Östberg".into())), "{names:?}");
}

#[tokio::test]
async fn the_api_answers_nonsense_with_a_fault() {
    let world = world_with([]).await;
    let domains = "/v1/customers/me/domains";
    for (path, status, fault) in [
        (format!("{domains}/example.org"), 404, "itemNotFoundFault"),
        (format!("{domains}/example.com/../../etc"), 404, "itemNotFoundFault"),
        (format!("{domains}/example.com/rs/mailboxes?size=many"), 400, "badRequestFault"),
        (format!("{domains}/example.com/rs/mailboxes?offset=-1"), 400, "badRequestFault"),
    ] {
        let (found, body) = get(&world, &path).await;
        assert!(found == status && body.contains(fault), "{path}: {body}");
    }
    for text in
        ["\r\n\r\n", "GET\r\n\r\n", "GET / SMTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nno\r\n\r\n"]
    {
        assert_eq!(request(&world.net(), text).await.0, 400, "{text:?}");
    }
    let far = "/v1/customers/me/domains/example.com/rs/mailboxes?offset=18446744073709551615";
    assert!(get(&world, far).await.1.contains(r#""rsMailboxes":[]"#));
}
