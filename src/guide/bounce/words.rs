//! What each cause means, what to do, and which step mends it.

use super::Cause;
use crate::guide::Step;

impl Cause {
    /// The step that mends it.
    pub fn step(self) -> Step {
        match self {
            Self::TooManyConnections | Self::NeitherSide => Step::Sdr,
            Self::Loop | Self::Delivered | Self::Relayed | Self::Expanded | Self::Taken => {
                Step::Flow
            }
            Self::OldAddress | Self::ForwardingBlocked | Self::NotInExchange => Step::Forwards,
            Self::RelayDenied | Self::NoExchanger | Self::NullMx | Self::MxAtItself => {
                Step::Subdomain
            }
            Self::NoMailbox | Self::MailboxFull | Self::Unrouteable => Step::People,
            Self::SenderUnknown => Step::Situation,
            _ => Step::Server,
        }
    }

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
            Self::Loop => {
                "The message went round between the two systems until a hop limit ended it."
            }
            Self::MxAtItself => {
                "The MX records of the recipient's domain name the very server that was about to send."
            }
            Self::OldAddress => {
                "A reply to old mail went to an internal Exchange address that nobody owns any more."
            }
            Self::OwnDomain => {
                "The external server refused a sender of its own domain that came from outside."
            }
            Self::ForwardingBlocked => {
                "Exchange Online does not allow this mailbox to forward outside."
            }
            Self::NotInExchange => "Exchange does not have the recipient.",
            Self::RelayDenied => "The server does not take mail for the recipient's domain.",
            Self::NoExchanger => "The recipient's domain has no mail exchanger that can be found.",
            Self::NullMx => "The recipient's domain says that it takes no mail (null MX).",
            Self::Unrouteable => "The server knows no way to the recipient.",
            Self::Restricted => "Exchange takes mail for this recipient from certain senders only.",
            Self::SenderUnknown => {
                "The receiving server does not take the sender: the DNS shows no mail domain behind the sender's address."
            }
            Self::NoReverseName => {
                "The receiving server wants a name for the sending address (reverse DNS), and finds none."
            }
            Self::NoMailbox => "The receiving server has no such mailbox.",
            Self::MailboxFull => "The recipient's mailbox is full.",
            Self::TooLarge => "The message is larger than the receiving server takes.",
            Self::Blocked => "The sending server's address is on a block list of the receiver.",
            Self::Greylisted => "The receiving server asked to come back later (greylisting).",
            Self::NoConnection => {
                "The receiving server could not be reached, or did not answer in time."
            }
            Self::Busy => "The receiving server can't take the message just now.",
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
                "The host takes about five connections at once from one client (G2). The sender tries again by itself."
            }
            Self::ExternalUnreachable => {
                "Split Domain Routing is on, but port 25 of the external server is closed to the host, or it greylists, or it was down (4.4.1, G6). Senders try again for some days."
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
                "Both systems pass the address to each other: a contact without a mailbox at the host, both sides non-authoritative, or a wildcard accepted domain (5.4.6 on Exchange Server, 5.4.14 on Exchange Online, 4.4.6 G16 at Rackspace)."
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
            Self::NoExchanger => {
                "For the routing subdomain: its MX records are not published, or not yet everywhere."
            }
            Self::NullMx => {
                "A single MX record “0 .” stands for “no mail here” (RFC 7505). Every sender gives up at once."
            }
            Self::Unrouteable => {
                "Exim says so of an address that it has neither as a mailbox nor as an alias, and of a domain that has no mail exchanger."
            }
            Self::Restricted => {
                "The group or mailbox takes mail from authenticated senders alone, or from those on its list (5.7.124, 5.7.133). People whose mailbox is at the host write to it from outside, so they count as strangers."
            }
            Self::SenderUnknown => {
                "The domain in the sender's address has no records that the receiver could see (5.1.8), or takes no mail itself. The recipient is not the trouble."
            }
            Self::NoReverseName => {
                "The receiver judges by the sending server's address, not by its mail: a PTR record is missing, or the name in it does not lead back."
            }
            Self::NoMailbox => {
                "The address is mistyped, or the person's mailbox is not on the side that got the message."
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
            Self::Greylisted => {
                "Servers that greylist let a sender in when it tries again after some minutes. It does so by itself."
            }
            Self::NoConnection => {
                "A closed port 25, a firewall that lets in only known senders, or a server that was down. Senders try again for some days before they give up."
            }
            Self::Busy => {
                "Its disk or memory is nearly full (4.3.1, which Exchange calls back pressure), a part of it is out of order (4.3.0, 4.3.2), or it limits this sender for now (4.7.0, 4.7.500)."
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

    /// What to do.
    pub fn action(self) -> &'static str {
        match self {
            Self::TooManyConnections => {
                "Wait; on the sending server limit the connections to the host to four at once."
            }
            Self::ExternalUnreachable => {
                "Run step 3: it tells a closed port from greylisting. Open port 25 to the host and exempt it from greylisting."
            }
            Self::ExternalRefused => {
                "Run step 3 with the address. If it is accepted from here, let the host's addresses in on the external server."
            }
            Self::NeitherSide => {
                "Run step 4: it tells whether Split Domain Routing is on. If it is, the address is missing on the external server: look at step 2."
            }
            Self::Forged => {
                "Put both systems into the domain's SPF record, and exempt the other side's addresses from the check on the server that refused."
            }
            Self::Loop => {
                "Follow the address in step 7: it names the switch that breaks the loop. Most often the mailbox at the host is missing."
            }
            Self::MxAtItself => {
                "Run step 5 for the routing subdomain: it shows whom the records name. For the primary domain, look whether the sending server is set up to take it (step 7)."
            }
            Self::OldAddress => {
                "Add the X500 address as a proxy address of the recipient's contact, mail user or mailbox: Set-MailContact NAME -EmailAddresses @{Add='X500:...'}. Step 6 carries it over for whoever moves next."
            }
            Self::OwnDomain => {
                "Give the receive connector for the host's addresses the permission ms-exch-smtp-accept-authoritative-domain-sender, or exempt the host from the anti-spoofing rule. Step 3 has the command and checks it."
            }
            Self::ForwardingBlocked => {
                "Use contacts instead of forwarding for this person (step 6), or allow forwarding in the outbound spam policy for this mailbox."
            }
            Self::NotInExchange => {
                "Load the forwards of the person's wave (step 6) and check them there. If the person lives on Exchange, look at the address of the mailbox."
            }
            Self::RelayDenied => {
                "Run step 5: it asks the host about the routing subdomain. Ask the host's support for the domain alias if it is missing."
            }
            Self::NoExchanger => {
                "Run step 5: it asks every name server for the routing subdomain's MX records."
            }
            Self::NullMx => {
                "Run step 5 for the routing subdomain, step 1 for the primary domain, and replace the record “0 .” by those of the mail servers."
            }
            Self::Unrouteable => {
                "Look the person up in step 2. If the address is in the routing subdomain, run step 5: its MX records are missing for this server."
            }
            Self::Restricted => {
                "Let it take mail from outside (Set-DistributionGroup NAME -RequireSenderAuthenticationEnabled $false), or put the senders on its list."
            }
            Self::SenderUnknown => {
                "Look at the sender's domain. If it is the domain of the plan, run step 1; if it is the routing subdomain, step 5."
            }
            Self::NoReverseName => {
                "Have whoever owns the sending address set a PTR record for it, with a name that leads back to the address."
            }
            Self::NoMailbox => {
                "Look the person up in step 2: the side in the list must be the one where the mailbox is."
            }
            Self::MailboxFull => "Tell the owner, or raise the quota.",
            Self::TooLarge => {
                "Raise the smaller limit; step 3 shows the external server's beside the host's."
            }
            Self::Blocked => {
                "Look the sending address up at the block list that the reply names, and ask for removal there."
            }
            Self::Greylisted => {
                "Wait. To speed things up, exempt the other side's addresses from greylisting."
            }
            Self::NoConnection => {
                "Run step 3: its control probe tells a closed server from a blocked line."
            }
            Self::Busy => {
                "Wait: the sender tries again by itself. If it lasts, look at the disk space and the services of the server that says so."
            }
            Self::Delayed => {
                "Wait. If it lasts, run step 3, and read the log of the server that reports."
            }
            Self::Delivered | Self::Expanded => {
                "Nothing to mend. If the recipient does not find it, look into the spam folder, and at its way in step 7."
            }
            Self::Relayed | Self::Taken => {
                "Nothing to mend by this. If the message is missing, look for a later report, and at its way in step 7."
            }
            Self::Other => {
                "Read the words; the server's own log says more. Keep the bounce for the host's support."
            }
        }
    }
}
