//! A full DNS check costs no more time than its longest chain of dependent
//! answers. Every name server of a practice world holds its answers back
//! until nobody asks any more, then lets all of them go: a round. However
//! slow the answers are, a check takes as many delays as it takes rounds.

#![allow(clippy::unwrap_used, reason = "a test that can't build its world has failed")]

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sdr_wizard::check::{Ask, check, dns_alone};
use sdr_wizard::finding::Evidence;
use sdr_wizard::guide::Step;
use sdr_wizard::net::{Lead, Net, Reach};
use sdr_wizard::plan::Side;
use sdr_wizard::practice::{Conditions, Edit, PracticeWorld, Switches};
use tokio::net::UdpSocket;
use tokio::sync::oneshot;
use tokio::time::Instant;

/// Quiet that ends a round: longer than the checks ever compute.
const QUIET: Duration = Duration::from_millis(400);

/// Where questions wait for the end of their round.
#[derive(Clone, Default)]
struct Gate(Arc<Mutex<Waiting>>);

#[derive(Default)]
struct Waiting {
    questions: Vec<oneshot::Sender<()>>,
    last: Option<Instant>,
    rounds: usize,
    asked: usize,
}

impl Gate {
    async fn pass(&self) {
        let (open, opened) = oneshot::channel();
        {
            let mut waiting = self.0.lock().unwrap();
            waiting.questions.push(open);
            waiting.last = Some(Instant::now());
            waiting.asked += 1;
        }
        opened.await.unwrap();
    }

    /// Opens whenever a round is over.
    async fn keep(self) {
        loop {
            tokio::time::sleep(QUIET / 8).await;
            let mut waiting = self.0.lock().unwrap();
            if waiting.last.is_some_and(|last| last.elapsed() >= QUIET) {
                waiting.last = None;
                waiting.rounds += 1;
                waiting.questions.drain(..).for_each(|open| open.send(()).unwrap());
            }
        }
    }

    /// Rounds and questions so far; both start again from none.
    fn count(&self) -> (usize, usize) {
        let mut waiting = self.0.lock().unwrap();
        (std::mem::take(&mut waiting.rounds), std::mem::take(&mut waiting.asked))
    }
}

/// Stands before a name server and holds its answers back.
async fn stand_before(real: SocketAddr, gate: Gate) -> SocketAddr {
    let front = Arc::new(UdpSocket::bind("127.0.0.1:0").await.unwrap());
    let at = front.local_addr().unwrap();
    tokio::spawn(async move {
        let mut packet = [0; 4096];
        while let Ok((size, peer)) = front.recv_from(&mut packet).await {
            let (question, front, gate) = (packet[..size].to_vec(), front.clone(), gate.clone());
            tokio::spawn(async move {
                let back = UdpSocket::bind("127.0.0.1:0").await.unwrap();
                back.send_to(&question, real).await.unwrap();
                let mut answer = [0; 4096];
                let size = back.recv(&mut answer).await.unwrap();
                gate.pass().await;
                front.send_to(&answer[..size], peer).await.unwrap();
            });
        }
    });
    at
}

fn edit(name: &str, kind: &str, data: &[&str]) -> Edit {
    let data = data.iter().map(|text| (*text).to_owned()).collect();
    Edit { name: name.to_owned(), kind: kind.to_owned(), data, ttl: 300, only_at: None }
}

async fn slow_world(records: Vec<Edit>) -> (PracticeWorld, Net, Gate) {
    let conditions = Conditions { records, ..Conditions::with(Switches::all_done()) };
    let world = PracticeWorld::start_under(conditions).await.unwrap();
    let gate = Gate::default();
    tokio::spawn(gate.clone().keep());
    let mut net = world.net();
    // The answers take long; nobody loses patience.
    net.dns_timeout = Duration::from_secs(60);
    let Reach::Practice { map, .. } = &net.reach else { panic!("not a practice world") };
    for server in ["192.0.2.53", "192.0.2.54", "198.51.100.53", "203.0.113.53", "203.0.113.54"] {
        let published: SocketAddr = format!("{server}:53").parse().unwrap();
        let Some(Lead::To(real)) = map.get(published) else { panic!("{server} is not there") };
        map.set(published, Lead::To(stand_before(real, gate.clone()).await));
    }
    (world, net, gate)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_check_takes_as_many_delays_as_its_longest_chain_has_links() {
    let worlds = [
        ("all well", Vec::new()),
        (
            "an address in place of MX records",
            vec![
                edit("rackspace.example.com", "MX", &[]),
                edit("*.example.com", "A", &["192.0.2.80"]),
            ],
        ),
        (
            "everything at once",
            vec![
                edit("*.example.com", "MX", &["10 mail.example.com."]),
                edit(
                    "rackspace.example.com",
                    "MX",
                    &["20 mx1.emailsrvr.com.", "30 relay.example.com."],
                ),
                edit("relay.example.com", "CNAME", &["mail.example.com."]),
                edit("example.com", "MX", &["10 mx1.emailsrvr.com.", "20 relay.example.com."]),
                edit("example.com", "TXT", &["\"v=spf1 include:a.example.com mx -all\""]),
                edit(
                    "a.example.com",
                    "TXT",
                    &["\"v=spf1 include:b.example.com a:mail.example.com -all\""],
                ),
                edit("b.example.com", "TXT", &["\"v=spf1 include:emailsrvr.com -all\""]),
                edit("_mta-sts.example.com", "TXT", &["\"v=STSv1; id=1\""]),
                edit("_dmarc.example.com", "TXT", &["\"v=DMARC1; p=reject\""]),
                edit(
                    "example.com",
                    "NS",
                    &["ns1.example.com.", "ns2.example.com.", "ns3.example.com."],
                ),
            ],
        ),
    ];
    for (what, records) in worlds {
        let (world, net, gate) = slow_world(records).await;
        let plan = world.plan();
        let mut findings = 0;
        dns_alone(&net, &plan, Some(Side::External), &mut |_| findings += 1).await;
        let (rounds, questions) = gate.count();
        println!("{what}: {findings} findings, {questions} questions, {rounds} rounds");
        assert!(findings >= 10, "{what}: {findings} findings");
        assert!(rounds <= 6, "{what}: {questions} questions in {rounds} rounds");
        for step in [Step::Situation, Step::Subdomain] {
            let evidence = Evidence::default();
            let ask = Ask { net: &net, plan: &plan, evidence: &evidence, api_key: None, seed: 1 };
            check(step, &ask, &mut |_| {}).await;
            let (rounds, questions) = gate.count();
            println!("{what}, {step:?}: {questions} questions, {rounds} rounds");
            assert!(rounds <= 6, "{what}, {step:?}: {questions} questions in {rounds} rounds");
        }
    }
}
