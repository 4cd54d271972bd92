//! Bounces as real servers write them and as people paste them: `bounces/`,
//! each below what must be told of it.

use std::fs;
use std::path::Path;

use sdr_wizard::guide::{Notice, explain};

/// `cause step upshot recipient server`; a server is named where it said so.
fn line_of(notice: &Notice) -> String {
    let json = serde_json::to_value(notice).unwrap_or_default();
    let word = |key: &str| json[key].as_str().unwrap_or("-").to_owned();
    let [cause, upshot, recipient, by] = ["cause", "upshot", "recipient", "by"].map(word);
    format!("{cause} {} {upshot} {recipient} {by}\n", notice.step.number())
}

#[test]
fn bounces_of_real_servers_are_explained() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bounces");
    let mut wrong = Vec::new();
    let mut read = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let file = fs::read_to_string(&path).unwrap();
        let (expected, text) = file.split_once("----\n").unwrap();
        // As a file of another system, and quoted once more in a reply.
        let crlf = text.replace('\n', "\r\n");
        let quoted: String = text.lines().map(|line| format!("> {line}\n")).collect();
        for text in [text, &crlf, &quoted] {
            let told: String = explain(text).notices.iter().map(line_of).collect();
            if told != expected.trim_start() {
                let name = path.file_stem().unwrap().display();
                wrong.push(format!("{name}: expected\n{expected}told\n{told}"));
                break;
            }
        }
        read += 1;
    }
    assert!(wrong.is_empty() && read > 100, "{read} read\n{}", wrong.join("\n"));
}
