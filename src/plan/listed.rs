//! One person as a list has them.

use super::{Address, Home, Mailbox, Particulars, Strategy, WaveNumber};

/// What a list says of one person; `None`: it says nothing, because it has no
/// such column or because the cell is empty. An empty wave is the exception:
/// where the list has waves, it says that the person moves in none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The primary address.
    pub address: Address,
    /// As the address list shows it.
    pub display_name: Option<Box<str>>,
    /// Given name.
    pub first_name: Option<Box<str>>,
    /// Family name.
    pub last_name: Option<Box<str>>,
    /// Where the mailbox is.
    pub home: Option<Home>,
    /// The wave; `Some(None)`: in no wave.
    pub wave: Option<Option<WaveNumber>>,
    /// Other addresses in the domain, at least one.
    pub aliases: Option<Vec<Address>>,
    /// What becomes of the person on the external server.
    pub strategy: Option<Strategy>,
    /// What only some lists tell; what is empty in it is not told.
    pub particulars: Option<Box<Particulars>>,
}

impl Listed {
    /// The person, where nothing else is known of them.
    pub fn mailbox(self) -> Mailbox {
        let mut mailbox = Mailbox::new(self.address.clone());
        self.tell(&mut mailbox);
        mailbox
    }

    /// Puts what the list says into `mailbox`; the rest stays as it is.
    pub fn tell(self, mailbox: &mut Mailbox) {
        fn put<T>(field: &mut T, said: Option<T>) {
            if let Some(said) = said {
                *field = said;
            }
        }
        put(&mut mailbox.display_name, self.display_name);
        put(&mut mailbox.first_name, self.first_name);
        put(&mut mailbox.last_name, self.last_name);
        put(&mut mailbox.home, self.home);
        put(&mut mailbox.wave, self.wave);
        put(&mut mailbox.aliases, self.aliases);
        put(&mut mailbox.strategy, self.strategy);
        if let Some(said) = self.particulars {
            said.tell(mailbox.particulars.get_or_insert_default());
        }
    }
}
