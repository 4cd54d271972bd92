use proptest::prelude::*;

use super::*;
use crate::plan::{Address, Domain, Home, HostName, Mailbox};
use crate::route::{Deed, Origin, Phase, follow, world_after};

fn plan() -> Plan {
    let mut plan = Plan::new(Domain::parse("example.com").unwrap()).unwrap();
    plan.external.host_name = Some(HostName::parse("mail.example.com").unwrap());
    let ann = Address::parse("ann@example.com").unwrap();
    plan.roster.put(Mailbox { home: Home::Host, ..Mailbox::new(ann) });
    plan
}

const HEADERS: &str = "Return-Path: <me@example.org>\n\
Received: from mx1.emailsrvr.com (mx1.emailsrvr.com [198.51.100.1])\n\tby store3.emailsrvr.com (Postfix) with ESMTPS id 4F (TLSv1.3\n\tcipher (AES)); Mon, 2 Mar 2026 10:02:41 +0100 (CET)\n\
Received: from mail.example.com (mail.example.com [192.0.2.25]) by mx1.emailsrvr.com\n with ESMTPS id X; Mon, 2 Mar 2026 09:02:40 +0000\n\
Received: from desk.example.org ([203.0.113.7]) by mail.example.com with\n ESMTP; Mon, 02 Mar 2026 09:00:02 +0000\n\
Authentication-Results: mx1.emailsrvr.com; spf=fail smtp.mailfrom=example.org\n\
X-SDR-Test: sdr-0123456789\nSubject: Test\n\nReceived is a word.\n";

#[test]
fn the_path_is_read_from_its_beginning() {
    let path = read_headers(HEADERS, &plan());
    let names: Vec<&str> = path.stops.iter().map(|stop| stop.by.as_str()).collect();
    assert_eq!(names, ["mail.example.com", "mx1.emailsrvr.com", "store3.emailsrvr.com"]);
    let systems: Vec<_> = path.stops.iter().map(|stop| stop.system).collect();
    assert_eq!(systems, [Some(System::External), Some(System::Host), Some(System::Host)]);
    let waits: Vec<_> = path.stops.iter().map(|stop| stop.after_seconds).collect();
    assert_eq!(waits, [None, Some(158), Some(1)]);
    assert_eq!(path.stops[1].with.as_deref(), Some("ESMTPS"));
    assert_eq!(path.token.as_deref(), Some("sdr-0123456789"));
    assert_eq!(path.checks.len(), 1);
}

#[test]
fn what_the_text_of_a_message_quotes_is_no_stop() {
    let quoted = format!(
        "{HEADERS}\nReceived: from evil by forged.example.org; Mon, 2 Mar 2026 10:00:00 +0000\nX-SDR-Test: sdr-ffffffffff\n"
    );
    assert_eq!(read_headers(&quoted, &plan()), read_headers(HEADERS, &plan()));
    for above in ["\n\r\n \n", "Here is what I found\n\n", "> \n>\n"] {
        let path = read_headers(&format!("{above}{quoted}"), &plan());
        assert_eq!(path, read_headers(HEADERS, &plan()), "{above:?}");
    }
}

#[test]
fn the_path_is_held_against_the_models() {
    let plan = plan();
    let ann = Address::parse("ann@example.com").unwrap();
    let world = world_after(&plan, Phase::After(Deed::FirstContacts));
    let trace = follow(&world, Origin::Internet, &ann);
    let compared = read_headers(HEADERS, &plan).compared(&trace);
    assert_eq!(compared.taken, [System::External, System::Host]);
    assert!(compared.told[0].contains("the way that the model expects"), "{compared:?}");
    assert!(compared.told.iter().any(|line| line.contains("158 s, before mx1")), "{compared:?}");
    let short = "Received: from x by mail.example.com; Mon, 02 Mar 2026 09:00:02 +0000";
    let stayed = read_headers(short, &plan).compared(&trace);
    assert!(
        stayed.told[0].contains("the model expects the external server, then the host"),
        "{stayed:?}"
    );
    assert!(stayed.told[1].contains("no mailbox"), "{stayed:?}");
    let nothing = read_headers("Dear all", &plan).compared(&trace);
    assert!(nothing.told[0].contains("No Received line"), "{nothing:?}");
}

