//! Truth: random worlds in two real Postfix servers and named, real messages
//! from every origin, and what becomes of them held against the model.
//!
//! Runs inside the namespace that `tests/lab/truth` makes; elsewhere it says
//! so and ends. `TRUTH_WORLDS` is how many worlds (200), `TRUTH_SEED` which;
//! `TRUTH_ONLY` is the number of the one among them that is sent alone.

#![allow(clippy::unwrap_used, reason = "a test that can't build its world has failed")]

mod exim;
mod maps;
mod named;
mod post;
mod recipe;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use sdr_wizard::route::{
    Carried, Limits, Message, Outcome, System, Unfit, World, carry, follow_message, trace_text,
};

use maps::Maps;
use post::{Found, Post, collect, send_all, settle};
use recipe::{Case, House, recipe};

/// Worlds of each batch that Exim is asked about too.
const EXIM_WORLDS: usize = 40;
/// Worlds of each house that are only told.
const TOLD: usize = 300;
/// Letters in each world.
const LETTERS: usize = 6;
/// Sessions that one letter may cause: a real avalanche would take hours.
const WORTH_SENDING: u32 = 150;

#[test]
fn real_servers_do_what_the_model_says() {
    let Some(lab) = env::var_os("TRUTH_LAB").map(PathBuf::from) else {
        eprintln!("skipped: tests/lab/truth runs this in its own network namespace");
        return;
    };
    let number = |name: &str, default| {
        env::var(name).map_or(default, |text| text.parse().expect("a number"))
    };
    let worlds: usize = number("TRUTH_WORLDS", 200);
    let seed: usize = number("TRUTH_SEED", 1);
    let only = env::var("TRUTH_ONLY").ok().map(|text| text.parse::<usize>().expect("a number"));
    let mut differences = Vec::new();
    let (mut sent, mut first) = (0, 0);
    let houses = houses();
    // The settings that a server has once for all its domains differ by batch.
    let batches = (worlds.div_ceil(500)).max(1) * houses.len();
    for batch in 0..batches {
        let house = &houses[batch % houses.len()];
        let count = worlds / batches + usize::from(batch < worlds % batches);
        let mut cases = cases(first, count, seed, house);
        // Each house meets the worlds with a name once.
        if batch < houses.len() {
            cases.extend(named::cases(batch, house).into_iter().map(|(_, case)| case));
        }
        first += count;
        cases.retain(|case| only.is_none_or(|only| case.number == only));
        if cases.is_empty() {
            continue;
        }
        let start = Instant::now();
        let (letters, mut wrong) = compare(&lab, house, &cases);
        sent += letters;
        eprintln!(
            "batch {}: {} worlds, {letters} letters, {} differ, {:.0} s",
            batch + 1,
            cases.len(),
            wrong.len(),
            start.elapsed().as_secs_f64()
        );
        for difference in wrong.iter().take(3) {
            eprintln!("{difference}");
        }
        differences.append(&mut wrong);
        // Without plus-addressing, which Exim's routers do in their own way.
        if let Some(exim) = env::var_os("TRUTH_EXIM").filter(|_| house.external.plus.is_none()) {
            let few = &cases[..cases.len().min(EXIM_WORLDS)];
            let (asked, mut wrong) = exim::compare(Path::new(&exim), &lab, few);
            eprintln!("exim -bt: {asked} addresses, {} differ", wrong.len());
            for difference in wrong.iter().take(3) {
                eprintln!("{difference}");
            }
            differences.append(&mut wrong);
        }
    }
    eprintln!("{worlds} worlds, {sent} letters, seed {seed}: {} differ", differences.len());
    assert!(differences.is_empty(), "{} letters fared otherwise", differences.len());
}

