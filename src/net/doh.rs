//! DNS over HTTPS (RFC 8484): the same question, asked of a public resolver
//! where port 53 is closed.

use std::time::Instant;

use hickory_proto::op::Message;
use reqwest::header::{ACCEPT, CONTENT_TYPE};

use super::answer::{Asked, read};
use super::dns::{DnsError, RecordType};
use super::public::PublicResolver;
use super::query::Question;
use super::{Net, api_client};

/// Media type of question and answer (RFC 8484 6).
const MEDIA: &str = "application/dns-message";
/// Bytes of one answer: what DNS by TCP allows.
const MOST_BYTES: usize = u16::MAX as usize;

/// Asks `resolver` by HTTPS.
pub(super) async fn exchange(
    net: &Net,
    resolver: &PublicResolver,
    name: &str,
    kind: RecordType,
) -> Result<Asked, DnsError> {
    let begun = Instant::now();
    let question = Question::new(resolver.at, name, kind, true)?;
    let unreachable = |why: String| DnsError::Unreachable {
        server: resolver.at,
        why: format!("by HTTPS ({}) {why}", resolver.https),
    };
    let talk = post(net, resolver, &question);
    let reply = match tokio::time::timeout(net.dns_timeout * 2, talk).await {
        Ok(reply) => reply.map_err(unreachable)?,
        Err(_) => return Err(unreachable("it took too long to answer".to_owned())),
    };
    let mut asked = read(&question, &reply, false, begun.elapsed())?;
    asked.answer.by_https = Some(resolver.https.clone());
    Ok(asked)
}

async fn post(
    net: &Net,
    resolver: &PublicResolver,
    question: &Question,
) -> Result<Message, String> {
    let (client, url) = api_client::build(net, &resolver.https)?;
    let (id, packet) = question.packet().map_err(|error| error.to_string())?;
    let mut answer = client
        .post(url)
        .header(CONTENT_TYPE, MEDIA)
        .header(ACCEPT, MEDIA)
        .body(packet)
        .send()
        .await
        .map_err(|error| api_client::in_words(&error))?;
    if !answer.status().is_success() {
        return Err(format!("it answered {}", answer.status()));
    }
    let mut body = Vec::new();
    while let Some(piece) = answer.chunk().await.map_err(|error| api_client::in_words(&error))? {
        if body.len() + piece.len() > MOST_BYTES {
            return Err("its answer is longer than DNS allows".to_owned());
        }
        body.extend_from_slice(&piece);
    }
    match question.reply(id, &body) {
        Some(reply) => reply.map_err(|error| error.to_string()),
        None => Err("what it sent does not belong to the question".to_owned()),
    }
}
