//! How the products differ in their chains of calls: data, not code.

use std::sync::{Arc, LazyLock};

use super::route::{Route, Routes};
use super::{
    administer, aliases, bulk, by_query, cat, cluster, data_streams, documents, index_apis, multi, open_distro, search, security_api,
    snapshots, templates,
};

/// One product's chains.
#[derive(Clone)]
pub struct Fanout {
    /// Its routes.
    pub routes: Arc<Routes>,
    /// `RolloverRequest` is a class that security can read (3.x: the alias' members and the new name; before
    /// that a rollover is about all indices).
    pub rollover_is_read: bool,
}

const SHARED: [&[Route]; 12] = [
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

static OPENSEARCH_2: LazyLock<Arc<Routes>> = LazyLock::new(|| routes(&[], &[data_streams::ROUTES, security_api::ROUTES]));
static OPENSEARCH_3: LazyLock<Arc<Routes>> =
    LazyLock::new(|| routes(&[], &[data_streams::ROUTES, security_api::ROUTES, cluster::ROUTES_3]));
static OPEN_DISTRO: LazyLock<Arc<Routes>> = LazyLock::new(|| routes(&[open_distro::ROUTES, open_distro::SECURITY_API], &[]));

fn routes(before: &[&'static [Route]], behind: &[&'static [Route]]) -> Arc<Routes> {
    Arc::new(Routes::new(&[before, &SHARED, behind].concat()))
}

impl Fanout {
    /// OpenSearch 2.19.
    pub fn opensearch_2() -> Self {
        Self { routes: Arc::clone(&OPENSEARCH_2), rollover_is_read: false }
    }

    /// Open Distro on Elasticsearch OSS 7.10.
    pub fn open_distro() -> Self {
        Self { routes: Arc::clone(&OPEN_DISTRO), rollover_is_read: false }
    }

    /// OpenSearch 3.4 and 3.8.
    pub fn opensearch_3() -> Self {
        Self { routes: Arc::clone(&OPENSEARCH_3), rollover_is_read: true }
    }
}
