//! A hash that no password can match.

use super::prelude::*;

/// Something that is no password hash.
pub(super) struct NotBcrypt;

impl Rule for NotBcrypt {
    fn about(&self) -> About {
        About {
            id: "not-bcrypt",
            title: "a password hash that is none",
            severity: Error,
            confidence: Certain,
            products: EVERY,
            why: "The engine compares by bcrypt (newer ones by PBKDF2 or Argon2 too). Any other text never matches a password; \
                  a password in clear text lies open and does not work either.",
            wrong: "# internal_users.yml
kim:
  hash: changeme  # finds
lee:
  hash: '5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8'  # finds
mo:
  hash: '$2y$12$tooshort'  # finds
",
            right: "# internal_users.yml
kim:
  hash: '$2y$12$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'
lee:
  hash: '$argon2id$v=19$m=65536,t=3,p=1$c29tZXNhbHQ$aGFzaA'
mo:
  hash: '${env.MO_HASH}'
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        for (user, hash) in hashes(view) {
            let text = hash.value;
            // exports blank the hash, and `securityadmin -rev` puts environment variables in
            if text.is_empty() || text.contains("${") || text.contains("{{") || is_other(view.input.product, text) {
                continue;
            }
            match cost(text) {
                Some(_) if text.len() == 60 => {}
                Some(_) => {
                    found
                        .add(hash.place, format!("user `{user}`: this bcrypt hash has {} characters, not 60", text.chars().count()))
                        .help("a `$` eaten by a shell or a cut line is the usual cause; make the hash again");
                }
                None => {
                    found
                        .add(hash.place, format!("user `{user}`: this is no password hash"))
                        .help("make one with hash.sh, or set the password by the security REST API");
                }
            }
        }
    }
}

/// Hash schemes besides bcrypt that the product knows.
fn is_other(product: Product, text: &str) -> bool {
    let schemes: &[&str] = match product {
        Product::OpenDistro1_13 => &[],
        Product::OpenSearch2_19 => &["$3$"],
        Product::OpenSearch3_4 | Product::OpenSearch3_8 => &["$3$", "$argon2"],
        _ => &["{PBKDF2", "{SSHA256}", "{SSHA}", "{SHA}", "{MD5}"],
    };
    schemes.iter().any(|scheme| text.starts_with(scheme))
}

/// The cost of a bcrypt hash.
pub(super) fn cost(text: &str) -> Option<u32> {
    let rest = ["$2a$", "$2b$", "$2y$"].iter().find_map(|start| text.strip_prefix(start))?;
    rest.get(..2)?.parse().ok().filter(|_| rest.as_bytes().get(2) == Some(&b'$'))
}

/// A user's hash and where it stands; the text is compared, never shown.
#[derive(Clone, Copy)]
pub(super) struct Hash<'a> {
    /// The text.
    pub value: &'a str,
    /// The bytes.
    pub place: Option<Place>,
}

impl Hash<'_> {
    /// A part of the text.
    pub fn get(&self, range: std::ops::RangeFrom<usize>) -> Option<&str> {
        self.value.get(range)
    }
}

/// Every user with a hash.
pub(super) fn hashes<'a>(view: &View<'a>) -> Vec<(&'a str, Hash<'a>)> {
    let internal =
        view.input.configuration.internal_users.iter().filter_map(|(name, user)| {
            user.hash.as_ref().map(|hash| (name.as_str(), Hash { value: hash.value.reveal(), place: hash.place }))
        });
    let file_realm =
        view.input.elasticsearch.into_iter().flat_map(|configuration| &configuration.users).filter_map(|(name, user)| {
            user.hash.as_ref().map(|hash| (name.as_str(), Hash { value: hash.value.reveal(), place: hash.place }))
        });
    internal.chain(file_realm).collect()
}
