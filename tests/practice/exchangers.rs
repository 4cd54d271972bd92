//! What the DNS checks say of where mail really goes: by both systems' MX
//! records, by a CNAME that leads nowhere, by an address in place of MX
//! records, to an address that nobody reaches.

use sdr_wizard::check::dns_alone;
use sdr_wizard::finding::{Finding, State};
use sdr_wizard::plan::{Plan, Side};
use sdr_wizard::practice::{Conditions, Edit, PracticeWorld, Switches};

fn edit(name: &str, kind: &str, data: &[&str]) -> Edit {
    let data = data.iter().map(|text| (*text).to_owned()).collect();
    Edit { name: name.to_owned(), kind: kind.to_owned(), data, ttl: 300, only_at: None }
}

async fn told(records: Vec<Edit>, change: fn(&mut Plan), side: Side) -> Vec<Finding> {
    let conditions = Conditions { records, ..Conditions::with(Switches::all_done()) };
    let world = PracticeWorld::start_under(conditions).await.unwrap();
    let mut plan = world.plan();
    change(&mut plan);
    let mut findings = Vec::new();
    dns_alone(&world.net(), &plan, Some(side), &mut |one| findings.push(one)).await;
    findings
}

async fn as_it_is(records: Vec<Edit>) -> Vec<Finding> {
    told(records, |_| {}, Side::External).await
}

fn of<'a>(findings: &'a [Finding], id: &str) -> &'a Finding {
    findings.iter().find(|finding| finding.id == id).unwrap_or_else(|| panic!("no {id}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_mx_at_both_systems_is_told_of_before_the_external_server_is_known() {
    for (side, mx, goes) in [
        (Side::External, ["10 mail.example.com.", "20 mx1.emailsrvr.com."], "mx1.emailsrvr.com"),
        (Side::Host, ["10 mx1.emailsrvr.com.", "30 mail.example.com."], "mail.example.com"),
    ] {
        let mx = edit("example.com", "MX", &mx);
        let findings = told(vec![mx], |plan| plan.external.host_name = None, side).await;
        let finding = of(&findings, "subdomain.primary-mx");
        assert_eq!(finding.state, State::Warning, "{finding:?}");
        assert!(finding.summary.contains("name both systems"), "{finding:?}");
        assert!(finding.meaning.contains("does not know yet"), "{finding:?}");
        assert!(finding.action.contains(&format!("Remove {goes}")), "{finding:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cname_that_leads_nowhere_takes_no_mail() {
    let mx = |rows: &[&str]| edit("example.com", "MX", rows);
    let alias = || edit("alias.example.com", "CNAME", &["gone.example.com."]);
    for (rows, state) in [
        (&["10 alias.example.com."][..], State::Failed),
        (&["10 alias.example.com.", "20 mail.example.com."], State::Warning),
    ] {
        let findings = as_it_is(vec![mx(rows), alias()]).await;
        let finding = of(&findings, "situation.exchangers");
        assert_eq!(finding.state, state, "{finding:?}");
        let words = "is a CNAME for gone.example.com, which has no address";
        assert!(finding.summary.contains(words), "{finding:?}");
        assert!(!finding.action.contains("Name gone.example.com"), "{finding:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_mx_records_mail_goes_by_the_address() {
    let none = || edit("rackspace.example.com", "MX", &[]);
    for (name, words) in [
        ("rackspace.example.com", "has no MX record, but an address"),
        ("*.example.com", "a wildcard gives it an address"),
    ] {
        let findings = as_it_is(vec![none(), edit(name, "A", &["192.0.2.25"])]).await;
        let finding = of(&findings, "subdomain.mx");
        assert_eq!(finding.state, State::Failed, "{finding:?}");
        assert!(finding.summary.contains(words), "{finding:?}");
        assert!(finding.meaning.contains("192.0.2.25"), "{finding:?}");
        assert!(!finding.meaning.contains("bounces"), "{finding:?}");
        assert!(finding.found.contains("192.0.2.25"), "{finding:?}");
        // Nobody is asked who would remember that there is nothing.
        let resolvers = findings.iter().filter(|finding| finding.id.contains("mx@203.0.113."));
        let asked = |finding: &Finding| finding.id.starts_with("subdomain.mx@");
        assert!(
            resolvers.filter(|one| asked(one)).all(|one| one.found == "(not asked)"),
            "{findings:#?}"
        );
    }
    let findings = as_it_is(vec![none()]).await;
    let finding = of(&findings, "subdomain.mx");
    assert!(finding.meaning.contains("finds no server and bounces"), "{finding:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn right_records_that_a_wildcard_gives_too_are_told_of() {
    let rows = ["10 mx1.emailsrvr.com.", "20 mx2.emailsrvr.com."];
    let findings = as_it_is(vec![
        edit("rackspace.example.com", "MX", &[]),
        edit("*.example.com", "MX", &rows),
    ])
    .await;
    let finding = of(&findings, "subdomain.mx");
    assert_eq!(finding.state, State::Passed, "{finding:?}");
    assert!(finding.meaning.contains("*.example.com gives the same"), "{finding:?}");
    assert!(
        finding.summary.contains("by the wildcard *.example.com: which can't be seen"),
        "{finding:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_exchanger_that_nobody_outside_reaches_is_told_of() {
    for (ip, state, words) in [
        ("127.0.0.1", State::Failed, "leads to 127.0.0.1, which is every sender's own machine"),
        ("10.1.1.5", State::Warning, "leads to 10.1.1.5, an address inside a private network"),
    ] {
        let findings = as_it_is(vec![edit("mail.example.com", "A", &[ip])]).await;
        let finding = of(&findings, "situation.exchangers");
        assert_eq!(finding.state, state, "{finding:?}");
        assert!(finding.summary.contains(words), "{finding:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_record_is_offered_that_names_an_address_inside_a_private_network() {
    for record in ["\"v=spf1 include:emailsrvr.com -all\"", "\"some-verification=1\""] {
        let findings = as_it_is(vec![
            edit("mail.example.com", "A", &["10.1.1.5"]),
            edit("example.com", "TXT", &[record]),
            edit("_dmarc.example.com", "TXT", &["\"v=DMARC1; p=reject\""]),
        ])
        .await;
        let spf = of(&findings, "situation.spf");
        assert!(!spf.action.contains("ip4:10."), "{spf:?}");
        assert!(spf.action.contains("the public address of mail.example.com"), "{spf:?}");
        let dmarc = of(&findings, "situation.dmarc");
        assert!(!dmarc.meaning.starts_with("SPF names both systems"), "{dmarc:?}");
    }
}
