//! Elasticsearch's roles, mappings and users as OpenSearch's. What OpenSearch cannot say is left out, or said
//! more narrowly, with a note: nothing becomes wider in silence.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::to_elasticsearch::made;
use super::{Conversion, content, note};
use crate::engine::catalog::elasticsearch::{Catalog, Privilege};
use crate::engine::catalog::opensearch::actions;
use crate::engine::evaluate::opensearch::legacy::is_cluster_action;
use crate::engine::model::Product;
use crate::engine::model::elasticsearch::{Configuration, IndexPrivileges, Role, RoleMapping, Rule};
use crate::engine::model::opensearch::DocumentKind;
use crate::engine::pattern::Matcher;
use crate::source::{Located, Place, Problem};

/// Make OpenSearch's files of an Elasticsearch configuration.
pub fn from_elasticsearch(configuration: &Configuration, product: Product) -> Conversion {
    let mut out = Conversion::default();
    let catalog = Catalog::of(product);
    let mut roles = begun(DocumentKind::Roles);
    for (name, role) in &configuration.roles {
        let mut writer = Writer { name, catalog, notes: &mut out.notes };
        roles.insert(name.clone(), writer.role(role));
    }
    let users = configuration.users.values().flat_map(|user| &user.roles);
    let mapped = configuration.role_mappings.values().flat_map(|mapping| &mapping.roles);
    let held: BTreeSet<&str> = users.chain(mapped).map(|role| role.as_str()).collect();
    for name in held {
        let Some(role) = catalog.reserved_roles().get(name).filter(|_| !configuration.roles.contains_key(name)) else { continue };
        out.notes.push(note(None, format!("role `{name}` is reserved in {product} and written out here")));
        let mut writer = Writer { name, catalog, notes: &mut out.notes };
        roles.insert(name.to_owned(), writer.role(role));
    }
    let mut mappings = begun(DocumentKind::RolesMapping);
    for (name, mapping) in &configuration.role_mappings {
        add_mapping(name, mapping, &mut mappings, &mut out.notes);
    }
    let mut users = begun(DocumentKind::InternalUsers);
    for (name, user) in &configuration.users {
        if user.enabled.as_ref().is_some_and(|enabled| !enabled.value) {
            out.notes.push(Problem::warning(user.place, format!("user `{name}` is disabled and left out: OpenSearch knows no such users")));
            continue;
        }
        out.notes.push(note(user.place, format!("user `{name}`: the password's hash is not taken along; set a password")));
        let names: Vec<&str> = user.roles.iter().map(|role| role.as_str()).collect();
        let mut value = json!({ "opendistro_security_roles": names });
        let metadata = user.metadata.as_ref().and_then(|metadata| metadata.value.as_object());
        let attributes: Map<String, Value> = metadata
            .into_iter()
            .flatten()
            .filter(|(_, value)| value.is_string())
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        if !attributes.is_empty() {
            value["attributes"] = Value::Object(attributes);
        }
        users.insert(name.clone(), value);
    }
    for (kind, from, entries) in [
        (DocumentKind::Roles, "roles", roles),
        (DocumentKind::RolesMapping, "role mappings", mappings),
        (DocumentKind::InternalUsers, "users", users),
    ] {
        match content::text(&Value::Object(entries)) {
            Ok(bytes) => out.files.push(made(kind.file_name(), from, bytes)),
            Err(refusal) => out.notes.push(Problem::error(None, format!("`{}` could not be written: {refusal}", kind.file_name()))),
        }
    }
    out
}

fn begun(kind: DocumentKind) -> Map<String, Value> {
    [("_meta".to_owned(), json!({ "type": kind.meta_type(), "config_version": 2 }))].into_iter().collect()
}

struct Writer<'a> {
    name: &'a str,
    catalog: &'static Catalog,
    notes: &'a mut Vec<Problem>,
}

