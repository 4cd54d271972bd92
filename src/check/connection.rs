//! The connection to a mail server: whether it came about, and whose fault it
//! is where it did not.

use jiff::Timestamp;

use super::probe::{Control, answered, broke_off, connected, transcript, whom};
use crate::finding::{Finding, State};
use crate::net::{Conversation, Ending, Unreached};

/// `server.connect`: whether the port can be reached, and whose fault it is
/// when it can't. `control` is the probe of a server that answers everybody.
pub(super) fn connect(talk: &Conversation, control: Option<&Control>, at: Timestamp) -> Finding {
    let port = talk.peer.port();
    let finding = |state, summary: String| {
        Finding::new("server.connect", state, summary, at)
            .asked(whom(talk))
            .with_evidence(transcript(talk))
    };
    if answered(talk) {
        return finding(State::Passed, format!("{} answers on port {port}.", talk.host))
            .compared(format!("a connection to port {port}"), "connected");
    }
    let why = broke_off(talk).unwrap_or_else(|| "the conversation ended at once".to_owned());
    let compared = |finding: Finding| {
        finding.compared(format!("a connection to port {port}"), format!("none: {why}"))
    };
    if connected(talk) {
        return no_mail_server(talk, why, finding);
    }
    if matches!(talk.ending, Ending::NotConnected { how: Unreached::NoWay, .. }) {
        return compared(finding(State::Unknown { why: why.clone() }, format!("{} can't be reached from here: there is no way to its network.", talk.host)))
            .means("This machine, or a router on the way, knows no way to that address: nothing was turned away by the server. A machine without IPv6 sees that of every IPv6 address.")
            .advise(elsewhere(talk));
    }
    match control {
        Some(Control::Reached(other)) => {
            let refused = matches!(talk.ending, Ending::NotConnected { how: Unreached::Refused, .. });
            let meaning = if refused {
                "The way to port 25 is open from here, because another mail server answered. This one turns the connection away: nothing listens there, or a firewall rejects it. The host will fare the same, and Split Domain Routing can't reach the server."
            } else {
                "The way to port 25 is open from here, because another mail server answered. On the path from here to this server something drops the connection, most often a firewall that lets in only known senders. The host may be let in all the same."
            };
            compared(finding(State::Failed, format!("{} can't be reached on port {port}.", talk.host)))
                .means(format!("{meaning} Control probe: {other} answered."))
                .advise("Open port 25 of the external server's firewall to the Internet, or at least to the host's addresses (all that its SPF name includes) and to this machine, forward it to the mail server, and check that the server listens on that address.")
        }
        Some(Control::NotReached(other)) => {
            // Every exchanger of the host listens on port 25, on another none may: who
            // turned the connection away there, the server or the way, can't be told.
            let refused = matches!(talk.ending, Ending::NotConnected { how: Unreached::Refused, .. });
            if refused && port != 25 {
                let why = format!("the connection to port {port} was turned away, and the control probe got through to no mail server either ({other})");
                return compared(finding(State::Unknown { why }, format!("{} turned the connection to port {port} away, or something before it did.", talk.host)))
                    .means("Nothing listens there, or a firewall on the way rejects outgoing mail traffic: many offices and providers have one.")
                    .advise(elsewhere(talk));
            }
            let why = format!("port {port} seems blocked from here: the control probe got no answer either ({other})");
            compared(finding(State::Unknown { why }, format!("Port {port} seems blocked from here.")))
                .means("Many offices and providers block outgoing mail traffic. That says nothing about the external server.")
                .advise(elsewhere(talk))
        }
        Some(Control::NotAsked(other)) => {
            let why = format!("{why}, and no other mail server could be tried ({other})");
            compared(finding(State::Unknown { why }, format!("{} can't be reached from here.", talk.host)))
                .means("Either this server is closed or outgoing mail traffic is blocked where this program runs. Both look the same from here.")
                .advise(elsewhere(talk))
        }
        None => compared(finding(State::Unknown { why: why.clone() }, format!("{} can't be reached from here.", talk.host)))
            .means("Another address of the same server answers, so mail gets through; senders that try this address first lose time or have no route to it.")
            .advise("Check that this address is still the server's own, and remove it from the DNS if it is not."),
    }
}

