//! `sdrctl people` against a mail server, as a script reads it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, UdpSocket};
use std::thread;

use hickory_proto::op::Message;
use hickory_proto::rr::{RData, Record, RecordType};

use super::{Folder, expect, json, sdrctl_at};

/// A resolver that leads every name to this machine.
fn resolver() -> String {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let at = socket.local_addr().unwrap().to_string();
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok((size, peer)) = socket.recv_from(&mut buffer) {
            let question = Message::from_vec(&buffer[..size]).unwrap();
            let mut reply = Message::response(question.metadata.id, question.metadata.op_code);
            reply.add_queries(question.queries.clone());
            let query = &question.queries[0];
            if query.query_type() == RecordType::A {
                let here = RData::A("127.0.0.1".parse().unwrap());
                reply.add_answer(Record::from_rdata(query.name().clone(), 60, here));
            }
            let _ = socket.send_to(&reply.to_vec().unwrap(), peer);
        }
    });
    at
}

/// A mail server that knows everybody whose address begins with this letter.
fn server_that_knows(letter: char) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || {
                let mut out = stream.try_clone().unwrap();
                let _ = out.write_all(b"220 mail.example.com ESMTP\r\n");
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    let known = line.starts_with(&format!("RCPT TO:<{letter}"));
                    let answer = match line.get(..4).unwrap_or_default() {
                        "RCPT" if !known => "550 5.1.1 no such user\r\n",
                        "EHLO" => "250-mail.example.com\r\n250 PIPELINING\r\n",
                        "QUIT" => "221 2.0.0 bye\r\n",
                        _ => "250 2.0.0 ok\r\n",
                    };
                    if out.write_all(answer.as_bytes()).is_err() {
                        return;
                    }
                }
            });
        }
    });
    port
}

#[test]
fn the_last_line_about_a_person_is_the_final_word_and_the_sum_says_on_what_it_rests() {
    let folder = Folder::with_profile();
    let here = folder.path();
    let mut list = "address,display_name,home,wave\nann@example.com,Ann Lee,external,\n".to_owned();
    for number in 0..502 {
        list.push_str(&format!("q{number}@example.com,,external,\n"));
    }
    folder.write("people.csv", list);
    expect(0, here, &["import", "p", "people.csv"]);
    let (resolver, port) = (resolver(), server_that_knows('a'));
    let ask = ["people", "p", "--resolver", &resolver, "--smtp-port", &port, "--json"];
    let output = expect(1, here, &ask);
    let findings = json(&output);
    let mut told: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for finding in &findings {
        let id = finding["id"].as_str().unwrap();
        let state = finding["state"].as_str().unwrap();
        told.entry(id.trim_start_matches("people.rcpt@")).or_default().push(state);
    }
    assert_eq!(told.get("ann@example.com"), Some(&vec!["passed"]));
    for number in 0..502 {
        let states = told.get(format!("q{number}@example.com").as_str());
        assert_eq!(states, Some(&vec!["failed"]), "q{number}");
    }
    let sum = findings.iter().find(|finding| finding["id"] == "people.external").unwrap();
    let meaning = sum["meaning"].as_str().unwrap();
    let rests_on = "Of the 502 refusals 101 were asked about a second time";
    assert!(meaning.contains(rests_on), "{meaning}");
    assert!(meaning.contains("401 were given once and stand by those"), "{meaning}");
    let once = findings.iter().filter(|finding| {
        finding["summary"].as_str().is_some_and(|summary| summary.contains("which said so once"))
    });
    assert_eq!(once.count(), 401);

    let compared = sdrctl_at(here, &["compare", "p", "-v"]);
    let lines = super::out(&compared);
    let once = lines.lines().filter(|line| line.contains("once; others of the same run"));
    assert_eq!(once.count(), 401, "{lines}");
}
