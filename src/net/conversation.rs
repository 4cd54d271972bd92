//! One conversation with one mail server, start to end (RFC 5321 4.1, 4.3.2).

use std::net::IpAddr;

use super::Net;
use super::channel::Channel;
use super::reach::NotReached;
use super::smtp::{
    Conversation, Ehlo, Ending, Envelope, EnvelopeReply, RcptReply, Reply, Script, Sender,
};
use super::tls::{self, Failure, TlsFault, TlsState, TrustVerdict};
use super::wire::Wire;
use crate::shown::shown;

/// Holds one conversation: connect, banner, EHLO (HELO as fallback),
/// STARTTLS and EHLO again, each envelope, QUIT. Never DATA. Lasts
/// `net.talk_timeout` at most, whatever the server does.
pub async fn converse(net: &Net, script: &Script) -> Conversation {
    let mut talk = nothing_said(script);
    let mut wire = Wire::new(net);
    match hold(net, script, &mut wire, &mut talk).await {
        Ok(()) => wire.quit().await,
        Err(ending) => {
            let last = talk
                .envelopes
                .last_mut()
                .and_then(|envelope| envelope.rcpts.iter_mut().rfind(|rcpt| rcpt.reply.is_some()));
            if let Some(last) = last.filter(|_| wire.last_is_doubtful()) {
                last.reply = None;
            }
            talk.ending = ending;
        }
    }
    talk.transcript = wire.into_transcript();
    talk
}

/// A conversation before its first word.
pub(super) fn nothing_said(script: &Script) -> Conversation {
    Conversation {
        host: script.host.clone(),
        peer: script.at,
        banner: None,
        ehlo: None,
        before_tls: None,
        tls: TlsState::NotTried,
        envelopes: Vec::new(),
        ending: Ending::Quit,
        transcript: Vec::new(),
    }
}

/// Goes as far as a server that listens to envelopes: greeted, and encrypted
/// where it offers that. `false` when it does not want to talk.
pub(super) async fn begin(
    net: &Net,
    script: &Script,
    wire: &mut Wire<'_>,
    talk: &mut Conversation,
) -> Result<bool, Ending> {
    if !greet(net, script, wire, talk).await? {
        return Ok(false);
    }
    let offered = talk.ehlo.as_ref().is_some_and(|ehlo| offers(ehlo, "STARTTLS"));
    if !offered {
        talk.tls = TlsState::NotOffered;
    } else if script.starttls {
        return encrypt(net, script, wire, talk).await;
    }
    Ok(true)
}

async fn hold(
    net: &Net,
    script: &Script,
    wire: &mut Wire<'_>,
    talk: &mut Conversation,
) -> Result<(), Ending> {
    if !begin(net, script, wire, talk).await? {
        return Ok(());
    }
    for (count, envelope) in script.envelopes.iter().enumerate() {
        if count > 0 {
            let reply = wire.say("RSET", "RSET").await?;
            still_open(&reply, "RSET")?;
            if reply.code != 250 {
                wire.note("RSET was not accepted: what follows may be refused for that alone");
            }
        }
        ask(envelope, wire, talk).await?;
    }
    match wire.nothing_unasked().await {
        Err(garbled @ Ending::Garbled { .. }) => Err(garbled),
        _ => Ok(()),
    }
}

/// Connects, and goes as far as an accepted EHLO or HELO. `false` when the
/// server does not want to talk.
async fn greet(
    net: &Net,
    script: &Script,
    wire: &mut Wire<'_>,
    talk: &mut Conversation,
) -> Result<bool, Ending> {
    let patience = net.connect_timeout.min(net.reply_timeout).min(wire.time_left());
    match net.reach.connect(script.at, patience).await {
        Ok(stream) => wire.open(Channel::Plain(stream)),
        Err(NotReached { why, how, .. }) => {
            wire.note(&format!("no connection to {}: {why}", script.at));
            return Err(Ending::NotConnected { why, how });
        }
    }
    wire.note(&format!("connected to {}", script.at));
    let banner = wire.reply("banner").await?;
    let code = banner.code;
    talk.banner = Some(banner.clone());
    still_open(&banner, "connecting")?;
    if code != 220 {
        return Ok(false);
    }
    hello(net, wire, talk).await
}

