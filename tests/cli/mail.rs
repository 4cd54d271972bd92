//! Bounces explained, results of another machine taken over, messages sent
//! on request.

use super::*;

#[test]
fn a_bounce_is_explained_from_a_file() {
    let folder = Folder::new();
    let text = "<ann@example.com>: host mx1.emailsrvr.com[198.51.100.1] said: 550 5.1.1\n    <ann@example.com>: User unknown in relay recipient table (G8)\n";
    folder.write("bounce.txt", text);
    let told = out(&expect(0, folder.path(), &["bounce", "bounce.txt"]));
    for part in
        ["Split Domain Routing", "4, Split Domain Routing", "550 5.1.1 G8", "mx1.emailsrvr.com"]
    {
        assert!(told.contains(part), "{part}: {told}");
    }
    let notices = json(&expect(0, folder.path(), &["bounce", "bounce.txt", "--json"]));
    assert_eq!(notices.len(), 1);
    assert_eq!(
        (&notices[0]["cause"], &notices[0]["step"]),
        (&"neither-side".into(), &"sdr".into())
    );
    folder.write("letter.txt", "Dear all, no refusal in here.");
    let said = err(&expect(3, folder.path(), &["bounce", "letter.txt"]));
    assert!(said.contains("nothing in it that a mail server says"), "{said}");
    refused(folder.path(), &["bounce", "none.txt"], "is not there");
    refused(folder.path(), &["bounce", "."], "Name the file in it that holds the text");
    let long = std::fs::File::create(folder.path().join("mbox")).unwrap();
    long.set_len(200 << 20).unwrap();
    let said = err(&expect(3, folder.path(), &["bounce", "mbox"]));
    assert!(said.contains("Of the 200 MB in it the first 1 MB were read."), "{said}");
    folder.write("evil.txt", b"550 5.1.1 \x1b[31m\xff\xfe no such user");
    let told = out(&expect(0, folder.path(), &["bounce", "evil.txt"]));
    assert!(!told.contains('\u{1b}'), "{told:?}");
}

/// A result as another machine writes it.
fn result(host: &str) -> String {
    let line = |id: &str, expected: &str| {
        serde_json::json!({
            "id": id, "state": "passed", "summary": "Seen there.", "expected": expected,
            "found": "250 ok", "asked": format!("{host}, 192.0.2.25:25"),
            "at": jiff::Timestamp::now().to_string(), "meaning": "", "action": "",
        })
        .to_string()
    };
    let others = ["resolve", "connect", "random-address", "postmaster", "abuse", "relay"]
        .map(|id| line(&format!("server.{id}"), "an answer"));
    let proof = line("server.verification-address", "ann@example.com is accepted");
    [others.join("\n"), proof].join("\n")
}

#[test]
fn what_another_machine_saw_is_taken_over_and_marked() {
    let folder = Folder::with_profile();
    folder.write("result.json", result("mail.example.com"));
    let args = ["import-result", "p", "result.json", "--from", "rented server"];
    let told = json(&expect(0, folder.path(), &[&args[..], &["--json"]].concat()));
    assert_eq!(told.len(), 7);
    assert_eq!(told[0]["seen_from"], "rented server");
    let kept = std::fs::read_to_string(folder.path().join("p/evidence.json")).unwrap();
    assert!(kept.contains("rented server") && kept.contains("server.verification-address"));
    folder.write("other.json", result("mail.example.org"));
    refused(folder.path(), &["import-result", "p", "other.json"], "about mail.example.org");
    folder.write("evil.json", "{\"id\": \u{1b}\n");
    refused(folder.path(), &["import-result", "p", "evil.json"], "Line 1 is not a finding");
    let first: Vec<_> = result("mail.example.com").lines().take(3).map(str::to_owned).collect();
    folder.write("part.json", first.join("\n"));
    refused(folder.path(), &["import-result", "p", "part.json"], "nothing in it about postmaster");
    let after = std::fs::read_to_string(folder.path().join("p/evidence.json")).unwrap();
    assert_eq!(kept, after, "what is refused changes nothing");
}

