//! What one name server publishes for the routing subdomain, read from its answer.

use super::exchangers::is_literal;
use super::told::Told;
use crate::net::ResponseCode;
use crate::plan::Plan;

/// What one server publishes for the routing subdomain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Published {
    /// All of the host's exchangers and nothing else.
    Right,
    /// The host's, but not all of them: those missing.
    Part(Vec<String>),
    /// The host's and another, and whether that one is tried first.
    Extra(String, bool),
    /// All of the host's, the second before the first: the one that is tried first.
    Swapped(String),
    /// All of the host's, at one preference although the host has an order.
    Level,
    /// An IP address in place of a server's name.
    Literal(String),
    /// Other exchangers.
    Wrong,
    /// The right exchangers with the zone's name behind them.
    DoubledTarget(String),
    /// The subdomain is another name for this one.
    Alias(String),
    /// It takes no mail (RFC 7505).
    NullMx,
    /// It says so, and names servers as well.
    NullAmong,
    /// No MX record; for how many seconds resolvers may remember that.
    Missing(Option<u32>),
    /// No usable answer: why.
    NoAnswer(String),
}

/// Reads one answer; `speaks` says that the server should speak for the zone.
pub(super) fn read(plan: &Plan, told: &Told, speaks: bool) -> Published {
    let answer = match &told.answer {
        Ok(answer) => answer,
        Err(error) => return Published::NoAnswer(error.to_string()),
    };
    match answer.code {
        ResponseCode::NoError | ResponseCode::NxDomain => {}
        code => return Published::NoAnswer(format!("{} answered {code}", told.whom())),
    }
    if speaks && !answer.authoritative {
        return Published::NoAnswer(format!("{} does not speak for the zone", told.whom()));
    }
    if let Some(target) = told.cname() {
        return Published::Alias(target.to_owned());
    }
    let mx = answer.mx();
    if mx.is_empty() {
        return Published::Missing(answer.negative_ttl);
    }
    match mx.iter().filter(|(_, exchange)| exchange == "." || exchange.is_empty()).count() {
        0 => {}
        nulls if nulls == mx.len() => return Published::NullMx,
        _ => return Published::NullAmong,
    }
    if let Some((_, exchange)) = mx.iter().find(|(_, exchange)| is_literal(exchange)) {
        return Published::Literal(exchange.clone());
    }
    let ours = |exchange: &str| plan.host.owns_exchange(exchange);
    let doubled = mx.iter().find(|(_, exchange)| {
        plan.host.mx.iter().any(|mx| {
            exchange.strip_prefix(mx.exchange.as_str()).is_some_and(|rest| rest.starts_with('.'))
        })
    });
    if let Some((_, exchange)) = doubled {
        return Published::DoubledTarget(exchange.clone());
    }
    let best =
        mx.iter().filter(|(_, exchange)| ours(exchange)).map(|(preference, _)| *preference).min();
    let Some(best) = best else { return Published::Wrong };
    if let Some((preference, exchange)) = mx.iter().find(|(_, exchange)| !ours(exchange)) {
        return Published::Extra(exchange.clone(), *preference <= best);
    }
    of_the_host(plan, &mx)
}

/// What records that all name the host lack: an exchanger, or its order.
pub(super) fn of_the_host(plan: &Plan, mx: &[(u16, String)]) -> Published {
    let lacking: Vec<String> = plan
        .host
        .mx
        .iter()
        .map(|wanted| wanted.exchange.as_str())
        .filter(|wanted| {
            !mx.iter()
                .any(|(_, exchange)| exchange.trim_end_matches('.').eq_ignore_ascii_case(wanted))
        })
        .map(str::to_owned)
        .collect();
    if !lacking.is_empty() {
        return Published::Part(lacking);
    }
    match swapped(plan, mx) {
        Some(first) => Published::Swapped(first),
        None if level(plan, mx) => Published::Level,
        None => Published::Right,
    }
}

/// Whether exchangers that the host has in an order stand side by side.
fn level(plan: &Plan, mx: &[(u16, String)]) -> bool {
    let wanted = &plan.host.mx;
    let ordered = wanted.windows(2).any(|pair| pair[0].preference != pair[1].preference);
    ordered && mx.windows(2).all(|pair| pair[0].0 == pair[1].0)
}

