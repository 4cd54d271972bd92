//! The routing subdomain: published everywhere, and taken by the host.

use super::{Ask, alias, primary_mx, routing_mx};
use crate::finding::Finding;

pub(super) async fn run(ask: &Ask<'_>, out: &mut (dyn FnMut(Finding) + Send)) {
    let seen = primary_mx::look(ask.net, ask.plan).await;
    let expected = Some(primary_mx::expected(ask.plan));
    let at = ask.net.clock.now();
    out(primary_mx::verdict("subdomain.primary-mx", ask.plan, &seen, expected, at));
    routing_mx::run(ask.net, ask.plan, out).await;
    alias::run(ask, out).await;
}
