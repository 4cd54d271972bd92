//! Accounts that are nobody's mailbox: those that a mail system keeps for
//! itself, and those that were closed. A list holds them among the people;
//! they are left out by name.

use super::field::plain;
use super::shown;
use crate::plan::Address;

/// What a list says of an account: words for one that takes mail, and for one
/// that takes none. Google: `Active`, `Suspended`, `Archived`. Zimbra
/// (`zimbraAccountStatus`): a locked account goes on taking mail, a closed one
/// does not. `Err`: no word for either.
fn is_open(cell: &str) -> Result<bool, ()> {
    match &*plain(cell) {
        "" | "active" | "enabled" | "open" | "locked" | "lockout" | "maintenance" | "pending"
        | "disabled" | "inactive" => Ok(true),
        "suspended" | "archived" | "closed" | "deleted" => Ok(false),
        _ => Err(()),
    }
}

/// Whether a cell is a word for the state of an account.
pub(super) fn is_status(cell: &str) -> bool {
    is_open(cell).is_ok()
}

/// What [`zimbra`](super::zimbra) says of an account of Zimbra's own.
pub(super) const OF_THE_SYSTEM: &str = "system";

/// Why an account is left out, a sentence part; `None`: it is somebody's.
pub(super) fn nobodys(
    address: &Address,
    kind: Option<&str>,
    status: Option<&str>,
) -> Option<String> {
    if is_of_the_system(address.local()) || status == Some(OF_THE_SYSTEM) {
        return Some(format!("{address} is an account of the mail system itself, not a person's"));
    }
    if let Some(kind) = kind.filter(|kind| is_kind_of_the_system(kind)) {
        return Some(format!(
            "{address} is of the type {}, a mailbox of Exchange itself, not a person's",
            shown(kind.trim(), 40)
        ));
    }
    let shut = status.filter(|status| is_open(status) == Ok(false))?;
    Some(format!(
        "{address} is {} there; to take such people too, set the column of the account status to \
         “not used”",
        plain(shut)
    ))
}

/// By the names that Exchange gives (`HealthMailbox` and hexadecimal digits,
/// `SystemMailbox{GUID}`, ...) and Zimbra (`spam.` and random letters).
fn is_of_the_system(local: &str) -> bool {
    let hex = |text: &str, least: usize| {
        text.len() >= least && text.bytes().all(|b| b.is_ascii_hexdigit() || b"-{}".contains(&b))
    };
    let behind = |start: &str| {
        let head = local.get(..start.len()).filter(|head| head.eq_ignore_ascii_case(start))?;
        local.get(head.len()..)
    };
    let named = ["healthmailbox", "systemmailbox", "discoverysearchmailbox", "federatedemail."];
    let random = |text: &str| {
        text.len() >= 5
            && text.bytes().any(|b| b.is_ascii_digit())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    named.into_iter().filter_map(behind).any(|rest| hex(rest, 7))
        || behind("migration.").is_some_and(|rest| hex(rest, 32))
        || behind("virus-quarantine.").is_some_and(|rest| !rest.is_empty())
        || behind("galsync").is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        || ["spam.", "ham."].into_iter().filter_map(behind).any(random)
}

/// `RecipientTypeDetails` of what Exchange keeps for itself, in words and as
/// the numbers of `msExchRecipientTypeDetails`.
fn is_kind_of_the_system(kind: &str) -> bool {
    matches!(
        &*plain(kind),
        "discoverymailbox"
            | "arbitrationmailbox"
            | "monitoringmailbox"
            | "systemmailbox"
            | "systemattendantmailbox"
            | "auditlogmailbox"
            | "auxauditlogmailbox"
            | "supervisoryreviewpolicymailbox"
            | "8388608"
            | "536870912"
            | "549755813888"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_of_the_system_is_told_from_a_person_by_its_name() {
        for (local, of_the_system) in [
            ("HealthMailbox7a2c1f9", true),
            ("healthmailboxf6f5e91a4d3d4a5c8d1f6bd1d3e1f0aa", true),
            ("SystemMailbox{1f05a927-1b39-4e42-bb0c-1ecf1d2b1f6b}", true),
            ("DiscoverySearchMailbox{D919BA05-46A6-415f-80AD-7E09334BB852}", true),
            ("FederatedEmail.4c1f4d8b-8179-4148-93bf-00a95fa1e042", true),
            ("Migration.8f3e7716-2011-43e4-96b1-aba62d229136", true),
            ("galsync", true),
            ("galsync.x1y2z3", true),
            ("spam.0lpebegnnz", true),
            ("ham.nw5x7zdaw", true),
            ("virus-quarantine.bfg_2ksq", true),
            ("spam", false),
            ("spam.filter", false),
            ("ham.lee", false),
            ("healthmailbox", false),
            ("health.lee", false),
            ("migration.team", false),
            ("ann", false),
            ("zoë", false),
        ] {
            assert_eq!(is_of_the_system(local), of_the_system, "{local}");
        }
    }
}
