//! What one system makes of one message: each of its recipients rewritten to
//! the end, and by which way each goes on.

use std::collections::{BTreeMap, BTreeSet};

use super::decide::Duty;
use super::expand::{Expansion, Stop, TooDeep};
use super::{Expander, Rule, System, World};
use crate::plan::{Address, Domain};

/// What one system makes of one message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dispersal {
    /// The recipients whose mailboxes are here, each by what was asked for and
    /// what that is rewritten to, and the mailbox. Two that were asked for are
    /// two copies, though both lead to one mailbox (Postfix
    /// `enable_original_recipient`, which is on unless somebody sets it off).
    pub here: BTreeMap<(Address, Address), Address>,
    /// The sessions to other systems, and the recipients of each.
    pub onward: BTreeMap<(System, Way), BTreeSet<Address>>,
    /// What is refused here, and the code.
    pub failed: BTreeMap<Address, &'static str>,
    /// Some of it leads back to itself, and what this server makes of that is
    /// not known.
    pub untold: bool,
}

/// By which way a message leaves a system: each is a session of its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// The MX records of the domain.
    Mx(Domain),
    /// Split domain routing, at the host.
    Sdr,
    /// Internal relay, on the external server.
    Relay,
}

/// A system's own aliases or forwards lead round without leaving it, and it
/// refuses the message for that ([`Expander::Postfix`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Endless;

impl World {
    /// What `system` makes of a message that it has taken for `recipients`,
    /// each of them rewritten to its ends by itself.
    ///
    /// # Errors
    /// When its own aliases, lists or forwards lead round.
    pub fn disperse(
        &self,
        system: System,
        recipients: &BTreeSet<Address>,
    ) -> Result<Dispersal, Endless> {
        let mut dispersal = Dispersal::default();
        for asked in recipients {
            let expansion = Expansion::new(self, system);
            let expanded = expansion.expand(asked, Duty::Taken).map_err(|TooDeep| Endless)?;
            match (&expanded.round, self.expander(system)) {
                (Some(_), Expander::Postfix) => return Err(Endless),
                (Some(_), Expander::Unknown) => {
                    dispersal.untold = true;
                    continue;
                }
                _ => {}
            }
            for recipient in expanded.returned {
                dispersal.failed.insert(recipient, "554 5.4.6");
            }
            for stop in expanded.stops {
                dispersal.take(self, system, asked, stop);
            }
        }
        Ok(dispersal)
    }

    /// With forced MX routing, where the host sends what its own users write
    /// to a domain that it has.
    pub(super) fn forced_mx(&self, to: &Address) -> Option<System> {
        let own = self.rule(System::Host, to, Duty::Incoming) != Rule::RelayDenied;
        (self.host.forced_mx && own).then(|| self.mx_of(to.domain()))
    }

    /// The mailbox on `system` in which mail for `recipient` would stay.
    pub(super) fn mailbox_of(&self, system: System, recipient: &Address) -> Option<Address> {
        let mailboxes = match system {
            System::Host => &self.host.mailboxes,
            System::External => &self.external.mailboxes,
            System::Third | System::Nobody => return None,
        };
        let whose = |name: Address| match self.external.proxies.get(&name) {
            Some(mailbox) if system == System::External => mailbox.clone(),
            _ => name,
        };
        if mailboxes.contains(recipient) {
            return Some(whose(recipient.clone()));
        }
        let (base, _) = self.limits(system)?.split(recipient)?;
        mailboxes.contains(&base).then(|| whose(base))
    }
}

impl Dispersal {
    fn take(&mut self, world: &World, system: System, asked: &Address, stop: Stop) {
        let Stop { recipient, rule, .. } = stop;
        let by_mx = || Way::Mx(recipient.domain().clone());
        let onward = match rule {
            Rule::Mailbox => return self.stays(asked, recipient.clone(), recipient),
            Rule::Plus { to } => return self.stays(asked, recipient, to),
            // One name of a mailbox or another: it is delivered once.
            Rule::Proxy { to } => return self.stays(asked, to.clone(), to),
            Rule::Forward { keep_copy: true, .. } => {
                if let Some(mailbox) = world.mailbox_of(system, &recipient) {
                    let is_proxy = world.external.proxies.contains_key(&recipient);
                    let name = if is_proxy { mailbox.clone() } else { recipient };
                    self.stays(asked, name, mailbox);
                }
                return;
            }
            // What it leads to is a stop of its own.
            Rule::Forward { keep_copy: false, .. }
            | Rule::AliasDomain { .. }
            | Rule::CatchAll { .. }
            | Rule::PassedOver
            | Rule::Alias { .. }
            | Rule::List { .. } => return,
            Rule::Elsewhere => Ok((System::Third, by_mx())),
            // The server finds its own name in the records.
            Rule::Mx { to } | Rule::ForcedMx { to } if to == system && to != System::Third => {
                Err("550 5.4.6")
            }
            Rule::Mx { to } | Rule::ForcedMx { to } => Ok((to, by_mx())),
            Rule::Sdr => Ok((System::External, Way::Sdr)),
            Rule::InternalRelay => Ok((System::Host, Way::Relay)),
            Rule::NoMx => Err("550 5.4.4"),
            Rule::UnknownRecipient | Rule::AcceptedBlindly => Err("550 5.1.1"),
            Rule::RelayDenied => Err("554 5.7.1"),
            Rule::Unfit { why } => Err(why.code()),
        };
        match onward {
            Ok(session) => self.onward.entry(session).or_default().insert(recipient),
            Err(code) => self.failed.insert(recipient, code).is_none(),
        };
    }

    fn stays(&mut self, asked: &Address, recipient: Address, mailbox: Address) {
        self.here.insert((asked.clone(), recipient), mailbox);
    }
}
