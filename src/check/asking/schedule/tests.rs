mod moods;

use std::collections::{BTreeMap, BTreeSet};

use super::super::turn::End;
use super::*;
use crate::finding::Word;

fn pace() -> Pace {
    Pace::resting(Duration::from_secs(2))
}

fn count_once(heard: &mut BTreeMap<usize, Word>) {
    let open = heard.values_mut().filter(|word| word.is_open_refusal());
    open.for_each(|word| *word = Word::Refused);
}

/// The next batch of line 0, which must be one.
fn batch(schedule: &mut Schedule, now: Duration) -> Batch {
    match schedule.next(0, now) {
        Turn::Ask(batch) => batch,
        other => panic!("{other:?}"),
    }
}

/// What a server brings that says `of` each; controls are answered rightly
/// where it is in its senses.
fn brings(batch: &Batch, sane: bool, of: impl Fn(usize) -> Word) -> Brought {
    let control = |control: &Control| match (*control, sane) {
        (Control::Random, _) | (_, false) => Word::Refused,
        _ => Word::Known,
    };
    let first = batch.first.iter().map(control);
    let words = first.chain(batch.people.iter().map(|&person| of(person))).map(Some).collect();
    let mut brought = Brought { words, ..Brought::default() };
    let last = batch.last(&brought.words);
    brought.last = last.iter().map(|at| (*at, Some(control(at)))).collect();
    brought
}

/// A run of which the controls at its start were answered well.
fn begun(people: usize, has_known: bool) -> Schedule {
    let mut schedule = Schedule::new(people, has_known, vec![], pace());
    let first = batch(&mut schedule, Duration::ZERO);
    let brought = brings(&first, true, |_| Word::Unjudged);
    schedule.back(first, brought, Duration::ZERO);
    schedule
}

/// Asks on one line to the end, with this server behind it: whether it is in
/// its senses in that batch, and what it says of each.
fn asked(
    schedule: &mut Schedule,
    sane: impl Fn(usize) -> bool,
    of: impl Fn(usize, usize) -> Word,
) -> (BTreeMap<usize, Word>, usize, Duration) {
    let (mut heard, mut now, mut batches, mut questions) = (BTreeMap::new(), Duration::ZERO, 0, 0);
    loop {
        match schedule.next(0, now) {
            Turn::Ask(batch) => {
                let brought = brings(&batch, sane(batches), |person| of(batches, person));
                questions += batch.people.len();
                batches += 1;
                for change in schedule.back(batch, brought, now) {
                    match change {
                        Change::Heard { person, word, .. } => {
                            heard.insert(person, word);
                        }
                        Change::Vouched => count_once(&mut heard),
                        _ => {}
                    }
                }
            }
            Turn::Wait(until) | Turn::HangUp(until) => now = until,
            Turn::Leave => return (heard, questions, now),
        }
    }
}

#[test]
fn where_the_random_address_is_accepted_nothing_more_is_asked() {
    let mut schedule = Schedule::new(1000, true, vec![], pace());
    let first = batch(&mut schedule, Duration::ZERO);
    assert_eq!(first.first, [Control::Random, Control::Known]);
    assert!(first.people.is_empty(), "controls come first");
    assert!(matches!(schedule.next(1, Duration::ZERO), Turn::Wait(_)), "and alone");
    let words = vec![Some(Word::Known); 2];
    let brought = Brought { words, ..Brought::default() };
    let changes = schedule.back(first, brought, Duration::ZERO);
    assert_eq!(changes, [Change::Proved(Proof::AcceptsAnything)]);
    assert_eq!(schedule.stopped(), Some(Stop::AcceptsAnything));
    assert_eq!(schedule.next(0, Duration::ZERO), Turn::Leave);
    // The same in the middle: what came with it is not told.
    let mut schedule = begun(1000, true);
    let middle = batch(&mut schedule, Duration::ZERO);
    let mut brought = brings(&middle, true, |_| Word::Known);
    assert_eq!(brought.last, [(Control::Random, Some(Word::Refused))]);
    brought.last[0].1 = Some(Word::Known);
    let changes = schedule.back(middle, brought, Duration::ZERO);
    assert_eq!(changes, [Change::Proved(Proof::AcceptsAnything)]);
}

#[test]
fn a_server_that_turns_against_us_is_not_believed() {
    let mut schedule = begun(3000, true);
    let (heard, _, now) = asked(&mut schedule, |_| false, |_, _| Word::Refused);
    assert_eq!(schedule.stopped(), Some(Stop::Turned));
    assert_eq!(heard, BTreeMap::new(), "none of its refusals counts");
    assert!(now >= pace().distrust, "it was given a rest before the last word");
}

