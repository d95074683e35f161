//! Of a role: application privileges, and `global`, which the engine reads with another parser, one that says where
//! in the body it stopped.

use super::read_role::{Reader, token};
use super::{ApplicationPrivileges, RefusalClass};
use crate::engine::model::Product;
use crate::source::{Located, Span};
use crate::yaml::{Entry, Kind, Node, Style};

/// How the texts of `global` begin.
const NOT: &str = "failed to parse privilege. ";

impl<'n> Reader<'n> {
    /// The same, with the line and the column in the role's body, as the engine's parser counts them, before
    /// the words.
    fn refuse_content(&mut self, at: Node<'_>, message: &str) {
        let message = self.stopped(at.span(), message);
        self.at = at.place();
        self.refuse(RefusalClass::ContentParse, message);
    }

    /// The same by products up to one alone.
    fn refuse_content_until(&mut self, until: Product, at: Node<'_>, message: &str) {
        let message = self.stopped(at.span(), message);
        self.at = at.place();
        self.refuse_until(until, RefusalClass::ContentParse, message);
    }

    /// The words behind the place at which the parser stopped.
    fn stopped(&self, at: Span, message: &str) -> String {
        let (line, column) = self.position(at);
        format!("[{line}:{column}] {message}")
    }

    /// From one. Of roles.yml the engine's parser gets one role at a time: the lines from its name on, without those
    /// that are blank or begin with `#` (`FileRolesStore.roleSegments`). Columns are characters there, bytes in JSON.
    pub(super) fn position(&self, at: Span) -> (usize, usize) {
        let bytes = self.body.document().bytes();
        let body = self.body.span().start as usize;
        let line_of = |at: usize| bytes[..at].iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
        let mut start = body;
        if self.in_file {
            start = line_of(start);
            while start > 0 && bytes.get(start).is_none_or(|first| first.is_ascii_whitespace() || *first == b'#') {
                start = line_of(start - 1);
            }
        }
        let before = &bytes[start..(at.start as usize).max(start)];
        let mut lines = before.split(|&byte| byte == b'\n');
        let last = lines.next_back().unwrap_or_default();
        let passed = |line: &&[u8]| self.in_file && (line.trim_ascii().is_empty() || line.starts_with(b"#"));
        let column = if self.in_file { String::from_utf8_lossy(last).chars().count() } else { last.len() };
        (lines.filter(|line| !passed(line)).count() + 1, column + 1)
    }

