//! The domain alias at the host: asked by its API, and by RCPT at its first
//! mail server.

use jiff::Timestamp;

use super::Ask;
use super::probe::{
    answered, broke_off, connected, in_five_minutes, later, random_address, strange_address, talk,
    transcript, whom,
};
use super::recipient::{Kind, heard};
use crate::finding::{Finding, State};
use crate::net::{Conversation, Envelope, HostApi, Sender};
use crate::plan::{Address, AliasBy, Home, Plan};

pub(super) async fn run(ask: &Ask<'_>, out: &mut (dyn FnMut(Finding) + Send)) {
    let listed = by_api(ask).await;
    let known = listed.as_ref().is_some_and(|finding| finding.state == State::Passed);
    let asked = match questions(ask) {
        Some(asked) => by_rcpt(ask, &asked, known).await,
        None => vec![Finding::new(
            "subdomain.alias",
            State::Skipped {
                because: "no address can be made for the routing subdomain".to_owned(),
            },
            "The domain alias was not asked about.",
            ask.net.clock.now(),
        )],
    };
    let taken = asked
        .iter()
        .any(|finding| finding.id == "subdomain.alias" && finding.state == State::Passed);
    asked.into_iter().for_each(&mut *out);
    out_of_step(listed, taken).into_iter().for_each(out);
}

/// A list without the alias while the mail server takes it: one of the two
/// is behind, and mail flows.
fn out_of_step(listed: Option<Finding>, taken: bool) -> Option<Finding> {
    listed.map(|finding| match finding.state {
        State::Failed if taken => Finding { state: State::Warning, ..finding }
            .means("The host's mail server takes the routing subdomain all the same. One of the two is behind, or the subdomain is a domain of its own at the host, and then its mailboxes are others.")
            .advise("Look at the domain's aliases in the host's control panel, and check again in 15 minutes."),
        _ => finding,
    })
}

/// Who is asked about at the host.
struct Questions {
    /// Somebody at the host, at the routing subdomain.
    person: Option<Address>,
    /// Somebody there whom nobody knows.
    random: Address,
    /// Somebody in a domain that nobody has.
    strange: Address,
}

fn questions(ask: &Ask<'_>) -> Option<Questions> {
    let plan = ask.plan;
    let person = plan
        .roster
        .iter()
        .find(|person| person.home == Home::Host && person.address.domain() == plan.domain())
        .map(|person| plan.routing_address(&person.address));
    Some(Questions {
        person,
        random: random_address(plan.routing_subdomain().as_domain(), ask.seed, "alias")?,
        strange: strange_address(plan.domain(), ask.seed, "alias")?,
    })
}

async fn by_rcpt(ask: &Ask<'_>, asked: &Questions, listed: bool) -> Vec<Finding> {
    let unknown = |why: String| {
        vec![
            Finding::new(
                "subdomain.alias",
                State::Unknown { why },
                "The host's mail server can't be asked from here.",
                ask.net.clock.now(),
            )
            .means("Whether the host takes the routing subdomain can only be seen by asking it.")
            .advise(
                "Check this machine's network and resolver, or run the check on another machine.",
            ),
        ]
    };
    let Some(mx) = ask.plan.host.mx.first() else {
        return unknown(format!("{} names no mail exchanger", ask.plan.host.name));
    };
    let name = mx.exchange.as_str();
    let ip = match ask.net.addresses(name).await {
        Ok(found) => found.into_iter().min_by_key(std::net::IpAddr::is_ipv6),
        Err(error) => return unknown(error.to_string()),
    };
    let Some(ip) = ip else { return unknown(format!("{name} has no address record")) };
    let to = asked.person.iter().chain([&asked.random, &asked.strange]).cloned().collect();
    let talk = talk(ask.net, name, ip, vec![Envelope { from: Sender::Null, to }]).await;
    verdicts(ask.plan, &talk, asked, listed, ask.net.clock.now())
}

