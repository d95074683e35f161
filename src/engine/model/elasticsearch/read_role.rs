//! Roles: roles.yml, `GET _security/role`, and the spellings of X-Pack 5.x and Shield.
//!
//! The engine refuses a role as a whole for the first thing that it cannot take, and its text is kept
//! (`Refusal`); whatever can be read is read all the same, so that it can be shown and mended.

use super::super::opensearch::json;
use super::lines::{NAME_RULE, is_name};
use super::{EarlierRefusal, FieldSecurity, IndexPrivileges, Refusal, RefusalClass, RemoteIndexPrivileges, Role};
use crate::engine::model::{Entries, Product};
use crate::source::{Located, Place, Problem, Span};
use crate::yaml::{self, Entry, Kind, Node, Resolved, Style, resolve};

/// The keys of a role that X-Pack 5.1 does not know.
const LATER_KEYS: [&str; 6] = ["applications", "description", "global", "remote_cluster", "remote_indices", "restriction"];

/// Roles by name.
pub fn read_roles(root: Node<'_>, problems: &mut Vec<Problem>) -> Entries<Role> {
    let mut roles = Entries::default();
    if root.kind() != Kind::Mapping {
        if !root.is_null() {
            problems.push(
                Problem::error(Some(root.place()), "this file is not a mapping of role names to roles")
                    .help("write `name:` with the keys indented below it"),
            );
        }
        return roles;
    }
    let in_file = root.style() != Style::Flow;
    for Entry { key, value } in root.entries() {
        let Some(name) = key.text() else {
            problems.push(Problem::error(Some(key.place()), "the name of a role is not a plain text"));
            continue;
        };
        let mut role = read_role(name, value, problems);
        let span = Span { start: key.span().start, end: value.span().end.max(key.span().end) };
        role.place = Some(key.document().place(span));
        if !is_name(name) {
            let refusal = match in_file {
                true => Refusal::new(RefusalClass::Validation, format!("invalid role name - Role names {NAME_RULE}")),
                false => Refusal::new(RefusalClass::Name, format!("Validation Failed: 1: Role names {NAME_RULE};")),
            };
            let refusal = Refusal { place: Some(key.place()), ..refusal };
            problems.push(refused(&refusal));
            (role.refusal, role.earlier, role.old_spelling) = (Some(Box::new(refusal)), None, None);
        }
        if roles.insert(name.to_owned(), role).is_some() {
            problems.push(
                Problem::error(Some(key.place()), format!("role `{name}` is there twice")).help("keep one of them; the last one counts"),
            );
        }
    }
    roles
}

/// One role; `name` is part of the engine's texts.
pub fn read_role(name: &str, body: Node<'_>, problems: &mut Vec<Problem>) -> Role {
    let in_file = body.document().root().is_some_and(|root| root.style() != Style::Flow);
    let mut reader = Reader { name, body, in_file, at: body.place(), role: Role { place: Some(body.place()), ..Role::default() } };
    reader.role(body);
    let role = reader.role;
    // which words are the right ones is seen when the product is known
    if let (Some(refusal), None) = (&role.refusal, &role.earlier) {
        problems.push(refused(refusal));
    }
    role
}

fn refused(refusal: &Refusal) -> Problem {
    Problem::error(refusal.place, refusal.message.clone()).help("the engine refuses this role and takes the others")
}

pub(super) struct Reader<'n> {
    pub(super) name: &'n str,
    pub(super) body: Node<'n>,
    /// Whether this is roles.yml, and not an answer of the API.
    pub(super) in_file: bool,
    /// What is being read.
    pub(super) at: Place,
    pub(super) role: Role,
}

impl<'n> Reader<'n> {
    pub(super) fn refuse(&mut self, class: RefusalClass, message: String) {
        let place = Some(self.at);
        self.role.refusal.get_or_insert_with(|| Box::new(Refusal { place, ..Refusal::new(class, message) }));
    }

    /// The same by products up to one alone; later ones take the form, or are told of in other words next.
    pub(super) fn refuse_until(&mut self, until: Product, class: RefusalClass, message: String) {
        let place = Some(self.at);
        if self.role.refusal.is_none() {
            let refusal = || Refusal { place, ..Refusal::new(class, message) };
            self.role.earlier.get_or_insert_with(|| Box::new(EarlierRefusal { until, refusal: refusal() }));
        }
    }

