//! An SPF record with everything that it refers to, looked up (RFC 7208 4.6.4
//! and 5). Macros are counted and not executed: what they give depends on
//! the message.

#[cfg(test)]
pub(super) mod zones;

use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::task::JoinSet;

use super::spf_record::{Mechanism, Qualifier, Range, Record, Spec, What, is_spf};
use crate::net::{Answer, Data, DnsError, Net, RecordType, ResponseCode};
use crate::shown::shown;

/// Terms that are looked up in one tree; a record may need 10.
const MOST_TERMS: usize = 40;
/// Records that refer to one another in a row.
const DEEPEST: usize = 11;
/// Mail exchangers behind one `mx` (RFC 7208 4.6.4).
const MOST_EXCHANGERS: usize = 10;

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
    /// Depends on the message.
    Untold,
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
    let texts = answer.of_kind().filter_map(|record| match &record.data {
        Data::Txt(text) => Some(text.clone()),
        _ => None,
    });
    texts.filter(|text| is_spf(text)).collect()
}

/// Texts that are meant as such a record, and are none.
pub(super) fn mistaken(answer: &Answer) -> Vec<String> {
    let texts = answer.of_kind().filter_map(|record| match &record.data {
        Data::Txt(text) => Some(text.clone()),
        _ => None,
    });
    let meant = |text: &String| text.to_ascii_lowercase().contains("spf1") && !is_spf(text);
    texts.filter(meant).collect()
}

/// Looks up everything that the record `text` of `domain` refers to.
///
/// # Errors
/// When the record itself is none.
pub(super) async fn expand(net: &Net, domain: &str, text: &str) -> Result<Node, Fault> {
    let work = Work { net: net.clone(), terms: Arc::new(AtomicUsize::new(0)) };
    work.record(domain.to_owned(), text.to_owned(), Vec::new()).await
}

/// Looks up the record of `domain`, then as [`expand`].
///
/// # Errors
/// When there is none to use.
pub(super) async fn expand_domain(net: &Net, domain: &str) -> Result<Node, Fault> {
    let work = Work { net: net.clone(), terms: Arc::new(AtomicUsize::new(0)) };
    work.domain(domain.to_owned(), Vec::new()).await
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
    net: Net,
    terms: Arc<AtomicUsize>,
}

type Expanding = Pin<Box<dyn Future<Output = Result<Node, Fault>> + Send>>;

impl Work {
    /// `path` holds the domains whose records led here.
    fn domain(self, domain: String, path: Vec<String>) -> Expanding {
        Box::pin(async move {
            if path.contains(&domain) || path.len() >= DEEPEST {
                return Err(Fault::Circle { domain });
            }
            let answer = self
                .net
                .lookup(&domain, RecordType::Txt)
                .await
                .map_err(|error| Fault::NoAnswer(error.to_string()))?;
            if !matches!(answer.code, ResponseCode::NoError | ResponseCode::NxDomain) {
                let why = format!("{} answered {} for {domain}", answer.asked, answer.code);
                return Err(Fault::NoAnswer(why));
            }
            match records(&answer).as_slice() {
                [] => Err(Fault::None { domain, void: answer.of_kind().next().is_none() }),
                [text] => self.record(domain, text.clone(), path).await,
                _ => Err(Fault::Several { domain }),
            }
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
        let named = |spec: Option<Spec>| match spec {
            None => Some(domain.clone()),
            Some(Spec::Name(name)) => Some(name),
            Some(Spec::Macro(_)) => None,
        };
        let leads = match what {
            What::All => Leads::All,
            What::Ip(range) => Leads::Ranges(vec![range]),
            What::Ptr | What::Exists => Leads::Untold,
            What::Include(spec) => match named(Some(spec)) {
                None => Leads::Untold,
                Some(name) if !self.may_go_on() => Leads::Record(name, Err(Fault::TooMuch)),
                Some(name) => {
                    let found = self.domain(name.clone(), path).await;
                    Leads::Record(name, found.map(Box::new))
                }
            },
            What::A(spec, v4, v6) => match named(spec).filter(|_| self.may_go_on()) {
                None => Leads::Untold,
                Some(name) => looked(self.net.addresses(&name).await, v4, v6),
            },
            What::Mx(spec, v4, v6) => match named(spec).filter(|_| self.may_go_on()) {
                None => Leads::Untold,
                Some(name) => self.exchangers(&name, v4, v6).await,
            },
        };
        Term { qualifier, text, leads }
    }

    async fn exchangers(&self, name: &str, v4: u8, v6: u8) -> Leads {
        let answer = match self.net.lookup(name, RecordType::Mx).await {
            Ok(answer) => answer,
            Err(error) => return Leads::NoAnswer(error.to_string()),
        };
        let hosts = answer.mx().into_iter().map(|(_, host)| host).filter(|host| host != ".");
        let hosts: Vec<String> = hosts.collect();
        if hosts.len() > MOST_EXCHANGERS {
            let domain = name.to_owned();
            return Leads::Record(name.to_owned(), Err(Fault::Exchangers { domain }));
        }
        let mut all = Vec::new();
        for (_, found) in self.net.addresses_of(hosts).await {
            match found {
                Ok(found) => all.extend(found),
                Err(error) => return Leads::NoAnswer(error.to_string()),
            }
        }
        looked(Ok(all), v4, v6)
    }

    fn may_go_on(&self) -> bool {
        self.terms.fetch_add(1, Ordering::Relaxed) < MOST_TERMS
    }
}

fn looked(addresses: Result<Vec<IpAddr>, DnsError>, v4: u8, v6: u8) -> Leads {
    match addresses {
        Ok(found) => Leads::Looked(
            found
                .into_iter()
                .map(|ip| Range::around(ip, if ip.is_ipv4() { v4 } else { v6 }))
                .collect(),
        ),
        Err(error) => Leads::NoAnswer(error.to_string()),
    }
}
