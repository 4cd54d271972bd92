//! The host's read-only API.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, HeaderValue, USER_AGENT};
use reqwest::{Client, StatusCode, Url};
use serde::Deserialize;
use serde_json::Value;

use super::signature::{ApiKey, sign};
use super::stray_bytes::shown_bytes;
use super::{Clock, Net, api_client};
use crate::plan::{Address, Domain};
use crate::shown::shown;

/// Sent and signed alike, byte for byte.
const AGENT: &str = concat!("sdr-wizard/", env!("CARGO_PKG_VERSION"));
/// Waits before asking again where requests are limited.
const BACKOFF: [Duration; 3] =
    [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];
/// Between pages: below 30 requests a second.
const PAUSE: Duration = Duration::from_millis(40);
/// Mailboxes a page, as other clients ask for them.
const PAGE_SIZE: u64 = 250;
/// Pages of one list.
const MOST_PAGES: u64 = 1000;
/// Bytes of one answer.
const MOST_BYTES: usize = 8 * 1024 * 1024;

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

impl ApiError {
    /// What to do about it, a sentence.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::Refused { .. } | Self::NotFound { .. } => {
                "Check the API key, and that it belongs to the account that holds the domain."
            }
            Self::Throttled { .. } => "Check again in some minutes.",
            Self::Unusable { .. } => {
                "Check that this machine reaches the API's address by HTTPS, then check again."
            }
        }
    }
}

/// The mailboxes that the host lists for a domain.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MailboxList {
    /// Those that can be read.
    pub mailboxes: Vec<ApiMailbox>,
    /// Names in the list that are no address, escaped.
    pub rejects: Vec<String>,
}

/// A connection to the host's API for one account. Only ever reads.
pub struct HostApi {
    client: Client,
    /// As in the plan; names it in errors.
    base: String,
    url: Url,
    key: ApiKey,
    clock: Arc<dyn Clock>,
    backoff: Vec<Duration>,
}

/// Shows the base alone.
impl fmt::Debug for HostApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HostApi({})", self.base)
    }
}

impl HostApi {
    /// `base` such as `https://api.emailsrvr.com/v1`.
    ///
    /// # Errors
    /// When no client can be made for `base`.
    pub fn new(net: &Net, base: &str, key: ApiKey) -> Result<Self, ApiError> {
        let base = shown(base.trim().trim_end_matches('/'), 200);
        let (client, url) = api_client::build(net, &base)
            .map_err(|why| ApiError::Unusable { base: base.clone(), why })?;
        // Pasted keys bring their line end along.
        let key = ApiKey {
            user_key: key.user_key.trim().to_owned(),
            secret: key.secret.trim().to_owned(),
        };
        let clock = Arc::clone(&net.clock);
        Ok(Self { client, base, url, key, clock, backoff: BACKOFF.to_vec() })
    }

    /// How long to wait before each further try where requests are limited:
    /// 1, 2 and 4 s unless set here.
    #[must_use]
    pub fn with_backoff(mut self, backoff: Vec<Duration>) -> Self {
        self.backoff = backoff;
        self
    }

    /// The domain aliases of a domain.
    ///
    /// # Errors
    /// As [`ApiError`] says.
    pub async fn domain_aliases(&self, domain: &Domain) -> Result<Vec<Domain>, ApiError> {
        let answer = self.get(&format!("domains/{domain}"), &[], domain.as_str()).await?;
        let fault = |why: &str| self.unusable(why.to_owned());
        let answer: Value =
            serde_json::from_slice(&answer).map_err(|_| fault("its answer is not JSON"))?;
        match answer.get("aliases") {
            Some(Value::Array(names)) => Ok(names
                .iter()
                .filter_map(Value::as_str)
                // What is no domain is not the alias that anybody asks about.
                .filter_map(|name| Domain::parse(name).ok())
                .collect()),
            Some(Value::Null) => Ok(Vec::new()),
            _ => Err(fault("its answer lists no domain aliases, not even an empty list")),
        }
    }

    /// Every mailbox of a domain, all pages.
    ///
    /// # Errors
    /// As [`ApiError`] says.
    pub async fn mailboxes(&self, domain: &Domain) -> Result<MailboxList, ApiError> {
        let path = format!("domains/{domain}/rs/mailboxes");
        let mut list = MailboxList::default();
        let mut seen = 0_u64;
        for number in 0..MOST_PAGES {
            if number > 0 {
                tokio::time::sleep(PAUSE).await;
            }
            let query = [("size", PAGE_SIZE.to_string()), ("offset", seen.to_string())];
            let answer = self.get(&path, &query, domain.as_str()).await?;
            let page: Page = serde_json::from_slice(&answer)
                .map_err(|_| self.unusable("its answer is not a page of mailboxes".to_owned()))?;
            if let Some(from) = page.offset.filter(|from| *from != seen) {
                let why = format!("asked for mailboxes from {seen}, it sent those from {from}");
                return Err(self.unusable(why));
            }
            seen += page.mailboxes.len() as u64;
            let empty = page.mailboxes.is_empty();
            for entry in page.mailboxes {
                match Address::parse(&format!("{}@{domain}", entry.name)) {
                    Ok(address) => list.mailboxes.push(ApiMailbox {
                        address,
                        display_name: shown(entry.display_name.as_deref().unwrap_or_default(), 256),
                    }),
                    Err(_) => list.rejects.push(shown(&entry.name, 80)),
                }
            }
            if seen >= page.total {
                return Ok(list);
            }
            if seen > MOST_PAGES * PAGE_SIZE {
                break;
            }
            if empty {
                let why = format!("it promised {} mailboxes and sent {seen}", page.total);
                return Err(self.unusable(why));
            }
        }
        Err(self.unusable(format!("it lists more than {} mailboxes", MOST_PAGES * PAGE_SIZE)))
    }

