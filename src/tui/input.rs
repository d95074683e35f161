//! A line of text being typed.

use crossterm::event::{KeyCode, KeyModifiers};

use super::key::Key;

/// Text with a cursor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Input {
    text: Vec<char>,
    cursor: usize,
}

impl Input {
    /// Start with `text`, the cursor behind it.
    pub fn new(text: &str) -> Self {
        let mut input = Input::default();
        input.insert(text);
        input
    }

    /// The text.
    pub fn text(&self) -> String {
        self.text.iter().collect()
    }

    /// The text before the cursor and from the cursor on.
    pub fn halves(&self) -> (String, String) {
        let (head, tail) = self.text.split_at(self.cursor);
        (head.iter().collect(), tail.iter().collect())
    }

    /// Replace the text.
    pub fn set(&mut self, text: &str) {
        *self = Input::new(text);
    }

    /// Type `text`; line ends become blanks.
    pub fn insert(&mut self, text: &str) {
        for c in text.chars() {
            let c = if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c };
            if !c.is_control() {
                self.text.insert(self.cursor, c);
                self.cursor += 1;
            }
        }
    }

    /// Take a key that edits; whether it was one.
    pub fn key(&mut self, key: Key) -> bool {
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Char('w') if ctrl => {
                let blank = |c: &char| c.is_whitespace();
                let head = &self.text[..self.cursor];
                let trimmed = head.iter().rposition(|c| !blank(c)).map_or(0, |at| at + 1);
                let start = head[..trimmed].iter().rposition(blank).map_or(0, |at| at + 1);
                self.text.drain(start..self.cursor);
                self.cursor = start;
            }
            KeyCode::Char('u') if ctrl => {
                self.text.drain(..self.cursor);
                self.cursor = 0;
            }
            KeyCode::Char('a') if ctrl => self.cursor = 0,
            KeyCode::Char('e') if ctrl => self.cursor = self.text.len(),
            KeyCode::Home => self.cursor = 0,
            KeyCode::End => self.cursor = self.text.len(),
            KeyCode::Left => self.cursor = self.cursor.saturating_sub(1),
            KeyCode::Right => self.cursor = (self.cursor + 1).min(self.text.len()),
            KeyCode::Backspace if self.cursor > 0 => {
                self.cursor -= 1;
                self.text.remove(self.cursor);
            }
            KeyCode::Delete if self.cursor < self.text.len() => {
                self.text.remove(self.cursor);
            }
            _ => match key.typed() {
                Some(c) => self.insert(c.encode_utf8(&mut [0; 4])),
                None => return false,
            },
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_and_erasing() {
        let mut input = Input::new("read logs");
        for key in ["ctrl-w", "x", "left", "y", "delete", "home", "delete"] {
            input.key(key.parse().unwrap());
        }
        assert_eq!(input.text(), "ead y");
        assert_eq!(input.halves(), (String::new(), "ead y".to_owned()));
        input.insert("a\nb\u{1b}");
        assert_eq!(input.text(), "a bead y");
    }
}
