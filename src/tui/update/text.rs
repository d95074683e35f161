//! An entry edited as text: what differs becomes the changes that make the same edit.

use super::fields;
use crate::engine::change::{Change, IndexRule, RoleChange, RuleChange, RuleNumber, TenantRule, UserChange};
use crate::engine::model::opensearch::{Configuration, DocumentKind, IndexPermission, TenantPermission, read_document};
use crate::source::{FileId, Located, Severity};
use crate::tui::line::ListField;
use crate::tui::pane::Pane;
use crate::yaml::Document;

/// The document that a pane's entries stand in.
fn kind(pane: Pane) -> Option<DocumentKind> {
    Some(match pane {
        Pane::Users => DocumentKind::InternalUsers,
        Pane::Roles => DocumentKind::Roles,
        Pane::Mappings => DocumentKind::RolesMapping,
        Pane::Privileges => DocumentKind::ActionGroups,
        Pane::Tenants => DocumentKind::Tenants,
        Pane::Simulator | Pane::Findings | Pane::Settings => return None,
    })
}

/// The changes that make the entry `name` what `text` says.
///
/// # Errors
/// Why the text cannot be taken, with its line and column.
pub fn changes(pane: Pane, name: &str, old: &Configuration, text: &str) -> Result<Vec<Change>, String> {
    let kind = kind(pane).ok_or("this entry cannot be edited as text")?;
    let document = Document::parse(FileId(0), text.as_bytes().to_vec());
    let mut problems = document.problems().to_vec();
    let mut new = Configuration::default();
    if let Some(root) = document.root() {
        read_document(kind, root, &mut new, &mut problems);
    }
    if let Some(problem) = problems.iter().find(|problem| problem.severity == Severity::Error) {
        let at =
            problem.place.map(|place| crate::source::LineIndex::new(text.as_bytes()).line_col(text.as_bytes(), place.span.start as usize));
        return Err(format!("{}: {}", at.map(|at| at.to_string()).unwrap_or_default(), problem.message));
    }
    let gone = || format!("`{name}` is no longer in the text; rename with `r`, delete with `d`");
    let mut out = Out { name, changes: Vec::new() };
    match pane {
        Pane::Users => {
            let (old, new) = (old.internal_users.get(name).ok_or_else(gone)?, new.internal_users.get(name).ok_or_else(gone)?);
            out.describe(pane, old.description.as_ref(), new.description.as_ref());
            out.list(ListField::UserBackendRoles, &old.backend_roles, &new.backend_roles);
            out.list(ListField::UserRoles, &old.security_roles, &new.security_roles);
            for (attribute, value) in &new.attributes {
                if old.attributes.get(attribute) != Some(value) {
                    let (user, attribute, value) = (name.to_owned(), attribute.clone(), value.value.clone());
                    out.push(UserChange::SetAttribute { user, attribute, value });
                }
            }
            for attribute in old.attributes.keys().filter(|attribute| !new.attributes.contains_key(*attribute)) {
                out.push(UserChange::RemoveAttribute { user: name.to_owned(), attribute: attribute.clone() });
            }
        }
        Pane::Roles => {
            let (old, new) = (old.roles.get(name).ok_or_else(gone)?, new.roles.get(name).ok_or_else(gone)?);
            out.describe(pane, old.description.as_ref(), new.description.as_ref());
            out.list(ListField::ClusterPermissions, &old.cluster_permissions, &new.cluster_permissions);
            out.index_rules(&old.index_permissions, &new.index_permissions);
            out.tenant_rules(&old.tenant_permissions, &new.tenant_permissions);
        }
        Pane::Mappings => {
            let (old, new) = (old.roles_mapping.get(name).ok_or_else(gone)?, new.roles_mapping.get(name).ok_or_else(gone)?);
            out.describe(pane, old.description.as_ref(), new.description.as_ref());
            out.list(ListField::MappingUsers, &old.users, &new.users);
            out.list(ListField::MappingBackendRoles, &old.backend_roles, &new.backend_roles);
            out.list(ListField::MappingAndBackendRoles, &old.and_backend_roles, &new.and_backend_roles);
            out.list(ListField::MappingHosts, &old.hosts, &new.hosts);
        }
        Pane::Privileges => {
            let (old, new) = (old.action_groups.get(name).ok_or_else(gone)?, new.action_groups.get(name).ok_or_else(gone)?);
            out.describe(pane, old.description.as_ref(), new.description.as_ref());
            out.list(ListField::GroupActions, &old.allowed_actions, &new.allowed_actions);
        }
        _ => {
            let (old, new) = (old.tenants.get(name).ok_or_else(gone)?, new.tenants.get(name).ok_or_else(gone)?);
            out.describe(pane, old.description.as_ref(), new.description.as_ref());
        }
    }
    Ok(out.changes)
}

struct Out<'a> {
    name: &'a str,
    changes: Vec<Change>,
}

