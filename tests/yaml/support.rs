//! Short names for the tests of the document.

use rolesmith::source::{FileId, LineIndex};
use rolesmith::yaml::{Document, Edit, Editor, Node, Refusal};

/// Parse text.
pub fn parse(text: impl AsRef<[u8]>) -> Document {
    Document::parse(FileId(0), text.as_ref().to_vec())
}

/// The node at a path of keys; digits are places in a list.
pub fn at<'d>(document: &'d Document, path: &str) -> Node<'d> {
    let root = document.root().unwrap_or_else(|| panic!("no tree: {:?}", document.problems()));
    path.split('/').filter(|step| !step.is_empty()).fold(root, |node, step| {
        let item = step.parse::<usize>().ok().and_then(|index| node.items().nth(index));
        item.or_else(|| node.get(step)).unwrap_or_else(|| panic!("no `{step}` of `{path}`"))
    })
}

/// The key node of an entry.
pub fn key<'d>(document: &'d Document, path: &str) -> Node<'d> {
    let (map, name) = path.rsplit_once('/').unwrap_or(("", path));
    let entry = at(document, map).entries().find(|entry| entry.key.text() == Some(name));
    entry.unwrap_or_else(|| panic!("no key `{path}`")).key
}

/// Edit, check that the edit can be taken back, and give the new text.
pub fn edited(text: &str, change: impl FnOnce(&Document, &mut Editor<'_>) -> Result<(), Refusal>) -> Result<String, Refusal> {
    let old = parse(text);
    let mut editor = old.edit()?;
    change(&old, &mut editor)?;
    let edit = editor.finish()?;
    assert_goes_back(&old, &edit);
    Ok(String::from_utf8(edit.document.bytes().to_vec()).expect("edits are text"))
}

/// Splices lead there, the inverse leads back, and bytes outside them are the same.
pub fn assert_goes_back(old: &Document, edit: &Edit) {
    let (there, inverse) = old.apply(&edit.splices).expect("splices apply");
    assert_eq!(there, edit.document.bytes());
    assert_eq!(inverse, edit.inverse);
    let (back, _) = edit.document.apply(&edit.inverse).expect("inverse applies");
    assert_eq!(back, old.bytes());
}

/// The first problem as `line:col message (help)`.
pub fn complaint(text: impl AsRef<[u8]>) -> String {
    let document = parse(text.as_ref());
    assert!(document.root().is_none());
    let problem = document.problems().first().expect("a problem");
    let lines = LineIndex::new(document.bytes());
    let place = problem.place.map(|place| lines.line_col(document.bytes(), place.span.start as usize).to_string()).unwrap_or_default();
    format!("{place} {} ({})", problem.message, problem.help.as_deref().unwrap_or_default())
}