    /// A spelling that only old products read.
    fn old(&mut self, place: Place, message: String) {
        if self.role.refusal.is_none() {
            let refusal = || Refusal { place: Some(place), ..Refusal::new(RefusalClass::Parse, message) };
            self.role.old_spelling.get_or_insert_with(|| Box::new(refusal()));
        }
    }

    pub(super) fn parse_error(&mut self, message: String) {
        self.refuse(RefusalClass::Parse, message);
    }

    /// A nested cause; the outer text says no more than this.
    fn cannot(&mut self) {
        self.parse_error(format!("failed to parse role [{}]", self.name));
    }

    fn in_indices(&mut self, what: &str, rest: String) {
        self.parse_error(format!("failed to parse {what}indices privileges for role [{}]. {rest}", self.name));
    }

    fn role(&mut self, body: Node<'n>) {
        if body.kind() != Kind::Mapping {
            self.parse_error(format!("failed to parse role [{}]. expected an object but found [{}] instead", self.name, token(body)));
            return;
        }
        for Entry { key, value } in body.entries() {
            let Some(word) = key.text() else { continue };
            self.at = key.place();
            if let Some(later) = LATER_KEYS.into_iter().find(|later| *later == word) {
                self.role.later_keys.reserve_exact(1);
                self.role.later_keys.push(Located::at(later, key.place()));
            }
            match word {
                "cluster" => self.role.cluster = self.texts(value),
                "run_as" | "runAs" => self.role.run_as = self.texts(value),
                "indices" | "index" => self.indices(value),
                "applications" => self.applications(value),
                "remote_indices" => self.remote_indices(value),
                "global" => {
                    self.global(value);
                    self.role.global = Some(Box::new(Located::at(json(value), value.place())));
                }
                "metadata" if value.kind() == Kind::Mapping => self.role.metadata = Some(Located::at(json(value), value.place())),
                "metadata" => {
                    self.parse_error(format!("expected field [metadata] to be of type object, but found [{}] instead", token(value)));
                }
                "description" => {
                    if !matches!(value.kind(), Kind::Scalar | Kind::Alias) || value.is_null() {
                        let (line, column) = self.position(value.span());
                        let message = format!("Expected text at {line}:{column} but found {}", token(value));
                        self.refuse(RefusalClass::IllegalArgument, message);
                    }
                    self.role.description = value.located();
                }
                "remote_cluster" => self.remote_cluster(value),
                "transient_metadata" | "restriction" => {}
                word => self.parse_error(format!("failed to parse role [{}]. unexpected field [{word}]", self.name)),
            }
        }
    }

    /// A list of texts; a lone text is the old spelling, with commas between its parts.
    fn texts(&mut self, value: Node<'_>) -> Vec<Located<String>> {
        if value.is_null() {
            return Vec::new();
        }
        if value.kind() == Kind::Scalar {
            self.old(value.place(), format!("failed to parse role [{}]", self.name));
            return parts(value);
        }
        if value.kind() != Kind::Sequence || value.items().any(|item| token(item) != "VALUE_STRING") {
            self.cannot();
        }
        // as long as it is: an export has a hundred thousand of them, with an item or two
        let mut texts = Vec::with_capacity(value.items().len());
        texts.extend(value.items().filter_map(Node::located));
        texts
    }

    fn indices(&mut self, value: Node<'_>) {
        match value.kind() {
            Kind::Sequence => {
                self.role.indices.reserve_exact(value.items().len());
                for item in value.items() {
                    if let Some(entry) = self.index_entry(item, "") {
                        self.role.indices.push(entry.privileges);
                    }
                }
            }
            // Shield and X-Pack 5: `'*': all`, or a mapping below the pattern
            Kind::Mapping if !value.entries().any(|entry| matches!(entry.key.text(), Some("names" | "privileges"))) => {
                let words = "expected field [indices] value to be an array, but found [START_OBJECT] instead";
                self.old(value.place(), format!("failed to parse indices privileges for role [{}]. {words}", self.name));
                for Entry { key, value } in value.entries() {
                    let names = parts(key);
                    let mut entry = IndexPrivileges { names, place: Some(value.place()), ..IndexPrivileges::default() };
                    match value.kind() {
                        Kind::Mapping => self.index_keys(value, "", &mut entry, &mut Vec::new()),
                        Kind::Sequence => entry.privileges = value.items().filter_map(Node::located).collect(),
                        _ => entry.privileges = parts(value),
                    }
                    self.role.indices.push(entry);
                }
            }
            _ => self.in_indices("", format!("expected field [indices] value to be an array, but found [{}] instead", token(value))),
        }
    }