/// What the host's answers say about the domain alias, and about the person.
fn verdicts(
    plan: &Plan,
    talk: &Conversation,
    questions: &Questions,
    listed: bool,
    at: Timestamp,
) -> Vec<Finding> {
    let person = questions.person.as_ref();
    let asked = person.unwrap_or(&questions.random);
    let answer = heard(talk, 0, asked);
    let strange = heard(talk, 0, &questions.strange);
    // Said of a domain that nobody has, too, an answer is not about this one.
    let answer = answer.amid(answer.kind != Kind::RelayDenied && answer.repeats(&strange));
    let subdomain = plan.routing_subdomain();
    let host = &plan.host.name;
    let make = |state, summary: String| {
        Finding::new("subdomain.alias", state, summary, at)
            .compared(format!("{asked} is not refused as a foreign domain"), answer.said())
            .asked(whom(talk))
            .with_evidence(transcript(talk))
    };
    if !answered(talk) {
        let why = broke_off(talk).unwrap_or_else(|| "the conversation ended at once".to_owned());
        if connected(talk) {
            return vec![
                make(State::Unknown { why }, format!("{} was connected, but no mail server greeted.", talk.host))
                    .means("The host's mail servers greet everybody, so something on the way most likely answers in their place. That says nothing about the domain alias.")
                    .advise("Run “sdrctl check DIR --step subdomain” in another network, or ask the host's support whether the alias is there."),
            ];
        }
        return vec![
            make(State::Unknown { why }, format!("{} can't be reached from here.", talk.host))
                .means("The host's mail servers answer the whole Internet, so port 25 is most likely blocked where this program runs. That says nothing about the domain alias.")
                .advise("Run “sdrctl check DIR --step subdomain” on a machine whose port 25 is open, or ask the host's support whether the alias is there."),
        ];
    }
    let passed = |summary: String| make(State::Passed, summary);
    let untold = |why: String| {
        make(
            State::Unknown { why },
            format!("Whether {host} takes mail for {subdomain} can't be told."),
        )
    };
    let alias = match answer.kind {
        Kind::Accepted | Kind::Uncommitted if strange.is_taken() => {
            untold(format!("it takes {} as well, a domain that nobody has", questions.strange))
                .means("A server that takes any domain says nothing about this one.")
                .advise("Ask the host's support whether the alias is there.")
        }
        Kind::Uncommitted => untold(format!("252 promises nothing: {}", answer.said()))
            .means("The host takes the recipient without a look and decides later.")
            .advise("Ask the host's support whether the alias is there."),
        Kind::Accepted => passed(format!("{host} takes mail for {subdomain}: the domain alias is there.")),
        Kind::Unknown | Kind::PeerRefused | Kind::MailboxClosed => {
            passed(format!("{host} takes {subdomain} for its own: the domain alias is there."))
                .means("It refused the address, not the domain.")
        }
        Kind::RelayDenied if listed => make(State::Waiting { again_at: later(at, 900) }, format!("{host} lists the domain alias {subdomain}, but its mail server does not take it yet."))
            .means("New settings take up to 15 minutes to reach the host's mail servers.")
            .advise("Check again after the time shown."),
        Kind::RelayDenied => make(State::Failed, format!("The domain alias is missing: {host} does not take mail for {subdomain}."))
            .means("Contacts and forwards on the external server send there, and the host refuses it all as relaying (5.7.1). Nobody at the host gets mail from the other side.")
            .advise(match plan.host.alias_by {
                AliasBy::Support => format!("Ask the host's support to add {subdomain} as a domain alias of {}; step 5 and the export have the text of the ticket. Resellers add it in the panel. It is no new domain: user@{subdomain} must be user@{0}.", plan.domain()),
                AliasBy::Panel => format!("Add {subdomain} as a domain alias of {} in the host's control panel.", plan.domain()),
            }),
        Kind::Deferred | Kind::PeerUnreachable => make(State::Waiting { again_at: in_five_minutes(at) }, format!("{} asks to come back later.", talk.host))
            .means("A 4xx answer is temporary and says nothing about the domain alias.")
            .advise("Check again after the time shown."),
        Kind::Unanswered => {
            let why = broke_off(talk).unwrap_or_else(|| "the conversation ended before the question".to_owned());
            untold(why)
                .means("The conversation ended before the answer. That says nothing about the routing subdomain.")
                .advise("Check again; if it stays, run the check from another machine.")
        }
        Kind::SaidToAll => untold(format!("the host says the same of a domain that nobody has: {}", answer.said()))
            .means("A refusal in the same words for every domain is about this machine or the host's state, or the host does not tell domains apart from addresses. It says nothing about the routing subdomain.")
            .advise("Ask the host's support whether the alias is there, or run the check from another machine."),
        Kind::Refused | Kind::SenderRefused | Kind::SpfRefused | Kind::ClientRefused | Kind::LoginWanted | Kind::TooMuch => {
            untold(format!("the host refuses for another reason: {}", answer.said()))
                .means("The refusal is not about the routing subdomain.")
                .advise("Run the check from another machine, or ask the host's support whether the alias is there.")
        }
    };
    let there = alias.state == State::Passed;
    let mailbox = person
        .filter(|_| there)
        .and_then(|person| mailbox(plan, talk, person, &questions.random, at));
    std::iter::once(alias).chain(mailbox).collect()
}

