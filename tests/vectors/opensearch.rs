//! The legacy evaluator of OpenSearch.

use std::collections::BTreeSet;
use std::sync::Arc;

use rolesmith::engine::cluster::{AliasMember, Cluster, Index, IndicesOptions, Resolver};
use rolesmith::engine::evaluate::HASHED;
use rolesmith::engine::evaluate::opensearch::legacy::Legacy;
use rolesmith::engine::evaluate::opensearch::subject;
use rolesmith::engine::evaluate::{Call, Decide, Indices, Scope, Subject, Verdict};
use rolesmith::engine::model::Product;
use serde_json::{Value, json};

use crate::leftovers::{mapped_before, remember_documents, remember_mapping};
use crate::scenario::{NOW, cluster, configuration, request, sorted_backend_roles, texts};
use crate::tally::Tally;

/// Run one scenario.
pub fn run(scenario: &Value, tally: &mut Tally) {
    let engine = scenario["engine"].as_str().unwrap_or_default();
    tally.scenario(engine, scenario["name"].as_str().unwrap_or_default());
    let Ok(product) = engine.parse::<Product>() else { return tally.unreadable(engine) };
    let configuration = configuration(scenario);
    let mut cluster = Cluster { now: Some(NOW), ..cluster(scenario) };
    mapped_before(scenario, &mut cluster);
    let mut compiled = Legacy::new(product, &configuration, &Arc::new(cluster.clone()));
    for (number, case) in scenario["cases"].as_array().into_iter().flatten().enumerate() {
        let user = case["user"].as_str().unwrap_or_default();
        let subject =
            subject(&configuration, user).map(|subject| Subject { host: Some("127.0.0.1".to_owned()), ..subject }).unwrap_or_default();
        if without_write_index(case, &mut cluster) {
            compiled = Legacy::new(product, &configuration, &Arc::new(cluster.clone()));
        }
        let verdict = compiled.decide(&subject, &request(case));
        let visible = |index: &str| {
            let documents = cluster.indices.get(index).and_then(|index| index.documents.as_deref()).unwrap_or_default();
            let view = compiled.view(&subject, index);
            documents.iter().any(|document| view.as_ref().is_some_and(|view| view.sees(document).unwrap_or(false)))
        };
        compare(case, &verdict, (&cluster, &visible), number, tally);
        shown(case, &compiled, &subject, &verdict, &cluster, (number, tally));
        let explained = compiled.explain(&subject, &request(case));
        let why = unexplained(&verdict, &explained);
        tally.check(number, "explained", why.is_none(), || {
            format!(
                "{} {} {}\n  {why:?}\n  decided {:?}\n  explained {:?}",
                case["user"], case["method"], case["path"], verdict.calls, explained.calls
            )
        });
        let kept = remember_mapping(case, &mut cluster)
            | remember_documents(scenario, case, &mut cluster)
            | remember_tenant_index(case, &mut cluster);
        if kept {
            compiled = Legacy::new(product, &configuration, &Arc::new(cluster.clone()));
        }
    }
}

/// An explanation words the same verdict, and its cells bear out every call; otherwise what does not hold.
fn unexplained(verdict: &Verdict, explained: &Verdict) -> Option<&'static str> {
    let until_denial = |verdict: &Verdict| -> Vec<String> {
        let end = verdict.calls.iter().position(|call| !call.allowed).map_or(verdict.calls.len(), |at| at + 1);
        verdict.calls.iter().take(end).map(|call| line(call, true)).collect()
    };
    let same = (verdict.status, &verdict.reason, &verdict.roles) == (explained.status, &explained.reason, &explained.roles);
    let reasons = |verdict: &Verdict| verdict.items.iter().map(|item| item.reason.clone()).collect::<Vec<_>>();
    if !same || (!verdict.items.is_empty() && reasons(verdict) != reasons(explained)) {
        return Some("another verdict");
    }
    if until_denial(verdict) != until_denial(explained) {
        return Some("other calls");
    }
    for call in explained.calls.iter().filter(|call| call.rule.is_none() && !call.cells.is_empty()) {
        let lacking: BTreeSet<&str> = call.cells.iter().filter(|cell| cell.granted_by.is_none()).map(|cell| cell.action.as_str()).collect();
        let missing: BTreeSet<&str> = call.missing.iter().map(String::as_str).collect();
        let borne_out = if call.allowed { lacking.is_empty() != call.reduced.is_some() } else { lacking == missing };
        if !borne_out {
            return Some("cells that say otherwise");
        }
        let evidence = call.cells.iter().filter_map(|cell| cell.granted_by.as_ref());
        for evidence in evidence {
            let (first, last) = (evidence.hops.first(), evidence.hops.last());
            if first.is_none_or(|hop| hop.kind != "user") || last.is_none_or(|hop| hop.kind != "action") {
                return Some("a chain that does not lead from the user to the action");
            }
        }
    }
    None
}

