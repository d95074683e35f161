//! The index stage: each name of a request must be granted by one group; fields and documents come from
//! the groups that grant this action on this name.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

use foldhash::fast::RandomState;

use super::actions::Actions;
use super::build::{Permissions, Source};
use super::fields::Fields;
use super::java_order::{self, JavaMap};
use super::names::{Abstraction, Names};
use super::rules::{Rules, Tables};
use super::selector::{Component, split_selector};
use crate::engine::catalog::elasticsearch::Selector;
use crate::engine::pattern::lucene::{Dfa, NameIndex, NameMatcher, PatternError, patterns};

/// Entries of roles with the same names, merged.
#[derive(Debug)]
pub struct Group {
    /// Name patterns, in the order of the engine's set.
    pub names: Vec<String>,
    /// Privileges in lower case.
    pub privileges: BTreeSet<String>,
    /// All privileges of the entries as they are written, those on other components too; groups with the
    /// same ones count as one for `_has_privileges`.
    pub(super) entry: Arc<BTreeSet<String>>,
    /// The entries that it was merged from.
    pub sources: Vec<Source>,
    pub(super) matcher: NameMatcher,
    /// Whether restricted names are meant too.
    pub restricted: bool,
    pub(super) selector: Selector,
    pub(super) actions: Actions,
    pub(super) fields: Option<Arc<Fields>>,
    pub(super) queries: Option<BTreeSet<String>>,
    /// Whether one of the privileges that may update mappings is among them.
    pub(super) writes: bool,
    pub(super) automaton: OnceLock<Result<Dfa, PatternError>>,
}

/// Mapping updates, which some writers may do beside their patterns.
pub(super) fn is_mapping_update(action: &str) -> bool {
    matches!(action, "indices:admin/mapping/put" | "indices:admin/mapping/auto_put")
}

/// Whether a privilege is one of those writers'.
pub(super) fn is_writer(privilege: &str) -> bool {
    matches!(privilege, "create" | "create_doc" | "index" | "write")
}

impl Group {
    /// Whether the group holds the component.
    pub fn has(&self, component: Component) -> bool {
        matches!(
            (self.selector, component),
            (Selector::Both, _) | (Selector::Data, Component::Data) | (Selector::Failures, Component::Failures)
        )
    }

    /// Whether the name is among the group's.
    pub(super) fn covers(&self, name: &str, rules: &Rules) -> bool {
        self.matcher.matches(name) && (self.restricted || !rules.is_restricted(name))
    }

    /// The same for a name that a request has; in 6.8 monitor actions pass on restricted names, too.
    pub fn covers_asked(&self, name: &str, action: &str, rules: &Rules) -> bool {
        self.matcher.matches(name) && (self.restricted || rules.passes_restricted(action) || !rules.is_restricted(name))
    }

    /// Whether the name, or the data stream that it is part of, is among the group's.
    fn covers_resource(&self, resource: &Resource<'_>, action: &str, rules: &Rules) -> bool {
        if let Some(Abstraction::Index { stream: Some(stream), failure, .. }) = resource.abstraction {
            // a failure index reached by its own name belongs to its stream's failures
            let component = if *failure && rules.selectors { Component::Failures } else { resource.component };
            if (*failure || resource.component == Component::Data) && self.has(component) && self.covers_asked(stream, action, rules) {
                return true;
            }
        }
        self.has(resource.component) && self.covers_asked(resource.name, action, rules)
    }

    /// The automaton of the names, restricted ones taken out where they are not meant.
    pub(super) fn automaton(&self, rules: &Rules) -> Result<&Dfa, PatternError> {
        let made = self.automaton.get_or_init(|| {
            let names = patterns(&self.names, rules.dialect)?;
            if self.restricted { Ok(names) } else { names.minus(rules.restricted_automaton()) }
        });
        made.as_ref().map_err(Clone::clone)
    }
}

struct Resource<'n> {
    /// As the engine keeps it: with `::failures`, without `::data`.
    key: &'n str,
    name: &'n str,
    component: Component,
    abstraction: Option<&'n Abstraction>,
    /// Without a cluster model a name is taken to be an index.
    known: bool,
}

impl<'n> Resource<'n> {
    fn new(rules: &Rules, names: &'n Names, key: &'n str) -> Self {
        let (name, component) = split_selector(rules, key);
        let key = if component == Component::Data { name } else { key };
        Self { key, name, component, abstraction: names.get(name), known: names.known }
    }

