//! Which rule grants each cell, link by link, or comes nearest.

use super::Compiled;
use super::actions::Asked;
use super::evaluate::{Asking, Decision};
use crate::engine::evaluate::{Cell, Evidence, Hop, Scope};
use crate::engine::model::opensearch::{ActionGroup, Configuration, IndexPermission, Role};
use crate::engine::pattern::{Attributes, DateMath, Matcher, date_math};
use crate::source::{Located, Place};

/// How deep action groups are followed.
const GROUP_DEPTH: usize = 16;

/// Every cell of a call: the cluster permission, or each name by each action.
pub(super) fn cells(compiled: &Compiled<'_>, asking: &Asking<'_>, decision: &Decision) -> Vec<Cell> {
    if decision.scope == Scope::Cluster {
        return vec![cluster_cell(compiled, asking, &decision.action)];
    }
    let Some(resolved) = &decision.resolved else { return Vec::new() };
    let names = super::table::rows(compiled, asking.view, &decision.required, resolved).unwrap_or_default();
    let cell = |name: &str, action: &String| index_cell(compiled, asking, name, action);
    names.iter().flat_map(|name| decision.required.iter().map(move |action| cell(name, action))).collect()
}

fn cluster_cell(compiled: &Compiled<'_>, asking: &Asking<'_>, action: &str) -> Cell {
    let asked = Asked::new(action);
    let granting = asking.roles.iter().find_map(|name| {
        let role = role(compiled, name)?;
        let compiled_role = compiled.roles.get(name)?;
        if !compiled_role.cluster.grants(&asked) {
            return None;
        }
        let mut hops = way_to_role(compiled, asking, name, role);
        hops.extend(way_to_action(compiled, &role.cluster_permissions, action));
        Some(Evidence { hops })
    });
    Cell { index: String::new(), action: action.to_owned(), granted_by: granting, nearest: None }
}

fn index_cell(compiled: &Compiled<'_>, asking: &Asking<'_>, index: &str, action: &str) -> Cell {
    let asked = Asked::new(action);
    let named = compiled.named(index);
    let held: Vec<&String> = asking.roles.iter().filter(|name| compiled.roles.contains_key(name)).collect();
    let evidence = |(position, number): (usize, usize)| {
        let name = held.get(position)?;
        let role = role(compiled, name)?;
        let rule = role.index_permissions.get(number)?;
        let mut hops = way_to_role(compiled, asking, name, role);
        hops.extend(way_to_index(compiled, asking, rule, index));
        hops.extend(way_to_action(compiled, &rule.allowed_actions, action));
        Some(Evidence { hops })
    };
    let granted_by = asking.view.granting(&asked, &named).and_then(evidence);
    let nearest = if granted_by.is_some() { None } else { nearest(asking, &asked, &named).and_then(evidence) };
    Cell { index: index.to_owned(), action: action.to_owned(), granted_by, nearest }
}

/// The rule that lacks least: one that covers the index without the action before one that grants the action
/// elsewhere.
fn nearest(asking: &Asking<'_>, asked: &Asked<'_>, named: &super::names::Named<'_>) -> Option<(usize, usize)> {
    let rules =
        || asking.view.roles.iter().enumerate().flat_map(|(role, compiled)| (0..compiled.rules.len()).map(move |number| (role, number)));
    let covering = rules().find(|(role, number)| asking.view.rule_covers(*role, *number, named));
    covering.or_else(|| {
        rules().find(|(role, number)| {
            let rule = asking.view.roles.get(*role).and_then(|compiled| compiled.rules.get(*number));
            rule.is_some_and(|rule| rule.actions.grants(asked))
        })
    })
}

fn role<'a>(compiled: &Compiled<'a>, name: &str) -> Option<&'a Role> {
    compiled.built_in.roles.get(name).or_else(|| compiled.configuration.roles.get(name))
}

fn hop(kind: &'static str, name: impl Into<String>, place: Option<Place>) -> Hop {
    Hop { kind, name: name.into(), place }
}

