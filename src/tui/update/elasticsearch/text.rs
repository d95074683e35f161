//! A role edited as text: what differs becomes the changes that make the same edit.

use super::{fields, index_entry};
use crate::engine::change::elasticsearch::{ElasticsearchRoleChange, IndexPrivilegesChange};
use crate::engine::change::{Change, RuleNumber};
use crate::engine::model::elasticsearch::{Configuration, IndexPrivileges, Role, read_roles};
use crate::source::{FileId, LineIndex, Located, Severity};
use crate::tui::line::ElasticsearchList as List;
use crate::tui::pane::Pane;
use crate::yaml::Document;

/// The changes that make the role `name` what `text` says.
///
/// # Errors
/// Why the text cannot be taken, with its line and column.
pub fn changes(pane: Pane, name: &str, all: &Configuration, text: &str) -> Result<Vec<Change>, String> {
    if pane != Pane::Roles {
        return Err("only roles are edited as text; edit this entry line by line".to_owned());
    }
    // in an export a comma stands behind the role
    let text = text.trim_end().trim_end_matches(',');
    let document = Document::parse(FileId(0), text.as_bytes().to_vec());
    let mut problems = document.problems().to_vec();
    let roles = document.root().map(|root| read_roles(root, &mut problems)).unwrap_or_default();
    if let Some(problem) = problems.iter().find(|problem| problem.severity == Severity::Error) {
        let lines = LineIndex::new(text.as_bytes());
        let at = problem.place.map(|place| lines.line_col(text.as_bytes(), place.span.start as usize).to_string());
        return Err(format!("{}: {}", at.unwrap_or_default(), problem.message));
    }
    let gone = || format!("`{name}` is no longer in the text; rename with `r`, delete with `d`");
    let (old, new) = (all.roles.get(name).ok_or_else(gone)?, roles.get(name).ok_or_else(gone)?);
    differences(name, old, new)
}

fn differences(name: &str, old: &Role, new: &Role) -> Result<Vec<Change>, String> {
    let mut out: Vec<Change> = Vec::new();
    if old.description != new.description {
        let description = new.description.as_ref().map(|text| text.value.clone());
        out.push(ElasticsearchRoleChange::DescribeElasticsearchRole { role: name.to_owned(), description }.into());
    }
    list(&mut out, name, List::Cluster, &old.cluster, &new.cluster);
    for (number, (old, new)) in old.indices.iter().zip(&new.indices).enumerate() {
        indices(&mut out, name, number, old, new);
    }
    for number in (new.indices.len()..old.indices.len()).rev() {
        let rule = RuleNumber::from_index(number);
        out.push(ElasticsearchRoleChange::RemoveIndexPrivileges { role: name.to_owned(), rule }.into());
    }
    for entry in new.indices.iter().skip(old.indices.len()) {
        out.push(ElasticsearchRoleChange::AddIndexPrivileges { role: name.to_owned(), indices: index_entry(entry) }.into());
    }
    if old.applications.len() != new.applications.len() {
        return Err("entries of applications are added with `n` and removed with `d`, not as text".to_owned());
    }
    for (number, (old, new)) in old.applications.iter().zip(&new.applications).enumerate() {
        list(&mut out, name, List::ApplicationPrivileges(number), &old.privileges, &new.privileges);
        list(&mut out, name, List::Resources(number), &old.resources, &new.resources);
    }
    list(&mut out, name, List::RunAs, &old.run_as, &new.run_as);
    Ok(out)
}

/// What comes stands before what goes, so that no list is empty in between.
fn list(out: &mut Vec<Change>, name: &str, field: List, old: &[Located<String>], new: &[Located<String>]) {
    out.extend(new.iter().filter(|item| !old.contains(item)).map(|item| fields::add(name, field, item)));
    out.extend(old.iter().filter(|item| !new.contains(item)).map(|item| fields::remove(name, field, item)));
}

fn indices(out: &mut Vec<Change>, name: &str, number: usize, old: &IndexPrivileges, new: &IndexPrivileges) {
    let (role, rule) = (name.to_owned(), RuleNumber::from_index(number));
    list(out, name, List::Names(number), &old.names, &new.names);
    list(out, name, List::Privileges(number), &old.privileges, &new.privileges);
    let (before, after) = (index_entry(old), index_entry(new));
    if before.query != after.query {
        out.push(IndexPrivilegesChange::SetIndexQuery { role: role.clone(), rule, query: after.query }.into());
    }
    if before.field_security != after.field_security {
        let field_security = after.field_security;
        out.push(IndexPrivilegesChange::SetFieldSecurity { role: role.clone(), rule, field_security }.into());
    }
    if before.allow_restricted_indices != after.allow_restricted_indices {
        out.push(IndexPrivilegesChange::AllowRestrictedIndices { role, rule, value: after.allow_restricted_indices }.into());
    }
}
