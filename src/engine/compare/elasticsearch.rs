//! Elasticsearch's roles taken apart for a comparison: what their privileges grant on patterns of names.

use std::sync::OnceLock;

use super::access::{Comparable, Gain, Holding, Opens};
use super::documents::{Lift, Looking};
use super::entries::lifted_entries;
use super::language::Difference;
use super::permit::Permit;
use crate::engine::catalog::elasticsearch::Catalog;
use crate::engine::evaluate::elasticsearch::{
    ClusterRequest, Component, Permissions, Rules, Stored, is_cluster_action, is_index_action, role,
};
use crate::engine::model::elasticsearch::{ApplicationPrivileges, Configuration, Role};
use crate::engine::pattern::lucene::{Dfa, Dialect, NameMatcher, PatternError, pattern, patterns, union};

impl Comparable for Configuration {
    type Opened<'a> = Opened<'a>;

    fn opened<'a>(holding: Holding<'a, Self>) -> Opened<'a> {
        let (rules, catalog) = (Rules::of(holding.product), Catalog::of(holding.product));
        let roles: Vec<(&str, &Role)> =
            holding.roles.iter().filter_map(|name| Some((name.as_str(), role(holding.configuration, catalog, name)?.0))).collect();
        let permissions = Permissions::of_sound(rules, &roles, &Stored::new(&holding.configuration.privileges));
        Opened { rules, catalog, roles, permissions }
    }

    fn lifted(before: Looking<'_, Self>, after: Looking<'_, Self>, permits: &[&Permit]) -> Vec<Lift> {
        lifted_entries(before, after, permits)
    }

    fn role_names(&self) -> Vec<&str> {
        self.roles.keys().map(String::as_str).collect()
    }

    fn may_differ(&self, _: &Self, _: &str) -> bool {
        true
    }

    fn speaks_of_users(&self) -> bool {
        true
    }
}

/// Roles with the permissions that they give together.
pub struct Opened<'a> {
    rules: &'static Rules,
    catalog: &'static Catalog,
    roles: Vec<(&'a str, &'a Role)>,
    permissions: Permissions,
}

/// A pattern of names, and which of the names that match are meant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Names {
    /// Of data streams the failure store, not the documents.
    failures: bool,
    /// Restricted names too.
    restricted: bool,
    pattern: String,
}

impl Opened<'_> {
    fn automaton(&self, names: &[Names], failures: bool) -> Result<Dfa, PatternError> {
        let of = |restricted: bool| -> Result<Dfa, PatternError> {
            let texts: Vec<&str> = names
                .iter()
                .filter(|names| names.failures == failures && names.restricted == restricted)
                .map(|names| names.pattern.as_str())
                .collect();
            patterns(&texts, self.rules.dialect)
        };
        union([of(false)?.minus(self.rules.restricted_automaton())?, of(true)?].iter())
    }

    fn example(&self, names: &[Names], others: &[Names], failures: bool) -> Result<Option<String>, PatternError> {
        let more = self.automaton(names, failures)?.minus(&self.automaton(others, failures)?)?;
        Ok(more.intersection(possible_names())?.example())
    }

    fn applications(&self) -> impl Iterator<Item = &ApplicationPrivileges> {
        self.roles.iter().flat_map(|(_, role)| &role.applications)
    }

    /// Whether an entry of this side has a privilege of an application on a resource, as far as its words say.
    fn has_application(&self, application: &str, privilege: &str, resource: &str) -> bool {
        let covers = |texts: &[&str], asked: &str| {
            texts.contains(&asked) || NameMatcher::new(texts, self.rules.dialect).is_ok_and(|matcher| matcher.matches(asked))
        };
        self.applications().any(|entry| {
            let name: Vec<&str> = entry.application.iter().map(|name| name.as_str()).collect();
            let privileges: Vec<&str> = entry.privileges.iter().map(|name| name.as_str()).collect();
            let resources: Vec<&str> = entry.resources.iter().map(|name| name.as_str()).collect();
            covers(&name, application) && covers(&privileges, privilege) && covers(&resources, resource)
        })
    }
}

