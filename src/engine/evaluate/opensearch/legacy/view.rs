//! The roles that a subject holds, as one: shared by all who hold the same, and asked by number. What an action is
//! granted on is worked out when it is asked for first; from then on an answer is a bit.

use std::sync::{Arc, OnceLock};

use super::actions::Asked;
use super::names::{NameSet, Named, Names};
use super::roles::{CompiledRole, Pattern, Rule};
use crate::engine::catalog::opensearch::actions;
use crate::engine::evaluate::Scope;

/// The union of some roles.
#[derive(Debug)]
pub(super) struct View {
    pub(super) roles: Vec<Arc<CompiledRole>>,
    names: Arc<Names>,
    /// Rendered templates by role and rule, in that order; only of rules that have some.
    rendered: Vec<((usize, usize), Vec<Pattern>)>,
    /// By action: the names that it is granted on.
    granted: Box<[OnceLock<NameSet>]>,
}

impl View {
    /// Unite roles; `rendered` are the patterns that templates of theirs came to.
    pub(super) fn new(roles: Vec<Arc<CompiledRole>>, rendered: Vec<((usize, usize), Vec<Pattern>)>, names: Arc<Names>) -> Self {
        Self { roles, names, rendered, granted: (0..actions().len()).map(|_| OnceLock::new()).collect() }
    }

    /// Whether any role grants the action in the cluster stage.
    pub(super) fn grants_cluster(&self, action: &str) -> bool {
        let asked = Asked::new(action);
        self.roles.iter().any(|role| role.cluster.grants(&asked))
    }

    /// The names of the cluster that a known action is granted on.
    pub(super) fn granted(&self, action: &Asked<'_>) -> Option<&NameSet> {
        let granted = self.granted.get(action.number?)?;
        Some(granted.get_or_init(|| self.union(|rule| rule.actions.grants(action))))
    }

    fn union(&self, counts: impl Fn(&Rule) -> bool) -> NameSet {
        let mut all = self.names.none();
        for (role, number, rule) in self.rules().filter(|(_, _, rule)| counts(rule)) {
            let mut covered = self.names.none();
            for pattern in rule.patterns.iter().map(|pattern| &**pattern).chain(self.rendered(role, number)) {
                covered.add(&pattern.names);
            }
            self.names.cover(&mut covered);
            all.unite(&covered);
        }
        all
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

    fn rules(&self) -> impl Iterator<Item = (usize, usize, &Rule)> {
        self.roles
            .iter()
            .enumerate()
            .flat_map(|(role, compiled)| compiled.rules.iter().enumerate().map(move |(number, rule)| (role, number, rule)))
    }

    fn rendered(&self, role: usize, number: usize) -> &[Pattern] {
        let found = self.rendered.binary_search_by_key(&(role, number), |(key, _)| *key).ok();
        found.and_then(|at| self.rendered.get(at)).map_or(&[], |(_, patterns)| patterns)
    }

    fn covers(&self, role: usize, number: usize, rule: &Rule, named: &Named<'_>) -> bool {
        let rendered = self.rendered(role, number);
        let one = |name: &str| rule.matches(name) || rendered.iter().any(|pattern| pattern.matcher.matches(name));
        one(named.name)
            || named.parents.iter().any(|parent| one(parent))
            || (!named.members.is_empty() && named.members.iter().all(|member| one(member)))
    }

    /// The rules that cover the name, whatever their actions.
    pub(super) fn covering<'v>(&'v self, named: &'v Named<'v>) -> impl Iterator<Item = &'v Rule> + 'v {
        self.rules().filter(|(role, number, rule)| self.covers(*role, *number, rule, named)).map(|(_, _, rule)| rule)
    }

    /// Whether the rule's patterns cover the name, whatever its actions.
    pub(super) fn rule_covers(&self, role: usize, number: usize, named: &Named<'_>) -> bool {
        self.roles.get(role).and_then(|compiled| compiled.rules.get(number)).is_some_and(|rule| self.covers(role, number, rule, named))
    }

    /// Whether anything in these roles that a call of this stage is judged by could not be read.
    pub(super) fn unsupported(&self, scope: Scope) -> bool {
        let by_rule = |role: &CompiledRole| role.rules.iter().any(|rule| rule.actions.unsupported || rule.unsupported);
        self.roles.iter().any(|role| role.cluster.unsupported || (scope == Scope::Index && by_rule(role)))
    }
}
