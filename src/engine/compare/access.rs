//! What a set of roles opens that another set does not: over the known actions and over all index names.

use std::collections::BTreeMap;

use super::documents::{Lift, Looking};
use super::language::Difference;
use super::permit::Permit;
use crate::engine::cluster::Cluster;
use crate::engine::evaluate::Subject;
use crate::engine::model::{Evaluator, Product};

/// Roles with what they need to be read: the configuration they stand in and the product's own.
pub struct Holding<'a, C> {
    /// Where the roles stand.
    pub configuration: &'a C,
    /// Whose built-in roles are there as well.
    pub product: Product,
    /// Names of the roles held.
    pub roles: &'a [String],
    /// Who holds them, for what patterns say of the user (`${user.name}`); without somebody they stay as written.
    pub subject: Option<&'a Subject>,
}

impl<C> Clone for Holding<'_, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C> Copy for Holding<'_, C> {}

/// A product family's configuration, whose roles can be compared.
pub trait Comparable {
    /// What roles open, taken apart.
    type Opened<'a>: Opens
    where
        Self: 'a;

    /// Take roles apart.
    fn opened<'a>(holding: Holding<'a, Self>) -> Self::Opened<'a>
    where
        Self: Sized;

    /// What `after` shows of documents that `before` kept back.
    fn lifted(before: Looking<'_, Self>, after: Looking<'_, Self>, permits: &[&Permit]) -> Vec<Lift>
    where
        Self: Sized;

    /// The roles in its files.
    fn role_names(&self) -> Vec<&str>;

    /// Whether holders of a role alone may have other access by `other`.
    fn may_differ(&self, other: &Self, role: &str) -> bool;

    /// Whether patterns or queries speak of the user, so that holders of the same roles have different access.
    fn speaks_of_users(&self) -> bool;

    /// The same roles, each held by one user of whom `holder` says the name, and by nobody else; none where roles are
    /// given otherwise.
    fn held_alone(&self, _roles: &[&str], _holder: &dyn Fn(&str) -> String) -> Option<Self>
    where
        Self: Sized,
    {
        None
    }
}

/// What roles open.
pub trait Opens {
    /// Names that one entry is about.
    type Names: Ord + Clone;

    /// The catalog's actions.
    fn known(&self) -> Vec<&str>;

    /// Actions that the roles name in full.
    fn literals(&self) -> Vec<&str>;

    /// Whether an action of the cluster stage is granted.
    fn cluster(&self, action: &str) -> bool;

    /// The names on which an action is granted, sorted and each once.
    fn names(&self, action: &str) -> Vec<Self::Names>;

    /// Every pattern of names, as written, with what it says of the user filled in.
    fn patterns(&self) -> Vec<String>;

    /// How many of some names an action is granted on.
    fn count(&self, action: &str, names: &[&str]) -> usize;

    /// Those of some names on which an action is granted.
    fn granted_on<'n>(&self, action: &str, names: &[&'n str]) -> Vec<&'n str> {
        names.iter().copied().filter(|name| self.count(action, &[*name]) > 0).collect()
    }

    /// The same as [`Opens::difference`], where names that one of the patterns matches count as covered by the others.
    fn difference_beside(&self, names: &[Self::Names], others: &[Self::Names], permitted: &[&str]) -> Difference {
        if permitted.contains(&"*") { Difference::Nothing } else { self.difference(names, others) }
    }

    /// Whether a pattern matches any name that this side covers and others do not.
    fn meets(&self, names: &[Self::Names], others: &[Self::Names], pattern: &str) -> bool {
        pattern == "*" && self.difference(names, others) != Difference::Nothing
    }

    /// What names of this side cover and others do not, over all index names.
    fn difference(&self, names: &[Self::Names], others: &[Self::Names]) -> Difference;

    /// What is opened besides actions (running as others, privileges in applications) and was not before.
    fn besides(&self, before: &Self) -> Vec<Gain>;
}

/// Access that one side has and the other has not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gain {
    /// The action.
    pub action: String,
    /// An index name that shows it; none in the cluster stage.
    pub index: Option<String>,
    /// Why it could not be decided, when the difference is not known.
    pub unknown: Option<String>,
}

/// Whether an action is decided by cluster permissions, by the product that the holding is for.
pub type IsCluster = fn(&str) -> bool;

