//! The routing subdomain: published everywhere, and taken by the host.

use super::lookout::Lookout;
use super::{Ask, alias, external_mx, primary_mx, routing_mx};
use crate::finding::Finding;

pub(super) async fn run(ask: &Ask<'_>, out: &mut (dyn FnMut(Finding) + Send)) {
    let lookout = Lookout::new(ask.net, ask.plan);
    let (seen, routing, way_out) = tokio::join!(
        primary_mx::look(&lookout),
        routing_mx::run(&lookout),
        external_mx::run(&lookout)
    );
    let expected = Some(ask.plan.primary_side());
    let at = ask.net.clock.now();
    out(primary_mx::verdict("subdomain.primary-mx", ask.plan, &seen, expected, at));
    let each = primary_mx::each(&lookout, "subdomain.primary-mx", &seen, at).await;
    each.into_iter().for_each(&mut *out);
    routing.into_iter().chain(way_out).for_each(&mut *out);
    alias::run(ask, out).await;
}
