//! Which roles the engine refuses, each in its own words and with the place of what it refuses.

use indexmap::IndexMap;
use rayon::prelude::*;

use super::allowance::{Allowance, named, patterns};
use super::applications::Stored;
use super::build::{Permissions, is_cluster_pattern};
use super::rules::Rules;
use super::{is_index_action, subject};
use crate::engine::catalog::elasticsearch::Catalog;
use crate::engine::model::Product;
use crate::engine::model::elasticsearch::{Configuration, FieldSecurity, Refusal, Role};
use crate::engine::pattern::lucene::{measured, pattern, patterns as list_of_patterns};
use crate::source::{Located, Place, Problem};

/// So many patterns in a role together are not too complex, whatever they are; it is the work on many that adds up.
const FEW: usize = 16;

/// So many roles are looked through side by side, before the work is summed up.
const TOGETHER: usize = 16;

/// What a product says of the roles of a configuration.
#[derive(Debug, Clone, Default)]
pub struct Refusals {
    /// The product; none where there are none of its roles.
    product: Option<Product>,
    /// Of the roles that do not look sound, in file order.
    found: IndexMap<String, Found>,
}

#[derive(Debug, Clone)]
enum Found {
    Taken,
    Refused(Refusal),
    /// Those before took all the work that is spent.
    Unknown,
}

impl Refusals {
    /// The roles that the product refuses, in file order, with its first reason. It takes the others.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Refusal)> {
        self.found.iter().filter_map(|(name, found)| match found {
            Found::Refused(refusal) => Some((name.as_str(), refusal)),
            Found::Taken | Found::Unknown => None,
        })
    }

    /// Why it refuses a role.
    pub fn get(&self, role: &str) -> Option<&Refusal> {
        match self.found.get(role)? {
            Found::Refused(refusal) => Some(refusal),
            Found::Taken | Found::Unknown => None,
        }
    }

    /// What to say of the roles that were not looked through, for the patterns of those before took too much work.
    pub fn unknown(&self, configuration: &Configuration) -> Option<Problem> {
        let names = || self.found.iter().filter(|(_, found)| matches!(found, Found::Unknown)).map(|(name, _)| name.as_str());
        let message = format!("whether {} would be refused is unknown", named(names())?);
        let place = names().next().and_then(|first| configuration.roles.get(first)?.place);
        let help = "the patterns of the roles before multiply each other and took all the work that is spent on one file; \
                    let them begin with what the names begin with, or put these roles into a file of their own";
        Some(Problem::warning(place, message).help(help))
    }
}

/// The roles of a configuration that a product refuses. What was found before of another configuration is taken over
/// for the roles that say the same in both.
pub fn refusals(product: Product, configuration: &Configuration, before: Option<(&Configuration, &Refusals)>) -> Refusals {
    refusals_within(None, product, configuration, before)
}

fn refusals_within(
    allowance: Option<Allowance>,
    product: Product,
    configuration: &Configuration,
    before: Option<(&Configuration, &Refusals)>,
) -> Refusals {
    let mut refusals = Refusals { product: Some(product), found: IndexMap::new() };
    if !product.is_elasticsearch() {
        return refusals;
    }
    let (rules, catalog) = (Rules::of(product), Catalog::of(product));
    let before = before.filter(|(_, refusals)| refusals.product == Some(product));
    let stored = Stored::new(&configuration.privileges);
    // the product's own role of a name counts
    let own = |name: &str| subject::role(configuration, catalog, name).is_some_and(|(_, reserved)| reserved);
    let mut open: Vec<(usize, &str, &Role)> = Vec::new();
    for (name, role) in configuration.roles.iter().filter(|(name, role)| !looks_sound(rules, catalog, role) && !own(name)) {
        let same = |(all, _): &(&Configuration, _)| all.roles.alike(&configuration.roles, name) && role.applications.is_empty();
        let known = before.filter(same).and_then(|(_, refusals)| refusals.found.get(name));
        let found = match known {
            Some(Found::Refused(refusal)) if is_of_a_list(refusal) => Found::Refused(placed(rules, catalog, role, refusal.clone())),
            Some(found @ (Found::Taken | Found::Unknown)) => found.clone(),
            // no other refusal takes much work, and its place may be another now
            Some(Found::Refused(_)) | None => {
                open.push((refusals.found.len(), name, role));
                Found::Unknown
            }
        };
        refusals.found.insert(name.clone(), found);
    }
    let mut allowance = allowance.unwrap_or_else(|| Allowance::of(open.iter().map(|(.., role)| *role)));
    for some in open.chunks(TOGETHER) {
        if allowance.is_spent() {
            break;
        }
        let look = |(at, name, role): &(usize, &str, &Role)| {
            let (built, work) = measured(|| Permissions::build(rules, &[(*name, *role)], &stored));
            (*at, built.err().map_or(Found::Taken, |refusal| Found::Refused(placed(rules, catalog, role, refusal))), work)
        };
        for (at, found, work) in some.par_iter().map(look).collect::<Vec<_>>() {
            refusals.found[at] = found;
            allowance.spend(work);
        }
    }
    refusals
}

