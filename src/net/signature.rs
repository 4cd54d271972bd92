//! The key of the host's API, and how a request is signed with it.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha1::{Digest, Sha1};

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
