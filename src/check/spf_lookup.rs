//! What the names in an SPF record lead to, as far as those who were asked
//! agree on it.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::address_set::Addresses;
use super::heard::{Heard, Word, addresses, is_absent, of_addresses, of_mx};
use super::hearing::{Hearing, Wanted};
use super::spf_expand::{Fault, Leads, records};
use super::spf_record::Range;
use crate::net::{Answer, Data, RecordType};

/// Mail exchangers behind one `mx` (RFC 7208 4.6.4).
pub(super) const MOST_EXCHANGERS: usize = 10;

/// Addresses of a name: those that everybody gives, and those that anybody does.
pub(super) struct Behind {
    sure: BTreeSet<IpAddr>,
    perhaps: BTreeSet<IpAddr>,
    /// Who says what, where that is not the same.
    says: Option<String>,
}

/// The SPF records in an answer, in the words of a finding.
pub(super) fn of_spf(answer: &Answer) -> String {
    let mut found: Vec<String> =
        records(answer).iter().map(|text| crate::shown::shown(text, 600)).collect();
    found.sort();
    if found.is_empty() { "(no SPF record)".to_owned() } else { found.join(" | ") }
}

/// Whether there is no SPF record.
pub(super) fn no_spf(answer: &Answer) -> bool {
    records(answer).is_empty()
}

impl Hearing {
    /// The record that `domain` publishes, one and no more.
    ///
    /// # Errors
    /// When there is none to use, or those who tell contradict each other.
    pub(super) async fn spf_record(&self, domain: &str) -> Result<String, Fault> {
        let heard = self.hear(domain, RecordType::Txt, Wanted::Two).await;
        let told = match heard.word(of_spf, no_spf) {
            Word::One(told) => told,
            Word::Untold(why) => return Err(Fault::NoAnswer(why)),
            Word::Contradicted(says) => return Err(Fault::NoAnswer(differ(domain, &says))),
        };
        let Ok(answer) = &told.answer else { return Err(Fault::NoAnswer(heard.silence())) };
        let domain = domain.to_owned();
        match records(answer).as_slice() {
            [] => Err(Fault::None { domain, void: is_absent(answer) }),
            [text] => Ok(text.clone()),
            _ => Err(Fault::Several { domain }),
        }
    }

    /// What the addresses of `name` let pass, with these prefix lengths.
    pub(super) async fn spf_addresses(&self, name: &str, v4: u8, v6: u8) -> Leads {
        match self.behind(name).await {
            Ok(behind) => behind.leads(name, v4, v6),
            Err(why) => Leads::NoAnswer(why),
        }
    }

    /// The same for the mail exchangers of `name`.
    pub(super) async fn spf_exchangers(&self, name: &str, v4: u8, v6: u8) -> Leads {
        let heard = self.hear(name, RecordType::Mx, Wanted::Two).await;
        let told = match heard.word(of_mx, is_absent) {
            Word::One(told) => told,
            Word::Untold(why) => return Leads::NoAnswer(why),
            Word::Contradicted(says) => return Leads::NoAnswer(differ(name, &says)),
        };
        let hosts = exchangers(told.answer.as_ref().ok());
        if hosts.len() > MOST_EXCHANGERS {
            let domain = name.to_owned();
            return Leads::Record(name.to_owned(), Err(Fault::Exchangers { domain }));
        }
        let mut running = tokio::task::JoinSet::new();
        for (index, host) in hosts.into_iter().enumerate() {
            let hearing = self.clone();
            running.spawn(async move { (index, hearing.behind(&host).await) });
        }
        let mut found = running.join_all().await;
        found.sort_by_key(|(index, _)| *index);
        let mut all = Behind { sure: BTreeSet::new(), perhaps: BTreeSet::new(), says: None };
        for (_, found) in found {
            match found {
                Ok(found) => {
                    all.sure.extend(found.sure);
                    all.perhaps.extend(found.perhaps);
                    all.says = all.says.or(found.says);
                }
                Err(why) => return Leads::NoAnswer(why),
            }
        }
        all.leads(name, v4, v6)
    }

