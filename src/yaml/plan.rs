//! From operations to the smallest splices: what is compared, what is kept, and the block notation.

use super::difference::{entry_slots, item_slots};
use super::document::{Document, Kind, Node, Style};
use super::edit::{Operation, Slot, plain_properties, sound_mapping};
use super::folded;
use super::format::{Format, Quote};
use super::layout::Layout;
use super::lines::LinePlan;
use super::refusal::{Reason, Refusal};
use super::render::{Rendered, Writer, indented};
use super::scalar::{Setting, Written, write, write_key};
use super::splice::Splice;
use super::value::Value;

pub(super) struct Planner<'d, 'f> {
    pub document: &'d Document,
    pub layout: Layout<'d>,
    pub format: &'f Format,
    splices: Vec<Splice>,
    /// The new chomping of the file's last block scalar, wanted by what is added behind it.
    chomping: Option<Splice>,
}

impl<'d, 'f> Planner<'d, 'f> {
    pub fn new(document: &'d Document, format: &'f Format) -> Self {
        Self { document, layout: Layout::new(document.bytes()), format, splices: Vec::new(), chomping: None }
    }

    pub fn finish(mut self) -> Vec<Splice> {
        // a scalar that goes, or is written anew, needs no other header
        let gone =
            |header: &Splice| self.splices.iter().any(|other| other.span.start <= header.span.start && header.span.end < other.span.end);
        if let Some(header) = self.chomping.take().filter(|header| !gone(header)) {
            self.splices.push(header);
        }
        self.splices
    }

    pub fn splice(&mut self, start: usize, end: usize, text: impl Into<String>) {
        let text = text.into();
        if start != end || !text.is_empty() {
            self.splices.push(Splice::new(start, end, text));
        }
    }

    pub fn operation(&mut self, node: Node<'d>, operation: &Operation) -> Result<(), Refusal> {
        match operation {
            Operation::Value(value) => self.value(node, value),
            Operation::Rewrite(value) => self.replace(node, value),
            Operation::Slots(slots) => self.slots(node, slots),
        }
    }

    /// The first content of a document that has none.
    pub fn first_root(&mut self, value: &Value) {
        let end = self.document.bytes().len();
        let writer = self.writer(true);
        let lines = match value {
            Value::Map(entries) if !entries.is_empty() => writer.map(entries, 0),
            Value::List(items) if !items.is_empty() => writer.list(items, 0),
            _ => vec![writer.flow(value, None)],
        };
        let text = lines.join(self.format.eol);
        if self.layout.starts_line(end) {
            self.splice(end, end, text + self.format.eol);
        } else {
            self.splice(end, end, format!("{}{text}{}", self.format.eol, self.format.eol));
        }
    }

