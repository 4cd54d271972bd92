//! What every DNS format is written from: MX records that go, and records
//! that come, at one name.

use crate::plan::{Domain, HostPreset, MxTarget, RoutingSubdomain};

use super::cutover::Cutover;

/// One change of the MX records of one name. Made for the routing subdomain,
/// or, as the last step of a migration, from a [`Cutover`].
pub(in crate::artifact) struct MxChange<'a> {
    /// The zone that holds the name: the primary domain.
    pub(super) zone: &'a str,
    /// The name, without trailing dot.
    pub(super) name: &'a Domain,
    /// The name inside of the zone: `rackspace`, or `@` for the zone's own.
    pub(super) place: &'a str,
    /// Records that are there and shall go. Empty where nobody knows them.
    pub(super) gone: &'a [MxTarget],
    /// Records that shall be there afterwards.
    pub(super) set: &'a [MxTarget],
    /// Seconds.
    pub(super) ttl: u32,
    /// What it is.
    pub(super) kind: Kind,
}

/// Which of the four changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The routing subdomain's records come.
    Publish,
    /// They go again.
    Withdraw,
    /// The primary domain's records become the host's.
    Cutover,
    /// They become what they were.
    GoBack,
}

impl<'a> MxChange<'a> {
    /// Adds the routing subdomain's records.
    pub(in crate::artifact) fn publish(
        subdomain: &'a RoutingSubdomain,
        host: &'a HostPreset,
    ) -> Self {
        Self {
            zone: zone_of(subdomain),
            name: subdomain.as_domain(),
            place: subdomain.label(),
            gone: &[],
            set: &host.mx,
            ttl: host.mx_ttl,
            kind: Kind::Publish,
        }
    }

    /// Takes them out again.
    pub(in crate::artifact) fn withdraw(
        subdomain: &'a RoutingSubdomain,
        host: &'a HostPreset,
    ) -> Self {
        let publish = Self::publish(subdomain, host);
        Self { gone: publish.set, set: &[], kind: Kind::Withdraw, ..publish }
    }

    /// The primary domain's records become the host's.
    pub(super) fn cut_over(cutover: &'a Cutover<'a>) -> Self {
        Self {
            zone: cutover.domain.as_str(),
            name: cutover.domain,
            place: "@",
            gone: cutover.before.as_deref().unwrap_or_default(),
            set: &cutover.host.mx,
            ttl: cutover.host.mx_ttl,
            kind: Kind::Cutover,
        }
    }

    /// The primary domain's records become what they were, where that is known.
    pub(super) fn go_back(cutover: &'a Cutover<'a>) -> Option<Self> {
        let before = cutover.before.as_deref()?;
        let over = Self::cut_over(cutover);
        let ttl = cutover.lived.unwrap_or(over.ttl);
        Some(Self { gone: over.set, set: before, ttl, kind: Kind::GoBack, ..over })
    }

    pub(in crate::artifact) fn zone(&self) -> &str {
        self.zone
    }

    pub(in crate::artifact) fn name(&self) -> &Domain {
        self.name
    }

    pub(in crate::artifact) fn set(&self) -> &[MxTarget] {
        self.set
    }

    pub(in crate::artifact) fn ttl(&self) -> u32 {
        self.ttl
    }

    /// Whether the primary domain's own records change.
    pub(super) fn is_of_primary(&self) -> bool {
        matches!(self.kind, Kind::Cutover | Kind::GoBack)
    }

    /// The word before a warning, and what follows "it moves the mail".
    pub(in crate::artifact) fn warning(&self) -> (&'static str, &'static str) {
        match self.kind {
            Kind::GoBack => ("CUTOVER UNDONE", " back"),
            Kind::Publish | Kind::Withdraw | Kind::Cutover => ("CUTOVER", ""),
        }
    }

    /// What it does, to follow "This".
    pub(super) fn does(&self) -> String {
        let name = self.name;
        match self.kind {
            Kind::Publish => format!("adds the MX records of {name}"),
            Kind::Withdraw => format!("takes the MX records of {name} out again"),
            Kind::Cutover => format!("replaces the MX records of {name} by those of the host"),
            Kind::GoBack => format!("puts the MX records of {name} back to what they were"),
        }
    }

    /// How a file is undone that says what shall be, as a sentence. Taken out
    /// of a primary domain's file, the records would be gone, not what they were.
    pub(super) fn undo_of_declared(&self) -> &'static str {
        match self.kind {
            Kind::Publish | Kind::Withdraw => "Undo: take this out again, and apply.",
            Kind::Cutover if self.gone.is_empty() => {
                "Undo: put the records of before in its place. Never take it out: then there are none."
            }
            Kind::Cutover => {
                "Undo: the file of the same name in back/ in its place. Never take it out: then there are none."
            }
            Kind::GoBack => {
                "Undo: the file of the same name one folder up in its place. Never take it out: then there are none."
            }
        }
    }

    /// The head of a file, each line a comment in its format.
    pub(super) fn head(&self, comment: &str, more: &[&str]) -> String {
        let mut lines = vec![format!("This {}.", self.does())];
        if self.is_of_primary() {
            let (word, back) = self.warning();
            lines.push(format!("{word}: it moves the mail of the whole domain{back}. Read"));
            lines.push("README.txt in the folder dns-cutover first.".into());
        }
        lines.extend(more.iter().map(|line| (*line).to_owned()));
        lines.iter().map(|line| format!("{comment} {line}\n")).collect()
    }
}

/// One record as the data of a zone file: `10 mx1.emailsrvr.com.`.
pub(super) fn data(mx: &MxTarget) -> String {
    format!("{} {}.", mx.preference, mx.exchange)
}

/// The primary domain, which is the zone in nearly every case.
pub(in crate::artifact) fn zone_of(subdomain: &RoutingSubdomain) -> &str {
    let name = subdomain.as_str();
    name.strip_prefix(subdomain.label()).and_then(|rest| rest.strip_prefix('.')).unwrap_or(name)
}
