//! What is told of a followed message: its hops, the rule of each, the end.

use serde::Serialize;

use super::{Count, Origin, System, Unfit, WayOut};
use crate::plan::Address;

/// The path of one message, hop by hop, and where it ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trace {
    /// Where it was written.
    pub origin: Origin,
    /// To whom.
    pub address: Address,
    /// Each stop in order; with copies, depth first. The first is the
    /// sender's own server: from the Internet that is [`System::Third`], with
    /// the MX record that it follows. Of a message that loops only the path
    /// into the loop is kept, and its last stop returns to `cycle_start`.
    pub hops: Vec<Hop>,
    /// Of a message that goes round between the systems: the stops beside its
    /// path, by which members of lists get their copies. Depth first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub beside: Vec<Hop>,
    /// How it ends.
    pub outcome: Outcome,
    /// What arrives and what comes back, as servers carry it.
    pub count: Count,
    /// Of a loop that is followed by itself: how it can be ended, cheapest
    /// first. Empty where nobody asked.
    pub ways_out: Vec<WayOut>,
}

/// One stop of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hop {
    /// The system that has the message.
    pub at: System,
    /// The envelope recipient there.
    pub recipient: Address,
    /// What decided what happens next.
    pub rule: Rule,
}

/// The setting, record or person that decided a hop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "rule", rename_all = "kebab-case")]
pub enum Rule {
    /// The mailbox is here.
    Mailbox,
    /// The MX record of the recipient's domain names the next system.
    Mx {
        /// The system behind the record.
        to: System,
    },
    /// The recipient's domain has no MX record.
    NoMx,
    /// The host's domain alias: the same user at the primary domain.
    AliasDomain {
        /// The recipient from here on.
        to: Address,
    },
    /// An alias of the system.
    Alias {
        /// Its members.
        to: Vec<Address>,
    },
    /// A group list or distribution list.
    List {
        /// Its members.
        to: Vec<Address>,
    },
    /// Plus-addressing: the mailbox of the user before the extension.
    Plus {
        /// The user's own address.
        to: Address,
    },
    /// Another address of a mailbox that is here.
    Proxy {
        /// The mailbox.
        to: Address,
    },
    /// A list that is expanded already: it is passed over.
    PassedOver,
    /// Forced MX routing: the host sends mail for its own domain by MX.
    ForcedMx {
        /// The system behind the records.
        to: System,
    },
    /// The system does not take the message at all.
    Unfit {
        /// Why.
        why: Unfit,
    },
    /// Split domain routing: unknown here, so the external server gets it.
    Sdr,
    /// A contact or forward on the external server.
    Forward {
        /// The recipient from here on.
        to: Address,
        /// Whether a copy stays.
        keep_copy: bool,
    },
    /// The external server passes unknown addresses to the host.
    InternalRelay,
    /// A catch-all takes it.
    CatchAll {
        /// The recipient from here on.
        to: Address,
    },
    /// A system that is neither of the two has it; what it does is not known.
    Elsewhere,
    /// Unknown here, and nothing passes it on.
    UnknownRecipient,
    /// Not a domain of this system, which does not relay.
    RelayDenied,
    /// Accepted without a look, bounced or dropped later.
    AcceptedBlindly,
}

/// How a message ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// In one mailbox or more.
    Delivered {
        /// Each system and mailbox on its way, each once; how many copies it
        /// gets is in [`Trace::count`].
        copies: Vec<(System, Address)>,
    },
    /// Refused while the sender's server is on the line: the sender hears of it.
    Bounced {
        /// Who refuses; `Nobody` where no MX record leads anywhere.
        by: System,
        /// The reply to expect, such as `550 5.1.1`.
        code: String,
    },
    /// Accepted, then returned to whoever the envelope names.
    Backscatter {
        /// Who accepts and then returns it.
        by: System,
    },
    /// Round and round: between the systems until a hop limit ends it, or
    /// within one that notices.
    Loop {
        /// Index of the hop to which the last one returns.
        cycle_start: usize,
        /// The system that leads it round without handing it on, so that no
        /// hop limit comes into it.
        within: Option<System>,
    },
}

impl Trace {
    /// Every stop, those beside the path of a loop behind it.
    pub(super) fn stops(&self) -> impl Iterator<Item = &Hop> {
        self.hops.iter().chain(&self.beside)
    }

    /// Whether this stop is a name that its system has expanded before, and now
    /// takes for a name like any other.
    pub(super) fn is_expanded_before(&self, index: usize) -> bool {
        let Some(hop) = self.hops.get(index) else { return false };
        let same = |one: &&Hop| one.at == hop.at && one.recipient == hop.recipient;
        let expands = |rule: &Rule| {
            matches!(rule, Rule::Alias { .. } | Rule::List { .. } | Rule::Forward { .. })
        };
        let before = self.hops.iter().take(index).filter(same);
        hop.rule != Rule::PassedOver
            && !expands(&hop.rule)
            && before.filter(|one| expands(&one.rule)).count() > 0
    }
}

impl Outcome {
    /// Whether it ends in a mailbox.
    pub(super) fn arrives(&self) -> bool {
        matches!(self, Self::Delivered { .. })
    }
}

impl Rule {
    /// Whether the message goes on from here.
    pub(super) fn leads_on(&self) -> bool {
        match self {
            Self::Mx { .. }
            | Self::AliasDomain { .. }
            | Self::Alias { .. }
            | Self::List { .. }
            | Self::Plus { .. }
            | Self::Proxy { .. }
            | Self::ForcedMx { .. }
            | Self::Sdr
            | Self::Forward { .. }
            | Self::InternalRelay
            | Self::CatchAll { .. } => true,
            Self::Mailbox
            | Self::PassedOver
            | Self::Unfit { .. }
            | Self::NoMx
            | Self::Elsewhere
            | Self::UnknownRecipient
            | Self::RelayDenied
            | Self::AcceptedBlindly => false,
        }
    }
}