    pub fn writer(&self, blocks: bool) -> Writer<'f> {
        Writer { format: self.format, blocks, beside: None }
    }

    /// For a further item of a list: it is written as those that are there, without quotes where they mostly have none.
    pub fn writer_in(&self, list: Node<'_>, blocks: bool) -> Writer<'f> {
        Writer { beside: Quote::of_items(list), ..self.writer(blocks) }
    }

    fn value(&mut self, node: Node<'d>, value: &Value) -> Result<(), Refusal> {
        if value.matches(node) {
            return Ok(());
        }
        plain_properties(node)?;
        match (node.kind(), value) {
            (Kind::Mapping, Value::Map(entries)) if node.entries().len() > 0 && !entries.is_empty() => {
                sound_mapping(node)?;
                self.slots(node, &entry_slots(node, entries))
            }
            (Kind::Sequence, Value::List(items)) if node.items().len() > 0 && !items.is_empty() => {
                self.slots(node, &item_slots(node, items))
            }
            _ => self.replace(node, value),
        }
    }

    fn slots(&mut self, node: Node<'d>, slots: &[Slot]) -> Result<(), Refusal> {
        plain_properties(node)?;
        let kept: Vec<usize> = slots.iter().filter_map(|slot| slot.old).collect();
        if kept.is_empty() {
            return self.replace(node, &all_new(node, slots));
        }
        if kept.windows(2).any(|pair| pair[0] >= pair[1]) {
            return Err(Refusal::at(Reason::Unsupported("another order"), node.place()));
        }
        let entries: Vec<_> = node.entries().collect();
        let children: Vec<Node<'d>> =
            if node.kind() == Kind::Mapping { entries.iter().map(|entry| entry.value).collect() } else { node.items().collect() };
        for slot in slots {
            let Some(old) = slot.old else { continue };
            if let (Some(name), Some(entry)) = (&slot.key, entries.get(old)) {
                plain_properties(entry.key)?;
                let flow = in_flow(entry.key);
                self.splice(entry.key.start(), entry.key.end(), write_key(name, self.format, flow, Some(entry.key.style())));
            }
            if let (Some(value), Some(&child)) = (&slot.value, children.get(old)) {
                self.value(child, value)?;
            }
        }
        let mut next = kept.iter().copied().peekable();
        for (index, &child) in children.iter().enumerate() {
            if next.next_if_eq(&index).is_some() {
                continue;
            }
            clear(child)?;
            if let Some(entry) = entries.get(index) {
                clear(entry.key)?;
            }
        }
        if slots.len() == kept.len() && kept.len() == children.len() {
            return Ok(());
        }
        match node.style() {
            Style::Flow => self.flow_slots(node, slots),
            _ => {
                let lines = LinePlan::of(self, node);
                let (splices, chomping) = lines.run(slots);
                self.splices.extend(splices);
                self.chomping = self.chomping.take().or(chomping);
                Ok(())
            }
        }
    }

    /// Write a node anew.
    pub fn replace(&mut self, node: Node<'d>, value: &Value) -> Result<(), Refusal> {
        clear(node)?;
        if in_flow(node) {
            return self.replace_in_flow(node, value);
        }
        if let Value::Text(text) = value
            && let Some(splice) = folded::splice(self.layout, node, text)
        {
            self.splices.push(splice);
            return Ok(());
        }
        match node.parent() {
            Some(parent) if parent.kind() == Kind::Mapping => {
                if node.is_key() {
                    return Err(Refusal::at(Reason::Unsupported("a key as a value"), node.place()));
                }
                self.replace_behind_key(node, parent, value);
            }
            Some(parent) => self.replace_item(node, parent, value),
            None => self.replace_root(node, value),
        }
        Ok(())
    }

    /// Where the content of a node ends, its last line end left out and the comment on its last line
    /// included where that goes with it.
    fn content_end(&self, node: Node<'_>) -> usize {
        let end = node.end().max(node.lead());
        let kept = self.layout.before_break(end);
        let scalar_block = matches!(node.style(), Style::Literal | Style::Folded | Style::Block);
        match node.style() {
            _ if scalar_block && kept < end && kept > node.start() => kept,
            Style::Block => self.layout.line_end(end),
            _ => end,
        }
    }

    fn scalar(&self, node: Node<'_>, value: &Value, blocks: bool) -> Option<Written> {
        if matches!(value, Value::List(_) | Value::Map(_)) {
            return None;
        }
        let before = (node.kind() == Kind::Scalar && node.end() > node.start() && matches!(value, Value::Text(_))).then(|| node.style());
        Some(write(value, Setting { format: self.format, flow: in_flow(node), blocks, before, beside: None }))
    }

    fn rendered(&self, node: Node<'_>, value: &Value, column: usize, blocks: bool) -> Rendered {
        match self.scalar(node, value, blocks) {
            Some(Written::Line(line)) => Rendered::Inline(line),
            Some(Written::Block { header, lines }) => {
                let indent = self.body_column(node).filter(|&indent| indent > column).unwrap_or(column + self.format.map_indent);
                Rendered::Header(header, indented(&lines, indent))
            }
            None => self.writer(blocks).behind_key(value, column),
        }
    }

    /// The column of a block scalar's text.
    fn body_column(&self, node: Node<'_>) -> Option<usize> {
        if !matches!(node.style(), Style::Literal | Style::Folded) {
            return None;
        }
        let mut at = self.layout.next_line(node.start());
        while at < node.end() && self.layout.blank_line(at) {
            at = self.layout.next_line(at);
        }
        (at < node.end()).then(|| self.layout.indent(at))
    }

    fn replace_behind_key(&mut self, node: Node<'d>, parent: Node<'d>, value: &Value) {
        let layout = self.layout;
        let (lead, start) = (node.lead(), node.start());
        let end = self.content_end(node);
        let column = layout.column(parent.start());
        let blocks = layout.line_end(end) < self.document.bytes().len() && !layout.indented_comment(layout.next_line(end));
        let eol = self.format.eol;
        let below = |lines: &[String]| lines.iter().map(|line| format!("{eol}{line}")).collect::<String>();
        let rendered = self.rendered(node, value, column, blocks);
        let empty = node.kind() == Kind::Scalar && node.style() == Style::Plain && start >= node.end();
        if empty {
            match rendered {
                Rendered::Inline(line) => self.splice(lead, lead, format!(" {line}")),
                Rendered::Header(header, lines) => {
                    self.splice(lead, lead, format!(" {header}"));
                    let end = layout.line_end(lead);
                    self.splice(end, end, below(&lines));
                }
                Rendered::Below(lines) => {
                    let end = layout.line_end(lead);
                    self.splice(end, end, below(&lines));
                }
            }
        } else if node.style() == Style::Block {
            let key_line = layout.line_end(lead);
            match rendered {
                Rendered::Inline(line) => {
                    self.splice(lead, lead, format!(" {line}"));
                    self.splice(key_line, end, "");
                }
                Rendered::Header(header, lines) => {
                    self.splice(lead, lead, format!(" {header}"));
                    self.splice(key_line, end, below(&lines));
                }
                Rendered::Below(lines) => self.splice(key_line, end, below(&lines)),
            }
        } else {
            let block_scalar = matches!(node.style(), Style::Literal | Style::Folded);
            let same_line = layout.line_start(start) == layout.line_start(lead);
            match rendered {
                Rendered::Inline(line) => self.splice(start, end, line),
                Rendered::Header(header, lines) if block_scalar => self.splice(start, end, header + &below(&lines)),
                Rendered::Header(header, lines) => {
                    self.splice(start, end, header);
                    let end = layout.line_end(end);
                    self.splice(end, end, below(&lines));
                }
                Rendered::Below(lines) if block_scalar && same_line => self.splice(lead, end, below(&lines)),
                Rendered::Below(lines) if same_line => {
                    self.splice(lead, end, "");
                    let end = layout.line_end(end);
                    self.splice(end, end, below(&lines));
                }
                Rendered::Below(_) => {
                    let line = self.writer(false).flow(value, None);
                    self.splice(start, end, line);
                }
            }
        }
    }

    fn replace_item(&mut self, node: Node<'d>, parent: Node<'d>, value: &Value) {
        let layout = self.layout;
        let dash = layout.column(parent.start());
        let empty = node.kind() == Kind::Scalar && node.style() == Style::Plain && node.start() >= node.end();
        let content = if empty { dash + 2 } else { layout.column(node.start()).max(dash + 2) };
        self.replace_in_place(node, value, content, if empty { " " } else { "" });
    }

    fn replace_root(&mut self, node: Node<'d>, value: &Value) {
        let empty = node.start() >= node.end();
        if empty {
            return self.first_root(value);
        }
        let content = self.layout.column(node.start());
        self.replace_in_place(node, value, content, "");
    }

    /// Write where the old content starts, further lines at the same column.
    fn replace_in_place(&mut self, node: Node<'d>, value: &Value, column: usize, before: &str) {
        let layout = self.layout;
        let (start, end) = (node.start(), self.content_end(node));
        let rest = layout.line_end(end);
        // what stands behind the old content on its line would become text of a block scalar
        let free = rest < self.document.bytes().len() && !layout.indented_comment(layout.next_line(end));
        let blocks = free && end == rest && node.parent().is_some();
        let writer = self.writer(blocks);
        let eol = self.format.eol;
        let below = |lines: &[String]| lines.iter().map(|line| format!("{eol}{line}")).collect::<String>();
        let text = match value {
            Value::List(_) | Value::Map(_) if self.format.json => writer.flow(value, None),
            Value::Map(entries) if !entries.is_empty() => writer.map(entries, column).join(eol).split_off(column),
            Value::List(items) if !items.is_empty() && (node.style() != Style::Flow || !self.format.flow_lists) => {
                writer.list(items, column).join(eol).split_off(column)
            }
            Value::List(_) | Value::Map(_) => writer.flow(value, None),
            _ => match self.rendered(node, value, column.saturating_sub(self.format.map_indent), blocks) {
                Rendered::Inline(line) => line,
                Rendered::Header(header, lines) => header + &below(&lines),
                Rendered::Below(lines) => below(&lines),
            },
        };
        self.splice(start, end, format!("{before}{text}"));
    }
}

/// Whether a node stands inside `[…]` or `{…}`.
pub(super) fn in_flow(node: Node<'_>) -> bool {
    let mut at = node.parent();
    while let Some(parent) = at {
        if parent.style() == Style::Flow {
            return true;
        }
        at = parent.parent();
    }
    false
}

/// What goes away must hold nothing that other places refer to, or that cannot be judged.
fn clear(node: Node<'_>) -> Result<(), Refusal> {
    plain_properties(node)?;
    for item in node.items() {
        clear(item)?;
    }
    for entry in node.entries() {
        clear(entry.key)?;
        clear(entry.value)?;
    }
    Ok(())
}

fn all_new(node: Node<'_>, slots: &[Slot]) -> Value {
    let value = |slot: &Slot| slot.value.clone().unwrap_or(Value::Null);
    let keyed = node.kind() == Kind::Mapping || slots.iter().any(|slot| slot.key.is_some());
    if keyed {
        Value::Map(slots.iter().map(|slot| (slot.key.clone().unwrap_or_default(), value(slot))).collect())
    } else {
        Value::List(slots.iter().map(value).collect())
    }
}
