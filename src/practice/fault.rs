//! What can go wrong, to be switched on.

/// A fault of the practice world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, clap::ValueEnum)]
#[value(rename_all = "kebab-case")]
pub enum Fault {
    /// Split domain routing was never switched on.
    SdrOff,
    /// The host does not have the routing subdomain as domain alias.
    NoAlias,
    /// The routing subdomain's MX records are not published.
    NoSubdomainMx,
    /// The primary domain's MX records were changed instead.
    PrimaryMxChanged,
    /// The external server accepts any recipient.
    AcceptsAnything,
    /// The external server defers what it sees for the first time.
    Greylist,
    /// The external server waits before each refusal.
    Tarpit,
    /// No connection to port 25 leaves this machine.
    PortBlocked,
    /// The external server refuses outside senders with its own domain.
    OwnDomainRefused,
    /// The external server's certificate is self-signed, for another name.
    BadCertificate,
    /// A contact on the external server whose mailbox at the host is missing.
    ContactWithoutMailbox,
    /// The external server passes unknown addresses to the host, which passes them back.
    BothNonAuthoritative,
}
