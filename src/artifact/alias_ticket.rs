//! The request for the domain alias.

use crate::plan::Plan;

/// The text of the ticket to the host's support, ready to paste.
pub fn alias_ticket(plan: &Plan) -> String {
    let (domain, subdomain) = (plan.domain(), plan.routing_subdomain());
    let exchanges: Vec<String> =
        plan.host.mx.iter().map(|mx| format!("{} {}", mx.preference, mx.exchange)).collect();
    format!(
        "Subject: Please add {subdomain} as a domain alias of {domain}\n\
         \n\
         Hello,\n\
         \n\
         please add the following domain alias to our account:\n\
         \n\
         \u{20}   Primary domain: {primary}\n\
         \u{20}   Domain alias:   {alias}\n\
         \n\
         The mailboxes of {domain} live on two systems: some are with you, the others \
         on our own mail server. That server forwards the mail of your mailboxes to the same user \
         at {subdomain}, so user@{subdomain} has to be delivered to the mailbox user@{domain}.\n\
         \n\
         The MX records of {subdomain} name {exchanges}. The MX records of {domain} itself do not \
         change with this request; please do not ask for them to be changed.\n\
         \n\
         Please tell us when the alias is active, and whether any other setting of {domain} was \
         touched.\n\
         \n\
         Thank you.\n",
        primary = domain.in_both_forms(),
        alias = subdomain.as_domain().in_both_forms(),
        exchanges = exchanges.join(" and "),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Domain;

    #[test]
    fn the_ticket_names_which_domain_is_the_alias_of_which() {
        let plan = Plan::new(Domain::parse("example.com").unwrap()).unwrap();
        let text = alias_ticket(&plan);
        assert!(text.contains("Primary domain: example.com\n"));
        assert!(text.contains("Domain alias:   rackspace.example.com\n"));
        assert!(text.contains("10 mx1.emailsrvr.com and 20 mx2.emailsrvr.com"));
        let plan = Plan::new(Domain::parse("bücher.example").unwrap()).unwrap();
        let text = alias_ticket(&plan);
        assert!(text.contains("domain: bücher.example (xn--bcher-kva.example in the DNS)\n"));
    }
}
