//! A change in terms of the documents: operations on paths, which become splices of the text.

use serde_json::Value as Json;

use super::Change;
use crate::engine::model::opensearch::v6::Form;
use crate::engine::model::opensearch::{Configuration, DocumentKind};
use crate::yaml::{At, Document, Edit, Editor, Node, Reason, Refusal, Value};

/// One step down a document.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// The value of a key.
    Key(String),
    /// An item of a list, from zero.
    Item(usize),
    /// A dotted key below `config.dynamic`, nested or not.
    Dotted(String),
}

/// The key `name`.
pub(super) fn key(name: &str) -> Step {
    Step::Key(name.to_owned())
}

/// The item `at`, from zero.
pub(super) fn item(at: usize) -> Step {
    Step::Item(at)
}

/// What is done at the end of a path.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Act {
    Put(Json),
    Cut,
    CutIfThere,
    Push(Json),
    Remove(String),
    Replace(String, String),
    Rename(String),
}

/// One operation on one document.
#[derive(Debug, Clone, PartialEq)]
pub struct Op {
    /// The document.
    pub kind: DocumentKind,
    pub(super) path: Vec<Step>,
    pub(super) act: Act,
}

/// A path in a document, before it is known what is done there.
pub(super) struct Path {
    kind: DocumentKind,
    path: Vec<Step>,
}

impl Op {
    pub(super) fn at(kind: DocumentKind, path: Vec<Step>) -> Path {
        Path { kind, path }
    }
}

impl Path {
    fn act(self, act: Act) -> Op {
        Op { kind: self.kind, path: self.path, act }
    }

    pub(super) fn then(mut self, step: Step) -> Self {
        self.path.push(step);
        self
    }

    /// Set the value, with the keys on the way where they are missing.
    pub(super) fn put(self, value: Json) -> Op {
        self.act(Act::Put(value))
    }

    /// Set the value, or take its key out.
    pub(super) fn put_or_cut(self, value: Option<Json>) -> Op {
        self.act(value.map_or(Act::CutIfThere, Act::Put))
    }

    /// Take the entry or item out.
    pub(super) fn cut(self) -> Op {
        self.act(Act::Cut)
    }

    /// Append to the list.
    pub(super) fn push(self, value: Json) -> Op {
        self.act(Act::Push(value))
    }

    /// Take every item with this text out of the list.
    pub(super) fn remove(self, text: &str) -> Op {
        self.act(Act::Remove(text.to_owned()))
    }

    /// Put another text in the place of every item with this text.
    pub(super) fn replace(self, text: &str, with: &str) -> Op {
        self.act(Act::Replace(text.to_owned(), with.to_owned()))
    }

    /// Give the key another name.
    pub(super) fn rename(self, to: &str) -> Op {
        self.act(Act::Rename(to.to_owned()))
    }
}

impl Change {
    /// Do the part of the change that is about one document to its text. None when there is no such part.
    /// The configuration is the one that the change has not been applied to.
    ///
    /// # Errors
    /// A [`Refusal`] when the text cannot be edited safely; nothing has changed then.
    pub fn edits(&self, configuration: &Configuration, kind: DocumentKind, document: &Document) -> Result<Option<Edit>, Refusal> {
        let operations = self.operations(configuration);
        let mut operations = operations.iter().filter(|op| op.kind == kind).peekable();
        if operations.peek().is_none() {
            return Ok(None);
        }
        let mut editor = document.edit()?;
        for op in operations {
            op.edit_in(form(configuration, kind), document.root(), &mut editor)?;
        }
        editor.finish().map(Some)
    }

    /// The documents that the change touches.
    pub fn documents(&self, configuration: &Configuration) -> Vec<DocumentKind> {
        let mut kinds: Vec<_> = self.operations(configuration).iter().map(|op| op.kind).collect();
        kinds.sort();
        kinds.dedup();
        kinds
    }
}

/// The form that a document is in; one that is begun takes the form of the others.
fn form(configuration: &Configuration, kind: DocumentKind) -> Option<Form> {
    let others = || configuration.is_before_1_0().then_some(Form::V6);
    configuration.forms.get(&kind).copied().or_else(others)
}

impl Op {
    /// Do several in a document of their own, all against one parse.
    ///
    /// # Errors
    /// A [`Refusal`] when the text cannot be edited safely, or two of them get into each other's way.
    pub fn edit_together<'o>(operations: impl IntoIterator<Item = &'o Op>, document: &Document) -> Result<Edit, Refusal> {
        let mut editor = document.edit()?;
        for op in operations {
            op.edit(document.root(), &mut editor)?;
        }
        editor.finish()
    }

    /// Do it in the words of a form; in those of 1.0 and later where no form is known.
    ///
    /// # Errors
    /// A [`Refusal`] for what the form cannot say, or when the text cannot be edited safely.
    pub(super) fn edit_in<'d>(&self, form: Option<Form>, root: Option<Node<'d>>, editor: &mut Editor<'d>) -> Result<(), Refusal> {
        match form {
            Some(Form::V6) => self.before_1_0(root)?.iter().try_for_each(|op| op.edit(root, editor)),
            _ => self.edit(root, editor),
        }
    }
}

/// Where a path leads.
enum End<'d> {
    /// To a node, and the key that it stands behind.
    Node(Node<'d>, Option<Node<'d>>),
    /// To a mapping that lacks the rest of the path.
    Gap(Node<'d>, Vec<String>),
}