impl Out<'_> {
    fn push(&mut self, change: impl Into<Change>) {
        self.changes.push(change.into());
    }

    fn describe(&mut self, pane: Pane, old: Option<&Located<String>>, new: Option<&Located<String>>) {
        if old != new {
            self.changes.extend(fields::describe(pane, self.name, new.map(|text| text.as_str()).unwrap_or_default()));
        }
    }

    fn list(&mut self, field: ListField, old: &[Located<String>], new: &[Located<String>]) {
        let added = new.iter().filter(|item| !old.contains(item)).map(|item| fields::add(self.name, field, item));
        let removed = old.iter().filter(|item| !new.contains(item)).map(|item| fields::remove(self.name, field, item));
        self.changes.extend(added.chain(removed).collect::<Vec<_>>());
    }

    fn index_rules(&mut self, old: &[IndexPermission], new: &[IndexPermission]) {
        for (number, (old, new)) in old.iter().zip(new).enumerate() {
            self.list(ListField::IndexPatterns(number), &old.index_patterns, &new.index_patterns);
            self.list(ListField::Actions(number), &old.allowed_actions, &new.allowed_actions);
            self.list(ListField::Fls(number), &old.fls, &new.fls);
            self.list(ListField::MaskedFields(number), &old.masked_fields, &new.masked_fields);
            if old.dls != new.dls {
                let dls = new.dls.as_ref().map(|dls| dls.value.clone());
                self.push(RuleChange::SetDls { role: self.name.to_owned(), rule: RuleNumber::from_index(number), dls });
            }
        }
        for number in (new.len()..old.len()).rev() {
            self.push(RoleChange::RemoveIndexPermission { role: self.name.to_owned(), rule: RuleNumber::from_index(number) });
        }
        for rule in new.iter().skip(old.len()) {
            self.push(RoleChange::AddIndexPermission { role: self.name.to_owned(), rule: index_rule(rule) });
        }
    }

    fn tenant_rules(&mut self, old: &[TenantPermission], new: &[TenantPermission]) {
        for (number, (old, new)) in old.iter().zip(new).enumerate() {
            self.list(ListField::TenantPatterns(number), &old.tenant_patterns, &new.tenant_patterns);
            self.list(ListField::TenantActions(number), &old.allowed_actions, &new.allowed_actions);
        }
        for number in (new.len()..old.len()).rev() {
            self.push(RoleChange::RemoveTenantPermission { role: self.name.to_owned(), rule: RuleNumber::from_index(number) });
        }
        for rule in new.iter().skip(old.len()) {
            let rule = TenantRule { tenant_patterns: texts(&rule.tenant_patterns), allowed_actions: texts(&rule.allowed_actions) };
            self.push(RoleChange::AddTenantPermission { role: self.name.to_owned(), rule });
        }
    }
}

fn texts(items: &[Located<String>]) -> Vec<String> {
    items.iter().map(|item| item.value.clone()).collect()
}

/// A rule as changes carry it.
pub fn index_rule(rule: &IndexPermission) -> IndexRule {
    IndexRule {
        index_patterns: texts(&rule.index_patterns),
        allowed_actions: texts(&rule.allowed_actions),
        dls: rule.dls.as_ref().map(|dls| dls.value.clone()),
        fls: texts(&rule.fls),
        masked_fields: texts(&rule.masked_fields),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Workspace;

    fn edited(pane: Pane, name: &str, text: &str) -> Result<Vec<Change>, String> {
        changes(pane, name, Workspace::sample().configuration(), text)
    }

    #[test]
    fn a_text_left_as_it_is_changes_nothing_and_an_edit_becomes_changes() {
        let workspace = Workspace::sample();
        let role = &workspace.configuration().roles["k8s_viewer"];
        let place = role.place.unwrap();
        let text = String::from_utf8(workspace.file(place.file).unwrap().document().bytes()[place.span.range()].to_vec()).unwrap();
        assert_eq!(edited(Pane::Roles, "k8s_viewer", &text), Ok(Vec::new()));
        let changed = text.replace("k8s-staging-*", "k8s-*");
        let mut after = (**workspace.configuration()).clone();
        for change in edited(Pane::Roles, "k8s_viewer", &changed).unwrap() {
            change.apply(&mut after).unwrap();
        }
        let patterns: Vec<&str> = after.roles["k8s_viewer"].index_permissions[0].index_patterns.iter().map(|item| item.as_str()).collect();
        assert!(patterns.contains(&"k8s-*") && !patterns.contains(&"k8s-staging-*"), "{patterns:?}");
    }

    #[test]
    fn a_text_that_cannot_be_taken_says_where() {
        let problem = edited(Pane::Roles, "k8s_viewer", "k8s_viewer:\n  cluster_permisions: []\n").unwrap_err();
        assert!(problem.starts_with("2:3: "), "{problem}");
        assert!(edited(Pane::Roles, "k8s_viewer", "other: {}\n").unwrap_err().contains("no longer in the text"));
    }
}
