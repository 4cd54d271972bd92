//! The routing subdomain's MX records for the DNS server of Windows.
//!
//! Names of the DNS are letters, digits, hyphens, underscores and dots here
//! (`plan::Domain`), so they may stand between single quotes of PowerShell.

use super::dns::{MxChange, zone_of};
use super::mx_rows;
use crate::plan::{HostPreset, RoutingSubdomain};

/// The records as PowerShell for Windows DNS (`Add-DnsServerResourceRecordMX`),
/// with the undo beside it as comments. To paste into a console; the export
/// holds scripts that preview by default.
pub fn windows_dns(subdomain: &RoutingSubdomain, host: &HostPreset) -> String {
    let zone = zone_of(subdomain);
    let name = subdomain.label();
    let mut text = String::from("# Preview: add -WhatIf to each line. It then changes nothing.\n");
    for row in mx_rows(subdomain, host) {
        text.push_str(&format!(
            "Add-DnsServerResourceRecordMX -ZoneName '{zone}' -Name '{name}' -MailExchange '{}.' \
             -Preference {} -TimeToLive (New-TimeSpan -Seconds {})\n",
            row.exchange, row.preference, row.ttl
        ));
    }
    text.push_str("# Undo, also with -WhatIf first:\n");
    for row in mx_rows(subdomain, host) {
        text.push_str(&format!(
            "# Get-DnsServerResourceRecord -ZoneName '{zone}' -Name '{name}' -RRType Mx | \
             Where-Object {{ $_.RecordData.MailExchange -eq '{}.' }} | \
             Remove-DnsServerResourceRecord -ZoneName '{zone}' -Force\n",
            row.exchange
        ));
    }
    text
}

/// Adds each record that is not there yet.
const ADD_MISSING: &str = r#"foreach ($record in $records) {
    $there = Get-OurRecord $record
    if ($there) {
        Write-Output "In place already: $fqdn MX $($record.Preference) $($record.Exchange)"
        continue
    }
    Add-DnsServerResourceRecordMX -ComputerName $ComputerName -ZoneName $ZoneName -Name $name `
        -MailExchange $record.Exchange -Preference $record.Preference `
        -TimeToLive (New-TimeSpan -Seconds $ttl) -WhatIf:$preview -ErrorAction Stop
    if (-not $preview) {
        Write-Output "Added: $fqdn MX $($record.Preference) $($record.Exchange)"
    }
}
"#;

/// Removes every record but those of the script.
const REMOVE_OTHERS: &str = r#"# The new ones are there: now every other goes.
$all = @(Get-DnsServerResourceRecord -ComputerName $ComputerName -ZoneName $ZoneName -Name $name `
    -RRType Mx -ErrorAction SilentlyContinue)
foreach ($old in $all) {
    $ours = $records | Where-Object {
        $_.Exchange -eq $old.RecordData.MailExchange -and
        $_.Preference -eq $old.RecordData.Preference
    }
    if ($ours) { continue }
    $what = "$fqdn MX $($old.RecordData.Preference) $($old.RecordData.MailExchange)"
    $old | Remove-DnsServerResourceRecord -ComputerName $ComputerName -ZoneName $ZoneName `
        -Force -WhatIf:$preview -ErrorAction Stop
    if (-not $preview) { Write-Output "Removed: $what" }
}
"#;

/// A script that adds the records and skips those that are there; a preview
/// unless it is told to apply.
pub(super) fn add_script(subdomain: &RoutingSubdomain, host: &HostPreset) -> String {
    script(&MxChange::publish(subdomain, host), "Adds", "windows-dns.ps1", ADD_MISSING)
}

/// The script that removes the same records and no others.
pub(super) fn remove_script(subdomain: &RoutingSubdomain, host: &HostPreset) -> String {
    // The records that go are those that came.
    script(
        &MxChange::publish(subdomain, host),
        "Removes",
        "windows-dns-undo.ps1",
        r#"foreach ($record in $records) {
    $there = Get-OurRecord $record
    if (-not $there) {
        Write-Output "Not there: $fqdn MX $($record.Preference) $($record.Exchange)"
        continue
    }
    $there | Remove-DnsServerResourceRecord -ComputerName $ComputerName -ZoneName $ZoneName `
        -Force -WhatIf:$preview -ErrorAction Stop
    if (-not $preview) {
        Write-Output "Removed: $fqdn MX $($record.Preference) $($record.Exchange)"
    }
}
"#,
    )
}

/// The script that makes these records the only ones at the name.
pub(super) fn replace_script(change: &MxChange<'_>) -> String {
    let verb = format!("{}. Replaces", change.warning().0);
    script(change, &verb, "windows-dns.ps1", &format!("{ADD_MISSING}{REMOVE_OTHERS}"))
}

fn script(change: &MxChange<'_>, verb: &str, file: &str, body: &str) -> String {
    let (zone, name) = (change.zone(), change.name());
    let records: Vec<String> = change
        .set()
        .iter()
        .map(|mx| {
            format!("    @{{ Exchange = '{}.'; Preference = {} }}", mx.exchange, mx.preference)
        })
        .collect();
    format!(
        r#"# {verb} the MX records of {name} in the DNS server of Windows.
#   .\{file}           a preview: every command runs with -WhatIf, nothing changes
#   .\{file} -Apply    changes the records
# ZoneName: the zone that holds the name, as the DNS server has it.
[CmdletBinding()]
param(
    [string]$ZoneName = '{zone}',
    [string]$ComputerName = 'localhost',
    [switch]$Apply
)
$ErrorActionPreference = 'Stop'
$preview = -not $Apply
$fqdn = '{name}'
$ttl = {ttl}
$records = @(
{records}
)

$ZoneName = $ZoneName.TrimEnd('.').ToLower()
if ($fqdn -eq $ZoneName) {{
    $name = '@'
}} elseif ($fqdn.EndsWith(".$ZoneName")) {{
    $name = $fqdn.Substring(0, $fqdn.Length - $ZoneName.Length - 1)
}} else {{
    throw "$fqdn does not lie in the zone $ZoneName. Give the zone that holds it with -ZoneName."
}}
# Ends the script where there is no such zone, or no such server.
[void](Get-DnsServerZone -ComputerName $ComputerName -Name $ZoneName -ErrorAction Stop)

function Get-OurRecord($record) {{
    Get-DnsServerResourceRecord -ComputerName $ComputerName -ZoneName $ZoneName -Name $name `
        -RRType Mx -ErrorAction SilentlyContinue |
        Where-Object {{
            $_.RecordData.MailExchange -eq $record.Exchange -and
            $_.RecordData.Preference -eq $record.Preference
        }}
}}

{body}if ($preview) {{
    Write-Output 'This was a preview: nothing was changed. Run .\{file} -Apply to change the records.'
}}
"#,
        ttl = change.ttl(),
        records = records.join(",\n"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Domain;

    #[test]
    fn names_are_relative_to_the_primary_domain_and_never_its_top() {
        let primary = Domain::parse("example.com").unwrap();
        let subdomain =
            RoutingSubdomain::new(Domain::parse("a.b.example.com").unwrap(), &primary).unwrap();
        let text = windows_dns(&subdomain, &HostPreset::rackspace());
        assert!(
            text.contains("-ZoneName 'example.com' -Name 'a.b' -MailExchange 'mx1.emailsrvr.com.'")
        );
        assert!(!text.contains("-Name '@'"));
        let undone = text.lines().filter(|line| line.contains("Remove-")).count();
        assert_eq!(undone, 2);
    }
}
