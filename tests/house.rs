//! The floors of the house: each room imports only from rooms below it.

#![allow(clippy::unwrap_used, reason = "a test that can't read the source has failed")]

use std::fs;
use std::path::{Path, PathBuf};

/// Room and floor, as `ARCHITECTURE.md` draws them.
const FLOORS: [(&str, i8); 16] = [
    ("app", 5),
    ("cli", 5),
    ("engine", 4),
    ("practice", 3),
    ("check", 3),
    ("artifact", 3),
    ("profile", 3),
    ("guide", 2),
    ("net", 2),
    ("roster", 2),
    ("route", 1),
    ("finding", 1),
    ("plan", 0),
    ("shown", -1),
    ("abreast", -1),
    ("counted", -1),
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn floor(room: &str) -> Option<i8> {
    FLOORS.iter().find(|(name, _)| *name == room).map(|(_, floor)| *floor)
}

/// The room that a file belongs to: the first part of its path below `src`.
fn room_of(path: &Path, src: &Path) -> String {
    let first = path.strip_prefix(src).unwrap().components().next().unwrap();
    first.as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned()
}

/// Every room named behind `crate::`, `use crate::{a, b::c}` included.
fn rooms_named(text: &str) -> Vec<String> {
    let code: Vec<&str> =
        text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect();
    let code = code.join(" ");
    let mut rooms = Vec::new();
    for (at, found) in code.match_indices("crate::") {
        let rest = &code[at + found.len()..];
        match rest.strip_prefix('{') {
            Some(list) => rooms.extend(first_words(list)),
            None => rooms.extend(first_words(rest).into_iter().take(1)),
        }
    }
    rooms.retain(|room| floor(room).is_some());
    rooms
}

/// The first word of each item of a braced list, whatever is nested in it.
fn first_words(list: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let (mut depth, mut in_word) = (0, true);
    for c in list.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                words.push(String::new());
                in_word = true;
            }
            ' ' => {}
            _ if in_word && (c.is_alphanumeric() || c == '_') => words.last_mut().unwrap().push(c),
            _ => in_word = false,
        }
    }
    words
}

#[test]
fn no_room_imports_from_above_or_beside_it() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    let mut seen = 0;
    for path in sources(&src) {
        let room = room_of(&path, &src);
        let Some(own) = floor(&room) else { continue };
        let text = fs::read_to_string(&path).unwrap();
        for named in rooms_named(&text) {
            seen += 1;
            if named != room && floor(&named).is_some_and(|other| other >= own) {
                wrong.push(format!("{}: {room} (floor {own}) imports {named}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen > 50, "only {seen} imports were found: the test has gone blind");
}

#[test]
fn every_room_stands_on_a_floor() {
    let lib = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    for line in lib.lines().filter_map(|line| line.strip_prefix("pub mod ")) {
        let room = line.trim_end_matches(';');
        assert!(floor(room).is_some(), "{room} has no floor");
    }
}

/// What a room never does, by the words that doing it would take.
#[test]
fn what_never_happens_in_a_room_does_not_happen_there() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let absences: [(&[&str], &[&str]); 5] = [
        (
            &["plan", "route", "guide", "finding", "artifact"],
            &[
                "std::fs",
                "std::net::Tcp",
                "tokio::",
                "Timestamp::now",
                "Zoned::now",
                "SystemTime",
                "egui",
            ],
        ),
        (
            &["check", "engine", "cli", "app", "profile", "roster"],
            &["TcpStream", "UdpSocket", "TcpListener", "reqwest::"],
        ),
        (&["check", "net", "roster", "practice"], &["std::fs", "egui"]),
        // DATA is said by the engine alone, on request.
        (&["check", "guide", "practice", "cli", "app"], &["TestMessage", "send_test_message"]),
        (&["app"], &["std::fs::", "block_on("]),
    ];
    let mut wrong = Vec::new();
    for path in sources(&src) {
        let room = room_of(&path, &src);
        let text = fs::read_to_string(&path).unwrap();
        // Tests at the end of a file may do what the room may not.
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (rooms, words) in absences {
            if !rooms.contains(&room.as_str()) {
                continue;
            }
            for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
                for word in words.iter().filter(|word| line.contains(**word)) {
                    wrong.push(format!(
                        "{}: {room} never uses {word}: {}",
                        path.display(),
                        line.trim()
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_reader_of_imports_sees_every_spelling() {
    let text = "use crate::plan::Plan;\nuse crate::{net::Net, route::{World, follow}, guide};\nlet x = crate::engine::Engine;\n// crate::app\n";
    let mut rooms = rooms_named(text);
    rooms.sort();
    assert_eq!(rooms, ["engine", "guide", "net", "plan", "route"]);
}