/// The same worlds without servers: what is told of a message, hop by hop,
/// never contradicts what is counted of it.
#[test]
fn the_way_that_is_told_fits_what_is_counted() {
    let mut wrong = Vec::new();
    for (at, house) in houses().iter().enumerate() {
        let mut cases = cases(at * TOLD, TOLD, 1, house);
        cases.extend(named::cases(at, house).into_iter().map(|(_, case)| case));
        for case in cases {
            for letter in &case.letters {
                if let Some(why) = contradiction(&case.world, letter) {
                    wrong.push(format!("{why}: {letter:?} in {:#?}", case.world));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} contradict, the first: {}", wrong.len(), wrong[0]);
}

fn contradiction(world: &World, letter: &Message) -> Option<String> {
    let (trace, carried) = (follow_message(world, letter), carry(world, letter));
    let counted = trace.count.copies.iter().map(|one| ((one.at, one.mailbox.clone()), one.copies));
    let counted: BTreeMap<_, _> = counted.collect();
    if counted != carried.copies {
        return Some(format!("{counted:?} copies counted, {:?} carried", carried.copies));
    }
    let lost = carried.refused.is_some() || !carried.returns.is_empty();
    let fits = match &trace.outcome {
        Outcome::Delivered { copies } => {
            let told: BTreeSet<_> = copies.iter().cloned().collect();
            !lost && told == counted.into_keys().collect()
        }
        Outcome::Bounced { .. } => lost,
        Outcome::Backscatter { by } => carried.returns.iter().any(|back| back.by == *by),
        Outcome::Loop { within: None, .. } => carried.too_many_hops > 0 || carried.avalanche,
        Outcome::Loop { within: Some(_), .. } => lost && carried.endless,
    };
    (!fits).then(|| {
        let told = trace_text(&trace).join("\n  ");
        format!("told\n  {told}\ncarried {carried:?}")
    })
}

fn houses() -> Vec<House> {
    let plain = Limits { size: Some(10_240_000), ..Limits::default() };
    let plus = Limits { plus: Some('+'), ..plain.clone() };
    let narrow = Limits { size: Some(40_000), smtputf8: false, ..plain.clone() };
    vec![
        House { host: plain.clone(), external: plus.clone() },
        House { host: plus.clone(), external: narrow },
        House { host: Limits { hops: 30, ..plain.clone() }, external: plain },
    ]
}

fn cases(first: usize, count: usize, seed: usize, house: &House) -> Vec<Case> {
    let mut bytes = [0_u8; 32];
    bytes[..8].copy_from_slice(&(seed as u64).to_le_bytes());
    bytes[8..16].copy_from_slice(&(first as u64).to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let strategy = recipe(LETTERS);
    (first..first + count)
        .map(|number| {
            let recipe = strategy.new_tree(&mut runner).unwrap().current();
            let mut case = recipe.case(number, house);
            case.letters.retain(|letter| worth_sending(&case.world, letter));
            case
        })
        .collect()
}

/// Neither an avalanche nor a return that a server can't even write down:
/// Postfix would keep that one and try again for ever.
fn worth_sending(world: &World, letter: &Message) -> bool {
    let carried = carry(world, letter);
    let back = letter.sender.clone().map(|sender| BTreeSet::from([sender]));
    let writes = |system| back.as_ref().is_none_or(|to| world.disperse(system, to).is_ok());
    !carried.avalanche
        && carried.sessions <= WORTH_SENDING
        && writes(System::Host)
        && writes(System::External)
}

/// Loads the cases, sends their letters; how many, and what differs.
fn compare(lab: &Path, house: &House, cases: &[Case]) -> (usize, Vec<String>) {
    load(lab, house, cases);
    let mut letters = Vec::new();
    for case in cases {
        for letter in &case.letters {
            letters.push(Post { token: letters.len(), world: &case.world, letter });
        }
    }
    let taken = send_all(&letters);
    settle(lab, Duration::from_secs(120));
    let mut found: BTreeMap<usize, Found> = BTreeMap::new();
    collect(lab, &mut found);
    let differences = letters.iter().filter_map(|post| {
        let mut real = found.remove(&post.token).unwrap_or_default();
        real.refused = !taken[post.token];
        let carried = carry(post.world, post.letter);
        let model = expected(&carried);
        (real != model).then(|| {
            let mut text = String::new();
            let _ = write!(
                text,
                "\n{:?}\n  model {model:?}\n  found {real:?}\n  in {:#?}",
                post.letter, post.world
            );
            text
        })
    });
    let differences = differences.collect();
    (letters.len(), differences)
}

fn expected(carried: &Carried) -> Found {
    let mut returns = BTreeMap::new();
    for back in &carried.returns {
        for (system, mailbox) in &back.lands {
            *returns.entry((back.by, *system, mailbox.clone())).or_default() += 1;
        }
    }
    // Only a return that arrives tells of it.
    let told = carried.returns.iter().filter(|back| !back.lands.is_empty());
    let hops = Unfit::TooManyHops.code();
    let too_many_hops = told.flat_map(|back| back.about.values()).any(|code| *code == hops);
    Found {
        refused: carried.refused.is_some(),
        copies: carried.copies.clone(),
        returns,
        too_many_hops,
    }
}

/// Gives both servers and the zone these worlds, and no others.
fn load(lab: &Path, house: &House, cases: &[Case]) {
    let (mut host, mut external) = (Maps::default(), Maps::default());
    let mut zone = fs::read_to_string(lab.join("named/test.head")).unwrap();
    for case in cases {
        maps::zone(case, &mut zone);
        maps::host(&case.world, &mut host);
        maps::external(case, &mut external);
    }
    fs::write(lab.join("named/test.zone"), zone).unwrap();
    for (server, maps, limits) in
        [("host", host, &house.host), ("external", external, &house.external)]
    {
        let etc = lab.join(server).join("etc");
        for (name, text) in maps.files() {
            fs::write(etc.join(name), text).unwrap();
            if name != "alias_domains" {
                run(Command::new("postmap").arg("-c").arg(&etc).arg(etc.join(name)));
            }
        }
        let size = limits.size.unwrap_or(0);
        let settings = [
            format!("recipient_delimiter={}", limits.plus.map_or(String::new(), String::from)),
            format!("smtputf8_enable={}", if limits.smtputf8 { "yes" } else { "no" }),
            format!("message_size_limit={size}"),
            format!("hopcount_limit={}", limits.hops),
        ];
        run(Command::new("postconf").arg("-c").arg(&etc).arg("-e").args(settings));
        run(Command::new("postfix").arg("-c").arg(&etc).arg("reload"));
        let _ = fs::remove_dir_all(lab.join(server).join("mail"));
    }
    for server in ["host", "external", "internet", "sink"] {
        let mail = lab.join(server).join("mail");
        let _ = fs::remove_dir_all(&mail);
        fs::create_dir_all(&mail).unwrap();
        run(Command::new("chown").arg("65534:65534").arg(&mail));
    }
    let pid = fs::read_to_string(lab.join("named.pid")).unwrap();
    run(Command::new("kill").arg("-HUP").arg(pid.trim()));
    thread::sleep(Duration::from_secs(2));
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
