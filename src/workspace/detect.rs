//! What a file is: by `_meta.type`, by the names that securityadmin writes, by its shape.

use std::path::Path;

use super::FileKind;
use super::elasticsearch::{self, ElasticsearchKind};
use crate::engine::cluster::ClusterFormat;
use crate::engine::model::elasticsearch as elasticsearch_model;
use crate::engine::model::opensearch::container::is_container;
use crate::engine::model::opensearch::{DocumentKind, json};
use crate::source::Problem;
use crate::yaml::{Document, Kind, Node};

/// What the file is, none when it is nothing that rolesmith reads.
pub(super) fn detect(path: &Path, document: &Document, problems: &mut Vec<Problem>) -> Option<FileKind> {
    let name = path.file_name()?.to_string_lossy();
    if name == ".rolesmith.yml" {
        return Some(FileKind::Settings);
    }
    if name == "opensearch.yml" || name == "elasticsearch.yml" {
        return Some(FileKind::Node);
    }
    let named = by_name(&name);
    if name == "users" || name == "users_roles" {
        let kind = if name == "users" { ElasticsearchKind::Users } else { ElasticsearchKind::UsersRoles };
        // a line `name:hash` is hardly ever YAML, and is not meant to be
        problems.clear();
        return Some(FileKind::Elasticsearch(kind));
    }
    let Some(root) = document.root() else {
        if name == "role_mapping.yml" && document.problems().is_empty() {
            return Some(FileKind::Elasticsearch(ElasticsearchKind::Document(elasticsearch_model::DocumentKind::RoleMappings)));
        }
        return broken(document, named);
    };
    if let Some(kind) = by_meta(root) {
        return Some(FileKind::Security(kind));
    }
    if root.kind() == Kind::Mapping && root.get("requests").is_some() {
        return Some(FileKind::Scenario);
    }
    if is_container(document) {
        return Some(FileKind::Container);
    }
    if path.extension().is_some_and(|extension| extension == "json")
        && let Some(format) = ClusterFormat::detect(&outline(root))
    {
        return Some(FileKind::Cluster(format));
    }
    if let Some(kind) = elasticsearch::detect(&name, root) {
        return Some(kind);
    }
    match named {
        // a file of this name may belong to any program
        Some(DocumentKind::Config) => ["config", "opendistro_security", "searchguard"]
            .iter()
            .any(|key| root.path(&[key, "dynamic"]).is_some())
            .then_some(FileKind::Security(DocumentKind::Config)),
        Some(kind) => Some(FileKind::Security(kind)),
        None => by_shape(root).map(FileKind::Security),
    }
}

/// As much of a document as tells whether it is a print-out of a cluster: of a list its first item; of a mapping, the
/// keys of such print-outs and the first entry, and all of it where that is an index with its aliases.
fn outline(root: Node<'_>) -> serde_json::Value {
    const KEYS: [&str; 4] = ["metadata", "indices", "aliases", "data_streams"];
    if root.kind() == Kind::Sequence {
        return root.items().take(1).map(json).collect();
    }
    let all = root.entries().next().is_none_or(|entry| entry.value.get("aliases").is_some());
    if root.kind() != Kind::Mapping || all {
        return json(root);
    }
    let entries = root.entries().enumerate().filter(|(at, entry)| *at == 0 || entry.key.text().is_some_and(|key| KEYS.contains(&key)));
    let entries = entries.filter_map(|(_, entry)| Some((entry.key.text()?.to_owned(), json(entry.value))));
    serde_json::Value::Object(entries.collect())
}

/// `_meta.type`, or `_sg_meta.type` of Search Guard.
fn by_meta(root: Node<'_>) -> Option<DocumentKind> {
    let kind = root.path(&["_meta", "type"]).or_else(|| root.path(&["_sg_meta", "type"]))?.text()?;
    DocumentKind::ALL.into_iter().find(|candidate| candidate.meta_type() == kind)
}

/// The kind of a name that securityadmin writes: `roles.yml`, `roles_2024-Jan-01_12-00-00.yml`,
/// `security_tenants.yml`, and Search Guard's `sg_roles.yml`.
fn by_name(name: &str) -> Option<DocumentKind> {
    let stem = stem(name)?;
    let stem = stem.strip_prefix("sg_").unwrap_or(stem);
    Some(match stem {
        "roles" | "role" => DocumentKind::Roles,
        "roles_mapping" | "rolesmapping" => DocumentKind::RolesMapping,
        "internal_users" | "internalusers" => DocumentKind::InternalUsers,
        "action_groups" | "actiongroups" => DocumentKind::ActionGroups,
        "tenants" | "security_tenants" => DocumentKind::Tenants,
        "config" | "security_config" => DocumentKind::Config,
        "nodes_dn" | "nodesdn" => DocumentKind::NodesDn,
        "allowlist" => DocumentKind::Allowlist,
        "whitelist" => DocumentKind::Whitelist,
        "audit" => DocumentKind::Audit,
        _ => return None,
    })
}

