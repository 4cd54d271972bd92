//! The actions of a plan: what is done by hand, in the recommended order.

use std::cmp::Ordering;
use std::fmt;

use crate::counted::counted;
use crate::plan::{Home, Plan, Purpose, Side, Task, WaveNumber};

/// One action. They are ordered as is recommended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
    /// In place of split domain routing: the aliases of a wave at the host are
    /// deleted, because a mailbox there may not share a name with one. Until its
    /// mailboxes are made, the host knows nothing of its people.
    AliasesDeleted(WaveNumber),
    /// The mailboxes of a wave are made at the host, still empty. Its people
    /// have two from then on, until their contacts are imported.
    MailboxesMade(WaveNumber),
    /// The contacts of a wave are imported on the external server.
    Contacts(WaveNumber),
    /// The people of a wave work at the host from now on.
    Moved(WaveNumber),
    /// The lists of the external server are made at the host, which lets go of
    /// none by itself.
    ListsMade,
    /// The primary domain's MX records name the host.
    PrimaryMx,
    /// Split domain routing is switched off.
    SdrOff,
    /// The external server gives up the domain: what its own users write to it
    /// leaves by the MX records.
    DomainReleased,
    /// The contacts are removed, and mailboxes that were kept as forwards.
    ContactsRemoved,
    /// The routing subdomain's MX records and the domain alias are removed.
    SubdomainRemoved,
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
            "lists-made" => Self::ListsMade,
            "primary-mx" => Self::PrimaryMx,
            "sdr-off" => Self::SdrOff,
            "domain-released" => Self::DomainReleased,
            "contacts-removed" => Self::ContactsRemoved,
            "subdomain-removed" => Self::SubdomainRemoved,
            _ => {
                let (name, number) = text.rsplit_once('-')?;
                let wave = WaveNumber::new(number.parse().ok()?)?;
                return Some(match name {
                    "aliases-deleted" => Self::AliasesDeleted(wave),
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
                "the MX records of the subdomain that leads to the external server are published, and that takes it as a domain of its own"
                    .to_owned()
            }
            Self::HostAliases => "an alias at the host is made for everybody outside".to_owned(),
            Self::Alias => "the domain alias is added at the host".to_owned(),
            Self::SubdomainMx => "the routing subdomain's MX records are published".to_owned(),
            Self::FirstContacts => {
                "the contacts of those at the host already are imported".to_owned()
            }
            Self::AliasesDeleted(wave) => {
                format!("the aliases of wave {wave} at the host are deleted")
            }
            Self::MailboxesMade(wave) => format!("the mailboxes of wave {wave} are made"),
            Self::Contacts(wave) => format!("the contacts of wave {wave} are imported"),
            Self::Moved(wave) => format!("wave {wave} moves"),
            Self::ListsMade => "the lists of the external server are made at the host".to_owned(),
            Self::PrimaryMx => "the primary MX records are changed".to_owned(),
            Self::SdrOff => "split domain routing is switched off".to_owned(),
            Self::DomainReleased => "the external server gives up the domain".to_owned(),
            Self::ContactsRemoved => "the contacts are removed".to_owned(),
            Self::SubdomainRemoved => {
                "the routing subdomain's MX records and the domain alias are removed".to_owned()
            }
        }
    }

    /// Whether this one undoes `other` or needs it by its own nature, whatever
    /// becomes of the mail.
    pub(super) fn comes_after(self, other: Self) -> bool {
        match (self, other) {
            (Self::Moved(wave), Self::MailboxesMade(made)) => wave == made,
            (Self::MailboxesMade(wave), Self::AliasesDeleted(free)) => wave == free,
            (Self::AliasesDeleted(_), Self::HostAliases) => true,
            // Nobody gets a mailbox from which those outside can't be reached.
            (Self::MailboxesMade(_), Self::SdrOn | Self::ExternalMx | Self::HostAliases) => true,
            (Self::SdrOff, Self::SdrOn) => true,
            // They lead there.
            (Self::FirstContacts, Self::Alias | Self::SubdomainMx) => true,
            // Nothing is removed that was not imported, nor while somebody moves.
            (
                Self::ContactsRemoved,
                Self::FirstContacts | Self::Contacts(_) | Self::MailboxesMade(_) | Self::Moved(_),
            ) => true,
            // Whoever picks a contact from the address book writes to the
            // subdomain itself, which the model does not see.
            (Self::SubdomainRemoved, Self::Alias | Self::SubdomainMx | Self::ContactsRemoved) => {
                true
            }
            _ => false,
        }
    }

    /// Whether this one waits for `other` where it comes after it, though mail
    /// may not need that: the primary MX records are changed when everybody has
    /// moved, and what served the split is taken down behind them.
    pub(super) fn waits_for(self, other: Self) -> bool {
        let taken_down = match self {
            Self::PrimaryMx => return matches!(other, Self::Moved(_)),
            Self::SdrOff | Self::DomainReleased | Self::ContactsRemoved => true,
            Self::SubdomainRemoved => true,
            _ => false,
        };
        taken_down && matches!(other, Self::Moved(_) | Self::PrimaryMx | Self::DomainReleased)
    }

    /// Whether it belongs to the end, which comes as the exit list has it.
    pub fn ends(self) -> bool {
        self >= Self::ListsMade
    }

    /// What the administrator ticks off when it is done.
    pub(super) fn task(self) -> Option<Task> {
        Some(match self {
            Self::SdrOn => Task::EnableSdr,
            Self::ExternalMx => Task::PublishExternalMx,
            Self::HostAliases => Task::MakeHostAliases,
            Self::SubdomainMx => Task::PublishSubdomainMx,
            Self::Alias => Task::RequestDomainAlias,
            Self::ListsMade => Task::MakeHostLists,
            Self::PrimaryMx => Task::ChangePrimaryMx,
            Self::SdrOff => Task::DisableSdr,
            Self::DomainReleased => Task::ReleaseDomain,
            Self::ContactsRemoved | Self::SubdomainRemoved => Task::TakeDown,
            Self::Contacts(wave) => Task::LoadForwards(wave),
            // Theirs are those of every wave that has moved.
            Self::FirstContacts
            | Self::AliasesDeleted(_)
            | Self::MailboxesMade(_)
            | Self::Moved(_) => return None,
        })
    }

    /// Its wave, where it has one.
    pub fn wave(self) -> Option<WaveNumber> {
        match self {
            Self::AliasesDeleted(wave)
            | Self::MailboxesMade(wave)
            | Self::Contacts(wave)
            | Self::Moved(wave) => Some(wave),
            _ => None,
        }
    }

    /// Its place in the recommended order.
    fn place(self) -> (u8, Option<WaveNumber>, u8) {
        let (stage, part) = match self {
            Self::SdrOn => (0, 0),
            Self::ExternalMx => (1, 0),
            Self::HostAliases => (2, 0),
            Self::Alias => (3, 0),
            Self::SubdomainMx => (4, 0),
            Self::FirstContacts => (5, 0),
            Self::AliasesDeleted(_) => (6, 0),
            Self::MailboxesMade(_) => (6, 1),
            Self::Contacts(_) => (6, 2),
            Self::Moved(_) => (6, 3),
            Self::ListsMade => (7, 0),
            Self::PrimaryMx => (8, 0),
            Self::SdrOff => (9, 0),
            Self::DomainReleased => (10, 0),
            Self::ContactsRemoved => (11, 0),
            Self::SubdomainRemoved => (12, 0),
        };
        (stage, self.wave(), part)
    }
}

