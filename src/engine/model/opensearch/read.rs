//! From a document's tree to the model. What cannot be taken becomes a problem with its place; the
//! rest is read.

use indexmap::IndexMap;

use super::{
    ActionGroup, Configuration, Flags, IndexPermission, InternalUser, Role, RoleMapping, Secret, Settings, Tenant, TenantPermission, v6,
};
use crate::engine::model::Entries;
use crate::source::{Located, Place, Problem, Span};
use crate::yaml::{Entry, Kind, Node, Style};

/// What a file in the form before 1.0 comes with; it is no mistake.
pub const BEFORE_1_0: &str = "this file is in the form before 1.0";

/// What a file holds; `_meta.type` names it in OpenSearch's own files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DocumentKind {
    /// `roles`
    Roles,
    /// `rolesmapping`
    RolesMapping,
    /// `internalusers`
    InternalUsers,
    /// `actiongroups`
    ActionGroups,
    /// `tenants`
    Tenants,
    /// `config`
    Config,
    /// `nodesdn`
    NodesDn,
    /// `allowlist`
    Allowlist,
    /// `whitelist`
    Whitelist,
    /// `audit`
    Audit,
}

impl DocumentKind {
    /// `_meta.type` of the kind.
    pub fn meta_type(self) -> &'static str {
        match self {
            DocumentKind::Roles => "roles",
            DocumentKind::RolesMapping => "rolesmapping",
            DocumentKind::InternalUsers => "internalusers",
            DocumentKind::ActionGroups => "actiongroups",
            DocumentKind::Tenants => "tenants",
            DocumentKind::Config => "config",
            DocumentKind::NodesDn => "nodesdn",
            DocumentKind::Allowlist => "allowlist",
            DocumentKind::Whitelist => "whitelist",
            DocumentKind::Audit => "audit",
        }
    }

    /// The name that securityadmin reads the kind from.
    pub fn file_name(self) -> &'static str {
        match self {
            DocumentKind::Roles => "roles.yml",
            DocumentKind::RolesMapping => "roles_mapping.yml",
            DocumentKind::InternalUsers => "internal_users.yml",
            DocumentKind::ActionGroups => "action_groups.yml",
            DocumentKind::Tenants => "tenants.yml",
            DocumentKind::Config => "config.yml",
            DocumentKind::NodesDn => "nodes_dn.yml",
            DocumentKind::Allowlist => "allowlist.yml",
            DocumentKind::Whitelist => "whitelist.yml",
            DocumentKind::Audit => "audit.yml",
        }
    }

    /// All kinds.
    pub const ALL: [DocumentKind; 10] = [
        DocumentKind::Roles,
        DocumentKind::RolesMapping,
        DocumentKind::InternalUsers,
        DocumentKind::ActionGroups,
        DocumentKind::Tenants,
        DocumentKind::Config,
        DocumentKind::NodesDn,
        DocumentKind::Allowlist,
        DocumentKind::Whitelist,
        DocumentKind::Audit,
    ];
}

