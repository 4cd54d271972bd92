//! What an Exchange is given: the list with its scripts, and the files for
//! Active Directory.

use super::bundle::Bundle;
use super::forwards::Whom;
use super::{Refusal, ad_contacts, exchange_bulk, exchange_contacts, exchange_scripts};
use crate::plan::{Address, ExternalSystem, Handed, Plan, Strategy, WaveNumber};

/// People of an export who get a contact though, by the list, Exchange has a
/// mailbox of theirs: its scripts leave them out for as long as that is there.
/// Nobody where the external server is no Exchange.
pub fn in_the_way(plan: &Plan, wave: Option<WaveNumber>) -> Vec<Address> {
    let whom = Whom::of_export(wave);
    let people = plan.roster.iter().filter(|who| {
        plan.external.system.is_exchange()
            && who.is_in_the_way()
            && whom.holds(who)
            && who.address.domain() == plan.domain()
    });
    people.map(|who| who.address.clone()).collect()
}

impl Bundle {
    pub(super) fn exchange(&mut self, plan: &Plan, handed: &Handed) {
        let online = plan.external.system == ExternalSystem::ExchangeOnline;
        let lists = plan.lists_at_host();
        let contacts =
            exchange_contacts::contacts(plan, &lists, handed, Whom::of_export(self.wave), online);
        if contacts.len() > 0 {
            self.add(
                exchange_contacts::CONTACTS,
                "The forwards for Exchange. For the scripts only: do not save it with a spreadsheet.",
                "exchange/undo.ps1",
                contacts.for_scripts(),
            );
            self.add(
                exchange_scripts::ROUTING,
                "Domain, routing subdomain and the host's servers, for the scripts.",
                "",
                exchange_scripts::routing(plan),
            );
            for (path, purpose, undo, bytes) in exchange_scripts::scripts() {
                self.add(path, purpose, undo, bytes);
            }
            if online {
                let (rows, altered) = exchange_bulk::bulk_import(&contacts);
                self.altered.extend(altered);
                self.add(
                    exchange_bulk::BULK,
                    "Only where scripts are not allowed: the bulk import of the admin centre. It \
                     sets the external address alone, so mail still bounces until apply.ps1 ran.",
                    "delete the imported contacts",
                    rows,
                );
            }
        }
        if !online && contacts.contacts().next().is_some() {
            self.active_directory(&contacts);
        }
        self.refused.extend(contacts.refused);
        self.altered.extend(contacts.altered);
    }

    fn active_directory(&mut self, contacts: &exchange_contacts::Contacts<'_>) {
        self.add(
            ad_contacts::HOW_TO,
            "For Exchange 2003, and where no cmdlets may be run: instead of the scripts.",
            "",
            ad_contacts::how_to(),
        );
        self.add(
            ad_contacts::LDIF,
            "The contacts as LDIF, for ldifde.",
            ad_contacts::UNDO,
            ad_contacts::ldif(contacts),
        );
        self.add(
            ad_contacts::UNDO,
            "Deletes these contacts again.",
            ad_contacts::LDIF,
            ad_contacts::undo(contacts),
        );
        let not_contacts = contacts.rows().filter(|row| row.strategy != Strategy::Contact);
        self.scripts_alone.extend(not_contacts.filter_map(|row| {
            Some(Refusal {
                address: row.primary.parse().ok()?,
                file: ad_contacts::FOLDER.to_owned(),
                reason: format!(
                    "only the scripts do what the strategy {} wants",
                    row.strategy.as_str()
                ),
            })
        }));
        let (rows, altered) = ad_contacts::csvde(contacts);
        self.altered.extend(altered);
        self.add(
            ad_contacts::CSVDE,
            "The contacts for csvde, which only creates.",
            ad_contacts::UNDO,
            rows,
        );
    }
}
