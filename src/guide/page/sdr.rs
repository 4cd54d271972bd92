//! Step 4: split domain routing at the host, or the way without it.

use super::{Page, Todo, exchanges, external_name};
use crate::plan::{Plan, Task};

pub(super) fn page(plan: &Plan) -> Page {
    let host = &plan.host;
    let todo = match plan.way_without_sdr() {
        None => vec![create_first(plan), enable(plan)],
        Some(_) => vec![second_subdomain(plan), aliases(plan)],
    };
    Page {
        instruction: match plan.way_without_sdr() {
            Some(_) => {
                format!(
                    "Reach the external server from {} without split domain routing.",
                    host.name
                )
            }
            None => {
                format!("Switch on Split Domain Routing in the control panel of {}.", host.name)
            }
        },
        why: match plan.way_without_sdr() {
            Some(_) => format!(
                "{} Without it {} bounces mail for people it does not know, so each person who \
                 stays outside gets an alias there that points to a second routing subdomain.",
                host.offer, host.name
            ),
            None => format!(
                "From then on {} passes mail for addresses of {} that it does not know to the \
                 external server, instead of bouncing it.",
                host.name,
                plan.domain()
            ),
        },
        todo,
        announce: vec![format!(
            "SMTP, port 25, at {}: EHLO, MAIL FROM, RCPT TO for a mailbox of the external server \
             ({}), for a person there, for a made-up address and for a made-up domain, QUIT. RCPT only, never DATA: no message is sent. {} \
             may then ask {} about them.",
            exchanges(plan),
            match &plan.external.verification_address {
                Some(address) => address.to_string(),
                None => "the verification address".to_owned(),
            },
            host.name,
            external_name(plan)
        )],
    }
}

fn create_first(plan: &Plan) -> Todo {
    Todo::new(format!("See that {} is set up at {}.", plan.domain(), plan.host.name))
        .detail("The domain and the mailboxes of the first wave exist there.")
        .detail(format!(
            "From then on other customers of {} reach the domain's mailboxes there directly, \
             whatever the MX records say. If that comes too early, ask support for forced MX \
             routing, and to remove it again after the cutover.",
            plan.host.name
        ))
        .undo(format!("Remove the domain from {} again.", plan.host.name))
}

fn enable(plan: &Plan) -> Todo {
    let mut todo = Todo::new("Save Split Domain Routing in the control panel.")
        .task(Task::EnableSdr)
        .detail(format!("Sign in at {}.", plan.host.panel_url))
        .details(plan.host.panel_path.iter().map(|click| format!("{click}.")))
        .detail("Fill in External Mail Server and Verification Address with the values here.")
        .detail(format!("If the page is not there: {}", plan.host.offer))
        .detail("Click Save.")
        .value("Control panel", &plan.host.panel_url)
        .undo(
            "On the same page, clear “Enable Split Domain Routing” and click Save. Mail \
             from users of the host to people on the external server then bounces, and so does all mail for them \
             if the MX records name the host.",
        );
    if let Some(name) = &plan.external.host_name {
        todo = todo.value("External Mail Server", name);
    }
    if let Some(address) = &plan.external.verification_address {
        todo = todo.value("Verification Address", address);
    }
    todo
}

/// The label under which the external server is reached without SDR.
fn return_label(plan: &Plan) -> String {
    let way = plan.way_without_sdr();
    way.map_or_else(|| "exchange".to_owned(), |name| name.label().to_owned())
}

fn second_subdomain(plan: &Plan) -> Todo {
    let label = return_label(plan);
    Todo::new("Create a second routing subdomain that leads to the external server.")
        .task(Task::PublishExternalMx)
        .detail(format!(
            "At the DNS host add an MX record for {label}.{} that names {}.",
            plan.domain(),
            external_name(plan)
        ))
        .detail(format!(
            "On the external server accept mail for {label}.{domain}, with the same people as \
             {domain}.",
            domain = plan.domain()
        ))
        .value("Name", &label)
        .value("Name in full", format!("{label}.{}.", plan.domain()))
        .value("Type", "MX")
        .value("Priority", 10)
        .value(
            "Value",
            plan.external.host_name.as_ref().map_or_else(String::new, ToString::to_string),
        )
        .undo("Delete the record and the accepted domain.")
}

fn aliases(plan: &Plan) -> Todo {
    let label = return_label(plan);
    let domain = plan.domain();
    Todo::new(format!(
        "At {} add one alias for each person who stays on the external server.",
        plan.host.name
    ))
    .task(Task::MakeHostAliases)
    .detail(format!("Such as user@{domain} with the external member user@{label}.{domain}."))
    .detail("There is no catch-all in this way, so unknown addresses can't loop.")
    .detail(
        "Whether an alias may have external members only is not documented: try one first, and \
         write to it from a mailbox at the host.",
    )
    .detail("Aliases there never pass on mail that was flagged as spam.")
    .detail("When a person moves, delete the alias before you create the mailbox.")
    .undo("Delete the aliases.")
}
