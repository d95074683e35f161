//! A text that does not parse, with the usual causes named.

use super::prelude::*;
use super::template_file::is_template;
use crate::source::LineIndex;

/// A broken file.
pub(super) struct NotYaml;

impl Rule for NotYaml {
    fn about(&self) -> About {
        About {
            id: "not-yaml",
            title: "a file that is not YAML",
            severity: Error,
            confidence: Certain,
            products: EVERY,
            why: "Nothing of the file is read: the engine refuses it as a whole, and so every right in it is missing here too.",
            wrong: "# roles.yml
analyst:
  cluster_permissions: ['cluster_monitor'] and more  # finds
# internal_users.yml
# finds below
[root@search-1 ~]# cat internal_users.yml
kim:
  hash: ''
",
            right: "# roles.yml
analyst:
  cluster_permissions: ['cluster_monitor']
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        for file in view.input.files.iter().filter(|file| !file.kind.is_lines()).filter(|file| !is_template(file)) {
            let bytes = file.document.bytes();
            if let Some(prompt) = shell_prompt(bytes) {
                let place = file.document.place(prompt);
                found.add(Some(place), "a pasted shell prompt, not YAML").help("remove the line");
            } else if let Some(problem) = file.document.problems().first() {
                let finding = found.add(problem.place, problem.message.clone());
                if let Some(help) = problem.place.and_then(|place| cause(bytes, place)).map(str::to_owned).or_else(|| problem.help.clone())
                {
                    finding.help(help);
                }
            }
        }
    }
}

/// The first line that is not a comment, when it is a shell prompt.
fn shell_prompt(bytes: &[u8]) -> Option<Span> {
    let mut start = 0;
    for line in bytes.split_inclusive(|&b| b == b'\n').take(200) {
        let text = line.trim_ascii();
        if !text.is_empty() && !text.starts_with(b"#") && text != b"---" {
            let text = std::str::from_utf8(text).ok()?;
            let prompt = text.starts_with("$ ")
                || text.starts_with("sudo ")
                || (text.contains('@')
                    && [":~$", "]# ", "]$ ", ":/", "~]", ":~#"].iter().any(|mark| text.contains(mark))
                    && !text.contains(": "));
            return prompt.then(|| Span::new(start, start + line.trim_ascii_end().len()));
        }
        start += line.len();
    }
    None
}

fn cause(bytes: &[u8], place: Place) -> Option<&'static str> {
    let lines = LineIndex::new(bytes);
    let at = lines.line_col(bytes, place.span.start as usize).line;
    for line in [at, at.saturating_sub(1)] {
        let text = lines.line(bytes, line);
        let lead = text.iter().take_while(|b| b.is_ascii_whitespace());
        if lead.clone().any(|&b| b == b'\t') {
            return Some("indent with blanks; a tab is not allowed there");
        }
        if [&b"<<<<<<<"[..], b">>>>>>>", b"======="].iter().any(|mark| text.starts_with(mark)) {
            return Some("an unfinished merge: keep one side and remove the marks");
        }
        let text = text.trim_ascii();
        let value = text.iter().position(|&b| b == b':').map_or(text, |colon| text[colon + 1..].trim_ascii());
        let value = value.strip_prefix(b"- ").unwrap_or(value);
        if let Some(&quote @ (b'"' | b'\'')) = value.first() {
            let close = value[1..].iter().position(|&b| b == quote);
            if close.is_some_and(|close| !matches!(value[close + 2..].trim_ascii().first(), None | Some(b'#' | b':' | b',' | b']' | b'}')))
            {
                return Some("there is text behind a closing quote; quote all of it, or make it a comment with ` # `");
            }
        }
    }
    None
}
