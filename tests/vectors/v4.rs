//! The recorded cases of the v4 evaluator, line by line.

use std::collections::BTreeSet;

use rolesmith::engine::cluster::{AliasMember, Cluster, Index};
use rolesmith::engine::evaluate::opensearch::v4::V4;
use rolesmith::engine::evaluate::{Call, Decide, Indices, Scope, Subject, Verdict};
use rolesmith::engine::model::opensearch::Configuration;
use serde_json::Value;

use crate::leftovers::{mapped_before, remember_mapping};
use crate::scenario;
use crate::tally::Tally;
use crate::v4_documents;

fn texts(value: Option<&Value>) -> Vec<String> {
    value.map(scenario::texts).unwrap_or_default()
}

fn set(items: impl IntoIterator<Item = String>) -> BTreeSet<String> {
    items.into_iter().collect()
}

/// The cluster of a scenario before each case, with what the record says elsewhere.
fn cluster(record: &Value) -> Cluster {
    let mut cluster = Cluster { now: Some(scenario::NOW), ..scenario::cluster(record) };
    // `v4-system-index-privilege-*` say in their description which alias exists besides the recorded ones
    let words: Vec<&str> = record["desc"].as_str().unwrap_or_default().split_whitespace().collect();
    if let Some(at) = words.iter().position(|word| *word == "alias")
        && let [name, "=", first, "+", second, "exists", ..] = &words[at + 1..]
    {
        let members = [first, second].map(|index| AliasMember { index: (*index).to_owned(), ..AliasMember::default() });
        cluster.aliases.insert((*name).to_owned(), members.to_vec());
    }
    for case in record["cases"].as_array().into_iter().flatten() {
        snapshots(case, &mut cluster);
        lost_write_index(case, &mut cluster);
    }
    cluster
}

/// The recorder's own rollovers took the write index from an alias, which the recorded state does not say;
/// a rollover without a new index does.
fn lost_write_index(case: &Value, cluster: &mut Cluster) {
    for call in case["actions"].as_array().into_iter().flatten() {
        if call["action"] == "indices:admin/rollover" && call.get("sub_actions").is_none() {
            for name in texts(call.get("indices")) {
                for member in cluster.aliases.get_mut(&name).into_iter().flatten() {
                    member.is_write_index = Some(false);
                }
            }
        }
    }
}

/// What a snapshot holds is said by the tables of refused restores, and by those that went through.
fn snapshots(case: &Value, cluster: &mut Cluster) {
    let path = case["path"].as_str().unwrap_or_default().split('?').next().unwrap_or_default();
    let ["", "_snapshot", repository, snapshot, "_restore"] = path.split('/').collect::<Vec<_>>()[..] else { return };
    let body = &case["body"];
    let replacement = body["rename_replacement"].as_str().unwrap_or("$1");
    let mut names: BTreeSet<String> = BTreeSet::new();
    for call in case["actions"].as_array().into_iter().flatten() {
        let known = call["allowed"] == true || call["why"].as_str().is_some_and(|why| why.contains("sufficient permissions"));
        if known {
            let asked = body["indices"].as_str().unwrap_or_default();
            names.extend(asked.split(',').filter(|name| !name.is_empty() && !name.contains('*')).map(str::to_owned));
        }
        for row in call["matrix"].as_str().unwrap_or_default().lines().skip(1).filter(|_| known) {
            let name = row.split('|').next().unwrap_or_default().trim();
            if let Some(prefix) = replacement.strip_suffix("$1") {
                names.extend(name.strip_prefix(prefix).filter(|name| !name.is_empty()).map(str::to_owned));
            }
        }
    }
    if !names.is_empty() {
        let held = cluster.snapshots.entry(format!("{repository}/{snapshot}")).or_default();
        held.extend(names);
        held.sort();
        held.dedup();
    }
}

/// Who asks in a case.
pub fn subject(configuration: &Configuration, case: &Value) -> Subject {
    let user = case["user"].as_str().unwrap_or_default().to_owned();
    let entry = configuration.internal_users.get(&user);
    // an unknown user does not get past the login
    let user = if entry.is_some() { user } else { String::new() };
    Subject {
        backend_roles: entry.map(|entry| entry.backend_roles.iter().map(|role| role.value.clone()).collect()).unwrap_or_default(),
        attributes: entry
            .map(|entry| entry.attributes.iter().map(|(name, value)| (format!("attr.internal.{name}"), value.value.clone())).collect())
            .unwrap_or_default(),
        requested_tenant: None,
        host: Some("127.0.0.1".to_owned()),
        api_key: None,
        user,
    }
}