    /// Texts; one needs no list.
    fn application_texts(&mut self, key: &str, value: Node<'_>) -> Vec<Located<String>> {
        match (value.kind(), token(value)) {
            (Kind::Sequence, _) => {
                let bad = |item: &Node<'_>| matches!(token(*item), "START_OBJECT" | "START_ARRAY" | "VALUE_NULL");
                if let Some(item) = value.items().find(bad) {
                    self.refuse_content(item, &format!("[application] failed to parse field [{key}]"));
                }
                value.items().filter_map(Node::located).collect()
            }
            (_, "VALUE_STRING") => value.located().into_iter().collect(),
            (_, other) => {
                self.refuse_content(value, &format!("[application] {key} doesn't support values of type: {other}"));
                value.located().into_iter().collect()
            }
        }
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
                match key.text() {
                    Some("application") => {
                        if token(value) != "VALUE_STRING" {
                            let message = format!("[application] application doesn't support values of type: {}", token(value));
                            self.refuse_content(value, &message);
                        }
                        entry.application = value.located().filter(|_| !value.is_null());
                    }
                    Some("privileges") => entry.privileges = self.application_texts("privileges", value),
                    Some("resources") => entry.resources = self.application_texts("resources", value),
                    other => {
                        let message = format!("[application] unknown field [{}]", other.unwrap_or_default());
                        self.refuse_content_until(Product::Elasticsearch6_8, key, &format!("{message}, parser not found"));
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

    /// What manages applications, and from 8.x on profiles and roles.
    pub(super) fn global(&mut self, value: Node<'_>) {
        if !self.is_object(value) {
            return;
        }
        for Entry { key, value } in value.entries() {
            let found = key.text().unwrap_or_default();
            if found != "application" {
                let message = format!("{NOT}expected field name [application] but found [{found}] instead");
                self.refuse_content_until(Product::Elasticsearch7_17, key, &message);
            }
            match found {
                "application" => self.managed(value, "manage", "applications"),
                "profile" => self.managed(value, "write", "applications"),
                "role" => self.managed(value, "manage", "indices"),
                _ => {
                    let message = format!("{NOT}expected one of [application,profile,role] but found [{found}] instead");
                    self.refuse_content(key, &message);
                }
            }
        }
    }

    fn is_object(&mut self, node: Node<'_>) -> bool {
        self.is(node, Kind::Mapping, "START_OBJECT")
    }

    fn is(&mut self, node: Node<'_>, kind: Kind, word: &str) -> bool {
        if node.kind() != kind {
            self.refuse_content(node, &format!("{NOT}expected [{word}] but found [{}] instead", token(node)));
        }
        node.kind() == kind
    }

    /// One kind of `global`: below the word that manages, what it manages.
    fn managed(&mut self, body: Node<'_>, word: &str, what: &str) {
        if !self.is_object(body) {
            return;
        }
        if body.entries().len() == 0 {
            let message = self.stopped(end(body), &format!("{NOT}expected [FIELD_NAME] but found [END_OBJECT] instead"));
            self.at = body.place();
            self.refuse_until(Product::Elasticsearch7_17, RefusalClass::ContentParse, message);
        }
        for (at, Entry { key, value }) in body.entries().enumerate() {
            if at > 0 {
                let message = format!("{NOT}expected [END_OBJECT] but found [FIELD_NAME] instead");
                self.refuse_content_until(Product::Elasticsearch7_17, key, &message);
            }
            if key.text() != Some(word) {
                return self.wrong_field(key, word);
            }
            if !self.is_object(value) {
                return;
            }
            let mut entries = value.entries();
            let Some(Entry { key, value: list }) = entries.next() else { return self.ends_early(value) };
            if key.text() != Some(what) {
                return self.wrong_field(key, what);
            }
            if self.is(list, Kind::Sequence, "START_ARRAY") {
                for item in list.items() {
                    if what == "indices" { self.managed_indices(item) } else { self.managed_text(item) }
                }
            }
            if let Some(Entry { key, .. }) = entries.next() {
                self.refuse_content(key, &format!("{NOT}expected [END_OBJECT] but found [FIELD_NAME] instead"));
            }
        }
    }

    fn managed_text(&mut self, item: Node<'_>) {
        let found = token(item);
        if found != "VALUE_STRING" {
            self.at = item.place();
            self.parse_error(format!(
                "could not parse [null] field. expected a string array but one of the value in the array is [{found}]"
            ));
        }
    }

    fn managed_indices(&mut self, item: Node<'_>) {
        if self.is_object(item) {
            let unknown = item.entries().find(|entry| !matches!(entry.key.text(), Some("names" | "privileges")));
            if let Some(Entry { key, .. }) = unknown {
                let found = key.text().unwrap_or_default();
                self.refuse_content(key, &format!("{NOT}expected one of [names, privileges] but found [{found}] instead"));
            } else if item.entries().len() < 2 {
                self.ends_early(item);
            }
        }
    }

    fn wrong_field(&mut self, key: Node<'_>, word: &str) {
        let found = key.text().unwrap_or_default();
        self.refuse_content(key, &format!("{NOT}expected field name [{word}] but found [{found}] instead"));
    }

    /// A key is missing before the end.
    fn ends_early(&mut self, body: Node<'_>) {
        let message = self.stopped(end(body), &format!("{NOT}expected [FIELD_NAME] but found [END_OBJECT] instead"));
        self.at = body.place();
        self.refuse(RefusalClass::ContentParse, message);
    }
}

/// Where a mapping ends: its bracket, if it has one.
fn end(body: Node<'_>) -> Span {
    let Span { end, .. } = body.span();
    let start = if body.style() == Style::Flow { end.saturating_sub(1) } else { end };
    Span { start, end }
}
