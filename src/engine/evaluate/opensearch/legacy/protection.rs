//! Indices that nobody but a super admin may change: the security index, system indices, protected indices
//! (rules 15 and 16 of the recorded behaviour).

use super::resolved::Resolved;
use super::view::View;
use super::{Compiled, settings::Settings};
use crate::engine::pattern::{Matchers, wildcard};

/// Actions that are refused on these indices.
const DENIED: [&str; 7] = [
    "indices:data/write*",
    "indices:admin/delete*",
    "indices:admin/mapping/delete*",
    "indices:admin/mapping/put*",
    "indices:admin/freeze*",
    "indices:admin/settings/update*",
    "indices:admin/aliases",
];
const DENIED_UNLESS_RESTORE_IS_OPEN: [&str; 2] = ["indices:admin/close*", "cluster:admin/snapshot/restore*"];

fn denied(action: &str, restore_is_open: bool) -> bool {
    let matches = |patterns: &[&str]| patterns.iter().any(|pattern| wildcard(pattern, action));
    matches(&DENIED) || (!restore_is_open && matches(&DENIED_UNLESS_RESTORE_IS_OPEN))
}

/// Why a request to system indices is refused; none when this stage lets it pass.
pub(super) fn system_indices(compiled: &Compiled<'_>, view: &View, action: &str, resolved: &Resolved) -> Option<String> {
    let settings = &compiled.settings;
    let system: Vec<&String> = resolved.all.iter().filter(|name| is_system(settings, name)).collect();
    if settings.system_permission_enabled {
        if resolved.all.contains(&settings.security_index) {
            return Some(format!("`{}` is for super admins only", settings.security_index));
        }
        let explicit = resolved.all.iter().all(|name| view.opens_system_index(&compiled.named(name)));
        if !system.is_empty() && !explicit {
            return Some(format!("system indices {} want `system:admin/system_index` on every index of the request", list(&system)));
        }
    }
    if !denied(action, settings.restore_security_index) {
        return None;
    }
    if settings.filter_security_index {
        // the security index is taken out of the request, which then must be about something else
        let alone = resolved.all.len() == 1 && resolved.all.contains(&settings.security_index) && !settings.system_permission_enabled;
        return alone.then(|| format!("nothing is left of the request without `{}`", settings.security_index));
    }
    if resolved.local_all {
        Some(format!("`{action}` on all indices would touch the security index"))
    } else if !system.is_empty() && !settings.system_permission_enabled {
        Some(format!("`{action}` on {} is for super admins only", list(&system)))
    } else {
        None
    }
}

fn list(names: &[&String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// Whether the name is the security index, or a system index where those are protected.
pub(super) fn is_system(settings: &Settings, name: &str) -> bool {
    name == settings.security_index || (settings.system_enabled && settings.system_indices.matches(name))
}

/// The patterns of the protected indices, where none of these roles opens them: their documents are hidden, too.
pub(super) fn closed_to<'a>(settings: &'a Settings, roles: &[String]) -> Option<&'a Matchers> {
    let exempt = || roles.iter().any(|role| settings.protected_roles.matches(role));
    settings.protected_indices.as_ref().filter(|_| !exempt())
}

/// Why a request to `plugins.security.protected_indices` is refused.
pub(super) fn protected_indices(settings: &Settings, roles: &[String], action: &str, resolved: &Resolved) -> Option<String> {
    let protected = closed_to(settings, roles)?;
    if !denied(action, false) {
        return None;
    }
    let touched = resolved.local_all || resolved.all.iter().any(|name| protected.matches(name));
    touched.then(|| format!("`{action}` on a protected index"))
}
