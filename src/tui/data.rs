//! What the panes read: the opened configuration, the built-in entries of its product, its findings,
//! and where everything stands.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::holders::{Holder, Holders};
use super::line::{Line, Target};
use super::pane::Pane;
use super::pane::elasticsearch::privileges::stored;
use super::theme::Tone;
use crate::engine::catalog::elasticsearch::Catalog;
use crate::engine::catalog::opensearch::{BuiltIn, built_in};
use crate::engine::lint::Fix;
use crate::engine::model::Entries;
use crate::engine::model::elasticsearch;
use crate::engine::model::opensearch::{ActionGroup, Configuration, Role, Tenant};
use crate::source::{Place, Problem, Severity, Span};
use crate::workspace::{File, Model, Workspace};

/// Something wrong: a problem of a file, or a finding of a rule.
#[derive(Debug, Clone)]
pub struct Found {
    /// How much it matters.
    pub severity: Severity,
    /// Where.
    pub place: Option<Place>,
    /// What.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// What removes it.
    pub fix: Option<Fix>,
    /// The row of another pane that it is about.
    pub entry: Option<(Pane, String)>,
}

impl From<Problem> for Found {
    fn from(problem: Problem) -> Self {
        let Problem { severity, place, message, help } = problem;
        Found { severity, place, message, help, fix: None, entry: None }
    }
}

/// Everything that the panes show of a workspace.
#[derive(Debug, Clone)]
pub struct Data {
    workspace: Workspace,
    findings: Vec<Found>,
    /// The worst finding about a row of a pane, notes left out.
    marks: HashMap<(Pane, String), Severity>,
    /// What the product that answers brings along; looked up once, since guessing it reads the files.
    built_in: &'static BuiltIn,
    /// The users by what gives them roles.
    holders: Arc<Holders>,
}

impl Data {
    /// What the panes show of a workspace.
    pub fn new(workspace: Workspace) -> Self {
        let built_in = built_in(workspace.product());
        let mut data = Data { workspace, findings: Vec::new(), marks: HashMap::new(), built_in, holders: Arc::default() };
        data.look();
        data
    }

    /// The files and what they say.
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// The files, to be edited; [`Data::look`] afterwards.
    pub fn workspace_mut(&mut self) -> &mut Workspace {
        &mut self.workspace
    }

    /// Find again what is wrong: what the reader could not take. Findings of the rules come later, from a worker.
    pub fn look(&mut self) {
        self.built_in = built_in(self.workspace.product());
        let users = &self.workspace.configuration().internal_users;
        if !self.holders.is_of(users) {
            self.holders = Arc::new(Holders::new(users));
        }
        self.findings = self.workspace.problems().cloned().map(Found::from).collect();
        self.findings.sort_by_key(|problem| std::cmp::Reverse(problem.severity));
    }

    /// Take what the rules found, behind what the reader could not take.
    pub fn take_findings(&mut self, found: Vec<Found>) {
        self.look();
        self.marks.clear();
        for one in found.iter().filter(|one| one.severity > Severity::Note) {
            if let Some(entry) = &one.entry {
                let worst = self.marks.entry(entry.clone()).or_insert(one.severity);
                *worst = one.severity.max(*worst);
            }
        }
        // the linter says again what the reader said
        let said: HashSet<(Option<Place>, String)> = found.iter().map(|one| (one.place, plain(&one.message).to_owned())).collect();
        self.findings.retain(|have| !said.contains(&(have.place, have.message.clone())));
        self.findings.extend(found);
        self.findings.sort_by_key(|one| std::cmp::Reverse(one.severity));
    }

    /// The worst that was found about a row of a pane, notes left out.
    pub fn mark(&self, pane: Pane, name: &str) -> Option<Severity> {
        if self.marks.is_empty() {
            return None;
        }
        self.marks.get(&(pane, name.to_owned())).copied()
    }

