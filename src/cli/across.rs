//! Who gains and who loses what between two product families, and how far that was proved.

use std::collections::{BTreeMap, BTreeSet};

use super::output::Failure;
use super::progress::cancelled;
use super::source::engine;
use crate::engine::compare::{AccessDifference, Comparable, Holding, Permit, Told, gained_on, is_cluster, known_to_both, sorted_names};
use crate::engine::evaluate::Subject;
use crate::engine::request::parse_line;
use crate::engine::scenario::{Directory, people};
use crate::workspace::{Model, Workspace};

/// The most names of a cluster model that are asked about where the names could not be sorted.
const SAMPLED: usize = 200;

/// A comparison.
pub(super) struct Across {
    /// Who gains and loses what.
    pub(super) found: Vec<AccessDifference>,
    /// Which exceptions took something away.
    pub(super) used: Vec<bool>,
    /// What was proved, what sampled and what not compared, a line each.
    pub(super) bounds: Vec<String>,
}

/// Where names cannot be sorted: those of the cluster model, and one for each index pattern.
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
    workspace.cluster().indices.keys().take(SAMPLED).cloned().chain(plain.map(name)).collect()
}

/// Compare everybody whom either side knows.
pub(super) fn across<A: Comparable + Directory, B: Comparable + Directory>(
    (old, before): (&Workspace, &A),
    (new, after): (&Workspace, &B),
    permits: &[Permit],
    told: &Told<'_>,
) -> Result<Across, Failure> {
    let sampled: BTreeSet<String> = sample_names(old).into_iter().chain(sample_names(new)).collect();
    let request = parse_line("GET /")?;
    let engines = [engine(old), engine(new)];
    let rules = [is_cluster(old.product(), old.evaluator()), is_cluster(new.product(), new.evaluator())];
    let mut everybody: BTreeMap<String, Subject> = BTreeMap::new();
    for person in people(before, old.scenarios()).into_iter().chain(people(after, new.scenarios())) {
        // who comes with a backend role on the one side comes with a group on the other
        if !everybody.values().any(|known| *known == person.subject) {
            everybody.entry(person.label).or_insert(person.subject);
        }
    }
    let mut used = vec![false; permits.len()];
    let (mut found, mut proved, mut unproved) = (Vec::new(), 0, Vec::new());
    let all = everybody.len();
    for (done, (who, subject)) in everybody.into_iter().enumerate() {
        if !told(done, all) {
            return Err(cancelled());
        }
        let own = [before.subject(&who), after.subject(&who)];
        let own = own.each_ref().map(|own| own.as_ref().unwrap_or(&subject));
        let held: [Vec<String>; 2] = std::array::from_fn(|side| engines[side].decide(own[side], &request).roles);
        let old_side = Holding { configuration: before, product: old.product(), roles: &held[0], subject: Some(own[0]) };
        let new_side = Holding { configuration: after, product: new.product(), roles: &held[1], subject: Some(own[1]) };
        let applying: Vec<(usize, &Permit)> = permits.iter().enumerate().filter(|(_, permit)| permit.is_for(&who)).collect();
        let excepted: Vec<&Permit> = applying.iter().map(|(_, permit)| *permit).collect();
        let sorted = sorted_names(old_side, new_side, &excepted);
        let names: Vec<&str> = match &sorted {
            Ok(names) => names.iter().map(String::as_str).collect(),
            Err(_) => sampled.iter().map(String::as_str).collect(),
        };
        let (gains, took) = gained_on((old_side, rules[0]), (new_side, rules[1]), &names, &excepted);
        let (losses, _) = gained_on((new_side, rules[1]), (old_side, rules[0]), &names, &[]);
        applying.iter().zip(took).filter(|(_, took)| *took).for_each(|((at, _), _)| used[*at] = true);
        match sorted {
            Ok(_) => proved += 1,
            Err(why) => unproved.push(format!("`{who}` ({why})")),
        }
        let difference = AccessDifference { who, gains, losses, ..AccessDifference::default() };
        if !difference.gains.is_empty() || !difference.losses.is_empty() {
            found.push(difference);
        }
    }
    let (old_product, new_product) = (old.product(), new.product());
    let (both, alone) = known_to_both(
        Holding { configuration: before, product: old_product, roles: &[], subject: None },
        Holding { configuration: after, product: new_product, roles: &[], subject: None },
    );
    let mut bounds = vec![
        format!(
            "compared: the {both} actions that both know; not the {} that {old_product} alone knows, nor the {} that {new_product} alone knows",
            alone[0], alone[1]
        ),
        format!("proved: for {proved} people over all index names, as their patterns see them (protected indices aside)"),
    ];
    if !unproved.is_empty() {
        bounds.push(format!("sampled: on {} names only, for {}", sampled.len(), unproved.join(", ")));
    }
    bounds.push("not compared: filters, fields, masks, tenants and spaces, running as others".to_owned());
    Ok(Across { found, used, bounds })
}
