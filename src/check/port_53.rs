//! Whether this network lets questions to name servers out, where those of
//! the zone stay silent: an outage is not to be blamed on the line, nor a
//! closed line on the servers.

use std::time::Duration;

use super::lookout::Lookout;
use super::told::{Told, ask_resolvers};
use crate::net::{Delegation, RecordType};

/// How long the zone above may take: what it says completes the picture, and
/// where nobody above answers nothing else waits for it.
const PATIENCE: Duration = Duration::from_secs(2);

/// Who else answered on port 53.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    /// A name server out in the world: which. The line lets questions out.
    Open(String),
    /// The resolver that this machine is set to use, and nobody else.
    Inside(String),
    /// Nobody.
    Closed,
    /// Not asked: the zone's servers have IPv6 addresses only, and this
    /// machine may have none.
    OnlyIpv6,
}

impl Lookout<'_> {
    /// What the zone above says of the domain's name servers; `None` where it
    /// was not heard.
    pub(super) async fn delegation(&self) -> Option<&Delegation> {
        let look = async {
            let asked = self.net.delegation(self.plan.domain().as_str());
            let asked = tokio::time::timeout(PATIENCE, asked).await;
            asked.ok().and_then(Result::ok).flatten()
        };
        self.delegation.get_or_init(|| look).await.as_ref()
    }

    /// Who answers on port 53 beside the zone's own name servers. To be asked
    /// where those stay silent.
    pub(super) async fn line(&self) -> &Line {
        let look = async {
            if let Some(Delegation { asked, .. }) = self.delegation().await {
                return Line::Open(format!("{} ({})", asked.name, asked.at));
            }
            let domain = self.plan.domain().as_str();
            let told = ask_resolvers(self.net, domain, RecordType::Soa).await;
            let by_port =
                |told: &&Told| told.answer.as_ref().is_ok_and(|answer| answer.by_https.is_none());
            let is_public = |told: &Told| self.net.public.iter().any(|one| one.at == told.at);
            let answered: Vec<&Told> = told.iter().filter(by_port).collect();
            match answered.iter().find(|told| is_public(told)).or(answered.first()) {
                Some(told) if is_public(told) => Line::Open(told.whom()),
                Some(told) => Line::Inside(told.whom()),
                None => Line::Closed,
            }
        };
        self.line.get_or_init(|| look).await
    }
}

impl Line {
    /// What the silence of all of a zone's name servers means.
    pub(super) fn meaning(&self) -> String {
        match self {
            Self::Open(who) => format!("{who} answered on port 53, so this network lets questions out: the name servers are down, or they turn this machine away."),
            Self::Inside(who) => format!("On port 53 only {who} answered. Either the name servers are down, or this network lets nobody but its own resolver ask."),
            Self::OnlyIpv6 => "They have IPv6 addresses only, and this machine may have no IPv6: nothing is known of them.".to_owned(),
            Self::Closed => "The authoritative servers can't be asked from this network: port 53 is closed here.".to_owned(),
        }
    }

    /// What to do about it.
    pub(super) fn action(&self) -> &'static str {
        match self {
            Self::Open(_) => {
                "Ask the DNS host whether its name servers are up, and check again. Until then resolvers live on what they remember; when that has run out, mail stops."
            }
            Self::Inside(_) => {
                "Check again from another network. If the name servers are silent there too, ask the DNS host whether they are up."
            }
            Self::OnlyIpv6 => {
                "Check again from a machine that has IPv6. Senders without IPv6 depend on resolvers that have it: give the name servers IPv4 addresses too."
            }
            Self::Closed => "Check again from a network that lets DNS out.",
        }
    }
}
