//! Step 3: the external server can be reached and knows its people.

use super::{Page, Todo, exchanges, external_name};
use crate::plan::{ExternalSystem, Plan, Task};

pub(super) fn page(plan: &Plan) -> Page {
    let host = &plan.host;
    Page {
        instruction: "Name the external mail server and one address that exists on it.".to_owned(),
        why: format!(
            "{} passes mail to this server on port 25 and asks it first whether a recipient \
             exists. It uses the verification address only to see that the server is the right \
             one. A server that can't be reached, or that takes any recipient, makes mail wait, \
             bounce late or vanish.",
            host.name
        ),
        todo: vec![names(plan), open_port(plan), stay_authoritative(plan)],
        announce: vec![
            format!(
                "DNS, port 53: the resolvers of this computer are asked for the addresses of {}, \
                 and for the networks behind include:{}, for the firewall's list.",
                external_name(plan),
                host.spf_include
            ),
            format!(
                "SMTP, port 25, at {}: banner, EHLO, STARTTLS with a look at the certificate, \
                 MAIL FROM with no sender, with one of the domain and with a foreign one, each \
                 with RCPT TO for {} and for made-up addresses; in a second conversation \
                 postmaster, abuse and a foreign address. The same at the domain's other mail \
                 exchangers, if there are any. RCPT only, never DATA: no message is sent.",
                external_name(plan),
                match &plan.external.verification_address {
                    Some(address) => address.to_string(),
                    None => "the verification address".to_owned(),
                }
            ),
            format!(
                "SMTP, port 25, at {}, only when this server could not be reached: to tell a \
                 blocked port from a server that is down.",
                exchanges(plan)
            ),
        ],
    }
}

fn names(plan: &Plan) -> Todo {
    let mut todo = Todo::new("Choose the two values that the control panel will ask for.")
        .detail(
            "The host name is usually one of the MX records that point to this server today. A \
             name, not an IP address.",
        )
        .detail(format!(
            "The verification address is any address in {} whose mailbox is on this server and \
             stays there to the end, such as postmaster.",
            plan.domain()
        ));
    if let Some(name) = &plan.external.host_name {
        todo = todo.value("External Mail Server", name);
    }
    if let Some(address) = &plan.external.verification_address {
        todo = todo.value("Verification Address", address);
    }
    todo
}

fn open_port(plan: &Plan) -> Todo {
    let include = &plan.host.spf_include;
    Todo::new(format!("Open port 25 of the external server to {}.", plan.host.name))
        .task(Task::OpenPort25)
        .detail(format!(
            "If its firewall lets in everybody on port 25, there is nothing to do. If it lets in a \
             filter service only, add the networks of {}.",
            plan.host.name
        ))
        .detail(format!(
            "Take them from the SPF record of {include} on the day of the change, and follow \
             every include in it. {} warns against fixed lists: they change.",
            plan.host.name
        ))
        .detail("The export of step 6 holds the text of the request for whoever runs the firewall.")
        .value("List the networks", format!("nslookup -type=TXT {include}"))
        .undo(format!("Remove the networks of {} from the firewall rule again.", plan.host.name))
}

fn stay_authoritative(plan: &Plan) -> Todo {
    let domain = plan.domain();
    let todo = Todo::new(
        "See that the external server refuses addresses of the domain that it does not have.",
    );
    match plan.external.system {
        ExternalSystem::ExchangeServer | ExternalSystem::ExchangeOnline => todo
            .detail(format!(
                "The accepted domain {domain} must be Authoritative. With InternalRelay it passes \
                 unknown addresses back, and each of them goes round until a hop limit ends it."
            ))
            .detail(format!(
                "There must be no wildcard (*.{domain}, MatchSubDomains): it makes the routing \
                 subdomain local, which is a loop too."
            ))
            .value(
                "Look (changes nothing)",
                "Get-AcceptedDomain | Format-Table Name, DomainName, DomainType, MatchSubDomains",
            ),
        ExternalSystem::Postfix | ExternalSystem::PostfixRelay => todo
            .detail(
                "No fallback_transport, no luser_relay, no @domain line in a map: each of them \
                 takes what should be refused.",
            )
            .value(
                "Look (changes nothing)",
                "postconf fallback_transport luser_relay local_recipient_maps relay_recipient_maps \
                 virtual_alias_maps",
            ),
        _ => todo.detail(
            "Switch off whatever is called catch-all, “forward unknown” or “non-authoritative”: \
             together with split domain routing it makes a loop.",
        ),
    }
}

/// The same test as a command for another machine; `None` while the plan lacks
/// one of the two values.
pub fn command_elsewhere(plan: &Plan) -> Option<String> {
    let host = plan.external.host_name.as_ref()?;
    let address = plan.external.verification_address.as_ref()?.to_string();
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"@._+-".contains(&b);
    let address = match address.bytes().all(plain) {
        true => address,
        false => format!("'{}'", address.replace('\'', "'\\''")),
    };
    Some(format!("sdrctl smtp {host} --address {address} --json > result.json"))
}