    /// One answer, asked for again while requests are limited.
    async fn get(
        &self,
        path: &str,
        query: &[(&str, String)],
        what: &str,
    ) -> Result<Vec<u8>, ApiError> {
        let url = format!("{}/customers/me/{path}", self.url.as_str().trim_end_matches('/'));
        let mut waits = self.backoff.iter();
        let mut tries = 0;
        loop {
            tries += 1;
            let (status, header, body) = self.request(&url, query).await?;
            if status.is_success() {
                return Ok(body);
            }
            let message = self.redacted(&fault_message(&body).or(header).unwrap_or_default());
            let base = self.base.clone();
            return Err(match status {
                StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS
                    if status == StatusCode::TOO_MANY_REQUESTS || is_limit(&message) =>
                {
                    match waits.next() {
                        Some(wait) => {
                            tokio::time::sleep(*wait).await;
                            continue;
                        }
                        None => ApiError::Throttled { base, tries },
                    }
                }
                StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED => ApiError::Refused {
                    base,
                    message: if message.is_empty() { status.to_string() } else { message },
                },
                StatusCode::NOT_FOUND => ApiError::NotFound { base, what: what.to_owned() },
                _ if message.is_empty() => self.unusable(format!("it answered {status}")),
                _ => self.unusable(format!("it answered {status}, “{message}”")),
            });
        }
    }

    /// Status, `x-error-message` and body of one signed request.
    async fn request(
        &self,
        url: &str,
        query: &[(&str, String)],
    ) -> Result<(StatusCode, Option<String>, Vec<u8>), ApiError> {
        let time = self.clock.now().strftime("%Y%m%d%H%M%S").to_string();
        let mut signature =
            HeaderValue::from_str(&sign(&self.key, AGENT, &time)).map_err(|_| {
                self.unusable("the key holds a character that can't be sent".to_owned())
            })?;
        signature.set_sensitive(true);
        let failed = |error: reqwest::Error| self.unusable(api_client::in_words(&error));
        let mut answer = self
            .client
            .get(url)
            .query(query)
            .header("X-Api-Signature", signature)
            .header(USER_AGENT, AGENT)
            .header(ACCEPT, "application/json")
            .send()
            .await
            .map_err(failed)?;
        let status = answer.status();
        let header = answer.headers().get("x-error-message");
        let header = header.map(|text| shown_bytes(text.as_bytes(), 200));
        let mut body = Vec::new();
        while let Some(piece) = answer.chunk().await.map_err(failed)? {
            if body.len() + piece.len() > MOST_BYTES {
                let most = MOST_BYTES / (1024 * 1024);
                return Err(self.unusable(format!("its answer is longer than {most} MB")));
            }
            body.extend_from_slice(&piece);
        }
        Ok((status, header, body))
    }

    fn unusable(&self, why: String) -> ApiError {
        ApiError::Unusable { base: self.base.clone(), why: self.redacted(&why) }
    }

    /// What the server said, should it say our key back to us.
    fn redacted(&self, text: &str) -> String {
        [&self.key.user_key, &self.key.secret]
            .into_iter()
            .filter(|part| !part.is_empty())
            .fold(text.to_owned(), |text, part| text.replace(part.as_str(), "(key)"))
    }
}

#[derive(Deserialize)]
struct Page {
    offset: Option<u64>,
    total: u64,
    #[serde(rename = "rsMailboxes")]
    mailboxes: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    name: String,
    #[serde(rename = "displayName")]
    display_name: Option<String>,
}

/// `{"unauthorizedFault":{"message":"..."}}`, whatever the fault is called.
fn fault_message(body: &[u8]) -> Option<String> {
    let faults: serde_json::Map<String, Value> = serde_json::from_slice(body).ok()?;
    let message = faults.values().find_map(|fault| fault.get("message")?.as_str())?;
    Some(shown(message, 200))
}

/// The limit comes with the status of a refusal; its text tells them apart.
fn is_limit(message: &str) -> bool {
    message.to_ascii_lowercase().contains("exceeded request limits")
}
