//! What the host is set to beside mailboxes, lists and split domain routing.

use super::Address;

/// Settings of the host that decide where mail goes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HostSettings {
    /// Where addresses go that it does not have; `None`: they are refused, or
    /// passed on by split domain routing.
    pub catch_all: Option<Address>,
    /// What separates a user name from an extension (`ann+lists`); `None`:
    /// the whole name counts.
    pub extension: Option<char>,
    /// Forced MX routing: what the host's users write to the domain leaves by
    /// its MX records. Set by Support before a switch, and to be removed after
    /// it (`facts` 1.3).
    pub forced_mx: bool,
}
