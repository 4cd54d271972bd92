//! Postfix as a gateway, with the domain in `relay_domains`.

use super::{Given, NotInMap, who_is_in};
use crate::artifact::forwards::Moved;
use crate::plan::Plan;

const RECIPIENTS: &str = "postfix-relay/sdr-relay-recipients";
const TRANSPORT: &str = "postfix-relay/sdr-transport";

/// The addresses that the gateway takes (`relay_recipient_maps`), and the way
/// of each to the host (`transport_maps`): by the MX records of the routing
/// subdomain, with the recipient unchanged.
pub(super) fn given(
    plan: &Plan,
    mark: &str,
    everyone: &[Moved<'_>],
    apart: &[NotInMap],
    given: &mut Given,
) {
    let rows = given.sayable(everyone, TRANSPORT, true, |local| match local.chars().next() {
        Some('#') => Some("it begins with #, which makes the line a comment"),
        Some('-') => Some("it begins with a hyphen, which Postfix refuses (allow_min_user)"),
        _ => None,
    });
    let subdomain = plan.routing_subdomain();
    let mut recipients = format!(
        "# Addresses of {} that live at {}. See HOW-TO.txt beside this file.\n",
        plan.domain(),
        plan.host.name
    );
    let mut transport = recipients.clone();
    for (address, _) in &rows {
        recipients.push_str(&format!("{address} OK\n"));
        transport.push_str(&format!("{address} smtp:{subdomain}\n"));
    }
    let undo = "put both maps of the load before back, in /etc/postfix: the newest NAME.before-* of \
                each, and postfix-relay/HOW-TO.txt has the commands";
    given.add(
        RECIPIENTS,
        "The addresses that the gateway takes for the host, those of earlier waves included.",
        undo,
        recipients.into_bytes(),
    );
    given.add(TRANSPORT, "The way of each of them to the host.", undo, transport.into_bytes());
    given.how_to("postfix-relay/HOW-TO.txt", &how_to(plan, mark, apart));
}

fn how_to(plan: &Plan, mark: &str, apart: &[NotInMap]) -> String {
    let domain = plan.domain();
    format!(
        "Forwards for Postfix as a gateway ({domain} in relay_domains)\n\
         \n\
         Loading\n\
         \n\
         1. Keep a copy of the maps of today, before each load anew. The first time they are empty:\n\
         \u{20}      cd /etc/postfix\n\
         \u{20}      touch sdr-relay-recipients sdr-transport\n\
         \u{20}      now=$(date -u +%Y%m%d-%H%M%S)-{mark}\n\
         \u{20}      for map in sdr-relay-recipients sdr-transport; do\n\
         \u{20}        cp -p $map $map.before-$now\n\
         \u{20}      done\n\
         2. Copy both files from this folder to /etc/postfix, in place of those of before.\n\
         {who}\
         3. See which maps are there today, and write them down:\n\
         \u{20}      postconf relay_domains relay_recipient_maps transport_maps\n\
         4. Compile:\n\
         \u{20}      postmap hash:/etc/postfix/sdr-relay-recipients hash:/etc/postfix/sdr-transport\n\
         5. In /etc/postfix/main.cf, unless it is there already: sdr-transport before the maps of\n\
         \u{20}  today, sdr-relay-recipients behind them.\n\
         \u{20}      transport_maps = hash:/etc/postfix/sdr-transport (the maps of today)\n\
         \u{20}      relay_recipient_maps = (the maps of today) hash:/etc/postfix/sdr-relay-recipients\n\
         6. Load:\n\
         \u{20}      postfix check && postfix reload\n\
         7. Verify; the answer is smtp:{subdomain}, and OK:\n\
         \u{20}      postmap -q ADDRESS hash:/etc/postfix/sdr-transport\n\
         \u{20}      postmap -q ADDRESS hash:/etc/postfix/sdr-relay-recipients\n\
         \n\
         An empty relay_recipient_maps takes every address and bounces later: list the people of\n\
         the inner server there too, before the first wave. Never add a line for @{domain}. Never\n\
         list {domain} in two of mydestination, virtual_mailbox_domains and relay_domains.\n\
         Where postconf default_database_type says something else than hash, use that word.\n\
         \n\
         Undo\n\
         \n\
         It takes back the last load; done again, the one before that. See which copies are the\n\
         newest, with their day, first; both have the same.\n\
         \n\
         \u{20}      cd /etc/postfix\n\
         \u{20}      ls -l sdr-relay-recipients.before-2* sdr-transport.before-2*\n\
         \u{20}      for map in sdr-relay-recipients sdr-transport; do\n\
         \u{20}        mv \"$(ls $map.before-2* | tail -n 1)\" $map && postmap hash:/etc/postfix/$map\n\
         \u{20}      done\n\
         \u{20}      postfix reload\n\
         \n\
         Only when both maps are empty may they come out of main.cf.\n",
        who = who_is_in(apart, "   "),
        subdomain = plan.routing_subdomain(),
    )
}
