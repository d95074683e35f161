//! A name that looks like an action and is nearly one.

use super::action_without_wildcard::is_prefix;
use super::prelude::*;
use crate::engine::catalog::elasticsearch::Catalog;
use crate::engine::lint::facts::actions;
use crate::engine::lint::suggest::Suggest;

/// A mistyped action.
pub(super) struct UnknownAction;

impl Rule for UnknownAction {
    fn about(&self) -> About {
        About {
            id: "unknown-action",
            title: "an action that does not exist, one or two letters from one that does",
            severity: Error,
            confidence: Likely,
            products: EVERY,
            why: "The engine checks no names: a mistyped action is stored, matches nothing, and shows only as a 403 much later.",
            wrong: "# roles.yml
shipper:
  cluster_permissions:
    - cluster:monitor/helth  # finds
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions:
        - 'indices:data/raed/*'  # finds
        - 'indice:data/write/index'  # finds
",
            right: "# roles.yml
shipper:
  cluster_permissions:
    - cluster:monitor/health
    - cluster:admin/opendistro/some_plugin/of/its/own
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions:
        - 'indices:data/read/*'
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        raw_actions_of_elasticsearch(view, found);
        let known = Suggest::new(actions().iter().copied());
        let stems: Vec<&str> = stems();
        let stem_names = Suggest::new(stems.iter().copied());
        each_name(view, |name| {
            let Some(meaning) = view.meaning(name) else { return };
            if meaning.group || meaning.known || !name.contains(':') || is_prefix(view, name).is_some() || name.starts_with('/') {
                return;
            }
            let (literal, tail) = name.find(['*', '?']).map_or((name.as_str(), ""), |at| name.split_at(at));
            let nearest = if tail.is_empty() {
                known.nearest(literal).map(str::to_owned)
            } else {
                let stem = literal.trim_end_matches('/');
                if stems.binary_search(&stem).is_ok() {
                    return;
                }
                stem_names.nearest(stem).map(|near| format!("{near}{}", &name[stem.len()..]))
            };
            if let Some(nearest) = nearest.filter(|nearest| plausible(literal, nearest)) {
                found
                    .add(name.place, format!("no action is called `{}`", name.value))
                    .help(format!("did you mean `{nearest}`?"))
                    .fix(remedy::rename(view, name, &nearest, Safety::Confirm));
            }
        });
    }
}

/// A plugin's own action that merely resembles a known one is no typo: the part before the last slash
/// must be mistyped, or known with a mistyped end.
fn plausible(name: &str, nearest: &str) -> bool {
    !(name.starts_with("cluster:admin/open") && nearest.starts_with("cluster:admin/open"))
}

/// Every proper beginning of an action at a `/` or after the scope.
fn stems() -> Vec<&'static str> {
    let mut stems: Vec<&str> = actions().iter().flat_map(|action| action.match_indices('/').map(|(at, _)| &action[..at])).collect();
    stems.extend(["cluster:", "indices:"]);
    stems.sort_unstable();
    stems.dedup();
    stems
}

/// Every name under `cluster_permissions` and `allowed_actions` of roles and groups, tenants' left out.
pub(super) fn each_name<'a>(view: &View<'a>, mut visit: impl FnMut(&'a Located<String>)) {
    let configuration = view.input.configuration;
    for role in configuration.roles.values() {
        role.cluster_permissions.iter().for_each(&mut visit);
        role.index_permissions.iter().flat_map(|rule| &rule.allowed_actions).for_each(&mut visit);
    }
    configuration.action_groups.values().flat_map(|group| &group.allowed_actions).for_each(visit);
}

/// Raw actions of Elasticsearch's roles, behind which the engine puts a `*` itself.
fn raw_actions_of_elasticsearch(view: &View<'_>, found: &mut Found) {
    let actions = &Catalog::of(view.input.product).actions;
    let names = Suggest::new(actions.iter().map(String::as_str));
    for (role, body) in view.elasticsearch_roles() {
        let in_indices = body.indices.iter().flat_map(|entry| &entry.privileges);
        for name in body.cluster.iter().chain(in_indices).filter(|name| name.contains(':') && !name.starts_with('/')) {
            if actions.iter().any(|action| privileges::raw(name, action)) {
                continue;
            }
            if let Some(near) = names.nearest(name.trim_end_matches(['*', '/'])) {
                found
                    .add(name.place, format!("role `{role}`: no action is called `{}`", name.value))
                    .help(format!("did you mean `{near}`?"))
                    .fix(remedy::rename(view, name, near, Safety::Confirm));
            }
        }
    }
}
