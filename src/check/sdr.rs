//! Split domain routing: the host asked about an external mailbox, a random
//! address and one of its own.

use jiff::Timestamp;

use super::Ask;
use super::probe::{
    answered, broke_off, connected, in_five_minutes, random_address, strange_address, talk_to_each,
    transcript, whom,
};
use super::recipient::{Heard, Kind, heard};
use crate::finding::{Evidence, Finding, State};
use crate::net::{Conversation, Envelope, Sender};
use crate::plan::{Address, Home, PanelOffer, Plan};

/// How the summary begins where split domain routing was seen to be off.
pub(super) const OFF: &str = "Split Domain Routing is off";

/// Mail exchangers of the host that are asked.
const EXCHANGERS: usize = 4;
/// Addresses of one mail exchanger that are asked.
const ADDRESSES: usize = 4;
/// Connections at once: the host takes about five from one client (G2).
const AT_ONCE: usize = 4;

/// Who is asked about at the host.
#[derive(Debug, Clone)]
struct Questions {
    /// A mailbox on the external server that the host does not have.
    external: Address,
    /// An address that nobody has.
    random: Address,
    /// A mailbox at the host, if the plan knows one.
    own: Option<Address>,
    /// Somebody in a domain that nobody has.
    strange: Address,
}

pub(super) async fn run(ask: &Ask<'_>, out: &mut (dyn FnMut(Finding) + Send)) {
    let at = ask.net.clock.now();
    let skip = |because: &str| {
        Finding::new(
            "sdr.mx1",
            State::Skipped { because: because.to_owned() },
            "Split Domain Routing was not asked about.",
            at,
        )
    };
    if ask.plan.situation.panel == PanelOffer::NotOffered {
        out(skip("the host's control panel does not offer Split Domain Routing"));
        return;
    }
    let Some(asked) = questions(ask.plan, ask.seed) else {
        out(skip("the plan names nobody on the external server")
            .advise("Enter the verification address, or add the people."));
        return;
    };
    let mut servers = Vec::new();
    for mx in ask.plan.host.mx.iter().take(EXCHANGERS) {
        let name = mx.exchange.as_str();
        let why = match ask.net.addresses(name).await {
            Ok(found) if found.is_empty() => format!("{name} has no address record"),
            Ok(mut found) => {
                found.sort_by_key(|ip| (ip.is_ipv6(), *ip));
                servers.extend(found.into_iter().take(ADDRESSES).map(|ip| (name.to_owned(), ip)));
                continue;
            }
            Err(error) => error.to_string(),
        };
        out(unasked(&short_id(ask.plan, name), name, why, ask.net.clock.now()));
    }
    let mut talks = Vec::new();
    for some in servers.chunks(AT_ONCE) {
        talks.extend(talk_to_each(ask.net, some.to_vec(), &asked.envelopes()).await);
    }
    for host in ask.plan.host.mx.iter().take(EXCHANGERS) {
        let of_host: Vec<&Conversation> =
            talks.iter().filter(|talk| talk.host == host.exchange.as_str()).collect();
        tell(ask, &asked, &of_host, out);
    }
}

/// What one mail exchanger says: its first address that answers, and of the
/// others what differs.
fn tell(
    ask: &Ask<'_>,
    asked: &Questions,
    talks: &[&Conversation],
    out: &mut (dyn FnMut(Finding) + Send),
) {
    let lead = talks.iter().position(|talk| answered(talk)).unwrap_or(0);
    let Some(first) = talks.get(lead) else { return };
    let id = short_id(ask.plan, &first.host);
    let at = ask.net.clock.now();
    let told = verdict(&id, first, asked, ask.evidence, at);
    out(told.clone());
    if let Some(finding) = own_mailbox(&id, first, asked, at) {
        out(finding);
    }
    for talk in talks.iter().enumerate().filter(|(at, _)| *at != lead).map(|(_, talk)| talk) {
        // Without IPv6 here, its addresses say nothing about the host.
        if answered(first) && !connected(talk) && talk.peer.is_ipv6() {
            continue;
        }
        let other = format!("{id}@{}", talk.peer.ip());
        let finding = verdict(&other, talk, asked, ask.evidence, at);
        if finding.state.word() != told.state.word() {
            out(finding);
        }
    }
}

