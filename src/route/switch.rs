//! What an administrator can change to end a loop: turned in the model, turned
//! back, and in words.

use serde::Serialize;

use super::{System, World};
use crate::plan::{Address, Authority, Domain};

/// Something that an administrator can change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "switch", rename_all = "kebab-case")]
pub enum Switch {
    /// Create this mailbox at the host.
    CreateMailbox {
        /// The address.
        address: Address,
    },
    /// Let the external server refuse unknown addresses.
    Authoritative,
    /// Remove this contact or forward on the external server.
    RemoveForward {
        /// Its address.
        address: Address,
    },
    /// Take a member out of an alias or list.
    RemoveMember {
        /// Where the list is.
        at: System,
        /// Its address.
        list: Address,
        /// The member.
        member: Address,
    },
    /// Remove the accepted domain with its subdomains, keep the domain itself.
    NoWildcard {
        /// The domain.
        domain: Domain,
    },
    /// Let the external server no longer take this domain for its own.
    NotAccepted {
        /// The domain.
        domain: Domain,
    },
    /// Remove the catch-all.
    NoCatchAll {
        /// Of which system.
        at: System,
    },
    /// Let this system separate extensions from names as the other one does.
    Extensions {
        /// Which system.
        at: System,
        /// What separates them.
        sign: char,
    },
    /// Let this system take an extension for a part of the name, as the other
    /// one does.
    NoExtensions {
        /// Which system.
        at: System,
    },
    /// Switch split domain routing off.
    SdrOff,
}

impl Switch {
    pub(super) fn turn(&self, world: &mut World) {
        let (host, external) = (&mut world.host, &mut world.external);
        match self {
            Self::CreateMailbox { address } => drop(host.mailboxes.insert(address.clone())),
            Self::Authoritative => external.authority = Authority::Authoritative,
            Self::RemoveForward { address } => drop(external.forwards.remove(address)),
            Self::RemoveMember { at, list, member } => {
                let names = match at {
                    System::Host => [&mut host.aliases, &mut host.lists],
                    _ => [&mut external.aliases, &mut external.lists],
                };
                for members in names.into_iter().filter_map(|names| names.get_mut(list)) {
                    members.retain(|other| other != member);
                }
            }
            Self::NoWildcard { domain } => {
                for accepted in &mut external.accepted_domains {
                    accepted.with_subdomains &= accepted.domain != *domain;
                }
            }
            Self::NotAccepted { domain } => {
                external.accepted_domains.retain(|accepted| accepted.domain != *domain);
                external.alias_domains.remove(domain);
            }
            Self::NoCatchAll { at: System::Host } => host.catch_all = None,
            Self::NoCatchAll { .. } => external.catch_all = None,
            Self::Extensions { at: System::Host, sign } => host.limits.plus = Some(*sign),
            Self::Extensions { sign, .. } => external.limits.plus = Some(*sign),
            Self::NoExtensions { at: System::Host } => host.limits.plus = None,
            Self::NoExtensions { .. } => external.limits.plus = None,
            Self::SdrOff => host.sdr = false,
        }
    }

    /// As it is in `from`.
    pub(super) fn turn_back(&self, from: &World, world: &mut World) {
        let (host, external) = (&mut world.host, &mut world.external);
        match self {
            Self::CreateMailbox { address } => {
                if !from.host.mailboxes.contains(address) {
                    host.mailboxes.remove(address);
                }
            }
            Self::Authoritative => external.authority = from.external.authority,
            Self::RemoveForward { address } => {
                let forward = from.external.forwards.get(address);
                external.forwards.extend(forward.map(|to| (address.clone(), to.clone())));
            }
            Self::RemoveMember { at, list, .. } => {
                let names = match at {
                    System::Host => [
                        (&mut host.aliases, &from.host.aliases),
                        (&mut host.lists, &from.host.lists),
                    ],
                    _ => [
                        (&mut external.aliases, &from.external.aliases),
                        (&mut external.lists, &from.external.lists),
                    ],
                };
                for (names, from) in names {
                    names.extend(from.get(list).map(|to| (list.clone(), to.clone())));
                }
            }
            Self::NoWildcard { .. } | Self::NotAccepted { .. } => {
                external.accepted_domains.clone_from(&from.external.accepted_domains);
                external.alias_domains.clone_from(&from.external.alias_domains);
            }
            Self::NoCatchAll { .. } => {
                host.catch_all.clone_from(&from.host.catch_all);
                external.catch_all.clone_from(&from.external.catch_all);
            }
            Self::Extensions { .. } | Self::NoExtensions { .. } => {
                host.limits.plus = from.host.limits.plus;
                external.limits.plus = from.external.limits.plus;
            }
            Self::SdrOff => host.sdr = from.host.sdr,
        }
    }

