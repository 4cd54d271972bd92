//! Zone files, dynamic updates and the declarative tools.

use serde_json::json;

use super::change::{Kind, MxChange, data};

/// Lines of a BIND zone file (RFC 1035 5.1), every name absolute and every
/// line with its TTL. Records that go stand as comments.
pub(super) fn zone(change: &MxChange<'_>) -> String {
    let mut text =
        change.head(";", &["Edit the zone that holds the name, raise its serial, reload it."]);
    for mx in change.gone {
        text.push_str(&format!("; take out:  {}.\tIN\tMX\t{}\n", change.name, data(mx)));
    }
    if change.kind == Kind::Cutover && change.gone.is_empty() {
        text.push_str(&format!("; take out: every other MX record of {}.\n", change.name));
    }
    for mx in change.set {
        let (preference, exchange) = (mx.preference, &mx.exchange);
        text.push_str(&format!(
            "{}.\t{}\tIN\tMX\t{preference} {exchange}.\n",
            change.name, change.ttl
        ));
    }
    text
}

/// Input for `nsupdate` (RFC 2136). Known records are named one by one, so
/// that others at the name stay; a replacement of records that are known goes
/// ahead only while they are still the ones there.
pub(super) fn nsupdate(change: &MxChange<'_>) -> String {
    let mut text = change.head(";", &["nsupdate -l FILE, or nsupdate -k KEY FILE."]);
    let name = change.name;
    if change.is_of_primary() {
        for mx in change.gone {
            text.push_str(&format!("prereq yxrrset {name}. IN MX {}\n", data(mx)));
        }
        text.push_str(&format!("update delete {name}. IN MX\n"));
    } else {
        for mx in change.gone {
            text.push_str(&format!("update delete {name}. IN MX {}\n", data(mx)));
        }
    }
    for mx in change.set {
        text.push_str(&format!("update add {name}. {} IN MX {}\n", change.ttl, data(mx)));
    }
    text.push_str("send\n");
    text
}

/// A change batch of Route 53 (`ChangeResourceRecordSets`). `CREATE` fails
/// where records are there already, `DELETE` where they are others; only the
/// cutover replaces.
pub(super) fn route53(change: &MxChange<'_>) -> String {
    let (action, records) = match change.kind {
        Kind::Publish => ("CREATE", change.set),
        Kind::Withdraw => ("DELETE", change.gone),
        Kind::Cutover | Kind::GoBack => ("UPSERT", change.set),
    };
    let values: Vec<_> = records.iter().map(|mx| json!({ "Value": data(mx) })).collect();
    // A comment holds at most 256 characters, the name alone up to 253.
    let comment = match change.kind {
        Kind::Publish => "Split domain routing: add the routing subdomain",
        Kind::Withdraw => "Split domain routing: take the routing subdomain out",
        Kind::Cutover => "CUTOVER: MX records of the whole domain to the host",
        Kind::GoBack => "CUTOVER undone: MX records of the whole domain as before",
    };
    pretty(&json!({
        "Comment": comment,
        "Changes": [{
            "Action": action,
            "ResourceRecordSet": {
                "Name": format!("{}.", change.name),
                "Type": "MX",
                "TTL": change.ttl,
                "ResourceRecords": values,
            },
        }],
    }))
}

/// A zone of octoDNS's YamlProvider: keys sorted, as it insists.
pub(super) fn octodns(change: &MxChange<'_>) -> String {
    let mut text = String::from("---\n");
    text.push_str(&change.head(
        "#",
        &[
            "Merge it into the zone's file (keys stay sorted), then octodns-sync without --doit.",
            change.undo_of_declared(),
        ],
    ));
    let key = if change.place == "@" { "" } else { change.place };
    text.push_str(&format!("'{key}':\n  ttl: {}\n  type: MX\n  values:\n", change.ttl));
    for mx in change.set {
        text.push_str(&format!(
            "  - exchange: {}.\n    preference: {}\n",
            mx.exchange, mx.preference
        ));
    }
    text
}

/// Lines of dnscontrol's `dnsconfig.js`.
pub(super) fn dnscontrol(change: &MxChange<'_>) -> String {
    let mut text = change.head(
        "//",
        &["Put it behind the D() of the zone, then dnscontrol preview.", change.undo_of_declared()],
    );
    if change.is_of_primary() {
        text.push_str(
            "// Take the old MX(\"@\", ...) lines out of the zone's D() in the same change.\n",
        );
    }
    let rows: Vec<String> = change
        .set
        .iter()
        .map(|mx| {
            format!(
                "  MX(\"{}\", {}, \"{}.\", TTL({}))",
                change.place, mx.preference, mx.exchange, change.ttl
            )
        })
        .collect();
    text.push_str(&format!("D_EXTEND(\"{}\",\n{}\n);\n", change.zone, rows.join(",\n")));
    text
}

fn pretty(value: &serde_json::Value) -> String {
    // Strings and numbers only: there is nothing that JSON could not say.
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
