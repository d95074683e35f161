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
    /// The value is a mapping, or the key names a group of settings.
    #[error("`{key}` is not a single setting: name one key and give it a text, a number, true, false or a list")]
    NotASetting {
        /// The dotted key.
        key: String,
    },
}
