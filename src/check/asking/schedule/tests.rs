use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

fn pace() -> Pace {
    Pace::resting(Duration::from_secs(2))
}

/// How a conversation of the server behind the test ends.
#[derive(Debug, Clone, Copy)]
enum Mood {
    Well,
    HangsUp,
    Closes,
    LosesReplies,
    NoDoor,
    Slow,
}

fn moods() -> impl Strategy<Value = Mood> {
    prop_oneof![
        6 => Just(Mood::Well),
        1 => Just(Mood::HangsUp),
        1 => Just(Mood::Closes),
        1 => Just(Mood::LosesReplies),
        1 => Just(Mood::NoDoor),
        1 => Just(Mood::Slow),
    ]
}

/// Answers one batch: a server that knows the even places and hangs up after
/// `errors` refusals, in this mood after `patience` answers.
fn answered(batch: &Batch, errors: usize, mood: Mood, patience: usize) -> Brought {
    let controls = batch.controls.iter().map(|control| *control == Control::Known);
    let people = batch.people.iter().map(|person| person % 2 == 0);
    let mut brought = Brought::default();
    let mut refused = 0;
    let most = match mood {
        Mood::Well | Mood::Slow => usize::MAX,
        Mood::NoDoor => 0,
        _ => patience,
    };
    for known in controls.chain(people).take(most) {
        if refused == errors {
            break;
        }
        refused += usize::from(!known);
        brought.words.push(Some(if known { Word::Known } else { Word::Refused }));
    }
    match mood {
        Mood::Well => {}
        Mood::HangsUp => brought.end = End::Broke { in_flight: false, refusals: refused },
        Mood::Closes => brought.end = End::Closing { refusals: refused },
        Mood::LosesReplies => {
            brought.end = End::Broke { in_flight: true, refusals: refused };
            brought.words.clear();
        }
        Mood::NoDoor => brought.end = End::NotReached,
        Mood::Slow => brought.slow = Duration::from_secs(3),
    }
    brought
}

/// Runs it to its end; the answers by person, or why it stopped.
fn run(people: usize, moods: &[(Mood, usize)]) -> (BTreeMap<usize, Word>, Schedule) {
    let pace = pace();
    let mut schedule = Schedule::new(people, true, pace.clone());
    let mut heard = BTreeMap::new();
    let mut flying: VecDeque<(usize, Batch)> = VecDeque::new();
    let mut now = Duration::ZERO;
    let mut moods = moods.iter().copied().chain(std::iter::repeat((Mood::Well, 0)));
    let mut left = BTreeSet::new();
    for _ in 0..100_000 {
        let mut soonest = None;
        for line in 0..pace.lines {
            if flying.iter().any(|(other, _)| *other == line) {
                continue;
            }
            match schedule.next(line, now) {
                Turn::Ask(batch) => {
                    assert!(batch.controls.len() + batch.people.len() <= pace.per_envelope);
                    assert!(!batch.controls.is_empty() || !batch.people.is_empty());
                    assert!(schedule.errors() <= pace.errors && schedule.errors() > 0);
                    flying.push_back((line, batch));
                }
                Turn::Wait(until) => {
                    assert!(until > now, "a wait that is none would spin");
                    soonest = Some(soonest.map_or(until, |soonest: Duration| soonest.min(until)));
                }
                Turn::Leave => {
                    left.insert(line);
                }
            }
        }
        let out: Vec<usize> =
            flying.iter().flat_map(|(_, batch)| batch.people.iter().copied()).collect();
        assert_eq!(out.iter().collect::<BTreeSet<_>>().len(), out.len(), "one asks about one");
        assert!(flying.iter().filter(|(_, batch)| !batch.controls.is_empty()).count() <= 1);
        match (flying.pop_front(), soonest) {
            (Some((_, batch)), _) => {
                let (mood, patience) = moods.next().unwrap();
                let brought = answered(&batch, schedule.errors(), mood, patience);
                now += Duration::from_millis(7);
                for change in schedule.back(batch, brought, now) {
                    match change {
                        Change::Heard { person, word, .. } => {
                            assert_eq!(heard.insert(person, word), None, "told once");
                        }
                        Change::Unaskable(person) => {
                            heard.insert(person, Word::Unjudged);
                        }
                        Change::Void(person) => {
                            heard.remove(&person);
                        }
                        Change::Proved(_) | Change::Checked { .. } | Change::Vouches(_) => {}
                    }
                }
            }
            (None, Some(until)) => now = until,
            (None, None) => return (heard, schedule),
        }
    }
    panic!("it never ends: {schedule:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn whatever_the_server_does_nobody_is_lost_and_nobody_is_wronged(
        people in 0usize..1500,
        moods in prop::collection::vec((moods(), 0usize..30), 0..60),
    ) {
        let (heard, schedule) = run(people, &moods);
        for (person, word) in &heard {
            let right = if person % 2 == 0 { Word::Known } else { Word::Refused };
            prop_assert!(*word == right || *word == Word::Unjudged, "{person}: {word:?}");
        }
        if schedule.stopped().is_none() {
            prop_assert_eq!(heard.len(), people);
        }
    }
}

