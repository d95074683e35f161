//! A change in terms of the files: operations on entries of documents and on lines of line files.

use serde_json::Value as Json;

use super::lines::{self, Line};
use super::tree::{self, Act, Step};
use crate::engine::model::elasticsearch::FileKind;
use crate::source::FileId;
use crate::yaml::{Document, Edit, Reason, Refusal};

/// One operation on one file.
#[derive(Debug, Clone, PartialEq)]
pub struct Op {
    /// The file that holds the entry; none for a new one, which goes where such entries go.
    pub file: Option<FileId>,
    /// What the file is, or should be; for roles Kibana's form will do too.
    pub kind: FileKind,
    what: What,
}

#[derive(Debug, Clone, PartialEq)]
enum What {
    Tree(Vec<Step>, Act),
    Line(Line),
}

/// A path in a file, before it is known what is done there.
pub(super) struct Path {
    file: Option<FileId>,
    kind: FileKind,
    path: Vec<Step>,
}

/// The path to an entry as a whole.
pub(super) fn entry(name: &str) -> Vec<Step> {
    vec![Step::Entry(name.to_owned())]
}

/// The path to a key of a role.
pub(super) fn body(role: &str, key: &'static str) -> Vec<Step> {
    vec![Step::Entry(role.to_owned()), Step::Body, Step::Key(key)]
}

impl Op {
    pub(super) fn at(file: Option<FileId>, kind: FileKind, path: Vec<Step>) -> Path {
        Path { file, kind, path }
    }

    fn line(file: Option<FileId>, kind: FileKind, line: Line) -> Self {
        Op { file, kind, what: What::Line(line) }
    }

    /// A user's line in `users`, with this hash.
    pub(super) fn set_hash(file: Option<FileId>, user: &str, hash: &str) -> Self {
        Op::line(file, FileKind::Users, Line::SetHash { user: user.to_owned(), hash: hash.to_owned() })
    }

    /// The user nowhere in a line file.
    pub(super) fn cut_user(file: Option<FileId>, kind: FileKind, user: &str) -> Self {
        Op::line(file, kind, Line::CutUser(user.to_owned()))
    }

    /// Another name for a user, in either line file.
    pub(super) fn rename_user(file: Option<FileId>, kind: FileKind, user: &str, to: &str) -> Self {
        Op::line(file, kind, Line::RenameUser(user.to_owned(), to.to_owned()))
    }

    /// The user among those of a role in `users_roles`.
    pub(super) fn give(file: Option<FileId>, user: &str, role: &str) -> Self {
        Op::line(file, FileKind::UsersRoles, Line::Give { user: user.to_owned(), role: role.to_owned() })
    }

    /// The user no longer among those of a role in `users_roles`.
    pub(super) fn take(file: Option<FileId>, user: &str, role: &str) -> Self {
        Op::line(file, FileKind::UsersRoles, Line::Take { user: user.to_owned(), role: role.to_owned() })
    }

    /// Another name for a role in `users_roles`.
    pub(super) fn rename_role(file: Option<FileId>, role: &str, to: &str) -> Self {
        Op::line(file, FileKind::UsersRoles, Line::RenameRole(role.to_owned(), to.to_owned()))
    }
}

impl Path {
    fn act(self, act: Act) -> Op {
        Op { file: self.file, kind: self.kind, what: What::Tree(self.path, act) }
    }

    pub(super) fn then(mut self, step: Step) -> Self {
        self.path.push(step);
        self
    }

    /// A new entry.
    pub(super) fn create(self, value: Json) -> Op {
        self.act(Act::Create(value))
    }

    /// A copy of the entry, as it is written.
    pub(super) fn copy(self, to: &str) -> Op {
        self.act(Act::Copy(to.to_owned()))
    }

    /// Another name for the entry.
    pub(super) fn rename(self, to: &str) -> Op {
        self.act(Act::Rename(to.to_owned()))
    }

    /// Take the entry or item out.
    pub(super) fn cut(self) -> Op {
        self.act(Act::Cut)
    }

    /// Set the value, with the keys on the way where they are missing.
    pub(super) fn put(self, value: Json) -> Op {
        self.act(Act::Put(value))
    }

    /// Set the value, or take its key out.
    pub(super) fn put_or_cut(self, value: Option<Json>) -> Op {
        self.act(value.map_or(Act::CutIfThere, Act::Put))
    }

    /// Set the query, as an object where one stands.
    pub(super) fn query(self, query: Option<&str>) -> Op {
        self.act(query.map_or(Act::CutIfThere, |query| Act::Query(query.to_owned())))
    }

    /// Append a value to the list.
    pub(super) fn push_value(self, value: Json) -> Op {
        self.act(Act::PushValue(value))
    }

    /// Append a text to the list, however it is spelled.
    pub(super) fn push(self, text: &str) -> Op {
        self.act(Act::Push(text.to_owned()))
    }

    /// Take every item with this text out of the list.
    pub(super) fn remove(self, text: &str) -> Op {
        self.act(Act::Remove(text.to_owned()))
    }

    /// Put another text in the place of every item with this text.
    pub(super) fn replace(self, text: &str, with: &str) -> Op {
        self.act(Act::Replace(text.to_owned(), with.to_owned()))
    }

    /// Put another text in the place of one inside the rules, where a field has it.
    pub(super) fn replace_in_rules(self, field: &'static str, text: &str, with: &str) -> Op {
        self.act(Act::ReplaceInRules(field, text.to_owned(), with.to_owned()))
    }
}

/// Do operations to the text of the file that they are about.
///
/// # Errors
/// A [`Refusal`] when the text cannot be edited safely; nothing has changed then.
pub fn edit(kind: FileKind, operations: &[Op], document: &Document) -> Result<Edit, Refusal> {
    match kind {
        FileKind::Document(kind) => {
            let mut editor = document.edit()?;
            for op in operations {
                let What::Tree(path, act) = &op.what else { continue };
                tree::edit(kind, path, act, document, &mut editor)?;
            }
            editor.finish()
        }
        FileKind::Users | FileKind::UsersRoles => {
            let lines = operations.iter().filter_map(|op| if let What::Line(line) = &op.what { Some(line) } else { None });
            let mut splices: Vec<_> = lines.flat_map(|line| lines::splices(document.bytes(), kind, line)).collect();
            // where the last line has no end, what is added to it stands before the lines that follow it
            splices.sort_by_key(|splice| splice.text.starts_with(['\r', '\n']));
            let applied = document.apply(&splices);
            let (bytes, inverse) = applied.map_err(|_| Refusal { reason: Reason::Unreadable, place: None })?;
            Ok(Edit { document: Document::parse(document.file(), bytes), splices, inverse, copies: None })
        }
    }
}
