//! Changes inside one entry of a role's `indices`.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::super::list::{add, remove, replace};
use super::super::{ChangeError, RuleNumber};
use super::op::{Op, Path, body};
use super::role::{FieldSecurityEntry, role_of};
use super::tree::Step;
use crate::engine::model::elasticsearch::{Configuration, DocumentKind, FileKind, IndexPrivileges};
use crate::source::Located;

/// One change inside an entry of `indices`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "kebab-case", rename_all_fields = "snake_case", deny_unknown_fields)]
pub enum IndexPrivilegesChange {
    /// One more name pattern.
    AddIndexName {
        /// The role.
        role: String,
        /// The entry of `indices`, counted from one.
        rule: RuleNumber,
        /// The pattern.
        name: String,
    },
    /// One name pattern less.
    RemoveIndexName {
        /// The role.
        role: String,
        /// The entry, counted from one.
        rule: RuleNumber,
        /// As written.
        name: String,
    },
    /// One name pattern in the place of another.
    ReplaceIndexName {
        /// The role.
        role: String,
        /// The entry, counted from one.
        rule: RuleNumber,
        /// As written.
        name: String,
        /// What comes instead.
        with: String,
    },
    /// One more privilege.
    AddIndexPrivilege {
        /// The role.
        role: String,
        /// The entry, counted from one.
        rule: RuleNumber,
        /// A named privilege or an action pattern.
        privilege: String,
    },
    /// One privilege less.
    RemoveIndexPrivilege {
        /// The role.
        role: String,
        /// The entry, counted from one.
        rule: RuleNumber,
        /// As written.
        privilege: String,
    },
    /// One privilege in the place of another.
    ReplaceIndexPrivilege {
        /// The role.
        role: String,
        /// The entry, counted from one.
        rule: RuleNumber,
        /// As written.
        privilege: String,
        /// What comes instead.
        with: String,
    },
    /// Which documents are seen; without a query all of them.
    SetIndexQuery {
        /// The role.
        role: String,
        /// The entry, counted from one.
        rule: RuleNumber,
        /// A query as JSON text; a file that has it as an object keeps an object.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        query: Option<String>,
    },
    /// Which fields are seen; without it all of them.
    SetFieldSecurity {
        /// The role.
        role: String,
        /// The entry, counted from one.
        rule: RuleNumber,
        /// Granted and excepted fields.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        field_security: Option<FieldSecurityEntry>,
    },
    /// One more granted field.
    AddGrantedField {
        /// The role.
        role: String,
        /// The entry, counted from one.
        rule: RuleNumber,
        /// A field or a pattern.
        field: String,
    },
    /// One granted field less.
    RemoveGrantedField {
        /// The role.
        role: String,
        /// The entry, counted from one.
        rule: RuleNumber,
        /// As written.
        field: String,
    },
    /// One more excepted field.
    AddExceptedField {
        /// The role.
        role: String,
        /// The entry, counted from one.
        rule: RuleNumber,
        /// A field or a pattern.
        field: String,
    },
    /// One excepted field less.
    RemoveExceptedField {
        /// The role.
        role: String,
        /// The entry, counted from one.
        rule: RuleNumber,
        /// As written.
        field: String,
    },
    /// Whether restricted names are meant too; without a value the key goes, which is no.
    AllowRestrictedIndices {
        /// The role.
        role: String,
        /// The entry, counted from one.
        rule: RuleNumber,
        /// True or false.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<bool>,
    },
}

