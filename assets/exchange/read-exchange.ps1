# What apply.ps1, verify.ps1 and undo.ps1 share. Nothing in this file changes
# Exchange. Runs in Windows PowerShell 2.0 and later, so in the Exchange
# Management Shell of Exchange 2010 and after Connect-ExchangeOnline.

# One line to the screen and to the log beside the scripts.
function Write-Line([string]$text) {
    Write-Host $text
    Add-Content -LiteralPath $script:logFile -Value $text -Encoding UTF8
}

function Read-Table([string]$path) {
    @(Import-Csv -Path ([System.Management.Automation.WildcardPattern]::Escape($path)))
}

# The rows of contacts.for-exchange.csv, or the end of the script.
function Read-Rows([string]$path) {
    if (-not (Test-Path -LiteralPath $path)) {
        Write-Line "There is no $path. Keep the scripts and the list in one folder."
        exit 2
    }
    $rows = @(Read-Table $path)
    if ($rows.Count -eq 0) {
        Write-Line 'The list is empty: nothing to do.'
        exit 0
    }
    $needed = 'Name', 'Alias', 'DisplayName', 'FirstName', 'LastName', 'PrimarySmtpAddress',
        'ExternalEmailAddress', 'OtherAddresses', 'Strategy'
    foreach ($column in $needed) {
        if (-not $rows[0].PSObject.Properties[$column]) {
            Write-Line "The list has no column $column. Export it again; it may have been saved by a spreadsheet."
            exit 2
        }
    }
    foreach ($row in $rows) {
        if ('contact', 'forward', 'retire' -notcontains $row.Strategy) {
            Write-Line "$($row.PrimarySmtpAddress): the strategy '$($row.Strategy)' is unknown. Export the list again."
            exit 2
        }
    }
    $rows
}

function Assert-Exchange([string[]]$commands) {
    foreach ($command in $commands) {
        if (-not (Get-Command $command -ErrorAction SilentlyContinue)) {
            Write-Line "There is no $command here. Open the Exchange Management Shell, or run Connect-ExchangeOnline first. If it is open, your account lacks the role for it."
            exit 2
        }
    }
}

# Whether an error says that there is no such object; anything else is a real
# error. By the name of the exception, because messages are translated.
function Test-NotFound($problem) {
    $words = "$($problem.FullyQualifiedErrorId) $($problem.CategoryInfo.Reason) $($problem.Exception.GetType().Name) $($problem.Exception.Message)"
    $words -match 'ObjectNotFound'
}

# ann@example.com for SMTP:ann@example.com.
function Get-Bare($address) {
    ([string]$address) -replace '^smtp:', ''
}

function Test-Owns($recipient, [string]$address) {
    foreach ($one in @($recipient.EmailAddresses)) {
        if ((Get-Bare $one) -eq $address) { return $true }
    }
    return $false
}

# Every recipient that owns the address. -Identity takes wildcards, hence the
# second look.
function Find-Owner([string]$address) {
    try {
        $found = @(Get-Recipient -Identity $address -ErrorAction Stop)
    } catch {
        if (Test-NotFound $_) { return }
        throw
    }
    $found | Where-Object { Test-Owns $_ $address }
}

function Find-Recipient([string]$identity) {
    try {
        @(Get-Recipient -Identity $identity -ErrorAction Stop)
    } catch {
        if (Test-NotFound $_) { return }
        throw
    }
}

# Addresses with spaces between; X500 addresses, which may hold spaces
# themselves, come last.
function Split-Addresses([string]$text) {
    $parts = @($text -split 'X500:')
    $parts[0].Split(@(' '), [System.StringSplitOptions]::RemoveEmptyEntries)
    for ($n = 1; $n -lt $parts.Count; $n++) {
        if ($parts[$n].Trim()) { "X500:$($parts[$n].Trim())" }
    }
}

function Get-OtherAddresses($row) {
    @(Split-Addresses ([string]$row.OtherAddresses))
}

# As Exchange lists it among the addresses of a recipient.
function Get-Proxy([string]$address) {
    if ($address -like 'X500:*') { $address } else { "smtp:$address" }
}

