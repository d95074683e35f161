//! Open Distro.

use std::collections::BTreeSet;
use std::sync::Arc;

use rolesmith::engine::cluster::{Cluster, IndicesOptions, Resolver};
use rolesmith::engine::evaluate::opendistro::OpenDistro;
use rolesmith::engine::evaluate::{Call, Decide, HASHED, Indices, Subject, Verdict};
use rolesmith::engine::model::opensearch::v6::migrate::{Way, migrate};
use rolesmith::engine::model::opensearch::{Configuration, DocumentKind, read_document};
use rolesmith::source::{FileId, Located, Severity};
use rolesmith::yaml::Document;
use serde_json::{Value, json};

use crate::leftovers::{mapped_before, remember_documents, remember_mapping};
use crate::scenario::{self, sorted_backend_roles, texts};
use crate::tally::Tally;

/// A user of the scenario.
struct User {
    backend_roles: Vec<String>,
    attributes: Vec<(String, String)>,
}

/// Run one scenario.
pub fn run(record: &Value, tally: &mut Tally) {
    tally.scenario(record["engine"].as_str().unwrap_or_default(), record["name"].as_str().unwrap_or_default());
    // the day of the recording is not recorded; no index is named after it
    let mut cluster = Cluster { now: Some(scenario::NOW), ..scenario::cluster(record) };
    mapped_before(record, &mut cluster);
    let mut cluster = Arc::new(cluster);
    let mut engine = engine(record, &cluster);
    for (position, case) in record["cases"].as_array().into_iter().flatten().enumerate() {
        let name = case["user"].as_str().unwrap_or_default();
        let user = user(record, name);
        let subject = Subject {
            user: name.to_owned(),
            backend_roles: user.backend_roles,
            attributes: user.attributes.into_iter().collect(),
            requested_tenant: None,
            host: Some("127.0.0.1".to_owned()),
            api_key: None,
        };
        let verdict = engine.decide(&subject, &scenario::request(case));
        compare(tally, position, case, (&engine, &subject, &cluster), &verdict);
        let mut left = (*cluster).clone();
        if remember_mapping(case, &mut left) | remember_documents(record, case, &mut left) {
            cluster = Arc::new(left);
            engine = self::engine(record, &cluster);
        }
    }
}

fn engine(record: &Value, cluster: &Arc<Cluster>) -> OpenDistro {
    let old_form = record["config"].get("rolesmapping").is_some();
    let unmigrated = record["desc"].as_str().is_some_and(|text| text.contains("without migration"));
    let built = match (old_form, unmigrated) {
        (true, true) => OpenDistro::new(&before_1_0(record), Arc::clone(cluster)),
        (true, false) => OpenDistro::new(&scenario::configuration(&migrated(record)), Arc::clone(cluster)),
        (false, _) => OpenDistro::new(&scenario::configuration(record), Arc::clone(cluster)),
    };
    let refused = record.get("config_load_response").is_some();
    match built {
        Ok(engine) => {
            assert!(!refused, "{}: the engine refused this configuration", record["name"]);
            engine
        }
        Err(why) => {
            assert!(refused, "{}: {why}", record["name"]);
            // the engine keeps the configuration that it had, which knew the administrator alone
            let admin = json!({"config": {
                "internal_users": {"admin": {}},
                "roles_mapping": {"all_access": {"users": ["admin"]}},
            }, "settings": record["settings"]});
            let before = scenario::configuration(&admin);
            OpenDistro::new(&before, Arc::clone(cluster)).unwrap_or_else(|why| panic!("{why}"))
        }
    }
}

const OLD_FORM: [(DocumentKind, &str, &str); 5] = [
    (DocumentKind::Roles, "roles", "roles"),
    (DocumentKind::RolesMapping, "rolesmapping", "roles_mapping"),
    (DocumentKind::InternalUsers, "internalusers", "internal_users"),
    (DocumentKind::ActionGroups, "actiongroups", "action_groups"),
    (DocumentKind::Config, "config", "dynamic"),
];

