//! People read in from files. Nothing is guessed in silence, and nothing is
//! dropped in silence: lines in = people + rejects.

mod columns;
mod encoding;
mod read;

pub use columns::{Column, ColumnGuess, Columns};
pub use encoding::{Encoding, decode};
pub use read::{ImportError, People, Reject, Table, read_table, take_people};
