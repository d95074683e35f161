//! OpenSearch Security's built-in roles, action groups and tenants, and the actions that are known.

mod built_in;
mod templates;

use std::collections::HashMap;
use std::sync::LazyLock;

pub use built_in::{BuiltIn, built_in};
pub use templates::{RECIPES, Template, templates};

static ACTIONS: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| include_str!("../../../../assets/catalog/opensearch/actions.txt").lines().filter(|line| !line.is_empty()).collect());

static NUMBERS: LazyLock<HashMap<&'static str, usize>> =
    LazyLock::new(|| ACTIONS.iter().enumerate().map(|(number, action)| (*action, number)).collect());

/// Every known transport action, sorted.
pub fn actions() -> &'static [&'static str] {
    &ACTIONS
}

/// The position of an action in [`actions`].
pub fn action_number(action: &str) -> Option<usize> {
    NUMBERS.get(action).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_sorted_and_found() {
        assert!(actions().is_sorted());
        assert_eq!(action_number("indices:data/read/search").map(|number| actions()[number]), Some("indices:data/read/search"));
        assert_eq!(action_number("nope"), None);
    }
}
