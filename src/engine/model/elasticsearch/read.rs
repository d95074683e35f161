//! Everything but roles: role mappings, users, stored privileges, Kibana's role API; and which document
//! is which.

use super::super::opensearch::json;
use super::{ApplicationPrivileges, Configuration, Role, RoleMapping, Rule, StoredPrivilege, User, read_role, read_roles};
use crate::source::{Located, Problem, Span};
use crate::yaml::{Entry, Kind, Node};

/// What a document holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DocumentKind {
    /// roles.yml, or the answer of `GET _security/role`.
    Roles,
    /// role_mapping.yml (`role: [dn, …]`), or the answer of `GET _security/role_mapping`.
    RoleMappings,
    /// The answer of `GET _security/user`.
    Users,
    /// The answer of `GET _security/privilege`.
    Privileges,
    /// The answer of Kibana's `GET /api/security/role`.
    KibanaRoles,
}

/// Read a document of the given kind into `configuration`.
pub fn read_document(kind: DocumentKind, root: Node<'_>, configuration: &mut Configuration, problems: &mut Vec<Problem>) {
    match kind {
        DocumentKind::Roles => configuration.roles.append(read_roles(root, problems)),
        DocumentKind::RoleMappings => read_role_mappings(root, configuration, problems),
        DocumentKind::Users => read_user_api(root, configuration, problems),
        DocumentKind::Privileges => read_privileges(root, configuration, problems),
        DocumentKind::KibanaRoles => read_kibana_roles(root, configuration, problems),
    }
}

fn texts(value: Node<'_>) -> Vec<Located<String>> {
    match value.kind() {
        Kind::Sequence => value.items().filter_map(Node::located).collect(),
        _ if value.is_null() => Vec::new(),
        _ => value.located().into_iter().collect(),
    }
}

fn flag(value: Node<'_>, problems: &mut Vec<Problem>) -> Option<Located<bool>> {
    match json(value) {
        serde_json::Value::Bool(flag) => Some(Located::at(flag, value.place())),
        _ => {
            problems.push(Problem::error(Some(value.place()), "expected `true` or `false` here"));
            None
        }
    }
}

fn entries<'n>(root: Node<'n>, what: &str, problems: &mut Vec<Problem>) -> impl Iterator<Item = (&'n str, Entry<'n>)> {
    if root.kind() != Kind::Mapping && !root.is_null() {
        problems.push(Problem::error(Some(root.place()), format!("this is not a mapping of names to {what}")));
    }
    root.entries().filter_map(|entry| Some((entry.key.text()?, entry)))
}

fn whole(entry: Entry<'_>) -> crate::source::Place {
    let (key, value) = (entry.key.span(), entry.value.span());
    entry.key.document().place(Span { start: key.start, end: value.end.max(key.end) })
}

/// Role mappings of either form. In role_mapping.yml a role name leads to distinguished names of users
/// and groups, any one of which suffices.
pub fn read_role_mappings(root: Node<'_>, configuration: &mut Configuration, problems: &mut Vec<Problem>) {
    for (name, entry) in entries(root, "role mappings", problems).collect::<Vec<_>>() {
        let mut mapping = RoleMapping { place: Some(whole(entry)), ..RoleMapping::default() };
        if entry.value.kind() == Kind::Mapping {
            for Entry { key, value } in entry.value.entries() {
                match key.text() {
                    Some("enabled") => mapping.enabled = flag(value, problems),
                    Some("roles") => mapping.roles = texts(value),
                    Some("role_templates") => {
                        mapping.role_templates = value.items().map(|item| Located::at(json(item), item.place())).collect();
                    }
                    Some("rules") => mapping.rules = Rule::read(value, problems),
                    Some("metadata") => {}
                    other => problems.push(Problem::error(
                        Some(key.place()),
                        format!("unknown key `{}` in this role mapping", other.unwrap_or_default()),
                    )),
                }
            }
        } else {
            mapping.by_role = true;
            mapping.roles = entry.key.located().into_iter().collect();
            let names = texts(entry.value);
            let values: Vec<_> =
                names.iter().map(|name| Located { value: serde_json::Value::String(name.value.clone()), place: name.place }).collect();
            mapping.rules = Some(Rule::Any(vec![Rule::Field("dn".into(), values.clone()), Rule::Field("groups".into(), values)]));
        }
        configuration.role_mappings.insert(name.to_owned(), mapping);
    }
}

