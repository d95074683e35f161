//! A plan, step by step, up to the first denial; every question becomes a call of the verdict.

use std::sync::Arc;

use super::actions::granting;
use super::cluster::ClusterRequest;
use super::decide::Elasticsearch;
use super::documents;
use super::evidence::Seeker;
use super::indices::Access;
use super::limited::Holder;
use super::message::{Refused, denial, denied_by_name, denied_names, for_failures};
use super::plan::{Plan, Step};
use super::resolve::{Options, Resolution};
use super::rules::{Rules, Wording};
use super::selector::{Component, split_selector};
use crate::engine::catalog::elasticsearch::Selector;
use crate::engine::evaluate::{Call, Cell, Indices, Item, Outcome, Scope, Verdict};

/// Who is judged, and what became of the request so far.
pub(super) struct Session<'e> {
    pub engine: &'e Elasticsearch,
    pub holder: Arc<Holder>,
    /// `user [U]`, or `user [A] run as [U]`.
    pub who: String,
    pub seeker: Seeker<'e>,
    pub missing_roles: Vec<String>,
    /// Why there may be more roles, or roles that give more, than those of the holder.
    pub unknown_roles: Vec<String>,
    /// Whether the request comes with an API key, whose denials name no roles.
    pub api_key: bool,
    pub explain: bool,
    pub words: Vec<(String, String)>,
    pub verdict: Verdict,
}

/// The first denial of a part: status and text.
type Denied = (u16, String);

