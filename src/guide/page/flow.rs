//! Step 7: every address from every origin.

use super::{Page, Todo};
use crate::plan::{Address, Plan};

pub(super) fn page(plan: &Plan) -> Page {
    Page {
        instruction: "See where mail for each person goes, from all three origins.".to_owned(),
        why: "A server answers yes to an address that loops, to one with two mailboxes and to one \
              whose mail vanishes. So each address is followed through a model of both systems, \
              from the Internet, from a user of the host and from a user of the external server, \
              for today and after each action of the plan."
            .to_owned(),
        todo: vec![send(plan)],
        announce: vec![
            "No mail server is contacted: each address is followed on this computer, through the \
             plan and what the checks of the other steps saw."
                .to_owned(),
            format!(
                "HTTPS, port 443, at the API of {}, only when you gave a key for this session: its \
                 list of mailboxes is read, nothing is written.",
                plan.host.name
            ),
        ],
    }
}

fn send(plan: &Plan) -> Todo {
    Todo::new("Send three real messages, one from each origin, and see them arrive.")
        .detail("From an address outside, such as a private one, to a person on each side.")
        .detail(format!("From a mailbox at {} to a person on the external server.", plan.host.name))
        .detail(format!("From a mailbox on the external server to a person at {}.", plan.host.name))
        .detail("Answer each of them. Keep the bounces: their text names the cause.")
}

/// What sending a test message will do, announced beforehand: at `servers`,
/// each with its address, in the order in which they are tried; at whom the
/// DNS will name where there are none yet.
pub fn announce_test_message(
    from: &Address,
    to: &Address,
    port: u16,
    servers: &[String],
) -> String {
    let whom = match servers {
        [] => format!("the first mail exchanger of {} by DNS", to.domain()),
        [one] => one.clone(),
        [first, rest @ ..] => {
            format!("{first}; only if it can't be reached, in this order: {}", rest.join(", "))
        }
    };
    format!(
        "SMTP, port {port}, at {whom}: EHLO, STARTTLS, MAIL FROM:<{from}>, RCPT TO:<{to}>, DATA \
         with a short message that holds a token, QUIT. One message is sent, once; a bounce would \
         go to {from}."
    )
}