/// A resolver on loopback that knows two mail exchangers of any domain.
fn resolver_with_two_exchangers() -> String {
    use hickory_proto::op::Message;
    use hickory_proto::rr::rdata::{A, MX};
    use hickory_proto::rr::{Name, RData, Record, RecordType};

    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let at = socket.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        let mut packet = [0; 4096];
        while let Ok((size, peer)) = socket.recv_from(&mut packet) {
            let question = Message::from_vec(&packet[..size]).unwrap();
            let mut reply = Message::response(question.metadata.id, question.metadata.op_code);
            let query = question.queries[0].clone();
            let name = query.name().clone();
            let put = |data| Record::from_rdata(name.clone(), 300, data);
            match query.query_type() {
                RecordType::MX => {
                    for (preference, host) in [(20, "b.example.net."), (10, "a.example.net.")] {
                        let host = Name::from_ascii(host).unwrap();
                        reply.add_answer(put(RData::MX(MX::new(preference, host))));
                    }
                }
                RecordType::A => {
                    let last = if name.to_string().starts_with('a') { 1 } else { 2 };
                    reply.add_answer(put(RData::A(A::new(127, 0, 0, last))));
                }
                _ => {}
            }
            reply.add_query(query);
            socket.send_to(&reply.to_vec().unwrap(), peer).unwrap();
        }
    });
    at
}

#[test]
fn no_message_is_sent_without_a_clear_word() {
    let folder = Folder::with_profile();
    let resolver = resolver_with_two_exchangers();
    let args = [
        &["send-test", "p", "--to", "ann@example.com", "--from", "me@example.org"][..],
        &["--smtp-port", "2525", "--resolver", &resolver],
    ]
    .concat();
    // Nobody listens at that port: only the announcement comes.
    let output = expect(2, folder.path(), &args);
    let told = out(&output);
    for part in [
        "SMTP, port 2525, at a.example.net (127.0.0.1); only if it can't be reached, in this order: b.example.net (127.0.0.2)",
        "MAIL FROM:<me@example.org>, RCPT TO:<ann@example.com>",
        "    Subject: Test message sdr-",
        "    X-SDR-Test: sdr-",
        "    This message was sent on request",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(err(&output).contains("nothing was sent. With --send it is"), "{}", err(&output));
    let told = json(&expect(2, folder.path(), &[&args[..], &["--json"]].concat()));
    let (message, token) =
        (told[0]["message"].as_str().unwrap(), told[0]["token"].as_str().unwrap());
    assert!(message.contains(&format!("Subject: Test message {token}\r\n")), "{message}");
    assert_eq!(
        told[0]["servers"],
        serde_json::json!([
            { "host": "a.example.net", "ip": "127.0.0.1", "port": 2525 },
            { "host": "b.example.net", "ip": "127.0.0.2", "port": 2525 },
        ])
    );
    let unheard = ["--resolver", "127.0.0.1:1"];
    let args = ["send-test", "p", "--to", "ann@example.com", "--from", "me@example.org"];
    refused(folder.path(), &[&args[..], &unheard].concat(), "nothing was sent, and could not be");
    let stranger =
        ["send-test", "p", "--to", "x@example.org", "--from", "me@example.org", "--send"];
    refused(folder.path(), &stranger, "nobody of this plan");
}

#[test]
fn the_path_of_a_message_is_drawn_from_its_headers() {
    let folder = Folder::with_profile();
    folder.write(
        "headers.txt",
        "Received: from desk.example.org by mail.example.com with ESMTPS; Mon, 02 Mar 2026 09:00:02 +0000\nSubject: x\n",
    );
    let args = ["headers", "p", "headers.txt", "--to", "ann@example.com"];
    folder.write("people.csv", PEOPLE);
    expect(0, folder.path(), &["import", "p", "people.csv"]);
    let told = out(&expect(0, folder.path(), &args));
    for part in [
        "desk.example.org",
        "1 mail.example.com (the external server) 09:00:02 UTC",
        "the way that the model expects",
        "may be made up",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    folder.write("letter.txt", "Dear all");
    let args = ["headers", "p", "letter.txt", "--to", "ann@example.com"];
    assert!(out(&expect(3, folder.path(), &args)).contains("No Received line"));
}
