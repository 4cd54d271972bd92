//! The addresses asked of the external server, and in whose name.

use super::probe::random_address;
use super::recipient::{Kind, heard};
use crate::finding::{Evidence, State};
use crate::net::{Conversation, Envelope, Sender};
use crate::plan::{Address, Domain, Home, Plan};

/// Who is asked about, and in whose name.
#[derive(Debug, Clone)]
pub(super) struct Questions {
    /// The address that must exist, if the plan names one.
    pub(super) known: Option<Address>,
    /// One that nobody has.
    pub(super) random: Address,
    /// A sender of the domain itself: a colleague at the host.
    pub(super) own: Address,
    /// A sender from elsewhere.
    pub(super) foreign: Address,
    /// Who must be reachable in every domain (RFC 2142).
    pub(super) postmaster: Address,
    /// The same, for complaints.
    pub(super) abuse: Address,
    /// Somebody in a domain that is no business of this server.
    pub(super) elsewhere: Address,
}

/// Place of the envelope with `<>`, known address and random one.
pub(super) const NULL: usize = 0;
/// Place of the one from the own domain.
pub(super) const OWN: usize = 1;
/// Place of the one from elsewhere.
pub(super) const FOREIGN: usize = 2;

impl Questions {
    /// The questions for this plan; `None` only where no random address can be
    /// made. A random address that the server deferred is asked again, because
    /// a greylisting server would defer a new one for ever.
    pub(super) fn of(plan: &Plan, seed: u64, seen: &Evidence) -> Option<Self> {
        let known = plan.external.verification_address.clone();
        let known = known.filter(|address| address.domain() == plan.domain());
        let colleague = plan
            .roster
            .iter()
            .find(|person| person.home == Home::Host && Some(&person.address) != known.as_ref())
            .map(|person| person.address.clone());
        let role = |name: &str, domain: &Domain| Address::parse(&format!("{name}@{domain}")).ok();
        let (domain, strange) = (plan.domain(), &plan.host.spf_include);
        Some(Self {
            random: deferred(plan, seen)
                .or_else(|| random_address(plan.domain(), seed, "server"))?,
            // A name that the server knows: many refuse senders whom they lack.
            own: colleague.or_else(|| known.clone()).or_else(|| role("postmaster", domain))?,
            foreign: role("postmaster", strange)?,
            postmaster: role("postmaster", domain)?,
            abuse: role("abuse", domain)?,
            elsewhere: random_address(strange, seed, "relay")?,
            known,
        })
    }

    /// Few and together: one refusal in one conversation.
    pub(super) fn envelopes(&self) -> Vec<Envelope> {
        let known: Vec<Address> = self.known.iter().cloned().collect();
        let mut first = known.clone();
        first.push(self.random.clone());
        let mut envelopes = vec![Envelope { from: Sender::Null, to: first }];
        if !known.is_empty() {
            for sender in [&self.own, &self.foreign] {
                envelopes
                    .push(Envelope { from: Sender::Address(sender.clone()), to: known.clone() });
            }
        }
        envelopes
    }
}

impl Questions {
    /// The second conversation: what every mail server owes. Apart from the
    /// first, because servers hang up after a few refusals (Exchange after
    /// five). In the name of somebody from elsewhere, as a stranger would; of
    /// nobody where `first` shows that he is not let in.
    pub(super) fn duties(&self, first: &Conversation) -> Vec<Envelope> {
        let let_in = self
            .known
            .as_ref()
            .map(|known| heard(first, FOREIGN, known).kind)
            .is_some_and(|kind| !matches!(kind, Kind::SenderRefused | Kind::SpfRefused));
        let from = match let_in {
            true => Sender::Address(self.foreign.clone()),
            false => Sender::Null,
        };
        let owed = [&self.postmaster, &self.abuse, &self.elsewhere];
        let envelope = |to: &Address| Envelope { from: from.clone(), to: vec![to.clone()] };
        // In another name than <>, whose recipients some look up alone. Last:
        // whether all before it was still meant.
        owed.into_iter().chain([&self.random]).chain(&self.known).map(envelope).collect()
    }
}

/// The random address that waits for its answer: the first word of what was
/// expected.
fn deferred(plan: &Plan, seen: &Evidence) -> Option<Address> {
    let before = seen.get("server.random-address")?;
    let waiting = matches!(before.state, State::Waiting { .. });
    let word = before.expected.split_whitespace().next().filter(|_| waiting)?;
    Address::parse(word).ok().filter(|address| address.domain() == plan.domain())
}
