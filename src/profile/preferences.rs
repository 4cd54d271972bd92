//! What the user prefers on this machine, whatever profile is open.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use toml_edit::DocumentMut;

use super::in_place::with_newlines_of;
use super::value::clean;
use super::{ProfileError, Zone, disk, preferences_file};
use crate::net::{DnsError, Net};
use crate::plan::HostName;

/// What the file says of itself when it is made.
const TEMPLATE: &str = include_str!("preferences.toml");

/// What the user prefers, kept as `preferences.toml` in the settings folder.
/// Edit it by hand if you like: remarks and unknown keys stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preferences {
    /// How to draw; `None`: whatever works, best first.
    pub renderer: Option<Renderer>,
    /// Light or dark.
    pub theme: Theme,
    /// Size of everything in the window: per cent, 50 to 300.
    pub scale: u16,
    /// Whether things may move by themselves.
    pub reduced_motion: ReducedMotion,
    /// In which zone the window shows times; files keep their own.
    pub time_zone: Zone,
    /// Resolvers to ask instead of the system's and the public ones; empty: those.
    pub resolvers: Vec<SocketAddr>,
    /// The name said in EHLO; `None`: this machine's address.
    pub helo: Option<HostName>,
    /// How long each reply of a mail server may take: whole seconds, 1 to 3600.
    pub reply_timeout: Duration,
    /// How long each question to a name server may take: whole seconds, 1 to 60.
    pub dns_timeout: Duration,
}

/// How the window is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Renderer {
    /// What the system draws with itself: DirectX 12 on Windows, Metal on
    /// macOS, Vulkan elsewhere.
    Native,
    /// Any of those that there is a driver for, or OpenGL; the system's own last.
    Wgpu,
    /// OpenGL, without the layer that the other two have in common.
    Glow,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    /// As the system.
    #[default]
    System,
    /// By day.
    Light,
    /// By night.
    Dark,
}

/// Whether things may move by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReducedMotion {
    /// Not over a remote session, not where the processor draws, and not where
    /// the desktop says so.
    #[default]
    Auto,
    /// Nothing moves.
    On,
    /// They may.
    Off,
}

impl Default for Preferences {
    fn default() -> Self {
        let net = Net::with_resolvers(Vec::new());
        Self {
            renderer: None,
            theme: Theme::default(),
            scale: 100,
            reduced_motion: ReducedMotion::default(),
            time_zone: Zone::default(),
            resolvers: Vec::new(),
            helo: None,
            reply_timeout: net.reply_timeout,
            dns_timeout: net.dns_timeout,
        }
    }
}

impl Preferences {
    /// The next larger size: per cent.
    pub fn larger(&self) -> u16 {
        (self.scale + 10).min(300)
    }

    /// The next smaller size: per cent.
    pub fn smaller(&self) -> u16 {
        self.scale.saturating_sub(10).max(50)
    }

    pub(super) const FILE: &'static str = "preferences.toml";
    const BYTES: u64 = 1 << 20;

    /// Reads them from the settings folder. Never fails: what can't be read is
    /// as by default, and each such thing is a sentence.
    pub fn load(settings: &Path) -> (Self, Vec<String>) {
        match There::look(&settings.join(Self::FILE)) {
            Ok(There::Nothing) => (Self::default(), Vec::new()),
            Ok(There::Document(document, _)) => preferences_file::read(&document),
            Ok(There::Unreadable(why)) => (
                Self::default(),
                vec![format!(
                    "{} can't be read: {why}. Everything is as by default until it is mended. It stays as it is; a copy is kept beside it before something is saved there.",
                    settings.join(Self::FILE).display()
                )],
            ),
            Err(error) => (Self::default(), vec![error.to_string()]),
        }
    }

    /// Writes what differs from `before` into the file in the settings folder;
    /// what another window or a hand changed there meanwhile stays. A file that
    /// can't be understood is kept aside, and that is the sentence that comes back.
    ///
    /// # Errors
    /// When the file can't be read or written; it is as it was then.
    pub fn save(&self, before: &Self, settings: &Path) -> Result<Option<String>, ProfileError> {
        disk::make_folder(settings)?;
        let path = settings.join(Self::FILE);
        let fresh = || TEMPLATE.parse().unwrap_or_default();
        let plain = Self::default();
        let (text, kept) = match There::look(&path)? {
            There::Nothing => (preferences_file::written(fresh(), self, &plain), None),
            There::Document(document, base) => {
                let text = preferences_file::written(document, self, before);
                (with_newlines_of(&base, text), None)
            }
            There::Unreadable(_) => {
                let aside = disk::keep_aside(&path, "unreadable")?;
                (preferences_file::written(fresh(), self, &plain), Some(aside))
            }
        };
        disk::write(&path, text.as_bytes())?;
        Ok(kept.map(|aside| {
            format!(
                "{} could not be read, so it is kept as {}. What you prefer is in a new file.",
                path.display(),
                aside.display()
            )
        }))
    }

    /// The way to the world as preferred.
    ///
    /// # Errors
    /// When no resolver is preferred and the machine's can't be had.
    pub fn net(&self) -> Result<Net, DnsError> {
        let mut net = match self.resolvers.as_slice() {
            [] => Net::system()?,
            resolvers => Net::with_resolvers(resolvers.to_vec()),
        };
        net.helo = self.helo.as_ref().map(ToString::to_string).unwrap_or(net.helo);
        net.reply_timeout = self.reply_timeout;
        net.dns_timeout = self.dns_timeout;
        Ok(net)
    }
}

/// What lies where the file belongs.
enum There {
    Nothing,
    Document(DocumentMut, String),
    Unreadable(String),
}

impl There {
    fn look(path: &Path) -> Result<Self, ProfileError> {
        let bytes = match disk::read(path, Preferences::BYTES) {
            Ok(bytes) => bytes.unwrap_or_default(),
            Err(ProfileError::Malformed { why, .. }) => return Ok(Self::Unreadable(why)),
            Err(error) => return Err(error),
        };
        let text = match crate::roster::decode(&bytes) {
            Ok((text, _)) => text,
            Err(why) => return Ok(Self::Unreadable(why)),
        };
        if text.trim().is_empty() {
            return Ok(Self::Nothing);
        }
        Ok(match text.parse() {
            Ok(document) => Self::Document(document, text.into_owned()),
            Err(error) => Self::Unreadable(clean(toml_edit::TomlError::message(&error))),
        })
    }
}
