//! The names of queries, by which an engine tells a query from another text.

use serde_json::Value;

/// Which engine parses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Queries {
    /// Elasticsearch OSS 7.10, under Open Distro.
    Elasticsearch7_10,
    /// OpenSearch 2.19.
    OpenSearch2,
    /// OpenSearch 3.
    OpenSearch3,
}

impl Queries {
    /// Whether the engine parses the text as a query: one object with one known name. Asked of clean nodes of 2.19.3 and
    /// 3.4.0 name by name (`unknown query […]`); those of plugins that a usual distribution has are taken to be there.
    pub(crate) fn parse(self, text: &str) -> bool {
        match serde_json::from_str::<Value>(text) {
            Ok(Value::Object(fields)) => fields.len() == 1 && fields.keys().all(|name| self.know(name)),
            _ => false,
        }
    }

    fn know(self, name: &str) -> bool {
        match name {
            "knn" => true,
            "agentic" | "hybrid" | "neural" | "neural_sparse" | "sltr" | "template" | "xy_shape" => self != Queries::Elasticsearch7_10,
            "combined_fields" => self == Queries::OpenSearch3,
            _ => COMMON.contains(&name),
        }
    }
}

/// With the modules that every distribution has.
const COMMON: [&str; 51] = [
    "bool",
    "boosting",
    "common",
    "constant_score",
    "dis_max",
    "distance_feature",
    "exists",
    "field_masking_span",
    "function_score",
    "fuzzy",
    "geo_bounding_box",
    "geo_distance",
    "geo_polygon",
    "geo_shape",
    "has_child",
    "has_parent",
    "ids",
    "intervals",
    "match",
    "match_all",
    "match_bool_prefix",
    "match_none",
    "match_phrase",
    "match_phrase_prefix",
    "more_like_this",
    "multi_match",
    "nested",
    "parent_id",
    "percolate",
    "prefix",
    "query_string",
    "range",
    "rank_feature",
    "regexp",
    "script",
    "script_score",
    "simple_query_string",
    "span_containing",
    "span_field_masking",
    "span_first",
    "span_multi",
    "span_near",
    "span_not",
    "span_or",
    "span_term",
    "span_within",
    "term",
    "terms",
    "terms_set",
    "wildcard",
    "wrapper",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_engine_knows_its_own() {
        let known = |name: &str| {
            let all = [Queries::Elasticsearch7_10, Queries::OpenSearch2, Queries::OpenSearch3];
            all.map(|engine| engine.parse(&format!("{{\"{name}\": {{}}}}")))
        };
        assert_eq!(known("term"), [true; 3]);
        assert_eq!(known("common"), [true; 3]);
        assert_eq!(known("template"), [false, true, true]);
        assert_eq!(known("combined_fields"), [false, false, true]);
        assert_eq!(known("nope"), [false; 3]);
        assert!(!Queries::OpenSearch3.parse("{}") && !Queries::OpenSearch3.parse("term"));
        assert!(!Queries::OpenSearch3.parse(r#"{"term": {}, "bool": {}}"#));
    }
}