/// Whether every mail exchanger that is asked is told of, or why none is.
pub(super) fn tells_all(findings: &[Finding], plan: &Plan) -> bool {
    let is = |finding: &&Finding, id: &str| finding.id == id;
    let skipped = findings.iter().find(|finding| is(finding, "sdr.mx1"));
    skipped.is_some_and(|finding| matches!(finding.state, State::Skipped { .. }))
        || plan.host.mx.iter().take(EXCHANGERS).all(|mx| {
            let id = short_id(plan, mx.exchange.as_str());
            findings.iter().any(|finding| is(&finding, &id))
        })
}

/// `sdr.mx1` for `mx1.emailsrvr.com`; the whole name where two servers share
/// the label.
fn short_id(plan: &Plan, exchange: &str) -> String {
    let label = |name: &str| name.split('.').next().unwrap_or(name).to_owned();
    let twins =
        plan.host.mx.iter().filter(|mx| label(mx.exchange.as_str()) == label(exchange)).count();
    if twins > 1 { format!("sdr.{exchange}") } else { format!("sdr.{}", label(exchange)) }
}

fn questions(plan: &Plan, seed: u64) -> Option<Questions> {
    let at_host = |address: &Address| {
        plan.roster.get(address).is_some_and(|person| person.home == Home::Host)
    };
    let verification = plan
        .external
        .verification_address
        .clone()
        .filter(|address| address.domain() == plan.domain() && !at_host(address));
    let someone = |home: Home| {
        plan.roster
            .iter()
            .find(|person| person.home == home && person.address.domain() == plan.domain())
            .map(|person| person.address.clone())
    };
    Some(Questions {
        external: verification.or_else(|| someone(Home::External))?,
        random: random_address(plan.domain(), seed, "sdr")?,
        own: someone(Home::Host),
        strange: strange_address(plan.domain(), seed, "sdr")?,
    })
}

impl Questions {
    fn envelopes(&self) -> Vec<Envelope> {
        let both = [&self.external].into_iter().chain(&self.own);
        let to = both.chain([&self.random, &self.strange]).cloned().collect();
        vec![Envelope { from: Sender::Null, to }]
    }
}

fn unasked(id: &str, name: &str, why: String, at: Timestamp) -> Finding {
    Finding::new(id, State::Unknown { why }, format!("{name} can't be asked from here."), at)
        .asked(name)
        .means("Whether Split Domain Routing is on can only be seen by asking the host's mail servers.")
        .advise("Check this machine's network and resolver. “sdrctl check DIR --step sdr” does the same on another machine.")
}

