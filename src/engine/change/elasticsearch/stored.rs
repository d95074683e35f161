//! Changes of stored application privileges (`GET _security/privilege`). One is named as the panes name it: its
//! application, a blank, its name.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::super::list::{add, remove};
use super::super::{ChangeError, RuleNumber};
use super::op::{Op, body, entry};
use super::tree::Step;
use crate::engine::model::elasticsearch::{Configuration, DocumentKind, FileKind, StoredPrivilege};
use crate::source::FileId;

const WHAT: &str = "stored privilege";

/// One change of a stored privilege.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "kebab-case", rename_all_fields = "snake_case", deny_unknown_fields)]
pub enum StoredPrivilegeChange {
    /// A new privilege, behind the others of its application.
    CreateStoredPrivilege {
        /// `application name`.
        privilege: String,
        /// Action patterns, at least one.
        actions: Vec<String>,
    },
    /// Another name in the same application; roles that name it follow.
    RenameStoredPrivilege {
        /// `application name`.
        privilege: String,
        /// `application name`.
        to: String,
    },
    /// The privilege goes, and the application with its last one.
    DeleteStoredPrivilege {
        /// `application name`.
        privilege: String,
    },
    /// One more action.
    AddStoredAction {
        /// `application name`.
        privilege: String,
        /// An action pattern.
        action: String,
    },
    /// One action less.
    RemoveStoredAction {
        /// `application name`.
        privilege: String,
        /// As written.
        action: String,
    },
    /// Every privilege of an application.
    DeleteStoredApplication {
        /// The application.
        application: String,
    },
}

impl StoredPrivilegeChange {
    pub(super) const NAMES: &'static [&'static str] = &[
        "create-stored-privilege",
        "rename-stored-privilege",
        "delete-stored-privilege",
        "add-stored-action",
        "remove-stored-action",
        "delete-stored-application",
    ];

    pub(super) fn privilege(&self) -> &str {
        match self {
            Self::CreateStoredPrivilege { privilege, .. }
            | Self::RenameStoredPrivilege { privilege, .. }
            | Self::DeleteStoredPrivilege { privilege }
            | Self::AddStoredAction { privilege, .. }
            | Self::RemoveStoredAction { privilege, .. } => privilege,
            Self::DeleteStoredApplication { application } => application,
        }
    }

    pub(super) fn apply(&self, configuration: &mut Configuration) -> Result<(), ChangeError> {
        let stored = &mut configuration.privileges;
        match self {
            Self::CreateStoredPrivilege { privilege, actions } => {
                let (application, name) = check(privilege)?;
                absent(stored, privilege)?;
                if actions.is_empty() {
                    return Err(ChangeError::NoAction(privilege.clone()));
                }
                actions.iter().try_for_each(|action| check_action(action))?;
                let last = stored.iter().rposition(|have| have.application == application);
                let actions = actions.iter().map(|action| action.as_str().into()).collect();
                let made = StoredPrivilege { application: application.to_owned(), name: name.to_owned(), actions, place: None };
                stored.insert(last.map_or(stored.len(), |last| last + 1), made);
            }
            Self::RenameStoredPrivilege { privilege, to } => {
                let (application, name) = check(to)?;
                let at = find(stored, privilege)?;
                if stored[at].application != application {
                    return Err(ChangeError::OtherApplication { privilege: privilege.clone(), application: application.to_owned() });
                }
                absent(stored, to)?;
                let old = std::mem::replace(&mut stored[at].name, name.to_owned());
                let entries = configuration.roles.values_mut().flat_map(|role| &mut role.applications);
                for entry in entries.filter(|entry| entry.application.as_ref().is_some_and(|named| named.value == application)) {
                    for named in entry.privileges.iter_mut().filter(|named| named.value == old) {
                        name.clone_into(&mut named.value);
                    }
                }
            }
            Self::DeleteStoredPrivilege { privilege } => {
                let at = find(stored, privilege)?;
                stored.remove(at);
            }
            Self::AddStoredAction { privilege, action } => {
                check_action(action)?;
                let at = find(stored, privilege)?;
                add(&mut stored[at].actions, action, "actions", privilege)?;
            }
            Self::RemoveStoredAction { privilege, action } => {
                let at = find(stored, privilege)?;
                if stored[at].actions.iter().all(|have| have.value == *action) && !stored[at].actions.is_empty() {
                    return Err(ChangeError::NoAction(privilege.clone()));
                }
                remove(&mut stored[at].actions, action, "actions", privilege)?;
            }
            Self::DeleteStoredApplication { application } => {
                let before = stored.len();
                stored.retain(|have| have.application != *application);
                if stored.len() == before {
                    return Err(ChangeError::Missing { what: "application", name: application.clone() });
                }
            }
        }
        Ok(())
    }

    pub(super) fn operations(&self, configuration: &Configuration) -> Vec<Op> {
        const KIND: FileKind = FileKind::Document(DocumentKind::Privileges);
        let (application, name) = parts(self.privilege()).unwrap_or((self.privilege(), ""));
        let of_application = || configuration.privileges.iter().filter(|have| have.application == application);
        let file = |stored: &StoredPrivilege| stored.place.map(|place| place.file);
        let own = of_application().find(|have| have.name == name).and_then(file);
        let below = |file| Op::at(file, KIND, entry(application));
        let at = |file| below(file).then(Step::Entry(name.to_owned()));
        match self {
            Self::CreateStoredPrivilege { actions, .. } => {
                let beside = of_application().next_back().and_then(file);
                vec![at(beside).put(json!({ "application": application, "name": name, "actions": actions, "metadata": {} }))]
            }
            Self::RenameStoredPrivilege { to, .. } => {
                let to = parts(to).map_or("", |(_, to)| to);
                let mut out = vec![at(own).rename(to)];
                follow(configuration, application, name, to, &mut out);
                out
            }
            Self::DeleteStoredPrivilege { .. } => {
                let alone = of_application().filter(|have| file(have) == own).count() == 1;
                vec![if alone { below(own).cut() } else { at(own).cut() }]
            }
            Self::AddStoredAction { action, .. } => vec![at(own).then(Step::Key("actions")).push(action)],
            Self::RemoveStoredAction { action, .. } => vec![at(own).then(Step::Key("actions")).remove(action)],
            Self::DeleteStoredApplication { .. } => {
                let mut files: Vec<Option<FileId>> = of_application().map(file).collect();
                files.sort_unstable();
                files.dedup();
                files.into_iter().map(|file| below(file).cut()).collect()
            }
        }
    }
}

