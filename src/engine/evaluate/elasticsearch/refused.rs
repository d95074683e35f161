//! Which roles the engine refuses, each in its own words and with the place of what it refuses.

use super::applications::Stored;
use super::build::{Permissions, is_cluster_pattern};
use super::rules::Rules;
use super::{is_index_action, subject};
use crate::engine::catalog::elasticsearch::Catalog;
use crate::engine::model::Product;
use crate::engine::model::elasticsearch::{Configuration, FieldSecurity, Refusal, Role};
use crate::engine::pattern::lucene::{pattern, patterns as list_of_patterns};
use crate::source::{Located, Place};

/// So many patterns in a role together are not too complex, whatever they are; it is the work on many that adds up.
const FEW: usize = 16;

/// The roles of a configuration that a product refuses, in file order, with its first reason. It takes the others.
pub fn refusals(product: Product, configuration: &Configuration) -> Vec<(&str, Refusal)> {
    if !product.is_elasticsearch() {
        return Vec::new();
    }
    let (rules, catalog) = (Rules::of(product), Catalog::of(product));
    let stored = Stored::new(&configuration.privileges);
    let refusal = |(name, role): (&'_ String, &Role)| {
        if looks_sound(rules, catalog, role) {
            return None;
        }
        // the product's own role of this name counts
        if subject::role(configuration, catalog, name).is_some_and(|(_, reserved)| reserved) {
            return None;
        }
        let refusal = Permissions::build(rules, &[(name.as_str(), role)], &stored).err()?;
        let place = refusal.place.or_else(|| place(rules, catalog, role, &refusal)).or(role.place);
        Some(Refusal { place, ..refusal })
    };
    configuration.roles.iter().filter_map(|(name, role)| Some((name.as_str(), refusal((name, role))?))).collect()
}

/// Whether nothing in the role could be refused; most are so, and need not be built to know it.
fn looks_sound(rules: &Rules, catalog: &Catalog, role: &Role) -> bool {
    let patterns = || {
        let names = role.indices.iter().flat_map(|entry| &entry.names);
        names.chain(&role.run_as).chain(role.applications.iter().flat_map(|entry| &entry.resources))
    };
    let is_pattern = |text: &Located<String>| text.contains(['*', '?']);
    role.refusal.is_none()
        && role.earlier.is_none()
        && role.old_spelling.is_none()
        && role.global.is_none()
        && role.later_keys.iter().all(|key| !rules.unknown_keys.contains(&key.value))
        && role.indices.iter().all(|entry| {
            entry.field_security.as_ref().is_none_or(few_of_all) && (rules.restricted_flag || entry.allow_restricted_indices.is_none())
        })
        && role.applications.iter().all(|entry| entry.privileges.iter().chain(&entry.application).all(|text| !text.starts_with('/')))
        && unknown_cluster(rules, catalog, role).next().is_none()
        && unknown_index(catalog, role).next().is_none()
        && patterns().all(|text| !may_be_regex(text))
        && patterns().filter(|text| is_pattern(text)).count() <= FEW
}

/// Whether a pattern is an expression, by itself or in a list, where the `*` before it is cut off.
fn may_be_regex(text: &str) -> bool {
    text.starts_with('/') || text.starts_with("*/")
}

/// Whether a few plain fields are taken out of all, or none out of a few.
fn few_of_all(security: &FieldSecurity) -> bool {
    let texts = || security.grant.iter().chain(&security.except).flatten();
    let of_all = security.grant.iter().flatten().any(|field| field.value == "*");
    texts().count() <= FEW && texts().all(|field| !may_be_regex(field)) && (of_all || security.except.iter().flatten().next().is_none())
}

fn unknown_cluster<'r>(rules: &Rules, catalog: &Catalog, role: &'r Role) -> impl Iterator<Item = &'r Located<String>> {
    role.cluster.iter().filter(|name| {
        let lower = name.to_lowercase();
        !is_cluster_pattern(rules, &lower) && catalog.cluster_privilege(&lower).is_none()
    })
}

fn unknown_index<'r>(catalog: &Catalog, role: &'r Role) -> impl Iterator<Item = &'r Located<String>> {
    role.indices.iter().flat_map(|entry| &entry.privileges).filter(|name| {
        let lower = name.to_lowercase();
        !is_index_action(&lower) && catalog.index_privilege(&lower).is_none()
    })
}

/// Where that stands which the words are about.
fn place(rules: &Rules, catalog: &Catalog, role: &Role, refusal: &Refusal) -> Option<Place> {
    let words = &refusal.message;
    let named =
        |name: &&Located<String>| words.contains(&format!("[{}]", name.to_lowercase())) || words.contains(&format!("[[{}", name.value));
    if words.starts_with("unknown cluster privilege") {
        let first = unknown_cluster(rules, catalog, role).next();
        return unknown_cluster(rules, catalog, role).find(named).or(first)?.place;
    }
    if words.starts_with("unknown index privilege") {
        return unknown_index(catalog, role).find(named)?.place;
    }
    let names = role.indices.iter().flat_map(|entry| &entry.names);
    let resources = role.applications.iter().flat_map(|entry| &entry.resources);
    // some are bad beside others only
    let error = |text: &str| pattern(text, rules.dialect).err().or_else(|| list_of_patterns(&[text, text], rules.dialect).err());
    let mut bad = role.run_as.iter().chain(names).chain(resources).filter_map(|text| Some((text, error(text)?)));
    let of = |text: &str, error: &str| error == words || words.contains(text);
    if let Some((text, _)) = bad.find(|(text, error)| of(text, &error.to_string())) {
        return text.place;
    }
    let fields = role.indices.iter().filter_map(|entry| Some((entry.field_security.as_ref()?, entry.place)));
    let (security, entry) = fields.into_iter().next()?;
    security.except.iter().flatten().find_map(|field| field.place).or(entry)
}
