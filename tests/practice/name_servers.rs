//! What the DNS checks say where the name servers of the domain contradict
//! each other, or stay silent.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use sdr_wizard::check::{Ask, check, dns_alone};
use sdr_wizard::finding::{BEFORE, Evidence, Finding, State};
use sdr_wizard::guide::Step;
use sdr_wizard::net::{Lead, Net, PublicResolver, Reach};
use sdr_wizard::plan::{Plan, Side};
use sdr_wizard::practice::{Conditions, Edit, PracticeWorld, Switches};

use super::stranger::*;

async fn checked(step: Step, net: &Net, plan: &Plan) -> Vec<Finding> {
    let evidence = Evidence::default();
    let ask = Ask { net, plan, evidence: &evidence, api_key: None, seed: 1 };
    let mut findings = Vec::new();
    check(step, &ask, &mut |finding| findings.push(finding)).await;
    findings
}

async fn told(net: &Net, plan: &Plan) -> Vec<Finding> {
    let mut findings = Vec::new();
    dns_alone(net, plan, Some(Side::External), &mut |finding| findings.push(finding)).await;
    findings
}

fn of<'a>(findings: &'a [Finding], id: &str) -> &'a Finding {
    findings.iter().find(|finding| finding.id == id).unwrap_or_else(|| panic!("no {id}"))
}

