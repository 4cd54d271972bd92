//! Texts for others: what the panel wants, what the firewall's keeper has to
//! do, what the people of a wave should know.

use crate::plan::{Plan, Wave};

/// The values for the host's control panel, with the way there and back.
pub(super) fn panel_values(plan: &Plan) -> String {
    let host = &plan.host;
    let missing = "(not chosen yet)".to_owned();
    let server = plan.external.host_name.as_ref().map_or(missing.clone(), ToString::to_string);
    let address = plan.external.verification_address.as_ref().map_or(missing, ToString::to_string);
    let clicks: Vec<String> =
        host.panel_path.iter().map(|click| format!("  - {click}\n")).collect();
    format!(
        "Split Domain Routing for {domain} in the control panel of {name}\n\nNote: {offer}\n\n\
         Sign in at {url}, then:\n{clicks}\
         \n  External Mail Server:  {server}\
         \n  Verification Address:  {address}\
         \n\nClick Save.\n\n\
         Undo: on the same page, clear Enable Split Domain Routing and click Save.\n",
        domain = plan.domain(),
        name = host.name,
        offer = host.offer,
        url = host.panel_url,
        clicks = clicks.concat(),
    )
}

/// The request for port 25. It names no addresses: they change, so they are
/// looked up on the day.
pub(super) fn firewall_request(plan: &Plan) -> String {
    let include = &plan.host.spf_include;
    let server = plan
        .external
        .host_name
        .as_ref()
        .map_or_else(|| "our mail server".to_owned(), ToString::to_string);
    let why = match plan.way_without_sdr() {
        None => format!(
            "passes mail for our people on {server} to it, and asks it whether a\n\
             \u{20}        recipient exists"
        ),
        Some(_) => format!(
            "has an alias for each of our people on {server},\n\
             \u{20}        which passes their mail to it"
        ),
    };
    format!(
        "Subject: Please let {host} reach {server} on port 25\n\
         \n\
         What:    inbound TCP, destination {server}, port 25\n\
         From:    the networks of {host}, see below\n\
         Why:     {host} {why}\n\
         Until:   the split of {domain} ends\n\
         \n\
         The networks are those in the SPF record of {include}, with every include: in it\n\
         followed in turn. Look them up on the day of the change:\n\
         \n\
         \u{20}   nslookup -type=TXT {include}\n\
         \u{20}   Resolve-DnsName -Type TXT {include}      (PowerShell)\n\
         \u{20}   dig +short TXT {include}                 (Linux)\n\
         \n\
         Take every ip4: and ip6: term; for each include:NAME ask again for NAME. Please look again\n\
         at least once a month: {host} warns against fixed lists. If a filter service stands\n\
         before {server}, its own list of permitted senders needs the same networks.\n\
         If everybody may reach port 25 today, nothing has to be changed.\n\
         \n\
         Undo: remove the rule when the split has ended.\n",
        host = plan.host.name,
        domain = plan.domain(),
    )
}

/// A note to the people of one wave.
pub(super) fn wave_note(plan: &Plan, wave: &Wave) -> String {
    let when = wave
        .date
        .map_or_else(|| "soon; the day will be announced".to_owned(), |date| format!("on {date}"));
    format!(
        "Subject: Your mailbox moves to {host}\n\
         \n\
         Hello,\n\
         \n\
         your mailbox moves to {host} {when}.\n\
         Your address stays the same, and nobody who writes to you has to do anything.\n\
         \n\
         What changes for you\n\
         - From then on you read your mail at {host}. You get the settings and your password\n\
         \u{20} separately; nobody will ask you for a password by mail.\n\
         - Colleagues whose mailboxes move later go on writing to you as before, and you to them.\n\
         - Free/busy times, shared calendars and access to each other's mailboxes work only between\n\
         \u{20} mailboxes on the same system. Until everybody has moved, arrange meetings with the\n\
         \u{20} others by mail.\n\
         \n\
         On the day\n\
         - A message may arrive some minutes late.\n\
         - If a message that you wait for is not there after an hour, or somebody got an error when\n\
         \u{20} writing to you, send us the text of the error.\n\
         \n\
         Thank you.\n",
        host = plan.host.name,
    )
}
