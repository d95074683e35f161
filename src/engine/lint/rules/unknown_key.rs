//! A key that the reader does not know.

use super::prelude::*;
use crate::engine::evaluate::elasticsearch::Rules;
use crate::engine::lint::fix::quoted;
use crate::engine::lint::schema::{Level, fits, is_v6, levels, v6_keys};
use crate::engine::lint::suggest::Suggest;
use crate::yaml::{Entry, Kind, Node};

/// A mistyped or foreign key.
pub(super) struct UnknownKey;

impl Rule for UnknownKey {
    fn about(&self) -> About {
        About {
            id: "unknown-key",
            title: "a key that the engine does not know",
            severity: Error,
            confidence: Certain,
            products: EVERY,
            why: "OpenSearch refuses the whole file for one key that it does not know; every role in it is lost, or the old state stays. \
                  Elasticsearch refuses the role.",
            wrong: "# roles.yml
analyst:
  cluster_permision: [cluster_monitor]  # finds
  index_permissions:
    - index_patterns: ['logs-*']
      field_level_security: [name]  # finds
      allowed_actions: [read]
# config.yml
config:
  dynamic:
    authc:
      basic:
        enabled: true  # finds
        http_authenticator: { type: basic }
",
            right: "# roles.yml
analyst:
  cluster_permissions: [cluster_monitor]
  index_permissions:
    - index_patterns: ['logs-*']
      fls: [name]
      allowed_actions: [read]
# config.yml
config:
  dynamic:
    authc:
      basic:
        http_enabled: true
        http_authenticator: { type: basic }
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        keys_of_elasticsearch(view, found);
        for file in view.input.files {
            let FileKind::Security(kind) = file.kind else { continue };
            if is_v6(file) {
                continue;
            }
            levels(file, |level| {
                let known = |key: &str| {
                    level.keys.contains(&key) || v6_keys(kind).iter().any(|&(old, _)| old == key && level.keys.contains(&"reserved"))
                };
                for Entry { key, value } in level.body.entries() {
                    let Some(text) = key.text().filter(|text| !known(text)) else { continue };
                    let finding = found.add(Some(key.place()), format!("unknown key `{text}` in this {}", level.what));
                    match meant(text, &level) {
                        Some(meant) => {
                            let fix = quoted(key, meant).filter(|_| level.body.get(meant).is_none() && fits(meant, value));
                            let fix = fix.map(|text| Fix::replace(format!("write `{meant}`"), Safety::Confirm, key.place(), text));
                            finding
                                .help(format!("did you mean `{meant}`? The engine refuses a file with a key that it does not know"))
                                .fix(fix)
                        }
                        None => finding.help(format!("the engine refuses the file; known here are {}", level.keys.join(", "))),
                    };
                }
            });
        }
    }
}

fn meant(text: &str, level: &Level<'_>) -> Option<&'static str> {
    // words that other products, other versions and the documentation use for the same thing
    const SAME: [(&str, &str); 14] = [
        ("field_level_security", "fls"),
        ("field_security", "fls"),
        ("document_level_security", "dls"),
        ("query", "dls"),
        ("masked", "masked_fields"),
        ("masking", "masked_fields"),
        ("names", "index_patterns"),
        ("patterns", "index_patterns"),
        ("privileges", "allowed_actions"),
        ("actions", "allowed_actions"),
        ("security_roles", "opendistro_security_roles"),
        ("opensearch_security_roles", "opendistro_security_roles"),
        ("enabled", "http_enabled"),
        ("password", "hash"),
    ];
    let by_word = SAME.iter().find(|(word, key)| *word == text && level.keys.contains(key)).map(|(_, key)| *key);
    by_word.or_else(|| Suggest::new(level.keys.iter().copied()).nearest(text)).or_else(|| {
        let folded: String = text.chars().filter(|c| *c != '_' && *c != '-').flat_map(char::to_lowercase).collect();
        level.keys.iter().copied().find(|key| key.replace('_', "") == folded)
    })
}

const ROLE_KEYS: [&str; 13] = [
    "cluster",
    "indices",
    "index",
    "run_as",
    "runAs",
    "applications",
    "global",
    "metadata",
    "transient_metadata",
    "description",
    "remote_indices",
    "remote_cluster",
    "restriction",
];
const INDEX_KEYS: [&str; 8] =
    ["names", "name", "privileges", "field_security", "query", "allow_restricted_indices", "transient_metadata", "fields"];
const REMOTE_KEYS: [&str; 6] = ["clusters", "names", "privileges", "field_security", "query", "allow_restricted_indices"];

fn keys_of_elasticsearch(view: &View<'_>, found: &mut Found) {
    // keys that came later than the product refuse the role
    let later = Rules::of(view.input.product).unknown_keys;
    let mut level = |body: Node<'_>, what: &str, keys: &[&'static str]| {
        for Entry { key, value } in body.entries() {
            let Some(text) = key.text() else { continue };
            if what == "role" && later.contains(&text) {
                found
                    .add(Some(key.place()), format!("`{text}` is not known to this version"))
                    .help("remove it, or check against the version that will read the file (`--product`)");
            } else if !keys.contains(&text) {
                let finding = found.add(Some(key.place()), format!("unknown key `{text}` in this {what}"));
                match meant_of(text, keys) {
                    Some(meant) => {
                        let fix = quoted(key, meant).filter(|_| body.get(meant).is_none() && fits_in_elasticsearch(meant, value));
                        let fix = fix.map(|text| Fix::replace(format!("write `{meant}`"), Safety::Confirm, key.place(), text));
                        finding.help(format!("did you mean `{meant}`? The engine refuses a role with a key that it does not know")).fix(fix)
                    }
                    None => finding.help(format!("the engine refuses the role; known here are {}", keys.join(", "))),
                };
            }
        }
    };
    for file in view.input.files.iter().filter(|file| file.kind == FileKind::ElasticsearchRoles) {
        let roles = file.document.root().into_iter().flat_map(Node::entries).map(|entry| entry.value);
        for role in roles.filter(|role| role.kind() == Kind::Mapping) {
            level(role, "role", &ROLE_KEYS);
            for (list, what, keys) in [
                ("indices", "index entry", INDEX_KEYS.as_slice()),
                ("remote_indices", "remote index entry", &REMOTE_KEYS),
                ("applications", "application entry", &["application", "privileges", "resources"]),
            ] {
                for entry in role.get(list).into_iter().flat_map(Node::items) {
                    level(entry, what, keys);
                    if let Some(fields) = entry.get("field_security") {
                        level(fields, "field security", &["grant", "except"]);
                    }
                }
            }
        }
    }
}

/// Whether what stands behind a key could stand behind another one, as far as its own keys say it.
fn fits_in_elasticsearch(key: &str, value: Node<'_>) -> bool {
    let known = |body: Node<'_>, keys: &[&str]| body.entries().all(|entry| entry.key.text().is_some_and(|key| keys.contains(&key)));
    match key {
        "indices" => value.items().all(|item| known(item, &INDEX_KEYS)),
        "remote_indices" => value.items().all(|item| known(item, &REMOTE_KEYS)),
        "field_security" => value.kind() == Kind::Mapping && known(value, &["grant", "except"]),
        _ => true,
    }
}

fn meant_of(text: &str, keys: &[&'static str]) -> Option<&'static str> {
    // what OpenSearch and older versions call the same thing
    const SAME: [(&str, &str); 12] = [
        ("cluster_permissions", "cluster"),
        ("index_permissions", "indices"),
        ("index_patterns", "names"),
        ("allowed_actions", "privileges"),
        ("dls", "query"),
        ("fls", "field_security"),
        ("field_level_security", "field_security"),
        ("granted_fields", "grant"),
        ("denied_fields", "except"),
        ("include", "grant"),
        ("exclude", "except"),
        ("names_patterns", "names"),
    ];
    let by_word = SAME.iter().find(|(word, key)| *word == text && keys.contains(key)).map(|(_, key)| *key);
    by_word.or_else(|| Suggest::new(keys.iter().copied()).nearest(text))
}
