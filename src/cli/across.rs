//! Who gains and who loses what between two product families, on the names that are known.

use std::collections::BTreeMap;

use super::output::Failure;
use super::source::engine;
use crate::engine::compare::{AccessDifference, Comparable, Holding, gained_on, is_cluster};
use crate::engine::evaluate::Subject;
use crate::engine::request::parse_line;
use crate::engine::scenario::{Directory, people};
use crate::workspace::{Model, Workspace};

/// Names on which two families are compared: those of the cluster model, and one for each index pattern.
fn sample_names(workspace: &Workspace) -> Vec<String> {
    let patterns: Vec<&str> = match workspace.model() {
        Model::OpenSearch(configuration) => {
            let rules = configuration.roles.values().flat_map(|role| &role.index_permissions);
            rules.flat_map(|rule| &rule.index_patterns).map(|pattern| pattern.as_str()).collect()
        }
        Model::Elasticsearch(configuration) => {
            let entries = configuration.roles.values().flat_map(|role| &role.indices);
            entries.flat_map(|entry| &entry.names).map(|name| name.as_str()).collect()
        }
    };
    let name = |pattern: &str| pattern.replace('*', "a").replace('?', "b");
    let plain = patterns.into_iter().filter(|pattern| !pattern.starts_with(['/', '<', '-']) && !pattern.contains("${"));
    workspace.cluster().indices.keys().take(200).cloned().chain(plain.map(name)).collect()
}

pub(super) fn across<A: Comparable + Directory, B: Comparable + Directory>(
    old: &Workspace,
    before: &A,
    new: &Workspace,
    after: &B,
) -> Result<Vec<AccessDifference>, Failure> {
    let mut names = sample_names(old);
    names.extend(sample_names(new));
    names.sort_unstable();
    names.dedup();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let request = parse_line("GET /")?;
    let engines = [engine(old), engine(new)];
    let known = people(before, old.scenarios()).into_iter().chain(people(after, new.scenarios()));
    let everybody: BTreeMap<String, Subject> = known.map(|person| (person.label, person.subject)).collect();
    let mut out = Vec::new();
    for (who, subject) in everybody {
        let roles = |side: usize, own: Option<Subject>| engines[side].decide(own.as_ref().unwrap_or(&subject), &request).roles;
        let held = [roles(0, before.subject(&who)), roles(1, after.subject(&who))];
        let old_side = (
            Holding { configuration: before, product: old.product(), roles: &held[0], subject: None },
            is_cluster(old.product(), old.evaluator()),
        );
        let new_side = (
            Holding { configuration: after, product: new.product(), roles: &held[1], subject: None },
            is_cluster(new.product(), new.evaluator()),
        );
        let (gains, losses) = (gained_on(old_side, new_side, &names), gained_on(new_side, old_side, &names));
        let difference = AccessDifference { who, gains, losses, ..AccessDifference::default() };
        if !difference.gains.is_empty() || !difference.losses.is_empty() {
            out.push(difference);
        }
    }
    Ok(out)
}
