//! The external server, tested: name, connection, greeting, encryption, addresses.

use std::net::IpAddr;

use jiff::Timestamp;

use super::Ask;
use super::addresses::resolve;
use super::connection::connect;
use super::duties::{Habit, IDS, duties, habit, of_random};
use super::envelopes::verdicts;
use super::extensions::{ehlo, size};
use super::greeting::{banner, starttls};
use super::probe::{
    Control, answered, connected, control, talk_of_each, talk_to_each, transcript, whom,
};
use super::questions::Questions;
use super::recipient::{Heard, Kind};
use crate::finding::{Finding, State};
use crate::guide::{self, Step};
use crate::net::{Conversation, Net, RecordType};
use crate::plan::{Address, Authority, Home, HostName, PanelOffer, Plan};

/// Addresses of one server that are tried.
pub(super) const ADDRESSES: usize = 16;
/// Addresses of all servers together that are tried.
const SERVERS: usize = 24;

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
    out_of_place(ask.plan, ask.net.clock.now()).into_iter().for_each(out);
}

/// `server.verification-place`: the verification address must live on the
/// external server; a forward there answers for it as well, until it goes.
fn out_of_place(plan: &Plan, at: Timestamp) -> Option<Finding> {
    let address = plan.external.verification_address.as_ref()?;
    let problem = guide::problems(Step::Server, plan)
        .into_iter()
        .find(|problem| problem.field == guide::Field::VerificationAddress);
    let sentence = problem.map(|problem| problem.sentence).or_else(|| moves_on(plan, address))?;
    let state = match address.domain() == plan.domain() {
        true => State::Warning,
        false => State::Failed,
    };
    let finding = Finding::new("server.verification-place", state, sentence, at)
        .compared("a mailbox on the external server", address.to_string())
        .asked("the plan")
        .means("The host asks the external server about this address to see that it answers for the domain. What only a forward or another domain answers for proves nothing.")
        .advise("Choose the address of a mailbox that stays on the external server to the end, such as postmaster.");
    Some(finding)
}

/// That the mailbox moves while others stay on the external server: what answers
/// there for the address afterwards is a forward.
fn moves_on(plan: &Plan, address: &Address) -> Option<String> {
    let person = plan.roster.get(address).filter(|person| person.home == Home::External)?;
    let own = person.wave?;
    let mut groups = plan.roster.census().of(plan.domain()).groups();
    let others =
        groups.any(|(home, wave, _)| home == Home::External && wave.is_none_or(|wave| wave > own));
    others.then(|| {
        format!("{address} moves in wave {own}; what answers for it afterwards is a forward.")
    })
}

/// The whole test of one host name, and of the domain's other mail exchangers
/// on that side. The plan lends domain, people and preset.
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
    let mut servers: Vec<(String, IpAddr)> =
        addresses.iter().take(ADDRESSES).map(|ip| (host.to_string(), *ip)).collect();
    for (name, ip) in siblings(net, plan, host, out).await {
        if servers.len() < SERVERS && !servers.iter().any(|(_, known)| *known == ip) {
            servers.push((name, ip));
        }
    }
    let talks = talk_to_each(net, servers, &asked.envelopes()).await;
    let seconds = second_talks(net, &talks, &asked).await;
    let reached = talks.iter().any(answered);
    // Where a connection came about, the line needs no probe.
    let dark = !reached && talks.iter().any(|talk| !connected(talk));
    let probe = if dark { Some(control(net, &plan.host).await) } else { None };
    let line = |talk: &Conversation| match talks.iter().find(|other| answered(other)) {
        _ if talks.iter().any(|other| other.host == talk.host && answered(other)) => None,
        // One of the others is as good a probe as any.
        Some(other) => Some(Control::Reached(whom(other))),
        None => probe.clone(),
    };
    // The server that the plan names speaks first, whoever else answers.
    let own = || talks.iter().enumerate().filter(|(_, talk)| talk.host == host.as_str());
    let lead =
        own().find(|(_, talk)| answered(talk)).or_else(|| own().find(|(_, talk)| connected(talk)));
    let lead = lead.map_or(0, |(index, _)| index);
    let at = net.clock.now();
    let judged = |index: usize| match talks.get(index) {
        Some(talk) => judge(
            talk,
            seconds.get(index).and_then(Option::as_ref),
            plan,
            &asked,
            line(talk).as_ref(),
            at,
        ),
        None => Vec::new(),
    };

    let told = judged(lead);
    for finding in &told {
        out(finding.clone());
    }
    if let Some(why) = talks.get(lead).and_then(not_asked) {
        skip(plan, &why, at, out);
    }
    for (index, talk) in talks.iter().enumerate().filter(|(index, _)| *index != lead) {
        if reached && !connected(talk) && talk.peer.is_ipv6() {
            out(no_route(talk, at));
            continue;
        }
        // The others say only where they differ from the first.
        for mut finding in judged(index) {
            // The plan's word is one, however many addresses the server has.
            if finding.id == "server.authority" {
                continue;
            }
            let differs = !told
                .iter()
                .any(|first| first.id == finding.id && first.state.word() == finding.state.word());
            if differs || finding.id == "server.connect" {
                finding.id = format!("{}@{}", finding.id, talk.peer.ip());
                if talk.host != host.as_str() && !finding.summary.starts_with(&talk.host) {
                    finding.summary = format!("{}: {}", talk.host, finding.summary);
                }
                out(finding);
            }
        }
    }
}

