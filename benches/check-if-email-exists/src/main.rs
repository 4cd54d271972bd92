//! `check-if-email-exists-peer FILE CONNECTIONS`: checks each address of a
//! file, so many at once, and prints a line of the journal for each, as
//! `benches/people` judges them.

use std::sync::Arc;
use std::time::Duration;

use check_if_email_exists::smtp::verif_method::VerifMethod;
use check_if_email_exists::{CheckEmailInput, check_email};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let mut args = std::env::args().skip(1);
    let usage = "usage: check-if-email-exists-peer FILE CONNECTIONS";
    let people = std::fs::read_to_string(args.next().expect(usage)).expect("the file");
    let at_once = args.next().and_then(|text| text.parse().ok()).expect(usage);
    let gate = Arc::new(Semaphore::new(at_once));
    let mut checks = JoinSet::new();
    for who in people.lines().map(|line| line.trim().to_owned()) {
        let gate = gate.clone();
        checks.spawn(async move {
            let _turn = gate.acquire_owned().await;
            (word(&who).await, who)
        });
    }
    while let Some(Ok((word, who))) = checks.join_next().await {
        println!("heard\t-\t-\t{who}\t{word}");
    }
}

async fn word(who: &str) -> &'static str {
    let verif_method = VerifMethod::new_with_same_config_for_all(
        None,
        "bench.test".to_owned(),
        "postmaster@bench.test".to_owned(),
        25,
        Some(Duration::from_secs(30)),
        1,
    );
    let to_email = who.to_owned();
    let input = CheckEmailInput { to_email, verif_method, ..Default::default() };
    match check_email(&input).await.smtp {
        Ok(smtp) if smtp.is_deliverable => "known",
        Ok(_) => "refused",
        Err(_) => "unknown",
    }
}