/// Names that an index, alias or data stream can have.
fn possible_names() -> &'static Dfa {
    static NAMES: OnceLock<Dfa> = OnceLock::new();
    NAMES.get_or_init(|| {
        let modern = Dialect { character_classes: true, ..Dialect::default() };
        pattern(r##"/[^A-Z \\\/*?"<>|,#:+_\-][^A-Z \\\/*?"<>|,#:]*/"##, modern).unwrap_or_else(|_| Dfa::total())
    })
}

impl Opens for Opened<'_> {
    type Names = Names;

    fn known(&self) -> Vec<&str> {
        self.catalog.actions.iter().map(String::as_str).filter(|action| is_cluster_action(action) || is_index_action(action)).collect()
    }

    fn literals(&self) -> Vec<&str> {
        let indices = self.roles.iter().flat_map(|(_, role)| role.indices.iter().flat_map(|entry| &entry.privileges));
        let texts = self.roles.iter().flat_map(|(_, role)| &role.cluster).chain(indices).map(|text| text.as_str());
        texts.filter(|text| (is_cluster_action(text) || is_index_action(text)) && !text.contains(['*', '?', '/', '\\'])).collect()
    }

    fn cluster(&self, action: &str) -> bool {
        self.permissions.cluster_action(action, &ClusterRequest::default()).unwrap_or(false)
    }

    fn names(&self, action: &str) -> Vec<Names> {
        let passes = self.rules.passes_restricted(action);
        let mut out: Vec<Names> = Vec::new();
        for group in self.permissions.granting(action) {
            for failures in [false, true] {
                let component = if failures { Component::Failures } else { Component::Data };
                if group.has(component) {
                    let names = group.names.iter().map(|pattern| Names {
                        failures,
                        restricted: group.restricted || passes,
                        pattern: pattern.clone(),
                    });
                    out.extend(names);
                }
            }
        }
        out.sort_unstable();
        out.dedup();
        out
    }

    fn patterns(&self) -> Vec<String> {
        let entries = self.roles.iter().flat_map(|(_, role)| &role.indices);
        entries.flat_map(|entry| entry.names.iter().map(|name| name.value.clone())).collect()
    }

    fn count(&self, action: &str, names: &[&str]) -> usize {
        let groups: Vec<_> = self.permissions.granting(action).filter(|group| group.has(Component::Data)).collect();
        names.iter().filter(|name| groups.iter().any(|group| group.covers_asked(name, action, self.rules))).count()
    }

    fn difference(&self, names: &[Names], others: &[Names]) -> Difference {
        if names.iter().all(|one| others.contains(one)) {
            return Difference::Nothing;
        }
        for failures in [false, true] {
            match self.example(names, others, failures) {
                Ok(None) => {}
                Ok(Some(name)) if failures => return Difference::Example(format!("{name}::failures")),
                Ok(Some(name)) => return Difference::Example(name),
                Err(_) => return Difference::Unknown("the patterns make an automaton that is too large to compare".to_owned()),
            }
        }
        Difference::Nothing
    }

    fn besides(&self, before: &Self) -> Vec<Gain> {
        let gain = |action: String| Gain { action, index: None, unknown: None };
        let mut out = Vec::new();
        match self.permissions.run_as().minus(before.permissions.run_as()).map(|more| more.example()) {
            Ok(None) => {}
            Ok(Some(user)) => out.push(gain(format!("run as `{user}`"))),
            Err(_) => {
                out.push(Gain { unknown: Some("the users are too many patterns to compare".to_owned()), ..gain("run as".to_owned()) })
            }
        }
        for entry in self.applications() {
            let Some(application) = &entry.application else { continue };
            for privilege in &entry.privileges {
                for resource in entry.resources.iter().filter(|resource| !before.has_application(application, privilege, resource)) {
                    out.push(gain(format!(
                        "privilege `{}` of application `{}` on `{}`",
                        privilege.value, application.value, resource.value
                    )));
                }
            }
        }
        let remote = |side: &Self| {
            let entries = side.roles.iter().flat_map(|(_, role)| &role.remote_indices);
            let texts = |items: &[crate::source::Located<String>]| items.iter().map(|item| item.value.clone()).collect::<Vec<_>>();
            entries
                .map(|entry| (texts(&entry.clusters), texts(&entry.privileges.names), texts(&entry.privileges.privileges)))
                .collect::<Vec<_>>()
        };
        let old = remote(before);
        out.extend(remote(self).into_iter().filter(|entry| !old.contains(entry)).map(|(clusters, names, privileges)| Gain {
            unknown: Some(format!("what clusters {} give there is theirs to decide", clusters.join(", "))),
            ..gain(format!("{} on remote {}", privileges.join(", "), names.join(", ")))
        }));
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::compare::{gained, is_cluster};
    use crate::engine::model::elasticsearch::{DocumentKind, read_document};
    use crate::engine::model::{Evaluator, Product};
    use crate::source::FileId;
    use crate::yaml::Document;

    fn read(role: &str) -> Configuration {
        let document = Document::parse(FileId(0), format!("r: {role}\n").into_bytes());
        let (mut configuration, mut problems) = (Configuration::default(), Vec::new());
        read_document(DocumentKind::Roles, document.root().expect("a root"), &mut configuration, &mut problems);
        assert_eq!(problems, []);
        configuration
    }

    fn between(product: Product, before: &str, after: &str) -> Vec<(String, Option<String>)> {
        let (before, after, roles) = (read(before), read(after), ["r".to_owned()]);
        let holding = |configuration| Holding { configuration, product, roles: &roles, subject: None };
        let gains = gained(holding(&before), holding(&after), is_cluster(product, Evaluator::Legacy));
        assert!(gains.iter().all(|gain| gain.unknown.is_none()), "{gains:?}");
        gains.into_iter().map(|gain| (gain.action, gain.index)).collect()
    }

    #[test]
    fn a_privilege_for_its_actions_gains_nothing_and_more_is_shown_by_a_name() {
        let product = Product::Elasticsearch8_17;
        let read = "{indices: [{names: ['logs-*'], privileges: [read]}]}";
        assert_eq!(between(product, read, "{indices: [{names: ['/logs-[a-f].*/', 'logs-g*'], privileges: [read]}]}"), []);
        let wider = between(product, read, "{indices: [{names: ['log?-*'], privileges: [read]}]}");
        assert!(wider.contains(&("indices:data/read/search".into(), Some("loga-".into()))), "{wider:?}");
        let write = between(product, read, "{indices: [{names: ['logs-*'], privileges: [read, create_doc]}]}");
        assert!(write.contains(&("indices:data/write/index:op_type/create".into(), Some("logs-".into()))), "{write:?}");
        assert!(!write.iter().any(|(action, _)| action == "indices:data/read/search"));
    }

    #[test]
    fn restricted_names_count_only_with_the_flag() {
        let product = Product::Elasticsearch8_17;
        let all = "{indices: [{names: ['*'], privileges: [read]}]}";
        let flagged = "{indices: [{names: ['*'], privileges: [read], allow_restricted_indices: true}]}";
        let gains = between(product, all, flagged);
        let (_, name) = gains.iter().find(|(action, _)| action == "indices:data/read/get").expect("a gain");
        assert!(Rules::of(product).is_restricted(name.as_deref().expect("a name")), "{name:?}");
        assert_eq!(between(product, flagged, all), []);
    }

    #[test]
    fn a_failure_store_is_another_thing_than_its_stream() {
        let data = "{indices: [{names: [logs], privileges: [read]}]}";
        let both = "{indices: [{names: [logs], privileges: [read, read_failure_store]}]}";
        let gains = between(Product::Elasticsearch9_1, data, both);
        assert!(gains.contains(&("indices:data/read/search".into(), Some("logs::failures".into()))), "{gains:?}");
    }

    #[test]
    fn running_as_others_and_applications_count() {
        let gains = between(
            Product::Elasticsearch8_17,
            "{run_as: [ann], applications: [{application: 'kibana-*', privileges: [read], resources: ['*']}]}",
            "{run_as: [ann, 'b*'], applications: [{application: kibana-x, privileges: [read, all], resources: ['space:a']}]}",
        );
        assert_eq!(gains, [("run as `b`".into(), None), ("privilege `all` of application `kibana-x` on `space:a`".into(), None)]);
    }
}
