//! An SPF record with everything that it refers to, looked up (RFC 7208 4.6.4
//! and 5). A macro is evaluated where all that it depends on is known; where
//! it depends on the address that sends, for each address that is asked about.

#[cfg(test)]
pub(super) mod zones;

use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::watch;
use tokio::task::JoinSet;

use super::address_set::Addresses;
use super::hearing::Hearing;
use super::spf_lookup::{MOST_EXCHANGERS, texts};
use super::spf_macro::Known;
use super::spf_record::{Mechanism, Qualifier, Range, Record, What, is_spf};
use crate::net::Answer;
use crate::shown::shown;

/// Terms that are looked up in one tree; a record may need 10.
const MOST_TERMS: usize = 40;
/// Records that refer to one another in a row.
const DEEPEST: usize = 11;
/// Addresses for which a macro is evaluated.
const MOST_SENDERS: usize = 16;

/// One record, each of its terms looked up.
#[derive(Debug, Clone, Default)]
pub(super) struct Node {
    /// Whose record it is, and its text.
    pub(super) line: String,
    /// In order; nothing after an “all”.
    pub(super) terms: Vec<Term>,
    pub(super) redirect: Option<Box<Term>>,
    /// What stands behind an “all” and never counts, a redirect among it.
    pub(super) behind: Vec<Mechanism>,
}

#[derive(Debug, Clone)]
pub(super) struct Term {
    pub(super) qualifier: Qualifier,
    pub(super) text: String,
    pub(super) leads: Leads,
}

/// What a term leads to.
#[derive(Debug, Clone)]
pub(super) enum Leads {
    All,
    /// Ranges written in the record itself.
    Ranges(Vec<Range>),
    /// Ranges that a name leads to, by one lookup.
    Looked(Vec<Range>),
    /// Another record, by name.
    Record(String, Result<Box<Node>, Fault>),
    /// Whether a name exists: if so, every address.
    There(bool),
    /// These addresses for sure, others perhaps, by one lookup; why it is not
    /// known of those.
    Partly {
        sure: Addresses,
        perhaps: Addresses,
        why: String,
    },
    /// Depends on what is not known, or on too much: a sentence part.
    Untold(String),
    /// A name that could not be looked up.
    NoAnswer(String),
}

/// Why a record can't be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// The domain has none; whether it has no TXT record at all.
    None { domain: String, void: bool },
    /// It has more than one.
    Several { domain: String },
    /// One of its terms is none.
    Syntax { domain: String, term: String },
    /// An `mx` of a name with more mail exchangers than may be looked up.
    Exchangers { domain: String },
    /// It refers to itself, or on and on.
    Circle { domain: String },
    /// Too much to look up.
    TooMuch,
    /// Nobody answered: why.
    NoAnswer(String),
}

impl Fault {
    /// Whose record can't be used.
    pub(super) fn domain(&self) -> Option<&str> {
        match self {
            Self::None { domain, .. } | Self::Several { domain } | Self::Syntax { domain, .. } => {
                Some(domain)
            }
            _ => None,
        }
    }

    /// What is wrong, a sentence part; `None` where nobody answered.
    pub(super) fn said(&self) -> Option<String> {
        Some(match self {
            Self::None { domain, .. } => format!("{domain} has no SPF record"),
            Self::Several { domain } => format!("{domain} has more than one SPF record"),
            Self::Syntax { domain, term } => {
                format!("the record of {domain} has a term that is none: “{}”", shown(term, 100))
            }
            Self::Exchangers { domain } => format!(
                "{domain} has more than {MOST_EXCHANGERS} mail exchangers, so “mx” of it is an error (RFC 7208 4.6.4)"
            ),
            Self::Circle { domain } => format!("{domain} refers to itself"),
            Self::TooMuch => "it refers to more than can be looked up".to_owned(),
            Self::NoAnswer(_) => return None,
        })
    }
}

/// The SPF records among the TXT records of an answer.
pub(super) fn records(answer: &Answer) -> Vec<String> {
    texts(answer).filter(|text| is_spf(text)).cloned().collect()
}

