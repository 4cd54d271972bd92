//! The actions of a plan: what is done by hand, and how long until everybody
//! sees it.

use std::collections::BTreeSet;
use std::fmt;

use super::{Moment, MxOwner};
use crate::plan::{Home, Plan, Purpose, Side, WaveNumber};

/// One action, in the recommended order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Deed {
    /// Split domain routing is switched on at the host.
    SdrOn,
    /// In place of split domain routing: the MX records of the second routing
    /// subdomain are published, and the external server takes it.
    ExternalMx,
    /// An alias at the host is made for everybody outside.
    HostAliases,
    /// The host takes the routing subdomain as domain alias.
    Alias,
    /// The routing subdomain's MX records are published.
    SubdomainMx,
    /// The contacts of those who live at the host already are imported.
    FirstContacts,
    /// The mailboxes of a wave are made at the host, still empty.
    MailboxesMade(WaveNumber),
    /// The contacts of a wave are imported on the external server.
    Contacts(WaveNumber),
    /// The people of a wave work at the host from now on.
    Moved(WaveNumber),
    /// The primary domain's MX records name the host.
    PrimaryMx,
    /// Split domain routing is switched off.
    SdrOff,
    /// The contacts are removed; an external server without people lets go of
    /// the domain.
    ContactsRemoved,
}

/// How long after an action some servers still go by the state before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// At most so many minutes.
    AtMost(u32),
    /// Nobody can tell beforehand: until the checks see it.
    UntilSeen,
}

impl Deed {
    /// As in options: `contacts-2`.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = match text {
            "sdr-on" => Self::SdrOn,
            "external-mx" => Self::ExternalMx,
            "host-aliases" => Self::HostAliases,
            "alias" => Self::Alias,
            "subdomain-mx" => Self::SubdomainMx,
            "first-contacts" => Self::FirstContacts,
            "primary-mx" => Self::PrimaryMx,
            "sdr-off" => Self::SdrOff,
            "contacts-removed" => Self::ContactsRemoved,
            _ => {
                let (name, number) = text.rsplit_once('-')?;
                let wave = WaveNumber::new(number.parse().ok()?)?;
                return Some(match name {
                    "mailboxes" => Self::MailboxesMade(wave),
                    "contacts" => Self::Contacts(wave),
                    "moved" => Self::Moved(wave),
                    _ => return None,
                });
            }
        };
        Some(plain)
    }

    /// What is done, in a sentence: "the contacts of wave 2 are imported".
    pub fn label(self) -> String {
        match self {
            Self::SdrOn => "split domain routing is switched on".to_owned(),
            Self::ExternalMx => {
                "the MX records of the subdomain that leads to the external server are published"
                    .to_owned()
            }
            Self::HostAliases => "an alias at the host is made for everybody outside".to_owned(),
            Self::Alias => "the domain alias is added at the host".to_owned(),
            Self::SubdomainMx => "the routing subdomain's MX records are published".to_owned(),
            Self::FirstContacts => {
                "the contacts of those at the host already are imported".to_owned()
            }
            Self::MailboxesMade(wave) => format!("the mailboxes of wave {wave} are made"),
            Self::Contacts(wave) => format!("the contacts of wave {wave} are imported"),
            Self::Moved(wave) => format!("wave {wave} moves"),
            Self::PrimaryMx => "the primary MX records are changed".to_owned(),
            Self::SdrOff => "split domain routing is switched off".to_owned(),
            Self::ContactsRemoved => "the contacts are removed".to_owned(),
        }
    }

    /// How long it takes to be seen everywhere. DNS 24-48 hours and mailboxes
    /// 15 minutes are the host's own words (`facts` 2); for its panel and its
    /// Support no time is known.
    pub fn window(self) -> Window {
        match self {
            Self::SubdomainMx | Self::ExternalMx | Self::PrimaryMx => Window::AtMost(48 * 60),
            Self::MailboxesMade(_) => Window::AtMost(15),
            Self::FirstContacts | Self::Contacts(_) | Self::Moved(_) | Self::ContactsRemoved => {
                Window::AtMost(0)
            }
            Self::SdrOn | Self::SdrOff | Self::HostAliases | Self::Alias => Window::UntilSeen,
        }
    }

    /// Whether this one undoes `other` or needs it by its own nature, whatever
    /// becomes of the mail.
    pub(super) fn comes_after(self, other: Self) -> bool {
        match (self, other) {
            (Self::Moved(wave), Self::MailboxesMade(made)) => wave == made,
            (Self::SdrOff, Self::SdrOn) => true,
            // Nothing is removed that was not imported, nor while somebody moves.
            (
                Self::ContactsRemoved,
                Self::FirstContacts | Self::Contacts(_) | Self::MailboxesMade(_) | Self::Moved(_),
            ) => true,
            _ => false,
        }
    }
}

