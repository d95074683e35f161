//! The cluster stage: which cluster actions a user may run, some of which depend on the request.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::actions::{Actions, Kind, Part, Parts};
use super::build::{Named, Permissions, cluster_privilege, is_cluster_pattern, name_matcher, raw_pattern};
use super::java_order;
use super::rules::Rules;
use crate::engine::catalog::elasticsearch::Catalog;
use crate::engine::model::elasticsearch::{Refusal, RefusalClass};
use crate::engine::pattern::lucene::{NameMatcher, union};

const API_KEYS: &str = "cluster:admin/xpack/security/api_key/";
const APPLICATION_PRIVILEGES: &str = "cluster:admin/xpack/security/privilege/";

/// What of a request some cluster privileges look at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClusterRequest {
    /// The applications of a request about application privileges; empty means all of them.
    pub applications: Option<Vec<String>>,
    /// Whether a request about API keys is confined to the user's own; none when the request says
    /// nothing (a plain one).
    pub own_keys: Option<bool>,
}

/// What a user may do on the cluster.
#[derive(Debug)]
pub(super) struct ClusterPermission {
    actions: Actions,
    /// Whether there is any privilege by action at all, `none` included.
    any: bool,
    own_api_keys: bool,
    /// Applications whose privileges may be managed (`global.application.manage`), one for each role.
    manages: Vec<NameMatcher>,
}

/// Whether `manage_own_api_key` grants a plain request of this action; none for an action that it cannot
/// judge.
pub(super) fn own_key_request(action: &str) -> Option<bool> {
    match action.strip_prefix(API_KEYS)? {
        "create" | "update" | "bulk_update" => Some(true),
        "get" | "query" | "invalidate" | "grant" => Some(false),
        _ => None,
    }
}

impl ClusterPermission {
    pub(super) fn build(rules: &'static Rules, catalog: &Catalog, roles: &[Named<'_>]) -> Result<Self, Refusal> {
        let names: Vec<&str> = roles.iter().flat_map(|(_, role)| &role.cluster).map(|name| name.as_str()).collect();
        let (mut parts, mut own_api_keys) = (Vec::new(), false);
        let mut raw = BTreeSet::new();
        for name in &java_order::grown(names.iter().copied()) {
            if is_cluster_pattern(rules, &name.to_lowercase()) {
                raw.insert(name.to_lowercase());
                continue;
            }
            let named = cluster_privilege(rules, catalog, name, &names)?;
            if named.own_api_keys {
                own_api_keys = true;
            } else {
                parts.push(Parts::named(rules, Kind::Cluster, named));
            }
        }
        if !raw.is_empty() {
            parts.push(Parts::raw(rules, &raw).map_err(raw_pattern)?);
        }
        let mut manages = Vec::new();
        for (_, role) in roles {
            let global = role.global.as_ref().map(|global| &global.value);
            let applications = global.and_then(|global| global.pointer("/application/manage/applications"));
            if let Some(applications) = applications.and_then(|list| list.as_array()) {
                let patterns: Vec<String> = applications.iter().filter_map(|name| name.as_str()).map(str::to_owned).collect();
                manages.push(name_matcher(rules, &patterns)?);
            }
        }
        Ok(Self { any: !parts.is_empty(), actions: Actions::new(parts), own_api_keys, manages })
    }
}

impl Permissions {
    /// Whether the user may run a cluster action. The error is an engine's exception.
    pub fn cluster_action(&self, action: &str, request: &ClusterRequest) -> Result<bool, Refusal> {
        if self.cluster.own_api_keys && action.starts_with(API_KEYS) {
            if self.rules.own_key_grant_breaks && action.ends_with("/grant") {
                return Err(Refusal::new(
                    RefusalClass::IllegalArgument,
                    "manage own api key privilege only supports API key requests (not org.elasticsearch.xpack.core.security.action.GrantApiKeyRequest)",
                ));
            }
            let plain = own_key_request(action);
            let owns = plain == Some(true) || (plain == Some(false) && !action.ends_with("/grant") && request.own_keys == Some(true));
            if owns {
                return Ok(true);
            }
        }
        let manages = action.starts_with(APPLICATION_PRIVILEGES)
            && request.applications.as_ref().is_some_and(|asked| {
                self.cluster.manages.iter().any(|matcher| match asked.is_empty() {
                    true => matcher.is_everything(),
                    false => asked.iter().all(|application| matcher.matches(application)),
                })
            });
        Ok(manages || self.cluster.actions.grant(action))
    }

    /// Whether the user has a cluster privilege, named or as an action pattern.
    pub fn has_cluster_privilege(&self, name: &str) -> Result<bool, Refusal> {
        let lower = name.to_lowercase();
        let part: Arc<Part> = if is_cluster_pattern(self.rules, &lower) {
            Parts::raw(self.rules, &BTreeSet::from([lower])).map_err(raw_pattern)?
        } else {
            let named = cluster_privilege(self.rules, self.catalog, name, &[name])?;
            if named.own_api_keys {
                // every action on API keys, whoever's, implies one's own
                let all = Parts::raw(self.rules, &BTreeSet::from([API_KEYS.to_owned()])).map_err(raw_pattern)?;
                let all = Actions::new(vec![all]);
                return Ok(self.cluster.own_api_keys || all.automaton().is_subset_of(self.cluster.actions.automaton()));
            }
            Parts::named(self.rules, Kind::Cluster, named)
        };
        let asked = Actions::new(vec![part]);
        if self.rules.nothing_is_implied {
            // 6.8 counts what `global` manages as if it were granted without a condition
            let mut granted = self.cluster.actions.automaton().clone();
            if !self.cluster.manages.is_empty() {
                let manages = Parts::raw(self.rules, &BTreeSet::from([format!("{APPLICATION_PRIVILEGES}*")])).map_err(raw_pattern)?;
                granted = union([granted, Actions::new(vec![manages]).automaton().clone()].iter()).map_err(raw_pattern)?;
            }
            return Ok(asked.automaton().is_subset_of(&granted));
        }
        Ok(self.cluster.any && asked.automaton().is_subset_of(self.cluster.actions.automaton()))
    }
}
