//! Values that YAML readers take for something else than the text.

use super::prelude::*;
use crate::engine::lint::tree::walk;
use crate::engine::model::Product;
use crate::yaml::{Node, Reader, Style};

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
                  OpenSearch changed its reader with 3.7, from Jackson 2 to Jackson 3: since then `reserved: yes` refuses the file and `~` is the text `~`.",
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
                let Some(reading) = reading(node) else { return };
                let text = node.text().unwrap_or_default();
                if view.input.product.is_elasticsearch() {
                    found
                        .add(Some(node.place()), format!("`{text}` is {reading} to Elasticsearch and a text to other readers"))
                        .help(format!("quote it if the text is meant, else write {}", instead(text)));
                } else {
                    by_version(view.input.product, file.kind, node, text, reading, found);
                }
            });
        }
    }
}

/// What the engine wants where a value stands.
#[derive(Clone, Copy, PartialEq)]
enum Wanted {
    Truth,
    List,
    Text,
    /// Whatever comes, such as the settings of an authentication domain.
    Anything,
}

const TRUTHS: [&str; 9] = [
    "reserved",
    "hidden",
    "static",
    "service",
    "enabled",
    "http_enabled",
    "transport_enabled",
    "do_not_fail_on_forbidden",
    "anonymous_auth_enabled",
];
const TEXTS: [&str; 4] = ["description", "dls", "hash", "type"];

fn wanted(kind: FileKind, node: Node<'_>) -> Wanted {
    let Some(parent) = node.parent() else { return Wanted::Anything };
    if node.is_key() {
        return Wanted::Text;
    }
    let key = parent.entries().find(|entry| entry.value.id() == node.id()).and_then(|entry| entry.key.text());
    let config = kind == FileKind::Security(DocumentKind::Config);
    match key {
        Some(key) if TRUTHS.contains(&key) => Wanted::Truth,
        Some(key) if TEXTS.contains(&key) => Wanted::Text,
        Some(_) if config => Wanted::Anything,
        // an item of a list, or a value among attributes
        None if config => Wanted::Anything,
        None => Wanted::Text,
        Some(_) if crate::engine::lint::tree::is_below(node, "attributes") => Wanted::Text,
        Some(_) => Wanted::List,
    }
}

/// What a value is in OpenSearch: Jackson 2 up to 3.6, Jackson 3 from 3.7 on. A text field keeps the text in both, apart
/// from `~`; only the whole of one version's files is refused by a wrong type.
fn by_version(product: Product, kind: FileKind, node: Node<'_>, text: &str, reading: &str, found: &mut Found) {
    let now_three = product.yaml_reader() == Reader::Jackson3;
    let place = node.place();
    let put = |title: &str, text: &str| Some(Fix::replace(title, Safety::Safe, place, text.to_owned()));
    let refused = |was: &str| match now_three {
        true => format!("`{text}` refuses the whole file from OpenSearch 3.7 on (Jackson 3); up to 3.6 it was {was}"),
        false => format!("`{text}` is {was} up to OpenSearch 3.6 (Jackson 2); from 3.7 on (Jackson 3) it refuses the whole file"),
    };
    let (message, severity, fix) = match wanted(kind, node) {
        Wanted::Truth if reading == "a boolean" => {
            let word = instead(text).trim_matches('`');
            (refused(word), if now_three { Error } else { Warning }, put(&format!("write `{word}`"), word))
        }
        Wanted::Truth | Wanted::List => (refused(reading), if now_three { Error } else { Warning }, None),
        Wanted::Text if reading == "null" => {
            let message = match now_three {
                true => "`~` is the text `~` from OpenSearch 3.7 on (Jackson 3); up to 3.6 it was no value",
                false => "`~` is no value up to OpenSearch 3.6 (Jackson 2) and the text `~` from 3.7 on (Jackson 3)",
            };
            (message.to_owned(), Warning, (!now_three).then(|| put("write `null`", "null")).flatten())
        }
        Wanted::Text => {
            let message = format!("`{text}` is a text to every version here, and {reading} to other readers of YAML");
            (message, Note, put("quote it", &format!("'{text}'")))
        }
        Wanted::Anything => {
            let message = match now_three {
                true => format!("`{text}` is a text from OpenSearch 3.7 on (Jackson 3); up to 3.6 (Jackson 2) it was {reading}"),
                false => format!("`{text}` is {reading} up to OpenSearch 3.6 (Jackson 2) and a text from 3.7 on (Jackson 3)"),
            };
            (message, Warning, None)
        }
    };
    found
        .add(Some(place), message)
        .severity(severity)
        .help(format!("quote it if the text is meant, else write {}", instead(text)))
        .fix(fix.filter(|_| !node.is_anchored() && !node.is_tagged()));
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
