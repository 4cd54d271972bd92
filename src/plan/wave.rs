//! A wave: mailboxes that move together.

use std::fmt;
use std::num::NonZeroU16;

use serde::{Deserialize, Serialize};

use super::Plan;

/// Waves count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct WaveNumber(NonZeroU16);

impl WaveNumber {
    /// The first wave.
    pub const FIRST: Self = Self(NonZeroU16::MIN);

    /// `None` for 0.
    pub fn new(number: u16) -> Option<Self> {
        NonZeroU16::new(number).map(Self)
    }

    /// The plain number, 1 or more.
    pub fn get(self) -> u16 {
        self.0.get()
    }
}

impl fmt::Display for WaveNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What is planned for one batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wave {
    /// Its place in the order.
    pub number: WaveNumber,
    /// The administrator's own name for it; may be empty.
    #[serde(default)]
    pub name: String,
    /// The day on which it moves, if set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<jiff::civil::Date>,
}

impl Wave {
    /// A wave with nothing but its number.
    pub fn numbered(number: WaveNumber) -> Self {
        Self { number, name: String::new(), date: None }
    }

    /// "Wave 2" or "Wave 2, Sales".
    pub fn label(&self) -> String {
        if self.name.is_empty() {
            format!("Wave {}", self.number)
        } else {
            format!("Wave {}, {}", self.number, self.name)
        }
    }
}

impl Plan {
    /// Whether one wave moves before the other: by their days, and by their
    /// numbers where one of them has none yet or both have the same.
    pub fn is_earlier(&self, one: WaveNumber, other: WaveNumber) -> bool {
        match (self.wave(one).date, self.wave(other).date) {
            (Some(a), Some(b)) if a != b => a < b,
            _ => one < other,
        }
    }
}
