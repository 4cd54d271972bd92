//! The external server, tested: name, connection, greeting, encryption, addresses.

use std::net::IpAddr;

use jiff::Timestamp;

use super::Ask;
use super::connection::connect;
use super::envelopes::verdicts;
use super::greeting::{banner, ehlo, starttls};
use super::probe::{Control, answered, connected, control, talk_to_each, transcript, whom};
use super::questions::{NULL, Questions};
use super::recipient::{Heard, Kind, heard};
use crate::finding::{Finding, State};
use crate::net::{Conversation, DnsError, Net};
use crate::plan::{Authority, HostName, PanelOffer, Plan};

/// Addresses of one server that are tried.
const ADDRESSES: usize = 4;

pub(super) async fn run(ask: &Ask<'_>, out: &mut (dyn FnMut(Finding) + Send)) {
    let at = ask.net.clock.now();
    let Some(host) = &ask.plan.external.host_name else {
        out(authority(ask.plan, None, at));
        out(Finding::new(
            "server.resolve",
            State::Skipped { because: "the plan names no external server".to_owned() },
            "No external server to ask.",
            at,
        )
        .advise("Enter the external server's host name."));
        return;
    };
    test(ask, host, out).await;
}

/// The whole test of one host name. The plan lends domain, people and preset.
pub(super) async fn test(ask: &Ask<'_>, host: &HostName, out: &mut (dyn FnMut(Finding) + Send)) {
    let (net, plan) = (ask.net, ask.plan);
    let (resolved, addresses) = resolve(net, host).await;
    out(resolved);
    let Some(asked) = Questions::of(plan, ask.seed, ask.evidence).filter(|_| !addresses.is_empty())
    else {
        out(authority(plan, None, net.clock.now()));
        skip(plan, "the server's address is not known", net.clock.now(), out);
        return;
    };
    let servers = addresses.iter().take(ADDRESSES).map(|ip| (host.to_string(), *ip)).collect();
    let talks = talk_to_each(net, servers, &asked.envelopes()).await;
    let reached = talks.iter().any(answered);
    // Where a connection came about, the line needs no probe.
    let dark = !reached && talks.iter().any(|talk| !connected(talk));
    let control = if dark { Some(control(net, &plan.host).await) } else { None };
    let lead =
        talks.iter().position(answered).or_else(|| talks.iter().position(connected)).unwrap_or(0);
    let at = net.clock.now();

    let mut told: Vec<Finding> = Vec::new();
    if let Some(talk) = talks.get(lead) {
        told.extend(judge(talk, plan, &asked, control.as_ref(), at));
    }
    for finding in &told {
        out(finding.clone());
    }
    if let Some(why) = talks.get(lead).and_then(not_asked) {
        skip(plan, &why, at, out);
    }
    for (_, talk) in talks.iter().enumerate().filter(|(index, _)| *index != lead) {
        if reached && !connected(talk) && talk.peer.is_ipv6() {
            out(no_route(talk, at));
            continue;
        }
        // The others say only where they differ from the first.
        for mut finding in judge(talk, plan, &asked, control.as_ref(), at) {
            let differs = !told
                .iter()
                .any(|first| first.id == finding.id && first.state.word() == finding.state.word());
            if differs || finding.id == "server.connect" {
                finding.id = format!("{}@{}", finding.id, talk.peer.ip());
                out(finding);
            }
        }
    }
}

/// Everything that one conversation says, the cause before what follows from it.
fn judge(
    talk: &Conversation,
    plan: &Plan,
    asked: &Questions,
    control: Option<&Control>,
    at: Timestamp,
) -> Vec<Finding> {
    let smtputf8 = plan.roster.iter().any(|person| person.address.needs_smtputf8());
    let mut findings = vec![connect(talk, control, at)];
    findings.extend(banner(talk, at));
    findings.extend(ehlo(talk, smtputf8, at));
    findings.extend(starttls(talk, at));
    let random = heard(talk, NULL, &asked.random);
    findings.push(authority(plan, Some(random), at));
    if not_asked(talk).is_none() {
        findings.extend(verdicts(talk, asked, at));
    }
    findings
}

/// Why no address could be asked about, if none could.
fn not_asked(talk: &Conversation) -> Option<String> {
    match (&talk.banner, &talk.ehlo) {
        (None, _) if connected(talk) => {
            Some("what took the connection did not greet as a mail server does".to_owned())
        }
        (None, _) => Some("the server can't be reached from here".to_owned()),
        (Some(banner), _) if banner.code != 220 => {
            Some("the server did not let this machine in".to_owned())
        }
        (_, Some(ehlo)) if ehlo.reply.code == 250 => None,
        _ => Some("the conversation ended before any address was named".to_owned()),
    }
}

fn skip(plan: &Plan, because: &str, at: Timestamp, out: &mut (dyn FnMut(Finding) + Send)) {
    let mut questions = vec![
        ("server.random-address", "An address that nobody has was not asked about.".to_owned()),
        ("server.own-domain", format!("Senders at {} were not tried.", plan.domain())),
    ];
    if let Some(address) = &plan.external.verification_address {
        let what = format!("{address} was not asked about.");
        questions.insert(1, ("server.verification-address", what));
    }
    for (id, what) in questions {
        out(Finding::new(id, State::Skipped { because: because.to_owned() }, what, at));
    }
}

