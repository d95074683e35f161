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
            ("POST", ["_setup"]) if self.zentity != Zentity::V0 => {
                plan.steps.push(self.on_models("indices:admin/create"));
                self.words(&mut plan, "indices:admin/create", &setup_denied());
            }
            ("GET", ["models"]) => self.read_models("indices:data/read/search", "models", &mut plan),
            ("GET", ["models", _]) => self.read_models("indices:data/read/get", "model", &mut plan),
            ("POST", ["models", "_bulk"]) if self.has_bulk() => self.bulk_models(&mut plan),
            ("DELETE", ["models", _]) if !self.has_bulk() => {
                let steps = self.write_model("DELETE", &mut plan);
                plan.steps.extend(steps);
                self.create_missing(&mut plan);
            }
            ("POST" | "PUT" | "DELETE", ["models", entity]) if *entity != "_bulk" => {
                self.check_index(&mut plan);
                let steps = self.write_model(&self.rest.method, &mut plan);
                plan.steps.extend(steps);
            }
            ("POST", ["resolution", "_bulk"]) if self.has_bulk() => self.bulk_resolution(None, &mut plan),
            ("POST", ["resolution", entity, "_bulk"]) if self.has_bulk() => self.bulk_resolution(Some(*entity), &mut plan),
            ("POST" | "GET", ["resolution"]) if self.resolves() => {
                let steps = self.resolution(None, self.rest.json(), &mut plan);
                plan.steps.extend(steps);
            }
            ("POST" | "GET", ["resolution", entity]) if self.resolves() && *entity != "_bulk" => {
                let steps = self.resolution(Some(*entity), self.rest.json(), &mut plan);
                plan.steps.extend(steps);
            }
            _ => {
                let why = format!("this generation of zentity has no `{} /{}`", self.rest.method, self.rest.segments.join("/"));
                plan.steps.push(Step::Unknown(why));
            }
        }
        if self.zentity == Zentity::V0 {
            plan.notes.push("zentity's manual asks for `manage` on `.zentity-models`; its check that the index exists is granted by `view_index_metadata`, too".into());
        }
        plan
    }

    /// Bulk endpoints came with 1.8.0, a check before a delete with 1.6.2.
    fn has_bulk(&self) -> bool {
        matches!(self.zentity, Zentity::V1_6 | Zentity::Current)
    }

    /// A job is posted; 0.x is documented with GET.
    fn resolves(&self) -> bool {
        self.rest.method == "POST" || self.zentity == Zentity::V0
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
        self.create_missing(plan);
    }

    /// The index is made as that user where it is missing.
    fn create_missing(&self, plan: &mut Plan) {
        if self.is_missing() {
            plan.steps.push(self.on_models("indices:admin/create"));
            let words = match self.zentity {
                Zentity::V0 => return,
                Zentity::V1 | Zentity::V1_6 => {
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
        // nothing is checked before: a missing index is made when the answer says so
        plan.steps.push(self.on_models(action));
        self.create_missing(plan);
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

    /// Pairs of lines, parameters and a job; each job fails alone.
    fn bulk_resolution(&self, entity: Option<&str>, plan: &mut Plan) {
        for pair in self.rest.lines().chunks(2) {
            let [parameters, job] = pair else { continue };
            let entity = parameters["entity_type"].as_str().or(entity);
            let steps = self.resolution(entity, Some(job), plan);
            plan.steps.push(Step::Part { op: "search", index: entity.unwrap_or("the model in the job").to_owned(), steps });
        }
    }

    fn resolution(&self, entity: Option<&str>, job: Option<&Value>, plan: &mut Plan) -> Vec<Step> {
        let mut steps = Vec::new();
        let own = job.and_then(|job| job.get("model")).cloned();
        let model = match (own, entity) {
            (Some(model), _) => Some(model),
            (None, Some(entity)) => {
                steps.push(self.on_models("indices:data/read/get"));
                let mut creation = Plan::default();
                self.create_missing(&mut creation);
                steps.extend(creation.steps);
                plan.words.extend(creation.words);
                self.stored_model(entity)
            }
            (None, None) => None,
        };
        let Some(indices) = model.as_ref().and_then(|model| model["indices"].as_object()) else {
            let why = "the entity model is not known: put it into the request, or name a file with the answer of `GET _zentity/models` as `models` in .rolesmith.yml";
            steps.push(Step::Unknown(why.into()));
            return steps;
        };
        let scope = |kind: &str| texts(job.and_then(|job| job.pointer(&format!("/scope/{kind}/indices"))));
        let (include, exclude) = (scope("include"), scope("exclude"));
        let asked = indices.keys().filter(|name| (include.is_empty() || include.contains(name)) && !exclude.contains(name));
        steps.extend(asked.map(|index| Step::Index {
            action: "indices:data/read/search".into(),
            expressions: split(index),
            besides: Vec::new(),
            options: self.options("indices:data/read/search"),
        }));
        steps
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
