//! International names: sentences spell them as people do, values to carry
//! elsewhere as the DNS has them.

use eframe::egui::Modifiers;
use egui_kittest::kittest::NodeT as _;
use sdr_wizard::guide::Step;

use super::practising;
use super::walk::DIGITS;

#[test]
fn sentences_spell_the_name_as_its_owner_does_and_values_as_the_dns() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = practising(home.path());
    hand.fill("Primary domain", "bücher.example");
    hand.tab();
    hand.sees("Understood as bücher.example, in the DNS xn--bcher-kva.example");
    let mut values = Vec::new();
    for (step, key) in Step::ALL.into_iter().zip(DIGITS) {
        hand.keys(Modifiers::COMMAND, key);
        hand.check();
        hand.until("an answer", |hand| hand.has("Checked 14:05"));
        if step == Step::Subdomain {
            hand.unfold("The panel wants another name, or doubles the domain");
        }
        assert!(hand.has("bücher.example"), "{step:?}:\n{}", hand.words());
        for node in hand.harness.root().children_recursive() {
            let words = node.accesskit_node().label().or_else(|| node.value()).unwrap_or_default();
            // Lines of a file to carry elsewhere are one label.
            if words.contains("xn--") && !words.contains('\n') {
                let is_command = words.contains(" -") || words.starts_with("sdrctl ");
                let is_value = !words.contains(' ') || words.starts_with("Understood as ");
                let is_value = is_value || is_command;
                assert!(is_value, "{step:?}: {words}");
                values.push(words);
            }
        }
    }
    for value in ["rackspace.xn--bcher-kva.example", "rackspace.xn--bcher-kva.example."] {
        assert!(values.iter().any(|there| there == value), "{value}: {values:#?}");
    }
}
