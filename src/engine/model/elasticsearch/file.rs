//! Which files there are, and which part of the configuration each brings.

use super::{Configuration, DocumentKind, read_document, read_users, read_users_roles};
use crate::source::Problem;
use crate::yaml::Document;

/// What an Elasticsearch file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// YAML or JSON.
    Document(DocumentKind),
    /// `users`: a name and a hash a line.
    Users,
    /// `users_roles`: a role and its users a line.
    UsersRoles,
}

/// A part of the configuration that several kinds of files bring together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// Roles, of whatever form.
    Roles,
    /// Role mappings.
    Mappings,
    /// Users of both realms.
    Users,
    /// Stored application privileges.
    Privileges,
}

impl FileKind {
    /// The part that such a file brings.
    pub fn part(self) -> Part {
        match self {
            FileKind::Document(DocumentKind::Roles | DocumentKind::KibanaRoles) => Part::Roles,
            FileKind::Document(DocumentKind::RoleMappings) => Part::Mappings,
            FileKind::Document(DocumentKind::Privileges) => Part::Privileges,
            FileKind::Document(DocumentKind::Users) | FileKind::Users | FileKind::UsersRoles => Part::Users,
        }
    }
}

impl Part {
    /// Take this part of another configuration.
    pub fn take(self, from: Configuration, into: &mut Configuration) {
        match self {
            Part::Roles => into.roles = from.roles,
            Part::Mappings => into.role_mappings = from.role_mappings,
            Part::Users => into.users = from.users,
            Part::Privileges => into.privileges = from.privileges,
        }
    }
}

/// Read a file into the model.
pub fn read_file(kind: FileKind, document: &Document, configuration: &mut Configuration, problems: &mut Vec<Problem>) {
    match kind {
        FileKind::Document(kind) => {
            if let Some(root) = document.root() {
                read_document(kind, root, configuration, problems);
            }
        }
        FileKind::Users => read_users(document.file(), document.bytes(), configuration, problems),
        FileKind::UsersRoles => read_users_roles(document.file(), document.bytes(), configuration, problems),
    }
}