#[test]
fn a_conversation_that_refuses_somebody_known_says_nothing_about_anybody() {
    for bad in [0, 1, 2, 5] {
        let mut schedule = begun(300, true);
        let is_bad = |at: usize| at == bad;
        let (heard, _, _) = asked(
            &mut schedule,
            |at| !is_bad(at),
            |at, person| {
                if person % 3 == 0 || is_bad(at) { Word::Refused } else { Word::Known }
            },
        );
        assert_eq!(schedule.stopped(), None);
        for person in 0..300 {
            let right = if person % 3 == 0 { Word::Refused } else { Word::Known };
            assert_eq!(heard.get(&person), Some(&right), "{person} with {bad}");
        }
    }
}

#[test]
fn a_no_that_is_not_repeated_does_not_count() {
    // It knows all its vouchers, and refuses others for a moment.
    let mut schedule = begun(300, true);
    let moment = |at: usize| at == 1;
    let (heard, _, _) = asked(
        &mut schedule,
        |_| true,
        |at, person| {
            if person == 7 || moment(at) { Word::Refused } else { Word::Known }
        },
    );
    assert_eq!(heard.values().filter(|word| **word == Word::Known).count(), 299);
    assert_eq!(heard.get(&7), Some(&Word::Refused));
    assert!(schedule.contradicted() > 0);
}

#[test]
fn of_very_many_refusals_some_are_repeated_and_one_that_is_not_makes_it_all() {
    for wrong in [usize::MAX, 2500] {
        let mut schedule = begun(6000, true);
        let first = std::cell::RefCell::new(BTreeSet::new());
        let (heard, questions, _) = asked(
            &mut schedule,
            |_| true,
            |_, person| {
                let again = !first.borrow_mut().insert(person);
                // From here on each is refused once, and known when asked again.
                if again && person >= wrong { Word::Known } else { Word::Refused }
            },
        );
        let all = wrong < 6000;
        assert_eq!(questions > 7000, all, "{questions} with {wrong}");
        let refused = heard.values().filter(|word| **word == Word::Refused).count();
        assert_eq!(refused, if all { 2500 } else { 6000 });
    }
}

#[test]
fn whom_an_earlier_run_heard_refused_is_asked_once_more() {
    let mut schedule = Schedule::new(3, true, vec![1], pace());
    let (heard, questions, _) = asked(
        &mut schedule,
        |_| true,
        |_, person| match person {
            1 => Word::Refused,
            _ => Word::Known,
        },
    );
    assert_eq!((heard.get(&1), questions), (Some(&Word::Refused), 3));
}

#[test]
fn where_nobody_is_ever_accepted_nobody_is_refused() {
    for (people, has_known) in [(30, true), (30, false), (5000, true), (5000, false)] {
        let mut schedule = Schedule::new(people, has_known, vec![], pace());
        let (heard, questions, _) = asked(&mut schedule, |_| false, |_, _| Word::Refused);
        assert_eq!(schedule.stopped(), Some(Stop::RefusesAll));
        assert!(heard.is_empty() && questions < 700, "{people}: {questions} asked, {heard:?}");
    }
}

#[test]
fn whoever_is_accepted_first_stands_for_the_known_address() {
    let mut schedule = begun(100, false);
    let of = |_, person| if person == 40 { Word::Known } else { Word::Refused };
    let (heard, _, _) = asked(&mut schedule, |_| true, of);
    assert_eq!(schedule.stopped(), None);
    assert_eq!(heard.values().filter(|word| **word == Word::Refused).count(), 99);
}

#[test]
fn a_421_is_respected_by_fewer_refusals_or_fewer_connections() {
    let mut schedule = begun(1000, true);
    // Closed after four refusals: from now on three.
    let second = batch(&mut schedule, Duration::ZERO);
    let words = vec![Some(Word::Refused); 4];
    let end = End::Closing { refusals: 4 };
    schedule.back(second, Brought { words, end, ..Brought::default() }, Duration::ZERO);
    assert_eq!(schedule.errors(), 3);
    assert_eq!(schedule.paused(Duration::ZERO), None);
    // Closed without one: half the connections, after a rest.
    let third = batch(&mut schedule, Duration::ZERO);
    let end = End::Closing { refusals: 0 };
    schedule.back(third, Brought { end, ..Brought::default() }, Duration::ZERO);
    let until = schedule.paused(Duration::ZERO).unwrap();
    assert_eq!(schedule.next(0, Duration::ZERO), Turn::Wait(until));
    assert!(matches!(schedule.next(1, until), Turn::Ask(_)));
    assert!(matches!(schedule.next(2, until), Turn::HangUp(_)));
}

