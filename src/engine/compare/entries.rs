//! What of documents and fields Elasticsearch's entries show that others kept back.

use super::access::Holding;
use super::documents::{Kept, Lift, Looking};
use super::permit::Permit;
use crate::engine::catalog::elasticsearch::Catalog;
use crate::engine::evaluate::elasticsearch::{Permissions, Rules, Stored, role};
use crate::engine::model::elasticsearch::{Configuration, IndexPrivileges, Role};
use crate::engine::pattern::Matcher;
use crate::engine::pattern::lucene::{Dfa, Dialect, PatternError, patterns};

const READ: &str = "indices:data/read/search";

/// An entry that lets read, with what it keeps back.
struct Reading {
    names: Vec<String>,
    query: Option<String>,
    fields: Option<String>,
}

/// What `after` shows of documents and fields that `before` kept back, on indices that `before` may read in part: by an
/// entry with another query or other fields, or with none. Two queries or lists of fields are compared as written, so
/// that one which shows less than the other counts as showing more; nothing that shows more is passed over.
pub(super) fn lifted_entries(before: Looking<'_, Configuration>, after: Looking<'_, Configuration>, permits: &[&Permit]) -> Vec<Lift> {
    let (old, new) = (reading(before.holding), reading(after.holding));
    let dialect = Rules::of(after.holding.product).dialect;
    let mut out = Vec::new();
    for entry in &new {
        for (kept, what) in [(Kept::Documents, &entry.query), (Kept::Field, &entry.fields)] {
            let of = |old: &Reading| if kept == Kept::Documents { old.query.clone() } else { old.fields.clone() };
            let limited: Vec<&Reading> = old.iter().filter(|old| of(old).is_some()).collect();
            let shown: Vec<&Reading> = old.iter().filter(|old| of(old).is_none() || of(old) == *what).collect();
            if limited.is_empty() {
                continue;
            }
            let (index, text, unknown) = match example(entry, &limited, &shown, dialect) {
                Ok(None) => continue,
                Ok(Some(index)) => (index, what.clone().unwrap_or_else(|| all(kept).to_owned()), false),
                Err(why) => (entry.names.join(","), why.to_string(), true),
            };
            let on = |pattern: &String| Matcher::once(pattern, &index);
            let covers = |permit: &&Permit| permit.covers(kept.word()) && permit.index.as_ref().is_none_or(on);
            let lift = Lift { kept, index: index.clone(), what: text, unknown };
            if !permits.iter().any(covers) && !out.contains(&lift) {
                out.push(lift);
            }
        }
    }
    out
}

fn all(kept: Kept) -> &'static str {
    if kept == Kept::Documents { "all; the query is gone" } else { "all; nothing is hidden" }
}

/// A name that the entry opens and the others opened in part only.
fn example(entry: &Reading, limited: &[&Reading], shown: &[&Reading], dialect: Dialect) -> Result<Option<String>, PatternError> {
    let of = |entries: &[&Reading]| -> Result<Dfa, PatternError> {
        let names: Vec<&str> = entries.iter().flat_map(|entry| &entry.names).map(String::as_str).collect();
        patterns(&names, dialect)
    };
    Ok(of(&[entry])?.intersection(&of(limited)?)?.minus(&of(shown)?)?.example())
}

fn reading(holding: Holding<'_, Configuration>) -> Vec<Reading> {
    let (rules, catalog) = (Rules::of(holding.product), Catalog::of(holding.product));
    let stored = Stored::new(&holding.configuration.privileges);
    let reads = |entry: &IndexPrivileges| {
        let alone = Role { indices: vec![entry.clone()], ..Role::default() };
        Permissions::of_sound(rules, &[("entry", &alone)], &stored).index_action(READ)
    };
    let roles = holding.roles.iter().filter_map(|name| Some(role(holding.configuration, catalog, name)?.0));
    let entries = roles.flat_map(|role| &role.indices).filter(|entry| reads(entry));
    entries
        .map(|entry| Reading {
            names: entry.names.iter().map(|name| name.value.clone()).collect(),
            query: entry.query.as_ref().map(|query| query.value.clone()),
            fields: entry.field_security.as_ref().map(|security| {
                let list = |list: &Option<Vec<crate::source::Located<String>>>| {
                    list.as_ref().map(|list| list.iter().map(|field| field.value.as_str()).collect::<Vec<_>>().join(", "))
                };
                let granted = list(&security.grant).unwrap_or_else(|| "*".to_owned());
                list(&security.except)
                    .filter(|except| !except.is_empty())
                    .map_or(granted.clone(), |except| format!("{granted} without {except}"))
            }),
        })
        .collect()
}