impl Session<'_> {
    fn rules(&self) -> &'static Rules {
        self.engine.rules
    }

    pub(super) fn refuse_run_as(mut self, plan: &Plan, user: &str, target: &str) -> Verdict {
        let action = plan.steps.iter().find_map(first_action).unwrap_or_default();
        let text = match self.rules().wording {
            Wording::Short => format!("action [{action}] is unauthorized for user [{user}] run as [{target}]"),
            wording => {
                let mut roles = self.verdict.roles.clone();
                let word = if wording == Wording::Roles { "roles" } else { "effective roles" };
                if wording == Wording::EffectiveRoles {
                    roles.sort_unstable();
                }
                format!(
                    "action [{action}] is unauthorized for user [{user}] with {word} [{}], because user [{user}] is unauthorized to run as [{target}]",
                    roles.join(",")
                )
            }
        };
        self.verdict.calls.push(Call {
            required: vec![action.clone()],
            action,
            missing: vec!["run_as".to_owned()],
            rule: Some(format!("`{user}` may not run as `{target}`")),
            ..Call::default()
        });
        self.deny(403, text);
        self.verdict
    }

    /// A denial; it is not known to be one where some roles are not known, for those may grant.
    fn deny(&mut self, status: u16, reason: String) {
        let unknown = std::mem::take(&mut self.unknown_roles);
        let may_be_granted = status == 403 && !unknown.is_empty();
        self.verdict.unknown.extend(unknown);
        if may_be_granted {
            self.verdict.outcome = Outcome::Unknown;
            return;
        }
        self.verdict.outcome = Outcome::Denied;
        self.verdict.status = Some(status);
        self.verdict.reason = Some(reason);
    }

    pub(super) fn run(mut self, plan: Plan) -> Verdict {
        self.verdict.notes = plan.notes;
        self.words = plan.words;
        let (mut parts, mut refused) = (0, 0);
        let mut first: Option<Denied> = None;
        for step in &plan.steps {
            if let Step::Part { op, index, steps } = step {
                let denied = self.part(steps);
                parts += 1;
                refused += usize::from(denied.is_some());
                let reason = denied.map(|(_, text)| text);
                self.verdict.items.push(Item { op: (*op).to_owned(), index: index.clone(), reason });
                continue;
            }
            let denied = self.step(step);
            first = first.or(denied);
            if first.is_some() && !self.explain {
                break;
            }
        }
        self.note_deprecated();
        if let Some((status, reason)) = first {
            self.deny(status, reason);
            return self.verdict;
        }
        self.verdict.unknown.append(&mut self.unknown_roles);
        if !self.verdict.unknown.is_empty() {
            self.verdict.outcome = Outcome::Unknown;
        } else if refused > 0 {
            self.verdict.outcome = if refused == parts { Outcome::Denied } else { Outcome::Partial };
        }
        self.verdict
    }

    fn note_documents(&mut self, action: &str, names: &[&str], access: &Access) {
        for note in documents::notes(action, names, access) {
            if !self.verdict.notes.contains(&note) {
                self.verdict.notes.push(note);
            }
        }
    }

    /// Say of each privilege that grants something here whether it is on its way out.
    fn note_deprecated(&mut self) {
        let cells = self.verdict.calls.iter().flat_map(|call| &call.cells);
        let hops = cells.filter_map(|cell| cell.granted_by.as_ref()).flat_map(|evidence| &evidence.hops);
        let mut notes = Vec::new();
        for hop in hops.filter(|hop| hop.kind == "cluster privilege") {
            let Some(mark) = self.engine.catalog.cluster_privilege(&hop.name.to_lowercase()).and_then(|known| known.deprecated) else {
                continue;
            };
            let (major, minor) = mark.since;
            let what = if mark.whole { "" } else { " in part" };
            let note = format!("`{}` is deprecated{what} since {major}.{minor}: {}", hop.name, mark.instead);
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
        self.verdict.notes.extend(notes);
    }

    /// A part fails alone: its first denial.
    fn part(&mut self, steps: &[Step]) -> Option<Denied> {
        let mut first = None;
        for step in steps {
            let denied = self.step(step);
            first = first.or(denied);
            if first.is_some() && !self.explain {
                break;
            }
        }
        first
    }

    fn step(&mut self, step: &Step) -> Option<Denied> {
        match step {
            Step::Cluster { action, applications, own_keys } => self.cluster(action, applications.as_ref(), *own_keys),
            Step::Name { action, names } => self.by_name(action, names),
            Step::Index { action, expressions, besides, options } => self.index(action, expressions, besides, *options),
            Step::Subset { index, names, resize } => self.subset(index, names, *resize),
            Step::Part { steps, .. } => self.part(steps),
            Step::Free { action, why } => {
                self.verdict.calls.push(Call {
                    action: action.clone(),
                    required: vec![action.clone()],
                    allowed: true,
                    rule: Some((*why).to_owned()),
                    ..Call::default()
                });
                None
            }
            Step::Unknown(why) => {
                self.unknown(why.clone());
                None
            }
        }
    }

    fn unknown(&mut self, why: String) {
        if !self.verdict.unknown.contains(&why) {
            self.verdict.unknown.push(why);
        }
    }

    /// Whether the product has the action; the routes were recorded from the newest one.
    fn has_action(&mut self, action: &str) -> bool {
        let known = self.engine.catalog.actions.iter().any(|known| known == action);
        // names of shards and of items are made at run time, and are no constants in older versions
        let derived = action.contains('[') || action.contains(":op_type/");
        if !known && !derived {
            let product = self.rules().product;
            self.unknown(format!("whether {product} has the action `{action}` is not recorded"));
        }
        known || derived
    }

    fn text(&self, action: &str, names: Option<&str>) -> String {
        if let Some((_, words)) = self.words.iter().find(|(of, _)| of == action) {
            return words.clone();
        }
        let roles = (!self.api_key).then_some(self.verdict.roles.as_slice());
        let refused = Refused { subject: &self.who, roles, missing: &self.missing_roles };
        denial(self.rules(), self.engine.catalog, action, refused, names)
    }

    /// The privileges that grant an action, on what is asked of the names where the product tells documents from failures.
    fn granted_by(&self, action: &str, indices: &Indices) -> Vec<String> {
        let asks = |component: Component| match indices {
            Indices::Names(names) if self.rules().selectors && !names.is_empty() => {
                names.iter().any(|name| split_selector(self.rules(), name).1 == component)
            }
            _ => true,
        };
        let (data, failures) = (asks(Component::Data), asks(Component::Failures));
        let fits = |selector: Selector| match selector {
            Selector::Data => data,
            Selector::Failures => failures,
            Selector::Both => true,
        };
        let granting = granting(self.rules(), self.engine.catalog, action);
        granting.iter().filter(|privilege| fits(privilege.selector)).map(|privilege| privilege.name.clone()).collect()
    }

    fn push(&mut self, mut call: Call, cells: impl FnOnce(&Self) -> Vec<Cell>) {
        if !call.allowed {
            call.missing = self.granted_by(&call.action, &call.indices);
        }
        if self.explain {
            call.cells = cells(self);
        }
        self.verdict.calls.push(call);
    }

    fn cluster(&mut self, action: &str, applications: Option<&Vec<String>>, own_keys: Option<bool>) -> Option<Denied> {
        self.has_action(action);
        let request = ClusterRequest { applications: applications.cloned(), own_keys };
        let answer = self.holder.cluster_action(action, &request);
        let allowed = matches!(answer, Ok(true));
        let call = Call { action: action.to_owned(), required: vec![action.to_owned()], scope: Scope::Cluster, allowed, ..Call::default() };
        self.push(call, |session| {
            let granted_by = session.seeker.cluster(action).filter(|_| allowed);
            vec![Cell { index: String::new(), action: action.to_owned(), granted_by, nearest: None }]
        });
        match answer {
            Ok(true) => None,
            Ok(false) => Some((403, self.text(action, None))),
            Err(refusal) => Some((400, refusal.message)),
        }
    }

    fn by_name(&mut self, action: &str, names: &[String]) -> Option<Denied> {
        self.has_action(action);
        let allowed = self.holder.index_action(action);
        let call = Call {
            action: action.to_owned(),
            required: vec![action.to_owned()],
            scope: Scope::Index,
            allowed,
            rule: Some("judged by the action's name: granted on any index it passes here".to_owned()),
            ..Call::default()
        };
        self.push(call, |session| {
            let granted_by = session.seeker.index(action, None).filter(|_| allowed);
            vec![Cell { index: String::new(), action: action.to_owned(), granted_by, nearest: None }]
        });
        if allowed {
            return None;
        }
        let denied = if self.rules().refuses_behind { Vec::new() } else { names.to_vec() };
        let names = denied_names(self.rules(), &denied);
        Some((403, self.text(action, names.as_deref())))
    }

    fn index(&mut self, action: &str, expressions: &[String], besides: &[String], options: Options) -> Option<Denied> {
        self.has_action(action);
        if let Some(remote) = expressions.iter().find(|name| is_remote(name)) {
            self.unknown(format!("`{remote}` is on another cluster, whose security decides"));
            return None;
        }
        let engine = self.engine;
        let names = &engine.names;
        if let Some(dated) = expressions.iter().find(|name| name.starts_with('<') && name.contains("{now")) {
            self.unknown(format!("`{dated}` depends on the time of the request"));
            return None;
        }
        let any = self.holder.index_action(action);
        let wild = options.expands() && (expressions.is_empty() || expressions.iter().any(|name| name == "_all" || name.contains('*')));
        if wild && !names.known {
            self.unknown("no cluster model is open: what the wildcard reaches is not known".into());
        }
        let asked: Vec<&str> = expressions.iter().map(String::as_str).collect();
        let (mut resolved, not_found) = match self.holder.resolve(action, &asked, options, names, true) {
            Resolution::Names(resolved) => (resolved, None),
            Resolution::NotFound(expression) => (Default::default(), Some(expression)),
            Resolution::Selector(error) if any => {
                let call = Call { action: action.to_owned(), scope: Scope::Index, rule: Some(error.to_string()), ..Call::default() };
                self.verdict.calls.push(call);
                return Some((400, error.to_string()));
            }
            Resolution::Selector(_) => Default::default(),
        };
        resolved.extend(besides.iter().cloned());
        let list: Vec<&str> = resolved.iter().map(String::as_str).collect();
        let access = self.holder.authorize(action, &list, names);
        let empty = list.is_empty();
        let allowed = any && not_found.is_none() && (if empty { options.allow_no_indices } else { access.granted });
        let call = Call {
            action: action.to_owned(),
            required: vec![action.to_owned()],
            scope: Scope::Index,
            indices: Indices::Names(resolved.iter().cloned().collect()),
            allowed,
            rule: (allowed && empty).then(|| "nothing that the user may see matches: an empty answer".to_owned()),
            ..Call::default()
        };
        self.push(call, |session| {
            let cell = |name: &&str| {
                let granted = any && (access.grants(split_selector(session.rules(), name).0) || access.grants(name));
                let granted_by = session.seeker.index(action, Some(name)).filter(|_| granted);
                let nearest = if granted { None } else { session.seeker.nearest(action, name) };
                Cell { index: (*name).to_owned(), action: action.to_owned(), granted_by, nearest }
            };
            let shown = if list.is_empty() { &asked } else { &list };
            shown.iter().map(cell).collect()
        });
        if allowed {
            if self.explain {
                self.note_documents(action, &list, &access);
            }
            return None;
        }
        if any && (not_found.is_some() || empty) {
            let name = not_found.or_else(|| expressions.first().cloned()).unwrap_or_default();
            return Some((404, format!("no such index [{name}]")));
        }
        let denied = if any {
            access.denied
        } else {
            let resolves_first =
                matches!(action, "indices:data/read/search" | "indices:data/read/field_caps" | "indices:admin/resolve/index");
            let carried: Vec<&str> = match (resolves_first || besides.is_empty(), empty, resolves_first) {
                (_, false, true) => list.clone(),
                // the engine has replaced the names by an expression that matches nothing
                (_, true, true) => vec!["*", "-*"],
                _ if asked.is_empty() && besides.is_empty() => vec!["*"],
                _ => asked.iter().copied().chain(besides.iter().map(String::as_str)).collect(),
            };
            let access = self.holder.authorize(action, &carried, names);
            denied_by_name(self.rules(), action, access.denied)
        };
        let names = denied_names(self.rules(), &denied);
        let mut text = self.text(action, names.as_deref());
        let failures = asked.iter().any(|name| split_selector(self.rules(), name).1 == Component::Failures);
        if failures && self.words.iter().all(|(of, _)| of != action) {
            text.push_str(&for_failures(self.rules(), engine.catalog, action));
        }
        Some((403, text))
    }

    fn subset(&mut self, index: &str, names: &[String], resize: bool) -> Option<Denied> {
        if index.contains('*') {
            self.unknown(format!("which indices `{index}` adds the alias to is not known here"));
            return None;
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let allowed = self.holder.may_add_aliases(index, &names);
        let what = if resize { "the target's actions within the source's" } else { "the alias's actions within the index's" };
        self.verdict.calls.push(Call {
            action: if resize { "indices:admin/resize" } else { "indices:admin/aliases" }.to_owned(),
            scope: Scope::Index,
            indices: Indices::Names(names.iter().map(|name| (*name).to_owned()).collect()),
            allowed,
            rule: Some(what.to_owned()),
            ..Call::default()
        });
        (!allowed).then(|| {
            let text = if resize {
                "Resizing an index is not allowed when the target index has more permissions than the source index"
            } else {
                "Adding an alias is not allowed when the alias has more permissions than any of the indices"
            };
            (403, text.to_owned())
        })
    }
}

/// `cluster:index`, and no selector.
fn is_remote(expression: &str) -> bool {
    let expression = expression.strip_prefix('-').unwrap_or(expression);
    !expression.starts_with('<') && expression.replace("::", "").contains(':')
}

fn first_action(step: &Step) -> Option<String> {
    match step {
        Step::Cluster { action, .. } | Step::Name { action, .. } | Step::Index { action, .. } | Step::Free { action, .. } => {
            Some(action.clone())
        }
        Step::Part { steps, .. } => steps.iter().find_map(first_action),
        Step::Subset { .. } | Step::Unknown(_) => None,
    }
}
