//! Roles compiled into rules over the cluster's names.

use std::collections::HashMap;
use std::sync::Arc;

use super::super::document_rules;
use super::actions::Actions;
use super::groups::Groups;
use super::names::{Matching, Names};
use super::tenants::{self, TenantRule};
use crate::engine::catalog::opensearch::BuiltIn;
use crate::engine::model::Entries;
use crate::engine::model::opensearch::{IndexPermission, Role, same_role};
use crate::engine::pattern::{Attributes, DateMath, DateMathError, Matcher, RegexProblem, date_math, has_placeholder};
use crate::source::Located;

/// A role ready to be asked.
#[derive(Debug)]
pub(super) struct CompiledRole {
    pub(super) cluster: Arc<Actions>,
    pub(super) rules: Vec<Rule>,
    pub(super) tenants: Vec<TenantRule>,
    /// Whether it restricts documents, fields or values.
    pub(super) restricts: bool,
}

/// The compiled roles: those of the configuration, and those that the product brings along, which win.
#[derive(Debug)]
pub(super) struct Roles {
    own: Entries<Role>,
    /// In the order of `own`.
    compiled: Vec<Arc<CompiledRole>>,
    brought: Arc<HashMap<&'static str, Arc<CompiledRole>>>,
}

impl Roles {
    /// Compile all, or what is not the same in `before`.
    pub(super) fn new<'a>(own: &'a Entries<Role>, built_in: &'static BuiltIn, before: Option<&Self>, compiler: &mut Compiler<'a>) -> Self {
        let brought = before.map_or_else(
            || Arc::new(built_in.roles.iter().map(|(name, role)| (name.as_str(), Arc::new(compiler.role(role)))).collect()),
            |before| Arc::clone(&before.brought),
        );
        let compiled = match before.filter(|before| before.own.is(own)) {
            Some(before) => before.compiled.clone(),
            None => own
                .sayings()
                .enumerate()
                .map(|(at, (name, role))| {
                    let kept = before.and_then(|before| before.unchanged(own, at, name, role));
                    kept.unwrap_or_else(|| Arc::new(compiler.role(role)))
                })
                .collect(),
        };
        Self { own: own.clone(), compiled, brought }
    }

    /// A role as it was compiled, if it says the same.
    fn unchanged(&self, own: &Entries<Role>, at: usize, name: &str, role: &Role) -> Option<Arc<CompiledRole>> {
        if self.own.alike_at(at, own, at) {
            return self.compiled.get(at).cloned();
        }
        let there = self.own.get_index_of(name)?;
        let same = self.own.alike_at(there, own, at) || self.own.get(name).is_some_and(|before| same_role(before, role));
        self.compiled.get(there).filter(|_| same).cloned()
    }

    pub(super) fn get(&self, name: &str) -> Option<&Arc<CompiledRole>> {
        self.brought.get(name).or_else(|| self.compiled.get(self.own.get_index_of(name)?))
    }

    pub(super) fn contains_key(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Whether a role restricts documents, fields or values.
    pub(super) fn restricts(&self, name: &str) -> bool {
        self.get(name).is_some_and(|role| role.restricts)
    }
}

/// One index permission.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) actions: Arc<Actions>,
    /// Plain names first and sorted, the others behind them.
    pub(super) patterns: Box<[Arc<Pattern>]>,
    /// How many plain names.
    plain: usize,
    /// Patterns with `${…}`.
    templates: Vec<String>,
    /// A pattern whose meaning is not known here.
    pub(super) unsupported: bool,
    /// What of the documents is seen.
    pub(super) documents: Option<Box<DocumentRule>>,
}

/// An index pattern with the names of the cluster that it matches.
#[derive(Debug)]
pub(super) struct Pattern {
    pub(super) matcher: Matcher,
    pub(super) names: Matching,
}

impl Pattern {
    /// Compile; a broken regular expression is left out (the plugin logs it and goes on).
    pub(super) fn new(text: &str, names: &Names) -> Result<Self, RegexProblem> {
        let matcher = Matcher::new(text)?;
        Ok(Self { names: names.matching(&matcher), matcher })
    }
}

/// The document part of a rule, where it restricts anything.
#[derive(Debug, Clone, Default)]
pub(super) struct DocumentRule {
    pub(super) query: Option<String>,
    pub(super) fields: Vec<String>,
    pub(super) masked: Vec<String>,
}

