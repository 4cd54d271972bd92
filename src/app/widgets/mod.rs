//! The parts that pages are made of.

mod badge;
mod choice;
mod copy;
mod dialog;
mod finding;
mod input;
mod list_box;
mod words;

pub(crate) use badge::{Mark, badge, paint_mark, paint_mark_at};
pub(crate) use choice::{Choices, tick};
pub(crate) use copy::{Copies, copy_key};
pub(crate) use dialog::Dialog;
pub(crate) use finding::{findings_ui, outdated_ui};
pub(crate) use input::Input;
pub(crate) use list_box::ListBox;
pub(crate) use words::{
    FACT, bullet, button, card, error_line, fact, fold, lead, named_button, notice, primary_button,
    reveal, safe, section, subheading, text, tight_row, title, title_id, weak,
};
