//! Step 8: the exit list.

use super::{Page, Todo, exchanges};
use crate::counted::counted;
use crate::plan::{ExternalSystem, Group, Plan, Purpose, Side, Task};
use crate::route::stay;

pub(super) fn page(plan: &Plan) -> Page {
    let migration = plan.situation.purpose == Purpose::Migration;
    let sdr = plan.way_without_sdr().is_none();
    let staying = if migration { stay(plan) } else { 0 };
    let mut todo = vec![everybody_moved(plan), sender_policy(plan)];
    if migration && staying == 0 {
        todo.extend(lists(plan));
    }
    // Where they name the host already, there is nothing to change.
    let changes = plan.situation.primary_mx == Side::External;
    if migration && changes {
        todo.push(lower_ttl(plan));
    }
    if changes {
        todo.push(change_mx(plan));
    }
    if migration {
        todo.push(wait_and_autodiscover(plan));
    }
    if staying > 0 {
        todo.push(left_out(staying));
    } else {
        if sdr {
            todo.push(disable(plan));
        }
        if migration {
            todo.push(release(plan));
        }
        todo.push(take_down(plan));
    }
    Page {
        instruction: match plan.situation.purpose {
            Purpose::Migration => {
                "End the split: the primary MX records last, then take everything down.".to_owned()
            }
            Purpose::Permanent => {
                "Decide where mail enters for good, and keep the way out at hand.".to_owned()
            }
        },
        why: match plan.situation.purpose {
            Purpose::Migration => format!(
                "As long as one mailbox is on the external server, or mail enters there, the \
                 forwards and split domain routing are needed. Taken down in this order, no \
                 message meets a system that no longer knows its recipient at {}.",
                plan.domain()
            ),
            Purpose::Permanent => format!(
                "The split stays, so nothing has to be taken down. The MX records of {} may name \
                 either system; the list says how to change them, and how the split would end.",
                plan.domain()
            ),
        },
        todo,
        announce: vec![
            "No connection: the list is made of the plan and of what the checks of the other \
             steps saw. Check steps 1 and 7 again before each change."
                .to_owned(),
        ],
    }
}

fn everybody_moved(plan: &Plan) -> Todo {
    match plan.situation.purpose {
        Purpose::Migration => {
            let left = plan.roster.census().everybody().at(Side::External);
            Todo::new(format!("See that every mailbox is at {}.", plan.host.name))
                .detail(match left {
                    0 => "By the list nobody is on the external server any more.".to_owned(),
                    1 => "By the list one person is still on the external server.".to_owned(),
                    n => format!("By the list {n} people are still on the external server."),
                })
                .detail(
                    "Addresses without a person count too: postmaster, abuse, scanners, web forms \
                     and lists need a home there.",
                )
        }
        Purpose::Permanent => Todo::new("Write the run-book and file it where others find it.")
            .detail(
                "It holds the purpose, the people, the records, the commands and the way back.",
            ),
    }
}

fn sender_policy(plan: &Plan) -> Todo {
    Todo::new(format!("Name both systems in the one SPF record of {}.", plan.domain()))
        .detail("One TXT record with v=spf1, at most 10 look-ups in it, both senders in it.")
        .value(format!("Term for {}", plan.host.name), format!("include:{}", plan.host.spf_include))
        .undo("Take the term out again.")
}

fn lower_ttl(plan: &Plan) -> Todo {
    Todo::new(format!("A day or two before, lower the TTL of the MX records of {}.", plan.domain()))
        .detail(
            "To 300 seconds, say. The old TTL has to pass before the lower one holds everywhere.",
        )
        .undo("Set the TTL back to what it was.")
}

/// Lists do not move with the mailboxes; `None` where there are none outside.
fn lists(plan: &Plan) -> Option<Todo> {
    let host = &plan.host.name;
    let lists: Vec<&Group> = plan.lists_outside().collect();
    let first = lists.first()?;
    let such = match lists.len() {
        1 => first.address.to_string(),
        many => format!("{many} lists, {} the first", first.address),
    };
    let mut todo = Todo::new(format!(
        "Make the lists of the external server at {host}, with the same members ({such})."
    ))
    .task(Task::MakeHostLists)
    .detail(
        "Lists and aliases with members do not move with the mailboxes. While the split is there, \
         their mail goes to the external server; from when that way is switched off, it is refused.",
    )
    .detail(
        "Members at the routing subdomain get their address in the domain itself: the subdomain \
         goes at the end.",
    );
    if plan.way_without_sdr().is_some() {
        todo = todo.detail(format!(
            "A list at {host} may not share a name with an alias: delete the alias that leads to \
             the external server first, then make the list at once. Until then its mail is refused."
        ));
    }
    Some(todo.undo(format!(
        "Delete the lists at {host} again, and make the aliases of before where there were any."
    )))
}

fn change_mx(plan: &Plan) -> Todo {
    let mut todo = Todo::new(match plan.situation.purpose {
        Purpose::Migration => format!(
            "When all the rest is done, change the MX records of {} to {}.",
            plan.domain(),
            exchanges(plan)
        ),
        Purpose::Permanent => format!(
            "If mail shall enter at {}, change the MX records of {} to {}.",
            plan.host.name,
            plan.domain(),
            exchanges(plan)
        ),
    })
    .task(Task::ChangePrimaryMx)
    .detail("This is the only moment at which the records of the domain itself change.")
    .detail("Remove the old MX records in the same change; a mix splits the mail by chance.");
    for mx in &plan.host.mx {
        todo = todo.value(format!("Priority {}", mx.preference), &mx.exchange);
    }
    todo.value("TTL in seconds", plan.host.mx_ttl).undo(format!(
        "Put the old MX records back; the run-book names those that step 1 saw before the change. With the \
         forwards still loaded, mail for everybody at {} keeps arriving.",
        plan.host.name
    ))
}