impl DocumentRule {
    fn of(permission: &IndexPermission) -> Option<Box<Self>> {
        let texts = |list: &[Located<String>]| list.iter().map(|text| text.value.clone()).filter(|text| !text.is_empty()).collect();
        let query = permission.dls.as_ref().map(|query| query.value.clone()).filter(|query| !query.trim().is_empty());
        let rule = Self { query, fields: texts(&permission.fls), masked: texts(&permission.masked_fields) };
        (rule.query.is_some() || !rule.fields.is_empty() || !rule.masked.is_empty()).then(|| Box::new(rule))
    }
}

/// Compiles roles; what several of them say the same is compiled once and shared.
pub(super) struct Compiler<'a> {
    groups: &'a Groups<'a>,
    names: &'a Names,
    now: Option<i64>,
    actions: HashMap<Vec<&'a str>, Arc<Actions>, foldhash::fast::RandomState>,
    patterns: HashMap<&'a str, Option<Arc<Pattern>>, foldhash::fast::RandomState>,
}

impl<'a> Compiler<'a> {
    pub(super) fn new(groups: &'a Groups<'a>, names: &'a Names, now: Option<i64>) -> Self {
        Self { groups, names, now, actions: HashMap::default(), patterns: HashMap::default() }
    }

    fn actions(&mut self, written: &'a [Located<String>]) -> Arc<Actions> {
        let written: Vec<&str> = written.iter().map(|permission| permission.value.as_str()).collect();
        let groups = self.groups;
        Arc::clone(
            self.actions.entry(written).or_insert_with_key(|written| Arc::new(Actions::new(groups.resolve(written.iter().copied())))),
        )
    }

    /// A pattern as the rule takes it; none where it is not understood.
    fn pattern(&mut self, written: &'a str, unsupported: &mut bool) -> Option<Arc<Pattern>> {
        if let Some(known) = self.patterns.get(written) {
            return known.clone();
        }
        let compiled = match date_math(written, self.now) {
            Ok(DateMath::Plain) => Pattern::new(written, self.names),
            Ok(DateMath::Resolved(name)) => Pattern::new(&name, self.names),
            // one that the engine refuses grants nothing
            Err(DateMathError::Invalid(_)) => return None,
            Err(DateMathError::NeedsNow(_) | DateMathError::Unsupported(_)) => {
                *unsupported = true;
                return None;
            }
        };
        *unsupported |= matches!(compiled, Err(RegexProblem::Unsupported(_)));
        let compiled = compiled.ok().map(Arc::new);
        if compiled.is_some() {
            self.patterns.insert(written, compiled.clone());
        }
        compiled
    }

    /// Compile. A broken regular expression among the actions ends the reading of the role there: what came
    /// before stays (the plugin logs and goes on with the next role).
    pub(super) fn role(&mut self, role: &'a Role) -> CompiledRole {
        let cluster = self.actions(&role.cluster_permissions);
        let mut rules = Vec::with_capacity(role.index_permissions.len());
        for permission in &role.index_permissions {
            let actions = self.actions(&permission.allowed_actions);
            let (mut plain, mut others, mut templates, mut unsupported) = (Vec::new(), Vec::new(), Vec::new(), false);
            for pattern in &permission.index_patterns {
                if has_placeholder(pattern) && !(pattern.starts_with('<') && pattern.ends_with('>')) {
                    templates.push(pattern.value.clone());
                } else if let Some(pattern) = self.pattern(pattern, &mut unsupported) {
                    let list = if matches!(pattern.matcher, Matcher::Exact(_)) { &mut plain } else { &mut others };
                    list.push(pattern);
                }
            }
            plain.sort_by(|a, b| exact(a).cmp(&exact(b)));
            let (broken, count) = (actions.broken, plain.len());
            plain.append(&mut others);
            let documents = DocumentRule::of(permission);
            rules.push(Rule { actions, patterns: plain.into(), plain: count, templates, unsupported, documents });
            if broken {
                break;
            }
        }
        let restricts = role.index_permissions.iter().any(document_rules::restricts);
        CompiledRole { cluster, rules, tenants: tenants::rules(role, self.groups), restricts }
    }
}

fn exact(pattern: &Pattern) -> Option<&str> {
    if let Matcher::Exact(name) = &pattern.matcher { Some(name) } else { None }
}

impl Rule {
    /// Whether one of its patterns matches the name by itself.
    pub(super) fn matches(&self, name: &str) -> bool {
        let (plain, others) = self.patterns.split_at(self.plain);
        plain.binary_search_by(|pattern| exact(pattern).cmp(&Some(name))).is_ok()
            || others.iter().any(|pattern| pattern.matcher.matches(name))
    }

    /// Its templates with the subject's values in their places.
    pub(super) fn rendered(&self, attributes: &Attributes<'_>) -> Vec<String> {
        self.templates.iter().map(|template| attributes.substitute(template)).collect()
    }
}