/// The answer of `GET _security/user`.
pub fn read_user_api(root: Node<'_>, configuration: &mut Configuration, problems: &mut Vec<Problem>) {
    for (name, entry) in entries(root, "users", problems).collect::<Vec<_>>() {
        let mut user = User { native: true, place: Some(whole(entry)), ..User::default() };
        for Entry { key, value } in entry.value.entries() {
            match key.text() {
                Some("roles") => user.roles = texts(value),
                Some("enabled") => user.enabled = flag(value, problems),
                Some("full_name") if !value.is_null() => user.full_name = value.located(),
                Some("email") if !value.is_null() => user.email = value.located(),
                Some("metadata") => user.metadata = Some(Located::at(json(value), value.place())),
                _ => {}
            }
        }
        configuration.users.insert(name.to_owned(), user);
    }
}

/// The answer of `GET _security/privilege`: application → name → privilege.
pub fn read_privileges(root: Node<'_>, configuration: &mut Configuration, problems: &mut Vec<Problem>) {
    for (application, entry) in entries(root, "applications", problems).collect::<Vec<_>>() {
        for Entry { key, value } in entry.value.entries() {
            let Some(name) = key.text() else { continue };
            configuration.privileges.push(StoredPrivilege {
                application: application.to_owned(),
                name: name.to_owned(),
                actions: value.get("actions").map(texts).unwrap_or_default(),
                place: Some(whole(Entry { key, value })),
            });
        }
    }
}

/// Kibana's roles: a list, or one role; `elasticsearch` is a role body, `kibana` becomes privileges of
/// the application `kibana-.kibana`, as Kibana itself stores them.
pub fn read_kibana_roles(root: Node<'_>, configuration: &mut Configuration, problems: &mut Vec<Problem>) {
    let list: Vec<Node<'_>> = if root.kind() == Kind::Sequence { root.items().collect() } else { vec![root] };
    for item in list {
        let Some(name) = item.get("name").and_then(Node::text) else {
            problems.push(Problem::error(Some(item.place()), "this role has no `name`").help("expected what Kibana's role API prints"));
            continue;
        };
        let mut role = item.get("elasticsearch").map(|body| read_role(name, body, problems)).unwrap_or_default();
        role.place = Some(item.place());
        role.description = item.get("description").and_then(Node::located);
        role.metadata = item.get("metadata").map(|node| Located::at(json(node), node.place()));
        for grant in item.get("kibana").into_iter().flat_map(Node::items) {
            kibana_grant(grant, &mut role);
        }
        configuration.roles.insert(name.to_owned(), role);
    }
}