    /// The findings about a row of a pane, with their own rows.
    pub fn findings_of<'a>(&'a self, pane: Pane, name: &'a str) -> impl Iterator<Item = (usize, &'a Found)> {
        let is = move |entry: &(Pane, String)| entry.0 == pane && entry.1 == name;
        self.findings.iter().enumerate().filter(move |(_, found)| found.entry.as_ref().is_some_and(is))
    }

    /// The edited configuration.
    pub fn configuration(&self) -> &Configuration {
        self.workspace.configuration()
    }

    /// The edited configuration of Elasticsearch, if it answers.
    pub fn elasticsearch(&self) -> Option<&elasticsearch::Configuration> {
        match self.workspace.model() {
            Model::Elasticsearch(configuration) => Some(configuration),
            Model::OpenSearch(_) => None,
        }
    }

    /// What Elasticsearch's product knows by name.
    pub fn elasticsearch_catalog(&self) -> &'static Catalog {
        Catalog::of(self.workspace.product())
    }

    /// One entry of a pane, in the words of the product that answers.
    pub fn entry(&self, pane: Pane) -> &'static str {
        if pane == Pane::Privileges && self.elasticsearch().is_some() { "privilege" } else { pane.entry() }
    }

    /// Problems and findings.
    pub fn findings(&self) -> &[Found] {
        &self.findings
    }

    /// Built-in roles.
    pub fn static_roles(&self) -> &'static Entries<Role> {
        &self.built_in.roles
    }

    /// Built-in groups.
    pub fn static_groups(&self) -> &'static Entries<ActionGroup> {
        &self.built_in.action_groups
    }

    /// Built-in tenants.
    pub fn static_tenants(&self) -> &'static Entries<Tenant> {
        &self.built_in.tenants
    }

    /// A role of the files, or a built-in one.
    pub fn role(&self, name: &str) -> Option<&Role> {
        self.configuration().roles.get(name).or_else(|| self.static_roles().get(name))
    }

    /// Who has a role, at most `most`.
    pub fn holders<'a>(&'a self, role: &'a str, most: usize) -> Vec<Holder<'a>> {
        self.holders.of(self.configuration(), role, most)
    }

    /// A group of the files, or a built-in one.
    pub fn group(&self, name: &str) -> Option<&ActionGroup> {
        self.configuration().action_groups.get(name).or_else(|| self.static_groups().get(name))
    }

    /// A tenant of the files, or a built-in one.
    pub fn tenant(&self, name: &str) -> Option<&Tenant> {
        self.configuration().tenants.get(name).or_else(|| self.static_tenants().get(name))
    }

    /// The actions and patterns of a group, groups within groups included, each once.
    pub fn expand<'a>(&'a self, name: &'a str) -> Vec<&'a str> {
        let (mut seen, mut waiting, mut leaves) = (vec![name], vec![name], Vec::new());
        while let Some(name) = waiting.pop() {
            let Some(group) = self.group(name) else { continue };
            for item in &group.allowed_actions {
                let item = item.as_str();
                if seen.contains(&item) {
                    continue;
                }
                seen.push(item);
                if self.group(item).is_some() { waiting.push(item) } else { leaves.push(item) }
            }
        }
        leaves
    }

    /// The roles that hold an action, a pattern or a group, with what of them holds it.
    pub fn roles_with<'a>(&'a self, privilege: &str) -> Vec<(&'a str, &'a str)> {
        let mut holding: Vec<&str> = vec![privilege];
        let mut at = 0;
        while let Some(&inner) = holding.get(at) {
            at += 1;
            let groups = self.configuration().action_groups.iter().chain(self.static_groups());
            for (name, group) in groups {
                if !holding.contains(&name.as_str()) && group.allowed_actions.iter().any(|item| item.as_str() == inner) {
                    holding.push(name);
                }
            }
        }
        let roles = self.configuration().roles.iter().chain(self.static_roles());
        roles
            .filter_map(|(name, role)| {
                let rules = role.index_permissions.iter().flat_map(|rule| &rule.allowed_actions);
                let tenants = role.tenant_permissions.iter().flat_map(|rule| &rule.allowed_actions);
                let mut items = role.cluster_permissions.iter().chain(rules).chain(tenants);
                items.find(|item| holding.contains(&item.as_str())).map(|item| (name.as_str(), item.as_str()))
            })
            .collect()
    }

    /// `file:line:col` of a place.
    pub fn at(&self, place: Place) -> Option<String> {
        let file = self.workspace.file(place.file)?;
        Some(format!("{}:{}", file.name(), file.whereis(place.span).at))
    }

    /// The lines around a place, numbered, those of the place marked, hashes masked.
    pub fn excerpt(&self, place: Place, around: u32) -> Vec<Line> {
        let Some(file) = self.workspace.file(place.file) else { return Vec::new() };
        let bytes = file.document().bytes();
        let lines = bytes.iter().filter(|byte| **byte == b'\n').count() as u32 + 1;
        let first = file.whereis(place.span).at.line;
        let end = Span { start: place.span.end.saturating_sub(1).max(place.span.start), end: place.span.end };
        let last = file.whereis(end).at.line.max(first);
        (first.saturating_sub(around).max(1)..=last.saturating_add(around).min(lines))
            .map(|number| self.numbered(file, number, (first..=last).contains(&number)))
            .collect()
    }

    /// Where an entry stands in its file.
    pub fn entry_place(&self, pane: Pane, name: &str) -> Option<Place> {
        if let Some(all) = self.elasticsearch() {
            return elasticsearch_place(all, pane, name);
        }
        let all = self.configuration();
        match pane {
            Pane::Users => all.internal_users.get(name)?.place,
            Pane::Roles => all.roles.get(name)?.place,
            Pane::Mappings => all.roles_mapping.get(name)?.place,
            Pane::Privileges => all.action_groups.get(name)?.place,
            Pane::Tenants => all.tenants.get(name)?.place,
            Pane::Settings => all.dynamic.get(name)?.place,
            Pane::Findings | Pane::Simulator => None,
        }
    }

    /// `height` lines of a file with a place among them, numbered, those of the place marked, hashes masked.
    pub fn window(&self, place: Place, height: usize) -> Vec<Line> {
        let Some(file) = self.workspace.file(place.file) else { return Vec::new() };
        let end = file.document().bytes().len() as u32;
        let line = |at: u32| file.whereis(Span { start: at, end: at }).at.line;
        let (first, last, all) = (line(place.span.start), line(place.span.end.saturating_sub(1).max(place.span.start)), line(end));
        let height = height as u32;
        let top = first.saturating_sub(height / 3).min((all + 1).saturating_sub(height)).max(1);
        let numbers = top..=(top + height).saturating_sub(1).min(all);
        numbers.map(|number| self.numbered(file, number, (first..=last).contains(&number))).collect()
    }

    fn numbered(&self, file: &File, number: u32, inside: bool) -> Line {
        let text = self.workspace.mask(&file.line(number));
        Line::new(Tone::Dim, format!("{}{number:>5} ", if inside { ">" } else { " " }))
            .and(if inside { Tone::Plain } else { Tone::Dim }, text)
    }

    /// The entry that a place stands in.
    pub fn entry_at(&self, place: Place) -> Option<Target> {
        if let Some(all) = self.elasticsearch() {
            return elasticsearch_entry_at(all, place);
        }
        fn find<T>(entries: &Entries<T>, inside: impl Fn(&T) -> bool) -> Option<&String> {
            entries.iter().find(|(_, entry)| inside(entry)).map(|(name, _)| name)
        }
        let inside = |whole: Option<Place>| {
            whole.is_some_and(|whole| {
                whole.file == place.file
                    && whole.span.start <= place.span.start
                    && place.span.start < whole.span.end.max(whole.span.start + 1)
            })
        };
        let all = self.configuration();
        find(&all.roles, |role| inside(role.place))
            .map(|name| Target::Role(name.clone()))
            .or_else(|| find(&all.roles_mapping, |mapping| inside(mapping.place)).map(|name| Target::Mapping(name.clone())))
            .or_else(|| find(&all.internal_users, |user| inside(user.place)).map(|name| Target::User(name.clone())))
            .or_else(|| find(&all.action_groups, |group| inside(group.place)).map(|name| Target::Privilege(name.clone())))
            .or_else(|| find(&all.tenants, |tenant| inside(tenant.place)).map(|name| Target::Tenant(name.clone())))
    }
}