/// The exchanger that is tried first although another should be.
fn swapped(plan: &Plan, mx: &[(u16, String)]) -> Option<String> {
    let preference = |name: &str| {
        mx.iter().filter(|(_, exchange)| exchange == name).map(|(preference, _)| *preference).min()
    };
    let mut wanted: Vec<_> = plan.host.mx.iter().collect();
    wanted.sort_by_key(|mx| mx.preference);
    wanted.windows(2).find_map(|pair| {
        let [first, second] = pair else { return None };
        let before = preference(second.exchange.as_str())? < preference(first.exchange.as_str())?;
        (before && first.preference < second.preference).then(|| second.exchange.to_string())
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::net::{Answer, Data, DnsError, Record, RecordType};
    use crate::plan::Domain;

    const SUBDOMAIN: &str = "rackspace.example.com";

    fn told(code: ResponseCode, data: Vec<Data>) -> Told {
        let at = "192.0.2.53:53".parse().unwrap();
        let record = |data| Record { name: SUBDOMAIN.to_owned(), ttl: 3600, data };
        let answer = Answer {
            asked: at,
            name: SUBDOMAIN.to_owned(),
            kind: RecordType::Mx,
            code,
            authoritative: true,
            records: data.into_iter().map(record).collect(),
            negative_ttl: Some(900),
            referral: None,
            by_tcp: false,
            by_https: None,
            took: Duration::ZERO,
        };
        Told { server: "ns1.example.com".to_owned(), at, answer: Ok(answer), beside: Vec::new() }
    }

    fn mx(rows: &[(u16, &str)]) -> Vec<Data> {
        rows.iter()
            .map(|&(preference, name)| Data::Mx { preference, exchange: name.to_owned() })
            .collect()
    }

    fn published(rows: &[(u16, &str)]) -> Published {
        let plan = Plan::new(Domain::parse("example.com").unwrap()).unwrap();
        read(&plan, &told(ResponseCode::NoError, mx(rows)), true)
    }

    const MX1: &str = "mx1.emailsrvr.com";
    const MX2: &str = "mx2.emailsrvr.com";

    #[test]
    fn records_are_told_apart_by_where_mail_would_go() {
        assert_eq!(published(&[(10, MX1), (20, MX2)]), Published::Right);
        assert_eq!(published(&[(5, MX1), (15, MX2)]), Published::Right);
        // RFC 5321 5.1: senders take either at random.
        assert_eq!(published(&[(5, MX2), (5, MX1)]), Published::Level);
        // The article names one server only; that works until it is down.
        assert_eq!(published(&[(10, MX1)]), Published::Part(vec![MX2.to_owned()]));
        let old = "mail.example.com";
        let both = |preference| published(&[(10, MX1), (20, MX2), (preference, old)]);
        assert_eq!(both(5), Published::Extra(old.to_owned(), true));
        assert_eq!(both(10), Published::Extra(old.to_owned(), true));
        assert_eq!(both(50), Published::Extra(old.to_owned(), false));
        assert_eq!(published(&[(10, old)]), Published::Wrong);
        assert_eq!(published(&[(0, ".")]), Published::NullMx);
        assert_eq!(published(&[(0, "."), (10, MX1), (20, MX2)]), Published::NullAmong);
        assert_eq!(published(&[(20, MX1), (10, MX2)]), Published::Swapped(MX2.to_owned()));
        let literal = "198.51.100.1.example.com";
        assert_eq!(published(&[(10, literal)]), Published::Literal(literal.to_owned()));
    }

    #[test]
    fn a_zone_appended_to_the_servers_name_is_seen() {
        let doubled = "mx1.emailsrvr.com.example.com";
        assert_eq!(
            published(&[(10, doubled), (20, MX2)]),
            Published::DoubledTarget(doubled.to_owned())
        );
        // A server of another company is not ours because its name begins alike.
        assert_eq!(published(&[(10, "mx1.emailsrvr.community")]), Published::Wrong);
    }

    #[test]
    fn silence_refusal_and_absence_are_three_things() {
        let plan = Plan::new(Domain::parse("example.com").unwrap()).unwrap();
        let missing = read(&plan, &told(ResponseCode::NxDomain, Vec::new()), true);
        assert_eq!(missing, Published::Missing(Some(900)));
        let refused = read(&plan, &told(ResponseCode::Refused, Vec::new()), true);
        assert!(matches!(refused, Published::NoAnswer(why) if why.contains("REFUSED")));
        let silent = Told {
            answer: Err(DnsError::Timeout { server: "192.0.2.53:53".parse().unwrap(), seconds: 3 }),
            ..told(ResponseCode::NoError, Vec::new())
        };
        assert!(matches!(read(&plan, &silent, true), Published::NoAnswer(_)));
        let mut lame = told(ResponseCode::NoError, mx(&[(10, MX1), (20, MX2)]));
        if let Ok(answer) = &mut lame.answer {
            answer.authoritative = false;
        }
        assert!(matches!(read(&plan, &lame, true), Published::NoAnswer(_)));
        assert_eq!(read(&plan, &lame, false), Published::Right);
    }

    #[test]
    fn a_cname_is_seen_whatever_lies_behind_it() {
        let plan = Plan::new(Domain::parse("example.com").unwrap()).unwrap();
        let mut data = vec![Data::Cname(MX1.to_owned())];
        data.extend(mx(&[(10, MX1), (20, MX2)]));
        let told = told(ResponseCode::NoError, data);
        assert_eq!(read(&plan, &told, true), Published::Alias(MX1.to_owned()));
    }
}
