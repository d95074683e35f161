//! REST calls, as Dev Tools takes them.

use serde_json::{Value, json};

use super::{Entry, Export, Family, Kind, Step};

/// One `PUT` or `DELETE` an entry.
pub fn put(family: Family, steps: &[Step]) -> Export {
    let mut out = Export::default();
    for step in steps {
        let call = match step {
            Step::Create(entry) | Step::Change(entry) => {
                check(family, entry, matches!(step, Step::Create(_)), &mut out);
                let Some(path) = path(family, entry.kind, &entry.name) else { continue };
                format!("PUT {path}\n{}\n", pretty(&entry.body))
            }
            Step::Delete(kind, name) => match path(family, *kind, name) {
                Some(path) => format!("DELETE {path}\n"),
                None => continue,
            },
        };
        out.text.push_str(&format!("{}{call}", if out.text.is_empty() { "" } else { "\n" }));
    }
    out
}

/// One `PATCH` a kind, each done as a whole or not at all; none for Elasticsearch, whose API has none.
pub fn patch(family: Family, steps: &[Step]) -> Option<Export> {
    if family == Family::Elasticsearch {
        return None;
    }
    let mut out = Export::default();
    let mut calls: Vec<(Kind, bool, Vec<Value>)> = Vec::new();
    for step in steps {
        let (kind, deletes, operation) = match step {
            Step::Create(entry) | Step::Change(entry) => {
                let created = matches!(step, Step::Create(_));
                check(family, entry, created, &mut out);
                let word = if created { "add" } else { "replace" };
                (entry.kind, false, json!({ "op": word, "path": pointer(&entry.name), "value": entry.body }))
            }
            Step::Delete(kind, name) => (*kind, true, json!({ "op": "remove", "path": pointer(name) })),
        };
        match calls.iter_mut().find(|(other, others_delete, _)| *other == kind && *others_delete == deletes) {
            Some((_, _, operations)) => operations.push(operation),
            None => calls.push((kind, deletes, vec![operation])),
        }
    }
    for (kind, _, operations) in calls {
        let path = collection(family, kind);
        out.text.push_str(&format!("{}PATCH {path}\n{}\n", if out.text.is_empty() { "" } else { "\n" }, pretty(&Value::Array(operations))));
    }
    Some(out)
}

/// What the API would object to.
fn check(family: Family, entry: &Entry, created: bool, out: &mut Export) {
    let (word, name) = (entry.kind.word(), &entry.name);
    if let Some(guarded) = entry.guarded {
        out.note(format!("{word} `{name}` is {guarded}: the API lets only an admin certificate change it"));
    }
    if entry.kind == Kind::User {
        let field = if family == Family::Elasticsearch { "`password` or `password_hash`" } else { "`password` or `hash`" };
        out.note(match created {
            true => format!("user `{name}`: hashes are not exported; a new user needs {field} besides"),
            false => format!("user `{name}`: hashes are not exported; without {field} the user keeps the password"),
        });
    }
    if family == Family::Elasticsearch && matches!(entry.kind, Kind::ActionGroup | Kind::Tenant) {
        out.note(format!("{word} `{name}` is nothing that Elasticsearch has"));
    }
}

fn collection(family: Family, kind: Kind) -> String {
    let base = match family {
        Family::OpenDistro => "_opendistro/_security/api",
        Family::OpenSearch => "_plugins/_security/api",
        Family::Elasticsearch => "_security",
    };
    let kind = match (family, kind) {
        (Family::Elasticsearch, Kind::Role) => "role",
        (Family::Elasticsearch, Kind::User) => "user",
        (Family::Elasticsearch, _) => "role_mapping",
        (_, Kind::ActionGroup) => "actiongroups",
        (_, Kind::Tenant) => "tenants",
        (_, Kind::Role) => "roles",
        (_, Kind::User) => "internalusers",
        (_, Kind::Mapping) => "rolesmapping",
    };
    format!("{base}/{kind}")
}

fn path(family: Family, kind: Kind, name: &str) -> Option<String> {
    let none = family == Family::Elasticsearch && matches!(kind, Kind::ActionGroup | Kind::Tenant);
    (!none).then(|| format!("{}/{}", collection(family, kind), encoded(name)))
}

/// A name as a part of a path.
fn encoded(name: &str) -> String {
    let kept = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    name.bytes().map(|byte| if kept(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// A name as a JSON pointer.
fn pointer(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}
