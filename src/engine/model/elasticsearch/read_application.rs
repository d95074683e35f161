//! Of a role: application privileges, and `global`, which the engine reads with another parser, one that says where
//! in the body it stopped.

use super::read_role::{Reader, token};
use super::{ApplicationPrivileges, RefusalClass};
use crate::yaml::{Entry, Kind, Node};

impl<'n> Reader<'n> {
    /// The same, with the line and the column in the role's body, as the engine's parser counts them, before
    /// the words.
    fn refuse_content(&mut self, at: Node<'_>, message: &str) {
        let (line, column) = self.position(at);
        self.at = at.place();
        self.refuse(RefusalClass::ContentParse, format!("[{line}:{column}] {message}"));
    }

    /// From one. Of roles.yml the engine's parser gets one role at a time: the lines from its name on.
    pub(super) fn position(&self, at: Node<'_>) -> (usize, usize) {
        let bytes = self.body.document().bytes();
        let body = self.body.span().start as usize;
        let line_of = |at: usize| bytes[..at].iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
        let mut start = body;
        if bytes.get(body) != Some(&b'{') {
            start = line_of(start);
            while start > 0 && bytes.get(start).is_none_or(|first| first.is_ascii_whitespace() || *first == b'#') {
                start = line_of(start - 1);
            }
        }
        let before = &bytes[start..(at.span().start as usize).max(start)];
        let line = before.iter().filter(|&&byte| byte == b'\n').count();
        let last = before.iter().rposition(|&byte| byte == b'\n').map_or(before, |end| &before[end + 1..]);
        (line + 1, String::from_utf8_lossy(last).chars().count() + 1)
    }

    pub(super) fn applications(&mut self, value: Node<'_>) {
        if value.kind() != Kind::Sequence {
            self.parse_error(format!(
                "failed to parse application privileges for role [{}]. expected field [applications] value to be an array, but found [{}] instead",
                self.name,
                token(value)
            ));
            return;
        }
        for item in value.items() {
            self.at = item.place();
            if item.kind() != Kind::Mapping {
                self.parse_error(format!(
                    "failed to parse application privileges for role [{}]. expected field [null] value to be an array of objects, but found an array element of type [{}]",
                    self.name,
                    token(item)
                ));
                continue;
            }
            let mut entry = ApplicationPrivileges { place: Some(item.place()), ..ApplicationPrivileges::default() };
            for Entry { key, value } in item.entries() {
                let list = |value: Node<'_>| match value.kind() {
                    Kind::Sequence => value.items().filter_map(Node::located).collect(),
                    _ => value.located().into_iter().collect::<Vec<_>>(),
                };
                match key.text() {
                    Some("application") => {
                        if !matches!(token(value), "VALUE_STRING" | "VALUE_NULL") {
                            let message = format!("[application] application doesn't support values of type: {}", token(value));
                            self.refuse_content(value, &message);
                        }
                        entry.application = value.located().filter(|_| !value.is_null());
                    }
                    Some("privileges") => entry.privileges = list(value),
                    Some("resources") => entry.resources = list(value),
                    other => {
                        let message = format!("[application] unknown field [{}]", other.unwrap_or_default());
                        self.refuse_content(key, &message);
                    }
                }
            }
            let missing = ["privileges", "resources"].into_iter().find(|key| item.get(key).is_none_or(|node| node.is_null()));
            if let Some(missing) = missing {
                self.parse_error(format!(
                    "failed to parse application privileges for role [{}]. missing required [{missing}] field",
                    self.name
                ));
            } else if entry.application.as_ref().is_none_or(|name| name.is_empty()) {
                self.refuse(RefusalClass::IllegalArgument, "application privileges must have an application name".into());
            } else if entry.privileges.is_empty() {
                self.refuse(RefusalClass::IllegalArgument, "application privileges must define at least one privilege".into());
            } else if entry.resources.is_empty() {
                self.refuse(RefusalClass::IllegalArgument, "application privileges must refer to at least one resource".into());
            }
            self.role.applications.push(entry);
        }
    }

    /// What manages applications, profiles and roles.
    pub(super) fn global(&mut self, value: Node<'n>) {
        const NOT: &str = "failed to parse privilege. ";
        let object = |reader: &mut Self, node: Node<'n>| {
            let is = node.kind() == Kind::Mapping;
            if !is {
                reader.refuse_content(node, &format!("{NOT}expected [START_OBJECT] but found [{}] instead", token(node)));
            }
            is
        };
        if !object(self, value) {
            return;
        }
        for Entry { key, value } in value.entries() {
            match key.text() {
                Some("application") if object(self, value) => {
                    self.only(value, "manage", |reader, manage| {
                        if object(reader, manage) {
                            reader.only(manage, "applications", |_, _| {});
                        }
                    });
                }
                Some("application" | "profile" | "role") => {}
                other => {
                    let found = other.unwrap_or_default();
                    self.refuse_content(key, &format!("{NOT}expected one of [application,profile,role] but found [{found}] instead"));
                }
            }
        }
    }

    /// A mapping whose first key must be this one.
    fn only(&mut self, body: Node<'n>, word: &str, inner: impl FnOnce(&mut Self, Node<'n>)) {
        match body.entries().next() {
            Some(Entry { key, value }) if key.text() == Some(word) => inner(self, value),
            Some(Entry { key, .. }) => {
                let found = key.text().unwrap_or_default();
                let message = format!("failed to parse privilege. expected field name [{word}] but found [{found}] instead");
                self.refuse_content(key, &message);
            }
            None => {}
        }
    }
}
