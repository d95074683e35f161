//! Changes inside one rule of a role: index patterns, actions, document- and field-level security,
//! masked fields; tenant patterns and actions.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::ChangeError;
use super::entry::find;
use super::list::{add, remove, replace};
use super::text::{Op, Step, item, key};
use crate::engine::model::opensearch::{Configuration, DocumentKind, IndexPermission, TenantPermission};
use crate::source::Located;

/// Names a rule of a role by its place, counted from one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RuleNumber(pub usize);

impl RuleNumber {
    /// The rule at an index into the role's list.
    pub fn from_index(index: usize) -> Self {
        Self(index + 1)
    }

    pub(super) fn within(self, count: usize, role: &str, what: &'static str) -> Result<usize, ChangeError> {
        match self.0.checked_sub(1) {
            Some(at) if at < count => Ok(at),
            _ => Err(ChangeError::NoRule { role: role.to_owned(), what, number: self.0, count }),
        }
    }

    pub(super) fn step(self) -> Step {
        item(self.0.saturating_sub(1))
    }
}

/// One change inside a rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "kebab-case", rename_all_fields = "snake_case", deny_unknown_fields)]
pub enum RuleChange {
    /// One more index pattern.
    AddIndexPattern {
        /// The role.
        role: String,
        /// Its index rule, counted from one.
        rule: RuleNumber,
        /// The pattern.
        pattern: String,
    },
    /// One index pattern less.
    RemoveIndexPattern {
        /// The role.
        role: String,
        /// Its index rule, counted from one.
        rule: RuleNumber,
        /// As written.
        pattern: String,
    },
    /// One index pattern in the place of another.
    ReplaceIndexPattern {
        /// The role.
        role: String,
        /// Its index rule, counted from one.
        rule: RuleNumber,
        /// As written.
        pattern: String,
        /// What comes instead.
        with: String,
    },
    /// One more allowed action.
    AddAllowedAction {
        /// The role.
        role: String,
        /// Its index rule, counted from one.
        rule: RuleNumber,
        /// An action, a pattern or an action group.
        action: String,
    },
    /// One allowed action less.
    RemoveAllowedAction {
        /// The role.
        role: String,
        /// Its index rule, counted from one.
        rule: RuleNumber,
        /// As written.
        action: String,
    },
    /// One allowed action in the place of another.
    ReplaceAllowedAction {
        /// The role.
        role: String,
        /// Its index rule, counted from one.
        rule: RuleNumber,
        /// As written.
        action: String,
        /// What comes instead.
        with: String,
    },
    /// The query of document-level security; without one the key goes.
    SetDls {
        /// The role.
        role: String,
        /// Its index rule, counted from one.
        rule: RuleNumber,
        /// A query as JSON text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dls: Option<String>,
    },
    /// One more field of field-level security.
    AddFlsField {
        /// The role.
        role: String,
        /// Its index rule, counted from one.
        rule: RuleNumber,
        /// A field or pattern, excluded with `~` before it.
        field: String,
    },
    /// One field less.
    RemoveFlsField {
        /// The role.
        role: String,
        /// Its index rule, counted from one.
        rule: RuleNumber,
        /// As written.
        field: String,
    },
    /// One more masked field.
    AddMaskedField {
        /// The role.
        role: String,
        /// Its index rule, counted from one.
        rule: RuleNumber,
        /// A field or pattern, with its algorithm if any.
        field: String,
    },
    /// One masked field less.
    RemoveMaskedField {
        /// The role.
        role: String,
        /// Its index rule, counted from one.
        rule: RuleNumber,
        /// As written.
        field: String,
    },
    /// One more tenant pattern.
    AddTenantPattern {
        /// The role.
        role: String,
        /// Its tenant rule, counted from one.
        rule: RuleNumber,
        /// The pattern.
        pattern: String,
    },
    /// One tenant pattern less.
    RemoveTenantPattern {
        /// The role.
        role: String,
        /// Its tenant rule, counted from one.
        rule: RuleNumber,
        /// As written.
        pattern: String,
    },
    /// One more allowed action in tenants.
    AddTenantAction {
        /// The role.
        role: String,
        /// Its tenant rule, counted from one.
        rule: RuleNumber,
        /// `kibana_all_read`, `kibana_all_write` or a group.
        action: String,
    },
    /// One allowed action in tenants less.
    RemoveTenantAction {
        /// The role.
        role: String,
        /// Its tenant rule, counted from one.
        rule: RuleNumber,
        /// As written.
        action: String,
    },
}