/// The record with its documents of the old form migrated.
fn migrated(record: &Value) -> Value {
    let documents: Vec<(DocumentKind, Document)> = OLD_FORM
        .iter()
        .map(|(kind, name, _)| (*kind, Document::parse(FileId(0), record["config"][name].to_string().into_bytes())))
        .collect();
    let roots: Vec<_> = documents.iter().filter_map(|(kind, document)| Some((*kind, document.root()?))).collect();
    let migrated = migrate(&roots, Way::Online);
    let mut record = record.clone();
    for (kind, _, name) in OLD_FORM {
        record["config"][name] = migrated.documents[&kind].clone();
    }
    record["config"]["dynamic"] = migrated.documents[&DocumentKind::Config]["config"]["dynamic"].clone();
    record["config"]["tenants"] = migrated.documents[&DocumentKind::Tenants].clone();
    record
}

fn before_1_0(record: &Value) -> Configuration {
    let mut configuration = Configuration::default();
    for (kind, name, _) in OLD_FORM {
        let document = Document::parse(FileId(0), record["config"][name].to_string().into_bytes());
        let root = document.root().expect("a document");
        let mut problems = Vec::new();
        read_document(kind, root, &mut configuration, &mut problems);
        assert!(problems.iter().all(|problem| problem.severity != Severity::Error), "{problems:?}");
    }
    for (key, value) in record["settings"].as_object().into_iter().flatten() {
        configuration.node.set(key.clone(), Located::bare(value.clone()));
    }
    configuration
}

fn user(record: &Value, name: &str) -> User {
    let config = &record["config"];
    let users = config.get("internal_users").or_else(|| config.get("internalusers")).unwrap_or(&Value::Null);
    let user = &users[name];
    let backend_roles = user.get("backend_roles").or_else(|| user.get("roles")).unwrap_or(&Value::Null);
    let attributes = user["attributes"].as_object().into_iter().flatten();
    User {
        backend_roles: texts(backend_roles),
        attributes: attributes
            .map(|(key, value)| (format!("attr.internal.{key}"), value.as_str().unwrap_or_default().to_owned()))
            .collect(),
    }
}

/// Whether the security layer refused the whole request.
fn denied(case: &Value) -> bool {
    let status = case["status"].as_u64().unwrap_or_default();
    let kind = case["type"].as_str();
    status == 401 || (status == 403 && kind.is_none_or(|kind| kind == "security_exception"))
}

fn compare(tally: &mut Tally, position: usize, case: &Value, asked: (&OpenDistro, &Subject, &Cluster), verdict: &Verdict) {
    let said = |what: &str, recorded: String, answered: String| {
        format!(
            "{what}: {} {} {} {}\n  recorded {recorded}\n  answered {answered}",
            case["user"], case["method"], case["path"], case["body"]
        )
    };
    if !case["roles"].is_null() {
        let recorded: BTreeSet<String> = texts(&case["roles"]).into_iter().collect();
        let answered: BTreeSet<String> = verdict.roles.iter().cloned().collect();
        tally.check(position, "roles", recorded == answered, || said("roles", format!("{recorded:?}"), format!("{answered:?}")));
    }
    let wanted = denied(case);
    let got = matches!(verdict.status, Some(401 | 403));
    let failed = case["status"] == 500 && case["type"] == "security_exception";
    let agrees = wanted == got && failed == (verdict.status == Some(500));
    tally.check(position, "verdict", agrees, || {
        let recorded = format!("{} {} {}\n  calls {}", case["status"], case["type"], case["reason"], case["actions"]);
        said("verdict", recorded, format!("{:?} {:?} {:?}\n  calls {:#?}", verdict.status, verdict.reason, verdict.unknown, keys(verdict)))
    });
    // an answer to HEAD has no body, and one with failures in it is the engine's own
    let body =
        case["reason"].as_str().filter(|text| !text.is_empty() && !text.starts_with("{\"took\"") && !text.starts_with("{\"_shards\""));
    if let (true, Some(recorded)) = (wanted || failed, body) {
        let answered = verdict.reason.clone().unwrap_or_default();
        let agrees = sorted_backend_roles(recorded) == sorted_backend_roles(&answered);
        tally.check(position, "reason", agrees, || said("reason", recorded.to_owned(), answered));
    }
    calls(tally, position, case, verdict, &said);
    items(tally, position, case, verdict, &said);
    filtered(tally, position, case, asked.2, verdict, &said);
    shown(tally, position, case, asked, verdict, &said);
}

/// What counts of a call.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    action: String,
    indices: Option<Vec<String>>,
    required: Vec<String>,
    allowed: bool,
    reduced: bool,
    only_allowed_for: Option<Vec<String>>,
}

