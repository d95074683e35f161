//! Entries as the REST API takes them, without flags and without password hashes.

use serde_json::{Map, Value, json};

use super::{ActionGroup, IndexPermission, InternalUser, Role, RoleMapping, Tenant, TenantPermission};
use crate::source::Located;

fn texts(items: &[Located<String>]) -> Value {
    items.iter().map(|item| json!(item.value)).collect()
}

fn described(description: Option<&Located<String>>) -> Map<String, Value> {
    description.map(|text| ("description".to_owned(), json!(text.value))).into_iter().collect()
}

impl Role {
    /// The role; lists that are empty are left out.
    pub fn body(&self) -> Value {
        let mut body = described(self.description.as_ref());
        if !self.cluster_permissions.is_empty() {
            body.insert("cluster_permissions".to_owned(), texts(&self.cluster_permissions));
        }
        if !self.index_permissions.is_empty() {
            body.insert("index_permissions".to_owned(), self.index_permissions.iter().map(IndexPermission::body).collect());
        }
        if !self.tenant_permissions.is_empty() {
            body.insert("tenant_permissions".to_owned(), self.tenant_permissions.iter().map(TenantPermission::body).collect());
        }
        Value::Object(body)
    }
}

impl IndexPermission {
    /// The rule; what it does not restrict is left out.
    pub fn body(&self) -> Value {
        let mut body = json!({ "index_patterns": texts(&self.index_patterns) });
        if let Some(dls) = &self.dls {
            body["dls"] = json!(dls.value);
        }
        for (key, list) in [("fls", &self.fls), ("masked_fields", &self.masked_fields)] {
            if !list.is_empty() {
                body[key] = texts(list);
            }
        }
        body["allowed_actions"] = texts(&self.allowed_actions);
        body
    }
}

impl TenantPermission {
    /// The rule.
    pub fn body(&self) -> Value {
        json!({ "tenant_patterns": texts(&self.tenant_patterns), "allowed_actions": texts(&self.allowed_actions) })
    }
}

impl RoleMapping {
    /// The mapping; lists that are empty are left out.
    pub fn body(&self) -> Value {
        let mut body = described(self.description.as_ref());
        let lists = [
            ("users", &self.users),
            ("backend_roles", &self.backend_roles),
            ("and_backend_roles", &self.and_backend_roles),
            ("hosts", &self.hosts),
        ];
        body.extend(lists.into_iter().filter(|(_, list)| !list.is_empty()).map(|(key, list)| (key.to_owned(), texts(list))));
        Value::Object(body)
    }
}

impl InternalUser {
    /// The user without the hash.
    pub fn body(&self) -> Value {
        let mut body = described(self.description.as_ref());
        for (key, list) in [("backend_roles", &self.backend_roles), ("opendistro_security_roles", &self.security_roles)] {
            if !list.is_empty() {
                body.insert(key.to_owned(), texts(list));
            }
        }
        if !self.attributes.is_empty() {
            let attributes = self.attributes.iter().map(|(name, value)| (name.clone(), json!(value.value)));
            body.insert("attributes".to_owned(), Value::Object(attributes.collect()));
        }
        Value::Object(body)
    }
}

impl ActionGroup {
    /// The group.
    pub fn body(&self) -> Value {
        let mut body = described(self.description.as_ref());
        if let Some(kind) = &self.kind {
            body.insert("type".to_owned(), json!(kind.value));
        }
        body.insert("allowed_actions".to_owned(), texts(&self.allowed_actions));
        Value::Object(body)
    }
}

impl Tenant {
    /// The tenant.
    pub fn body(&self) -> Value {
        Value::Object(described(self.description.as_ref()))
    }
}
