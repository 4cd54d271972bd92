//! Which earlier failure an answer takes back.

use std::borrow::Cow;

use super::{
    Event, elsewhere, exports, followed, inquiry::Inquiry, keeper, kept_key, people, test_message,
};

impl Event {
    /// What the same work was called where it failed before: what was told of
    /// that is not so any more.
    pub fn settles(&self) -> Option<Cow<'static, str>> {
        Some(Cow::Borrowed(match self {
            Self::TableRead { .. } => people::READ,
            Self::PeopleTaken { .. } => people::TAKE,
            Self::Compared { .. } => people::COMPARE,
            Self::CheckEnded { step, cancelled: false, .. } => {
                return Some(Cow::Owned(Inquiry::Step(*step).what()));
            }
            Self::AskingEnded { cancelled: false, .. } => {
                return Some(Cow::Owned(Inquiry::Everybody.what()));
            }
            Self::Exported { .. } => keeper::EXPORT,
            Self::History(_) => keeper::HISTORY,
            Self::ResultTaken { .. } => elsewhere::WHAT,
            Self::Followed { .. } => followed::WHAT,
            Self::TestSent { .. } => test_message::WHAT,
            Self::TextSaved { .. } => exports::SAVE_TEXT,
            Self::KeyKept => kept_key::KEEP,
            Self::KeyFetched => kept_key::FETCH,
            Self::KeyDeleted => kept_key::DELETE,
            _ => return None,
        }))
    }
}
