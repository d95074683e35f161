//! Foreign text made safe for a terminal, and cut to a width.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Whether a character must not reach the terminal raw: controls, and the marks that reorder text.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// `text` with controls and reordering marks written as escapes.
pub fn safe(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_unsafe(c) && (c as u32) < 0x100 => out.push_str(&format!("\\x{:02x}", c as u32)),
            c if is_unsafe(c) => out.push_str(&format!("\\u{{{:x}}}", c as u32)),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Columns that a safe text takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// `text` in at most `columns` columns, with `ellipsis` in place of what does not fit.
pub fn cut<'a>(text: &'a str, columns: usize, ellipsis: &str) -> Cow<'a, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    let room = columns.saturating_sub(width(ellipsis));
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        let wide = c.width().unwrap_or(0);
        if used + wide > room {
            break;
        }
        used += wide;
        out.push(c);
    }
    if columns >= width(ellipsis) {
        out.push_str(ellipsis);
    }
    Cow::Owned(out)
}

/// `text` cut or filled with blanks to exactly `columns` columns.
pub fn fit(text: &str, columns: usize, ellipsis: &str) -> String {
    let mut out = cut(text, columns, ellipsis).into_owned();
    let used = width(&out);
    out.extend(std::iter::repeat_n(' ', columns.saturating_sub(used)));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_and_reordering_marks_are_written_out() {
        assert_eq!(safe("a\u{1b}[31mb\tc\u{202e}d\u{9b}"), "a\\x1b[31mb\\tc\\u{202e}d\\x9b");
        assert!(matches!(safe("ünïcode 日本 שלום"), Cow::Borrowed(_)));
    }

    #[test]
    fn wide_characters_are_never_cut_in_half() {
        assert_eq!(cut("日本語", 4, "…"), "日…");
        assert_eq!(fit("日本語", 4, "…"), "日… ");
        assert_eq!(fit("ab", 4, "…"), "ab  ");
        assert_eq!(cut("abc", 0, "…"), "");
    }
}
