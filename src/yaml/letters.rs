//! Where each letter of a quoted scalar's text stands outside, so that a document inside is edited letter by
//! letter. Scalars that the reader folds have no such map; they are written anew as a whole.

use super::document::{Document, Node, Style};
use super::layout::Layout;
use super::scalar::{escaped, prints};
use super::splice::Splice;

/// The text of one scalar against its bytes.
#[derive(Debug, Clone)]
pub(super) struct Letters {
    style: Style,
    /// For each byte of the text, and for its end, the outer byte.
    places: Vec<u32>,
    /// `\`, a line end and the blanks of the next line, where the text goes on like that.
    continuation: Option<String>,
}

impl Letters {
    pub fn of(outer: &Document, scalar: Node<'_>) -> Option<Self> {
        let text = scalar.text()?;
        let range = scalar.span().range();
        let bytes = outer.bytes().get(range.clone())?;
        let source = std::str::from_utf8(bytes).ok()?;
        let mut found = Found { text: String::with_capacity(text.len()), places: Vec::new(), continuation: None };
        let (first, last) = match scalar.style() {
            Style::Plain => (0, source.len()),
            Style::SingleQuoted | Style::DoubleQuoted => (1, source.len().checked_sub(1)?),
            _ => return None,
        };
        let body = source.get(first..last)?;
        match scalar.style() {
            Style::DoubleQuoted => found.double(body)?,
            style => found.plain(body, style == Style::SingleQuoted)?,
        }
        // a reader that understands the scalar otherwise leaves it without a map
        (found.text == text).then(|| {
            let start = (range.start + first) as u32;
            let mut places: Vec<u32> = found.places.iter().map(|place| place + start).collect();
            places.push((range.start + last) as u32);
            Self { style: scalar.style(), places, continuation: found.continuation }
        })
    }

    /// The outer byte of a place in the text.
    pub fn place(&self, inner: u32) -> Option<u32> {
        self.places.get(inner as usize).copied()
    }

    /// Inner splices as outer ones; none where a new letter cannot stand in these quotes.
    pub fn splices(&self, outer: &Document, inner: &[Splice]) -> Option<Vec<Splice>> {
        inner.iter().map(|splice| self.splice(outer, splice)).collect()
    }

    fn splice(&self, outer: &Document, splice: &Splice) -> Option<Splice> {
        let (start, end) = (self.place(splice.span.start)?, self.place(splice.span.end)?);
        let text = match self.style {
            Style::DoubleQuoted => self.double(outer, splice, start as usize),
            _ if !splice.text.chars().all(prints) => return None,
            Style::SingleQuoted => splice.text.replace('\'', "''"),
            _ => splice.text.clone(),
        };
        Some(Splice::new(start as usize, end as usize, text))
    }

    fn double(&self, outer: &Document, splice: &Splice, start: usize) -> String {
        let Some(continuation) = &self.continuation else { return escaped(&splice.text) };
        let mut lines = splice.text.split('\n').map(escaped);
        // the reader drops blanks at the start of a line, unless the first is escaped
        let blank = |line: &str| if line.starts_with(' ') { "\\" } else { "" };
        let first = lines.next().unwrap_or_default();
        let starts_line = outer.bytes().get(..start).is_some_and(|before| before.ends_with(continuation.as_bytes()));
        let mut text = if starts_line { format!("{}{first}", blank(&first)) } else { first };
        for line in lines {
            text.push_str(&format!("\\n{continuation}{}{line}", blank(&line)));
        }
        // at the end the closing quote stays on the last line, and a new line begins one of its own
        if splice.span.end as usize + 1 == self.places.len() && splice.text.ends_with('\n') {
            text.truncate(text.len() - continuation.len());
            if outer.bytes().get(..start).is_some_and(|before| before.ends_with(b"\\n")) {
                text.insert_str(0, continuation);
            }
        }
        text
    }
}

struct Found {
    text: String,
    places: Vec<u32>,
    continuation: Option<String>,
}

impl Found {
    fn push(&mut self, letter: char, at: usize) {
        self.text.push(letter);
        self.places.extend(std::iter::repeat_n(at as u32, letter.len_utf8()));
    }

    /// Unquoted, or in single quotes, on one line.
    fn plain(&mut self, body: &str, quoted: bool) -> Option<()> {
        let mut letters = body.char_indices();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '\n' | '\r' => return None,
                '\'' if quoted => letters.next().filter(|(_, next)| *next == '\'').map(|_| self.push('\'', at))?,
                letter => self.push(letter, at),
            }
        }
        Some(())
    }

    /// In double quotes; lines only end behind `\`.
    fn double(&mut self, body: &str) -> Option<()> {
        let layout = Layout::new(body.as_bytes());
        let mut at = 0;
        while let Some(letter) = body.get(at..)?.chars().next() {
            match letter {
                '\n' | '\r' => return None,
                '\\' => at = self.escape(body, layout, at)?,
                letter => {
                    self.push(letter, at);
                    at += letter.len_utf8();
                }
            }
        }
        Some(())
    }

    /// One escape; where it ends.
    fn escape(&mut self, body: &str, layout: Layout<'_>, at: usize) -> Option<usize> {
        let kind = body.get(at + 1..)?.chars().next()?;
        let digits = match kind {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            '\n' | '\r' => {
                let end = layout.skip_blanks(layout.after_break(at + 1));
                self.continuation.get_or_insert_with(|| body[at..end].to_owned());
                return Some(end);
            }
            _ => 0,
        };
        if digits == 0 {
            self.push(named(kind)?, at);
            return Some(at + 1 + kind.len_utf8());
        }
        let number = |from: usize| u32::from_str_radix(body.get(from..from + digits)?, 16).ok();
        let end = at + 2 + digits;
        let first = number(at + 2)?;
        if let Some(letter) = char::from_u32(first) {
            self.push(letter, at);
            return Some(end);
        }
        // JSON writes what lies beyond four digits as two
        let second = body.get(end..end + 2).filter(|start| *start == "\\u").and_then(|_| number(end + 2))?;
        let letter = char::decode_utf16([first as u16, second as u16]).next()?.ok()?;
        self.push(letter, at);
        Some(end + 6)
    }
}

fn named(kind: char) -> Option<char> {
    Some(match kind {
        '0' => '\0',
        'a' => '\x07',
        'b' => '\x08',
        't' | '\t' => '\t',
        'n' => '\n',
        'v' => '\x0b',
        'f' => '\x0c',
        'r' => '\r',
        'e' => '\x1b',
        ' ' | '"' | '/' | '\\' => kind,
        'N' => '\u{85}',
        '_' => '\u{a0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        _ => return None,
    })
}
