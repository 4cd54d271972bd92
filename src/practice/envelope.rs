//! MAIL FROM and RCPT TO, and what becomes of a message under them.

use jiff::Timestamp;

use super::lines::Message;
use super::{Controls, Delivered};
use crate::net::Sender;
use crate::plan::Address;
use crate::route::{Origin, System, follow};

/// The envelope of a message on its way in.
pub(super) struct Envelope {
    pub(super) from: Sender,
    pub(super) to: Vec<Address>,
}

impl Envelope {
    /// The sender as greylisting compares it.
    pub(super) fn sender_text(&self) -> String {
        match &self.from {
            Sender::Null => String::new(),
            Sender::Address(address) => address.to_string(),
        }
    }

    /// The message handed to `system`, followed from there to its ends: one
    /// entry for each recipient.
    pub(super) fn carried_by(
        self,
        controls: &Controls,
        system: System,
        at: Timestamp,
        message: &Message,
    ) -> Vec<Delivered> {
        let world = controls.world();
        // At the door that the MX records name it is mail from outside; at
        // the other one the server goes on as if a user of its own had sent it.
        let origin = |to: &Address| match system {
            _ if world.mx_of(to.domain()) == system => Origin::Internet,
            System::Host => Origin::Host,
            _ => Origin::External,
        };
        let carried = |to: Address| Delivered {
            at,
            by: system,
            from: self.from.clone(),
            subject: message.subject.clone(),
            size: message.size,
            trace: follow(&world, origin(&to), &to),
            to,
        };
        self.to.into_iter().map(carried).collect()
    }
}

/// A path of RFC 5321 4.1.2.
pub(super) enum Path {
    /// `<>`.
    Null,
    /// `<Postmaster>`.
    Postmaster,
    Address(Address),
}

/// `FROM:<path>` with its parameters: the path and the announced size.
///
/// # Errors
/// The reply to give.
pub(super) fn mail(rest: &str) -> Result<(Path, Option<u64>), &'static str> {
    let (path, parameters) = split(rest, "FROM:").ok_or("501 5.5.4 Syntax: MAIL FROM:<address>")?;
    let mut size = None;
    for parameter in parameters.split_ascii_whitespace() {
        let (keyword, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        match keyword.to_ascii_uppercase().as_str() {
            "SIZE" => size = Some(value.parse().map_err(|_| "501 5.5.4 SIZE is a number")?),
            "BODY" if ["7BIT", "8BITMIME"].iter().any(|body| body.eq_ignore_ascii_case(value)) => {}
            _ => return Err("555 5.5.4 Parameter not known"),
        }
    }
    Ok((self::path(path).ok_or("501 5.1.7 Not an address")?, size))
}

/// `TO:<path>`.
///
/// # Errors
/// The reply to give.
pub(super) fn rcpt(rest: &str) -> Result<Path, &'static str> {
    let (path, parameters) = split(rest, "TO:").ok_or("501 5.5.4 Syntax: RCPT TO:<address>")?;
    if !parameters.trim().is_empty() {
        return Err("555 5.5.4 Parameter not known");
    }
    self::path(path).ok_or("501 5.1.3 Not an address")
}

/// What stands in the angle brackets, and what stands behind them.
fn split<'a>(rest: &'a str, keyword: &str) -> Option<(&'a str, &'a str)> {
    let (front, path) = rest.split_at_checked(keyword.len())?;
    if !front.eq_ignore_ascii_case(keyword) {
        return None;
    }
    path.trim_start().strip_prefix('<')?.split_once('>')
}

fn path(text: &str) -> Option<Path> {
    match text {
        "" => Some(Path::Null),
        _ if text.eq_ignore_ascii_case("postmaster") => Some(Path::Postmaster),
        // Without SMTPUTF8 an address is ASCII (RFC 6531 3.1).
        _ if !text.is_ascii() => None,
        _ => Address::parse(text).ok().map(Path::Address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_as_servers_read_them() {
        assert!(matches!(mail("FROM:<>"), Ok((Path::Null, None))));
        assert!(matches!(mail("from: <a@example.com> SIZE=12"), Ok((Path::Address(_), Some(12)))));
        assert!(matches!(rcpt("TO:<PostMaster>"), Ok(Path::Postmaster)));
        for refused in ["", "FROM:", "FROM:a@example.com", "FROM:<a b@example.com>", "FROM:<a", "é"]
        {
            assert!(mail(refused).is_err_and(|reply| reply.starts_with("501")), "{refused}");
        }
        assert!(mail("FROM:<a@example.com> SIZE=many").is_err());
        assert!(mail("FROM:<a@example.com> RET=HDRS").is_err_and(|r| r.starts_with("555")));
        assert!(rcpt("TO:<jörg@example.com>").is_err_and(|reply| reply.starts_with("501")));
    }
}
