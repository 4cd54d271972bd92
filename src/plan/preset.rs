//! A host as data: what differs between one provider and the next.

use serde::{Deserialize, Serialize};

use super::{Domain, HostName};

/// What the plan needs to know of a host. Read from `assets/hosts/*.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostPreset {
    /// As in files: `rackspace`.
    pub id: String,
    /// As on screen: `Rackspace Email`.
    pub name: String,
    /// Where the administrator signs in.
    pub panel_url: String,
    /// The clicks from there to the Split Domain page, in order.
    pub panel_path: Vec<String>,
    /// The label before the primary domain, by custom.
    pub routing_label: String,
    /// The host's MX records, by preference.
    pub mx: Vec<MxTarget>,
    /// Seconds that its MX records should live (TTL).
    pub mx_ttl: u32,
    /// The largest message that it takes and sends, octets, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub largest_message: Option<u64>,
    /// The domain that its customers include in SPF.
    pub spf_include: Domain,
    /// Who adds a domain alias.
    pub alias_by: AliasBy,
    /// Base of its read-only API, if it has one that we speak.
    pub api: Option<String>,
    /// What is known of its offer of split domain routing today, a sentence.
    pub offer: String,
}

/// One MX record of a host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MxTarget {
    /// Preference; the lowest is tried first (RFC 5321 5.1).
    pub preference: u16,
    /// The mail exchanger.
    pub exchange: HostName,
}

/// Who adds a domain alias at the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AliasBy {
    /// The provider's support, by ticket.
    Support,
    /// The administrator, in the panel.
    Panel,
}

impl HostPreset {
    /// Rackspace Email.
    pub fn rackspace() -> Self {
        Self::parse(include_str!("../../assets/hosts/rackspace.toml"))
            .expect("a preset that is built in is well-formed")
    }

    /// Reads a preset.
    ///
    /// # Errors
    /// When a field is missing or is not of its shape.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// Whether `exchange` is one of this host's mail exchangers.
    pub fn owns_exchange(&self, exchange: &str) -> bool {
        self.mx
            .iter()
            .any(|mx| mx.exchange.as_str().eq_ignore_ascii_case(exchange.trim_end_matches('.')))
    }
}
