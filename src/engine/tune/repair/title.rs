//! What a repair does, on one line.

use crate::engine::change::{Change, MappingChange, RoleChange, RuleChange};

/// The changes in words; names that follow each other are said once. None when a change is no grant that is known here.
pub(super) fn title(changes: &[Change]) -> Option<String> {
    let mut parts: Vec<(String, Vec<String>)> = Vec::new();
    let mut say = |head: String, item: String| match parts.last_mut() {
        Some((last, items)) if *last == head => items.push(item),
        _ => parts.push((head, vec![item])),
    };
    for change in changes {
        match change {
            Change::Role(RoleChange::CreateRole { role, .. }) => say("make role".to_owned(), format!("`{role}`")),
            Change::Role(RoleChange::AddClusterPermission { role, permission }) => {
                say(format!("give role `{role}` the cluster permission"), format!("`{permission}`"));
            }
            Change::Role(RoleChange::AddIndexPermission { role, rule }) => {
                say(format!("give role `{role}`"), format!("{} on {}", quoted(&rule.allowed_actions), quoted(&rule.index_patterns)));
            }
            Change::Rule(RuleChange::AddAllowedAction { role, rule, action }) => {
                say(format!("add to rule {} of role `{role}` the action", rule.0), format!("`{action}`"));
            }
            Change::Rule(RuleChange::AddIndexPattern { role, rule, pattern }) => {
                say(format!("add to rule {} of role `{role}` the pattern", rule.0), format!("`{pattern}`"));
            }
            Change::Mapping(MappingChange::MapUser { role, user }) => say(format!("map user `{user}` to role"), format!("`{role}`")),
            _ => return None,
        }
    }
    Some(parts.into_iter().map(|(head, items)| format!("{head} {}", items.join(", "))).collect::<Vec<_>>().join("; "))
}

fn quoted(items: &[String]) -> String {
    items.iter().map(|item| format!("`{item}`")).collect::<Vec<_>>().join(", ")
}
