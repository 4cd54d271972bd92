//! The host's read-only API.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha1::{Digest, Sha1};

use super::Net;
use crate::plan::{Address, Domain};

/// Key and secret of the API. Held in memory only; `Debug` shows neither.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// The user key.
    pub user_key: String,
    /// The secret.
    pub secret: String,
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(redacted)")
    }
}

/// One mailbox as the host lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiMailbox {
    /// Its address.
    pub address: Address,
    /// Display name; may be empty.
    pub display_name: String,
}

/// Why the API gave no answer. Never contains key or secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// The key is refused.
    #[error("{base} refused the API key: {message}")]
    Refused {
        /// Base of the API.
        base: String,
        /// What it said.
        message: String,
    },
    /// Too many requests, after backing off.
    #[error("{base} still limits requests after {tries} tries")]
    Throttled {
        /// Base of the API.
        base: String,
        /// How often we asked.
        tries: u32,
    },
    /// No such domain in this account.
    #[error("{base} has no {what} in this account")]
    NotFound {
        /// Base of the API.
        base: String,
        /// What was asked for.
        what: String,
    },
    /// Not reached, or the answer made no sense.
    #[error("{base} gave no usable answer: {why}")]
    Unusable {
        /// Base of the API.
        base: String,
        /// What was wrong.
        why: String,
    },
}

/// A connection to the host's API for one account.
pub struct HostApi {
    _private: (),
}

impl HostApi {
    /// `base` such as `https://api.emailsrvr.com/v1`.
    ///
    /// # Errors
    /// When no client can be made for `base`.
    pub fn new(net: &Net, base: &str, key: ApiKey) -> Result<Self, ApiError> {
        let _ = (net, base, key);
        unimplemented!()
    }

    /// The domain aliases of a domain.
    ///
    /// # Errors
    /// As [`ApiError`] says.
    pub async fn domain_aliases(&self, domain: &Domain) -> Result<Vec<Domain>, ApiError> {
        let _ = domain;
        unimplemented!()
    }

    /// Every mailbox of a domain, all pages.
    ///
    /// # Errors
    /// As [`ApiError`] says.
    pub async fn mailboxes(&self, domain: &Domain) -> Result<Vec<ApiMailbox>, ApiError> {
        let _ = domain;
        unimplemented!()
    }
}

/// The value of `X-Api-Signature`: `KEY:yyyyMMddHHmmss:BASE64(SHA1(KEY +
/// User-Agent + time + SECRET))`, the digest binary before base64.
pub fn sign(key: &ApiKey, user_agent: &str, time: &str) -> String {
    let digest = Sha1::new()
        .chain_update(&key.user_key)
        .chain_update(user_agent)
        .chain_update(time)
        .chain_update(&key.secret)
        .finalize();
    format!("{}:{time}:{}", key.user_key, STANDARD.encode(digest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_signature_comes_out() {
        let key = ApiKey {
            user_key: "eGbq9/2hcZsRlr1JV1Pi".to_owned(),
            secret: "QHOvchm/40czXhJ1OxfxK7jDHr3t".to_owned(),
        };
        assert_eq!(
            sign(&key, "Rackspace Management Interface", "20010308143725"),
            "eGbq9/2hcZsRlr1JV1Pi:20010308143725:46VIwd66mOFGG8IkbgnLlXnfnkU=",
        );
    }
}
