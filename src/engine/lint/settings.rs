//! What an operator sets: which rules run, how much they matter, what is allowed and why.

use std::collections::BTreeMap;

use crate::source::{Place, Severity};

/// A rule's level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The rule does not run.
    Off,
    /// As a note.
    Note,
    /// As a warning.
    Warning,
    /// As an error.
    Error,
}

impl Level {
    /// By its word.
    pub fn of(word: &str) -> Option<Self> {
        Some(match word {
            "off" => Level::Off,
            "note" => Level::Note,
            "warning" => Level::Warning,
            "error" => Level::Error,
            _ => return None,
        })
    }

    /// The severity; none when the rule is off.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Level::Off => None,
            Level::Note => Some(Severity::Note),
            Level::Warning => Some(Severity::Warning),
            Level::Error => Some(Severity::Error),
        }
    }
}

/// One allowance of the settings file.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Allow {
    /// The rule's id.
    pub rule: String,
    /// Only in this file (its name).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Only in this entry (a role, user, mapping or group).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// Why; without one it does not count.
    #[serde(default)]
    pub reason: String,
    /// Where it stands.
    #[serde(skip)]
    pub place: Option<Place>,
}

/// The table `lint` of the settings file.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Level by rule id; `all` stands for the rules that are not named.
    pub rules: BTreeMap<String, Level>,
    /// What is allowed and why.
    pub allow: Vec<Allow>,
}

impl Settings {
    /// What the settings say about a rule, if anything.
    pub fn level(&self, rule: &str) -> Option<Level> {
        self.rules.get(rule).or_else(|| self.rules.get("all")).copied()
    }
}
