//! `.rolesmith.yml`: what rolesmith should assume about the files beside it.

use std::path::PathBuf;

use crate::engine::lint;
use crate::engine::model::opensearch::json;
use crate::engine::model::{Evaluator, Product};
use crate::source::Problem;
use crate::yaml::{Document, Entry, Kind, Node};

/// The settings of a directory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// Which product answers.
    pub product: Option<Product>,
    /// Which of OpenSearch's evaluators answers.
    pub evaluator: Option<Evaluator>,
    /// The scenario file, relative to the directory.
    pub scenarios: Option<PathBuf>,
    /// Files that describe the cluster, relative to the directory.
    pub cluster: Vec<PathBuf>,
    /// What the linter is told: levels of rules, what is allowed and why.
    pub lint: lint::Settings,
}

/// Read the settings; unknown keys are problems and change nothing.
pub(super) fn read(document: &Document, problems: &mut Vec<Problem>) -> Settings {
    let mut settings = Settings::default();
    let Some(root) = document.root() else { return settings };
    for Entry { key, value } in root.entries() {
        let text = value.text().unwrap_or_default();
        match key.text() {
            Some("product") => match text.parse() {
                Ok(product) => settings.product = Some(product),
                Err(error) => problems.push(Problem::error(Some(value.place()), format!("{error}"))),
            },
            Some("evaluator") => match text {
                "legacy" => settings.evaluator = Some(Evaluator::Legacy),
                "v4" => settings.evaluator = Some(Evaluator::V4),
                _ => problems.push(Problem::error(Some(value.place()), format!("`{text}` is no evaluator")).help("write `legacy` or `v4`")),
            },
            Some("scenarios") => settings.scenarios = value.text().map(PathBuf::from),
            Some("cluster") => settings.cluster = texts(value).into_iter().map(PathBuf::from).collect(),
            Some("lint") => match serde_json::from_value(json(value)) {
                Ok(lint) => settings.lint = lint,
                Err(error) => problems.push(
                    Problem::error(Some(value.place()), format!("not settings of the linter: {error}"))
                        .help("it has `rules` (a level by rule) and `allow` (a list); `rolesmith guide lint` shows them"),
                ),
            },
            _ => problems.push(
                Problem::error(Some(key.place()), format!("unknown key `{}` in the settings", key.text().unwrap_or_default()))
                    .help("they are `product`, `evaluator`, `scenarios`, `cluster` and `lint`"),
            ),
        }
    }
    settings
}

fn texts(node: Node<'_>) -> Vec<String> {
    match node.kind() {
        Kind::Sequence => node.items().filter_map(Node::text).map(str::to_owned).collect(),
        _ => node.text().map(str::to_owned).into_iter().collect(),
    }
}
