//! Why a change cannot be done.

/// The change does not fit the configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// The entry to change is not in the configuration.
    #[error("no {what} `{name}` in the opened files")]
    Missing {
        /// `role`, `user`, …
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// The name to create is taken.
    #[error("{what} `{name}` is there already")]
    Exists {
        /// `role`, `user`, …
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// The role has no rule of that number.
    #[error("role `{role}` has no {what} {number}; it has {count}")]
    NoRule {
        /// The role.
        role: String,
        /// `index permission` or `tenant permission`.
        what: &'static str,
        /// Counted from one.
        number: usize,
        /// How many there are.
        count: usize,
    },
    /// The item to remove or replace is not in the list.
    #[error("`{item}` is not in {list} of `{name}`")]
    NotListed {
        /// The item.
        item: String,
        /// The list's key.
        list: &'static str,
        /// The entry.
        name: String,
    },
    /// The item to add is in the list.
    #[error("`{item}` is already in {list} of `{name}`")]
    Listed {
        /// The item.
        item: String,
        /// The list's key.
        list: &'static str,
        /// The entry.
        name: String,
    },
    /// A name that no file can hold.
    #[error("`{0}` cannot be a name: it is empty, or it is `_meta`")]
    BadName(String),
    /// A name that Elasticsearch would skip.
    #[error(
        "`{0}` cannot be a name: Elasticsearch takes 1 to 507 printable ASCII characters without blanks at either end, and skips an entry of any other name"
    )]
    BadElasticsearchName(String),
    /// A name that a line of `users` or `users_roles` cannot hold.
    #[error("`{0}` cannot stand in `users` or `users_roles`: `:` and `,` part names there, and `#` begins a comment")]
    BadLineName(String),
    /// A hash that a line of `users` cannot hold.
    #[error("the password's hash is empty or holds a character that a line of `users` cannot hold")]
    BadHash,
    /// The mapping is one of role_mapping.yml.
    #[error("`{0}` is an entry of role_mapping.yml, which only lists distinguished names")]
    ByRole(String),
    /// The mapping has rules.
    #[error("role mapping `{0}` has rules; change those")]
    NotByRole(String),
    /// The user's password is not in a file.
    #[error("user `{0}` is the native realm's: its password is set by the API alone")]
    Native(String),
    /// The file realm knows no disabled users.
    #[error("user `{0}` is the file realm's, which knows no disabled users; delete it instead")]
    NotNative(String),
    /// A stored privilege of such a name would be refused.
    #[error(
        "`{0}` cannot name a stored privilege: write the application, a blank and the name, each of letters, digits, `-`, `_` and `.` with a small letter first, the application of three characters or more"
    )]
    BadPrivilegeName(String),
    /// An action that the engine would take for a name.
    #[error("`{0}` is no action of an application: one has a `/`, a `*` or a `:` in it")]
    BadPrivilegeAction(String),
    /// A stored privilege without any action is refused.
    #[error("stored privilege `{0}` needs an action: Elasticsearch refuses one without any")]
    NoAction(String),
    /// A stored privilege stays in its application.
    #[error("stored privilege `{privilege}` cannot move to application `{application}`; create it there")]
    OtherApplication {
        /// The privilege.
        privilege: String,
        /// The other application.
        application: String,
    },
    /// Rules that a mapping cannot have.
    #[error("not the rules of a role mapping: {0}")]
    BadRule(String),
    /// A change of the other family's files.
    #[error("this is a change of {0}'s files, and the opened ones are another product's")]
    OtherFamily(&'static str),
    /// The value is a mapping, or the key names a group of settings.
    #[error("`{key}` is not a single setting: name one key and give it a text, a number, true, false or a list")]
    NotASetting {
        /// The dotted key.
        key: String,
    },
}
