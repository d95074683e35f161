//! Roles compiled into rules, and one subject's view of them.

use super::documents::Restriction;
use super::groups::{Groups, Permissions};
use super::names::{Abstraction, Names};
use super::protect::Protection;
use crate::engine::model::opensearch::Role;
use crate::engine::pattern::{Attributes, DateMath, DateMathError, Matcher, Matchers, RegexProblem, date_math, has_placeholder};

/// A role ready to be asked.
#[derive(Debug, Clone)]
pub struct CompiledRole {
    /// Its name.
    pub name: String,
    cluster: Permissions,
    rules: Vec<Rule>,
}

/// One index permission.
#[derive(Debug, Clone)]
struct Rule {
    actions: Permissions,
    fixed: Matchers,
    /// Patterns with `${…}`, in their order.
    templates: Vec<String>,
    /// Patterns in `<…>`, in their order.
    dated: Vec<String>,
    opens_system_indices: bool,
    restriction: Restriction,
    /// Grants on `any index`: at least one pattern could match something.
    has_patterns: bool,
    /// `*` is among its patterns.
    whole: bool,
}

impl CompiledRole {
    /// Compile; none when the engine drops the role because one of its action patterns is a broken
    /// regular expression (`CompiledRoles` ignores such a role as a whole).
    pub fn new(name: &str, role: &Role, groups: &Groups) -> Option<Self> {
        let cluster = Permissions::new(role.cluster_permissions.iter().map(|permission| permission.value.as_str()), groups);
        let rules: Vec<Rule> = role
            .index_permissions
            .iter()
            .map(|permission| {
                let actions = Permissions::new(permission.allowed_actions.iter().map(|action| action.value.as_str()), groups);
                let rule = Rule::new(actions, permission.index_patterns.iter().map(|pattern| pattern.value.as_str()));
                Rule { restriction: Restriction::new(permission), ..rule }
            })
            .collect();
        let broken = cluster.are_broken() || rules.iter().any(|rule| rule.actions.are_broken());
        (!broken).then(|| Self { name: name.to_owned(), cluster, rules })
    }
}

impl Rule {
    fn new<'a>(actions: Permissions, patterns: impl Iterator<Item = &'a str>) -> Self {
        let (mut fixed, mut templates, mut dated, mut has_patterns, mut whole) =
            (Matchers::default(), Vec::new(), Vec::new(), false, false);
        for pattern in patterns {
            whole |= pattern == "*";
            if pattern.starts_with('<') && pattern.ends_with('>') {
                dated.push(pattern.to_owned());
            } else if has_placeholder(pattern) {
                templates.push(pattern.to_owned());
            } else if !pattern.trim().is_empty() {
                has_patterns |= !matches!(Matcher::new(pattern), Err(RegexProblem::Invalid(_)));
                fixed.add(pattern);
            }
        }
        has_patterns |= !templates.is_empty() || !dated.is_empty();
        let opens_system_indices = actions.open_system_indices();
        Self { actions, fixed, templates, dated, opens_system_indices, restriction: Restriction::default(), has_patterns, whole }
    }

    fn is_dynamic(&self) -> bool {
        !self.templates.is_empty() || !self.dated.is_empty()
    }
}

/// Where a permission comes from: the role in the order of the view, and the rule inside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    /// Index into [`Access::roles`].
    pub role: usize,
    /// Index into the role's index permissions.
    pub rule: usize,
}

/// What one subject may do: the mapped roles with the patterns rendered for this user.
#[derive(Debug)]
pub struct Access<'a> {
    names: &'a Names,
    protection: &'a Protection,
    roles: Vec<&'a CompiledRole>,
    /// All mapped role names, also those that are not defined or were dropped.
    mapped: &'a [String],
    rules: Vec<View<'a>>,
}

#[derive(Debug)]
struct View<'a> {
    source: Source,
    rule: &'a Rule,
    rendered: Matchers,
    /// A pattern of the rule whose meaning is not known here.
    doubt: Option<String>,
    /// A pattern that depends on the user or the day cannot be evaluated.
    is_broken: bool,
}

impl View<'_> {
    fn matches_directly(&self, name: &str) -> bool {
        self.rule.fixed.matches(name) || self.rendered.matches(name)
    }
}

impl<'a> Access<'a> {
    /// Render the roles' patterns for a user at a time (seconds since 1970).
    pub fn new(
        names: &'a Names,
        protection: &'a Protection,
        mapped: &'a [String],
        roles: Vec<&'a CompiledRole>,
        attributes: &Attributes<'_>,
        now: Option<i64>,
    ) -> Self {
        let mut rules = Vec::new();
        for (role_at, role) in roles.iter().enumerate() {
            for (rule_at, rule) in role.rules.iter().enumerate() {
                let (rendered, mut doubt, is_broken) = if rule.is_dynamic() { render(rule, attributes, now) } else { Default::default() };
                let unsupported = rule.fixed.unsupported().iter().chain(rule.actions.unsupported()).chain(rendered.unsupported()).next();
                doubt = doubt.or_else(|| unsupported.map(|pattern| format!("the pattern `{pattern}` is not understood")));
                rules.push(View { source: Source { role: role_at, rule: rule_at }, rule, rendered, doubt, is_broken });
            }
        }
        Self { names, protection, roles, mapped, rules }
    }

    /// The compiled roles, in the order of the mapping.
    pub fn roles(&self) -> &[&'a CompiledRole] {
        &self.roles
    }

