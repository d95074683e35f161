//! Hashes that are too cheap to try.

use super::not_bcrypt::{cost, hashes};
use super::prelude::*;

/// The least cost that is not found.
const LEAST: u32 = 10;

/// A bcrypt hash with a low cost.
pub(super) struct WeakHash;

impl Rule for WeakHash {
    fn about(&self) -> About {
        About {
            id: "weak-hash",
            title: "a bcrypt hash with a cost below 10",
            severity: Warning,
            confidence: Certain,
            products: EVERY,
            why: "Each step of the cost halves the passwords an attacker can try with a stolen file. hash.sh uses 12, Elasticsearch 10.",
            wrong: "# internal_users.yml
kim:
  hash: '$2y$05$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'  # finds
",
            right: "# internal_users.yml
kim:
  hash: '$2y$12$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        for (user, hash) in hashes(view) {
            if let Some(cost) = cost(hash.value).filter(|cost| *cost < LEAST) {
                found
                    .add(hash.place, format!("user `{user}`: bcrypt with cost {cost}"))
                    .help("set the password anew; hash.sh uses cost 12");
            }
        }
    }
}