/// Whether the recorded answer is a denial by the security layer; a 403 of a blocked index or of failed
/// shards is the engine's own.
fn denied(case: &Value) -> bool {
    let reason = case["reason"].as_str().unwrap_or_default();
    match case["status"].as_u64() {
        Some(401) => true,
        Some(403) if reason.starts_with('{') => {
            reason.contains("security_exception") || reason.contains("\"FORBIDDEN\"") || !reason.contains("\"failures\"")
        }
        Some(403) => case["type"] != "search_phase_execution_exception",
        _ => false,
    }
}

/// A denial's text with the backend roles in order, and for `_search_shards` the actions too (`Set.of`).
fn normal(reason: &str) -> String {
    if let Some((before, rest)) = reason.split_once("with Security roles [")
        && let Some((roles, after)) = rest.split_once(']')
    {
        let mut roles: Vec<&str> = roles.split(", ").collect();
        roles.sort_unstable();
        return format!("{before}with Security roles [{}]{after}", roles.join(", "));
    }
    let text = scenario::sorted_backend_roles(reason);
    let Some((head, tail)) = text.split_once("] and User") else { return text };
    match head.split_once('[') {
        Some((before, actions)) if actions.contains("search_shards") => {
            let mut actions: Vec<&str> = actions.split(", ").collect();
            actions.sort_unstable();
            format!("{before}[{}] and User{tail}", actions.join(", "))
        }
        _ => text.clone(),
    }
}

type Line = (String, BTreeSet<String>, BTreeSet<String>, Option<bool>, bool);

fn recorded_line(action: &Value) -> Line {
    let name = action["action"].as_str().unwrap_or_default().to_owned();
    let mut required = set(texts(action.get("required")));
    if required.is_empty() {
        required.insert(name.clone());
    }
    let cluster = action["scope"] == "cluster";
    let indices = if action.get("exception").is_some() || cluster { BTreeSet::new() } else { set(texts(action.get("indices"))) };
    (name, required, indices, action["allowed"].as_bool(), action["reduced"] == true)
}

fn our_line(call: &Call) -> Line {
    let indices = match &call.indices {
        _ if call.scope == Scope::Cluster => BTreeSet::new(),
        Indices::None => BTreeSet::new(),
        Indices::All => set(["*".to_owned()]),
        Indices::Names(names) => set(names.iter().cloned()),
    };
    let failed = call.rule.as_ref().is_some_and(|rule| rule.starts_with("the evaluation fails"));
    let redirected = call.rule.as_ref().is_some_and(|rule| rule.starts_with("Dashboards multi-tenancy sends"));
    let required = if call.required == ["cluster:monitor/point_in_time/segments/_all"] {
        set([call.action.clone()])
    } else {
        set(call.required.iter().cloned())
    };
    (call.action.clone(), required, indices, (!failed).then_some(call.allowed), call.reduced.is_some() && !redirected)
}

/// Calls in order up to and including the first denial, then as a multiset.
fn same_calls(case: &Value, verdict: &Verdict) -> bool {
    let recorded: Vec<Line> = case["actions"].as_array().into_iter().flatten().map(recorded_line).collect();
    let ours: Vec<Line> = verdict.calls.iter().map(our_line).collect();
    if recorded.first() != ours.first() {
        return false;
    }
    let (mut left, mut right) = (recorded, ours);
    left.sort();
    right.sort();
    left == right
}

