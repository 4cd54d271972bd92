//! Step 6: forwards on the external server, wave by wave.

use super::{Page, Todo, external_name};
use crate::plan::{ExternalSystem, Home, Plan, WaveNumber};

pub(super) fn page(plan: &Plan) -> Page {
    let subdomain = plan.routing_subdomain();
    let domain = plan.domain();
    let mut todo = vec![export(plan)];
    match plan.external.system {
        ExternalSystem::ExchangeServer | ExternalSystem::ExchangeOnline => {
            todo.extend([remote_domain(plan), strategies(plan), load_exchange(plan)]);
        }
        ExternalSystem::Postfix => todo.push(load_postfix(plan)),
        ExternalSystem::Other => todo.push(load_other(plan)),
        _ => todo.push(load_by_how_to(plan)),
    }
    todo.extend(people_move(plan));
    Page {
        instruction: format!(
            "For each person who lives at {}, load a forward on the external server.",
            plan.host.name
        ),
        why: format!(
            "Without a forward the external server says that a moved person does not exist. With \
             it, mail for user@{domain} goes to user@{subdomain}, and from there into the mailbox. \
             Only people with a mailbox at the host may have one: a forward without a mailbox \
             sends mail round in a circle."
        ),
        todo,
        announce: vec![format!(
            "SMTP, port 25, at {}: EHLO, MAIL FROM:<>, RCPT TO for up to 98 people who are at the \
             host, for a made-up address and for the verification address, QUIT. RCPT only, never DATA: no message is sent.",
            external_name(plan)
        )],
    }
}

fn export(plan: &Plan) -> Todo {
    Todo::new("Write the files of the wave and take them to the external server.")
        .detail("Choose the wave, then Export. README.txt in the folder says the order of use.")
        .detail(format!(
            "Before you load them, the mailboxes of the wave must exist at {}. A new one takes up \
             to 15 minutes to receive mail.",
            plan.host.name
        ))
}

/// The people of a wave, once its forwards are loaded; and back, which comes
/// before everything else is taken back. `None` where there is no wave.
fn people_move(plan: &Plan) -> Option<Todo> {
    let host = &plan.host.name;
    let waves = plan.wave_numbers();
    if waves.is_empty() {
        return None;
    }
    let there: Vec<String> =
        waves.into_iter().rev().filter_map(|wave| at_host(plan, wave)).collect();
    let first = match there.as_slice() {
        [] => "By the list of people nobody of a wave is at the host yet.".to_owned(),
        [one] => format!("By the list of people these are at the host: {one}."),
        many => format!("By the list of people these are at the host: {}.", many.join("; then ")),
    };
    let (domain, external) = (plan.domain(), external_name(plan));
    let after = match plan.way_without_sdr() {
        None => "Split domain routing passes their mail on from then on.".to_owned(),
        Some(second) => {
            format!("At once make the alias to the same user at {second} in its place.")
        }
    };
    let again = match plan.external.system {
        ExternalSystem::ExchangeServer | ExternalSystem::ExchangeOnline => {
            "take the contact away (undo.ps1 of the wave) and connect the mailbox again with all its \
             addresses; of a mailbox that stayed, end the forward (undo.ps1)"
        }
        _ => "take the forward away, as the undo above says, and let the mailbox be in its place",
    };
    Some(
        Todo::new(format!("Let the people of the wave work at {host}, and say so in step 2."))
            .detail(
                "As soon as its forwards are loaded, all their mail comes to the new mailboxes. \
                 Copy over what came to the old ones before.",
            )
            .detail("In step 2 set them to “at the host”.")
            .undo(format!(
                "Do this before any other change of steps 4 to 6 is taken back, the last wave first. \
                 {first} For each person: \
                 (1) On {external} {again}. Do it in one go, for without forward and mailbox it \
                 refuses their mail. \
                 (2) Let them work on {external} again. \
                 (3) Copy over what came to {host}. Mail that enters by {host} arrives there until (4). \
                 (4) Delete the mailbox at {host}, never while a forward leads to it: their mail would \
                 go round or be refused. {after} \
                 (5) Set them to “external” in step 2. \
                 (6) Check that mail for user@{domain} flows."
            )),
    )
}

/// "wave 2, Sales (3 people)", as far as they are at the host.
fn at_host(plan: &Plan, wave: WaveNumber) -> Option<String> {
    let name = plan.wave(wave).label().replacen("Wave", "wave", 1);
    match plan.roster.census().everybody().count(Home::Host, Some(wave)) {
        0 => None,
        1 => Some(format!("{name} (1 person)")),
        many => Some(format!("{name} ({many} people)")),
    }
}

fn remote_domain(plan: &Plan) -> Todo {
    let subdomain = plan.routing_subdomain();
    // The name that remote-domain.ps1 gives it, so that either takes back both.
    let name = format!("'SDR {subdomain}'");
    Todo::new(format!(
        "Let Exchange forward to {subdomain} automatically, and without winmail.dat."
    ))
    .detail("Exchange Management Shell, or PowerShell after Connect-ExchangeOnline:")
    .value("Preview", format!("New-RemoteDomain -Name {name} -DomainName '{subdomain}' -WhatIf"))
    .value("1", format!("New-RemoteDomain -Name {name} -DomainName '{subdomain}'"))
    .value(
        "2",
        format!("Set-RemoteDomain -Identity {name} -AutoForwardEnabled $true -TNEFEnabled $false"),
    )
    .detail(match plan.external.system {
        ExternalSystem::ExchangeOnline => {
            "Exchange Online also blocks automatic forwarding by its outbound spam policy: \
             mailboxes that stay and forward need an exception there; contacts do not."
        }
        _ => "Without it, the settings of the Default remote domain hold.",
    })
    .undo(format!(
        "Once no contact or forward leads there any more: Remove-RemoteDomain -Identity {name}"
    ))
}