/// What the answers say about split domain routing.
fn verdict(
    id: &str,
    talk: &Conversation,
    asked: &Questions,
    seen: &Evidence,
    at: Timestamp,
) -> Finding {
    let random = heard(talk, 0, &asked.random);
    let external = heard(talk, 0, &asked.external);
    let strange = heard(talk, 0, &asked.strange);
    // Said of the whole domain, it may well be said of a made-up one.
    let to_all = external.kind != Kind::RelayDenied && external.is_said_to_all(&random, &strange);
    let external = external.amid(to_all);
    let name = &talk.host;
    let make = |state, summary: String| {
        Finding::new(id, state, summary, at)
            .compared(
                format!("{} accepted, {} refused", asked.external, asked.random),
                format!("{}; {}", external.said(), random.said()),
            )
            .asked(whom(talk))
            .with_evidence(transcript(talk))
    };
    if !answered(talk) {
        let why = broke_off(talk).unwrap_or_else(|| "the conversation ended at once".to_owned());
        let port = talk.peer.port();
        if connected(talk) {
            return make(State::Unknown { why: why.clone() }, format!("{name} was connected on port {port}, but no mail server greeted."))
                .means(format!("{why}. The host's mail servers greet everybody, so something on the way most likely answers in their place, such as a proxy or a firewall. That says nothing about Split Domain Routing."))
                .advise("Run “sdrctl check DIR --step sdr” in another network, or check again with more patience (--timeout 60).");
        }
        return make(State::Unknown { why: format!("{name} can't be reached from here: {why}") }, format!("{name} can't be reached on port {port} from here."))
            .means("The host's mail servers answer the whole Internet, so port 25 is most likely blocked where this program runs. That says nothing about Split Domain Routing.")
            .advise("Run “sdrctl check DIR --step sdr” on a machine whose port 25 is open, or ask the network's administrator to open outgoing port 25.");
    }
    match external.kind {
        Kind::Accepted | Kind::MailboxClosed => accepted(make, name, asked, random, seen),
        Kind::Uncommitted => make(State::Unknown { why: format!("252 promises nothing: {}", external.said()) }, format!("{name} takes {} without a look.", asked.external))
            .means("It decides later whether the address exists, so its yes proves nothing.")
            .advise("Ask the host's support whether Split Domain Routing is on for the domain."),
        Kind::Unknown if random.kind == Kind::PeerRefused => make(State::Unknown { why: "the host's answers do not agree with each other".to_owned() }, format!("{name} gives answers that contradict each other."))
            .means("It asks the external server about one address and not about the other.")
            .advise("Wait 15 minutes for the host's settings to spread, then check again."),
        Kind::Unknown if refused_outside(seen) => make(State::Unknown { why: format!("the external server refuses {} as well", asked.external) }, format!("{name} refuses {}, and so does the external server.", asked.external))
            .means("The host would refuse this address with Split Domain Routing on, too, so its answer proves nothing.")
            .advise("Choose a verification address that exists on the external server, then check again."),
        Kind::Unknown => make(State::Failed, format!("{OFF}: {name} does not know {}.", asked.external))
            .means("The host refuses mail for mailboxes on the external server, because it does not pass on what it does not have. Its users can't write to colleagues there.")
            .advise("Sign in to the host's control panel, go to Domains > Split Domain, select the domain, check “Enable Split Domain Routing”, fill in the external mail server and the verification address, and save. If it is on already, save it again and wait 15 minutes."),
        Kind::PeerRefused => make(State::Failed, format!("The external server refused {} when {name} asked.", asked.external))
            .means("Split Domain Routing is on and the host reaches the external server, but that server said no (G7): the address is unknown there, or the host is not let in.")
            .advise("Check that the address exists on the external server, and that its firewall, block lists and recipient rules let the host in."),
        Kind::PeerUnreachable => make(State::Waiting { again_at: in_five_minutes(at) }, format!("{name} could not ask the external server."))
            .means("Split Domain Routing is on, but the host got no final answer from the external server (4.4.1, G6): a closed port 25, a delay for strangers (greylisting) or a short failure.")
            .advise("Check again after the time shown. If it stays, open port 25 of the external server to the host and exempt the host from greylisting."),
        Kind::Deferred => make(State::Waiting { again_at: in_five_minutes(at) }, format!("{name} asks to come back later."))
            .means("A 4xx answer is temporary and says nothing about the address.")
            .advise("Check again after the time shown."),
        Kind::RelayDenied => make(State::Failed, format!("{name} does not take mail for {}.", asked.external.domain()))
            .means("The domain is not set up at the host, or not yet.")
            .advise("Add the domain at the host first, then switch Split Domain Routing on. A new domain takes up to 15 minutes to be known."),
        Kind::Refused => make(State::Failed, format!("{name} refuses {}.", asked.external))
            .means("The host gave a final no for a reason of its own; its words are in “found”.")
            .advise("Read the host's reply. Save Split Domain Routing in the control panel again, and ask the host's support if the reply stays."),
        Kind::Unanswered => {
            let why = broke_off(talk).unwrap_or_else(|| "the conversation ended before the question".to_owned());
            make(State::Unknown { why }, format!("{name} did not answer about {}.", asked.external))
                .means("The conversation ended before the answer. That says nothing about Split Domain Routing.")
                .advise("Check again; if it stays, run the check from another machine, such as the external mail server itself.")
        }
        Kind::SenderRefused | Kind::SpfRefused | Kind::ClientRefused | Kind::LoginWanted | Kind::TooMuch | Kind::SaidToAll => {
            let why = match external.kind {
                Kind::SaidToAll => format!("the host says the same to every address: {}", external.said()),
                _ => format!("the host refuses this machine: {}", external.said()),
            };
            make(State::Unknown { why }, format!("{name} did not answer about {}.", asked.external))
                .means("The host turned this machine away, as it does with addresses on block lists. That says nothing about Split Domain Routing.")
                .advise("Run the check from another machine, such as the external mail server itself.")
        }
    }
}

