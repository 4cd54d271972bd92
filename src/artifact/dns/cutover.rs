//! The cutover: the one moment at which the primary domain's own records
//! change. A type of its own, so that no file of step 5 can be made from it.

use crate::finding::{BEFORE, CHANGED, Evidence};
use crate::plan::{Domain, HostName, HostPreset, MxTarget, Plan, Purpose, Side};

/// As many records as that finding lists; there may be more.
const LISTED: usize = 10;

/// The change of the primary domain's MX records from the external server to
/// the host, at the end of a migration.
pub(super) struct Cutover<'a> {
    pub(super) domain: &'a Domain,
    pub(super) host: &'a HostPreset,
    /// The records of today as the check of step 1 saw them.
    pub(super) before: Option<Vec<MxTarget>>,
    /// How long they lived, in seconds, where that was seen.
    pub(super) lived: Option<u32>,
}

impl<'a> Cutover<'a> {
    /// The cutover of a plan that has one: a migration whose mail enters at
    /// the external server.
    pub(super) fn of(plan: &'a Plan, evidence: &Evidence) -> Option<Self> {
        let migration = plan.situation.purpose == Purpose::Migration;
        let outside = plan.situation.primary_mx == Side::External;
        (migration && outside).then(|| Self {
            domain: plan.domain(),
            host: &plan.host,
            before: before(plan, evidence),
            lived: lived(evidence),
        })
    }

    /// The text that stands beside the files.
    pub(super) fn readme(&self) -> String {
        let Self { domain, host, .. } = self;
        let undo = match &self.before {
            Some(_) => "Undo: the file of the same name in back/.",
            None => "Undo: the records that you wrote down, in the place of these.",
        };
        let before = match &self.before {
            Some(before) => {
                let rows: Vec<String> = before
                    .iter()
                    .map(|mx| format!("    {} {}\n", mx.preference, mx.exchange))
                    .collect();
                let ttl = match self.lived {
                    Some(lived) => {
                        format!("Their TTL was {lived} seconds; back/ restores that too.")
                    }
                    None => format!(
                        "Their TTL was not seen; back/ uses {} seconds, which is the host's.",
                        host.mx_ttl
                    ),
                };
                format!(
                    "The records of today, as step 1 saw them. The files in back/ restore them:\n\n{}\n\
                     {ttl}\n",
                    rows.concat(),
                )
            }
            None => format!(
                "MISSING: the records of today. Step 1 has not seen them, so there are no files for\n\
                 going back. Run the check of step 1 and export again, or write them down first:\n\n\
                 \u{20}   nslookup -type=MX {domain}\n"
            ),
        };
        format!(
            "CUTOVER of {domain}: its own MX records become those of {host}\n\
             \n\
             WARNING. These files change where the mail of the whole domain goes. Use them when all\n\
             mailboxes have moved and the checks of step 8 say so, never to set up the routing\n\
             subdomain: that is the folder dns.\n\
             \n\
             Use one file: the one for your DNS host. The old records go in the same change; a mix of\n\
             old and new splits the mail by chance. Senders may use the old ones for their whole TTL,\n\
             so lower it a day before, and keep the external server and the forwards running.\n\
             \n\
             {before}\n\
             After it: check step 1 and step 8. {undo}\n",
            host = host.name,
        )
    }
}

/// The records that the check saw, unless they are the host's already or the
/// list may be cut.
fn before(plan: &Plan, evidence: &Evidence) -> Option<Vec<MxTarget>> {
    let found = &evidence.get(BEFORE)?.found;
    let records: Vec<MxTarget> = found.split(", ").map(record).collect::<Option<_>>()?;
    let ours = records.iter().any(|mx| plan.host.owns_exchange(mx.exchange.as_str()));
    (records.len() < LISTED && !ours).then_some(records)
}

/// How long the records of before lived. Once they were seen changed, the
/// check of their TTL tells of those that came.
fn lived(evidence: &Evidence) -> Option<u32> {
    let words = match evidence.get(CHANGED) {
        Some(changed) => &changed.expected,
        None => &evidence.get("situation.ttl")?.found,
    };
    words.strip_suffix(" s")?.parse().ok()
}

/// `10 mx.example.com`, as the finding shows it.
fn record(text: &str) -> Option<MxTarget> {
    let (preference, exchange) = text.split_once(' ')?;
    Some(MxTarget {
        preference: preference.parse().ok()?,
        exchange: HostName::parse(exchange).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Finding, State};

    fn seen(found: &str) -> Option<Vec<String>> {
        let plan = Plan::new(Domain::parse("example.com").unwrap()).unwrap();
        let mut evidence = Evidence::default();
        let at = "2025-03-01T09:30:00Z".parse().unwrap();
        evidence.record(Finding::new(BEFORE, State::Passed, "seen", at).compared("", found));
        let before = Cutover::of(&plan, &evidence).unwrap().before?;
        Some(before.iter().map(|mx| format!("{} {}", mx.preference, mx.exchange)).collect())
    }

    #[test]
    fn the_ttl_of_before_is_what_was_seen_before_the_change() {
        let at = "2025-03-01T09:30:00Z".parse().unwrap();
        let finding = |id: &str| Finding::new(id, State::Passed, "seen", at);
        let mut evidence = Evidence::default();
        assert_eq!(lived(&evidence), None);
        evidence.record(finding("situation.ttl").compared("at most 3600 s", "300 s"));
        assert_eq!(lived(&evidence), Some(300));
        // The host's own records are there by now, with a TTL of their own.
        evidence.record(finding(CHANGED).compared("300 s", "10 mx1.emailsrvr.com"));
        evidence.record(finding("situation.ttl").compared("at most 3600 s", "3600 s"));
        assert_eq!(lived(&evidence), Some(300));
        evidence.record(finding(CHANGED).compared("", "10 mx1.emailsrvr.com"));
        assert_eq!(lived(&evidence), None);
    }

    #[test]
    fn only_a_migration_from_the_external_server_has_a_cutover() {
        let mut plan = Plan::new(Domain::parse("example.com").unwrap()).unwrap();
        assert!(Cutover::of(&plan, &Evidence::default()).is_some());
        plan.situation.primary_mx = Side::Host;
        assert!(Cutover::of(&plan, &Evidence::default()).is_none());
        plan.situation.primary_mx = Side::External;
        plan.situation.purpose = Purpose::Permanent;
        assert!(Cutover::of(&plan, &Evidence::default()).is_none());
    }

    #[test]
    fn the_way_back_is_what_was_seen_or_nothing() {
        assert_eq!(
            seen("10 mx.example.com, 20 b.example.net"),
            Some(vec!["10 mx.example.com".into(), "20 b.example.net".into()])
        );
        for found in [
            "",
            "(no record)",
            "0 .",
            "10 mx1.emailsrvr.com",
            "10 mx.example.com, 20 mx2.emailsrvr.com",
            "x",
        ] {
            assert_eq!(seen(found), None, "{found}");
        }
        let ten: Vec<String> = (0..10).map(|n| format!("{n} m{n}.example.com")).collect();
        assert_eq!(seen(&ten.join(", ")), None, "the list may be cut");
    }
}
