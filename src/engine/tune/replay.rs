//! A log replayed against roles: what they would deny.

use super::fact::Facts;
use crate::engine::compare::{Comparable, Holding, IsCluster, granted};

/// The facts of a user, action and index, that a holding does not grant. An index action that was logged without
/// indices is left out: nothing says where it is needed.
pub fn lacking<C: Comparable>(facts: &Facts, user: &str, holding: Holding<'_, C>, is_cluster: IsCluster) -> Vec<(String, String)> {
    let asked: Vec<(&str, &str)> = facts
        .of(user)
        .map(|(action, index, _)| (action, index))
        .filter(|(action, index)| is_cluster(action) || !index.is_empty())
        .collect();
    let given = granted(holding, asked.iter().copied(), is_cluster);
    asked.into_iter().zip(given).filter(|(_, given)| !given).map(|((action, index), _)| (action.to_owned(), index.to_owned())).collect()
}