/// The external mailbox was accepted: what that proves depends on the rest.
fn accepted(
    make: impl Fn(State, String) -> Finding,
    name: &str,
    asked: &Questions,
    random: Heard<'_>,
    seen: &Evidence,
) -> Finding {
    let outside = seen.get("server.random-address").map(|finding| &finding.state);
    match random.kind {
        _ if random.is_no() => make(State::Passed, format!("Split Domain Routing is on: {name} asks the external server about each address."))
            .means(format!("The host accepted {}, which it does not have, and refused an address that nobody has: it must have asked. Not proved: that a message really arrives, and that the host has no mailbox of that name.", asked.external)),
        Kind::Accepted | Kind::Uncommitted => match outside {
            Some(State::Warning) => make(State::Unknown { why: "the external server accepts any address, so the host's yes proves nothing".to_owned() }, format!("{name} accepts any address, because the external server does."))
                .means("Split Domain Routing may well be on: the host repeats what the external server says. But a catch-all at the host would look the same.")
                .advise("Let the external server refuse unknown addresses first (step 3), then check again."),
            Some(State::Passed) => make(State::Warning, format!("{name} accepts an address that the external server refuses."))
                .means("Something at the host takes any address: a catch-all, or it does not look recipients up. A catch-all swallows what Split Domain Routing should pass on; which of the two wins is not known.")
                .advise("Remove the catch-all address of the domain in the host's control panel, then check again."),
            _ => make(State::Unknown { why: "the host accepts an address that nobody has".to_owned() }, format!("{name} accepts any address."))
                .means("Either the external server accepts anything, or the host has a catch-all, or it does not look recipients up. In none of these cases does its yes prove that Split Domain Routing is on.")
                .advise("Run the test of the external server (step 3): it tells which. Remove a catch-all at the host."),
        },
        Kind::Deferred | Kind::PeerUnreachable => make(State::Unknown { why: format!("the host gave no final answer about an address that nobody has: {}", random.said()) }, format!("{name} accepts {}.", asked.external))
            .means("That fits Split Domain Routing being on, but without a refusal for an unknown address it could also be a catch-all.")
            .advise("Check again in five minutes; exempt the host from greylisting on the external server."),
        _ => make(State::Unknown { why: "the host did not answer about an address that nobody has".to_owned() }, format!("{name} accepts {}.", asked.external))
            .means("That fits Split Domain Routing being on, but it could also be a catch-all.")
            .advise("Check again."),
    }
}

/// Whether the server test saw the external server refuse the address.
fn refused_outside(seen: &Evidence) -> bool {
    seen.get("server.verification-address").is_some_and(|finding| finding.state == State::Failed)
}

/// `sdr.host-mailbox@...`: a mailbox that the plan sees at the host.
fn own_mailbox(id: &str, talk: &Conversation, asked: &Questions, at: Timestamp) -> Option<Finding> {
    let name = &talk.host;
    let own = asked.own.as_ref()?;
    let [answer, random, strange] =
        [own, &asked.random, &asked.strange].map(|one| heard(talk, 0, one));
    // What is said of the whole domain, or to everybody, is not of this mailbox.
    let to_all = answer.kind == Kind::RelayDenied || answer.is_said_to_all(&random, &strange);
    let answer = answer.amid(to_all);
    let whom_short = id.trim_start_matches("sdr.");
    let make = |state, summary: String| {
        Finding::new(format!("sdr.host-mailbox@{whom_short}"), state, summary, at)
            .compared(format!("{own} accepted"), answer.said())
            .asked(whom(talk))
    };
    match answer.kind {
        Kind::Accepted if random.is_taken() => Some(
            make(State::Unknown { why: "it accepts an address that nobody has as well".to_owned() }, format!("{name} accepts {own}, and any other address."))
                .means("Whether the mailbox is at the host can't be told while any address is accepted.")
                .advise("Look at the mailboxes in the host's control panel."),
        ),
        Kind::Accepted => Some(make(State::Passed, format!("{name} accepts {own}, which the plan sees at the host."))),
        _ if answer.is_no() => Some(
            make(State::Failed, format!("{name} refuses {own}, which the plan sees at the host."))
                .means("The mailbox is not at the host, so mail for this person bounces.")
                .advise("Create the mailbox at the host, or correct the plan (step 2). New mailboxes take up to 15 minutes."),
        ),
        _ => None,
    }
}