impl Writer<'_> {
    fn lose(&mut self, place: Option<Place>, what: impl std::fmt::Display) {
        self.notes.push(Problem::warning(place, format!("role `{}`: {what}", self.name)));
    }

    fn role(&mut self, role: &Role) -> Value {
        let mut cluster = BTreeSet::new();
        for privilege in &role.cluster {
            let named = self.catalog.cluster_privilege(&privilege.to_lowercase());
            cluster.extend(self.actions(privilege, named, "cluster"));
        }
        let mut rules = Vec::new();
        for entry in &role.indices {
            rules.extend(self.rule(entry, &mut cluster));
        }
        let mut tenants = Vec::new();
        for entry in &role.applications {
            let application = entry.application.as_ref().map(|name| name.value.as_str()).unwrap_or_default();
            for resource in &entry.resources {
                let tenant = if resource.value == "*" { Some("*") } else { resource.strip_prefix("space:") };
                let write = entry.privileges.iter().any(|privilege| matches!(privilege.as_str(), "space_all" | "all" | "*"));
                let read = entry.privileges.iter().any(|privilege| matches!(privilege.as_str(), "space_read" | "read"));
                match tenant.filter(|_| application.starts_with("kibana") && (write || read)) {
                    Some(tenant) => {
                        let action = if write { "kibana_all_write" } else { "kibana_all_read" };
                        self.notes.push(note(
                            resource.place,
                            format!("role `{}`: the Kibana space `{}` is tenant `{tenant}`", self.name, resource.value),
                        ));
                        tenants.push(json!({ "tenant_patterns": [tenant], "allowed_actions": [action] }));
                    }
                    None => self.lose(entry.place, format!("privileges of application `{application}` on `{}`", resource.value)),
                }
            }
        }
        for name in &role.run_as {
            self.lose(name.place, format!("run as `{}`: OpenSearch has impersonation in opensearch.yml", name.value));
        }
        if let Some(global) = &role.global {
            self.lose(global.place, "`global` privileges");
        }
        for remote in &role.remote_indices {
            self.lose(remote.privileges.place, "privileges on other clusters");
        }
        let mut out = Map::new();
        for (key, value) in [
            ("cluster_permissions", json!(cluster)),
            ("index_permissions", Value::Array(rules)),
            ("tenant_permissions", Value::Array(tenants)),
        ] {
            if value.as_array().is_some_and(|items| !items.is_empty()) {
                out.insert(key.to_owned(), value);
            }
        }
        Value::Object(out)
    }

    /// What a privilege grants, as patterns; what is taken out of a pattern, by naming what is left.
    fn actions(&mut self, written: &Located<String>, named: Option<&Privilege>, what: &str) -> Vec<String> {
        let Some(privilege) = named else {
            let raw = written.contains(':') || written.contains('*');
            if !raw || written.starts_with('/') {
                self.lose(written.place, format!("{what} privilege `{}` has no counterpart", written.value));
                return Vec::new();
            }
            return vec![written.value.clone()];
        };
        if privilege.own_api_keys {
            self.lose(written.place, format!("{what} privilege `{}`: OpenSearch has no API keys", written.value));
            return Vec::new();
        }
        if privilege.name == "all" {
            return vec!["*".to_owned()];
        }
        let allow: Vec<&String> = privilege.allow.iter().filter(|pattern| !pattern.starts_with("internal:")).collect();
        if privilege.except.is_empty() && !allow.iter().any(|pattern| pattern.starts_with('/')) {
            return allow.into_iter().cloned().collect();
        }
        let compiled = |patterns: &[String]| patterns.iter().filter_map(|pattern| Matcher::new(pattern).ok()).collect::<Vec<_>>();
        let (allow, except) = (compiled(&privilege.allow), compiled(&privilege.except));
        let any = |patterns: &[Matcher], action: &str| patterns.iter().any(|pattern| pattern.matches(action));
        self.notes.push(note(
            written.place,
            format!("role `{}`: `{}` is written out as the actions that OpenSearch knows", self.name, written.value),
        ));
        actions().iter().filter(|action| any(&allow, action) && !any(&except, action)).map(|action| (*action).to_owned()).collect()
    }

    fn rule(&mut self, entry: &IndexPrivileges, cluster: &mut BTreeSet<String>) -> Option<Value> {
        let mut allowed = BTreeSet::new();
        for privilege in &entry.privileges {
            let named = self.catalog.index_privilege(&privilege.to_lowercase());
            allowed.extend(self.actions(privilege, named, "index"));
        }
        // batches and the like are decided in the cluster stage there; each part is checked on its index
        let patterns: Vec<Matcher> = allowed.iter().filter_map(|pattern| Matcher::new(pattern).ok()).collect();
        let composite = actions().iter().filter(|action| action.starts_with("indices:data/") && is_cluster_action(action));
        cluster
            .extend(composite.filter(|action| patterns.iter().any(|pattern| pattern.matches(action))).map(|action| (*action).to_owned()));
        let mut names = Vec::new();
        for name in &entry.names {
            if name.starts_with('/') {
                self.notes.push(note(
                    name.place,
                    format!("role `{}`: `{}` is read as a Java regular expression there, not as Lucene's", self.name, name.value),
                ));
            }
            names.push(name.value.clone());
        }
        if names.is_empty() || allowed.is_empty() {
            return None;
        }
        if entry.allow_restricted_indices.as_ref().is_some_and(|allowed| allowed.value) {
            self.lose(entry.place, "`allow_restricted_indices`: OpenSearch's system indices are its own");
        }
        let mut out = json!({ "index_patterns": names });
        if let Some(query) = &entry.query {
            match query_of(&query.value) {
                Some(dls) => out["dls"] = json!(dls),
                None => {
                    self.lose(query.place, "its query is a template that OpenSearch has not; the entry is left out");
                    return None;
                }
            }
        }
        if let Some(fields) = &entry.field_security {
            let texts = |list: &Option<Vec<Located<String>>>| list.iter().flatten().map(|field| field.value.clone()).collect::<Vec<_>>();
            let (grant, except) = (texts(&fields.grant), texts(&fields.except));
            let everything = fields.grant.is_none() || grant.iter().any(|field| field == "*");
            if everything && !except.is_empty() {
                out["fls"] = except.iter().map(|field| format!("~{field}")).collect();
            } else if !everything && except.is_empty() && !grant.is_empty() {
                out["fls"] = json!(grant);
            } else if !everything {
                self.lose(entry.place, "some fields without some of them, or none at all, cannot be said; the entry is left out");
                return None;
            }
        }
        out["allowed_actions"] = json!(allowed);
        Some(out)
    }
}