#[test]
fn a_server_that_behaves_is_asked_about_everybody_with_controls_before_between_and_after() {
    let (heard, schedule) = run(2000, &[]);
    assert_eq!((heard.len(), schedule.stopped()), (2000, None));
    assert!(heard.values().all(|word| *word != Word::Unjudged));
}

/// The next batch of line 0, which must be one.
fn batch(schedule: &mut Schedule, now: Duration) -> Batch {
    match schedule.next(0, now) {
        Turn::Ask(batch) => batch,
        other => panic!("{other:?}"),
    }
}

fn all(batch: &Batch, word: Word) -> Vec<Option<Word>> {
    vec![Some(word); batch.controls.len() + batch.people.len()]
}

#[test]
fn where_the_random_address_is_accepted_nothing_more_is_asked() {
    let mut schedule = Schedule::new(1000, true, pace());
    let first = batch(&mut schedule, Duration::ZERO);
    assert_eq!(first.controls, [Control::Random, Control::Known]);
    assert!(first.people.is_empty(), "controls come first");
    assert!(matches!(schedule.next(1, Duration::ZERO), Turn::Wait(_)), "and alone");
    let words = all(&first, Word::Known);
    let brought = Brought { words, ..Brought::default() };
    let changes = schedule.back(first, brought, Duration::ZERO);
    assert_eq!(changes, [Change::Proved(Proof::AcceptsAnything)]);
    assert_eq!(schedule.stopped(), Some(Stop::AcceptsAnything));
    assert_eq!(schedule.next(0, Duration::ZERO), Turn::Leave);
}

#[test]
fn a_server_that_turns_against_us_is_not_believed() {
    let mut schedule = Schedule::new(3000, true, pace());
    let first = batch(&mut schedule, Duration::ZERO);
    let words = vec![Some(Word::Refused), Some(Word::Known)];
    schedule.back(first, Brought { words, ..Brought::default() }, Duration::ZERO);
    let mut now = Duration::ZERO;
    let (mut refused, mut void) = (BTreeSet::new(), BTreeSet::new());
    while schedule.stopped().is_none() {
        match schedule.next(0, now) {
            Turn::Ask(batch) => {
                let words = all(&batch, Word::Refused);
                for change in schedule.back(batch, Brought { words, ..Brought::default() }, now) {
                    match change {
                        Change::Heard { person, .. } => refused.insert(person),
                        Change::Void(person) => void.insert(person),
                        _ => continue,
                    };
                }
            }
            Turn::Wait(until) => now = until,
            Turn::Leave => break,
        }
    }
    assert_eq!(schedule.stopped(), Some(Stop::Turned));
    assert!(!refused.is_empty());
    assert_eq!(refused, void, "none of its refusals counts");
    assert!(now >= pace().distrust, "it was given a rest before the last word");
}

