//! Which program wrote a list.

use super::headers::header_name;
use super::{ldif, mail_maps, zimbra};

/// The layout of a list. Found out, shown, and changed by the user where it
/// was taken for another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Rows of cells, or one person a line, of no program that we know.
    Table,
    /// The program's own `roster.csv`, or a list laid out like it.
    Neutral,
    /// `Get-Mailbox | Export-Csv`.
    GetMailbox,
    /// `Get-Recipient | Export-Csv`.
    GetRecipient,
    /// `Get-ADUser | Export-Csv`.
    GetAdUser,
    /// The Exchange admin centre's own export.
    ExchangeAdminCentre,
    /// Users, as the Microsoft 365 admin centre exports them.
    Microsoft365Users,
    /// Users, as Google Workspace's admin console exports them.
    GoogleWorkspace,
    /// `zmprov -l gaa -v`: a block of attributes for each account.
    Zimbra,
    /// cPanel's `/etc/valiases/DOMAIN`, or the `passwd` of its mailboxes.
    CPanel,
    /// A Postfix table: address, white space, where it goes (`virtual(5)`).
    PostfixMap,
    /// LDAP Data Interchange Format (RFC 2849).
    Ldif,
    /// An Excel workbook.
    Workbook,
}

impl Format {
    /// The layouts that are not a table of cells: only these are asked for by
    /// name.
    pub const BY_NAME: [(&'static str, Self); 6] = [
        ("table", Self::Table),
        ("ldif", Self::Ldif),
        ("zimbra", Self::Zimbra),
        ("cpanel", Self::CPanel),
        ("postfix", Self::PostfixMap),
        ("workbook", Self::Workbook),
    ];

    /// On screen: "Exchange mailboxes (Get-Mailbox)".
    pub fn label(self) -> &'static str {
        match self {
            Self::Table => "A table or list",
            Self::Neutral => "A list in the layout of roster.csv",
            Self::GetMailbox => "Exchange mailboxes (Get-Mailbox)",
            Self::GetRecipient => "Exchange recipients (Get-Recipient)",
            Self::GetAdUser => "Active Directory users (Get-ADUser)",
            Self::ExchangeAdminCentre => "Exchange admin centre export",
            Self::Microsoft365Users => "Microsoft 365 admin centre users",
            Self::GoogleWorkspace => "Google Workspace users",
            Self::Zimbra => "Zimbra accounts (zmprov -l gaa -v)",
            Self::CPanel => "cPanel aliases or mailboxes",
            Self::PostfixMap => "A Postfix map",
            Self::Ldif => "LDIF",
            Self::Workbook => "An Excel workbook",
        }
    }

    /// Whether its rows were lines split at a separator.
    pub fn has_separator(self) -> bool {
        !matches!(
            self,
            Self::Ldif | Self::Zimbra | Self::CPanel | Self::PostfixMap | Self::Workbook
        )
    }

    /// By how its first lines look; `None`: rows of cells.
    pub(super) fn of_text(text: &str) -> Option<Self> {
        if ldif::looks_like(text) {
            return Some(Self::Ldif);
        }
        if zimbra::looks_like(text) {
            return Some(Self::Zimbra);
        }
        mail_maps::looks_like(text)
    }

    /// By the `#TYPE` line and the headers of a table.
    pub(super) fn of_headers(type_line: &str, header: &[String]) -> Self {
        let names: Vec<String> = header.iter().map(|cell| header_name(cell)).collect();
        let has = |name: &str| names.iter().any(|known| known == name);
        let any = |list: &[&str]| list.iter().any(|name| has(name));
        let typed =
            |end: &str| type_line.trim_end().trim_end_matches(['"', ',', ';']).ends_with(end);
        if typed(".ADUser") || (has("distinguishedname") && has("samaccountname")) {
            return Self::GetAdUser;
        }
        if has("primarysmtpaddress") || typed(".Mailbox") || typed("Recipient") {
            let of_mailbox = [
                "database",
                "usedatabasequotadefaults",
                "prohibitsendquota",
                "issharedmailbox",
                "isshared",
            ];
            let mailbox = typed(".Mailbox") || any(&of_mailbox);
            return match mailbox && !typed("Recipient") {
                true => Self::GetMailbox,
                false if any(&["recipienttype", "recipienttypedetails"]) || typed("Recipient") => {
                    Self::GetRecipient
                }
                false => Self::GetMailbox,
            };
        }
        if has("userprincipalname") && any(&["blockcredential", "licenses", "objectid"]) {
            return Self::Microsoft365Users;
        }
        let google = |cell: &String| cell.contains("[Required]") || cell.contains("[READ ONLY]");
        if header.iter().any(google) {
            return Self::GoogleWorkspace;
        }
        if has("displayname") && has("emailaddress") && any(&["mailboxtype", "recipienttype"]) {
            return Self::ExchangeAdminCentre;
        }
        if has("address") && any(&["home", "wave", "strategy"]) {
            return Self::Neutral;
        }
        Self::Table
    }
}
