use super::*;
use crate::plan::{Domain, HostName, Mailbox, WaveNumber};

fn fresh() -> Plan {
    Plan::new(Domain::parse("example.com").unwrap()).unwrap()
}

fn filled_in() -> Plan {
    let mut plan = fresh();
    plan.situation.panel = PanelOffer::Offered;
    let mut ann = Mailbox::new("ann@example.com".parse().unwrap());
    ann.wave = Some(WaveNumber::FIRST);
    plan.roster.add(ann).unwrap();
    plan.roster.add(Mailbox::new("bob@example.com".parse().unwrap())).unwrap();
    plan.external.host_name = Some(HostName::parse("exch.example.com").unwrap());
    plan.external.verification_address = Some("bob@example.com".parse().unwrap());
    plan
}

fn saw(evidence: &mut Evidence, id: &str, state: State) {
    evidence.record(Finding::new(id, state, format!("saw {id}"), jiff::Timestamp::UNIX_EPOCH));
}

fn can_not_tell() -> State {
    State::Unknown { why: "port 25 is blocked here".into() }
}

fn waiting() -> State {
    State::Waiting { again_at: jiff::Timestamp::UNIX_EPOCH }
}

fn skipped() -> State {
    State::Skipped { because: "it was not asked for".into() }
}

#[test]
fn a_fresh_profile_opens_on_the_first_step() {
    let (plan, evidence) = (fresh(), Evidence::default());
    assert_eq!(opening_step(&plan, &evidence), Step::Situation);
    let standings: Vec<_> =
        Step::ALL.into_iter().map(|step| standing(step, &plan, &evidence)).collect();
    let not_yet = |reason: &str| Standing::NotYet(reason.into());
    assert_eq!(
        standings,
        [
            Standing::Open,
            Standing::Open,
            Standing::Open,
            not_yet("name the external server first"),
            Standing::Open,
            not_yet("list the people first"),
            not_yet("list the people first"),
            not_yet("list the people first"),
        ]
    );
}

#[test]
fn each_step_in_turn_opens_as_soon_as_the_one_before_is_done() {
    let mut plan = fresh();
    let mut evidence = Evidence::default();
    let mut opens = vec![opening_step(&plan, &evidence)];
    let done = filled_in();

    plan.situation.panel = PanelOffer::Offered;
    opens.push(opening_step(&plan, &evidence));
    plan.roster = done.roster.clone();
    opens.push(opening_step(&plan, &evidence));
    plan.external = done.external.clone();
    assert_eq!(opening_step(&plan, &evidence), Step::Server, "named is not tested");
    saw(&mut evidence, "server.rcpt", State::Passed);
    opens.push(opening_step(&plan, &evidence));
    saw(&mut evidence, "sdr.external@mx1.emailsrvr.com", State::Passed);
    opens.push(opening_step(&plan, &evidence));
    saw(&mut evidence, "subdomain.mx@ns1.example.com", State::Passed);
    opens.push(opening_step(&plan, &evidence));
    plan.done.extend(plan.loadings());
    opens.push(opening_step(&plan, &evidence));
    saw(&mut evidence, "flow.summary", State::Passed);
    opens.push(opening_step(&plan, &evidence));
    assert_eq!(opens, Step::ALL);

    assert_eq!(standing(Step::Cutover, &plan, &evidence), Standing::Open);
    plan.done.extend([
        Task::ChangePrimaryMx,
        Task::DisableSdr,
        Task::ReleaseDomain,
        Task::TakeDown,
    ]);
    assert_eq!(standing(Step::Cutover, &plan, &evidence), Standing::Done);
    assert_eq!(opening_step(&plan, &evidence), Step::Cutover);
}

