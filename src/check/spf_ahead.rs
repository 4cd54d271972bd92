//! Looks ahead: while the zone's own servers are still being asked, what a
//! resolver's answer shows is asked already. Nothing is judged by it; where
//! the zone says the same, what its record refers to is there by then.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::task::JoinSet;

use super::hearing::{Hearing, Wanted};
use super::spf_expand::records;
use super::spf_lookup::exchangers;
use super::spf_macro::Known;
use super::spf_record::{Record, Spec, What};
use crate::net::RecordType;

/// Names that are asked ahead.
const MOST: usize = 40;

/// Asks for the record of `domain`, and ahead for what that refers to.
pub(super) async fn look_ahead(hearing: &Hearing, domain: &str) {
    let ahead =
        Ahead { hearing: hearing.clone(), origin: domain.into(), left: Arc::new(MOST.into()) };
    ahead.record(domain.to_owned(), Wanted::All).await;
}

#[derive(Clone)]
struct Ahead {
    hearing: Hearing,
    origin: Arc<str>,
    left: Arc<AtomicUsize>,
}

impl Ahead {
    fn record(self, domain: String, wanted: Wanted) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(async move {
            let further = async {
                let answer = self.hearing.early(&domain, RecordType::Txt, wanted).await;
                let Some(answer) = answer else { return };
                if let [text] = records(&answer).as_slice()
                    && let Ok(record) = Record::parse(text)
                {
                    self.clone().terms(&domain, record).await;
                }
            };
            tokio::join!(self.hearing.hear(&domain, RecordType::Txt, wanted), further);
        })
    }

    async fn terms(self, domain: &str, record: Record) {
        let known = Known { current: domain, origin: Some(&self.origin), local: None, ip: None };
        let named = |spec: Option<&Spec>| match spec {
            None => Some(domain.to_owned()),
            Some(spec) => spec.name(&known).ok(),
        };
        let mut running = JoinSet::new();
        let redirect = record.redirect.map(|(spec, _)| What::Include(spec));
        let counted = record.mechanisms.into_iter().map(|one| one.what);
        let counted = counted.take_while(|what| *what != What::All).chain(redirect);
        for what in counted {
            let name = match &what {
                What::Include(spec) | What::Exists(spec) => named(Some(spec)),
                What::A(spec, ..) | What::Mx(spec, ..) => named(spec.as_ref()),
                What::All | What::Ptr | What::Ip(_) => None,
            };
            let Some(name) = name else { continue };
            let one_less = |left: usize| left.checked_sub(1);
            if self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less).is_err() {
                break;
            }
            let ahead = self.clone();
            running.spawn(async move { ahead.term(what, name).await });
        }
        running.join_all().await;
    }

    async fn term(self, what: What, name: String) {
        match what {
            What::Include(_) => self.record(name, Wanted::Two).await,
            What::Mx(..) => {
                let further = async {
                    let answer = self.hearing.early(&name, RecordType::Mx, Wanted::Two).await;
                    let mut running = JoinSet::new();
                    for host in exchangers(answer.as_ref()).into_iter().take(10) {
                        let ahead = self.clone();
                        running.spawn(async move { ahead.addresses(&host).await });
                    }
                    running.join_all().await;
                };
                tokio::join!(self.hearing.hear(&name, RecordType::Mx, Wanted::Two), further);
            }
            _ => self.addresses(&name).await,
        }
    }

    async fn addresses(&self, name: &str) {
        tokio::join!(
            self.hearing.hear(name, RecordType::A, Wanted::Two),
            self.hearing.hear(name, RecordType::Aaaa, Wanted::Two)
        );
    }
}
