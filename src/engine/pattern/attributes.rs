//! `${user.name}` and its like in index patterns and queries.

use std::collections::BTreeMap;

/// Whether a pattern depends on the user.
pub fn has_placeholder(pattern: &str) -> bool {
    pattern.contains("${")
}

/// What can be put in place of `${…}`.
#[derive(Debug, Clone, Copy)]
pub struct Attributes<'a> {
    /// User name.
    pub user: &'a str,
    /// Backend roles (`user.roles`).
    pub backend_roles: &'a [String],
    /// Mapped roles (`user.securityRoles`).
    pub roles: &'a [String],
    /// Others by full name (`attr.internal.dept`).
    pub attributes: &'a BTreeMap<String, String>,
}

impl Attributes<'_> {
    /// The pattern with every known placeholder replaced; unknown ones stay as they are (rule 17 of the
    /// recorded behaviour). Lists come quoted and separated by commas.
    pub fn substitute(&self, pattern: &str) -> String {
        if !has_placeholder(pattern) {
            return pattern.to_owned();
        }
        let mut text = pattern.replace("${user.name}", self.user).replace("${user_name}", self.user);
        for (names, values) in
            [(["${user.roles}", "${user_roles}"], self.backend_roles), (["${user.securityRoles}", "${user_securityRoles}"], self.roles)]
        {
            if names.iter().any(|name| text.contains(name)) {
                let quoted: Vec<String> = values.iter().map(|value| format!("\"{value}\"")).collect();
                let list = quoted.join(",");
                text = names.iter().fold(text, |text, name| text.replace(name, &list));
            }
        }
        for (name, value) in self.attributes {
            text = text.replace(&format!("${{{name}}}"), value).replace(&format!("${{{}}}", name.replace('.', "_")), value);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lists_and_attributes_are_put_in_and_unknown_ones_stay() {
        let attributes = BTreeMap::from([("attr.internal.dept".to_owned(), "fin".to_owned())]);
        let roles = ["a".to_owned(), "b".to_owned()];
        let user = Attributes { user: "ann", backend_roles: &roles, roles: &[], attributes: &attributes };
        assert_eq!(user.substitute("${user.name}-${user_name}"), "ann-ann");
        assert_eq!(user.substitute("${user.roles}"), "\"a\",\"b\"");
        assert_eq!(user.substitute("${attr.internal.dept}*${attr_internal_dept}"), "fin*fin");
        assert_eq!(user.substitute("${attr.internal.nope}-*"), "${attr.internal.nope}-*");
        assert_eq!(user.substitute("${user.securityRoles}"), "");
    }
}
