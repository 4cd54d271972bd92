//! Why a message does not do what the plan wants.

use serde::Serialize;

use super::breaks::{cause_of_cycle, circle};
use super::follow::{walk, way_let_in};
use super::subject::{Subject, Who};
use super::{Hop, Message, Outcome, Rule, System, Trace, Unfit, World};
use crate::plan::Address;

/// Why a group of addresses does not do what the plan wants, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// A contact on the external server, no mailbox at the host: a loop.
    ContactWithoutMailbox,
    /// Both systems pass unknown addresses to each other: a loop.
    BothNonAuthoritative,
    /// The external server takes the routing subdomain for its own: a loop.
    WildcardAcceptedDomain,
    /// A list or alias that holds itself, straight or through the other system:
    /// a loop in which every member gets copy after copy.
    ListLoop,
    /// A list, alias or forward that leads back to itself within one system.
    HoldsItself,
    /// Unknown at the host, and split domain routing is off.
    SdrOff,
    /// Unknown at the host, in a plan in which an alias there leads to everybody
    /// outside.
    NoHostAlias,
    /// The host does not know the routing subdomain.
    NoDomainAlias,
    /// The routing subdomain has no MX record that names the host.
    NoSubdomainMx,
    /// The subdomain that leads out of the host has no MX record that names the
    /// external server.
    NoExternalMx,
    /// The external server refuses who writes from outside under its own
    /// domain, as the host's users do.
    OwnSendersRefused,
    /// Forced MX routing sends what the host's users write astray.
    ForcedMx,
    /// A mailbox at the host, no contact or forward on the external server.
    MailboxWithoutContact,
    /// A mailbox on both systems: mail splits by where it is written.
    TwoHomes,
    /// An address that is a list's or an alias's on both systems, with different
    /// members: mail splits by where it is written.
    TwoLists,
    /// An address that is both a person's and a list's or an alias's.
    OneNameTwice,
    /// A mailbox on neither system.
    NoHome,
    /// An address that needs SMTPUTF8, and a system that does not offer it.
    NoSmtputf8,
    /// A list with a member whom its mail does not reach.
    ListMember,
    /// An address with an extension, which one system only separates.
    OneSidedExtension,
    /// A catch-all takes what should pass.
    CatchAll,
    /// Forced MX routing is left on while the MX records name the host.
    ForcedMxLeftOn,
    /// The external server accepts anything: lost or bounced later.
    AcceptsAnything,
    /// Postmaster or abuse, whose mail reaches nobody.
    DutyAddress,
    /// Another reason; the trace tells.
    Other,
}

impl Cause {
    /// In a summary, behind "3 people:".
    pub fn label(self) -> &'static str {
        match self {
            Self::ContactWithoutMailbox => "contact without a mailbox at the host",
            Self::BothNonAuthoritative => "both systems pass unknown addresses to each other",
            Self::WildcardAcceptedDomain => {
                "the external server takes the routing subdomain for its own"
            }
            Self::ListLoop => "a list or alias that leads back to itself",
            Self::HoldsItself => {
                "an alias, list or forward that leads back to itself on one system"
            }
            Self::SdrOff => "unknown at the host, where split domain routing is off",
            Self::NoHostAlias => "no alias at the host that leads to the external server",
            Self::NoDomainAlias => "the host does not know the routing subdomain",
            Self::NoSubdomainMx => "the routing subdomain has no MX records that name the host",
            Self::MailboxWithoutContact => "at the host without a contact on the external server",
            Self::NoExternalMx => {
                "the subdomain that leads out of the host has no MX records that name the external server"
            }
            Self::OwnSendersRefused => {
                "the external server refuses what the host's users write under its own domain"
            }
            Self::ForcedMx => "forced MX routing sends the mail of the host's users astray",
            Self::TwoHomes => "a mailbox on both systems",
            Self::TwoLists => "an address that is a list's on both systems, with different members",
            Self::OneNameTwice => "an address that is both a person's and a list's or alias's",
            Self::NoHome => "a mailbox on neither system",
            Self::NoSmtputf8 => {
                "an address that needs SMTPUTF8, which a system on its way does not offer"
            }
            Self::ListMember => "a list with a member whom its mail does not reach",
            Self::OneSidedExtension => {
                "an address with an extension, which one system only separates"
            }
            Self::CatchAll => "a catch-all takes the mail",
            Self::ForcedMxLeftOn => {
                "forced MX routing is left on while the MX records name the host"
            }
            Self::AcceptsAnything => "accepted by the external server, then lost or returned",
            Self::DutyAddress => "postmaster or abuse, whose mail reaches nobody",
            Self::Other => "mail ends elsewhere than planned",
        }
    }
}

