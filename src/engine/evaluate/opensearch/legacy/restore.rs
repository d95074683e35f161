//! Restores of snapshots: what they may never bring back.

use super::settings::Settings;
use crate::engine::request::opensearch::Details;

/// How a restore is refused.
pub(super) struct RestoreRefusal {
    /// Why.
    pub(super) rule: String,
    /// Whether the text names the action (3.x, for everything but the security index).
    pub(super) names_action: bool,
}

/// Why a restore is refused before permissions are looked at.
pub(super) fn refused(settings: &Settings, details: &Details) -> Option<RestoreRefusal> {
    let Details::Restore { global_state, sources, .. } = details else { return None };
    if !settings.restore_enabled {
        return Some(RestoreRefusal { rule: "restores are for super admins only".to_owned(), names_action: true });
    }
    if settings.restore_security_index {
        return None;
    }
    if *global_state {
        return Some(RestoreRefusal { rule: "the global state is not restored for users".to_owned(), names_action: true });
    }
    let taken = sources.as_ref()?;
    let secured = taken.iter().any(|name| *name == settings.security_index || name == "_all" || name == "*");
    secured.then(|| RestoreRefusal { rule: format!("`{}` is not restored for users", settings.security_index), names_action: false })
}
