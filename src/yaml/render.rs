//! Writing a whole value: as a block by indentation, or as a flow collection.

use super::format::{Format, Quote};
use super::scalar::{Setting, Written, write, write_key};
use super::value::Value;

/// A value to write behind a key or a dash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Rendered {
    /// Fits on the line of its key.
    Inline(String),
    /// A header on the line of its key and lines below, indented in full.
    Header(String, Vec<String>),
    /// Lines below the key, indented in full.
    Below(Vec<String>),
}

/// Writes values in a document's format.
#[derive(Debug, Clone, Copy)]
pub(super) struct Writer<'f> {
    pub format: &'f Format,
    /// Whether block scalars may be written.
    pub blocks: bool,
    /// How the texts of a list are written that gets another item.
    pub beside: Option<Quote>,
}

impl Writer<'_> {
    fn setting(&self, flow: bool) -> Setting<'_> {
        Setting { format: self.format, flow, blocks: self.blocks, before: None, beside: self.beside }
    }

    /// The value of a key at `column`.
    pub fn behind_key(self, value: &Value, column: usize) -> Rendered {
        match value {
            Value::List(items) if !items.is_empty() && !self.flows(value) => {
                Rendered::Below(self.list(items, column + self.format.list_offset))
            }
            Value::Map(entries) if !entries.is_empty() => Rendered::Below(self.map(entries, column + self.format.map_indent)),
            _ => self.leaf(value, column + self.format.map_indent),
        }
    }

    /// A scalar, an empty collection, or a list that this document writes in brackets.
    fn leaf(self, value: &Value, indent: usize) -> Rendered {
        match value {
            Value::List(_) | Value::Map(_) => Rendered::Inline(self.flow(value, None)),
            _ => match write(value, self.setting(false)) {
                Written::Line(line) => Rendered::Inline(line),
                Written::Block { header, lines } => Rendered::Header(header, indented(&lines, indent)),
            },
        }
    }

    fn flows(self, value: &Value) -> bool {
        let Value::List(items) = value else { return false };
        self.format.flow_lists && items.iter().all(|item| !matches!(item, Value::List(_) | Value::Map(_)))
    }

    /// A list whose dashes stand at `column`.
    pub fn list(self, items: &[Value], column: usize) -> Vec<String> {
        items.iter().flat_map(|item| self.item(item, column, column + 2)).collect()
    }

    /// The same for what stands inside of an item: the item's neighbours are not its.
    fn inside(self) -> Self {
        Writer { beside: None, ..self }
    }

    /// One item: the dash at `column`, what follows at `content`.
    pub fn item(self, value: &Value, column: usize, content: usize) -> Vec<String> {
        let content = content.max(column + 2);
        let mut lines = match value {
            Value::List(items) if !items.is_empty() && !self.flows(value) => self.inside().list(items, content),
            Value::Map(entries) if !entries.is_empty() => self.inside().map(entries, content),
            _ => match self.leaf(value, content) {
                Rendered::Inline(line) => vec![format!("{}{line}", " ".repeat(content))],
                Rendered::Header(header, mut lines) => {
                    lines.insert(0, format!("{}{header}", " ".repeat(content)));
                    lines
                }
                Rendered::Below(lines) => lines,
            },
        };
        if let Some(first) = lines.first_mut() {
            first.replace_range(column..=column, "-");
        }
        lines
    }

    /// A mapping whose keys stand at `column`.
    pub fn map(self, entries: &[(String, Value)], column: usize) -> Vec<String> {
        entries.iter().flat_map(|(key, value)| self.entry(key, value, column)).collect()
    }

    /// One entry, its key at `column`.
    pub fn entry(self, key: &str, value: &Value, column: usize) -> Vec<String> {
        let head = format!("{}{}:", " ".repeat(column), write_key(key, self.format, false, None));
        match self.behind_key(value, column) {
            Rendered::Inline(line) => vec![format!("{head} {line}")],
            Rendered::Header(header, mut lines) => {
                lines.insert(0, format!("{head} {header}"));
                lines
            }
            Rendered::Below(mut lines) => {
                lines.insert(0, head);
                lines
            }
        }
    }

    /// A value inside brackets; `margin` is the indentation of the line it starts on where collections
    /// spread over lines.
    pub fn flow(self, value: &Value, margin: Option<&str>) -> String {
        match value {
            Value::List(items) => {
                let short = self.format.short_lists && items.iter().all(|item| !matches!(item, Value::List(_) | Value::Map(_)));
                let margin = if short { None } else { margin };
                let inner = self.inner(margin);
                self.brackets('[', ']', items.iter().map(|item| self.inside().flow(item, inner.as_deref())).collect(), margin)
            }
            Value::Map(entries) => {
                let inner = self.inner(margin);
                let entries = entries.iter().map(|(key, value)| self.inside().flow_entry(key, value, inner.as_deref())).collect();
                self.brackets('{', '}', entries, margin)
            }
            _ => match write(value, self.setting(true)) {
                Written::Line(line) => line,
                Written::Block { .. } => String::new(),
            },
        }
    }

    /// `key: value` inside braces.
    pub fn flow_entry(self, key: &str, value: &Value, margin: Option<&str>) -> String {
        let key = write_key(key, self.format, true, None);
        // without a blank the colon only ends a quoted key
        let colon = if key.ends_with('"') && self.format.json { self.format.colon } else { ": " };
        format!("{key}{colon}{}", self.flow(value, margin))
    }

    fn inner(self, margin: Option<&str>) -> Option<String> {
        margin.map(|margin| format!("{margin}{}", self.format.flow_indent))
    }

    fn brackets(self, open: char, close: char, parts: Vec<String>, margin: Option<&str>) -> String {
        match margin {
            Some(margin) if !parts.is_empty() => {
                let gap = format!("{}{margin}{}", self.format.eol, self.format.flow_indent);
                format!("{open}{gap}{}{}{margin}{close}", parts.join(&format!(",{gap}")), self.format.eol)
            }
            _ => format!("{open}{}{close}", parts.join(self.format.comma)),
        }
    }
}

/// Lines of a block scalar at their column; empty lines stay empty.
pub(super) fn indented(lines: &[String], column: usize) -> Vec<String> {
    lines.iter().map(|line| if line.is_empty() { String::new() } else { format!("{}{line}", " ".repeat(column)) }).collect()
}