# A contact that points to where the row wants it.
function Test-OurContact($recipient, $row) {
    ([string]$recipient.RecipientType) -eq 'MailContact' -and
        (Get-Bare $recipient.ExternalEmailAddress) -eq $row.ExternalEmailAddress
}

function New-RowState([string]$state, [string]$text, $contact, $mailbox, $missing) {
    New-Object PSObject -Property @{
        State = $state; Text = $text; Contact = $contact; Mailbox = $mailbox; Missing = @($missing)
    }
}

# How Exchange stands to one row: IN PLACE, CREATE, ADDRESSES, FORWARD, RETIRE,
# ENABLE (half retired) or COLLISION.
function Get-RowState($row) {
    if ($row.Strategy -eq 'forward') { Get-ForwardState $row }
    elseif ($row.Strategy -eq 'retire') { Get-RetireState $row }
    else { Get-ContactState $row }
}

# What apply.ps1 wrote down of a mailbox before it retired it, or nothing.
function Find-Retired($row) {
    $local = [string]$row.PrimarySmtpAddress
    foreach ($file in @(Get-ChildItem -Path $script:here -Filter 'retired-*.csv' | Sort-Object Name)) {
        $facts = @(Read-Table $file.FullName)
        if ((Get-Fact $facts 'Row') -eq $local) { return $facts }
    }
}

# The values of one key of what was written down.
function Get-Fact($facts, [string]$key) {
    @($facts | Where-Object { $_.Key -eq $key } | ForEach-Object { [string]$_.Value })
}

# The addresses that a retired person's mail user has to own: all of before,
# the legacyExchangeDN as X500, and the one that leads to the host.
function Get-RetiredAddresses($row, $facts) {
    $addresses = @("SMTP:$($row.PrimarySmtpAddress)", "smtp:$($row.ExternalEmailAddress)")
    foreach ($address in @(Get-Fact $facts 'Address')) {
        $bare = Get-Bare $address
        if ($bare -ne $row.PrimarySmtpAddress -and $bare -ne $row.ExternalEmailAddress) {
            $addresses += ($address -creplace '^SMTP:', 'smtp:')
        }
    }
    $addresses += "X500:$(Get-Fact $facts 'LegacyExchangeDN')"
    $seen = @{}
    foreach ($address in $addresses) {
        if ($seen.ContainsKey($address.ToLower())) { continue }
        $seen[$address.ToLower()] = $true
        $address
    }
}

function Get-RetireState($row) {
    $facts = @(Find-Retired $row)
    $mailbox = $null
    $user = $null
    foreach ($owner in @(Find-Owner $row.PrimarySmtpAddress)) {
        $kind = [string]$owner.RecipientType
        if ($kind -eq 'UserMailbox') { $mailbox = $owner; continue }
        if ($kind -eq 'MailUser' -and (Get-Bare $owner.ExternalEmailAddress) -eq $row.ExternalEmailAddress) { $user = $owner; continue }
        return New-RowState 'COLLISION' "strategy retire, but the address belongs to '$($owner.Name)' ($kind), which is no mailbox" $null $null @()
    }
    foreach ($owner in @(Find-Owner $row.ExternalEmailAddress)) {
        if ($user -and "$($owner.Guid)" -eq "$($user.Guid)") { continue }
        return New-RowState 'COLLISION' (Get-Collision $owner $row.ExternalEmailAddress $row) $null $null @()
    }
    if ($user) {
        $missing = @()
        if ($facts.Count -gt 0) {
            foreach ($address in @(Get-RetiredAddresses $row $facts)) {
                $there = @($user.EmailAddresses | Where-Object { ([string]$_) -eq $address }).Count -gt 0
                if (-not $there) { $missing += $address }
            }
        }
        if ($missing.Count -gt 0) {
            return New-RowState 'ENABLE' "mail user '$($user.Name)' lacks $($missing -join ' ')" $user $null $missing
        }
        return New-RowState 'IN PLACE' "mail user '$($user.Name)'" $user $null @()
    }
    if (-not $mailbox) {
        if ($facts.Count -gt 0) {
            return New-RowState 'ENABLE' 'the mailbox was retired, the mail user is not there yet' $null $null @()
        }
        return New-RowState 'COLLISION' 'strategy retire, but no mailbox here owns the address; the strategy contact is for people without one' $null $null @()
    }
    $mailbox = Get-Mailbox -Identity "$($mailbox.Guid)" -ErrorAction Stop
    # What reconnecting would not bring back, or must not be touched.
    $archive = $mailbox.PSObject.Properties['ArchiveGuid']
    if ($archive -and "$($archive.Value)" -and "$($archive.Value)" -ne "$([Guid]::Empty)") {
        return New-RowState 'COLLISION' "mailbox '$($mailbox.Name)' has an archive; see to that first" $null $null @()
    }
    $hold = $mailbox.PSObject.Properties['LitigationHoldEnabled']
    if ($hold -and $hold.Value) {
        return New-RowState 'COLLISION' "mailbox '$($mailbox.Name)' is on litigation hold and must stay; use the strategy forward" $null $null @()
    }
    New-RowState 'RETIRE' "mailbox '$($mailbox.Name)', whose contents are kept as a disconnected mailbox until the database's retention ends" $null $mailbox @()
}