impl Cause {
    /// How much harm it does, the worst first: a loop, mail that people do not
    /// get, mail in another place, and what concerns nobody's mail.
    pub(super) fn harm(self) -> u8 {
        match self {
            Self::ContactWithoutMailbox
            | Self::BothNonAuthoritative
            | Self::WildcardAcceptedDomain
            | Self::ListLoop
            | Self::HoldsItself => 0,
            Self::SdrOff
            | Self::NoHostAlias
            | Self::NoDomainAlias
            | Self::NoSubdomainMx
            | Self::NoExternalMx
            | Self::OwnSendersRefused
            | Self::ForcedMx
            | Self::MailboxWithoutContact
            | Self::NoHome
            | Self::NoSmtputf8
            | Self::ListMember => 1,
            Self::TwoHomes
            | Self::TwoLists
            | Self::OneNameTwice
            | Self::OneSidedExtension
            | Self::CatchAll
            | Self::Other => 2,
            Self::AcceptsAnything | Self::DutyAddress | Self::ForcedMxLeftOn => 3,
        }
    }
}

/// Why `trace` is not as planned, or what is wrong with it although it
/// arrives; `None`: all is well. Derived from the path and from what the
/// systems hold, never from what the plan calls it.
pub(super) fn cause(world: &World, trace: &Trace, subject: &Subject<'_>) -> Option<Cause> {
    if subject.twice {
        return Some(Cause::OneNameTwice);
    }
    let met = subject.is_met(&trace.outcome);
    if !met && trace.hops.iter().any(|hop| hop.rule == Rule::Unfit { why: Unfit::OwnSender }) {
        // What is wrong beside that comes first: the return hides a loop.
        let message =
            Message { origin: trace.origin, sender: None, to: trace.address.clone(), size: 0 };
        let let_in = way_let_in(world, &message);
        return Some(cause(world, &let_in, subject).unwrap_or(Cause::OwnSendersRefused));
    }
    let forced = trace.hops.first().is_some_and(|hop| matches!(hop.rule, Rule::ForcedMx { .. }));
    if forced {
        let message =
            Message { origin: trace.origin, sender: None, to: trace.address.clone(), size: 0 };
        let direct = subject.is_met(&walk(world, &message, false).outcome);
        match world.mx_of(&world.domain) {
            _ if !met && direct => return Some(Cause::ForcedMx),
            // What it sends out it has to take back: a server may know its own
            // name in the records and return it instead.
            System::Host if met => return Some(Cause::ForcedMxLeftOn),
            _ => {}
        }
    }
    (!met).then(|| cause_of_failure(world, trace, subject))
}

fn cause_of_failure(world: &World, trace: &Trace, subject: &Subject<'_>) -> Cause {
    // Where both separate by the same sign it is the person's own trouble.
    let one_sided = world.host.limits.plus != world.external.limits.plus;
    if subject.who == Who::Extended && one_sided {
        return Cause::OneSidedExtension;
    }
    match &trace.outcome {
        Outcome::Loop { cycle_start, within } => {
            cause_of_cycle(world, trace.hops.get(*cycle_start..).unwrap_or_default(), *within)
        }
        Outcome::Delivered { .. } => cause_of_wrong_place(world, trace, subject),
        Outcome::Bounced { .. } | Outcome::Backscatter { .. } => {
            let refused = trace.hops.iter().find(|hop| hop.rule.loses());
            if circle(trace).is_some() {
                return Cause::HoldsItself;
            }
            let cause = |hop| match cause_of_refusal(world, trace, hop, subject) {
                Cause::NoHome
                | Cause::Other
                | Cause::AcceptsAnything
                | Cause::MailboxWithoutContact
                    if subject.who == Who::Group && hop.recipient != *subject.address =>
                {
                    Cause::ListMember
                }
                cause => cause,
            };
            refused.map_or(Cause::Other, cause)
        }
    }
}

fn cause_of_wrong_place(world: &World, trace: &Trace, subject: &Subject<'_>) -> Cause {
    let left_by_subdomain = trace.hops.iter().any(|hop| {
        matches!(hop.rule, Rule::Mx { to: System::Third })
            && hop.recipient.domain().is_below(&world.domain)
    });
    let side = Held::of(world, subject);
    if trace.hops.iter().any(|hop| matches!(hop.rule, Rule::CatchAll { .. })) {
        Cause::CatchAll
    } else if left_by_subdomain {
        Cause::NoSubdomainMx
    } else if side.host && side.external {
        Cause::TwoHomes
    } else {
        Cause::Other
    }
}

