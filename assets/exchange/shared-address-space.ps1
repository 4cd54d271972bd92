# WARNING. The other way, for a split WITHOUT split domain routing at the host:
# Exchange passes every address of the domain that it does not have to the
# host. Together with split domain routing each unknown address goes round
# between the two until a hop limit ends it. Use it only where the host passes
# nothing back. The forwards of contacts.for-exchange.csv are not needed then.
#
#   .\shared-address-space.ps1           a preview: every command runs with -WhatIf
#   .\shared-address-space.ps1 -Apply -NoSplitDomainRouting
#   .\shared-address-space.ps1 -Undo     a preview of putting back what was there before
#   .\shared-address-space.ps1 -Undo -Apply
#
# -SourceTransportServers: the servers that send, on-premises. Not needed online.
# What was there before is written to shared-address-space-before.csv: keep it.
# Exit code: 0 done or in place, 1 failed, 2 nothing could be done.
[CmdletBinding()]
param(
    [switch]$Apply,
    [switch]$NoSplitDomainRouting,
    [switch]$Undo,
    [string[]]$SourceTransportServers = @()
)
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
$here = Split-Path -Parent $MyInvocation.MyCommand.Path
$preview = -not $Apply
$logFile = Join-Path $here "shared-address-space-$(Get-Date -Format yyyyMMdd-HHmmss).log"
$recordFile = Join-Path $here 'shared-address-space-before.csv'
. (Join-Path $here 'read-exchange.ps1')

Write-Line "shared-address-space.ps1, $(Get-Date -Format 'yyyy-MM-dd HH:mm:ss zzz')"
Assert-Exchange 'Get-AcceptedDomain', 'Set-AcceptedDomain'
$routing = @(Read-Table (Join-Path $here 'routing.for-exchange.csv'))[0]
$domain = $routing.Domain
$hosts = @($routing.SmartHosts -split ' ')
$name = "SDR to the host of $domain"
$online = [bool](Get-Command New-OutboundConnector -ErrorAction SilentlyContinue)
if ($Apply -and -not $Undo -and -not $NoSplitDomainRouting) {
    Write-Line 'STOP      Say with -NoSplitDomainRouting that split domain routing is off at the host. With it on, this is a loop.'
    exit 2
}
$accepted = @(Get-AcceptedDomain -ErrorAction Stop | Where-Object { ([string]$_.DomainName) -eq $domain })
if ($accepted.Count -ne 1) {
    Write-Line "$domain is no accepted domain here."
    exit 2
}
function Find-Connector {
    if ($online) { @(Get-OutboundConnector -ErrorAction Stop | Where-Object { $_.Name -eq $name }) }
    else { @(Get-SendConnector -ErrorAction Stop | Where-Object { $_.Name -eq $name }) }
}
$connector = @(Find-Connector)

try {
    if ($Undo) {
        if (-not (Test-Path -LiteralPath $recordFile)) {
            Write-Line 'There is no shared-address-space-before.csv here, so there is nothing to take back.'
            exit 2
        }
        $before = @(Read-Table $recordFile)[0]
        # First the domain: while the connector is there, no address is refused twice.
        Set-AcceptedDomain -Identity "$($accepted[0].Guid)" -DomainType $before.DomainType -WhatIf:$preview -ErrorAction Stop
        Write-Line "RESTORE   $domain is $($before.DomainType)"
        foreach ($one in $connector) {
            if ($online) { Remove-OutboundConnector -Identity "$($one.Guid)" -Confirm:$false -WhatIf:$preview -ErrorAction Stop }
            else { Remove-SendConnector -Identity "$($one.Guid)" -Confirm:$false -WhatIf:$preview -ErrorAction Stop }
            Write-Line "REMOVE    $name"
        }
        if ($preview) {
            Write-Line 'This was a preview: nothing was changed. Run .\shared-address-space.ps1 -Undo -Apply to do it.'
            exit 0
        }
        Move-Item -LiteralPath $recordFile -Destination (Join-Path $here "shared-address-space-undone-$(Get-Date -Format yyyyMMdd-HHmmss).csv")
        exit 0
    }
    if ($Apply -and -not (Test-Path -LiteralPath $recordFile)) {
        Set-Content -LiteralPath $recordFile -Value '"DomainType"' -Encoding UTF8
        Add-Content -LiteralPath $recordFile -Value ('"' + $accepted[0].DomainType + '"') -Encoding UTF8
    }
    # First the connector: a domain that is relayed with no way out bounces or loops.
    if ($connector.Count -eq 0) {
        if ($online) {
            [void](New-OutboundConnector -Name $name -ConnectorType Partner -RecipientDomains $domain -UseMXRecord $false -SmartHosts $hosts -WhatIf:$preview -ErrorAction Stop)
        } else {
            $new = @{
                Name = $name
                AddressSpaces = "SMTP:$domain;1"
                DNSRoutingEnabled = $false
                SmartHosts = $hosts
            }
            if ($SourceTransportServers.Count -gt 0) { $new['SourceTransportServers'] = $SourceTransportServers }
            [void](New-SendConnector @new -WhatIf:$preview -ErrorAction Stop)
        }
    } else {
        Write-Line "IN PLACE  $name"
    }
    if (([string]$accepted[0].DomainType) -ne 'InternalRelay') {
        Set-AcceptedDomain -Identity "$($accepted[0].Guid)" -DomainType InternalRelay -WhatIf:$preview -ErrorAction Stop
    }
} catch {
    Write-Line "FAILED    $($_.Exception.Message)"
    exit 1
}
if ($preview) { Write-Line 'This was a preview: nothing was changed. Read the warning at the top of this script first.' }
else { Write-Line "DONE      $domain is InternalRelay, and $name leads to $($hosts -join ', ')" }
exit 0
