//! OpenSearch's or Open Distro's roles, mappings and users as Elasticsearch's. What Elasticsearch cannot say is
//! left out, or said more narrowly, with a note: nothing becomes wider in silence.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{Conversion, Made, content, note};
use crate::engine::catalog::opensearch::built_in;
use crate::engine::compare::leaves;
use crate::engine::model::Product;
use crate::engine::model::opensearch::{Configuration, IndexPermission, Role, RoleMapping};
use crate::engine::pattern::{Matcher, has_placeholder};
use crate::source::{Located, Place, Problem};

/// The roles that a user of the files has, mappings included.
pub type RolesOf<'a> = &'a dyn Fn(&str) -> Vec<String>;

/// What OpenSearch decides in the cluster stage and Elasticsearch on indices.
const COMPOSITE: [&str; 9] = [
    "indices:data/write/bulk",
    "indices:data/read/mget",
    "indices:data/read/msearch",
    "indices:data/read/mtv",
    "indices:data/read/scroll",
    "indices:data/read/scroll/clear",
    "indices:data/write/reindex",
    "indices:data/read/search/template",
    "indices:data/read/msearch/template",
];

/// Make `roles.yml`, `role_mapping.json` and `users.json`; `roles_of` says which roles a user of the files has.
pub fn to_elasticsearch(configuration: &Configuration, product: Product, roles_of: RolesOf<'_>) -> Conversion {
    let mut out = Conversion::default();
    let fixed = built_in(product);
    let mut roles = Map::new();
    let held: BTreeSet<String> =
        configuration.internal_users.keys().flat_map(|user| roles_of(user)).chain(configuration.roles_mapping.keys().cloned()).collect();
    for (name, role) in &configuration.roles {
        let mut writer = Writer { name, configuration, product, notes: &mut out.notes };
        roles.insert(name.clone(), writer.role(role));
    }
    for name in &held {
        if let Some(role) = fixed.roles.get(name).filter(|_| !configuration.roles.contains_key(name)) {
            out.notes.push(note(None, format!("role `{name}` is built into {product} and written out here")));
            let mut writer = Writer { name, configuration, product, notes: &mut out.notes };
            roles.insert(name.clone(), writer.role(role));
        }
    }
    for (name, group) in &configuration.action_groups {
        out.notes.push(note(group.place, format!("action group `{name}`: Elasticsearch has none; roles name its actions instead")));
    }
    let mut mappings = Map::new();
    for (role, mapping) in &configuration.roles_mapping {
        if let Some(rules) = rules(role, mapping, configuration, &mut out.notes) {
            mappings.insert(role.clone(), json!({ "enabled": true, "roles": [role], "rules": rules }));
        }
    }
    let mut users = Map::new();
    for (name, user) in &configuration.internal_users {
        let text = "the password's hash is not taken along; set a password";
        out.notes.push(note(user.place, format!("user `{name}`: {text}")));
        if user.disabled {
            out.notes.push(note(user.place, format!("user `{name}`: `enabled: false` of a service account")));
        }
        let metadata: Map<String, Value> = user.attributes.iter().map(|(name, value)| (name.clone(), json!(value.value))).collect();
        let value = json!({ "username": name, "roles": roles_of(name), "full_name": null, "email": null, "metadata": metadata, "enabled": !user.disabled });
        users.insert(name.clone(), value);
    }
    if !configuration.dynamic.keys().collect::<Vec<_>>().is_empty() {
        out.notes
            .push(note(None, "config.yml: authentication and settings are not converted; Elasticsearch has them in elasticsearch.yml"));
    }
    match content::text(&Value::Object(roles)) {
        Ok(bytes) => out.files.push(made("roles.yml", "roles.yml", bytes)),
        Err(refusal) => out.notes.push(Problem::error(None, format!("`roles.yml` could not be written: {refusal}"))),
    }
    for (name, from, values) in [("role_mapping.json", "roles_mapping.yml", mappings), ("users.json", "internal_users.yml", users)] {
        if !values.is_empty() {
            let text = serde_json::to_string_pretty(&Value::Object(values)).unwrap_or_default();
            out.files.push(made(name, from, format!("{text}\n").into_bytes()));
        }
    }
    out
}

pub(super) fn made(name: &str, from: &str, bytes: Vec<u8>) -> Made {
    Made { name: name.to_owned(), from: from.to_owned(), bytes, is_new: true }
}

