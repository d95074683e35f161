//! Documents: a write is a bulk of one; bulk, mget and msearch pass by name and then part by part.

use serde_json::Value;

use super::{Plan, Planner, Step, texts};
use crate::engine::catalog::elasticsearch::Found;
use crate::engine::evaluate::elasticsearch::Options;
use crate::engine::request::Body;

impl Planner<'_> {
    fn name_step(&self, action: &str, names: Vec<String>) -> Step {
        Step::Name { action: action.to_owned(), names }
    }

    fn on(&self, action: &str, index: &str) -> Step {
        let options = Options { allow_no_indices: self.rules.single_index_allows_none, ..Options::STRICT_SINGLE };
        Step::Index { action: self.action(action).to_owned(), expressions: vec![index.to_owned()], besides: Vec::new(), options }
    }

    /// The questions of one written document.
    fn item(&self, op: &'static str, index: &str, plan: &mut Plan) -> Vec<Step> {
        let implied = match op {
            "create" => "indices:data/write/index:op_type/create",
            "update" => "indices:data/write/update",
            "delete" => "indices:data/write/delete",
            _ => "indices:data/write/index:op_type/index",
        };
        let mut steps = Vec::new();
        if self.names.get(index).is_none() {
            if self.names.known && op != "delete" {
                steps.push(self.on("indices:admin/auto_create", index));
            } else if !self.names.known {
                let note = "no cluster model is open: indices are taken to exist, so nothing is created".to_owned();
                if !plan.notes.contains(&note) {
                    plan.notes.push(note);
                }
            }
        }
        steps.push(self.on("indices:data/write/bulk[s]", index));
        steps.push(self.on(implied, index));
        steps
    }

    pub(super) fn composite(&self, found: &Found, plan: &mut Plan) {
        let action = found.route.actions.first().map(String::as_str).unwrap_or_default();
        let path_index = found.get("index").unwrap_or_default().to_owned();
        let path = |names: &str| if names.is_empty() { Vec::new() } else { super::split(names) };
        match action {
            "indices:data/write/bulk" => {
                plan.steps.push(self.name_step(action, Vec::new()));
                self.bulk(&path_index, plan);
            }
            "indices:data/write/index" | "indices:data/write/delete" => {
                plan.steps.push(self.name_step(action, vec![path_index.clone()]));
                plan.steps.push(self.name_step("indices:data/write/bulk", Vec::new()));
                let create = found.route.path.contains("_create")
                    || self.rest.param("op_type") == Some("create")
                    || (self.rest.method == "POST" && found.get("id").is_none());
                let op = if action.ends_with("/delete") {
                    "delete"
                } else if create {
                    "create"
                } else {
                    "index"
                };
                let steps = self.item(op, &path_index, plan);
                plan.steps.extend(steps);
            }
            "indices:data/read/mget" | "indices:data/read/mtv" => {
                plan.steps.push(self.name_step(action, Vec::new()));
                let part = if action.ends_with("mget") { "indices:data/read/mget[shard]" } else { "indices:data/read/mtv[shard]" };
                let docs = self.rest.field("docs").and_then(Value::as_array);
                let mut indices: Vec<String> = Vec::new();
                for doc in docs.into_iter().flatten() {
                    indices.push(doc["_index"].as_str().unwrap_or(&path_index).to_owned());
                }
                let ids = self.rest.field("ids").and_then(Value::as_array).map_or(0, Vec::len);
                indices.extend(std::iter::repeat_n(path_index, ids));
                for index in indices {
                    let steps = vec![self.on(part, &index)];
                    plan.steps.push(Step::Part { op: "get", index, steps });
                }
            }
            "indices:data/read/msearch" | "indices:data/read/msearch/template" => {
                plan.steps.push(self.name_step(action, Vec::new()));
                for header in self.rest.lines().iter().step_by(2) {
                    let given = texts(header.get("index").or_else(|| header.get("indices")));
                    let expressions = if given.is_empty() { path(&path_index) } else { given };
                    let mut options = self.options("indices:data/read/search");
                    if let Some(value) = header.get("ignore_unavailable").and_then(Value::as_bool) {
                        options.ignore_unavailable = value;
                    }
                    let index = if expressions.is_empty() { "_all".to_owned() } else { expressions.join(",") };
                    let action = "indices:data/read/search".to_owned();
                    plan.steps.push(Step::Part {
                        op: "search",
                        index,
                        steps: vec![Step::Index { action, expressions, besides: Vec::new(), options }],
                    });
                }
            }
            "indices:data/read/search/template" => {
                plan.steps.push(self.name_step(action, path(&path_index)));
                plan.steps.push(self.search(path(&path_index)));
            }
            "indices:data/write/reindex" => self.reindex(plan),
            other => {
                plan.steps.push(self.name_step(other, path(&path_index)));
                let why = format!("which indices `{other}` goes on to read is in its query, which is not read");
                plan.steps.push(Step::Unknown(why));
            }
        }
    }

    fn search(&self, expressions: Vec<String>) -> Step {
        let options = self.options("indices:data/read/search");
        Step::Index { action: "indices:data/read/search".into(), expressions, besides: Vec::new(), options }
    }

    fn bulk(&self, path_index: &str, plan: &mut Plan) {
        let lines = match &self.rest.body {
            Body::Lines(lines) => lines.as_slice(),
            Body::Json(value) => std::slice::from_ref(value),
            _ => &[],
        };
        let mut lines = lines.iter();
        while let Some(line) = lines.next() {
            let Some((op, meta)) = line.as_object().and_then(|entry| entry.iter().next()) else { continue };
            let op = match op.as_str() {
                "index" => "index",
                "create" => "create",
                "update" => "update",
                "delete" => "delete",
                _ => continue,
            };
            if op != "delete" {
                lines.next();
            }
            let index = meta["_index"].as_str().unwrap_or(path_index).to_owned();
            let op_type = if meta["op_type"] == "create" { "create" } else { op };
            let steps = self.item(op_type, &index, plan);
            plan.steps.push(Step::Part { op, index, steps });
        }
        if !plan.steps.iter().any(|step| matches!(step, Step::Part { .. })) {
            plan.notes.push("the bulk has no items: only the request itself is judged".into());
        }
    }

    pub(super) fn update(&self, found: &Found, plan: &mut Plan) {
        let index = found.get("index").unwrap_or_default();
        plan.steps.push(self.on("indices:data/write/update", index));
        let missing = self.names.known && self.names.get(index).is_none();
        if missing {
            plan.steps.push(self.on("indices:admin/auto_create", index));
        }
        plan.steps.push(self.name_step("indices:data/write/bulk", Vec::new()));
        plan.steps.push(self.on("indices:data/write/bulk[s]", index));
        plan.steps.push(self.on("indices:data/write/index:op_type/index", index));
    }

    pub(super) fn by_query(&self, action: &str, expressions: &[String], plan: &mut Plan) {
        let options = self.options(action);
        plan.steps.push(Step::Index { action: action.to_owned(), expressions: expressions.to_vec(), besides: Vec::new(), options });
        plan.steps.push(self.search(expressions.to_vec()));
        plan.steps.push(self.name_step("indices:data/read/scroll", Vec::new()));
        plan.steps.push(self.name_step("indices:data/write/bulk", Vec::new()));
        let implied =
            if action.ends_with("delete/byquery") { "indices:data/write/delete" } else { "indices:data/write/index:op_type/index" };
        for action in ["indices:data/write/bulk[s]", implied] {
            let action = self.action(action).to_owned();
            plan.steps.push(Step::Index { action, expressions: expressions.to_vec(), besides: Vec::new(), options });
        }
    }

    fn reindex(&self, plan: &mut Plan) {
        let body = self.rest.json().cloned().unwrap_or_default();
        let source = texts(body.pointer("/source/index"));
        let Some(target) = body.pointer("/dest/index").and_then(Value::as_str).filter(|_| !source.is_empty()) else {
            plan.steps.push(Step::Unknown("the reindex has no `source.index` and `dest.index`".into()));
            return;
        };
        plan.steps.push(self.name_step("indices:data/write/reindex", Vec::new()));
        if body.pointer("/source/remote").is_some() {
            plan.notes.push("the source is on another cluster, where its own security decides".into());
        } else {
            plan.steps.push(self.search(source));
            plan.steps.push(self.name_step("indices:data/read/scroll", Vec::new()));
        }
        plan.steps.push(self.name_step("indices:data/write/bulk", Vec::new()));
        let op = if body.pointer("/dest/op_type").and_then(Value::as_str) == Some("create") { "create" } else { "index" };
        let steps = self.item(op, target, plan);
        plan.steps.extend(steps);
    }
}