/// Where mail enters on this side: the domain's mail exchangers besides
/// `host`, every address of each. None where mail enters at the host. What
/// the DNS does not tell is step 1's to say.
async fn siblings(
    net: &Net,
    plan: &Plan,
    host: &HostName,
    out: &mut (dyn FnMut(Finding) + Send),
) -> Vec<(String, IpAddr)> {
    let Ok(answer) = net.lookup(plan.domain().as_str(), RecordType::Mx).await else {
        return Vec::new();
    };
    let names = answer.mx().into_iter().filter_map(|(_, name)| HostName::parse(&name).ok());
    let others = names.filter(|name| name != host && !plan.host.owns_exchange(name.as_str()));
    let mut servers = Vec::new();
    for name in others.take(ADDRESSES) {
        let (mut resolved, addresses) = resolve(net, &name).await;
        // That a name has no address is step 1's to say.
        if !addresses.is_empty() && !resolved.is_fine() {
            resolved.id = format!("{}@{name}", resolved.id);
            out(resolved);
        }
        servers.extend(addresses.into_iter().take(ADDRESSES).map(|ip| (name.to_string(), ip)));
    }
    servers
}

/// The second conversation with each server that let us ask in the first.
async fn second_talks(
    net: &Net,
    talks: &[Conversation],
    asked: &Questions,
) -> Vec<Option<Conversation>> {
    let willing = |talk: &&Conversation| not_asked(talk).is_none();
    let servers = talks.iter().filter(willing);
    let servers = servers.map(|talk| (talk.host.clone(), talk.peer.ip(), asked.duties(talk)));
    let mut seconds = talk_of_each(net, servers.collect()).await.into_iter();
    talks.iter().map(|talk| willing(&talk).then(|| seconds.next()).flatten()).collect()
}

/// Everything that both conversations say, the cause before what follows from it.
fn judge(
    talk: &Conversation,
    second: Option<&Conversation>,
    plan: &Plan,
    asked: &Questions,
    control: Option<&Control>,
    at: Timestamp,
) -> Vec<Finding> {
    let mut addresses = plan
        .roster
        .iter()
        .flat_map(|person| std::iter::once(&person.address).chain(&person.aliases));
    let smtputf8 = addresses.any(|address| address.needs_smtputf8());
    let mut findings = vec![connect(talk, control, at)];
    findings.extend(banner(talk, at));
    findings.extend(ehlo(talk, smtputf8, at));
    findings.extend(size(talk, &plan.host, at));
    findings.extend(starttls(talk, at));
    let habit = habit(talk, second, asked);
    let to_all = habit == Habit::RefusesAll;
    let random = of_random(talk, second, asked).amid(to_all);
    // The cause before what follows from it; what it does not show, after.
    let authority = authority(plan, Some(random), at);
    let shown = !matches!(authority.state, State::Skipped { .. });
    findings.extend(shown.then(|| authority.clone()));
    if not_asked(talk).is_none() {
        findings.extend(verdicts(talk, asked, random, to_all, at));
    }
    findings.extend((!shown).then_some(authority));
    if let Some(second) = second {
        findings.extend(duties(second, plan, asked, habit, at));
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
    let duties = [
        "postmaster was not asked about.",
        "abuse was not asked about.",
        "A foreign domain was not asked about.",
    ];
    questions.extend(IDS.into_iter().zip(duties.map(str::to_owned)));
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

/// `server.authority`: exactly one side may pass unknown addresses on. The
/// plan's word passes only where the server's answer about an address that
/// nobody has (`random`) bears it out.
fn authority(plan: &Plan, random: Option<Heard<'_>>, at: Timestamp) -> Finding {
    let accepts = random.is_some_and(|answer| answer.kind == Kind::Accepted);
    let finding = |state, summary: &str| {
        Finding::new("server.authority", state, summary, at)
            .compared(Authority::Authoritative.as_str(), plan.external.authority.as_str())
            .asked("the plan")
    };
    let wanted = plan.situation.panel != PanelOffer::NotOffered;
    match plan.external.authority {
        Authority::InternalRelay if wanted => finding(if accepts { State::Failed } else { State::Warning }, "With Split Domain Routing on, both systems pass unknown addresses to each other.")
            .means("The host then passes addresses that it does not have to the external server. By the plan that server shares the domain (internal relay) and passes them back. Mail to any address that neither has goes round in a loop until a hop limit ends it.")
            .advise(format!("Make the external server authoritative: on Exchange “Set-AcceptedDomain -Identity {} -DomainType Authoritative”, on Postfix remove fallback_transport, elsewhere switch “forward unknown” off. Contacts for the moved people replace it. Then set the plan to authoritative.", plan.domain())),
        Authority::InternalRelay if accepts => finding(State::Passed, "The external server passes unknown addresses to the host, and Split Domain Routing is not used."),
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