    /// As a thing to do.
    pub fn label(&self) -> String {
        match self {
            Self::CreateMailbox { address } => format!("create the mailbox {address} at the host"),
            Self::Authoritative => "make the external server authoritative".to_owned(),
            Self::RemoveForward { address } => {
                format!("remove the contact or forward for {address} on the external server")
            }
            Self::RemoveMember { at, list, member } => {
                format!("take {member} out of {list} on {}", at.label())
            }
            Self::NoWildcard { domain } => {
                format!("replace the accepted domain *.{domain} by {domain} alone")
            }
            Self::NotAccepted { domain } => {
                format!("take {domain} out of the external server's own domains")
            }
            Self::NoCatchAll { at } => format!("remove the catch-all on {}", at.label()),
            Self::Extensions { at, sign } => format!(
                "let {} separate extensions by {sign}, as {} does",
                at.label(),
                other(*at).label()
            ),
            Self::NoExtensions { at } => {
                format!("let {} no longer separate extensions from names", at.label())
            }
            Self::SdrOff => "switch split domain routing off".to_owned(),
        }
    }

    /// What it costs in `world`, as it is before, beside the ways that are lost.
    /// `None` of a member that is taken out: that depends on the others.
    pub(super) fn cost(&self, world: &World) -> Option<String> {
        let by_host = world.mx_of(&world.domain) == System::Host;
        let words = match self {
            Self::CreateMailbox { .. } => "One mailbox at the host.",
            Self::Authoritative => "Unknown addresses are refused instead of passed on.",
            Self::RemoveForward { address } if world.host.has(address) => {
                "Mail for this address is refused where it meets the external server first."
            }
            Self::RemoveForward { .. } => "Mail for this address is refused until it has a home.",
            Self::RemoveMember { list, member, .. } if list == member => {
                "Nothing: it leads nowhere but back."
            }
            Self::RemoveMember { .. } => return None,
            Self::NoWildcard { .. } => {
                "Names below the domain that the server really has need entries of their own."
            }
            Self::NotAccepted { .. } => {
                "Mail for this name leaves the external server by its MX records."
            }
            Self::NoCatchAll { at: System::Host } if world.host.sdr => {
                "Mistyped addresses go on to the external server instead of being collected."
            }
            Self::NoCatchAll { .. } => "Mistyped addresses are refused instead of collected.",
            Self::Extensions { at, sign } => {
                let before = world.limits(*at).and_then(|limits| limits.plus);
                let look = format!("Names on {} that hold the sign need a look.", at.label());
                return match before.filter(|before| before != sign) {
                    Some(before) => Some(format!("{look} It no longer separates by {before}.")),
                    None => Some(look),
                };
            }
            Self::NoExtensions { at } => {
                return Some(format!(
                    "On {} a name with an extension is a name of its own then, which nobody has.",
                    at.label()
                ));
            }
            Self::SdrOff if by_host => {
                "Neither the host's users nor the Internet reach people on the external server any more: the MX records name the host."
            }
            Self::SdrOff => "The host's users no longer reach people on the external server.",
        };
        Some(words.to_owned())
    }

    /// Whether it takes a member out of a list, who is not the list itself.
    pub(super) fn takes_a_member_out(&self) -> bool {
        matches!(self, Self::RemoveMember { list, member, .. } if list != member)
    }
}

fn other(at: System) -> System {
    match at {
        System::Host => System::External,
        _ => System::Host,
    }
}
