//! The host's read-only API by HTTP/1.1, one request a connection: the
//! paths, fields and faults of Rackspace Email's, answered from the model.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use super::{Controls, listen};
use crate::net::{ApiKey, sign};
use crate::plan::Address;

/// Longest request head.
const HEAD: usize = 16 << 10;
/// Silence that ends a connection.
const IDLE: Duration = Duration::from_secs(10);
/// Page where the request names none, and the largest that its clients ask for.
const PAGE: usize = 50;
const LARGEST_PAGE: usize = 250;

struct Api {
    controls: Controls,
    key: ApiKey,
}

/// Answers requests until dropped.
pub(super) async fn run(listener: TcpListener, controls: Controls, key: ApiKey) {
    let api = Arc::new(Api { controls, key });
    listen::serve(listener, |stream| {
        let api = api.clone();
        async move {
            let _ = timeout(IDLE, talk(stream, &api)).await;
        }
    })
    .await;
}

async fn talk(mut stream: TcpStream, api: &Api) -> std::io::Result<()> {
    let Some(head) = read_head(&mut stream).await? else { return Ok(()) };
    let response = match Request::parse(&head) {
        Some(request) => api.respond(&request),
        None => Response::fault(400, "badRequestFault", "This is not HTTP"),
    };
    stream.write_all(response.text().as_bytes()).await?;
    stream.shutdown().await
}

/// The head of a request, up to its empty line; `None` where there is none
/// within bounds.
async fn read_head(stream: &mut TcpStream) -> std::io::Result<Option<String>> {
    let mut head = Vec::new();
    let mut piece = [0; 1024];
    while head.len() < HEAD {
        let length = stream.read(&mut piece).await?;
        if length == 0 {
            return Ok(None);
        }
        head.extend_from_slice(piece.get(..length).unwrap_or_default());
        if let Some(end) = head.windows(4).position(|four| four == b"\r\n\r\n") {
            head.truncate(end);
            return Ok(String::from_utf8(head).ok());
        }
    }
    Ok(None)
}

/// The parts of a request that the API reads.
struct Request<'a> {
    method: &'a str,
    /// Segments of the path, undecoded: nothing of ours needs an escape.
    path: Vec<&'a str>,
    query: Vec<(&'a str, &'a str)>,
    headers: Vec<(&'a str, &'a str)>,
}

impl<'a> Request<'a> {
    fn parse(head: &'a str) -> Option<Self> {
        let mut lines = head.split("\r\n");
        let mut first = lines.next()?.split(' ');
        let (method, target, version) = (first.next()?, first.next()?, first.next()?);
        if !version.starts_with("HTTP/1.") {
            return None;
        }
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        Some(Self {
            method,
            path: path.strip_prefix('/')?.split('/').collect(),
            query: pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).collect(),
            headers: lines
                .map(|line| line.split_once(':').map(|(name, value)| (name, value.trim())))
                .collect::<Option<_>>()?,
        })
    }

    /// A header, if it is there once.
    fn header(&self, name: &str) -> Option<&'a str> {
        let mut found = self.headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
        let (_, value) = found.next()?;
        found.next().is_none().then_some(value)
    }

    /// A number in the query; `Err` where it is none.
    fn number(&self, name: &str) -> Result<Option<usize>, Response> {
        let Some((_, value)) = self.query.iter().find(|(key, _)| *key == name) else {
            return Ok(None);
        };
        value
            .parse()
            .map(Some)
            .map_err(|_| Response::fault(400, "badRequestFault", &format!("{name} is a number")))
    }
}

