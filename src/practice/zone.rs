//! The records of the practice DNS, computed from the model at question time.
//! The addresses in it are of the documentation ranges (RFC 5737), which no
//! packet ever leaves for.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use hickory_proto::op::ResponseCode;
use hickory_proto::rr::rdata::{A, CNAME, MX, NS, SOA, TXT};
use hickory_proto::rr::{Name, RData, Record, RecordType};

use super::Controls;
use super::sample::{API_HOST, EXTERNAL_HOST};
use crate::route::MxOwner;

/// `mail.example.com`.
pub(super) const EXTERNAL: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 25);
/// `ns1.example.com`.
pub(super) const NS1: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 53);
/// `ns2.example.com`.
pub(super) const NS2: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 54);
/// `www.example.com`: published, and nobody there.
pub(super) const WEB: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 80);
/// `mx1.emailsrvr.com`.
pub(super) const MX1: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 1);
/// `mx2.emailsrvr.com`.
pub(super) const MX2: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 2);
/// `ns1.emailsrvr.com`.
pub(super) const HOST_NS: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 53);
/// `api.emailsrvr.com`.
pub(super) const API: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 80);
/// The two public resolvers.
pub(super) const RESOLVERS: [Ipv4Addr; 2] =
    [Ipv4Addr::new(203, 0, 113, 53), Ipv4Addr::new(203, 0, 113, 54)];

/// An address with its port.
pub(super) fn at(address: Ipv4Addr, port: u16) -> SocketAddr {
    SocketAddr::new(IpAddr::V4(address), port)
}

/// Seconds that a negative answer may be remembered: TTL and MINIMUM of every
/// SOA (RFC 2308 5 takes the smaller).
const NEGATIVE_TTL: u32 = 900;
/// Seconds that the other records may be remembered.
const TTL: u32 = 3600;
/// CNAMEs followed within one answer.
const CHAIN: usize = 8;

/// What the zones say to one question.
pub(super) struct Looked {
    /// Whether the name lies in one of the zones.
    pub(super) in_zone: bool,
    pub(super) code: ResponseCode,
    pub(super) answers: Vec<Record>,
    /// The zone's SOA, on a negative answer.
    pub(super) authority: Vec<Record>,
}

/// Records that differ from what the switches say: for worlds that no switch
/// makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// Whose records, such as `rackspace.example.com`; `*.` for any name
    /// below that has none of its own.
    pub name: String,
    /// Their type, such as `MX`.
    pub kind: String,
    /// What stands there in place of the usual, as in zone files; nothing
    /// where it is empty.
    pub data: Vec<String>,
    /// Seconds that they may be remembered.
    pub ttl: u32,
    /// Only what the name server with this address says.
    pub only_at: Option<Ipv4Addr>,
}

/// Looks one question up, as the name server at `server` knows it.
pub(super) fn look_up(
    controls: &Controls,
    server: Ipv4Addr,
    name: &Name,
    kind: RecordType,
) -> Looked {
    let mut zones = zones(controls);
    for edit in controls.edits().iter().filter(|edit| edit.only_at.is_none_or(|at| at == server)) {
        zones.iter_mut().for_each(|zone| zone.edit(edit));
    }
    let Some(zone) = zones.iter().find(|zone| zone.apex.zone_of(name)) else {
        return Looked {
            in_zone: false,
            code: ResponseCode::NXDomain,
            answers: Vec::new(),
            authority: vec![soa(&Name::root(), "a.root-servers.net", 1)],
        };
    };
    let mut answers = Vec::new();
    let mut owner = name.to_lowercase();
    for _ in 0..CHAIN {
        let owner_there = zone.closest(&owner);
        let here = zone.records.iter().filter(|record| record.name == owner_there);
        let alias = here.clone().find_map(|record| match &record.data {
            RData::CNAME(target) if kind != RecordType::CNAME => Some((record, target.0.clone())),
            _ => None,
        });
        if let Some((record, target)) = alias {
            answers.push(of_owner(record, &owner));
            owner = target;
            continue;
        }
        answers.extend(
            here.filter(|record| kind == RecordType::ANY || record.record_type() == kind)
                .map(|record| of_owner(record, &owner)),
        );
        break;
    }
    let closest = zone.closest(&owner);
    let exists = !zone.apex.zone_of(&owner)
        || zone.records.iter().any(|record| closest.zone_of(&record.name));
    let found = answers.last().is_some_and(|last| {
        kind == RecordType::ANY || last.record_type() == kind || !zone.apex.zone_of(&owner)
    });
    Looked {
        in_zone: true,
        code: if exists { ResponseCode::NoError } else { ResponseCode::NXDomain },
        answers,
        authority: if found { Vec::new() } else { vec![zone.soa()] },
    }
}

/// A record as it is given for `owner`: a wildcard's takes its name.
fn of_owner(record: &Record, owner: &Name) -> Record {
    let mut record = record.clone();
    record.name = owner.clone();
    record
}

struct Zone {
    apex: Name,
    records: Vec<Record>,
}