/// What is done to a list.
enum Act<'a> {
    Add(&'a str),
    Remove(&'a str),
    Replace(&'a str, &'a str),
}

/// A list of a rule: its key, and where the model keeps it.
enum Target {
    Index(&'static str, fn(&mut IndexPermission) -> &mut Vec<Located<String>>),
    Tenant(&'static str, fn(&mut TenantPermission) -> &mut Vec<Located<String>>),
}

const PATTERNS: Target = Target::Index("index_patterns", |rule| &mut rule.index_patterns);
const ACTIONS: Target = Target::Index("allowed_actions", |rule| &mut rule.allowed_actions);
const FLS: Target = Target::Index("fls", |rule| &mut rule.fls);
const MASKED: Target = Target::Index("masked_fields", |rule| &mut rule.masked_fields);
const TENANTS: Target = Target::Tenant("tenant_patterns", |rule| &mut rule.tenant_patterns);
const TENANT_ACTIONS: Target = Target::Tenant("allowed_actions", |rule| &mut rule.allowed_actions);

impl RuleChange {
    pub(super) const NAMES: &'static [&'static str] = &[
        "add-index-pattern",
        "remove-index-pattern",
        "replace-index-pattern",
        "add-allowed-action",
        "remove-allowed-action",
        "replace-allowed-action",
        "set-dls",
        "add-fls-field",
        "remove-fls-field",
        "add-masked-field",
        "remove-masked-field",
        "add-tenant-pattern",
        "remove-tenant-pattern",
        "add-tenant-action",
        "remove-tenant-action",
    ];

    /// The role and the rule.
    fn address(&self) -> (&str, RuleNumber) {
        match self {
            Self::AddIndexPattern { role, rule, .. }
            | Self::RemoveIndexPattern { role, rule, .. }
            | Self::ReplaceIndexPattern { role, rule, .. }
            | Self::AddAllowedAction { role, rule, .. }
            | Self::RemoveAllowedAction { role, rule, .. }
            | Self::ReplaceAllowedAction { role, rule, .. }
            | Self::SetDls { role, rule, .. }
            | Self::AddFlsField { role, rule, .. }
            | Self::RemoveFlsField { role, rule, .. }
            | Self::AddMaskedField { role, rule, .. }
            | Self::RemoveMaskedField { role, rule, .. }
            | Self::AddTenantPattern { role, rule, .. }
            | Self::RemoveTenantPattern { role, rule, .. }
            | Self::AddTenantAction { role, rule, .. }
            | Self::RemoveTenantAction { role, rule, .. } => (role, *rule),
        }
    }

    pub(super) fn role(&self) -> &str {
        self.address().0
    }

    /// What is done to which list; none for `set-dls`, which is no list.
    fn act(&self) -> Option<(Target, Act<'_>)> {
        Some(match self {
            Self::AddIndexPattern { pattern, .. } => (PATTERNS, Act::Add(pattern)),
            Self::RemoveIndexPattern { pattern, .. } => (PATTERNS, Act::Remove(pattern)),
            Self::ReplaceIndexPattern { pattern, with, .. } => (PATTERNS, Act::Replace(pattern, with)),
            Self::AddAllowedAction { action, .. } => (ACTIONS, Act::Add(action)),
            Self::RemoveAllowedAction { action, .. } => (ACTIONS, Act::Remove(action)),
            Self::ReplaceAllowedAction { action, with, .. } => (ACTIONS, Act::Replace(action, with)),
            Self::AddFlsField { field, .. } => (FLS, Act::Add(field)),
            Self::RemoveFlsField { field, .. } => (FLS, Act::Remove(field)),
            Self::AddMaskedField { field, .. } => (MASKED, Act::Add(field)),
            Self::RemoveMaskedField { field, .. } => (MASKED, Act::Remove(field)),
            Self::AddTenantPattern { pattern, .. } => (TENANTS, Act::Add(pattern)),
            Self::RemoveTenantPattern { pattern, .. } => (TENANTS, Act::Remove(pattern)),
            Self::AddTenantAction { action, .. } => (TENANT_ACTIONS, Act::Add(action)),
            Self::RemoveTenantAction { action, .. } => (TENANT_ACTIONS, Act::Remove(action)),
            Self::SetDls { .. } => return None,
        })
    }

    pub(super) fn apply(&self, configuration: &mut Configuration) -> Result<(), ChangeError> {
        let (name, number) = self.address();
        let role = find(&mut configuration.roles, "role", name)?;
        if let Self::SetDls { dls, .. } = self {
            let at = number.within(role.index_permissions.len(), name, "index permission")?;
            role.index_permissions[at].dls = dls.as_deref().map(Into::into);
            return Ok(());
        }
        let Some((target, act)) = self.act() else { return Ok(()) };
        let (list, items) = match target {
            Target::Index(list, items) => {
                let at = number.within(role.index_permissions.len(), name, "index permission")?;
                (list, items(&mut role.index_permissions[at]))
            }
            Target::Tenant(list, items) => {
                let at = number.within(role.tenant_permissions.len(), name, "tenant permission")?;
                (list, items(&mut role.tenant_permissions[at]))
            }
        };
        match act {
            Act::Add(item) => add(items, item, list, name),
            Act::Remove(item) => remove(items, item, list, name),
            Act::Replace(item, with) => replace(items, item, with, list, name),
        }
    }

    pub(super) fn operations(&self, _: &Configuration) -> Vec<Op> {
        let (role, rule) = self.address();
        let at = |rules: &str, list: &str| Op::at(DocumentKind::Roles, vec![key(role), key(rules), rule.step(), key(list)]);
        if let Self::SetDls { dls, .. } = self {
            return vec![at("index_permissions", "dls").put_or_cut(dls.as_ref().map(|text| json!(text)))];
        }
        let Some((target, act)) = self.act() else { return Vec::new() };
        let op = match target {
            Target::Index(list, _) => at("index_permissions", list),
            Target::Tenant(list, _) => at("tenant_permissions", list),
        };
        vec![match act {
            Act::Add(item) => op.push(json!(item)),
            Act::Remove(item) => op.remove(item),
            Act::Replace(item, with) => op.replace(item, with),
        }]
    }
}
