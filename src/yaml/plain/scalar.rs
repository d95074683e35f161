//! Scalars on their line: bare, in quotes, inside and outside `[…]` and `{…}`.

use super::super::document::Style;
use super::{Other, Plain, Reader};

/// A scalar, where it stands and what it says.
pub(super) struct Scalar<'t> {
    pub style: Style,
    pub start: usize,
    pub end: usize,
    /// The text, where it differs from the letters between the quotes.
    pub decoded: Option<String>,
    pub raw: &'t str,
}

impl<'t> Reader<'_, '_, 't> {
    /// Only letters that mean nothing to anybody's idea of a line.
    pub(super) fn letters(&self, start: usize, end: usize) -> Plain<()> {
        let bytes = &self.bytes[start..end];
        if bytes.iter().any(|byte| !matches!(byte, b' '..=b'~' | 0x80..)) {
            return Err(Other);
        }
        if bytes.is_ascii() || self.text[start..end].chars().all(|c| c.is_ascii() || c.is_alphanumeric()) { Ok(()) } else { Err(Other) }
    }

    /// A scalar outside `[…]` and `{…}`; a bare one ends before `: `, before a comment, or with the line.
    pub(super) fn scalar(&self, start: usize) -> Plain<Scalar<'t>> {
        match self.byte(start) {
            b'"' => self.double_quoted(start),
            b'\'' => self.single_quoted(start),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'/' | b'.' | b'^' | b'$' | b'(' | 0x80.. => self.bare(start),
            _ => Err(Other),
        }
    }

    fn bare(&self, start: usize) -> Plain<Scalar<'t>> {
        let mut at = start;
        loop {
            match self.byte(at) {
                b'\n' => break,
                b':' if matches!(self.byte(at + 1), b' ' | b'\n') => break,
                b'#' if self.byte(at - 1) == b' ' => break,
                b' '..=b'~' | 0x80.. => at += 1,
                _ => return Err(Other),
            }
        }
        let end = start + self.bytes[start..at].trim_ascii_end().len();
        // blanks before the colon of a key
        if end < at && self.byte(at) == b':' || self.text.get(start..end).is_some_and(|text| text.starts_with("...")) {
            return Err(Other);
        }
        self.letters(start, end)?;
        Ok(Scalar { style: Style::Plain, start, end, decoded: None, raw: &self.text[start..end] })
    }

    fn single_quoted(&self, start: usize) -> Plain<Scalar<'t>> {
        let mut at = start + 1;
        let mut doubled = false;
        loop {
            at += memchr::memchr2(b'\'', b'\n', &self.bytes[at..]).ok_or(Other)?;
            match (self.byte(at), self.byte(at + 1)) {
                (b'\'', b'\'') => {
                    doubled = true;
                    at += 2;
                }
                (b'\'', _) => break,
                _ => return Err(Other),
            }
        }
        self.letters(start, at)?;
        let raw = &self.text[start + 1..at];
        Ok(Scalar { style: Style::SingleQuoted, start, end: at + 1, decoded: doubled.then(|| raw.replace("''", "'")), raw })
    }

    fn double_quoted(&self, start: usize) -> Plain<Scalar<'t>> {
        let mut at = start + 1;
        let mut decoded: Option<String> = None;
        let mut copied = at;
        loop {
            at += memchr::memchr3(b'"', b'\\', b'\n', &self.bytes[at..]).ok_or(Other)?;
            match self.byte(at) {
                b'"' => break,
                b'\\' => {
                    let (letter, width) = self.escape(at + 1)?;
                    let text = decoded.get_or_insert_default();
                    text.push_str(self.text.get(copied..at).ok_or(Other)?);
                    text.push(letter);
                    at += 1 + width;
                    copied = at;
                }
                _ => return Err(Other),
            }
        }
        self.letters(start, at)?;
        let raw = &self.text[start + 1..at];
        if let Some(text) = &mut decoded {
            text.push_str(&self.text[copied..at]);
        }
        Ok(Scalar { style: Style::DoubleQuoted, start, end: at + 1, decoded, raw })
    }

    /// What an escape says, and how many letters it has behind the backslash.
    fn escape(&self, at: usize) -> Plain<(char, usize)> {
        Ok(match self.byte(at) {
            letter @ (b'"' | b'\\' | b'/') => (char::from(letter), 1),
            b'n' => ('\n', 1),
            b't' => ('\t', 1),
            b'r' => ('\r', 1),
            b'b' => ('\u{8}', 1),
            b'f' => ('\u{c}', 1),
            b'u' => {
                let digits =
                    self.text.get(at + 1..at + 5).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit())).ok_or(Other)?;
                let code = u32::from_str_radix(digits, 16).map_err(|_| Other)?;
                // half of a pair
                (char::from_u32(code).ok_or(Other)?, 5)
            }
            _ => return Err(Other),
        })
    }

    /// A scalar inside `[…]` and `{…}`; a bare one has only letters that mean nothing there.
    pub(super) fn flow_scalar(&self, start: usize) -> Plain<Scalar<'t>> {
        match self.byte(start) {
            b'"' => return self.double_quoted(start),
            b'\'' => return self.single_quoted(start),
            b'-' if self.byte(start + 1).is_ascii_digit() => {}
            byte if byte.is_ascii_alphanumeric() => {}
            _ => return Err(Other),
        }
        let mut end = start;
        loop {
            match self.byte(end) {
                b'_' | b'.' | b'/' | b'-' | b'+' | b'*' => end += 1,
                // `indices:data/read`
                b':' if self.byte(end + 1).is_ascii_alphanumeric() => end += 1,
                byte if byte.is_ascii_alphanumeric() => end += 1,
                _ => break,
            }
        }
        Ok(Scalar { style: Style::Plain, start, end, decoded: None, raw: &self.text[start..end] })
    }
}
