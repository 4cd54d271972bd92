//! How the table of people is looked at: search, order, selection. Indices of
//! visible rows only, so that a hundred thousand people cost nothing to draw.

use std::collections::HashSet;

use crate::plan::{Address, Home, Mailbox, Roster, WaveNumber};

/// The view on the roster.
#[derive(Debug, Clone, Default)]
pub struct PeopleView {
    /// Rows that the search lets through, in order: indices into the roster.
    pub rows: Vec<u32>,
    /// The column in whose order they stand.
    pub order: Order,
    /// From the end.
    pub descending: bool,
    /// Who is selected.
    pub selected: HashSet<Address>,
    /// The wave that "Move in wave" means.
    pub wave: Option<WaveNumber>,
    /// The row that was clicked last, for shift-click.
    anchor: Option<Address>,
}

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

impl PeopleView {
    /// Looks again: after a change of the roster, the search or the order.
    pub fn refresh(&mut self, roster: &Roster, search: &str) {
        let people = roster;
        let needle = search.trim().to_lowercase();
        self.rows = (0u32..).take(people.len()).collect();
        if !needle.is_empty() {
            self.rows.retain(|&row| person(people, row).is_some_and(|who| matches(who, &needle)));
        }
        let wave = |who: &Mailbox| who.wave.map_or(u16::MAX, WaveNumber::get);
        let by = |a: &u32, b: &u32| {
            let (Some(a), Some(b)) = (person(people, *a), person(people, *b)) else {
                return std::cmp::Ordering::Equal;
            };
            match self.order {
                Order::AsRead => std::cmp::Ordering::Equal,
                Order::Address => a.address.cmp(&b.address),
                Order::Name => a.name().to_lowercase().cmp(&b.name().to_lowercase()),
                Order::Home => a.home.cmp(&b.home).then_with(|| a.address.cmp(&b.address)),
                Order::Wave => wave(a).cmp(&wave(b)).then_with(|| a.address.cmp(&b.address)),
            }
        };
        if self.order != Order::AsRead {
            self.rows.sort_by(by);
        }
        if self.descending {
            self.rows.reverse();
        }
        self.selected.retain(|address| roster.get(address).is_some());
    }

    /// Orders by a column; the other way round when it is that one already.
    pub fn order_by(&mut self, order: Order) {
        self.descending = self.order == order && !self.descending;
        self.order = order;
    }

    /// A click on a visible row: alone, with Ctrl added or taken out, with
    /// Shift everything from the row clicked before.
    pub fn click(&mut self, roster: &Roster, row: usize, add: bool, range: bool) {
        let people = roster;
        let at = |row: usize| self.rows.get(row).and_then(|&index| person(people, index));
        let Some(clicked) = at(row).map(|who| who.address.clone()) else { return };
        let anchor = self.anchor.as_ref().filter(|_| range).and_then(|anchor| {
            self.rows
                .iter()
                .position(|&index| person(people, index).is_some_and(|who| &who.address == anchor))
        });
        if let Some(anchor) = anchor {
            let between: Vec<Address> = (anchor.min(row)..=anchor.max(row))
                .filter_map(|row| at(row).map(|who| who.address.clone()))
                .collect();
            if !add {
                self.selected.clear();
            }
            self.selected.extend(between);
            return;
        }
        if !add {
            self.selected.clear();
            self.selected.insert(clicked.clone());
        } else if !self.selected.remove(&clicked) {
            self.selected.insert(clicked.clone());
        }
        self.anchor = Some(clicked);
    }

    /// Selects everybody whom the search lets through.
    pub fn select_shown(&mut self, roster: &Roster) {
        let people = roster;
        self.selected.extend(
            self.rows.iter().filter_map(|&row| person(people, row).map(|who| who.address.clone())),
        );
    }
}

fn person(people: &Roster, row: u32) -> Option<&Mailbox> {
    people.at(row as usize)
}

fn matches(who: &Mailbox, needle: &str) -> bool {
    who.address.to_string().contains(needle)
        || who.display_name.to_lowercase().contains(needle)
        || who.aliases.iter().any(|alias| alias.to_string().contains(needle))
        || home_words(who).to_lowercase().contains(needle)
}

/// "At host", "External", "External, moves in wave 2".
pub(crate) fn home_words(who: &Mailbox) -> String {
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

    fn roster(names: &[&str]) -> Roster {
        let mut roster = Roster::default();
        for name in names {
            let address = Address::parse(&format!("{name}@example.com")).unwrap();
            roster.add(Mailbox::new(address)).unwrap();
        }
        roster
    }

    fn shown(view: &PeopleView, roster: &Roster) -> Vec<String> {
        view.rows
            .iter()
            .map(|&row| roster.at(row as usize).unwrap().address.local().to_owned())
            .collect()
    }

    #[test]
    fn a_second_click_on_a_column_turns_the_order_round() {
        let roster = roster(&["cid", "ann", "bob"]);
        let mut view = PeopleView::default();
        view.order_by(Order::Address);
        view.refresh(&roster, "");
        assert_eq!(shown(&view, &roster), ["ann", "bob", "cid"]);
        view.order_by(Order::Address);
        view.refresh(&roster, "");
        assert_eq!(shown(&view, &roster), ["cid", "bob", "ann"]);
    }

    #[test]
    fn shift_selects_what_lies_between_as_it_is_shown() {
        let roster = roster(&["ann", "bob", "cid", "dan", "eve"]);
        let mut view = PeopleView::default();
        view.refresh(&roster, "");
        view.click(&roster, 3, false, false);
        view.click(&roster, 1, false, true);
        assert_eq!(view.selected.len(), 3);
        view.click(&roster, 4, true, false);
        assert_eq!(view.selected.len(), 4);
        view.click(&roster, 4, true, false);
        assert_eq!(view.selected.len(), 3);
        view.click(&roster, 0, false, false);
        assert_eq!(view.selected.len(), 1);
    }

    #[test]
    fn a_search_and_select_shown_leaves_the_others_alone() {
        let roster = roster(&["ann", "anton", "bob"]);
        let mut view = PeopleView::default();
        view.refresh(&roster, "AN");
        view.select_shown(&roster);
        assert_eq!(view.selected.len(), 2);
        view.click(&roster, 99, false, false);
        assert_eq!(view.selected.len(), 2, "a row that is not there selects nobody");
    }

    #[test]
    fn who_left_the_roster_is_selected_no_more() {
        let mut roster = roster(&["ann", "bob"]);
        let mut view = PeopleView::default();
        view.refresh(&roster, "");
        view.select_shown(&roster);
        roster.remove(|who| who.address.local() == "bob");
        view.refresh(&roster, "");
        assert_eq!(view.selected.len(), 1);
    }
}