struct Writer<'a> {
    name: &'a str,
    configuration: &'a Configuration,
    product: Product,
    notes: &'a mut Vec<Problem>,
}

impl Writer<'_> {
    fn lose(&mut self, place: Option<Place>, what: impl std::fmt::Display) {
        self.notes.push(Problem::warning(place, format!("role `{}`: {what}", self.name)));
    }

    fn role(&mut self, role: &Role) -> Value {
        let mut out = Map::new();
        if let Some(description) = &role.description {
            out.insert("description".to_owned(), json!(description.value));
        }
        let (cluster, composite) = self.cluster(&role.cluster_permissions);
        if !cluster.is_empty() {
            out.insert("cluster".to_owned(), json!(cluster));
        }
        let mut indices = Vec::new();
        for rule in &role.index_permissions {
            indices.extend(self.rule(rule, &composite));
        }
        if indices.is_empty() && !composite.is_empty() {
            let text = "batches and the like are allowed per index in Elasticsearch, and the role has no index";
            self.lose(
                role.place,
                format!("{}: {text}", composite.iter().map(|action| format!("`{action}`")).collect::<Vec<_>>().join(", ")),
            );
        }
        if !indices.is_empty() {
            out.insert("indices".to_owned(), Value::Array(indices));
        }
        let mut applications = Vec::new();
        for rule in &role.tenant_permissions {
            for pattern in &rule.tenant_patterns {
                let write = rule.allowed_actions.iter().any(|action| matches!(action.as_str(), "kibana_all_write" | "*"));
                if pattern.value != "*" && pattern.contains(['*', '?', '/', '$']) {
                    self.lose(pattern.place, format!("tenant pattern `{}`: a space is named in full", pattern.value));
                    continue;
                }
                let resource = if pattern.value == "*" { "*".to_owned() } else { format!("space:{}", pattern.value) };
                let privilege = if write { "space_all" } else { "space_read" };
                self.notes.push(note(
                    pattern.place,
                    format!("role `{}`: tenant `{}` is privilege `{privilege}` on the Kibana space `{resource}`", self.name, pattern.value),
                ));
                applications.push(json!({ "application": "kibana-.kibana", "privileges": [privilege], "resources": [resource] }));
            }
        }
        if !applications.is_empty() {
            out.insert("applications".to_owned(), Value::Array(applications));
        }
        Value::Object(out)
    }

    /// Cluster privileges, and the actions that Elasticsearch allows on indices.
    fn cluster(&mut self, permissions: &[Located<String>]) -> (BTreeSet<String>, BTreeSet<String>) {
        let (mut cluster, mut composite) = (BTreeSet::new(), BTreeSet::new());
        for permission in permissions {
            for leaf in leaves(&permission.value, self.configuration, self.product) {
                let Ok(matcher) = Matcher::new(leaf) else {
                    self.lose(permission.place, format!("cluster permission `{leaf}` is a pattern that is not understood"));
                    continue;
                };
                if leaf == "*" {
                    cluster.insert("all".to_owned());
                    composite.extend(COMPOSITE.iter().map(|action| (*action).to_owned()));
                    continue;
                }
                let found: Vec<&str> = COMPOSITE.into_iter().filter(|action| matcher.matches(action)).collect();
                composite.extend(found.iter().map(|action| (*action).to_owned()));
                let template = leaf.starts_with("indices:admin/template/") || leaf.starts_with("indices:admin/index_template/");
                if (leaf.starts_with("cluster:") || template) && !leaf.starts_with('/') {
                    cluster.insert(leaf.to_owned());
                } else if found.is_empty() {
                    self.lose(permission.place, format!("cluster permission `{leaf}` has no counterpart in the cluster stage"));
                }
            }
        }
        (cluster, composite)
    }

    fn rule(&mut self, rule: &IndexPermission, composite: &BTreeSet<String>) -> Option<Value> {
        let mut names = Vec::new();
        for pattern in &rule.index_patterns {
            if has_placeholder(&pattern.value) {
                self.lose(pattern.place, format!("index pattern `{}`: Elasticsearch puts no attributes into names", pattern.value));
            } else if pattern.starts_with('<') {
                self.lose(pattern.place, format!("index pattern `{}`: Elasticsearch's roles know no date math", pattern.value));
            } else {
                if pattern.starts_with('/') {
                    self.notes.push(note(
                        pattern.place,
                        format!("role `{}`: `{}` is read as a Lucene regular expression there, not as Java's", self.name, pattern.value),
                    ));
                }
                names.push(pattern.value.clone());
            }
        }
        let mut privileges = BTreeSet::new();
        for action in &rule.allowed_actions {
            for leaf in leaves(&action.value, self.configuration, self.product) {
                if leaf == "*" || leaf == "indices:*" {
                    privileges.insert("all".to_owned());
                } else if leaf.starts_with("indices:") {
                    privileges.insert(leaf.to_owned());
                } else {
                    self.lose(action.place, format!("`{leaf}` is no action on an index in Elasticsearch"));
                }
            }
        }
        if names.is_empty() || privileges.is_empty() {
            return None;
        }
        if !privileges.contains("all") {
            // a batch needs the privilege on the indices it goes to; on its own it opens nothing
            privileges.extend(composite.iter().cloned());
        }
        let mut out = json!({ "names": names, "privileges": privileges });
        if let Some(fields) = self.fields(rule) {
            out["field_security"] = fields;
        }
        if let Some(dls) = &rule.dls {
            match template(&dls.value) {
                Some(query) => out["query"] = json!(query),
                None => {
                    self.lose(dls.place, "its document query uses an attribute that Elasticsearch has not; the rule is left out");
                    return None;
                }
            }
        }
        Some(out)
    }

    fn fields(&mut self, rule: &IndexPermission) -> Option<Value> {
        let (excluded, included): (Vec<&str>, Vec<&str>) =
            rule.fls.iter().map(|field| field.as_str()).partition(|field| field.starts_with(['~', '!']));
        let mut except: Vec<String> = excluded.iter().map(|field| field[1..].to_owned()).collect();
        for masked in &rule.masked_fields {
            let field = masked.split("::").next().unwrap_or_default().to_owned();
            self.lose(masked.place, format!("masked field `{field}`: Elasticsearch masks nothing; the field is hidden"));
            except.push(field);
        }
        let grant: Vec<&str> = if excluded.is_empty() && !included.is_empty() { included } else { vec!["*"] };
        (grant != ["*"] || !except.is_empty())
            .then(|| if except.is_empty() { json!({ "grant": grant }) } else { json!({ "grant": grant, "except": except }) })
    }
}

