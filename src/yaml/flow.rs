//! Entries and items of `{…}` and `[…]`, on one line or spread over lines.

use super::document::{Kind, Node, Style};
use super::edit::Slot;
use super::plan::Planner;
use super::refusal::{Reason, Refusal};
use super::value::Value;

impl<'d> Planner<'d, '_> {
    /// Write a value anew inside brackets.
    pub(super) fn replace_in_flow(&mut self, node: Node<'d>, value: &Value) -> Result<(), Refusal> {
        if node.kind() == Kind::Mapping && self.layout.byte(node.start()) != Some(b'{') {
            return Err(Refusal::at(Reason::Unsupported("a pair in a list"), node.place()));
        }
        let margin = node.parent().and_then(|parent| self.spread(parent)).map(|_| self.margin(node.start()));
        let text = match value {
            Value::List(_) | Value::Map(_) => self.writer(false).flow(value, margin.as_deref()),
            _ => self.flow_scalar(node, value),
        };
        if node.start() < node.end() {
            self.splice(node.start(), node.end(), text);
        } else if self.layout.byte(node.lead().wrapping_sub(1)) == Some(b':') {
            self.splice(node.lead(), node.lead(), format!(" {text}"));
        } else {
            return Err(Refusal::at(Reason::Unsupported("a key without a value"), node.place()));
        }
        Ok(())
    }

    fn flow_scalar(&self, node: Node<'_>, value: &Value) -> String {
        use super::scalar::{Setting, Written, write};
        let before = (node.kind() == Kind::Scalar && node.end() > node.start() && matches!(value, Value::Text(_))).then(|| node.style());
        match write(value, Setting { format: self.format, flow: true, blocks: false, before, beside: None }) {
            Written::Line(line) => line,
            Written::Block { .. } => String::new(),
        }
    }

    /// The blanks that the line of `at` starts with.
    fn margin(&self, at: usize) -> String {
        let line = self.layout.line_start(at);
        String::from_utf8_lossy(self.layout.slice(line, self.layout.skip_blanks(line))).into_owned()
    }

    /// For a collection that has its children on lines of their own: the indentation of these lines.
    fn spread(&self, node: Node<'_>) -> Option<String> {
        let own_line = |child: Node<'_>| self.layout.breaks_within(child.lead(), child.start());
        let (first, apart) = match node.kind() {
            Kind::Mapping => (node.entries().next()?.key, node.entries().all(|entry| own_line(entry.key))),
            _ => (node.items().next()?, node.items().all(own_line)),
        };
        (node.style() == Style::Flow && apart).then(|| self.margin(first.start()))
    }

    pub(super) fn flow_slots(&mut self, node: Node<'d>, slots: &[Slot]) -> Result<(), Refusal> {
        let open = self.layout.byte(node.start());
        if !matches!(open, Some(b'{' | b'[')) {
            return Err(Refusal::at(Reason::Unsupported("a pair in a list"), node.place()));
        }
        let children: Vec<(usize, usize)> = match node.kind() {
            Kind::Mapping => node.entries().map(|entry| (entry.key.start(), entry.value.end().max(entry.value.lead()))).collect(),
            _ => node.items().map(|item| (item.start(), item.end())).collect(),
        };
        self.flow_removals(&children, slots);
        let margin = self.spread(node);
        let gap = match &margin {
            Some(margin) => format!(",{}{margin}", self.format.eol),
            None => self.format.comma.to_owned(),
        };
        let first = slots.iter().find_map(|slot| slot.old);
        let mut previous = None;
        let mut added = String::new();
        for slot in slots.iter().chain([&Slot { old: Some(children.len()), key: None, value: None }]) {
            if let Some(old) = slot.old {
                let text = std::mem::take(&mut added);
                match (previous, first) {
                    (Some(before), _) => {
                        let (_, end) = children[before];
                        self.splice(end, end, text);
                    }
                    (None, Some(first)) => self.splice(children[first].0, children[first].0, text),
                    (None, None) => {}
                }
                previous = Some(old);
                continue;
            }
            let writer = self.writer_in(node, false);
            let value = slot.value.as_ref().unwrap_or(&Value::Null);
            let item = match &slot.key {
                Some(key) if node.kind() == Kind::Mapping => writer.flow_entry(key, value, margin.as_deref()),
                _ => writer.flow(value, margin.as_deref()),
            };
            added.push_str(&if previous.is_some() { format!("{gap}{item}") } else { format!("{item}{gap}") });
        }
        Ok(())
    }

    fn flow_removals(&mut self, children: &[(usize, usize)], slots: &[Slot]) {
        let kept: std::collections::HashSet<usize> = slots.iter().filter_map(|slot| slot.old).collect();
        let mut at = 0;
        while at < children.len() {
            if kept.contains(&at) {
                at += 1;
                continue;
            }
            let from = at;
            while at < children.len() && !kept.contains(&at) {
                at += 1;
            }
            match (children.get(at), from.checked_sub(1).and_then(|before| children.get(before))) {
                (Some(&(next, _)), _) => self.splice(children[from].0, next, ""),
                (None, Some(&(_, end))) => self.remove_flow_tail(end, children[from].0, children[at - 1].1),
                (None, None) => {}
            }
        }
    }

    /// The last ones of a collection: the comma before them goes too, a comment behind it stays.
    fn remove_flow_tail(&mut self, before: usize, start: usize, end: usize) {
        if !self.layout.slice(before, start).contains(&b'#') {
            return self.splice(before, end, "");
        }
        let comma = (before..start).find(|&at| self.layout.byte(at) == Some(b','));
        if let Some(comma) = comma {
            self.splice(comma, comma + 1, "");
        }
        // its line end must stay, or the comment would swallow the bracket
        self.splice(start, end, "");
    }
}
