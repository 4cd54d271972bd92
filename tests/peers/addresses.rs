//! Addresses that could break out of a command never reach a socket.

use sdr_wizard::net::Net;
use sdr_wizard::plan::{Address, Domain, Mailbox};
use sdr_wizard::roster::{read_table, take_people};

use super::street::{Peer, Street, good};
use super::{asked_of, hasty};

const HOSTILE: [&str; 16] = [
    "p1\r\nRCPT TO:<x@example.org>@example.com",
    "p2@example.com\r\nDATA",
    "p3\n@example.com",
    "p4\r@example.com",
    "p5\0@example.com",
    "p6>@example.com",
    "p7@example.com> NOTIFY=SUCCESS",
    "<p8@example.com",
    "p9\u{2028}@example.com",
    "p10\u{2029}@example.com",
    "p11\u{85}@example.com",
    "p12%0d%0a@example.com",
    "p13%0A@example.com",
    "p14%00@example.com",
    "\"p15\r\nQUIT\"@example.com",
    "p16@exa\r\nmple.com",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_hostile_address_and_no_other_domain_reaches_a_socket() {
    for text in HOSTILE {
        assert!(Address::parse(text).is_err(), "{text:?}");
    }
    let street = Street::with(Peer::answering("one that listens", good)).await;
    let (net, mut plan) = street.world().await;
    let net: Net = hasty(net);
    // The same by the way that lists take, quoted so that line breaks survive.
    let quoted = HOSTILE.map(|text| format!("\"{}\"", text.replace('"', "\"\"")));
    let list = format!("address\n{}\np50@example.com\n", quoted.join("\n"));
    if let Ok(table) = read_table(list.as_bytes()) {
        let domain = Domain::parse("example.com").unwrap();
        if let Ok(people) = take_people(&table, &table.columns, &domain) {
            assert!(people.rejects.len() + 1 >= HOSTILE.len(), "{:?}", people.listed.len());
            people.listed.into_iter().for_each(|listed| {
                plan.roster.merge(listed);
            });
        }
    }
    // Somebody of another domain is in the plan by an old mistake.
    for other in ["p60@example.org", "p61@mail.example.com", "p62@example.com.example.net"] {
        plan.roster.put(Mailbox::new(Address::parse(other).unwrap()));
    }
    let brought = asked_of("one that listens", &street, &net, &plan).await;
    assert!(brought.known >= 20, "{:?}", brought.side);
    for line in &brought.heard {
        let plain = line.chars().all(|c| c == ' ' || c.is_ascii_graphic());
        let verb = line.split([' ', ':']).next().unwrap_or_default();
        assert!(plain && ["EHLO", "MAIL", "RCPT", "RSET", "QUIT"].contains(&verb), "{line:?}");
        if let Some(to) = line.strip_prefix("RCPT TO:<") {
            assert!(to.ends_with("@example.com>") && to.matches('>').count() == 1, "{line:?}");
            assert!(!to.contains('%'), "{line:?}");
        }
    }
}
