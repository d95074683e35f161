//! The operator's verbs on a document, collected against one parse and carried out together.

use std::collections::{BTreeMap, HashSet};

use super::document::{Document, Kind, Node, NodeId};
use super::format::Format;
use super::guard;
use super::parse::{MAX_BYTES, MAX_DEPTH};
use super::plan::Planner;
use super::refusal::{Reason, Refusal};
use super::reparse::Copies;
use super::splice::Splice;
use super::value::Value;

/// Where a new entry or item goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// Behind the last one.
    End,
    /// Before the entry with this key node, or before this item.
    Before(NodeId),
    /// Behind the entry with this key node, or behind this item.
    After(NodeId),
}

/// A finished edit: the new document, how it came about and how to go back.
#[derive(Debug, Clone)]
pub struct Edit {
    /// The document after the edit, parsed and compared.
    pub document: Document,
    /// From the old bytes to the new.
    pub splices: Vec<Splice>,
    /// From the new bytes to the old.
    pub inverse: Vec<Splice>,
    /// What of the document is as it was, where not all of it was read again.
    pub copies: Option<Copies>,
}

/// One place in a collection after the edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slot {
    /// The entry or item that stays, by its place before the edit.
    pub old: Option<usize>,
    /// The key of a new entry, or the new name of one that stays.
    pub key: Option<String>,
    /// The value of a new entry, or the new value of one that stays.
    pub value: Option<Value>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Operation {
    /// The node is to have this value.
    Value(Value),
    /// The scalar is to be written anew, even if it reads the same.
    Rewrite(Value),
    /// The collection is to have these entries.
    Slots(Vec<Slot>),
}

/// Collects changes to one document; [`Editor::finish`] carries them out.
#[derive(Debug)]
pub struct Editor<'d> {
    document: &'d Document,
    operations: BTreeMap<NodeId, Operation>,
    root: Option<Value>,
    sound: HashSet<NodeId>,
}

impl Document {
    /// Start editing.
    ///
    /// # Errors
    /// A [`Refusal`] when the text could not be read.
    pub fn edit(&self) -> Result<Editor<'_>, Refusal> {
        if !self.problems().is_empty() {
            return Err(Refusal { reason: Reason::Unreadable, place: self.problems().first().and_then(|problem| problem.place) });
        }
        Ok(Editor { document: self, operations: BTreeMap::new(), root: None, sound: HashSet::new() })
    }

    /// Check that `splices` lead to a document in which `path` holds `expected` (nothing, when the path is
    /// to be absent) and all else reads as before; the result is that document.
    ///
    /// # Errors
    /// A [`Refusal`] that says what would read otherwise.
    pub fn check_edit(&self, splices: &[Splice], path: &[&str], expected: Option<&Value>) -> Result<Edit, Refusal> {
        guard::check_at(self, splices, path, expected)
    }
}

impl<'d> Editor<'d> {
    /// Give a node a new value: mappings key by key, lists item by item, scalars in their own quotes.
    /// What already agrees ([`Value::matches`]) is not touched.
    ///
    /// # Errors
    /// A [`Refusal`] when the node cannot be edited safely.
    pub fn set_value(&mut self, node: NodeId, value: &Value) -> Result<(), Refusal> {
        self.check_value(value)?;
        self.path(self.document.node(node))?;
        self.record(node, Operation::Value(value.clone()))
    }

    /// Write a scalar anew even if it reads the same: an unquoted `yes` becomes `true`, `012` becomes `"012"`.
    ///
    /// # Errors
    /// A [`Refusal`] when the node is no scalar or cannot be edited safely.
    pub fn rewrite(&mut self, node: NodeId, value: &Value) -> Result<(), Refusal> {
        let target = self.document.node(node);
        if target.kind() != Kind::Scalar || matches!(value, Value::List(_) | Value::Map(_)) {
            return Err(Refusal::at(Reason::NotAScalar, target.place()));
        }
        self.path(target)?;
        self.record(node, Operation::Rewrite(value.clone()))
    }

