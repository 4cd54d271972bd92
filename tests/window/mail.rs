//! Real mail in the window: a bounce explained, a message sent on request,
//! its path drawn, and what another machine saw.

use super::*;

#[test]
fn a_pasted_bounce_leads_to_the_step_that_mends_it() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = practising(home.path());
    hand.keys(Modifiers::COMMAND, Key::Num7);
    hand.sees("Step 7 of 8");
    let paste = "A bounce, a server's reply or a line of a mail log";
    hand.paste(paste, "Dear all, see you tomorrow.");
    hand.press("Explain");
    hand.sees("There is nothing in it that a mail server says.");
    hand.paste(paste, "550 5.1.1 <ann@example.com>: User unknown in relay recipient table (G8)");
    hand.press("Explain");
    hand.sees("The host knows the address neither as a mailbox");
    hand.press("Go to step 4, Split Domain Routing");
    hand.sees("Step 4 of 8");
}

#[test]
fn a_test_message_goes_out_on_a_press_and_its_headers_are_drawn() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = practising(home.path());
    hand.keys(Modifiers::COMMAND, Key::Num7);
    hand.press("Send test message");
    hand.sees("Enter");
    hand.fill("To this person", "karen.mills@example.com");
    hand.fill("From your own address", "me@example.org");
    hand.sees("DATA with a short message that holds a token");
    hand.press("Send test message");
    hand.sees("mail.example.com took the test message sdr-");
    hand.fill("To this person", "nobody@example.com");
    hand.press("Send test message");
    hand.sees("is nobody of this plan");
    hand.fill("To this person", "karen.mills@example.com");
    hand.paste(
        "Headers of the message that arrived",
        "Received: from desk.example.org by mail.example.com with ESMTPS; Mon, 02 Mar 2026 09:00:02 +0000",
    );
    hand.press("Draw its path");
    hand.sees("The message took the way that the model expects: the external server.");
    hand.sees("the sender, as the first server wrote it");
}

#[test]
fn what_another_machine_saw_is_taken_over_in_the_window() {
    let home = tempfile::tempdir().unwrap();
    let mut hand = practising(home.path());
    hand.keys(Modifiers::COMMAND, Key::Num3);
    hand.unfold("Test from another machine");
    hand.sees("sdrctl smtp mail.example.com --address karen.mills@example.com --json");
    hand.fill("Name of that machine", "rented server");
    hand.paste("Its result (result.json)", "nonsense");
    hand.press("Take the result over");
    hand.sees("Line 1 is not a finding");
    let line = |id: &str, summary: &str| {
        let of_the_test = serde_json::json!({
            "id": format!("server.{id}"), "state": "passed", "summary": summary,
            "expected": "", "found": "", "asked": "mail.example.com, 192.0.2.25:25",
            "at": jiff::Timestamp::now().to_string(), "meaning": "", "action": "",
        });
        format!("{of_the_test}\n")
    };
    let connect = line("connect", "mail.example.com answers on port 25.");
    hand.paste("Its result (result.json)", &connect);
    hand.press("Take the result over");
    hand.sees("The result is not whole");
    let others = ["resolve", "random-address", "postmaster", "abuse", "relay"];
    let others: String = others.map(|id| line(id, "Seen there.")).concat();
    hand.paste("Its result (result.json)", &(connect + &others));
    hand.press("Take the result over");
    hand.sees("Taken over: 6 findings, seen from rented server.");
    hand.sees("answers on port 25");
}
