//! What only the administrator can do, and has to say when done.

use serde::{Deserialize, Serialize};

/// One action in the outside world. The program never does these itself;
/// ticking one off is a word in the plan, beside what the checks see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    /// Split domain routing saved in the host's control panel.
    EnableSdr,
    /// In place of it: the subdomain that leads to the external server made.
    PublishExternalMx,
    /// In place of it: an alias at the host made for everybody outside.
    MakeHostAliases,
    /// The routing subdomain's MX records published.
    PublishSubdomainMx,
    /// The host asked to add the routing subdomain as a domain alias.
    RequestDomainAlias,
    /// Port 25 of the external server opened to the host.
    OpenPort25,
    /// The forwards of every wave handed out so far loaded on the external server.
    LoadForwards,
    /// The primary domain's MX records changed to the host's.
    ChangePrimaryMx,
    /// Split domain routing switched off again.
    DisableSdr,
    /// The domain given up by the external server.
    ReleaseDomain,
    /// Forwards, domain alias and subdomain records taken down.
    TakeDown,
}

impl Task {
    /// All, in the order in which a migration meets them.
    pub const ALL: [Self; 11] = [
        Self::EnableSdr,
        Self::PublishExternalMx,
        Self::MakeHostAliases,
        Self::PublishSubdomainMx,
        Self::RequestDomainAlias,
        Self::OpenPort25,
        Self::LoadForwards,
        Self::ChangePrimaryMx,
        Self::DisableSdr,
        Self::ReleaseDomain,
        Self::TakeDown,
    ];
}
