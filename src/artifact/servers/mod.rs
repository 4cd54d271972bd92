//! What external servers other than Exchange are given: a list or a map, how
//! to load it, and how to take it back.

mod accounts;
mod by_hand;
mod iredmail;
mod maps;
mod postfix_relay;
mod replaced;

pub use replaced::{NotInMap, not_in_the_map};
pub(super) use replaced::{has_map, who_is_in};

use super::bundle::Piece;
use super::forwards::{Moved, Order, Whom, moved};
use super::postfix_map;
use super::{Altered, Refusal};
use crate::plan::{Address, ExternalSystem, Plan, Standing};

/// What one server is given, and whom it can't be given.
#[derive(Default)]
pub(super) struct Given {
    pub(super) pieces: Vec<Piece>,
    pub(super) refused: Vec<Refusal>,
    pub(super) altered: Vec<Altered>,
}

impl Given {
    fn add(&mut self, path: &'static str, purpose: &str, undo: impl Into<String>, bytes: Vec<u8>) {
        let purpose = purpose.to_owned();
        self.pieces.push(Piece { path: path.into(), purpose, undo: undo.into(), bytes });
    }

    fn how_to(&mut self, path: &'static str, text: &str) {
        self.add(path, "How to load it, verify it and take it back.", "", text.as_bytes().to_vec());
    }

    /// The forwards that `fault` finds nothing wrong with; the others are
    /// refused by name. With `others`, every address of a person; else the
    /// primary one, where the account's own aliases follow it.
    fn sayable<'a>(
        &mut self,
        wanted: &'a [Moved<'a>],
        file: &str,
        others: bool,
        fault: impl Fn(&str) -> Option<&'static str>,
    ) -> Vec<(&'a Address, &'a Address)> {
        let mut rows = Vec::new();
        for moved in wanted {
            for address in moved.addresses().take(if others { usize::MAX } else { 1 }) {
                let local = address.local();
                let either = |local| common_fault(local).or_else(|| fault(local));
                // The target has the local part of the primary address.
                match either(local).or_else(|| either(moved.target.local())) {
                    None => rows.push((address, &moved.target)),
                    Some(reason) => self.refused.push(Refusal {
                        address: address.clone(),
                        file: file.to_owned(),
                        reason: format!("{reason}; create this forward by hand"),
                    }),
                }
            }
        }
        rows
    }
}

/// Why none of these formats says a local part.
fn common_fault(local: &str) -> Option<&'static str> {
    if local.starts_with('"') {
        Some("the part before the @ is in quotes")
    } else if !local.is_ascii() {
        Some("it has letters outside of ASCII, which few servers take")
    } else {
        None
    }
}

/// Why an address can't be handed to a program by a script of ours.
fn option(local: &str) -> Option<&'static str> {
    local.starts_with('-').then_some("it begins with a hyphen, which programs take for an option")
}

/// The files of the server in use; nothing for Exchange, which has its own,
/// and for a server that nobody named.
pub(super) fn given(
    plan: &Plan,
    order: Order<'_>,
    wanted: &[Moved<'_>],
    apart: &[NotInMap],
) -> Given {
    let mut given = Given::default();
    let lists = plan.lists_at_host();
    let standing = Standing::new(plan, order.handed, order.wave, order.today);
    let everyone = || moved(plan, &lists, Whom::Loaded(&standing), "").0;
    let mark = mark(order);
    // A map of a wave that everybody left is the one without them.
    if wanted.is_empty() && !has_map(plan.external.system) {
        return given;
    }
    match plan.external.system {
        ExternalSystem::ExchangeServer | ExternalSystem::ExchangeOnline | ExternalSystem::Other => {
        }
        ExternalSystem::Postfix => {
            let (map, refused) = postfix_map::virtual_alias_map(plan, &everyone());
            given.refused = refused;
            given.add(
                postfix_map::MAP,
                "The forwards as a virtual alias map of Postfix, those of earlier waves included.",
                postfix_map::UNDO,
                map.into_bytes(),
            );
            let how_to = postfix_map::how_to(plan, &mark, wanted, apart);
            given.add(
                "postfix/HOW-TO.txt",
                "How to load the map, verify it and put the one of before back.",
                "",
                how_to.into_bytes(),
            );
        }
        ExternalSystem::PostfixRelay => {
            postfix_relay::given(plan, &mark, &everyone(), apart, &mut given);
        }
        ExternalSystem::Sendmail => maps::sendmail(plan, &mark, &everyone(), apart, &mut given),
        ExternalSystem::Cpanel => accounts::cpanel(plan, wanted, &mut given),
        ExternalSystem::Plesk => accounts::plesk(wanted, &mut given),
        ExternalSystem::Zimbra => accounts::zimbra(wanted, &mut given),
        ExternalSystem::Mailcow => accounts::mailcow(wanted, &mut given),
        ExternalSystem::HMailServer => accounts::hmailserver(wanted, &mut given),
        ExternalSystem::IRedMail => iredmail::given(plan, &mark, wanted, &mut given),
        ExternalSystem::GoogleWorkspace => by_hand::google(wanted, &mut given),
        ExternalSystem::Kerio => by_hand::kerio(plan, wanted, &mut given),
        ExternalSystem::MDaemon => by_hand::mdaemon(plan, wanted, &mut given),
    }
    given
}

/// A word for this export in names of what is kept beside it, the same each
/// time: `wave-2`, or `all`.
fn mark(order: Order<'_>) -> String {
    order.wave.map_or_else(|| "all".to_owned(), |wave| format!("wave-{wave}"))
}
