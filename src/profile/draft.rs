//! Names under which texts that do not parse are kept.

/// The primary domain.
pub const DOMAIN: &str = "domain";
/// The routing subdomain, whole or its label.
pub const ROUTING_SUBDOMAIN: &str = "routing-subdomain";
/// The external server's host name.
pub const EXTERNAL_HOST: &str = "external-host";
/// The verification address.
pub const VERIFICATION_ADDRESS: &str = "verification-address";
