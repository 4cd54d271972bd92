//! The scripts, judged by PowerShell's grammar and by what they name.

use sdr_wizard::plan::{ExternalSystem, Strategy};

use crate::sample::{all_systems, files, person, plan, text};

#[test]
fn every_script_is_powershell_in_ascii_with_crlf() {
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&tree_sitter_powershell::LANGUAGE.into()).unwrap();
    let mut seen = 0;
    for (_, files) in all_systems() {
        for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with(".ps1")) {
            seen += 1;
            assert!(bytes.is_ascii(), "{path}: PowerShell 5.1 reads the rest as ANSI");
            let text = String::from_utf8(bytes.clone()).unwrap();
            assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "{path}");
            assert_eq!(text.matches('\r').count(), text.matches("\r\n").count(), "{path}");
            let tree = parser.parse(&text, None).unwrap();
            assert!(!tree.root_node().has_error(), "{path}: {}", first_error(&tree, &text));
        }
    }
    assert!(seen >= 2 * 4 + 2 * 4, "two for DNS each, and four for either Exchange");

    let broken = parser.parse("function f( { if }", None).unwrap();
    assert!(broken.root_node().has_error(), "the judge can say no");
}

fn first_error(tree: &tree_sitter::Tree, text: &str) -> String {
    let mut nodes = vec![tree.root_node()];
    while let Some(node) = nodes.pop() {
        if node.is_error() || node.is_missing() {
            let line = node.start_position().row;
            return format!("line {}: {}", line + 1, text.lines().nth(line).unwrap_or_default());
        }
        let mut cursor = node.walk();
        nodes.extend(
            node.children(&mut cursor).filter(|child| child.has_error() || child.is_missing()),
        );
    }
    String::new()
}

#[test]
fn the_scripts_that_only_read_name_no_command_that_changes() {
    let (files, _) = files(&plan(ExternalSystem::ExchangeServer), Some(1));
    for name in ["exchange/verify.ps1", "exchange/preflight.ps1", "exchange/read-exchange.ps1"] {
        let text = text(&files[name]);
        for verb in ["Mailbox", "MailContact", "MailUser", "RemoteDomain", "AcceptedDomain"] {
            for change in ["New", "Set", "Remove", "Enable", "Disable", "Connect"] {
                let command = format!("{change}-{verb}");
                let named = text
                    .lines()
                    .any(|line| !line.trim_start().starts_with('#') && line.contains(&command));
                assert!(!named, "{name}: {command}");
            }
        }
    }
    for name in ["exchange/apply.ps1", "exchange/undo.ps1"] {
        let text = text(&files[name]);
        for line in text.lines().filter(|line| line.contains("-ErrorAction Stop")) {
            let changes = [
                "New-Mail",
                "Set-Mail",
                "Remove-Mail",
                "Disable-Mail",
                "Enable-Mail",
                "Connect-Mail",
            ]
            .iter()
            .any(|verb| line.contains(verb));
            // After a contact was really made, its settings follow: not in a preview.
            let after_creation = line.contains("$made.Guid");
            // The rest of retiring a mailbox and of its way back: the preview
            // has left the function before.
            let after_return = ["Enable-MailUser", "Set-MailUser", "Connect-Mailbox"]
                .iter()
                .any(|verb| line.contains(verb))
                || line.contains("Set-Mailbox -Identity $record.Guid @set")
                || line.contains("-EmailAddressPolicyEnabled $true");
            if after_return {
                let (before, _) = text.split_once(line).unwrap();
                assert!(before.contains("    if ($preview) {"), "{name}: {line}");
            }
            assert!(
                !changes || line.contains("-WhatIf:$preview") || after_creation || after_return,
                "{name}: {line}"
            );
        }
    }
}

