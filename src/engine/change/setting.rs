//! Changes of the dynamic settings of config.yml.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ChangeError;
use super::text::{Op, Step};
use crate::engine::model::opensearch::{Configuration, DocumentKind};
use crate::source::Located;

/// One change of a dynamic setting, by its dotted key below `config.dynamic`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "kebab-case", rename_all_fields = "snake_case", deny_unknown_fields)]
pub enum SettingChange {
    /// The setting gets a value: a text, a number, true or false, or a list.
    SetSetting {
        /// Dotted, such as `do_not_fail_on_forbidden` or `kibana.multitenancy_enabled`.
        key: String,
        /// Its value.
        value: Value,
    },
    /// The setting goes, so that the default holds.
    RemoveSetting {
        /// Dotted.
        key: String,
    },
}

impl SettingChange {
    pub(super) const NAMES: &'static [&'static str] = &["set-setting", "remove-setting"];

    pub(super) fn key(&self) -> &str {
        match self {
            Self::SetSetting { key, .. } | Self::RemoveSetting { key } => key,
        }
    }

    pub(super) fn apply(&self, configuration: &mut Configuration) -> Result<(), ChangeError> {
        let settings = &mut configuration.dynamic;
        match self {
            Self::SetSetting { key, value } => {
                if key.is_empty() || key.split('.').any(str::is_empty) {
                    return Err(ChangeError::BadName(key.clone()));
                }
                if value.is_object() {
                    return Err(ChangeError::NotASetting { key: key.clone() });
                }
                let nested = |outer: &str, inner: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('.'));
                if settings.keys().any(|have| nested(key, have) || nested(have, key)) {
                    return Err(ChangeError::NotASetting { key: key.clone() });
                }
                settings.set(key.clone(), Located::bare(value.clone()));
                Ok(())
            }
            Self::RemoveSetting { key } => {
                settings.remove(key).map(drop).ok_or_else(|| ChangeError::Missing { what: "setting", name: key.clone() })
            }
        }
    }

    pub(super) fn operations(&self, _: &Configuration) -> Vec<Op> {
        let at = Op::at(DocumentKind::Config, vec![Step::Dotted(self.key().to_owned())]);
        vec![match self {
            Self::SetSetting { value, .. } => at.put(value.clone()),
            Self::RemoveSetting { .. } => at.cut(),
        }]
    }
}