/// Whether it is a list of patterns that is refused, for all of them together.
fn is_of_a_list(refusal: &Refusal) -> bool {
    refusal.message.ends_with("is too complex to evaluate")
}

/// A refusal with the place of what it refuses.
fn placed(rules: &Rules, catalog: &Catalog, role: &Role, refusal: Refusal) -> Refusal {
    let known = refusal.place.filter(|_| !is_of_a_list(&refusal));
    Refusal { place: known.or_else(|| place(rules, catalog, role, &refusal)).or(role.place), ..refusal }
}

/// Whether nothing in the role could be refused; most are so, and need not be built to know it.
fn looks_sound(rules: &Rules, catalog: &Catalog, role: &Role) -> bool {
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
        && patterns(role).all(|text| !may_be_regex(text))
        && patterns(role).filter(|text| is_pattern(text)).count() <= FEW
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
    // a list that is too complex begins with one of the role's
    if is_of_a_list(refusal) {
        let first = |text: &&Located<String>| words.contains(&format!("[{}", text.value));
        return patterns(role).filter(first).max_by_key(|text| text.len()).and_then(|text| text.place);
    }
    // some are bad beside others only
    let error = |text: &str| pattern(text, rules.dialect).err().or_else(|| list_of_patterns(&[text, text], rules.dialect).err());
    let mut bad = patterns(role).filter_map(|text| Some((text, error(text)?)));
    let of = |text: &str, error: &str| error == words || words.contains(text);
    if let Some((text, _)) = bad.find(|(text, error)| of(text, &error.to_string())) {
        return text.place;
    }
    let fields = role.indices.iter().filter_map(|entry| Some((entry.field_security.as_ref()?, entry.place)));
    let (security, entry) = fields.into_iter().next()?;
    security.except.iter().flatten().find_map(|field| field.place).or(entry)
}

#[cfg(test)]
mod tests {
    use super::super::allowance::multiplying_roles;
    use super::*;

    #[test]
    fn roles_beyond_the_work_of_a_file_are_unknown_and_stay_so() {
        let product = Product::Elasticsearch7_17;
        let configuration = Configuration { roles: multiplying_roles(TOGETHER + 3), ..Configuration::default() };
        let found = refusals_within(Some(Allowance::small()), product, &configuration, None);
        assert_eq!((found.iter().count(), found.found.len()), (0, TOGETHER + 3));
        let problem = found.unknown(&configuration).expect("some are left");
        assert_eq!(problem.message, format!("whether role `r{TOGETHER}` and 2 more would be refused is unknown"));
        // what an edit did not touch is not looked through again
        let again = refusals(product, &configuration, Some((&configuration, &found)));
        assert_eq!(again.unknown(&configuration).map(|problem| problem.message), Some(problem.message));
        // all of it is when it was found of another product
        let other = refusals(Product::Elasticsearch8_17, &configuration, Some((&configuration, &found)));
        assert!(other.unknown(&configuration).is_none());
    }
}
