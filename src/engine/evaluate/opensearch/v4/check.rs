//! One call: the steps that v4 takes from the resolved names to its answer.

use std::collections::BTreeSet;

use super::privileges::Access;
use super::resolve;
use super::table::Table;
use crate::engine::cluster::IndicesOptions;

/// What the engine knows of a call when the evaluator is asked.
#[derive(Debug, Clone)]
pub struct Ask {
    /// What is needed on every name, in the engine's order.
    pub required: Vec<String>,
    /// The resolved names; none when the request holds no index information (then every name counts).
    pub names: Option<BTreeSet<String>>,
    /// Whether one of the request's expressions is a wildcard, `_all` or nothing.
    pub has_pattern: bool,
    /// The request's index options.
    pub options: IndicesOptions,
    /// How far the request can be rewritten.
    pub reducible: Reducible,
    /// Needed besides, on names of their own.
    pub sub_actions: Vec<(String, BTreeSet<String>)>,
}

/// How far a request can be rewritten to fewer names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Reducible {
    /// Its names are fixed.
    #[default]
    No,
    /// To some names, not to none (creating a point in time).
    ToSome,
    /// To some names or to none.
    Yes,
}

/// The answer to a call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// Whether it may go on.
    pub allowed: bool,
    /// Actions for the denial's text.
    pub missing: Vec<String>,
    /// Names that would pass, when only some do.
    pub only_allowed_for: Vec<String>,
    /// What is written into the request.
    pub rewritten_to: Option<Vec<String>>,
    /// The engine's reason, for its log.
    pub why: Option<&'static str>,
}

impl Answer {
    /// Everything is granted.
    pub fn yes() -> Self {
        Self { allowed: true, ..Self::default() }
    }

    /// Refused for one action.
    pub fn no(action: &str, why: Option<&'static str>) -> Self {
        Self { missing: vec![action.to_owned()], why, ..Self::default() }
    }
}

/// Names of nothing: what a request is rewritten to when nothing may be left.
fn nothing(options: IndicesOptions) -> Option<Vec<String>> {
    if resolve::expands(options) {
        Some(vec![".none*,-*".to_owned()])
    } else {
        options.allow_no_indices.then(|| vec!["-.none*".to_owned()])
    }
}

/// The plain table: everything granted, some names, or none.
fn plain(access: &Access<'_>, names: &BTreeSet<String>, required: &[String]) -> Answer {
    if names.is_empty() {
        return Answer::yes();
    }
    let table = Table::fill(access, names, required);
    if table.is_complete() {
        return Answer::yes();
    }
    let only_allowed_for = table.complete_names();
    let why = match (only_allowed_for.is_empty(), table.rows()) {
        (false, _) => None,
        (true, 1) => Some("Insufficient permissions for the referenced index"),
        (true, _) => Some("None of the referenced indices has sufficient permissions"),
    };
    Answer { allowed: false, missing: table.missing_actions(), only_allowed_for, rewritten_to: None, why }
}

fn on_any_index(access: &Access<'_>, required: &[String]) -> Option<Answer> {
    let missing: Vec<String> = required.iter().filter(|action| access.anywhere(action).is_none()).cloned().collect();
    let why = Some("The user does not have any index privileges for the requested action");
    (!missing.is_empty()).then(|| Answer { missing, why, ..Answer::default() })
}

/// An index action (also the names behind a snapshot's restore).
pub fn index_action(access: &Access<'_>, ask: &Ask, reduction_enabled: bool) -> Answer {
    let everything;
    let names = match &ask.names {
        Some(names) => names,
        None => {
            everything = access.names().all().iter().cloned().collect();
            &everything
        }
    };
    let is_empty = ask.names.as_ref().is_some_and(BTreeSet::is_empty);
    if is_empty && let Some(refusal) = on_any_index(access, &ask.required) {
        return refusal;
    }
    let mut answer = plain(access, names, &ask.required);
    if ask.names.is_some() {
        sub_actions(access, ask, &mut answer);
    }
    if answer.allowed {
        return answer;
    }
    let can_reduce = reduction_enabled
        && ask.reducible != Reducible::No
        && ask.names.is_some()
        && (ask.options.ignore_unavailable || (ask.options.open && ask.has_pattern));
    if !can_reduce {
        return answer;
    }
    if !answer.only_allowed_for.is_empty() {
        answer.rewritten_to = Some(answer.only_allowed_for.clone());
        return Answer { allowed: true, missing: Vec::new(), why: Some("Only allowed for a sub-set of indices"), ..answer };
    }
    let to_none = ask.reducible == Reducible::Yes && ask.options.allow_no_indices && on_any_index(access, &ask.required).is_none();
    match nothing(ask.options).filter(|_| to_none) {
        Some(rewritten) => Answer {
            allowed: true,
            missing: Vec::new(),
            rewritten_to: Some(rewritten),
            why: Some("Not allowed for any indices; returning empty result"),
            ..answer
        },
        None => answer,
    }
}

/// Sub-actions are all or nothing, and what they lack is not named in the denial's text.
fn sub_actions(access: &Access<'_>, ask: &Ask, answer: &mut Answer) {
    let mut why = None;
    let mut refused = false;
    for (action, names) in &ask.sub_actions {
        let sub = plain(access, names, std::slice::from_ref(action));
        if !sub.allowed {
            refused = true;
            why = why.or(sub.why);
        }
    }
    if refused {
        answer.allowed = false;
        answer.only_allowed_for.clear();
        answer.why = answer.why.or(why);
    }
}

/// `GET _alias` has two sets of names: indices, which can be reduced, and aliases, which cannot.
pub fn get_aliases(access: &Access<'_>, ask: &Ask, aliases: &BTreeSet<String>, explicit_aliases: bool) -> Answer {
    let no_names = BTreeSet::new();
    let indices = ask.names.as_ref().unwrap_or(&no_names);
    let for_indices = plain(access, indices, &ask.required);
    if explicit_aliases && !plain(access, aliases, &ask.required).allowed {
        return Answer {
            allowed: false,
            only_allowed_for: Vec::new(),
            why: Some("No privileges for aliases while explicit aliases were specified in the request"),
            ..for_indices
        };
    }
    if for_indices.allowed {
        return for_indices;
    }
    if for_indices.only_allowed_for.is_empty() && on_any_index(access, &ask.required).is_some() {
        return for_indices;
    }
    let rewritten = if for_indices.only_allowed_for.is_empty() { nothing(ask.options) } else { Some(for_indices.only_allowed_for.clone()) };
    match rewritten {
        Some(rewritten) => Answer {
            allowed: true,
            missing: Vec::new(),
            rewritten_to: Some(rewritten),
            why: Some("Only allowed for a subset of indices"),
            ..for_indices
        },
        None => for_indices,
    }
}

/// A cluster action.
pub fn cluster_action(access: &Access<'_>, action: &str) -> Answer {
    if access.cluster(action).is_some() { Answer::yes() } else { Answer::no(action, None) }
}
