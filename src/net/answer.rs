//! A name server's reply, read: records, negative answers, referrals.

use std::fmt::Write as _;
use std::time::Duration;

use hickory_proto::op::{self, Message};
use hickory_proto::rr;

use super::dns::{Answer, Data, DnsError, Record, Referral, ResponseCode, Soa};
use super::query::Question;
use super::zone::MOST_NAMES;
use crate::plan::is_within;
use crate::shown::shown;

/// CNAME records that are followed in one answer; resolvers follow fewer.
const LONGEST_CHAIN: usize = 16;
/// Addresses that are read out of a referral.
const MOST_GLUE: usize = 1024;

/// An answer, and the zone that its authority section speaks for.
pub(super) struct Asked {
    pub(super) answer: Answer,
    /// Owner of the SOA record of a negative answer.
    pub(super) zone: Option<String>,
}

/// Reads a reply to `question`. Of its answer section those records count that
/// belong to the name asked for, or to one that its CNAME records lead to
/// (RFC 1034 4.3.2, RFC 2181 5.4.1): a server may say anything of other names.
///
/// # Errors
/// When it contradicts itself, or speaks of other names only: such a reply
/// says neither yes nor no.
pub(super) fn read(
    question: &Question,
    reply: &Message,
    by_tcp: bool,
    took: Duration,
) -> Result<Asked, DnsError> {
    let meta = &reply.metadata;
    let mut records: Vec<Record> = reply.answers.iter().filter_map(record).collect();
    let asked = text(&question.name);
    let owners = owners(&asked, &records);
    let foreign = records.iter().find(|record| !owners.contains(&record.name.as_str()));
    // A DNAME belongs to a name above; the CNAME made of it is what counts.
    let foreign = foreign.filter(|record| record.data.kind().is_some()).map(|one| one.name.clone());
    let owners: Vec<String> = owners.into_iter().map(str::to_owned).collect();
    records.retain(|record| owners.contains(&record.name));
    if let Some(foreign) = foreign.filter(|_| records.is_empty()) {
        let why = format!("asked for {asked}, it answers about {foreign}");
        return Err(question.garbled(&why));
    }
    let has_data = records.iter().any(|record| record.data.kind() == Some(question.kind));
    // The code is about the last name of the chain (RFC 6604 3).
    if has_data && meta.response_code == op::ResponseCode::NXDomain {
        return Err(question.garbled("it gives records and says that the name does not exist"));
    }
    let soa = reply.authorities.iter().filter_map(record).find_map(|record| match record.data {
        Data::Soa(soa) if owners.iter().any(|owner| is_at_or_above(&record.name, owner)) => {
            Some((record.name, record.ttl.min(soa.minimum)))
        }
        _ => None,
    });
    let negative =
        matches!(meta.response_code, op::ResponseCode::NoError | op::ResponseCode::NXDomain)
            && !has_data;
    let (zone, negative_ttl) = match soa {
        Some((zone, ttl)) if negative => (Some(zone), Some(ttl)),
        _ => (None, None),
    };
    let answer = Answer {
        asked: question.server,
        kind: question.kind,
        code: match meta.response_code {
            op::ResponseCode::NoError => ResponseCode::NoError,
            op::ResponseCode::NXDomain => ResponseCode::NxDomain,
            op::ResponseCode::ServFail => ResponseCode::ServFail,
            op::ResponseCode::Refused => ResponseCode::Refused,
            other => ResponseCode::Other(other.into()),
        },
        authoritative: meta.authoritative,
        records,
        negative_ttl,
        referral: referral(reply, &asked),
        name: asked,
        by_tcp,
        by_https: None,
        took,
    };
    Ok(Asked { answer, zone })
}