impl Op {
    /// Do it below `root`; where there is none, the document is empty and gets one.
    pub(super) fn edit<'d>(&self, root: Option<Node<'d>>, editor: &mut Editor<'d>) -> Result<(), Refusal> {
        let Some(root) = root else {
            return match &self.act {
                Act::Put(value) => editor.set_root(&nest(&self.names(None), yaml(value))),
                Act::Push(value) => editor.set_root(&nest(&self.names(None), Value::List(vec![yaml(value)]))),
                _ => Err(self.lost(None)),
            };
        };
        match (&self.act, self.walk(root)?) {
            (Act::Put(value), End::Node(node, _)) => editor.set_value(node.id(), &yaml(value)),
            (Act::Put(value), End::Gap(parent, rest)) => add(editor, parent, &rest, yaml(value)),
            (Act::Push(value), End::Node(node, _)) => editor.add_item(node.id(), At::End, &yaml(value)),
            (Act::Push(value), End::Gap(parent, rest)) => add(editor, parent, &rest, Value::List(vec![yaml(value)])),
            (Act::Cut | Act::CutIfThere, End::Node(_, Some(key))) => editor.remove_entry(key.id()),
            (Act::Cut | Act::CutIfThere, End::Node(node, None)) => editor.remove_item(node.id()),
            (Act::CutIfThere, End::Gap(..)) => Ok(()),
            (Act::Remove(text), End::Node(list, _)) => {
                list.items().filter(|item| item.text() == Some(text)).try_for_each(|item| editor.remove_item(item.id()))
            }
            (Act::Replace(text, with), End::Node(list, _)) => list
                .items()
                .filter(|item| item.text() == Some(text))
                .try_for_each(|item| editor.set_value(item.id(), &Value::Text(with.clone()))),
            (Act::Rename(to), End::Node(_, Some(key))) => editor.rename_key(key.id(), to),
            _ => Err(self.lost(Some(root))),
        }
    }

    /// The keys of the path, a dotted one spelled out; items are not created.
    fn names(&self, root: Option<Node<'_>>) -> Vec<String> {
        let mut out = Vec::new();
        for step in &self.path {
            match step {
                Step::Key(name) => out.push(name.clone()),
                Step::Item(_) => {}
                Step::Dotted(name) => {
                    out.extend(dynamic(root).into_iter().map(str::to_owned));
                    out.extend(name.split('.').map(str::to_owned));
                }
            }
        }
        out
    }

    fn walk<'d>(&self, root: Node<'d>) -> Result<End<'d>, Refusal> {
        if let [Step::Dotted(name)] = self.path.as_slice() {
            return Ok(walk_dotted(root, name));
        }
        let (mut node, mut key) = (root, None);
        for (at, step) in self.path.iter().enumerate() {
            let next = match step {
                Step::Key(name) => node.entries().rev().find(|entry| entry.key.has_text(name)).map(|entry| (entry.value, Some(entry.key))),
                Step::Item(at) => node.items().nth(*at).map(|item| (item, None)),
                Step::Dotted(_) => None,
            };
            match next {
                Some((value, behind)) => (node, key) = (value, behind),
                None if self.path[at..].iter().all(|step| matches!(step, Step::Key(_))) => {
                    let rest = self.path[at..].iter().filter_map(|step| if let Step::Key(name) = step { Some(name.clone()) } else { None });
                    return Ok(End::Gap(node, rest.collect()));
                }
                None => return Err(self.lost(Some(root))),
            }
        }
        Ok(End::Node(node, key))
    }

    pub(super) fn lost(&self, root: Option<Node<'_>>) -> Refusal {
        Refusal { reason: Reason::NoSuchKey(self.names(root).join(".")), place: root.map(Node::place) }
    }
}

/// Where the dynamic settings stand in this file.
fn dynamic(root: Option<Node<'_>>) -> [&'static str; 2] {
    let has = |key: &&str| root.is_some_and(|root| root.get(key).is_some());
    [["opendistro_security", "dynamic"], ["searchguard", "dynamic"]].into_iter().find(|path| has(&path[0])).unwrap_or(["config", "dynamic"])
}

/// Follow a dotted key, whose parts may be nested or stand in one key together.
fn walk_dotted<'d>(root: Node<'d>, name: &str) -> End<'d> {
    let mut rest: Vec<&str> = dynamic(Some(root)).into_iter().chain(name.split('.')).collect();
    let (mut node, mut key) = (root, None);
    while !rest.is_empty() {
        let longest = (1..=rest.len()).rev().find_map(|count| {
            let joined = rest[..count].join(".");
            node.entries().rev().find(|entry| entry.key.text() == Some(&joined)).map(|entry| (count, entry))
        });
        let Some((count, entry)) = longest else { return End::Gap(node, rest.into_iter().map(str::to_owned).collect()) };
        (node, key) = (entry.value, Some(entry.key));
        rest.drain(..count);
    }
    End::Node(node, key)
}

fn add(editor: &mut Editor<'_>, parent: Node<'_>, rest: &[String], value: Value) -> Result<(), Refusal> {
    let Some((first, inner)) = rest.split_first() else { return editor.set_value(parent.id(), &value) };
    editor.add_entry(parent.id(), At::End, first, &nest(inner, value))
}

/// The value below keys.
pub(super) fn nest(keys: &[String], value: Value) -> Value {
    keys.iter().rev().fold(value, |value, key| Value::Map(vec![(key.clone(), value)]))
}

/// A JSON value as one to write.
pub(crate) fn yaml(value: &Json) -> Value {
    match value {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => Value::Number(number.to_string()),
        Json::String(text) => Value::Text(text.clone()),
        Json::Array(items) => Value::List(items.iter().map(yaml).collect()),
        Json::Object(entries) => Value::Map(entries.iter().map(|(key, value)| (key.clone(), yaml(value))).collect()),
    }
}