fn wait_and_autodiscover(plan: &Plan) -> Todo {
    Todo::new("Leave the external server running until the old records are forgotten.")
        .detail("Resolvers keep the old MX for the TTL that it had, which step 1 saw; some keep it longer, so 24 to 48 hours are usual until everybody has the new one.")
        .detail(format!(
            "With the last wave, point autodiscover.{} to the host as well.",
            plan.domain()
        ))
        .detail("If forced MX routing was asked for, ask support to remove it now.")
        .value("autodiscover, CNAME", format!("autodiscover.{}", plan.host.spf_include))
        .undo("Point autodiscover back to what it was.")
}

fn disable(plan: &Plan) -> Todo {
    let todo = Todo::new(match plan.situation.purpose {
        Purpose::Migration => "Switch off Split Domain Routing in the control panel.",
        Purpose::Permanent => {
            "Only should the split end one day: switch off Split Domain Routing in the control panel."
        }
    })
    .task(Task::DisableSdr)
    .detail(format!("Sign in at {}.", plan.host.panel_url));
    todo.details(super::clicks_to_the_page(plan))
        .detail("Clear “Enable Split Domain Routing”.")
        .detail("Click Save.")
        .undo(format!(
            "Tick the box again with the same two values, as long as the panel lets you. {}",
            plan.host.offer
        ))
}

/// While somebody stays outside, the split stays too.
fn left_out(staying: usize) -> Todo {
    let who = counted(staying, "person stays", "people stay");
    Todo::new(format!("Leave the split in place: {who} on the external server, in no wave."))
        .detail("Their mail needs it: the way from the host to the external server, the forwards, and the domain on both systems.")
        .detail("To end the split, put everybody in a wave in step 2. The rest of the list comes back then.")
}

/// Until the external server lets go of the domain, what its own users and
/// programs write to it never leaves it.
fn release(plan: &Plan) -> Todo {
    let domain = plan.domain();
    let how = match plan.external.system {
        ExternalSystem::ExchangeServer | ExternalSystem::ExchangeOnline => format!(
            "Exchange: Get-Recipient -ResultSize Unlimited | Where-Object {{ $_.EmailAddresses -like \"*@{domain}\" }} names who still uses it; then Remove-AcceptedDomain for {domain}."
        ),
        ExternalSystem::Postfix => format!(
            "Postfix: take {domain} out of mydestination, virtual_mailbox_domains and virtual_alias_domains, then postfix reload."
        ),
        ExternalSystem::PostfixRelay => {
            format!(
                "Postfix: take {domain} out of relay_domains and transport_maps, then postfix reload."
            )
        }
        ExternalSystem::Cpanel => {
            format!("cPanel: Email Routing, {domain}: Remote Mail Exchanger.")
        }
        _ => format!("Take {domain} out of the domains that the server receives mail for."),
    };
    let undo = match plan.external_subdomain() {
        Some(second) => format!("Add {domain} and {second} again."),
        None => format!("Add {domain} again."),
    };
    Todo::new(format!("Let the external server give up {domain}."))
        .task(Task::ReleaseDomain)
        .detail(
            "Not before the old MX records have run out: from then on it refuses mail for the domain from outside.",
        )
        .detail(how)
        .detail(
            "If it refuses, an address policy, a mailbox or its default domain still uses the domain: change that first.",
        )
        .detail(format!(
            "While it keeps the domain, mail from its own users, scanners and programs to anybody at {domain} ends there: refused once the forwards are gone."
        ))
        .undo(undo)
}

fn take_down(plan: &Plan) -> Todo {
    let forwards = match plan.external.system {
        ExternalSystem::ExchangeServer | ExternalSystem::ExchangeOnline => {
            "Forwards: undo.ps1 of each wave, the preview first, then with -Apply."
        }
        ExternalSystem::Postfix => {
            "Forwards: take hash:/etc/postfix/sdr-forwards out of virtual_alias_maps, then postfix \
             reload."
        }
        ExternalSystem::Other => "Forwards: delete those of the list.",
        _ => "Forwards: the undo at the end of HOW-TO.txt, for each wave, the last one first.",
    };
    Todo::new(match plan.situation.purpose {
        Purpose::Migration => {
            "Take down the forwards, the domain alias and the subdomain's records."
        }
        Purpose::Permanent => {
            "Only should the split end one day: take down the forwards, the domain alias and the \
             subdomain's records."
        }
    })
    .task(Task::TakeDown)
    .detail(forwards)
    .detail(format!(
        "Domain alias: ask for the removal of {} at {}.",
        plan.routing_subdomain(),
        plan.host.name
    ))
    .detail(format!("DNS: delete the MX records of {}.", plan.routing_subdomain()))
    .detail("Firewall: close port 25 of the external server to the host.")
    .undo("Load them again: the files of every wave and the records are in the exports folder.")
}
