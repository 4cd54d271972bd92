//! The request for the domain alias.

use crate::plan::Plan;

/// The text of the ticket to the host's support, ready to paste.
pub fn alias_ticket(plan: &Plan) -> String {
    let _ = plan;
    unimplemented!()
}