    /// Give the whole document a value; an empty document, or one with comments only, gets it at its end.
    ///
    /// # Errors
    /// As [`Editor::set_value`].
    pub fn set_root(&mut self, value: &Value) -> Result<(), Refusal> {
        match self.document.root() {
            Some(root) => self.set_value(root.id(), value),
            None => {
                self.check_value(value)?;
                self.root = Some(value.clone());
                Ok(())
            }
        }
    }

    /// Add an entry to a mapping; `{}` and an empty value become a mapping of one.
    ///
    /// # Errors
    /// A [`Refusal`] when the key is there already, the node is no mapping, or cannot be edited safely.
    pub fn add_entry(&mut self, map: NodeId, at: At, key: &str, value: &Value) -> Result<(), Refusal> {
        self.check_key(key)?;
        self.check_value(value)?;
        let node = self.document.node(map);
        self.expect(node, Kind::Mapping, Reason::NotAMapping)?;
        let slots = self.slots(node)?;
        Self::vacant(node, slots, key)?;
        let new = Slot { old: None, key: Some(key.to_owned()), value: Some(value.clone()) };
        let place = self.position(node, at)?;
        self.insert(map, place, new)
    }

    /// Add an item to a list; `[]` and an empty value become a list of one.
    ///
    /// # Errors
    /// A [`Refusal`] when the node is no list or cannot be edited safely.
    pub fn add_item(&mut self, list: NodeId, at: At, value: &Value) -> Result<(), Refusal> {
        self.check_value(value)?;
        let node = self.document.node(list);
        self.expect(node, Kind::Sequence, Reason::NotAList)?;
        let place = self.position(node, at)?;
        self.slots(node)?;
        self.insert(list, place, Slot { old: None, key: None, value: Some(value.clone()) })
    }

    /// Remove the entry with this key node, and its own comments: the comment lines directly above it at its
    /// column. A mapping that loses its last entry becomes `{}`.
    ///
    /// # Errors
    /// A [`Refusal`] when the node is no key or the entry cannot be removed safely.
    pub fn remove_entry(&mut self, key: NodeId) -> Result<(), Refusal> {
        let node = self.document.node(key);
        let (map, index) = self.entry_of(node)?;
        if node.is_explicit() {
            return Err(Refusal::at(Reason::ExplicitKey, node.place()));
        }
        // the key that stands twice may be what is repaired
        self.sound.insert(map.id());
        self.drop_slot(map, index)
    }

    /// Remove an item from its list, with its own comments. A list that loses its last item becomes `[]`.
    ///
    /// # Errors
    /// A [`Refusal`] when the node is no item or cannot be removed safely.
    pub fn remove_item(&mut self, item: NodeId) -> Result<(), Refusal> {
        let node = self.document.node(item);
        let list =
            node.parent().filter(|parent| parent.kind() == Kind::Sequence).ok_or_else(|| Refusal::at(Reason::NotAList, node.place()))?;
        let index = list.items().position(|other| other.id() == item).ok_or_else(|| Refusal::at(Reason::NotAList, node.place()))?;
        self.drop_slot(list, index)
    }

    /// Give the entry with this key node another key, in the quotes of the old one.
    ///
    /// # Errors
    /// A [`Refusal`] when the new key is there already, or the entry cannot be edited safely.
    pub fn rename_key(&mut self, key: NodeId, name: &str) -> Result<(), Refusal> {
        self.check_key(name)?;
        let node = self.document.node(key);
        let (map, index) = self.entry_of(node)?;
        if node.text() == Some(name) {
            return Ok(());
        }
        let slots = self.slots(map)?;
        Self::vacant(map, slots, name)?;
        match self.operations.get_mut(&map.id()) {
            Some(Operation::Slots(slots)) => match slots.iter_mut().find(|slot| slot.old == Some(index)) {
                Some(slot) => slot.key = Some(name.to_owned()),
                None => return Err(Refusal::at(Reason::NoSuchKey(node.text().unwrap_or_default().to_owned()), node.place())),
            },
            _ => return Err(Refusal::at(Reason::NotAMapping, map.place())),
        }
        Ok(())
    }

