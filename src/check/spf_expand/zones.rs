//! For tests: records expanded from a table in place of the DNS.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::{Fault, Leads, Node, Parts, Term};
use crate::check::spf_record::{Mechanism, Range, Record, Spec, What};

#[derive(Debug, Clone, Default)]
pub(in crate::check) struct Zones {
    records: BTreeMap<String, String>,
    addresses: BTreeMap<String, Vec<IpAddr>>,
}

impl Zones {
    pub(in crate::check) fn record(mut self, name: &str, text: &str) -> Self {
        self.records.insert(name.to_owned(), text.to_owned());
        self
    }

    pub(in crate::check) fn addresses(mut self, name: &str, all: &[&str]) -> Self {
        let all = all.iter().map(|ip| ip.parse().unwrap()).collect();
        self.addresses.insert(name.to_owned(), all);
        self
    }

    pub(in crate::check) fn node(&self, domain: &str, text: &str) -> Node {
        let Parts { counted, last, behind } = Parts::of(Record::parse(text).unwrap());
        let terms = counted.into_iter().map(|one| self.term(domain, one)).collect();
        let redirect = last.map(|one| Box::new(self.term(domain, one)));
        Node { line: format!("{domain}: {text}"), terms, redirect, behind }
    }

    fn term(&self, domain: &str, mechanism: Mechanism) -> Term {
        let Mechanism { qualifier, what, term: text } = mechanism;
        let looked = |spec: Option<Spec>, v4, v6| match spec {
            Some(Spec::Macro(_)) => Leads::Untold("depends on the mail".to_owned()),
            spec => {
                let name = match spec {
                    Some(Spec::Name(name)) => name,
                    _ => domain.to_owned(),
                };
                let found = self.addresses.get(&name).cloned().unwrap_or_default();
                let range = |ip: IpAddr| Range::around(ip, if ip.is_ipv4() { v4 } else { v6 });
                Leads::Looked(found.into_iter().map(range).collect())
            }
        };
        let leads = match what {
            What::All => Leads::All,
            What::Ip(range) => Leads::Ranges(vec![range]),
            What::Exists(Spec::Name(name)) => Leads::There(self.addresses.contains_key(&name)),
            What::Ptr | What::Exists(_) | What::Include(Spec::Macro(_)) => {
                Leads::Untold("depends on the mail".to_owned())
            }
            What::Include(Spec::Name(name)) => {
                let found = match self.records.get(&name) {
                    Some(text) => Ok(Box::new(self.node(&name, text))),
                    None => Err(Fault::None { domain: name.clone(), void: true }),
                };
                Leads::Record(name, found)
            }
            What::A(spec, v4, v6) | What::Mx(spec, v4, v6) => looked(spec, v4, v6),
        };
        Term { qualifier, text, leads }
    }
}