/// Read a document of the given kind into `configuration`. Side files (allow list, node DNs, audit)
/// decide nothing and are only checked for being mappings.
pub fn read_document(kind: DocumentKind, root: Node<'_>, configuration: &mut Configuration, problems: &mut Vec<Problem>) {
    let form = v6::form(kind, root);
    if let Some(form) = form {
        if let Some((other, _)) = configuration.forms.iter().find(|(_, other)| **other != form) {
            let text = format!("this file and `{}` are in different forms, before and after 1.0", other.meta_type());
            let help = "each is read by its own `_meta`; bring the old ones up with `rolesmith convert --to v7`";
            problems.push(Problem::warning(Some(root.place()), text).help(help));
        }
        configuration.forms.insert(kind, form);
    }
    if form == Some(v6::Form::V6) {
        let note = Problem::warning(Some(root.place()), BEFORE_1_0);
        problems.push(note.help("`rolesmith convert --to v7` shows the way to the form of 1.0 and later"));
        let old = configuration.before_1_0.get_or_insert_default();
        v6::read_document(kind, root, old, problems);
        let old = old.clone();
        if kind == DocumentKind::Config {
            configuration.dynamic = old.dynamic.clone();
        }
        old.show(configuration);
        return;
    }
    match kind {
        DocumentKind::Roles => configuration.roles.append(read_roles(root, problems)),
        DocumentKind::RolesMapping => configuration.roles_mapping.append(read_roles_mapping(root, problems)),
        DocumentKind::InternalUsers => configuration.internal_users.append(read_internal_users(root, problems)),
        DocumentKind::ActionGroups => configuration.action_groups.append(read_action_groups(root, problems)),
        DocumentKind::Tenants => configuration.tenants.append(read_tenants(root, problems)),
        DocumentKind::Config => configuration.dynamic = read_config(root, problems),
        DocumentKind::NodesDn | DocumentKind::Allowlist | DocumentKind::Whitelist | DocumentKind::Audit => {
            expect_mapping(root, "this file", problems);
        }
    }
}

/// Roles by name.
pub fn read_roles(root: Node<'_>, problems: &mut Vec<Problem>) -> Entries<Role> {
    read_all(
        root,
        "role",
        problems,
        |body, problems| {
            let mut role = Role::default();
            read_keys(body, "role", problems, |key, value, problems| {
                match key {
                    "description" => role.description = text(value, problems),
                    "cluster_permissions" => role.cluster_permissions = texts(value, problems),
                    "index_permissions" => role.index_permissions = each(value, problems, index_permission),
                    "tenant_permissions" => role.tenant_permissions = each(value, problems, tenant_permission),
                    _ => return flag(&mut role.flags, key, value, problems),
                }
                true
            });
            role
        },
        |role, place| role.place = Some(place),
    )
}

fn index_permission(body: Node<'_>, problems: &mut Vec<Problem>) -> IndexPermission {
    let mut rule = IndexPermission { place: Some(body.place()), ..IndexPermission::default() };
    read_keys(body, "index permission", problems, |key, value, problems| {
        match key {
            "index_patterns" => rule.index_patterns = texts(value, problems),
            "dls" => rule.dls = text(value, problems),
            "fls" => rule.fls = texts(value, problems),
            "masked_fields" => rule.masked_fields = texts(value, problems),
            "allowed_actions" => rule.allowed_actions = texts(value, problems),
            _ => return false,
        }
        true
    });
    rule
}

fn tenant_permission(body: Node<'_>, problems: &mut Vec<Problem>) -> TenantPermission {
    let mut rule = TenantPermission { place: Some(body.place()), ..TenantPermission::default() };
    read_keys(body, "tenant permission", problems, |key, value, problems| {
        match key {
            "tenant_patterns" => rule.tenant_patterns = texts(value, problems),
            "allowed_actions" => rule.allowed_actions = texts(value, problems),
            _ => return false,
        }
        true
    });
    rule
}

/// Role mappings by role name.
pub fn read_roles_mapping(root: Node<'_>, problems: &mut Vec<Problem>) -> Entries<RoleMapping> {
    let mappings = read_mappings(root, problems, ["backend_roles", "and_backend_roles"], |mapping, key, value, problems| match key {
        "description" => {
            mapping.description = text(value, problems);
            true
        }
        _ => flag(&mut mapping.flags, key, value, problems),
    });
    mappings.into_iter().collect()
}

