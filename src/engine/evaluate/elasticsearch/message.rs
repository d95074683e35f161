//! The text of a denial, byte for byte.

use super::actions::{granting, is_cluster_action};
use super::build::Permissions;
use super::rules::{Rules, Wording};
use crate::engine::catalog::elasticsearch::{Catalog, Selector};

/// The names to list when no group grants the action on any name: the denied ones, which 7.17 lists only
/// for actions that may name other clusters.
pub fn denied_by_name(rules: &Rules, action: &str, denied: Vec<String>) -> Vec<String> {
    let remote = matches!(action, "indices:data/read/search" | "indices:data/read/field_caps" | "indices:admin/resolve/index");
    if rules.refuses_behind && !(rules.names_remote_actions && remote) { Vec::new() } else { denied }
}

/// Denied names as the engine prints them; none when there are none to print.
pub fn denied_names(rules: &Rules, denied: &[String]) -> Option<String> {
    if denied.is_empty() {
        return None;
    }
    match rules.wording {
        Wording::Short => None,
        Wording::Roles => Some(format!("on indices [{}]", denied.join(","))),
        Wording::EffectiveRoles => {
            // the engine puts a comma once there is something before it: an empty name in front leaves no trace
            let list = |restricted: bool| {
                let names = denied.iter().filter(|name| rules.is_restricted(name) == restricted);
                names.fold(String::new(), |list, name| if list.is_empty() { name.clone() } else { format!("{list},{name}") })
            };
            let (plain, restricted) = (list(false), list(true));
            Some(match (plain.is_empty(), restricted.is_empty()) {
                (true, true) => String::new(),
                (false, true) => format!("on indices [{plain}]"),
                (true, false) => format!("on restricted indices [{restricted}]"),
                (false, false) => format!("on indices [{plain}] and restricted indices [{restricted}]"),
            })
        }
    }
}

/// Who is refused.
#[derive(Debug, Clone, Copy)]
pub struct Refused<'a> {
    /// `user [U]`, or another subject in the engine's words.
    pub subject: &'a str,
    /// The roles, in the user's order; none for an API key, whose roles are not named.
    pub roles: Option<&'a [String]>,
    /// Assigned roles that do not exist.
    pub missing: &'a [String],
}

/// The whole text. `names` is what [`denied_names`] printed.
pub fn denial(rules: &Rules, catalog: &Catalog, action: &str, refused: Refused<'_>, names: Option<&str>) -> String {
    let start = format!("action [{action}] is unauthorized for {}", refused.subject);
    let mut text = match (rules.wording, refused.roles) {
        (Wording::Short, _) => return start,
        (_, None) => start,
        // 7.17 prints the assigned roles, whether they exist or not
        (Wording::Roles, Some(roles)) => {
            let assigned: Vec<&str> = roles.iter().chain(refused.missing).map(String::as_str).collect();
            format!("{start} with roles [{}]", assigned.join(","))
        }
        (Wording::EffectiveRoles, Some(roles)) => {
            let mut roles = roles.to_vec();
            roles.sort_unstable();
            let mut text = format!("{start} with effective roles [{}]", roles.join(","));
            if !refused.missing.is_empty() {
                let mut missing = refused.missing.to_vec();
                missing.sort_unstable();
                text.push_str(&format!(" (assigned roles [{}] were not found)", missing.join(",")));
            }
            text
        }
    };
    if let Some(names) = names {
        text.push(' ');
        text.push_str(names);
    }
    let failures = |privilege: &&crate::engine::catalog::elasticsearch::Privilege| privilege.selector == Selector::Failures;
    let granting = granting(rules, catalog, action);
    let list: Vec<&str> = granting.iter().filter(|privilege| !failures(privilege)).map(|privilege| privilege.name.as_str()).collect();
    if !list.is_empty() {
        let kind = if is_cluster_action(action) { "cluster" } else { "index" };
        text.push_str(&format!(", this action is granted by the {kind} privileges [{}]", list.join(",")));
    }
    text
}

/// What the text of a request for failures ends with (9.1): the privileges that grant its action on them alone.
pub fn for_failures(rules: &Rules, catalog: &Catalog, action: &str) -> String {
    let failures = granting(rules, catalog, action).into_iter().filter(|privilege| privilege.selector == Selector::Failures);
    let list: Vec<&str> = failures.map(|privilege| privilege.name.as_str()).collect();
    match list.is_empty() {
        true => String::new(),
        false => format!(" for data access, or by [{}] for access with the [failures] selector", list.join(",")),
    }
}

impl Permissions {
    /// The text for a user with these permissions.
    pub fn denial(&self, user: &str, action: &str, names: Option<&str>) -> String {
        let subject = format!("user [{user}]");
        denial(self.rules, self.catalog, action, Refused { subject: &subject, roles: Some(&self.roles), missing: &[] }, names)
    }
}