/// A document query with attributes as a template of Elasticsearch's; none where one has no counterpart.
fn template(dls: &str) -> Option<String> {
    if !has_placeholder(dls) {
        return Some(dls.to_owned());
    }
    let mut source = String::new();
    let mut rest = dls;
    while let Some(at) = rest.find("${") {
        source.push_str(&rest[..at]);
        let end = rest[at..].find('}')? + at;
        match &rest[at + 2..end] {
            "user.name" | "user_name" => source.push_str("{{_user.username}}"),
            name => source.push_str(&format!("{{{{_user.metadata.{}}}}}", name.strip_prefix("attr.internal.")?)),
        }
        rest = &rest[end + 1..];
    }
    source.push_str(rest);
    Some(json!({ "template": { "source": source } }).to_string())
}

/// A mapping's people from elsewhere; users of the files have their roles by name.
fn rules(role: &str, mapping: &RoleMapping, configuration: &Configuration, notes: &mut Vec<Problem>) -> Option<Value> {
    let texts = |items: &[Located<String>]| items.iter().map(|item| item.value.clone()).collect::<Vec<_>>();
    let mut any = Vec::new();
    let users: Vec<String> = texts(&mapping.users).into_iter().filter(|user| !configuration.internal_users.contains_key(user)).collect();
    if !users.is_empty() {
        any.push(json!({ "field": { "username": users } }));
    }
    if !mapping.backend_roles.is_empty() {
        any.push(json!({ "field": { "groups": texts(&mapping.backend_roles) } }));
    }
    if !mapping.and_backend_roles.is_empty() {
        let all: Vec<Value> = mapping.and_backend_roles.iter().map(|name| json!({ "field": { "groups": name.value } })).collect();
        any.push(json!({ "all": all }));
    }
    for host in &mapping.hosts {
        notes.push(Problem::warning(host.place, format!("mapping of `{role}`: host `{}`: Elasticsearch maps no hosts", host.value)));
    }
    match any.len() {
        0 => None,
        1 => any.pop(),
        _ => Some(json!({ "any": any })),
    }
}
