//! What one system does with one recipient: the only copy of the rules.

use std::collections::BTreeMap;

use super::limits::Extension;
use super::{Expander, ExternalSide, HostSide, Limits, RcptAnswer, Rule, System, World};
use crate::plan::{Address, Authority, Domain};

impl World {
    /// What `system` says to RCPT TO `recipient` from outside. The host asks
    /// the external server about recipients that it passes on (`facts` 1), as
    /// Rackspace does; the external server looks at its own settings only.
    /// Nothing is known of a third system, so it takes everything.
    pub fn rcpt(&self, system: System, recipient: &Address) -> RcptAnswer {
        match self.rule(system, recipient, Duty::Incoming) {
            Rule::AliasDomain { to } => self.rcpt(system, &to),
            // A catch-all says yes to everything, even where it leads to
            // somebody that the host does not have.
            Rule::Sdr if self.host.catch_all.is_some() => RcptAnswer::Accepted,
            Rule::Sdr if recipient.needs_smtputf8() && !self.external.limits.smtputf8 => {
                RcptAnswer::Unknown
            }
            Rule::Sdr => match self.rcpt(System::External, recipient) {
                RcptAnswer::Accepted => RcptAnswer::Accepted,
                RcptAnswer::Unknown | RcptAnswer::RelayDenied => RcptAnswer::Unknown,
            },
            Rule::Plus { to } => self.rcpt(system, &to),
            Rule::UnknownRecipient | Rule::NoMx => RcptAnswer::Unknown,
            Rule::RelayDenied => RcptAnswer::RelayDenied,
            Rule::Mailbox
            | Rule::Proxy { .. }
            | Rule::PassedOver
            | Rule::List { .. }
            | Rule::ForcedMx { .. }
            | Rule::Unfit { .. }
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
            System::External => self.rule_at_external(recipient, duty),
            System::Third => (duty == Duty::Incoming).then_some(Rule::Elsewhere),
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

    /// What `system` does with an alias or list that holds itself, once it has
    /// expanded it: it looks for a mailbox of that name, as Postfix does; Exim
    /// goes on to the catch-all.
    pub(super) fn rule_unexpanded(&self, system: System, recipient: &Address) -> Rule {
        let primary = *recipient.domain() == self.domain;
        if system == System::External && !self.external.accepts(recipient.domain()) {
            return self.rule_by_mx(recipient);
        }
        let catch_all = self.external.catch_all.as_ref().filter(|to| *to != recipient);
        match (self.mailbox_of(system, recipient), system) {
            (Some(mailbox), _) if mailbox == *recipient => Rule::Mailbox,
            (Some(to), System::External) if self.external.mailboxes.contains(recipient) => {
                Rule::Proxy { to }
            }
            (Some(to), _) => Rule::Plus { to },
            (None, System::External)
                if let Some(to) = catch_all
                    && self.external.expander == Expander::Exim =>
            {
                Rule::CatchAll { to: to.clone() }
            }
            (None, System::Host) if primary && self.host.sdr => Rule::Sdr,
            (None, System::External) if self.external.authority == Authority::InternalRelay => {
                Rule::InternalRelay
            }
            (None, _) => Rule::UnknownRecipient,
        }
    }

    /// What `system` can take at all; of another one nothing is known.
    pub(super) fn limits(&self, system: System) -> Option<&Limits> {
        match system {
            System::Host => Some(&self.host.limits),
            System::External => Some(&self.external.limits),
            System::Third | System::Nobody => None,
        }
    }

    /// `None`: not one of the host's domains.
    fn rule_at_host(&self, recipient: &Address) -> Option<Rule> {
        let (host, domain) = (&self.host, recipient.domain());
        if !host.has_domain {
            return None;
        }
        if *domain == self.domain {
            return Some(host.rule(recipient, host.sdr));
        }
        if host.alias_domains.contains(domain) {
            return Some(Rule::AliasDomain { to: recipient.at(&self.domain) });
        }
        host.other_domains.contains(domain).then(|| host.rule(recipient, false))
    }

    /// `None`: neither one of the external server's domains nor a name that it
    /// rewrites all the same.
    fn rule_at_external(&self, recipient: &Address, duty: Duty) -> Option<Rule> {
        let external = &self.external;
        if external.alias_domains.contains(recipient.domain()) {
            return Some(Rule::AliasDomain { to: recipient.at(&self.domain) });
        }
        if external.accepts(recipient.domain()) {
            return Some(external.rule(recipient, &self.domain));
        }
        let rewrites = external.rewrites_any_domain && duty == Duty::Taken;
        rewrites.then(|| external.rewritten(recipient, &self.domain)).flatten()
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
    /// For an address of one of its domains.
    fn rule(&self, recipient: &Address, sdr: bool) -> Rule {
        if let Some(rule) = self.named(recipient) {
            return rule;
        }
        if let Some((base, extension)) = self.limits.split(recipient)
            && let Some(rule) = self.named(&base)
        {
            return rule.carrying(base, &extension);
        }
        if let Some(to) = self.catch_all_of(recipient) {
            return Rule::CatchAll { to: to.clone() };
        }
        let caught = self.catch_all.as_ref() == Some(recipient)
            && !self.other_domains.contains(recipient.domain());
        match (sdr, caught) {
            (true, _) => Rule::Sdr,
            // A catch-all that leads to nobody has said yes before; in another
            // domain of the host it says nothing.
            (false, true) => Rule::AcceptedBlindly,
            (false, false) => Rule::UnknownRecipient,
        }
    }

    /// What it holds under this very name. Where a mailbox has the name of an
    /// alias or list, which of them wins differs by server; here it is the
    /// alias, as on Postfix, which rewrites before it looks for a mailbox.
    fn named(&self, recipient: &Address) -> Option<Rule> {
        if let Some(members) = members(&self.aliases, recipient) {
            return Some(Rule::Alias { to: members });
        }
        if let Some(to) = members(&self.lists, recipient) {
            return Some(Rule::List { to });
        }
        self.mailboxes.contains(recipient).then_some(Rule::Mailbox)
    }

    /// Whether it holds anything under this very name, be it a list of nobody.
    pub(super) fn has(&self, address: &Address) -> bool {
        self.mailboxes.contains(address)
            || self.aliases.contains_key(address)
            || self.lists.contains_key(address)
    }

    fn catch_all_of(&self, recipient: &Address) -> Option<&Address> {
        // A catch-all is set for the primary domain, wherever it leads.
        let of_domain =
            |to: &&Address| *to != recipient && !self.other_domains.contains(recipient.domain());
        self.catch_all.as_ref().filter(of_domain)
    }
}

impl ExternalSide {
    /// Whether `domain` is one of its own.
    pub fn accepts(&self, domain: &Domain) -> bool {
        self.alias_domains.contains(domain)
            || self.accepted_domains.iter().any(|accepted| {
                accepted.domain == *domain
                    || accepted.with_subdomains && domain.is_below(&accepted.domain)
            })
    }

    /// Whether it can't tell the next server this name.
    pub(super) fn keeps_back(&self, recipient: &Address) -> bool {
        self.keeps_utf8_back && !self.limits.smtputf8 && recipient.needs_smtputf8()
    }

    /// For an address of one of its domains.
    fn rule(&self, recipient: &Address, primary: &Domain) -> Rule {
        if let Some(rule) = self.known(recipient) {
            return rule;
        }
        if self.contacts_own_targets
            && recipient.domain() != primary
            && self.is_target(recipient, primary)
        {
            // Exchange sends it round (5.4.14).
            return Rule::Forward { to: recipient.clone(), keep_copy: false };
        }
        if let Some(to) = self.catch_all.as_ref().filter(|to| *to != recipient) {
            return Rule::CatchAll { to: to.clone() };
        }
        match self.authority {
            // A catch-all that leads to nobody has said yes before.
            Authority::Authoritative if self.catch_all.is_some() => Rule::AcceptedBlindly,
            Authority::Authoritative => Rule::UnknownRecipient,
            Authority::InternalRelay => Rule::InternalRelay,
            Authority::AcceptsAnything => Rule::AcceptedBlindly,
        }
    }

    /// For an address of no domain of its own, where it rewrites those too. Its
    /// mailboxes are behind its own domains alone; `None`: by the MX records.
    fn rewritten(&self, recipient: &Address, primary: &Domain) -> Option<Rule> {
        match self.known(recipient) {
            Some(Rule::Mailbox | Rule::Plus { .. } | Rule::Proxy { .. }) => None,
            // The copy that stayed is a name to be sent on like any other.
            Some(Rule::Forward { to, keep_copy: true }) => {
                Some(Rule::Alias { to: vec![recipient.clone(), to] })
            }
            Some(rule) => Some(rule),
            None => {
                let to = self.catch_all.as_ref().filter(|to| *to != recipient)?;
                (recipient.domain() == primary).then(|| Rule::CatchAll { to: to.clone() })
            }
        }
    }

    /// What it holds under this name, or under the one before an extension.
    fn known(&self, recipient: &Address) -> Option<Rule> {
        self.named(recipient).or_else(|| {
            let (base, extension) = self.limits.split(recipient)?;
            Some(self.named(&base)?.carrying(base, &extension))
        })
    }

    /// What it holds under this very name, a mailbox last: as at the host.
    fn named(&self, recipient: &Address) -> Option<Rule> {
        if let Some(forward) = self.forwards.get(recipient) {
            return Some(Rule::Forward { to: forward.to.clone(), keep_copy: forward.keep_copy });
        }
        if let Some(to) = members(&self.aliases, recipient) {
            return Some(Rule::Alias { to });
        }
        if let Some(to) = members(&self.lists, recipient) {
            return Some(Rule::List { to });
        }
        let mailbox = self.mailboxes.contains(recipient);
        mailbox.then(|| match self.proxies.get(recipient) {
            Some(to) => Rule::Proxy { to: to.clone() },
            None => Rule::Mailbox,
        })
    }

    /// Whether some forward points to `address`; nearly always the one of the
    /// same user at the primary domain.
    fn is_target(&self, address: &Address, primary: &Domain) -> bool {
        self.forwards.get(&address.at(primary)).is_some_and(|forward| forward.to == *address)
            || self.forwards.values().any(|forward| forward.to == *address)
    }
}

fn members(names: &BTreeMap<Address, Vec<Address>>, of: &Address) -> Option<Vec<Address>> {
    names.get(of).filter(|members| !members.is_empty()).cloned()
}

impl Rule {
    /// The rule of the user `base`, for the same user with an extension.
    fn carrying(self, base: Address, extension: &Extension) -> Self {
        let all = |to: Vec<Address>| to.iter().map(|to| extension.behind(to)).collect();
        match self {
            Self::Mailbox => Self::Plus { to: base },
            Self::Proxy { to } => Self::Plus { to },
            Self::Alias { to } => Self::Alias { to: all(to) },
            Self::List { to } => Self::List { to: all(to) },
            Self::Forward { to, keep_copy } => {
                Self::Forward { to: extension.behind(&to), keep_copy }
            }
            rule => rule,
        }
    }
}
