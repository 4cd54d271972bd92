//! What the findings of the checks, and the answers about single people, tell
//! the model: no more than was seen.

use jiff::Timestamp;
use sdr_wizard::check;
use sdr_wizard::finding::{Answer, CHANGED, Entry, Evidence, Finding, Proof, State, Word};
use sdr_wizard::plan::{Home, Mailbox, Plan, Side};
use sdr_wizard::route::{
    Basis, Cause, Deed, Fact, Moment, MxOwner, OwnSenders, Phase, Seen, Survey, System, audit,
    phases, shortest_order, world_now,
};

use crate::{address, bounced, delivered, ends, plan};

fn at(minute: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + minute * 60).unwrap()
}

/// ann and eve are at the host, the MX records name the external server.
fn two_at_the_host() -> Plan {
    let mut plan = plan();
    plan.situation.primary_mx = Side::External;
    plan.roster.put(Mailbox { home: Home::Host, ..Mailbox::new(address("eve")) });
    plan
}

/// Split domain routing works, the alias and the records of the subdomain are
/// there, and the external server refuses unknown addresses.
fn split_works() -> Evidence {
    let mut evidence = Evidence::default();
    for id in ["sdr.mx1", "subdomain.alias", "subdomain.mx", "server.random-address"] {
        evidence.record(Finding::new(id, State::Passed, "seen", at(0)));
    }
    evidence
}

#[test]
fn each_person_counts_by_their_own_answer_of_the_external_server() {
    let plan = two_at_the_host();
    let mut evidence = split_works();
    let lines = ["accepted: ann@example.com", "no contact: eve@example.com"];
    let forwards = Finding::new("forwards.contacts", State::Failed, "1 of 2", at(0));
    evidence.record(forwards.with_evidence(lines.map(str::to_owned)));
    let known = check::seen(&plan, &evidence);
    let found = audit(&plan, &world_now(&plan, &known));
    let lacking = found.groups.iter().find(|group| group.cause == Cause::MailboxWithoutContact);
    let lacking = lacking.unwrap();
    assert_eq!(lacking.people, 1, "{lacking:?}");
    assert!(lacking.lines.iter().all(|line| line.address == address("eve")), "{lacking:?}");
    let words = check::basis(&plan, &known);
    assert!(words.contains("accepts 1 and refuses 1"), "{words}");
    assert!(!words.split("Taken").next().unwrap().contains("forwards"), "{words}");
}

#[test]
fn what_the_external_server_accepts_is_no_contact_that_was_seen() {
    let mut plan = two_at_the_host();
    let mut evidence = split_works();
    evidence.record(Finding::new("situation.primary-mx", State::Passed, "seen", at(0)));
    let lines = ["accepted: ann@example.com", "accepted: eve@example.com"];
    let forwards = Finding::new("forwards.contacts", State::Passed, "2 of 2", at(0));
    evidence.record(forwards.with_evidence(lines.map(str::to_owned)));
    let known = check::seen(&plan, &evidence);
    // They may have kept their mailboxes there, so nobody can tell.
    assert!(matches!(check::as_planned(&plan, &known), State::Unknown { .. }));
    plan.done.extend(plan.loadings());
    // The host's users may be turned away yet.
    let State::Unknown { why } = check::as_planned(&plan, &known) else { panic!("not seen") };
    assert!(why.ends_with("takes outside mail from senders at its own domain"), "{why}");
    evidence.record(Finding::new("server.own-domain", State::Passed, "let in", at(0)));
    let known = check::seen(&plan, &evidence);
    assert_eq!(check::as_planned(&plan, &known), State::Passed, "ticked off, and accepted");
}

/// What step 3 saw of the own domain holds for every way from the host to the
/// external server, now and at each moment to come.
#[test]
fn a_refusal_of_the_own_domain_that_was_seen_is_what_the_hosts_users_meet() {
    let mut plan = two_at_the_host();
    plan.situation.primary_mx = Side::External;
    let mut evidence = split_works();
    let refused = |found: &str, state| {
        let summary = "The server refuses outside mail from senders at example.com.";
        Finding::new("server.own-domain", state, summary, at(0)).compared("accepted", found)
    };
    evidence.record(refused("554 5.7.1 <a@b>: Sender address rejected", State::Failed));
    let seen = check::seen(&plan, &evidence);
    assert_eq!(seen.own_senders, Some(OwnSenders::Refused("554 5.7.1".into())));
    assert!(check::basis(&plan, &seen).contains("outside mail from senders at its own domain."));
    for phase in phases(&plan).into_iter().filter(|phase| *phase != Phase::Before) {
        let world = Moment::reached(&plan, phase, &seen).world(&plan);
        let [internet, host, _] = ends(&world, "bob");
        assert_eq!(internet, delivered(System::External, "bob"), "{phase:?}");
        assert_eq!(host, bounced(System::External, "554 5.7.1"), "{phase:?}");
        let found = audit(&plan, &world).groups;
        let own = found.iter().find(|group| group.cause == Cause::OwnSendersRefused);
        // bob, cy and dee are outside until cy and dee have moved.
        assert!(own.is_some_and(|group| (1..=3).contains(&group.people)), "{phase:?}: {found:?}");
    }
    let order = shortest_order(&plan, &seen).unwrap().order;
    assert!(order.after.iter().any(|harm| harm.example.contains("554 5.7.1")), "{order:?}");
    // This machine may not send for the domain, the host may: nothing was seen.
    let spf = State::Unknown { why: "by SPF".to_owned() };
    evidence.record(refused("550 5.7.23 SPF", spf));
    assert_eq!(check::seen(&plan, &evidence).own_senders, None);
}

