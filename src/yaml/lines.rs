//! Entries and items of block collections: whole lines come and go.

use super::document::{Kind, Node, NodeId, Style};
use super::edit::Slot;
use super::layout::Layout;
use super::plan::Planner;
use super::render::Writer;
use super::splice::Splice;
use super::value::Value;

struct Child {
    /// The key, or the dash.
    start: usize,
    /// One past the value, or past the indicator of an empty one.
    end: usize,
    /// The column of the content behind a dash.
    content: usize,
}

pub(super) struct LinePlan<'d, 'f> {
    layout: Layout<'d>,
    writer: Writer<'f>,
    node: Node<'d>,
    children: Vec<Child>,
    length: usize,
    column: usize,
}

/// Lines that go and text that comes at one place.
#[derive(Debug, Clone)]
struct Region {
    start: usize,
    end: usize,
    lines: Vec<String>,
}

impl<'d, 'f> LinePlan<'d, 'f> {
    pub fn of(planner: &Planner<'d, 'f>, node: Node<'d>) -> Self {
        let layout = planner.layout;
        let children: Vec<Child> = match node.kind() {
            Kind::Mapping => {
                let child = |key: Node<'d>, value: Node<'d>| Child { start: key.start(), end: value.end().max(value.lead()), content: 0 };
                node.entries().map(|entry| child(entry.key, entry.value)).collect()
            }
            _ => {
                let child = |item: Node<'d>| {
                    let start = item.lead().saturating_sub(1);
                    let same = item.end() > item.start() && layout.line_start(item.start()) == layout.line_start(start);
                    let content = if same { layout.column(item.start()) } else { 0 };
                    Child { start, end: item.end().max(item.lead()), content }
                };
                node.items().map(child).collect()
            }
        };
        let column = layout.column(node.start());
        Self { layout, writer: planner.writer_in(node, true), node, children, length: planner.document.bytes().len(), column }
    }

    pub fn run(self, slots: &[Slot]) -> (Vec<Splice>, Option<Splice>) {
        let mut splices = Vec::new();
        let mut regions = self.removals(slots, &mut splices);
        let mut added: Vec<(usize, usize, Vec<String>)> = Vec::new();
        let mut previous = None;
        let first_kept = slots.iter().find_map(|slot| slot.old);
        for slot in slots {
            if let Some(old) = slot.old {
                previous = Some(old);
                continue;
            }
            let at = match (previous, first_kept) {
                (Some(old), _) => self.behind(old),
                (None, Some(first)) => self.before(first),
                (None, None) => continue,
            };
            let open = at == self.length && !self.layout.starts_line(at);
            let mut lines = self.lines(slot, !open && !self.layout.indented_comment(at));
            if self.spaced(previous) && !self.after_kept_lines(at) {
                lines.insert(0, String::new());
            }
            match added.last_mut() {
                Some((place, _, before)) if *place == at => before.extend(lines),
                _ => added.push((at, previous.map_or(0, |old| old + 1), lines)),
            }
        }
        for (at, _, lines) in added {
            match regions.iter_mut().find(|region| region.start <= at && at <= region.end) {
                Some(region) => region.lines.extend(lines),
                None if self.compact(at) => splices.push(self.compact_text(at, &lines)),
                None => regions.push(Region { start: at, end: at, lines }),
            }
        }
        let chomping = regions.iter().any(|region| self.opens_file_end(region)).then(|| self.keep_last_scalar()).flatten();
        regions.iter().for_each(|region| self.splices(region, &mut splices));
        (splices, chomping)
    }

    /// The lines of a new entry or item.
    fn lines(&self, slot: &Slot, blocks: bool) -> Vec<String> {
        let writer = Writer { blocks, ..self.writer };
        let value = slot.value.as_ref().unwrap_or(&Value::Null);
        match self.node.kind() {
            Kind::Mapping => writer.entry(slot.key.as_deref().unwrap_or_default(), value, self.column),
            _ => {
                let content = self.children.iter().map(|child| child.content).find(|&content| content > 0).unwrap_or(self.column + 2);
                writer.item(value, self.column, content)
            }
        }
    }

    /// Whether entries stand apart here by a blank line: the last two do, or the ones around the place.
    fn spaced(&self, previous: Option<usize>) -> bool {
        let at = previous.unwrap_or(0).min(self.children.len().saturating_sub(1));
        let [first, second] = (if at > 0 { [at - 1, at] } else { [0, 1] }).map(|index| self.children.get(index));
        let (Some(_), Some(second)) = (first, second) else { return false };
        let top = self.own_start(second.start, 0);
        previous.is_some() && top > 0 && self.layout.blank_line(self.layout.before_break(top))
    }

    /// Where the line behind a child starts.
    fn behind(&self, index: usize) -> usize {
        let end = self.children[index].end;
        if end > self.children[index].start && self.layout.starts_line(end) { end } else { self.layout.next_line(end) }
    }

    /// Where text goes that is to stand before a child.
    fn before(&self, index: usize) -> usize {
        let start = self.children[index].start;
        if !self.layout.opens_line(start) {
            return start;
        }
        let top = self.own_start(start, self.floor(index));
        // comments that open the file are about the file
        if index == 0 && self.node.parent().is_none() && top == self.layout.line_start(0) { self.layout.line_start(start) } else { top }
    }

    /// No comment above this belongs to the child.
    fn floor(&self, index: usize) -> usize {
        match index.checked_sub(1) {
            Some(before) => self.behind(before),
            None if self.node.parent().is_some() => self.layout.next_line(self.node.lead()),
            None => 0,
        }
    }

    /// The first of the comment lines directly above `start` and at its column, or its own line.
    fn own_start(&self, start: usize, floor: usize) -> usize {
        let layout = self.layout;
        let column = layout.column(start);
        let mut top = layout.line_start(start);
        while top > floor {
            let line = layout.line_start(layout.before_break(top));
            if line >= top || line < floor || layout.byte(line + column) != Some(b'#') || layout.indent(line) != column {
                break;
            }
            top = line;
        }
        top
    }

    fn compact(&self, at: usize) -> bool {
        at == self.children[0].start && !self.layout.opens_line(at)
    }

    /// Text before the first key of `- key: value`.
    fn compact_text(&self, at: usize, lines: &[String]) -> Splice {
        let eol = self.writer.format.eol;
        let mut text = lines.iter().filter(|line| !line.is_empty()).map(|line| format!("{line}{eol}")).collect::<String>();
        let text = text.split_off(self.column.min(text.len()));
        Splice::new(at, at, format!("{text}{}", " ".repeat(self.column)))
    }

    /// The lines of the children that go, neighbours merged.
    fn removals(&self, slots: &[Slot], splices: &mut Vec<Splice>) -> Vec<Region> {
        let mut regions: Vec<Region> = Vec::new();
        let mut kept = slots.iter().filter_map(|slot| slot.old).peekable();
        for index in 0..self.children.len() {
            if kept.next_if_eq(&index).is_some() {
                continue;
            }
            let start = self.children[index].start;
            if !self.layout.opens_line(start) {
                let before_kept = slots.first().is_some_and(|slot| slot.old.is_none());
                self.remove_compact(index, kept.peek().copied(), before_kept, splices, &mut regions);
                continue;
            }
            let (start, end) = (self.own_start(start, self.floor(index)), self.behind(index));
            match regions.last_mut() {
                Some(last) if last.end >= start => last.end = last.end.max(end),
                _ => regions.push(Region { start, end, lines: Vec::new() }),
            }
        }
        regions
    }

    /// The first child, behind the dash of the item that it opens.
    fn remove_compact(&self, index: usize, next: Option<usize>, replaced: bool, splices: &mut Vec<Splice>, regions: &mut Vec<Region>) {
        let (start, end) = (self.children[index].start, self.behind(index));
        let comments = |from: usize, to: usize| self.layout.slice(from, to).contains(&b'#');
        match next.map(|next| self.children[next].start) {
            // the next one moves up behind the dash
            Some(to) if !replaced && next == Some(index + 1) && !comments(end, to) => splices.push(Splice::new(start, to, "")),
            _ if replaced => regions.push(Region { start, end, lines: Vec::new() }),
            _ => splices.push(Splice::new(self.node.lead(), self.layout.line_end(self.layout.before_break(end).max(start)), "")),
        }
    }

    /// Whether text is added behind a last line that has no line end.
    fn opens_file_end(&self, region: &Region) -> bool {
        !region.lines.is_empty() && region.start == self.length && !(self.layout.starts_line(self.length) && self.length > 0)
    }

    /// Turn a region into splices, with the line ends as they must be at the end of the file.
    fn splices(&self, region: &Region, splices: &mut Vec<Splice>) {
        let eol = self.writer.format.eol;
        let Region { mut start, mut end, ref lines } = *region;
        let open_end = end == self.length && !(self.layout.starts_line(end) && end > 0);
        if lines.is_empty() {
            // blank lines left behind would become part of a scalar that keeps them
            while self.after_kept_lines(start) && end < self.length && self.layout.blank_line(end) {
                end = self.layout.next_line(end);
            }
            if start > 0 && self.layout.blank_line(self.layout.before_break(start)) && (end == self.length || self.layout.blank_line(end)) {
                let blank = self.layout.line_start(self.layout.before_break(start));
                let floor = self.children.iter().map(|child| child.end).filter(|&end| end <= start).max().unwrap_or(0);
                if blank > floor && self.layout.starts_line(blank) {
                    start = blank;
                }
            }
            if open_end && !self.ends_in_block_scalar(start) {
                start = self.layout.before_break(start);
            }
            splices.push(Splice::new(start, end, ""));
            return;
        }
        let compact = start < end && self.compact(start);
        let mut text = lines.join(eol);
        if compact {
            text = text.split_off(self.column.min(text.len()));
        }
        if open_end && start == end {
            splices.push(Splice::new(start, end, format!("{eol}{text}")));
        } else {
            splices.push(Splice::new(start, end, if open_end { text } else { text + eol }));
        }
    }

    /// Whether a block scalar that keeps its blank lines ends right here.
    fn after_kept_lines(&self, at: usize) -> bool {
        let document = self.node.document();
        let before = document.nodes.partition_point(|raw| (raw.span.start as usize) < at);
        let last = before.checked_sub(1).map(|last| &document.nodes[last]);
        last.is_some_and(|raw| {
            matches!(raw.style, Style::Literal | Style::Folded) && raw.span.end as usize == at && self.layout.starts_line(at)
        })
    }

    fn last_scalar(&self) -> Option<Node<'d>> {
        let document = self.node.document();
        let last = document.nodes.len().checked_sub(1)?;
        Some(document.node(NodeId(last as u32)))
    }

    /// Whether the text before `at` is a block scalar, which needs its line end.
    fn ends_in_block_scalar(&self, at: usize) -> bool {
        let document = self.node.document();
        let before = document.nodes.partition_point(|raw| (raw.span.start as usize) < at);
        before.checked_sub(1).is_some_and(|last| matches!(document.nodes[last].style, Style::Literal | Style::Folded))
    }

    /// A block scalar at the end of a file without a final line end has no line end in its value. Text
    /// behind it would give it one, unless its header says otherwise.
    fn keep_last_scalar(&self) -> Option<Splice> {
        let last = self.last_scalar().filter(|node| matches!(node.style(), Style::Literal | Style::Folded))?;
        let from = last.start() + 1;
        let mut to = from;
        let mut width = String::new();
        while let Some(byte @ (b'+' | b'-' | b'0'..=b'9')) = self.layout.byte(to) {
            if byte.is_ascii_digit() {
                width.push(char::from(byte));
            }
            to += 1;
        }
        (!last.text().is_some_and(|text| text.ends_with('\n'))).then(|| Splice::new(from, to, width + "-"))
    }
}
