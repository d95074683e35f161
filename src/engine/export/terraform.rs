//! Terraform resources: of the provider `opensearch-project/opensearch`, and of `elastic/elasticstack`.

use std::collections::HashSet;

use serde_json::Value;

use super::hcl::{assignments, identifier, list, text};
use super::{Entry, Export, Family, Kind, Step};

/// One resource an entry; an entry that is there already gets an `import` block.
pub fn terraform(family: Family, steps: &[Step]) -> Export {
    let mut out = Export::default();
    let mut taken: HashSet<(&str, String)> = HashSet::new();
    for step in steps {
        let (entry, imported) = match step {
            Step::Create(entry) => (entry, false),
            Step::Change(entry) => (entry, true),
            Step::Delete(kind, name) => {
                out.note(format!(
                    "{} `{name}` goes: take its resource out, or delete it by hand where Terraform never had it",
                    kind.word()
                ));
                continue;
            }
        };
        let Some(resource) = resource(family, entry.kind) else {
            out.note(format!("{} `{}` has no resource in the provider", entry.kind.word(), entry.name));
            continue;
        };
        let base = identifier(&entry.name);
        let mut name = base.clone();
        let mut number = 2;
        while !taken.insert((resource, name.clone())) {
            name = format!("{base}_{number}");
            number += 1;
        }
        if let Some(guarded) = entry.guarded {
            out.note(format!("{} `{}` is {guarded}: the provider cannot change it", entry.kind.word(), entry.name));
        }
        let body = body(family, entry, &name, &mut out);
        let gap = if out.text.is_empty() { "" } else { "\n" };
        out.text.push_str(&format!("{gap}resource \"{resource}\" \"{name}\" {{\n{body}}}\n"));
        if entry.kind == Kind::User {
            out.text.push_str(&format!("\nvariable \"{name}_password\" {{\n  type      = string\n  sensitive = true\n}}\n"));
        }
        if imported && family != Family::Elasticsearch {
            out.text.push_str(&format!("\nimport {{\n  to = {resource}.{name}\n  id = {}\n}}\n", text(&entry.name)));
        }
    }
    if steps.iter().any(|step| matches!(step, Step::Change(_))) && family == Family::Elasticsearch {
        out.note("what is there already is imported by `terraform import RESOURCE CLUSTER_UUID/NAME`");
    }
    out
}

fn resource(family: Family, kind: Kind) -> Option<&'static str> {
    Some(match (family, kind) {
        (Family::Elasticsearch, Kind::Role) => "elasticstack_elasticsearch_security_role",
        (Family::Elasticsearch, Kind::User) => "elasticstack_elasticsearch_security_user",
        (Family::Elasticsearch, Kind::Mapping) => "elasticstack_elasticsearch_security_role_mapping",
        (Family::Elasticsearch, _) => return None,
        (_, Kind::ActionGroup) => "opensearch_action_group",
        (_, Kind::Tenant) => "opensearch_dashboard_tenant",
        (_, Kind::Role) => "opensearch_role",
        (_, Kind::User) => "opensearch_user",
        (_, Kind::Mapping) => "opensearch_roles_mapping",
    })
}

/// How a resource spells its entry's name.
fn name_key(family: Family, kind: Kind) -> &'static str {
    match (family, kind) {
        (_, Kind::User) => "username",
        (Family::Elasticsearch, _) => "name",
        (_, Kind::ActionGroup) => "action_group_name",
        (_, Kind::Tenant) => "tenant_name",
        (_, Kind::Role | Kind::Mapping) => "role_name",
    }
}

fn body(family: Family, entry: &Entry, name: &str, out: &mut Export) -> String {
    let mut pairs = vec![(name_key(family, entry.kind), text(&entry.name))];
    let mut blocks = String::new();
    for (key, value) in entry.body.as_object().into_iter().flatten() {
        match (key.as_str(), value) {
            ("index_permissions" | "tenant_permissions" | "indices" | "applications", Value::Array(rules)) => {
                blocks.extend(rules.iter().map(|rule| block(key, rule, "  ")));
            }
            ("opendistro_security_roles", _) => {
                let text = "`opendistro_security_roles` has no counterpart in the provider; name the user in mappings instead";
                out.note(format!("user `{}`: {text}", entry.name));
            }
            ("remote_indices" | "role_templates", _) => {
                out.note(format!("{} `{}`: `{key}` is left out; write it by hand", entry.kind.word(), entry.name));
            }
            ("attributes", Value::Object(attributes)) => {
                let inner: Vec<(String, String)> =
                    attributes.iter().map(|(key, value)| (text(key), text(value.as_str().unwrap_or_default()))).collect();
                let inner: Vec<(&str, String)> = inner.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
                pairs.push(("attributes", format!("{{\n{}  }}", assignments(&inner, "    "))));
            }
            (_, Value::Array(_)) => pairs.push((key, list(value))),
            (_, Value::String(value)) => pairs.push((key, text(value))),
            (_, Value::Bool(value)) => pairs.push((key, value.to_string())),
            // JSON inside the resource
            (_, value) => pairs.push((key, text(&value.to_string()))),
        }
    }
    if entry.kind == Kind::User {
        pairs.push(("password", format!("var.{name}_password")));
        out.note(format!("user `{}`: hashes are not exported; the password is the variable `{name}_password`", entry.name));
    }
    let gap = if blocks.is_empty() { "" } else { "\n" };
    format!("{}{gap}{}", assignments(&pairs, "  "), blocks.trim_start_matches('\n'))
}

/// A rule as a block.
fn block(key: &str, rule: &Value, indent: &str) -> String {
    let inner = format!("{indent}  ");
    let mut pairs = Vec::new();
    let mut blocks = String::new();
    for (key, value) in rule.as_object().into_iter().flatten() {
        let spelled = match key.as_str() {
            "dls" => "document_level_security",
            "fls" => "field_level_security",
            key => key,
        };
        match value {
            Value::Array(_) => pairs.push((spelled, list(value))),
            Value::Object(_) => blocks.push_str(&block(key, value, &inner)),
            Value::String(value) => pairs.push((spelled, text(value))),
            value => pairs.push((spelled, value.to_string())),
        }
    }
    format!("\n{indent}{key} {{\n{}{blocks}{indent}}}\n", assignments(&pairs, &inner))
}
