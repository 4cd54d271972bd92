//! The picture of one message's way through the systems. The same hops stand
//! as text beside it; the picture adds nothing that the text does not say.

mod layout;
mod paint;

pub(crate) use paint::{hops_ui, picture_ui};
