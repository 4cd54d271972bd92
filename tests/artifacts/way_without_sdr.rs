//! The way without split domain routing: the aliases at the host, and the
//! records of the second routing subdomain.

use std::process::Command;

use sdr_wizard::plan::{Domain, ExternalSystem, PanelOffer, Plan};

use crate::judges::{run, there};
use crate::sample::{files, plan, text};

fn without(system: ExternalSystem) -> Plan {
    let mut plan = plan(system);
    plan.set_external_subdomain(Some(Domain::parse("exchange.example.com").unwrap())).unwrap();
    plan
}

#[test]
fn everybody_outside_has_an_alias_in_the_list_and_the_wave_the_ones_to_delete() {
    for panel in [PanelOffer::NotLooked, PanelOffer::NotOffered] {
        let mut plan = without(ExternalSystem::Postfix);
        plan.situation.panel = panel;
        let (files, _) = files(&plan, Some(1));
        assert_eq!(
            text(&files["host/aliases.csv"]),
            "alias,member\n\
             ann@example.com,ann@exchange.example.com\n\
             ann.lee@example.com,ann@exchange.example.com\n\
             sales@example.com,ann@exchange.example.com\n\
             bob@example.com,bob@exchange.example.com\n\
             ann2@example.com,ann2@exchange.example.com\n\
             eve@example.com,eve@exchange.example.com\n"
        );
        let gone = text(&files["host/aliases-to-delete.csv"]);
        assert!(gone.contains("\nbob@example.com,") && !gone.contains("eve@"), "{gone}");
        let how_to = text(&files["host/aliases-how-to.txt"]);
        assert!(how_to.contains("is not known to us") && how_to.contains("plain list"), "{how_to}");
        assert!(!files.contains_key("host/panel-values.txt"), "{panel:?}");
        let firewall = text(&files["network/firewall-request.txt"]);
        assert!(firewall.contains("has an alias for each of our people"), "{firewall}");
        assert!(!firewall.contains("asks it whether"), "{firewall}");
    }
}

#[test]
fn the_second_subdomain_has_its_record_in_every_form() {
    let plan = without(ExternalSystem::Postfix);
    let (files, _) = files(&plan, None);
    let second: Vec<&str> =
        files.keys().filter_map(|path| path.strip_prefix("dns-external/")).collect();
    let first: Vec<&str> = files.keys().filter_map(|path| path.strip_prefix("dns/")).collect();
    assert_eq!(second, first);
    for (path, bytes) in files.iter().filter(|(path, _)| path.starts_with("dns-external/")) {
        let text = text(bytes);
        assert!(!text.contains("emailsrvr.com"), "{path}: {text}");
        assert!(text.contains("exch.example.com"), "{path}: {text}");
    }
    let run_book = text(&files["run-book.md"]);
    assert!(
        run_book.contains("exchange.example.com. | 3600 | MX | 10 | exch.example.com."),
        "{run_book}"
    );
    assert!(!files.contains_key("host/aliases-to-delete.csv"));
    if !there("named-checkzone", "-v") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let zone = format!(
        "$TTL 300\n@ IN SOA ns.example.com. root.example.com. 1 2 3 4 5\n@ IN NS ns.example.com.\n\
         ns IN A 192.0.2.1\nexch IN A 192.0.2.2\n{}",
        text(&files["dns-external/mx-records.zone"])
    );
    std::fs::write(folder.path().join("zone"), zone).unwrap();
    let said = run(Command::new("named-checkzone").current_dir(folder.path()).args([
        "-D",
        "example.com",
        "zone",
    ]));
    assert!(
        said.contains("exchange.example.com.")
            && said.replace("MX ", "MX\t").contains("MX\t10 exch.example.com."),
        "{said}"
    );
}

#[test]
fn a_plan_with_split_domain_routing_has_neither() {
    let (files, _) = files(&plan(ExternalSystem::Postfix), Some(1));
    let of_it =
        |path: &&String| path.starts_with("dns-external/") || path.starts_with("host/aliases");
    assert_eq!(files.keys().filter(of_it).count(), 0);
    assert!(files.contains_key("host/panel-values.txt"));
}