/// A rollover that the recorder undid leaves its alias without a write index, which the recorded cluster does not
/// show; the engine's own error does.
fn without_write_index(case: &Value, cluster: &mut Cluster) -> bool {
    let told = case["reason"].as_str().and_then(|reason| reason.strip_prefix("rollover target ["));
    let alias = told.and_then(|rest| rest.strip_suffix("] does not point to a write index"));
    let Some(members) = alias.and_then(|alias| cluster.aliases.get_mut(alias)) else { return false };
    members.iter_mut().for_each(|member| member.is_write_index = Some(false));
    true
}

/// Nor are the indices that the plugin makes for tenants taken away again, unless the record says that it was (`mutated_state`).
fn remember_tenant_index(case: &Value, cluster: &mut Cluster) -> bool {
    let mut changed = false;
    if case["method"] == "DELETE" && case["actions"][0]["action"] == "indices:admin/delete" {
        // each round over a tenant ends with such a request, and everything is put back
        let before = cluster.indices.len();
        let is_tenant = |name: &str| name.starts_with(".kibana_") && name != ".kibana_1";
        cluster.indices.retain(|name, _| !is_tenant(name));
        cluster.aliases.retain(|name, _| !is_tenant(name));
        return before != cluster.indices.len();
    }
    if case["mutated_state"] == true {
        return false;
    }
    for call in case["actions"].as_array().into_iter().flatten() {
        let made = call["action"] == "indices:admin/create" && call["allowed"] == true && call["reduced"] == true;
        for name in texts(&call["indices"]).into_iter().filter(|_| made) {
            let Some((alias, _)) = name.rsplit_once('_') else { continue };
            let member = AliasMember { index: name.clone(), ..AliasMember::default() };
            cluster.aliases.insert(alias.to_owned(), vec![member]);
            let fields = Some(BTreeSet::from(["n".to_owned()]));
            cluster.indices.insert(name, Index { fields, documents: Some(Vec::new()), ..Index::default() });
            changed = true;
        }
    }
    changed
}

fn compare(case: &Value, verdict: &Verdict, cluster: (&Cluster, &dyn Fn(&str) -> bool), number: usize, tally: &mut Tally) {
    let told = || format!("{} {} {} body {} dynamic", case["user"], case["method"], case["path"], cut(&case["body"].to_string(), 300));
    let tell = |what: String| {
        let calls: Vec<String> = verdict.calls.iter().map(|call| format!("    {}", line(call, true))).collect();
        let recorded: Vec<String> =
            case["actions"].as_array().into_iter().flatten().map(|call| format!("    {}", recorded_line(call, true))).collect();
        format!(
            "{}\n  {what}\n  recorded status {} {} items {}\n{}\n  answered {:?} {:?} {:?} items {:?} notes {:?} unknown {:?}\n{}",
            told(),
            case["status"],
            cut(case["reason"].as_str().unwrap_or_default(), 300),
            cut(&case["items"].to_string(), 600),
            recorded.join("\n"),
            verdict.outcome,
            verdict.status,
            verdict.reason,
            verdict.items,
            verdict.notes,
            verdict.unknown,
            calls.join("\n")
        )
    };
    if case["roles"].is_array() {
        let recorded: BTreeSet<String> = texts(&case["roles"]).into_iter().collect();
        let answered: BTreeSet<String> = verdict.roles.iter().cloned().collect();
        tally.check(number, "roles", recorded == answered, || tell(format!("roles {recorded:?} answered {answered:?}")));
    }
    let status = case["status"].as_u64().unwrap_or_default();
    let reason = case["reason"].as_str().unwrap_or_default();
    let denied = matches!(status, 401 | 403) && case["type"] != "search_phase_execution_exception";
    let answered = matches!(verdict.status, Some(401 | 403));
    let unroutable = matches!(status, 400 | 404 | 405) && case["actions"].as_array().is_none_or(Vec::is_empty);
    let agrees = denied == answered && (verdict.unknown.is_empty() || unroutable);
    tally.check(number, "verdict", agrees, || tell(format!("denied {denied} answered {answered}")));
    let security_error = status == 500 && case["type"] == "security_exception" && !reason.starts_with("Unexpected");
    if (denied || security_error) && !reason.is_empty() && !is_raw(reason) {
        let same = verdict.reason.as_deref().map(normal) == Some(normal(reason));
        tally.check(number, "reason", same, || tell(format!("reason {reason}\n   answered {:?}", verdict.reason)));
    }
    actions(case, verdict, number, tally, &tell);
    items(case, verdict, number, tally, &tell);
    filtered(case, verdict, cluster, number, tally, &tell);
}

