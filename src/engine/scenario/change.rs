//! Changes of a scenario file, written back with the same care as the configuration.

use serde_json::{Value as Json, json};

use super::{Case, case_value};
use crate::engine::change::yaml;
use crate::source::FileId;
use crate::yaml::{At, Document, Edit, Node, Reason, Refusal, Value};

/// One change of a scenario.
#[derive(Debug, Clone, PartialEq)]
pub enum ScenarioChange {
    /// One more request, behind the others.
    AddCase(Case),
    /// Another request, or another expectation, in the place of one.
    ReplaceCase {
        /// Index into the cases.
        at: usize,
        /// What stands there then.
        case: Case,
    },
    /// A request goes.
    RemoveCase {
        /// Index into the cases.
        at: usize,
    },
}

impl ScenarioChange {
    /// Do it to the text.
    ///
    /// # Errors
    /// A [`Refusal`] when there is no such request or the text cannot be edited safely.
    pub fn edits(&self, document: &Document) -> Result<Edit, Refusal> {
        let mut editor = document.edit()?;
        let requests = document.root().and_then(|root| root.get("requests"));
        match self {
            ScenarioChange::AddCase(case) => {
                let value = yaml(&case_value(case));
                match (document.root(), requests) {
                    (_, Some(requests)) => editor.add_item(requests.id(), At::End, &value)?,
                    (Some(root), None) => editor.add_entry(root.id(), At::End, "requests", &Value::List(vec![value]))?,
                    (None, _) => editor.set_root(&Value::Map(vec![("requests".to_owned(), Value::List(vec![value]))]))?,
                }
            }
            ScenarioChange::ReplaceCase { at, case } => editor.set_value(item(document, requests, *at)?.id(), &yaml(&case_value(case)))?,
            ScenarioChange::RemoveCase { at } => editor.remove_item(item(document, requests, *at)?.id())?,
        }
        editor.finish()
    }
}

impl ScenarioChange {
    /// The change as a JSON value, for a journal.
    pub fn to_value(&self) -> Json {
        match self {
            ScenarioChange::AddCase(case) => json!({ "add": case_value(case) }),
            ScenarioChange::ReplaceCase { at, case } => json!({ "replace": at, "with": case_value(case) }),
            ScenarioChange::RemoveCase { at } => json!({ "remove": at }),
        }
    }

    /// The change of such a value.
    pub fn from_value(value: &Json) -> Option<Self> {
        let at = |key: &str| value.get(key).and_then(Json::as_u64).map(|at| at as usize);
        // a scenario of this one case, so that there is one reader of cases
        let case = |key: &str| {
            let text = json!({ "requests": [value.get(key)?] }).to_string();
            let document = Document::parse(FileId::default(), text.into_bytes());
            super::read_scenario(&document, &mut Vec::new()).cases.pop()
        };
        if let Some(at) = at("remove") {
            return Some(ScenarioChange::RemoveCase { at });
        }
        match at("replace") {
            Some(at) => Some(ScenarioChange::ReplaceCase { at, case: case("with")? }),
            None => case("add").map(ScenarioChange::AddCase),
        }
    }
}

/// The entry of a case. Entries that could not be read are no cases, so the place decides.
fn item<'d>(document: &'d Document, requests: Option<Node<'d>>, at: usize) -> Result<Node<'d>, Refusal> {
    let mut problems = Vec::new();
    let scenario = super::read_scenario(document, &mut problems);
    let lost = || Refusal { reason: Reason::NoSuchKey(format!("requests[{at}]")), place: None };
    let place = scenario.cases.get(at).and_then(|case| case.place).ok_or_else(lost)?;
    requests.and_then(|list| list.items().find(|item| item.place() == place)).ok_or_else(lost)
}
