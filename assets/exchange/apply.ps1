# Loads the forwards of contacts.for-exchange.csv into Exchange.
#
#   .\apply.ps1           a preview: every command runs with -WhatIf, nothing changes
#   .\apply.ps1 -Apply    loads them; rows that are in place already are skipped
#
# -OrganizationalUnit: where new contacts are created; Exchange chooses without it.
# What was changed is written to applied.csv, which undo.ps1 needs: keep it.
# Exit code: 0 nothing is in the way, 1 some rows were left out, 2 nothing could be done.
[CmdletBinding()]
param(
    [switch]$Apply,
    [string]$OrganizationalUnit = ''
)
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
$here = Split-Path -Parent $MyInvocation.MyCommand.Path
$preview = -not $Apply
$mode = 'preview'
if ($Apply) { $mode = 'apply' }
$logFile = Join-Path $here "apply-$mode-$(Get-Date -Format yyyyMMdd-HHmmss).log"
$recordFile = Join-Path $here 'applied.csv'
. (Join-Path $here 'read-exchange.ps1')

# One change, for undo.ps1: written down as begun before it is made, and as done
# behind it, so that a run that is cut off in between leaves nothing unknown.
function Add-Record([string]$result, [string]$kind, [string]$guid, [string]$name, [string]$external, [string]$before, [string]$added) {
    $cells = foreach ($cell in (Get-Date -Format s), $kind, $guid, $name, $external, $before, $added, $result) {
        '"' + $cell.Replace('"', '""') + '"'
    }
    Add-Content -LiteralPath $recordFile -Value ($cells -join ',') -Encoding UTF8
}

# Exchange Online needs a moment until a new object can be found everywhere.
function Invoke-Patiently([scriptblock]$action) {
    for ($attempt = 1; ; $attempt++) {
        try {
            & $action
            return
        } catch {
            if ($attempt -ge 6 -or -not (Test-NotFound $_)) { throw }
            Start-Sleep -Seconds 5
        }
    }
}

# Creates the contact of a row. In a preview nothing comes back.
function New-RowContact($row, [bool]$hidden) {
    $new = @{
        Name = $row.Name
        Alias = $row.Alias
        ExternalEmailAddress = $row.ExternalEmailAddress
    }
    if ($row.DisplayName) { $new['DisplayName'] = $row.DisplayName }
    if ($row.FirstName) { $new['FirstName'] = $row.FirstName }
    if ($row.LastName) { $new['LastName'] = $row.LastName }
    if ($OrganizationalUnit) { $new['OrganizationalUnit'] = $OrganizationalUnit }
    $primary = $row.PrimarySmtpAddress
    if ($hidden) { $primary = $row.ExternalEmailAddress }
    # On-premises only. It also keeps address policies from adding addresses.
    if ((Get-Command New-MailContact).Parameters.ContainsKey('PrimarySmtpAddress')) {
        $new['PrimarySmtpAddress'] = $primary
    }
    # Its GUID is not known yet: undo.ps1 finds it by its name and its target.
    if (-not $preview) { Add-Record 'begun' 'contact' '' $row.Name $row.ExternalEmailAddress '' '' }
    $made = New-MailContact @new -WhatIf:$preview -ErrorAction Stop
    if ($preview) { return }
    Add-Record 'done' 'contact' "$($made.Guid)" $row.Name $row.ExternalEmailAddress '' ''

    $set = @{ UseMapiRichTextFormat = 'Never'; HiddenFromAddressListsEnabled = $hidden }
    if ((Get-Command Set-MailContact).Parameters.ContainsKey('EmailAddressPolicyEnabled')) {
        $set['EmailAddressPolicyEnabled'] = $false
    }
    if (-not $hidden) {
        $addresses = @("SMTP:$($row.PrimarySmtpAddress)", "smtp:$($row.ExternalEmailAddress)")
        foreach ($address in @(Get-OtherAddresses $row)) { $addresses += (Get-Proxy $address) }
        $set['EmailAddresses'] = $addresses
    }
    Invoke-Patiently { Set-MailContact -Identity "$($made.Guid)" @set -ErrorAction Stop }
    $made
}

