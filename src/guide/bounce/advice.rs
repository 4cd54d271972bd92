//! What to do about each cause, and in which step.

use super::{Cause, Upshot};
use crate::guide::Step;

impl Cause {
    /// The step that mends it.
    pub fn step(self) -> Step {
        match self {
            Self::TooManyConnections | Self::NeitherSide => Step::Sdr,
            Self::Loop | Self::Delivered | Self::Relayed | Self::Expanded | Self::Taken => {
                Step::Flow
            }
            Self::OldAddress
            | Self::ForwardingBlocked
            | Self::NotInExchange
            | Self::SenderNoMailbox
            | Self::Ambiguous => Step::Forwards,
            Self::RelayDenied
            | Self::NoExchanger
            | Self::HostNotReached
            | Self::NullMx
            | Self::MxAtItself
            | Self::NoNameServer => Step::Subdomain,
            Self::NoMailbox | Self::MailboxDisabled | Self::MailboxFull | Self::Unrouteable => {
                Step::People
            }
            Self::SenderUnknown | Self::PolicyNotRead => Step::Situation,
            _ => Step::Server,
        }
    }

    /// What to do. Nobody is told to wait for a sender that does not come back.
    pub fn action(self, upshot: Upshot) -> &'static str {
        let waits = upshot == Upshot::Delayed;
        match self {
            Self::TooManyConnections => {
                "On the sending server, limit the connections to the host to four at once."
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
                "Add the X500 address as a proxy address of the recipient's contact, mail user or mailbox: Set-MailContact NAME -EmailAddresses @{Add='X500:...'}. The files of step 6 carry it over for whoever moves next, where the list of people has LegacyExchangeDN (the command of step 2 exports it)."
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
            Self::NotAccepted => {
                "If the recipient is in the routing subdomain, run step 5: its MX records must name the host. Else look with Get-AcceptedDomain on the Exchange that refused; for 5.7.64 make its inbound connector know the sending server by address or certificate."
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
            Self::SenderNoMailbox => {
                "Make the sender known on the server that refused: load the forwards of the sender's wave there (step 6), or exempt the other side's addresses from the check of senders."
            }
            Self::SenderUnverified => {
                "Look whether the sender's domain takes mail for the sender: step 3 asks the external server, step 4 the host. Exempt the other side's addresses from the check of senders."
            }
            Self::SenderRefused => {
                "Run step 3: it asks with a sender of the domain beside a foreign one. Exempt the other side's addresses from the rule that refuses."
            }
            Self::SenderBlocked => {
                "An administrator of the sender's organisation finds out what was sent, secures the account and takes it off the restricted entities in the Microsoft Defender portal. Then send the message again."
            }
            Self::SendingLimit => {
                "Send less, or wait until the system counts anew (a day, as a rule) and send the message again."
            }
            Self::NotFromThere => {
                "Let the other system's addresses in on the server that refused. Step 3 has the list of the host's."
            }
            Self::NotOwner => {
                "Let the login write in that name (smtpd_sender_login_maps in Postfix), or choose the login's own address as the sender in the mail program."
            }
            Self::HeloRefused => {
                "Give the sending server a full name that the DNS knows: on Exchange Set-SendConnector NAME -Fqdn mail.example.com, on Postfix smtp_helo_name."
            }
            Self::LoginWanted => {
                "Run step 3: it asks as the host would, on port 25. On Exchange let strangers in on the connector for the host (Set-ReceiveConnector NAME -PermissionGroups AnonymousUsers)."
            }
            Self::Encryption => {
                "Run step 3: it has a report on the certificate, and tells whether TLS is offered."
            }
            Self::NoReverseName => {
                "Have whoever owns the sending address set a PTR record for it, with a name that leads back to the address."
            }
            Self::NoMailbox => {
                "Look the person up in step 2: the side in the list must be the one where the mailbox is."
            }
            Self::MailboxDisabled => {
                "Look the person up in step 2: the side in the list must be the one where the mailbox is in use."
            }
            Self::Ambiguous => {
                "Find both with Get-Recipient -Filter \"EmailAddresses -eq 'smtp:ADDRESS'\" and take the address from one. Step 6 has a way for a person who keeps the Exchange mailbox."
            }
            Self::MailboxFull => "Tell the owner, or raise the quota.",
            Self::TooLarge => {
                "Raise the smaller limit; step 3 shows the external server's beside the host's."
            }
            Self::Blocked => {
                "Look the sending address up at the block list that the reply names, and ask for removal there."
            }
            Self::ListNotAsked => {
                "Tell whoever runs the receiving server: it must ask the list through a resolver of its own, or with an account of the list's maker, and must not take an error code for a listing."
            }
            Self::Spam => {
                "Look the message up in the filter of the server that refused, and exempt the other side's addresses from it."
            }
            Self::Greylisted if waits => {
                "Wait. To speed things up, exempt the other side's addresses from greylisting."
            }
            Self::Greylisted => {
                "The sender did not come back in time, or not from the same address. Exempt the other side's addresses from greylisting."
            }
            Self::NoConnection => {
                "Run step 3: its control probe tells a closed server from a blocked line."
            }
            Self::HostNotReached => {
                "On the sending server, try “telnet HOST 25” and look at its firewall: port 25 must be open outwards to the host. Step 5 asks the host from here."
            }
            Self::BrokenOff => {
                "Read the sending server's log. If it stays so, look for a firewall or antivirus gateway that inspects SMTP, and run step 3 (or 5, if it was the host): it holds the same conversation from here."
            }
            Self::NoNameServer => {
                "Run steps 1 and 5: they ask every name server of the domain for itself."
            }
            Self::PolicyNotRead if waits => {
                "Wait: the sender tries again by itself. If it lasts and the sender's domain is yours, run step 1: it asks every name server for these records."
            }
            Self::PolicyNotRead => {
                "Send the message again. If it lasts and the sender's domain is yours, run step 1: it asks every name server for these records."
            }
            Self::Verifying if waits => "Wait some minutes. If it lasts, run step 3.",
            Self::Verifying | Self::Unverified => {
                "Run step 3: it tells whether the external server answers about recipients."
            }
            Self::Busy if waits => {
                "Wait: the sender tries again by itself. If it lasts, look at the disk space and the services of the server that says so."
            }
            Self::Busy => "Look at the disk space and the services of the server that says so.",
            Self::Limited => {
                "Wait: the sender tries again by itself. If it comes back often, let the sending server open fewer connections at once and send slower, or raise the limit for its address on the server that says so."
            }
            Self::Expired => {
                "Run step 3, and read the log of the server that reports: it has the answer to each attempt."
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