/// An answer that is no error object: shard failures, failures of a reindex.
fn is_raw(reason: &str) -> bool {
    reason.starts_with("{\"took\"") || reason.starts_with("{\"_shards\"")
}

/// Backend roles and security roles come in hash order; long bodies were cut when they were recorded.
fn normal(reason: &str) -> String {
    let reason = sorted_backend_roles(reason);
    match (reason.split_once("Security roles ["), reason.find("] does not")) {
        (Some((before, rest)), Some(end)) => {
            let after = &reason[end..];
            let list = &rest[..rest.len().saturating_sub(reason.len() - end)];
            let mut roles: Vec<&str> = list.split(", ").collect();
            roles.sort_unstable();
            format!("{before}Security roles [{}{after}", roles.join(", "))
        }
        _ => reason,
    }
}

fn cut(text: &str, length: usize) -> String {
    text.chars().take(length).collect()
}

fn line(call: &Call, long: bool) -> String {
    let indices = match &call.indices {
        Indices::None => "-".to_owned(),
        Indices::All => "*".to_owned(),
        // the log of the engine separates names as an expression does: one with commas is several there
        Indices::Names(names) => {
            let mut names: Vec<&str> = names.iter().flat_map(|name| name.split(',')).collect();
            names.sort_unstable();
            names.join(",")
        }
    };
    let mut required = call.required.clone();
    required.sort();
    let required = if call.required.len() == 1 && call.required[0] == call.action { String::new() } else { required.join("+") };
    let rule = if long { format!(" {:?}", call.rule) } else { String::new() };
    // what passes without a look at indices shows as reduced in the recordings of cluster actions; it is not
    let reduced = call.reduced.is_some() && call.scope == Scope::Index;
    format!("{} [{indices}] {required} {} {}{rule}", call.action, call.allowed, if reduced { "reduced" } else { "" })
}

fn recorded_line(call: &Value, long: bool) -> String {
    let mut indices = texts(&call["indices"]);
    indices.sort();
    let indices = if call["indices"].is_array() { indices.join(",") } else { "-".to_owned() };
    let mut required = texts(&call["required"]);
    required.sort();
    let action = call["action"].as_str().unwrap_or_default();
    let required = if required.len() == 1 && required[0] == action { String::new() } else { required.join("+") };
    let is_cluster = (action.starts_with("cluster:") && !action.ends_with("snapshot/restore"))
        || ["indices:data/read/mget", "indices:data/read/mtv", "indices:data/write/reindex", "indices:data/write/bulk"].contains(&action)
        || action.starts_with("indices:data/read/msearch")
        || action.starts_with("indices:data/read/scroll");
    let why = if long { format!(" {}", call["request"]) } else { String::new() };
    format!(
        "{action} [{indices}] {required} {} {}{why}",
        call["allowed"],
        if call["reduced"] == true && !is_cluster { "reduced" } else { "" }
    )
}

