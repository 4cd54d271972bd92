# Lets Exchange forward to the routing subdomain automatically, and without
# winmail.dat: a remote domain of its own for it.
#
#   .\remote-domain.ps1           a preview: every command runs with -WhatIf
#   .\remote-domain.ps1 -Apply    creates it, or sets the two switches
#   .\remote-domain.ps1 -Undo     a preview of putting back what was there before
#   .\remote-domain.ps1 -Undo -Apply
#
# All waves share it: the undo comes once nobody is forwarded any more.
# What was there before is written to remote-domain-before.csv: keep it.
# Exit code: 0 done or in place, 1 failed, 2 nothing could be done.
[CmdletBinding()]
param(
    [switch]$Apply,
    [switch]$Undo
)
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
$here = Split-Path -Parent $MyInvocation.MyCommand.Path
$preview = -not $Apply
$logFile = Join-Path $here "remote-domain-$(Get-Date -Format yyyyMMdd-HHmmss).log"
$recordFile = Join-Path $here 'remote-domain-before.csv'
. (Join-Path $here 'read-exchange.ps1')

Write-Line "remote-domain.ps1, $(Get-Date -Format 'yyyy-MM-dd HH:mm:ss zzz')"
Assert-Exchange 'Get-RemoteDomain', 'New-RemoteDomain', 'Set-RemoteDomain', 'Remove-RemoteDomain', 'Get-Recipient'
$routing = @(Read-Table (Join-Path $here 'routing.for-exchange.csv'))[0]
$name = "SDR $($routing.RoutingSubdomain)"
$there = @(Get-RemoteDomain -ErrorAction Stop | Where-Object { ([string]$_.DomainName) -eq $routing.RoutingSubdomain })

try {
    if ($Undo) {
        if (-not (Test-Path -LiteralPath $recordFile)) {
            Write-Line 'There is no remote-domain-before.csv here, so there is nothing to take back.'
            exit 2
        }
        $before = @(Read-Table $recordFile)[0]
        $users = @(Get-Recipient -ResultSize Unlimited -ErrorAction Stop | Where-Object {
                $_.PSObject.Properties['ExternalEmailAddress'] -and
                (Get-Bare $_.ExternalEmailAddress).ToLower().EndsWith("@$($routing.RoutingSubdomain)")
            })
        if ($users.Count -gt 0) {
            Write-Line "IN USE    $($users.Count) recipients lead to $($routing.RoutingSubdomain), '$($users[0].Name)' among them. Take their forwards back first (undo.ps1 of each wave). Nothing was changed."
            exit 1
        }
        if ($there.Count -eq 0) {
            Write-Line 'GONE      the remote domain is not there any more'
        } elseif ($before.Existed -eq 'True') {
            $tnef = $null
            if ($before.TNEFEnabled) { $tnef = ($before.TNEFEnabled -eq 'True') }
            Set-RemoteDomain -Identity "$($there[0].Guid)" -AutoForwardEnabled ($before.AutoForwardEnabled -eq 'True') -TNEFEnabled $tnef -WhatIf:$preview -ErrorAction Stop
            Write-Line 'RESTORE   its two switches'
        } else {
            Remove-RemoteDomain -Identity "$($there[0].Guid)" -Confirm:$false -WhatIf:$preview -ErrorAction Stop
            Write-Line "REMOVE    $name"
        }
        if ($preview) {
            Write-Line 'This was a preview: nothing was changed. Run .\remote-domain.ps1 -Undo -Apply to do it.'
            exit 0
        }
        Move-Item -LiteralPath $recordFile -Destination (Join-Path $here "remote-domain-undone-$(Get-Date -Format yyyyMMdd-HHmmss).csv")
        exit 0
    }
    $identity = $name
    if ($there.Count -gt 0) {
        $identity = "$($there[0].Guid)"
        if ($there[0].AutoForwardEnabled -and "$($there[0].TNEFEnabled)" -eq 'False') {
            Write-Line "IN PLACE  $($there[0].Name)"
            exit 0
        }
    }
    if ($Apply -and -not (Test-Path -LiteralPath $recordFile)) {
        $cells = @(($there.Count -gt 0), '', '')
        if ($there.Count -gt 0) { $cells = @($true, $there[0].AutoForwardEnabled, $there[0].TNEFEnabled) }
        Set-Content -LiteralPath $recordFile -Value '"Existed","AutoForwardEnabled","TNEFEnabled"' -Encoding UTF8
        Add-Content -LiteralPath $recordFile -Value (@($cells | ForEach-Object { '"' + $_ + '"' }) -join ',') -Encoding UTF8
    }
    if ($there.Count -eq 0) {
        [void](New-RemoteDomain -Name $name -DomainName $routing.RoutingSubdomain -WhatIf:$preview -ErrorAction Stop)
    }
    if ($preview -and $there.Count -eq 0) {
        Write-Line "          then: Set-RemoteDomain -AutoForwardEnabled `$true -TNEFEnabled `$false"
    } else {
        Set-RemoteDomain -Identity $identity -AutoForwardEnabled $true -TNEFEnabled $false -WhatIf:$preview -ErrorAction Stop
    }
} catch {
    Write-Line "FAILED    $($_.Exception.Message)"
    exit 1
}
if ($preview) { Write-Line 'This was a preview: nothing was changed. Run .\remote-domain.ps1 -Apply to do it.' }
else { Write-Line "DONE      $name" }
exit 0
