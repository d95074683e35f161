//! Writing one scalar so that every reader takes it as meant.

use super::document::Style;
use super::format::{Format, Quote};
use super::resolve::{is_common_number, is_plain_text};
use super::value::Value;

/// Where a scalar is going to stand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting<'f> {
    pub format: &'f Format,
    /// Inside `[…]` or `{…}`.
    pub flow: bool,
    /// Whether a block scalar may be written here.
    pub blocks: bool,
    /// How the scalar was written that this one replaces.
    pub before: Option<Style>,
    /// How its neighbours in the list are written, for a new one among them.
    pub beside: Option<Quote>,
}

/// A scalar on one line, or the header and the lines of a block scalar (not yet indented).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Written {
    Line(String),
    Block { header: String, lines: Vec<String> },
}

/// A scalar value; lists and mappings are not for here and come out as `null`.
pub(super) fn write(value: &Value, setting: Setting<'_>) -> Written {
    match value {
        Value::Bool(true) => Written::Line("true".into()),
        Value::Bool(false) => Written::Line("false".into()),
        Value::Number(number) if is_common_number(number) => Written::Line(number.clone()),
        Value::Number(text) | Value::Text(text) => write_text(text, setting),
        Value::Null | Value::List(_) | Value::Map(_) => Written::Line("null".into()),
    }
}

fn write_text(text: &str, setting: Setting<'_>) -> Written {
    if setting.blocks && !setting.flow && !setting.format.json {
        let folded =
            setting.before == Some(Style::Folded) && !text.trim_end_matches('\n').contains('\n') && !text.trim_end_matches('\n').is_empty();
        let literal = setting.before == Some(Style::Literal) || text.trim_end_matches('\n').contains('\n');
        if (folded || literal) && fits_block(text) {
            return block(text, if folded { '>' } else { '|' });
        }
    }
    Written::Line(line(text, setting))
}

fn line(text: &str, setting: Setting<'_>) -> String {
    let format = setting.format;
    let plain = !format.json && is_plain_text(text, setting.flow);
    let single = !format.json && text.chars().all(prints);
    let wanted = match setting.before {
        _ if format.json => Quote::Double,
        Some(Style::Plain) => Quote::Plain,
        Some(Style::SingleQuoted) => Quote::Single,
        Some(Style::DoubleQuoted) => Quote::Double,
        _ => setting.beside.unwrap_or(format.text),
    };
    match wanted {
        Quote::Plain if plain => text.to_owned(),
        Quote::Single if single => single_quoted(text),
        // a text full of quotes or backslashes reads best in single quotes
        Quote::Plain if single && (format.quotes == Quote::Single || text.contains(['"', '\\'])) => single_quoted(text),
        _ if setting.before.is_none() && single && text.contains(['"', '\\']) && !text.contains('\'') => single_quoted(text),
        _ => double_quoted(text),
    }
}

/// A key on one line.
pub(super) fn write_key(key: &str, format: &Format, flow: bool, before: Option<Style>) -> String {
    let before = before.or(Some(match format.keys {
        Quote::Plain => Style::Plain,
        Quote::Single => Style::SingleQuoted,
        Quote::Double => Style::DoubleQuoted,
    }));
    line(key, Setting { format, flow, blocks: false, before, beside: None })
}

/// Whether a character may stand raw on one line in every reader.
pub(super) fn prints(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}') && !invisible(c)
}

/// Direction marks and zero-width characters: legal, but what shows would not be what is read.
fn invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}')
}

fn single_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn double_quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

/// What stands between double quotes; escapes that JSON and YAML share.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if prints(c) => out.push(c),
            c => {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    out
}

/// Whether a text survives as a block scalar without an indentation indicator.
fn fits_block(text: &str) -> bool {
    let first = text.split('\n').next().unwrap_or_default();
    // blank lines at the end would depend on what follows
    !first.is_empty()
        && !text.ends_with("\n\n")
        && !first.starts_with([' ', '\t'])
        && text
            .split('\n')
            .all(|line| line.chars().all(|c| prints(c) || c == '\t') && (line.is_empty() || !line.trim_matches([' ', '\t']).is_empty()))
}

fn block(text: &str, indicator: char) -> Written {
    let body = text.strip_suffix('\n');
    let chomp = if body.is_some() { "" } else { "-" };
    let lines = body.unwrap_or(text).split('\n').map(str::to_owned).collect();
    Written::Block { header: format!("{indicator}{chomp}"), lines }
}
