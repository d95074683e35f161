//! From actions to the least named privileges that grant them.

use std::collections::BTreeSet;

use crate::engine::catalog::elasticsearch::{Catalog, Privilege, Selector};
pub(super) use crate::engine::evaluate::elasticsearch::Kind;
use crate::engine::evaluate::elasticsearch::{Rules, privilege_grants};
use crate::engine::model::Product;

/// Whether a privilege, named or as an action pattern, grants an action on documents of indices.
pub(super) fn grants(product: Product, kind: Kind, privilege: &str, action: &str) -> bool {
    privilege_grants(Rules::of(product), Catalog::of(product), kind, privilege, action)
}

/// The named privileges that an operator would give, from the least to the most.
pub(super) fn named(product: Product, kind: Kind) -> impl Iterator<Item = &'static Privilege> {
    let catalog = Catalog::of(product);
    let all = if kind == Kind::Cluster { &catalog.cluster } else { &catalog.index };
    all.iter().filter(|privilege| privilege.selector != Selector::Failures && privilege.deprecated.is_none())
}

/// The named index privileges that reach the failures of data streams, from the least to the most.
pub(super) fn on_failures(product: Product) -> impl Iterator<Item = &'static Privilege> {
    Catalog::of(product).index.iter().filter(|privilege| privilege.selector != Selector::Data && privilege.deprecated.is_none())
}

/// The least privileges that grant all of the actions: for each the first in the engine's order, without those
/// that the others make superfluous. An action that no named privilege grants stands for itself.
pub(super) fn least<'a>(product: Product, kind: Kind, actions: impl IntoIterator<Item = &'a String>) -> Vec<String> {
    choose(product, kind, &actions.into_iter().collect::<Vec<_>>(), None)
}

/// The same for those of the actions that a privilege grants; the privilege itself where nothing less does.
pub(super) fn narrowed(product: Product, kind: Kind, text: &str, actions: &BTreeSet<String>) -> Vec<String> {
    let covered: Vec<&String> = actions.iter().filter(|action| grants(product, kind, text, action)).collect();
    choose(product, kind, &covered, Some(text))
}

fn choose(product: Product, kind: Kind, actions: &[&String], at_most: Option<&str>) -> Vec<String> {
    // an action pattern grants less than most names do, and what comes earlier in the engine's order is not always less
    let within = |name: &str| {
        let known = &Catalog::of(product).actions;
        at_most.is_none_or(|text| known.iter().all(|action| !grants(product, kind, name, action) || grants(product, kind, text, action)))
    };
    let first = |action: &str| {
        let mut privileges = named(product, kind).take_while(|privilege| at_most != Some(privilege.name.as_str()));
        let found = privileges.find(|privilege| grants(product, kind, &privilege.name, action) && within(&privilege.name));
        let found = found.map(|privilege| privilege.name.clone());
        found.or_else(|| at_most.map(str::to_owned)).unwrap_or_else(|| action.to_owned())
    };
    let mut chosen: Vec<String> = Vec::new();
    for action in actions {
        let privilege = first(action);
        if !chosen.contains(&privilege) {
            chosen.push(privilege);
        }
    }
    let order = |name: &String| named(product, kind).position(|privilege| privilege.name == *name).unwrap_or(usize::MAX);
    chosen.sort_by_key(order);
    // the least first: what a greater one that is needed anyway gives as well is left out
    let mut at = 0;
    while at < chosen.len() {
        let others: Vec<&String> = chosen.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, name)| name).collect();
        let spare = actions.iter().all(|action| others.iter().any(|name| grants(product, kind, name, action)));
        if spare {
            chosen.remove(at);
        } else {
            at += 1;
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRODUCT: Product = Product::Elasticsearch8_17;

    fn least_of(actions: &[&str]) -> Vec<String> {
        let actions: BTreeSet<String> = actions.iter().map(|action| (*action).to_owned()).collect();
        least(PRODUCT, Kind::Index, &actions)
    }

    #[test]
    fn the_least_privileges_are_those_that_the_manual_names_for_the_work() {
        let writes = ["indices:data/write/bulk", "indices:data/write/bulk[s]", "indices:data/write/index:op_type/create"];
        assert_eq!(least_of(&writes), ["create_doc"]);
        assert_eq!(least_of(&[&writes[..], &["indices:admin/auto_create"]].concat()), ["create_doc", "auto_configure"]);
        assert_eq!(least_of(&[&writes[..2], &["indices:data/write/index:op_type/index"]].concat()), ["create"]);
        assert_eq!(least_of(&["indices:data/read/search", "indices:data/read/get"]), ["read"]);
        assert_eq!(least_of(&["indices:made/up"]), ["all"]);
    }

    #[test]
    fn a_privilege_is_narrowed_to_what_is_exercised_and_never_widened() {
        let actions = BTreeSet::from(["indices:data/read/search".to_owned(), "indices:admin/delete".to_owned()]);
        assert_eq!(narrowed(PRODUCT, Kind::Index, "all", &actions), ["delete_index", "read"]);
        assert_eq!(narrowed(PRODUCT, Kind::Index, "read", &actions), ["read"]);
        assert_eq!(narrowed(PRODUCT, Kind::Index, "monitor", &actions), [""; 0]);
        let main = BTreeSet::from(["cluster:monitor/main".to_owned()]);
        assert_eq!(narrowed(PRODUCT, Kind::Cluster, "cluster:monitor/main", &main), ["cluster:monitor/main"]);
    }
}