    /// Whether `name` has an IPv4 address, whichever (RFC 7208 5.7).
    ///
    /// # Errors
    /// Why that can't be told.
    pub(super) async fn spf_exists(&self, name: &str) -> Result<bool, String> {
        let heard = self.hear(name, RecordType::A, Wanted::Two).await;
        let there = |answer: &Answer| {
            if addresses(answer).is_empty() { "(no address)" } else { "(an address)" }.to_owned()
        };
        match heard.word(there, is_absent) {
            Word::One(told) => Ok(told.answer.as_ref().is_ok_and(|it| !addresses(it).is_empty())),
            Word::Untold(why) => Err(why),
            Word::Contradicted(says) => Err(differ(name, &says)),
        }
    }

    async fn behind(&self, name: &str) -> Result<Behind, String> {
        let (v4, v6) = tokio::join!(
            self.hear(name, RecordType::A, Wanted::Two),
            self.hear(name, RecordType::Aaaa, Wanted::Two)
        );
        let mut all = Behind { sure: BTreeSet::new(), perhaps: BTreeSet::new(), says: None };
        let mut trouble = None;
        for heard in [&v4, &v6] {
            match heard.word(of_addresses, is_absent) {
                Word::One(told) => {
                    let found: Vec<IpAddr> = given(told.answer.as_ref().ok());
                    all.sure.extend(&found);
                    all.perhaps.extend(&found);
                }
                Word::Contradicted(says) => {
                    let (sure, perhaps) = in_common(heard);
                    all.sure.extend(sure);
                    all.perhaps.extend(perhaps);
                    all.says = Some(says);
                }
                Word::Untold(why) => trouble = Some(why),
            }
        }
        match trouble {
            Some(why) if all.perhaps.is_empty() => Err(why),
            _ => Ok(all),
        }
    }
}

impl Behind {
    fn leads(self, name: &str, v4: u8, v6: u8) -> Leads {
        let ranges = |found: &BTreeSet<IpAddr>| -> Vec<Range> {
            let bits = |ip: &IpAddr| if ip.is_ipv4() { v4 } else { v6 };
            found.iter().map(|ip| Range::around(*ip, bits(ip))).collect()
        };
        match self.says {
            None => Leads::Looked(ranges(&self.sure)),
            Some(says) => Leads::Partly {
                sure: Addresses::of(&ranges(&self.sure)),
                perhaps: Addresses::of(&ranges(&self.perhaps)),
                why: differ(name, &says),
            },
        }
    }
}

/// The exchangers in an answer, without the null one.
pub(super) fn exchangers(answer: Option<&Answer>) -> Vec<String> {
    let all = answer.map(Answer::mx).unwrap_or_default().into_iter().map(|(_, host)| host);
    all.filter(|host| host != "." && !host.is_empty()).collect()
}

fn given(answer: Option<&Answer>) -> Vec<IpAddr> {
    answer.map(addresses).unwrap_or_default()
}

/// What all who count give, and what any of them gives.
fn in_common(heard: &Heard) -> (BTreeSet<IpAddr>, BTreeSet<IpAddr>) {
    let sets = heard
        .witnesses()
        .into_iter()
        .map(|told| given(told.answer.as_ref().ok()).into_iter().collect::<BTreeSet<IpAddr>>());
    let sets: Vec<_> = sets.collect();
    let any = sets.iter().flatten().copied().collect();
    let all = sets.into_iter().reduce(|a, b| &a & &b).unwrap_or_default();
    (all, any)
}

fn differ(name: &str, says: &str) -> String {
    format!("the answers about {name} {}: {says}", super::heard::CONTRADICT)
}

/// Texts of an answer.
pub(super) fn texts(answer: &Answer) -> impl Iterator<Item = &String> {
    answer.of_kind().filter_map(|record| match &record.data {
        Data::Txt(text) => Some(text),
        _ => None,
    })
}
