//! The plain form, in which the products export their files: one key or item a line, texts bare or in quotes on
//! their line, `[]` and `{}` on their line, comments between. Also JSON. Both are read here an order of magnitude
//! faster than by the parser of all of YAML, into the same tree; anything else is left to that one.
//!
//! The reader is strict: at the first letter that it does not know for certain it gives the whole text up. What a
//! line means depends on nothing but the indentation of the lines above it, and at the first column that is
//! forgotten. So the entries of a text in the plain form may be read one without the others.

mod flow;
mod scalar;

use scalar::Scalar;

use super::document::{Kind, Style};
use super::parse::Builder;
use crate::source::Span;

/// The deepest nesting that is read here; what is deeper is left to the parser, with its limits.
const DEPTH: usize = 24;

/// The longest key that is read here; YAML limits a key without `?` to 1,024 letters.
const KEY: usize = 512;

/// That the text is not in the plain form, or may not be.
pub(super) struct Other;

type Plain<T> = Result<T, Other>;

/// Read the whole text into the builder, which then holds the tree, or a part of it when the text is of another form.
pub(super) fn read<'t>(builder: &mut Builder<'_, 't>, text: &'t str) -> Plain<()> {
    let bytes = text.as_bytes();
    let mut reader = Reader { text, bytes, builder, levels: Vec::new(), awaited: false, marked: false };
    match bytes.iter().find(|&&byte| !matches!(byte, b' ' | b'\n')) {
        Some(b'{' | b'[') => reader.json(),
        Some(_) => reader.lines(),
        None => Err(Other),
    }
}

/// Read entries of a text without those before and behind them. They begin with a key at the first column.
pub(super) fn read_entries<'t>(builder: &mut Builder<'_, 't>, text: &'t str) -> Plain<()> {
    if text.starts_with("---") {
        return Err(Other);
    }
    Reader { text, bytes: text.as_bytes(), builder, levels: Vec::new(), awaited: false, marked: false }.lines()
}

/// A block collection that is open.
struct Level {
    column: usize,
    kind: Kind,
}

struct Reader<'r, 'd, 't> {
    text: &'t str,
    bytes: &'t [u8],
    builder: &'r mut Builder<'d, 't>,
    levels: Vec<Level>,
    /// Whether the last key has had no value yet.
    awaited: bool,
    /// Whether `---` stands before everything.
    marked: bool,
}

impl<'t> Reader<'_, '_, 't> {
    fn byte(&self, at: usize) -> u8 {
        // as if the text ended with a line feed
        self.bytes.get(at).copied().unwrap_or(b'\n')
    }

    fn spaces(&self, mut at: usize) -> usize {
        while self.byte(at) == b' ' {
            at += 1;
        }
        at
    }

    fn line_end(&self, at: usize) -> usize {
        memchr::memchr(b'\n', &self.bytes[at..]).map_or(self.bytes.len(), |count| at + count)
    }

    fn lines(&mut self) -> Plain<()> {
        let mut at = 0;
        if self.bytes.starts_with(b"---\n") {
            self.builder.document_start(3);
            self.marked = true;
            at = 4;
        }
        while at < self.bytes.len() {
            let start = self.spaces(at);
            let end = match self.byte(start) {
                b'\n' => start,
                b'#' => self.comment(start)?,
                _ => self.line(at, start)?,
            };
            at = end + 1;
        }
        if self.levels.is_empty() {
            return Err(Other);
        }
        self.no_value();
        while self.levels.pop().is_some() {
            self.builder.end(Span::default());
        }
        Ok(())
    }

    /// A comment up to its line's end.
    fn comment(&self, start: usize) -> Plain<usize> {
        let end = self.line_end(start);
        self.letters(start, end)?;
        Ok(end)
    }

    /// A line of content from its first letter; where it ends.
    fn line(&mut self, line: usize, start: usize) -> Plain<usize> {
        let column = start - line;
        let dash = self.byte(start) == b'-' && self.byte(start + 1) == b' ';
        if self.awaited {
            let parent = self.levels.last().map_or(0, |level| level.column);
            if dash && column >= parent {
                self.open(Kind::Sequence, column)?;
            } else if column > parent {
                self.open(Kind::Mapping, column)?;
            }
        }
        self.no_value();
        while let Some(level) = self.levels.last() {
            if level.column > column || (level.column == column && level.kind == Kind::Sequence && !dash) {
                self.levels.pop();
                self.builder.end(Span::default());
            } else {
                break;
            }
        }
        if self.levels.is_empty() {
            if column > 0 || dash || self.builder.has_root() {
                return Err(Other);
            }
            if !self.marked {
                self.builder.document_start(start);
            }
            self.open(Kind::Mapping, 0)?;
        }
        let kind = if dash { Kind::Sequence } else { Kind::Mapping };
        if self.levels.last().is_none_or(|level| level.column != column || level.kind != kind) {
            return Err(Other);
        }
        if !dash {
            return self.entry(start);
        }
        let content = self.spaces(start + 1);
        match self.byte(content) {
            b'[' | b'{' => {
                let end = self.flow(content, false, 0)?;
                self.rest(end)
            }
            _ => {
                let scalar = self.scalar(content)?;
                if self.is_key(&scalar) {
                    self.open(Kind::Mapping, content - line)?;
                    return self.behind_key(scalar);
                }
                let end = scalar.end;
                self.put(scalar);
                self.rest(end)
            }
        }
    }

