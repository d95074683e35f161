//! A template that is not yet YAML.

use super::prelude::*;
use crate::engine::lint::File;

/// Go or Jinja syntax in a file.
pub(super) struct TemplateFile;

impl Rule for TemplateFile {
    fn about(&self) -> About {
        About {
            id: "template-file",
            title: "a template, not yet the file that the engine reads",
            severity: Note,
            confidence: Likely,
            products: EVERY,
            why: "What is between the braces is put in later. Findings and verdicts on the template say little; open what is rendered from it.",
            wrong: "# roles.yml  # finds
{% for team in teams %}
{{ team }}:
  cluster_permissions: [cluster_monitor]
{% endfor %}
",
            right: "# roles.yml
analyst:
  index_permissions:
    - index_patterns: ['logs-*']
      dls: '{\"template\": {\"source\": \"{{#toJson}}x{{/toJson}}\"}}'
      allowed_actions: [read]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        for file in view.input.files.iter().filter(|file| !file.kind.is_lines() && file.kind != FileKind::Beside && is_template(file)) {
            let end = file.document.bytes().iter().position(|&b| b == b'\n').unwrap_or(0);
            found
                .add(
                    Some(file.document.place(Span::new(0, end))),
                    format!("`{}` is a template; what is rendered from it is read, not this", file.name),
                )
                .help("open the rendered file");
        }
    }
}

/// Whether a file holds template syntax outside of quoted texts: a line that starts with it, or a text
/// that does not parse and holds it.
pub(super) fn is_template(file: &File<'_>) -> bool {
    let bytes = file.document.bytes();
    let marks = [&b"{{"[..], b"{%"];
    if !marks.iter().any(|mark| memchr::memmem::find(bytes, mark).is_some()) {
        return false;
    }
    let unread = file.document.root().is_none();
    if file.kind == FileKind::Container && !unread {
        // a template inside is named by itself
        return false;
    }
    bytes.split(|&b| b == b'\n').any(|line| {
        let line = line.trim_ascii();
        marks.iter().any(|mark| line.starts_with(mark) || (unread && !line.starts_with(b"#") && memchr::memmem::find(line, mark).is_some()))
    })
}