/// EHLO, or HELO where EHLO is refused for good.
async fn hello(net: &Net, wire: &mut Wire<'_>, talk: &mut Conversation) -> Result<bool, Ending> {
    let name = our_name(net, wire);
    let reply = wire.say("EHLO", &format!("EHLO {name}")).await?;
    let (reply, helo_only) = if (500..600).contains(&reply.code) {
        (wire.say("HELO", &format!("HELO {name}")).await?, true)
    } else {
        (reply, false)
    };
    let accepted = reply.code == 250;
    let keywords = if accepted && !helo_only { keywords(&reply) } else { Vec::new() };
    let ended = still_open(&reply, if helo_only { "HELO" } else { "EHLO" });
    talk.ehlo = Some(Ehlo { reply, helo_only, keywords });
    ended?;
    Ok(accepted)
}

/// STARTTLS, and EHLO once more inside it: what was offered before counts no
/// longer (RFC 3207 4.2). Where it fails, on in plain text.
async fn encrypt(
    net: &Net,
    script: &Script,
    wire: &mut Wire<'_>,
    talk: &mut Conversation,
) -> Result<bool, Ending> {
    let failure = match wire.say("STARTTLS", "STARTTLS").await {
        Ok(reply) if reply.code == 220 => match secure(net, script, wire).await {
            Ok(state) => {
                wire.note(&in_words(&state));
                talk.tls = state;
                return inside(net, script, wire, talk).await;
            }
            Err(failure) => failure,
        },
        Ok(reply) => {
            still_open(&reply, "STARTTLS")?;
            let text = shown(&reply.lines.join(" "), 200);
            let why = format!("the server answered {} {text}", reply.code);
            talk.tls = TlsState::Failed { why, fault: TlsFault::Other };
            return Ok(true);
        }
        Err(Ending::Closed { .. }) => Failure::plain("the server hung up on STARTTLS"),
        Err(Ending::ReplyTimeout { seconds, .. }) => {
            Failure::plain(&format!("the server did not answer STARTTLS within {seconds} s"))
        }
        Err(ending) => return Err(ending),
    };
    wire.note(&format!("STARTTLS failed: {}; once more in plain text", failure.why));
    talk.tls = TlsState::Failed { why: failure.why, fault: failure.fault };
    greet(net, script, wire, talk).await
}

/// EHLO inside TLS. Where nothing comes of it the certificate was seen all the
/// same, and the rest is asked in plain text.
async fn inside(
    net: &Net,
    script: &Script,
    wire: &mut Wire<'_>,
    talk: &mut Conversation,
) -> Result<bool, Ending> {
    let before = talk.ehlo.take();
    let greeted = hello(net, wire, talk).await;
    let why = match (greeted, &talk.ehlo) {
        (Ok(true), Some(ehlo)) if !ehlo.helo_only => {
            talk.before_tls = before;
            return Ok(true);
        }
        (Ok(_), Some(ehlo)) if ehlo.helo_only => {
            "the server refuses EHLO there, which it answers in plain text".to_owned()
        }
        (Ok(_), Some(ehlo)) => {
            let text = shown(&ehlo.reply.lines.join(" "), 200);
            format!("the server answers EHLO there with {} {text}", ehlo.reply.code)
        }
        (Ok(_), None) | (Err(Ending::Closed { .. }), _) => {
            "the server closed the connection after the handshake".to_owned()
        }
        (Err(Ending::ReplyTimeout { seconds, .. }), _) => {
            format!("the server did not answer EHLO there within {seconds} s")
        }
        (Err(ending), _) => {
            talk.before_tls = before;
            return Err(ending);
        }
    };
    wire.note(&format!("inside TLS: {why}; once more in plain text"));
    talk.ehlo = before;
    talk.tls = match std::mem::replace(&mut talk.tls, TlsState::NotTried) {
        TlsState::Up { version, certificate } => TlsState::Lost { version, certificate, why },
        other => other,
    };
    greet(net, script, wire, talk).await
}

/// The handshake after the server's 220.
async fn secure(net: &Net, script: &Script, wire: &mut Wire<'_>) -> Result<TlsState, Failure> {
    let patience = net.reply_timeout.min(wire.time_left());
    let Some(stream) = wire.give_away() else {
        let why = "the server went on in plain text after its reply to STARTTLS, as an attacker on the way would; nothing of it was believed";
        return Err(Failure { fault: TlsFault::Injected, ..Failure::plain(why) });
    };
    let (stream, state) = tls::handshake(net, &script.host, stream, patience).await?;
    wire.open(Channel::Tls(Box::new(stream)));
    Ok(state)
}

