//! What one system makes of one message: all its recipients rewritten to the
//! end, each once, and by which way each goes on.

use std::collections::{BTreeMap, BTreeSet};

use super::decide::Duty;
use super::{Rule, System, World};
use crate::plan::{Address, Domain};

/// What one system makes of one message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dispersal {
    /// The recipients whose mailboxes are here, and the mailbox of each.
    pub here: BTreeMap<Address, Address>,
    /// The sessions to other systems, and the recipients of each.
    pub onward: BTreeMap<(System, Way), BTreeSet<Address>>,
    /// What is refused here, and the code.
    pub failed: BTreeMap<Address, &'static str>,
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

/// A system's own aliases or forwards lead round without leaving it: refused
/// for now (Postfix `virtual_alias_recursion_limit`). One that holds itself
/// straight is none: it is expanded once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Endless;

/// Addresses that one message may expand to; Postfix
/// `virtual_alias_expansion_limit`.
const EXPANSION: usize = 1_000;

impl World {
    /// What `system` makes of a message that it has taken for `recipients`:
    /// rewritten to the end, each recipient once.
    ///
    /// # Errors
    /// When its own aliases, lists or forwards lead round.
    pub fn disperse(
        &self,
        system: System,
        recipients: &BTreeSet<Address>,
    ) -> Result<Dispersal, Endless> {
        let mut work = Expansion {
            world: self,
            system,
            open: Vec::new(),
            done: BTreeSet::new(),
            selves: BTreeSet::new(),
        };
        let mut dispersal = Dispersal::default();
        for recipient in recipients {
            work.expand(recipient, &mut dispersal)?;
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
        if mailboxes.contains(recipient) {
            return Some(recipient.clone());
        }
        let (base, _) = self.limits(system)?.split(recipient)?;
        mailboxes.contains(&base).then_some(base)
    }
}

struct Expansion<'w> {
    world: &'w World,
    system: System,
    /// The addresses that are being rewritten.
    open: Vec<Address>,
    done: BTreeSet<Address>,
    /// Those that were expanded and hold themselves.
    selves: BTreeSet<Address>,
}

impl Expansion<'_> {
    fn expand(&mut self, recipient: &Address, out: &mut Dispersal) -> Result<(), Endless> {
        let expanded = self.selves.contains(recipient);
        if !expanded && let Some(start) = self.open.iter().position(|open| open == recipient) {
            // A circle through one that is not expanded again ends there.
            let circle = self.open.get(start..).unwrap_or_default();
            let ends = circle.iter().any(|name| self.selves.contains(name));
            return if ends { Ok(()) } else { Err(Endless) };
        }
        if self.done.len() > EXPANSION {
            return Err(Endless);
        }
        if !self.done.insert(recipient.clone()) && !expanded {
            return Ok(());
        }
        let fail = |out: &mut Dispersal, code| {
            out.failed.insert(recipient.clone(), code);
        };
        let onward = |out: &mut Dispersal, to, way| {
            out.onward.entry((to, way)).or_default().insert(recipient.clone());
        };
        let rule = match self.system {
            System::Third => self.world.rule_by_mx(recipient),
            system if expanded => self.world.rule_unexpanded(system, recipient),
            system => self.world.rule(system, recipient, Duty::Taken),
        };
        let to = match rule {
            Rule::Mailbox => {
                out.here.insert(recipient.clone(), recipient.clone());
                return Ok(());
            }
            Rule::Plus { to } => {
                out.here.insert(recipient.clone(), to);
                return Ok(());
            }
            Rule::Elsewhere => {
                onward(out, System::Third, Way::Mx(recipient.domain().clone()));
                return Ok(());
            }
            Rule::Mx { to } | Rule::ForcedMx { to } => {
                if to == self.system && to != System::Third {
                    // The server finds its own name in the records.
                    fail(out, "550 5.4.6");
                } else {
                    onward(out, to, Way::Mx(recipient.domain().clone()));
                }
                return Ok(());
            }
            Rule::Sdr => {
                onward(out, System::External, Way::Sdr);
                return Ok(());
            }
            Rule::InternalRelay => {
                onward(out, System::Host, Way::Relay);
                return Ok(());
            }
            Rule::NoMx => {
                fail(out, "550 5.4.4");
                return Ok(());
            }
            Rule::UnknownRecipient | Rule::AcceptedBlindly => {
                fail(out, "550 5.1.1");
                return Ok(());
            }
            Rule::RelayDenied => {
                fail(out, "554 5.7.1");
                return Ok(());
            }
            Rule::Unfit { why } => {
                fail(out, why.code());
                return Ok(());
            }
            Rule::AliasDomain { to } | Rule::CatchAll { to } => vec![to],
            Rule::Alias { to } | Rule::List { to } => {
                if to.contains(recipient) {
                    self.selves.insert(recipient.clone());
                }
                to
            }
            Rule::Forward { to, keep_copy } => {
                if keep_copy && let Some(mailbox) = self.world.mailbox_of(self.system, recipient) {
                    out.here.insert(recipient.clone(), mailbox);
                }
                vec![to]
            }
        };
        self.open.push(recipient.clone());
        for to in &to {
            self.expand(to, out)?;
        }
        self.open.pop();
        Ok(())
    }
}
