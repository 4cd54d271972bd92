//! The scripts beyond their grammar: each command is one of ours or is known to
//! be there and to have the parameters that it is given, and no variable is
//! read that nothing sets, at which strict mode would end a script.

use std::collections::{BTreeMap, BTreeSet};

use tree_sitter::{Node, Tree};

use sdr_wizard::plan::ExternalSystem;

use crate::sample::{all_systems, files, plan, text};

/// What Windows PowerShell 2.0 has, and Exchange and the DNS server add to it,
/// with the parameters that we use (learn.microsoft.com, by their names).
const KNOWN: [(&str, &str); 52] = [
    ("Add-Content", "Encoding LiteralPath Value"),
    ("Export-Clixml", "Path"),
    ("ForEach-Object", ""),
    ("Get-ChildItem", "Filter Path"),
    ("Get-Command", ""),
    ("Get-Date", "Format"),
    ("Import-Csv", "Path"),
    ("Join-Path", ""),
    ("Move-Item", "Destination LiteralPath"),
    ("New-Object", "ComObject Property"),
    ("New-TimeSpan", "Seconds"),
    ("Read-Host", "AsSecureString Prompt"),
    ("Select-Object", "First"),
    ("Set-Content", "Encoding LiteralPath Value"),
    ("Set-StrictMode", "Version"),
    ("Sort-Object", ""),
    ("Split-Path", "Parent"),
    ("Start-Sleep", "Seconds"),
    ("Test-Path", "LiteralPath"),
    ("Where-Object", ""),
    ("Write-Host", ""),
    ("Write-Output", ""),
    ("Clean-MailboxDatabase", "Identity"),
    ("Connect-Mailbox", "Alias Database Identity User"),
    ("Disable-Mailbox", "Identity"),
    ("Disable-MailUser", "Identity"),
    ("Enable-MailUser", "Alias ExternalEmailAddress Identity PrimarySmtpAddress"),
    ("Get-AcceptedDomain", ""),
    ("Get-HostedOutboundSpamFilterPolicy", ""),
    ("Get-Mailbox", "Identity"),
    ("Get-OutboundConnector", ""),
    ("Get-Recipient", "Identity ResultSize"),
    ("Get-RemoteDomain", ""),
    ("Get-SendConnector", ""),
    (
        "New-MailContact",
        "Name Alias ExternalEmailAddress DisplayName FirstName LastName OrganizationalUnit \
         PrimarySmtpAddress",
    ),
    ("New-OutboundConnector", "ConnectorType Name RecipientDomains SmartHosts UseMXRecord"),
    ("New-RemoteDomain", "DomainName Name"),
    (
        "New-SendConnector",
        "Name Usage AddressSpaces SmartHosts DNSRoutingEnabled SourceTransportServers \
         MaxMessageSize",
    ),
    ("Remove-MailContact", "Identity"),
    ("Remove-OutboundConnector", "Identity"),
    ("Remove-RemoteDomain", "Identity"),
    ("Remove-SendConnector", "Identity"),
    ("Set-AcceptedDomain", "DomainType Identity"),
    (
        "Set-Mailbox",
        "DeliverToMailboxAndForward EmailAddresses EmailAddressPolicyEnabled ForwardingAddress \
         HiddenFromAddressListsEnabled Identity",
    ),
    (
        "Set-MailContact",
        "EmailAddresses EmailAddressPolicyEnabled HiddenFromAddressListsEnabled Identity \
         UseMapiRichTextFormat",
    ),
    ("Set-MailUser", "EmailAddresses EmailAddressPolicyEnabled Identity"),
    ("Set-RemoteDomain", "AutoForwardEnabled Identity TNEFEnabled"),
    ("Update-StoreMailboxState", "Database Identity"),
    (
        "Add-DnsServerResourceRecordMX",
        "ComputerName MailExchange Name Preference TimeToLive ZoneName",
    ),
    ("Get-DnsServerResourceRecord", "ComputerName Name RRType ZoneName"),
    ("Get-DnsServerZone", "ComputerName Name"),
    ("Remove-DnsServerResourceRecord", "ComputerName ZoneName"),
];

