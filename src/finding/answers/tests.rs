use super::*;
use crate::plan::{Domain, HostName};

fn at(hours: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + hours * 3600).unwrap()
}

fn heard(name: &str, word: Word, hours: i64) -> Entry {
    let address = Address::parse(&format!("{name}@example.com")).unwrap();
    Entry::Heard(address, Answer { at: at(hours), side: Side::External, word, said: "".into() })
}

fn address(name: &str) -> Address {
    Address::parse(&format!("{name}@example.com")).unwrap()
}

#[test]
fn a_yes_counts_only_where_an_address_that_nobody_has_is_refused() {
    let mut answers = Answers::default();
    answers.hear(heard("ann", Word::Known, 0));
    let ann = address("ann");
    assert!(!answers.is_confirmed(&ann, Side::External));
    answers.hear(Entry::Proved(Side::External, Proof::RefusesUnknown));
    assert!(answers.is_confirmed(&ann, Side::External));
    assert!(!answers.is_confirmed(&ann, Side::Host), "the other server was not asked");
    answers.hear(Entry::Proved(Side::External, Proof::AcceptsAnything));
    assert!(matches!(answers.state(&ann, Side::External), Some(State::Unknown { .. })));
}

#[test]
fn a_new_run_asks_again_whoever_was_not_confirmed_within_a_day() {
    let mut answers = Answers::default();
    answers.hear(Entry::Begun(at(0)));
    answers.hear(Entry::Proved(Side::External, Proof::RefusesUnknown));
    for (name, word, hours) in
        [("old", Word::Known, 0), ("new", Word::Known, 20), ("no", Word::Refused, 20)]
    {
        answers.hear(heard(name, word, hours));
    }
    assert_eq!(answers.goes_on_from(at(30)), Some(at(0)));
    assert_eq!(answers.goes_on_from(at(8 * 24)), None, "too long ago");
    answers.hear(Entry::Finished(at(21)));
    assert_eq!(answers.goes_on_from(at(30)), None);
    answers.hear(Entry::Begun(at(30)));
    assert_eq!(answers.len(), 1);
    assert!(answers.is_confirmed_lately(&address("new"), Side::External, at(30)));
}

#[test]
fn a_refusal_that_counts_says_how_often_it_was_heard() {
    let mut answers = Answers::default();
    for (name, word) in
        [("ann", Word::RefusedOnce), ("bob", Word::RefusedOnce), ("bob", Word::RefusedTwice)]
    {
        answers.hear(heard(name, word, 0));
    }
    let word = |answers: &Answers, name| answers.of(&address(name), Side::External).unwrap().word;
    assert!(["ann", "bob"].iter().all(|name| word(&answers, name).refusal().is_none()));
    answers.hear(Entry::Vouched(Side::Host));
    assert_eq!(word(&answers, "bob"), Word::RefusedTwice, "another side's affair");
    answers.hear(Entry::Vouched(Side::External));
    let of = ["ann", "bob"].map(|name| word(&answers, name));
    assert_eq!(of, [Word::RefusedBySample, Word::Refused]);
    assert!(of.iter().all(|word| word.refusal().is_some()));
}

#[test]
fn another_server_knows_nothing_of_what_the_first_one_said() {
    let mut answers = Answers::default();
    answers.hear(Entry::Asks(Side::External, "mail.example.com:25".to_owned()));
    answers.hear(heard("ann", Word::Known, 0));
    answers.hear(Entry::Asks(Side::External, "mail.example.com:25".to_owned()));
    assert_eq!(answers.len(), 1);
    answers.hear(Entry::Asks(Side::External, "mx.example.com:25".to_owned()));
    assert!(answers.is_empty());
}

#[test]
fn answers_of_a_server_that_the_plan_names_no_more_count_no_more() {
    let mut plan = Plan::new(Domain::parse("example.com").unwrap()).unwrap();
    plan.external.host_name = Some(HostName::parse("mail.example.com").unwrap());
    let mut answers = Answers::default();
    answers.hear(Entry::Asks(Side::External, "mail.example.com:25".to_owned()));
    answers.hear(Entry::Proved(Side::External, Proof::RefusesUnknown));
    answers.hear(heard("ann", Word::Known, 0));
    assert!(answers.are_about(&plan));
    assert_eq!(answers.about(&plan), answers);
    plan.external.host_name = Some(HostName::parse("mx.example.com").unwrap());
    assert!(!answers.are_about(&plan));
    let current = answers.about(&plan);
    assert!(current.is_empty() && current.proof(Side::External) == Proof::None);
    assert_eq!(answers.len(), 1, "what was heard stays for the way back");
}