impl Ord for Deed {
    fn cmp(&self, other: &Self) -> Ordering {
        self.place().cmp(&other.place())
    }
}

impl PartialOrd for Deed {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
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
            Self::AliasesDeleted(wave) => write!(f, "aliases-deleted-{wave}"),
            Self::MailboxesMade(wave) => write!(f, "mailboxes-{wave}"),
            Self::Contacts(wave) => write!(f, "contacts-{wave}"),
            Self::Moved(wave) => write!(f, "moved-{wave}"),
            Self::ListsMade => f.write_str("lists-made"),
            Self::PrimaryMx => f.write_str("primary-mx"),
            Self::SdrOff => f.write_str("sdr-off"),
            Self::DomainReleased => f.write_str("domain-released"),
            Self::ContactsRemoved => f.write_str("contacts-removed"),
            Self::SubdomainRemoved => f.write_str("subdomain-removed"),
        }
    }
}

/// Every action of this plan, in the recommended order. A permanent split ends
/// with the change of the MX records where they name the external server; so
/// does a migration that leaves somebody there.
pub fn deeds(plan: &Plan) -> Vec<Deed> {
    let migration = plan.situation.purpose == Purpose::Migration;
    let people = plan.roster.census().everybody();
    let wanted = |deed: &Deed| match *deed {
        Deed::FirstContacts => people.at(Home::Host) > 0 || !plan.lists_at_host().is_empty(),
        // Whoever is at the host already is done with.
        Deed::AliasesDeleted(wave)
        | Deed::MailboxesMade(wave)
        | Deed::Contacts(wave)
        | Deed::Moved(wave) => people.count(Home::External, Some(wave)) > 0,
        // Lists stay where they are while the split stays.
        Deed::ListsMade => migration && stay(plan) == 0 && plan.lists_outside().next().is_some(),
        // The end is for when nobody is left outside.
        Deed::SdrOff | Deed::DomainReleased | Deed::ContactsRemoved | Deed::SubdomainRemoved => {
            migration && stay(plan) == 0
        }
        _ => true,
    };
    every(plan).into_iter().filter(wanted).collect()
}

