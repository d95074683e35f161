//! Regular expressions whose answer is not known here: those that this program cannot read in a role mapping, and
//! those with look-around or back references that end only after more steps than any sane one takes. A verdict
//! that hangs on one is unknown, whatever the evaluator said.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Decide, Indices, Outcome, Sight, Subject, Verdict};
use crate::engine::catalog::opensearch::actions;
use crate::engine::cluster::Cluster;
use crate::engine::model::opensearch::{Configuration, Role, RoleMapping, same_role};
use crate::engine::pattern::{Attributes, JavaRegex, RegexProblem, has_placeholder};
use crate::engine::request::Request;
use crate::source::Located;

/// The doubtful patterns of a configuration.
#[derive(Default)]
pub(super) struct Doubts {
    /// By role: a pattern that gave up on a name of the cluster or on an action, and on which.
    roles: HashMap<String, String>,
    /// Patterns for indices by role, to be tried on the names of a request.
    indices: HashMap<String, Vec<Arc<JavaRegex>>>,
    /// Patterns for indices by role that depend on the user.
    templates: HashMap<String, Vec<String>>,
    /// Patterns of mappings, to be tried on the user, her backend roles and host.
    mappings: Vec<JavaRegex>,
    /// The first pattern of a mapping that could not be read.
    unread: Option<String>,
    /// An action group with a pattern that gave up on an action.
    group: Option<String>,
}

impl Doubts {
    /// The doubts about a configuration; none for nearly all. What gives up on a name of the cluster is taken out of
    /// the configuration, so that nothing tries it on all the others.
    pub(super) fn of(configuration: &Configuration, cluster: &Cluster) -> Option<(Self, Option<Configuration>)> {
        Self::since(&Configuration::default(), configuration, cluster)
    }

    /// The same, where there were none about another configuration in the same cluster.
    pub(super) fn since(
        certain: &Configuration,
        configuration: &Configuration,
        cluster: &Cluster,
    ) -> Option<(Self, Option<Configuration>)> {
        let mut doubts = Self::default();
        if !configuration.roles_mapping.is(&certain.roles_mapping) {
            configuration.roles_mapping.values().for_each(|mapping| doubts.mapping(mapping));
        }
        for group in configuration.action_groups.values() {
            doubts.group = doubts.group.or_else(|| group.allowed_actions.iter().find_map(on_actions));
        }
        let mut without = Vec::new();
        let alike = |at: usize, name: &str| {
            certain.roles.alike_at(at, &configuration.roles, at)
                || (!certain.roles.is_empty() && certain.roles.alike(&configuration.roles, name))
        };
        let roles = configuration.roles.sayings().enumerate().filter(|(at, (name, _))| !alike(*at, name)).map(|(_, role)| role);
        // entries behind an edited one have moved and say the same
        let moved = |name: &String, role: &Role| certain.roles.get(name).is_some_and(|before| same_role(before, role));
        for (name, role) in roles.filter(|(name, role)| names_regex(role) && !moved(name, role)) {
            doubts.role(name, role, cluster, &mut without);
        }
        let certain = doubts.roles.is_empty() && doubts.indices.is_empty() && doubts.templates.is_empty();
        if certain && doubts.mappings.is_empty() && doubts.unread.is_none() && doubts.group.is_none() {
            return None;
        }
        let mended = (!without.is_empty()).then(|| {
            let mut mended = configuration.clone();
            for (role, pattern) in &without {
                for rule in mended.roles.get_mut(role).iter_mut().flat_map(|role| &mut role.index_permissions) {
                    rule.index_patterns.retain(|written| written.value != *pattern);
                }
            }
            mended
        });
        Some((doubts, mended))
    }

    fn mapping(&mut self, mapping: &RoleMapping) {
        let lists = [&mapping.users, &mapping.backend_roles, &mapping.hosts, &mapping.and_backend_roles];
        for pattern in lists.into_iter().flatten() {
            match regex(pattern) {
                Some(Ok(regex)) if JavaRegex::backtracks(regex.source()) => self.mappings.push(regex),
                Some(Err(RegexProblem::Unsupported(_))) => self.unread = self.unread.take().or_else(|| Some(pattern.value.clone())),
                _ => {}
            }
        }
    }