    /// Carry the changes out: plan the splices, apply them, parse the result and compare it with what was
    /// meant.
    ///
    /// # Errors
    /// A [`Refusal`]; the old document is as it was.
    pub fn finish(self) -> Result<Edit, Refusal> {
        let format = Format::of(self.document);
        let mut planner = Planner::new(self.document, &format);
        // what lies deeper comes first, so that text added at one place comes out inside before outside
        for (&id, operation) in self.operations.iter().rev() {
            planner.operation(self.document.node(id), operation)?;
        }
        if let Some(root) = &self.root {
            planner.first_root(root);
        }
        let splices = planner.finish();
        let grown: usize = splices.iter().map(|splice| splice.text.len()).sum();
        if self.document.bytes().len() + grown > MAX_BYTES {
            return Err(Refusal::bare(Reason::TooLarge));
        }
        guard::check(self.document, splices, &self.operations, self.root.as_ref())
    }

    /// The same operations, carried out by splices made elsewhere.
    pub(super) fn finish_with(self, splices: Vec<Splice>) -> Result<Edit, Refusal> {
        guard::check(self.document, splices, &self.operations, self.root.as_ref())
    }

    fn record(&mut self, node: NodeId, operation: Operation) -> Result<(), Refusal> {
        if matches!(self.operations.get(&node), Some(Operation::Slots(_))) {
            return Err(Refusal::at(Reason::Unsupported("a second change to the same value"), self.document.node(node).place()));
        }
        self.operations.insert(node, operation);
        Ok(())
    }

    fn check_key(&self, key: &str) -> Result<(), Refusal> {
        if key.len() > 1000 { Err(Refusal::bare(Reason::KeyTooLong)) } else { Ok(()) }
    }

    fn check_value(&self, value: &Value) -> Result<(), Refusal> {
        if value.depth(MAX_DEPTH) > MAX_DEPTH / 2 {
            return Err(Refusal::bare(Reason::TooDeep));
        }
        match value.repeats_key() {
            Some(key) => Err(Refusal::bare(Reason::RepeatedKey(key.to_owned()))),
            None => Ok(()),
        }
    }

    fn expect(&self, node: Node<'_>, kind: Kind, reason: Reason) -> Result<(), Refusal> {
        if node.kind() == kind || node.is_null() { Ok(()) } else { Err(Refusal::at(reason, node.place())) }
    }

    /// Whether everything from the root down to `node` may be edited.
    fn path(&mut self, node: Node<'_>) -> Result<(), Refusal> {
        let mut at = Some(node);
        while let Some(node) = at {
            plain_properties(node)?;
            if node.kind() == Kind::Mapping && self.sound.insert(node.id()) {
                self.sound_mapping(node)?;
            }
            at = node.parent();
        }
        Ok(())
    }

    /// Whether the keys of a mapping are sound; those of the root are looked at once for a document.
    fn sound_mapping(&self, map: Node<'_>) -> Result<(), Refusal> {
        let is_root = self.document.root().is_some_and(|root| root.id() == map.id());
        if is_root && self.document.sound.get().is_some() {
            return Ok(());
        }
        sound_mapping(map)?;
        if is_root {
            self.document.sound.get_or_init(|| ());
        }
        Ok(())
    }

    fn slots(&mut self, node: Node<'_>) -> Result<&[Slot], Refusal> {
        self.path(node)?;
        let count = match node.kind() {
            Kind::Mapping => node.entries().len(),
            _ => node.items().len(),
        };
        let operation = self
            .operations
            .entry(node.id())
            .or_insert_with(|| Operation::Slots((0..count).map(|old| Slot { old: Some(old), key: None, value: None }).collect()));
        match operation {
            Operation::Slots(slots) => Ok(slots),
            _ => Err(Refusal::at(Reason::Unsupported("a second change to the same value"), node.place())),
        }
    }

