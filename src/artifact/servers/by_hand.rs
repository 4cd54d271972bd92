//! Servers that are loaded in their own administration pages.

use super::Given;
use crate::artifact::Altered;
use crate::artifact::escape::{crlf, no_formula, table};
use crate::artifact::forwards::Moved;
use crate::plan::{Address, Plan};

/// Entries that one address map of Google Workspace holds (support.google.com,
/// "Redirect incoming messages with address maps").
const MAP_LIMIT: usize = 5000;

/// Lines for Bulk add of an address map. A name may begin with a hyphen there
/// (support.google.com, "Name guidelines for users and groups").
pub(super) fn google(wanted: &[Moved<'_>], given: &mut Given) {
    const FILE: &str = "google/address-map.txt";
    let rows = given.sayable(wanted, FILE, true, |_| None);
    let lines: Vec<String> =
        rows.iter().map(|(address, target)| format!("{address}, {target}\n")).collect();
    let limit = if lines.len() > MAP_LIMIT {
        format!(
            "WARNING. This list has {} lines, and one map holds {MAP_LIMIT}: make several settings.\n",
            lines.len()
        )
    } else {
        String::new()
    };
    let undo = "take these entries out of the address map again";
    given.add(FILE, "The forwards, to paste into Bulk add.", undo, lines.concat().into_bytes());
    given.how_to(
        "google/HOW-TO.txt",
        &crlf(&format!(
            "Forwards for Google Workspace\n\
             \n\
             Loading, in the Admin console\n\
             \n\
             1. Apps > Google Workspace > Gmail > Routing, at the top organisation.\n\
             2. Recipient address map > Configure, with a name of its own for this wave.\n\
             3. Messages to affect: all incoming messages.\n\
             4. Routing options: leave Also route to original destination off.\n\
             5. Bulk add: paste address-map.txt, one pair a line. Save.\n\
             {limit}\
             It may take an hour until everybody is served by it.\n\
             \n\
             Verify: send from outside to one person of the list; Email log search shows the new\n\
             recipient.\n\
             \n\
             An address may have a mailbox on one side only: once a person's mail has moved, the\n\
             account's Gmail here goes, or colleagues here go on writing to the old mailbox.\n\
             \n\
             Undo: remove the setting of this wave on the same page.\n"
        )),
    );
}

/// One alias a line, for the aliases of Kerio Connect.
pub(super) fn kerio(plan: &Plan, wanted: &[Moved<'_>], given: &mut Given) {
    const FILE: &str = "kerio/aliases.for-spreadsheet.csv";
    let rows = given.sayable(wanted, FILE, true, |local| {
        let hyphen = "it begins with a hyphen, and whether Kerio Connect takes that is not known";
        wildcard(local).or_else(|| local.starts_with('-').then_some(hyphen))
    });
    let cells = rows.iter().map(|(address, target)| (*address, address.local(), *target));
    let (cells, altered) = safe(FILE, cells);
    given.add(
        FILE,
        "One alias a line, to read and type off: its name, and where it delivers to.",
        "delete these aliases again",
        table(["alias", "deliver_to"], cells, csv::QuoteStyle::Necessary),
    );
    given.altered = altered;
    given.how_to(
        "kerio/HOW-TO.txt",
        &crlf(&format!(
            "Forwards for Kerio Connect\n\
             \n\
             Loading, in the administration: Accounts > Aliases, domain {domain}. Add an alias for each\n\
             line of aliases.for-spreadsheet.csv: the first column is its name, the second the address to which it\n\
             delivers. Whether this version imports aliases from a file is not known to us.\n\
             \n\
             An alias and a mailbox of the same name do not go together: where the person still has an\n\
             account here, set the forward in the account instead (Edit User, forwarding, without\n\
             delivering to the mailbox).\n\
             \n\
             Leave forwarding of unknown addresses (domain, tab Forwarding) off: together with split\n\
             domain routing that is a loop.\n\
             \n\
             Verify: Check on the same page shows where an address leads.\n\
             \n\
             Undo: delete the aliases that deliver to {subdomain}.\n",
            domain = plan.domain(),
            subdomain = plan.routing_subdomain(),
        )),
    );
}

/// One alias a line, for MDaemon's address aliases.
pub(super) fn mdaemon(plan: &Plan, wanted: &[Moved<'_>], given: &mut Given) {
    const FILE: &str = "mdaemon/aliases.for-spreadsheet.csv";
    let rows = given.sayable(wanted, FILE, true, |local| {
        let hyphen = "it begins with a hyphen, and whether MDaemon takes that is not known";
        wildcard(local).or_else(|| local.starts_with('-').then_some(hyphen))
    });
    let whole: Vec<String> = rows.iter().map(|(address, _)| address.to_string()).collect();
    let cells =
        rows.iter().zip(&whole).map(|((address, target), whole)| (*address, &**whole, *target));
    let (cells, altered) = safe(FILE, cells);
    given.add(
        FILE,
        "One alias a line, to read and type off: the address, and the actual address.",
        "remove these aliases again",
        table(["alias", "actual_address"], cells, csv::QuoteStyle::Necessary),
    );
    given.altered = altered;
    given.how_to(
        "mdaemon/HOW-TO.txt",
        &crlf(&format!(
            "Forwards for MDaemon\n\
             \n\
             Loading: Accounts > Address Aliases. For each line of aliases.for-spreadsheet.csv type the first column\n\
             into Address alias, the second into Actual address, and press Add. The order counts:\n\
             these come before any alias with a wildcard.\n\
             \n\
             Leave forwarding of unknown local mail off: together with split domain routing that is\n\
             a loop.\n\
             \n\
             Verify: send to one person of the list and look into the routing log.\n\
             \n\
             Undo: remove the aliases whose actual address is at {}.\n",
            plan.routing_subdomain()
        )),
    );
}

/// Rows that a spreadsheet opens without running any, and what that changed:
/// an apostrophe in front is not typed.
fn safe<'a>(
    file: &'static str,
    rows: impl Iterator<Item = (&'a Address, &'a str, &'a Address)>,
) -> (Vec<[String; 2]>, Vec<Altered>) {
    let mut altered = Vec::new();
    let cells = rows.map(|(address, alias, target)| {
        [("alias", alias.to_owned()), ("target", target.to_string())].map(|(what, from)| {
            let to = no_formula(&from);
            if to != from {
                let (address, what, to) = (address.clone(), what.to_owned(), to.clone());
                altered.push(Altered { address, file, what, from, to });
            }
            to
        })
    });
    (cells.collect(), altered)
}

fn wildcard(local: &str) -> Option<&'static str> {
    local.contains(['*', '?']).then_some("it has a * or ?, which is a wildcard in an alias")
}
