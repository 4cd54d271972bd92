//! The picture of one message's way through the systems. The same hops stand
//! as text beside it; the picture adds nothing that the text does not say.

mod board;
mod crowd;
mod hops;
mod paint;
mod play;

pub(crate) use crowd::crowd_ui;
pub(crate) use hops::{files_ui, hops_ui, play_ui};
pub(crate) use paint::picture_ui;
pub(crate) use play::{Play, last};
