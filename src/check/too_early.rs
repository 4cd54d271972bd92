//! The primary MX records name the host before their time.

use super::primary_mx::host_mx;
use crate::finding::{Finding, State};
use crate::plan::{Plan, Purpose};

/// The host is named although the plan says external: in a migration the
/// wrong records were changed.
pub(super) fn changed_too_early(
    make: impl Fn(State, String, String) -> Finding,
    plan: &Plan,
    subdomain_too: Option<bool>,
    found: String,
) -> Finding {
    let (domain, subdomain) = (plan.domain(), plan.routing_subdomain());
    let instead = match &plan.external.host_name {
        Some(host) => format!("those that name {host}, the external server"),
        None => "those of the external server".to_owned(),
    };
    if plan.situation.purpose == Purpose::Migration {
        let which = match subdomain_too {
            Some(true) => {
                "The primary MX records were changed as well as the routing subdomain's.".to_owned()
            }
            Some(false) => {
                "The primary MX records were changed instead of the routing subdomain's.".to_owned()
            }
            None => format!("The primary MX records name {} already.", plan.host.name),
        };
        let publish = match subdomain_too {
            Some(true) => format!("Leave those of {subdomain} as they are."),
            _ => format!("Publish {} for {subdomain} instead.", host_mx(plan)),
        };
        make(State::Failed, which, found)
            .means(format!("All mail from the Internet for {domain} enters at {} now. In a migration that is the last step: until then the primary MX records stay at the external server, and only {subdomain} gets the host's records.", plan.host.name))
            .advise(format!("At the DNS host, set the MX records of {domain} back to {instead}. {publish} If the change was meant, say so in step 1 or tick it off in step 8."))
    } else {
        make(State::Failed, format!("The primary MX records name {}, not the external server.", plan.host.name), found)
            .means("By the plan mail from the Internet enters at the external server. In fact it enters at the host.")
            .advise(format!("If it should stay at the host, set “primary MX” in step 1 to the host. If not, set the MX records of {domain} back to {instead}; the host's records belong to {subdomain}."))
    }
}
