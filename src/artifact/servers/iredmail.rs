//! Rows for iRedMail's SQL database (MySQL, MariaDB, PostgreSQL).

use super::{Given, option};
use crate::artifact::forwards::Moved;
use crate::plan::{Address, Plan};

const LOAD: &str = "iredmail/forwards.sql";
const UNDO: &str = "iredmail/forwards-undo.sql";
const COMMIT: &str = "iredmail/commit.sql";

/// The rows, what takes them back, and how both are run.
pub(super) fn given(plan: &Plan, mark: &str, wanted: &[Moved<'_>], given: &mut Given) {
    let rows = given.sayable(wanted, LOAD, false, |local| {
        // A backslash would mean something else in each of the databases.
        local.contains('\\').then_some("it has a backslash").or_else(|| option(local))
    });
    let before = format!("sdr_before_{}", mark.replace('-', "_"));
    let mut load = format!(
        "-- Forwards of {domain} to {subdomain}, into iRedMail's database vmail.\n\
         -- By itself it is a preview: without commit.sql behind it in the same session\n\
         -- the database takes everything back but the empty table {before}.\n\
         -- It may run again. What was there before is kept in that table, for the undo.\n\
         CREATE TABLE IF NOT EXISTS {before} AS\n  SELECT address, forwarding, active FROM forwardings WHERE 1 = 0;\n\
         BEGIN;\n",
        domain = plan.domain(),
        subdomain = plan.routing_subdomain(),
    );
    for (address, target) in &rows {
        load.push_str(&load_row(address, target, &before));
    }
    load.push_str(&shown(&before));
    let undo = undo(&before, plan.routing_subdomain().as_str());
    let by_undo = "cat forwards-undo.sql commit.sql into the same program (iredmail/HOW-TO.txt)";
    let what = "The forwards as rows of the table forwardings: a preview without commit.sql.";
    given.add(LOAD, what, by_undo, load.into_bytes());
    let commit = "-- Behind forwards.sql or forwards-undo.sql, in the same session: makes it hold.\nCOMMIT;\n";
    given.add(COMMIT, "Behind either of the others: makes it hold.", "", commit.into());
    given.add(
        UNDO,
        "Takes the rows back, so that mailboxes get their mail again; a preview without commit.sql.",
        "cat forwards.sql commit.sql into the same program",
        undo.into_bytes(),
    );
    let domain = plan.domain();
    given.how_to(
        "iredmail/HOW-TO.txt",
        &format!(
            "Forwards for iRedMail (SQL edition)\n\
             \n\
             Loading\n\
             \n\
             1. Keep a copy of the table:\n\
             \u{20}      mysqldump vmail forwardings > forwardings.sql      (MySQL, MariaDB)\n\
             \u{20}      pg_dump -t forwardings vmail > forwardings.sql     (PostgreSQL)\n\
             2. Preview: it prints the rows as they would be, then the database takes them back, because\n\
             \u{20}  nothing commits them. An empty table {before} stays.\n\
             \u{20}      mysql vmail < forwards.sql\n\
             \u{20}      psql -v ON_ERROR_STOP=1 -d vmail -f forwards.sql\n\
             \u{20}  MySQL takes nothing back in a table whose engine is not InnoDB. This says which it is:\n\
             \u{20}      echo \"SHOW TABLE STATUS LIKE 'forwardings'\" | mysql vmail\n\
             3. Load:\n\
             \u{20}      cat forwards.sql commit.sql | mysql vmail\n\
             \u{20}      cat forwards.sql commit.sql | psql -v ON_ERROR_STOP=1 -d vmail\n\
             4. Verify; the answer is the target alone:\n\
             \u{20}      postmap -q ADDRESS mysql:/etc/postfix/mysql/virtual_alias_maps.cf\n\
             \u{20}      postmap -q ADDRESS pgsql:/etc/postfix/pgsql/virtual_alias_maps.cf\n\
             \n\
             Each person gets a row with is_forwarding = 1, and the row that delivers to the person's\n\
             own mailbox is switched off, so that no copy stays. Aliases of the account follow it.\n\
             {domain} must be a domain of this server, or no row is made.\n\
             \n\
             Undo, the preview of each first\n\
             \n\
             \u{20}      mysql vmail < forwards-undo.sql\n\
             \u{20}      cat forwards-undo.sql commit.sql | mysql vmail\n\
             \n\
             \u{20}      psql -v ON_ERROR_STOP=1 -d vmail -f forwards-undo.sql\n\
             \u{20}      cat forwards-undo.sql commit.sql | psql -v ON_ERROR_STOP=1 -d vmail\n"
        ),
    );
}

/// Prints the rows of everybody who is concerned, as they are by then.
fn shown(before: &str) -> String {
    format!(
        "SELECT address, forwarding, active FROM forwardings\n  WHERE address IN (SELECT address FROM {before})\n  \
         ORDER BY address, forwarding;\n"
    )
}

/// A string of SQL: quotes doubled. Addresses here have no backslash.
fn text(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

fn load_row(address: &Address, target: &Address, before: &str) -> String {
    let (from, to) = (text(&address.to_string()), text(&target.to_string()));
    let (domain, dest) = (text(address.domain().as_str()), text(target.domain().as_str()));
    format!(
        "INSERT INTO {before} (address, forwarding, active)\n  SELECT address, forwarding, active FROM \
         forwardings\n  WHERE address = {from} AND forwarding IN ({from}, {to}) AND is_forwarding = 1\n  AND NOT \
         EXISTS (SELECT 1 FROM {before} b WHERE b.address = {from});\n\
         INSERT INTO {before} (address, forwarding, active)\n  SELECT {from}, '', 1 FROM domain\n  WHERE \
         domain.domain = {domain}\n  AND NOT EXISTS (SELECT 1 FROM {before} b WHERE b.address = {from} AND \
         b.forwarding = '');\n\
         INSERT INTO forwardings (address, forwarding, domain, dest_domain, is_forwarding, active)\n  \
         SELECT {from}, {to}, {domain}, {dest}, 1, 1 FROM domain\n  WHERE domain.domain = {domain}\n  AND NOT \
         EXISTS (SELECT 1 FROM forwardings f WHERE f.address = {from} AND f.forwarding = {to});\n\
         UPDATE forwardings SET active = 1 WHERE address = {from} AND forwarding = {to};\n\
         UPDATE forwardings SET active = 0\n  WHERE address = {from} AND forwarding = {from} AND \
         is_forwarding = 1;\n"
    )
}

/// By what was kept, whoever stands in the list by now: the list may have been
/// loaded in an earlier form too.
fn undo(before: &str, subdomain: &str) -> String {
    let kept = |what: &str| {
        format!(
            "SELECT {what} FROM {before} b\n      WHERE b.address = forwardings.address AND \
             b.forwarding = forwardings.forwarding"
        )
    };
    format!(
        "-- Takes back what forwards.sql did, each time it was run, and nothing else.\n\
         -- By itself it is a preview: it holds with commit.sql behind it in the same session.\n\
         BEGIN;\n\
         DELETE FROM forwardings\n  WHERE is_forwarding = 1 AND dest_domain = {subdomain}\n  AND EXISTS \
         (SELECT 1 FROM {before} b WHERE b.address = forwardings.address)\n  AND NOT EXISTS ({one});\n\
         UPDATE forwardings SET active = ({was})\n  WHERE is_forwarding = 1\n  AND EXISTS ({one});\n\
         {shown}\
         DELETE FROM {before};\n",
        shown = shown(before),
        subdomain = text(subdomain),
        one = kept("1"),
        was = kept("MAX(b.active)"),
    )
}
