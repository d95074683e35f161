//! v6 → v7 by the plugin's own rules (`securityconf.Migration` and the constructors of the v7 classes).

use indexmap::{IndexMap, IndexSet};
use serde_json::{Map, Value, json};

use super::super::RoleMapping;
use super::super::{DocumentKind, json as node_json};
use super::{ActionGroup, Index, InternalUser, Role, read_action_groups, read_internal_users, read_roles, read_roles_mapping};
use crate::source::{Located, Place, Problem, Severity};
use crate::yaml::Node;

/// How the plugin is asked to migrate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// `migrater.sh` over files: each document by itself.
    Offline,
    /// `POST api/migrate` and `securityadmin`: a mapping without a role makes an empty role.
    Online,
}

/// The new documents and what is worth knowing about them.
#[derive(Debug, Clone, Default)]
pub struct Migrated {
    /// By kind; a tenants document comes out of the roles.
    pub documents: IndexMap<DocumentKind, Value>,
    /// What changed its meaning, was lost, or could not be taken.
    pub notes: Vec<Problem>,
}

const FROM: &str = "Migrated from v6";

fn note(place: Option<Place>, message: impl Into<String>) -> Problem {
    Problem { severity: Severity::Note, place, message: message.into(), help: None }
}

/// Migrate documents. A document that cannot be migrated is left out, and a note says why.
pub fn migrate(documents: &[(DocumentKind, Node<'_>)], way: Way) -> Migrated {
    let mut out = Migrated::default();
    let mapped: Vec<String> = documents
        .iter()
        .filter(|(kind, _)| *kind == DocumentKind::RolesMapping && way == Way::Online)
        .flat_map(|(_, root)| read_roles_mapping(*root, &mut Vec::new()).into_keys())
        .collect();
    for (kind, root) in documents {
        let notes = &mut out.notes;
        match kind {
            DocumentKind::Roles => {
                let roles = read_roles(*root, notes);
                let (roles, tenants) = migrate_roles(&roles, &mapped, notes);
                out.documents.insert(DocumentKind::Roles, roles);
                out.documents.insert(DocumentKind::Tenants, tenants);
            }
            DocumentKind::RolesMapping => {
                let mappings = read_roles_mapping(*root, notes);
                out.documents
                    .insert(*kind, document(*kind, mappings.iter().map(|(name, mapping)| (name.clone(), migrate_mapping(mapping)))));
            }
            DocumentKind::InternalUsers => {
                let users = read_internal_users(*root, notes);
                out.documents.insert(*kind, document(*kind, users.iter().map(|(key, user)| migrate_user(key, user, notes))));
            }
            DocumentKind::ActionGroups => {
                let groups = read_action_groups(*root, notes);
                out.documents.insert(*kind, document(*kind, groups.iter().map(|(name, group)| (name.clone(), migrate_group(name, group)))));
            }
            DocumentKind::Config => {
                if let Some(config) = migrate_config(*root, notes) {
                    out.documents.insert(*kind, config);
                }
            }
            DocumentKind::Tenants => notes.push(note(Some(root.place()), "a tenants document has no v6 form; it was left as it is")),
            DocumentKind::NodesDn | DocumentKind::Allowlist | DocumentKind::Whitelist | DocumentKind::Audit => {
                let mut entries = object(node_json(*root));
                entries.shift_remove("_meta");
                out.documents.insert(*kind, document(*kind, entries));
            }
        }
    }
    out
}

fn document(kind: DocumentKind, entries: impl IntoIterator<Item = (String, Value)>) -> Value {
    let mut out = Map::new();
    out.insert("_meta".to_owned(), json!({"type": kind.meta_type(), "config_version": 2}));
    out.extend(entries);
    Value::Object(out)
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

fn values(listed: &[Located<String>]) -> Vec<&str> {
    listed.iter().map(|text| text.value.as_str()).collect()
}

/// Roles, and the tenants that they name. `mapped` are roles that mappings give; those that do not
/// exist become empty roles.
fn migrate_roles(roles: &IndexMap<String, Role>, mapped: &[String], notes: &mut Vec<Problem>) -> (Value, Value) {
    let mut out: IndexMap<String, Value> = IndexMap::new();
    let mut tenants: IndexSet<&str> = IndexSet::new();
    for (name, role) in roles {
        if role.is_null {
            out.insert(name.clone(), empty_role("Migrated from v6, was empty"));
            continue;
        }
        tenants.extend(role.tenants.keys().map(String::as_str));
        out.insert(name.clone(), migrate_role(name, role, notes));
    }
    for name in mapped {
        if !out.contains_key(name) {
            notes.push(note(None, format!("role `{name}` is mapped but not defined: an empty role was made")));
            out.insert(name.clone(), empty_role("Migrated from v6, was in rolemappings but no role existed"));
        }
    }
    let tenant = json!({"reserved": false, "hidden": false, "description": FROM, "static": false});
    let tenants = document(DocumentKind::Tenants, tenants.into_iter().map(|name| (name.to_owned(), tenant.clone())));
    (document(DocumentKind::Roles, out), tenants)
}

fn empty_role(description: &str) -> Value {
    json!({
        "reserved": false,
        "hidden": false,
        "description": description,
        "cluster_permissions": [],
        "index_permissions": [],
        "tenant_permissions": [],
        "static": false,
    })
}

fn migrate_role(name: &str, role: &Role, notes: &mut Vec<Problem>) -> Value {
    let mut tenant_permissions = Vec::new();
    for (mode, action) in [("rw", "kibana_all_write"), ("ro", "kibana_all_read")] {
        let patterns: Vec<&String> =
            role.tenants.iter().filter(|(_, value)| value.value.eq_ignore_ascii_case(mode)).map(|(tenant, _)| tenant).collect();
        if !patterns.is_empty() {
            tenant_permissions.push(json!({"tenant_patterns": patterns, "allowed_actions": [action]}));
        }
    }
    for (tenant, value) in &role.tenants {
        if !["rw", "ro"].iter().any(|mode| value.value.eq_ignore_ascii_case(mode)) {
            let text = format!("role `{name}`: tenant `{tenant}` has `{}`, neither `RW` nor `RO`: no permission comes of it", value.value);
            notes.push(note(value.place, text));
        }
    }
    json!({
        "reserved": role.flags.reserved,
        "hidden": role.flags.hidden,
        "description": "Migrated from v6 (all types mapped)",
        "cluster_permissions": values(&role.cluster),
        "index_permissions": role.indices.iter().map(|index| migrate_index(name, index, notes)).collect::<Vec<_>>(),
        "tenant_permissions": tenant_permissions,
        "static": false,
    })
}

fn migrate_index(role: &str, index: &Index, notes: &mut Vec<Problem>) -> Value {
    let actions: IndexSet<&str> = index.types.values().flatten().map(|action| action.value.as_str()).collect();
    let typed: Vec<&str> = index.types.keys().map(String::as_str).filter(|name| *name != "*").collect();
    let pattern = &index.pattern;
    if !typed.is_empty() {
        let names = typed.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        notes.push(note(
            pattern.place,
            format!("role `{role}`, pattern `{}`: the actions of mapping types {names} now hold for the whole index", pattern.value),
        ));
    }
    if pattern.value.contains("?kibana") {
        notes.push(note(
            pattern.place,
            format!("role `{role}`: pattern `{}` is kept as it is; `?` stands for any one character", pattern.value),
        ));
    }
    json!({
        "index_patterns": [pattern.value],
        "dls": index.dls.as_ref().map(|dls| dls.value.as_str()),
        "fls": index.fls.as_ref().map(|fields| values(fields)),
        "masked_fields": index.masked_fields.as_ref().map(|fields| values(fields)),
        "allowed_actions": actions,
    })
}

fn migrate_mapping(mapping: &RoleMapping) -> Value {
    json!({
        "hosts": values(&mapping.hosts),
        "users": values(&mapping.users),
        "reserved": mapping.flags.reserved,
        "hidden": mapping.flags.hidden,
        "backend_roles": values(&mapping.backend_roles),
        "and_backend_roles": values(&mapping.and_backend_roles),
        "description": FROM,
    })
}

fn migrate_user(key: &str, user: &InternalUser, notes: &mut Vec<Problem>) -> (String, Value) {
    let username = user.username.as_ref().filter(|name| !name.value.is_empty());
    if let Some(name) = username.filter(|name| name.value != key) {
        notes.push(note(name.place, format!("user `{key}` is called `{}` now, by its `username`", name.value)));
    }
    let attributes: Map<String, Value> = user.attributes.iter().map(|(name, value)| (name.clone(), json!(value.value))).collect();
    let value = json!({
        "hash": user.hash.as_ref().map(|hash| hash.reveal()),
        "reserved": user.flags.reserved,
        "hidden": user.flags.hidden,
        "backend_roles": values(&user.backend_roles),
        "attributes": attributes,
        "description": FROM,
        "opendistro_security_roles": [],
        "static": false,
    });
    (username.map_or_else(|| key.to_owned(), |name| name.value.clone()), value)
}

fn migrate_group(name: &str, group: &ActionGroup) -> Value {
    let (kind, description) = match (group.is_bare, name.to_lowercase().contains("cluster")) {
        (true, _) => ("unknown", "Migrated from v6 (legacy)"),
        (false, true) => ("cluster", FROM),
        (false, false) => ("index", FROM),
    };
    json!({
        "reserved": group.flags.reserved,
        "hidden": group.flags.hidden,
        "allowed_actions": values(&group.permissions),
        "type": kind,
        "description": description,
        "static": false,
    })
}

/// The config document; refused unless `opendistro_security` is its only key.
fn migrate_config(root: Node<'_>, notes: &mut Vec<Problem>) -> Option<Value> {
    let keys: Vec<&str> = root.entries().filter_map(|entry| entry.key.text()).collect();
    let known = ["opendistro_security", "searchguard"];
    let Some(key) = known.into_iter().find(|known| keys == [*known]) else {
        let text = "the config document was not migrated: `opendistro_security` must be its only key";
        let found = keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
        notes.push(Problem::error(Some(root.place()), text).help(format!("found {found}; the plugin's migrater refuses it too")));
        return None;
    };
    if key == "searchguard" {
        notes.push(note(
            Some(root.place()),
            "`searchguard` is taken as `opendistro_security`, its successor; the plugin's migrater would refuse it",
        ));
    }
    let dynamic = root.path(&[key, "dynamic"]);
    let lost = [&["kibana", "opendistro_role"][..], &["http", "xff", "proxiesHeader"], &["http", "xff", "trustedProxies"]];
    for path in lost {
        if let Some(node) = dynamic.and_then(|dynamic| dynamic.path(path)).filter(|node| !node.is_null()) {
            notes.push(note(Some(node.place()), format!("`{}` has no place in the new form and is lost", path.join("."))));
        }
    }
    let dynamic = dynamic.map(node_json).unwrap_or(Value::Null);
    let flag = |path: &str, default: bool| dynamic.pointer(path).and_then(truth).unwrap_or(default);
    let text = |path: &str, default: Option<&str>| {
        dynamic.pointer(path).filter(|value| !value.is_null()).cloned().unwrap_or_else(|| default.map_or(Value::Null, Value::from))
    };
    let config = json!({"dynamic": {
        "filtered_alias_mode": text("/filtered_alias_mode", Some("warn")),
        "disable_rest_auth": flag("/disable_rest_auth", false),
        "disable_intertransport_auth": flag("/disable_intertransport_auth", false),
        "respect_request_indices_options": flag("/respect_request_indices_options", false),
        "license": text("/license", None),
        "kibana": {
            "multitenancy_enabled": flag("/kibana/multitenancy_enabled", true),
            "server_username": text("/kibana/server_username", Some("kibanaserver")),
            "opendistro_role": null,
            "index": text("/kibana/index", Some(".kibana")),
        },
        "http": {
            "anonymous_auth_enabled": flag("/http/anonymous_auth_enabled", false),
            "xff": {
                "enabled": flag("/http/xff/enabled", true),
                "internalProxies": text("/http/xff/internalProxies", Some(INTERNAL_PROXIES)),
                "remoteIpHeader": text("/http/xff/remoteIpHeader", Some("X-Forwarded-For")),
            },
        },
        "authc": each(&dynamic, "/authc", authentication),
        "authz": each(&dynamic, "/authz", authorization),
        "auth_failure_listeners": each(&dynamic, "/auth_failure_listeners", listener),
        "do_not_fail_on_forbidden": flag("/do_not_fail_on_forbidden", false) || flag("/kibana/do_not_fail_on_forbidden", false),
        "multi_rolespan_enabled": flag("/multi_rolespan_enabled", false),
        "hosts_resolver_mode": text("/hosts_resolver_mode", Some("ip-only")),
        "transport_userrname_attribute": text("/transport_userrname_attribute", None),
        "do_not_fail_on_forbidden_empty": flag("/do_not_fail_on_forbidden_empty", false),
    }});
    if !flag("/multi_rolespan_enabled", false) {
        notes.push(note(
            Some(root.place()),
            "`multi_rolespan_enabled: false` is written out, so a request must still be granted by one role alone; the new default is true",
        ));
    }
    Some(document(DocumentKind::Config, [("config".to_owned(), config)]))
}

/// What the plugin takes for internal proxies by default.
const INTERNAL_PROXIES: &str = r"10\.\d{1,3}\.\d{1,3}\.\d{1,3}|192\.168\.\d{1,3}\.\d{1,3}|169\.254\.\d{1,3}\.\d{1,3}|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|172\.1[6-9]{1}\.\d{1,3}\.\d{1,3}|172\.2[0-9]{1}\.\d{1,3}\.\d{1,3}|172\.3[0-1]{1}\.\d{1,3}\.\d{1,3}";

/// A boolean as Jackson reads it: `"true"` counts.
fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn each(dynamic: &Value, path: &str, migrate: impl Fn(&Value) -> Value) -> Value {
    let entries = dynamic.pointer(path).and_then(Value::as_object).into_iter().flatten();
    Value::Object(entries.map(|(name, value)| (name.clone(), migrate(value))).collect())
}

fn get(value: &Value, path: &str, default: Value) -> Value {
    value.pointer(path).filter(|value| !value.is_null()).cloned().unwrap_or(default)
}

fn on(value: &Value, path: &str) -> bool {
    value.pointer(path).and_then(truth).unwrap_or(true)
}

fn authentication(domain: &Value) -> Value {
    json!({
        "http_enabled": on(domain, "/http_enabled") && on(domain, "/enabled"),
        "transport_enabled": on(domain, "/transport_enabled") && on(domain, "/enabled"),
        "order": get(domain, "/order", json!(0)),
        "http_authenticator": {
            "challenge": on(domain, "/http_authenticator/challenge"),
            "type": get(domain, "/http_authenticator/type", Value::Null),
            "config": get(domain, "/http_authenticator/config", json!({})),
        },
        "authentication_backend": {
            "type": get(
                domain,
                "/authentication_backend/type",
                json!("com.amazon.opendistroforelasticsearch.security.auth.internal.InternalAuthenticationBackend"),
            ),
            "config": get(domain, "/authentication_backend/config", json!({})),
        },
        "description": FROM,
    })
}

fn authorization(domain: &Value) -> Value {
    json!({
        "http_enabled": on(domain, "/http_enabled") && on(domain, "/enabled"),
        "transport_enabled": on(domain, "/transport_enabled") && on(domain, "/enabled"),
        "authorization_backend": {
            "type": get(domain, "/authorization_backend/type", json!("noop")),
            "config": get(domain, "/authorization_backend/config", json!({})),
        },
        "description": FROM,
    })
}

fn listener(value: &Value) -> Value {
    json!({
        "type": get(value, "/type", Value::Null),
        "authentication_backend": get(value, "/authentication_backend", Value::Null),
        "allowed_tries": get(value, "/allowed_tries", json!(10)),
        "time_window_seconds": get(value, "/time_window_seconds", json!(3600)),
        "block_expiry_seconds": get(value, "/block_expiry_seconds", json!(600)),
        "max_blocked_clients": get(value, "/max_blocked_clients", json!(100_000)),
        "max_tracked_clients": get(value, "/max_tracked_clients", json!(100_000)),
    })
}