/// The name without its extension and without the date that `securityadmin -r` appends.
fn stem(name: &str) -> Option<&str> {
    let stem = [".yml", ".yaml", ".json"].iter().find_map(|end| name.strip_suffix(end))?;
    Some(date(stem).map_or(stem, |at| &stem[..at]))
}

/// Where `_2024-Jan-01_12-00-00` starts.
fn date(stem: &str) -> Option<usize> {
    stem.match_indices("_20")
        .map(|(at, _)| at)
        .find(|&at| stem[at + 1..].chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_') && stem[at + 1..].contains('-'))
}

/// Orders the files of one kind: the undated one first, then the newest.
pub(super) fn age(path: &Path) -> (bool, std::cmp::Reverse<(String, usize, String)>) {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let Some(at) = date(&name) else { return (false, std::cmp::Reverse(Default::default())) };
    let mut parts = name[at + 1..].splitn(3, '-');
    let year = parts.next().unwrap_or_default().to_owned();
    let month = parts.next().unwrap_or_default();
    let month = MONTHS.iter().position(|name| *name == month).map_or_else(|| month.parse().unwrap_or(0), |at| at + 1);
    (true, std::cmp::Reverse((year, month, parts.next().unwrap_or_default().to_owned())))
}

/// The kind of a document of the REST API, which has no `_meta`: by the keys that only its entries have.
fn by_shape(root: Node<'_>) -> Option<DocumentKind> {
    let mut kinds = root.entries().take(50).map(|entry| {
        let has = |key: &str| entry.value.get(key).is_some();
        if has("cluster_permissions") || has("index_permissions") || has("tenant_permissions") {
            Some(DocumentKind::Roles)
        } else if has("hash") || has("opendistro_security_roles") {
            Some(DocumentKind::InternalUsers)
        } else if has("and_backend_roles") || (has("backend_roles") && (has("hosts") || has("users"))) {
            Some(DocumentKind::RolesMapping)
        } else if has("allowed_actions") {
            Some(DocumentKind::ActionGroups)
        } else {
            None
        }
    });
    kinds.find_map(|kind| kind)
}

/// A text that does not parse is of interest when its name is, or when it says what it is.
fn broken(document: &Document, named: Option<DocumentKind>) -> Option<FileKind> {
    let text = String::from_utf8_lossy(&document.bytes()[..document.bytes().len().min(1 << 20)]);
    if document.problems().is_empty() {
        // empty or only comments: nothing is defined, and that is no mistake
        return named.map(FileKind::Security);
    }
    let meant = named.is_some() || text.contains("_meta:") || text.contains("cluster_permissions") || text.contains("requests:");
    if !meant {
        return None;
    }
    Some(FileKind::Aside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn securityadmin_names_with_and_without_dates() {
        for (name, kind) in [
            ("roles.yml", DocumentKind::Roles),
            ("roles_2024-Jan-01_12-00-00.yml", DocumentKind::Roles),
            ("roles_mapping_2024-Jan-01_12-00-00.yml", DocumentKind::RolesMapping),
            ("security_tenants_2024-Jan-01_12-00-00.yml", DocumentKind::Tenants),
            ("internalusers.json", DocumentKind::InternalUsers),
            ("action_groups.yaml", DocumentKind::ActionGroups),
            ("sg_roles.yml", DocumentKind::Roles),
            ("whitelist.yml", DocumentKind::Whitelist),
        ] {
            assert_eq!(by_name(name), Some(kind), "{name}");
        }
        assert_eq!(by_name("inernal_users.yml"), None);
        assert_eq!(by_name("roles.txt"), None);
    }

    #[test]
    fn the_undated_file_comes_first_then_the_newest() {
        let mut names = ["roles_2023-Dec-31_00-00-00.yml", "roles_2024-Feb-01_00-00-00.yml", "roles.yml", "roles_2024-Jan-09_00-00-00.yml"];
        names.sort_by_key(|name| age(Path::new(name)));
        assert_eq!(
            names,
            ["roles.yml", "roles_2024-Feb-01_00-00-00.yml", "roles_2024-Jan-09_00-00-00.yml", "roles_2023-Dec-31_00-00-00.yml"]
        );
    }
}