    /// Shown nowhere; only its privileges are looked at.
    fn remote_cluster(&mut self, value: Node<'_>) {
        let privileges = value.items().filter_map(|item| item.get("privileges")).flat_map(Node::items);
        for privilege in privileges.filter(|privilege| !matches!(privilege.text(), Some("monitor_enrich" | "monitor_stats"))) {
            self.at = privilege.place();
            self.parse_error(format!(
                "failed to parse remote_cluster for role [{}]. [monitor_enrich, monitor_stats] are the only values allowed for [privileges] within [remote_cluster]. Found [{}]",
                self.name,
                privilege.text().unwrap_or_default()
            ));
        }
    }

    fn remote_indices(&mut self, value: Node<'_>) {
        if value.kind() != Kind::Sequence {
            let rest = format!("expected field [remote_indices] value to be an array, but found [{}] instead", token(value));
            self.in_indices("remote ", rest);
        }
        for item in value.items() {
            if let Some(entry) = self.index_entry(item, "remote ") {
                self.role.remote_indices.push(entry);
            }
        }
    }

    fn index_entry(&mut self, body: Node<'_>, what: &str) -> Option<RemoteIndexPrivileges> {
        self.at = body.place();
        if body.kind() != Kind::Mapping {
            let rest =
                format!("expected field [null] value to be an array of objects, but found an array element of type [{}]", token(body));
            self.in_indices(what, rest);
            return None;
        }
        let mut entry = IndexPrivileges { place: Some(body.place()), ..IndexPrivileges::default() };
        let mut clusters = Vec::new();
        self.index_keys(body, what, &mut entry, &mut clusters);
        self.at = body.place();
        if self.role.refusal.is_none() {
            let missing = |key: &str| body.get(key).is_none_or(|node| node.is_null());
            if missing("names") {
                self.in_indices(what, "missing required [names] field".into());
            } else if missing("privileges") {
                self.in_indices(what, "missing required [privileges] field".into());
            } else if !what.is_empty() && missing("clusters") {
                self.in_indices(what, "missing required [clusters] field".into());
            } else if entry.privileges.is_empty() {
                self.at = body.get("privileges").map_or(self.at, Node::place);
                self.refuse(RefusalClass::IllegalArgument, "indices privileges must define at least one privilege".into());
            }
        }
        Some(RemoteIndexPrivileges { clusters, privileges: entry })
    }

    fn index_keys(&mut self, body: Node<'_>, what: &str, entry: &mut IndexPrivileges, clusters: &mut Vec<Located<String>>) {
        for Entry { key, value } in body.entries() {
            self.at = key.place();
            match key.text() {
                Some("names" | "name") => self.names(value, what, entry),
                Some("privileges") => entry.privileges = self.texts(value),
                Some("field_security") => {
                    let earlier = entry.field_security.take();
                    entry.field_security = self.field_security(value, what, earlier);
                }
                Some("query") => match value.kind() {
                    _ if value.is_null() => {}
                    Kind::Mapping => entry.query = Some(Located::at(json(value).to_string(), value.place())),
                    Kind::Scalar if token(value) == "VALUE_STRING" => entry.query = value.located().filter(|query| !query.is_empty()),
                    _ => {
                        let rest = format!(
                            "expected field [query] value to be null, a string, an array, or an object, but found [{}] instead",
                            token(value)
                        );
                        self.in_indices(what, rest);
                    }
                },
                Some("allow_restricted_indices") => match token(value) {
                    "VALUE_BOOLEAN" => {
                        let flag = value.text().is_some_and(|text| resolve(text, yaml::Reader::Jackson2) == Resolved::Bool(true));
                        entry.allow_restricted_indices = Some(Located::at(flag, value.place()));
                    }
                    other => {
                        let rest = format!("expected field [allow_restricted_indices] value to be a boolean, but found [{other}] instead");
                        self.in_indices(what, rest);
                    }
                },
                Some("transient_metadata") => {}
                Some("clusters") if !what.is_empty() => *clusters = self.texts(value),
                // 2.x: a list of granted fields, which all products take in the file
                Some("fields") if self.in_file && what.is_empty() => {
                    if !value.is_null() {
                        if value.kind() != Kind::Sequence || value.items().any(|item| token(item) != "VALUE_STRING") {
                            self.cannot();
                        }
                        let grant = value.items().filter_map(Node::located).collect();
                        entry.field_security.get_or_insert_default().grant = Some(grant);
                    }
                }
                Some("fields") => {
                    let grant = value.items().filter_map(Node::located).collect();
                    entry.field_security = Some(FieldSecurity { grant: Some(grant), except: None });
                    self.parse_error(format!(
                        "[\"fields\": [...]] format has changed for field permissions in role [{}], use [\"field_security\": {{\"grant\":[...],\"except\":[...]}}] instead",
                        self.name
                    ));
                }
                other => self.in_indices(what, format!("unexpected field [{}]", other.unwrap_or_default())),
            }
        }
    }