fn recorded_key(call: &Value) -> Key {
    let sorted = |value: &Value| {
        let mut names = texts(value);
        names.sort();
        names
    };
    Key {
        action: call["action"].as_str().unwrap_or_default().to_owned(),
        indices: call.get("indices").map(sorted),
        required: call.get("required").map(sorted).unwrap_or_default(),
        allowed: call["allowed"] == true,
        reduced: call["reduced"] == true,
        only_allowed_for: call.get("only_allowed_for").map(sorted),
    }
}

fn answered_key(call: &Call) -> Key {
    let mut required = call.required.clone();
    required.sort();
    Key {
        action: call.action.clone(),
        indices: match &call.indices {
            Indices::None => None,
            Indices::All => Some(vec!["*".to_owned()]),
            Indices::Names(names) => Some(names.clone()),
        },
        required: if required.len() > 1 { required } else { Vec::new() },
        allowed: call.allowed,
        reduced: call.reduced.is_some(),
        only_allowed_for: Some(call.only_allowed_for.clone()),
    }
}

fn keys(verdict: &Verdict) -> Vec<Key> {
    verdict.calls.iter().map(answered_key).collect()
}

type Said<'a> = dyn Fn(&str, String, String) -> String + 'a;

fn calls(tally: &mut Tally, position: usize, case: &Value, verdict: &Verdict, said: &Said<'_>) {
    let without = |mut key: Key| {
        key.only_allowed_for = None;
        key
    };
    let mut recorded: Vec<Key> = case["actions"].as_array().into_iter().flatten().map(recorded_key).collect();
    let mut answered = keys(verdict);
    // children run at once and in any order
    for list in [&mut recorded, &mut answered] {
        if let Some((_, rest)) = list.split_first_mut() {
            rest.sort();
        }
    }
    let strip = |keys: &[Key]| {
        let mut keys: Vec<Key> = keys.iter().cloned().map(without).collect();
        if let Some((_, rest)) = keys.split_first_mut() {
            rest.sort();
        }
        keys
    };
    let agrees = strip(&recorded) == strip(&answered);
    tally.check(position, "actions", agrees, || {
        said("actions", format!("{:#?}", strip(&recorded)), format!("{:#?} {:?}", strip(&answered), verdict.unknown))
    });
    if !agrees || !recorded.iter().any(|key| key.only_allowed_for.is_some()) {
        return;
    }
    // where the recording has no reduced set none was computed, or it was not written down
    let reductions = |keys: &[Key], of: &[Key]| {
        let mut sets: Vec<(String, Option<Vec<String>>)> = keys
            .iter()
            .zip(of)
            .filter(|(_, of)| of.only_allowed_for.is_some())
            .map(|(key, _)| (key.action.clone(), key.only_allowed_for.clone()))
            .collect();
        sets.sort();
        sets
    };
    let by_call = |a: &Key, b: &Key| without(a.clone()).cmp(&without(b.clone()));
    if let Some((_, rest)) = recorded.split_first_mut() {
        rest.sort_by(by_call);
    }
    if let Some((_, rest)) = answered.split_first_mut() {
        rest.sort_by(by_call);
    }
    let (left, right) = (reductions(&recorded, &recorded), reductions(&answered, &recorded));
    tally.check(position, "only_allowed_for", left == right, || said("only_allowed_for", format!("{left:?}"), format!("{right:?}")));
}

fn items(tally: &mut Tally, position: usize, case: &Value, verdict: &Verdict, said: &Said<'_>) {
    let path = case["path"].as_str().unwrap_or_default();
    let several = ["_bulk", "_mget", "_msearch", "_mtermvectors", "_reindex", "_by_query"].iter().any(|api| path.contains(api));
    let Some(items) = case["items"].as_array().filter(|_| several) else { return };
    let recorded: Vec<Option<String>> = items
        .iter()
        .map(|item| {
            let reason = item["reason"].as_str().filter(|_| item["type"] == "security_exception");
            reason.map(sorted_backend_roles)
        })
        .collect();
    let answered: Vec<Option<String>> = verdict.items.iter().map(|item| item.reason.as_deref().map(sorted_backend_roles)).collect();
    let failures_only = path.contains("_reindex") || path.contains("_by_query");
    let agrees = if failures_only {
        let set = |items: &[Option<String>]| items.iter().flatten().cloned().collect::<Vec<_>>();
        let (mut left, mut right) = (set(&recorded), set(&answered));
        left.sort();
        right.sort();
        left == right
    } else {
        recorded == answered
    };
    tally.check(position, "items", agrees, || said("items", format!("{recorded:#?}"), format!("{answered:#?}")));
}