/// Role mappings by role name, in the spelling of a form: its names for backend roles, any of which or all of which
/// are wanted, and what it takes besides the lists.
pub(super) fn read_mappings(
    root: Node<'_>,
    problems: &mut Vec<Problem>,
    [backend_roles, and_backend_roles]: [&str; 2],
    other: impl Fn(&mut RoleMapping, &str, Node<'_>, &mut Vec<Problem>) -> bool,
) -> IndexMap<String, RoleMapping> {
    read_entries(
        root,
        "role mapping",
        problems,
        |body, problems| {
            let mut mapping = RoleMapping::default();
            read_keys(body, "role mapping", problems, |key, value, problems| {
                match key {
                    "users" => mapping.users = texts(value, problems),
                    "hosts" => mapping.hosts = texts(value, problems),
                    _ if key == backend_roles => mapping.backend_roles = texts(value, problems),
                    _ if key == and_backend_roles => mapping.and_backend_roles = texts(value, problems),
                    _ => return other(&mut mapping, key, value, problems),
                }
                true
            });
            mapping
        },
        |mapping, place| mapping.place = Some(place),
    )
}

/// Internal users by name.
pub fn read_internal_users(root: Node<'_>, problems: &mut Vec<Problem>) -> Entries<InternalUser> {
    read_all(
        root,
        "user",
        problems,
        |body, problems| {
            let mut user = InternalUser::default();
            read_keys(body, "user", problems, |key, value, problems| {
                match key {
                    "description" => user.description = text(value, problems),
                    "hash" => user.hash = text(value, problems).map(|hash| Located { value: Secret::new(hash.value), place: hash.place }),
                    "backend_roles" => user.backend_roles = texts(value, problems),
                    "opendistro_security_roles" => user.security_roles = texts(value, problems),
                    "service" => user.service = boolean(key, value, problems).unwrap_or(false),
                    "enabled" => user.disabled = boolean(key, value, problems) == Some(false),
                    "attributes" => {
                        user.attributes.reserve_exact(value.entries().len());
                        for Entry { key, value } in value.entries() {
                            if let (Some(name), Some(text)) = (key.text(), text(value, problems)) {
                                user.attributes.insert(name.to_owned(), text);
                            }
                        }
                    }
                    _ => return flag(&mut user.flags, key, value, problems),
                }
                true
            });
            user
        },
        |user, place| user.place = Some(place),
    )
}

/// Action groups by name.
pub fn read_action_groups(root: Node<'_>, problems: &mut Vec<Problem>) -> Entries<ActionGroup> {
    read_all(
        root,
        "action group",
        problems,
        |body, problems| {
            let mut group = ActionGroup::default();
            read_keys(body, "action group", problems, |key, value, problems| {
                match key {
                    "description" => group.description = text(value, problems),
                    "type" => group.kind = text(value, problems),
                    "allowed_actions" => group.allowed_actions = texts(value, problems),
                    _ => return flag(&mut group.flags, key, value, problems),
                }
                true
            });
            group
        },
        |group, place| group.place = Some(place),
    )
}

/// Tenants by name.
pub fn read_tenants(root: Node<'_>, problems: &mut Vec<Problem>) -> Entries<Tenant> {
    read_all(
        root,
        "tenant",
        problems,
        |body, problems| {
            let mut tenant = Tenant::default();
            read_keys(body, "tenant", problems, |key, value, problems| match key {
                "description" => {
                    tenant.description = text(value, problems);
                    true
                }
                _ => flag(&mut tenant.flags, key, value, problems),
            });
            tenant
        },
        |tenant, place| tenant.place = Some(place),
    )
}

/// The dynamic settings of config.yml (`config.dynamic`; `opendistro_security.dynamic` in v6 files)
/// with dotted keys.
pub fn read_config(root: Node<'_>, problems: &mut Vec<Problem>) -> Settings {
    let mut settings = Settings::default();
    let dynamic =
        [["config", "dynamic"], ["opendistro_security", "dynamic"], ["searchguard", "dynamic"]].iter().find_map(|path| root.path(path));
    match dynamic {
        Some(dynamic) => flatten(dynamic, "", &mut settings),
        None if root.is_null() => {}
        None => problems.push(
            Problem::warning(Some(root.place()), "no `config.dynamic` in this file")
                .help("expected `config:` with `dynamic:` below it; the defaults are used"),
        ),
    }
    settings
}

fn flatten(node: Node<'_>, prefix: &str, settings: &mut Settings) {
    for Entry { key, value } in node.entries() {
        let Some(name) = key.text() else { continue };
        let name = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") };
        if value.kind() == Kind::Mapping {
            flatten(value, &name, settings);
        } else {
            settings.set(name, Located::at(json(value), value.place()));
        }
    }
}

/// A node as a JSON value by the engine's rules: plain `true`, `false`, null and numbers are what they
/// say, everything else is text; aliases are never expanded.
pub fn json(node: Node<'_>) -> serde_json::Value {
    use serde_json::Value;
    match node.kind() {
        Kind::Mapping => {
            Value::Object(node.entries().filter_map(|entry| Some((entry.key.text()?.to_owned(), json(entry.value)))).collect())
        }
        Kind::Sequence => Value::Array(node.items().map(json).collect()),
        Kind::Alias => Value::Null,
        Kind::Scalar => {
            let text = node.text().unwrap_or_default();
            if node.style() != Style::Plain {
                return Value::String(text.to_owned());
            }
            match text {
                _ if node.is_null() => Value::Null,
                "true" | "True" | "TRUE" => Value::Bool(true),
                "false" | "False" | "FALSE" => Value::Bool(false),
                _ => match serde_json::from_str::<serde_json::Number>(text) {
                    Ok(number) => Value::Number(number),
                    Err(_) => Value::String(text.to_owned()),
                },
            }
        }
    }
}

pub(super) fn expect_mapping(node: Node<'_>, what: &str, problems: &mut Vec<Problem>) -> bool {
    let ok = node.kind() == Kind::Mapping || node.is_null();
    if !ok {
        let found = match node.kind() {
            Kind::Sequence => "a list",
            Kind::Alias => "an alias",
            _ => "a single value",
        };
        problems.push(
            Problem::error(Some(node.place()), format!("{what} is {found}, not a mapping of keys to values"))
                .help("write `name:` with the keys indented below it"),
        );
    }
    ok
}

pub(super) fn read_entries<T>(
    root: Node<'_>,
    what: &str,
    problems: &mut Vec<Problem>,
    read: impl FnMut(Node<'_>, &mut Vec<Problem>) -> T,
    place: impl FnMut(&mut T, Place),
) -> IndexMap<String, T> {
    let mut out = IndexMap::new();
    read_each(root, what, problems, read, place, |name, entry| out.insert(name, entry).is_some());
    out
}

/// As [`read_entries`], each entry where it is to stay: of 100,000 users two copies would be felt.
fn read_all<T>(
    root: Node<'_>,
    what: &str,
    problems: &mut Vec<Problem>,
    read: impl FnMut(Node<'_>, &mut Vec<Problem>) -> T,
    place: impl FnMut(&mut T, Place),
) -> Entries<T> {
    let mut out = Entries::default();
    read_each(root, what, problems, read, place, |name, entry| out.insert(name, entry).is_some());
    out
}

/// Read entries and put them somewhere, which says whether the name was there already.
fn read_each<T>(
    root: Node<'_>,
    what: &str,
    problems: &mut Vec<Problem>,
    mut read: impl FnMut(Node<'_>, &mut Vec<Problem>) -> T,
    mut place: impl FnMut(&mut T, Place),
    mut put: impl FnMut(String, T) -> bool,
) {
    if !expect_mapping(root, "this file", problems) {
        return;
    }
    for Entry { key, value } in root.entries() {
        let Some(name) = key.text() else {
            problems.push(Problem::error(Some(key.place()), format!("the name of a {what} is not a plain text")));
            continue;
        };
        if name == "_meta" {
            continue;
        }
        let whole = whole(key, value);
        if !expect_mapping(value, &format!("{what} `{name}`"), problems) {
            continue;
        }
        let mut item = read(value, problems);
        place(&mut item, whole);
        if put(name.to_owned(), item) {
            problems.push(
                Problem::error(Some(key.place()), format!("{what} `{name}` is there twice"))
                    .help("the engine refuses the file; keep one of them (the last one is shown here)"),
            );
        }
    }
}

pub(super) fn whole(key: Node<'_>, value: Node<'_>) -> Place {
    let (key_span, value_span) = (key.span(), value.span());
    key.document().place(Span { start: key_span.start, end: value_span.end.max(key_span.end) })
}

pub(super) fn read_keys(
    body: Node<'_>,
    what: &str,
    problems: &mut Vec<Problem>,
    mut take: impl FnMut(&str, Node<'_>, &mut Vec<Problem>) -> bool,
) {
    if !expect_mapping(body, &format!("this {what}"), problems) {
        return;
    }
    let mut seen: Vec<&str> = Vec::new();
    for Entry { key, value } in body.entries() {
        let Some(name) = key.text() else {
            problems.push(Problem::error(Some(key.place()), format!("a key of this {what} is not a plain text")));
            continue;
        };
        if seen.contains(&name) {
            problems.push(
                Problem::error(Some(key.place()), format!("key `{name}` is there twice in this {what}"))
                    .help("the engine refuses the file; keep one of them"),
            );
        }
        seen.push(name);
        if !take(name, value, problems) {
            problems.push(
                Problem::error(Some(key.place()), format!("unknown key `{name}` in this {what}"))
                    .help("the engine refuses a file with a key that it does not know"),
            );
        }
    }
}

pub(super) fn flag(flags: &mut Flags, key: &str, value: Node<'_>, problems: &mut Vec<Problem>) -> bool {
    let target = match key {
        "reserved" => &mut flags.reserved,
        "hidden" => &mut flags.hidden,
        "static" => &mut flags.is_static,
        _ => return false,
    };
    if let Some(value) = boolean(key, value, problems) {
        *target = value;
    }
    true
}

fn boolean(key: &str, value: Node<'_>, problems: &mut Vec<Problem>) -> Option<bool> {
    match value.text() {
        Some("true" | "True" | "TRUE") => Some(true),
        Some("false" | "False" | "FALSE") => Some(false),
        Some("" | "~" | "null") => None,
        _ => {
            problems.push(Problem::error(Some(value.place()), format!("`{key}` is neither `true` nor `false`")));
            None
        }
    }
}

pub(super) fn text(value: Node<'_>, problems: &mut Vec<Problem>) -> Option<Located<String>> {
    if value.is_null() {
        return None;
    }
    let located = value.located();
    if located.is_none() {
        problems.push(Problem::error(Some(value.place()), "expected a text here"));
    }
    located
}

pub(super) fn texts(value: Node<'_>, problems: &mut Vec<Problem>) -> Vec<Located<String>> {
    if value.is_null() {
        return Vec::new();
    }
    if value.kind() != Kind::Sequence {
        problems.push(Problem::error(Some(value.place()), "expected a list here").help("write one item a line, each after `- `"));
        return Vec::new();
    }
    // as long as it is: most lists of most files have one item
    let mut found = Vec::with_capacity(value.items().len());
    found.extend(value.items().filter_map(|item| text(item, problems)));
    found
}

pub(super) fn each<T>(value: Node<'_>, problems: &mut Vec<Problem>, mut read: impl FnMut(Node<'_>, &mut Vec<Problem>) -> T) -> Vec<T> {
    if value.is_null() {
        return Vec::new();
    }
    if value.kind() != Kind::Sequence {
        problems.push(Problem::error(Some(value.place()), "expected a list of rules here").help("start each rule with `- `"));
        return Vec::new();
    }
    value.items().map(|item| read(item, problems)).collect()
}
