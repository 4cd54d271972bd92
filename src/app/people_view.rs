//! How the table of people is looked at: search, order, selection.

use std::collections::HashSet;

use crate::engine::Command;
use crate::plan::{Address, Mailbox, Roster, WaveNumber};
use crate::roster::{Arrangement, Order};

/// The view on the roster.
#[derive(Debug, Clone, Default)]
pub struct PeopleView {
    /// Rows that the search lets through, in order: indices into the roster.
    /// Those of the question before while a new one is worked on.
    pub rows: Vec<u32>,
    /// Search and order.
    pub arrangement: Arrangement,
    /// Who is selected.
    pub selected: HashSet<Address>,
    /// The wave that "Move in wave" means.
    pub wave: Option<WaveNumber>,
    /// The row that was clicked last, for shift-click.
    anchor: Option<Address>,
}

impl PeopleView {
    /// Looks again: after a change of the roster, the search or the order.
    /// What takes time is asked of the engine.
    #[must_use]
    pub(crate) fn refresh(&mut self, roster: &Roster) -> Option<Command> {
        self.selected.retain(|address| roster.get(address).is_some());
        if self.arrangement.is_plain() {
            self.rows = self.arrangement.rows(roster);
            return None;
        }
        let (roster, arrangement) = (roster.clone(), self.arrangement.clone());
        Some(Command::Arrange { roster, arrangement })
    }

    /// Takes rows in, unless roster or question have changed meanwhile.
    pub(crate) fn arranged(
        &mut self,
        now: &Roster,
        roster: &Roster,
        arrangement: &Arrangement,
        rows: Vec<u32>,
    ) {
        if now.is_same(roster) && &self.arrangement == arrangement {
            self.rows = rows;
        }
    }

    /// Orders by a column; the other way round when it is that one already.
    pub(crate) fn order_by(&mut self, order: Order) {
        let now = &mut self.arrangement;
        now.descending = now.order == order && !now.descending;
        now.order = order;
    }

    /// A click on a visible row: alone, with Ctrl added or taken out, with
    /// Shift everything from the row clicked before.
    pub fn click(&mut self, roster: &Roster, row: usize, add: bool, range: bool) {
        let at = |row: usize| self.rows.get(row).and_then(|&index| person(roster, index));
        let Some(clicked) = at(row).map(|who| who.address.clone()) else { return };
        let anchor = self.anchor.as_ref().filter(|_| range).and_then(|anchor| {
            self.rows
                .iter()
                .position(|&index| person(roster, index).is_some_and(|who| &who.address == anchor))
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
        self.selected.extend(
            self.rows.iter().filter_map(|&row| person(roster, row).map(|who| who.address.clone())),
        );
    }
}

fn person(people: &Roster, row: u32) -> Option<&Mailbox> {
    people.at(row as usize)
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

    #[test]
    fn a_second_click_on_a_column_turns_the_order_round() {
        let mut view = PeopleView::default();
        view.order_by(Order::Address);
        assert!(!view.arrangement.descending);
        view.order_by(Order::Address);
        assert!(view.arrangement.descending);
        view.order_by(Order::Name);
        assert!(!view.arrangement.descending);
    }

    #[test]
    fn shift_selects_what_lies_between_as_it_is_shown() {
        let roster = roster(&["ann", "bob", "cid", "dan", "eve"]);
        let mut view = PeopleView::default();
        assert!(view.refresh(&roster).is_none());
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
    fn a_late_answer_to_another_question_changes_nothing() {
        let roster = roster(&["ann", "anton", "bob"]);
        let mut view = PeopleView::default();
        view.arrangement.search = "an".to_owned();
        let Some(Command::Arrange { roster: asked, arrangement }) = view.refresh(&roster) else {
            panic!("a search is work for the engine");
        };
        let rows = arrangement.rows(&asked);
        view.arrangement.search = "bob".to_owned();
        view.arranged(&roster, &asked, &arrangement, rows.clone());
        assert!(view.rows.is_empty());
        view.arrangement.search = "an".to_owned();
        view.arranged(&roster, &asked, &arrangement, rows);
        view.select_shown(&roster);
        assert_eq!(view.selected.len(), 2);
        view.click(&roster, 99, false, false);
        assert_eq!(view.selected.len(), 2, "a row that is not there selects nobody");
    }

    #[test]
    fn who_left_the_roster_is_selected_no_more() {
        let mut roster = roster(&["ann", "bob"]);
        let mut view = PeopleView::default();
        let _ = view.refresh(&roster);
        view.select_shown(&roster);
        roster.remove(|who| who.address.local() == "bob");
        let _ = view.refresh(&roster);
        assert_eq!((view.selected.len(), view.rows.len()), (1, 1));
    }
}
