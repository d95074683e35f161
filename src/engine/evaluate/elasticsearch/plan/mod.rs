//! From a REST request to the questions that the engine asks of security, in order.

mod aliases;
mod documents;
mod zentity;

use serde_json::Value;

use super::names::Names;
use super::resolve::Options;
use super::rules::Rules;
use crate::engine::catalog::elasticsearch::{Authorisation, Found, route};
use crate::engine::model::Product;
use crate::engine::model::elasticsearch::Zentity;
use crate::engine::request::Request;
use crate::engine::request::opensearch::Rest;

/// One question, or a part that fails alone.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// A cluster action.
    Cluster {
        /// The action.
        action: String,
        /// Applications that a request about application privileges names; empty for all.
        applications: Option<Vec<String>>,
        /// Whether a request about API keys is confined to the user's own.
        own_keys: Option<bool>,
    },
    /// An action that is judged by its name alone.
    Name {
        /// The action.
        action: String,
        /// Names that the request carries, for the message.
        names: Vec<String>,
    },
    /// An action on names.
    Index {
        /// The action.
        action: String,
        /// Index expressions; none is all.
        expressions: Vec<String>,
        /// Names that are no expressions (aliases that are added or taken away).
        besides: Vec<String>,
        /// How the expressions are resolved.
        options: Options,
    },
    /// An item of a request that has several: it fails alone.
    Part {
        /// `index`, `create`, `update`, `delete`, `get`, `search`.
        op: &'static str,
        /// Its index, as written.
        index: String,
        /// Its questions.
        steps: Vec<Step>,
    },
    /// New names must not have more actions than the index.
    Subset {
        /// The index.
        index: String,
        /// The new names.
        names: Vec<String>,
        /// Whether it is a resize, with words of its own.
        resize: bool,
    },
    /// Nothing is asked.
    Free {
        /// The action.
        action: String,
        /// Why not.
        why: &'static str,
    },
    /// The model cannot say.
    Unknown(String),
}

/// The questions of a request.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// In order.
    pub steps: Vec<Step>,
    /// What an operator should know.
    pub notes: Vec<String>,
    /// Words that replace the engine's own in a denial of a step (zentity), by the action.
    pub words: Vec<(String, String)>,
}

/// What a plan is made with.
pub(super) struct Planner<'a> {
    pub rules: &'a Rules,
    pub names: &'a Names,
    pub rest: Rest,
    pub zentity: Zentity,
    pub models: Option<&'a Value>,
    pub user: &'a str,
}

/// Make the plan of a request.
pub(super) fn plan(rules: &Rules, names: &Names, request: &Request, zentity: Zentity, models: Option<&Value>, user: &str) -> Plan {
    let rest = Rest::new(request);
    let planner = Planner { rules, names, rest, zentity, models, user };
    planner.plan()
}