/// The world where `server` says this of the primary domain's MX records.
async fn contradicted(server: IpAddr, mx: &[&str]) -> PracticeWorld {
    let IpAddr::V4(server) = server else { panic!("the practice world is IPv4") };
    let edit = Edit {
        name: "example.com".to_owned(),
        kind: "MX".to_owned(),
        data: mx.iter().map(|text| (*text).to_owned()).collect(),
        ttl: 300,
        only_at: Some(server),
    };
    let conditions = Conditions { records: vec![edit], ..Conditions::with(Switches::all_done()) };
    PracticeWorld::start_under(conditions).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_name_servers_contradict_each_other_neither_is_taken_for_the_truth() {
    for (server, other) in [(NS1, "ns2.example.com"), (NS2, "ns1.example.com")] {
        let server: SocketAddr = server.parse().unwrap();
        for (mx, says, state) in [
            (vec!["10 mx1.emailsrvr.com."], "says “10 mx1.emailsrvr.com”", State::Warning),
            (vec!["0 ."], "says “0 .”", State::Failed),
            (vec![], "says (no record)", State::Failed),
        ] {
            let world = contradicted(server.ip(), &mx).await;
            let (net, plan) = (world.net(), world.plan());
            let mut all = told(&net, &plan).await;
            all.extend(checked(Step::Situation, &net, &plan).await);
            all.extend(checked(Step::Subdomain, &net, &plan).await);
            for id in ["subdomain.primary-mx", "situation.primary-mx"] {
                let found: Vec<&Finding> = all.iter().filter(|finding| finding.id == id).collect();
                assert!(!found.is_empty());
                for headline in found {
                    assert_eq!(headline.state, state, "{headline:?}");
                    for words in ["contradict each other", says, other] {
                        assert!(headline.summary.contains(words), "{headline:?}");
                    }
                    assert!(headline.action.contains("change nothing more"), "{headline:?}");
                }
            }
            // Neither side of it is written down for the way back.
            assert!(all.iter().all(|finding| finding.id != BEFORE), "{all:#?}");
            // One against one: there is no version to hold the others against.
            for step in ["situation", "subdomain"] {
                for server in ["ns1", "ns2"] {
                    let id = format!("{step}.primary-mx@{server}.example.com");
                    assert_eq!(of(&all, &id).state, State::Warning);
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_resolver_that_remembers_other_records_is_waited_for_and_decides_nothing() {
    let resolvers = world_with([]).await.net().resolvers;
    for resolver in resolvers {
        for (mx, words, seconds) in [
            (vec!["10 mx1.emailsrvr.com."], "names other MX records", 300),
            (vec![], "has no MX record of example.com", 900),
        ] {
            let world = contradicted(resolver.ip(), &mx).await;
            let findings = told(&world.net(), &world.plan()).await;
            assert_eq!(of(&findings, "subdomain.primary-mx").state, State::Passed);
            let finding = of(&findings, &format!("situation.primary-mx@{resolver}"));
            let State::Waiting { again_at } = finding.state else { panic!("{finding:?}") };
            assert!(again_at.duration_since(finding.at).as_secs() <= seconds, "{finding:?}");
            assert!(finding.summary.contains(words), "{finding:?}");
            let clock = again_at.strftime("until %H:%M UTC").to_string();
            assert!(finding.meaning.contains(&clock), "{finding:?}");
            let same = of(&findings, "situation.primary-mx@ns1.example.com");
            assert_eq!(same.state, State::Passed, "{same:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_every_name_server_lacks_and_a_resolver_shows_is_told_of_both() {
    let world = world_with([]).await;
    let resolver = world.net().resolvers[1];
    let IpAddr::V4(at) = resolver.ip() else { panic!("the practice world is IPv4") };
    let edit = |data: &[&str], only_at| Edit {
        name: "example.com".to_owned(),
        kind: "MX".to_owned(),
        data: data.iter().map(|text| (*text).to_owned()).collect(),
        ttl: 300,
        only_at,
    };
    let records = vec![edit(&[], None), edit(&["10 mail.example.com."], Some(at))];
    let conditions = Conditions { records, ..Conditions::with(Switches::all_done()) };
    let world = PracticeWorld::start_under(conditions).await.unwrap();
    let findings = told(&world.net(), &world.plan()).await;
    let headline = of(&findings, "subdomain.primary-mx");
    assert_eq!(headline.state, State::Failed, "{headline:?}");
    for words in ["contradict each other", "say (no record)", "says “10 mail.example.com”"] {
        assert!(headline.summary.contains(words), "{headline:?}");
    }
}

fn lead_to(net: &Net, published: &str, lead: Lead) {
    let Reach::Practice { map, .. } = &net.reach else { panic!("this leads out into the world") };
    map.set(published.parse().unwrap(), lead);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outage_of_the_zone_is_not_blamed_on_the_line() {
    let world = world_with([]).await;
    let mut net = world.net();
    net.dns_timeout = Duration::from_millis(300);
    [NS1, NS2].iter().for_each(|server| lead_to(&net, server, Lead::Dropped));
    let by_own = told(&net, &world.plan()).await;
    // A resolver of anybody's answers on port 53: the line is open.
    let public = PublicResolver {
        name: "Anybody".to_owned(),
        at: net.resolvers[1],
        https: "https://192.0.2.1/dns-query".to_owned(),
    };
    let outside = Net { public: vec![public], ..net.clone() };
    let by_public = told(&outside, &world.plan()).await;
    for (findings, words, state) in [
        (&by_own, "Either the name servers are down", "Can't tell"),
        (&by_public, "Anybody, ", "Warning"),
    ] {
        for id in ["subdomain.mx", "situation.name-servers"] {
            let finding = of(findings, id);
            assert!(finding.meaning.contains(words), "{finding:?}");
        }
        assert_eq!(of(findings, "situation.name-servers").state.word(), state);
        let text = serde_json::to_string(findings).unwrap();
        assert!(!text.contains("53 is closed"), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_answers_by_udp_alone_is_not_behind_a_closed_port() {
    let world = world_with([]).await;
    let net = world.net();
    // Cuts every answer short, and nobody listens there by TCP.
    let socket = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let at = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut packet = [0; 4096];
        while let Ok((size, peer)) = socket.recv_from(&mut packet).await {
            let question = hickory_proto::op::Message::from_vec(&packet[..size]).unwrap();
            let mut reply = hickory_proto::op::Message::response(
                question.metadata.id,
                question.metadata.op_code,
            );
            reply.add_queries(question.queries.clone());
            reply.metadata.truncation = true;
            socket.send_to(&reply.to_vec().unwrap(), peer).await.unwrap();
        }
    });
    [NS1, NS2].iter().for_each(|server| lead_to(&net, server, Lead::To(at)));
    let findings = told(&net, &world.plan()).await;
    let servers = of(&findings, "situation.name-servers");
    assert_eq!(servers.state, State::Warning, "{servers:?}");
    assert!(servers.action.contains("port 53 by TCP"), "{servers:?}");
    let text = serde_json::to_string(&findings).unwrap();
    assert!(!text.contains("53 is closed"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn name_servers_with_ipv6_alone_are_known_and_not_walled_off() {
    let edit = |name: &str, kind: &str, data: &[&str]| Edit {
        name: format!("{name}.example.com"),
        kind: kind.to_owned(),
        data: data.iter().map(|text| (*text).to_owned()).collect(),
        ttl: 300,
        only_at: None,
    };
    let records =
        ["ns1", "ns2"].map(|name| [edit(name, "A", &[]), edit(name, "AAAA", &["2001:db8::53"])]);
    let records = records.into_iter().flatten().collect();
    let conditions = Conditions { records, ..Conditions::with(Switches::all_done()) };
    let world = PracticeWorld::start_under(conditions).await.unwrap();
    let findings = told(&world.net(), &world.plan()).await;
    let servers = of(&findings, "situation.name-servers");
    let State::Unknown { why } = &servers.state else { panic!("{servers:?}") };
    assert!(why.contains("IPv6 addresses only"), "{servers:?}");
    let all = of(&findings, "subdomain.mx");
    assert!(all.meaning.contains("IPv6 addresses only"), "{all:?}");
    assert_eq!(of(&findings, "subdomain.primary-mx").state, State::Passed);
}