/// A finding's message without its rule.
fn plain(message: &str) -> &str {
    message.rsplit_once(" (").map_or(message, |(text, _)| text)
}

fn elasticsearch_place(all: &elasticsearch::Configuration, pane: Pane, name: &str) -> Option<Place> {
    match pane {
        Pane::Users => all.users.get(name)?.place,
        Pane::Roles => all.roles.get(name)?.place,
        Pane::Mappings => all.role_mappings.get(name)?.place,
        Pane::Privileges => stored(all, name)?.place,
        Pane::Tenants | Pane::Settings | Pane::Findings | Pane::Simulator => None,
    }
}

fn elasticsearch_entry_at(all: &elasticsearch::Configuration, place: Place) -> Option<Target> {
    let inside = |whole: Option<Place>| {
        whole.is_some_and(|whole| {
            let end = whole.span.end.max(whole.span.start + 1);
            whole.file == place.file && whole.span.start <= place.span.start && place.span.start < end
        })
    };
    let role = all.roles.iter().find(|(_, role)| inside(role.place)).map(|(name, _)| Target::Role(name.clone()));
    let mapping = || all.role_mappings.iter().find(|(_, mapping)| inside(mapping.place)).map(|(name, _)| Target::Mapping(name.clone()));
    let user = || all.users.iter().find(|(_, user)| inside(user.place)).map(|(name, _)| Target::User(name.clone()));
    role.or_else(mapping).or_else(user)
}
