//! Which networks the host sends from: what the external server's firewall
//! has to let in on port 25. The host warns against fixed lists, so it is
//! made anew each time, from the SPF record that its customers include.

use super::Ask;
use super::hearing::Hearing;
use super::spf_expand::{Fault, Mail, expand_domain};
use crate::finding::{Finding, State};
use crate::net::Net;
use crate::plan::HostPreset;

/// The networks of a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowList {
    /// In CIDR form, IPv4 first, no network twice.
    pub networks: Vec<String>,
    /// What could not be looked up, sentence parts: the list may lack some.
    pub gaps: Vec<String>,
    /// Whether the record lets anybody send, so that this is no list for a
    /// firewall.
    pub anybody: bool,
}

/// Expands the SPF record that the customers of `host` include.
///
/// # Errors
/// Why there is no list: a sentence part.
pub async fn allow_list(net: &Net, host: &HostPreset) -> Result<AllowList, String> {
    let domain = host.spf_include.as_str();
    let node = expand_domain(&Hearing::of(net, None), &Mail::default(), domain)
        .await
        .map_err(|fault| said(&fault))?;
    let networks: Vec<String> = node.ranges().iter().map(ToString::to_string).collect();
    let anybody = node.outcome().surely().are_many();
    if networks.is_empty() && !anybody {
        return Err(format!("the SPF record of {domain} names no network"));
    }
    let mut gaps: Vec<String> = node.faults().iter().map(said).collect();
    gaps.extend(node.untold());
    Ok(AllowList { networks, gaps, anybody })
}

fn said(fault: &Fault) -> String {
    match fault {
        Fault::NoAnswer(why) => why.clone(),
        other => other.said().unwrap_or_default(),
    }
}

/// `server.allow-list`: an aid for the firewall, no judgement of the server.
pub(super) async fn finding(ask: &Ask<'_>) -> Finding {
    let host = &ask.plan.host;
    let listed = allow_list(ask.net, host).await;
    let at = ask.net.clock.now();
    let include = format!("include:{}", host.spf_include);
    let asked = ask.net.resolvers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let make = |state, summary: String| {
        Finding::new("server.allow-list", state, summary, at).asked(asked.clone())
    };
    match listed {
        Ok(list) if list.anybody => {
            make(State::Warning, format!("The SPF record of {} lets anybody send: it is no list for a firewall.", host.spf_include))
                .compared("the networks of the host", list.networks.join(", "))
                .means("Whoever makes an allow-list of it opens port 25 to the whole Internet.")
                .advise(format!("Make no allow-list of it. Ask {} for its networks, and check the name of the record in the preset of the host.", host.name))
        }
        Ok(list) => {
            let gaps = match list.gaps.is_empty() {
                true => String::new(),
                false => format!(" The list may lack some: {}.", list.gaps.join("; ")),
            };
            let many = match list.networks.len() {
                1 => "one network".to_owned(),
                many => format!("{many} networks"),
            };
            make(State::Passed, format!("{} sends from {many}.", host.name))
                .compared(include, list.networks.join(", "))
                .means(format!("They are what {} lists for SPF today, and it may change them.{gaps}", host.name))
                .advise("Where a firewall stands before port 25, let these networks in; compare them again before each wave. “sdrctl dns DOMAIN --allow-list” prints them one a line.")
                .with_evidence(list.networks)
        }
        Err(why) => make(
            State::Skipped { because: why },
            format!("Which networks {} sends from can't be listed now.", host.name),
        )
        .compared(include, "(no list)"),
    }
}
