//! One row of `roster.csv` into a person.

use crate::plan::{Address, Domain, Mailbox, Particulars};
use crate::roster::{
    Column, aliases_of, delegates_of, home_of, kind_of, restored, strategy_of, wave_of, x500_of,
};

/// Reads row after row of one file, or of a part of it.
#[derive(Clone)]
pub(super) struct PersonReader {
    /// How many cells belong into a row.
    width: usize,
    /// Where each column stands, by its number.
    places: Vec<Option<usize>>,
    /// The domain of the first person, for everybody: one copy of its name.
    domain: Option<Domain>,
}

impl PersonReader {
    /// For rows of these columns; `None`: one of the user's own.
    pub(super) fn new(columns: impl Iterator<Item = Option<Column>>) -> Self {
        let mut reader = Self { width: 0, places: Vec::new(), domain: None };
        for (at, column) in columns.enumerate() {
            reader.width = at + 1;
            let Some(number) = column.map(|column| column as usize) else { continue };
            if reader.places.len() <= number {
                reader.places.resize(number + 1, None);
            }
            if let Some(place) = reader.places.get_mut(number) {
                *place = Some(at);
            }
        }
        reader
    }

    /// The person of a row.
    ///
    /// # Errors
    /// Why it is none, a sentence part.
    pub(super) fn person<S: AsRef<str>>(&mut self, cells: &[S]) -> Result<Mailbox, String> {
        let surplus = cells.get(self.width..).unwrap_or_default();
        if surplus.iter().any(|cell| !cell.as_ref().trim().is_empty()) {
            let (found, expected) = (cells.len(), self.width);
            return Err(format!("it has {found} cells where {expected} belong"));
        }
        let cell = |column: Column| {
            let place = self.places.get(column as usize).copied().flatten();
            place.and_then(|at| cells.get(at)).map_or("", |cell| restored(cell.as_ref()))
        };
        let sentence = |error: crate::plan::AddressError| {
            let sentence = error.to_string();
            sentence.strip_suffix('.').unwrap_or(&sentence).to_owned()
        };
        let address = Address::parse_near(cell(Column::Address), self.domain.as_ref());
        let address = address.map_err(sentence)?;
        let mut aliases = aliases_of(cell(Column::Aliases), &address)?.addresses;
        for alias in aliases.iter_mut().filter(|alias| alias.domain() == address.domain()) {
            *alias = alias.at(address.domain());
        }
        // Room for more would be kept with each of very many people.
        aliases.shrink_to_fit();
        let kind = Some(cell(Column::Kind)).filter(|kind| !kind.trim().is_empty());
        let particulars = Particulars {
            kind: kind.map(kind_of).transpose()?,
            department: cell(Column::Department).into(),
            legacy_dn: cell(Column::LegacyDn).into(),
            x500: x500_of(cell(Column::X500)),
            delegates: delegates_of(cell(Column::Delegates)),
        };
        let person = Mailbox {
            display_name: cell(Column::DisplayName).into(),
            first_name: cell(Column::FirstName).into(),
            last_name: cell(Column::LastName).into(),
            home: home_of(cell(Column::Home))?,
            wave: wave_of(cell(Column::Wave))?,
            aliases,
            strategy: strategy_of(cell(Column::Strategy))?,
            particulars: particulars.boxed(),
            address,
        };
        if self.domain.is_none() {
            self.domain = Some(person.address.domain().clone());
        }
        Ok(person)
    }
}