/// A call that failed on the request itself has no answer in the recording; only its action is compared.
fn actions(case: &Value, verdict: &Verdict, number: usize, tally: &mut Tally, tell: &impl Fn(String) -> String) {
    let all = case["actions"].as_array().cloned().unwrap_or_default();
    let mut recorded: Vec<String> = all.iter().filter(|call| call["allowed"].is_boolean()).map(|call| recorded_line(call, false)).collect();
    let mut answered: Vec<String> = verdict.calls.iter().map(|call| line(call, false)).collect();
    let first = recorded.first() == answered.first();
    recorded.sort();
    answered.sort();
    tally.check(number, "actions", first && recorded == answered, || tell("actions".to_owned()));
}

fn items(case: &Value, verdict: &Verdict, number: usize, tally: &mut Tally, tell: &impl Fn(String) -> String) {
    let Some(recorded) = case["items"].as_array() else { return };
    let reason =
        |item: &Value| (item["type"] == "security_exception").then(|| sorted_backend_roles(item["reason"].as_str().unwrap_or_default()));
    let recorded: Vec<Option<String>> = recorded.iter().map(reason).collect();
    let answered: Vec<Option<String>> = verdict.items.iter().map(|item| item.reason.as_deref().map(sorted_backend_roles)).collect();
    if answered.is_empty() && recorded.iter().all(Option::is_none) {
        // the answer has a list of something else (a simulated pipeline's documents)
        return;
    }
    tally.check(number, "items", recorded == answered, || tell(format!("items {recorded:?}\n   answered {answered:?}")));
}

/// The indices that a reduced request shows, as far as they hold anything.
fn filtered(
    case: &Value,
    verdict: &Verdict,
    (cluster, visible): (&Cluster, &dyn Fn(&str) -> bool),
    number: usize,
    tally: &mut Tally,
    tell: &impl Fn(String) -> String,
) {
    let (Some(_), 200) = (case["filtered_to"].as_array(), case["status"].as_u64().unwrap_or_default()) else { return };
    if verdict.calls.iter().any(|call| call.action == "cluster:monitor/shards" && call.allowed) {
        // the table of shards is made from the cluster state, which nothing narrows (rule 12)
        return;
    }
    let recorded: BTreeSet<String> = texts(&case["filtered_to"]).into_iter().collect();
    let resolver = Resolver::new(cluster);
    let all = IndicesOptions { ignore_unavailable: true, ..IndicesOptions::STRICT_EXPAND_HIDDEN };
    let mut permitted: BTreeSet<String> = BTreeSet::new();
    for call in verdict.calls.iter().filter(|call| call.allowed) {
        let Some(reduction) = &call.reduced else { continue };
        let names: Vec<String> = reduction.only_allowed_for.iter().chain(&reduction.rewritten_to).cloned().collect();
        if !names.is_empty() {
            permitted.extend(resolver.concrete(&names, all, true).unwrap_or_default());
        }
    }
    // a search without a query that asks for enough hits shows every index that holds anything to be seen, and
    // mappings and settings are shown of every index (unless the emptied request was taken for all of them)
    let path = case["path"].as_str().unwrap_or_default();
    let shows_all = path.contains("/_search?size=200") && !path.contains('&') && case["body"].is_null();
    let emptied = verdict.calls.iter().filter_map(|call| call.reduced.as_ref()).any(|reduction| reduction.rewritten_to == ["*"]);
    let lists = (path.ends_with("/_settings") || path.ends_with("/_mapping")) && !emptied;
    let expected: BTreeSet<String> = permitted.iter().filter(|name| lists || visible(name)).cloned().collect();
    let same = recorded.is_subset(&permitted) && (!(shows_all || lists) || expected.is_subset(&recorded));
    tally.check(number, "filtered_to", same, || tell(format!("filtered_to {recorded:?}\n   answered {permitted:?}")));
}

