//! Which step governs what a message meets on its way.

use super::Step;
use crate::plan::Plan;
use crate::route::{Hop, Place, Rule, System};

/// The step in which the setting, record or person behind a hop is looked after.
pub fn step_of_hop(hop: &Hop, plan: &Plan) -> Step {
    let of_subdomain = hop.recipient.domain() == plan.routing_subdomain().as_domain();
    match &hop.rule {
        Rule::Mx { .. } | Rule::NoMx if of_subdomain => Step::Subdomain,
        Rule::Mx { .. } | Rule::NoMx | Rule::Elsewhere => Step::Situation,
        Rule::AliasDomain { .. } => Step::Subdomain,
        Rule::RelayDenied if of_subdomain && hop.at == System::Host => Step::Subdomain,
        Rule::Sdr => Step::Sdr,
        Rule::Forward { .. } => Step::Forwards,
        Rule::Mailbox
        | Rule::Alias { .. }
        | Rule::List { .. }
        | Rule::Plus { .. }
        | Rule::Proxy { .. }
        | Rule::PassedOver
        | Rule::UnknownRecipient => Step::People,
        Rule::ForcedMx { .. } => Step::Cutover,
        Rule::InternalRelay
        | Rule::CatchAll { .. }
        | Rule::AcceptedBlindly
        | Rule::RelayDenied
        | Rule::Unfit { .. } => match hop.at {
            System::Host => Step::Sdr,
            _ => Step::Server,
        },
    }
}

/// The step in which a system of the picture is looked after.
pub fn step_of_place(place: Place) -> Step {
    match place {
        Place::Internet | Place::Elsewhere => Step::Situation,
        Place::Host => Step::Sdr,
        Place::External => Step::Server,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Address, Domain, Home, Mailbox};
    use crate::route::{Deed, Origin, Phase, follow, world_after};

    #[test]
    fn each_hop_of_a_moved_person_leads_to_the_step_that_made_it() {
        let mut plan = Plan::new(Domain::parse("example.com").unwrap()).unwrap();
        let ann = Address::parse("ann@example.com").unwrap();
        plan.roster.add(Mailbox { home: Home::Host, ..Mailbox::new(ann.clone()) }).unwrap();
        let world = world_after(&plan, Phase::After(Deed::FirstContacts));
        let trace = follow(&world, Origin::Internet, &ann);
        let steps: Vec<Step> = trace.hops.iter().map(|hop| step_of_hop(hop, &plan)).collect();
        assert_eq!(
            steps,
            [Step::Situation, Step::Forwards, Step::Subdomain, Step::Subdomain, Step::People]
        );
    }
}
