//! What was seen, and what it means.

use super::Cause;

impl Cause {
    /// What was seen, a sentence.
    pub fn summary(self) -> &'static str {
        match self {
            Self::TooManyConnections => "The host had too many connections from the same sender.",
            Self::ExternalUnreachable => {
                "The host got no final answer from the external server when it asked about the recipient."
            }
            Self::ExternalRefused => {
                "The external server refused the recipient when the host asked."
            }
            Self::NeitherSide => {
                "The host knows the address neither as a mailbox of its own nor through Split Domain Routing."
            }
            Self::Forged => "The receiving server took the sender for forged (SPF or DMARC).",
            Self::Loop => "The message went round in circles until a server ended it.",
            Self::MxAtItself => {
                "The MX records of the recipient's domain name the very server that was about to send."
            }
            Self::OldAddress => {
                "A reply to old mail went to an internal Exchange address that nobody owns any more."
            }
            Self::OwnDomain => {
                "The server refused a sender of its own domain that came from outside."
            }
            Self::ForwardingBlocked => {
                "Exchange Online does not allow this mailbox to forward outside."
            }
            Self::NotInExchange => "Exchange does not have the recipient.",
            Self::RelayDenied => "The server does not take mail for the recipient's domain.",
            Self::NotAccepted => "Exchange does not take mail for the recipient's domain.",
            Self::NoExchanger => "The recipient's domain has no mail exchanger that can be found.",
            Self::NullMx => "The recipient's domain says that it takes no mail (null MX).",
            Self::Unrouteable => "The server knows no way to the recipient.",
            Self::Restricted => "Exchange takes mail for this recipient from certain senders only.",
            Self::SenderUnknown => {
                "The receiving server does not take the sender: the DNS shows no mail domain behind the sender's address."
            }
            Self::SenderNoMailbox => {
                "The receiving server does not take the sender: it finds no mailbox behind the sender's address."
            }
            Self::SenderUnverified => {
                "The receiving server could not check whether the sender's address exists."
            }
            Self::SenderRefused => {
                "The receiving server does not take the sender, and does not say why."
            }
            Self::SenderBlocked => {
                "Exchange Online has stopped the sender, or its whole organisation, from sending."
            }
            Self::SendingLimit => {
                "The sender has sent as much as its own mail system allows for now."
            }
            Self::NotFromThere => "The receiving server takes no mail from this sending server.",
            Self::NotOwner => {
                "The server does not let whoever logged in write in the sender's name."
            }
            Self::HeloRefused => {
                "The receiving server does not take the name that the sending server says (HELO)."
            }
            Self::LoginWanted => "The server takes mail only from whoever logs in first.",
            Self::Encryption => "The servers could not agree on encryption (TLS).",
            Self::NoReverseName => {
                "The receiving server wants a name for the sending address (reverse DNS), and finds none."
            }
            Self::NoMailbox => "The receiving server has no such mailbox.",
            Self::MailboxDisabled => "The recipient's mailbox is disabled.",
            Self::Ambiguous => "Exchange has the recipient's address more than once.",
            Self::MailboxFull => "The recipient's mailbox is full.",
            Self::TooLarge => "The message is larger than the receiving server takes.",
            Self::Blocked => "The sending server's address is on a block list of the receiver.",
            Self::ListNotAsked => {
                "The receiving server's block list refused to answer it, and it took that for a yes."
            }
            Self::Spam => "The receiving server took the message for spam.",
            Self::Greylisted => "The receiving server asked to come back later (greylisting).",
            Self::NoConnection => {
                "The receiving server could not be reached, or did not answer in time."
            }
            Self::HostNotReached => "The host could not be reached.",
            Self::BrokenOff => {
                "The conversation with the receiving server broke off, or its answer did not come in time."
            }
            Self::NoNameServer => {
                "The sending server got no answer from the name servers about the recipient's domain."
            }
            Self::PolicyNotRead => {
                "The receiving server could not look up the sender's SPF or DMARC record for the moment."
            }
            Self::Verifying => {
                "The receiving server is still asking the server behind it about the address."
            }
            Self::Unverified => {
                "The receiving server could not ask the server behind it about the address."
            }
            Self::Expired => "The sending server tried until its time was up, and gave up.",
            Self::Busy => "The receiving server can't take the message just now.",
            Self::Limited => "The receiving server takes only so much mail at a time.",
            Self::Other => "The message was refused for a reason that this program does not know.",
            Self::Delayed => {
                "The message is delayed, for a reason that this program does not know."
            }
            Self::Delivered => "The message was delivered: this is a notice of success, no bounce.",
            Self::Relayed => {
                "The message was handed on to the next server: a notice of success, no bounce."
            }
            Self::Expanded => {
                "The message reached a list and was given to its members: a notice of success, no bounce."
            }
            Self::Taken => "The server said yes: this is no refusal.",
        }
    }

    /// What it means.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::TooManyConnections => {
                "The host takes about five connections at once from one client (G2)."
            }
            Self::ExternalUnreachable => {
                "Split Domain Routing is on, but port 25 of the external server is closed to the host, or it greylists, or it was down (4.4.1, G6)."
            }
            Self::ExternalRefused => {
                "Split Domain Routing is on and the external server can be reached, but it said no (G7): the address is unknown there, or it does not let the host in."
            }
            Self::NeitherSide => {
                "Either the address exists nowhere, or Split Domain Routing is off and the host looks only at its own mailboxes (G8, G9)."
            }
            Self::Forged => {
                "Mail that one system passes on to the other arrives from an address that the sender's SPF record does not name (5.7.23, G15). This happens to forwarded Internet mail, and to mail of the domain itself while its SPF record lacks one of the two systems."
            }
            Self::Loop => {
                "With a split domain, most often both systems pass the address to each other: a contact without a mailbox at the host, both sides non-authoritative, or a wildcard accepted domain (5.4.6 on Exchange Server, 5.4.14 on Exchange Online, 4.4.6 G16 at Rackspace). Forwards that name each other do the same."
            }
            Self::MxAtItself => {
                "Nothing went round. The sending server found its own name or address in the MX records, and does not hold the domain for one of its own. The routing subdomain's records must name the host, never the external server."
            }
            Self::OldAddress => {
                "Mail from before the move names people by their legacyExchangeDN. A mailbox that became a contact or was made anew has lost it, so replies and calendar updates bounce."
            }
            Self::OwnDomain => {
                "People at the host can't write to colleagues on the external server: their mail bears its own domain and comes from outside, so it takes it for forged."
            }
            Self::ForwardingBlocked => {
                "The outbound spam policy forbids automatic forwarding to other domains (5.7.520), the routing subdomain among them."
            }
            Self::NotInExchange => {
                "There is no mailbox, contact or forward with this address (5.1.10, or 5.4.1 where Exchange Online looks recipients up at its edge). For a person who moved to the host, the contact is missing or lacks the primary address."
            }
            Self::RelayDenied => {
                "For the routing subdomain: the domain alias is missing at the host. For the primary domain: it is not set up on that server. For any other domain: the sender uses a server that is not meant for it."
            }
            Self::NotAccepted => {
                "The domain is not among its accepted domains (5.7.54), or Exchange Online does not know the sending server for one that may send through it (5.7.64, TenantAttribution). A recipient in the routing subdomain should not have come to Exchange at all."
            }
            Self::NoExchanger => {
                "For the routing subdomain: its MX records are not published, or not yet everywhere."
            }
            Self::NullMx => {
                "A single MX record “0 .” stands for “no mail here” (RFC 7505). Every sender gives up at once."
            }
            Self::Unrouteable => {
                "Exim says so of an address that it has neither as a mailbox nor as an alias, and of a domain that has no mail exchanger; Exchange where no send connector takes the address."
            }
            Self::Restricted => {
                "The group or mailbox takes mail from authenticated senders alone, or from those on its list (5.7.124, 5.7.133). People whose mailbox is at the host write to it from outside, so they count as strangers."
            }
            Self::SenderUnknown => {
                "The domain in the sender's address has no records that the receiver could see (5.1.8), or takes no mail itself. The recipient is not the trouble."
            }
            Self::SenderNoMailbox => {
                "It is about the sender, not the recipient. A server that holds the domain for its own and lacks a colleague at the other system says so of every message from there (reject_unlisted_sender in Postfix, sender verification in Exim)."
            }
            Self::SenderUnverified => {
                "It is about the sender, not the recipient. It asks the mail server of the sender's domain, and has no final answer yet: asked for the first time, put off, or no way there."
            }
            Self::SenderRefused => {
                "It is about the sender's address, not the recipient's. Between the two systems, most often a rule against senders that bear the server's own domain."
            }
            Self::SenderBlocked => {
                "It took mail from there for spam: from one account (5.1.8, AS(42004)), or from all of them (5.7.705). Neither the recipient nor the split is the trouble, though forwarded spam counts as the sender's own."
            }
            Self::SendingLimit => {
                "Mail systems limit what one account sends in a day (5.4.5 at Google, 5.1.90 and 5.7.232 at Exchange Online). The recipient is not the trouble."
            }
            Self::NotFromThere => {
                "It lets in certain addresses only: an allow-list, or a connector with a restriction (5.7.51 on Exchange Online), from before the domain was split."
            }
            Self::NotOwner => {
                "Somebody logged in and wrote in the name of an address that the login does not own (reject_sender_login_mismatch in Postfix). It did not come from outside, and the split is not the trouble."
            }
            Self::HeloRefused => {
                "The name has no dot or no record in the DNS, such as the inside name of a server (EXCH01.corp.local)."
            }
            Self::LoginWanted => {
                "Mail between servers comes without a login. Either the receive connector does not let strangers in (5.7.57 on Exchange), or the sender uses the port that is meant for people's mail programs (587)."
            }
            Self::Encryption => {
                "One side insists on TLS and the other does not offer it, or shows a certificate that is not accepted: expired, for another name, or signed by nobody known."
            }
            Self::NoReverseName => {
                "The receiver judges by the sending server's address, not by its mail: a PTR record is missing, or the name in it does not lead back."
            }
            Self::NoMailbox => {
                "The address is mistyped, or the person's mailbox is not on the side that got the message."
            }
            Self::MailboxDisabled => {
                "The address is right, but the mailbox takes nothing (5.2.1): closed, suspended, or left behind by a person who moved."
            }
            Self::Ambiguous => {
                "Two objects own it (5.1.4): such as the contact of a person who moved, and the old mailbox."
            }
            Self::MailboxFull => {
                "The address is right; it takes nothing more until its owner tidies up."
            }
            Self::TooLarge => {
                "The two systems take messages of different size (5.3.4); attachments grow by a third on the way."
            }
            Self::Blocked => {
                "The receiver judges by the sender's address, not by its mail. Nothing is wrong with the split."
            }
            Self::ListNotAsked => {
                "The sending address is not listed by this. The receiver asks the list through a public resolver or too often, and the list answers such questions with an error."
            }
            Self::Spam => {
                "The filter judged the message, not the way. At Rackspace, aliases and contacts never pass on what was flagged as spam."
            }
            Self::Greylisted => {
                "Servers that greylist let a sender in when it tries again after some minutes."
            }
            Self::NoConnection => {
                "A closed port 25, a firewall that lets in only known senders, or a server that was down."
            }
            Self::HostNotReached => {
                "The sending server's firewall or provider lets nothing out to port 25 of the host, or the host was down. The external server has no part in it, unless it is the one that sends."
            }
            Self::BrokenOff => {
                "Port 25 was open. The server was too slow or fell over, or a firewall in between cut the conversation. Where it was cut behind the message itself (end of data), the message may have arrived, and come again."
            }
            Self::NoNameServer => {
                "A name server was down or too slow, or the zone is broken (4.4.3). This does not say that the records are missing."
            }
            Self::PolicyNotRead => {
                "Its question to the DNS failed, so nothing was judged: the sender was not taken for forged. This passes, unless the name servers of the sender's domain are down or its records are broken."
            }
            Self::Verifying => {
                "It asks about an address that it has not seen before, and puts the sender off until it knows. Minutes later it does."
            }
            Self::Unverified => {
                "It asks another server whether the recipient exists, and got no final answer: closed port, greylisting, or a server that was down."
            }
            Self::Expired => "Each attempt was put off; what the last server said is not in it.",
            Self::Busy => {
                "Its disk or memory is nearly full (4.3.1, which Exchange calls back pressure), a part of it is out of order (4.3.0, 4.3.2), or it limits this sender for now (4.7.0, 4.7.500)."
            }
            Self::Limited => {
                "Too many connections, recipients or messages came at once: from this sending server, or for this recipient."
            }
            Self::Other => "Its words are all there is.",
            Self::Delayed => {
                "Nobody has said no yet. The sending server goes on trying for some days."
            }
            Self::Delivered => {
                "The server that reports put it into the recipient's mailbox, or where the mailbox forwards to."
            }
            Self::Relayed => {
                "The next server sends no notices of its own, so this one is the last: whether the message arrived is not known from it."
            }
            Self::Expanded => "What became of each member's copy is not in this notice.",
            Self::Taken => {
                "Taken is not delivered: a server may accept an address and return or lose the message later."
            }
        }
    }
}