# Gives a contact that is there already the addresses that it lacks.
function Add-Addresses($row, $state) {
    $policy = $state.Contact.PSObject.Properties['EmailAddressPolicyEnabled']
    if ((Get-Command Set-MailContact).Parameters.ContainsKey('EmailAddressPolicyEnabled') -and $policy -and $policy.Value) {
        throw "address policies hold for contact '$($state.Contact.Name)'; switch that off for it first (Set-MailContact -EmailAddressPolicyEnabled)"
    }
    $guid = "$($state.Contact.Guid)"
    $wanted = @($state.Contact.EmailAddresses | ForEach-Object { [string]$_ })
    $primary = Get-Bare ($wanted | Where-Object { $_ -clike 'SMTP:*' } | Select-Object -First 1)
    foreach ($address in $state.Missing) {
        if ($address -eq $row.PrimarySmtpAddress) {
            $wanted = @("SMTP:$address") + @($wanted | ForEach-Object { $_ -replace '^SMTP:', 'smtp:' })
        } else {
            $wanted += (Get-Proxy $address)
        }
    }
    $record = 'addresses', $guid, $state.Contact.Name, $row.ExternalEmailAddress, $primary, ($state.Missing -join ' ')
    if (-not $preview) { Add-Record 'begun' @record }
    Set-MailContact -Identity $guid -EmailAddresses $wanted -WhatIf:$preview -ErrorAction Stop
    if (-not $preview) { Add-Record 'done' @record }
}

function Set-Forward($row, $state) {
    $contact = $state.Contact
    if (-not $contact) { $contact = New-RowContact $row $true }
    if ($preview -and -not $contact) {
        Write-Line "          then: Set-Mailbox -ForwardingAddress '$($row.Name)' -DeliverToMailboxAndForward `$false"
        return
    }
    $guid = "$($state.Mailbox.Guid)"
    $target = "$($contact.Guid)"
    $record = 'forward', $guid, $state.Mailbox.Name, $row.ExternalEmailAddress, "$($state.Mailbox.DeliverToMailboxAndForward)", ''
    if (-not $preview) { Add-Record 'begun' @record }
    Invoke-Patiently {
        Set-Mailbox -Identity $guid -ForwardingAddress $target -DeliverToMailboxAndForward $false -WhatIf:$preview -ErrorAction Stop
    }
    if (-not $preview) { Add-Record 'done' @record }
}

# Everything of a mailbox that the undo needs, in a file of its own, before the
# mailbox goes.
function Save-Mailbox($row, $mailbox) {
    $lines = @('"Key","Value"')
    $facts = @(
        @('Row', $row.PrimarySmtpAddress), @('Guid', $mailbox.Guid), @('Name', $mailbox.Name),
        @('LegacyExchangeDN', $mailbox.LegacyExchangeDN), @('ExchangeGuid', $mailbox.ExchangeGuid),
        @('Database', $mailbox.Database), @('Alias', $mailbox.Alias),
        @('EmailAddressPolicyEnabled', $mailbox.EmailAddressPolicyEnabled),
        @('HiddenFromAddressListsEnabled', $mailbox.HiddenFromAddressListsEnabled)
    )
    foreach ($address in @($mailbox.EmailAddresses)) { $facts += , @('Address', $address) }
    foreach ($fact in $facts) {
        $lines += '"' + $fact[0] + '","' + ([string]$fact[1]).Replace('"', '""') + '"'
    }
    $file = Join-Path $here "retired-$($mailbox.Guid).csv"
    Set-Content -LiteralPath $file -Value $lines -Encoding UTF8
    # All the rest, for whoever has to look something up: quotas, rights, attributes.
    $mailbox | Export-Clixml -Path (Join-Path $here "retired-$($mailbox.Guid).xml")
}

# The mail user that takes a retired mailbox's place, with its addresses.
function Enable-Retired($row, $facts) {
    $guid = "$(Get-Fact $facts 'Guid')"
    $user = @(Find-Recipient $guid | Where-Object { "$($_.Guid)" -eq $guid -and ([string]$_.RecipientType) -eq 'MailUser' })
    if ($user.Count -eq 0) {
        Invoke-Patiently {
            [void](Enable-MailUser -Identity $guid -ExternalEmailAddress $row.ExternalEmailAddress -PrimarySmtpAddress $row.PrimarySmtpAddress -Alias "$(Get-Fact $facts 'Alias')" -ErrorAction Stop)
        }
    }
    $set = @{ EmailAddressPolicyEnabled = $false; EmailAddresses = @(Get-RetiredAddresses $row $facts) }
    Invoke-Patiently { Set-MailUser -Identity $guid @set -ErrorAction Stop }
}

