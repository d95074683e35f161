//! A key press as keymaps write it: `j`, `G`, `ctrl-d`, `enter`, `f1`.

use std::fmt;
use std::str::FromStr;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// One key with its modifiers. Shift is part of the character for letters and signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    /// Which key.
    pub code: KeyCode,
    /// `ctrl`, `alt`, and `shift` for keys that are no characters.
    pub modifiers: KeyModifiers,
}

impl Key {
    /// The character that the key types into a text field, if it types one.
    pub fn typed(self) -> Option<char> {
        match self.code {
            KeyCode::Char(c) if !self.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) => Some(c),
            _ => None,
        }
    }
}

impl From<KeyEvent> for Key {
    fn from(event: KeyEvent) -> Self {
        let wanted = KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT;
        let mut key = Key { code: event.code, modifiers: event.modifiers & wanted };
        match key.code {
            KeyCode::Char(c) => {
                if key.modifiers.contains(KeyModifiers::SHIFT) && c.is_ascii_lowercase() {
                    key.code = KeyCode::Char(c.to_ascii_uppercase());
                }
                key.modifiers -= KeyModifiers::SHIFT;
            }
            KeyCode::BackTab => key.modifiers -= KeyModifiers::SHIFT,
            KeyCode::Tab if key.modifiers.contains(KeyModifiers::SHIFT) => {
                key = Key { code: KeyCode::BackTab, modifiers: key.modifiers - KeyModifiers::SHIFT };
            }
            _ => {}
        }
        key
    }
}

impl From<Key> for KeyEvent {
    fn from(key: Key) -> Self {
        KeyEvent::new(key.code, key.modifiers)
    }
}

const NAMED: [(&str, KeyCode); 16] = [
    ("enter", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("tab", KeyCode::Tab),
    ("backtab", KeyCode::BackTab),
    ("space", KeyCode::Char(' ')),
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("insert", KeyCode::Insert),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("pageup", KeyCode::PageUp),
    ("pagedown", KeyCode::PageDown),
];

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (modifier, name) in [(KeyModifiers::CONTROL, "ctrl-"), (KeyModifiers::ALT, "alt-"), (KeyModifiers::SHIFT, "shift-")] {
            if self.modifiers.contains(modifier) {
                f.write_str(name)?;
            }
        }
        if let Some((name, _)) = NAMED.iter().find(|(_, code)| *code == self.code) {
            return f.write_str(name);
        }
        match self.code {
            KeyCode::Char(c) => write!(f, "{c}"),
            KeyCode::F(n) => write!(f, "f{n}"),
            other => write!(f, "{other:?}"),
        }
    }
}

/// The text names no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no key `{0}`: write a character, `ctrl-d`, `alt-x`, `enter`, `esc`, `space`, `f1`, …")]
pub struct UnknownKey(pub String);

impl FromStr for Key {
    type Err = UnknownKey;

    fn from_str(text: &str) -> Result<Self, UnknownKey> {
        let mut modifiers = KeyModifiers::NONE;
        let mut rest = text;
        loop {
            let (modifier, tail) = match rest.split_once('-') {
                Some(("ctrl", tail)) => (KeyModifiers::CONTROL, tail),
                Some(("alt", tail)) => (KeyModifiers::ALT, tail),
                Some(("shift", tail)) => (KeyModifiers::SHIFT, tail),
                _ => break,
            };
            if tail.is_empty() {
                break;
            }
            modifiers |= modifier;
            rest = tail;
        }
        let named = NAMED.iter().find(|(name, _)| *name == rest).map(|(_, code)| *code);
        let function = || rest.strip_prefix('f').and_then(|n| n.parse().ok()).filter(|n| (1..=12).contains(n)).map(KeyCode::F);
        let mut characters = rest.chars();
        let code = match (named, characters.next(), characters.next()) {
            (Some(code), ..) => code,
            (None, Some(c), None) => KeyCode::Char(c),
            _ => function().ok_or_else(|| UnknownKey(text.to_owned()))?,
        };
        Ok(Key::from(KeyEvent::new(code, modifiers)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_reads_back() {
        for text in ["j", "G", "ctrl-d", "enter", "space", "?", "-", "ctrl--", "f12", "backtab", "alt-x", "shift-left"] {
            assert_eq!(text.parse::<Key>().map(|key| key.to_string()).as_deref(), Ok(text));
        }
        assert!("jj".parse::<Key>().is_err());
        assert!("f13".parse::<Key>().is_err());
    }

    #[test]
    fn terminals_that_report_shift_beside_the_letter_mean_the_capital() {
        assert_eq!(Key::from(KeyEvent::new(KeyCode::Char('g'), KeyModifiers::SHIFT)).to_string(), "G");
        assert_eq!(Key::from(KeyEvent::new(KeyCode::Char('G'), KeyModifiers::SHIFT)).to_string(), "G");
        assert_eq!(Key::from(KeyEvent::new(KeyCode::Tab, KeyModifiers::SHIFT)).to_string(), "backtab");
    }
}
