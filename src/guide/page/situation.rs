//! Step 1: the domain, why it is split, and whether the host still offers it.

use super::{Page, Todo, exchanges};
use crate::plan::{PanelOffer, Plan, Purpose};

pub(super) fn page(plan: &Plan) -> Page {
    Page {
        instruction: format!(
            "Say why {} is split and how mail enters it today.",
            plan.domain().to_unicode()
        ),
        why: format!(
            "With split domain routing one domain's mailboxes live on two systems that work as \
             one: {host} passes mail for people it does not know to the external mail server, and \
             forwards on that server send the mail of moved people back to {host}. The answers \
             here decide which of the later steps are needed and in which order.",
            host = plan.host.name
        ),
        todo: vec![look_in_the_panel(plan), keep_the_records(plan)],
        announce: vec![
            format!(
                "DNS, port 53 (UDP, then TCP where an answer is cut): the resolvers of this \
                 computer, public resolvers (Cloudflare, Google, Quad9) and every \
                 address of every authoritative server of {domain} are asked for its NS, SOA, MX \
                 and TXT records and for those of _dmarc.{domain} and _mta-sts.{domain}; resolvers \
                 also for what its SPF record and the host's refer to; the servers of the zone \
                 above for the name servers of {domain}. No mail server is contacted.",
                domain = plan.domain()
            ),
            "DNS over HTTPS, port 443, at the same public resolvers: only where one of them does \
             not answer on port 53."
                .to_owned(),
            format!(
                "HTTPS, port 443, at mta-sts.{}: its MTA-STS policy, only if the DNS announces one.",
                plan.domain()
            ),
        ],
    }
}

fn look_in_the_panel(plan: &Plan) -> Todo {
    let host = &plan.host;
    let look = Todo::new(format!(
        "Look whether the control panel of {} still shows Split Domain for this domain.",
        host.name
    ))
    .detail(format!("Sign in at {}.", host.panel_url))
    .details(super::clicks_to_the_page(plan))
    .detail("Look only; change nothing yet.")
    .detail(&host.offer)
    .value("Control panel", &host.panel_url);
    match plan.situation.panel {
        PanelOffer::NotLooked | PanelOffer::Offered => look,
        PanelOffer::NotOffered => look.detail(
            "It is not offered, so the domain needs the way without split domain routing: one \
             alias at the host for each person who stays outside. Step 4 describes it.",
        ),
    }
}

fn keep_the_records(plan: &Plan) -> Todo {
    Todo::new(format!(
        "Keep the MX records of {} as they are; during the split nobody changes them.",
        plan.domain()
    ))
    .detail(match plan.situation.purpose {
        Purpose::Migration => format!(
            "For a migration they name the external server until the last mailbox has moved. Only \
             then do they change to {}.",
            exchanges(plan)
        ),
        Purpose::Permanent => format!(
            "For a permanent split they may name either system. Naming {} puts its spam and virus \
             filter before every mailbox, not only before its own.",
            plan.host.name
        ),
    })
    .detail("The check writes down what they are today, so that there is something to go back to.")
}