/// A query of Elasticsearch's as OpenSearch's; a template with the user's name or metadata has attributes.
fn query_of(query: &str) -> Option<String> {
    let value: Value = serde_json::from_str(query).ok()?;
    let Some(template) = value.get("template") else { return Some(query.to_owned()) };
    let source = match template.get("source")? {
        Value::String(source) => source.clone(),
        source => source.to_string(),
    };
    let mut out = String::new();
    let mut rest = source.as_str();
    while let Some(at) = rest.find("{{") {
        out.push_str(&rest[..at]);
        let end = rest[at..].find("}}")? + at;
        match rest[at + 2..end].trim() {
            "_user.username" => out.push_str("${user.name}"),
            name => out.push_str(&format!("${{attr.internal.{}}}", name.strip_prefix("_user.metadata.")?)),
        }
        rest = &rest[end + 2..];
    }
    out.push_str(rest);
    Some(out)
}

fn add_mapping(name: &str, mapping: &RoleMapping, mappings: &mut Map<String, Value>, notes: &mut Vec<Problem>) {
    let mut lose = |what: String| notes.push(Problem::warning(mapping.place, format!("mapping `{name}`: {what}")));
    if mapping.enabled.as_ref().is_some_and(|enabled| !enabled.value) {
        return lose("it is disabled and left out".to_owned());
    }
    if !mapping.role_templates.is_empty() {
        lose("role templates are left out".to_owned());
    }
    let mut lists: Vec<(&str, String)> = Vec::new();
    let mut all_groups: Vec<Vec<String>> = Vec::new();
    for rule in mapping.rules.iter() {
        if let Err(what) = people(rule, &mut lists, &mut all_groups) {
            return lose(format!("{what}; it is left out"));
        }
    }
    for role in &mapping.roles {
        let entry = mappings.entry(role.value.clone()).or_insert_with(|| json!({}));
        for (list, text) in &lists {
            push(entry, list, text);
        }
        match all_groups.as_slice() {
            [] => {}
            [groups] if entry.get("and_backend_roles").is_none() => entry["and_backend_roles"] = json!(groups),
            _ => lose(format!("a second list of groups that must all be there; role `{}` has one", role.value)),
        }
    }
}

fn push(entry: &mut Value, list: &str, text: &str) {
    if entry.get(list).is_none() {
        entry[list] = json!([]);
    }
    if let Some(items) = entry[list].as_array_mut().filter(|items| !items.iter().any(|item| item == text)) {
        items.push(json!(text));
    }
}

/// Whom a rule means, as lists; what lists cannot say comes back in words.
fn people(rule: &Rule, lists: &mut Vec<(&'static str, String)>, all_groups: &mut Vec<Vec<String>>) -> Result<(), String> {
    match rule {
        Rule::Any(rules) => rules.iter().try_for_each(|rule| people(rule, lists, all_groups)),
        Rule::All(rules) if rules.len() == 1 => people(&rules[0], lists, all_groups),
        Rule::All(rules) => {
            let group = |rule: &Rule| match rule {
                Rule::Field(name, values) if name.value == "groups" && values.len() == 1 => values[0].value.as_str().map(str::to_owned),
                _ => None,
            };
            let groups: Option<Vec<String>> = rules.iter().map(group).collect();
            match groups {
                Some(groups) if !groups.is_empty() => {
                    all_groups.push(groups);
                    Ok(())
                }
                _ => Err("several conditions at once".to_owned()),
            }
        }
        Rule::Except(_) => Err("`except`".to_owned()),
        Rule::Field(name, values) => {
            let list = match name.as_str() {
                "username" => "users",
                // OpenSearch takes a distinguished name for the user's name, or for a group's
                "dn" => "users",
                "groups" => "backend_roles",
                other => return Err(format!("field `{other}`")),
            };
            for value in values {
                let Some(text) = value.value.as_str() else { return Err(format!("`{}` is no text", value.value)) };
                lists.push((list, text.to_owned()));
            }
            Ok(())
        }
    }
}
