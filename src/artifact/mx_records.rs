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
    let _ = (subdomain, host);
    unimplemented!()
}

/// The records as lines of a BIND zone file, absolute names.
pub fn bind_zone(subdomain: &RoutingSubdomain, host: &HostPreset) -> String {
    let _ = (subdomain, host);
    unimplemented!()
}

/// The records as PowerShell for Windows DNS (`Add-DnsServerResourceRecordMX`),
/// with the undo beside it as comments.
pub fn windows_dns(subdomain: &RoutingSubdomain, host: &HostPreset) -> String {
    let _ = (subdomain, host);
    unimplemented!()
}
