# Takes back what apply.ps1 did, as it wrote it down in applied.csv, last
# change first. What was there before, or was changed since, stays. A change
# that was begun and not written down as done is looked for too.
#
#   .\undo.ps1           a preview: every command runs with -WhatIf, nothing changes
#   .\undo.ps1 -Apply    takes it back
#
# Exit code: 0 all taken back, 1 something was left, 2 nothing could be done.
[CmdletBinding()]
param(
    [switch]$Apply
)
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
$here = Split-Path -Parent $MyInvocation.MyCommand.Path
$preview = -not $Apply
$mode = 'preview'
if ($Apply) { $mode = 'apply' }
$logFile = Join-Path $here "undo-$mode-$(Get-Date -Format yyyyMMdd-HHmmss).log"
$recordFile = Join-Path $here 'applied.csv'
. (Join-Path $here 'read-exchange.ps1')

# The contact of a record, if it still points to where apply.ps1 pointed it.
function Find-Contact([string]$guid, [string]$external) {
    foreach ($contact in @(Find-Recipient $guid)) {
        if ("$($contact.Guid)" -ne $guid) { continue }
        if (([string]$contact.RecipientType) -ne 'MailContact' -or
            (Get-Bare $contact.ExternalEmailAddress) -ne $external) {
            throw "changed since: it is a $($contact.RecipientType) and points to '$(Get-Bare $contact.ExternalEmailAddress)'"
        }
        return $contact
    }
}

function Undo-Contact($record) {
    $guid = [string]$record.Guid
    if (-not $guid) {
        # Begun, and cut off before Exchange said which object it made.
        foreach ($owner in @(Find-Owner $record.ExternalEmailAddress)) {
            if (([string]$owner.Name) -eq $record.Name) { $guid = "$($owner.Guid)" }
        }
        if (-not $guid) { return 'GONE' }
    }
    $contact = Find-Contact $guid $record.ExternalEmailAddress
    if (-not $contact) { return 'GONE' }
    Remove-MailContact -Identity $guid -Confirm:$false -WhatIf:$preview -ErrorAction Stop
    'REMOVE'
}

function Undo-Addresses($record) {
    $contact = Find-Contact $record.Guid $record.ExternalEmailAddress
    if (-not $contact) { return 'GONE' }
    # Only what apply.ps1 added goes; Before is the primary address of then.
    $added = @(Split-Addresses $record.Added)
    $wanted = @($contact.EmailAddresses | ForEach-Object { [string]$_ } |
        Where-Object { $added -notcontains (Get-Bare $_) } |
        ForEach-Object { if ((Get-Bare $_) -eq $record.Before) { "SMTP:$($record.Before)" } else { $_ } })
    Set-MailContact -Identity $record.Guid -EmailAddresses $wanted -WhatIf:$preview -ErrorAction Stop
    'RESTORE'
}

function Undo-Forward($record) {
    try {
        $mailbox = Get-Mailbox -Identity $record.Guid -ErrorAction Stop
    } catch {
        if (Test-NotFound $_) { return 'GONE' }
        throw
    }
    $now = [string]$mailbox.ForwardingAddress
    if (-not $now) { return 'GONE' }
    $ours = $false
    foreach ($target in @(Find-Recipient $now)) {
        if (([string]$target.RecipientType) -eq 'MailContact' -and
            (Get-Bare $target.ExternalEmailAddress) -eq $record.ExternalEmailAddress) { $ours = $true }
    }
    if (-not $ours) { throw "changed since: the mailbox forwards to '$now'" }
    Set-Mailbox -Identity $record.Guid -ForwardingAddress $null -DeliverToMailboxAndForward ($record.Before -eq 'True') -WhatIf:$preview -ErrorAction Stop
    'RESTORE'
}

# The records to take back, last first: of a change that was begun and done, or
# begun again, the last record alone.
function Get-Last($records) {
    $seen = @{}
    $all = @($records)
    [array]::Reverse($all)
    foreach ($record in $all) {
        $key = "$($record.Kind)|$($record.Name)|$($record.ExternalEmailAddress)|$($record.Added)"
        # Older versions wrote down what was done, and nothing before it.
        $result = $record.PSObject.Properties['Result']
        if ($result -and $result.Value -eq 'begun' -and $seen.ContainsKey($key)) { continue }
        $seen[$key] = $true
        $record
    }
}