/// The rule of a product.
pub fn is_cluster(product: Product, evaluator: Evaluator) -> IsCluster {
    match (product, evaluator) {
        _ if product.is_elasticsearch() => crate::engine::evaluate::elasticsearch::is_cluster_action,
        (Product::OpenDistro1_13, _) => crate::engine::evaluate::opendistro::is_cluster_action,
        (_, Evaluator::V4) => crate::engine::evaluate::opensearch::v4::actions::is_cluster,
        (_, Evaluator::Legacy) => crate::engine::evaluate::opensearch::legacy::is_cluster_action,
    }
}

/// What `after` opens beyond `before`. An empty answer is a proof within these bounds: the catalogs' actions
/// and every action named on either side; index names as patterns see them (an alias or a data stream is
/// the name it has); protected indices left aside. What of documents is seen is compared by
/// [`lifted`](super::lifted).
pub fn gained<C: Comparable>(before: Holding<'_, C>, after: Holding<'_, C>, is_cluster: IsCluster) -> Vec<Gain> {
    gained_beside(before, after, is_cluster, &[])
}

/// The same, apart from what is permitted.
pub fn gained_beside<C: Comparable>(
    before: Holding<'_, C>,
    after: Holding<'_, C>,
    is_cluster: IsCluster,
    permits: &[&Permit],
) -> Vec<Gain> {
    let (before, after) = (C::opened(before), C::opened(after));
    let sides = [before.known(), after.known(), before.literals(), after.literals()];
    let mut actions: Vec<&str> = sides.into_iter().flatten().collect();
    actions.sort_unstable();
    actions.dedup();
    let mut answers = BTreeMap::new();
    let mut gains = Vec::new();
    for action in actions {
        if is_cluster(action) {
            let permitted = || permits.iter().any(|permit| permit.index.is_none() && permit.covers(action));
            if after.cluster(action) && !before.cluster(action) && !permitted() {
                gains.push(Gain { action: action.to_owned(), index: None, unknown: None });
            }
            continue;
        }
        let (old, new) = (before.names(action), after.names(action));
        let permitted: Vec<&str> =
            permits.iter().filter(|permit| permit.covers(action)).map(|permit| permit.index.as_deref().unwrap_or("*")).collect();
        match answers.entry((old, new, permitted)).or_insert_with_key(|(old, new, permitted)| match permitted.as_slice() {
            [] => after.difference(new, old),
            permitted => after.difference_beside(new, old, permitted),
        }) {
            Difference::Nothing => {}
            Difference::Example(name) => gains.push(Gain { action: action.to_owned(), index: Some(name.clone()), unknown: None }),
            Difference::Unknown(why) => gains.push(Gain { action: action.to_owned(), index: None, unknown: Some(why.clone()) }),
        }
    }
    let permitted = |gain: &Gain| permits.iter().any(|permit| permit.index.is_none() && permit.covers(&gain.action));
    gains.extend(after.besides(&before).into_iter().filter(|gain| !permitted(gain)));
    gains
}

/// Whether an exception takes something from what is gained.
pub(super) fn takes<C: Comparable>(
    permit: &Permit,
    before: Holding<'_, C>,
    after: Holding<'_, C>,
    gains: &[Gain],
    is_cluster: IsCluster,
) -> bool {
    let (before, after) = (C::opened(before), C::opened(after));
    gains.iter().filter(|gain| permit.covers(&gain.action)).any(|gain| match (&permit.index, is_cluster(&gain.action)) {
        (None, _) => true,
        (Some(_), true) => false,
        (Some(pattern), false) => after.meets(&after.names(&gain.action), &before.names(&gain.action), pattern),
    })
}

/// What `after` opens beyond `before` on the cluster model's names (the first thousand): each action with the
/// names, none for an action of the cluster stage.
pub fn opened<C: Comparable>(
    before: Holding<'_, C>,
    after: Holding<'_, C>,
    cluster: &Cluster,
    is_cluster: IsCluster,
) -> Vec<(String, Vec<String>)> {
    let (before, after) = (C::opened(before), C::opened(after));
    let names: Vec<&str> = cluster.indices.keys().map(String::as_str).take(1000).collect();
    let mut out = Vec::new();
    for action in after.known() {
        if is_cluster(action) {
            if after.cluster(action) && !before.cluster(action) {
                out.push((action.to_owned(), Vec::new()));
            }
            continue;
        }
        let new = after.granted_on(action, &names);
        let old = before.granted_on(action, &new);
        let opened: Vec<String> = new.into_iter().filter(|name| !old.contains(name)).map(str::to_owned).collect();
        if !opened.is_empty() {
            out.push((action.to_owned(), opened));
        }
    }
    out
}

