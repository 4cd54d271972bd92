# Says what would be in the way of the forwards: collisions, accepted domains,
# remote domains, automatic forwarding. Only reads.
#
#   .\preflight.ps1
#
# Exit code: 0 nothing is in the way, 1 something is, 2 Exchange could not be asked.
[CmdletBinding()]
param()
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
$here = Split-Path -Parent $MyInvocation.MyCommand.Path
$logFile = Join-Path $here "preflight-$(Get-Date -Format yyyyMMdd-HHmmss).log"
. (Join-Path $here 'read-exchange.ps1')

Write-Line "preflight.ps1, $(Get-Date -Format 'yyyy-MM-dd HH:mm:ss zzz')"
$rows = @(Read-Rows (Join-Path $here 'contacts.for-exchange.csv'))
Assert-Exchange 'Get-Recipient', 'Get-Mailbox', 'Get-AcceptedDomain', 'Get-RemoteDomain'

$wrong = 0
try {
    foreach ($problem in @(Get-RoutingProblems $rows)) {
        $wrong++
        if ($problem.Stop) { Write-Line "STOP      $($problem.Text)" }
        else { Write-Line "WARNING   $($problem.Text)" }
    }
} catch {
    $wrong++
    Write-Line "UNKNOWN   accepted and remote domains could not be read: $($_.Exception.Message)"
}
# Exchange Online alone has these policies.
if (Get-Command Get-HostedOutboundSpamFilterPolicy -ErrorAction SilentlyContinue) {
    if (@($rows | Where-Object { $_.Strategy -eq 'forward' }).Count -gt 0) {
        foreach ($policy in @(Get-HostedOutboundSpamFilterPolicy -ErrorAction SilentlyContinue)) {
            if ("$($policy.AutoForwardingMode)" -ne 'On') {
                $wrong++
                Write-Line "WARNING   the outbound spam policy '$($policy.Name)' has AutoForwardingMode $($policy.AutoForwardingMode): forwards from mailboxes that it covers may be blocked. Contacts are not."
            }
        }
    }
}
$counts = @{}
foreach ($row in $rows) {
    try {
        $state = Get-RowState $row
        $word = $state.State
        $text = $state.Text
    } catch {
        $word = 'UNKNOWN'
        $text = "can't tell: $($_.Exception.Message)"
    }
    $counts[$word] = 1 + [int]$counts[$word]
    if ($word -eq 'COLLISION' -or $word -eq 'UNKNOWN') {
        $wrong++
        Write-Line ('{0,-10}{1}: {2}' -f $word, $row.PrimarySmtpAddress, $text)
    }
}
$summary = @($counts.Keys | Sort-Object | ForEach-Object { "$($counts[$_]) $_" }) -join ', '
Write-Line "$($rows.Count) rows: $summary"
if ($wrong -gt 0) { exit 1 }
Write-Line 'Nothing is in the way.'
exit 0
