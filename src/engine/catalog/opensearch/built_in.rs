//! The static roles, groups and tenants that every configuration holds besides its own.

use std::sync::LazyLock;

use indexmap::IndexMap;
use serde::Deserialize;

use crate::engine::model::opensearch::{ActionGroup, Flags, IndexPermission, Role, Tenant, TenantPermission};
use crate::engine::model::{Entries, Product};
use crate::source::Located;

/// What the plugin compiles in; all of it reserved and static, without a place in any file.
#[derive(Debug, Default)]
pub struct BuiltIn {
    /// By name.
    pub roles: Entries<Role>,
    /// By name.
    pub action_groups: Entries<ActionGroup>,
    /// By name.
    pub tenants: Entries<Tenant>,
}

static OPENSEARCH_2: LazyLock<BuiltIn> = LazyLock::new(|| read(include_str!("../../../../assets/catalog/opensearch/built-in-2.19.json")));
static OPENSEARCH_3: LazyLock<BuiltIn> = LazyLock::new(|| read(include_str!("../../../../assets/catalog/opensearch/built-in-3.json")));
static OPEN_DISTRO: LazyLock<BuiltIn> =
    LazyLock::new(|| read(include_str!("../../../../assets/catalog/opensearch/built-in-opendistro.json")));
static NOTHING: LazyLock<BuiltIn> = LazyLock::new(BuiltIn::default);

/// The built-in entries of a product; none for Elasticsearch, whose catalog is its own.
pub fn built_in(product: Product) -> &'static BuiltIn {
    match product {
        Product::OpenDistro1_13 => &OPEN_DISTRO,
        Product::OpenSearch2_19 => &OPENSEARCH_2,
        Product::OpenSearch3_4 | Product::OpenSearch3_8 => &OPENSEARCH_3,
        _ => &NOTHING,
    }
}

#[derive(Deserialize)]
struct File {
    roles: IndexMap<String, RoleEntry>,
    action_groups: IndexMap<String, GroupEntry>,
    tenants: IndexMap<String, TenantEntry>,
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct RoleEntry {
    description: Option<String>,
    cluster_permissions: Vec<String>,
    index_permissions: Vec<IndexEntry>,
    tenant_permissions: Vec<TenantRule>,
}

#[derive(Deserialize)]
struct IndexEntry {
    index_patterns: Vec<String>,
    allowed_actions: Vec<String>,
}

#[derive(Deserialize)]
struct TenantRule {
    tenant_patterns: Vec<String>,
    allowed_actions: Vec<String>,
}

#[derive(Deserialize)]
struct GroupEntry {
    description: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    allowed_actions: Vec<String>,
}

#[derive(Deserialize)]
struct TenantEntry {
    description: Option<String>,
}

const STATIC: Flags = Flags { reserved: true, hidden: false, is_static: true };

fn bare(texts: Vec<String>) -> Vec<Located<String>> {
    texts.into_iter().map(Located::bare).collect()
}

/// The assets are part of the program and tested; one that does not read gives an empty catalog.
fn read(text: &str) -> BuiltIn {
    let Ok(file) = serde_json::from_str::<File>(text) else { return BuiltIn::default() };
    let role = |entry: RoleEntry| Role {
        flags: STATIC,
        description: entry.description.map(Located::bare),
        cluster_permissions: bare(entry.cluster_permissions),
        index_permissions: entry
            .index_permissions
            .into_iter()
            .map(|rule| IndexPermission {
                index_patterns: bare(rule.index_patterns),
                allowed_actions: bare(rule.allowed_actions),
                ..IndexPermission::default()
            })
            .collect(),
        tenant_permissions: entry
            .tenant_permissions
            .into_iter()
            .map(|rule| TenantPermission {
                tenant_patterns: bare(rule.tenant_patterns),
                allowed_actions: bare(rule.allowed_actions),
                place: None,
            })
            .collect(),
        place: None,
    };
    let group = |entry: GroupEntry| ActionGroup {
        flags: STATIC,
        description: entry.description.map(Located::bare),
        kind: entry.kind.map(Located::bare),
        allowed_actions: bare(entry.allowed_actions),
        place: None,
    };
    let tenant = |entry: TenantEntry| Tenant { flags: STATIC, description: entry.description.map(Located::bare), place: None };
    BuiltIn {
        roles: file.roles.into_iter().map(|(name, entry)| (name, role(entry))).collect(),
        action_groups: file.action_groups.into_iter().map(|(name, entry)| (name, group(entry))).collect(),
        tenants: file.tenants.into_iter().map(|(name, entry)| (name, tenant(entry))).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_catalog_reads() {
        for (product, groups) in [(Product::OpenDistro1_13, 24), (Product::OpenSearch2_19, 26), (Product::OpenSearch3_8, 26)] {
            let built_in = built_in(product);
            assert_eq!((built_in.roles.len(), built_in.action_groups.len(), built_in.tenants.len()), (8, groups, 1), "{product}");
        }
    }
}