/// Texts that are meant as such a record, and are none.
pub(super) fn mistaken(answer: &Answer) -> Vec<String> {
    let meant = |text: &&String| text.to_ascii_lowercase().contains("spf1") && !is_spf(text);
    texts(answer).filter(meant).cloned().collect()
}

/// Whose mail is asked about.
#[derive(Clone, Default)]
pub(super) struct Mail {
    /// The sender's domain.
    pub(super) origin: Option<String>,
    /// The addresses that send it, as soon as they are known.
    pub(super) senders: Option<watch::Receiver<Option<Vec<IpAddr>>>>,
}

/// Looks up everything that the record `text` of `domain` refers to.
///
/// # Errors
/// When the record itself is none.
pub(super) async fn expand(
    hearing: &Hearing,
    mail: &Mail,
    domain: &str,
    text: &str,
) -> Result<Node, Fault> {
    let work = Work::of(hearing, mail);
    work.record(domain.to_owned(), text.to_owned(), Vec::new()).await
}

/// Looks up the record of `domain`, then as [`expand`].
///
/// # Errors
/// When there is none to use.
pub(super) async fn expand_domain(
    hearing: &Hearing,
    mail: &Mail,
    domain: &str,
) -> Result<Node, Fault> {
    Work::of(hearing, mail).domain(domain.to_owned(), Vec::new()).await
}

/// A record's mechanisms, by whether they count (RFC 7208 5.1 and 6.1).
struct Parts {
    counted: Vec<Mechanism>,
    last: Option<Mechanism>,
    behind: Vec<Mechanism>,
}

impl Parts {
    fn of(record: Record) -> Self {
        let redirect = record.redirect.map(|(spec, term)| {
            let what = What::Include(spec);
            Mechanism { qualifier: Qualifier::Pass, what, term }
        });
        let mut counted = record.mechanisms;
        match counted.iter().position(|one| one.what == What::All) {
            Some(all) => {
                let behind = counted.split_off(all + 1).into_iter().chain(redirect).collect();
                Self { counted, last: None, behind }
            }
            None => Self { counted, last: redirect, behind: Vec::new() },
        }
    }
}

#[derive(Clone)]
struct Work {
    hearing: Hearing,
    mail: Mail,
    terms: Arc<AtomicUsize>,
}

type Expanding = Pin<Box<dyn Future<Output = Result<Node, Fault>> + Send>>;

impl Work {
    fn of(hearing: &Hearing, mail: &Mail) -> Self {
        Self { hearing: hearing.clone(), mail: mail.clone(), terms: Arc::default() }
    }

    /// `path` holds the domains whose records led here.
    fn domain(self, domain: String, path: Vec<String>) -> Expanding {
        Box::pin(async move {
            if path.contains(&domain) || path.len() >= DEEPEST {
                return Err(Fault::Circle { domain });
            }
            let text = self.hearing.spf_record(&domain).await?;
            self.record(domain, text, path).await
        })
    }

    async fn record(
        self,
        domain: String,
        text: String,
        mut path: Vec<String>,
    ) -> Result<Node, Fault> {
        let record =
            Record::parse(&text).map_err(|term| Fault::Syntax { domain: domain.clone(), term })?;
        path.push(domain.clone());
        let Parts { counted, last, behind } = Parts::of(record);
        let redirected = last.is_some();
        let mut running = JoinSet::new();
        for (index, mechanism) in counted.into_iter().chain(last).enumerate() {
            let (work, domain, path) = (self.clone(), domain.clone(), path.clone());
            running.spawn(async move { (index, work.term(mechanism, domain, path).await) });
        }
        let mut terms = running.join_all().await;
        terms.sort_by_key(|(index, _)| *index);
        let mut terms: Vec<Term> = terms.into_iter().map(|(_, term)| term).collect();
        let redirect = if redirected { terms.pop().map(Box::new) } else { None };
        Ok(Node { line: shown(&format!("{domain}: {text}"), 1024), terms, redirect, behind })
    }

