//! The causes of a refusal.

use serde::Serialize;

/// The cause of a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// G2.
    TooManyConnections,
    /// G6: the host got no final answer from the external server.
    ExternalUnreachable,
    /// G7: the external server said no to the host.
    ExternalRefused,
    /// G8, G9: neither side has the address, or split domain routing is off.
    NeitherSide,
    /// G15, 5.7.23: SPF or DMARC.
    Forged,
    /// G16, 4.4.6, 5.4.6, 5.4.14: round and round.
    Loop,
    /// The MX records lead back to the server that sends: nothing went round.
    MxAtItself,
    /// An address of old mail (IMCEAEX).
    OldAddress,
    /// 5.7.60 and the like: the own domain from outside.
    OwnDomain,
    /// 5.7.520: automatic forwarding is not allowed.
    ForwardingBlocked,
    /// 5.1.10, 5.4.1: Exchange does not have the address.
    NotInExchange,
    /// The domain is not one that the server takes.
    RelayDenied,
    /// 5.7.54, 5.7.64: the same, said by Exchange.
    NotAccepted,
    /// The domain has no mail exchanger, or none that can be found.
    NoExchanger,
    /// It says that it takes no mail (RFC 7505).
    NullMx,
    /// Exim knows no way to the address.
    Unrouteable,
    /// Exchange takes mail for it from certain senders only.
    Restricted,
    /// 5.1.8: the sender's domain is not in the DNS.
    SenderUnknown,
    /// The server knows no mailbox behind the sender's address.
    SenderNoMailbox,
    /// The server could not ask about the sender's address.
    SenderUnverified,
    /// The sender is refused, and it is not said why.
    SenderRefused,
    /// AS(42004), 5.7.705: Exchange Online no longer lets it send.
    SenderBlocked,
    /// The sender's own system has counted too much mail.
    SendingLimit,
    /// The server takes no mail from the one that sends.
    NotFromThere,
    /// Whoever logged in may not write in the sender's name.
    NotOwner,
    /// The name that the sending server says (HELO) is refused.
    HeloRefused,
    /// 5.7.57: whoever sends must log in.
    LoginWanted,
    /// STARTTLS, certificates, MTA-STS.
    Encryption,
    /// 5.7.25: the sending address has no name.
    NoReverseName,
    /// 5.1.1: no such mailbox.
    NoMailbox,
    /// 5.2.1.
    MailboxDisabled,
    /// 5.1.4: Exchange has it twice.
    Ambiguous,
    /// 5.2.2.
    MailboxFull,
    /// 5.3.4.
    TooLarge,
    /// The sending address is on a block list.
    Blocked,
    /// The block list gave the receiver no answer about the sending address.
    ListNotAsked,
    /// The message looked like spam.
    Spam,
    /// Strangers are asked to come back.
    Greylisted,
    /// No connection.
    NoConnection,
    /// No connection to the host.
    HostNotReached,
    /// 4.4.2: connected, then broken off or without an answer.
    BrokenOff,
    /// 4.4.3: the name servers gave no answer about the domain.
    NoNameServer,
    /// The receiver got no answer from the name servers about the sender's SPF
    /// or DMARC record.
    PolicyNotRead,
    /// The server asks the one behind it about the recipient, and waits.
    Verifying,
    /// It asked, and got no answer.
    Unverified,
    /// 4.4.7: tried until the time was up, and not said why.
    Expired,
    /// The server is short of something, or busy.
    Busy,
    /// It takes only so much at a time.
    Limited,
    /// Something else.
    Other,
    /// No refusal: put off, for a reason that is not said.
    Delayed,
    /// No refusal: it is in the mailbox.
    Delivered,
    /// No refusal: handed to a server that sends no notices.
    Relayed,
    /// No refusal: given to everybody behind a list.
    Expanded,
    /// No refusal: a server's yes.
    Taken,
}

impl Cause {
    /// Whether it says why.
    pub fn is_known(self) -> bool {
        !matches!(self, Self::Other | Self::Delayed)
    }

    /// Whether it tells of success, so that nothing needs to be mended.
    pub fn is_success(self) -> bool {
        matches!(self, Self::Delivered | Self::Relayed | Self::Expanded | Self::Taken)
    }

    /// Whether it is of the kind that passes, so that senders try again.
    pub(super) fn passes(self) -> bool {
        matches!(
            self,
            Self::NoConnection
                | Self::HostNotReached
                | Self::BrokenOff
                | Self::NoNameServer
                | Self::Expired
        )
    }

    /// Whether it is about the way to a server: nobody refused anything.
    pub(super) fn is_of_the_way(self) -> bool {
        self.passes()
            || matches!(
                self,
                Self::NoExchanger | Self::NullMx | Self::MxAtItself | Self::Unverified
            )
    }

    /// The cause behind one of the host's own codes; `None` where its meaning
    /// is not public.
    pub(super) fn of_host_code(code: u8) -> Option<Self> {
        Some(match code {
            2 => Self::TooManyConnections,
            6 => Self::ExternalUnreachable,
            7 => Self::ExternalRefused,
            8 | 9 => Self::NeitherSide,
            15 => Self::Forged,
            16 => Self::Loop,
            _ => return None,
        })
    }
}