/// Application and name.
pub(super) fn parts(privilege: &str) -> Option<(&str, &str)> {
    privilege.split_once(' ')
}

/// What the engine takes: an application begins with a lower-case letter and has three characters or more, a name
/// begins with one, too (`ApplicationPrivilege`).
fn check(privilege: &str) -> Result<(&str, &str), ChangeError> {
    let lower = |text: &str| text.starts_with(|first: char| first.is_ascii_lowercase());
    let word = |text: &str, more: &str| lower(text) && text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c));
    let sound = |(application, name): &(&str, &str)| application.len() >= 3 && word(application, "-_.") && word(name, "_.-");
    parts(privilege).filter(sound).ok_or_else(|| ChangeError::BadPrivilegeName(privilege.to_owned()))
}

/// The engine tells actions from names by these characters.
fn check_action(action: &str) -> Result<(), ChangeError> {
    if action.contains(['/', '*', ':']) { Ok(()) } else { Err(ChangeError::BadPrivilegeAction(action.to_owned())) }
}

fn find(stored: &[StoredPrivilege], privilege: &str) -> Result<usize, ChangeError> {
    let (application, name) = parts(privilege).unwrap_or((privilege, ""));
    let found = stored.iter().position(|have| have.application == application && have.name == name);
    found.ok_or_else(|| ChangeError::Missing { what: WHAT, name: privilege.to_owned() })
}

fn absent(stored: &[StoredPrivilege], privilege: &str) -> Result<(), ChangeError> {
    match find(stored, privilege) {
        Ok(_) => Err(ChangeError::Exists { what: WHAT, name: privilege.to_owned() }),
        Err(_) => Ok(()),
    }
}

/// The name in every role that grants it.
fn follow(configuration: &Configuration, application: &str, name: &str, to: &str, out: &mut Vec<Op>) {
    for (role, granted) in &configuration.roles {
        let file = granted.place.map(|place| place.file);
        for (number, entry) in granted.applications.iter().enumerate() {
            let of_it = entry.application.as_ref().is_some_and(|named| named.value == application);
            if of_it && entry.privileges.iter().any(|named| named.value == name) {
                let list = Op::at(file, FileKind::Document(DocumentKind::Roles), body(role, "applications"));
                out.push(list.then(Step::item(RuleNumber::from_index(number))).then(Step::Key("privileges")).replace(name, to));
            }
        }
    }
}
