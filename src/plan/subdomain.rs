//! The routing subdomain: the only name for which MX records are ever written.

use std::fmt;

use super::{Domain, HostPreset};

/// A name strictly below the primary domain. Records to publish are made from
/// this type alone, so that none can be made for the primary domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoutingSubdomain {
    name: Domain,
    /// What stands before the primary domain, such as `rackspace`.
    label: String,
}

/// Why a name can't be the routing subdomain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubdomainError {
    /// It is the primary domain itself.
    #[error(
        "{0} is the primary domain. Its MX records stay as they are; choose a name below it, such as rackspace.{0}."
    )]
    Primary(Domain),
    /// It lies elsewhere.
    #[error("{name} does not lie below {primary}. Choose a name such as rackspace.{primary}.")]
    Elsewhere {
        /// What was asked for.
        name: Domain,
        /// The primary domain.
        primary: Domain,
    },
    /// One name for both directions.
    #[error(
        "{0} leads to the one system already. Choose another name for the other direction, such as exchange."
    )]
    BothWays(Domain),
    /// A primary domain so long that nothing fits below it.
    #[error("{0} is so long that no routing subdomain fits below it.")]
    NoRoom(Domain),
}

impl RoutingSubdomain {
    /// Takes `name` when it lies strictly below `primary`.
    ///
    /// # Errors
    /// When it is `primary` itself or lies elsewhere.
    pub fn new(name: Domain, primary: &Domain) -> Result<Self, SubdomainError> {
        if &name == primary {
            return Err(SubdomainError::Primary(name));
        }
        if !name.is_below(primary) {
            return Err(SubdomainError::Elsewhere { name, primary: primary.clone() });
        }
        let label = name.as_str()[..name.as_str().len() - primary.as_str().len() - 1].to_owned();
        Ok(Self { name, label })
    }

    /// The name as DNS panels want it, each spelling with its name: inside of
    /// the domain, in full, and in full with the dot that ends it (RFC 1035 5.1).
    pub fn spellings(&self) -> [(&'static str, String); 3] {
        [
            ("Name", self.label.clone()),
            ("Name in full", self.to_string()),
            ("Name in full, with dot", format!("{self}.")),
        ]
    }

    pub(super) fn default_for(primary: &Domain, host: &HostPreset) -> Result<Self, SubdomainError> {
        Self::below(primary, &host.routing_label)
    }

    pub(super) fn moved_to(&self, primary: &Domain) -> Result<Self, SubdomainError> {
        Self::below(primary, &self.label)
    }

    pub(super) fn below(primary: &Domain, label: &str) -> Result<Self, SubdomainError> {
        let name = primary.child(label).map_err(|_| SubdomainError::NoRoom(primary.clone()))?;
        Self::new(name, primary)
    }

    /// The full name, such as `rackspace.example.com`.
    pub fn as_domain(&self) -> &Domain {
        &self.name
    }

    /// What stands before the primary domain, such as `rackspace`: the
    /// relative spelling that most DNS panels want.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The canonical ASCII form.
    pub fn as_str(&self) -> &str {
        self.name.as_str()
    }
}

impl fmt::Display for RoutingSubdomain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.name.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Domain {
        Domain::parse(text).unwrap()
    }

    #[test]
    fn the_primary_domain_is_never_a_routing_subdomain() {
        let primary = name("example.com");
        assert!(matches!(
            RoutingSubdomain::new(primary.clone(), &primary),
            Err(SubdomainError::Primary(_))
        ));
        assert!(matches!(
            RoutingSubdomain::new(name("rackspace.example.org"), &primary),
            Err(SubdomainError::Elsewhere { .. })
        ));
        assert!(RoutingSubdomain::new(name("badexample.com"), &primary).is_err());
        let routing = RoutingSubdomain::new(name("a.b.example.com"), &primary).unwrap();
        assert_eq!(routing.label(), "a.b");
    }

    #[test]
    fn it_follows_the_primary_domain() {
        let routing =
            RoutingSubdomain::new(name("mail.example.com"), &name("example.com")).unwrap();
        assert_eq!(routing.moved_to(&name("example.org")).unwrap().as_str(), "mail.example.org");
    }
}
