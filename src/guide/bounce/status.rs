//! The fields of a delivery status notification (RFC 3464), each recipient
//! for itself.

use super::notice::{Fate, Raw, enhanced};
use super::said;
use super::whom;
use crate::guide::folded::field;

/// What the per-recipient fields say (RFC 3464 2.3).
pub(super) fn fields(lines: &[String]) -> Vec<Raw> {
    let mut found: Vec<Raw> = Vec::new();
    let mut reporter = None;
    let mut current: Option<Block> = None;
    for line in lines.iter().map(String::as_str).chain([""]) {
        if let Some(server) = field(line, "reporting-mta") {
            reporter = Some(bare(server).to_owned());
        } else if line.trim().is_empty() {
            found.extend(current.take().and_then(Block::told));
        } else if let Some(to) = field(line, "final-recipient") {
            found.extend(current.take().and_then(Block::told));
            let recipient = Some(bare(to).trim_matches(['<', '>']).to_owned());
            let raw = Raw { recipient, reporter: reporter.clone(), ..Raw::default() };
            current = Some(Block { raw, action: None });
        } else if let Some(block) = &mut current {
            block.take(line);
        }
    }
    found
}

/// The fields of one recipient.
struct Block {
    raw: Raw,
    /// What was done, where that is said.
    action: Option<Fate>,
}

impl Block {
    fn take(&mut self, line: &str) {
        let raw = &mut self.raw;
        if let Some(action) = field(line, "action") {
            self.action = Fate::of_action(action);
            raw.says(action);
        } else if let Some(status) = field(line, "status") {
            raw.enhanced = raw.enhanced.or_else(|| enhanced(status));
            if self.action.is_none() && status.starts_with("2.") {
                self.action = Some(Fate::Taken);
            }
            raw.says(status);
        } else if let Some(server) = field(line, "remote-mta") {
            // Google says more behind it: `mail.example.com. (192.0.2.25, the server for ...)`.
            let name = bare(server).split([' ', '(']).next().unwrap_or_default();
            raw.by = Some(name.trim_end_matches('.').to_owned()).filter(|name| !name.is_empty());
        } else if let Some(value) = field(line, "diagnostic-code") {
            let words = Raw::of_line(bare(value));
            // The server's own words are closer to the cause than the
            // status that the reporter made of them.
            raw.enhanced = words.enhanced.or(raw.enhanced);
            raw.code = words.code;
            raw.host_code = words.host_code;
            raw.by = raw.by.take().or(words.by);
            raw.text = words.text;
            raw.words = words.words;
        }
    }

    /// The refusal. A block with a recipient alone says nothing of its fate.
    fn told(self) -> Option<Raw> {
        let Self { mut raw, action } = self;
        if raw.text.is_empty() {
            return None;
        }
        raw.fate = match action {
            Some(Fate::Failed) if raw.is_put_off() || said::expired(&raw.words) => Fate::GivenUp,
            Some(fate) => fate,
            None if said::expired(&raw.words) => Fate::GivenUp,
            None if raw.is_temporary() => Fate::Delayed,
            None => Fate::Failed,
        };
        if raw.by.is_none() && said::by_exchange(&raw.words) {
            raw.by.clone_from(&raw.reporter);
        }
        Some(raw)
    }
}

impl Raw {
    fn says(&mut self, words: &str) {
        if self.text.is_empty() || Fate::of_action(&self.text).is_some() {
            words.clone_into(&mut self.text);
        }
    }
}

impl Fate {
    fn of_action(action: &str) -> Option<Self> {
        let word = action.split([' ', '(']).next().unwrap_or_default();
        Some(match word.to_ascii_lowercase().as_str() {
            "failed" => Self::Failed,
            "delayed" => Self::Delayed,
            "delivered" => Self::Delivered,
            "relayed" => Self::Relayed,
            "expanded" => Self::Expanded,
            // Postfix, asked about an address (sendmail -bv).
            "undeliverable" => Self::Asked,
            "deliverable" => Self::Taken,
            _ => return None,
        })
    }
}

/// Without the type in front: `dns; mail.example.com`, `smtp; 550 ...`.
fn bare(value: &str) -> &str {
    match value.split_once(';') {
        Some((kind, rest))
            if kind.trim().bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'/') =>
        {
            rest.trim()
        }
        _ => value.trim(),
    }
}

/// Who reports, in the words of Exchange's languages.
pub(super) fn reporter(line: &str) -> Option<String> {
    const NAMES: [&str; 7] = [
        "generating server",
        "reporting-mta",
        "generierender server",
        "bericht erstellender server",
        "serveur de génération",
        "serveur générateur",
        "servidor de generación",
    ];
    let (name, value) = line.split_once(':')?;
    let name = name.trim().to_lowercase();
    let server = NAMES.contains(&name.as_str()).then(|| bare(value))?;
    Some(whom::named(server).unwrap_or_else(|| server.to_owned()))
}
