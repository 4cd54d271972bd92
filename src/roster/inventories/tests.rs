use super::*;
use crate::plan::{Domain, Kind};
use crate::roster::{read_table, take_people};

fn address(name: &str) -> Address {
    Address::parse(&format!("{name}@example.com")).unwrap()
}

fn roster() -> Roster {
    let text = "address,display_name,home,wave,aliases,mailbox_type,delegates\n\
        ann@example.com,Ann Lee,host,,a@example.com,,\n\
        bob@example.com,Bob Roe,external,2,a@example.com,,\"CN=Cid Fox,OU=x; example.local/Users/Ann Lee\"\n\
        cid@example.com,Cid Fox,external,3,sales@example.com,,\n\
        sales@example.com,Sales,external,,,list,\n\
        dan@example.com,Dan,host,,info@example.com,,bob@example.com\n\
        eve@example.com,Eve,external,,,contact,\n";
    let table = read_table(text.as_bytes()).unwrap();
    let people = take_people(&table, &table.columns, &Domain::parse("example.com").unwrap());
    let mut roster = Roster::default();
    people.unwrap().listed.into_iter().for_each(|listed| {
        roster.merge(listed);
    });
    roster
}

fn kinds(found: &[Disagreement]) -> Vec<(Discord, &str)> {
    found.iter().map(|one| (one.kind, one.address.local())).collect()
}

#[test]
fn every_disagreement_is_named_and_its_remedy_ends_it() {
    let mut roster = roster();
    assert_eq!(roster.get(&address("eve")).unwrap().kind(), Kind::Contact);
    let host: BTreeSet<Address> = ["ann", "cid", "zoe", "info"].map(address).into();
    let refused =
        |who: &Address, side| (who.local() == "ann" && side == Home::External).then_some("once");
    let found = disagreements(&roster, Some(&host), refused);
    assert_eq!(
        kinds(&found),
        [
            (Discord::ContactWithoutMailbox, "dan"),
            (Discord::BothSides, "cid"),
            (Discord::OnlyAtHost, "zoe"),
            (Discord::NameTaken, "cid"),
            (Discord::NameTaken, "dan"),
            (Discord::OwnedTwice, "bob"),
            (Discord::MailboxWithoutContact, "ann"),
            (Discord::Nowhere, "eve"),
            (Discord::DelegatesApart, "bob"),
            (Discord::DelegatesApart, "bob"),
            (Discord::DelegatesApart, "dan"),
        ]
    );
    for kind in Discord::ALL.into_iter().filter(|kind| kind.mend_label().is_some()) {
        let of_kind: Vec<_> = disagreements(&roster, Some(&host), refused)
            .into_iter()
            .filter(|one| one.kind == kind)
            .collect();
        // One of a person at a time: two remedies may pull two ways.
        let Some(first) = of_kind.first() else { continue };
        mend(&mut roster, [first]);
        let left = disagreements(&roster, Some(&host), refused);
        assert!(!left.contains(first), "{kind:?}: {first:?}");
        assert!(!kind.heading().is_empty() && kind.remedy().ends_with('.'));
    }
}

#[test]
fn without_the_hosts_list_nothing_is_said_of_it() {
    let found = disagreements(&roster(), None, |_, _| None);
    assert!(found.iter().all(|one| matches!(
        one.kind,
        Discord::NameTaken | Discord::OwnedTwice | Discord::DelegatesApart
    )));
    assert_eq!(found.len(), 5);
}

#[test]
fn who_is_refused_by_the_server_of_their_own_side_has_no_mailbox_there() {
    // Each side refuses everybody of its own.
    let mut found = disagreements(&roster(), None, |who, side| {
        let at_host = matches!(who.local(), "ann" | "dan");
        ((side == Home::Host) == at_host).then_some(if who.local() == "ann" { "once" } else { "" })
    });
    found.retain(|one| one.kind <= Discord::RefusedOutside);
    assert_eq!(
        kinds(&found),
        [
            (Discord::ContactWithoutMailbox, "ann"),
            (Discord::ContactWithoutMailbox, "dan"),
            (Discord::RefusedOutside, "bob"),
            (Discord::RefusedOutside, "cid"),
            (Discord::RefusedOutside, "eve"),
            (Discord::RefusedOutside, "sales"),
        ]
    );
    assert_eq!(found[0].what, "is refused by the host once");
    assert_eq!(found[1].what, "is refused by the host");
}