function Get-ContactState($row) {
    $contact = $null
    foreach ($owner in @(Find-Owner $row.PrimarySmtpAddress)) {
        if (Test-OurContact $owner $row) { $contact = $owner; continue }
        return New-RowState 'COLLISION' (Get-Collision $owner $row.PrimarySmtpAddress $row) $null $null @()
    }
    if (-not $contact) {
        foreach ($owner in @(Find-Owner $row.ExternalEmailAddress)) {
            if (Test-OurContact $owner $row) { $contact = $owner; continue }
            return New-RowState 'COLLISION' (Get-Collision $owner $row.ExternalEmailAddress $row) $null $null @()
        }
    }
    $missing = @()
    foreach ($address in @($row.PrimarySmtpAddress) + @(Get-OtherAddresses $row)) {
        # Nobody writes to an X500 address but replies to old mail: no owner is looked for.
        if ($address -like 'X500:*') {
            if (-not $contact -or -not (Test-Owns $contact $address)) { $missing += $address }
            continue
        }
        $owners = @(Find-Owner $address)
        if ($owners.Count -eq 0) { $missing += $address }
        foreach ($owner in $owners) {
            if (-not $contact -or "$($owner.Guid)" -ne "$($contact.Guid)") {
                return New-RowState 'COLLISION' (Get-Collision $owner $address $row) $null $null @()
            }
        }
    }
    if (-not $contact) {
        return New-RowState 'CREATE' "contact '$($row.Name)'" $null $null $missing
    }
    if ($missing.Count -gt 0) {
        return New-RowState 'ADDRESSES' "contact '$($contact.Name)' lacks $($missing -join ' ')" $contact $null $missing
    }
    New-RowState 'IN PLACE' "contact '$($contact.Name)'" $contact $null @()
}

function Get-ForwardState($row) {
    $mailbox = $null
    foreach ($owner in @(Find-Owner $row.PrimarySmtpAddress)) {
        if (([string]$owner.RecipientType) -eq 'UserMailbox') { $mailbox = $owner; continue }
        return New-RowState 'COLLISION' "strategy forward, but the address belongs to '$($owner.Name)' ($($owner.RecipientType)), which is no mailbox" $null $null @()
    }
    if (-not $mailbox) {
        return New-RowState 'COLLISION' 'strategy forward, but no mailbox here owns the address; the strategy contact is for people without one' $null $null @()
    }
    $mailbox = Get-Mailbox -Identity "$($mailbox.Guid)" -ErrorAction Stop
    $contact = $null
    foreach ($owner in @(Find-Owner $row.ExternalEmailAddress)) {
        if (Test-OurContact $owner $row) { $contact = $owner; continue }
        return New-RowState 'COLLISION' (Get-Collision $owner $row.ExternalEmailAddress $row) $null $null @()
    }
    $now = [string]$mailbox.ForwardingAddress
    if ($now) {
        foreach ($target in @(Find-Recipient $now)) {
            if ($contact -and "$($target.Guid)" -eq "$($contact.Guid)") {
                $copy = ''
                if ($mailbox.DeliverToMailboxAndForward) { $copy = ', and keeps a copy' }
                return New-RowState 'IN PLACE' "mailbox '$($mailbox.Name)' forwards$copy" $contact $mailbox @()
            }
        }
        return New-RowState 'COLLISION' "mailbox '$($mailbox.Name)' forwards to '$now' already; decide with its owner, then clear that forward" $null $null @()
    }
    $property = $mailbox.PSObject.Properties['ForwardingSmtpAddress']
    if ($property -and [string]$property.Value) {
        return New-RowState 'COLLISION' "mailbox '$($mailbox.Name)' forwards to '$($property.Value)' already; decide with its owner, then clear that forward" $null $null @()
    }
    New-RowState 'FORWARD' "mailbox '$($mailbox.Name)'" $contact $mailbox @()
}