/// What v4 records besides: permitted names, rewritten names, sub-actions.
fn same_reduction(case: &Value, verdict: &Verdict) -> Option<bool> {
    type Extra = (String, BTreeSet<String>, BTreeSet<String>, BTreeSet<String>, BTreeSet<(String, BTreeSet<String>)>);
    let mut recorded: Vec<Extra> = Vec::new();
    for action in case["actions"].as_array().into_iter().flatten() {
        // the engine's sub-actions of cluster actions are not asked for; those of `GET _alias` are its alias names
        let subs = action["sub_actions"].as_object().into_iter().flatten().filter(|_| action["scope"] != "cluster");
        let subs = subs.map(|(name, names)| (name.clone(), set(texts(Some(names))))).collect();
        recorded.push((
            action["action"].as_str().unwrap_or_default().to_owned(),
            if action["scope"] == "cluster" { BTreeSet::new() } else { set(texts(action.get("indices"))) },
            set(texts(action.get("only_allowed_for"))),
            set(texts(action.get("rewritten_to"))),
            subs,
        ));
    }
    let mut ours: Vec<Extra> = Vec::new();
    for call in &verdict.calls {
        let (action, _, indices, ..) = our_line(call);
        let rewritten = call.reduced.as_ref().map(|reduced| set(reduced.rewritten_to.iter().cloned())).unwrap_or_default();
        let subs = call.sub_actions.iter().map(|sub| (sub.action.clone(), set(sub.names.iter().cloned()))).collect();
        ours.push((action, indices, set(call.only_allowed_for.iter().cloned()), rewritten, subs));
    }
    let is_plain = |extra: &Extra| extra.2.is_empty() && extra.3.is_empty() && extra.4.is_empty();
    if recorded.iter().all(is_plain) && ours.iter().all(is_plain) {
        return None;
    }
    recorded.sort();
    ours.sort();
    Some(recorded == ours)
}

/// Items of bulk, mget, msearch and reindex: denied or not, and the text.
fn same_items(case: &Value, verdict: &Verdict) -> Option<bool> {
    let items = case.get("items")?.as_array()?;
    if case["path"].as_str().is_some_and(|path| path.contains("/_ingest/")) {
        return None;
    }
    let reason = |item: &Value| item["reason"].as_str().filter(|_| item["type"] == "security_exception").map(normal);
    let recorded: Vec<Option<String>> = items.iter().map(reason).collect();
    let ours: Vec<Option<String>> = verdict.items.iter().map(|item| item.reason.as_deref().map(normal)).collect();
    Some(recorded == ours)
}

/// Whether an explanation words the same verdict, and its cells bear out every call.
fn explains(verdict: &Verdict, explained: &Verdict) -> bool {
    let until_denial = |verdict: &Verdict| -> Vec<Line> {
        let end = verdict.calls.iter().position(|call| !call.allowed).map_or(verdict.calls.len(), |at| at + 1);
        verdict.calls.iter().take(end).map(our_line).collect()
    };
    let cells_bear_out = |call: &Call| {
        let lacking: BTreeSet<&str> = call.cells.iter().filter(|cell| cell.granted_by.is_none()).map(|cell| cell.action.as_str()).collect();
        if call.cells.is_empty() {
            return true;
        }
        match (call.allowed, &call.reduced) {
            (true, None) => lacking.is_empty(),
            (true, Some(_)) => !lacking.is_empty(),
            // what sub-actions and aliases lack is not in the denial's text
            (false, _) if call.action == "cluster:admin/snapshot/restore" && call.missing == ["cluster:admin/snapshot/restore"] => true,
            (false, _) => call.missing.iter().all(|action| lacking.contains(action.as_str())) && !lacking.is_empty(),
        }
    };
    let same = (verdict.status, &verdict.reason, &verdict.roles, &verdict.items)
        == (explained.status, &explained.reason, &explained.roles, &explained.items);
    same && until_denial(verdict) == until_denial(explained) && explained.calls.iter().all(cells_bear_out)
}

/// What was recorded and what was answered.
fn detail(case: &Value, verdict: &Verdict) -> String {
    let mut shown = case.clone();
    for call in shown["actions"].as_array_mut().into_iter().flatten() {
        if let Some(call) = call.as_object_mut() {
            call.retain(|key, _| !matches!(key.as_str(), "matrix" | "options" | "request"));
        }
    }
    let calls: Vec<String> = verdict
        .calls
        .iter()
        .map(|call| {
            let Call { action, required, indices, allowed, reduced, only_allowed_for, sub_actions, rule, .. } = call;
            format!("  {action} {required:?} {indices:?} allowed={allowed} {reduced:?} only={only_allowed_for:?} {sub_actions:?} {rule:?}")
        })
        .collect();
    let (mut missed, mut invented): (Vec<Line>, Vec<Line>) = (Vec::new(), verdict.calls.iter().map(our_line).collect());
    for recorded in case["actions"].as_array().into_iter().flatten().map(recorded_line) {
        match invented.iter().position(|ours| *ours == recorded) {
            Some(at) => drop(invented.remove(at)),
            None => missed.push(recorded),
        }
    }
    let Verdict { outcome, status, reason, roles, items, unknown, .. } = verdict;
    let (user, method, path) = (&case["user"], &case["method"], &case["path"]);
    format!(
        "{user} {method} {path}\nmissed {missed:?}\ninvented {invented:?}\nanswered {outcome:?} {status:?} {reason:?} {roles:?} {unknown:?} {items:?}\nrecorded {shown}\n{}",
        calls.join("\n")
    )
}

