//! The registry: one file a rule.

mod action_without_wildcard;
pub(super) mod allows_nothing;
mod cluster_permission_in_index;
mod dot_placeholder;
mod duplicate_item;
mod elasticsearch_privilege;
mod grants_nothing;
mod index_permission_in_cluster;
mod pattern_is_exclusion;
mod pattern_is_list;
mod prelude;
mod redundant_permission;
mod same_pattern_twice;
mod shadowed_rule;
mod tenant_grants_nothing;
mod unknown_action;
mod unknown_action_group;
mod unknown_variable;
mod user_roles_in_pattern;
mod v6_action_group;

use super::Rule;

/// Every rule, by id.
pub static RULES: &[&dyn Rule] = &[
    &action_without_wildcard::ActionWithoutWildcard,
    &allows_nothing::AllowsNothing,
    &cluster_permission_in_index::ClusterPermissionInIndex,
    &dot_placeholder::DotPlaceholder,
    &duplicate_item::DuplicateItem,
    &elasticsearch_privilege::ElasticsearchPrivilege,
    &grants_nothing::GrantsNothing,
    &index_permission_in_cluster::IndexPermissionInCluster,
    &pattern_is_exclusion::PatternIsExclusion,
    &pattern_is_list::PatternIsList,
    &redundant_permission::RedundantPermission,
    &same_pattern_twice::SamePatternTwice,
    &shadowed_rule::ShadowedRule,
    &tenant_grants_nothing::TenantGrantsNothing,
    &unknown_action::UnknownAction,
    &unknown_action_group::UnknownActionGroup,
    &unknown_variable::UnknownVariable,
    &user_roles_in_pattern::UserRolesInPattern,
    &v6_action_group::V6ActionGroup,
];

/// The rule with an id.
pub fn find(id: &str) -> Option<&'static dyn Rule> {
    RULES.iter().find(|rule| rule.about().id == id).copied()
}
