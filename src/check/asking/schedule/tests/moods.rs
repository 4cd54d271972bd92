//! Whole runs on four lines against servers with moods.

use proptest::prelude::*;

use super::*;

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
fn answered(batch: &Batch, schedule: &Schedule, mood: Mood, patience: usize) -> Brought {
    let mut brought = Brought::default();
    let (mut refused, mut said) = (0, 0);
    let most = match mood {
        Mood::Well | Mood::Slow => usize::MAX,
        Mood::NoDoor => 0,
        _ => patience,
    };
    let mut answer = |known: bool, errors: usize| {
        if refused >= errors || said == most {
            return None;
        }
        said += 1;
        refused += usize::from(!known);
        Some(if known { Word::Known } else { Word::Refused })
    };
    let exists = |control: &Control| *control != Control::Random;
    let people = batch.people.iter().map(|person| person % 2 == 0);
    let errors = schedule.errors() - schedule.kept(batch.both);
    for known in batch.first.iter().map(exists).chain(people) {
        let Some(word) = answer(known, errors) else { break };
        brought.words.push(Some(word));
    }
    for control in batch.last(&brought.words) {
        let word = answer(exists(&control), schedule.errors() + schedule.risked(batch.both));
        brought.last.push((control, word));
    }
    match mood {
        Mood::Well => {}
        Mood::HangsUp => brought.end = End::Broke { in_flight: false, refusals: refused },
        Mood::Closes => brought.end = End::Closing { refusals: refused },
        Mood::LosesReplies => {
            brought.end = End::Broke { in_flight: true, refusals: refused };
            brought.words.clear();
            brought.last.clear();
        }
        Mood::NoDoor => brought.end = End::NotReached,
        Mood::Slow => brought.slow = Duration::from_secs(3),
    }
    brought
}

/// Runs it to its end; the answers by person, or why it stopped.
fn run(people: usize, moods: &[(Mood, usize)]) -> (BTreeMap<usize, Word>, Schedule) {
    let pace = pace();
    let mut schedule = Schedule::new(people, true, vec![], pace.clone());
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
                    assert!(batch.first.len() + batch.people.len() < pace.per_envelope);
                    assert!(!batch.first.is_empty() || !batch.people.is_empty());
                    assert!(schedule.errors() <= pace.errors && schedule.errors() > 0);
                    flying.push_back((line, batch));
                }
                Turn::Wait(until) | Turn::HangUp(until) => {
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
        assert!(flying.iter().filter(|(_, batch)| batch.people.is_empty()).count() <= 1);
        match (flying.pop_front(), soonest) {
            (Some((line, batch)), _) => {
                schedule.hung_up(line);
                let (mood, patience) = moods.next().unwrap();
                let brought = answered(&batch, &schedule, mood, patience);
                now += Duration::from_millis(7);
                for change in schedule.back(batch, brought, now) {
                    match change {
                        Change::Heard { person, word, first, .. } => {
                            let before = heard.insert(person, word);
                            assert_eq!(before.is_none(), first);
                            let again = before.is_none_or(Word::is_open_refusal);
                            assert!(again, "told once, or again after a first no");
                        }
                        Change::Unaskable { person, .. } => {
                            heard.insert(person, Word::Unjudged);
                        }
                        Change::Proved(_) => {}
                        Change::Vouched => count_once(&mut heard),
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
            let open = schedule.stopped().is_some() && word.is_open_refusal() && person % 2 == 1;
            prop_assert!(*word == right || *word == Word::Unjudged || open, "{person}: {word:?}");
        }
        if schedule.stopped().is_none() {
            prop_assert_eq!(heard.len(), people);
        }
    }
}

#[test]
fn a_server_that_behaves_is_asked_about_everybody_and_twice_about_whom_it_refused() {
    for people in [2000, 9000] {
        let (heard, schedule) = run(people, &[]);
        assert_eq!((heard.len(), schedule.stopped()), (people, None));
        let refused = heard.values().filter(|word| **word == Word::Refused).count();
        assert_eq!((refused, schedule.contradicted()), (people / 2, 0));
    }
}
