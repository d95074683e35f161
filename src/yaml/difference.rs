//! Old against new: which entries and items stay, which come, which go.

use std::collections::HashMap;

use super::document::Node;
use super::edit::Slot;
use super::value::Value;

/// The most cells of the table that compares two lists; longer ones are compared place by place.
const CELLS: usize = 1 << 20;

/// Entries that stay keep their order; a new one comes behind the one that precedes it in the new value.
pub(super) fn entry_slots(node: Node<'_>, entries: &[(String, Value)]) -> Vec<Slot> {
    let wanted: HashMap<&str, &Value> = entries.iter().map(|(key, value)| (key.as_str(), value)).collect();
    let mut kept = HashMap::new();
    let mut slots: Vec<Slot> = Vec::with_capacity(entries.len());
    for (old, entry) in node.entries().enumerate() {
        let Some((key, value)) = entry.key.text().and_then(|key| wanted.get(key).map(|value| (key, *value))) else { continue };
        let value = (!value.matches(entry.value)).then(|| value.clone());
        kept.insert(key, old);
        slots.push(Slot { old: Some(old), key: None, value });
    }
    let mut groups: HashMap<Option<usize>, Vec<Slot>> = HashMap::new();
    let mut last = None;
    for (key, value) in entries {
        match kept.get(key.as_str()) {
            Some(&old) => last = Some(old),
            None => groups.entry(last).or_default().push(Slot { old: None, key: Some(key.clone()), value: Some(value.clone()) }),
        }
    }
    let mut out = groups.remove(&None).unwrap_or_default();
    for slot in slots {
        let group = groups.remove(&slot.old);
        out.push(slot);
        out.extend(group.unwrap_or_default());
    }
    out
}

/// The longest common run of items stays; between two that stay, old and new are paired in order so that
/// a changed item is edited where it stands.
pub(super) fn item_slots(node: Node<'_>, values: &[Value]) -> Vec<Slot> {
    let items: Vec<Node<'_>> = node.items().collect();
    let head = items.iter().zip(values).take_while(|(item, value)| value.matches(**item)).count();
    let tail = items[head..].iter().rev().zip(values[head..].iter().rev()).take_while(|(item, value)| value.matches(**item)).count();
    let (old, new) = (&items[head..items.len() - tail], &values[head..values.len() - tail]);
    let pairs = if old.len().saturating_mul(new.len()) <= CELLS { common(old, new) } else { Vec::new() };
    let keep = |old: usize| Slot { old: Some(old), key: None, value: None };
    let mut slots: Vec<Slot> = (0..head).map(keep).collect();
    let (mut i, mut j) = (0, 0);
    for (to_i, to_j) in pairs.into_iter().chain([(old.len(), new.len())]) {
        while i < to_i && j < to_j {
            slots.push(Slot { old: Some(head + i), key: None, value: Some(new[j].clone()) });
            (i, j) = (i + 1, j + 1);
        }
        slots.extend(new[j..to_j].iter().map(|value| Slot { old: None, key: None, value: Some(value.clone()) }));
        if to_i < old.len() {
            slots.push(keep(head + to_i));
        }
        (i, j) = (to_i + 1, to_j + 1);
    }
    slots.extend((items.len() - tail..items.len()).map(keep));
    slots
}

/// The places of a longest common subsequence.
fn common(old: &[Node<'_>], new: &[Value]) -> Vec<(usize, usize)> {
    let width = new.len() + 1;
    let same: Vec<bool> = old.iter().flat_map(|item| new.iter().map(|value| value.matches(*item))).collect();
    let mut longest = vec![0u32; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            longest[i * width + j] = if same[i * new.len() + j] {
                longest[(i + 1) * width + j + 1] + 1
            } else {
                longest[(i + 1) * width + j].max(longest[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j, mut pairs) = (0, 0, Vec::new());
    while i < old.len() && j < new.len() {
        if same[i * new.len() + j] {
            pairs.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if longest[(i + 1) * width + j] >= longest[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}
