//! Changes of action groups.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::ChangeError;
use super::entry::{create, delete, find, rename};
use super::list::{add, bare, remove, replace, swap};
use super::text::{Op, Step, item, key};
use crate::engine::model::opensearch::{ActionGroup, Configuration, DocumentKind, Flags};
use crate::source::Located;

/// One change of an action group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "kebab-case", rename_all_fields = "snake_case", deny_unknown_fields)]
pub enum GroupChange {
    /// A new group, behind the others.
    CreateActionGroup {
        /// Its name.
        group: String,
        /// Actions, patterns and further groups.
        allowed_actions: Vec<String>,
        /// `cluster` or `index`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        r#type: Option<String>,
        /// Free text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<String>,
    },
    /// A copy under another name.
    CopyActionGroup {
        /// The group to copy.
        group: String,
        /// The copy's name.
        to: String,
    },
    /// Another name; roles and groups that use it follow.
    RenameActionGroup {
        /// The group.
        group: String,
        /// Its new name.
        to: String,
    },
    /// The group goes; roles and groups that use it stay.
    DeleteActionGroup {
        /// The group.
        group: String,
    },
    /// Its description; without one the key goes.
    DescribeActionGroup {
        /// The group.
        group: String,
        /// Free text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<String>,
    },
    /// One more action.
    AddGroupAction {
        /// The group.
        group: String,
        /// An action, a pattern or another group.
        action: String,
    },
    /// One action less.
    RemoveGroupAction {
        /// The group.
        group: String,
        /// As written.
        action: String,
    },
    /// One action in the place of another.
    ReplaceGroupAction {
        /// The group.
        group: String,
        /// As written.
        action: String,
        /// What comes instead.
        with: String,
    },
}

fn value(group: &ActionGroup) -> Value {
    let mut out = json!({});
    if let Some(kind) = &group.kind {
        out["type"] = json!(kind.value);
    }
    if let Some(description) = &group.description {
        out["description"] = json!(description.value);
    }
    out["allowed_actions"] = json!(group.allowed_actions.iter().map(|action| &action.value).collect::<Vec<_>>());
    out
}