    /// The indices that it stands for; none for a name that does not exist.
    fn concrete(&self, found: &mut Vec<&'n str>) {
        match (self.abstraction, self.component) {
            (None, Component::Data) if !self.known => found.push(self.name),
            (None, _) => {}
            (Some(Abstraction::Index { .. }), _) => found.push(self.name),
            (Some(abstraction), Component::Data) => found.extend(abstraction.behind().iter().map(String::as_str)),
            (Some(abstraction), Component::Failures) => found.extend(abstraction.failures().iter().map(String::as_str)),
        }
    }

    fn is_part_of_stream(&self) -> bool {
        self.abstraction.is_some_and(Abstraction::is_part_of_stream)
    }

    /// The data stream that it is an index of.
    fn stream(&self) -> Option<&'n str> {
        self.abstraction.and_then(Abstraction::stream)
    }
}

/// Groups that may cover names of a request, and whether they grant its action, each told once.
struct Candidates<'p> {
    permissions: &'p Permissions,
    action: &'p str,
    /// By group: whether it grants the action on a name, and on a part of a data stream.
    grants: Vec<Option<[bool; 2]>>,
    found: Vec<u32>,
}

impl<'p> Candidates<'p> {
    fn new(permissions: &'p Permissions, action: &'p str) -> Self {
        Self { permissions, action, grants: vec![None; permissions.groups.len()], found: Vec::new() }
    }

    /// The groups that grant the action on a name, in the engine's order.
    fn granting(&mut self, resource: &Resource<'_>) -> impl Iterator<Item = &'p Group> {
        let Self { permissions, action, grants, found } = self;
        let (permissions, action) = (*permissions, *action);
        let index = permissions.index_by_name();
        found.clear();
        index.candidates(resource.name, found);
        if let Some(stream) = resource.stream() {
            index.candidates(stream, found);
        }
        found.sort_unstable();
        found.dedup();
        let part_of_stream = resource.is_part_of_stream();
        found.retain(|&at| {
            let group = &permissions.groups[at as usize];
            let [name, part] =
                *grants[at as usize].get_or_insert_with(|| [false, true].map(|part| permissions.group_grants(group, action, part)));
            (if part_of_stream { part } else { name }) && group.covers_resource(resource, action, permissions.rules)
        });
        found.iter().map(|&at| &permissions.groups[at as usize])
    }
}

/// What may be seen on one name.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// Whether the action is granted.
    pub granted: bool,
    /// Field-level security, when there is any.
    pub fields: Option<Arc<Fields>>,
    /// Document-level security: sets of queries, or-ed inside, and-ed between; empty for none.
    pub queries: Vec<BTreeSet<String>>,
}

/// The answer for an action on names.
#[derive(Debug, Clone, Default)]
pub struct Access {
    /// Whether every name is granted.
    pub granted: bool,
    /// By name as asked, and by the indices behind.
    pub tables: BTreeMap<String, Table>,
    /// What a message lists as denied, in the engine's order.
    pub denied: Vec<String>,
}

impl Access {
    /// Whether the action is granted on one name.
    pub fn grants(&self, name: &str) -> bool {
        self.tables.get(name).is_some_and(|table| table.granted)
    }

    /// What both leave.
    pub fn limited(self, by: Access) -> Access {
        let mut tables = BTreeMap::new();
        for (name, mine) in self.tables {
            let Some(theirs) = by.tables.get(&name) else { continue };
            let queries = mine.queries.into_iter().chain(theirs.queries.iter().cloned()).collect();
            let fields = Fields::limited(mine.fields.as_ref(), theirs.fields.as_ref());
            tables.insert(name, Table { granted: mine.granted && theirs.granted, fields, queries });
        }
        let both = self.denied.iter().chain(&by.denied).map(String::as_str);
        let denied = java_order::grown(both).into_iter().map(str::to_owned).collect();
        Access { granted: self.granted && by.granted, tables, denied }
    }
}

/// What is told of one name while it is collected.
struct Told<'g> {
    name: &'g str,
    /// Whether the request itself has it.
    asked: bool,
    /// Whether it is granted, once there is a verdict.
    granted: Option<bool>,
    fields: Option<usize>,
    queries: Option<usize>,
}

/// Verdicts, fields and queries by name while they are collected. Names may share a slot of the latter two, as the
/// engine's do.
#[derive(Default)]
struct Collected<'g> {
    numbers: HashMap<&'g str, usize, RandomState>,
    /// By number.
    told: Vec<Told<'g>>,
    field_sets: Vec<Vec<&'g Option<Arc<Fields>>>>,
    query_sets: Vec<Option<BTreeSet<String>>>,
}