#[test]
fn where_one_refusal_is_all_that_there_may_be_somebody_known_is_asked_first() {
    let mut schedule = begun(50, true);
    for _ in 0..8 {
        let cut = batch(&mut schedule, Duration::ZERO);
        let end = End::Closing { refusals: 1 };
        let words = vec![Some(Word::Refused)];
        schedule.back(cut, Brought { words, end, ..Brought::default() }, Duration::ZERO);
        if schedule.errors() == 1 {
            break;
        }
    }
    assert_eq!((schedule.errors(), schedule.kept(false)), (1, 0));
    assert_eq!(batch(&mut schedule, Duration::ZERO).first, [Control::Known]);
}

#[test]
fn answers_that_slow_down_make_a_pause_and_fewer_connections() {
    let mut schedule = begun(1000, false);
    let second = batch(&mut schedule, Duration::ZERO);
    let slow = Duration::from_secs(5);
    let brought = Brought { slow, ..brings(&second, true, |_| Word::Known) };
    schedule.back(second, brought, Duration::ZERO);
    assert_eq!(schedule.paused(Duration::ZERO), Some(Duration::from_secs(20)));
    assert!(matches!(schedule.next(2, Duration::from_secs(20)), Turn::HangUp(_)));
}

#[test]
fn an_envelope_to_a_slow_server_ends_within_seconds() {
    let mut schedule = begun(1000, true);
    for (slow, most) in [(120, 41), (1, 100), (700, 7), (60_000, 4)] {
        let before = batch(&mut schedule, Duration::ZERO);
        let slow = Duration::from_millis(slow);
        let brought = Brought { slow, ..brings(&before, true, |_| Word::Known) };
        schedule.back(before, brought, Duration::ZERO);
        let now = schedule.paused(Duration::ZERO).unwrap_or_default();
        let after = batch(&mut schedule, now);
        assert!(after.people.len() < most && after.people.len() + 3 > most, "{slow:?}: {after:?}");
        schedule.back(after, Brought::default(), now);
    }
}

#[test]
fn who_is_deferred_is_told_so_and_asked_again_later_while_others_are_asked() {
    let mut schedule = begun(5000, true);
    let second = batch(&mut schedule, Duration::ZERO);
    let deferred = second.people.clone();
    let brought = brings(&second, true, |_| Word::Deferred);
    assert_eq!(brought.last, [], "it says nothing about anybody");
    let changes = schedule.back(second, brought, Duration::ZERO);
    assert_eq!(changes.len(), deferred.len(), "a run that is cancelled says so much");
    let later = pace().deferred;
    let mut again = BTreeSet::new();
    for _ in 0..200 {
        if let Turn::Ask(batch) = schedule.next(0, later) {
            again.extend(batch.people.iter().copied().filter(|person| deferred.contains(person)));
            let brought = brings(&batch, true, |_| Word::Known);
            schedule.back(batch, brought, later);
        }
    }
    assert_eq!(again.len(), deferred.len());
}

#[test]
fn a_second_question_goes_to_another_address_of_the_server() {
    let mut schedule = begun(10, true).with_others(true);
    let first = batch(&mut schedule, Duration::ZERO);
    assert!(!first.elsewhere);
    let brought =
        brings(&first, true, |person| if person < 3 { Word::Refused } else { Word::Known });
    schedule.back(first, brought, Duration::ZERO);
    let second = batch(&mut schedule, Duration::ZERO);
    assert!(second.elsewhere && second.people.len() == 3, "{second:?}");
    // That one does not know whom the first one knows: it is asked no more.
    let brought = Brought { elsewhere: true, ..brings(&second, false, |_| Word::Refused) };
    schedule.back(second, brought, Duration::ZERO);
    assert!(schedule.differs());
    let third = batch(&mut schedule, Duration::ZERO);
    assert!(!third.elsewhere, "{third:?}");
    // Accepted where it was not refused: told so.
    let mut schedule = begun(10, true).with_others(true);
    let first = batch(&mut schedule, Duration::ZERO);
    let brought =
        brings(&first, true, |person| if person < 3 { Word::Refused } else { Word::Known });
    schedule.back(first, brought, Duration::ZERO);
    let second = batch(&mut schedule, Duration::ZERO);
    let brought = Brought { elsewhere: true, ..brings(&second, true, |_| Word::Known) };
    let changes = schedule.back(second, brought, Duration::ZERO);
    let differ = |change: &&Change| matches!(change, Change::Heard { differs: true, .. });
    assert_eq!(changes.iter().filter(differ).count(), 3);
}