/// User, what the mapping matched on, mapping, role.
fn way_to_role(compiled: &Compiled<'_>, asking: &Asking<'_>, name: &str, role: &Role) -> Vec<Hop> {
    let configuration: &Configuration = compiled.configuration;
    let subject = asking.subject;
    let user = configuration.internal_users.get(&subject.user);
    let mut hops = vec![hop("user", subject.user.clone(), user.and_then(|user| user.place))];
    let direct = user.and_then(|user| user.security_roles.iter().find(|role| role.value == name));
    let matched = |patterns: &[Located<String>], text: &str| patterns.iter().find(|pattern| Matcher::once(pattern, text)).cloned();
    if let Some(direct) = direct {
        hops.push(hop("security role", direct.value.clone(), direct.place));
    } else if let Some(mapping) = configuration.roles_mapping.get(name) {
        if let Some(pattern) = matched(&mapping.users, &subject.user) {
            hops.push(hop("role mapping", name, pattern.place.or(mapping.place)));
        } else {
            let by_role = subject.backend_roles.iter().find_map(|held| {
                let pattern = matched(&mapping.backend_roles, held).or_else(|| matched(&mapping.and_backend_roles, held))?;
                Some((held, pattern))
            });
            if let Some((held, pattern)) = by_role {
                let own = user.and_then(|user| user.backend_roles.iter().find(|role| role.value == *held));
                hops.push(hop("backend role", held.clone(), own.and_then(|role| role.place)));
                hops.push(hop("role mapping", name, pattern.place.or(mapping.place)));
            } else {
                hops.push(hop("role mapping", name, mapping.place));
            }
        }
    }
    hops.push(hop("role", name, role.place));
    hops
}

/// The pattern that covers the index, or the rule as a whole.
fn way_to_index(compiled: &Compiled<'_>, asking: &Asking<'_>, rule: &IndexPermission, index: &str) -> Vec<Hop> {
    let subject = asking.subject;
    let attributes =
        Attributes { user: &subject.user, backend_roles: &subject.backend_roles, roles: asking.roles, attributes: &subject.attributes };
    let named = compiled.named(index);
    let covers = |pattern: &Located<String>| {
        let rendered = match date_math(pattern, compiled.resolver.cluster().now) {
            Ok(DateMath::Resolved(name)) => name,
            _ => attributes.substitute(pattern),
        };
        let Ok(matcher) = Matcher::new(&rendered) else { return false };
        let all = !named.members.is_empty() && named.members.iter().all(|member| matcher.matches(member));
        all || matcher.matches(index) || named.parents.iter().any(|parent| matcher.matches(parent))
    };
    let chosen = rule.index_patterns.iter().find(|pattern| covers(pattern)).or_else(|| rule.index_patterns.first());
    chosen.map(|pattern| hop("index pattern", pattern.value.clone(), pattern.place.or(rule.place))).into_iter().collect()
}

/// The written permission that grants the action, through its groups; nothing when none does.
fn way_to_action(compiled: &Compiled<'_>, written: &[Located<String>], action: &str) -> Vec<Hop> {
    let group = |name: &str| compiled.built_in.action_groups.get(name).or_else(|| compiled.configuration.action_groups.get(name));
    let mut open: Vec<(Vec<Hop>, &[Located<String>])> = vec![(Vec::new(), written)];
    let mut seen: Vec<&str> = Vec::new();
    while let Some((way, permissions)) = open.pop() {
        for permission in permissions {
            if Matcher::once(permission, action) {
                let mut way = way;
                way.push(hop("action", permission.value.clone(), permission.place));
                return way;
            }
        }
        for permission in permissions.iter().rev() {
            let found: Option<&ActionGroup> = group(&permission.value);
            if let Some(found) = found.filter(|_| !seen.contains(&permission.value.as_str()) && way.len() < GROUP_DEPTH) {
                seen.push(&permission.value);
                let mut next = way.clone();
                next.push(hop("action group", permission.value.clone(), permission.place));
                open.push((next, &found.allowed_actions));
            }
        }
    }
    Vec::new()
}
