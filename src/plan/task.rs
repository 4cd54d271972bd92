//! What only the administrator can do, and has to say when done.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{Home, Plan, WaveNumber};

/// One action in the outside world. The program never does these itself;
/// ticking one off is a word in the plan, beside what the checks see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Task {
    /// Split domain routing saved in the host's control panel.
    EnableSdr,
    /// In place of it: the subdomain that leads to the external server made.
    PublishExternalMx,
    /// In place of it: an alias at the host made for everybody outside.
    MakeHostAliases,
    /// The routing subdomain's MX records published.
    PublishSubdomainMx,
    /// The host asked to add the routing subdomain as a domain alias.
    RequestDomainAlias,
    /// Port 25 of the external server opened to the host.
    OpenPort25,
    /// The forwards of those who live at the host and are in no wave loaded on
    /// the external server.
    LoadFirstForwards,
    /// The forwards of a wave loaded on the external server.
    LoadForwards(WaveNumber),
    /// The lists of the external server made at the host.
    MakeHostLists,
    /// The primary domain's MX records changed to the host's.
    ChangePrimaryMx,
    /// Split domain routing switched off again.
    DisableSdr,
    /// The domain given up by the external server.
    ReleaseDomain,
    /// Forwards, domain alias and subdomain records taken down.
    TakeDown,
}

/// What stands before the number of a wave.
const OF_A_WAVE: &str = "load-forwards-";

impl Task {
    /// All that are no wave's, in the order in which a migration meets them.
    pub const PLAIN: [Self; 12] = [
        Self::EnableSdr,
        Self::PublishExternalMx,
        Self::MakeHostAliases,
        Self::PublishSubdomainMx,
        Self::RequestDomainAlias,
        Self::OpenPort25,
        Self::LoadFirstForwards,
        Self::MakeHostLists,
        Self::ChangePrimaryMx,
        Self::DisableSdr,
        Self::ReleaseDomain,
        Self::TakeDown,
    ];

    /// As in files and options: `load-forwards-2`.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(task) = Self::PLAIN.into_iter().find(|task| task.word() == text) {
            return Some(task);
        }
        let number = text.strip_prefix(OF_A_WAVE)?.parse().ok()?;
        WaveNumber::new(number).map(Self::LoadForwards)
    }

    /// The one by which the forwards of a wave, or of those in none, are loaded.
    pub fn loads(wave: Option<WaveNumber>) -> Self {
        wave.map_or(Self::LoadFirstForwards, Self::LoadForwards)
    }

    /// Whether it loads forwards.
    pub fn is_loading(self) -> bool {
        matches!(self, Self::LoadFirstForwards | Self::LoadForwards(_))
    }

    fn word(self) -> &'static str {
        match self {
            Self::EnableSdr => "enable-sdr",
            Self::PublishExternalMx => "publish-external-mx",
            Self::MakeHostAliases => "make-host-aliases",
            Self::PublishSubdomainMx => "publish-subdomain-mx",
            Self::RequestDomainAlias => "request-domain-alias",
            Self::OpenPort25 => "open-port25",
            Self::LoadFirstForwards => "load-first-forwards",
            Self::LoadForwards(_) => OF_A_WAVE,
            Self::MakeHostLists => "make-host-lists",
            Self::ChangePrimaryMx => "change-primary-mx",
            Self::DisableSdr => "disable-sdr",
            Self::ReleaseDomain => "release-domain",
            Self::TakeDown => "take-down",
        }
    }
}

impl Plan {
    /// The loadings of forwards that this plan has: of those at the host who
    /// are in no wave, its lists among them, then wave by wave.
    pub fn loadings(&self) -> Vec<Task> {
        let first = self.roster.census().everybody().count(Home::Host, None) > 0
            || !self.lists_at_host().is_empty();
        let first = first.then_some(Task::LoadFirstForwards);
        first.into_iter().chain(self.wave_numbers().into_iter().map(Task::LoadForwards)).collect()
    }

    /// Whether forwards are ticked off as loaded, and of those who live at the
    /// host nobody's is missing.
    pub fn is_loaded(&self) -> bool {
        let is_done = |wave| self.done.contains(&Task::loads(wave));
        let mut groups = self.roster.census().everybody().groups();
        self.done.iter().any(|task| task.is_loading())
            && groups.all(|(home, wave, _)| home == Home::External || is_done(wave))
            && (is_done(None) || self.lists_at_host().is_empty())
    }
}

/// As in files and options.
impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())?;
        match self {
            Self::LoadForwards(wave) => wave.fmt(f),
            _ => Ok(()),
        }
    }
}

impl Serialize for Task {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Task {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom(format!("“{text}” is no task")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_one_word_and_a_wave_has_its_number() {
        let waves = [1, 2, 65_535].into_iter().filter_map(WaveNumber::new).map(Task::LoadForwards);
        for task in Task::PLAIN.into_iter().chain(waves) {
            assert_eq!(Task::parse(&task.to_string()), Some(task));
        }
        for none in ["load-forwards", "load-forwards-", "load-forwards-0", "load-forwards-x", ""] {
            assert_eq!(Task::parse(none), None, "{none}");
        }
    }
}