#[test]
fn where_nobody_is_ever_accepted_nobody_is_refused() {
    for (people, has_known) in [(30, true), (30, false), (5000, true), (5000, false)] {
        let mut schedule = Schedule::new(people, has_known, pace());
        let (mut open, mut asked, mut now) = (BTreeSet::new(), 0, Duration::ZERO);
        loop {
            let batch = match schedule.next(0, now) {
                Turn::Ask(batch) => batch,
                Turn::Wait(until) => {
                    now = until;
                    continue;
                }
                Turn::Leave => break,
            };
            asked += batch.people.len();
            let words = all(&batch, Word::Refused);
            for change in schedule.back(batch, Brought { words, ..Brought::default() }, now) {
                match change {
                    Change::Heard { person, .. } => open.insert(person),
                    Change::Void(person) => open.remove(&person),
                    _ => continue,
                };
            }
        }
        assert_eq!(schedule.stopped(), Some(Stop::RefusesAll));
        assert!(open.is_empty() && asked < 700, "{people}: {asked} asked, {open:?} refused");
    }
}

#[test]
fn whoever_is_accepted_first_stands_for_the_known_address() {
    let mut schedule = Schedule::new(100, false, pace());
    let first = batch(&mut schedule, Duration::ZERO);
    let words = vec![Some(Word::Refused)];
    schedule.back(first, Brought { words, ..Brought::default() }, Duration::ZERO);
    let second = batch(&mut schedule, Duration::ZERO);
    let words = vec![Some(Word::Refused), Some(Word::Known), Some(Word::Refused)];
    let changes = schedule.back(second, Brought { words, ..Brought::default() }, Duration::ZERO);
    // What was refused before and beside it is asked again.
    assert!(changes.contains(&Change::Vouches(1)));
    assert!(changes.contains(&Change::Void(0)) && changes.contains(&Change::Void(2)));
}

#[test]
fn a_421_is_respected_by_fewer_refusals_or_fewer_connections() {
    let mut schedule = Schedule::new(1000, true, pace());
    let first = batch(&mut schedule, Duration::ZERO);
    let words = vec![Some(Word::Refused), Some(Word::Known)];
    schedule.back(first, Brought { words, ..Brought::default() }, Duration::ZERO);
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
    assert!(matches!(schedule.next(2, until), Turn::Wait(_)));
}

#[test]
fn answers_that_slow_down_make_a_pause_and_fewer_connections() {
    let mut schedule = Schedule::new(1000, false, pace());
    let first = batch(&mut schedule, Duration::ZERO);
    assert_eq!(first.controls, [Control::Random]);
    let words = vec![Some(Word::Refused)];
    schedule.back(first, Brought { words, ..Brought::default() }, Duration::ZERO);
    let second = batch(&mut schedule, Duration::ZERO);
    let words = all(&second, Word::Known);
    let slow = Duration::from_secs(5);
    schedule.back(second, Brought { words, slow, ..Brought::default() }, Duration::ZERO);
    assert_eq!(schedule.paused(Duration::ZERO), Some(Duration::from_secs(20)));
    assert!(matches!(schedule.next(2, Duration::from_secs(20)), Turn::Wait(_)));
}

#[test]
fn who_is_deferred_is_asked_again_later_while_others_are_asked() {
    let mut schedule = Schedule::new(5000, true, pace());
    let first = batch(&mut schedule, Duration::ZERO);
    let words = vec![Some(Word::Refused), Some(Word::Known)];
    schedule.back(first, Brought { words, ..Brought::default() }, Duration::ZERO);
    let second = batch(&mut schedule, Duration::ZERO);
    let deferred = second.people.clone();
    let words = all(&second, Word::Deferred);
    let changes = schedule.back(second, Brought { words, ..Brought::default() }, Duration::ZERO);
    assert_eq!(changes, [], "not told yet: it is asked again");
    let later = pace().deferred;
    let mut again = BTreeSet::new();
    for _ in 0..200 {
        if let Turn::Ask(batch) = schedule.next(0, later) {
            again.extend(batch.people.iter().copied().filter(|person| deferred.contains(person)));
            let words = all(&batch, Word::Known);
            let words = match batch.controls.len() {
                2 => [&[Some(Word::Refused), Some(Word::Known)], &words[2..]].concat(),
                _ => words,
            };
            schedule.back(batch, Brought { words, ..Brought::default() }, later);
        }
    }
    assert_eq!(again.len(), deferred.len());
}
