//! Lists of people.

use super::*;

#[test]
fn people_read_from_a_file_are_taken_over() {
    let mut desk = Desk::new();
    let path = desk.folder.path().join("people.csv");
    std::fs::write(&path, "address,display_name\nann@example.com,Ann\nnobody\n").unwrap();
    desk.send(Command::ReadFile { path });
    let (name, table) = desk.until("TableRead", |event| match event {
        Event::TableRead { name, table } => Some((name, table)),
        _ => None,
    });
    assert_eq!(name, "people.csv");
    desk.send(Command::TakePeople { columns: table.columns.clone(), table, domain: domain() });
    let people = desk.until("PeopleTaken", |event| match event {
        Event::PeopleTaken(people) => Some(people),
        _ => None,
    });
    assert_eq!(people.mailboxes.len(), 1);
    assert_eq!(people.rejects.len(), 1);
    assert_eq!(people.rejects[0].line, 3);
    assert!(desk.woken.load(Ordering::SeqCst) >= 2, "each event wakes the window");
}
