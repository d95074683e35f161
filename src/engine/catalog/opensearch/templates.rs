//! What a new role can start from: recipes, and the roles that come with the product.

use super::built_in;
use crate::engine::model::opensearch::{Role, read_roles};
use crate::engine::model::{Entries, Product};
use crate::source::FileId;
use crate::yaml::Document;

/// A role to begin with.
#[derive(Debug, Clone)]
pub struct Template {
    /// Its name, which a new role may keep.
    pub name: String,
    /// What it is for.
    pub summary: String,
    /// The role.
    pub role: Role,
    /// Roles that its users need besides.
    pub with: &'static [&'static str],
    /// Whether it comes with the product, and is not one of our recipes.
    pub is_predefined: bool,
}

/// Files of a small directory that holds both recipes, with users, mappings and scenarios.
pub const RECIPES: [(&str, &str); 4] = [
    ("roles.yml", include_str!("../../../../assets/recipes/roles.yml")),
    ("roles_mapping.yml", include_str!("../../../../assets/recipes/roles_mapping.yml")),
    ("internal_users.yml", include_str!("../../../../assets/recipes/internal_users.yml")),
    ("scenarios.yml", include_str!("../../../../assets/recipes/scenarios.yml")),
];

/// Roles of the default configuration that are no part of the plugin: their names alone matter.
const BY_NAME: [(&str, &str); 2] = [
    ("kibana_read_only", "Keeps Dashboards (Kibana) from offering changes; together with kibana_user"),
    ("security_rest_api_access", "Lets its users call the security plugin's REST API"),
];

/// The templates of a product, recipes first; none for Elasticsearch, whose roles are made otherwise.
pub fn templates(product: Product) -> Vec<Template> {
    if product.is_elasticsearch() {
        return Vec::new();
    }
    let document = Document::parse(FileId::default(), RECIPES[0].1.as_bytes().to_vec());
    let recipes = document.root().map(|root| read_roles(root, &mut Vec::new())).unwrap_or_default();
    let of = |(name, role): (String, Role), is_predefined: bool| Template {
        summary: role.description.as_ref().map(|text| text.value.clone()).unwrap_or_default(),
        with: if name == "read_only_index" { &["kibana_user", "kibana_read_only"] } else { &[] },
        name,
        role,
        is_predefined,
    };
    let by_name = BY_NAME.iter().map(|(name, summary)| Template {
        name: (*name).to_owned(),
        summary: (*summary).to_owned(),
        role: Role::default(),
        with: if *name == "kibana_read_only" { &["kibana_user"] } else { &[] },
        is_predefined: true,
    });
    let mut predefined: Vec<Template> = predefined(product).into_iter().map(|entry| of(entry, true)).chain(by_name).collect();
    predefined.sort_by(|a, b| a.name.cmp(&b.name));
    recipes.into_iter().map(unplaced).map(|entry| of(entry, false)).chain(predefined).collect()
}

fn predefined(product: Product) -> Entries<Role> {
    built_in(product).roles.clone()
}

/// The recipes' places are in no file of the operator.
fn unplaced((name, mut role): (String, Role)) -> (String, Role) {
    role.place = None;
    role.description.iter_mut().for_each(|text| text.place = None);
    role.cluster_permissions.iter_mut().for_each(|action| action.place = None);
    for rule in &mut role.index_permissions {
        rule.place = None;
        rule.index_patterns.iter_mut().chain(&mut rule.allowed_actions).for_each(|text| text.place = None);
    }
    (name, role)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_predefined_roles_of_the_documentation_are_all_there() {
        // the table of the product's page on users and roles
        let documented = [
            "all_access",
            "kibana_read_only",
            "kibana_user",
            "logstash",
            "manage_snapshots",
            "readall",
            "readall_and_monitor",
            "security_rest_api_access",
        ];
        for product in [Product::OpenDistro1_13, Product::OpenSearch2_19, Product::OpenSearch3_8] {
            let names: Vec<String> = templates(product).into_iter().map(|template| template.name).collect();
            for name in documented {
                assert!(names.iter().any(|found| found == name), "{product}: {name}");
            }
            assert_eq!(names[..2], ["read_only_index", "bulk_access"]);
        }
        assert!(templates(Product::Elasticsearch9_1).is_empty());
    }
}