/// What every command takes, or every one that changes something.
const COMMON: [&str; 4] = ["WhatIf", "Confirm", "ErrorAction", "Force"];

/// What PowerShell sets by itself.
const AUTOMATIC: [&str; 6] = ["_", "true", "false", "null", "myinvocation", "args"];

struct Script {
    text: String,
    tree: Tree,
}

impl Script {
    fn of(bytes: &[u8]) -> Self {
        let mut parser = tree_sitter::Parser::new();
        parser.set_language(&tree_sitter_powershell::LANGUAGE.into()).unwrap();
        let text = text(bytes);
        Self { tree: parser.parse(&text, None).unwrap(), text }
    }

    fn each(&self, kind: &str) -> Vec<Node<'_>> {
        below(self.tree.root_node(), kind)
    }

    fn of_node(&self, node: Node<'_>) -> &str {
        &self.text[node.byte_range()]
    }

    fn functions(&self) -> Vec<String> {
        self.each("function_name").into_iter().map(|n| self.of_node(n).to_lowercase()).collect()
    }

    /// Names without their scope, lower case.
    fn variable(&self, node: Node<'_>) -> String {
        let name = self.of_node(node).trim_start_matches(['$', '@']).trim_matches(['{', '}']);
        name.rsplit(':').next().unwrap_or_default().to_lowercase()
    }

    fn sets(&self) -> BTreeSet<String> {
        let mut set = BTreeSet::new();
        for kind in ["left_assignment_expression", "script_parameter"] {
            let targets = self.each(kind).into_iter();
            set.extend(targets.flat_map(|n| below(n, "variable")).map(|n| self.variable(n)));
        }
        for each in self.each("foreach_statement") {
            let mut cursor = each.walk();
            let first = each.children(&mut cursor).find(|child| child.kind() == "variable");
            set.extend(first.map(|n| self.variable(n)));
        }
        set
    }

    /// The keys of each table that is handed to a command as its parameters, by
    /// the function in which it is and its name.
    fn keys(&self) -> BTreeMap<(usize, String), BTreeSet<String>> {
        let mut keys: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
        for assignment in self.each("assignment_expression") {
            let Some(target) = below(assignment, "left_assignment_expression").pop() else {
                continue;
            };
            let Some(variable) = below(target, "variable").pop() else { continue };
            let of = keys.entry((function_of(assignment), self.variable(variable))).or_default();
            let text = self.of_node(target);
            if let Some((_, key)) = text.split_once("['") {
                of.extend(key.strip_suffix("']").map(str::to_owned));
            } else {
                let entries = below(assignment, "key_expression").into_iter();
                of.extend(entries.map(|entry| self.of_node(entry).to_owned()));
            }
        }
        keys
    }
}

/// Where the function begins in which this stands; 0: in none.
fn function_of(node: Node<'_>) -> usize {
    let mut up = node.parent();
    while let Some(node) = up {
        if node.kind() == "function_statement" {
            return node.start_byte();
        }
        up = node.parent();
    }
    0
}

fn below<'t>(root: Node<'t>, kind: &str) -> Vec<Node<'t>> {
    let (mut found, mut nodes) = (Vec::new(), vec![root]);
    while let Some(node) = nodes.pop() {
        if node.kind() == kind {
            found.push(node);
        }
        let mut cursor = node.walk();
        nodes.extend(node.children(&mut cursor));
    }
    found
}