    fn names(&mut self, value: Node<'_>, what: &str, entry: &mut IndexPrivileges) {
        match value.kind() {
            Kind::Sequence => {
                entry.names = self.texts(value);
                if entry.names.is_empty() && self.role.refusal.is_none() {
                    self.in_indices(what, "[names] cannot be an empty array".into());
                }
            }
            Kind::Scalar if token(value) == "VALUE_STRING" => entry.names = value.located().into_iter().collect(),
            _ => {
                let rest =
                    format!("expected field [names] value to be a string or an array of strings, but found [{}] instead", token(value));
                self.in_indices(what, rest);
            }
        }
    }

    /// `earlier` is what `fields` said before it.
    fn field_security(&mut self, value: Node<'_>, what: &str, earlier: Option<FieldSecurity>) -> Option<FieldSecurity> {
        if value.kind() != Kind::Mapping {
            let found = token(value);
            let message = |expected: &str| {
                let role = self.name;
                format!(
                    "failed to parse {what}indices privileges for role [{role}]. expected {expected} but got {found} in \"field_security\"."
                )
            };
            let (earlier, now) = (message("START_OBJECT or START_ARRAY"), message("START_OBJECT"));
            self.refuse_until(Product::Elasticsearch6_8, RefusalClass::Parse, earlier);
            self.parse_error(now);
            return None;
        }
        let mut security = earlier.unwrap_or_default();
        for Entry { key, value } in value.entries() {
            let word = key.text().unwrap_or_default();
            self.at = key.place();
            let target = match word {
                "grant" => &mut security.grant,
                "except" => &mut security.except,
                other => {
                    self.in_indices(what, format!("\"field_security\" only accepts options grant and except, but got: {other}"));
                    continue;
                }
            };
            if value.is_null() {
                self.in_indices(what, format!("{word} must not be null."));
            } else {
                *target = Some(self.texts(value));
            }
        }
        self.at = value.place();
        if value.entries().len() == 0 {
            self.in_indices(what, "\"field_security\" must not be empty.".into());
        } else if let (Some(except), None) = (&security.except, &security.grant) {
            self.at = except.first().and_then(|field| field.place).unwrap_or(self.at);
            self.in_indices(what, "field_security requires grant if except is given".into());
        }
        Some(security)
    }
}

/// The parts of an old spelling's text, between commas.
fn parts(node: Node<'_>) -> Vec<Located<String>> {
    let place = node.place();
    let text = node.text().unwrap_or_default();
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(|part| Located::at(part.to_owned(), place)).collect()
}

/// What the engine's parser calls a node.
pub(super) fn token(node: Node<'_>) -> &'static str {
    match node.kind() {
        Kind::Mapping => "START_OBJECT",
        Kind::Sequence => "START_ARRAY",
        Kind::Alias => "VALUE_STRING",
        Kind::Scalar if node.style() != Style::Plain || node.is_tagged() => "VALUE_STRING",
        Kind::Scalar => match resolve(node.text().unwrap_or_default(), yaml::Reader::Jackson2) {
            Resolved::Null => "VALUE_NULL",
            Resolved::Bool(_) => "VALUE_BOOLEAN",
            Resolved::Number => "VALUE_NUMBER",
            Resolved::Text => "VALUE_STRING",
        },
    }
}