# The mail user goes, the mailbox comes back with every address that it had.
function Undo-Retire($record) {
    $facts = @(Read-Table (Join-Path $here "retired-$($record.Guid).csv"))
    $owner = @(Find-Recipient $record.Guid | Where-Object { "$($_.Guid)" -eq $record.Guid })
    if ($owner.Count -gt 0 -and ([string]$owner[0].RecipientType) -eq 'UserMailbox') { return 'GONE' }
    if ($owner.Count -gt 0) {
        if (([string]$owner[0].RecipientType) -ne 'MailUser' -or (Get-Bare $owner[0].ExternalEmailAddress) -ne $record.ExternalEmailAddress) {
            throw "changed since: it is a $($owner[0].RecipientType)"
        }
        Disable-MailUser -Identity $record.Guid -Confirm:$false -WhatIf:$preview -ErrorAction Stop
    }
    $database = "$(Get-Fact $facts 'Database')"
    $mailbox = "$(Get-Fact $facts 'ExchangeGuid')"
    if ($preview) {
        Write-Line "          then: Connect-Mailbox -Identity $mailbox -Database '$database', and its addresses of before"
        return 'RESTORE'
    }
    # The database has to notice that the mailbox is disconnected.
    if (Get-Command Update-StoreMailboxState -ErrorAction SilentlyContinue) {
        Update-StoreMailboxState -Database $database -Identity $mailbox -Confirm:$false -ErrorAction Stop
    } elseif (Get-Command Clean-MailboxDatabase -ErrorAction SilentlyContinue) {
        Clean-MailboxDatabase -Identity $database -ErrorAction Stop
    }
    Connect-Mailbox -Identity $mailbox -Database $database -User $record.Guid -Alias "$(Get-Fact $facts 'Alias')" -Confirm:$false -ErrorAction Stop
    $set = @{
        EmailAddressPolicyEnabled = $false
        HiddenFromAddressListsEnabled = ("$(Get-Fact $facts 'HiddenFromAddressListsEnabled')" -eq 'True')
        EmailAddresses = @(Get-Fact $facts 'Address')
    }
    $legacy = "$(Get-Fact $facts 'LegacyExchangeDN')"
    $now = Get-Mailbox -Identity $record.Guid -ErrorAction Stop
    # Replies to old mail go by it, whatever the mailbox is called now.
    if ([string]$now.LegacyExchangeDN -ne $legacy -and $set['EmailAddresses'] -notcontains "X500:$legacy") {
        $set['EmailAddresses'] += "X500:$legacy"
    }
    Set-Mailbox -Identity $record.Guid @set -ErrorAction Stop
    if ("$(Get-Fact $facts 'EmailAddressPolicyEnabled')" -eq 'True') {
        Set-Mailbox -Identity $record.Guid -EmailAddressPolicyEnabled $true -ErrorAction Stop
    }
    'RESTORE'
}

Write-Line "undo.ps1, $mode, $(Get-Date -Format 'yyyy-MM-dd HH:mm:ss zzz')"
if (-not (Test-Path -LiteralPath $recordFile)) {
    Write-Line 'There is no applied.csv here: apply.ps1 -Apply did not run in this folder, so there is nothing to take back.'
    exit 2
}
Assert-Exchange 'Get-Recipient', 'Get-Mailbox', 'Set-MailContact', 'Remove-MailContact', 'Set-Mailbox'
$records = @(Read-Table $recordFile)
if (@($records | Where-Object { $_.Kind -eq 'retire' }).Count -gt 0) {
    Assert-Exchange 'Disable-MailUser', 'Connect-Mailbox'
}
$records = @(Get-Last $records)

$left = 0
foreach ($record in $records) {
    try {
        switch ($record.Kind) {
            'contact' { $result = Undo-Contact $record }
            'addresses' { $result = Undo-Addresses $record }
            'forward' { $result = Undo-Forward $record }
            'retire' { $result = Undo-Retire $record }
            default { throw "unknown kind '$($record.Kind)'" }
        }
        $text = ''
        if ($result -eq 'GONE') { $text = ', nothing to take back' }
    } catch {
        $left++
        $result = 'LEFT'
        $text = ": $($_.Exception.Message)"
    }
    Write-Line ('{0,-10}{1} {2} -> {3}{4}' -f $result, $record.Kind, $record.Name, $record.ExternalEmailAddress, $text)
}

if ($preview) {
    Write-Line "$($records.Count) changes. This was a preview: nothing was changed. Run .\undo.ps1 -Apply to take them back."
} elseif ($left -eq 0) {
    Move-Item -LiteralPath $recordFile -Destination (Join-Path $here "undone-$(Get-Date -Format yyyyMMdd-HHmmss).csv")
    Write-Line "$($records.Count) changes taken back."
}
if ($left -gt 0) {
    Write-Line "$left changes were left as they are. Look at each, then run the script again."
    exit 1
}
exit 0