/// Whether a holding grants each (action, index) pair by its patterns; the index is empty in the cluster stage.
pub fn granted<'p, C: Comparable>(
    holding: Holding<'_, C>,
    pairs: impl IntoIterator<Item = (&'p str, &'p str)>,
    is_cluster: IsCluster,
) -> Vec<bool> {
    let opened = C::opened(holding);
    let grants = |(action, index)| if is_cluster(action) { opened.cluster(action) } else { opened.count(action, &[index]) > 0 };
    pairs.into_iter().map(grants).collect()
}

/// How many (action, name) pairs a holding opens: the catalog's actions, on the cluster model's indices (the
/// first thousand); one pair for an action of the cluster stage.
pub fn pairs<C: Comparable>(holding: Holding<'_, C>, cluster: &Cluster, is_cluster: IsCluster) -> usize {
    let opened = C::opened(holding);
    let names: Vec<&str> = cluster.indices.keys().map(String::as_str).take(1000).collect();
    let count = |action: &str| if is_cluster(action) { usize::from(opened.cluster(action)) } else { opened.count(action, &names) };
    opened.known().into_iter().map(count).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::model::opensearch::{Configuration, IndexPermission, Role};
    use crate::source::Located;

    fn configuration(rules: &[(&[&str], &[&str])]) -> Configuration {
        let texts = |items: &[&str]| items.iter().map(|&item| Located::from(item)).collect();
        let rules = rules.iter().map(|(patterns, actions)| IndexPermission {
            index_patterns: texts(patterns),
            allowed_actions: texts(actions),
            ..Default::default()
        });
        let role =
            Role { cluster_permissions: texts(&["cluster_composite_ops_ro"]), index_permissions: rules.collect(), ..Role::default() };
        Configuration { roles: [("r".to_owned(), role)].into_iter().collect(), ..Configuration::default() }
    }

    fn between(before: &Configuration, after: &Configuration) -> Vec<Gain> {
        let roles = ["r".to_owned()];
        let holding = |configuration| Holding { configuration, product: Product::OpenSearch3_4, roles: &roles, subject: None };
        gained(holding(before), holding(after), |action| action.starts_with("cluster:"))
    }

    #[test]
    fn a_group_for_its_members_gains_nothing() {
        let before = configuration(&[(&["logs-*"], &["read"])]);
        let after = configuration(&[(
            &["logs-a*", "logs-*"],
            &["indices:data/read*", "indices:admin/mappings/fields/get*", "indices:admin/resolve/index"],
        )]);
        assert_eq!(between(&before, &after), []);
        assert_eq!(between(&after, &before), []);
    }

    #[test]
    fn a_wider_pattern_is_shown_by_a_name() {
        let before = configuration(&[(&["logs-a*"], &["indices:data/read/get"])]);
        let after = configuration(&[(&["logs-*"], &["indices:data/read/get"])]);
        assert_eq!(between(&before, &after), [Gain { action: "indices:data/read/get".into(), index: Some("logs-".into()), unknown: None }]);
        assert_eq!(between(&after, &before), []);
    }

    #[test]
    fn a_pattern_of_the_user_is_read_with_the_user() {
        let before = configuration(&[(&["bob-*"], &["indices:data/read/get"])]);
        let after = configuration(&[(&["${user.name}-*"], &["indices:data/read/get"])]);
        let roles = ["r".to_owned()];
        let gains = |user: &str| {
            let subject = Subject { user: user.to_owned(), ..Subject::default() };
            let holding =
                |configuration| Holding { configuration, product: Product::OpenSearch3_4, roles: &roles, subject: Some(&subject) };
            gained(holding(&before), holding(&after), |action| action.starts_with("cluster:")).len()
        };
        assert_eq!((gains("bob"), gains("ann")), (0, 1));
    }

    #[test]
    fn an_action_beyond_the_catalog_counts() {
        let before = configuration(&[]);
        let after = configuration(&[(&["x"], &["indices:custom/thing"])]);
        assert_eq!(between(&before, &after)[0].action, "indices:custom/thing");
    }
}
