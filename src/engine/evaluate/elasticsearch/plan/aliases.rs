//! Alias changes, and index creation with aliases: both names are judged, and what is added must not
//! have more actions than the index.

use serde_json::Value;

use super::{Plan, Planner, Step, split, texts};
use crate::engine::catalog::elasticsearch::Found;
use crate::engine::evaluate::elasticsearch::Options;
use crate::engine::model::Product;

impl Planner<'_> {
    fn alias_step(&self, indices: Vec<String>, aliases: Vec<String>) -> Step {
        let options = Options { closed: true, ..Options::STRICT_EXPAND_OPEN };
        Step::Index { action: "indices:admin/aliases".into(), expressions: indices, besides: aliases, options }
    }

    /// The subset rule; it is not in X-Pack 5.1.
    fn subset(&self, index: &str, names: &[String], resize: bool, plan: &mut Plan) {
        if self.rules.product != Product::XPack5_1 && !names.is_empty() {
            plan.steps.push(Step::Subset { index: index.to_owned(), names: names.to_vec(), resize });
        }
    }

    pub(super) fn change_aliases(&self, found: &Found, plan: &mut Plan) {
        let (mut indices, mut aliases, mut added) = (Vec::new(), Vec::new(), Vec::new());
        if let Some(actions) = self.rest.field("actions").and_then(Value::as_array) {
            for (kind, body) in actions.iter().filter_map(Value::as_object).flatten() {
                let on: Vec<String> = [body.get("index"), body.get("indices")].into_iter().flat_map(texts).collect();
                let names: Vec<String> = [body.get("alias"), body.get("aliases")].into_iter().flat_map(texts).collect();
                if kind == "add" {
                    added.extend(on.iter().map(|index| (index.clone(), names.clone())));
                }
                indices.extend(on);
                aliases.extend(names);
            }
        } else {
            let body = |key: &str| texts(self.rest.field(key));
            indices = found.get("index").map_or_else(|| body("index"), split);
            aliases = found.get("name").map_or_else(|| body("alias"), split);
            if self.rest.method != "DELETE" {
                added = indices.iter().map(|index| (index.clone(), aliases.clone())).collect();
            }
        }
        if indices.is_empty() {
            plan.steps.push(Step::Unknown("the alias change names no index".into()));
            return;
        }
        plan.steps.push(self.alias_step(indices, aliases));
        for (index, names) in added {
            self.subset(&index, &names, false, plan);
        }
    }

    fn aliases_in_body(&self) -> Vec<String> {
        self.rest.field("aliases").and_then(Value::as_object).map(|aliases| aliases.keys().cloned().collect()).unwrap_or_default()
    }

    pub(super) fn create_index(&self, expressions: &[String], plan: &mut Plan) {
        let options = self.options("indices:admin/create");
        let expressions = expressions.to_vec();
        plan.steps.push(Step::Index {
            action: "indices:admin/create".into(),
            expressions: expressions.clone(),
            besides: Vec::new(),
            options,
        });
        let aliases = self.aliases_in_body();
        if !aliases.is_empty() {
            plan.steps.push(Step::Index { action: "indices:admin/aliases".into(), expressions, besides: aliases, options });
        }
    }

    pub(super) fn resize(&self, found: &Found, expressions: &[String], plan: &mut Plan) {
        let target = found.get("target").unwrap_or_default().to_owned();
        let options = self.options("indices:admin/create");
        let both = expressions.iter().cloned().chain([target.clone()]).collect();
        plan.steps.push(Step::Index { action: "indices:admin/resize".into(), expressions: both, besides: Vec::new(), options });
        let aliases = self.aliases_in_body();
        if !aliases.is_empty() {
            plan.steps.push(self.alias_step(vec![target.clone()], aliases));
        }
        if let Some(source) = expressions.first() {
            self.subset(source, &[target], true, plan);
        }
    }
}