    /// The cluster's names.
    pub fn names(&self) -> &'a Names {
        self.names
    }

    /// The role whose cluster permissions grant the action.
    pub fn cluster(&self, action: &str) -> Option<usize> {
        self.roles.iter().position(|role| role.cluster.grant(action))
    }

    /// The rules that grant the action on something.
    pub fn rules_for(&self, action: &str) -> impl Iterator<Item = Granting<'_>> {
        self.rules.iter().filter(|view| view.rule.actions.grant(action)).map(Granting)
    }

    /// Why a refusal of index actions is not certain: a pattern that is not understood here, in a rule that
    /// could matter.
    pub fn doubt(&self, required: &[String]) -> Option<String> {
        let matters = |rule: &Rule| rule.actions.unsupported().next().is_some() || required.iter().any(|action| rule.actions.grant(action));
        let (role, why) =
            self.rules.iter().filter(|view| matters(view.rule)).find_map(|view| Some((view.source.role, view.doubt.as_ref()?)))?;
        Some(self.roles.get(role).map_or_else(|| why.clone(), |role| format!("role `{}`: {why}", role.name)))
    }

    /// The same for a cluster action.
    pub fn doubt_of_cluster(&self) -> Option<String> {
        let (role, pattern) = self.roles.iter().find_map(|role| Some((role, role.cluster.unsupported().next()?)))?;
        Some(format!("role `{}`: the pattern `{pattern}` is not understood", role.name))
    }

    /// Every rule, whatever it grants.
    pub fn all_rules(&self) -> impl Iterator<Item = Granting<'_>> {
        self.rules.iter().map(Granting)
    }

    /// The rule that grants the action on any index at all.
    pub fn anywhere(&self, action: &str) -> Option<Source> {
        self.rules.iter().find(|view| view.rule.has_patterns && view.rule.actions.grant(action)).map(|view| view.source)
    }

    /// The rule that grants the action on the name, the protections not yet looked at.
    pub fn index(&self, action: &str, name: &str) -> Option<Source> {
        self.rules_for(action).find(|granting| granting.covers(self.names, name)).map(|granting| granting.0.source)
    }

    /// Which protection takes the name away from this subject, whatever the rules grant.
    pub fn taken_away(&self, name: &str) -> Option<&'static str> {
        if self.protection.is_security_index(name) {
            return Some("the security index is closed to every user");
        }
        let members = match self.names.get(name) {
            Some(Abstraction::Alias { members }) => members.as_slice(),
            _ => &[],
        };
        let itself = std::iter::once(name);
        let system_names: Vec<&str> = if self.protection.is_system(name) {
            itself.clone().collect()
        } else {
            members.iter().map(String::as_str).filter(|member| self.protection.is_system(member)).collect()
        };
        if system_names.into_iter().any(|system| !self.opens_system_index(system)) {
            return Some("a system index needs `system:admin/system_index`, which `*` does not grant");
        }
        let mapped = || self.mapped.iter().map(String::as_str);
        if itself.chain(members.iter().map(String::as_str)).any(|guarded| self.protection.is_closed_to(guarded, mapped())) {
            return Some("a protected index needs one of the roles that the node lists");
        }
        None
    }

    /// Whether `system:admin/system_index` covers the index.
    pub fn opens_system_index(&self, name: &str) -> bool {
        self.rules.iter().any(|view| view.rule.opens_system_indices && Granting(view).covers(self.names, name))
    }
}

/// A rule whose actions match; its patterns decide on names.
pub struct Granting<'v>(&'v View<'v>);

impl<'v> Granting<'v> {
    /// What the rule hides of the documents.
    pub fn restriction(&self) -> &'v Restriction {
        &self.0.rule.restriction
    }

    /// Whether a pattern that depends on the user or the day cannot be evaluated.
    pub fn is_broken(&self) -> bool {
        self.0.is_broken
    }

    /// Whether `*` is among its patterns.
    pub fn is_whole(&self) -> bool {
        self.0.rule.whole
    }

    /// Whether a pattern that depends on neither user nor date matches the name itself.
    pub fn is_fixed_on(&self, name: &str) -> bool {
        self.0.rule.fixed.matches(name)
    }

    /// Whether a pattern that depends on the user or the date matches the name itself.
    pub fn is_rendered_on(&self, name: &str) -> bool {
        self.0.rendered.matches(name)
    }

    /// Whether a pattern matches the name or, for an index, its data stream or one of its aliases. An
    /// alias or a data stream is not granted by its members.
    pub fn covers(&self, names: &Names, name: &str) -> bool {
        if self.0.matches_directly(name) {
            return true;
        }
        match names.get(name) {
            Some(Abstraction::Index { aliases, stream, .. }) => stream.iter().chain(aliases).any(|parent| self.0.matches_directly(parent)),
            _ => false,
        }
    }

    /// Where the rule stands.
    pub fn source(&self) -> Source {
        self.0.source
    }
}

/// The patterns that depend on the user or the day, one whose meaning is not known here, and whether one cannot be
/// evaluated. As in the engine, the first one that cannot hides those behind it.
fn render(rule: &Rule, attributes: &Attributes<'_>, now: Option<i64>) -> (Matchers, Option<String>, bool) {
    let mut rendered = Matchers::default();
    for template in &rule.templates {
        let text = attributes.substitute(template);
        if matches!(Matcher::new(&text), Err(RegexProblem::Invalid(_))) {
            return (rendered, None, true);
        }
        rendered.add(&text);
    }
    for expression in &rule.dated {
        match date_math(expression, now) {
            Ok(DateMath::Plain) => rendered.add(expression),
            Ok(DateMath::Resolved(name)) => rendered.add(&name),
            Err(DateMathError::Invalid(_)) => return (rendered, None, true),
            Err(why) => return (rendered, Some(why.to_string()), false),
        }
    }
    (rendered, None, false)
}