/// Run one scenario.
pub fn run(record: &Value, tally: &mut Tally) {
    tally.scenario("opensearch-3.8.0-v4", record["name"].as_str().unwrap_or_default());
    let configuration = scenario::configuration(record);
    let mut fresh = cluster(record);
    mapped_before(record, &mut fresh);
    let mut state = fresh.clone();
    let mut v4 = V4::new(configuration.clone(), state.clone());
    let mut asked = (&Value::Null, &Value::Null);
    for (at, case) in record["cases"].as_array().into_iter().flatten().enumerate() {
        if asked != (&case["user"], &case["headers"]) && state.indices.len() != fresh.indices.len() {
            state = fresh.clone();
            v4 = V4::new(configuration.clone(), state.clone());
        }
        asked = (&case["user"], &case["headers"]);
        let verdict = v4.decide(&subject(&configuration, case), &scenario::request(case));
        let mut line = |name: &'static str, agrees: bool| tally.check(at, name, agrees, || detail(case, &verdict));
        // the recorder took the roles from the evaluator's calls
        if case["actions"].as_array().is_some_and(|calls| !calls.is_empty()) {
            line("roles", set(texts(case.get("roles"))) == set(verdict.roles.iter().cloned()));
        }
        line("verdict", denied(case) == matches!(verdict.status, Some(401 | 403)));
        if let Some(reason) = case["reason"].as_str().filter(|reason| denied(case) && !reason.is_empty()) {
            let ours = verdict.reason.as_deref().unwrap_or_default();
            // a failed shard or item shows inside the engine's own answer, which the recorder cut off
            let inner = reason.find("no permissions for").map(|at| &reason[at..]).unwrap_or_default();
            let within = reason.starts_with('{') && !inner.is_empty() && (inner.starts_with(ours) || ours.starts_with(inner));
            line("reason", normal(reason) == normal(ours) || within);
        }
        line("actions", same_calls(case, &verdict));
        let explained = v4.explain(&subject(&configuration, case), &scenario::request(case));
        line("explained", explains(&verdict, &explained));
        if let Some(same) = same_items(case, &verdict) {
            line("items", same);
        }
        if let Some(same) = same_reduction(case, &verdict) {
            line("reduction", same);
        }
        if let Some(narrowed) = case.get("filtered_to") {
            let names = || verdict.calls.iter().flat_map(|call| &call.only_allowed_for);
            let members = |name: &str| match (state.aliases.get(name), state.data_streams.get(name)) {
                (Some(members), _) => members.iter().map(|member| member.index.clone()).collect(),
                (None, Some(stream)) => stream.backing.clone(),
                (None, None) => Vec::new(),
            };
            let answered: BTreeSet<String> = names().cloned().chain(names().flat_map(|name| members(name))).collect();
            // `_cat/shards` shows the shards of the whole cluster state beside the narrowed figures
            let shows_all = case["path"].as_str().is_some_and(|path| path.contains("_cat/shards") || path.contains("_list/shards"));
            let agrees = shows_all || scenario::texts(narrowed).iter().all(|name| answered.contains(name));
            tally.check(at, "filtered_to", agrees, || detail(case, &verdict));
        }
        if let Some((recorded, answered)) = v4_documents::documents(case, &v4, &subject(&configuration, case), &state, &verdict) {
            let said = || format!("{} {} {}\n  recorded {recorded:?}\n  answered {answered:?}", case["user"], case["path"], case["body"]);
            tally.check(at, "documents", recorded == answered, said);
        }
        if remember_mapping(case, &mut fresh) {
            remember_mapping(case, &mut state);
            v4 = V4::new(configuration.clone(), state.clone());
        }
        // the index that a tenant's first write creates stays while the same user asks for the same tenant, unless the record
        // says that it was taken away
        for action in case["actions"].as_array().into_iter().flatten() {
            if let (Some(index), false) = (action["creates_index"].as_str(), case["mutated_state"] == true) {
                state.indices.insert(index.to_owned(), Index::default());
                for alias in texts(action.get("rewritten_to")) {
                    state.aliases.insert(alias, vec![AliasMember { index: index.to_owned(), ..AliasMember::default() }]);
                }
                v4 = V4::new(configuration.clone(), state.clone());
            }
        }
    }
}
