//! What saving would change, as unified diffs. Password hashes are masked.

use std::path::PathBuf;

use similar::TextDiff;

use super::edit::{read_again, take};
use super::{File, FileKind, Workspace};
use crate::engine::model::opensearch::{Configuration, Secret};
use crate::source::FileId;
use crate::yaml::Document;

/// The unsaved changes of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDiff {
    /// The file.
    pub file: FileId,
    /// Where it is saved to.
    pub path: PathBuf,
    /// Lines that come.
    pub added: usize,
    /// Lines that go.
    pub removed: usize,
    /// Unified, with three lines around each change and hashes masked; empty when only line endings differ.
    pub text: String,
}

impl Workspace {
    /// The files with unsaved changes.
    pub fn dirty(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.is_dirty())
    }

    /// What saving would change, file by file.
    pub fn text_diff(&self) -> Vec<FileDiff> {
        self.dirty().map(|file| self.diff_of(file, file.saved(), file.document.bytes())).collect()
    }

    /// The configuration as it is on disk, unsaved changes left out.
    pub fn saved_configuration(&self) -> Configuration {
        let mut saved = (*self.configuration).clone();
        for file in self.dirty() {
            if let FileKind::Security(kind) = file.kind {
                let (read, _) = read_again(kind, &Document::parse(file.id, file.saved().to_vec()));
                take(kind, read, &mut saved);
            }
        }
        saved
    }

    pub(super) fn diff_of(&self, file: &File, old: &[u8], new: &[u8]) -> FileDiff {
        let (old, new) = (String::from_utf8_lossy(old), String::from_utf8_lossy(new));
        let diff = TextDiff::from_lines(old.as_ref(), new.as_ref());
        let (mut added, mut removed) = (0, 0);
        for change in diff.iter_all_changes() {
            match change.tag() {
                similar::ChangeTag::Insert => added += 1,
                similar::ChangeTag::Delete => removed += 1,
                similar::ChangeTag::Equal => {}
            }
        }
        let shown = match &self.root {
            Some(root) => file.path.strip_prefix(root).ok().filter(|path| !path.as_os_str().is_empty()).unwrap_or(&file.path),
            None => &file.path,
        };
        let name = shown.display().to_string();
        let text = diff.unified_diff().context_radius(3).header(&format!("a/{name}"), &format!("b/{name}")).to_string();
        FileDiff { file: file.id, path: file.path.clone(), added, removed, text: self.mask(&text) }
    }

    /// The text without password hashes: those of the opened users, and whatever looks like one.
    pub fn mask(&self, text: &str) -> String {
        let known = self.configuration.internal_users.values().filter_map(|user| user.hash.as_ref()).map(|hash| &hash.value);
        mask_hashes(text, known)
    }
}

/// Replace known secrets and everything that looks like a bcrypt hash or stands behind `hash:`.
fn mask_hashes<'s>(text: &str, known: impl Iterator<Item = &'s Secret>) -> String {
    let mut text = text.to_owned();
    for secret in known.map(Secret::reveal).filter(|secret| secret.len() >= 8) {
        text = text.replace(secret, "(masked)");
    }
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let body = line.trim_end_matches(['\n', '\r']);
        out.push_str(&mask_line(body));
        out.push_str(&line[body.len()..]);
    }
    out
}

/// The line with everything that looks like a password hash, or stands behind `hash:`, replaced.
pub(super) fn mask_line(line: &str) -> String {
    let mut line = line.to_owned();
    for start in ["$2a$", "$2b$", "$2y$", "$argon2", "$pbkdf2"] {
        while let Some(at) = line.find(start) {
            let end = line[at..].find(['"', '\'', ' ', ',', '}']).map_or(line.len(), |end| at + end);
            line.replace_range(at..end, "(masked)");
        }
    }
    let key = line.trim_start_matches(['+', '-', ' ', '"', '\'', '{']);
    if let Some(rest) = key.strip_prefix("hash").map(|rest| rest.trim_start_matches(['"', '\'']))
        && let Some(value) = rest.strip_prefix(':').map(str::trim)
        && !value.is_empty()
        && !value.contains("(masked)")
        && !matches!(value.trim_end_matches(','), "\"\"" | "''")
    {
        let at = line.len() - rest.len() + 1;
        line.replace_range(at.., " (masked)");
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_hash_shows() {
        let text = "+  hash: \"$2y$12$abcdefghijklmnopqrstuv\"\n   hash: plain-old\n-{\"hash\": \"x1\"}\n  users: [\"$2b$05$zz\", b]\n  hash: \"\"\n";
        let masked = mask_hashes(text, std::iter::empty());
        assert_eq!(masked, "+  hash: \"(masked)\"\n   hash: (masked)\n-{\"hash\": (masked)\n  users: [\"(masked)\", b]\n  hash: \"\"\n");
        let secret = Secret::new("0123456789abcdef");
        assert_eq!(mask_hashes("x 0123456789abcdef y", std::iter::once(&secret)), "x (masked) y");
    }
}
