//! People read in from files. Nothing is guessed in silence, and nothing is
//! dropped in silence: lines in = people + rejects.

mod accounts;
mod apostrophe;
mod arrange;
mod cells;
mod changes;
mod columns;
mod encoding;
mod field;
mod format;
mod headers;
mod inventories;
mod ldif;
mod mail_maps;
mod parts;
mod proxy_addresses;
mod read;
mod remarks;
mod remembered;
mod separator;
mod take;
mod workbook;
mod zimbra;

use crate::shown::shown;

pub(crate) use apostrophe::{defused, restored};
pub use arrange::{Arrangement, Order, home_words};
pub use changes::{Changed, Changes, FieldChange, Tally, changes, differences, take_into};
pub use columns::{Column, ColumnGuess, Columns, guess, without_home};
pub use encoding::{Encoding, decode};
pub(crate) use field::{delegates_of, home_of, kind_of, strategy_of, wave_of, x500_of};
pub use format::Format;
pub use inventories::{Disagreement, Discord, disagreements, mend};
pub(crate) use parts::{Rest, cells_of_row, read_csv};
pub(crate) use proxy_addresses::aliases_of;
pub use read::{ImportError, Reject, Table, read_as, read_table};
pub use remembered::{remember, remembered, set_column, with_header};
pub use take::{People, take_people, tell_addresses};
