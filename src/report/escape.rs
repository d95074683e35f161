//! Text from files never reaches a terminal raw.

use std::fmt::Write;

/// Whether a character could steer a terminal or turn the reading order.
fn steers(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The text with every steering character but the line feed spelled out.
pub fn escape(text: &str) -> String {
    spell(text, |out, c| {
        let _ = write!(out, "{}", c.escape_unicode());
    })
}

/// The same for JSON, whose own escapes are used, so that it stays JSON.
pub fn escape_json(text: &str) -> String {
    spell(text, |out, c| {
        for unit in c.encode_utf16(&mut [0; 2]) {
            let _ = write!(out, "\\u{unit:04x}");
        }
    })
}

fn spell(text: &str, write: impl Fn(&mut String, char)) -> String {
    if !text.chars().any(|c| c != '\n' && steers(c)) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if c != '\n' && steers(c) { write(&mut out, c) } else { out.push(c) }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_spelled_out() {
        assert_eq!(escape("a\x1b[2Jb\nc\u{202e}\r"), "a\\u{1b}[2Jb\nc\\u{202e}\\u{d}");
        assert_eq!(escape_json("\"\u{9b}\""), "\"\\u009b\"");
        assert_eq!(escape("größe 漢字"), "größe 漢字");
    }
}
