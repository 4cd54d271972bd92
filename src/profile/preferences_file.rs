//! `preferences.toml`: values out of it, and into it in place.

use std::net::SocketAddr;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use toml_edit::{Array, DocumentMut, Item, Value};

use super::Zone;
use super::in_place::put;
use super::preferences::{Preferences, Renderer};
use super::value::{bare, clean, parse_word, shown, word_of};
use crate::net::name_server_at;
use crate::plan::HostName;

/// The values in a document; what can't be read is as by default, and a sentence.
pub(super) fn read(document: &DocumentMut) -> (Preferences, Vec<String>) {
    let mut read = Reading { document, remarks: Vec::new() };
    let plain = Preferences::default();
    let renderer = read.word("renderer", Drawing::Auto, "auto, native, wgpu or glow");
    let preferences = Preferences {
        renderer: renderer.into(),
        theme: read.word("theme", plain.theme, "system, light or dark"),
        scale: read.number("scale", plain.scale, 50..=300),
        reduced_motion: read.word("reduced_motion", plain.reduced_motion, "auto, on or off"),
        time_zone: read.time_zone(),
        resolvers: read.resolvers(),
        helo: read.helo(),
        reply_timeout: read.seconds("reply_timeout", plain.reply_timeout, 3600),
        dns_timeout: read.seconds("dns_timeout", plain.dns_timeout, 60),
    };
    (preferences, read.remarks)
}

/// The document with the values in it that differ from `before`.
pub(super) fn written(
    mut document: DocumentMut,
    now: &Preferences,
    before: &Preferences,
) -> String {
    let table = document.as_table_mut();
    if now.renderer != before.renderer {
        put(table, "renderer", word_of(Drawing::from(now.renderer)));
    }
    if now.theme != before.theme {
        put(table, "theme", word_of(now.theme));
    }
    if now.scale != before.scale {
        put(table, "scale", i64::from(now.scale));
    }
    if now.reduced_motion != before.reduced_motion {
        put(table, "reduced_motion", word_of(now.reduced_motion));
    }
    if now.time_zone != before.time_zone {
        put(table, "time_zone", now.time_zone.name());
    }
    if now.resolvers != before.resolvers {
        put(table, "resolvers", now.resolvers.iter().map(ToString::to_string).collect::<Array>());
    }
    if now.helo != before.helo {
        let name = now.helo.as_ref().map(ToString::to_string).unwrap_or_default();
        put(table, "helo", name);
    }
    for (key, wanted, had) in [
        ("reply_timeout", now.reply_timeout, before.reply_timeout),
        ("dns_timeout", now.dns_timeout, before.dns_timeout),
    ] {
        if wanted != had {
            put(table, key, i64::try_from(wanted.as_secs()).unwrap_or(i64::MAX));
        }
    }
    document.to_string()
}

/// A renderer as the file has it.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Drawing {
    Auto,
    Native,
    Wgpu,
    Glow,
}

impl From<Drawing> for Option<Renderer> {
    fn from(drawing: Drawing) -> Self {
        match drawing {
            Drawing::Auto => None,
            Drawing::Native => Some(Renderer::Native),
            Drawing::Wgpu => Some(Renderer::Wgpu),
            Drawing::Glow => Some(Renderer::Glow),
        }
    }
}

impl From<Option<Renderer>> for Drawing {
    fn from(renderer: Option<Renderer>) -> Self {
        match renderer {
            None => Self::Auto,
            Some(Renderer::Native) => Self::Native,
            Some(Renderer::Wgpu) => Self::Wgpu,
            Some(Renderer::Glow) => Self::Glow,
        }
    }
}

/// Key after key; what can't be read is a sentence and stays as by default.
struct Reading<'a> {
    document: &'a DocumentMut,
    remarks: Vec<String>,
}

impl Reading<'_> {
    fn item(&self, key: &str) -> Option<&Item> {
        self.document.get(key).filter(|item| !item.is_none())
    }

    fn refuse(&mut self, key: &str, found: &str, write: &str) {
        let found = clean(found.trim().trim_matches('"'));
        self.remarks.push(format!(
            "{}, {key}: “{found}” can't be read, so it is as by default. {write}",
            Preferences::FILE
        ));
    }

    fn word<T: DeserializeOwned>(&mut self, key: &str, plain: T, accepted: &str) -> T {
        let Some(item) = self.item(key) else { return plain };
        match item.as_str().and_then(parse_word) {
            Some(word) => word,
            None => {
                let found = shown(item);
                self.refuse(key, &found, &format!("Write {accepted}."));
                plain
            }
        }
    }

    fn number(&mut self, key: &str, plain: u16, range: std::ops::RangeInclusive<u16>) -> u16 {
        let Some(item) = self.item(key) else { return plain };
        let number = item.as_integer().and_then(|number| u16::try_from(number).ok());
        match number.filter(|number| range.contains(number)) {
            Some(number) => number,
            None => {
                let write = format!("Write a number from {} to {}.", range.start(), range.end());
                let found = shown(item);
                self.refuse(key, &found, &write);
                plain
            }
        }
    }

    fn seconds(&mut self, key: &str, plain: Duration, most: u16) -> Duration {
        let known = u16::try_from(plain.as_secs()).unwrap_or(most);
        Duration::from_secs(u64::from(self.number(key, known, 1..=most)))
    }

    fn time_zone(&mut self) -> Zone {
        let Some(item) = self.item("time_zone") else { return Zone::default() };
        let Some(zone) = item.as_str().and_then(|text| Zone::parse(text).ok()) else {
            let found = shown(item);
            self.refuse("time_zone", &found, "Write a name such as Europe/Berlin, or UTC.");
            return Zone::default();
        };
        zone
    }

    fn resolvers(&mut self) -> Vec<SocketAddr> {
        let write = "Write a list such as [\"192.0.2.53\", \"[2001:db8::53]:5353\"].";
        let Some(item) = self.item("resolvers") else { return Vec::new() };
        let Some(list) = item.as_array() else {
            let found = shown(item);
            self.refuse("resolvers", &found, write);
            return Vec::new();
        };
        let read: Vec<Result<SocketAddr, String>> = list
            .iter()
            .map(|value| {
                value
                    .as_str()
                    .and_then(|text| name_server_at(text).ok())
                    .ok_or_else(|| Value::to_string(value))
            })
            .collect();
        let mut resolvers = Vec::new();
        for one in read {
            match one {
                Ok(at) => resolvers.push(at),
                Err(found) => self.refuse("resolvers", &found, write),
            }
        }
        resolvers
    }

    fn helo(&mut self) -> Option<HostName> {
        let item = self.item("helo")?;
        let text = item.as_str();
        if text.is_some_and(|text| text.trim().is_empty()) {
            return None;
        }
        let name = text.ok_or_else(|| "Write the name of this machine.".to_owned());
        match name.and_then(|text| HostName::parse(text).map_err(|error| error.to_string())) {
            Ok(name) => Some(name),
            Err(why) => {
                let found = shown(item);
                self.refuse("helo", &found, &format!("{}.", bare(&why)));
                None
            }
        }
    }
}