    fn open(&mut self, kind: Kind, column: usize) -> Plain<()> {
        if self.levels.len() >= DEPTH {
            return Err(Other);
        }
        self.awaited = false;
        self.builder.start(kind, Style::Block, Span::default(), (false, false));
        self.levels.push(Level { column, kind });
        Ok(())
    }

    /// The last key has nothing behind it.
    fn no_value(&mut self) {
        if std::mem::take(&mut self.awaited) {
            self.builder.scalar("", Style::Plain, Span::default(), false, false);
        }
    }

    fn entry(&mut self, start: usize) -> Plain<usize> {
        let key = self.scalar(start)?;
        if self.is_key(&key) { self.behind_key(key) } else { Err(Other) }
    }

    fn is_key(&self, scalar: &Scalar<'_>) -> bool {
        self.byte(scalar.end) == b':' && matches!(self.byte(scalar.end + 1), b' ' | b'\n') && scalar.end - scalar.start <= KEY
    }

    /// A key, and what stands behind it on its line.
    fn behind_key(&mut self, key: Scalar<'_>) -> Plain<usize> {
        let colon = key.end;
        self.put(key);
        let value = self.spaces(colon + 1);
        let end = match self.byte(value) {
            b'\n' => {
                self.awaited = true;
                return Ok(value);
            }
            b'#' => {
                self.awaited = true;
                return self.comment(value);
            }
            b'[' | b'{' => self.flow(value, false, 0)?,
            _ => {
                let scalar = self.scalar(value)?;
                if self.byte(scalar.end) == b':' {
                    return Err(Other);
                }
                let end = scalar.end;
                self.put(scalar);
                end
            }
        };
        self.rest(end)
    }

    /// Nothing but a comment up to the line's end.
    fn rest(&self, at: usize) -> Plain<usize> {
        let next = self.spaces(at);
        match self.byte(next) {
            b'\n' => Ok(next),
            b'#' if next > at => self.comment(next),
            _ => Err(Other),
        }
    }

    fn put(&mut self, scalar: Scalar<'_>) {
        let value = scalar.decoded.as_deref().unwrap_or(scalar.raw);
        self.builder.scalar(value, scalar.style, Span::new(scalar.start, scalar.end), false, false);
    }
}

#[cfg(test)]
mod tests {
    use super::super::document::Document;
    use crate::source::FileId;

    /// Whether the text is read here; and if it is, that it is read as the parser of all of YAML does.
    fn plain(text: &str) -> bool {
        let document = Document::parse(FileId(0), text.into());
        let whole = Document::parse_by_the_book(FileId(0), text.into());
        let (ours, theirs) = (&document.nodes, &whole.nodes);
        let at = ours.iter().zip(theirs).position(|(a, b)| format!("{a:?}") != format!("{b:?}")).unwrap_or_default();
        assert!(document.same_tree(&whole), "{text:?}, node {at}:\n{:?}\n{:?}", ours.get(at), theirs.get(at));
        document.plain
    }

    #[test]
    fn the_exported_form_is_read_here() {
        for text in [
            "a: b",
            "---\n_meta:\n  type: \"roles\"\n  config_version: 2\n\n# c\na_b-c:\n  # d\n  reserved: false   # e\n  index_permissions:\n  - \
             index_patterns:\n    - 'it''s*'\n    - \"a\\\"b\\u00e4\"\n    dls: \"\"\n    fls: []\n  - index_patterns: [a, \"b\", indices:data/read*]\n",
            "# c\na: # d\n  - b\n  - c: d\n    e:\n\nf:\ng:\n- h\n- i: {}\n",
            "a: {k: v, \"l\": [1, -2]}\n\"b c\": x y: z\n".replace(" y: z", " y").as_str(),
            "{\"a\":{\"b\" : [1, -2.5e3, true, null, \"c\"]\n}, \"d\":\"\"}\n",
            "[\n  {\"a\": []}\n]",
            "ö: \"日本\"\n",
        ] {
            assert!(plain(text), "{text}");
        }
    }

    #[test]
    fn what_is_not_certain_is_left_to_the_parser() {
        for text in [
            "",
            "a",
            "- a\n",
            "a: |\n  b\n",
            "a: &x b\nc: *x\n",
            "a: b\n  c\n",
            "a: b\n---\nc: d\n",
            "a:\tb\n",
            "a: b\r\n",
            "a: [b,\n  c]\n",
            "? a\n: b\n",
            "a: \"b\n  c\"\n",
            "a:\n  - b\n c: d\n",
            "a: b: c\n",
            "a: {{ b }}\n",
            "{a:{\n \"b\": [\"c\"]\n}, \"d\": null}",
            "a: 'b'#c\n",
            "\u{feff}a: b\n",
            "a: \"\\ud83d\\ude00\"\n",
        ] {
            assert!(!plain(text), "{text}");
        }
    }
}
