//! A name server's reply, read: records, negative answers, referrals.

use std::fmt::Write as _;
use std::time::Duration;

use hickory_proto::op::{self, Message};
use hickory_proto::rr;

use super::dns::{Answer, Data, Record, Referral, ResponseCode, Soa};
use super::query::Question;
use crate::shown::shown;

/// Name servers of one zone that are read out of a referral.
const MOST_NAMES: usize = 13;

/// An answer, and the zone that its authority section speaks for.
pub(super) struct Asked {
    pub(super) answer: Answer,
    /// Owner of the SOA record of a negative answer.
    pub(super) zone: Option<String>,
}

pub(super) fn read(question: &Question, reply: &Message, by_tcp: bool, took: Duration) -> Asked {
    let meta = &reply.metadata;
    let records: Vec<Record> = reply.answers.iter().filter_map(record).collect();
    let soa = reply.authorities.iter().filter_map(record).find_map(|record| match record.data {
        Data::Soa(soa) => Some((record.name, record.ttl.min(soa.minimum))),
        _ => None,
    });
    let negative =
        matches!(meta.response_code, op::ResponseCode::NoError | op::ResponseCode::NXDomain)
            && !records.iter().any(|record| record.data.kind() == Some(question.kind));
    let (zone, negative_ttl) = match soa {
        Some((zone, ttl)) if negative => (Some(zone), Some(ttl)),
        _ => (None, None),
    };
    let answer = Answer {
        asked: question.server,
        name: text(&question.name),
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
        referral: referral(reply, &text(&question.name)),
        by_tcp,
        by_https: None,
        took,
    };
    Asked { answer, zone }
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
    if name != zone && !name.strip_suffix(zone.as_str()).is_some_and(|rest| rest.ends_with('.')) {
        return None;
    }
    let mut names: Vec<String> = std::iter::once(first)
        .chain(named.filter(|(owner, _)| *owner == zone).map(|(_, server)| server))
        .take(MOST_NAMES)
        .collect();
    names.sort();
    names.dedup();
    let glue = reply.additionals.iter().filter_map(record).take(MOST_NAMES * 4);
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
