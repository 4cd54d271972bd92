//! Who does not take a message, and who tells its writer.

use super::Walk;
use crate::route::{Limits, Origin, Outcome, System, Unfit};

impl Walk<'_> {
    pub(super) fn unfit(&self, system: System) -> Option<Unfit> {
        let other = Limits::default();
        let limits = self.world.limits(system).unwrap_or(&other);
        let hops = self.path.is_empty() || self.received + 1 < limits.hops;
        let too_many = (!hops).then_some(Unfit::TooManyHops);
        limits.fits(self.size, self.utf8).err().or(too_many)
    }

    /// Whether `to` is met from outside with a sender of its own domain that it
    /// does not let in.
    pub(super) fn unwelcome(&self, to: System) -> Option<Unfit> {
        let from = self.path.last().and_then(|hop| self.hops.get(*hop)).map(|hop| hop.at);
        let outside = to == System::External && from != Some(System::External);
        let refuses = self.own && self.world.external.refuses_own_senders.is_some();
        (outside && refuses).then_some(Unfit::OwnSender)
    }

    pub(super) fn refused(&mut self, by: System, code: &str, holder: System) {
        if self.origin == Origin::Internet && holder != System::Third {
            self.backscatter.get_or_insert(Outcome::Backscatter { by: holder });
        } else {
            // A name that it can't even ask about is no refused one.
            let asked = self.asking && code != Unfit::NeedsSmtputf8.code();
            let said = self.world.host.says_of_refused.filter(|_| asked);
            let (by, code) = said.map_or((by, code), |said| (System::Host, said));
            self.bounced.get_or_insert(Outcome::Bounced { by, code: code.to_owned() });
        }
    }
}
