//! What one user of Elasticsearch may do, in words.

use serde_json::{Value, json};

use super::Locate;
use super::review::{at, steps};
use crate::engine::review::{HeldRule, PrivilegeUnion};

/// What a user may do, as text.
pub fn privilege_union_text(user: &str, union: &PrivilegeUnion, locate: Locate<'_>) -> String {
    let mut out = format!("{user}\nroles\n");
    for role in &union.roles {
        out.push_str(&format!("  {} ({}){}\n", role.role, steps(&role.way), at(role.place, locate)));
    }
    let rule = |rule: &HeldRule| {
        format!("  {}: {}  by {}{}\n", rule.patterns.join(", "), rule.actions.join(", "), rule.role, at(rule.place, locate))
    };
    let by = |list: &[(String, Vec<String>)]| -> String {
        list.iter().map(|(name, roles)| format!("  {name}  by {}\n", roles.join(", "))).collect()
    };
    out.push_str(&format!("cluster privileges\n{}index privileges\n", by(&union.cluster)));
    for entry in &union.indices {
        out.push_str(&rule(&entry.rule));
        if !entry.clusters.is_empty() {
            out.push_str(&format!("    on the remote clusters {}: shown, not evaluated\n", entry.clusters.join(", ")));
        }
        if let Some(query) = &entry.query {
            out.push_str(&format!("    only the documents of {query}\n"));
        }
        if !entry.fields.is_empty() {
            out.push_str(&format!("    only the fields {}\n", entry.fields.join(", ")));
        }
    }
    out.push_str("application privileges\n");
    out.extend(union.applications.iter().map(rule));
    out.push_str(&format!("run as\n{}", by(&union.run_as)));
    if !union.unknown.is_empty() {
        out.push_str("not known\n");
        out.extend(union.unknown.iter().map(|why| format!("  {why}\n")));
    }
    out
}

/// The same as a JSON value.
pub fn privilege_union_json(user: &str, union: &PrivilegeUnion, locate: Locate<'_>) -> Value {
    let place = |place: Option<_>| place.and_then(locate).map(|spot: super::Spot| spot.to_string());
    let by = |list: &[(String, Vec<String>)]| -> Value {
        list.iter().map(|(name, roles)| json!({ "privilege": name, "roles": roles })).collect()
    };
    json!({
        "schema": "rolesmith/user/1",
        "user": user,
        "roles": union.roles.iter().map(|role| json!({ "role": role.role, "way": steps(&role.way), "place": place(role.place) })).collect::<Vec<_>>(),
        "cluster_privileges": by(&union.cluster),
        "index_privileges": union.indices.iter().map(|entry| json!({
            "role": entry.rule.role, "names": entry.rule.patterns, "privileges": entry.rule.actions, "query": entry.query,
            "fields": entry.fields, "clusters": entry.clusters, "place": place(entry.rule.place),
        })).collect::<Vec<_>>(),
        "application_privileges": union.applications.iter().map(|rule| json!({
            "role": rule.role, "resources": rule.patterns, "privileges": rule.actions, "place": place(rule.place),
        })).collect::<Vec<_>>(),
        "run_as": by(&union.run_as),
        "unknown": union.unknown,
    })
}
