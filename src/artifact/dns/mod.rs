//! The MX records in the form of every DNS host: those of the routing
//! subdomain, and, in a folder of their own, those of the cutover.

mod change;
mod commands;
mod cutover;
mod files;
mod panels;
mod terraform;

pub(super) use change::{MxChange, zone_of};

use super::bundle::Piece;
use super::escape::{crlf, for_windows};
use super::{bind_zone, windows_dns};
use crate::finding::Evidence;
use crate::plan::{HostPreset, Plan, RoutingSubdomain};
use cutover::Cutover;

/// What writes one file: name, what it is for, and the text.
type Form = (&'static str, &'static str, fn(&MxChange<'_>) -> String);

/// The forms whose undo is a file of the same form.
const THERE_AND_BACK: [Form; 6] = [
    (
        "mx-records.nsupdate",
        "for name servers that take dynamic updates (nsupdate)",
        files::nsupdate,
    ),
    ("route53.json", "for Route 53 (aws route53 change-resource-record-sets)", files::route53),
    ("cloudflare.sh", "for Cloudflare, by its API", commands::cloudflare),
    ("azure.sh", "for Azure DNS, by az", commands::azure),
    ("google.sh", "for Google Cloud DNS, by gcloud", commands::google),
    ("digitalocean.sh", "for DigitalOcean, by doctl", commands::digitalocean),
];

/// The forms that say what shall be: undone by taking it out again.
const DECLARED: [Form; 2] = [
    ("octodns.yaml", "for octoDNS", files::octodns),
    ("dnscontrol.js", "for dnscontrol", files::dnscontrol),
];

/// The routing subdomain's records, below `dns/`.
pub(super) fn of_subdomain(plan: &Plan) -> Vec<Piece> {
    of_name("dns", plan.routing_subdomain(), &plan.host)
}

/// The records that lead from a subdomain to a host, below a folder.
pub(super) fn of_name(
    folder: &'static str,
    subdomain: &RoutingSubdomain,
    host: &HostPreset,
) -> Vec<Piece> {
    let (publish, withdraw) =
        (MxChange::publish(subdomain, host), MxChange::withdraw(subdomain, host));
    let mut pieces = vec![piece(
        format!("{folder}/mx-records.zone"),
        format!("The MX records of {subdomain} for a BIND zone file."),
        format!("{folder}/mx-records-undo.nsupdate, or take the lines out of the zone again"),
        bind_zone(subdomain, host).into_bytes(),
    )];
    for (name, what, write) in THERE_AND_BACK {
        let path = format!("{folder}/{name}");
        let undo = format!("{folder}/{}", undo_name(name));
        pieces.push(piece(
            path.clone(),
            format!("The same records {what}."),
            undo.clone(),
            write(&publish).into_bytes(),
        ));
        pieces.push(piece(
            undo,
            format!("Takes these records out again, {what}."),
            path,
            write(&withdraw).into_bytes(),
        ));
    }
    pieces.push(piece(
        format!("{folder}/windows-dns.ps1"),
        "Adds the same records to the DNS server of Windows. A preview without -Apply.",
        format!("{folder}/windows-dns-undo.ps1"),
        crlf(&windows_dns::add_script(subdomain, host)).into_bytes(),
    ));
    pieces.push(piece(
        format!("{folder}/windows-dns-undo.ps1"),
        "Removes these records, and no others, from the DNS server of Windows.",
        format!("{folder}/windows-dns.ps1"),
        crlf(&windows_dns::remove_script(subdomain, host)).into_bytes(),
    ));
    pieces.extend(declared(folder, &publish, "The same records", "take the lines out again"));
    pieces
}

/// The routing subdomain's records as one DNS host takes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DnsForm {
    /// The DNS host, or the program, by its name.
    pub host: String,
    /// Path below an export's folder.
    pub file: String,
    /// The text, line ends of Unix.
    pub text: String,
    /// The text that takes it back, where there is one of the same form.
    pub undo: Option<String>,
    /// Where they are typed in: each record by the fields of that panel, as it
    /// calls them and wants them.
    pub records: Vec<panels::Fields>,
}

/// Every form of the routing subdomain's records, panels first.
pub fn dns_forms(plan: &Plan) -> Vec<DnsForm> {
    let pieces = of_subdomain(plan);
    let publish = MxChange::publish(plan.routing_subdomain(), &plan.host);
    let text = |piece: &Piece| {
        let text = String::from_utf8_lossy(&piece.bytes);
        text.trim_start_matches('\u{feff}').replace("\r\n", "\n")
    };
    let form = |piece: &Piece| {
        let undo = pieces.iter().find(|undo| undo.path == piece.undo).map(text);
        let panel = panel_of(&piece.path);
        DnsForm {
            host: host_of(&piece.path)?,
            file: piece.path.to_string(),
            text: text(piece),
            undo,
            records: panel.map_or_else(Vec::new, |panel| panels::records(panel, &publish)),
        }
        .into()
    };
    let mut forms: Vec<DnsForm> = pieces.iter().filter_map(form).collect();
    forms.sort_by_key(|form| !form.file.starts_with("dns/panels/"));
    forms
}

/// The panel that a file is for.
fn panel_of(path: &str) -> Option<&'static panels::Panel> {
    let file = path.strip_prefix("dns/panels/")?;
    panels::PANELS.iter().find(|panel| panel.file == file)
}

