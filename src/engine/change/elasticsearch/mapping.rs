//! Changes of role mappings: those of the API with rules, and those of role_mapping.yml, where a role's name
//! leads to distinguished names.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::ChangeError;
use super::super::entry::{create, delete, find, rename};
use super::super::list::{add, bare, remove, swap};
use super::list::check_name;
use super::op::{Op, entry};
use super::tree::Step;
use crate::engine::model::elasticsearch::{Configuration, DocumentKind, FileKind, RoleMapping, Rule};
use crate::source::{FileId, Located};

/// One change of a role mapping.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "kebab-case", rename_all_fields = "snake_case", deny_unknown_fields)]
pub enum RoleMappingChange {
    /// A new mapping with rules, as the API has them.
    CreateRoleMapping {
        /// Its name.
        mapping: String,
        /// The roles that it gives.
        roles: Vec<String>,
        /// Who is meant, as the API writes it.
        rules: Value,
    },
    /// A copy under another name, in the same file.
    CopyRoleMapping {
        /// The mapping to copy.
        mapping: String,
        /// The copy's name.
        to: String,
    },
    /// Another name; in role_mapping.yml, another role.
    RenameRoleMapping {
        /// The mapping.
        mapping: String,
        /// Its new name.
        to: String,
    },
    /// The mapping goes.
    DeleteRoleMapping {
        /// The mapping.
        mapping: String,
    },
    /// Whether it counts.
    EnableRoleMapping {
        /// The mapping.
        mapping: String,
        /// True or false.
        enabled: bool,
    },
    /// One more role.
    AddMappedRole {
        /// The mapping.
        mapping: String,
        /// The role.
        role: String,
    },
    /// One role less.
    RemoveMappedRole {
        /// The mapping.
        mapping: String,
        /// As written.
        role: String,
    },
    /// Who is meant.
    SetMappingRules {
        /// The mapping.
        mapping: String,
        /// As the API writes it: `any`, `all`, `except`, `field`.
        rules: Value,
    },
    /// One more distinguished name for a role of role_mapping.yml; the first one makes the entry.
    MapDn {
        /// The role, which is the entry's name.
        mapping: String,
        /// Of a user or a group.
        dn: String,
    },
    /// One distinguished name less.
    UnmapDn {
        /// The role, which is the entry's name.
        mapping: String,
        /// As written.
        dn: String,
    },
}

const KIND: FileKind = FileKind::Document(DocumentKind::RoleMappings);

/// The rules that a list of distinguished names stands for.
fn dn_rules(names: &[Located<Value>]) -> Rule {
    Rule::Any(vec![Rule::Field("dn".into(), names.to_vec()), Rule::Field("groups".into(), names.to_vec())])
}

/// The distinguished names of an entry of role_mapping.yml.
pub fn distinguished_names(mapping: &RoleMapping) -> &[Located<Value>] {
    match mapping.rules.as_ref() {
        Some(Rule::Any(rules)) if mapping.by_role => match rules.first() {
            Some(Rule::Field(_, names)) => names,
            _ => &[],
        },
        _ => &[],
    }
}