impl Api {
    fn respond(&self, request: &Request<'_>) -> Response {
        if !self.signed(request) {
            return Response::fault(403, "unauthorizedFault", "Signature or key is not valid");
        }
        if request.method != "GET" {
            return Response::fault(405, "badRequestFault", "The practice API can only be read");
        }
        let ["v1", "customers", "me", "domains", rest @ ..] = request.path.as_slice() else {
            return Response::not_found("Path");
        };
        let domain = self.controls.plan().domain().clone();
        let answer = match rest {
            [] => page(request, "domains", vec![json!({ "name": domain.as_str() })]),
            [name, ..] if !name.eq_ignore_ascii_case(domain.as_str()) => {
                Err(Response::not_found("Domain"))
            }
            [_] => Ok(self.domain()),
            [_, "rs", "mailboxes"] => page(request, "rsMailboxes", self.mailboxes()),
            [_, "rs", "aliases"] => page(request, "aliases", self.aliases()),
            _ => Err(Response::not_found("Path")),
        };
        answer.unwrap_or_else(|fault| fault)
    }

    /// Whether the request is signed with the key and secret of this account.
    /// How far the time may be off is not public, so that is not judged.
    fn signed(&self, request: &Request<'_>) -> bool {
        let agent = request.header("user-agent").unwrap_or_default();
        let Some(signature) = request.header("x-api-signature") else { return false };
        let Some((_, rest)) = signature.split_once(':') else { return false };
        let Some((time, _)) = rest.split_once(':') else { return false };
        time.len() == 14
            && time.bytes().all(|digit| digit.is_ascii_digit())
            && sign(&self.key, agent, time) == signature
    }

    fn domain(&self) -> Response {
        let world = self.controls.world();
        let aliases: Vec<&str> =
            world.host.alias_domains.iter().map(|domain| domain.as_str()).collect();
        Response::ok(json!({ "name": world.domain.as_str(), "aliases": aliases }))
    }

    fn mailboxes(&self) -> Vec<Value> {
        let plan = self.controls.plan();
        let display_name = |address: &Address| {
            plan.roster.get(address).map(|person| person.display_name.to_string())
        };
        let mailboxes = self.controls.world().host.mailboxes;
        let listed = mailboxes.iter().map(|address| {
            json!({
                "name": address.local(),
                "displayName": display_name(address).unwrap_or_default(),
            })
        });
        listed.collect()
    }

    fn aliases(&self) -> Vec<Value> {
        let aliases = self.controls.world().host.aliases;
        let listed = aliases.iter().map(|(alias, members)| {
            let single = match members.as_slice() {
                [member] => member.to_string(),
                _ => String::new(),
            };
            json!({
                "name": alias.local(),
                "numberOfMembers": members.len(),
                "singleMemberName": single,
            })
        });
        listed.collect()
    }
}

/// One page of a list.
fn page(request: &Request<'_>, key: &str, list: Vec<Value>) -> Result<Response, Response> {
    let size = request.number("size")?.unwrap_or(PAGE).clamp(1, LARGEST_PAGE);
    let offset = request.number("offset")?.unwrap_or(0);
    let total = list.len();
    let shown: Vec<Value> = list.into_iter().skip(offset).take(size).collect();
    Ok(Response::ok(json!({ "offset": offset, "size": size, "total": total, key: shown })))
}

struct Response {
    status: u16,
    /// For the header that the API repeats its message in.
    error: Option<String>,
    body: Value,
}

impl Response {
    fn ok(body: Value) -> Self {
        Self { status: 200, error: None, body }
    }

    fn not_found(what: &str) -> Self {
        Self::fault(404, "itemNotFoundFault", &format!("{what} not found"))
    }

    fn fault(status: u16, fault: &str, message: &str) -> Self {
        let body = json!({ fault: { "code": status, "message": message } });
        Self { status, error: Some(message.to_owned()), body }
    }

    fn text(&self) -> String {
        let body = self.body.to_string();
        let reason = match self.status {
            200 => "OK",
            400 => "Bad Request",
            403 => "Forbidden",
            404 => "Not Found",
            _ => "Method Not Allowed",
        };
        let error = self.error.as_ref();
        let error =
            error.map_or(String::new(), |message| format!("x-error-message: {message}\r\n"));
        format!(
            "HTTP/1.1 {} {reason}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n{error}Connection: close\r\n\r\n{body}",
            self.status,
            body.len(),
        )
    }
}