/// The connection came about, so neither line nor firewall is in question;
/// what listens did not greet as a mail server does.
fn no_mail_server(
    talk: &Conversation,
    why: String,
    finding: impl Fn(State, String) -> Finding,
) -> Finding {
    let (host, port) = (&talk.host, talk.peer.port());
    let expected = "a greeting that begins with 220";
    match &talk.ending {
        Ending::ReplyTimeout { seconds, .. } => {
            finding(State::Unknown { why: why.clone() }, format!("{host} takes the connection on port {port}, but gave no greeting within {seconds} s."))
                .compared(expected, format!("connected, then {why}"))
                .means("The way is open: the connection came about. Some servers let strangers wait for the greeting (greet delay), and some firewalls take a connection that nobody serves behind them. Which it is can't be seen from here.")
                .advise("Check again with more patience (--timeout 60). If it stays silent, check on the server that its mail service runs, and that the firewall leads the port to it.")
        }
        Ending::Closed { .. } => finding(State::Unknown { why: why.clone() }, format!("{host} takes the connection on port {port} and hangs up without a greeting."))
            .compared(expected, format!("connected, then {why}"))
            .means("The way is open: the connection came about. Who hangs up before the greeting may turn away this machine alone (a block list, a firewall that lets in known senders, too many connections) or everybody. Which it is can't be seen from here.")
            .advise("Check again from another machine. If it hangs up there too, check that the host name and the firewall's port forwarding lead to the mail server and that its mail service runs; otherwise let this machine and the host in."),
        // It speaks as a mail server does, and does not stop.
        Ending::Garbled { why: rule } if talk.transcript.iter().any(|line| line.text.starts_with("220")) => {
            finding(State::Failed, format!("{host} greets on port {port}, but its greeting can't be used."))
                .compared(expected, format!("connected, then {rule}"))
                .means("The way is open, and what listens begins as a mail server does (220). Senders give up on such a greeting, so no mail can be handed to it.")
                .advise("Look at the greeting (banner) in the server's settings, and at what stands in front of it: a firewall or proxy that rewrites SMTP.")
        }
        _ => finding(State::Failed, format!("What answers at {host} on port {port} is not a mail server."))
            .compared(expected, format!("connected, then {why}"))
            .means("The way is open: the connection came about. But a mail server greets first (RFC 5321 3.1), and this one does not, so no mail can be handed to it: another service listens there.")
            .advise("Check that the host name and the firewall's port forwarding lead to the mail server, and that its mail service runs."),
    }
}

fn elsewhere(talk: &Conversation) -> String {
    format!(
        "Run “sdrctl smtp {} --address ADDRESS” on a machine whose port 25 is open, such as the mail server itself or a rented server, or ask the network's administrator to open outgoing port 25 for this one.",
        talk.host
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::TlsState;

    fn talk(ending: Ending) -> Conversation {
        Conversation {
            host: "mail.example.com".to_owned(),
            peer: "192.0.2.25:25".parse().unwrap(),
            banner: None,
            ehlo: None,
            before_tls: None,
            tls: TlsState::NotOffered,
            envelopes: Vec::new(),
            ending,
            transcript: Vec::new(),
        }
    }

    #[test]
    fn silence_is_the_servers_fault_only_when_another_server_answers() {
        let at = Timestamp::UNIX_EPOCH;
        let silent =
            talk(Ending::NotConnected { why: "timed out".to_owned(), how: Unreached::Silent });
        let state = |control: Control| connect(&silent, Some(&control), at).state;
        assert_eq!(state(Control::Reached("mx1".to_owned())), State::Failed);
        assert!(matches!(state(Control::NotReached("mx1".to_owned())), State::Unknown { .. }));
        assert!(matches!(
            state(Control::NotAsked("no resolver".to_owned())),
            State::Unknown { .. }
        ));
        let no_way = Ending::NotConnected { why: "no route".to_owned(), how: Unreached::NoWay };
        let told = connect(&talk(no_way), Some(&Control::Reached("mx1".to_owned())), at);
        assert!(matches!(told.state, State::Unknown { .. }), "{told:?}");
    }

    #[test]
    fn a_connection_without_a_greeting_is_no_blocked_port() {
        let at = Timestamp::UNIX_EPOCH;
        for (ending, failed) in [
            (Ending::Garbled { why: "not a reply".to_owned() }, true),
            (Ending::Closed { after: "connecting".to_owned() }, false),
            (Ending::ReplyTimeout { waiting_for: "banner".to_owned(), seconds: 30 }, false),
        ] {
            for control in [None, Some(Control::NotReached("mx1".to_owned()))] {
                let finding = connect(&talk(ending.clone()), control.as_ref(), at);
                assert_eq!(finding.state == State::Failed, failed, "{finding:?}");
                assert_eq!(matches!(finding.state, State::Unknown { .. }), !failed);
                let text = format!("{finding:?}").to_lowercase();
                assert!(!text.contains("blocked") && !text.contains("drops"), "{text}");
                assert!(text.contains("the way is open"), "{text}");
            }
        }
    }
}
