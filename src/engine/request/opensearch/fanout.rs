//! How the products differ in their chains of calls: data, not code.

use super::route::Route;
use super::{
    administer, aliases, bulk, by_query, cat, cluster, data_streams, documents, index_apis, multi, open_distro, search, security_api,
    snapshots, templates,
};

/// One product's chains.
#[derive(Clone)]
pub struct Fanout {
    /// Tables of routes, searched together.
    pub routes: Vec<&'static [Route]>,
    /// `RolloverRequest` is a class that security can read (3.x: the alias' members and the new name; before
    /// that a rollover is about all indices).
    pub rollover_is_read: bool,
}

impl Fanout {
    /// OpenSearch 2.19.
    pub fn opensearch_2() -> Self {
        Self {
            routes: vec![
                administer::ROUTES,
                aliases::ROUTES,
                bulk::ROUTES,
                by_query::ROUTES,
                cat::ROUTES,
                cluster::ROUTES,
                data_streams::ROUTES,
                documents::ROUTES,
                index_apis::ROUTES,
                multi::ROUTES,
                search::ROUTES,
                security_api::ROUTES,
                snapshots::ROUTES,
                templates::ROUTES,
            ],
            rollover_is_read: false,
        }
    }

    /// Open Distro on Elasticsearch OSS 7.10.
    pub fn open_distro() -> Self {
        let shared = [
            administer::ROUTES,
            aliases::ROUTES,
            bulk::ROUTES,
            by_query::ROUTES,
            cat::ROUTES,
            cluster::ROUTES,
            documents::ROUTES,
            index_apis::ROUTES,
            multi::ROUTES,
            search::ROUTES,
            snapshots::ROUTES,
            templates::ROUTES,
        ];
        // of two routes that fit a path equally well the first one is taken
        let routes = [open_distro::ROUTES, open_distro::SECURITY_API].into_iter().chain(shared).collect();
        Self { routes, ..Self::opensearch_2() }
    }

    /// OpenSearch 3.4 and 3.8.
    pub fn opensearch_3() -> Self {
        let mut fanout = Self::opensearch_2();
        fanout.routes.push(cluster::ROUTES_3);
        Self { rollover_is_read: true, ..fanout }
    }
}
