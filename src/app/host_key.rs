//! The key to the host's own list: typed, handed to the engine, forgotten.
//! It never stands in a field of the plan, a draft, a message or a file.

use std::fmt;

use eframe::egui::{self, Id};

use super::state::State;
use crate::engine::Command;
use crate::net::ApiKey;

/// The two parts of the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPart {
    /// Who asks.
    UserKey,
    /// What proves it.
    Secret,
}

impl KeyPart {
    /// Both, in the order of the page.
    pub(crate) const BOTH: [Self; 2] = [Self::UserKey, Self::Secret];

    /// Its name on screen.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::UserKey => "User key",
            Self::Secret => "Secret",
        }
    }

    /// Its field.
    pub(crate) fn id(self) -> Id {
        Id::unique(("host key", self.label()))
    }
}

/// A text that no log and no message shows.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Hidden(String);

impl Hidden {
    /// Hides a text.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// For the field that it is typed in.
    pub(crate) fn shown_to_typist(&self) -> String {
        self.0.clone()
    }

    fn taken(&self) -> Option<String> {
        let text = self.0.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden")
    }
}

/// What is typed of the key, and whether one is in use.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HostKey {
    /// As typed.
    pub user_key: Hidden,
    /// As typed.
    pub secret: Hidden,
    /// The part that is missing, once the button was pressed.
    pub missing: Option<KeyPart>,
    /// The engine has one.
    pub in_use: bool,
    /// It is in this system's key store too.
    pub kept: bool,
}

impl HostKey {
    /// What is typed of a part.
    pub(crate) fn part(&self, part: KeyPart) -> &Hidden {
        match part {
            KeyPart::UserKey => &self.user_key,
            KeyPart::Secret => &self.secret,
        }
    }
}

/// What the user did to the key.
#[derive(Debug, Clone)]
pub enum KeyAction {
    /// A key was typed in a field.
    Typed(KeyPart, Hidden),
    /// From here on the checks ask the host's API with it.
    Use,
    /// The same, and this system's key store keeps it.
    Keep,
    /// Uses the one that was kept there.
    Fetch,
    /// Deletes the one that was kept there.
    Delete,
    /// Away with it, typed or in use.
    Forget,
}

/// Applies one action to the key.
pub(crate) fn apply_key(state: &mut State, action: KeyAction, out: &mut Vec<Command>) {
    match action {
        KeyAction::Typed(part, text) => {
            let key = &mut state.host_key;
            key.missing = key.missing.filter(|missing| *missing != part);
            match part {
                KeyPart::UserKey => key.user_key = text,
                KeyPart::Secret => key.secret = text,
            }
        }
        KeyAction::Fetch => {
            let Some(session) = &state.session else { return };
            out.push(Command::FetchApiKey(session.plan.domain().clone()));
        }
        KeyAction::Delete => {
            let Some(session) = &state.session else { return };
            out.push(Command::DeleteApiKey(session.plan.domain().clone()));
        }
        KeyAction::Use | KeyAction::Keep => {
            match (state.host_key.user_key.taken(), state.host_key.secret.taken()) {
                (Some(user_key), Some(secret)) => {
                    state.host_key = HostKey { in_use: true, ..HostKey::default() };
                    let key = ApiKey { user_key, secret };
                    let domain =
                        state.session.as_ref().map(|session| session.plan.domain().clone());
                    out.push(match domain.filter(|_| matches!(action, KeyAction::Keep)) {
                        Some(domain) => Command::KeepApiKey { domain, key },
                        None => Command::SetApiKey(Some(key)),
                    });
                }
                (user_key, _) => {
                    let missing =
                        if user_key.is_none() { KeyPart::UserKey } else { KeyPart::Secret };
                    state.host_key.missing = Some(missing);
                }
            }
        }
        KeyAction::Forget => {
            state.host_key = HostKey::default();
            out.push(Command::SetApiKey(None));
        }
    }
}

/// Lets go of what the fields themselves remember for their own undo.
pub(crate) fn forget_typing(ctx: &egui::Context) {
    for part in KeyPart::BOTH {
        ctx.data_mut(|data| data.remove::<egui::text_edit::TextEditState>(part.id()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(state: &mut State, part: KeyPart, text: &str) {
        let action = KeyAction::Typed(part, Hidden::new(text.to_owned()));
        assert!(!format!("{action:?}").contains("s3cret"));
        apply_key(state, action, &mut Vec::new());
    }

    #[test]
    fn half_a_key_is_not_used_and_the_missing_half_is_named() {
        let mut state = State::default();
        let mut out = Vec::new();
        typed(&mut state, KeyPart::Secret, "s3cret");
        apply_key(&mut state, KeyAction::Use, &mut out);
        assert_eq!(state.host_key.missing, Some(KeyPart::UserKey));
        assert!(out.is_empty());
        typed(&mut state, KeyPart::UserKey, " abc ");
        assert_eq!(state.host_key.missing, None);
        apply_key(&mut state, KeyAction::Use, &mut out);
        let [Command::SetApiKey(Some(key))] = out.as_slice() else { panic!("{out:?}") };
        assert_eq!((key.user_key.as_str(), key.secret.as_str()), ("abc", "s3cret"));
    }

    #[test]
    fn what_was_typed_stays_nowhere_in_the_state() {
        let mut state = State::default();
        let mut out = Vec::new();
        for part in KeyPart::BOTH {
            typed(&mut state, part, "s3cret");
        }
        assert!(!format!("{:?}", state.host_key).contains("s3cret"));
        apply_key(&mut state, KeyAction::Use, &mut out);
        assert_eq!(state.host_key, HostKey { in_use: true, ..HostKey::default() });
        assert!(state.texts.is_empty() && state.drafts().is_empty() && state.messages.is_empty());
        apply_key(&mut state, KeyAction::Forget, &mut out);
        assert_eq!(state.host_key, HostKey::default());
        assert!(matches!(out.last(), Some(Command::SetApiKey(None))));
    }
}
