//! What one system does with one recipient: the only copy of the rules.

use super::{ExternalSide, HostSide, RcptAnswer, Rule, System, World};
use crate::plan::{Address, Authority, Domain};

impl World {
    /// What `system` says to RCPT TO `recipient` from outside. The host asks
    /// the external server about recipients that it passes on (`facts` 1), as
    /// Rackspace does; the external server looks at its own settings only.
    /// Nothing is known of a third system, so it takes everything.
    pub fn rcpt(&self, system: System, recipient: &Address) -> RcptAnswer {
        match self.rule(system, recipient, Duty::Incoming) {
            Rule::AliasDomain { to } => self.rcpt(system, &to),
            Rule::Sdr => match self.rcpt(System::External, recipient) {
                RcptAnswer::Accepted => RcptAnswer::Accepted,
                RcptAnswer::Unknown | RcptAnswer::RelayDenied => RcptAnswer::Unknown,
            },
            Rule::UnknownRecipient | Rule::NoMx => RcptAnswer::Unknown,
            Rule::RelayDenied => RcptAnswer::RelayDenied,
            Rule::Mailbox
            | Rule::Mx { .. }
            | Rule::Alias { .. }
            | Rule::Forward { .. }
            | Rule::InternalRelay
            | Rule::CatchAll { .. }
            | Rule::Elsewhere
            | Rule::AcceptedBlindly => RcptAnswer::Accepted,
        }
    }

    /// The system behind the MX records of `domain`, as [`World::mx`] has it.
    pub fn mx_of(&self, domain: &Domain) -> System {
        match self.mx.get(domain) {
            Some(&owner) => owner.into(),
            None if *domain == self.domain || domain.is_below(&self.domain) => System::Nobody,
            None => System::Third,
        }
    }

    /// What decides over `recipient` at `system`.
    pub(super) fn rule(&self, system: System, recipient: &Address, duty: Duty) -> Rule {
        let own = match system {
            System::Host => self.rule_at_host(recipient),
            System::External => self.external.rule(recipient, &self.domain),
            System::Third => Some(Rule::Elsewhere),
            System::Nobody => Some(Rule::NoMx),
        };
        match (own, duty) {
            (Some(rule), _) => rule,
            (None, Duty::Incoming) => Rule::RelayDenied,
            (None, Duty::Taken) => self.rule_by_mx(recipient),
        }
    }

    /// What a server does that has the message and does not know the domain.
    pub(super) fn rule_by_mx(&self, recipient: &Address) -> Rule {
        match self.mx_of(recipient.domain()) {
            System::Nobody => Rule::NoMx,
            to => Rule::Mx { to },
        }
    }

    /// `None`: not one of the host's domains.
    fn rule_at_host(&self, recipient: &Address) -> Option<Rule> {
        if !self.host.has_domain {
            return None;
        }
        if *recipient.domain() == self.domain {
            return Some(self.host.rule(recipient));
        }
        self.host
            .alias_domains
            .contains(recipient.domain())
            .then(|| Rule::AliasDomain { to: recipient.at(&self.domain) })
    }
}

/// In what role a system meets a recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Duty {
    /// Offered from outside: only its own domains are taken.
    Incoming,
    /// Its own user's, or its own forward: it has to send it somewhere.
    Taken,
}

impl HostSide {
    /// For an address of the primary domain.
    fn rule(&self, recipient: &Address) -> Rule {
        if self.mailboxes.contains(recipient) {
            return Rule::Mailbox;
        }
        if let Some(members) = self.aliases.get(recipient).filter(|members| !members.is_empty()) {
            return Rule::Alias { to: members.clone() };
        }
        if let Some(to) = self.catch_all.as_ref().filter(|to| *to != recipient) {
            return Rule::CatchAll { to: to.clone() };
        }
        if self.sdr { Rule::Sdr } else { Rule::UnknownRecipient }
    }
}

impl ExternalSide {
    /// Whether `domain` is one of its own.
    pub fn accepts(&self, domain: &Domain) -> bool {
        self.accepted_domains.iter().any(|accepted| {
            accepted.domain == *domain
                || accepted.with_subdomains && domain.is_below(&accepted.domain)
        })
    }

    /// `None`: not one of its domains.
    fn rule(&self, recipient: &Address, primary: &Domain) -> Option<Rule> {
        if !self.accepts(recipient.domain()) {
            return None;
        }
        if let Some(forward) = self.forwards.get(recipient) {
            return Some(Rule::Forward { to: forward.to.clone(), keep_copy: forward.keep_copy });
        }
        if self.mailboxes.contains(recipient) {
            return Some(Rule::Mailbox);
        }
        if recipient.domain() != primary && self.is_target(recipient, primary) {
            // A contact answers to its external address too, once that lies
            // in an accepted domain: Exchange then sends it round (5.4.14).
            return Some(Rule::Forward { to: recipient.clone(), keep_copy: false });
        }
        if let Some(to) = self.catch_all.as_ref().filter(|to| *to != recipient) {
            return Some(Rule::CatchAll { to: to.clone() });
        }
        Some(match self.authority {
            Authority::Authoritative => Rule::UnknownRecipient,
            Authority::InternalRelay => Rule::InternalRelay,
            Authority::AcceptsAnything => Rule::AcceptedBlindly,
        })
    }

    /// Whether some forward points to `address`; nearly always the one of the
    /// same user at the primary domain.
    fn is_target(&self, address: &Address, primary: &Domain) -> bool {
        self.forwards.get(&address.at(primary)).is_some_and(|forward| forward.to == *address)
            || self.forwards.values().any(|forward| forward.to == *address)
    }
}