/// What would end this script when it runs, or make it do something else.
fn faults(script: &Script, shared: Option<&Script>) -> Vec<String> {
    let mut faults = Vec::new();
    let functions: Vec<String> = script
        .functions()
        .into_iter()
        .chain(shared.map(Script::functions).into_iter().flatten())
        .collect();
    let keys = script.keys();
    for command in script.each("command") {
        let Some(name) = command.child_by_field_name("command_name") else { continue };
        let name = script.of_node(name);
        // A block that was handed over, or the scripts' common part.
        if name.starts_with('$') || name.starts_with("(Join-Path $here ") {
            continue;
        }
        if functions.contains(&name.to_lowercase()) {
            continue;
        }
        let Some((_, parameters)) = KNOWN.iter().find(|(known, _)| *known == name) else {
            faults.push(format!("nothing is called {name}"));
            continue;
        };
        let takes = |parameter: &str| {
            COMMON.contains(&parameter) || parameters.split_whitespace().any(|p| p == parameter)
        };
        let elements = command.child_by_field_name("command_elements").into_iter();
        for element in elements.flat_map(|elements| {
            let mut cursor = elements.walk();
            elements.children(&mut cursor).collect::<Vec<_>>()
        }) {
            let text = script.of_node(element);
            if element.kind() == "command_parameter" {
                let parameter = text.trim_start_matches('-').trim_end_matches(':');
                if !takes(parameter) {
                    faults.push(format!("{name} has no {text}"));
                }
            } else if let Some(table) =
                text.strip_prefix('@').filter(|name| !name.starts_with(['(', '{']))
            {
                for key in
                    keys.get(&(function_of(command), table.to_lowercase())).into_iter().flatten()
                {
                    if !takes(key) {
                        faults.push(format!("{name} has no {key}, which @{table} holds"));
                    }
                }
            }
        }
    }
    let set: BTreeSet<String> =
        script.sets().into_iter().chain(shared.map(Script::sets).into_iter().flatten()).collect();
    for variable in script.each("variable") {
        let name = script.variable(variable);
        if !set.contains(&name)
            && !AUTOMATIC.contains(&&*name)
            && !script.of_node(variable).starts_with("$env:")
        {
            faults.push(format!("nothing sets ${name}"));
        }
    }
    faults
}

#[test]
fn a_script_calls_what_is_there_and_reads_what_is_set() {
    let mut seen = 0;
    let everything = files(&plan(ExternalSystem::Other), None).0;
    for files in all_systems().map(|(_, files)| files).chain([everything]) {
        let shared = files.get("exchange/read-exchange.ps1").map(|bytes| Script::of(bytes));
        // What the common part reads, each script has to set.
        let reads = shared.as_ref().map(|shared| shared.sets()).unwrap_or_default();
        for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with(".ps1")) {
            let script = Script::of(bytes);
            let of_exchange = path.starts_with("exchange/");
            let mut faults = faults(&script, shared.as_ref().filter(|_| of_exchange));
            if path.ends_with("/read-exchange.ps1") {
                faults.retain(|fault| {
                    !["nothing sets $logfile", "nothing sets $here"].contains(&&**fault)
                });
            } else if of_exchange {
                for needed in ["logfile", "here"] {
                    assert!(script.sets().contains(needed) || reads.contains(needed), "{path}");
                }
            }
            assert!(faults.is_empty(), "{path}: {faults:?}");
            seen += 1;
        }
    }
    assert!(seen > 40, "{seen}");
}

#[test]
fn the_judge_can_say_no() {
    for (line, fault) in [
        ("Get-Mailboxx -Identity 'a'", "nothing is called Get-Mailboxx"),
        ("Get-Mailbox -Identiy 'a'", "Get-Mailbox has no -Identiy"),
        ("$a = @{ Nmae = 'x' }; New-MailContact @a", "New-MailContact has no Nmae, which @a holds"),
        (
            "$a = @{}; $a['Nmae'] = 1; New-MailContact @a",
            "New-MailContact has no Nmae, which @a holds",
        ),
        ("Write-Host \"$typo\"", "nothing sets $typo"),
        ("foreach ($one in $all) { Write-Host $one }", "nothing sets $all"),
    ] {
        assert_eq!(faults(&Script::of(line.as_bytes()), None), [fault], "{line}");
    }
}