#[test]
fn what_each_state_does_to_each_step() {
    // step, state of its only finding, whether the profile opens behind it
    for (step, state, goes_on) in [
        (Step::Situation, State::Passed, true),
        (Step::Situation, can_not_tell(), true),
        (Step::Situation, State::Failed, false),
        (Step::People, can_not_tell(), true),
        (Step::People, State::Failed, false),
        (Step::Server, State::Passed, true),
        (Step::Server, State::Warning, true),
        (Step::Server, State::Failed, false),
        (Step::Server, can_not_tell(), false),
        (Step::Server, waiting(), false),
        (Step::Server, skipped(), false),
        (Step::Sdr, State::Warning, true),
        (Step::Sdr, waiting(), false),
        (Step::Subdomain, waiting(), false),
        (Step::Subdomain, can_not_tell(), false),
        (Step::Flow, State::Warning, true),
        (Step::Flow, State::Failed, false),
        (Step::Flow, can_not_tell(), false),
    ] {
        let plan = filled_in();
        let mut evidence = Evidence::default();
        saw(&mut evidence, &format!("{}.question", step.slug()), state.clone());
        assert_eq!(complete(step, &plan, &evidence), goes_on, "{step:?} {state:?}");
        match (standing(step, &plan, &evidence), &state) {
            (Standing::Done, State::Passed) | (Standing::Open, State::Skipped { .. }) => {}
            (Standing::NeedsAttention(of, reason), state) => {
                assert_eq!(of.as_ref(), Some(state));
                assert!(reason.starts_with(state.word()), "{reason}");
            }
            other => panic!("{step:?} {other:?}"),
        }
    }
}

#[test]
fn the_reason_is_that_of_the_worst_finding() {
    let plan = filled_in();
    let mut evidence = Evidence::default();
    saw(&mut evidence, "server.certificate", State::Warning);
    saw(&mut evidence, "server.rcpt", State::Failed);
    saw(&mut evidence, "server.banner", State::Passed);
    assert_eq!(
        standing(Step::Server, &plan, &evidence),
        Standing::NeedsAttention(Some(State::Failed), "Failed: saw server.rcpt".into())
    );
}

#[test]
fn a_finding_of_another_step_with_the_same_beginning_does_not_count() {
    let plan = filled_in();
    let mut evidence = Evidence::default();
    saw(&mut evidence, "servers.rcpt", State::Passed);
    assert_eq!(standing(Step::Server, &plan, &evidence), Standing::Open);
}

#[test]
fn without_an_offer_step_four_wants_attention_but_holds_nobody_up() {
    let mut plan = filled_in();
    plan.situation.panel = PanelOffer::NotOffered;
    let mut evidence = Evidence::default();
    saw(&mut evidence, "server.rcpt", State::Passed);
    assert!(matches!(
        standing(Step::Sdr, &plan, &evidence),
        Standing::NeedsAttention(None, reason) if reason.contains("not offered")
    ));
    assert_eq!(opening_step(&plan, &evidence), Step::Subdomain);
    // Once the way without it is made, nothing is left to attend to.
    plan.done.extend([Task::PublishExternalMx, Task::MakeHostAliases]);
    assert_eq!(standing(Step::Sdr, &plan, &evidence), Standing::Done);
}

#[test]
fn a_cutover_that_has_begun_is_not_locked_again_by_a_changed_mail_flow() {
    let mut plan = filled_in();
    plan.done.insert(Task::ChangePrimaryMx);
    let mut evidence = Evidence::default();
    saw(&mut evidence, "flow.summary", State::Failed);
    assert_eq!(standing(Step::Cutover, &plan, &evidence), Standing::Open);
}

#[test]
fn what_is_missing_is_named_with_its_field() {
    let fields = |step, plan: &Plan| -> Vec<Field> {
        problems(step, plan).into_iter().map(|problem| problem.field).collect()
    };
    let plan = fresh();
    assert_eq!(fields(Step::Situation, &plan), [Field::Panel]);
    assert_eq!(fields(Step::People, &plan), [Field::People]);
    assert_eq!(fields(Step::Server, &plan), [Field::ExternalHost, Field::VerificationAddress]);
    for step in Step::ALL {
        assert!(problems(step, &filled_in()).is_empty(), "{step:?}");
    }
}

