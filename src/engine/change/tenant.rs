//! Changes of tenants.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::ChangeError;
use super::entry::{create, delete, find, rename};
use super::list::swap;
use super::text::{Op, item, key};
use crate::engine::model::opensearch::{Configuration, DocumentKind, Tenant};

/// One change of a tenant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "kebab-case", rename_all_fields = "snake_case", deny_unknown_fields)]
pub enum TenantChange {
    /// A new tenant, behind the others.
    CreateTenant {
        /// Its name.
        tenant: String,
        /// Free text.
        #[serde(default)]
        description: String,
    },
    /// Another name; the tenant rules that name it follow.
    RenameTenant {
        /// The tenant.
        tenant: String,
        /// Its new name.
        to: String,
    },
    /// The tenant goes; the rules that name it stay.
    DeleteTenant {
        /// The tenant.
        tenant: String,
    },
    /// Its description; without one the key goes.
    DescribeTenant {
        /// The tenant.
        tenant: String,
        /// Free text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<String>,
    },
}

impl TenantChange {
    pub(super) const NAMES: &'static [&'static str] = &["create-tenant", "rename-tenant", "delete-tenant", "describe-tenant"];

    pub(super) fn tenant(&self) -> &str {
        match self {
            Self::CreateTenant { tenant, .. }
            | Self::RenameTenant { tenant, .. }
            | Self::DeleteTenant { tenant }
            | Self::DescribeTenant { tenant, .. } => tenant,
        }
    }

    pub(super) fn apply(&self, configuration: &mut Configuration) -> Result<(), ChangeError> {
        let tenants = &mut configuration.tenants;
        match self {
            Self::CreateTenant { tenant, description } => {
                create(tenants, "tenant", tenant, Tenant { description: Some(description.as_str().into()), ..Tenant::default() })
            }
            Self::RenameTenant { tenant, to } => {
                rename(tenants, "tenant", tenant, to)?;
                for rule in configuration.roles.values_mut().flat_map(|role| &mut role.tenant_permissions) {
                    swap(&mut rule.tenant_patterns, tenant, to);
                }
                Ok(())
            }
            Self::DeleteTenant { tenant } => delete(tenants, "tenant", tenant),
            Self::DescribeTenant { tenant, description } => {
                find(tenants, "tenant", tenant)?.description = description.as_deref().map(Into::into);
                Ok(())
            }
        }
    }

    pub(super) fn operations(&self, configuration: &Configuration) -> Vec<Op> {
        let at = |path| Op::at(DocumentKind::Tenants, path);
        match self {
            Self::CreateTenant { tenant, description } => vec![at(vec![key(tenant)]).put(json!({ "description": description }))],
            Self::RenameTenant { tenant, to } => {
                let mut out = vec![at(vec![key(tenant)]).rename(to)];
                for (name, role) in &configuration.roles {
                    for (number, rule) in role.tenant_permissions.iter().enumerate() {
                        if rule.tenant_patterns.iter().any(|have| have.value == *tenant) {
                            let path = vec![key(name), key("tenant_permissions"), item(number), key("tenant_patterns")];
                            out.push(Op::at(DocumentKind::Roles, path).replace(tenant, to));
                        }
                    }
                }
                out
            }
            Self::DeleteTenant { tenant } => vec![at(vec![key(tenant)]).cut()],
            Self::DescribeTenant { tenant, description } => {
                vec![at(vec![key(tenant), key("description")]).put_or_cut(description.as_ref().map(|text| json!(text)))]
            }
        }
    }
}
