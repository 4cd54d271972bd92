//! The readers of what others send, one function each, for those who throw
//! bytes at them: `tests/fuzz` and the replay of its corpus. No socket.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};

use super::query::Question;
use super::reply::{Reading, Taken};
use super::{
    CertificateReport, Leads, Reach, RecordType, Reply, answer, certificate, conversation,
};

/// The reply at the start of a stream, as [`super::converse`] reads it, and
/// the remarks about it; a sentence part where it breaks the protocol.
///
/// # Errors
/// When it is no reply of a mail server.
pub fn reply(stream: &[u8]) -> Result<Option<(Reply, Vec<String>)>, String> {
    let mut reading = Reading::default();
    for line in stream.split_inclusive(|byte| *byte == b'\n') {
        if reading.take(line)? == Taken::Last {
            let remarks = reading.remarks();
            return Ok(reading.finish(Duration::ZERO).map(|reply| (reply, remarks)));
        }
    }
    Ok(None)
}

/// What a reply to EHLO offers: keywords and their parameters.
///
/// # Errors
/// As [`reply`].
pub fn ehlo(stream: &[u8]) -> Result<Vec<(String, String)>, String> {
    Ok(reply(stream)?.map(|(reply, _)| conversation::keywords(&reply)).unwrap_or_default())
}

/// What a certificate (DER) says of itself, judged in a world that trusts it.
pub fn certificate(der: &[u8]) -> CertificateReport {
    let roots = Arc::new(vec![der.to_vec()]);
    let reach = Reach::Practice { map: Leads::default(), roots };
    let chain = [CertificateDer::from(der), CertificateDer::from(der)];
    let name = ServerName::from(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST));
    let name = ServerName::try_from("mail.example.com").unwrap_or(name);
    certificate::read(&reach, &chain, &name, Timestamp::UNIX_EPOCH, None)
}

/// What a packet of a name server answers to the question for the MX records
/// of `example.com`, and how many records it holds; `None` where it is not
/// taken for an answer.
pub fn dns_answer(packet: &[u8]) -> Option<usize> {
    let server = SocketAddr::from((Ipv4Addr::LOCALHOST, 53));
    let question = Question::new(server, "example.com", RecordType::Mx, true).ok()?;
    let id = u16::from_be_bytes(packet.get(..2)?.try_into().ok()?);
    let message = question.reply(id, packet)?.ok()?;
    let asked = answer::read(&question, &message, false, Duration::ZERO).ok()?;
    Some(asked.answer.records.len())
}
