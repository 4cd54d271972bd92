//! The company that the practice world is about.

use super::Switches;
use crate::plan::{
    Address, Authority, Domain, ExternalServer, ExternalSystem, HostName, Mailbox, PanelOffer,
    Plan, Purpose, Side, Situation, Strategy, Task, Wave, WaveNumber,
};

/// The name of the external server.
pub(super) const EXTERNAL_HOST: &str = "mail.example.com";
/// The name of the host's API server.
pub(super) const API_HOST: &str = "api.emailsrvr.com";
/// Who loses the mailbox at the host in `contact-without-mailbox`.
pub(super) const WITHOUT_MAILBOX: &str = "chiara.rossi@example.com";

const VERIFICATION: &str = "karen.mills@example.com";

/// Local part, given name, family name, home, wave, alias.
type Person = (&'static str, &'static str, &'static str, Side, u16, Option<&'static str>);

const PEOPLE: [Person; 13] = [
    ("ann.lee", "Ann", "Lee", Side::Host, 1, Some("ann")),
    ("bjorn.ostberg", "Björn", "Östberg", Side::Host, 1, None),
    ("chiara.rossi", "Chiara", "Rossi", Side::Host, 1, None),
    ("dmitri.volkov", "Дмитрий", "Волков", Side::Host, 1, None),
    ("elif.sahin", "Elif", "Şahin", Side::External, 2, None),
    ("frank.ober", "Frank", "Ober", Side::External, 2, Some("sales")),
    ("grace.okafor", "Grace", "Okafor", Side::External, 2, None),
    ("hiroshi.tanaka", "宏", "田中", Side::External, 2, None),
    ("ines.garcia", "Inês", "García", Side::External, 2, None),
    ("jack.o'brien", "Jack", "O'Brien", Side::External, 0, None),
    ("karen.mills", "Karen", "Mills", Side::External, 0, None),
    ("lars.holm", "Lars", "Holm", Side::External, 0, Some("it")),
    ("reception", "", "", Side::External, 0, None),
];

/// The plan: example.com, a migration, wave 1 at the host already.
/// What is ticked off goes by the switches: faults are what the
/// administrator does not know of.
pub(super) fn plan(switches: &Switches) -> Plan {
    let domain = known(Domain::parse("example.com"));
    let mut plan = known(Plan::new(domain.clone()));
    // The practice API speaks plain HTTP: nothing of it leaves this machine.
    plan.host.api = Some(format!("http://{API_HOST}/v1"));
    plan.situation = Situation {
        purpose: Purpose::Migration,
        primary_mx: Side::External,
        panel: PanelOffer::Offered,
    };
    plan.external = ExternalServer {
        system: ExternalSystem::ExchangeServer,
        host_name: Some(known(HostName::parse(EXTERNAL_HOST))),
        verification_address: Some(known(Address::parse(VERIFICATION))),
        authority: Authority::Authoritative,
        ..ExternalServer::default()
    };
    plan.waves = [(1, "Pilot"), (2, "Sales")]
        .into_iter()
        .filter_map(|(number, name)| {
            Some(Wave { name: name.to_owned(), ..Wave::numbered(WaveNumber::new(number)?) })
        })
        .collect();
    for person in &PEOPLE {
        plan.roster.put(mailbox(person, &domain));
    }
    plan.done = [
        (switches.sdr, Task::EnableSdr),
        (switches.subdomain_mx, Task::PublishSubdomainMx),
        (switches.alias, Task::RequestDomainAlias),
        (switches.sdr, Task::OpenPort25),
        (switches.contacts, Task::LoadForwards(WaveNumber::FIRST)),
        (switches.primary_mx_at_host, Task::ChangePrimaryMx),
    ]
    .into_iter()
    .filter_map(|(switched, task)| switched.then_some(task))
    .collect();
    plan
}

fn mailbox(&(local, first, last, home, wave, alias): &Person, domain: &Domain) -> Mailbox {
    let address = |local: &str| known(Address::parse(&format!("{local}@{domain}")));
    let display_name = match (first, last) {
        ("", "") => "Front desk".to_owned(),
        ("宏", _) => format!("{last} {first}"),
        _ => format!("{first} {last}"),
    };
    Mailbox {
        display_name: display_name.into(),
        first_name: first.into(),
        last_name: last.into(),
        home,
        wave: WaveNumber::new(wave),
        aliases: alias.into_iter().map(address).collect(),
        // One of each way of letting go, so that both are in the exports.
        strategy: if local == "grace.okafor" { Strategy::Forward } else { Strategy::Contact },
        ..Mailbox::new(address(local))
    }
}

/// Constants of this file, which the tests below parse.
pub(super) fn known<T, E: std::fmt::Display>(parsed: Result<T, E>) -> T {
    parsed.unwrap_or_else(|error| unreachable!("the practice company is well-formed: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wave_one_has_moved_and_the_verification_address_stays() {
        let plan = plan(&Switches::all_done());
        assert_eq!(plan.roster.len(), PEOPLE.len());
        for person in &plan.roster {
            assert_eq!(person.home == Side::Host, person.wave == Some(WaveNumber::FIRST));
        }
        let verification = plan.external.verification_address.clone().unwrap();
        let person = plan.roster.get(&verification).unwrap();
        assert_eq!((person.home, person.wave), (Side::External, None));
        let missing = Address::parse(WITHOUT_MAILBOX).unwrap();
        assert_eq!(plan.roster.get(&missing).unwrap().home, Side::Host);
    }
}