/// Every action that there could be, whoever is where.
pub(super) fn every(plan: &Plan) -> Vec<Deed> {
    let by_aliases = plan.way_without_sdr().is_some();
    let way_out = match by_aliases {
        false => vec![Deed::SdrOn],
        true => vec![Deed::ExternalMx, Deed::HostAliases],
    };
    let mut all = [way_out, vec![Deed::Alias, Deed::SubdomainMx, Deed::FirstContacts]].concat();
    for wave in plan.wave_numbers() {
        all.extend(by_aliases.then_some(Deed::AliasesDeleted(wave)));
        all.extend([Deed::MailboxesMade(wave), Deed::Contacts(wave), Deed::Moved(wave)]);
    }
    all.push(Deed::ListsMade);
    if plan.situation.primary_mx == Side::External {
        all.push(Deed::PrimaryMx);
    }
    if !by_aliases {
        all.push(Deed::SdrOff);
    }
    all.extend([Deed::DomainReleased, Deed::ContactsRemoved, Deed::SubdomainRemoved]);
    all
}

/// What there is to say of the end of these actions, in a sentence or two: why
/// that of a migration is left out, or what of a split that stays is a choice.
pub fn left_out(plan: &Plan) -> Option<String> {
    let chosen = plan.situation.purpose == Purpose::Permanent
        && plan.situation.primary_mx == Side::External
        && !plan.done.contains(&Task::ChangePrimaryMx);
    let by_hand = by_hand(plan);
    let also = |words: String| {
        [Some(words), by_hand.clone()].into_iter().flatten().collect::<Vec<_>>().join(" ")
    };
    if chosen {
        return Some(also(format!(
            "The split stays, so the change of the primary MX records (primary-mx) is yours to choose: it makes mail enter at {}. Leave it out where mail shall go on entering at the external server.",
            plan.host.name
        )));
    }
    let who = match stay(plan) {
        _ if plan.situation.purpose != Purpose::Migration => return by_hand,
        0 => return by_hand,
        some => counted(some, "person stays", "people stay"),
    };
    Some(also(format!(
        "{who} on the external server, in no wave. So the end of the migration is left out: the way between the two systems, the contacts and the domain on the external server have to stay. Put everybody in a wave (step 2) to see it."
    )))
}

/// What none of the actions does.
fn by_hand(plan: &Plan) -> Option<String> {
    plan.host_settings.forced_mx.then(|| {
        format!(
            "None of these actions removes forced MX routing: once the primary MX records name {host}, ask its support to remove it, and set forced_mx = false in profile.toml. Until then what its users write to {} goes out and comes back.",
            plan.domain(),
            host = plan.host.name
        )
    })
}

/// How many people stay on the external server by the plan: no wave moves them.
pub fn stay(plan: &Plan) -> usize {
    plan.roster.census().of(plan.domain()).count(Home::External, None)
}