fn cause_of_refusal(world: &World, trace: &Trace, hop: &Hop, subject: &Subject<'_>) -> Cause {
    let below = hop.recipient.domain().is_below(&world.domain);
    let held = match subject.who {
        Who::Group => Held::at(world, &hop.recipient, &hop.recipient),
        Who::Person | Who::Extended | Who::Duty | Who::Nobody => Held::of(world, subject),
    };
    let nobody = subject.planned == System::Nobody;
    match (&hop.rule, hop.at) {
        (Rule::Unfit { why: Unfit::NeedsSmtputf8 }, _) => Cause::NoSmtputf8,
        (Rule::NoMx, _) if below => Cause::NoSubdomainMx,
        (Rule::RelayDenied, System::Host) if below => Cause::NoDomainAlias,
        // The other system passes on what it does not have, to one that is no
        // part of it yet.
        (Rule::RelayDenied, System::Host) if nobody && relayed(trace) => Cause::AcceptsAnything,
        (Rule::RelayDenied, System::External) if below => Cause::NoSubdomainMx,
        (Rule::UnknownRecipient, System::Host) => {
            if held.external {
                Cause::SdrOff
            } else if held.host {
                // An alias that only the external server has.
                if held.forward { Cause::SdrOff } else { Cause::Other }
            } else if held.forward {
                Cause::ContactWithoutMailbox
            } else if nobody && relayed(trace) {
                Cause::AcceptsAnything
            } else if nobody {
                Cause::Other
            } else {
                Cause::NoHome
            }
        }
        (Rule::UnknownRecipient, System::External) if below => Cause::WildcardAcceptedDomain,
        (Rule::UnknownRecipient, System::External) => {
            if held.forward || held.external || nobody {
                Cause::Other
            } else if held.host {
                Cause::MailboxWithoutContact
            } else {
                Cause::NoHome
            }
        }
        // Only its catch-all makes the host accept what it does not have.
        (Rule::AcceptedBlindly, System::Host) => Cause::CatchAll,
        (Rule::AcceptedBlindly, _) if world.external.catch_all.is_some() => Cause::CatchAll,
        (Rule::AcceptedBlindly, _) => {
            if held.host && !held.forward {
                Cause::MailboxWithoutContact
            } else if nobody || held.external || held.forward {
                Cause::AcceptsAnything
            } else {
                Cause::NoHome
            }
        }
        _ => Cause::Other,
    }
}

fn relayed(trace: &Trace) -> bool {
    trace.hops.iter().any(|hop| hop.rule == Rule::InternalRelay)
}

/// What the two systems hold of somebody.
struct Held {
    host: bool,
    external: bool,
    forward: bool,
}

impl Held {
    fn of(world: &World, subject: &Subject<'_>) -> Self {
        let address = match subject.who {
            Who::Extended => subject.whose(),
            Who::Person | Who::Group | Who::Duty | Who::Nobody => &subject.address,
        };
        Self::at(world, address, subject.whose())
    }

    fn at(world: &World, address: &Address, primary: &Address) -> Self {
        let (host, external) = (&world.host, &world.external);
        Self {
            host: host.mailboxes.contains(primary)
                || host.aliases.contains_key(address)
                || host.lists.contains_key(address),
            external: external.mailboxes.contains(primary)
                || external.mailboxes.contains(address)
                || external.aliases.contains_key(address)
                || external.lists.contains_key(address),
            forward: external.forwards.contains_key(address),
        }
    }
}

impl Rule {
    /// Whether the message is refused or lost here.
    pub(super) fn loses(&self) -> bool {
        match self {
            Self::NoMx
            | Self::UnknownRecipient
            | Self::RelayDenied
            | Self::AcceptedBlindly
            | Self::Unfit { .. } => true,
            Self::Mailbox
            | Self::Mx { .. }
            | Self::AliasDomain { .. }
            | Self::Alias { .. }
            | Self::List { .. }
            | Self::Plus { .. }
            | Self::Proxy { .. }
            | Self::PassedOver
            | Self::ForcedMx { .. }
            | Self::Sdr
            | Self::Forward { .. }
            | Self::InternalRelay
            | Self::CatchAll { .. }
            | Self::Elsewhere => false,
        }
    }
}