# Who is in the way, and which strategy gets round it.
function Get-Collision($owner, [string]$address, $row) {
    $kind = [string]$owner.RecipientType
    $text = "proxy address already in use: $address belongs to '$($owner.Name)' ($kind)"
    if ($kind -eq 'UserMailbox') {
        "$text. Strategy forward keeps this mailbox and forwards from it, strategy retire replaces it; strategy contact needs it gone first"
    } elseif ($kind -eq 'MailContact') {
        "$text, which points to $(Get-Bare $owner.ExternalEmailAddress). Change or remove that contact first"
    } else {
        "$text. Take the address away from it first"
    }
}

# What in the organisation would make the forwards loop or vanish. Each problem
# has Stop set where nothing should be loaded before it is solved.
function Get-RoutingProblems($rows) {
    $targets = @{}
    $sources = @{}
    $forwards = $false
    foreach ($row in $rows) {
        $targets[($row.ExternalEmailAddress -split '@')[-1]] = $true
        $sources[($row.PrimarySmtpAddress -split '@')[-1]] = $true
        if ($row.Strategy -eq 'forward') { $forwards = $true }
    }
    foreach ($accepted in @(Get-AcceptedDomain -ErrorAction Stop)) {
        $name = ([string]$accepted.DomainName).ToLower() -replace '^\*\.', ''
        $property = $accepted.PSObject.Properties['MatchSubDomains']
        $below = ([string]$accepted.DomainName).StartsWith('*.') -or ($property -and $property.Value)
        foreach ($target in $targets.Keys) {
            if ($target -eq $name -or ($below -and $target.EndsWith(".$name"))) {
                New-Problem $true "Exchange takes $target for its own (accepted domain '$($accepted.Name)', $($accepted.DomainName)): every forward would loop. Remove that accepted domain or its subdomains first."
            }
        }
        if ($sources.ContainsKey($name) -and ([string]$accepted.DomainType) -eq 'InternalRelay') {
            New-Problem $false "$name is InternalRelay here: together with split domain routing every unknown address loops. It should be Authoritative."
        }
    }
    foreach ($target in $targets.Keys) {
        $best = $null
        $length = -1
        foreach ($remote in @(Get-RemoteDomain -ErrorAction Stop)) {
            $pattern = ([string]$remote.DomainName).ToLower()
            $bare = $pattern -replace '^\*\.?', ''
            $fits = $pattern -eq '*' -or $bare -eq $target -or ($pattern.StartsWith('*.') -and $target.EndsWith(".$bare"))
            if ($fits -and $bare.Length -gt $length) { $best = $remote; $length = $bare.Length }
        }
        if (-not $best) { continue }
        if ($forwards -and -not $best.AutoForwardEnabled) {
            New-Problem $false "The remote domain '$($best.Name)' holds for $target and has AutoForwardEnabled False: forwards from mailboxes are dropped in silence. Create a remote domain for $target with it on."
        }
        if ("$($best.TNEFEnabled)" -ne 'False') {
            New-Problem $false "The remote domain '$($best.Name)' holds for $target and does not have TNEFEnabled False: attachments may arrive as winmail.dat."
        }
    }
}

function New-Problem([bool]$stop, [string]$text) {
    New-Object PSObject -Property @{ Stop = $stop; Text = $text }
}
