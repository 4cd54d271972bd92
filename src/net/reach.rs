//! Where packets really go: out into the world, or to servers on loopback
//! that stand in for it.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::net::TcpStream;

/// Where packets really go.
#[derive(Clone, Debug)]
pub enum Reach {
    /// To the address that was asked for.
    World,
    /// To a practice world: only addresses in the map are there, all others
    /// are unreachable. Nothing leaves loopback.
    Practice {
        /// Address and port as the practice DNS has them -> what is there.
        map: Leads,
        /// Certificate authorities (DER) that count as trusted in there.
        roots: Arc<Vec<Vec<u8>>>,
    },
}

/// What answers at an address of a practice world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lead {
    /// The server that really listens on this loopback socket.
    To(SocketAddr),
    /// Nobody: connections are refused at once.
    Refused,
    /// A firewall that drops what it gets: connections end in silence, after
    /// a second at most.
    Dropped,
}

/// The map of a practice world, shared with the hands on its switches:
/// changes take effect for the next packet. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Leads(Arc<RwLock<BTreeMap<SocketAddr, Lead>>>);

impl Leads {
    /// Puts `lead` at an address, in place of what was there.
    pub fn set(&self, address: SocketAddr, lead: Lead) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(address, lead);
    }

    /// Takes an address off the map: unreachable from then on.
    pub fn remove(&self, address: SocketAddr) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).remove(&address);
    }

    /// What is at an address.
    pub fn get(&self, address: SocketAddr) -> Option<Lead> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&address).copied()
    }
}

impl FromIterator<(SocketAddr, Lead)> for Leads {
    fn from_iter<I: IntoIterator<Item = (SocketAddr, Lead)>>(leads: I) -> Self {
        Self(Arc::new(RwLock::new(leads.into_iter().collect())))
    }
}

/// What a connection that did not come about says of whose fault it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreached {
    /// Nothing at all came back: a silent drop, as firewalls do.
    Silent,
    /// Something at that address turned it away.
    Refused,
    /// This machine, or the network on the way, knows no way there.
    NoWay,
}

/// Why an address was not reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NotReached {
    /// What the system said, or what silence means; follows a colon.
    pub(super) why: String,
    pub(super) how: Unreached,
    /// How long we waited, whole seconds, at least 1.
    pub(super) seconds: u64,
}

impl Reach {
    /// The socket that answers for `address`, once this `Reach` had its say:
    /// a dropped packet costs up to a second of `patience`.
    pub(super) async fn way_to(
        &self,
        address: SocketAddr,
        patience: Duration,
    ) -> Result<SocketAddr, NotReached> {
        let Self::Practice { map, .. } = self else { return Ok(address) };
        match map.get(address) {
            // A practice world never sends a packet off this machine.
            Some(Lead::To(socket)) if socket.ip().is_loopback() => Ok(socket),
            Some(Lead::Refused) => Err(NotReached::at_once("connection refused")),
            Some(Lead::Dropped) => {
                let wait = patience.min(Duration::from_secs(1));
                tokio::time::sleep(wait).await;
                Err(NotReached::silence(wait))
            }
            Some(Lead::To(_)) | None => {
                Err(NotReached::at_once("no such address in the practice world"))
            }
        }
    }

    /// Connects to `address` by TCP.
    pub(super) async fn connect(
        &self,
        address: SocketAddr,
        patience: Duration,
    ) -> Result<TcpStream, NotReached> {
        let socket = self.way_to(address, patience).await?;
        match tokio::time::timeout(patience, TcpStream::connect(socket)).await {
            Ok(Ok(stream)) => {
                // Short commands go out as they are said.
                let _ = stream.set_nodelay(true);
                Ok(stream)
            }
            Ok(Err(error)) if error.kind() == io::ErrorKind::TimedOut => {
                Err(NotReached::silence(patience))
            }
            Ok(Err(error)) => {
                let how = match error.kind() {
                    io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset => {
                        Unreached::Refused
                    }
                    _ => Unreached::NoWay,
                };
                Err(NotReached { how, ..NotReached::at_once(&said_by_system(&error)) })
            }
            Err(_) => Err(NotReached::silence(patience)),
        }
    }
}

impl NotReached {
    fn at_once(why: &str) -> Self {
        Self { why: why.to_owned(), how: Unreached::Refused, seconds: 1 }
    }

    fn silence(waited: Duration) -> Self {
        let seconds = whole_seconds(waited);
        Self {
            why: format!("nothing came back within {seconds} s"),
            how: Unreached::Silent,
            seconds,
        }
    }
}

/// Seconds to show: rounded up, so that a wait is never called none.
pub(super) fn whole_seconds(waited: Duration) -> u64 {
    waited.as_secs() + u64::from(waited.subsec_nanos() > 0)
}

/// An error of the system in its plain words, without Rust's `(os error N)`.
pub(super) fn said_by_system(error: &io::Error) -> String {
    let text = match error.kind() {
        io::ErrorKind::ConnectionRefused => "connection refused".to_owned(),
        io::ErrorKind::NetworkUnreachable => "this machine has no way to that network".to_owned(),
        io::ErrorKind::HostUnreachable => "no way to that host".to_owned(),
        io::ErrorKind::ConnectionReset => "connection reset".to_owned(),
        _ => error.to_string(),
    };
    match text.find(" (os error") {
        Some(end) => text.get(..end).unwrap_or(&text).to_owned(),
        None => text,
    }
}
