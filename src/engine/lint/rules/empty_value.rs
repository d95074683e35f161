//! A key with nothing behind it.

use super::prelude::*;
use crate::engine::lint::schema::{is_v6, levels};
use crate::yaml::{Reader, Style};

/// An empty value.
pub(super) struct EmptyValue;

impl Rule for EmptyValue {
    fn about(&self) -> About {
        About {
            id: "empty-value",
            title: "a key with nothing behind it",
            severity: Note,
            confidence: Certain,
            products: OPENSEARCH,
            why: "Nothing is null to Jackson 2 (OpenSearch up to 3.6) and the empty text to Jackson 3 (from 3.7 on), which refuses it where a list is wanted. \
                  Mostly it is a forgotten line.",
            wrong: "# roles.yml
analyst:
  cluster_permissions:  # finds
  description:  # finds
",
            right: "# roles.yml
analyst:
  cluster_permissions: []
  description: ''
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        for file in view.input.files.iter().filter(|file| !is_v6(file)) {
            levels(file, |level| {
                for entry in level.body.entries() {
                    let value = entry.value;
                    let empty = value.style() == Style::Plain
                        && value.text().is_some()
                        && value.span().range().is_empty()
                        && !value.is_anchored()
                        && !value.is_tagged();
                    // `fls:` is a rule of its own; an unknown key too
                    let Some(key) = entry.key.text().filter(|key| empty && *key != "fls" && level.keys.contains(key)) else { continue };
                    let (text, safety) = match key {
                        "reserved" | "hidden" | "static" | "enabled" | "service" | "http_enabled" | "transport_enabled" | "order" => {
                            continue;
                        }
                        "description" | "dls" | "hash" | "type" => ("''", Safety::Safe),
                        "attributes" | "requests" => ("{}", Safety::Safe),
                        _ => ("[]", Safety::Safe),
                    };
                    let Some(end) = colon_end(view, entry.key.place()) else { continue };
                    let place = file.document.place(Span::new(end, end));
                    let refused = text == "[]" && view.input.product.yaml_reader() == Reader::Jackson3;
                    let message = match refused {
                        true => format!("`{key}` has nothing behind it, which refuses the whole file from OpenSearch 3.7 on"),
                        false => format!("`{key}` has nothing behind it"),
                    };
                    found
                        .add(Some(entry.key.place()), message)
                        .severity(if refused { Error } else { Note })
                        .help(format!("write `{key}: {text}`, or what was meant"))
                        .fix(Some(Fix::replace(format!("write `{text}`"), safety, place, format!(" {text}"))));
                }
            });
        }
    }
}

/// The byte behind the colon of a key.
pub(super) fn colon_end(view: &View<'_>, key: Place) -> Option<usize> {
    let end = key.span.end as usize;
    let rest = view.file(key.file)?.document.bytes().get(end..)?;
    let blanks = rest.iter().take_while(|&&b| b == b' ').count();
    (rest.get(blanks) == Some(&b':')).then_some(end + blanks + 1)
}
