//! `${user.name}` and its kind inside index patterns and DLS queries. `${user.securityRoles}` means nothing here.

use super::java::hash_set_order;
use crate::engine::evaluate::Subject;
use crate::engine::pattern::{Attributes, has_placeholder};

/// Replace what stands for the user; every other `${…}` stays as it is.
pub(super) fn substitute(text: &str, subject: &Subject) -> String {
    if !has_placeholder(text) {
        return text.to_owned();
    }
    let backend_roles = hash_set_order(subject.backend_roles.iter().map(String::as_str));
    let attributes = Attributes { user: &subject.user, backend_roles: &backend_roles, roles: &[], attributes: &subject.attributes };
    // the shared reading knows one placeholder more than the plugin; keep it out of its sight
    let parts: Vec<String> = text.split("${user.securityRoles}").map(|part| attributes.substitute(part)).collect();
    parts.join("${user.securityRoles}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn security_roles_stay_literal() {
        let subject = Subject { user: "ann".into(), backend_roles: vec!["b".into()], ..Subject::default() };
        assert_eq!(substitute("${user.name}-${user.securityRoles}-${user_roles}", &subject), "ann-${user.securityRoles}-\"b\"");
    }
}
