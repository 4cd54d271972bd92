//! `profile.toml` as people leave it: whatever they wrote beside our values
//! is there after a save.

use std::fs;

use proptest::prelude::*;
use sdr_wizard::plan::{
    Address, Authority, Domain, ExternalSystem, HostName, PanelOffer, Plan, Purpose, Side, Task,
    Wave, WaveNumber,
};
use sdr_wizard::profile;

/// A change that the window can make.
#[derive(Debug, Clone)]
enum Change {
    Domain(String),
    Routing(String),
    Purpose,
    PrimaryMx,
    Panel(bool),
    System(usize),
    HostName(Option<String>),
    Verification(Option<String>),
    Authority,
    Done(bool),
    Wave(u16, String, Option<u8>),
    Draft(String, String),
    HostTtl(u32),
}

fn change() -> impl Strategy<Value = Change> {
    let text = || any::<String>();
    prop_oneof![
        "[a-z]{1,8}\\.example".prop_map(Change::Domain),
        "[a-z]{1,8}".prop_map(Change::Routing),
        Just(Change::Purpose),
        Just(Change::PrimaryMx),
        any::<bool>().prop_map(Change::Panel),
        (0..4usize).prop_map(Change::System),
        prop::option::of("mx[0-9]\\.example\\.net").prop_map(Change::HostName),
        prop::option::of("[a-z]{1,5}@example\\.net").prop_map(Change::Verification),
        Just(Change::Authority),
        any::<bool>().prop_map(Change::Done),
        (1..5u16, text(), prop::option::of(1..28u8))
            .prop_map(|(n, name, day)| Change::Wave(n, name, day)),
        (prop_oneof!["[a-z-]{1,9}", text()], text())
            .prop_map(|(name, text)| Change::Draft(name, text)),
        any::<u32>().prop_map(Change::HostTtl),
    ]
}

fn make(open: &mut profile::Profile, change: &Change) {
    let plan: &mut Plan = &mut open.plan;
    match change.clone() {
        Change::Domain(name) => plan.set_domain(Domain::parse(&name).unwrap()).unwrap(),
        Change::Routing(label) => {
            let name = plan.domain().child(&label).unwrap();
            plan.set_routing_subdomain(name).unwrap();
        }
        Change::Purpose => plan.situation.purpose = Purpose::Permanent,
        Change::PrimaryMx => plan.situation.primary_mx = Side::Host,
        Change::Panel(true) => plan.situation.panel = PanelOffer::Offered,
        Change::Panel(false) => plan.situation.panel = PanelOffer::NotOffered,
        Change::System(n) => plan.external.system = ExternalSystem::ALL[n],
        Change::HostName(name) => {
            plan.external.host_name = name.map(|name| HostName::parse(&name).unwrap());
        }
        Change::Verification(text) => {
            plan.external.verification_address = text.map(|text| Address::parse(&text).unwrap());
        }
        Change::Authority => plan.external.authority = Authority::InternalRelay,
        Change::Done(true) => _ = plan.done.insert(Task::RequestDomainAlias),
        Change::Done(false) => plan.done = [Task::EnableSdr, Task::TakeDown].into(),
        Change::Wave(number, name, day) => {
            let number = WaveNumber::new(number).unwrap();
            let date = day.and_then(|day| jiff::civil::Date::new(2027, 2, day as i8).ok());
            plan.waves.retain(|wave| wave.number != number);
            plan.waves.push(Wave { number, name, date });
            plan.waves.sort_by_key(|wave| wave.number);
        }
        Change::Draft(name, text) => _ = open.drafts.insert(name, text),
        Change::HostTtl(ttl) => plan.host.mx_ttl = ttl,
    }
}

/// Files as different people would write them.
const FILES: [&str; 6] = [
    "",
    "domain = \"example.com\"\n",
    "situation = { purpose = \"migration\", why = \"cost\" }\nwave = [{ number = 2, who = \"Joe\" }]\n\
     domain = \"example.com\"\nexternal.system = \"postfix\"\nexternal.rack = 4\n",
    "domain = 'example.com'\ndone = [\n  \"enable-sdr\",\n]\n\n[external]\nhost_name = 'mail server'\n\n\
     [[wave]]\nnumber = 1\nname = \"Sales\"\ncolour = \"red\"\n\n[[wave]]\nnumber = 3\n\n[draft]\n\"new-person\" = 'a'\n",
    "domain = \"example.com\"\nhost = \"acme\"\nsituation = 3\nexternal = \"x\"\ndraft = true\ndone = 7\n",
    "domain = \"example.com\"\n[host]\nid = \"rackspace\"\nname = \"Ours\"\npanel_url = \"\"\npanel_path = []\n\
     routing_label = \"rs\"\nmx_ttl = 60\nspf_include = \"emailsrvr.com\"\nalias_by = \"panel\"\noffer = \"\"\n\
     [[host.mx]]\npreference = 10\nexchange = \"mx1.emailsrvr.com\"\n",
];