impl GroupChange {
    pub(super) const NAMES: &'static [&'static str] = &[
        "create-action-group",
        "copy-action-group",
        "rename-action-group",
        "delete-action-group",
        "describe-action-group",
        "add-group-action",
        "remove-group-action",
        "replace-group-action",
    ];

    pub(super) fn group(&self) -> &str {
        match self {
            Self::CreateActionGroup { group, .. }
            | Self::CopyActionGroup { group, .. }
            | Self::RenameActionGroup { group, .. }
            | Self::DeleteActionGroup { group }
            | Self::DescribeActionGroup { group, .. }
            | Self::AddGroupAction { group, .. }
            | Self::RemoveGroupAction { group, .. }
            | Self::ReplaceGroupAction { group, .. } => group,
        }
    }

    fn made(&self, configuration: &Configuration) -> Option<ActionGroup> {
        match self {
            Self::CreateActionGroup { allowed_actions, r#type, description, .. } => Some(ActionGroup {
                kind: r#type.as_deref().map(Into::into),
                description: description.as_deref().map(Into::into),
                allowed_actions: bare(allowed_actions),
                ..ActionGroup::default()
            }),
            Self::CopyActionGroup { group, .. } => {
                Some(ActionGroup { flags: Flags::default(), place: None, ..configuration.action_groups.get(group)?.clone() })
            }
            _ => None,
        }
    }

    pub(super) fn apply(&self, configuration: &mut Configuration) -> Result<(), ChangeError> {
        let what = "action group";
        let name = self.group();
        let made = self.made(configuration);
        let groups = &mut configuration.action_groups;
        let missing = || ChangeError::Missing { what, name: name.to_owned() };
        match self {
            Self::CreateActionGroup { group, .. } => create(groups, what, group, made.ok_or_else(missing)?),
            Self::CopyActionGroup { to, .. } => create(groups, what, to, made.ok_or_else(missing)?),
            Self::RenameActionGroup { group, to } => {
                rename(groups, what, group, to)?;
                for other in groups.values_mut() {
                    swap(&mut other.allowed_actions, group, to);
                }
                for role in configuration.roles.values_mut() {
                    swap(&mut role.cluster_permissions, group, to);
                    for rule in &mut role.index_permissions {
                        swap(&mut rule.allowed_actions, group, to);
                    }
                    for rule in &mut role.tenant_permissions {
                        swap(&mut rule.allowed_actions, group, to);
                    }
                }
                Ok(())
            }
            Self::DeleteActionGroup { group } => delete(groups, what, group),
            Self::DescribeActionGroup { description, .. } => {
                find(groups, what, name)?.description = description.as_deref().map(Into::into);
                Ok(())
            }
            Self::AddGroupAction { action, .. } => add(&mut find(groups, what, name)?.allowed_actions, action, "allowed_actions", name),
            Self::RemoveGroupAction { action, .. } => {
                remove(&mut find(groups, what, name)?.allowed_actions, action, "allowed_actions", name)
            }
            Self::ReplaceGroupAction { action, with, .. } => {
                replace(&mut find(groups, what, name)?.allowed_actions, action, with, "allowed_actions", name)
            }
        }
    }

    pub(super) fn operations(&self, configuration: &Configuration) -> Vec<Op> {
        let name = self.group();
        let entry = |name: &str| Op::at(DocumentKind::ActionGroups, vec![key(name)]);
        let at = |list: &str| Op::at(DocumentKind::ActionGroups, vec![key(name), key(list)]);
        let made = || self.made(configuration).as_ref().map(value).unwrap_or_default();
        vec![match self {
            Self::CreateActionGroup { group, .. } => entry(group).put(made()),
            Self::CopyActionGroup { to, .. } => entry(to).put(made()),
            Self::RenameActionGroup { group, to } => return follow(configuration, group, to),
            Self::DeleteActionGroup { group } => entry(group).cut(),
            Self::DescribeActionGroup { description, .. } => at("description").put_or_cut(description.as_ref().map(|text| json!(text))),
            Self::AddGroupAction { action, .. } => at("allowed_actions").push(json!(action)),
            Self::RemoveGroupAction { action, .. } => at("allowed_actions").remove(action),
            Self::ReplaceGroupAction { action, with, .. } => at("allowed_actions").replace(action, with),
        }]
    }
}

/// The rename of a group and of every use of it. Uses come first, so that they are found under the old names.
fn follow(configuration: &Configuration, group: &str, to: &str) -> Vec<Op> {
    let uses = |items: &[Located<String>]| items.iter().any(|have| have.value == group);
    let mut out = Vec::new();
    let mut swap = |kind, path: Vec<Step>| out.push(Op::at(kind, path).replace(group, to));
    for (name, other) in &configuration.action_groups {
        if uses(&other.allowed_actions) {
            swap(DocumentKind::ActionGroups, vec![key(name), key("allowed_actions")]);
        }
    }
    for (name, role) in &configuration.roles {
        if uses(&role.cluster_permissions) {
            swap(DocumentKind::Roles, vec![key(name), key("cluster_permissions")]);
        }
        for (at, rule) in role.index_permissions.iter().enumerate() {
            if uses(&rule.allowed_actions) {
                swap(DocumentKind::Roles, vec![key(name), key("index_permissions"), item(at), key("allowed_actions")]);
            }
        }
        for (at, rule) in role.tenant_permissions.iter().enumerate() {
            if uses(&rule.allowed_actions) {
                swap(DocumentKind::Roles, vec![key(name), key("tenant_permissions"), item(at), key("allowed_actions")]);
            }
        }
    }
    out.push(Op::at(DocumentKind::ActionGroups, vec![key(group)]).rename(to));
    out
}
