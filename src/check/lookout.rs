//! The way to the name servers of the plan's domain.

use tokio::sync::OnceCell;

use super::heard::Heard;
use super::hearing::{Hearing, Wanted};
use super::port_53::Line;
use super::told::{Told, ask_each};
use crate::net::{Delegation, DnsError, NameServer, Net, RecordType, Zone};
use crate::plan::Plan;

/// The way to the name servers of the plan's domain. Its zone is looked up
/// once for all the questions of a check.
pub(super) struct Lookout<'a> {
    pub(super) net: &'a Net,
    pub(super) plan: &'a Plan,
    /// What was asked and heard in this check.
    pub(super) hearing: Hearing,
    pub(super) delegation: OnceCell<Option<Delegation>>,
    pub(super) line: OnceCell<Line>,
}

impl<'a> Lookout<'a> {
    pub(super) fn new(net: &'a Net, plan: &'a Plan) -> Self {
        let hearing = Hearing::of(net, Some(plan.domain().as_str()));
        Self { net, plan, hearing, delegation: OnceCell::new(), line: OnceCell::new() }
    }

    /// The zone that holds the domain.
    pub(super) async fn zone(&self) -> &Result<Option<Zone>, DnsError> {
        self.hearing.zone().await
    }

    /// Its authoritative servers, every address.
    ///
    /// # Errors
    /// When no resolver answers who they are.
    pub(super) async fn servers(&self) -> Result<Vec<NameServer>, DnsError> {
        match self.zone().await {
            Ok(zone) => Ok(zone.as_ref().map(|zone| zone.servers.clone()).unwrap_or_default()),
            Err(error) => Err(error.clone()),
        }
    }

    /// Asks each of them.
    ///
    /// # Errors
    /// When no resolver answers who they are.
    pub(super) async fn ask(&self, name: &str, kind: RecordType) -> Result<Vec<Told>, DnsError> {
        Ok(ask_each(self.net, self.servers().await?, name, kind).await)
    }

    /// What each of them and every resolver says.
    pub(super) async fn hear(&self, name: &str, kind: RecordType) -> Heard {
        self.hearing.hear(name, kind, Wanted::All).await
    }
}
