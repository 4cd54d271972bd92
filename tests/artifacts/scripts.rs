//! The scripts, judged by PowerShell's grammar and by what they name.

use sdr_wizard::plan::ExternalSystem;

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
    for name in ["exchange/verify.ps1", "exchange/read-exchange.ps1"] {
        let text = text(&files[name]);
        for verb in ["Mailbox", "MailContact", "RemoteDomain", "AcceptedDomain"] {
            for change in ["New", "Set", "Remove", "Enable", "Disable"] {
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
            let changes =
                ["New-Mail", "Set-Mail", "Remove-Mail"].iter().any(|verb| line.contains(verb));
            // After a contact was really made, its settings follow: not in a preview.
            let after_creation = line.contains("$made.Guid");
            assert!(
                !changes || line.contains("-WhatIf:$preview") || after_creation,
                "{name}: {line}"
            );
        }
    }
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