#[test]
fn what_sets_up_exchange_is_a_preview_until_it_is_told_and_names_no_domain() {
    let (files, _) = files(&plan(ExternalSystem::ExchangeServer), Some(1));
    for name in ["exchange/remote-domain.ps1", "exchange/shared-address-space.ps1"] {
        let text = text(&files[name]);
        let (_, rest) = text.split_once("if ($Undo) {").unwrap();
        let (undo, forth) = rest.split_once("        exit 0\n    }\n").unwrap();
        // Either way it is a preview first, the way back too.
        for line in undo
            .lines()
            .chain(forth.lines())
            .filter(|line| !line.contains("Get-"))
            .filter(|line| line.contains("-ErrorAction Stop"))
        {
            assert!(line.contains("-WhatIf:$preview"), "{name}: {line}");
        }
        assert!(undo.contains("There is no"), "{name}: nothing is undone that was not done");
        assert!(!text.contains("example.com"), "{name}");
    }
    let shared = text(&files["exchange/shared-address-space.ps1"]);
    assert!(shared.starts_with("# WARNING") && shared.contains("-not $NoSplitDomainRouting"));
    let routing = crate::sample::rows(&files["exchange/routing.for-exchange.csv"]);
    assert_eq!(
        routing[1],
        ["example.com", "rackspace.example.com", "mx1.emailsrvr.com mx2.emailsrvr.com"]
    );
}

#[test]
fn each_change_is_written_down_as_begun_before_it_and_as_done_behind_it() {
    let (files, _) = files(&plan(ExternalSystem::ExchangeServer), Some(1));
    let apply = text(&files["exchange/apply.ps1"]);
    for (function, change) in [
        ("New-RowContact", "= New-MailContact @new"),
        ("Add-Addresses", "Set-MailContact -Identity"),
        ("Set-Forward", "Set-Mailbox -Identity"),
        ("Set-Retired", "Disable-Mailbox -Identity"),
    ] {
        let (_, body) = apply.split_once(&format!("function {function}(")).unwrap();
        let (body, _) = body.split_once("\n}\n").unwrap();
        let at = |what: &str| body.find(what).unwrap_or_else(|| panic!("{function}: {what}"));
        assert!(at("Add-Record 'begun'") < at(change), "{function}");
        assert!(at(change) < at("Add-Record 'done'"), "{function}");
    }
    // Whoever was made without being written down has no GUID in the record.
    let undo = text(&files["exchange/undo.ps1"]);
    let (_, contact) = undo.split_once("function Undo-Contact").unwrap();
    assert!(contact.find("Find-Owner").unwrap() < contact.find("Remove-MailContact").unwrap());
    assert!(undo.contains("Get-Last $records") && undo.contains("-eq 'begun'"));
}

#[test]
fn a_retired_mailbox_is_written_down_before_it_goes() {
    let mut plan = plan(ExternalSystem::ExchangeServer);
    plan.roster.edit(&"ann@example.com".parse().unwrap(), |ann| ann.strategy = Strategy::Retire);
    let (files, refused) = files(&plan, Some(1));
    assert!(refused.is_empty());
    let rows = crate::sample::rows(&files["exchange/contacts.for-exchange.csv"]);
    assert_eq!((&*rows[1][7], &*rows[1][8]), ("", "retire"), "its addresses go by the record");
    let apply = text(&files["exchange/apply.ps1"]);
    let (_, step) = apply.split_once("function Set-Retired").unwrap();
    let at = |what: &str| step.find(what).unwrap_or_else(|| panic!("{what}"));
    assert!(at("Save-Mailbox") < at("Add-Record") && at("Add-Record") < at("Disable-Mailbox"));
    for fact in ["LegacyExchangeDN", "EmailAddresses", "ExchangeGuid", "Database"] {
        let (_, saved) = apply.split_once("function Save-Mailbox").unwrap();
        assert!(saved.contains(fact), "{fact}");
    }
    assert!(text(&files["exchange/read-exchange.ps1"]).contains("\"X500:$(Get-Fact $facts"));

    plan.external.system = ExternalSystem::ExchangeOnline;
    let (files, refused) = crate::sample::files(&plan, Some(1));
    assert_eq!(refused.len(), 1);
    assert!(refused[0].to_string().contains("ann@example.com"), "{}", refused[0]);
    assert!(!text(&files["exchange/contacts.for-exchange.csv"]).contains("retire"));
}

#[test]
fn no_name_of_a_person_stands_in_a_script() {
    let mut plan = plan(ExternalSystem::ExchangeOnline);
    plan.roster.put(person("canary-person@example.com", "Canary Person", 1));
    let (files, _) = files(&plan, Some(1));
    for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with(".ps1")) {
        assert!(!text(bytes).to_lowercase().contains("canary"), "{path}");
    }
    assert!(text(&files["exchange/contacts.for-exchange.csv"]).contains("Canary Person"));
}