impl<'g> Collected<'g> {
    /// The number of a name.
    fn number(&mut self, name: &'g str) -> usize {
        let next = self.told.len();
        let number = *self.numbers.entry(name).or_insert(next);
        if number == next {
            self.told.push(Told { name, asked: false, granted: None, fields: None, queries: None });
        }
        number
    }

    fn new_fields(&mut self, set: Vec<&'g Option<Arc<Fields>>>) -> usize {
        self.field_sets.push(set);
        self.field_sets.len() - 1
    }

    fn new_queries(&mut self, set: Option<BTreeSet<String>>) -> usize {
        self.query_sets.push(set);
        self.query_sets.len() - 1
    }

    /// From 7.17 on: a set of one is replaced, a larger one grows in place; a group without query
    /// overrides, whatever was there.
    fn add(&mut self, index: usize, key: usize, group: &'g Group) {
        let fields = match self.told[index].fields {
            None => self.new_fields(vec![&group.fields]),
            Some(at) if self.field_sets[at].contains(&&group.fields) => at,
            Some(at) if self.field_sets[at].len() == 1 => {
                let set = self.field_sets[at].iter().copied().chain([&group.fields]).collect();
                self.new_fields(set)
            }
            Some(at) => {
                self.field_sets[at].push(&group.fields);
                at
            }
        };
        let queries = match (&group.queries, self.told[index].queries) {
            (None, _) => self.new_queries(None),
            (Some(queries), None) => self.new_queries(Some(queries.clone())),
            (Some(queries), Some(at)) => {
                if let Some(set) = &mut self.query_sets[at] {
                    set.extend(queries.iter().cloned());
                }
                at
            }
        };
        for number in [index, key] {
            (self.told[number].fields, self.told[number].queries) = (Some(fields), Some(queries));
        }
    }

    /// In 6.8: an index and every name that leads to it share one set, whoever comes first.
    fn add_shared(&mut self, index: usize, key: usize, group: &'g Group) {
        let fields = match self.told[index].fields {
            Some(at) => at,
            None => self.new_fields(Vec::new()),
        };
        if !self.field_sets[fields].contains(&&group.fields) {
            self.field_sets[fields].push(&group.fields);
        }
        let queries = match self.told[index].queries {
            Some(at) => at,
            None => self.new_queries(Some(BTreeSet::new())),
        };
        self.told[index].queries = Some(queries);
        self.told[key].queries.get_or_insert(queries);
        for number in [index, key] {
            self.told[number].fields = Some(fields);
        }
        match (&group.queries, &mut self.query_sets[queries]) {
            (Some(more), Some(set)) => set.extend(more.iter().cloned()),
            (None, set) => *set = None,
            (Some(_), None) => {}
        }
    }

    fn table(&self, told: &Told<'_>, rules: &Rules) -> Table {
        let fields = told.fields.and_then(|at| Fields::union(&self.field_sets[at], rules));
        let queries = told.queries.and_then(|at| self.query_sets[at].clone());
        Table { granted: true, fields, queries: queries.into_iter().collect() }
    }
}

/// The asked names that have no table, in the order of the engine's messages.
pub(super) fn denied_of(asked: &[&str], access: &Access) -> Vec<String> {
    let denied = asked.iter().copied().filter(|name| !access.tables.contains_key(*name));
    java_order::grown(denied).into_iter().map(str::to_owned).collect()
}

impl Permissions {
    /// Whether some group grants the action, whatever its names: the check by name alone.
    pub fn index_action(&self, action: &str) -> bool {
        self.groups.iter().any(|group| self.group_grants(group, action, false))
    }

    /// The groups that grant an action on indices and aliases.
    pub fn granting<'g>(&'g self, action: &'g str) -> impl Iterator<Item = &'g Group> {
        self.groups.iter().filter(move |group| self.group_grants(group, action, false))
    }

    fn index_by_name(&self) -> &NameIndex {
        self.by_name.get_or_init(|| NameIndex::new(self.groups.iter().map(|group| &group.matcher)))
    }

    fn group_grants(&self, group: &Group, action: &str, part_of_stream: bool) -> bool {
        group.actions.grant(action) || (self.rules.writers_update_mappings && group.writes && !part_of_stream && is_mapping_update(action))
    }