/// The file with remarks and keys of the user's own in it.
fn annotated(text: &str, places: &[(prop::sample::Index, u8)]) -> (String, Vec<String>) {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut own = Vec::new();
    for (n, (place, kind)) in places.iter().enumerate() {
        let at = place.index(lines.len() + 1);
        // Not within a list that runs over lines: a key can't stand there.
        let opens = |line: &str| line.contains("= [") && !line.contains(']');
        let edge = lines[..at].iter().rev().find(|line| opens(line) || line.starts_with(']'));
        let inside = edge.is_some_and(|line| opens(line));
        let mark = match kind % 3 {
            0 => format!("# remark {n} \u{e4}"),
            1 if at > 0 && !lines[at - 1].contains('#') && !lines[at - 1].is_empty() => {
                let mark = format!("# beside {n}");
                lines[at - 1].push_str(&format!(" {mark}"));
                own.push(mark);
                continue;
            }
            _ if inside => format!("# inside {n}"),
            _ => format!("mine_{n} = {{ a = [1, 2], b = 'x' }}"),
        };
        lines.insert(at, mark.clone());
        own.push(mark);
    }
    (lines.join("\n") + "\n", own)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn remarks_and_unknown_keys_survive_a_save(
        which in 0..FILES.len(),
        places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        changes in prop::collection::vec(change(), 0..8),
    ) {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("profile.toml");
        if FILES[which].is_empty() {
            drop(profile::create(home.path(), Plan::new(Domain::parse("example.com").unwrap()).unwrap()).unwrap());
        } else {
            fs::write(&file, FILES[which]).unwrap();
        }
        let (text, own) = annotated(&fs::read_to_string(&file).unwrap(), &places);
        fs::write(&file, &text).unwrap();
        let mut open = profile::open(home.path()).unwrap();
        profile::save(&mut open).unwrap();
        if open.drafts.is_empty() {
            prop_assert_eq!(&fs::read_to_string(&file).unwrap(), &text);
        }
        for change in &changes {
            make(&mut open, change);
        }
        let before = open.remarks.clone();
        profile::save(&mut open).unwrap();
        prop_assert_eq!(&open.remarks, &before, "no copy was needed");
        let saved = fs::read_to_string(&file).unwrap();
        for mark in &own {
            prop_assert!(saved.contains(mark.as_str()), "{} is gone from\n{}\nwas\n{}", mark, saved, text);
        }
        for theirs in ["why = \"cost\"", "who = \"Joe\"", "external.rack = 4", "colour = \"red\""] {
            prop_assert_eq!(saved.contains(theirs), text.contains(theirs), "{}", theirs);
        }
        profile::save(&mut open).unwrap();
        prop_assert_eq!(&fs::read_to_string(&file).unwrap(), &saved);
        let (plan, drafts) = (open.plan.clone(), open.drafts.clone());
        drop(open);
        let mut back = profile::open(home.path()).unwrap();
        prop_assert_eq!(&back.plan, &plan);
        prop_assert_eq!(&back.drafts, &drafts);
        profile::save(&mut back).unwrap();
        prop_assert_eq!(&fs::read_to_string(&file).unwrap(), &saved);
    }

    #[test]
    fn no_text_at_all_makes_opening_panic(text in "(?s)(schema = 1\n)?(domain = \"example.com\"\n)?(\\[?\\[?(wave|host|situation|external|draft|done)\\]?\\]?( = )?[ -~\n]{0,12}){0,4}") {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("profile.toml"), &text).unwrap();
        match profile::open(home.path()) {
            Err(error) => prop_assert!(error.to_string().ends_with('.')),
            Ok(mut open) => {
                open.plan.situation.purpose = Purpose::Permanent;
                open.plan.waves = vec![Wave::numbered(WaveNumber::FIRST)];
                open.plan.done.insert(Task::TakeDown);
                open.drafts.insert("new-person".into(), "x".into());
                profile::save(&mut open).unwrap();
                let plan = open.plan.clone();
                drop(open);
                prop_assert_eq!(profile::open(home.path()).unwrap().plan, plan);
            }
        }
    }
}
