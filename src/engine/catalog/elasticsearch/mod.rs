//! Elasticsearch's named privileges by their real action patterns, its transport actions and its
//! reserved roles, by product (`assets/catalog/elasticsearch`, recorded from the real classes).

mod deprecated;
mod routes;

pub use deprecated::deprecated;
pub use routes::{Authorisation, Found, Route, route};

use std::sync::OnceLock;

use indexmap::IndexMap;
use serde::Deserialize;

use crate::engine::model::Product;
use crate::engine::model::elasticsearch::{Role, read_roles};
use crate::source::FileId;
use crate::yaml::Document;

/// What a product knows by name.
#[derive(Debug, Clone, Deserialize)]
pub struct Catalog {
    /// Cluster privileges, from the least to the most access, the order of the engine's messages.
    pub cluster: Vec<Privilege>,
    /// Index privileges, in the same order.
    pub index: Vec<Privilege>,
    /// Every transport action known, sorted.
    pub actions: Vec<String>,
    roles: serde_json::Value,
    #[serde(skip)]
    reserved: OnceLock<IndexMap<String, Role>>,
}

/// A named privilege.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Privilege {
    /// Its name.
    pub name: String,
    /// Action patterns that it grants.
    #[serde(default)]
    pub allow: Vec<String>,
    /// Action patterns taken out again.
    #[serde(default, rename = "except")]
    pub except: Vec<String>,
    /// Which part of a data stream it is about.
    #[serde(default)]
    pub selector: Selector,
    /// Whether it is `manage_own_api_key`, which looks at the request.
    #[serde(default)]
    pub own_api_keys: bool,
    /// That and why it should not be given any more; none for a privilege in good standing.
    #[serde(skip)]
    pub deprecated: Option<Deprecated>,
}

/// What the vendor's list of privileges says of one that is on its way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deprecated {
    /// The version that said so.
    pub since: (u32, u32),
    /// Whether it is deprecated as a whole, or only a part of what it grants.
    pub whole: bool,
    /// What to do instead, or what will go.
    pub instead: &'static str,
}

/// Cluster privileges that the vendor's list marks.
const DEPRECATED: [(&str, Deprecated); 6] = [
    ("manage_data_frame_transforms", Deprecated { since: (7, 5), whole: true, instead: "use `manage_transform`" }),
    ("monitor_data_frame_transforms", Deprecated { since: (7, 5), whole: true, instead: "use `monitor_transform`" }),
    ("manage_data_stream_global_retention", Deprecated { since: (8, 16), whole: true, instead: "it has no effect" }),
    ("monitor_data_stream_global_retention", Deprecated { since: (8, 16), whole: true, instead: "it has no effect" }),
    ("manage_slm", Deprecated { since: (8, 15), whole: false, instead: "for starting and stopping ILM use `manage_ilm`" }),
    ("read_slm", Deprecated { since: (8, 15), whole: false, instead: "for the status of ILM use `read_ilm`" }),
];

/// Which part of a data stream a privilege is about (Elasticsearch 9).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Deserialize)]
pub enum Selector {
    /// Its documents.
    #[default]
    #[serde(rename = "data")]
    Data,
    /// Its failure store.
    #[serde(rename = "failures")]
    Failures,
    /// Both.
    #[serde(rename = "data+failures")]
    Both,
}

/// X-Pack 5.1's privileges: those of the vendor's page of that time that 6.8 still has.
const XPACK_CLUSTER: [&str; 8] =
    ["none", "transport_client", "manage_index_templates", "manage_pipeline", "manage_security", "monitor", "manage", "all"];
const XPACK_INDEX: [&str; 12] = [
    "none",
    "create_index",
    "delete_index",
    "delete",
    "create",
    "index",
    "monitor",
    "view_index_metadata",
    "read",
    "write",
    "manage",
    "all",
];
/// Parts of 6.8's actions that came after 5.1.
const NEWER_THAN_XPACK: [&str; 11] =
    ["/ml/", "/rollup/", "/saml/", "/token/", "/ccr/", "/ilm/", "cluster:admin/ilm", "/privilege/", "/deprecation/", "/sql", "/ssl/"];
/// Reserved roles of 5.1.
const XPACK_ROLES: [&str; 6] =
    ["superuser", "transport_client", "kibana_user", "monitoring_user", "reporting_user", "remote_monitoring_agent"];

