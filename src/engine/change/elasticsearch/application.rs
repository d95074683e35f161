//! Changes inside one entry of a role's `applications`.

use serde::{Deserialize, Serialize};

use super::super::list::{add, remove};
use super::super::{ChangeError, RuleNumber};
use super::op::{Op, body};
use super::role::role_of;
use super::tree::Step;
use crate::engine::model::elasticsearch::{Configuration, DocumentKind, FileKind};

/// One change inside an entry of `applications`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "kebab-case", rename_all_fields = "snake_case", deny_unknown_fields)]
pub enum ApplicationChange {
    /// One more privilege.
    AddApplicationPrivilege {
        /// The role.
        role: String,
        /// The entry of `applications`, counted from one.
        rule: RuleNumber,
        /// The name of a stored privilege, or an action pattern.
        privilege: String,
    },
    /// One privilege less.
    RemoveApplicationPrivilege {
        /// The role.
        role: String,
        /// The entry, counted from one.
        rule: RuleNumber,
        /// As written.
        privilege: String,
    },
    /// One more resource.
    AddApplicationResource {
        /// The role.
        role: String,
        /// The entry, counted from one.
        rule: RuleNumber,
        /// A resource or a pattern.
        resource: String,
    },
    /// One resource less.
    RemoveApplicationResource {
        /// The role.
        role: String,
        /// The entry, counted from one.
        rule: RuleNumber,
        /// As written.
        resource: String,
    },
}

impl ApplicationChange {
    pub(super) const NAMES: &'static [&'static str] =
        &["add-application-privilege", "remove-application-privilege", "add-application-resource", "remove-application-resource"];

    fn at(&self) -> (&str, RuleNumber) {
        match self {
            Self::AddApplicationPrivilege { role, rule, .. }
            | Self::RemoveApplicationPrivilege { role, rule, .. }
            | Self::AddApplicationResource { role, rule, .. }
            | Self::RemoveApplicationResource { role, rule, .. } => (role, *rule),
        }
    }

    pub(super) fn role(&self) -> &str {
        self.at().0
    }

    pub(super) fn apply(&self, configuration: &mut Configuration) -> Result<(), ChangeError> {
        let (role, rule) = self.at();
        let rules = &mut role_of(configuration, role)?.applications;
        let at = rule.within(rules.len(), role, "entry of applications")?;
        let entry = &mut rules[at];
        match self {
            Self::AddApplicationPrivilege { privilege, .. } => add(&mut entry.privileges, privilege, "privileges", role),
            Self::RemoveApplicationPrivilege { privilege, .. } => remove(&mut entry.privileges, privilege, "privileges", role),
            Self::AddApplicationResource { resource, .. } => add(&mut entry.resources, resource, "resources", role),
            Self::RemoveApplicationResource { resource, .. } => remove(&mut entry.resources, resource, "resources", role),
        }
    }

    pub(super) fn operations(&self, configuration: &Configuration) -> Vec<Op> {
        let (role, rule) = self.at();
        let file = configuration.roles.get(role).and_then(|role| role.place).map(|place| place.file);
        let at = |list| {
            Op::at(file, FileKind::Document(DocumentKind::Roles), body(role, "applications")).then(Step::item(rule)).then(Step::Key(list))
        };
        vec![match self {
            Self::AddApplicationPrivilege { privilege, .. } => at("privileges").push(privilege),
            Self::RemoveApplicationPrivilege { privilege, .. } => at("privileges").remove(privilege),
            Self::AddApplicationResource { resource, .. } => at("resources").push(resource),
            Self::RemoveApplicationResource { resource, .. } => at("resources").remove(resource),
        }]
    }
}
