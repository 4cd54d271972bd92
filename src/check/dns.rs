//! The DNS checks alone.

use super::lookout::Lookout;
use super::{primary_mx, routing_mx, situation};
use crate::finding::Finding;
use crate::net::Net;
use crate::plan::{Plan, Side};

/// The DNS checks of steps 1 and 5 alone, as `sdrctl dns` runs them: what the
/// domain's records say, and whether the routing subdomain's are published.
/// `primary` is the system that its MX records should name, where that is known.
/// No question waits for another that its own does not depend on.
pub async fn dns_alone(
    net: &Net,
    plan: &Plan,
    primary: Option<Side>,
    on_finding: &mut (dyn FnMut(Finding) + Send),
) {
    let net = &net.afresh();
    let lookout = Lookout::new(net, plan);
    let (seen, routing) = tokio::join!(situation::look(&lookout), routing_mx::run(&lookout));
    let at = net.clock.now();
    on_finding(primary_mx::verdict("subdomain.primary-mx", plan, &seen.primary, primary, at));
    let each = primary_mx::each(&lookout, "situation.primary-mx", &seen.primary, at).await;
    each.into_iter().for_each(&mut *on_finding);
    routing.into_iter().for_each(&mut *on_finding);
    seen.beside.into_iter().for_each(on_finding);
}