impl IndexPrivilegesChange {
    pub(super) const NAMES: &'static [&'static str] = &[
        "add-index-name",
        "remove-index-name",
        "replace-index-name",
        "add-index-privilege",
        "remove-index-privilege",
        "replace-index-privilege",
        "set-index-query",
        "set-field-security",
        "add-granted-field",
        "remove-granted-field",
        "add-excepted-field",
        "remove-excepted-field",
        "allow-restricted-indices",
    ];

    fn at(&self) -> (&str, RuleNumber) {
        match self {
            Self::AddIndexName { role, rule, .. }
            | Self::RemoveIndexName { role, rule, .. }
            | Self::ReplaceIndexName { role, rule, .. }
            | Self::AddIndexPrivilege { role, rule, .. }
            | Self::RemoveIndexPrivilege { role, rule, .. }
            | Self::ReplaceIndexPrivilege { role, rule, .. }
            | Self::SetIndexQuery { role, rule, .. }
            | Self::SetFieldSecurity { role, rule, .. }
            | Self::AddGrantedField { role, rule, .. }
            | Self::RemoveGrantedField { role, rule, .. }
            | Self::AddExceptedField { role, rule, .. }
            | Self::RemoveExceptedField { role, rule, .. }
            | Self::AllowRestrictedIndices { role, rule, .. } => (role, *rule),
        }
    }

    pub(super) fn role(&self) -> &str {
        self.at().0
    }

    pub(super) fn apply(&self, configuration: &mut Configuration) -> Result<(), ChangeError> {
        let (role, rule) = self.at();
        let rules = &mut role_of(configuration, role)?.indices;
        let at = rule.within(rules.len(), role, "entry of indices")?;
        let entry: &mut IndexPrivileges = &mut rules[at];
        match self {
            Self::AddIndexName { name, .. } => add(&mut entry.names, name, "names", role),
            Self::RemoveIndexName { name, .. } => remove(&mut entry.names, name, "names", role),
            Self::ReplaceIndexName { name, with, .. } => replace(&mut entry.names, name, with, "names", role),
            Self::AddIndexPrivilege { privilege, .. } => add(&mut entry.privileges, privilege, "privileges", role),
            Self::RemoveIndexPrivilege { privilege, .. } => remove(&mut entry.privileges, privilege, "privileges", role),
            Self::ReplaceIndexPrivilege { privilege, with, .. } => replace(&mut entry.privileges, privilege, with, "privileges", role),
            Self::SetIndexQuery { query, .. } => {
                entry.query = query.as_deref().filter(|query| !query.is_empty()).map(Into::into);
                Ok(())
            }
            Self::SetFieldSecurity { field_security, .. } => {
                entry.field_security = field_security.as_ref().map(Into::into);
                Ok(())
            }
            Self::AddGrantedField { field, .. } => {
                let security = entry.field_security.get_or_insert_default();
                add(security.grant.get_or_insert_default(), field, "grant", role)
            }
            Self::RemoveGrantedField { field, .. } => {
                let list = entry.field_security.as_mut().and_then(|security| security.grant.as_mut());
                remove(list.unwrap_or(&mut Vec::new()), field, "grant", role)
            }
            Self::AddExceptedField { field, .. } => {
                let security = entry.field_security.get_or_insert_default();
                add(security.except.get_or_insert_default(), field, "except", role)
            }
            Self::RemoveExceptedField { field, .. } => {
                let list = entry.field_security.as_mut().and_then(|security| security.except.as_mut());
                remove(list.unwrap_or(&mut Vec::new()), field, "except", role)
            }
            Self::AllowRestrictedIndices { value, .. } => {
                entry.allow_restricted_indices = value.map(Located::bare);
                Ok(())
            }
        }
    }

    pub(super) fn operations(&self, configuration: &Configuration) -> Vec<Op> {
        let (role, rule) = self.at();
        let file = configuration.roles.get(role).and_then(|role| role.place).map(|place| place.file);
        let entry = || -> Path { Op::at(file, FileKind::Document(DocumentKind::Roles), body(role, "indices")).then(Step::item(rule)) };
        let names = || entry().then(Step::Key("names"));
        let privileges = || entry().then(Step::Key("privileges"));
        let fields = |list| entry().then(Step::Key("field_security")).then(Step::Key(list));
        vec![match self {
            Self::AddIndexName { name, .. } => names().push(name),
            Self::RemoveIndexName { name, .. } => names().remove(name),
            Self::ReplaceIndexName { name, with, .. } => names().replace(name, with),
            Self::AddIndexPrivilege { privilege, .. } => privileges().push(privilege),
            Self::RemoveIndexPrivilege { privilege, .. } => privileges().remove(privilege),
            Self::ReplaceIndexPrivilege { privilege, with, .. } => privileges().replace(privilege, with),
            Self::SetIndexQuery { query, .. } => entry().then(Step::Key("query")).query(query.as_deref().filter(|query| !query.is_empty())),
            Self::SetFieldSecurity { field_security, .. } => {
                entry().then(Step::Key("field_security")).put_or_cut(field_security.as_ref().map(|security| json!(security)))
            }
            Self::AddGrantedField { field, .. } => fields("grant").push(field),
            Self::RemoveGrantedField { field, .. } => fields("grant").remove(field),
            Self::AddExceptedField { field, .. } => fields("except").push(field),
            Self::RemoveExceptedField { field, .. } => fields("except").remove(field),
            Self::AllowRestrictedIndices { value, .. } => {
                entry().then(Step::Key("allow_restricted_indices")).put_or_cut(value.map(|value| json!(value)))
            }
        }]
    }
}
