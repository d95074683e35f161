//! From a document's tree to the v6 model.

use indexmap::IndexMap;

use super::super::read::{expect_mapping, flag, read_entries, read_keys, read_mappings, text, texts};
use super::super::{DocumentKind, Flags, RoleMapping, Secret, Settings};
use super::{ActionGroup, Configuration, Index, InternalUser, Role};
use crate::source::{Located, Problem};
use crate::yaml::{Entry, Kind, Node};

/// Read a document of the given kind into `configuration`. There is no tenants document in this form.
pub fn read_document(kind: DocumentKind, root: Node<'_>, configuration: &mut Configuration, problems: &mut Vec<Problem>) {
    match kind {
        DocumentKind::Roles => configuration.roles.extend(read_roles(root, problems)),
        DocumentKind::RolesMapping => configuration.roles_mapping.extend(read_roles_mapping(root, problems)),
        DocumentKind::InternalUsers => configuration.internal_users.extend(read_internal_users(root, problems)),
        DocumentKind::ActionGroups => configuration.action_groups.extend(read_action_groups(root, problems)),
        DocumentKind::Config => configuration.dynamic = read_config(root, problems),
        DocumentKind::Tenants => problems.push(
            Problem::warning(Some(root.place()), "tenants stand inside the roles in the form before 1.0")
                .help("the engine reads no tenants file next to v6 roles"),
        ),
        DocumentKind::NodesDn | DocumentKind::Allowlist | DocumentKind::Whitelist | DocumentKind::Audit => {
            expect_mapping(root, "this file", problems);
        }
    }
}

/// The dynamic settings (`opendistro_security.dynamic`; `searchguard.dynamic` in its ancestor's files).
pub fn read_config(root: Node<'_>, problems: &mut Vec<Problem>) -> Settings {
    if root.get("config").is_some() {
        problems.push(
            Problem::error(Some(root.place()), "`config` is the key of the form from 1.0 on, but this file has no `_meta`")
                .help("add `_meta:` with `type: config` and `config_version: 2`, or write `opendistro_security:`"),
        );
    }
    super::super::read_config(root, problems)
}

fn v6_flag(flags: &mut Flags, key: &str, value: Node<'_>, problems: &mut Vec<Problem>) -> bool {
    match key {
        "readonly" => flag(flags, "reserved", value, problems),
        "hidden" => flag(flags, key, value, problems),
        _ => false,
    }
}

/// Roles by name.
pub fn read_roles(root: Node<'_>, problems: &mut Vec<Problem>) -> IndexMap<String, Role> {
    read_entries(
        root,
        "role",
        problems,
        |body, problems| {
            let mut role = Role { is_null: body.is_null(), ..Role::default() };
            read_keys(body, "role", problems, |key, value, problems| {
                match key {
                    "cluster" => role.cluster = texts(value, problems),
                    "indices" => role.indices = indices(value, problems),
                    "tenants" => role.tenants = by_name(value, problems),
                    _ => return v6_flag(&mut role.flags, key, value, problems),
                }
                true
            });
            role
        },
        |role, place| role.place = Some(place),
    )
}

fn indices(node: Node<'_>, problems: &mut Vec<Problem>) -> Vec<Index> {
    if !expect_mapping(node, "`indices`", problems) {
        return Vec::new();
    }
    let mut out = Vec::new();
    for Entry { key, value } in node.entries() {
        let Some(pattern) = key.located() else {
            problems.push(Problem::error(Some(key.place()), "an index pattern is not a plain text"));
            continue;
        };
        let mut index = Index { pattern, ..Index::default() };
        read_keys(value, "index permission", problems, |key, value, problems| {
            match key {
                "_dls_" => index.dls = text(value, problems),
                "_fls_" => index.fls = listed(value, problems),
                "_masked_fields_" => index.masked_fields = listed(value, problems),
                mapping_type => {
                    index.types.insert(mapping_type.to_owned(), texts(value, problems));
                }
            }
            true
        });
        out.push(index);
    }
    out
}

fn listed(value: Node<'_>, problems: &mut Vec<Problem>) -> Option<Vec<Located<String>>> {
    (!value.is_null()).then(|| texts(value, problems))
}

fn by_name(node: Node<'_>, problems: &mut Vec<Problem>) -> IndexMap<String, Located<String>> {
    if !expect_mapping(node, "this", problems) {
        return IndexMap::new();
    }
    let entries = node.entries().filter_map(|Entry { key, value }| Some((key.text()?.to_owned(), text(value, problems)?)));
    entries.collect()
}

/// Role mappings by role name.
pub fn read_roles_mapping(root: Node<'_>, problems: &mut Vec<Problem>) -> IndexMap<String, RoleMapping> {
    read_mappings(root, problems, ["backendroles", "and_backendroles"], |mapping, key, value, problems| {
        v6_flag(&mut mapping.flags, key, value, problems)
    })
}

/// Internal users by key.
pub fn read_internal_users(root: Node<'_>, problems: &mut Vec<Problem>) -> IndexMap<String, InternalUser> {
    read_entries(
        root,
        "user",
        problems,
        |body, problems| {
            let mut user = InternalUser::default();
            read_keys(body, "user", problems, |key, value, problems| {
                match key {
                    "hash" => user.hash = text(value, problems).map(|hash| Located { value: Secret::new(hash.value), place: hash.place }),
                    "username" => user.username = text(value, problems),
                    "roles" => user.backend_roles = texts(value, problems),
                    "attributes" => user.attributes = by_name(value, problems),
                    // an old release wrote it; the plugin ignores it
                    "password" => {}
                    _ => return v6_flag(&mut user.flags, key, value, problems),
                }
                true
            });
            user
        },
        |user, place| user.place = Some(place),
    )
}

/// Action groups by name: with `permissions`, or as bare lists.
pub fn read_action_groups(root: Node<'_>, problems: &mut Vec<Problem>) -> IndexMap<String, ActionGroup> {
    let mut out = IndexMap::new();
    if !expect_mapping(root, "this file", problems) {
        return out;
    }
    for Entry { key, value } in root.entries() {
        let Some(name) = key.text() else {
            problems.push(Problem::error(Some(key.place()), "the name of an action group is not a plain text"));
            continue;
        };
        if name == "_meta" {
            continue;
        }
        let mut group = ActionGroup { place: Some(super::super::read::whole(key, value)), ..ActionGroup::default() };
        if value.kind() == Kind::Sequence {
            group.is_bare = true;
            group.permissions = texts(value, problems);
        } else {
            read_keys(value, "action group", problems, |key, value, problems| {
                match key {
                    "permissions" => group.permissions = texts(value, problems),
                    _ => return v6_flag(&mut group.flags, key, value, problems),
                }
                true
            });
        }
        out.insert(name.to_owned(), group);
    }
    out
}
