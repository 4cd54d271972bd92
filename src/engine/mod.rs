//! Work in the background: commands in, events out, cancel. One tokio
//! runtime; it alone saves, asks and exports.

mod aside;
mod audits;
mod checks;
mod command;
mod desktop;
mod dispatch;
mod elsewhere;
mod event;
mod exports;
mod files;
mod followed;
mod inquiry;
mod keeper;
mod kept_key;
mod latest;
mod memory;
mod mishap;
mod order;
mod outbox;
mod outstanding;
mod pasted;
mod people;
mod practising;
mod preferred;
mod recheck;
mod settled;
mod stranger;
mod test_message;
mod worker;

pub use audits::world_now;
pub use command::{Command, ResultSource};
pub use desktop::{Desktop, Shade, opens_dialogs};
pub use event::Event;
pub use exports::{FORGOTTEN, HandedOut, Written, hand_out, practice_folder};
pub use files::{Beginning, LONGEST_MAIL, LONGEST_RESULT, file_bytes, file_start, stream_start};
pub use followed::{FollowAsked, Way};
pub use memory::{forget_moved, forget_strangers, remember_result, renew};

pub use order::JudgedOrder;
pub use outstanding::Outstanding;
pub use pasted::HeadersAsked;
pub use stranger::seed_of_the_day;
pub use test_message::{Addressed, SENT, address_test, send_test};
pub use worker::{Engine, Folders, Setup, Worker};