/// What the server's last greeting offers is what mail to such a name meets.
#[test]
fn whoever_needs_smtputf8_is_not_reached_where_it_was_not_offered() {
    let mut plan = plan();
    let joerg = address("jörg");
    plan.roster.put(Mailbox { aliases: vec![address("joerg")], ..Mailbox::new(joerg.clone()) });
    let mut evidence = split_works();
    let said =
        |found: &str| Finding::new("server.ehlo", State::Passed, "", at(0)).compared("250", found);
    for (found, offers) in [
        ("before TLS: SMTPUTF8, STARTTLS; inside TLS: SIZE 1000, PIPELINING", false),
        ("before TLS: STARTTLS; inside TLS: PIPELINING, SMTPUTF8", true),
        ("8BITMIME, SMTPUTF8", true),
        ("250 mail.example.com Hello", false),
    ] {
        evidence.record(said(found));
        assert_eq!(check::seen(&plan, &evidence).external_smtputf8, Some(offers), "{found}");
    }
    let masked = "An extension is masked as XXXXXXXA.";
    evidence.record(Finding::new("server.ehlo", State::Warning, masked, at(0)));
    assert_eq!(check::seen(&plan, &evidence).external_smtputf8, None);

    evidence.record(said("PIPELINING, 8BITMIME"));
    let known = check::seen(&plan, &evidence);
    let survey = Survey::new(&plan, Moment::now(&plan, &known));
    let ways = survey.ways_to(&joerg);
    assert_eq!(ways.len(), 3);
    for line in &ways {
        // By whoever should hand it on.
        let by = line.origin.system();
        assert_eq!(line.trace.outcome, bounced(by, "550 5.6.7"), "{line:?}");
        assert_eq!(line.trace.hops.last().unwrap().rule.label(), "no SMTPUTF8");
    }
    assert!(survey.ways_to(&address("joerg")).iter().all(|line| line.cause.is_none()));
    let found = survey.audit(9, None);
    let group = found.groups.iter().find(|group| group.cause == Cause::NoSmtputf8).unwrap();
    assert_eq!((group.people, group.addresses, group.routes), (1, 1, 3), "{group:?}");
    assert!(group.action.contains("at the external server if"), "{}", group.action);
    // It stays as it is whatever is done of the plan.
    let phase = Phase::After(Deed::FirstContacts);
    let later = audit(&plan, &Moment::reached(&plan, phase, &known).world(&plan));
    assert!(later.groups.iter().any(|group| group.cause == Cause::NoSmtputf8));
    assert!(
        check::basis_then(&plan, phase, &known)
            .contains("whether the external server offers SMTPUTF8")
    );
    // Before any check it is told of what that rests on.
    let nothing = Seen::default();
    let basis = check::basis(&plan, &nothing);
    assert!(basis.contains("whether the host offers SMTPUTF8"), "{basis}");
    let way = &survey.ways_to(&joerg)[0];
    assert!(Fact::of_way(&way.trace, &plan).contains(&Fact::Smtputf8), "{way:?}");
    plan.roster.remove(|person| person.address == joerg);
    assert!(!check::basis(&plan, &nothing).contains("SMTPUTF8"), "nobody needs it");
}

#[test]
fn with_split_domain_routing_the_hosts_yes_confirms_no_mailbox() {
    let plan = two_at_the_host();
    let mut evidence = split_works();
    evidence.hear(Entry::Proved(Side::Host, Proof::RefusesUnknown));
    let answer = Answer { at: at(0), side: Side::Host, word: Word::Known, said: "250 Ok".into() };
    evidence.hear(Entry::Heard(address("ann"), answer));
    assert_eq!(check::seen(&plan, &evidence).confirmed, 0);
    evidence.record(Finding::new("sdr.mx1", State::Failed, "Split Domain Routing is off.", at(1)));
    assert_eq!(check::seen(&plan, &evidence).confirmed, 1);
}

#[test]
fn whom_the_host_does_not_know_by_the_routing_address_has_no_mailbox_there() {
    let mut plan = two_at_the_host();
    plan.done.extend(plan.loadings());
    let mut evidence = split_works();
    let asked = "ann@rackspace.example.com accepted";
    let finding = Finding::new("subdomain.host-mailbox", State::Failed, "not known", at(0));
    evidence.record(finding.compared(asked, "550 5.1.1"));
    let survey = Survey::new(&plan, Moment::now(&plan, &check::seen(&plan, &evidence)));
    let ann = survey.ways_to(&address("ann"));
    assert!(!ann.is_empty());
    for line in ann {
        assert_eq!(line.cause, Some(Cause::ContactWithoutMailbox), "{line:?}");
    }
}

#[test]
fn the_records_of_before_run_out_from_when_the_change_was_first_seen() {
    let plan = two_at_the_host();
    let mut evidence = split_works();
    let now = Finding::new("situation.primary-mx", State::Failed, "others", at(50));
    evidence.record(now.compared("", "10 mx1.emailsrvr.com, 20 mx2.emailsrvr.com"));
    evidence
        .record(Finding::new("situation.ttl", State::Passed, "ttl", at(50)).compared("", "60 s"));
    let first = Finding::new(CHANGED, State::Passed, "changed", at(20));
    evidence.record(first.compared("7200 s", "10 mx1.emailsrvr.com, 20 mx2.emailsrvr.com"));
    let known = check::seen(&plan, &evidence);
    assert_eq!(known.primary_mx, Some(MxOwner::Host));
    assert_eq!((known.primary_ttl, known.primary_changed_for), (Some(7200), Some(30)));
    assert_eq!(sdr_wizard::route::primary_runs_on(&known), 90);
    let done = sdr_wizard::route::done_already(&plan, &known);
    assert!(done.contains(&(Deed::PrimaryMx, Basis::Seen)), "{done:?}");
}
