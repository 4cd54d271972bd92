//! Preferences that are typed: as text, and judged when the field is left.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use super::field::FieldId;
use crate::plan::HostName;
use crate::profile::{Preferences, Zone};

/// The port of name servers.
const DNS: u16 = 53;

/// What the preferences hold for a field, as text; `None` for other fields.
pub(crate) fn text_in_preferences(field: FieldId, preferences: &Preferences) -> Option<String> {
    Some(match field {
        FieldId::TimeZone => preferences.time_zone.name().to_owned(),
        FieldId::Resolvers => {
            let shown = |at: &SocketAddr| match at.port() {
                DNS => at.ip().to_string(),
                _ => at.to_string(),
            };
            preferences.resolvers.iter().map(shown).collect::<Vec<_>>().join(", ")
        }
        FieldId::Helo => preferences.helo.as_ref().map(ToString::to_string).unwrap_or_default(),
        FieldId::ReplyTimeout => preferences.reply_timeout.as_secs().to_string(),
        FieldId::DnsTimeout => preferences.dns_timeout.as_secs().to_string(),
        _ => return None,
    })
}

/// Puts a text into the preferences, or says in a sentence why it can't be.
///
/// # Errors
/// The sentence to show beside the field; the preferences are then unchanged.
pub(crate) fn put_into_preferences(
    field: FieldId,
    text: &str,
    preferences: &mut Preferences,
) -> Result<(), String> {
    let text = text.trim();
    match field {
        FieldId::TimeZone => {
            preferences.time_zone = Zone::parse(text).map_err(|error| error.to_string())?;
        }
        FieldId::Resolvers => {
            let names = text.split([',', ' ', ';', '\n']).filter(|name| !name.is_empty());
            preferences.resolvers = names.map(resolver).collect::<Result<_, _>>()?;
        }
        FieldId::Helo => {
            preferences.helo = match text {
                "" => None,
                name => Some(HostName::parse(name).map_err(|error| error.to_string())?),
            };
        }
        FieldId::ReplyTimeout => preferences.reply_timeout = seconds(text, 3600)?,
        FieldId::DnsTimeout => preferences.dns_timeout = seconds(text, 60)?,
        _ => {}
    }
    Ok(())
}

fn resolver(text: &str) -> Result<SocketAddr, String> {
    let plain = text.parse::<IpAddr>().map(|ip| SocketAddr::new(ip, DNS));
    plain.or_else(|_| text.parse()).map_err(|_| {
        format!("“{text}” is no address of a name server. Enter addresses such as 192.0.2.53.")
    })
}

fn seconds(text: &str, most: u64) -> Result<Duration, String> {
    match text.parse::<u64>() {
        Ok(seconds) if (1..=most).contains(&seconds) => Ok(Duration::from_secs(seconds)),
        _ => Err(format!("Enter whole seconds from 1 to {most}.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_comes_back_as_it_is_meant() {
        let mut preferences = Preferences::default();
        for (field, text, back) in [
            (
                FieldId::Resolvers,
                "192.0.2.53; [2001:db8::1]:5353",
                "192.0.2.53, [2001:db8::1]:5353",
            ),
            (FieldId::Resolvers, "", ""),
            (FieldId::TimeZone, "asia/tokyo", "Asia/Tokyo"),
            (FieldId::TimeZone, " ", ""),
            (FieldId::Helo, " Mail.Example.com. ", "mail.example.com"),
            (FieldId::ReplyTimeout, "60", "60"),
            (FieldId::DnsTimeout, "5", "5"),
        ] {
            put_into_preferences(field, text, &mut preferences).unwrap();
            assert_eq!(text_in_preferences(field, &preferences).as_deref(), Some(back));
        }
    }

    #[test]
    fn what_does_not_parse_leaves_them_alone() {
        let mut preferences = Preferences::default();
        for (field, text) in [
            (FieldId::Resolvers, "192.0.2.53, dns.example.com"),
            (FieldId::Helo, "a b"),
            (FieldId::TimeZone, "Berlin"),
            (FieldId::ReplyTimeout, "0"),
            (FieldId::DnsTimeout, "61"),
        ] {
            let before = preferences.clone();
            assert!(put_into_preferences(field, text, &mut preferences).is_err(), "{text}");
            assert_eq!(preferences, before);
        }
    }
}