    fn role(&mut self, name: &str, role: &Role, cluster: &Cluster, without: &mut Vec<(String, String)>) {
        let permissions = role.index_permissions.iter().flat_map(|rule| &rule.allowed_actions).chain(&role.cluster_permissions);
        if let Some(doubt) = permissions.into_iter().find_map(on_actions) {
            self.roles.insert(name.to_owned(), doubt);
        }
        for pattern in role.index_permissions.iter().flat_map(|rule| &rule.index_patterns) {
            if has_placeholder(pattern) {
                if pattern.starts_with('/') {
                    self.templates.entry(name.to_owned()).or_default().push(pattern.value.clone());
                }
                continue;
            }
            let Some(regex) = backtracking(pattern) else { continue };
            let names = cluster.indices.keys().chain(cluster.aliases.keys()).chain(cluster.data_streams.keys());
            match names.map(String::as_str).find(|name| regex.gives_up_on(name)) {
                Some(on) => {
                    self.roles.insert(name.to_owned(), doubt(pattern, on));
                    without.push((name.to_owned(), pattern.value.clone()));
                }
                None => self.indices.entry(name.to_owned()).or_default().push(Arc::new(regex)),
            }
        }
    }

    /// Why a verdict is not known, where it is not.
    fn about(&self, subject: &Subject, verdict: &Verdict) -> Option<String> {
        if let Some(group) = &self.group {
            return Some(group.clone());
        }
        let who = || subject.backend_roles.iter().chain([&subject.user]).chain(&subject.host).map(String::as_str);
        if let Some((regex, on)) = self.mappings.iter().find_map(|regex| Some((regex, who().find(|text| regex.gives_up_on(text))?))) {
            return Some(doubt(&format!("/{}/", regex.source()), on));
        }
        if let Some(pattern) = self.unread.as_ref().filter(|_| verdict.outcome != Outcome::Allowed) {
            return Some(format!("the pattern `{pattern}` of a role mapping is not understood"));
        }
        let named = || {
            verdict.calls.iter().flat_map(|call| match &call.indices {
                Indices::Names(names) => names.as_slice(),
                Indices::None | Indices::All => &[],
            })
        };
        verdict.roles.iter().find_map(|role| {
            if let Some(why) = self.roles.get(role) {
                return Some(why.clone());
            }
            let attributes = Attributes {
                user: &subject.user,
                backend_roles: &subject.backend_roles,
                roles: &verdict.roles,
                attributes: &subject.attributes,
            };
            let rendered = self
                .templates
                .get(role)
                .into_iter()
                .flatten()
                .filter_map(|written| backtracking(&attributes.substitute(written)).map(Arc::new));
            rendered.chain(self.indices.get(role).into_iter().flatten().cloned()).find_map(|regex| {
                let on = named().find(|name| regex.gives_up_on(name))?;
                Some(doubt(&format!("/{}/", regex.source()), on))
            })
        })
    }
}

/// Whether any pattern of a role may be a regular expression.
fn names_regex(role: &Role) -> bool {
    let patterns = role.index_permissions.iter().flat_map(|rule| rule.index_patterns.iter().chain(&rule.allowed_actions));
    patterns.chain(&role.cluster_permissions).any(|pattern| pattern.starts_with('/'))
}

/// A pattern as a regular expression, where it is one.
fn regex(pattern: &str) -> Option<Result<JavaRegex, RegexProblem>> {
    Some(JavaRegex::new(pattern.strip_prefix('/')?.strip_suffix('/')?))
}

/// A pattern as a regular expression whose matches may have to be given up, where it is one; only those are compiled.
fn backtracking(pattern: &str) -> Option<JavaRegex> {
    let source = pattern.strip_prefix('/')?.strip_suffix('/')?;
    JavaRegex::backtracks(source).then(|| JavaRegex::new(source).ok())?
}

fn on_actions(pattern: &Located<String>) -> Option<String> {
    let regex = backtracking(pattern)?;
    actions().iter().find(|action| regex.gives_up_on(action)).map(|action| doubt(pattern, action))
}

fn doubt(pattern: &str, on: &str) -> String {
    format!("the regular expression `{pattern}` finds no end on `{on}`: the engine itself may hang there")
}

/// An evaluator whose verdicts are unknown where a doubtful pattern counts.
pub(super) struct Doubting {
    pub(super) engine: Arc<dyn Decide>,
    pub(super) doubts: Doubts,
}

impl Doubting {
    fn doubted(&self, subject: &Subject, mut verdict: Verdict) -> Verdict {
        if let Some(why) = self.doubts.about(subject, &verdict) {
            verdict.outcome = Outcome::Unknown;
            (verdict.status, verdict.reason) = (None, None);
            verdict.unknown.push(why);
        }
        verdict
    }
}

impl Decide for Doubting {
    fn decide(&self, subject: &Subject, request: &Request) -> Verdict {
        self.doubted(subject, self.engine.decide(subject, request))
    }

    fn explain(&self, subject: &Subject, request: &Request) -> Verdict {
        self.doubted(subject, self.engine.explain(subject, request))
    }

    fn sight(&self, subject: &Subject, index: &str) -> Sight {
        let verdict = self.engine.decide(subject, &Request::default());
        let doubted = self.doubts.about(subject, &verdict).is_some();
        if doubted { Sight::Unknown } else { self.engine.sight(subject, index) }
    }
}
