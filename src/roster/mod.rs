//! People read in from files. Nothing is guessed in silence, and nothing is
//! dropped in silence: lines in = people + rejects.

mod arrange;
mod cells;
mod columns;
mod encoding;
mod field;
mod read;
mod take;

use crate::shown::shown;

pub use arrange::{Arrangement, Order, home_words};
pub use columns::{Column, ColumnGuess, Columns, guess, without_home};
pub use encoding::{Encoding, decode};
pub(crate) use field::{aliases_of, home_of, strategy_of, wave_of};
pub use read::{ImportError, Reject, Table, read_table};
pub use take::{People, take_people};
