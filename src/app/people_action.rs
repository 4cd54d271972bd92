//! What the page of people may ask for.

use std::path::PathBuf;
use std::sync::Arc;

use super::change::{edit, save};
use super::field::FieldId;
use super::session::{Asking, Imported};
use super::state::State;
use super::typing::{commit_all, path_typed, refuse};
use crate::engine::Command;
use crate::finding::Entry;
use crate::plan::{Address, Home, Mailbox, Strategy, WaveNumber};
use crate::roster::{self, Column, Disagreement, Discord, Order, People};

/// One thing that the user did to the people.
#[derive(Debug, Clone)]
pub enum PeopleAction {
    /// Reads the file whose path stands in the field.
    ReadTyped,
    /// Reads this file, dropped on the window.
    ReadFile(PathBuf),
    /// Reads what was pasted.
    ReadPaste,
    /// Says what a column means.
    SetColumn(usize, Column),
    /// Takes the list that was read, columns as confirmed.
    Take,
    /// From what would change back to what the columns mean.
    BackToColumns,
    /// Selects whoever is not on the list that was read.
    SelectMissing,
    /// Compares both inventories.
    Compare,
    /// Selects everybody of a disagreement.
    SelectDisagreeing(Discord),
    /// Ends a disagreement in the plan.
    Mend(Discord),
    /// Does not take it.
    DropImport,
    /// Lets go of the report of the last import.
    DropReport,
    /// Adds the person whose address stands in the field.
    Add,
    /// Orders the table.
    OrderBy(Order),
    /// Clicks a visible row.
    Click {
        /// Which, from 0.
        row: usize,
        /// With Ctrl, or by its check box.
        add: bool,
        /// With Shift.
        range: bool,
    },
    /// Selects everybody shown.
    SelectShown,
    /// Selects everybody of this department.
    SelectDepartment(String),
    /// Selects nobody.
    SelectNone,
    /// The wave that "Move in wave" means.
    SetWave(WaveNumber),
    /// Does something to everybody selected.
    Assign(Assign),
    /// Asks each address of its server; goes on with a run that was broken off.
    Ask,
    /// The same, from the start.
    AskAnew,
    /// Stops that.
    StopAsking,
}

/// What is done to the selected people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assign {
    /// The mailbox is at the host already.
    AtHost,
    /// The mailbox is on the external server and stays there.
    External,
    /// It moves to the host in this wave.
    Wave(WaveNumber),
    /// What becomes of the person on the external server.
    Strategy(Strategy),
    /// Out of the list.
    Remove,
}

/// Applies one action to the people.
pub(crate) fn apply_people(state: &mut State, action: PeopleAction, out: &mut Vec<Command>) {
    match action {
        PeopleAction::ReadTyped => {
            let text = state.text_of(FieldId::ListPath);
            if text.trim().is_empty() {
                let error = "Enter the path of a file, or choose it with the button.";
                refuse(state, FieldId::ListPath, error);
            } else {
                out.push(Command::ReadFile { path: path_typed(&text) });
            }
        }
        PeopleAction::ReadFile(path) => out.push(Command::ReadFile { path }),
        PeopleAction::ReadPaste => {
            let text = state.text_of(FieldId::ListPaste);
            if text.trim().is_empty() {
                let error = "Paste a list first: one person a line, with an address in it.";
                refuse(state, FieldId::ListPaste, error);
            } else {
                out.push(Command::ReadPaste { text });
            }
        }
        PeopleAction::Add => add(state, out),
        PeopleAction::Ask | PeopleAction::AskAnew => {
            commit_all(state, out);
            let Some(session) = &mut state.session else { return };
            if let (PeopleAction::AskAnew, Some(begun)) =
                (&action, session.evidence.people().begun())
            {
                // What was broken off is over; only its answers of a day count.
                Arc::make_mut(&mut session.evidence).hear(Entry::Finished(begun));
            }
            session.asking = Asking::Running(None);
            out.push(Command::AskPeople {
                plan: session.plan.clone(),
                evidence: session.evidence.clone(),
            });
        }
        PeopleAction::StopAsking => out.push(Command::CancelAskPeople),
        PeopleAction::Assign(assign) => {
            let Some(session) = &state.session else { return };
            let who: Vec<Address> = session.people.selected.iter().cloned().collect();
            edit(state, out, |plan| match assign {
                Assign::Remove => {
                    let gone: std::collections::HashSet<_> = who.iter().collect();
                    plan.roster.remove(|mailbox| gone.contains(&mailbox.address));
                }
                assign => who.iter().for_each(|address| {
                    plan.roster.edit(address, |mailbox| set(mailbox, assign));
                }),
            });
        }
        PeopleAction::Take => {
            let Some(session) = &mut state.session else { return };
            let Some(import) = &mut session.import else { return };
            if let Some(taken) = import.taken.take() {
                return take(state, taken.people, out);
            }
            out.push(Command::TakePeople {
                table: import.table.clone(),
                columns: import.columns.clone(),
                domain: session.plan.domain().clone(),
                roster: session.plan.roster.clone(),
            });
        }
        PeopleAction::Compare => compare(state, out),
        PeopleAction::Mend(kind) => {
            let found = disagreeing(state, kind);
            edit(state, out, |plan| roster::mend(&mut plan.roster, &found));
            compare(state, out);
        }
        PeopleAction::SelectDisagreeing(kind) => {
            let found = disagreeing(state, kind);
            let Some(session) = &mut state.session else { return };
            let there = |one: &&Disagreement| session.plan.roster.get(&one.address).is_some();
            session.people.selected =
                found.iter().filter(there).map(|one| one.address.clone()).collect();
        }
        action => {
            let Some(session) = &mut state.session else { return };
            let roster = &session.plan.roster;
            match action {
                PeopleAction::SetColumn(at, column) => {
                    let Some(import) = &mut session.import else { return };
                    roster::set_column(&mut import.columns, at, column);
                }
                PeopleAction::BackToColumns => {
                    if let Some(import) = &mut session.import {
                        import.taken = None;
                    }
                }
                PeopleAction::SelectMissing => {
                    let taken = session.import.as_ref().and_then(|import| import.taken.as_ref());
                    if let Some(taken) = taken {
                        session.people.selected = taken.changes.missing.iter().cloned().collect();
                    }
                }
                PeopleAction::DropImport => session.import = None,
                PeopleAction::DropReport => session.imported = None,
                PeopleAction::OrderBy(order) => {
                    session.people.order_by(order);
                    out.extend(session.people.refresh(roster));
                }
                PeopleAction::Click { row, add, range } => {
                    session.people.click(roster, row, add, range);
                }
                PeopleAction::SelectShown => session.people.select_shown(roster),
                PeopleAction::SelectDepartment(name) => {
                    let name = name.to_lowercase();
                    let there = |who: &&Mailbox| who.department().trim().to_lowercase() == name;
                    session.people.selected =
                        roster.iter().filter(there).map(|who| who.address.clone()).collect();
                }
                PeopleAction::SelectNone => session.people.selected.clear(),
                PeopleAction::SetWave(wave) => session.people.wave = Some(wave),
                _ => {}
            }
        }
    }
}