impl Planner<'_> {
    fn plan(&self) -> Plan {
        let segments = &self.rest.segments;
        if segments.first().is_some_and(|first| first == "_zentity") {
            return self.zentity();
        }
        let typed = matches!(self.rules.product, Product::XPack5_1 | Product::Elasticsearch6_8 | Product::Elasticsearch7_17);
        let Some(found) = route(&self.rest.method, segments, typed) else {
            let why = format!("no route for `{} /{}` is known", self.rest.method, segments.join("/"));
            return Plan { steps: vec![Step::Unknown(why)], ..Plan::default() };
        };
        let mut plan = Plan::default();
        match found.route.kind {
            Authorisation::Cluster => self.cluster(&found, &mut plan),
            Authorisation::SameUser => self.same_user(&found, &mut plan),
            Authorisation::Exempt => self.exempt(&found, &mut plan),
            Authorisation::Owner => {
                let why = "the engine checks only that the same user made it";
                plan.steps.extend(found.route.actions.iter().map(|action| Step::Free { action: action.clone(), why }));
            }
            Authorisation::Scroll => self.scroll(&found, &mut plan),
            Authorisation::Composite => self.composite(&found, &mut plan),
            Authorisation::Index | Authorisation::Multi => {
                for action in &found.route.actions {
                    if action.starts_with("cluster:") {
                        plan.steps.push(self.cluster_step(action));
                    } else {
                        self.index(action, &found, &mut plan);
                    }
                }
            }
        }
        plan
    }

    pub(super) fn cluster_step(&self, action: &str) -> Step {
        Step::Cluster { action: action.to_owned(), applications: None, own_keys: None }
    }

    fn cluster(&self, found: &Found, plan: &mut Plan) {
        for action in &found.route.actions {
            let mut step = self.cluster_step(action);
            if let Step::Cluster { applications, own_keys, .. } = &mut step {
                if action.contains("/security/privilege/") {
                    let in_path = found.get("application").map(|list| list.split(',').map(str::to_owned).collect());
                    let in_body = self.rest.json().and_then(Value::as_object).map(|body| body.keys().cloned().collect());
                    *applications = Some(in_path.or(in_body.filter(|_| action.ends_with("/put"))).unwrap_or_default());
                }
                if action.contains("/security/api_key/") {
                    let owner = self.rest.flag("owner") == Some(true) || self.rest.field("owner") == Some(&Value::Bool(true));
                    let named = self.rest.param("username").or_else(|| self.rest.field("username").and_then(Value::as_str));
                    // a query that is denied is tried again on the user's own keys
                    *own_keys = Some(owner || named == Some(self.user) || action.ends_with("/query"));
                }
            }
            plan.steps.push(step);
        }
    }

    fn same_user(&self, found: &Found, plan: &mut Plan) {
        let other = found.get("username").filter(|name| *name != self.user);
        for action in &found.route.actions {
            plan.steps.push(match other {
                Some(_) => self.cluster_step(action),
                None => Step::Free { action: action.clone(), why: "no privilege is needed for oneself" },
            });
        }
    }

    fn exempt(&self, found: &Found, plan: &mut Plan) {
        for action in &found.route.actions {
            plan.steps.push(Step::Free { action: action.clone(), why: "the engine lets it through without a check" });
            if action == "indices:data/read/async_search/submit" {
                self.index("indices:data/read/search", found, plan);
            }
        }
    }

    fn scroll(&self, found: &Found, plan: &mut Plan) {
        let all = found.get("scroll_id") == Some("_all")
            || self.rest.field("scroll_id").is_some_and(|id| {
                id.as_str() == Some("_all") || id.as_array().is_some_and(|ids| ids.iter().any(|id| id.as_str() == Some("_all")))
            });
        for action in &found.route.actions {
            plan.steps.push(match (action.ends_with("/clear"), all) {
                (true, true) => self.cluster_step("cluster:admin/indices/scroll/clear_all"),
                (true, false) => Step::Free { action: action.clone(), why: "clearing a scroll by its id is not checked" },
                (false, _) => Step::Name { action: action.clone(), names: Vec::new() },
            });
        }
    }

    /// Names in the path: indices, data streams.
    pub(super) fn expressions(&self, found: &Found) -> Vec<String> {
        let streams = found.route.path.starts_with("/_data_stream") || found.route.path.starts_with("/_resolve");
        let list = found.get("index").or_else(|| found.get("name").filter(|_| streams)).or_else(|| found.get("target"));
        let list = list.or_else(|| self.rest.param("index")).unwrap_or_default();
        split(list)
    }

    /// Options of the request: what its kind has, with what the parameters say.
    pub(super) fn options(&self, action: &str) -> Options {
        let single = matches!(
            action,
            "indices:data/read/get"
                | "indices:data/read/explain"
                | "indices:data/read/tv"
                | "indices:admin/create"
                | "indices:admin/analyze"
        ) || action.starts_with("indices:data/write/");
        let mut options = match action {
            "indices:data/write/update/byquery" | "indices:data/write/delete/byquery" => Options::STRICT_EXPAND_OPEN,
            _ if single => Options { allow_no_indices: self.rules.single_index_allows_none, ..Options::STRICT_SINGLE },
            "indices:admin/delete" | "indices:admin/open" | "indices:admin/settings/update" => Options::STRICT_EXPAND,
            action if action.starts_with("indices:monitor/") => Options::LENIENT_EXPAND_OPEN,
            _ => Options::STRICT_EXPAND_OPEN,
        };
        if let Some(value) = self.rest.flag("ignore_unavailable") {
            options.ignore_unavailable = value;
        }
        if let Some(value) = self.rest.flag("allow_no_indices") {
            options.allow_no_indices = value;
        }
        if let Some(states) = self.rest.param("expand_wildcards").filter(|_| !single) {
            let has = |state: &str| states.split(',').any(|given| given == state || given == "all");
            (options.open, options.closed, options.hidden) = (has("open"), has("closed"), has("hidden"));
        }
        options
    }

    /// The name that an action has in this product.
    pub(super) fn action<'n>(&self, action: &'n str) -> &'n str {
        let old = self.rules.refuses_behind;
        match action {
            "indices:admin/get" if old && self.rest.method == "HEAD" => "indices:admin/exists",
            "indices:admin/auto_create" if !self.rules.hidden_indices => "indices:admin/create",
            "indices:data/write/index:op_type/index" | "indices:data/write/index:op_type/create" if !self.rules.hidden_indices => {
                "indices:data/write/index"
            }
            action => action,
        }
    }

    fn index(&self, action: &str, found: &Found, plan: &mut Plan) {
        let expressions = self.expressions(found);
        let options = self.options(action);
        let step = |action: &str, expressions: &[String], besides: Vec<String>| Step::Index {
            action: self.action(action).to_owned(),
            expressions: expressions.to_vec(),
            besides,
            options,
        };
        match action {
            "indices:admin/aliases" => self.change_aliases(found, plan),
            "indices:admin/analyze" if expressions.is_empty() => plan.steps.push(self.cluster_step("cluster:admin/analyze")),
            "indices:admin/create" => self.create_index(&expressions, plan),
            "indices:admin/resize" => self.resize(found, &expressions, plan),
            "indices:admin/aliases/get" => {
                let aliases = split(found.get("name").or_else(|| found.get("alias")).unwrap_or_default());
                let besides = aliases.into_iter().filter(|alias| !alias.contains('*') && alias != "_all").collect();
                plan.steps.push(step(action, &expressions, besides));
            }
            "indices:data/write/update" => self.update(found, plan),
            "indices:data/write/update/byquery" | "indices:data/write/delete/byquery" => self.by_query(action, &expressions, plan),
            _ => plan.steps.push(step(action, &expressions, Vec::new())),
        }
    }
}

/// A list of names, separated by commas.
pub(super) fn split(list: &str) -> Vec<String> {
    list.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// A text or list of texts.
pub(super) fn texts(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) => split(text),
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).flat_map(split).collect(),
        _ => Vec::new(),
    }
}
