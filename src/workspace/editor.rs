//! A text in the operator's own editor.

use std::io::{self, Write};
use std::process::Command;

/// Let the editor (`$EDITOR`, perhaps with arguments) edit `text` in a private file whose name ends in
/// `name`; the text as it was left. The file is gone afterwards.
///
/// # Errors
/// When the file cannot be made, the editor cannot be started or says that it failed.
pub fn edit_text(editor: &str, name: &str, text: &str) -> io::Result<String> {
    let suffix: String = name.chars().map(|c| if c.is_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' }).collect();
    let mut file = tempfile::Builder::new().prefix("rolesmith-").suffix(&format!("-{suffix}")).tempfile()?;
    file.write_all(text.as_bytes())?;
    file.flush()?;
    let mut words = editor.split_whitespace();
    let program = words.next().ok_or_else(|| io::Error::other("no editor is named"))?;
    let status = Command::new(program).args(words).arg(file.path()).status()?;
    if !status.success() {
        return Err(io::Error::other(format!("left with {status}")));
    }
    std::fs::read_to_string(file.path())
}