fn no_route(talk: &Conversation, at: Timestamp) -> Finding {
    Finding::new(
        format!("server.connect@{}", talk.peer.ip()),
        State::Skipped {
            because: "this machine may have no IPv6, and the server answers by IPv4".to_owned(),
        },
        "The IPv6 address was not reached from here.",
        at,
    )
    .asked(whom(talk))
    .with_evidence(transcript(talk))
}

/// `server.resolve`: the addresses behind the name, IPv4 first.
async fn resolve(net: &Net, host: &HostName) -> (Finding, Vec<IpAddr>) {
    let looked_up = net.addresses(host.as_str()).await;
    let at = net.clock.now();
    let asked = net.resolvers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let finding = |state, summary: String, found: String| {
        Finding::new("server.resolve", state, summary, at)
            .compared("an address record", found)
            .asked(asked.clone())
    };
    match looked_up {
        Err(DnsError::NoVerdict { server, code, .. }) => {
            let why = format!("{server} answered {code}");
            let finding = finding(State::Unknown { why }, format!("{host} can't be looked up from here."), code.to_string())
                .means(format!("The name server answered, but with an error of its own ({code}). That says nothing about the name."))
                .advise("Check again later, or name another resolver with --resolver. SERVFAIL often means broken DNSSEC or a name server of the zone that does not answer.");
            (finding, Vec::new())
        }
        Err(error) => {
            let finding = finding(
                State::Unknown { why: error.to_string() },
                format!("{host} can't be looked up from here."),
                "(no answer)".to_owned(),
            )
            .means("No name server answered this machine. That says nothing about the name.")
            .advise("Check this machine's network, or name another resolver with --resolver.");
            (finding, Vec::new())
        }
        Ok(addresses) if addresses.is_empty() => {
            let finding = finding(State::Failed, format!("{host} has no address."), "(no record)".to_owned())
                .means("The host connects to the external server by this name and will find nothing.")
                .advise("Check the spelling, or add an A record for it at the DNS host; usually the name that the primary MX record gives is right.");
            (finding, addresses)
        }
        Ok(mut addresses) => {
            addresses.sort_by_key(|ip| (ip.is_ipv6(), *ip));
            let found = addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            let finding = match addresses.iter().find(|ip| is_private(ip)) {
                Some(ip) => finding(State::Warning, format!("{host} leads to {ip}, an address inside a private network."), found)
                    .means("This machine's resolver gives the inside address. The host connects from the Internet and needs the public one; whether the name has that outside can't be seen with this resolver.")
                    .advise("Ask a public resolver (--resolver 1.1.1.1), and check that the firewall leads port 25 of the public address to this server."),
                None => finding(State::Passed, format!("{host} has {}.", count(&addresses)), found),
            };
            (finding, addresses)
        }
    }
}

fn count(addresses: &[IpAddr]) -> String {
    match addresses.len() {
        1 => "one address".to_owned(),
        more if more > ADDRESSES => format!("{more} addresses, of which {ADDRESSES} are tried"),
        more => format!("{more} addresses"),
    }
}

/// Ranges of RFC 1918 and RFC 4193. Loopback is left out: laboratories live there.
fn is_private(ip: &IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_private() || ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unique_local() || ip.is_unicast_link_local(),
    }
}

/// `server.authority`: exactly one side may pass unknown addresses on. The
/// plan's word passes only where the server's answer about an address that
/// nobody has (`random`) bears it out.
fn authority(plan: &Plan, random: Option<Heard<'_>>, at: Timestamp) -> Finding {
    let finding = |state, summary: &str| {
        Finding::new("server.authority", state, summary, at)
            .compared(Authority::Authoritative.as_str(), plan.external.authority.as_str())
            .asked("the plan")
    };
    let wanted = plan.situation.panel != PanelOffer::NotOffered;
    match plan.external.authority {
        Authority::InternalRelay if wanted => finding(State::Failed, "Both systems pass unknown addresses to each other.")
            .means("With Split Domain Routing the host passes addresses that it does not have to the external server. That server shares the domain (internal relay) and passes them back. Mail to any address that neither has goes round in a loop until a hop limit ends it.")
            .advise(format!("Make the external server authoritative: on Exchange “Set-AcceptedDomain -Identity {} -DomainType Authoritative”, on Postfix remove fallback_transport, elsewhere switch “forward unknown” off. Contacts for the moved people replace it. Then set the plan to authoritative.", plan.domain())),
        Authority::InternalRelay if random.is_some_and(|answer| answer.kind == Kind::Accepted) => finding(State::Passed, "The external server passes unknown addresses to the host, and Split Domain Routing is not used."),
        Authority::AcceptsAnything => finding(State::Warning, "By the plan, the external server accepts any address.")
            .means("It bounces unknown addresses after having accepted them, to senders that are often forged, or a catch-all swallows them.")
            .advise("Let it refuse unknown recipients, then set the plan to authoritative."),
        Authority::Authoritative if random.is_some_and(|answer| answer.is_no()) => finding(State::Passed, "The external server refuses what it does not have, as the plan says."),
        Authority::Authoritative | Authority::InternalRelay => {
            let because = match random {
                Some(answer) => format!("the answer about an address that nobody has does not show it: {}", answer.said()),
                None => "the server was not asked".to_owned(),
            };
            finding(State::Skipped { because }, "What the external server does with unknown addresses is the plan's word only.")
        }
    }
}
