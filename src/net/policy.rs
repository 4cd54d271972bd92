//! The one file that senders fetch before they deliver: the MTA-STS policy
//! (RFC 8461 3.3).

use std::time::Duration;

use super::{Net, api_client};

/// How long the whole may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of a policy; 64 KB is what the RFC suggests.
const MOST_BYTES: usize = 64 * 1024;

impl Net {
    /// The policy file at `https://mta-sts.DOMAIN/.well-known/mta-sts.txt`:
    /// no redirects, a trusted certificate, 64 KB and 10 s at most.
    ///
    /// # Errors
    /// Why there is none, a sentence part.
    pub async fn mta_sts_policy(&self, domain: &str) -> Result<String, String> {
        let host = format!("mta-sts.{domain}");
        let url = format!("https://{host}/.well-known/mta-sts.txt");
        let (client, url) = api_client::by_our_resolvers(self, &url)?;
        let fetch = async {
            let words = |error: reqwest::Error| api_client::in_words(&error);
            let mut answer = client.get(url).send().await.map_err(words)?;
            if !answer.status().is_success() {
                return Err(format!("{host} answered {}", answer.status()));
            }
            let mut body = Vec::new();
            while let Some(piece) = answer.chunk().await.map_err(words)? {
                if body.len() + piece.len() > MOST_BYTES {
                    return Err(format!("{host} sent more than 64 KB"));
                }
                body.extend_from_slice(&piece);
            }
            String::from_utf8(body).map_err(|_| format!("{host} sent something that is not text"))
        };
        match tokio::time::timeout(PATIENCE, fetch).await {
            Ok(fetched) => fetched,
            Err(_) => Err(format!("{host} took longer than {} s", PATIENCE.as_secs())),
        }
    }
}
