//! Roles compiled into rules, and one subject's view of them.

use std::collections::HashMap;
use std::sync::Arc;

use super::actions::{Actions, Asked};
use super::groups::Groups;
use crate::engine::model::opensearch::{IndexPermission, Role};
use crate::engine::pattern::{Attributes, DateMath, Matchers, date_math, has_placeholder};
use crate::source::Located;

/// A role ready to be asked.
#[derive(Debug)]
pub(super) struct CompiledRole {
    pub(super) cluster: Arc<Actions>,
    pub(super) rules: Vec<Rule>,
}

/// One index permission.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) actions: Arc<Actions>,
    fixed: Matchers,
    /// Patterns with `${…}`.
    templates: Vec<String>,
    /// What of the documents is seen.
    pub(super) documents: Option<Box<DocumentRule>>,
}

/// The document part of a rule, where it restricts anything.
#[derive(Debug, Clone, Default)]
pub(super) struct DocumentRule {
    pub(super) query: Option<String>,
    pub(super) fields: Vec<String>,
    pub(super) masked: Vec<String>,
}

/// Compiled sets of permissions by what is written, so that roles that say the same share one.
#[derive(Debug, Default)]
pub(super) struct Shared(HashMap<Vec<String>, Arc<Actions>>);

impl Shared {
    fn actions<'a>(&mut self, written: Vec<&'a str>, groups: &Groups<'a>) -> Arc<Actions> {
        let key: Vec<String> = written.iter().map(|text| (*text).to_owned()).collect();
        Arc::clone(self.0.entry(key).or_insert_with(|| Arc::new(Actions::new(groups.resolve(written.into_iter())))))
    }
}

impl DocumentRule {
    fn of(permission: &IndexPermission) -> Option<Box<Self>> {
        let texts = |list: &[Located<String>]| list.iter().map(|text| text.value.clone()).filter(|text| !text.is_empty()).collect();
        let query = permission.dls.as_ref().map(|query| query.value.clone()).filter(|query| !query.trim().is_empty());
        let rule = Self { query, fields: texts(&permission.fls), masked: texts(&permission.masked_fields) };
        (rule.query.is_some() || !rule.fields.is_empty() || !rule.masked.is_empty()).then(|| Box::new(rule))
    }
}

impl CompiledRole {
    /// Compile. A broken regular expression among the actions ends the reading of the role there: what came
    /// before stays (the plugin logs and goes on with the next role).
    pub(super) fn new<'a>(role: &'a Role, groups: &Groups<'a>, shared: &mut Shared, now: Option<i64>) -> Self {
        let cluster = shared.actions(role.cluster_permissions.iter().map(|permission| permission.value.as_str()).collect(), groups);
        let mut rules = Vec::new();
        for permission in &role.index_permissions {
            let actions = shared.actions(permission.allowed_actions.iter().map(|action| action.value.as_str()).collect(), groups);
            let (mut fixed, mut templates) = (Matchers::default(), Vec::new());
            for pattern in &permission.index_patterns {
                if has_placeholder(pattern) && !(pattern.starts_with('<') && pattern.ends_with('>')) {
                    templates.push(pattern.value.clone());
                } else {
                    match date_math(pattern, now) {
                        Ok(DateMath::Plain) => fixed.add(pattern),
                        Ok(DateMath::Resolved(name)) => fixed.add(&name),
                        // an expression without an answer grants nothing
                        Err(_) => {}
                    }
                }
            }
            let broken = actions.broken;
            rules.push(Rule { actions, fixed, templates, documents: DocumentRule::of(permission) });
            if broken {
                break;
            }
        }
        Self { cluster, rules }
    }
}

/// The roles that one subject holds.
pub(super) struct View<'a> {
    pub(super) roles: Vec<&'a CompiledRole>,
    /// Rendered templates by role and rule.
    rendered: HashMap<(usize, usize), Matchers>,
}

/// A name with the aliases and the data stream that it belongs to: a rule on one of those covers it too.
pub(super) struct Named<'a> {
    pub(super) name: &'a str,
    pub(super) parents: &'a [String],
    /// The members of an alias or a data stream, where patterns on all of them grant it (3.8).
    pub(super) members: &'a [String],
}

impl<'a> View<'a> {
    pub(super) fn new(roles: Vec<&'a CompiledRole>, attributes: &Attributes<'_>) -> Self {
        let mut rendered = HashMap::new();
        for (position, role) in roles.iter().enumerate() {
            for (number, rule) in role.rules.iter().enumerate() {
                if !rule.templates.is_empty() {
                    let texts: Vec<String> = rule.templates.iter().map(|template| attributes.substitute(template)).collect();
                    rendered.insert((position, number), Matchers::new(texts.iter().map(String::as_str)));
                }
            }
        }
        Self { roles, rendered }
    }

    pub(super) fn grants_cluster(&self, action: &str) -> bool {
        let asked = Asked::new(action);
        self.roles.iter().any(|role| role.cluster.grants(&asked))
    }

    /// The role and the rule that grant the action on the name.
    pub(super) fn granting(&self, action: &Asked<'_>, named: &Named<'_>) -> Option<(usize, usize)> {
        self.rules()
            .find(|(role, number, rule)| rule.actions.grants(action) && self.covers(*role, *number, rule, named))
            .map(|(role, number, _)| (role, number))
    }

    /// Whether `system:admin/system_index` is granted explicitly on the name.
    pub(super) fn opens_system_index(&self, named: &Named<'_>) -> bool {
        self.rules().any(|(role, number, rule)| rule.actions.system_index && self.covers(role, number, rule, named))
    }

    fn rules(&self) -> impl Iterator<Item = (usize, usize, &'a Rule)> + '_ {
        self.roles
            .iter()
            .enumerate()
            .flat_map(|(role, compiled)| compiled.rules.iter().enumerate().map(move |(number, rule)| (role, number, rule)))
    }

    fn covers(&self, role: usize, number: usize, rule: &Rule, named: &Named<'_>) -> bool {
        let rendered = self.rendered.get(&(role, number));
        let one = |name: &str| rule.fixed.matches(name) || rendered.is_some_and(|rendered| rendered.matches(name));
        one(named.name)
            || named.parents.iter().any(|parent| one(parent))
            || (!named.members.is_empty() && named.members.iter().all(|member| one(member)))
    }

    /// The rules that cover the name, whatever their actions.
    pub(super) fn covering<'v>(&'v self, named: &'v Named<'v>) -> impl Iterator<Item = &'a Rule> + 'v {
        self.rules().filter(|(role, number, rule)| self.covers(*role, *number, rule, named)).map(|(_, _, rule)| rule)
    }

    /// Whether the rule's patterns cover the name, whatever its actions.
    pub(super) fn rule_covers(&self, role: usize, number: usize, named: &Named<'_>) -> bool {
        self.roles.get(role).and_then(|compiled| compiled.rules.get(number)).is_some_and(|rule| self.covers(role, number, rule, named))
    }

    /// Whether anything in these roles could not be read.
    pub(super) fn unsupported(&self) -> bool {
        self.roles.iter().any(|role| {
            role.cluster.unsupported || role.rules.iter().any(|rule| rule.actions.unsupported || !rule.fixed.unsupported().is_empty())
        })
    }
}