/// What comes back of the fixture's documents, for requests that show all of them.
fn shown(tally: &mut Tally, position: usize, case: &Value, asked: (&OpenDistro, &Subject, &Cluster), verdict: &Verdict, said: &Said<'_>) {
    let (engine, subject, cluster) = asked;
    let response = &case["response"];
    let path = case["path"].as_str().unwrap_or_default();
    let segments: Vec<&str> = path.split('?').next().unwrap_or_default().split('/').filter(|part| !part.is_empty()).collect();
    if response.is_null() || verdict.status.is_some() || case["status"] == 500 {
        return;
    }
    let see = |index: &str, id: &str| {
        let document = cluster.indices.get(index)?.documents.as_ref()?.iter().find(|document| document.id == id)?;
        let view = engine.view(subject, index);
        view.sees(document).unwrap_or(false).then(|| view.show(&document.source))
    };
    let (recorded, answered): (Vec<Value>, Vec<Value>) = match segments[..] {
        [indices, "_search"] if case["method"] == "GET" && path.ends_with("_search?size=50") => {
            let found = response.pointer("/hits/hits").and_then(Value::as_array).into_iter().flatten();
            let recorded = found.map(|hit| json!([hit["_index"], hit["_id"], hit["_source"]])).collect();
            let names = indices.split(',').flat_map(|name| match cluster.aliases.get(name) {
                Some(members) => members.iter().map(|member| member.index.as_str()).collect::<Vec<_>>(),
                None => vec![name],
            });
            let answered = names.flat_map(|name| ["1", "2"].map(|id| see(name, id).map(|source| json!([name, id, source]))));
            (recorded, answered.flatten().collect())
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
            let asked = case["body"]["docs"].as_array().into_iter().flatten();
            let answered = asked.zip(&verdict.items).filter(|(_, item)| item.reason.is_none()).filter_map(|(doc, _)| {
                let (index, id) = (doc["_index"].as_str()?, doc["_id"].as_str()?);
                Some(json!([index, id, see(index, id)?]))
            });
            (recorded, answered.collect())
        }
        _ => return,
    };
    let plain = |values: Vec<Value>| {
        let mut values: Vec<String> = values.into_iter().map(|value| hashes(&value).to_string()).collect();
        values.sort();
        values
    };
    let (recorded, answered) = (plain(recorded), plain(answered));
    tally.check(position, "documents", recorded == answered, || said("documents", format!("{recorded:#?}"), format!("{answered:#?}")));
}

/// The value with its keys sorted and its hashes out of sight: 64 or 128 hexadecimal digits.
fn hashes(value: &Value) -> Value {
    match value {
        Value::String(text) if [64, 128].contains(&text.len()) && text.chars().all(|c| c.is_ascii_hexdigit()) => json!(HASHED),
        Value::Array(items) => Value::Array(items.iter().map(hashes).collect()),
        Value::Object(fields) => {
            let mut entries: Vec<(String, Value)> = fields.iter().map(|(key, value)| (key.clone(), hashes(value))).collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(entries.into_iter().collect())
        }
        other => other.clone(),
    }
}

/// Where a read was reduced, every index that came back is one that it was reduced to.
fn filtered(tally: &mut Tally, position: usize, case: &Value, cluster: &Cluster, verdict: &Verdict, said: &Said<'_>) {
    let Some(_) = case.get("filtered_to") else { return };
    let recorded: BTreeSet<String> = texts(&case["filtered_to"]).into_iter().collect();
    // a missing name among the asked ones leaves the expressions as they are written
    let resolver = Resolver::new(cluster);
    let expand =
        |name: &String| resolver.concrete(std::slice::from_ref(name), IndicesOptions::LENIENT_EXPAND_OPEN, false).unwrap_or_default();
    let answered: BTreeSet<String> = verdict
        .calls
        .iter()
        .flat_map(|call| &call.only_allowed_for)
        .flat_map(|name| expand(name).into_iter().chain([name.clone()]))
        .collect();
    let agrees = recorded.is_subset(&answered);
    tally.check(position, "filtered_to", agrees, || said("filtered_to", format!("{recorded:?}"), format!("{answered:?}")));
}
