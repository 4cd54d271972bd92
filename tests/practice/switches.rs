//! Switches that are turned while the servers run.

use hickory_proto::op::{Message, ResponseCode};
use hickory_proto::rr::{RData, RecordType};
use sdr_wizard::plan::Address;
use sdr_wizard::practice::{Fault, PracticeWorld, Switches};
use sdr_wizard::route::{Origin, Outcome, Seen, System, follow, world_now};

use super::stranger::*;

#[tokio::test]
async fn an_untouched_world_turns_switch_by_switch() {
    let world = PracticeWorld::start_untouched().await.unwrap();
    let (net, controls) = (world.net(), world.controls());
    assert!(world.plan().done.is_empty());
    let (mut host, _) = Smtp::ready(&net, MX1, "someone@example.org").await;
    let (mut external, _) = Smtp::ready(&net, EXTERNAL, "someone@example.org").await;
    let mut switches = controls.switches();
    assert_eq!(switches, Switches::untouched());

    // The sessions stay open while the switches turn.
    assert!(host.say("RCPT TO:<karen.mills@example.com>").await.starts_with("550"));
    switches.sdr = true;
    controls.set(switches.clone());
    assert!(host.say("RCPT TO:<karen.mills@example.com>").await.starts_with("250"));

    assert!(host.say("RCPT TO:<ann.lee@rackspace.example.com>").await.starts_with("554"));
    switches.alias = true;
    controls.set(switches.clone());
    assert!(host.say("RCPT TO:<ann.lee@rackspace.example.com>").await.starts_with("250"));

    let before = ask(&net, NS1, "rackspace.example.com.", RecordType::SOA).await;
    assert_eq!(before.metadata.response_code, ResponseCode::NXDomain);
    switches.subdomain_mx = true;
    controls.set(switches.clone());
    assert_eq!(short(&net, NS1, "rackspace.example.com.", RecordType::MX).await.len(), 2);
    let after = ask(&net, NS1, "example.com.", RecordType::SOA).await;
    let serial = |message: &Message| {
        let mut records = message.answers.iter().chain(&message.authorities);
        records
            .find_map(|record| match &record.data {
                RData::SOA(soa) => Some(soa.serial),
                _ => None,
            })
            .unwrap()
    };
    assert!(serial(&after) > serial(&before), "a changed zone has a new serial");

    assert!(external.say("RCPT TO:<ann.lee@example.com>").await.starts_with("550"));
    switches.contacts = true;
    controls.set(switches.clone());
    assert!(external.say("RCPT TO:<ann.lee@example.com>").await.starts_with("250"));

    switches.primary_mx_at_host = true;
    controls.set(switches.clone());
    let mx = short(&net, NS2, "example.com.", RecordType::MX).await;
    assert_eq!(mx, ["10 mx1.emailsrvr.com.", "20 mx2.emailsrvr.com."]);
    assert_eq!(controls.changes(), 5);
    controls.set(switches);
    assert_eq!(controls.changes(), 5, "nothing was changed");
}

#[tokio::test]
async fn the_world_is_as_the_plan_says_until_a_fault_spoils_it() {
    let world = world_with([]).await;
    let mut planned = world_now(&world.plan(), &Seen::default());
    // Nobody lists them, and every mail server has them.
    for role in ["postmaster@example.com", "abuse@example.com"] {
        planned.external.mailboxes.insert(Address::parse(role).unwrap());
    }
    assert_eq!(world.controls().world(), planned);
    for person in &world.plan().roster {
        for origin in Origin::ALL {
            let trace = follow(&world.controls().world(), origin, &person.address);
            let copies = vec![(System::from(person.home), person.address.clone())];
            assert_eq!(trace.outcome, Outcome::Delivered { copies }, "{origin:?}");
        }
    }
    // What these spoil is no matter of the model's.
    let wire_only = [Fault::Greylist, Fault::Tarpit, Fault::PortBlocked, Fault::BadCertificate];
    for fault in Fault::ALL {
        let spoiled = world_with([fault]).await;
        let differs = spoiled.controls().world() != world.controls().world();
        assert_eq!(differs, !wire_only.contains(&fault), "{fault}");
    }
}
