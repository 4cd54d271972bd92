//! The key to the host's own list in this system's key store: Credential
//! Manager, Keychain, or a Secret Service. Never in a file of the profile.

use keyring::Entry;
use serde::{Deserialize, Serialize};

use crate::net::ApiKey;
use crate::plan::Domain;
use crate::shown::shown;

/// Under which all keys of this program stand; the domain is the user there.
const SERVICE: &str = "sdr-wizard";

/// Why a key is not kept, or not there. Each is a sentence; none holds a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyStoreError {
    /// Nothing answers.
    #[error(
        "This system has no key store that answers ({why}). Use the key for this session; enter it again the next time."
    )]
    Absent {
        /// What the system said, escaped.
        why: String,
    },
    /// Locked, or not allowed.
    #[error(
        "This system's key store did not do it ({why}). Unlock it and try again, or use the key for this session."
    )]
    Refused {
        /// What the system said, escaped.
        why: String,
    },
    /// Nothing was kept for this domain.
    #[error("This system's key store holds no key for {0}. Enter the key, and keep it from here.")]
    Nothing(Domain),
    /// Somebody else's entry, or a damaged one.
    #[error(
        "What this system's key store holds for {0} is no key of this program. Enter the key and keep it again."
    )]
    Unreadable(Domain),
}

#[derive(Serialize, Deserialize)]
struct Kept {
    user_key: String,
    secret: String,
}

/// Keeps a key for a domain, in place of the one before. Blocks, for as long
/// as the user takes to unlock the store.
///
/// # Errors
/// When there is no store, or it refuses.
pub fn keep_key(domain: &Domain, key: &ApiKey) -> Result<(), KeyStoreError> {
    let kept = Kept { user_key: key.user_key.clone(), secret: key.secret.clone() };
    let text =
        serde_json::to_string(&kept).map_err(|_| KeyStoreError::Unreadable(domain.clone()))?;
    entry(domain)?.set_password(&text).map_err(|error| refused(domain, error))
}

/// The key that was kept for a domain. Blocks like [`keep_key`].
///
/// # Errors
/// When there is none, no store, or it refuses.
pub fn kept_key(domain: &Domain) -> Result<ApiKey, KeyStoreError> {
    let text = entry(domain)?.get_password().map_err(|error| refused(domain, error))?;
    let kept: Kept =
        serde_json::from_str(&text).map_err(|_| KeyStoreError::Unreadable(domain.clone()))?;
    Ok(ApiKey { user_key: kept.user_key, secret: kept.secret })
}

/// Deletes the key that was kept for a domain. Blocks like [`keep_key`].
///
/// # Errors
/// When there is none, no store, or it refuses.
pub fn delete_key(domain: &Domain) -> Result<(), KeyStoreError> {
    entry(domain)?.delete_credential().map_err(|error| refused(domain, error))
}

fn entry(domain: &Domain) -> Result<Entry, KeyStoreError> {
    if let Err(error) = Entry::store_status() {
        return Err(KeyStoreError::Absent { why: said(error) });
    }
    Entry::new(SERVICE, domain.as_str()).map_err(|error| refused(domain, error))
}

fn refused(domain: &Domain, error: keyring::Error) -> KeyStoreError {
    match error {
        keyring::Error::NoEntry => KeyStoreError::Nothing(domain.clone()),
        keyring::Error::PlatformFailure(why) | keyring::Error::NoStorageAccess(why) => {
            KeyStoreError::Refused { why: shown(&why.to_string(), 160) }
        }
        // Others may hold what was kept: nothing of them is told.
        _ => KeyStoreError::Unreadable(domain.clone()),
    }
}

fn said(error: &keyring::Error) -> String {
    match error {
        keyring::Error::PlatformFailure(why) | keyring::Error::NoStorageAccess(why) => {
            shown(&why.to_string(), 160)
        }
        _ => "it can't be reached".to_owned(),
    }
}