/// The name asked for, and those that its CNAME records lead to, each once.
fn owners<'a>(asked: &'a str, records: &'a [Record]) -> Vec<&'a str> {
    let mut owners = vec![asked];
    while let Some(last) = owners.last().copied().filter(|_| owners.len() <= LONGEST_CHAIN) {
        let next = records.iter().find_map(|record| match &record.data {
            Data::Cname(target) if record.name == last => Some(target.as_str()),
            _ => None,
        });
        match next {
            Some(next) if !owners.contains(&next) => owners.push(next),
            _ => break,
        }
    }
    owners
}

fn is_at_or_above(zone: &str, name: &str) -> bool {
    zone == "." || is_within(name, zone)
}

/// Reads a referral: NS records in the authority section of a zone at or above
/// the name, below the root, and no answer.
fn referral(reply: &Message, name: &str) -> Option<Referral> {
    if !reply.answers.is_empty() || reply.metadata.response_code != op::ResponseCode::NoError {
        return None;
    }
    let servers = reply.authorities.iter().filter_map(record);
    let mut named = servers.filter_map(|record| match record.data {
        Data::Ns(server) if record.name != "." => Some((record.name, server)),
        _ => None,
    });
    let (zone, first) = named.next()?;
    if !is_at_or_above(&zone, name) {
        return None;
    }
    let mut names: Vec<String> = std::iter::once(first)
        .chain(named.filter(|(owner, _)| *owner == zone).map(|(_, server)| server))
        .collect();
    names.sort();
    names.dedup();
    names.truncate(MOST_NAMES);
    let glue = reply.additionals.iter().filter_map(record).take(MOST_GLUE);
    let addresses =
        glue.filter(|record| names.contains(&record.name)).filter_map(|record| match record.data {
            Data::A(ip) => Some((record.name, ip.into())),
            Data::Aaaa(ip) => Some((record.name, ip.into())),
            _ => None,
        });
    let addresses = addresses.collect();
    Some(Referral { zone, names, addresses })
}

fn record(record: &rr::Record) -> Option<Record> {
    if record.dns_class != rr::DNSClass::IN {
        return None;
    }
    let data = match &record.data {
        rr::RData::A(ip) => Data::A(ip.0),
        rr::RData::AAAA(ip) => Data::Aaaa(ip.0),
        rr::RData::MX(mx) => Data::Mx { preference: mx.preference, exchange: text(&mx.exchange) },
        rr::RData::NS(name) => Data::Ns(text(&name.0)),
        rr::RData::CNAME(name) => Data::Cname(text(&name.0)),
        rr::RData::TXT(txt) => Data::Txt(String::from_utf8_lossy(&txt.txt_data.concat()).into()),
        rr::RData::SOA(soa) => {
            Data::Soa(Soa { mname: text(&soa.mname), serial: soa.serial, minimum: soa.minimum })
        }
        other => {
            let mut shape = format!("{} ", record.record_type());
            // Some types have no form to print; what there is will do.
            let _ = write!(shape, "{other}");
            Data::Other(shown(&shape, 1024))
        }
    };
    // A TTL with its top bit set counts as none (RFC 2181 8).
    let ttl = if record.ttl > i32::MAX as u32 { 0 } else { record.ttl };
    Some(Record { name: text(&record.name), ttl, data })
}

/// A name as it is compared and shown: lower case, no trailing dot, odd bytes
/// as in zone files (RFC 1035 5.1).
pub(super) fn text(name: &rr::Name) -> String {
    let mut out = String::new();
    for label in name.iter() {
        if !out.is_empty() {
            out.push('.');
        }
        for byte in label {
            match byte.to_ascii_lowercase() {
                b if b.is_ascii_alphanumeric() || b"-_*/+:=@".contains(&b) => {
                    out.push(char::from(b));
                }
                b if b.is_ascii_graphic() => {
                    out.push('\\');
                    out.push(char::from(b));
                }
                b => {
                    let _ = write!(out, "\\{b:03}");
                }
            }
        }
    }
    if out.is_empty() { ".".to_owned() } else { out }
}
