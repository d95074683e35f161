//! The registry: one file a rule.

mod action_group_cycle;
mod action_group_unused;
mod action_without_wildcard;
mod alias_not_expanded;
pub(super) mod allows_nothing;
mod bad_regex;
mod cluster_permission_in_index;
mod dash_without_blank;
mod deprecated_privilege;
mod deprecated_role;
mod dls_not_json;
mod dls_of_two_roles;
mod dot_placeholder;
mod duplicate_item;
mod duplicate_key;
mod elasticsearch_privilege;
mod empty_index_name;
mod empty_value;
mod escalation;
mod everyday_all_access;
mod except_beyond_grant;
mod field_called_all;
mod file_never_loaded;
mod filtered_alias;
mod fls_cancels;
mod fls_null;
mod grants_nothing;
mod half_dn;
mod index_permission_in_cluster;
mod key_out_dented;
mod mapped_user_unknown;
mod mapping_of_everyone;
mod mapping_without_role;
mod meta_missing;
mod meta_wrong;
mod not_bcrypt;
mod not_taken;
mod not_yaml;
mod old_spelling;
mod pattern_cut_at_star;
mod pattern_is_exclusion;
mod pattern_is_list;
mod pattern_matches_nothing;
mod placeholder_token;
mod prelude;
mod privilege_escalation;
mod privilege_none;
mod query_lifted;
mod query_not_json;
mod read_only_can_write;
pub(super) mod redundant_permission;
mod redundant_privilege;
mod role_as_backend_role;
mod role_without_mapping;
mod run_as_everyone;
mod same_pattern_twice;
mod sample_left_in;
mod scenario_needs_more;
mod second_document;
mod secret_in_comment;
mod service_user_is_admin;
mod shadowed_rule;
mod shared_hash;
mod side_file_shape;
mod static_override;
mod stock_hash;
mod system_index_access;
mod template_file;
mod tenant_grants_nothing;
mod undefined_role;
mod unknown_action;
mod unknown_action_group;
mod unknown_key;
mod unknown_privilege;
mod unknown_variable;
mod update_under_dls;
mod user_not_in_file;
mod user_role_unknown;
mod user_roles_in_pattern;
mod user_without_role;
mod v6_action_group;
mod v6_form;
mod value_read_otherwise;
mod weak_hash;
mod wildcard_grant;
mod wildcard_privilege;

pub(super) use wildcard_grant::is_everything;

use super::Rule;

/// Every rule, by id.
pub static RULES: &[&dyn Rule] = &[
    &action_group_cycle::ActionGroupCycle,
    &action_group_unused::ActionGroupUnused,
    &action_without_wildcard::ActionWithoutWildcard,
    &alias_not_expanded::AliasNotExpanded,
    &allows_nothing::AllowsNothing,
    &bad_regex::BadRegex,
    &cluster_permission_in_index::ClusterPermissionInIndex,
    &dash_without_blank::DashWithoutBlank,
    &deprecated_privilege::DeprecatedPrivilege,
    &deprecated_role::DeprecatedRole,
    &dls_not_json::DlsNotJson,
    &dls_of_two_roles::DlsOfTwoRoles,
    &dot_placeholder::DotPlaceholder,
    &duplicate_item::DuplicateItem,
    &duplicate_key::DuplicateKey,
    &elasticsearch_privilege::ElasticsearchPrivilege,
    &empty_index_name::EmptyIndexName,
    &empty_value::EmptyValue,
    &escalation::Escalation,
    &everyday_all_access::EverydayAllAccess,
    &except_beyond_grant::ExceptBeyondGrant,
    &field_called_all::FieldCalledAll,
    &file_never_loaded::FileNeverLoaded,
    &filtered_alias::FilteredAlias,
    &fls_cancels::FlsCancels,
    &fls_null::FlsNull,
    &grants_nothing::GrantsNothing,
    &half_dn::HalfDn,
    &index_permission_in_cluster::IndexPermissionInCluster,
    &key_out_dented::KeyOutDented,
    &mapped_user_unknown::MappedUserUnknown,
    &mapping_of_everyone::MappingOfEveryone,
    &mapping_without_role::MappingWithoutRole,
    &meta_missing::MetaMissing,
    &meta_wrong::MetaWrong,
    &not_bcrypt::NotBcrypt,
    &not_taken::NotTaken,
    &not_yaml::NotYaml,
    &old_spelling::OldSpelling,
    &pattern_cut_at_star::PatternCutAtStar,
    &pattern_is_exclusion::PatternIsExclusion,
    &pattern_is_list::PatternIsList,
    &pattern_matches_nothing::PatternMatchesNothing,
    &placeholder_token::PlaceholderToken,
    &privilege_escalation::PrivilegeEscalation,
    &privilege_none::PrivilegeNone,
    &query_lifted::QueryLifted,
    &query_not_json::QueryNotJson,
    &read_only_can_write::ReadOnlyCanWrite,
    &redundant_permission::RedundantPermission,
    &redundant_privilege::RedundantPrivilege,
    &role_as_backend_role::RoleAsBackendRole,
    &role_without_mapping::RoleWithoutMapping,
    &run_as_everyone::RunAsEveryone,
    &same_pattern_twice::SamePatternTwice,
    &sample_left_in::SampleLeftIn,
    &scenario_needs_more::ScenarioNeedsMore,
    &second_document::SecondDocument,
    &secret_in_comment::SecretInComment,
    &service_user_is_admin::ServiceUserIsAdmin,
    &shadowed_rule::ShadowedRule,
    &shared_hash::SharedHash,
    &side_file_shape::SideFileShape,
    &static_override::StaticOverride,
    &stock_hash::StockHash,
    &system_index_access::SystemIndexAccess,
    &template_file::TemplateFile,
    &tenant_grants_nothing::TenantGrantsNothing,
    &undefined_role::UndefinedRole,
    &unknown_action::UnknownAction,
    &unknown_action_group::UnknownActionGroup,
    &unknown_key::UnknownKey,
    &unknown_privilege::UnknownPrivilege,
    &unknown_variable::UnknownVariable,
    &update_under_dls::UpdateUnderDls,
    &user_not_in_file::UserNotInFile,
    &user_role_unknown::UserRoleUnknown,
    &user_roles_in_pattern::UserRolesInPattern,
    &user_without_role::UserWithoutRole,
    &v6_action_group::V6ActionGroup,
    &v6_form::V6Form,
    &value_read_otherwise::ValueReadOtherwise,
    &weak_hash::WeakHash,
    &wildcard_grant::WildcardGrant,
    &wildcard_privilege::WildcardPrivilege,
];

/// The rule with an id.
pub fn find(id: &str) -> Option<&'static dyn Rule> {
    RULES.iter().find(|rule| rule.about().id == id).copied()
}

/// The id that was probably meant.
pub fn similar(id: &str) -> Option<&'static str> {
    super::suggest::Suggest::new(RULES.iter().map(|rule| rule.about().id)).nearest(id)
}