/// What comes back of the fixture's documents, for requests that show all of them.
fn shown(case: &Value, compiled: &Legacy, subject: &Subject, verdict: &Verdict, cluster: &Cluster, (number, tally): (usize, &mut Tally)) {
    let response = &case["response"];
    let path = case["path"].as_str().unwrap_or_default();
    let segments: Vec<&str> = path.split('?').next().unwrap_or_default().split('/').filter(|part| !part.is_empty()).collect();
    if response.is_null() || verdict.status.is_some() || case["status"] == 500 {
        return;
    }
    let see = |index: &str, id: &str| {
        let document = cluster.indices.get(index)?.documents.as_ref()?.iter().find(|document| document.id == id)?;
        let view = compiled.view(subject, index)?;
        view.sees(document).unwrap_or(false).then(|| view.show(&document.source))
    };
    let (recorded, answered): (Vec<Value>, Vec<Value>) = match segments[..] {
        [indices, "_search"] if case["method"] == "GET" && path.ends_with("_search?size=50") => {
            let found = response.pointer("/hits/hits").and_then(Value::as_array).into_iter().flatten();
            let recorded = found.map(|hit| json!([hit["_index"], hit["_id"], hit["_source"]])).collect();
            let names = indices.split(',').flat_map(|name| Resolver::new(cluster).members(name)).collect::<Vec<_>>();
            // a narrowed search shows what is permitted
            let narrowed =
                verdict.calls.iter().find(|call| call.action == "indices:data/read/search").and_then(|call| call.reduced.as_ref());
            let permitted: Option<BTreeSet<String>> =
                narrowed.map(|reduction| reduction.only_allowed_for.iter().flat_map(|name| Resolver::new(cluster).members(name)).collect());
            let names: Vec<String> =
                names.into_iter().filter(|name| permitted.as_ref().is_none_or(|permitted| permitted.contains(name))).collect();
            let ids = |name: &String| cluster.indices.get(name).and_then(|index| index.documents.clone()).unwrap_or_default();
            let answered = names.iter().flat_map(|name| {
                ids(name).into_iter().filter_map(|document| Some(json!([name, document.id, see(name, &document.id)?]))).collect::<Vec<_>>()
            });
            (recorded, answered.collect())
        }
        [index, "_doc", id] => {
            let recorded = if response["found"] == true { vec![response["_source"].clone()] } else { Vec::new() };
            (recorded, see(index, id).into_iter().collect())
        }
        [index, "_source", id] => {
            let recorded = if case["status"] == 200 { vec![response.clone()] } else { Vec::new() };
            (recorded, see(index, id).into_iter().collect())
        }
        ["_mget"] => {
            let docs = response["docs"].as_array().into_iter().flatten();
            let recorded = docs.filter(|doc| doc["found"] == true).map(|doc| json!([doc["_index"], doc["_id"], doc["_source"]])).collect();
            // the engine itself failed on some (3.8 does on every get by id when fields are only included)
            let failed: Vec<bool> = response["docs"].as_array().into_iter().flatten().map(|doc| doc.get("error").is_some()).collect();
            let asked = case["body"]["docs"].as_array().into_iter().flatten();
            let answered = asked.zip(failed).filter(|(_, failed)| !failed).filter_map(|(doc, _)| {
                let (index, id) = (doc["_index"].as_str()?, doc["_id"].as_str()?);
                Some(json!([index, id, see(index, id)?]))
            });
            (recorded, answered.collect())
        }
        _ => return,
    };
    // a mask over every field hashes the ids too
    let ids_hashed = recorded.iter().any(|hit| hit[1].as_str().is_some_and(|id| id.len() > 80));
    let plain = |mut values: Vec<Value>| {
        for hit in values.iter_mut().filter(|_| ids_hashed).filter_map(Value::as_array_mut) {
            hit[1] = json!("hashed");
        }
        let mut values: Vec<String> = values.into_iter().map(|value| hashes(&value).to_string()).collect();
        values.sort();
        values
    };
    let (recorded, answered) = (plain(recorded), plain(answered));
    tally.check(number, "documents", recorded == answered, || {
        format!("{} {} {path}\n  recorded {recorded:#?}\n  answered {answered:#?}", case["user"], case["method"])
    });
}

/// The value with its keys sorted and its hashes out of sight: 64 or 128 hexadecimal digits.
fn hashes(value: &Value) -> Value {
    match value {
        Value::String(text) if [64, 128].contains(&text.len()) && text.chars().all(|c| c.is_ascii_hexdigit()) => json!(HASHED),
        Value::Array(items) => Value::Array(items.iter().map(hashes).collect()),
        Value::Object(fields) => {
            let sorted: std::collections::BTreeMap<&String, Value> = fields.iter().map(|(name, value)| (name, hashes(value))).collect();
            json!(sorted)
        }
        other => other.clone(),
    }
}
