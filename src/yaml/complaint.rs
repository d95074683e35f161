//! Why a text is not read, in words that help: a template, a pasted prompt, tabs, not text at all.

use std::str::Utf8Error;

use super::document::{Document, Kind, NodeId, Style};
use super::layout::Layout;
use super::template::Template;
use crate::source::{FileId, Place, Problem, Span};

fn template(place: Option<Place>, shown: &str, text: &str) -> Problem {
    let template = Template::of(text);
    Problem::error(place, format!("this is a {template} template, not YAML: `{shown}`")).help(template.help())
}

pub(super) fn not_text(file: FileId, bytes: &[u8], error: &Utf8Error) -> Problem {
    let at = error.valid_up_to();
    let span = Span::new(at, (at + error.error_len().unwrap_or(1)).min(bytes.len()));
    let place = Some(Place { file, span });
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Problem::error(place, "the file is UTF-16").help("save it as UTF-8; nothing in it was read");
    }
    let binary = bytes[..bytes.len().min(1024)].contains(&0);
    let what = if binary { "the file is binary" } else { "the file is not UTF-8" };
    Problem::error(place, what).help("save it as UTF-8; nothing in it was read")
}

/// The parser's complaint at `at`, or what is behind it.
pub(super) fn not_yaml(file: FileId, text: &str, at: usize, info: &str) -> Problem {
    let at = at.min(text.len());
    let place = |start: usize, end: usize| Some(Place { file, span: Span::new(start, end) });
    if let Some((start, end)) = template_in_text(text) {
        return template(place(start, end), &shown(&text[start..end]), text);
    }
    if let Some(line) = prompt(text) {
        let start = text.len() - text.trim_start_matches('\u{feff}').len();
        return Problem::error(place(start, start + line.len()), format!("the first line is a shell prompt: `{}`", shown(line)))
            .help("remove it; nothing in the file was read");
    }
    if let Some(tab) = tab(text, at) {
        return Problem::error(place(tab, tab + 1), "a tab indents this line").help("YAML takes spaces only; nothing in the file was read");
    }
    let width = text[at..].chars().next().map_or(0, char::len_utf8);
    let mut problem = Problem::error(place(at, at + width), format!("not YAML: {info}"));
    let layout = Layout::new(text.as_bytes());
    let line = text.get(layout.line_start(at)..layout.line_end(at)).unwrap_or_default();
    if info.contains("nesting") || info.contains("recursion") {
        problem = problem.help("the engines' readers stop at 50 levels");
    } else if let Some(advice) = advice(line) {
        problem = problem.help(advice);
    }
    problem
}

/// At most forty characters, none of them a control character.
fn shown(text: &str) -> String {
    text.chars().take(40).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn advice(line: &str) -> Option<&'static str> {
    let trimmed = line.trim_start();
    if trimmed.starts_with("-'") || trimmed.starts_with("-\"") {
        return Some("a list item needs a blank behind its `-`");
    }
    let value = trimmed.split_once(": ").map_or(trimmed.strip_prefix("- ").unwrap_or(trimmed), |(_, value)| value).trim_start();
    match value.chars().next() {
        Some('*') => Some("a leading `*` is an alias in YAML; put it in quotes"),
        Some('%' | '@' | '`') => Some("this leading character is reserved in YAML; put the text in quotes"),
        Some(quote @ ('"' | '\'')) if !value[1..].trim_end().ends_with(quote) => {
            Some("text stands behind the closing quote, or the quote is never closed")
        }
        _ => None,
    }
}

/// `{{ … }}` or `{% … %}` outside quotes and comments, in a text that does not parse.
fn template_in_text(text: &str) -> Option<(usize, usize)> {
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let mut quote = None;
        let mut before = ' ';
        for (at, c) in line.char_indices() {
            match quote {
                Some(open) if c == open => quote = None,
                Some(_) => {}
                None if c == '#' && before.is_whitespace() => break,
                None if (c == '"' || c == '\'') && !before.is_alphanumeric() => quote = Some(c),
                None => {
                    let rest = &line[at..];
                    let close = if rest.starts_with("{{") {
                        rest.find("}}")
                    } else if rest.starts_with("{%") {
                        rest.find("%}")
                    } else {
                        None
                    };
                    if let Some(close) = close {
                        return Some((offset + at, offset + at + close + 2));
                    }
                }
            }
            before = c;
        }
        offset += line.len();
    }
    None
}

/// `key: {{ x }}` does parse, as a mapping whose key is a mapping. No engine takes such a key.
pub(super) fn template_in_tree(document: &Document) -> Option<Problem> {
    let doubled = |id: usize| {
        let outer = document.node(NodeId(id as u32));
        let key = outer.entries().next()?.key;
        (key.kind() == Kind::Mapping && key.style() == Style::Flow && key.start() == outer.start() + 1).then_some(outer)
    };
    let found = (0..document.nodes.len())
        .filter(|&id| document.nodes[id].kind == Kind::Mapping && document.nodes[id].style == Style::Flow)
        .find_map(doubled)?;
    let text = String::from_utf8_lossy(&document.bytes[found.span().range()]);
    Some(template(Some(found.place()), &shown(&text), &String::from_utf8_lossy(&document.bytes)))
}

/// A first line like `$ cat roles.yml` or `root@host:~# …`.
fn prompt(text: &str) -> Option<&str> {
    let line = text.trim_start_matches('\u{feff}').lines().next()?;
    let command = line.starts_with("$ ") || line.starts_with("> ") || line.starts_with("PS ");
    let (user, rest) = line.split_once('@').unwrap_or_default();
    let named = |c: char| c.is_ascii_alphanumeric() || "_-.[".contains(c);
    let host = !user.is_empty() && user.chars().all(named) && (rest.contains("$ ") || rest.contains("# ") || rest.ends_with(['$', '#']));
    (command || host).then_some(line)
}

/// A tab in the indentation of the line of the complaint, or of a neighbour.
fn tab(text: &str, at: usize) -> Option<usize> {
    let layout = Layout::new(text.as_bytes());
    let here = layout.line_start(at);
    let before = layout.line_start(layout.before_break(here));
    [here, layout.next_line(at), before].into_iter().find_map(|start| {
        let mut at = start;
        while layout.byte(at) == Some(b' ') {
            at += 1;
        }
        let content = layout.skip_blanks(at);
        (layout.byte(at) == Some(b'\t') && content < layout.line_end(start)).then_some(at)
    })
}
