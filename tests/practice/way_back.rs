//! What was there before the cutover stays on file, whatever is changed later.

use sdr_wizard::artifact::runbook_markdown;
use sdr_wizard::check::{Ask, check};
use sdr_wizard::finding::{BEFORE, Evidence, State};
use sdr_wizard::guide::Step;
use sdr_wizard::plan::Handed;
use sdr_wizard::practice::PracticeWorld;

#[tokio::test]
async fn records_changed_by_mistake_never_take_the_place_of_those_of_before() {
    let world = PracticeWorld::start_untouched().await.unwrap();
    let (net, plan, controls) = (world.net(), world.plan(), world.controls());
    let mut evidence = Evidence::default();
    let mut said = Vec::new();
    for changed in [false, true] {
        let mut switches = controls.switches();
        switches.primary_mx_at_host = changed;
        controls.set(switches);
        let mut found = Vec::new();
        let ask = Ask { net: &net, plan: &plan, evidence: &evidence, api_key: None, seed: 1 };
        check(Step::Situation, &ask, &mut |finding| found.push(finding)).await;
        evidence.forget_step(Step::Situation.slug());
        found.into_iter().for_each(|finding| evidence.record(finding));
        said.push(evidence.get("situation.primary-mx").unwrap().clone());
    }
    assert_eq!((&said[0].state, &said[1].state), (&State::Passed, &State::Failed));
    assert_ne!(said[0].found, said[1].found);
    let before = evidence.get(BEFORE).unwrap();
    assert_eq!(before.found, said[0].found);
    assert!(said[1].action.contains(&before.found), "{}", said[1].action);
    let book = runbook_markdown(&plan, &evidence, &Handed::default(), net.clock.now());
    let back = book.lines().find(|line| line.starts_with("| MX of example.com |"));
    assert!(back.unwrap().contains(&before.found), "{book}");
}
