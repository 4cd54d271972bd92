//! Letters handed to real servers, and what is found of them afterwards.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use std::{fs, io, thread};

use sdr_wizard::plan::Address;
use sdr_wizard::route::{Message, Origin, System, World};

/// What became of one letter.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// The writer's own server did not take it.
    pub(crate) refused: bool,
    /// Copies in mailboxes.
    pub(crate) copies: BTreeMap<(System, Address), u32>,
    /// Returns that arrived: who returned it, and where it landed.
    pub(crate) returns: BTreeMap<(System, System, Address), u32>,
    /// Whether a return speaks of too many hops.
    pub(crate) too_many_hops: bool,
}

/// A letter with its number, handed to the server of its origin.
pub(crate) struct Post<'a> {
    pub(crate) token: usize,
    pub(crate) world: &'a World,
    pub(crate) letter: &'a Message,
}

/// Sends them all, some at a time. For each: whether the server took it.
pub(crate) fn send_all(letters: &[Post<'_>]) -> Vec<bool> {
    let next = AtomicUsize::new(0);
    let mut taken = vec![false; letters.len()];
    let answers: Vec<(usize, bool)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..24)
            .map(|_| {
                scope.spawn(|| {
                    let mut answers = Vec::new();
                    loop {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        let Some(post) = letters.get(at) else { break };
                        let taken =
                            send(post).unwrap_or_else(|error| panic!("{:?}: {error}", post.letter));
                        answers.push((at, taken));
                    }
                    answers
                })
            })
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    for (at, answer) in answers {
        taken[at] = answer;
    }
    taken
}

fn send(post: &Post<'_>) -> io::Result<bool> {
    let server = match post.letter.origin {
        Origin::Host if post.world.host.forced_mx && owns(post) => 13,
        Origin::Host => 10,
        Origin::External => 12,
        Origin::Internet => 13,
    };
    // Its own users connect from its own address.
    let local = SocketAddr::from((Ipv4Addr::new(127, 0, 0, server), 0));
    let remote = SocketAddr::from((Ipv4Addr::new(127, 0, 0, server), 25));
    let stream = connect(local, remote)?;
    stream.set_read_timeout(Some(Duration::from_secs(120)))?;
    let mut session = Session { reader: BufReader::new(stream.try_clone()?), stream, utf8: false };
    session.expect('2')?;
    session.say("EHLO mail.internet.test")?;
    session.expect('2')?;
    let sender = post.letter.sender.as_ref().map_or(String::new(), ToString::to_string);
    let needs_utf8 = !sender.is_ascii() || post.letter.to.needs_smtputf8();
    if needs_utf8 && !session.utf8 {
        return Ok(false);
    }
    let utf8 = if needs_utf8 { " SMTPUTF8" } else { "" };
    session.say(&format!("MAIL FROM:<{sender}> SIZE={}{utf8}", post.letter.size))?;
    if !session.positive()? {
        return Ok(false);
    }
    // Capitals must not make a difference.
    let to = post.letter.to.to_string();
    let to = if post.token.is_multiple_of(3) { to.to_ascii_uppercase() } else { to };
    // Nor must quotes around a name that needs none.
    let to = match to.rsplit_once('@') {
        Some((local, domain)) if post.token % 5 == 2 && !local.starts_with('"') => {
            format!("\"{local}\"@{domain}")
        }
        _ => to,
    };
    session.say(&format!("RCPT TO:<{to}>"))?;
    if !session.positive()? {
        return Ok(false);
    }
    session.say("DATA")?;
    session.expect('3')?;
    let filler = "x".repeat(70) + "\r\n";
    let lines = usize::try_from(post.letter.size).unwrap_or(0) / filler.len();
    let body = filler.repeat(lines);
    let head = format!(
        "From: <writer@internet.test>\r\nX-Letter: {}.\r\nSubject: a letter\r\nMessage-ID: <{}@internet.test>\r\nDate: Mon, 01 Jan 2024 00:00:00 +0000\r\n\r\n",
        post.token, post.token
    );
    session.say(&format!("{head}{body}."))?;
    let taken = session.positive()?;
    let _ = session.say("QUIT");
    Ok(taken)
}

/// Whether the host has the domain that the letter is for.
fn owns(post: &Post<'_>) -> bool {
    let (host, domain) = (&post.world.host, post.letter.to.domain());
    host.has_domain
        && (*domain == post.world.domain
            || host.alias_domains.contains(domain)
            || host.other_domains.contains(domain))
}

