//! The demonstration passwords.

use super::prelude::*;

/// A hash that everybody has.
pub(super) struct StockHash;

/// Hashes of the shipped demonstration users (Search Guard, Open Distro, OpenSearch). They are public; only
/// the part behind the cost is compared.
const STOCK: [&str; 8] = [
    "VcCDgh2NDk07JGN0rjGbM.Ad41qVR/YFJcgHp0UGns5JDymv..TOG",
    "TRwAAJgnNo67w3rVUz4FIeLx9Dy/llB79zf9I15CKJ9vkM4ZzAd3.",
    "4AcgAt3xwOWadA5s5blL6ev39OXDNhmOesEoo33eZtrq2N0YrU3H.",
    "JJSXNfTowz7Uu5ttXfeYpeYE0arACvcwlPBStB1F.MI7f0U9Z4DGC",
    "u1ShR4l4uBS3Uv59Pa2y5.1uQuZBrZtmNfqB3iM/.jL0XoV9sghS2",
    "ae4ycwzwvLtZxwZ82RmiEunBbIPiAmGZduBAjKN0TXdwQFtCwARz2",
    "DpwmetHKwgYnorbgdvORCenv4NAK8cPUg8AI6pxLCuWf/ALc0.v7W",
    "xZOcnwYPYQ3zIadnlQIJ0eNhX1ngwMkTN.oMwkKxoGvDVPn4/6XtO",
];

impl Rule for StockHash {
    fn about(&self) -> About {
        About {
            id: "stock-hash",
            title: "a user with the password of the demonstration configuration",
            severity: Error,
            confidence: Certain,
            products: EVERY,
            why: "The hashes of admin/admin and the other demonstration users are public. Whoever reaches the port is that user.",
            wrong: "# internal_users.yml
boss:
  hash: '$2a$12$VcCDgh2NDk07JGN0rjGbM.Ad41qVR/YFJcgHp0UGns5JDymv..TOG'  # finds
",
            right: "# internal_users.yml
boss:
  hash: '$2y$12$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        for (user, hash) in super::not_bcrypt::hashes(view) {
            let is_stock = hash.get(7..).is_some_and(|tail| STOCK.contains(&tail));
            if is_stock {
                found
                    .add(hash.place, format!("user `{user}` has the password of a demonstration user"))
                    .help("set a password of its own (hash.sh, or the security REST API)");
            }
        }
    }
}
