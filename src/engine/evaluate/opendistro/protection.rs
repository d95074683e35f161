//! Rules beside the permissions: the security index, system indices, protected indices, restores.

use super::ask::{Ask, Kind};
use super::compile::Switches;
use super::matcher::{Matcher, any};
use super::resolve::{ALL, Resolved};

/// Actions that nobody but the super admin may send to a protected index.
const DENIED: [&str; 7] = [
    "indices:data/write*",
    "indices:admin/delete*",
    "indices:admin/mapping/delete*",
    "indices:admin/mapping/put*",
    "indices:admin/freeze*",
    "indices:admin/settings/update*",
    "indices:admin/aliases",
];
/// Further ones, unless restoring the security index is allowed.
const DENIED_TOO: [&str; 2] = ["indices:admin/close*", "cluster:admin/snapshot/restore*"];

fn denied(action: &str, restores: bool) -> bool {
    let test = |pattern: &&str| Matcher::new(pattern).test(action);
    DENIED.iter().any(test) || (!restores && DENIED_TOO.iter().any(test))
}

/// What a protection rule says of a request.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Ruling {
    /// Nothing; the permissions decide.
    Pass,
    /// Refused with an empty list; the log's words, and whether the refusal is written to the audit log.
    Deny(String, bool),
    /// The security index is taken out of the request, which goes on with these names.
    Filter(Vec<String>),
}

/// The rules for `_restore`.
pub(super) fn restore(switches: &Switches, ask: &Ask) -> Ruling {
    let Kind::Restore { global_state, sources } = &ask.kind else { return Ruling::Pass };
    let action = &ask.action;
    if !switches.restore {
        return Ruling::Deny(format!("{action} is not allowed for a regular user"), false);
    }
    if switches.restore_security_index {
        return Ruling::Pass;
    }
    if *global_state {
        return Ruling::Deny(format!("{action} with 'include_global_state' enabled is not allowed"), true);
    }
    let forbidden = [switches.security_index.as_str(), "_all", ALL];
    if sources.as_ref().is_some_and(|sources| sources.iter().any(|source| forbidden.contains(&source.as_str()))) {
        return Ruling::Deny(format!("{action} for '{}' as source index is not allowed", switches.security_index), true);
    }
    Ruling::Pass
}

/// The security index and system indices: writes, deletions and changes of settings are refused.
pub(super) fn security_index(switches: &Switches, action: &str, resolved: &Resolved) -> Ruling {
    if !denied(action, switches.restore_security_index) {
        return Ruling::Pass;
    }
    let named =
        resolved.indices.contains(&switches.security_index) || resolved.indices.iter().any(|index| any(&switches.system_indices, index));
    if named {
        if switches.filter_security_index {
            let rest: Vec<String> = resolved.indices.iter().filter(|index| **index != switches.security_index).cloned().collect();
            if rest.is_empty() {
                return Ruling::Deny(format!("filtered '{}' but the resulting list is empty", switches.security_index), false);
            }
            return Ruling::Filter(rest);
        }
        return Ruling::Deny(format!("{action} for '{}' index is not allowed for a regular user", switches.security_index), true);
    }
    if resolved.local_all {
        if switches.filter_security_index {
            return Ruling::Filter(vec![ALL.to_owned(), format!("-{}", switches.security_index)]);
        }
        return Ruling::Deny(format!("{action} for '_all' indices is not allowed for a regular user"), true);
    }
    Ruling::Pass
}

/// Protected indices: the same actions, except for the roles that are let in.
pub(super) fn protected(switches: &Switches, action: &str, resolved: &Resolved, roles: &[&str]) -> Ruling {
    let Some(protected) = &switches.protected else { return Ruling::Pass };
    if !denied(action, false) || roles.iter().any(|role| any(&protected.roles, role)) {
        return Ruling::Pass;
    }
    if resolved.indices.iter().any(|index| any(&protected.indices, index)) {
        return Ruling::Deny(format!("{action} for '{}' index/indices is not allowed for a regular user", protected.text), true);
    }
    if resolved.local_all {
        return Ruling::Deny(format!("{action} for '_all' indices is not allowed for a regular user"), true);
    }
    Ruling::Pass
}

/// The log's words when an index carries more than one filtered alias, `filtered_alias_mode` is
/// `disallow` and the action searches.
pub(super) fn filtered_aliases(
    switches: &Switches,
    action: &str,
    resolved: &Resolved,
    cluster: &crate::engine::cluster::Cluster,
) -> Option<String> {
    if !switches.filtered_alias_disallow || !Matcher::new("indices:data/read/*search*").test(action) {
        return None;
    }
    resolved.indices.iter().find_map(|index| {
        let filtered = cluster
            .aliases
            .values()
            .filter(|members| members.iter().any(|member| member.index == *index && member.filter.is_some()))
            .count();
        (filtered > 1).then(|| format!("more than one ({filtered}) filtered alias found for index `{index}`"))
    })
}
