//! Ingest and search pipelines, stored scripts, remote store, what else needs one call.

use super::route::{Does, Route, route};

use Does::Other;

/// The routes.
pub(super) const ROUTES: &[Route] = &[
    route("PUT", "/_ingest/pipeline/{id}", Other("cluster:admin/ingest/pipeline/put", "PutPipelineRequest")),
    route("GET", "/_ingest/pipeline", Other("cluster:admin/ingest/pipeline/get", "GetPipelineRequest")),
    route("GET", "/_ingest/pipeline/{id}", Other("cluster:admin/ingest/pipeline/get", "GetPipelineRequest")),
    route("DELETE", "/_ingest/pipeline/{id}", Other("cluster:admin/ingest/pipeline/delete", "DeletePipelineRequest")),
    route("GET POST", "/_ingest/pipeline/_simulate", Other("cluster:admin/ingest/pipeline/simulate", "SimulatePipelineRequest")),
    route("GET POST", "/_ingest/pipeline/{id}/_simulate", Other("cluster:admin/ingest/pipeline/simulate", "SimulatePipelineRequest")),
    route("GET", "/_ingest/processor/grok", Other("cluster:admin/ingest/processor/grok/get", "Request")),
    route("PUT", "/_search/pipeline/{id}", Other("cluster:admin/search/pipeline/put", "PutSearchPipelineRequest")),
    route("GET", "/_search/pipeline", Other("cluster:admin/search/pipeline/get", "GetSearchPipelineRequest")),
    route("GET", "/_search/pipeline/{id}", Other("cluster:admin/search/pipeline/get", "GetSearchPipelineRequest")),
    route("DELETE", "/_search/pipeline/{id}", Other("cluster:admin/search/pipeline/delete", "DeleteSearchPipelineRequest")),
    route("PUT POST", "/_scripts/{id}", Other("cluster:admin/script/put", "PutStoredScriptRequest")),
    route("PUT POST", "/_scripts/{id}/{context}", Other("cluster:admin/script/put", "PutStoredScriptRequest")),
    route("GET", "/_scripts/{id}", Other("cluster:admin/script/get", "GetStoredScriptRequest")),
    route("DELETE", "/_scripts/{id}", Other("cluster:admin/script/delete", "DeleteStoredScriptRequest")),
    route("GET", "/_script_context", Other("cluster:admin/script_context/get", "GetScriptContextRequest")),
    route("GET", "/_script_language", Other("cluster:admin/script_language/get", "GetScriptLanguageRequest")),
    route("GET POST", "/_scripts/painless/_execute", Other("cluster:admin/scripts/painless/execute", "Request")),
];
