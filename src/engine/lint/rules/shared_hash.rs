//! One hash, several users.

use std::collections::HashMap;

use super::prelude::*;

/// Users with the very same hash.
pub(super) struct SharedHash;

impl Rule for SharedHash {
    fn about(&self) -> About {
        About {
            id: "shared-hash",
            title: "the same password hash for several users",
            severity: Warning,
            confidence: Certain,
            products: EVERY,
            why: "Equal hashes, salt included, were copied: the users share one password, and whoever knows one knows all.",
            wrong: "# internal_users.yml
kim:
  hash: '$2y$12$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'
lee:
  hash: '$2y$12$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'  # finds
",
            right: "# internal_users.yml
kim:
  hash: '$2y$12$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'
lee:
  hash: '$2y$12$bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'
mo:
  hash: ''
nia:
  hash: ''
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        let mut first: HashMap<&str, &str> = HashMap::new();
        for (user, hash) in super::not_bcrypt::hashes(view) {
            // what is no hash is another finding
            if hash.value.starts_with('$') && hash.value.len() > 20 {
                let before = *first.entry(hash.value).or_insert(user);
                if before != user {
                    found.add(hash.place, format!("user `{user}` has the same hash as `{before}`")).help("give each its own password");
                }
            }
        }
    }
}