/// Binds first: servers know their users by the address.
fn connect(local: SocketAddr, remote: SocketAddr) -> io::Result<TcpStream> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let stream = runtime.block_on(async {
        let socket = tokio::net::TcpSocket::new_v4()?;
        socket.bind(local)?;
        socket.connect(remote).await?.into_std()
    })?;
    stream.set_nonblocking(false)?;
    Ok(stream)
}

struct Session {
    reader: BufReader<TcpStream>,
    stream: TcpStream,
    utf8: bool,
}

impl Session {
    fn say(&mut self, line: &str) -> io::Result<()> {
        self.stream.write_all(format!("{line}\r\n").as_bytes())
    }

    fn reply(&mut self) -> io::Result<String> {
        let mut reply = String::new();
        loop {
            let mut line = String::new();
            if self.reader.read_line(&mut line)? == 0 {
                return Err(io::Error::other(format!("hung up after {reply}")));
            }
            self.utf8 |= line.contains("SMTPUTF8");
            let last = line.as_bytes().get(3) != Some(&b'-');
            reply.push_str(&line);
            if last {
                return Ok(reply);
            }
        }
    }

    fn positive(&mut self) -> io::Result<bool> {
        Ok(self.reply()?.starts_with('2'))
    }

    fn expect(&mut self, class: char) -> io::Result<()> {
        let reply = self.reply()?;
        match reply.starts_with(class) {
            true => Ok(()),
            false => Err(io::Error::other(format!("not {class}xx: {reply}"))),
        }
    }
}

/// Waits until all queues are empty.
pub(crate) fn settle(lab: &Path, limit: Duration) {
    let start = Instant::now();
    let mut quiet = 0;
    while quiet < 3 {
        assert!(start.elapsed() < limit, "the queues do not run empty");
        thread::sleep(Duration::from_millis(300));
        let queued: usize = ["host", "external", "internet", "sink"]
            .iter()
            .flat_map(|server| {
                ["maildrop", "incoming", "active", "deferred"]
                    .map(|queue| files(&lab.join(server).join("queue").join(queue)).len())
            })
            .sum();
        quiet = if queued == 0 { quiet + 1 } else { 0 };
    }
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else { return found };
    for entry in entries.flatten() {
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => found.extend(files(&path)),
            Ok(_) => found.push(path),
            Err(_) => {}
        }
    }
    found
}

/// Reads every mailbox into what is found of each letter.
pub(crate) fn collect(lab: &Path, found: &mut BTreeMap<usize, Found>) {
    let systems = [
        ("host", System::Host),
        ("external", System::External),
        ("internet", System::Third),
        ("sink", System::Third),
    ];
    for (server, system) in systems {
        for path in files(&lab.join(server).join("mail")) {
            let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
            let token = text.split_once("X-Letter: ").and_then(|(_, rest)| rest.split_once('.'));
            let token: usize = token.unwrap_or_else(|| panic!("{text}")).0.parse().unwrap();
            let found = found.entry(token).or_default();
            let delivered = text.lines().find_map(|line| line.strip_prefix("Delivered-To: "));
            let folder = path.parent().and_then(Path::parent).and_then(Path::file_name);
            let mailbox = match folder.map(|folder| folder.to_string_lossy()) {
                Some(folder) if system != System::Third => unhex(&folder),
                _ => delivered.unwrap_or_default().to_owned(),
            };
            let mailbox =
                Address::parse(&mailbox).unwrap_or_else(|error| panic!("{error}: {text}"));
            let by = text.lines().find_map(|line| line.strip_prefix("Reporting-MTA: dns; "));
            match by {
                Some(name) => {
                    let by = match name.trim() {
                        "mx1.emailsrvr.com" => System::Host,
                        "mail.ext.test" => System::External,
                        _ => System::Third,
                    };
                    found.too_many_hops |= text.contains("too many hops");
                    *found.returns.entry((by, system, mailbox)).or_default() += 1;
                }
                None => *found.copies.entry((system, mailbox)).or_default() += 1,
            }
        }
    }
}

fn unhex(folder: &str) -> String {
    let bytes = (0..folder.len() / 2)
        .filter_map(|at| u8::from_str_radix(folder.get(2 * at..2 * at + 2)?, 16).ok());
    String::from_utf8_lossy(&bytes.collect::<Vec<_>>()).into_owned()
}
