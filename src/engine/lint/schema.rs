//! The keys that OpenSearch Security's readers know, by document and level. An unknown one refuses
//! the whole file (`FAIL_ON_UNKNOWN_PROPERTIES`).

use super::{File, FileKind};
use crate::engine::model::opensearch::DocumentKind;
use crate::yaml::{Kind, Node};

/// A body with its keys.
pub(super) struct Level<'a> {
    /// The mapping.
    pub body: Node<'a>,
    /// What it is called in messages.
    pub what: &'static str,
    /// Keys that its reader knows.
    pub keys: &'static [&'static str],
}

const ROLE: &[&str] = &["reserved", "hidden", "static", "description", "cluster_permissions", "index_permissions", "tenant_permissions"];
const INDEX: &[&str] = &["index_patterns", "dls", "fls", "masked_fields", "allowed_actions"];
const TENANT_RULE: &[&str] = &["tenant_patterns", "allowed_actions"];
const MAPPING: &[&str] = &["reserved", "hidden", "description", "backend_roles", "hosts", "users", "and_backend_roles"];
const USER: &[&str] = &[
    "hash",
    "reserved",
    "hidden",
    "static",
    "service",
    "enabled",
    "backend_roles",
    "attributes",
    "description",
    "opendistro_security_roles",
];
const GROUP: &[&str] = &["reserved", "hidden", "static", "allowed_actions", "type", "description"];
const TENANT: &[&str] = &["reserved", "hidden", "static", "description"];
const NODES: &[&str] = &["nodes_dn"];
const ALLOWLIST: &[&str] = &["enabled", "requests"];
const AUTHC: &[&str] =
    &["http_enabled", "transport_enabled", "order", "description", "http_authenticator", "authentication_backend", "skip_users"];
const AUTHZ: &[&str] = &["http_enabled", "transport_enabled", "description", "authorization_backend", "skipped_users"];

/// Keys of the v6 form, per document, and what took their place.
pub(super) fn v6_keys(kind: DocumentKind) -> &'static [(&'static str, &'static str)] {
    match kind {
        DocumentKind::Roles => &[
            ("cluster", "cluster_permissions"),
            ("indices", "index_permissions"),
            ("tenants", "tenant_permissions"),
            ("readonly", "reserved"),
        ],
        DocumentKind::RolesMapping => {
            &[("backendroles", "backend_roles"), ("andBackendroles", "and_backend_roles"), ("readonly", "reserved")]
        }
        DocumentKind::InternalUsers => &[("roles", "backend_roles"), ("readonly", "reserved"), ("username", "the entry's own name")],
        DocumentKind::ActionGroups => &[("permissions", "allowed_actions"), ("readonly", "reserved")],
        _ => &[],
    }
}

/// The version that `_meta` gives, when it gives one.
pub(super) fn config_version(file: &File<'_>) -> Option<u32> {
    file.document.root()?.path(&["_meta", "config_version"])?.text()?.parse().ok()
}

/// Whether a document is in the v6 form: by `_meta`, or without one by its keys.
pub(super) fn is_v6(file: &File<'_>) -> bool {
    if let Some(version) = config_version(file) {
        return version < 2;
    }
    let (Some(root), FileKind::Security(kind)) = (file.document.root(), file.kind) else { return false };
    root.get("_meta").is_none()
        && root.entries().any(|entry| {
            (kind == DocumentKind::ActionGroups && entry.value.kind() == Kind::Sequence)
                || (kind == DocumentKind::Config && matches!(entry.key.text(), Some("opendistro_security" | "searchguard")))
                || entry.value.entries().any(|inner| v6_keys(kind).iter().any(|&(old, _)| inner.key.text() == Some(old)))
        })
}

/// Whether what stands behind a key could stand behind another one, as far as the keys below say it.
pub(super) fn fits(key: &str, value: Node<'_>) -> bool {
    let of_items =
        |keys: &[&str]| value.items().all(|item| item.entries().all(|entry| entry.key.text().is_some_and(|key| keys.contains(&key))));
    match key {
        "index_permissions" => of_items(INDEX),
        "tenant_permissions" => of_items(TENANT_RULE),
        _ => true,
    }
}

/// Every body of a v7 document whose keys are fixed.
pub(super) fn levels<'a>(file: &File<'a>, mut visit: impl FnMut(Level<'a>)) {
    let (Some(root), FileKind::Security(kind)) = (file.document.root(), file.kind) else { return };
    let entries = || root.entries().filter(|entry| entry.key.text() != Some("_meta")).map(|entry| entry.value);
    match kind {
        DocumentKind::Roles => {
            for body in entries() {
                visit(Level { body, what: "role", keys: ROLE });
                for (list, what, keys) in
                    [("index_permissions", "index permission", INDEX), ("tenant_permissions", "tenant permission", TENANT_RULE)]
                {
                    let rules = body.entries().filter(|entry| entry.key.text() == Some(list)).flat_map(|entry| entry.value.items());
                    rules.for_each(|body| visit(Level { body, what, keys }));
                }
            }
        }
        DocumentKind::RolesMapping => entries().for_each(|body| visit(Level { body, what: "role mapping", keys: MAPPING })),
        DocumentKind::InternalUsers => entries().for_each(|body| visit(Level { body, what: "user", keys: USER })),
        DocumentKind::ActionGroups => entries().for_each(|body| visit(Level { body, what: "action group", keys: GROUP })),
        DocumentKind::Tenants => entries().for_each(|body| visit(Level { body, what: "tenant", keys: TENANT })),
        DocumentKind::NodesDn => entries().for_each(|body| visit(Level { body, what: "node list", keys: NODES })),
        DocumentKind::Allowlist | DocumentKind::Whitelist => {
            if let Some(body) = root.get("config") {
                visit(Level { body, what: "allow list", keys: ALLOWLIST });
            }
        }
        DocumentKind::Config => {
            for (path, what, keys) in [("authc", "authentication domain", AUTHC), ("authz", "authorization domain", AUTHZ)] {
                let domains = root.path(&["config", "dynamic", path]).into_iter().flat_map(Node::entries);
                domains.for_each(|domain| visit(Level { body: domain.value, what, keys }));
            }
        }
        DocumentKind::Audit => {}
    }
}