#[test]
fn a_path_whose_beginning_is_missing_proves_nothing() {
    let plan = plan();
    let ann = Address::parse("ann@example.com").unwrap();
    let trace =
        follow(&world_after(&plan, Phase::After(Deed::FirstContacts)), Origin::Internet, &ann);
    let expected = "Received: from x by store.emailsrvr.com; Mon, 2 Mar 2026 10:02:41 +0000\n\
        Received: from x by mail.example.com; Mon, 2 Mar 2026 10:02:40 +0000\n";
    let more = "Received: from x by mail.example.com; Mon, 2 Mar 2026 10:02:39 +0000\n";
    let read = |hops: usize| read_headers(&format!("{expected}{}", more.repeat(hops - 2)), &plan);
    let whole = read(MOST_STOPS).compared(&trace);
    assert!(whole.told[0].contains("the way that the model expects"), "{whole:?}");
    let path = read(MOST_STOPS + 1);
    assert!(path.cut && path.stops.len() == MOST_STOPS);
    let compared = path.compared(&trace);
    assert!(compared.told[0].contains("can't be told"), "{compared:?}");
    assert!(!compared.told.iter().any(|line| line.contains("the way that the model expects")));
    // A long text below the headers takes nothing from them.
    let long = format!("{expected}\n{}", "text\n".repeat(MOST_BYTES / 4));
    assert!(!read_headers(&long, &plan).cut);
    let endless = format!("{expected}{}", "X-Filler: x\n".repeat(MOST_BYTES / 10));
    assert!(read_headers(&endless, &plan).cut);
}

#[test]
fn where_it_ended_and_for_whom_counts() {
    let mut plan = plan();
    let bob = Address::parse("bob@example.com").unwrap();
    plan.roster.put(Mailbox { home: Home::External, ..Mailbox::new(bob.clone()) });
    let trace =
        follow(&world_after(&plan, Phase::After(Deed::FirstContacts)), Origin::Internet, &bob);
    let read = |top: &str, whom: &str, below: &str| {
        let text = format!(
            "{top}Received: from x by mail.example.com with ESMTP id 4F for <{whom}>;\n Mon, 2 Mar 2026 10:02:40 +0000\n{below}"
        );
        read_headers(&text, &plan).compared(&trace)
    };
    assert_eq!(read("", "bob@example.com", "").as_expected, Some(true));
    assert_eq!(read("", "Bob@rackspace.example.com", "").as_expected, Some(true));
    let gone = "Received: from mail.example.com by mx.google.com with ESMTPS id X\n\tfor <bob.private@gmail.com>; Mon, 2 Mar 2026 10:02:41 +0000\n";
    let left = read(gone, "bob@example.com", "");
    assert_eq!(left.as_expected, Some(false), "{left:?}");
    assert!(left.told.iter().any(|line| line.contains("left the plan's two systems")));
    let inside =
        "Received: from mail.example.com by ex01.corp.lan; Mon, 2 Mar 2026 10:02:41 +0000\n";
    let open = read(inside, "bob@example.com", "");
    assert_eq!(open.as_expected, None);
    assert!(open.told[0].contains("ex01.corp.lan"), "{open:?}");
    let other = read("", "ceo@example.com", "");
    assert_eq!(other.as_expected, None);
    assert!(other.told.iter().any(|line| line.contains("name ceo@example.com")), "{other:?}");
    let quoted = "> Received: from x by mx1.emailsrvr.com; Mon, 2 Mar 2026 10:02:39 +0000\n";
    assert_eq!(read("", "bob@example.com", quoted), read("", "bob@example.com", ""));
}

#[test]
fn hostile_headers_are_bounded_and_harmless() {
    let line = "Received: from a by \u{1b}[31mb\u{202e} with ((((( ; x\n";
    let path = read_headers(&line.repeat(100_000), &plan());
    assert!(path.cut && path.stops.len() == MOST_STOPS);
    assert!(!path.stops[0].by.contains(['\u{1b}', '\u{202e}']));
}

proptest! {
    #[test]
    fn any_text_is_read(text in "(?s)(Received: |from |by |with |;|Mon, 2 Mar 2026 10:00:00 \\+0100|[()\n ]|.){0,40}") {
        let _ = read_headers(&text, &plan());
    }
}