impl Catalog {
    /// The catalog of an Elasticsearch product; the newest for any other.
    pub fn of(product: Product) -> &'static Catalog {
        static ROWS: [OnceLock<Catalog>; 5] = [const { OnceLock::new() }; 5];
        match product {
            Product::XPack5_1 => ROWS[0].get_or_init(xpack),
            Product::Elasticsearch6_8 => {
                ROWS[1].get_or_init(|| parse(product, include_str!("../../../../assets/catalog/elasticsearch/6.8.23.json")))
            }
            Product::Elasticsearch7_17 => {
                ROWS[2].get_or_init(|| parse(product, include_str!("../../../../assets/catalog/elasticsearch/7.17.28.json")))
            }
            Product::Elasticsearch8_17 => {
                ROWS[3].get_or_init(|| parse(product, include_str!("../../../../assets/catalog/elasticsearch/8.17.0.json")))
            }
            _ => ROWS[4]
                .get_or_init(|| parse(Product::Elasticsearch9_1, include_str!("../../../../assets/catalog/elasticsearch/9.1.0.json"))),
        }
    }

    /// A cluster privilege by name (lower case).
    pub fn cluster_privilege(&self, name: &str) -> Option<&Privilege> {
        self.cluster.iter().find(|privilege| privilege.name == name)
    }

    /// An index privilege by name (lower case).
    pub fn index_privilege(&self, name: &str) -> Option<&Privilege> {
        self.index.iter().find(|privilege| privilege.name == name)
    }

    /// Whether a role is one of the reserved ones itself, and not one of a file.
    pub fn is_reserved(&self, role: &Role) -> bool {
        self.reserved_roles().values().any(|reserved| std::ptr::eq(reserved, role))
    }

    /// The reserved roles by name. They stand in no file.
    pub fn reserved_roles(&self) -> &IndexMap<String, Role> {
        self.reserved.get_or_init(|| {
            let document = Document::parse(FileId::default(), self.roles.to_string().into_bytes());
            document.root().map(|root| read_roles(root, &mut Vec::new()).into_iter().collect()).unwrap_or_default()
        })
    }
}

fn parse(product: Product, text: &str) -> Catalog {
    // the assets are part of the program and read in every test run
    let mut catalog: Catalog = serde_json::from_str(text).unwrap_or_else(|error| unreachable!("the catalog is not readable: {error}"));
    for privilege in &mut catalog.cluster {
        let marked = DEPRECATED.iter().find(|(name, mark)| *name == privilege.name && mark.since <= product.version());
        privilege.deprecated = marked.map(|(_, mark)| *mark);
    }
    catalog
}

fn xpack() -> Catalog {
    let base = Catalog::of(Product::Elasticsearch6_8);
    let pick = |from: &[Privilege], names: &[&str]| -> Vec<Privilege> {
        names.iter().filter_map(|name| from.iter().find(|privilege| privilege.name == *name).cloned()).collect()
    };
    let known = |action: &&String| !NEWER_THAN_XPACK.iter().any(|part| action.contains(part));
    let mut roles = base.roles.clone();
    if let Some(roles) = roles.as_object_mut() {
        roles.retain(|name, _| XPACK_ROLES.contains(&name.as_str()));
        // keys of a role that came later
        for role in roles.values_mut().filter_map(serde_json::Value::as_object_mut) {
            role.retain(|key, _| !matches!(key.as_str(), "applications" | "global"));
        }
    }
    Catalog {
        cluster: pick(&base.cluster, &XPACK_CLUSTER),
        index: pick(&base.index, &XPACK_INDEX),
        actions: base.actions.iter().filter(known).cloned().collect(),
        roles,
        reserved: OnceLock::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deprecated_privileges_are_marked_from_their_version_on() {
        let mark = |product: Product, name: &str| Catalog::of(product).cluster_privilege(name).and_then(|privilege| privilege.deprecated);
        for (name, mark_of) in DEPRECATED {
            assert_eq!(mark(Product::Elasticsearch9_1, name), Some(mark_of), "{name}");
        }
        assert!(mark(Product::Elasticsearch7_17, "manage_data_frame_transforms").is_some_and(|mark| mark.whole));
        assert_eq!(mark(Product::Elasticsearch7_17, "manage_slm"), None);
        let all = Catalog::of(Product::Elasticsearch9_1).cluster.iter().filter(|privilege| privilege.deprecated.is_some()).count();
        assert_eq!(all, DEPRECATED.len());
    }

    #[test]
    fn every_catalog_reads_and_its_reserved_roles_are_roles() {
        for (product, cluster, index, roles) in [
            (Product::XPack5_1, 8, 12, 5),
            (Product::Elasticsearch6_8, 22, 16, 22),
            (Product::Elasticsearch7_17, 41, 19, 31),
            (Product::Elasticsearch8_17, 62, 22, 32),
            (Product::Elasticsearch9_1, 63, 24, 29),
        ] {
            let catalog = Catalog::of(product);
            assert_eq!((catalog.cluster.len(), catalog.index.len()), (cluster, index), "{product}");
            assert_eq!(catalog.cluster.last().map(|privilege| privilege.name.as_str()), Some("all"));
            let reserved = catalog.reserved_roles();
            assert!(reserved.len() >= roles.min(5), "{product}: {}", reserved.len());
            assert!(product == Product::XPack5_1 || reserved.len() == roles, "{product}: {}", reserved.len());
            assert!(reserved.values().all(|role| role.refusal.is_none()), "{product}");
        }
    }
}
