//! Terraform, one file for each provider: take the one that you have.
//!
//! Names of the DNS are letters, digits, hyphens, underscores and dots here
//! (`plan::Domain`), so they may stand between quotes of HCL.

use super::change::{MxChange, data};

/// A provider's file name and its resources.
pub(super) type Writer = fn(&MxChange<'_>) -> String;

/// File name below `terraform/`, product, and what writes it.
pub(super) const PROVIDERS: [(&str, &str, Writer); 5] = [
    ("route53.tf", "Route 53 (provider hashicorp/aws)", route53),
    ("azure.tf", "Azure DNS (provider hashicorp/azurerm)", azure),
    ("google.tf", "Google Cloud DNS (provider hashicorp/google)", google),
    ("cloudflare.tf", "Cloudflare (provider cloudflare/cloudflare 5)", cloudflare),
    ("digitalocean.tf", "DigitalOcean (provider digitalocean/digitalocean)", digitalocean),
];

fn head(change: &MxChange<'_>) -> String {
    let mut more = vec!["terraform plan shows what it would do.", change.undo_of_declared()];
    if change.is_of_primary() {
        more.push("Replace the resource that holds the old records by this one; do not add to it.");
    }
    change.head("#", &more)
}

fn id(change: &MxChange<'_>) -> &'static str {
    if change.is_of_primary() { "sdr_cutover" } else { "sdr_routing" }
}

fn route53(change: &MxChange<'_>) -> String {
    let rows: Vec<String> =
        change.set.iter().map(|mx| format!("    \"{}\",\n", data(mx))).collect();
    format!(
        "{head}variable \"sdr_zone_id\" {{\n  type        = string\n  description = \"Hosted zone of \
         {zone}\"\n}}\n\nresource \"aws_route53_record\" \"{id}\" {{\n  zone_id = var.sdr_zone_id\n  \
         name    = \"{name}\"\n  type    = \"MX\"\n  ttl     = {ttl}\n  records = [\n{rows}  ]\n}}\n",
        head = head(change),
        zone = change.zone,
        id = id(change),
        name = change.name,
        ttl = change.ttl,
        rows = rows.concat(),
    )
}

fn azure(change: &MxChange<'_>) -> String {
    let rows: Vec<String> = change
        .set
        .iter()
        .map(|mx| {
            format!(
                "\n  record {{\n    preference = {}\n    exchange   = \"{}.\"\n  }}\n",
                mx.preference, mx.exchange
            )
        })
        .collect();
    format!(
        "{head}variable \"sdr_resource_group\" {{\n  type        = string\n  description = \"Resource \
         group of the zone {zone}\"\n}}\n\nresource \"azurerm_dns_mx_record\" \"{id}\" {{\n  \
         name                = \"{place}\"\n  zone_name           = \"{zone}\"\n  \
         resource_group_name = var.sdr_resource_group\n  ttl                 = {ttl}\n{rows}}}\n",
        head = head(change),
        zone = change.zone,
        id = id(change),
        place = change.place,
        ttl = change.ttl,
        rows = rows.concat(),
    )
}

fn google(change: &MxChange<'_>) -> String {
    let rows: Vec<String> =
        change.set.iter().map(|mx| format!("    \"{}\",\n", data(mx))).collect();
    format!(
        "{head}variable \"sdr_managed_zone\" {{\n  type        = string\n  description = \"Name of the \
         managed zone of {zone}\"\n}}\n\nresource \"google_dns_record_set\" \"{id}\" {{\n  \
         managed_zone = var.sdr_managed_zone\n  name         = \"{name}.\"\n  type         = \"MX\"\n  \
         ttl          = {ttl}\n  rrdatas = [\n{rows}  ]\n}}\n",
        head = head(change),
        zone = change.zone,
        id = id(change),
        name = change.name,
        ttl = change.ttl,
        rows = rows.concat(),
    )
}

fn cloudflare(change: &MxChange<'_>) -> String {
    let mut text = format!(
        "{}variable \"sdr_zone_id\" {{\n  type        = string\n  description = \"Zone of {}\"\n}}\n",
        head(change),
        change.zone
    );
    for (at, mx) in change.set.iter().enumerate() {
        text.push_str(&format!(
            "\nresource \"cloudflare_dns_record\" \"{id}_{at}\" {{\n  zone_id  = var.sdr_zone_id\n  \
             name     = \"{name}\"\n  type     = \"MX\"\n  content  = \"{exchange}\"\n  \
             priority = {preference}\n  ttl      = {ttl}\n}}\n",
            id = id(change),
            at = at + 1,
            name = change.name,
            exchange = mx.exchange,
            preference = mx.preference,
            ttl = change.ttl,
        ));
    }
    text
}

fn digitalocean(change: &MxChange<'_>) -> String {
    let mut text = head(change);
    for (at, mx) in change.set.iter().enumerate() {
        let gap = if at == 0 { "" } else { "\n" };
        text.push_str(&format!(
            "{gap}resource \"digitalocean_record\" \"{id}_{at}\" {{\n  domain   = \"{zone}\"\n  \
             type     = \"MX\"\n  name     = \"{place}\"\n  value    = \"{exchange}.\"\n  \
             priority = {preference}\n  ttl      = {ttl}\n}}\n",
            id = id(change),
            at = at + 1,
            zone = change.zone,
            place = change.place,
            exchange = mx.exchange,
            preference = mx.preference,
            ttl = change.ttl,
        ));
    }
    text
}
