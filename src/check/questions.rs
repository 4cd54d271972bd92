//! The addresses asked of the external server, and in whose name.

use super::probe::random_address;
use crate::finding::{Evidence, State};
use crate::net::{Envelope, Sender};
use crate::plan::{Address, Home, Plan};

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
        let colleague = plan
            .roster
            .iter()
            .find(|person| person.home == Home::Host && Some(&person.address) != known.as_ref())
            .map(|person| person.address.clone());
        let postmaster = |domain| Address::parse(&format!("postmaster@{domain}")).ok();
        Some(Self {
            random: deferred(plan, seen)
                .or_else(|| random_address(plan.domain(), seed, "server"))?,
            own: colleague.or_else(|| postmaster(plan.domain().clone()))?,
            foreign: postmaster(plan.host.spf_include.clone())?,
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

/// The random address that waits for its answer: the first word of what was
/// expected.
fn deferred(plan: &Plan, seen: &Evidence) -> Option<Address> {
    let before = seen.get("server.random-address")?;
    let waiting = matches!(before.state, State::Waiting { .. });
    let word = before.expected.split_whitespace().next().filter(|_| waiting)?;
    Address::parse(word).ok().filter(|address| address.domain() == plan.domain())
}
