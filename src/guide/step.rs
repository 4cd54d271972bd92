//! The steps of the wizard, with stable numbers.

use serde::{Deserialize, Serialize};

/// One of the eight steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// 1: domain, purpose, MX, external system, panel.
    Situation,
    /// 2: who lives where, who moves when.
    People,
    /// 3: the external server, tested.
    Server,
    /// 4: split domain routing at the host.
    Sdr,
    /// 5: the routing subdomain's MX records and the domain alias.
    Subdomain,
    /// 6: contact-forward lists.
    Forwards,
    /// 7: every address from every origin.
    Flow,
    /// 8: cutover and run-book.
    Cutover,
}

impl Step {
    /// All, in order.
    pub const ALL: [Self; 8] = [
        Self::Situation,
        Self::People,
        Self::Server,
        Self::Sdr,
        Self::Subdomain,
        Self::Forwards,
        Self::Flow,
        Self::Cutover,
    ];

    /// 1 to 8.
    pub fn number(self) -> u8 {
        self as u8 + 1
    }

    /// As in options, and the prefix of this step's findings.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Situation => "situation",
            Self::People => "people",
            Self::Server => "server",
            Self::Sdr => "sdr",
            Self::Subdomain => "subdomain",
            Self::Forwards => "forwards",
            Self::Flow => "flow",
            Self::Cutover => "cutover",
        }
    }

    /// The step with this slug.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.slug() == slug)
    }

    /// As in the step list.
    pub fn title(self) -> &'static str {
        match self {
            Self::Situation => "Situation",
            Self::People => "People",
            Self::Server => "External server",
            Self::Sdr => "Split Domain Routing",
            Self::Subdomain => "Routing subdomain",
            Self::Forwards => "Forwards",
            Self::Flow => "Mail flow",
            Self::Cutover => "Cutover",
        }
    }

    /// The step after this one.
    pub fn next(self) -> Option<Self> {
        Self::ALL.get(self as usize + 1).copied()
    }

    /// The step before this one.
    pub fn previous(self) -> Option<Self> {
        (self as usize).checked_sub(1).map(|at| Self::ALL[at])
    }
}