    fn vacant(map: Node<'_>, slots: &[Slot], key: &str) -> Result<(), Refusal> {
        let names: Vec<Option<&str>> = map.entries().map(|entry| entry.key.text()).collect();
        let name = |slot: &Slot| match (&slot.key, slot.old) {
            (Some(name), _) => name == key,
            (None, Some(old)) => names.get(old).copied().flatten() == Some(key),
            (None, None) => false,
        };
        if slots.iter().any(name) { Err(Refusal::at(Reason::KeyExists(key.to_owned()), map.place())) } else { Ok(()) }
    }

    /// The old place before which something new goes.
    fn position(&self, node: Node<'_>, at: At) -> Result<Option<usize>, Refusal> {
        let (sibling, step) = match at {
            At::End => return Ok(None),
            At::Before(sibling) => (sibling, 0),
            At::After(sibling) => (sibling, 1),
        };
        let found = match node.kind() {
            Kind::Mapping => node.entries().position(|entry| entry.key.id() == sibling),
            _ => node.items().position(|item| item.id() == sibling),
        };
        let index = found.ok_or_else(|| Refusal::at(Reason::NoSuchKey(String::new()), node.place()))?;
        Ok(Some(index + step))
    }

    fn insert(&mut self, node: NodeId, before: Option<usize>, new: Slot) -> Result<(), Refusal> {
        let Some(Operation::Slots(slots)) = self.operations.get_mut(&node) else {
            return Err(Refusal::at(Reason::NotAMapping, self.document.node(node).place()));
        };
        let at = before.and_then(|before| slots.iter().position(|slot| slot.old.is_some_and(|old| old >= before)));
        slots.insert(at.unwrap_or(slots.len()), new);
        Ok(())
    }

    fn entry_of(&self, key: Node<'d>) -> Result<(Node<'d>, usize), Refusal> {
        let map =
            key.parent().filter(|parent| parent.kind() == Kind::Mapping).ok_or_else(|| Refusal::at(Reason::NotAMapping, key.place()))?;
        let index = map
            .entries()
            .position(|entry| entry.key.id() == key.id())
            .ok_or_else(|| Refusal::at(Reason::NoSuchKey(key.text().unwrap_or_default().to_owned()), key.place()))?;
        Ok((map, index))
    }

    fn drop_slot(&mut self, collection: Node<'d>, index: usize) -> Result<(), Refusal> {
        self.slots(collection)?;
        if let Some(Operation::Slots(slots)) = self.operations.get_mut(&collection.id()) {
            slots.retain(|slot| slot.old != Some(index));
        }
        Ok(())
    }
}

/// A node without anchor and tag that is no alias.
pub(super) fn plain_properties(node: Node<'_>) -> Result<(), Refusal> {
    if node.is_anchored() {
        return Err(Refusal::at(Reason::Anchor, node.place()));
    }
    if node.is_tagged() {
        return Err(Refusal::at(Reason::Tag, node.place()));
    }
    if node.kind() == Kind::Alias {
        let name = String::from_utf8_lossy(node.document().bytes().get(node.span().range()).unwrap_or_default()).into_owned();
        return Err(Refusal::at(Reason::Alias(name), node.place()));
    }
    Ok(())
}

/// A mapping whose keys are scalars in the usual notation, none twice, none a merge.
pub(super) fn sound_mapping(map: Node<'_>) -> Result<(), Refusal> {
    let mut seen: HashSet<&str, foldhash::fast::RandomState> = HashSet::default();
    seen.reserve(map.entries().len());
    for entry in map.entries() {
        let key = entry.key;
        if key.is_explicit() {
            return Err(Refusal::at(Reason::ExplicitKey, key.place()));
        }
        let Some(text) = key.text() else { return Err(Refusal::at(Reason::ComplexKey, key.place())) };
        if text == "<<" {
            return Err(Refusal::at(Reason::MergeKey, key.place()));
        }
        if !seen.insert(text) {
            return Err(Refusal::at(Reason::DuplicateKey(text.to_owned()), key.place()));
        }
    }
    Ok(())
}
