//! One person's mailbox.

use serde::{Deserialize, Serialize};

use super::{Address, Kind, Particulars, Side, WaveNumber};

/// A person with an address in the domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// The primary address, in the primary domain.
    pub address: Address,
    /// As the address list shows it; may be empty.
    pub display_name: Box<str>,
    /// Given name; may be empty.
    pub first_name: Box<str>,
    /// Family name; may be empty.
    pub last_name: Box<str>,
    /// Where the mailbox is today.
    pub home: Home,
    /// The wave in which it moves, or moved, to the host.
    pub wave: Option<WaveNumber>,
    /// Other addresses of the same person.
    pub aliases: Vec<Address>,
    /// What becomes of the person on the external server once moved.
    pub strategy: Strategy,
    /// What only some lists tell; absent where nothing is known.
    pub particulars: Option<Box<Particulars>>,
}

/// The system that holds a mailbox.
pub type Home = Side;

impl Mailbox {
    /// A mailbox on the external server that moves in no wave.
    pub fn new(address: Address) -> Self {
        Self {
            address,
            display_name: "".into(),
            first_name: "".into(),
            last_name: "".into(),
            home: Home::External,
            wave: None,
            aliases: Vec::new(),
            strategy: Strategy::default(),
            particulars: None,
        }
    }

    /// What the mailbox is for; a person's own unless a list said otherwise.
    pub fn kind(&self) -> Kind {
        self.particulars.as_ref().and_then(|known| known.kind).unwrap_or_default()
    }

    /// As the directory has it; may be empty.
    pub fn department(&self) -> &str {
        self.particulars.as_ref().map_or("", |known| &known.department)
    }

    /// Exchange's `legacyExchangeDN`; may be empty.
    pub fn legacy_dn(&self) -> &str {
        self.particulars.as_ref().map_or("", |known| &known.legacy_dn)
    }

    /// Former `X500:` addresses, without the prefix.
    pub fn x500(&self) -> &[Box<str>] {
        self.particulars.as_ref().map_or(&[], |known| &known.x500)
    }

    /// Who may send for this person, as the list names them: an address, a
    /// directory path or a display name.
    pub fn delegates(&self) -> &[Box<str>] {
        self.particulars.as_ref().map_or(&[], |known| &known.delegates)
    }

    /// Whether a contact for this person is refused at first: by the list the
    /// mailbox is still on the external server, and owns the address there
    /// (`facts` 1.3). `false` also where no list told.
    pub fn is_in_the_way(&self) -> bool {
        let kind = self.particulars.as_ref().and_then(|known| known.kind);
        let is_mailbox =
            matches!(kind, Some(Kind::User | Kind::Shared | Kind::Room | Kind::Equipment));
        self.strategy == Strategy::Contact && self.home == Home::External && is_mailbox
    }

    /// The display name, or the address where none is known.
    pub fn name(&self) -> std::borrow::Cow<'_, str> {
        if self.display_name.is_empty() {
            self.address.to_string().into()
        } else {
            (&*self.display_name).into()
        }
    }
}

/// How Exchange lets go of a moved person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strategy {
    /// No mailbox there: a mail contact owns the address and points to the
    /// routing subdomain.
    #[default]
    Contact,
    /// The mailbox stays and forwards to a hidden contact at the routing
    /// subdomain.
    Forward,
    /// The mailbox is disconnected; a mail user with all of its addresses, its
    /// legacyExchangeDN among them as X500, points to the routing subdomain.
    Retire,
}

impl Strategy {
    /// As in files and options.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Forward => "forward",
            Self::Retire => "retire",
        }
    }
}