impl Zone {
    fn new(apex: &str, name_server: &str, serial: u32) -> Self {
        let apex = name(apex);
        let soa = soa(&apex, name_server, serial);
        Self { records: vec![soa], apex }
    }

    /// Puts the records of an edit in place of those that are there.
    fn edit(&mut self, edit: &Edit) {
        let owner = name(&edit.name).to_lowercase();
        let Ok(kind) = edit.kind.parse::<RecordType>() else { return };
        if !self.apex.zone_of(&owner) {
            return;
        }
        self.records.retain(|record| record.name != owner || record.record_type() != kind);
        for text in &edit.data {
            if let Ok(data) = RData::try_from_str(kind, text) {
                let record = Record::from_rdata(owner.clone(), edit.ttl, data);
                // The SOA stands first.
                let at = if kind == RecordType::SOA { 0 } else { self.records.len() };
                self.records.insert(at, record);
            }
        }
    }

    /// The name itself where it is there, or the wildcard that stands for it (RFC 4592).
    fn closest(&self, owner: &Name) -> Name {
        let there = |name: &Name| self.records.iter().any(|record| name.zone_of(&record.name));
        if there(owner) {
            return owner.clone();
        }
        let mut above = owner.base_name();
        while self.apex.zone_of(&above) && !there(&above) {
            above = above.base_name();
        }
        let wildcard = above.prepend_label("*").ok();
        wildcard.filter(there).unwrap_or_else(|| owner.clone())
    }

    fn put(&mut self, owner: &str, data: RData) {
        self.records.push(Record::from_rdata(name(owner), TTL, data));
    }

    /// MX records with the preferences that count from 10.
    fn put_mx(&mut self, owner: &str, exchanges: &[(u16, String)]) {
        for (preference, exchange) in exchanges {
            self.put(owner, RData::MX(MX::new(*preference, name(exchange))));
        }
    }

    fn put_host(&mut self, owner: &str, at: Ipv4Addr) {
        self.put(owner, RData::A(A(at)));
    }

    fn put_text(&mut self, owner: &str, text: &str) {
        self.put(owner, RData::TXT(TXT::new(vec![text.to_owned()])));
    }

    /// Its SOA; every zone is made with one.
    fn soa(&self) -> Record {
        self.records.first().cloned().unwrap_or_else(|| soa(&self.apex, "ns.invalid", 1))
    }
}

/// Both zones as they stand.
fn zones(controls: &Controls) -> [Zone; 2] {
    let world = controls.world();
    let plan = controls.plan();
    let serial = 2_026_010_100_u32.wrapping_add(controls.changes() as u32);
    let at_host: Vec<(u16, String)> =
        plan.host.mx.iter().map(|mx| (mx.preference, mx.exchange.as_str().to_owned())).collect();

    let mut company = Zone::new("example.com", "ns1.example.com", serial);
    for (server, at) in [("ns1.example.com", NS1), ("ns2.example.com", NS2)] {
        company.put("example.com", RData::NS(NS(name(server))));
        company.put_host(server, at);
    }
    company.put_text("example.com", "v=spf1 mx a:mail.example.com include:emailsrvr.com ~all");
    company.put_text("_dmarc.example.com", "v=DMARC1; p=none");
    company.put_host("example.com", WEB);
    company.put("www.example.com", RData::CNAME(CNAME(name("example.com"))));
    company.put("autodiscover.example.com", RData::CNAME(CNAME(name(EXTERNAL_HOST))));
    company.put_host(EXTERNAL_HOST, EXTERNAL);
    for (domain, owner) in &world.mx {
        let exchanges = match owner {
            MxOwner::Host => at_host.clone(),
            MxOwner::External => vec![(10, EXTERNAL_HOST.to_owned())],
            MxOwner::Third => vec![(10, "mx.invalid".to_owned())],
        };
        if company.apex.zone_of(&name(domain.as_str())) {
            company.put_mx(domain.as_str(), &exchanges);
        }
    }

    let mut host = Zone::new("emailsrvr.com", "ns1.emailsrvr.com", serial);
    host.put("emailsrvr.com", RData::NS(NS(name("ns1.emailsrvr.com"))));
    host.put_host("ns1.emailsrvr.com", HOST_NS);
    host.put_mx("emailsrvr.com", &at_host);
    host.put_host("mx1.emailsrvr.com", MX1);
    host.put_host("mx2.emailsrvr.com", MX2);
    host.put_host(API_HOST, API);
    host.put_text("emailsrvr.com", "v=spf1 ip4:198.51.100.0/28 ~all");
    [company, host]
}

fn soa(apex: &Name, name_server: &str, serial: u32) -> Record {
    let contact = name("hostmaster.invalid");
    let data = SOA::new(name(name_server), contact, serial, 3600, 900, 1_209_600, NEGATIVE_TTL);
    Record::from_rdata(apex.clone(), NEGATIVE_TTL, RData::SOA(data))
}

/// A name that is known to be one: a constant here, or out of the plan.
fn name(text: &str) -> Name {
    let mut name = Name::from_ascii(text).unwrap_or_else(|_| Name::root());
    name.set_fqdn(true);
    name
}
