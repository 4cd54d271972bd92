//! The systems behind the primary domain's MX records.

use std::net::IpAddr;

use super::contradiction::Contradiction;
use super::exchangers::Exchanger;
use super::told::{Told, shown_mx};
use crate::net::ResponseCode;
use crate::plan::{Plan, Side};

/// Records that are looked at: far more than any domain has.
const MOST: usize = 100;

/// The primary MX records, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Records {
    /// Nobody answered: why.
    NoAnswer(String),
    /// They contradict each other.
    Contradicted(Contradiction),
    /// The domain does not exist (NXDOMAIN).
    NoDomain,
    /// It has no MX record.
    None,
    /// It says that it takes no mail (RFC 7505).
    NullMx,
    /// It says so, and names servers as well: all of them.
    NullAmong(String),
    /// By preference, each with the system behind it.
    Some(Vec<(u16, String, Owner)>),
}

/// The system behind a mail exchanger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// One of the plan's two systems.
    Known(Side),
    /// Not the host; taken for the external server, which the plan does not name yet.
    Presumed,
    /// Neither.
    Other,
}

/// Reads the answer of one that counts.
pub(super) fn read(
    plan: &Plan,
    told: &Told,
    exchangers: &[Exchanger],
    external: &[IpAddr],
) -> Records {
    let Ok(answer) = &told.answer else { return Records::NoAnswer(String::new()) };
    let mx = answer.mx();
    if mx.is_empty() {
        return if answer.code == ResponseCode::NxDomain {
            Records::NoDomain
        } else {
            Records::None
        };
    }
    if let Some(records) = null_mx(&mx) {
        return records;
    }
    let rows = mx.into_iter().take(MOST).map(|(preference, exchange)| {
        let owner = owner(plan, &exchange, exchangers, external);
        (preference, exchange, owner)
    });
    Records::Some(rows.collect())
}

/// The records that say “no mail”, alone or with others beside them.
fn null_mx(mx: &[(u16, String)]) -> Option<Records> {
    let is_null = |exchange: &String| exchange == "." || exchange.is_empty();
    match mx.iter().filter(|(_, exchange)| is_null(exchange)).count() {
        0 => None,
        some if some == mx.len() => Some(Records::NullMx),
        _ => Some(Records::NullAmong(shown_mx(mx))),
    }
}

fn owner(plan: &Plan, exchange: &str, exchangers: &[Exchanger], external: &[IpAddr]) -> Owner {
    if plan.host.owns_exchange(exchange) {
        return Owner::Known(Side::Host);
    }
    match &plan.external.host_name {
        None => Owner::Presumed,
        Some(name) if name.as_str() == exchange => Owner::Known(Side::External),
        Some(_) => {
            let mut its =
                exchangers.iter().filter(|one| one.name == exchange).flat_map(Exchanger::addresses);
            if its.any(|ip| external.contains(ip)) {
                Owner::Known(Side::External)
            } else {
                Owner::Other
            }
        }
    }
}