    async fn term(self, mechanism: Mechanism, domain: String, path: Vec<String>) -> Term {
        let Mechanism { qualifier, what, term: text } = mechanism;
        let leads = self.leads(&what, &domain, path).await;
        Term { qualifier, text, leads }
    }

    async fn leads(self, what: &What, domain: &str, path: Vec<String>) -> Leads {
        let of_address = match what {
            What::Exists(spec) | What::A(Some(spec), ..) => spec.is_by_address(),
            _ => false,
        };
        if of_address && let Some(senders) = self.senders().await {
            return self.for_each(what, domain, senders).await;
        }
        let known =
            Known { current: domain, origin: self.mail.origin.as_deref(), local: None, ip: None };
        let name = match what {
            What::All => return Leads::All,
            What::Ip(range) => return Leads::Ranges(vec![*range]),
            What::Ptr => return depends("the reverse name of the server that sends"),
            What::A(None, ..) | What::Mx(None, ..) => Ok(domain.to_owned()),
            What::Include(spec)
            | What::Exists(spec)
            | What::A(Some(spec), ..)
            | What::Mx(Some(spec), ..) => spec.name(&known),
        };
        let name = match name {
            Ok(name) => name,
            Err(on) => return depends(on),
        };
        if self.terms.fetch_add(1, Ordering::Relaxed) >= MOST_TERMS {
            return match what {
                What::Include(_) => Leads::Record(name, Err(Fault::TooMuch)),
                _ => Leads::Untold("is one lookup too many".to_owned()),
            };
        }
        match what {
            What::Include(_) => {
                let found = self.domain(name.clone(), path).await;
                Leads::Record(name, found.map(Box::new))
            }
            What::Mx(_, v4, v6) => self.hearing.spf_exchangers(&name, *v4, *v6).await,
            What::A(_, v4, v6) => self.hearing.spf_addresses(&name, *v4, *v6).await,
            _ => match self.hearing.spf_exists(&name).await {
                Ok(there) => Leads::There(there),
                Err(why) => Leads::NoAnswer(why),
            },
        }
    }

    /// The addresses that are asked about, once they are known.
    async fn senders(&self) -> Option<Vec<IpAddr>> {
        let mut known = self.mail.senders.clone()?;
        let found = known.wait_for(Option::is_some).await.ok()?.clone();
        found.filter(|some| !some.is_empty() && some.len() <= MOST_SENDERS)
    }

    /// A term that says something else of each address: of those asked about
    /// it is looked up, of all others it is not known.
    async fn for_each(self, what: &What, domain: &str, senders: Vec<IpAddr>) -> Leads {
        let (What::Exists(spec) | What::A(Some(spec), ..)) = what else { return Leads::All };
        let origin = self.mail.origin.as_deref();
        let mut running = JoinSet::new();
        for ip in senders {
            let known = Known { current: domain, origin, local: None, ip: Some(ip) };
            let name = match spec.name(&known) {
                Ok(name) => name,
                Err(on) => return depends(on),
            };
            let (hearing, what) = (self.hearing.clone(), what.clone());
            running.spawn(async move {
                let found = match what {
                    What::A(_, v4, v6) => hearing.spf_addresses(&name, v4, v6).await,
                    _ => match hearing.spf_exists(&name).await {
                        Ok(there) => Leads::There(there),
                        Err(why) => Leads::NoAnswer(why),
                    },
                };
                (ip, found.has(ip))
            });
        }
        let (mut sure, mut settled) = (Addresses::default(), Addresses::default());
        for (ip, matches) in running.join_all().await {
            let one = Addresses::one(ip);
            match matches {
                Some(true) => (sure, settled) = (sure.or(&one), settled.or(&one)),
                Some(false) => settled = settled.or(&one),
                None => {}
            }
        }
        let perhaps = Addresses::all().minus(&settled).or(&sure);
        let why = "depends on the address of the server that sends, and was looked up for the external server alone".to_owned();
        Leads::Partly { sure, perhaps, why }
    }
}

fn depends(on: &str) -> Leads {
    Leads::Untold(format!("depends on {on}"))
}