impl fmt::Display for Deed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SdrOn => f.write_str("sdr-on"),
            Self::ExternalMx => f.write_str("external-mx"),
            Self::HostAliases => f.write_str("host-aliases"),
            Self::Alias => f.write_str("alias"),
            Self::SubdomainMx => f.write_str("subdomain-mx"),
            Self::FirstContacts => f.write_str("first-contacts"),
            Self::MailboxesMade(wave) => write!(f, "mailboxes-{wave}"),
            Self::Contacts(wave) => write!(f, "contacts-{wave}"),
            Self::Moved(wave) => write!(f, "moved-{wave}"),
            Self::PrimaryMx => f.write_str("primary-mx"),
            Self::SdrOff => f.write_str("sdr-off"),
            Self::ContactsRemoved => f.write_str("contacts-removed"),
        }
    }
}

/// Every action of this plan, in the recommended order.
pub fn deeds(plan: &Plan) -> Vec<Deed> {
    let way_out = match plan.external_subdomain() {
        None => vec![Deed::SdrOn],
        Some(_) => vec![Deed::ExternalMx, Deed::HostAliases],
    };
    let mut deeds = [way_out, vec![Deed::Alias, Deed::SubdomainMx]].concat();
    if plan.roster.iter().any(|person| person.home == Home::Host) {
        deeds.push(Deed::FirstContacts);
    }
    for wave in plan.wave_numbers() {
        // Whoever is at the host already is done with.
        let waits = |person: &crate::plan::Mailbox| {
            person.wave == Some(wave) && person.home == Home::External
        };
        if plan.roster.iter().any(waits) {
            deeds.extend([Deed::MailboxesMade(wave), Deed::Contacts(wave), Deed::Moved(wave)]);
        }
    }
    if plan.situation.purpose == Purpose::Migration {
        if plan.situation.primary_mx == Side::External {
            deeds.push(Deed::PrimaryMx);
        }
        // The end is for when nobody is left outside.
        if stay(plan) == 0 {
            deeds.push(Deed::ContactsRemoved);
            if plan.external_subdomain().is_none() {
                deeds.push(Deed::SdrOff);
            }
        }
    }
    deeds
}

/// How many people stay on the external server by the plan: no wave moves them.
pub fn stay(plan: &Plan) -> usize {
    let stays =
        |person: &&crate::plan::Mailbox| person.home == Home::External && person.wave.is_none();
    plan.roster.iter().filter(stays).count()
}

impl Moment {
    /// When exactly these actions are done and seen everywhere.
    pub fn done(plan: &Plan, done: &BTreeSet<Deed>) -> Self {
        let has = |deed| done.contains(&deed);
        let waves = |wanted: fn(&Deed) -> Option<WaveNumber>| -> BTreeSet<WaveNumber> {
            done.iter().filter_map(wanted).collect()
        };
        let removed = has(Deed::ContactsRemoved);
        let primary_mx = match has(Deed::PrimaryMx) {
            true => MxOwner::Host,
            false => plan.situation.primary_mx.into(),
        };
        Self {
            sdr: has(Deed::SdrOn) && !has(Deed::SdrOff),
            host_aliases: has(Deed::HostAliases),
            external_mx: has(Deed::ExternalMx),
            alias: has(Deed::Alias),
            subdomain_mx: has(Deed::SubdomainMx).then_some(MxOwner::Host),
            primary_mx,
            reached: None,
            made: waves(|deed| match deed {
                Deed::MailboxesMade(wave) => Some(*wave),
                _ => None,
            }),
            imported: waves(|deed| match deed {
                Deed::Contacts(wave) => Some(*wave),
                _ => None,
            })
            .into_iter()
            .filter(|_| !removed)
            .collect(),
            forwards: has(Deed::FirstContacts) && !removed,
            taken_down: removed,
            authority: plan.external.authority,
            host_mailboxes: None,
            domain_at_host: false,
            anybody_external: false,
        }
        .among(plan)
    }
}
