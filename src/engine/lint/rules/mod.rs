//! The registry: one file a rule.

mod action_without_wildcard;
mod alias_not_expanded;
pub(super) mod allows_nothing;
mod cluster_permission_in_index;
mod dash_without_blank;
mod dot_placeholder;
mod duplicate_item;
mod duplicate_key;
mod elasticsearch_privilege;
mod empty_value;
mod file_never_loaded;
mod grants_nothing;
mod index_permission_in_cluster;
mod key_out_dented;
mod meta_missing;
mod meta_wrong;
mod not_taken;
mod not_yaml;
mod pattern_is_exclusion;
mod pattern_is_list;
mod prelude;
mod redundant_permission;
mod same_pattern_twice;
mod second_document;
mod shadowed_rule;
mod side_file_shape;
mod static_override;
mod template_file;
mod tenant_grants_nothing;
mod unknown_action;
mod unknown_action_group;
mod unknown_key;
mod unknown_variable;
mod user_roles_in_pattern;
mod v6_action_group;
mod v6_form;
mod value_read_otherwise;

use super::Rule;

/// Every rule, by id.
pub static RULES: &[&dyn Rule] = &[
    &action_without_wildcard::ActionWithoutWildcard,
    &alias_not_expanded::AliasNotExpanded,
    &allows_nothing::AllowsNothing,
    &cluster_permission_in_index::ClusterPermissionInIndex,
    &dash_without_blank::DashWithoutBlank,
    &dot_placeholder::DotPlaceholder,
    &duplicate_item::DuplicateItem,
    &duplicate_key::DuplicateKey,
    &elasticsearch_privilege::ElasticsearchPrivilege,
    &empty_value::EmptyValue,
    &file_never_loaded::FileNeverLoaded,
    &grants_nothing::GrantsNothing,
    &index_permission_in_cluster::IndexPermissionInCluster,
    &key_out_dented::KeyOutDented,
    &meta_missing::MetaMissing,
    &meta_wrong::MetaWrong,
    &not_taken::NotTaken,
    &not_yaml::NotYaml,
    &pattern_is_exclusion::PatternIsExclusion,
    &pattern_is_list::PatternIsList,
    &redundant_permission::RedundantPermission,
    &same_pattern_twice::SamePatternTwice,
    &second_document::SecondDocument,
    &shadowed_rule::ShadowedRule,
    &side_file_shape::SideFileShape,
    &static_override::StaticOverride,
    &template_file::TemplateFile,
    &tenant_grants_nothing::TenantGrantsNothing,
    &unknown_action::UnknownAction,
    &unknown_action_group::UnknownActionGroup,
    &unknown_key::UnknownKey,
    &unknown_variable::UnknownVariable,
    &user_roles_in_pattern::UserRolesInPattern,
    &v6_action_group::V6ActionGroup,
    &v6_form::V6Form,
    &value_read_otherwise::ValueReadOtherwise,
];

/// The rule with an id.
pub fn find(id: &str) -> Option<&'static dyn Rule> {
    RULES.iter().find(|rule| rule.about().id == id).copied()
}
