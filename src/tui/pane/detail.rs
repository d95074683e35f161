//! What the details of several panes share: headings, lists of items, flags, places.

use crate::engine::model::opensearch::Flags;
use crate::source::{Located, Place};
use crate::tui::data::Data;
use crate::tui::line::{Line, ListField, Spot, Target};
use crate::tui::theme::Tone;

/// How many holders or users of something are listed before the rest is only counted.
pub const LISTED: usize = 100;

/// The first line: the name, its flags and where it stands.
pub fn title(data: &Data, name: &str, flags: Flags, place: Option<Place>) -> Line {
    let marks = [(flags.reserved, "reserved"), (flags.hidden, "hidden"), (flags.is_static, "static")];
    marked(data, name, &marks.into_iter().filter_map(|(set, word)| set.then_some(word)).collect::<Vec<_>>(), place)
}

/// The same with words of whatever product behind the name.
pub fn marked(data: &Data, name: &str, marks: &[&str], place: Option<Place>) -> Line {
    let mut line = Line::new(Tone::Heading, name);
    for word in marks {
        line = line.and(Tone::Warn, format!(" [{word}]"));
    }
    line = at(data, line, place);
    match place {
        Some(place) => line.to(Target::Place(place)),
        None => line,
    }
}

/// What guards an entry from edits, in words.
pub fn guard(flags: Flags) -> Option<&'static str> {
    match flags {
        Flags { is_static: true, .. } => Some("built into the product; it cannot be changed, only copied"),
        Flags { reserved: true, .. } => Some("reserved: the REST API refuses to change it; the file can"),
        Flags { hidden: true, .. } => Some("hidden: the REST API does not show it; the file can change it"),
        _ => None,
    }
}

/// `line` with `file:line:col` behind it.
pub fn at(data: &Data, line: Line, place: Option<Place>) -> Line {
    match place.and_then(|place| data.at(place)) {
        Some(at) => line.and(Tone::Dim, format!("  {at}")),
        None => line,
    }
}

/// The description, when there is one or it can be set.
pub fn description(lines: &mut Vec<Line>, text: Option<&Located<String>>) {
    let line = Line::new(Tone::Dim, "description  ").on(Spot::Description);
    lines.push(match text {
        Some(text) => line.and(Tone::Plain, text.as_str()),
        None => line.and(Tone::Dim, "-"),
    });
}

/// A list of texts under a heading; each item leads where `target` says.
pub fn list(
    lines: &mut Vec<Line>,
    indent: usize,
    heading: &str,
    field: ListField,
    items: &[Located<String>],
    target: impl Fn(&str) -> Option<Target>,
) {
    let pad = " ".repeat(indent);
    let head = Line::new(Tone::Plain, &pad).and(if indent == 0 { Tone::Heading } else { Tone::Dim }, heading).on(Spot::List(field));
    if items.is_empty() {
        lines.push(head.and(Tone::Dim, "  none"));
        return;
    }
    lines.push(head.and(Tone::Dim, format!("  {}", items.len())));
    for (index, item) in items.iter().enumerate() {
        let shown = target(item);
        let tone = if shown.is_some() { Tone::Name } else { Tone::Value };
        let mut line = Line::new(Tone::Plain, format!("{pad}  ")).and(tone, item.as_str()).on(Spot::Item(field, index));
        line.target = shown;
        lines.push(line);
    }
}

/// A line for each name up to [`LISTED`], then how many more there are.
pub fn listed<T>(lines: &mut Vec<Line>, items: impl IntoIterator<Item = T>, line: impl Fn(T) -> Line) -> usize {
    let mut count = 0;
    for item in items {
        if count < LISTED {
            lines.push(line(item));
        }
        count += 1;
    }
    if count > LISTED {
        lines.push(Line::new(Tone::Dim, format!("  and {} more", count - LISTED)));
    }
    count
}

/// `items` with commas, the last ones only counted when they are many.
pub fn joined<'a>(items: impl Iterator<Item = &'a str>, most: usize) -> String {
    let all: Vec<&str> = items.collect();
    let mut out = all.iter().take(most).copied().collect::<Vec<_>>().join(", ");
    if all.len() > most {
        out.push_str(&format!(", +{}", all.len() - most));
    }
    out
}

/// `1 role`, `2 roles`.
pub fn count(number: usize, word: &str) -> String {
    let plural = match word.strip_suffix('y') {
        _ if number == 1 => word.to_owned(),
        Some(stem) => format!("{stem}ies"),
        None => format!("{word}s"),
    };
    format!("{number} {plural}")
}
