//! `.rolesmith.yml`: what rolesmith should assume about the files beside it.

use std::path::PathBuf;

use crate::engine::lint;
use crate::engine::model::elasticsearch::Zentity;
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
    /// The generation of the zentity plugin.
    pub zentity: Option<Zentity>,
    /// zentity's entity models, as `GET _zentity/models` prints them, relative to the directory.
    pub models: Option<PathBuf>,
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
            Some("zentity") => match text.parse() {
                Ok(generation) => settings.zentity = Some(generation),
                Err(error) => problems.push(Problem::error(Some(value.place()), format!("{error}"))),
            },
            Some("models") => settings.models = value.text().map(PathBuf::from),
            Some("scenarios") => settings.scenarios = value.text().map(PathBuf::from),
            Some("cluster") => settings.cluster = texts(value).into_iter().map(PathBuf::from).collect(),
            Some("lint") => settings.lint = read_lint(value, problems),
            _ => problems.push(
                Problem::error(Some(key.place()), format!("unknown key `{}` in the settings", key.text().unwrap_or_default()))
                    .help("they are `product`, `evaluator`, `zentity`, `models`, `scenarios`, `cluster` and `lint`"),
            ),
        }
    }
    settings
}

/// Levels and allowances of the linter; what is wrong with one leaves the others.
fn read_lint(node: Node<'_>, problems: &mut Vec<Problem>) -> lint::Settings {
    let mut settings = lint::Settings::default();
    for Entry { key, value } in node.entries() {
        match key.text() {
            Some("rules") => {
                for Entry { key, value } in value.entries() {
                    let Some(rule) = key.text().filter(|rule| *rule == "all" || is_rule(rule, key, problems)) else { continue };
                    // `off` without quotes is a boolean to many readers; here it is the word
                    match lint::Level::of(value.text().unwrap_or_default()) {
                        Some(level) => drop(settings.rules.insert(rule.to_owned(), level)),
                        None => problems.push(
                            Problem::error(Some(value.place()), format!("this is no level for `{rule}`"))
                                .help("write `off`, `note`, `warning` or `error`"),
                        ),
                    }
                }
            }
            Some("allow") => {
                for item in value.items() {
                    match serde_json::from_value::<lint::Allow>(json(item)) {
                        Ok(allow) => {
                            let rule = item.get("rule").unwrap_or(item);
                            if is_rule(&allow.rule, rule, problems) {
                                settings.allow.push(lint::Allow { place: Some(item.place()), ..allow });
                            }
                        }
                        Err(error) => problems.push(
                            Problem::error(Some(item.place()), format!("not an allowance: {error}"))
                                .help("it has `rule`, `reason`, and perhaps `file` and `entry`; `rolesmith guide lint` shows one"),
                        ),
                    }
                }
            }
            _ => problems.push(
                Problem::error(
                    Some(key.place()),
                    format!("unknown key `{}` in the settings of the linter", key.text().unwrap_or_default()),
                )
                .help("it has `rules` (a level by rule) and `allow` (a list)"),
            ),
        }
    }
    settings
}

/// Whether a rule has this name; else a problem.
fn is_rule(name: &str, at: Node<'_>, problems: &mut Vec<Problem>) -> bool {
    let known = lint::find(name).is_some();
    if !known {
        let problem = Problem::error(Some(at.place()), format!("the linter has no rule `{name}`"));
        problems.push(match lint::similar(name) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help("`rolesmith lint --explain` lists them"),
        });
    }
    known
}

fn texts(node: Node<'_>) -> Vec<String> {
    match node.kind() {
        Kind::Sequence => node.items().filter_map(Node::text).map(str::to_owned).collect(),
        _ => node.text().map(str::to_owned).into_iter().collect(),
    }
}
