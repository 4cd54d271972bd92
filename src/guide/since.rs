//! "Since you left": what may have changed in the world between two sittings.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::Step;
use crate::counted;
use crate::finding::{Evidence, State};
use crate::plan::{Home, Plan};

/// A shorter absence is none.
const ABSENCE: SignedDuration = SignedDuration::from_hours(1);
/// Answers about the world older than this are worth asking for again.
const OLD: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Waves are announced so many days ahead.
const AHEAD: i64 = 7;

/// A sentence for each thing that deserves a look at `now`, on the day
/// `today` of this machine's zone; empty after a short absence or before the
/// first check.
pub fn since_you_left(
    plan: &Plan,
    evidence: &Evidence,
    now: Timestamp,
    today: Date,
) -> Vec<String> {
    let Some(last) = evidence.iter().map(|finding| finding.at).max() else { return Vec::new() };
    let away = now.duration_since(last);
    if away < ABSENCE {
        return Vec::new();
    }
    let mut told = vec![format!("The last answer from the world is {} old.", span(away))];
    told.extend(due(evidence, now));
    told.extend(aged(evidence, now));
    if let Some(begun) = evidence.people().begun() {
        let when = span(now.duration_since(begun));
        told.push(format!(
            "Asking about each person was begun {when} ago and stopped before its end; step 7 goes on with it."
        ));
    }
    told.extend(waves(plan, today));
    told
}

/// What was waited for and may be there.
fn due(evidence: &Evidence, now: Timestamp) -> Option<String> {
    let is_due = |state: &State| matches!(state, State::Waiting { again_at } if *again_at <= now);
    let steps = steps_where(evidence, |finding| is_due(&finding.state));
    (!steps.is_empty())
        .then(|| format!("What was waited for may be there now: check {} again.", listed(&steps)))
}

/// Steps whose answers are old, but for those that nothing was found in.
fn aged(evidence: &Evidence, now: Timestamp) -> Option<String> {
    let all: BTreeSet<Step> = steps_where(evidence, |_| true).into_iter().collect();
    let fresh = steps_where(evidence, |finding| now.duration_since(finding.at) < OLD);
    let old: Vec<Step> = all.into_iter().filter(|step| !fresh.contains(step)).collect();
    (!old.is_empty()).then(|| {
        format!(
            "The answers of {} are more than a week old; the world may have changed.",
            listed(&old)
        )
    })
}

fn steps_where(
    evidence: &Evidence,
    wanted: impl Fn(&crate::finding::Finding) -> bool,
) -> Vec<Step> {
    let has = |step: &Step| evidence.of_step(step.slug()).any(&wanted);
    Step::ALL.into_iter().filter(has).collect()
}

/// Waves whose day came or is near, while people of them have not moved.
fn waves(plan: &Plan, today: Date) -> Vec<String> {
    let people = plan.roster.census().everybody();
    let mut told = Vec::new();
    for wave in &plan.waves {
        let Some(date) = wave.date else { continue };
        let open = people.count(Home::External, Some(wave.number));
        let days = today.until(date).map_or(0, |span| i64::from(span.get_days()));
        if open == 0 || days > AHEAD {
            continue;
        }
        let whom = counted::people(open);
        let label = wave.label();
        told.push(match days {
            0 => format!("{label} is today: {whom} not at the host yet by the plan."),
            1 => format!("{label} is tomorrow: {whom}."),
            2.. => format!("{label} is in {days} days: {whom}."),
            _ => format!(
                "{label} was planned for {date}: {whom} of it not at the host yet by the plan."
            ),
        });
    }
    told
}

/// "step 1, 3 and 5".
fn listed(steps: &[Step]) -> String {
    let numbers: Vec<String> = steps.iter().map(|step| step.number().to_string()).collect();
    match numbers.as_slice() {
        [] => String::new(),
        [one] => format!("step {one}"),
        [most @ .., last] => format!("steps {} and {last}", most.join(", ")),
    }
}

fn span(time: SignedDuration) -> String {
    match time.as_hours() {
        ..=1 => "an hour".to_owned(),
        hours @ 2..=47 => format!("{hours} hours"),
        hours => format!("{} days", hours / 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Finding;
    use crate::plan::{Address, Domain, Mailbox, Wave, WaveNumber};

    fn at(hours: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + hours * 3600).unwrap()
    }

    #[test]
    fn a_short_absence_is_none_and_a_long_one_says_what_to_look_at() {
        let mut plan = Plan::new(Domain::parse("example.com").unwrap()).unwrap();
        let today = jiff::civil::date(2027, 1, 20);
        let mut evidence = Evidence::default();
        assert!(since_you_left(&plan, &evidence, at(0), today).is_empty(), "nothing was asked");
        evidence.record(Finding::new("dns.mx", State::Passed, "fine", at(0)));
        let waits = State::Waiting { again_at: at(2) };
        evidence.record(Finding::new("subdomain.mx", waits, "not yet", at(1)));
        assert!(since_you_left(&plan, &evidence, at(1), today).is_empty());

        let mut wave = Wave::numbered(WaveNumber::FIRST);
        wave.date = Some(jiff::civil::date(2027, 1, 19));
        plan.waves.push(wave);
        let mut ann = Mailbox::new(Address::parse("ann@example.com").unwrap());
        ann.wave = Some(WaveNumber::FIRST);
        plan.roster.put(ann);
        let told = since_you_left(&plan, &evidence, at(200), today);
        assert_eq!(
            told,
            [
                "The last answer from the world is 8 days old.",
                "What was waited for may be there now: check step 5 again.",
                "The answers of step 5 are more than a week old; the world may have changed.",
                "Wave 1 was planned for 2027-01-19: 1 person of it not at the host yet by the plan.",
            ]
        );
    }
}