/// Puts the people of a confirmed list into the plan.
pub(crate) fn take(state: &mut State, people: People, out: &mut Vec<Command>) {
    let confirmed = state.session.as_ref().and_then(|session| {
        let import = session.import.as_ref()?;
        Some((import.table.clone(), import.columns.clone()))
    });
    let mut report =
        Imported { rejects: people.rejects, remarks: people.remarks, ..Imported::default() };
    edit(state, out, |plan| {
        if let Some((table, columns)) = &confirmed {
            roster::remember(table, columns, &mut plan.columns);
        }
        report.taken = roster::take_into(&mut plan.roster, people.listed);
    });
    for field in [FieldId::ListPath, FieldId::ListPaste] {
        state.texts.remove(&field);
    }
    save(state, out);
    if let Some(session) = &mut state.session {
        session.import = None;
        report.plan = Some(session.plan.clone());
        session.imported = Some(report);
    }
}

fn compare(state: &mut State, out: &mut Vec<Command>) {
    let Some(session) = &state.session else { return };
    let (plan, evidence) = (session.plan.clone(), session.evidence.clone());
    out.push(Command::Compare { plan, evidence });
}

/// What was found of a kind when both sides were compared last.
fn disagreeing(state: &State, kind: Discord) -> Vec<Disagreement> {
    let compared = state.session.as_ref().and_then(|session| session.compared.as_ref());
    let found = compared.into_iter().flat_map(|compared| &compared.found);
    found.filter(|one| one.kind == kind).cloned().collect()
}

fn set(mailbox: &mut Mailbox, assign: Assign) {
    match assign {
        Assign::AtHost => mailbox.home = Home::Host,
        Assign::External => {
            mailbox.home = Home::External;
            mailbox.wave = None;
        }
        Assign::Wave(wave) => {
            mailbox.home = Home::External;
            mailbox.wave = Some(wave);
        }
        Assign::Strategy(strategy) => mailbox.strategy = strategy,
        Assign::Remove => {}
    }
}

fn add(state: &mut State, out: &mut Vec<Command>) {
    let text = state.text_of(FieldId::NewPerson);
    let Some(session) = &state.session else { return };
    let domain = session.plan.domain().clone();
    let address = match Address::parse(&text) {
        Ok(address) => address,
        Err(error) => return refuse(state, FieldId::NewPerson, error.to_string()),
    };
    if address.domain() != &domain {
        let error = format!(
            "{address} is not at {domain}. Only addresses of the split domain belong in the list."
        );
        return refuse(state, FieldId::NewPerson, error);
    }
    if session.plan.roster.get(&address).is_some() {
        return refuse(state, FieldId::NewPerson, format!("{address} is in the list already."));
    }
    state.texts.remove(&FieldId::NewPerson);
    state.focus = Some(FieldId::NewPerson);
    edit(state, out, |plan| {
        let _ = plan.roster.put(Mailbox::new(address));
    });
    save(state, out);
}