function Set-Retired($row, $state) {
    if ($state.State -eq 'RETIRE') {
        $guid = "$($state.Mailbox.Guid)"
        $record = 'retire', $guid, $state.Mailbox.Name, $row.ExternalEmailAddress, '', ''
        if (-not $preview) {
            # Written down first: between the two steps the person has neither.
            Save-Mailbox $row $state.Mailbox
            Add-Record 'begun' @record
        }
        Disable-Mailbox -Identity $guid -Confirm:$false -WhatIf:$preview -ErrorAction Stop
        if (-not $preview) { Add-Record 'done' @record }
    }
    if ($preview) {
        Write-Line "          then: Enable-MailUser -ExternalEmailAddress '$($row.ExternalEmailAddress)', with every address of before and the LegacyExchangeDN as X500"
        return
    }
    Enable-Retired $row @(Find-Retired $row)
}

Write-Line "apply.ps1, $mode, $(Get-Date -Format 'yyyy-MM-dd HH:mm:ss zzz')"
$rows = @(Read-Rows (Join-Path $here 'contacts.for-exchange.csv'))
Assert-Exchange 'Get-Recipient', 'Get-Mailbox', 'New-MailContact', 'Set-MailContact', 'Set-Mailbox'
if (@($rows | Where-Object { $_.Strategy -eq 'retire' }).Count -gt 0) {
    Assert-Exchange 'Disable-Mailbox', 'Enable-MailUser', 'Set-MailUser', 'Connect-Mailbox'
}

try {
    $problems = @(Get-RoutingProblems $rows)
} catch {
    $problems = @(New-Problem $false "Accepted and remote domains could not be read, so loops can't be ruled out: $($_.Exception.Message)")
}
$stop = $false
foreach ($problem in $problems) {
    if ($problem.Stop) { $stop = $true; Write-Line "STOP      $($problem.Text)" }
    else { Write-Line "WARNING   $($problem.Text)" }
}
if ($stop -and $Apply) {
    Write-Line 'Nothing was changed.'
    exit 2
}
if ($Apply -and -not (Test-Path -LiteralPath $recordFile)) {
    # Before the first change, so that none is made that could not be written down.
    Set-Content -LiteralPath $recordFile -Value '"When","Kind","Guid","Name","ExternalEmailAddress","Before","Added","Result"' -Encoding UTF8
}

$counts = @{}
foreach ($row in $rows) {
    $result = 'FAILED'
    try {
        $state = Get-RowState $row
        $result = $state.State
        $text = $state.Text
        switch ($state.State) {
            'CREATE' { [void](New-RowContact $row $false) }
            'ADDRESSES' { Add-Addresses $row $state }
            'FORWARD' { Set-Forward $row $state }
            'RETIRE' { Set-Retired $row $state }
            'ENABLE' { Set-Retired $row $state }
        }
        if ($Apply -and $result -ne 'IN PLACE' -and $result -ne 'COLLISION') { $result = 'DONE' }
    } catch {
        $result = 'FAILED'
        $text = $_.Exception.Message
    }
    $counts[$result] = 1 + [int]$counts[$result]
    Write-Line ('{0,-10}{1}: {2}' -f $result, $row.PrimarySmtpAddress, $text)
}

$summary = @($counts.Keys | Sort-Object | ForEach-Object { "$($counts[$_]) $_" }) -join ', '
Write-Line "$($rows.Count) rows: $summary"
if ($preview) { Write-Line 'This was a preview: nothing was changed. Run .\apply.ps1 -Apply to load them.' }
else { Write-Line 'Run .\verify.ps1 next. Keep applied.csv: undo.ps1 needs it.' }
if ($stop -or $counts['COLLISION'] -or $counts['FAILED']) { exit 1 }
exit 0
