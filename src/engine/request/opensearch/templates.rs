//! Index templates, component templates, legacy templates.

use super::route::{Does, Route, route};

use Does::{Nodes, Other};

/// The routes.
pub(super) const ROUTES: &[Route] = &[
    route("PUT POST", "/_template/{name}", Other("indices:admin/template/put", "PutIndexTemplateRequest")),
    route("GET HEAD", "/_template", Other("indices:admin/template/get", "GetIndexTemplatesRequest")),
    route("GET HEAD", "/_template/{name}", Other("indices:admin/template/get", "GetIndexTemplatesRequest")),
    route("DELETE", "/_template/{name}", Other("indices:admin/template/delete", "DeleteIndexTemplateRequest")),
    route("PUT POST", "/_component_template/{name}", Nodes("cluster:admin/component_template/put", "Request")),
    route("GET HEAD", "/_component_template", Other("cluster:admin/component_template/get", "Request")),
    route("GET HEAD", "/_component_template/{name}", Other("cluster:admin/component_template/get", "Request")),
    route("DELETE", "/_component_template/{name}", Other("cluster:admin/component_template/delete", "Request")),
    route("PUT POST", "/_index_template/{name}", Other("indices:admin/index_template/put", "Request")),
    route("GET HEAD", "/_index_template", Other("indices:admin/index_template/get", "Request")),
    route("GET HEAD", "/_index_template/{name}", Other("indices:admin/index_template/get", "Request")),
    route("DELETE", "/_index_template/{name}", Other("indices:admin/index_template/delete", "Request")),
    route("POST", "/_index_template/_simulate", Other("indices:admin/index_template/simulate", "Request")),
    route("POST", "/_index_template/_simulate/{name}", Other("indices:admin/index_template/simulate", "Request")),
    route(
        "POST",
        "/_index_template/_simulate_index/{name}",
        Other("indices:admin/index_template/simulate_index", "SimulateIndexTemplateRequest"),
    ),
];