impl RoleMappingChange {
    pub(super) const NAMES: &'static [&'static str] = &[
        "create-role-mapping",
        "copy-role-mapping",
        "rename-role-mapping",
        "delete-role-mapping",
        "enable-role-mapping",
        "add-mapped-role",
        "remove-mapped-role",
        "set-mapping-rules",
        "map-dn",
        "unmap-dn",
    ];

    pub(super) fn mapping(&self) -> &str {
        match self {
            Self::CreateRoleMapping { mapping, .. }
            | Self::CopyRoleMapping { mapping, .. }
            | Self::RenameRoleMapping { mapping, .. }
            | Self::DeleteRoleMapping { mapping }
            | Self::EnableRoleMapping { mapping, .. }
            | Self::AddMappedRole { mapping, .. }
            | Self::RemoveMappedRole { mapping, .. }
            | Self::SetMappingRules { mapping, .. }
            | Self::MapDn { mapping, .. }
            | Self::UnmapDn { mapping, .. } => mapping,
        }
    }

    pub(super) fn apply(&self, configuration: &mut Configuration) -> Result<(), ChangeError> {
        let what = "role mapping";
        let mappings = &mut configuration.role_mappings;
        // an entry of role_mapping.yml has neither switch, roles nor rules of its own
        let with_rules = |mapping: &RoleMapping, name: &str| match mapping.by_role {
            true => Err(ChangeError::ByRole(name.to_owned())),
            false => Ok(()),
        };
        match self {
            Self::CreateRoleMapping { mapping, roles, rules } => {
                check_name(mapping)?;
                let rules = Some(rule(rules)?);
                create(mappings, what, mapping, RoleMapping { roles: bare(roles), rules, ..RoleMapping::default() })
            }
            Self::CopyRoleMapping { mapping, to } => {
                check_name(to)?;
                let mut made = find(mappings, what, mapping)?.clone();
                made.place = None;
                if made.by_role {
                    made.roles = bare(std::slice::from_ref(to));
                }
                create(mappings, what, to, made)
            }
            Self::RenameRoleMapping { mapping, to } => {
                check_name(to)?;
                rename(mappings, what, mapping, to)?;
                let renamed = find(mappings, what, to)?;
                if renamed.by_role {
                    renamed.roles = bare(std::slice::from_ref(to));
                }
                Ok(())
            }
            Self::DeleteRoleMapping { mapping } => delete(mappings, what, mapping),
            Self::EnableRoleMapping { mapping, enabled } => {
                let found = find(mappings, what, mapping)?;
                with_rules(found, mapping)?;
                found.enabled = Some(Located::bare(*enabled));
                Ok(())
            }
            Self::AddMappedRole { mapping, role } => {
                let found = find(mappings, what, mapping)?;
                with_rules(found, mapping)?;
                add(&mut found.roles, role, "roles", mapping)
            }
            Self::RemoveMappedRole { mapping, role } => {
                let found = find(mappings, what, mapping)?;
                with_rules(found, mapping)?;
                remove(&mut found.roles, role, "roles", mapping)
            }
            Self::SetMappingRules { mapping, rules } => {
                let found = find(mappings, what, mapping)?;
                with_rules(found, mapping)?;
                found.rules = Some(rule(rules)?);
                Ok(())
            }
            Self::MapDn { mapping, dn } => {
                check_name(mapping)?;
                let found = mappings.or_insert_with(mapping.as_str(), || RoleMapping {
                    roles: bare(std::slice::from_ref(mapping)),
                    rules: Some(dn_rules(&[])),
                    by_role: true,
                    ..RoleMapping::default()
                });
                if !found.by_role {
                    return Err(ChangeError::NotByRole(mapping.clone()));
                }
                let mut names = distinguished_names(found).to_vec();
                if names.iter().any(|have| have.value == *dn) {
                    return Err(ChangeError::Listed { item: dn.clone(), list: "distinguished names", name: mapping.clone() });
                }
                names.push(Located::bare(json!(dn)));
                found.rules = Some(dn_rules(&names));
                Ok(())
            }
            Self::UnmapDn { mapping, dn } => {
                let found = find(mappings, what, mapping)?;
                if !found.by_role {
                    return Err(ChangeError::NotByRole(mapping.clone()));
                }
                let mut names = distinguished_names(found).to_vec();
                names.retain(|have| have.value != *dn);
                if names.len() == distinguished_names(found).len() {
                    return Err(ChangeError::NotListed { item: dn.clone(), list: "distinguished names", name: mapping.clone() });
                }
                found.rules = Some(dn_rules(&names));
                Ok(())
            }
        }
    }

    pub(super) fn operations(&self, configuration: &Configuration) -> Vec<Op> {
        let name = self.mapping();
        let file = file_of(configuration, name).or_else(|| new_file(configuration, matches!(self, Self::MapDn { .. })));
        let whole = || Op::at(file, KIND, entry(name));
        let at = |key| whole().then(Step::Key(key));
        vec![match self {
            Self::CreateRoleMapping { roles, rules, .. } => whole().create(json!({ "enabled": true, "roles": roles, "rules": rules })),
            Self::CopyRoleMapping { to, .. } => whole().copy(to),
            Self::RenameRoleMapping { to, .. } => whole().rename(to),
            Self::DeleteRoleMapping { .. } => whole().cut(),
            Self::EnableRoleMapping { enabled, .. } => at("enabled").put(json!(enabled)),
            Self::AddMappedRole { role, .. } => at("roles").push(role),
            Self::RemoveMappedRole { role, .. } => at("roles").remove(role),
            Self::SetMappingRules { rules, .. } => at("rules").put(rules.clone()),
            Self::MapDn { dn, .. } => whole().push(dn),
            Self::UnmapDn { dn, .. } => whole().remove(dn),
        }]
    }
}

fn rule(rules: &Value) -> Result<Rule, ChangeError> {
    Rule::from_json(rules).map_err(ChangeError::BadRule)
}

fn file_of(configuration: &Configuration, mapping: &str) -> Option<FileId> {
    configuration.role_mappings.get(mapping).and_then(|mapping| mapping.place).map(|place| place.file)
}

/// The file that mappings of the same form stand in.
fn new_file(configuration: &Configuration, by_role: bool) -> Option<FileId> {
    let same = configuration.role_mappings.values().find(|mapping| mapping.by_role == by_role);
    same.and_then(|mapping| mapping.place).map(|place| place.file)
}

/// Another name for a role in every mapping that gives it.
pub(super) fn follow_role(configuration: &mut Configuration, role: &str, to: &str) {
    let mappings = &mut configuration.role_mappings;
    for mapping in mappings.values_mut().filter(|mapping| !mapping.by_role) {
        swap(&mut mapping.roles, role, to);
    }
    if follows(configuration, role, to)
        && let Some((at, _, mut mapping)) = configuration.role_mappings.shift_remove_full(role)
    {
        swap(&mut mapping.roles, role, to);
        configuration.role_mappings.shift_insert(at, to.to_owned(), mapping);
    }
}

/// Whether an entry of role_mapping.yml is to take the role's new name.
fn follows(configuration: &Configuration, role: &str, to: &str) -> bool {
    let mappings = &configuration.role_mappings;
    mappings.get(role).is_some_and(|mapping| mapping.by_role) && !mappings.contains_key(to)
}

/// The same in terms of the files.
pub(super) fn role_operations(configuration: &Configuration, role: &str, to: &str, out: &mut Vec<Op>) {
    for (name, mapping) in &configuration.role_mappings {
        let file = mapping.place.map(|place| place.file);
        if mapping.by_role {
            if name == role && follows(configuration, role, to) {
                out.push(Op::at(file, KIND, entry(name)).rename(to));
            }
        } else if mapping.roles.iter().any(|have| have.value == role) {
            out.push(Op::at(file, KIND, entry(name)).then(Step::Key("roles")).replace(role, to));
        }
    }
}
