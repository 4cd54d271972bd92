# Says for each row of contacts.for-exchange.csv whether Exchange has it as
# planned. Only reads.
#
#   .\verify.ps1
#
# Exit code: 0 every row is in place, 1 some are not, 2 Exchange could not be asked.
[CmdletBinding()]
param()
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
$here = Split-Path -Parent $MyInvocation.MyCommand.Path
$logFile = Join-Path $here "verify-$(Get-Date -Format yyyyMMdd-HHmmss).log"
. (Join-Path $here 'read-exchange.ps1')

Write-Line "verify.ps1, $(Get-Date -Format 'yyyy-MM-dd HH:mm:ss zzz')"
$rows = @(Read-Rows (Join-Path $here 'contacts.for-exchange.csv'))
Assert-Exchange 'Get-Recipient', 'Get-Mailbox'

try {
    $problems = @(Get-RoutingProblems $rows)
} catch {
    $problems = @(New-Problem $false "Accepted and remote domains could not be read, so loops can't be ruled out: $($_.Exception.Message)")
}
$wrong = 0
foreach ($problem in $problems) {
    if ($problem.Stop) { $wrong++; Write-Line "WRONG     $($problem.Text)" }
    else { Write-Line "WARNING   $($problem.Text)" }
}
foreach ($row in $rows) {
    try {
        $state = Get-RowState $row
        switch ($state.State) {
            'IN PLACE' { $word = 'IN PLACE'; $text = $state.Text }
            'CREATE' { $word = 'MISSING'; $text = 'nobody here owns the address; mail for it bounces' }
            'ADDRESSES' { $word = 'MISSING'; $text = $state.Text }
            'RETIRE' { $word = 'MISSING'; $text = "$($state.Text) is not retired" }
            'ENABLE' { $word = 'MISSING'; $text = $state.Text }
            'FORWARD' { $word = 'MISSING'; $text = "$($state.Text) does not forward" }
            default { $word = 'WRONG'; $text = $state.Text }
        }
    } catch {
        $word = 'UNKNOWN'
        $text = "can't tell: $($_.Exception.Message)"
    }
    if ($word -ne 'IN PLACE') { $wrong++ }
    Write-Line ('{0,-10}{1}: {2}' -f $word, $row.PrimarySmtpAddress, $text)
}
if ($wrong -eq 0) {
    Write-Line "$($rows.Count) rows, all in place."
    exit 0
}
Write-Line "$($rows.Count) rows, $wrong not as planned."
exit 1
