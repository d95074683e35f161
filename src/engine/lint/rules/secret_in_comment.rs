//! A password in a comment.

use super::prelude::*;
use crate::source::LineIndex;

/// A clear-text password beside its hash.
pub(super) struct SecretInComment;

impl Rule for SecretInComment {
    fn about(&self) -> About {
        About {
            id: "secret-in-comment",
            title: "a password in a comment",
            severity: Error,
            confidence: Likely,
            products: EVERY,
            why: "The hash keeps nothing secret when the password stands beside it, and the file is in backups and in version control.",
            wrong: "# internal_users.yml
kim:
  # password: hunter2 # finds
  hash: ''
",
            right: "# internal_users.yml
# The password: made with hash.sh
# password: <set by the pipeline>
# passwords are kept in the vault
kim:
  hash: ''
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        for file in view.input.files.iter().filter(|file| file.kind.is_yaml() || file.kind.is_lines() || file.kind == FileKind::Container) {
            let bytes = file.document.bytes();
            let mut lines: Option<LineIndex> = None;
            let mut last = 0;
            for at in memchr::memchr_iter(b'#', bytes) {
                let starts = at == 0 || matches!(bytes[at - 1], b' ' | b'\t' | b'\n' | b'\r' | b'#');
                if at < last || !starts {
                    continue;
                }
                let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |len| at + len);
                if !names_a_password(&bytes[at..end]) {
                    continue;
                }
                let lines = lines.get_or_insert_with(|| LineIndex::new(bytes));
                let line = lines.line(bytes, lines.line_col(bytes, at).line);
                let start = line.as_ptr() as usize - bytes.as_ptr() as usize;
                let head = bytes.get(start..at).unwrap_or_default();
                let quotes = |quote: u8| head.iter().filter(|&&b| b == quote).count() % 2;
                if quotes(b'"') == 0 && quotes(b'\'') == 0 {
                    found
                        .add(Some(file.document.place(Span::new(at, end))), "this comment seems to hold a password")
                        .help("remove it, and set another password: the old one is in every copy of the file");
                    last = end;
                }
            }
        }
    }
}

/// `password: x`, `pw = x`, `pass is x` with a single word behind it that is no placeholder.
fn names_a_password(comment: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(comment) else { return false };
    let lower = text.to_lowercase();
    let Some((at, word)) = ["password", "passwd", "passwort", "pwd", "pass", "pw"].iter().find_map(|word| {
        let at = lower.find(word)?;
        let boundary = !lower[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '.');
        boundary.then_some((at, *word))
    }) else {
        return false;
    };
    // a commented-out setting of config.yml keeps its null
    let rest = lower[at + word.len()..].trim_start();
    let Some(rest) = rest.strip_prefix([':', '=']).or_else(|| rest.strip_prefix("is ")) else { return false };
    let value = rest.split(" #").next().unwrap_or_default().trim().trim_matches(['"', '\'', '`']);
    let placeholder = value.is_empty()
        || value.contains(char::is_whitespace)
        || value.starts_with(['<', '{', '$', '*', '[', '('])
        || matches!(value, "null" | "none" | "changeme" | "xxx" | "xxxx" | "..." | "true" | "false")
        || value.chars().all(|c| matches!(c, 'x' | '*' | '.' | '-'));
    !placeholder && value.len() > 2
}
