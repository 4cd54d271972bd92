//! What was pasted, read: a bounce, the headers of a message. A megabyte of it
//! may come from anybody, so it is no work for whoever draws.

use std::sync::Arc;

use super::{Event, world_now};
use crate::finding::Evidence;
use crate::guide;
use crate::plan::{Address, Plan};
use crate::route::{Origin, follow};

/// What was asked for, to head a message.
pub(super) const BOUNCE: &str = "Explain the bounce";
/// The same for headers.
pub(super) const HEADERS: &str = "Read the headers";

/// Headers that were pasted, and what they are held against.
#[derive(Debug)]
pub struct HeadersAsked {
    /// As pasted.
    pub text: String,
    /// Whose message it is.
    pub to: Address,
    /// What is wanted.
    pub plan: Arc<Plan>,
    /// What was seen.
    pub evidence: Arc<Evidence>,
}

/// Explains a bounce. Blocks.
pub(super) fn explain(text: Arc<str>) -> Event {
    let explained = Box::new(guide::explain(&text));
    Event::BounceExplained { text, explained }
}

/// Reads headers, and puts their path beside the model's. Blocks.
pub(super) fn read_headers(asked: Arc<HeadersAsked>) -> Event {
    let path = guide::read_headers(&asked.text, &asked.plan);
    let world = world_now(&asked.plan, &asked.evidence);
    let compared = path.compared(&follow(&world, Origin::Internet, &asked.to));
    Event::HeadersRead { asked, path: Box::new((path, compared)) }
}
