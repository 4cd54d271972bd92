//! The table of people as it is looked at: search and order. Rows are numbers
//! into the roster, so that a million people cost nothing to draw.

use crate::plan::{Home, Mailbox, Roster, WaveNumber};

/// A column of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// As read.
    #[default]
    AsRead,
    /// By address.
    Address,
    /// By name.
    Name,
    /// By where the mailbox is.
    Home,
    /// By wave, nobody's last.
    Wave,
}

/// Search and order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Arrangement {
    /// What is searched for; empty shows everybody.
    pub search: String,
    /// The column in whose order the rows stand.
    pub order: Order,
    /// From the end.
    pub descending: bool,
}

impl Arrangement {
    /// Whether everybody is shown as read: nothing to compute.
    pub fn is_plain(&self) -> bool {
        self.search.trim().is_empty() && self.order == Order::AsRead && !self.descending
    }

    /// The rows that the search lets through, in order.
    pub fn rows(&self, people: &Roster) -> Vec<u32> {
        let needle = self.search.trim().to_lowercase();
        let mut rows: Vec<u32> = (0u32..)
            .zip(people)
            .filter(|(_, who)| needle.is_empty() || matches(who, &needle))
            .map(|(row, _)| row)
            .collect();
        let who = |row: &u32| people.at(*row as usize);
        let address = |row: &u32| who(row).map(|who| &who.address);
        match self.order {
            Order::AsRead => {}
            Order::Address => rows.sort_by(|a, b| address(a).cmp(&address(b))),
            Order::Name => {
                rows.sort_by_cached_key(|row| who(row).map(|who| who.name().to_lowercase()))
            }
            Order::Home => rows.sort_by(|a, b| {
                let home = |row| who(row).map(|who| who.home);
                home(a).cmp(&home(b)).then_with(|| address(a).cmp(&address(b)))
            }),
            Order::Wave => rows.sort_by(|a, b| {
                let wave =
                    |row| who(row).and_then(|who| who.wave).map_or(u16::MAX, WaveNumber::get);
                wave(a).cmp(&wave(b)).then_with(|| address(a).cmp(&address(b)))
            }),
        }
        if self.descending {
            rows.reverse();
        }
        rows
    }
}

fn matches(who: &Mailbox, needle: &str) -> bool {
    who.address.to_string().contains(needle)
        || who.display_name.to_lowercase().contains(needle)
        || who.aliases.iter().any(|alias| alias.to_string().contains(needle))
        || home_words(who).to_lowercase().contains(needle)
        || who.department().to_lowercase().contains(needle)
        || who.kind().as_str() == needle
}

/// "At host", "External", "External, moves in wave 2".
pub fn home_words(who: &Mailbox) -> String {
    match (who.home, who.wave) {
        (Home::Host, None) => "At host".to_owned(),
        (Home::Host, Some(wave)) => format!("At host, moved in wave {wave}"),
        (Home::External, None) => "External".to_owned(),
        (Home::External, Some(wave)) => format!("External, moves in wave {wave}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Address;

    fn roster(names: &[&str]) -> Roster {
        let mut roster = Roster::default();
        for name in names {
            let address = Address::parse(&format!("{name}@example.com")).unwrap();
            roster.add(Mailbox::new(address)).unwrap();
        }
        roster
    }

    fn shown(view: &Arrangement, roster: &Roster) -> Vec<String> {
        let local = |row: u32| roster.at(row as usize).unwrap().address.local().to_owned();
        view.rows(roster).into_iter().map(local).collect()
    }

    #[test]
    fn each_column_has_its_order_and_the_other_way_round() {
        let mut roster = roster(&["cid", "ann", "bob"]);
        let address = Address::parse("bob@example.com").unwrap();
        roster.edit(&address, |who| {
            who.home = Home::Host;
            who.wave = WaveNumber::new(2);
            who.display_name = "Zoe".into();
        });
        for (order, names) in [
            (Order::AsRead, ["cid", "ann", "bob"]),
            (Order::Address, ["ann", "bob", "cid"]),
            (Order::Name, ["ann", "cid", "bob"]),
            (Order::Wave, ["bob", "ann", "cid"]),
        ] {
            let view = Arrangement { order, ..Arrangement::default() };
            assert_eq!(shown(&view, &roster), names, "{order:?}");
            let mut turned = names;
            turned.reverse();
            assert_eq!(shown(&Arrangement { descending: true, ..view }, &roster), turned);
        }
    }

    #[test]
    fn a_search_looks_at_address_name_and_home_whatever_the_case() {
        let mut roster = roster(&["ann", "anton", "bob"]);
        let address = Address::parse("bob@example.com").unwrap();
        roster.edit(&address, |who| who.display_name = "Robert Anders".into());
        let found = |search: &str| {
            shown(&Arrangement { search: search.to_owned(), ..Arrangement::default() }, &roster)
        };
        assert_eq!(found(" ANN "), ["ann"]);
        assert_eq!(found("an"), ["ann", "anton", "bob"]);
        assert_eq!(found("external"), ["ann", "anton", "bob"]);
        assert!(found("nobody").is_empty());
    }
}