/// Whose form a file is; `None`: it only takes another one back.
fn host_of(path: &str) -> Option<String> {
    let name = path.strip_prefix("dns/")?;
    if let Some(panel) = panel_of(path) {
        return Some(panel.product.to_owned());
    }
    if let Some(file) = name.strip_prefix("terraform/") {
        let (_, product, _) = terraform::PROVIDERS.iter().find(|(name, ..)| *name == file)?;
        return Some(format!("Terraform, {product}"));
    }
    let host = match name {
        "mx-records.zone" => "BIND zone file",
        "mx-records.nsupdate" => "Dynamic update (nsupdate)",
        "windows-dns.ps1" => "Windows DNS (PowerShell)",
        "route53.json" => "Route 53 (aws)",
        "cloudflare.sh" => "Cloudflare (its API)",
        "azure.sh" => "Azure DNS (az)",
        "google.sh" => "Google Cloud DNS (gcloud)",
        "digitalocean.sh" => "DigitalOcean (doctl)",
        "octodns.yaml" => "octoDNS",
        "dnscontrol.js" => "dnscontrol",
        _ => return None,
    };
    Some(host.to_owned())
}

/// The primary domain's own records, below `dns-cutover/`: of a migration whose
/// mail enters at the external server, and of no other plan.
pub(super) fn of_cutover(plan: &Plan, evidence: &Evidence) -> Vec<Piece> {
    let Some(cutover) = Cutover::of(plan, evidence) else { return Vec::new() };
    let mut pieces = vec![piece(
        "dns-cutover/README.txt",
        "WARNING and order of the cutover. The files in this folder move the mail of the whole domain.",
        "",
        for_windows(&cutover.readme()),
    )];
    let undo = match &cutover.before {
        Some(_) => "the file of the same name in dns-cutover/back",
        None => "the records of before, which step 1 has not seen: write them down first",
    };
    pieces.extend(primary(
        "dns-cutover",
        &MxChange::cut_over(&cutover),
        "CUTOVER: replaces the domain's own MX records",
        undo,
    ));
    if let Some(back) = MxChange::go_back(&cutover) {
        pieces.extend(primary(
            "dns-cutover/back",
            &back,
            "Takes the cutover back: the MX records of before",
            "the file of the same name in dns-cutover",
        ));
    }
    pieces
}

/// Every form of a change of the primary domain's own records.
fn primary(folder: &str, change: &MxChange<'_>, does: &str, undo: &str) -> Vec<Piece> {
    let mut pieces = vec![
        piece(
            format!("{folder}/mx-records.zone"),
            format!("{does}, for a BIND zone file."),
            undo.to_owned(),
            files::zone(change).into_bytes(),
        ),
        piece(
            format!("{folder}/windows-dns.ps1"),
            format!("{does}, in the DNS server of Windows. A preview without -Apply."),
            undo.to_owned(),
            crlf(&windows_dns::replace_script(change)).into_bytes(),
        ),
    ];
    for (name, what, write) in THERE_AND_BACK {
        pieces.push(piece(
            format!("{folder}/{name}"),
            format!("{does}, {what}."),
            undo.to_owned(),
            write(change).into_bytes(),
        ));
    }
    pieces.extend(declared(folder, change, does, undo));
    pieces
}

/// The declarative tools and the panels.
fn declared(folder: &str, change: &MxChange<'_>, does: &str, undo: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (name, what, write) in DECLARED {
        pieces.push(piece(
            format!("{folder}/{name}"),
            format!("{does} {what}."),
            undo.to_owned(),
            write(change).into_bytes(),
        ));
    }
    for (name, product, write) in terraform::PROVIDERS {
        pieces.push(piece(
            format!("{folder}/terraform/{name}"),
            format!("{does} for Terraform with {product}. Take this file alone."),
            undo.to_owned(),
            write(change).into_bytes(),
        ));
    }
    for panel in &panels::PANELS {
        pieces.push(piece(
            format!("{folder}/panels/{}", panel.file),
            format!("{does} field by field, for {}.", panel.product),
            match change.is_of_primary() {
                true => undo.to_owned(),
                false => "delete these records again".to_owned(),
            },
            for_windows(&panels::text(panel, change)),
        ));
    }
    pieces
}

fn undo_name(name: &str) -> String {
    name.rsplit_once('.')
        .map_or_else(|| name.to_owned(), |(stem, end)| format!("{stem}-undo.{end}"))
}

fn piece(
    path: impl Into<std::borrow::Cow<'static, str>>,
    purpose: impl Into<String>,
    undo: impl Into<String>,
    bytes: Vec<u8>,
) -> Piece {
    Piece { path: path.into(), purpose: purpose.into(), undo: undo.into(), bytes }
}
