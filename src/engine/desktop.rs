//! How this session's desktop wants windows to look: told by its settings
//! portal on Linux, where the window library knows nothing of it.
//!
//! <https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.Settings.html>

use tokio::sync::mpsc::UnboundedSender;

use super::outbox::Note;

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shade {
    /// By day.
    Light,
    /// By night.
    Dark,
}

/// What a desktop wants of every window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Desktop {
    /// Its colours; `None`: it leaves them to each program.
    pub shade: Option<Shade>,
    /// Nothing is to move by itself.
    pub still: bool,
}

/// Tells it, and each change of it, as long as somebody listens.
#[cfg(target_os = "linux")]
pub(super) fn watch(notes: UnboundedSender<Note>, session: u64) {
    let mut last = Desktop::default();
    let tell = move |now: Desktop| {
        let changed = std::mem::replace(&mut last, now) != now;
        let event = super::Event::Desktop(now);
        !changed || notes.send(Note::Done { session, event }).is_ok()
    };
    // Without a bus or a portal there is nothing to tell, and nobody misses it.
    tokio::spawn(async move { portal::listen(tell).await.ok() });
}

/// Elsewhere the window library tells the theme by itself.
#[cfg(not(target_os = "linux"))]
pub(super) fn watch(_notes: UnboundedSender<Note>, _session: u64) {}

/// Whether this desktop has dialogs for files: its portal's, or zenity's. Waits
/// for the portal's answer.
#[cfg(target_os = "linux")]
pub fn opens_dialogs() -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join("zenity").is_file())
        || portal::has_file_chooser().is_ok()
}

/// Elsewhere every system has them.
#[cfg(not(target_os = "linux"))]
pub fn opens_dialogs() -> bool {
    true
}

#[cfg(target_os = "linux")]
mod portal {
    use std::collections::HashMap;

    use futures_lite::StreamExt as _;
    use zbus::zvariant::{OwnedValue, Value};
    use zbus::{Connection, MatchRule, MessageStream, message};

    use super::{Desktop, Shade};

    const BUS_NAME: &str = "org.freedesktop.portal.Desktop";
    const PATH: &str = "/org/freedesktop/portal/desktop";
    const FILE_CHOOSER: &str = "org.freedesktop.portal.FileChooser";
    const SETTINGS: &str = "org.freedesktop.portal.Settings";
    const APPEARANCE: &str = "org.freedesktop.appearance";
    /// Where desktops that know no `reduced-motion` keep it.
    const GNOME: &str = "org.gnome.desktop.interface";

    /// What was said of each setting that matters here.
    #[derive(Default)]
    struct Said {
        shade: Option<Shade>,
        reduced_motion: bool,
        no_animations: bool,
    }

    impl Said {
        fn take(&mut self, namespace: &str, key: &str, value: &Value<'_>) {
            match (namespace, key, value) {
                (APPEARANCE, "color-scheme", Value::U32(word)) => {
                    self.shade = match word {
                        1 => Some(Shade::Dark),
                        2 => Some(Shade::Light),
                        _ => None,
                    };
                }
                (APPEARANCE, "reduced-motion", Value::U32(word)) => {
                    self.reduced_motion = *word == 1
                }
                (GNOME, "enable-animations", Value::Bool(on)) => self.no_animations = !on,
                _ => {}
            }
        }

        fn desktop(&self) -> Desktop {
            Desktop { shade: self.shade, still: self.reduced_motion || self.no_animations }
        }
    }

    /// The version of its file chooser; an error where it has none.
    pub(super) fn has_file_chooser() -> zbus::Result<u32> {
        let bus = zbus::blocking::Connection::session()?;
        zbus::blocking::Proxy::new(&bus, BUS_NAME, PATH, FILE_CHOOSER)?.get_property("version")
    }

    /// Reads the settings once, then waits for what changes; ends when `tell`
    /// says so or the bus goes.
    pub(super) async fn listen(mut tell: impl FnMut(Desktop) -> bool) -> zbus::Result<()> {
        let bus = Connection::session().await?;
        // Listened to before they are read, so that no change falls between.
        let changes = MatchRule::builder()
            .msg_type(message::Type::Signal)
            .sender(BUS_NAME)?
            .interface(SETTINGS)?
            .member("SettingChanged")?
            .build();
        let mut changes = MessageStream::for_match_rule(changes, &bus, Some(64)).await?;
        let mut said = Said::default();
        let asked = ([APPEARANCE, GNOME].as_slice(),);
        let answer = bus.call_method(Some(BUS_NAME), PATH, Some(SETTINGS), "ReadAll", &asked).await;
        // A portal that starts later tells by itself.
        if let Ok(answer) = answer
            && let Ok(all) =
                answer.body().deserialize::<HashMap<String, HashMap<String, OwnedValue>>>()
        {
            for (namespace, settings) in &all {
                for (key, value) in settings {
                    said.take(namespace, key, value);
                }
            }
        }
        while tell(said.desktop()) {
            let Some(change) = changes.next().await else { break };
            let change = change?;
            let body = change.body();
            if let Ok((namespace, key, value)) = body.deserialize::<(String, String, Value<'_>)>() {
                said.take(&namespace, &key, &value);
            }
        }
        Ok(())
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn words_of_other_settings_and_of_other_kinds_change_nothing() {
            let mut said = Said::default();
            said.take(APPEARANCE, "color-scheme", &Value::U32(1));
            for (namespace, key, value) in [
                (APPEARANCE, "accent-color", Value::U32(2)),
                (APPEARANCE, "color-scheme", Value::Str("light".into())),
                (GNOME, "color-scheme", Value::U32(2)),
                (GNOME, "enable-animations", Value::U32(0)),
            ] {
                said.take(namespace, key, &value);
            }
            let dark = Some(Shade::Dark);
            assert_eq!(said.desktop(), Desktop { shade: dark, still: false });
            said.take(APPEARANCE, "color-scheme", &Value::U32(7));
            said.take(GNOME, "enable-animations", &Value::Bool(false));
            assert_eq!(said.desktop(), Desktop { shade: None, still: true });
        }
    }
}