#[test]
fn values_that_can_not_work_are_problems_too() {
    let sentence = |step, plan: &Plan| problems(step, plan).remove(0).sentence;

    let mut plan = filled_in();
    plan.external.host_name = Some(HostName::parse("mx1.emailsrvr.com").unwrap());
    assert!(sentence(Step::Server, &plan).contains("belongs to Rackspace Email"));

    let mut plan = filled_in();
    plan.external.verification_address = Some("bob@example.org".parse().unwrap());
    assert!(sentence(Step::Server, &plan).contains("not in example.com"));

    let mut plan = filled_in();
    plan.roster.edit(&"bob@example.com".parse().unwrap(), |bob| bob.home = Side::Host);
    assert!(sentence(Step::Server, &plan).contains("By the list"));

    let mut plan = filled_in();
    plan.roster.add(Mailbox::new("eve@example.org".parse().unwrap())).unwrap();
    assert!(sentence(Step::People, &plan).contains("eve@example.org"));
    assert_eq!(opening_step(&plan, &Evidence::default()), Step::People);

    let mut plan = filled_in();
    plan.external.host_name = Some(HostName::parse("rackspace.example.com").unwrap());
    assert!(sentence(Step::Subdomain, &plan).contains("external server"));
}

#[test]
fn what_was_read_out_of_the_plan_proves_nothing_of_the_world() {
    let plan = filled_in();
    let mut evidence = Evidence::default();
    let count = Finding::new(
        "forwards.count",
        State::Passed,
        "2 needed today",
        jiff::Timestamp::UNIX_EPOCH,
    );
    evidence.record(count.asked("the plan"));
    assert_eq!(standing(Step::Forwards, &plan, &evidence), Standing::Open);
    saw(&mut evidence, "forwards.contacts", State::Passed);
    assert_eq!(standing(Step::Forwards, &plan, &evidence), Standing::Done);
}

#[test]
fn a_list_of_mailboxes_is_no_proof_of_the_mail_flow() {
    let plan = filled_in();
    let mut evidence = Evidence::default();
    saw(&mut evidence, "flow.inventory", State::Passed);
    assert_eq!(standing(Step::Flow, &plan, &evidence), Standing::Open);
    saw(&mut evidence, "flow.all", State::Passed);
    assert_eq!(standing(Step::Flow, &plan, &evidence), Standing::Done);
    assert_eq!(standing(Step::Cutover, &plan, &evidence), Standing::Open);
}

#[test]
fn a_permanent_split_is_done_when_its_mail_flow_is_proven() {
    let mut plan = filled_in();
    plan.situation.purpose = Purpose::Permanent;
    let mut evidence = Evidence::default();
    saw(&mut evidence, "flow.all", State::Passed);
    assert_eq!(standing(Step::Cutover, &plan, &evidence), Standing::Done);
}

#[test]
fn a_panel_that_does_not_offer_it_is_said_but_leads_on() {
    let mut plan = filled_in();
    plan.situation.panel = PanelOffer::NotOffered;
    let mut evidence = Evidence::default();
    saw(&mut evidence, "situation.panel", State::Failed);
    assert!(matches!(standing(Step::Situation, &plan, &evidence), Standing::NeedsAttention(..)));
    assert_eq!(opening_step(&plan, &evidence), Step::Server);
    saw(&mut evidence, "situation.primary-mx", State::Failed);
    assert_eq!(opening_step(&plan, &evidence), Step::Situation);
}

#[test]
fn the_step_list_gives_the_reason_that_the_page_gives_first() {
    let mut evidence = Evidence::default();
    saw(&mut evidence, "subdomain.alias", State::Failed);
    saw(&mut evidence, "subdomain.mx", State::Failed);
    let standing = standing(Step::Subdomain, &filled_in(), &evidence);
    let Standing::NeedsAttention(_, words) = &standing else { panic!("{standing:?}") };
    assert_eq!(words, "Failed: saw subdomain.mx");
}
