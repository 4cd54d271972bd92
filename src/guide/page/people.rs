//! Step 2: who lives where, and who moves when.

use super::{Page, Todo, exchanges, external_name};
use crate::plan::{ExternalSystem, Plan, Purpose};

pub(super) fn page(plan: &Plan) -> Page {
    let mut todo = vec![list_external(plan), list_host(plan)];
    if plan.situation.purpose == Purpose::Migration {
        todo.push(waves());
    }
    Page {
        instruction: format!(
            "List everybody with an address in {} and say where the mailbox is.",
            plan.domain().to_unicode()
        ),
        why: "Every later list is made of this one. A person who is missing gets no forward and \
              so no mail from one side; a person on the wrong side makes a loop. Mail servers say \
              yes to a looping address, so only the two lists together can find it."
            .to_owned(),
        todo,
        announce: vec![
            "No connection: the check of this page compares the list with the plan.".to_owned(),
            format!("Only when each address is to be asked of its server: {}", asking_people(plan)),
        ],
    }
}

/// What is sent to whom when each address is asked of its server: a sentence.
pub fn asking_people(plan: &Plan) -> String {
    format!(
        "SMTP, port 25, at {} and at {}, over four connections at most: EHLO, STARTTLS where it is \
         offered, MAIL FROM:<>, RCPT TO for up to 100 addresses in an envelope and now and then for \
         a made-up one and one that exists, RSET, QUIT; a new connection after 8 refusals. RCPT \
         only, never DATA: no message is sent.",
        external_name(plan),
        exchanges(plan)
    )
}

fn list_external(plan: &Plan) -> Todo {
    let todo = Todo::new("Export the list of mailboxes from the external server.");
    // With what replies to old mail go by, and what kind of mailbox is there.
    const EXCHANGE: &str = "Get-Mailbox -ResultSize Unlimited | Select-Object PrimarySmtpAddress, \
        DisplayName, RecipientTypeDetails, LegacyExchangeDN, @{n='Aliases';e={($_.EmailAddresses | \
        Where-Object {\"$_\" -clike 'smtp:*'} | ForEach-Object {\"$_\".Substring(5)}) -join ' '}}, \
        @{n='X500';e={($_.EmailAddresses | Where-Object {\"$_\" -like 'X500:*'} | \
        ForEach-Object {\"$_\"}) -join ' '}} | Export-Csv people.csv -NoTypeInformation \
        -Encoding UTF8";
    match plan.external.system {
        ExternalSystem::ExchangeServer => todo
            .detail("In the Exchange Management Shell (it only reads):")
            .value("Command", EXCHANGE),
        ExternalSystem::ExchangeOnline => todo
            .detail("In PowerShell, after Connect-ExchangeOnline (it only reads):")
            .value("Command", EXCHANGE),
        ExternalSystem::Postfix => todo
            .detail(
                "Print the table that virtual_mailbox_maps names (it only reads), and keep the \
                 first column:",
            )
            .value("Which table", "postconf virtual_mailbox_maps virtual_mailbox_domains")
            .value("Command", "postmap -s hash:/etc/postfix/vmailbox"),
        _ => todo.detail(
            "Any table with one person a line will do: CSV with a column of addresses, and names \
             if you have them.",
        ),
    }
    .detail("Shared mailboxes, rooms and groups with an address belong in the list too.")
}

fn list_host(plan: &Plan) -> Todo {
    Todo::new(format!("Get the list of mailboxes that {} has already.", plan.host.name))
        .detail(format!("Sign in at {} and export or copy the list.", plan.host.panel_url))
        .detail("Open it here as well, and set “at the host” for these people.")
        .detail("Aliases and group lists there count: an address may exist on one side only.")
}

fn waves() -> Todo {
    Todo::new("Put the people who move into waves.")
        .detail("A wave moves on one day and gets one set of files.")
        .detail(
            "Keep people who open each other's calendars or send for each other in one wave: \
             free/busy, shared calendars and delegates do not work across the border.",
        )
        .detail("Make the first wave small: yourself and a few patient colleagues.")
}
