# Loads the forwards of forwards.for-hmailserver.csv into hMailServer.
#
#   .\forwards.ps1           a preview: nothing changes
#   .\forwards.ps1 -Apply    loads them; rows that are in place already are skipped
#   .\forwards.ps1 -Verify   says for each row whether it is in place; only reads
#   .\forwards.ps1 -Undo     a preview of taking back what -Apply did, and nothing else
#   .\forwards.ps1 -Undo -Apply     takes it back
#
# Run it on the server, in Windows PowerShell of the same width (32 or 64 bit)
# as hMailServer. What was done is written to applied.csv, which -Undo needs: keep it.
# Exit code: 0 all is well, 1 some rows are not, 2 nothing could be done.
[CmdletBinding()]
param(
    [switch]$Apply,
    [switch]$Verify,
    [switch]$Undo
)
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
$here = Split-Path -Parent $MyInvocation.MyCommand.Path
$recordFile = Join-Path $here 'applied.csv'
$logFile = Join-Path $here 'forwards.log'

function Write-Line([string]$text) {
    Write-Host $text
    Add-Content -LiteralPath $logFile -Value "$(Get-Date -Format s) $text" -Encoding UTF8
}

function Read-Table([string]$path) {
    if (-not (Test-Path -LiteralPath $path)) {
        Write-Host "There is no $path. Keep the script and its lists in one folder."
        exit 2
    }
    @(Import-Csv -Path ([System.Management.Automation.WildcardPattern]::Escape($path)))
}

# The change that was made, for -Undo; written before it is made.
function Add-Record($row, $account) {
    if (-not (Test-Path -LiteralPath $recordFile)) {
        Set-Content -LiteralPath $recordFile -Value '"Address","Target","Enabled","Before","Keep"' -Encoding UTF8
    }
    $cells = foreach ($cell in $row.Address, $row.Target, "$($account.ForwardEnabled)", "$($account.ForwardAddress)", "$($account.ForwardKeepOriginal)") {
        '"' + $cell.Replace('"', '""') + '"'
    }
    Add-Content -LiteralPath $recordFile -Value ($cells -join ',') -Encoding UTF8
}

$list = Join-Path $here 'forwards.for-hmailserver.csv'
if ($Undo) { $list = $recordFile }
$rows = @(Read-Table $list)
if ($Undo) { [array]::Reverse($rows) }

$secret = Read-Host -AsSecureString -Prompt 'Password of the hMailServer administrator'
$pointer = [Runtime.InteropServices.Marshal]::SecureStringToBSTR($secret)
try {
    $server = New-Object -ComObject hMailServer.Application
    $signedIn = $server.Authenticate('Administrator', [Runtime.InteropServices.Marshal]::PtrToStringBSTR($pointer))
} finally {
    [Runtime.InteropServices.Marshal]::ZeroFreeBSTR($pointer)
}
if (-not $signedIn) {
    Write-Host 'hMailServer did not take the password.'
    exit 2
}

$bad = 0
$would = 0
foreach ($row in $rows) {
    try {
        $domain = $server.Domains.ItemByName(($row.Address -split '@')[-1])
        $account = $domain.Accounts.ItemByAddress($row.Address)
        $there = $account.ForwardEnabled -and $account.ForwardAddress -eq $row.Target
        $text = $row.Target
        if ($Undo) {
            if (-not $there) {
                $word = 'GONE'
            } elseif (-not $Apply) {
                $would++
                $word = 'WOULD'
                $text = "$($row.Target) goes; before it, forwarding was on: $($row.Enabled), to '$($row.Before)'"
            } else {
                $account.ForwardEnabled = ($row.Enabled -eq 'True')
                $account.ForwardAddress = $row.Before
                $account.ForwardKeepOriginal = ($row.Keep -eq 'True')
                $account.Save()
                $word = 'UNDONE'
            }
        } elseif ($there) {
            $word = 'IN PLACE'
        } elseif ($account.ForwardEnabled -and $account.ForwardAddress) {
            $bad++
            $word = 'COLLISION'
            $text = "forwards to '$($account.ForwardAddress)' already; decide with its owner, then clear that forward"
        } elseif ($Verify) {
            $bad++
            $word = 'MISSING'
        } elseif (-not $Apply) {
            $would++
            $word = 'WOULD'
        } else {
            Add-Record $row $account
            $account.ForwardAddress = $row.Target
            $account.ForwardKeepOriginal = $false
            $account.ForwardEnabled = $true
            $account.Save()
            $word = 'DONE'
        }
    } catch {
        $bad++
        $word = 'FAILED'
        $text = $_.Exception.Message
    }
    Write-Line ('{0,-10}{1}: {2}' -f $word, $row.Address, $text)
}
if ($Undo -and $Apply -and $bad -eq 0) {
    Move-Item -LiteralPath $recordFile -Destination (Join-Path $here "undone-$(Get-Date -Format yyyyMMdd-HHmmss).csv")
}
if ($Undo -and -not $Apply) {
    Write-Host "$($rows.Count) rows: $would would be taken back, $($rows.Count - $would - $bad) gone already, $bad can't be."
    Write-Host 'This was a preview: nothing was changed. .\forwards.ps1 -Undo -Apply does it.'
} elseif ($Apply -or $Verify) {
    Write-Host "$($rows.Count) rows, $bad not as wanted."
} else {
    Write-Host "$($rows.Count) rows: $would would be loaded, $($rows.Count - $would - $bad) in place already, $bad can't be."
    Write-Host 'This was a preview: nothing was changed. .\forwards.ps1 -Apply does it.'
}
if ($bad -gt 0) { exit 1 }
exit 0
