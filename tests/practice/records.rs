//! What the DNS checks make of resolvers and name servers that contradict
//! each other about the records that say who may send.

use std::net::IpAddr;

use sdr_wizard::check::dns_alone;
use sdr_wizard::finding::{Finding, State};
use sdr_wizard::plan::Side;
use sdr_wizard::practice::{Conditions, Edit, PracticeWorld, Switches};

use super::stranger::*;

const WELL: &str = "\"v=spf1 mx include:emailsrvr.com -all\"";
const OLD: &str = "\"v=spf1 mx -all\"";

/// Records of one name and type, at one server or at all.
fn edit(name: &str, kind: &str, data: &[&str], at: Option<&str>) -> Edit {
    let at = at.map(|at| match at.parse::<std::net::SocketAddr>().unwrap().ip() {
        IpAddr::V4(ip) => ip,
        IpAddr::V6(_) => panic!("the practice world is IPv4"),
    });
    let data = data.iter().map(|text| (*text).to_owned()).collect();
    Edit { name: name.to_owned(), kind: kind.to_owned(), data, ttl: 300, only_at: at }
}

async fn told(records: Vec<Edit>) -> Vec<Finding> {
    let conditions = Conditions { records, ..Conditions::with(Switches::all_done()) };
    let world = PracticeWorld::start_under(conditions).await.unwrap();
    let mut findings = Vec::new();
    dns_alone(&world.net(), &world.plan(), Some(Side::External), &mut |one| findings.push(one))
        .await;
    findings
}

fn of<'a>(findings: &'a [Finding], id: &str) -> &'a Finding {
    findings.iter().find(|finding| finding.id == id).unwrap_or_else(|| panic!("no {id}"))
}

async fn resolvers() -> Vec<String> {
    world_with([]).await.net().resolvers.iter().map(ToString::to_string).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_resolver_with_an_old_spf_record_is_waited_for_and_decides_nothing() {
    for resolver in resolvers().await {
        for (old, words) in [
            (vec![OLD], "names other SPF records"),
            (vec![], "has no SPF record of example.com"),
            (vec!["\"v=spf1 a\"", "\"v=spf1 mx\""], "names other SPF records"),
        ] {
            let findings = told(vec![
                edit("example.com", "TXT", &[WELL], None),
                edit("example.com", "TXT", &old, Some(&resolver)),
            ])
            .await;
            assert_eq!(of(&findings, "situation.spf").state, State::Passed);
            let stale = of(&findings, &format!("situation.spf@{resolver}"));
            let State::Waiting { again_at } = stale.state else { panic!("{stale:?}") };
            assert!(stale.summary.contains(words), "{stale:?}");
            let clock = again_at.strftime("until %H:%M UTC").to_string();
            assert!(stale.meaning.contains(&clock), "{stale:?}");
            assert!(!stale.action.to_lowercase().contains("remove"), "{stale:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn name_servers_with_two_spf_records_between_them_are_told_of_both() {
    for server in [NS1, NS2] {
        for (id, name, one, other) in [
            ("situation.spf", "example.com", WELL, OLD),
            (
                "situation.dmarc",
                "_dmarc.example.com",
                "\"v=DMARC1; p=none\"",
                "\"v=DMARC1; p=reject\"",
            ),
            ("situation.mta-sts", "_mta-sts.example.com", "\"v=STSv1; id=1\"", "\"v=STSv1; id=2\""),
        ] {
            let findings = told(vec![
                edit(name, "TXT", &[one], None),
                edit(name, "TXT", &[other], Some(server)),
            ])
            .await;
            let finding = of(&findings, id);
            assert_eq!(finding.state, State::Warning, "{finding:?}");
            for words in ["contradict each other", "ns1.example.com says", "ns2.example.com says"] {
                assert!(finding.summary.contains(words), "{finding:?}");
            }
            for text in [one, other] {
                assert!(finding.found.contains(text.trim_matches('"')), "{finding:?}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_term_goes_because_one_resolver_does_not_find_it() {
    for liar in resolvers().await {
        let record = "\"v=spf1 mx include:emailsrvr.com include:list.emailsrvr.com -all\"";
        let findings = told(vec![
            edit("example.com", "TXT", &[record], None),
            edit("list.emailsrvr.com", "TXT", &["\"v=spf1 ip4:203.0.113.9 -all\""], None),
            edit("list.emailsrvr.com", "TXT", &[], Some(&liar)),
        ])
        .await;
        let finding = of(&findings, "situation.spf");
        let State::Unknown { why } = &finding.state else { panic!("{finding:?}") };
        for words in ["contradict each other", "(no SPF record)", "ip4:203.0.113.9", &liar] {
            assert!(why.contains(words), "{finding:?}");
        }
        assert!(!finding.action.to_lowercase().contains("remove"), "{finding:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_exchanger_that_one_resolver_does_not_find_is_told_by_its_own_zone() {
    for liar in resolvers().await {
        // In the domain's own zone: its name servers know.
        let gone = edit("mail.example.com", "A", &[], Some(&liar));
        let findings = told(vec![edit("example.com", "TXT", &[WELL], None), gone]).await;
        assert_eq!(of(&findings, "situation.exchangers").state, State::Passed);
        assert_eq!(of(&findings, "situation.spf").state, State::Passed);
        // Somebody else's: who says what, and no advice to correct anything.
        let findings = told(vec![
            edit("example.com", "MX", &["10 mail.example.com.", "20 relay.emailsrvr.com."], None),
            edit("relay.emailsrvr.com", "A", &["203.0.113.9"], None),
            edit("relay.emailsrvr.com", "A", &[], Some(&liar)),
        ])
        .await;
        let finding = of(&findings, "situation.exchangers");
        let State::Unknown { why } = &finding.state else { panic!("{finding:?}") };
        assert!(why.contains(&liar) && why.contains("(no address)"), "{finding:?}");
        assert!(!finding.action.contains("remove"), "{finding:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_resolver_that_knows_no_name_servers_hides_no_domain() {
    for liar in resolvers().await {
        let findings = told(vec![
            edit("example.com", "NS", &[], Some(&liar)),
            edit("example.com", "MX", &[], Some(&liar)),
        ])
        .await;
        assert_eq!(of(&findings, "subdomain.primary-mx").state, State::Passed);
        assert_eq!(of(&findings, "subdomain.mx").state, State::Passed);
    }
}
