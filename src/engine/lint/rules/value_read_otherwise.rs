//! Values that YAML readers take for something else than the text.

use super::prelude::*;
use crate::engine::lint::tree::walk;
use crate::yaml::{Node, Style};

/// `yes`, `~`, `012`, `1_000`.
pub(super) struct ValueReadOtherwise;

impl Rule for ValueReadOtherwise {
    fn about(&self) -> About {
        About {
            id: "value-read-otherwise",
            title: "an unquoted value that readers take in different ways",
            severity: Warning,
            confidence: Likely,
            products: EVERY,
            why: "`yes`, `on`, `~`, `012` and `1_000` are a boolean, null or a number to one YAML reader and a text to the next. \
                  The engines changed theirs: with Jackson 3 `reserved: yes` is an error and `~` is the text `~`.",
            wrong: "# roles.yml
analyst:
  reserved: yes  # finds
  description: ~  # finds
  index_permissions:
    - index_patterns: [012, 1_000]  # finds
      allowed_actions: [read]
",
            right: "# roles.yml
analyst:
  reserved: true
  description: null
  index_permissions:
    - index_patterns: ['012', '1_000', 2024, no-such]
      allowed_actions: [read]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        for file in view.input.files {
            let Some(root) = file.document.root().filter(|_| file.kind.is_yaml()) else { continue };
            walk(root, |node| {
                if let Some(reading) = reading(node) {
                    let text = node.text().unwrap_or_default();
                    let message = match view.input.product.is_elasticsearch() {
                        true => format!("`{text}` is {reading} to Elasticsearch and a text to other readers"),
                        false => format!("`{text}` is {reading} to Jackson 2 and a text to Jackson 3"),
                    };
                    let finding = found.add(Some(node.place()), message);
                    finding.help(format!("quote it if the text is meant, else write {}", instead(text)));
                }
            });
        }
    }
}

fn reading(node: Node<'_>) -> Option<&'static str> {
    let text = node.text().filter(|_| node.style() == Style::Plain && !node.span().range().is_empty())?;
    let first = text.bytes().next()?;
    match first {
        b'y' | b'Y' | b'n' | b'N' | b'o' | b'O' if text.len() <= 3 => {
            let word = matches!(text.to_ascii_lowercase().as_str(), "yes" | "no" | "on" | "off");
            (word
                && (text.bytes().all(|b| b.is_ascii_lowercase())
                    || text.bytes().skip(1).all(|b| b.is_ascii_lowercase())
                    || text.bytes().all(|b| b.is_ascii_uppercase())))
            .then_some("a boolean")
        }
        b'~' if text.len() == 1 => Some("null"),
        b'0'..=b'9' => {
            let octal = first == b'0' && text.len() > 1 && text.bytes().all(|b| b.is_ascii_digit() || b == b'_');
            let grouped = text.contains('_') && text.bytes().all(|b| b.is_ascii_digit() || b == b'_');
            let based = text.strip_prefix("0x").is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_hexdigit()))
                || text.strip_prefix("0b").is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| matches!(b, b'0' | b'1')));
            (octal || grouped || based).then_some("another number")
        }
        _ => None,
    }
}

fn instead(text: &str) -> &'static str {
    match text.to_ascii_lowercase().as_str() {
        "yes" | "on" => "`true`",
        "no" | "off" => "`false`",
        "~" => "`null`",
        _ => "the number without underscores and leading zeros",
    }
}
