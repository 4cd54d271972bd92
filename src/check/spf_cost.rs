//! What an SPF record costs whoever evaluates it (RFC 7208 4.6.4), and what is
//! in the records that it refers to.

use std::collections::BTreeSet;

use super::spf_expand::{Fault, Leads, Node, Term};
use super::spf_record::{Qualifier, Range};
use crate::shown::shown;

impl Term {
    /// Whether its lookup finds nothing.
    pub(super) fn leads_nowhere(&self) -> bool {
        match &self.leads {
            Leads::Looked(ranges) => ranges.is_empty(),
            Leads::There(there) => !there,
            Leads::Record(_, Err(Fault::None { void, .. })) => *void,
            _ => false,
        }
    }

    /// Lookups that it costs, all that it refers to included.
    pub(super) fn lookups(&self) -> usize {
        match &self.leads {
            Leads::All | Leads::Ranges(_) => 0,
            Leads::Looked(_)
            | Leads::There(_)
            | Leads::Partly { .. }
            | Leads::Untold(_)
            | Leads::NoAnswer(_) => 1,
            Leads::Record(_, found) => 1 + found.as_ref().map_or(0, |node| node.lookups()),
        }
    }
}

impl Node {
    /// The records that it refers to, a line each: the evidence.
    pub(super) fn lines(&self) -> Vec<String> {
        let records = self.all_terms().into_iter().filter_map(|term| match &term.leads {
            Leads::Record(_, Ok(node)) => Some(node.line.clone()),
            _ => None,
        });
        records.collect()
    }

    /// Every term of the tree.
    fn all_terms(&self) -> Vec<&Term> {
        let mut found = Vec::new();
        for term in self.terms.iter().chain(self.redirect.as_deref()) {
            found.push(term);
            if let Leads::Record(_, Ok(node)) = &term.leads {
                found.extend(node.all_terms());
            }
        }
        found
    }

    /// Terms of the whole tree that cost a lookup (RFC 7208 4.6.4: 10 at most).
    pub(super) fn lookups(&self) -> usize {
        self.terms.iter().chain(self.redirect.as_deref()).map(Term::lookups).sum()
    }

    /// Lookups of the whole tree that lead nowhere (2 at most).
    pub(super) fn voids(&self) -> usize {
        self.all_terms().into_iter().filter(|term| term.leads_nowhere()).count()
    }

    /// What is wrong in records that it refers to.
    pub(super) fn faults(&self) -> Vec<Fault> {
        let faults = self.all_terms().into_iter().filter_map(|term| match &term.leads {
            Leads::Record(_, Err(fault)) => Some(fault.clone()),
            Leads::NoAnswer(why) => Some(Fault::NoAnswer(why.clone())),
            _ => None,
        });
        faults.collect()
    }

    /// Terms that can't be evaluated to the end, each with why.
    pub(super) fn untold(&self) -> Vec<String> {
        let all = self.all_terms().into_iter();
        all.filter_map(|term| match &term.leads {
            Leads::Untold(why) | Leads::Partly { why, .. } => {
                Some(format!("“{}” {why}", shown(&term.text, 100)))
            }
            _ => None,
        })
        .collect()
    }

    /// Every range that it lets pass.
    pub(super) fn ranges(&self) -> BTreeSet<Range> {
        let mut found = BTreeSet::new();
        for term in self.terms.iter().chain(self.redirect.as_deref()) {
            match &term.leads {
                _ if term.qualifier != Qualifier::Pass => {}
                Leads::Ranges(ranges) | Leads::Looked(ranges) => found.extend(ranges),
                Leads::Record(_, Ok(node)) => found.extend(node.ranges()),
                _ => {}
            }
        }
        found
    }
}
