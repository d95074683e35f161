//! Patterns without actions, or actions without patterns.

use super::prelude::*;
use crate::engine::change::{Change, RoleChange, RuleChange, RuleNumber};
use crate::engine::model::opensearch::IndexPermission;

/// A rule on indices that grants nothing.
pub(super) struct GrantsNothing;

impl Rule for GrantsNothing {
    fn about(&self) -> About {
        About {
            id: "grants-nothing",
            title: "an index permission without actions or without patterns",
            severity: Error,
            confidence: Certain,
            products: OPENSEARCH,
            why: "The engine loads it and it grants nothing. The usual cause is a `-` too many, which makes two rules of one: \
                  one with patterns and no actions, one with actions and no patterns.",
            wrong: "# roles.yml
analyst:
  index_permissions:
    - index_patterns: ['logs-*']  # finds
    - allowed_actions: [read]  # finds
other:
  index_permissions:
    - index_patterns: ['metrics-*']  # finds
      allowed_actions: []
",
            right: "# roles.yml
analyst:
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions: [read]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        for (name, role) in view.roles() {
            let rules = &role.index_permissions;
            for (at, rule) in rules.iter().enumerate() {
                let message = match (rule.index_patterns.is_empty(), rule.allowed_actions.is_empty()) {
                    (false, false) => continue,
                    (false, true) => format!("role `{name}`: index patterns without `allowed_actions` grant nothing"),
                    (true, false) => format!("role `{name}`: `allowed_actions` without `index_patterns` grant nothing"),
                    (true, true) => format!("role `{name}`: an index permission with neither patterns nor actions grants nothing"),
                };
                let halves = rules
                    .get(at + 1)
                    .filter(|next| is_half(rule) && is_half(next) && rule.index_patterns.is_empty() != next.index_patterns.is_empty());
                let finding = found.add(rule.place, message);
                match halves {
                    Some(_) => finding
                        .help("the `-` of the next rule splits one rule in two; take it away")
                        .fix(join(name, at, rules).filter(|_| !view.is_v6())),
                    None => finding.help("name both `index_patterns` and `allowed_actions` in the same list item"),
                };
            }
        }
    }
}

fn is_half(rule: &IndexPermission) -> bool {
    rule.index_patterns.is_empty() != rule.allowed_actions.is_empty()
}

/// Put what the next rule holds into this one, and take the next one out.
fn join(role: &str, at: usize, rules: &[IndexPermission]) -> Option<Fix> {
    let (here, next) = (rules.get(at)?, rules.get(at + 1)?);
    if here.dls.is_some() && next.dls.is_some() {
        return None;
    }
    let (role, rule) = (role.to_owned(), RuleNumber::from_index(at));
    let mut changes: Vec<Change> = Vec::new();
    for pattern in &next.index_patterns {
        changes.push(RuleChange::AddIndexPattern { role: role.clone(), rule, pattern: pattern.value.clone() }.into());
    }
    if let Some(dls) = &next.dls {
        changes.push(RuleChange::SetDls { role: role.clone(), rule, dls: Some(dls.value.clone()) }.into());
    }
    let new = |have: &[Located<String>], more: &[Located<String>]| {
        let more = more.iter().filter(|field| !have.contains(field));
        more.map(|field| field.value.clone()).collect::<Vec<_>>()
    };
    for field in new(&here.fls, &next.fls) {
        changes.push(RuleChange::AddFlsField { role: role.clone(), rule, field }.into());
    }
    for field in new(&here.masked_fields, &next.masked_fields) {
        changes.push(RuleChange::AddMaskedField { role: role.clone(), rule, field }.into());
    }
    for action in &next.allowed_actions {
        changes.push(RuleChange::AddAllowedAction { role: role.clone(), rule, action: action.value.clone() }.into());
    }
    changes.push(RoleChange::RemoveIndexPermission { role, rule: RuleNumber::from_index(at + 1) }.into());
    Some(Fix::changes("join the two rules", Safety::Confirm, changes))
}