/// `subdomain.host-mailbox`: the person behind the routing address.
fn mailbox(
    plan: &Plan,
    talk: &Conversation,
    person: &Address,
    random: &Address,
    at: Timestamp,
) -> Option<Finding> {
    let answer = heard(talk, 0, person);
    let random = heard(talk, 0, random);
    let make = |state, summary: String| {
        Finding::new("subdomain.host-mailbox", state, summary, at)
            .compared(format!("{person} accepted"), answer.said())
            .asked(whom(talk))
            .with_evidence(transcript(talk))
    };
    match answer.kind {
        Kind::Accepted if random.is_taken() => Some(
            make(State::Unknown { why: "it accepts an address that nobody has as well".to_owned() }, format!("{} accepts {person}, and any other address of the subdomain.", plan.host.name))
                .means("Whether the mailbox is there can't be told while any address is accepted.")
                .advise("Look at the mailboxes in the host's control panel; remove a catch-all there."),
        ),
        Kind::Accepted => Some(make(State::Passed, format!("{} accepts {person}.", plan.host.name))),
        _ if answer.is_no() => Some(
            make(State::Failed, format!("{} does not know {person}.", plan.host.name))
                .means("The domain alias is there, but the mailbox that the plan sees at the host is not. Mail forwarded to it bounces.")
                .advise("Create the mailbox at the host, or correct the plan (step 2). New mailboxes take up to 15 minutes."),
        ),
        _ => None,
    }
}

/// `subdomain.alias-api`: the host's own list; `None` without a key.
async fn by_api(ask: &Ask<'_>) -> Option<Finding> {
    let (key, base) = (ask.api_key?, ask.plan.host.api.as_ref()?);
    let listed = match HostApi::new(ask.net, base, key.clone()) {
        Ok(api) => api.domain_aliases(ask.plan.domain()).await,
        Err(error) => Err(error),
    };
    let at = ask.net.clock.now();
    let subdomain = ask.plan.routing_subdomain();
    let make = |state, summary: String, found: String| {
        Finding::new("subdomain.alias-api", state, summary, at)
            .compared(format!("{subdomain} among the domain aliases"), found)
            .asked(base.clone())
    };
    Some(match listed {
        Ok(aliases) => {
            let names: Vec<&str> = aliases.iter().map(crate::plan::Domain::as_str).collect();
            let found = if names.is_empty() { "(none)".to_owned() } else { names.join(", ") };
            if names.contains(&subdomain.as_str()) {
                make(State::Passed, format!("The host lists {subdomain} as a domain alias."), found)
            } else {
                make(State::Failed, format!("The host does not list {subdomain} as a domain alias."), found)
                    .means("What the external server sends to the routing subdomain is refused by the host.")
                    .advise(format!("Ask the host's support to add {subdomain} as a domain alias of {}; step 5 has the text of the ticket.", ask.plan.domain()))
            }
        }
        Err(error) => make(
            State::Unknown { why: error.to_string() },
            "The host's API did not tell its domain aliases.".to_owned(),
            "(no answer)".to_owned(),
        )
        .means("The mail server's own answer stands; the list could only confirm it.")
        .advise(error.advice()),
    })
}