fn kibana_grant(grant: Node<'_>, role: &mut Role) {
    let spaces = grant.get("spaces").map(texts).unwrap_or_default();
    let everywhere = spaces.is_empty() || spaces.iter().any(|space| space.as_str() == "*");
    let resources = if everywhere {
        vec![Located { value: "*".to_owned(), place: spaces.first().and_then(|space| space.place) }]
    } else {
        spaces.into_iter().map(|space| Located { value: format!("space:{}", space.value), place: space.place }).collect()
    };
    let base = grant.get("base").map(texts).unwrap_or_default().into_iter();
    let base = base.map(|base| Located { value: if everywhere { base.value } else { format!("space_{}", base.value) }, place: base.place });
    let features = grant.get("feature").into_iter().flat_map(Node::entries).flat_map(|entry| {
        let feature = entry.key.text().unwrap_or_default().to_owned();
        texts(entry.value)
            .into_iter()
            .map(move |level| Located { value: format!("feature_{feature}.{}", level.value), place: level.place })
            .collect::<Vec<_>>()
    });
    let privileges: Vec<_> = base.chain(features).collect();
    if !privileges.is_empty() {
        role.applications.push(ApplicationPrivileges {
            application: Some("kibana-.kibana".into()),
            privileges,
            resources,
            place: Some(grant.place()),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;
    use crate::yaml::Document;

    fn read(kind: DocumentKind, text: &str) -> (Configuration, Vec<Problem>) {
        let document = Document::parse(FileId(0), text.as_bytes().to_vec());
        assert_eq!(document.problems(), []);
        let (mut configuration, mut problems) = (Configuration::default(), Vec::new());
        read_document(kind, document.root().expect("a root"), &mut configuration, &mut problems);
        (configuration, problems)
    }

    fn names(list: &[Located<String>]) -> Vec<&str> {
        list.iter().map(|item| item.as_str()).collect()
    }

    #[test]
    fn the_spellings_of_x_pack_5_and_shield_are_read() {
        let (configuration, problems) = read(
            DocumentKind::Roles,
            "admin:\n  cluster: all\n  indices:\n    '*': all\nlogs:\n  cluster: monitor, manage_index_templates\n  indices:\n    - names: 'logs-*'\n      privileges: read\n  run_as: kibana, bob\n",
        );
        assert_eq!(problems, []);
        let admin = &configuration.roles["admin"];
        assert!(admin.old_spelling.is_some() && admin.refusal.is_none());
        assert_eq!((names(&admin.indices[0].names), names(&admin.indices[0].privileges)), (vec!["*"], vec!["all"]));
        let logs = &configuration.roles["logs"];
        assert_eq!(names(&logs.cluster), ["monitor", "manage_index_templates"]);
        assert_eq!(names(&logs.run_as), ["kibana", "bob"]);
    }

    #[test]
    fn a_refused_role_has_the_engines_text_and_the_rest_opens() {
        let (configuration, problems) = read(
            DocumentKind::Roles,
            "bad:\n  indices:\n  - names: [a]\n    privileges: [read]\n    field_security: {except: [salary]}\ngood:\n  cluster: [monitor]\n",
        );
        assert_eq!(problems.len(), 1);
        assert_eq!(
            configuration.roles["bad"].refusal.as_ref().map(|refusal| refusal.message.as_str()),
            Some("failed to parse indices privileges for role [bad]. field_security requires grant if except is given")
        );
        assert_eq!(names(&configuration.roles["good"].cluster), ["monitor"]);
    }

    #[test]
    fn a_query_is_a_text_or_an_object() {
        let (configuration, _) = read(
            DocumentKind::Roles,
            r#"{"r":{"indices":[{"names":["a"],"privileges":["read"],"query":{"term":{"k":0}}},{"names":["b"],"privileges":["read"],"query":"{\"match_all\":{}}"},{"names":["c"],"privileges":["read"],"query":""}]}}"#,
        );
        let queries: Vec<_> =
            configuration.roles["r"].indices.iter().map(|entry| entry.query.as_ref().map(|query| query.value.as_str())).collect();
        assert_eq!(queries, [Some(r#"{"term":{"k":0}}"#), Some(r#"{"match_all":{}}"#), None]);
    }

    #[test]
    fn role_mappings_of_both_forms_are_rules() {
        let (file, problems) =
            read(DocumentKind::RoleMappings, "monitoring:\n  - \"cn=admins,dc=example,dc=com\"\nuser: ['cn=John,dc=example,dc=com']\n");
        assert_eq!(problems, []);
        let dn = |text: &str| std::collections::BTreeMap::from([("dn".to_owned(), vec![serde_json::Value::from(text)])]);
        let rules = file.role_mappings["user"].rules.as_ref().expect("rules");
        assert!(rules.matches(&dn("cn=John,dc=example,dc=com")) && !rules.matches(&dn("cn=Jane,dc=example,dc=com")));
        let (api, problems) = read(
            DocumentKind::RoleMappings,
            r#"{"m":{"enabled":true,"roles":["user"],"rules":{"all":[{"field":{"username":"es-*"}},{"except":{"field":{"groups":["admins"]}}}]},"metadata":{}},
               "bad":{"enabled":true,"roles":["x"],"rules":{"except":{"field":{"username":"*"}}}}}"#,
        );
        assert_eq!(problems.len(), 1);
        let rules = api.role_mappings["m"].rules.as_ref().expect("rules");
        let mut fields = std::collections::BTreeMap::from([("username".to_owned(), vec![serde_json::Value::from("es-1")])]);
        assert!(rules.matches(&fields));
        fields.insert("groups".to_owned(), vec![serde_json::Value::from("admins")]);
        assert!(!rules.matches(&fields));
    }

    #[test]
    fn users_privileges_and_kibanas_roles_are_read() {
        let (users, _) = read(
            DocumentKind::Users,
            r#"{"jack":{"username":"jack","roles":["a","b"],"full_name":"Jack","email":null,"metadata":{"x":1},"enabled":false}}"#,
        );
        assert_eq!(names(&users.users["jack"].roles), ["a", "b"]);
        assert_eq!(users.users["jack"].enabled.as_ref().map(|flag| flag.value), Some(false));
        let (privileges, _) = read(
            DocumentKind::Privileges,
            r#"{"myapp":{"read":{"application":"myapp","name":"read","actions":["data:read/*"],"metadata":{}}}}"#,
        );
        assert_eq!((privileges.privileges[0].name.as_str(), names(&privileges.privileges[0].actions)), ("read", vec!["data:read/*"]));
        let (kibana, _) = read(
            DocumentKind::KibanaRoles,
            r#"[{"name":"k","elasticsearch":{"cluster":[],"indices":[{"names":["logs"],"privileges":["read"]}],"run_as":[]},"kibana":[{"base":[],"feature":{"discover":["all"]},"spaces":["ops"]},{"base":["read"],"feature":{},"spaces":["*"]}]}]"#,
        );
        let role = &kibana.roles["k"];
        assert_eq!(names(&role.applications[0].privileges), ["feature_discover.all"]);
        assert_eq!(names(&role.applications[0].resources), ["space:ops"]);
        assert_eq!((names(&role.applications[1].privileges), names(&role.applications[1].resources)), (vec!["read"], vec!["*"]));
    }
}
