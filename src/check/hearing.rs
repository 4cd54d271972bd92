//! Questions of one check, each asked once: the servers of the domain's own
//! zone where the name is in it, and resolvers beside them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

use super::heard::Heard;
use super::told::{Told, ask_each, ask_some, resolvers};
use crate::net::{Answer, DnsError, Net, RecordType, Zone};
use crate::plan::is_within;

/// Resolvers that are heard of a name of somebody else.
const WITNESSES: usize = 2;
/// Questions that are kept.
const MOST: usize = 2000;

/// Which resolvers are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Wanted {
    /// Every one: each of them is judged.
    All,
    /// As many as it takes to believe them.
    Two,
}

/// Cheap to clone; the clones share what was heard.
#[derive(Clone)]
pub(super) struct Hearing(Arc<Room>);

struct Room {
    net: Net,
    /// The plan's domain; without it every name is somebody else's.
    domain: Option<String>,
    zone: OnceCell<Result<Option<Zone>, DnsError>>,
    asked: Mutex<HashMap<(String, RecordType, Wanted), Arc<Question>>>,
}

#[derive(Default)]
struct Question {
    authorities: OnceCell<Vec<Told>>,
    resolvers: OnceCell<Vec<Told>>,
}

impl Hearing {
    /// `domain`: whose zone is asked itself.
    pub(super) fn of(net: &Net, domain: Option<&str>) -> Self {
        Self(Arc::new(Room {
            net: net.clone(),
            domain: domain.map(str::to_owned),
            zone: OnceCell::new(),
            asked: Mutex::default(),
        }))
    }

    /// The zone that holds the domain.
    pub(super) async fn zone(&self) -> &Result<Option<Zone>, DnsError> {
        let look = async {
            match &self.0.domain {
                // Of a size of its own, as many wait for it.
                Some(domain) => Box::pin(self.0.net.zone_of(domain)).await,
                None => Ok(None),
            }
        };
        self.0.zone.get_or_init(|| look).await
    }

    /// What is said of `name`: by every server of the domain's zone where the
    /// name is in it, and by resolvers.
    pub(super) async fn hear(&self, name: &str, kind: RecordType, wanted: Wanted) -> Heard {
        let question = self.question(name, kind, wanted);
        let (authorities, resolvers) = tokio::join!(
            question.authorities.get_or_init(|| self.by_authorities(name, kind, wanted)),
            question.resolvers.get_or_init(|| self.by_resolvers(name, kind, wanted))
        );
        Heard { authorities: authorities.clone(), resolvers: resolvers.clone() }
    }

    /// The first resolver's answer that tells, before the zone's own servers
    /// are heard: where to look meanwhile, and never what counts.
    pub(super) async fn early(
        &self,
        name: &str,
        kind: RecordType,
        wanted: Wanted,
    ) -> Option<Answer> {
        let question = self.question(name, kind, wanted);
        let told = question.resolvers.get_or_init(|| self.by_resolvers(name, kind, wanted)).await;
        told.iter().find(|told| told.settles()).and_then(|told| told.answer.clone().ok())
    }

    fn question(&self, name: &str, kind: RecordType, wanted: Wanted) -> Arc<Question> {
        let mut asked = self.0.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if asked.len() >= MOST {
            return Arc::default();
        }
        asked.entry((name.to_owned(), kind, wanted)).or_default().clone()
    }

    async fn by_authorities(&self, name: &str, kind: RecordType, wanted: Wanted) -> Vec<Told> {
        if !self.may_be_own(name) {
            return Vec::new();
        }
        match self.zone().await {
            Ok(Some(zone)) if is_within(name, &zone.name) => {
                let mut servers = zone.servers.clone();
                // Silent before: each server is judged by other questions.
                servers.retain(|one| wanted == Wanted::All || !self.0.net.silent.has(one.at));
                ask_each(&self.0.net, servers, name, kind).await
            }
            _ => Vec::new(),
        }
    }

    /// Whether it is worth waiting for the zone to know.
    fn may_be_own(&self, name: &str) -> bool {
        let domain = self.0.domain.as_deref();
        domain.is_some_and(|domain| is_within(name, psl::domain_str(domain).unwrap_or(domain)))
    }

    async fn by_resolvers(&self, name: &str, kind: RecordType, wanted: Wanted) -> Vec<Told> {
        let net = &self.0.net;
        let mut left = resolvers(net);
        if wanted == Wanted::All {
            return ask_some(net, left, name, kind).await;
        }
        // Two that depend on each other least: the first of this machine's and
        // a public one.
        if left.iter().any(|one| !one.is_silent(net)) {
            left.retain(|one| !one.is_silent(net));
        }
        let mut first: Vec<_> = left.drain(..left.len().min(1)).collect();
        let other = left.iter().position(|one| one.is_public()).unwrap_or(0);
        if other < left.len() {
            first.push(left.remove(other));
        }
        let mut told = ask_some(net, first, name, kind).await;
        if told.iter().filter(|told| told.settles()).count() < WITNESSES && !left.is_empty() {
            told.extend(ask_some(net, left, name, kind).await);
        }
        told
    }
}
