//! Entries as the API takes them, without password hashes.

use serde_json::{Map, Value, json};

use super::{ApplicationPrivileges, FieldSecurity, IndexPrivileges, Role, RoleMapping, User};
use crate::source::Located;

fn texts(items: &[Located<String>]) -> Value {
    items.iter().map(|item| json!(item.value)).collect()
}

impl Role {
    /// The role; what is empty is left out.
    pub fn body(&self) -> Value {
        let mut body = Map::new();
        if let Some(description) = &self.description {
            body.insert("description".to_owned(), json!(description.value));
        }
        if !self.cluster.is_empty() {
            body.insert("cluster".to_owned(), texts(&self.cluster));
        }
        if let Some(global) = &self.global {
            body.insert("global".to_owned(), global.value.clone());
        }
        if !self.indices.is_empty() {
            body.insert("indices".to_owned(), self.indices.iter().map(IndexPrivileges::body).collect());
        }
        if !self.applications.is_empty() {
            body.insert("applications".to_owned(), self.applications.iter().map(ApplicationPrivileges::body).collect());
        }
        if !self.run_as.is_empty() {
            body.insert("run_as".to_owned(), texts(&self.run_as));
        }
        if !self.remote_indices.is_empty() {
            let remote = self.remote_indices.iter().map(|remote| {
                let mut body = remote.privileges.body();
                body["clusters"] = texts(&remote.clusters);
                body
            });
            body.insert("remote_indices".to_owned(), remote.collect());
        }
        if let Some(metadata) = &self.metadata {
            body.insert("metadata".to_owned(), metadata.value.clone());
        }
        Value::Object(body)
    }
}

impl IndexPrivileges {
    /// The entry; what it does not restrict is left out.
    pub fn body(&self) -> Value {
        let mut body = json!({ "names": texts(&self.names), "privileges": texts(&self.privileges) });
        if let Some(fields) = &self.field_security {
            body["field_security"] = fields.body();
        }
        if let Some(query) = &self.query {
            body["query"] = json!(query.value);
        }
        if let Some(allowed) = &self.allow_restricted_indices {
            body["allow_restricted_indices"] = json!(allowed.value);
        }
        body
    }
}

impl FieldSecurity {
    fn body(&self) -> Value {
        let lists = [("grant", &self.grant), ("except", &self.except)];
        Value::Object(lists.into_iter().filter_map(|(key, list)| Some((key.to_owned(), texts(list.as_ref()?)))).collect())
    }
}

impl ApplicationPrivileges {
    fn body(&self) -> Value {
        let application = self.application.as_ref().map(|name| name.value.clone()).unwrap_or_default();
        json!({ "application": application, "privileges": texts(&self.privileges), "resources": texts(&self.resources) })
    }
}

impl RoleMapping {
    /// The mapping.
    pub fn body(&self) -> Value {
        let mut body = json!({ "enabled": self.enabled.as_ref().is_none_or(|enabled| enabled.value) });
        if !self.roles.is_empty() {
            body["roles"] = texts(&self.roles);
        }
        if !self.role_templates.is_empty() {
            body["role_templates"] = self.role_templates.iter().map(|template| template.value.clone()).collect();
        }
        if let Some(rules) = &self.rules {
            body["rules"] = rules.to_json();
        }
        body
    }
}

impl User {
    /// The user without the hash.
    pub fn body(&self) -> Value {
        let mut body = json!({ "roles": texts(&self.roles) });
        for (key, text) in [("full_name", &self.full_name), ("email", &self.email)] {
            if let Some(text) = text {
                body[key] = json!(text.value);
            }
        }
        if let Some(metadata) = &self.metadata {
            body["metadata"] = metadata.value.clone();
        }
        if let Some(enabled) = &self.enabled {
            body["enabled"] = json!(enabled.value);
        }
        body
    }
}