/// What becomes of the mailboxes that Exchange has (`facts` 3.3): decided
/// before the contacts, which an existing mailbox refuses.
fn strategies(plan: &Plan) -> Todo {
    let online = plan.external.system == ExternalSystem::ExchangeOnline;
    let gone = match online {
        true => "take the licence of the mailbox away",
        false => {
            "Disable-Mailbox, which keeps its contents as a disconnected mailbox until the \
             database's retention ends"
        }
    };
    let retire = match online {
        true => "Retire: not in Exchange Online, where a mailbox goes by its licence.".to_owned(),
        false => "Retire: apply.ps1 writes down all addresses and the LegacyExchangeDN, disables \
                  the mailbox and puts a mail user in its place."
            .to_owned(),
    };
    let todo = Todo::new("Choose what becomes of each moved person's Exchange mailbox.")
        .detail(
            "In step 2, or by importing a list with the columns address and strategy (contact, \
             forward or retire).",
        )
        .detail(
            "Forward: the mailbox stays and forwards. Nothing has to go first, and undo.ps1 takes \
             it back.",
        )
        .detail(retire)
        .detail(format!(
            "Contact: for people without an Exchange mailbox. Where there is one, it owns the \
             address, and the contact is refused. Once the mailboxes at {} are made and the mail is \
             copied: {gone}. Then apply.ps1 -Apply at once: until then Exchange refuses their mail.",
            plan.host.name
        ));
    let todo = match plan.roster.iter().filter(|who| who.is_in_the_way() && who.wave.is_some()).count() {
        0 => todo,
        many => todo.detail(format!(
            "By the list of people {many} who move have an Exchange mailbox and the strategy contact; \
             the export names those of its wave."
        )),
    };
    match online {
        true => todo.undo("Give the licence back before the contact's address is needed elsewhere: \
                           remove the contact first (undo.ps1)."),
        false => todo.undo(
            "Remove the contact first (undo.ps1), then Connect-Mailbox with the disconnected \
             mailbox, before the database's retention ends. undo.ps1 does both for whom it retired.",
        ),
    }
}

fn load_exchange(plan: &Plan) -> Todo {
    let (shell, todo) = match plan.external.system {
        ExternalSystem::ExchangeOnline => (
            "Open PowerShell and sign in.",
            Todo::new("Run the scripts in PowerShell, the preview first.")
                .value("Sign in", "Connect-ExchangeOnline"),
        ),
        _ => (
            "Open the Exchange Management Shell.",
            Todo::new("Run the scripts in the Exchange Management Shell, the preview first."),
        ),
    };
    todo.loadings(plan)
        .detail(shell)
        .detail("Change to the exchange folder of the wave's export.")
        .detail(
            "apply.ps1 without -Apply changes nothing: it runs every command with -WhatIf and \
             lists who would collide, and why.",
        )
        .detail(
            "Then with -Apply. Rows that are in place already are skipped, so it may run again.",
        )
        .detail("verify.ps1 only reads, and says for each row whether Exchange has it as planned.")
        .detail(
            "Each run writes a log beside the scripts. Windows blocks scripts that came by mail or \
             browser: Unblock-File lifts that for these.",
        )
        .value("Unblock", "Unblock-File .\\*.ps1")
        .value("Preview", ".\\apply.ps1")
        .value("Apply", ".\\apply.ps1 -Apply")
        .value("Verify", ".\\verify.ps1")
        .undo(
            "Run .\\undo.ps1 in the same folder for a preview, then .\\undo.ps1 -Apply: it removes \
             exactly what the list of this wave created, and nothing that points elsewhere.",
        )
}

fn load_postfix(plan: &Plan) -> Todo {
    Todo::new("Load the virtual alias map.")
        .loadings(plan)
        .detail(
            "Keep the map of before as postfix/HOW-TO.txt of the export says, then put the file \
             postfix/sdr-forwards in its place in /etc/postfix/.",
        )
        .detail(
            "Add the map to virtual_alias_maps once, behind the maps that are there. The first \
             command shows them.",
        )
        .detail("Never list the domain itself (@domain) in a map: that is backscatter.")
        .value("Maps today", "postconf virtual_alias_maps")
        .value("Compile", "postmap hash:/etc/postfix/sdr-forwards")
        .value(
            "Add to main.cf",
            "virtual_alias_maps = (the maps of today) hash:/etc/postfix/sdr-forwards",
        )
        .value("Load", "postfix reload")
        .value("Verify", "postmap -q user@domain hash:/etc/postfix/sdr-forwards")
        .undo(
            "Put the map of before back, as at the end of postfix/HOW-TO.txt, and run postmap and \
             postfix reload. Only if there was none before, take the map out of \
             virtual_alias_maps: it holds the people of earlier waves too.",
        )
}

fn load_by_how_to(plan: &Plan) -> Todo {
    Todo::new(format!("Load the forwards into {}.", plan.external.system.label()))
        .loadings(plan)
        .detail(
            "HOW-TO.txt in the server's folder of the export says how: the preview first, where \
             there is one, then the loading, then the verifying.",
        )
        .detail("Switch on nothing that forwards unknown addresses.")
        .undo("The last part of HOW-TO.txt; the last wave first.")
}

fn load_other(plan: &Plan) -> Todo {
    Todo::new("Create one forward for each line of the list.")
        .loadings(plan)
        .detail(
            "The list has two columns, address and target. In programs it is called forward, \
             contact, alias or redirect; without a copy in the old mailbox.",
        )
        .detail("Switch on nothing that forwards unknown addresses.")
        .undo("Delete the forwards of the list again.")
}
