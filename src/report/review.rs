//! What one user may do and who can give themselves more, in words.

use serde_json::{Value, json};

use super::{Locate, Spot};
use crate::engine::evaluate::Sight;
use crate::engine::request::write_curl;
use crate::engine::review::{Escalation, Step, Union};
use crate::source::Place;

pub(super) fn at(place: Option<Place>, locate: Locate<'_>) -> String {
    place.and_then(locate).map(|spot: Spot| format!("  {spot}")).unwrap_or_default()
}

pub(super) fn steps(steps: &[Step]) -> String {
    steps.iter().map(|step| step.text.as_str()).collect::<Vec<_>>().join(" -> ")
}

/// A path as lines: who, each step with its place, the request.
pub fn escalation_text(path: &Escalation, locate: Locate<'_>) -> String {
    let mut out = String::new();
    for (depth, step) in path.steps.iter().enumerate() {
        let arrow = if depth == 0 { String::new() } else { format!("{}-> ", "  ".repeat(depth)) };
        out.push_str(&format!("{arrow}{}{}\n", step.text, at(step.place, locate)));
    }
    if let Some(request) = &path.request {
        out.push_str(&format!("  {}\n", write_curl(request, path.who.trim_start_matches("backend role "))));
    }
    if !path.is_sure {
        out.push_str("  not sure: the files lack what decides\n");
    }
    out
}

/// Paths as a JSON value.
pub fn escalation_json(paths: &[Escalation], locate: Locate<'_>) -> Value {
    let step = |step: &Step| json!({ "step": step.text, "place": step.place.and_then(locate).map(|spot| spot.to_string()) });
    let path = |path: &Escalation| {
        json!({
            "who": path.who, "sure": path.is_sure, "request": path.request.as_ref().map(ToString::to_string),
            "steps": path.steps.iter().map(step).collect::<Vec<_>>(),
        })
    };
    json!({ "schema": "rolesmith/escalation/1", "paths": paths.iter().map(path).collect::<Vec<_>>() })
}

fn sight(sight: &Sight) -> String {
    match sight {
        Sight::Unknown => "unknown".to_owned(),
        Sight::Nothing => "no document".to_owned(),
        Sight::Through { queries, fields, masked } => {
            let part = |name: &str, list: &[String]| (!list.is_empty()).then(|| format!("{name} {}", list.join(", ")));
            let parts = [part("documents", queries), part("fields", fields), part("masked", masked)];
            parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
        }
    }
}

/// What a user may do, as text.
pub fn union_text(user: &str, union: &Union, locate: Locate<'_>) -> String {
    let mut out = format!("{user}\nroles\n");
    for role in &union.roles {
        let way = if role.way.is_empty() { String::new() } else { format!(" ({})", steps(&role.way)) };
        out.push_str(&format!("  {}{way}{}\n", role.role, at(role.place, locate)));
    }
    out.push_str("cluster permissions\n");
    for (permission, roles) in &union.cluster {
        out.push_str(&format!("  {permission}  by {}\n", roles.join(", ")));
    }
    out.push_str("index permissions\n");
    for rule in &union.rules {
        out.push_str(&format!("  {}: {}  by {}{}\n", rule.patterns.join(", "), rule.actions.join(", "), rule.role, at(rule.place, locate)));
    }
    out.push_str("documents seen in part\n");
    for (index, seen) in &union.restricted {
        out.push_str(&format!("  {index}: {}\n", sight(seen)));
    }
    out.push_str("tenants\n");
    for (tenant, write) in &union.tenants {
        out.push_str(&format!("  {tenant}: {}\n", if *write { "read and write" } else { "read" }));
    }
    out
}

/// The same as a JSON value.
pub fn union_json(user: &str, union: &Union, locate: Locate<'_>) -> Value {
    let place = |place: Option<Place>| place.and_then(locate).map(|spot| spot.to_string());
    let seen = |(index, seen): &(String, Sight)| match seen {
        Sight::Through { queries, fields, masked } => json!({ "index": index, "queries": queries, "fields": fields, "masked": masked }),
        Sight::Nothing => json!({ "index": index, "nothing": true }),
        Sight::Unknown => json!({ "index": index, "unknown": true }),
    };
    json!({
        "schema": "rolesmith/user/1",
        "user": user,
        "roles": union.roles.iter().map(|role| json!({ "role": role.role, "way": steps(&role.way), "place": place(role.place) })).collect::<Vec<_>>(),
        "cluster_permissions": union.cluster.iter().map(|(permission, roles)| json!({ "permission": permission, "roles": roles })).collect::<Vec<_>>(),
        "index_permissions": union.rules.iter().map(|rule| json!({ "role": rule.role, "patterns": rule.patterns, "actions": rule.actions, "place": place(rule.place) })).collect::<Vec<_>>(),
        "documents": union.restricted.iter().map(seen).collect::<Vec<_>>(),
        "tenants": union.tenants.iter().map(|(tenant, write)| json!({ "tenant": tenant, "write": write })).collect::<Vec<_>>(),
    })
}