    /// The groups that grant the action on a name, in no meaningful order.
    pub fn granting_groups<'g>(&'g self, action: &'g str, name: &'g str, names: &'g Names) -> impl Iterator<Item = &'g Group> {
        let resource = Resource::new(self.rules, names, name);
        self.groups.iter().filter(move |group| {
            group.covers_resource(&resource, action, self.rules) && self.group_grants(group, action, resource.is_part_of_stream())
        })
    }

    /// Judge an action on names.
    pub fn authorize(&self, action: &str, asked: &[&str], names: &Names) -> Access {
        let order = match self.rules.tables {
            Tables::Shared => java_order::grown(asked.iter().copied()),
            Tables::Listed => asked.to_vec(),
            Tables::Granted => java_order::expected(asked),
        };
        let mut collected = Collected::default();
        for name in asked {
            let number = collected.number(name);
            collected.told[number].asked = true;
        }
        let mut candidates = Candidates::new(self, action);
        let shared = self.rules.tables == Tables::Shared;
        // verdicts in the order in which the engine comes to them
        let mut verdicts: Vec<(usize, bool, bool)> = Vec::with_capacity(2 * order.len());
        let (mut all, mut resources) = (true, 0);
        let (mut concrete, mut behind) = (Vec::new(), Vec::new());
        for key in &order {
            let resource = Resource::new(self.rules, names, key);
            concrete.clear();
            resource.concrete(&mut concrete);
            let own = collected.number(resource.key);
            behind.clear();
            behind.extend(concrete.iter().map(|index| collected.number(index)));
            let mut granted = false;
            for group in candidates.granting(&resource) {
                granted = true;
                for &index in &behind {
                    if shared { collected.add_shared(index, own, group) } else { collected.add(index, own, group) }
                }
            }
            all &= granted;
            resources += if behind == [own] { 1 } else { 1 + behind.len() };
            verdicts.push((own, granted, false));
            // a name that the request has itself takes precedence over what an alias gives it
            verdicts.extend(behind.iter().filter(|&&index| shared || !collected.told[index].asked).map(|&index| (index, granted, true)));
        }
        for (number, granted, behind) in &verdicts {
            let kept = &mut collected.told[*number].granted;
            // 6.8 keeps the last verdict on an index, the others any that grants
            *kept = Some(*granted || (*behind && !shared && *kept == Some(true)));
        }
        let passed = collected.told.iter().filter(|told| told.granted == Some(true));
        let tables: BTreeMap<String, Table> = passed.map(|told| (told.name.to_owned(), collected.table(told, self.rules))).collect();
        let mut access = Access { granted: all, tables, denied: Vec::new() };
        if !self.rules.refuses_behind {
            access.denied = denied_of(asked, &access);
            return access;
        }
        let judged = collected.told.iter().filter(|told| told.granted.is_some()).count();
        if judged > access.tables.len() {
            let mut first: JavaMap<&str> = JavaMap::with_capacity(resources);
            for (number, _, behind) in &verdicts {
                let name = collected.told[*number].name;
                if *behind { first.merge(name) } else { first.put(name) }
            }
            let second = java_order::with_capacity(first.names(), judged);
            let denied: Vec<&str> = second.into_iter().filter(|name| !access.tables.contains_key(*name)).collect();
            access.denied = java_order::grown(denied).into_iter().map(str::to_owned).collect();
        }
        access
    }

    /// Whether wildcards may expand to this part of a name for the action.
    pub fn may_expand_to(&self, action: &str, name: &str, component: Component, abstraction: Option<&Abstraction>) -> bool {
        let part_of_stream = abstraction.is_some_and(Abstraction::is_part_of_stream);
        let mut candidates = Vec::new();
        self.index_by_name().candidates(name, &mut candidates);
        let mut groups = candidates.into_iter().map(|at| &self.groups[at as usize]);
        groups.any(|group| group.has(component) && group.covers(name, self.rules) && self.group_grants(group, action, part_of_stream))
    }

    /// The actions that are granted on a name, as an automaton. Up to 7.17 those on restricted names count even where
    /// they are not meant.
    pub fn actions_on(&self, name: &str) -> Dfa {
        let (name, component) = split_selector(self.rules, name);
        let covers = |group: &Group| match self.rules.aliases_see_restricted {
            true => group.matcher.matches(name),
            false => group.covers(name, self.rules),
        };
        let groups = self.groups.iter().filter(|group| group.has(component) && covers(group));
        crate::engine::pattern::lucene::union(groups.map(|group| group.actions.automaton())).unwrap_or_default()
    }
}
