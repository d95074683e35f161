//! zentity: its API runs ordinary requests as the calling user, on `.zentity-models` and on the indices
//! of the entity model. Which requests, and its own words, differ by generation.

use serde_json::Value;

use super::{Plan, Planner, Step, split, texts};
use crate::engine::evaluate::elasticsearch::Options;
use crate::engine::model::elasticsearch::Zentity;

const MODELS: &str = ".zentity-models";

impl Planner<'_> {
    fn on_models(&self, action: &str) -> Step {
        Step::Index {
            action: action.to_owned(),
            expressions: vec![MODELS.to_owned()],
            besides: Vec::new(),
            options: Options { allow_no_indices: self.rules.single_index_allows_none, ..Options::STRICT_SINGLE },
        }
    }

    pub(super) fn zentity(&self) -> Plan {
        let mut plan = Plan::default();
        let segments: Vec<&str> = self.rest.segments.iter().skip(1).map(String::as_str).collect();
        match (self.rest.method.as_str(), segments.as_slice()) {
            ("GET", []) => plan.steps.push(Step::Free { action: "zentity".into(), why: "the banner asks nothing of the engine" }),
            ("POST", ["_setup"]) => {
                plan.steps.push(self.on_models("indices:admin/create"));
                self.words(&mut plan, "indices:admin/create", &setup_denied());
            }
            ("GET", ["models"]) => self.read_models("indices:data/read/search", "models", &mut plan),
            ("GET", ["models", _]) => self.read_models("indices:data/read/get", "model", &mut plan),
            ("POST", ["models", "_bulk"]) => self.bulk_models(&mut plan),
            ("POST" | "PUT" | "DELETE", ["models", _]) => {
                self.check_index(&mut plan);
                let steps = self.write_model(&self.rest.method, &mut plan);
                plan.steps.extend(steps);
            }
            ("POST" | "GET", ["resolution"]) => self.resolution(None, &mut plan),
            ("POST" | "GET", ["resolution", entity]) if *entity != "_bulk" => self.resolution(Some(*entity), &mut plan),
            ("POST", ["resolution", "_bulk"] | ["resolution", _, "_bulk"]) => {
                plan.steps.push(Step::Unknown("the jobs of a resolution bulk are judged one by one: ask them one by one".into()));
            }
            _ => plan.steps.push(Step::Unknown(format!("zentity has no `{} /{}`", self.rest.method, self.rest.segments.join("/")))),
        }
        if self.zentity == Zentity::V0 {
            plan.notes.push("zentity's manual asks for `manage` on `.zentity-models`; its check that the index exists is granted by `view_index_metadata`, too".into());
        }
        plan
    }

    fn words(&self, plan: &mut Plan, action: &str, words: &str) {
        if self.zentity == Zentity::Current {
            plan.words.push((action.to_owned(), words.to_owned()));
        }
    }

    fn is_missing(&self) -> bool {
        self.names.known && self.names.get(MODELS).is_none()
    }

    /// The check that the index exists, and its creation where the generation tries it.
    fn check_index(&self, plan: &mut Plan) {
        let action = match self.zentity {
            Zentity::Current => "indices:admin/get",
            _ => "indices:admin/exists",
        };
        plan.steps.push(self.on_models(action));
        self.words(
            plan,
            action,
            "Unable to verify if the '.zentity-models' index exists. This action requires the 'view_index_metadata' privilege for the '.zentity-models' index. Your role does not have this privilege.",
        );
        if self.is_missing() {
            plan.steps.push(self.on_models("indices:admin/create"));
            let words = match self.zentity {
                Zentity::V0 => return,
                Zentity::V1 => {
                    "The .zentity-models index does not exist and you do not have the 'create_index' privilege. An authorized user must create the index by submitting: POST _zentity/_setup"
                }
                Zentity::Current => {
                    "The '.zentity-models' index does not exist and cannot be created. This action requires the 'create_index' privilege for the '.zentity-models' index. An authorized user can create the '.zentity-models' index using the Setup API: POST _zentity/_setup"
                }
            };
            plan.words.push(("indices:admin/create".to_owned(), words.to_owned()));
        }
    }

    fn read_models(&self, action: &str, what: &str, plan: &mut Plan) {
        // the first generations checked and created on every request to the models
        if self.zentity == Zentity::V0 {
            self.check_index(plan);
        }
        plan.steps.push(self.on_models(action));
        let words = format!(
            "Unable to retrieve the entity {what}. This action requires the 'read' privilege for the '.zentity-models' index. Your role does not have this privilege."
        );
        self.words(plan, action, &words);
    }

    fn write_model(&self, method: &str, plan: &mut Plan) -> Vec<Step> {
        let (single, implied, verb) = match method {
            "DELETE" => ("indices:data/write/delete", "indices:data/write/delete", "delete"),
            "POST" => ("indices:data/write/index", "indices:data/write/index:op_type/create", "index"),
            _ => ("indices:data/write/index", "indices:data/write/index:op_type/index", "update"),
        };
        let words = format!(
            "Unable to {verb} the entity model. This action requires the 'write' privilege for the '.zentity-models' index. Your role does not have this privilege."
        );
        for action in [single, "indices:data/write/bulk", "indices:data/write/bulk[s]", self.action(implied)] {
            self.words(plan, action, &words);
        }
        vec![
            Step::Name { action: single.to_owned(), names: vec![MODELS.to_owned()] },
            Step::Name { action: "indices:data/write/bulk".to_owned(), names: Vec::new() },
            self.on_models("indices:data/write/bulk[s]"),
            self.on_models(self.action(implied)),
        ]
    }

    fn bulk_models(&self, plan: &mut Plan) {
        self.check_index(plan);
        for line in self.rest.lines().to_vec() {
            let Some(op) = line.as_object().and_then(|entry| entry.keys().next().cloned()) else { continue };
            let (op, method) = match op.as_str() {
                "create" => ("create", "POST"),
                "update" => ("update", "PUT"),
                "delete" => ("delete", "DELETE"),
                _ => continue,
            };
            let steps = self.write_model(method, plan);
            plan.steps.push(Step::Part { op, index: MODELS.to_owned(), steps });
        }
    }

    fn resolution(&self, entity: Option<&str>, plan: &mut Plan) {
        let own = self.rest.field("model").cloned();
        let model = match (own, entity) {
            (Some(model), _) => Some(model),
            (None, Some(entity)) => {
                if self.zentity == Zentity::V0 {
                    self.check_index(plan);
                }
                plan.steps.push(self.on_models("indices:data/read/get"));
                self.stored_model(entity)
            }
            (None, None) => None,
        };
        let Some(indices) = model.as_ref().and_then(|model| model["indices"].as_object()) else {
            let why = "the entity model is not known: put it into the request, or open a file with the answer of `GET _zentity/models`";
            plan.steps.push(Step::Unknown(why.into()));
            return;
        };
        let scope = |kind: &str| texts(self.rest.json().and_then(|body| body.pointer(&format!("/scope/{kind}/indices"))));
        let (include, exclude) = (scope("include"), scope("exclude"));
        let asked = indices.keys().filter(|name| (include.is_empty() || include.contains(name)) && !exclude.contains(name));
        for index in asked {
            let options = self.options("indices:data/read/search");
            plan.steps.push(Step::Index {
                action: "indices:data/read/search".into(),
                expressions: split(index),
                besides: Vec::new(),
                options,
            });
        }
    }

    /// A model of the models file: the hits of `GET _zentity/models`, or entity types as keys.
    fn stored_model(&self, entity: &str) -> Option<Value> {
        let models = self.models?;
        let hits = models.pointer("/hits/hits").and_then(Value::as_array);
        let hit = hits.and_then(|hits| hits.iter().find(|hit| hit["_id"] == entity)).map(|hit| &hit["_source"]);
        hit.or_else(|| models.get(entity)).cloned()
    }
}

fn setup_denied() -> String {
    "The '.zentity-models' index cannot be created. This action requires the 'create_index' privilege for the '.zentity-models' index. Your role does not have this privilege.".into()
}
