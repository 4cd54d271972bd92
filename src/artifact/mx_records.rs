//! The routing subdomain's MX records.

use crate::plan::{HostPreset, RoutingSubdomain};

/// One record in the three spellings that DNS panels want.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MxRow {
    /// `rackspace`.
    pub relative: String,
    /// `rackspace.example.com`.
    pub fqdn: String,
    /// `rackspace.example.com.`.
    pub with_dot: String,
    /// Preference.
    pub preference: u16,
    /// `mx1.emailsrvr.com`, without dot.
    pub exchange: String,
    /// Seconds.
    pub ttl: u32,
}

/// The records to publish. There is no way to ask for the primary domain's.
pub fn mx_rows(subdomain: &RoutingSubdomain, host: &HostPreset) -> Vec<MxRow> {
    host.mx
        .iter()
        .map(|mx| MxRow {
            relative: subdomain.label().to_owned(),
            fqdn: subdomain.to_string(),
            with_dot: format!("{subdomain}."),
            preference: mx.preference,
            exchange: mx.exchange.to_string(),
            ttl: host.mx_ttl,
        })
        .collect()
}

/// The records as lines of a BIND zone file (RFC 1035 5.1). Every name is
/// absolute and every line has its TTL, so that they mean the same below any
/// `$ORIGIN` and `$TTL`.
pub fn bind_zone(subdomain: &RoutingSubdomain, host: &HostPreset) -> String {
    let mut text = format!(
        "; MX records of {subdomain}, which lead to {}.\n\
         ; Add these lines to the zone that holds the name, raise its serial, reload it.\n\
         ; Undo: take the lines out again.\n",
        host.name
    );
    for row in mx_rows(subdomain, host) {
        text.push_str(&format!(
            "{}\t{}\tIN\tMX\t{} {}.\n",
            row.with_dot, row.ttl, row.preference, row.exchange
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Domain;

    fn subdomain() -> RoutingSubdomain {
        let primary = Domain::parse("example.com").unwrap();
        RoutingSubdomain::new(primary.child("rackspace").unwrap(), &primary).unwrap()
    }

    #[test]
    fn each_exchange_of_the_host_gets_a_record_in_three_spellings() {
        let rows = mx_rows(&subdomain(), &HostPreset::rackspace());
        assert_eq!(rows.len(), 2);
        assert_eq!(
            rows[0],
            MxRow {
                relative: "rackspace".into(),
                fqdn: "rackspace.example.com".into(),
                with_dot: "rackspace.example.com.".into(),
                preference: 10,
                exchange: "mx1.emailsrvr.com".into(),
                ttl: 3600,
            }
        );
        assert_eq!((rows[1].preference, &*rows[1].exchange), (20, "mx2.emailsrvr.com"));
    }

    #[test]
    fn no_line_of_any_form_sets_a_record_of_the_primary_domain() {
        let host = HostPreset::rackspace();
        let text = bind_zone(&subdomain(), &host);
        for line in text.lines().filter(|line| line.contains("MX") && !line.starts_with(';')) {
            assert!(line.contains("rackspace.example.com."), "{line}");
        }
    }
}