/// One MAIL FROM with its recipients.
pub(super) async fn ask(
    envelope: &Envelope,
    wire: &mut Wire<'_>,
    talk: &mut Conversation,
) -> Result<(), Ending> {
    let utf8 = talk.ehlo.as_ref().is_some_and(|ehlo| offers(ehlo, "SMTPUTF8"));
    talk.envelopes.push(EnvelopeReply {
        from: envelope.from.clone(),
        mail: None,
        rcpts: Vec::new(),
    });
    let Some(heard) = talk.envelopes.last_mut() else { return Ok(()) };
    let (path, sender_needs) = match &envelope.from {
        Sender::Null => (String::new(), false),
        Sender::Address(address) => (address.to_string(), address.needs_smtputf8()),
    };
    if sender_needs && !utf8 {
        wire.note(&format!("MAIL FROM:<{path}> not said: the server does not offer SMTPUTF8"));
        return Ok(());
    }
    let needed = sender_needs || envelope.to.iter().any(|to| to.needs_smtputf8());
    let tail = if needed && utf8 { " SMTPUTF8" } else { "" };
    let reply = wire.say("MAIL FROM", &format!("MAIL FROM:<{path}>{tail}")).await?;
    let (accepted, open) = (is_good(&reply), still_open(&reply, "MAIL FROM"));
    heard.mail = Some(reply);
    open?;
    if !accepted {
        return Ok(());
    }
    for to in &envelope.to {
        heard.rcpts.push(RcptReply { to: to.clone(), reply: None });
        if to.needs_smtputf8() && !utf8 {
            wire.note(&format!("RCPT TO:<{to}> not said: the server does not offer SMTPUTF8"));
            continue;
        }
        let reply = wire.say("RCPT TO", &format!("RCPT TO:<{to}>")).await?;
        let open = still_open(&reply, "RCPT TO");
        if let Some(heard) = heard.rcpts.last_mut() {
            heard.reply = Some(reply);
        }
        open?;
    }
    Ok(())
}

/// 421 to anything ends the conversation (RFC 5321 3.8).
fn still_open(reply: &Reply, after: &str) -> Result<(), Ending> {
    if reply.code == 421 {
        return Err(Ending::ServiceClosing { after: after.to_owned() });
    }
    Ok(())
}

fn is_good(reply: &Reply) -> bool {
    (200..300).contains(&reply.code)
}

pub(super) fn offers(ehlo: &Ehlo, keyword: &str) -> bool {
    ehlo.keywords.iter().any(|(word, _)| word == keyword)
}

/// The lines after the greeting: keyword and parameters, `AUTH=LOGIN` of old
/// servers among them.
pub(super) fn keywords(reply: &Reply) -> Vec<(String, String)> {
    let lines = reply.lines.iter().skip(1).map(|line| line.trim());
    lines
        .filter(|line| !line.is_empty())
        .map(|line| {
            let (word, rest) = line.split_once([' ', '=']).unwrap_or((line, ""));
            (word.to_ascii_uppercase(), rest.trim().to_owned())
        })
        .collect()
}

/// What we say we are: the name that was set, or the address literal of our
/// end (RFC 5321 4.1.4).
fn our_name(net: &Net, wire: &Wire<'_>) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b);
    if (1..=255).contains(&net.helo.len()) && net.helo.bytes().all(plain) {
        return net.helo.clone();
    }
    match wire.local_ip() {
        Some(IpAddr::V4(ip)) => format!("[{ip}]"),
        Some(IpAddr::V6(ip)) => match ip.to_ipv4_mapped() {
            Some(ip) => format!("[{ip}]"),
            None => format!("[IPv6:{ip}]"),
        },
        None => "[127.0.0.1]".to_owned(),
    }
}

fn in_words(state: &TlsState) -> String {
    match state {
        TlsState::Up { version, certificate } => {
            let trust = match &certificate.trust {
                TrustVerdict::Trusted => "trusted here".to_owned(),
                TrustVerdict::NotTrusted(why) => format!("not trusted here: {why}"),
            };
            let names = if certificate.names.is_empty() {
                "no name".to_owned()
            } else {
                certificate.names.join(", ")
            };
            format!(
                "encrypted with {version}, certificate for {names}, issued by {}, {trust}",
                certificate.issuer
            )
        }
        TlsState::NotOffered
        | TlsState::NotTried
        | TlsState::Lost { .. }
        | TlsState::Failed { .. } => String::new(),
    }
}
