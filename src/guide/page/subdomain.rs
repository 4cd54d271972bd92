//! Step 5: the routing subdomain's MX records and the domain alias.

use super::{Page, Todo, exchanges};
use crate::plan::{AliasBy, Plan, Task};

pub(super) fn page(plan: &Plan) -> Page {
    let subdomain = plan.routing_subdomain();
    let way_out = plan.way_without_sdr().map(|way| format!("of {way}, ")).unwrap_or_default();
    Page {
        instruction: format!(
            "Publish the MX records of {subdomain} and have it made a domain alias."
        ),
        why: format!(
            "The external server reaches moved people as user@{subdomain}. Its MX records lead to \
             {host}, and as a domain alias there user@{subdomain} is the same mailbox as \
             user@{domain}. The records of {domain} itself stay untouched.",
            host = plan.host.name,
            domain = plan.domain()
        ),
        todo: vec![publish(plan), request_alias(plan)],
        announce: vec![
            format!(
                "DNS, port 53 (UDP, then TCP where an answer is cut): every address of every \
                 authoritative server of {domain} is asked for the MX records of {subdomain}, {way_out}of \
                 {domain}, of the doubled name {subdomain}.{domain} and of a made-up name, then the \
                 resolvers of this computer and public ones (Cloudflare, Google, Quad9). A public one that does not answer there is asked by DNS over HTTPS, \
                 port 443.",
                domain = plan.domain()
            ),
            format!(
                "SMTP, port 25, at {}: EHLO, MAIL FROM, RCPT TO for a person and a made-up \
                 address at {subdomain}, and for one in a made-up domain, \
                 QUIT, to see whether the alias is there. RCPT only, never DATA: no message is sent.",
                exchanges(plan)
            ),
        ]
        .into_iter()
        .chain(plan.host.api.as_ref().map(|api| {
            format!(
                "The API of {}, at {api}, only when you gave a key for this session: its list of domain aliases is read, \
                 nothing is written.",
                plan.host.name
            )
        }))
        .collect(),
    }
}

fn publish(plan: &Plan) -> Todo {
    let subdomain = plan.routing_subdomain();
    let mut todo = Todo::new(format!("At your DNS host, add the MX records of {subdomain}."))
        .task(Task::PublishSubdomainMx)
        .detail(format!(
            "Add records; change none. The MX records of {} itself must not be touched.",
            plan.domain()
        ))
        .detail(
            "Panels differ in what they want as name: the part before the domain, the full name, \
             or the full name with a dot at its end. If the panel shows the domain twice \
             afterwards, take the first.",
        )
        .detail(format!(
            "If {} is your DNS host: the Mail Records (MX) section of the DNS Settings page.",
            short_name(&plan.host.name)
        ))
        .detail("There must be no CNAME at this name.");
    for (label, name) in subdomain.spellings() {
        todo = todo.value(label, name);
    }
    todo = todo.value("Type", "MX").value("TTL in seconds", plan.host.mx_ttl);
    for (at, mx) in plan.host.mx.iter().enumerate() {
        todo = todo
            .value(format!("Record {}: priority", at + 1), mx.preference)
            .value(format!("Record {}: value", at + 1), &mx.exchange);
    }
    todo.undo(format!(
        "Delete the {} MX records of {subdomain}. Resolvers forget them after {} seconds.",
        plan.host.mx.len(),
        plan.host.mx_ttl
    ))
}

fn request_alias(plan: &Plan) -> Todo {
    let subdomain = plan.routing_subdomain();
    let todo = match plan.host.alias_by {
        AliasBy::Support => Todo::new(format!(
            "Ask the support of {} to add {subdomain} as a domain alias of {}.",
            plan.host.name,
            plan.domain()
        ))
        .detail("By chat, telephone or ticket. The text of the ticket is on this page.")
        .detail("Resellers add it themselves.")
        .undo("Ask support to remove the domain alias."),
        AliasBy::Panel => Todo::new(format!(
            "In the control panel of {}, add {subdomain} as a domain alias of {}.",
            plan.host.name,
            plan.domain()
        ))
        .detail(format!("Sign in at {}.", plan.host.panel_url))
        .undo("Delete the domain alias in the same place."),
    };
    todo.task(Task::RequestDomainAlias)
        .detail(format!(
            "As long as it is missing, {} refuses mail for {subdomain}: “5.7.1 Relay access denied”.",
            plan.host.name
        ))
        .value("Domain alias", subdomain)
}

/// `Rackspace` for `Rackspace Email`: the company rather than the product.
fn short_name(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or(name)
}
