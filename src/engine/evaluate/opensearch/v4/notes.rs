//! Known holes of v4: answers that an operator would not expect, said beside the verdict.

use std::collections::BTreeSet;

use super::check::Answer;
use super::read::Reading;
use super::resolve::{Target, resolve};
use crate::engine::cluster::Cluster;
use crate::engine::evaluate::opensearch::v4::names::Names;
use crate::engine::pattern::wildcard;
use crate::engine::request::opensearch::{Details, TransportRequest};

/// Actions that change something and are nevertheless cut down to what is permitted, with success as the answer.
const CUT_DOWN: [&str; 12] = [
    "indices:admin/delete",
    "indices:admin/close",
    "indices:admin/open",
    "indices:admin/settings/update",
    "indices:admin/mapping/put",
    "indices:admin/block/add",
    "indices:admin/forcemerge",
    "indices:admin/data_stream/delete",
    "indices:admin/cache/clear",
    "indices:admin/flush",
    "indices:data/write/delete/byquery",
    "indices:data/write/update/byquery",
];

/// What is surprising about an allowed call; `call` is the request before it was rewritten.
pub fn notes(action: &str, call: &TransportRequest, reading: &Reading, answer: &Answer, cluster: &Cluster, names: &Names) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(rewritten) = &answer.rewritten_to {
        let dropped = filters_dropped(call, answer, cluster);
        if !dropped.is_empty() {
            let aliases = dropped.join("`, `");
            notes.push(format!(
                "narrowing the request drops the filter of the alias `{aliases}`: more documents come back than through the alias (recorded from 3.8.0)"
            ));
        }
        if CUT_DOWN.contains(&action) {
            let left = if answer.only_allowed_for.is_empty() { "nothing" } else { "only what is permitted" };
            notes.push(format!("`{action}` changes {left} and is nevertheless answered with success"));
        }
        let literal = explicit_dropped(call, answer, rewritten, names);
        if !literal.is_empty() {
            let dropped = literal.join("`, `");
            notes.push(format!("`{dropped}` is named in the request and silently left out because another expression has a wildcard"));
        }
    }
    match action {
        "indices:data/read/point_in_time/readall" => {
            notes.push("this cluster permission shows the points in time of all users on all indices".to_owned());
        }
        "cluster:admin/snapshot/restore" => {
            if let Details::Restore { sources: Some(sources), targets, .. } = &call.details {
                let renamed = sources.iter().any(|source| source.starts_with('.') && !targets.contains(source));
                if renamed {
                    notes.push("hidden and system indices can be restored under another name: only the new name is checked".to_owned());
                }
            }
        }
        "indices:data/write/bulk[s]" => {
            let through: BTreeSet<&String> = call.groups.iter().flat_map(|group| &group.expressions).collect();
            let concrete = reading.names.iter().flatten().collect::<BTreeSet<_>>();
            let aliases: Vec<&str> =
                through.difference(&concrete).map(|name| name.as_str()).filter(|name| cluster.aliases.contains_key(*name)).collect();
            if !aliases.is_empty() {
                let aliases = aliases.join("`, `");
                notes.push(format!(
                    "`_bulk` into the alias `{aliases}` asks only for the write index, while `PUT _doc` asks for the alias as well"
                ));
            }
        }
        _ => {}
    }
    notes
}

/// Filtered aliases that a wildcard of the request matched, and whose members are now named themselves.
fn filters_dropped(call: &TransportRequest, answer: &Answer, cluster: &Cluster) -> Vec<String> {
    if !call.action.starts_with("indices:data/read/") {
        return Vec::new();
    }
    let group = call.group();
    let matched = |alias: &str| group.expressions.iter().any(|expression| expression.contains('*') && wildcard(expression, alias));
    let kept = |index: &String| answer.only_allowed_for.contains(index);
    cluster
        .aliases
        .iter()
        .filter(|(alias, members)| matched(alias) && members.iter().any(|member| member.filter.is_some() && kept(&member.index)))
        .map(|(alias, _)| alias.clone())
        .collect()
}

/// Names written out in the request that the reduction left out.
fn explicit_dropped(call: &TransportRequest, answer: &Answer, rewritten: &[String], names: &Names) -> Vec<String> {
    let group = call.group();
    if group.options.ignore_unavailable || answer.only_allowed_for.is_empty() {
        return Vec::new();
    }
    let explicit: Vec<String> =
        group.expressions.iter().filter(|text| !text.contains(['*', '<']) && !text.starts_with('-')).cloned().collect();
    let resolved = resolve(names, &explicit, group.options, Target::Indices);
    resolved.into_iter().filter(|name| explicit.contains(name) && !rewritten.contains(name)).collect()
}
