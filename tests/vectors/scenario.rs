#![allow(dead_code)]
//! A recorded scenario of the OpenSearch family as configuration, cluster and requests.

use std::collections::BTreeSet;

use rolesmith::engine::cluster::{AliasMember, Cluster, DataStream, Document as Doc, Index};
use rolesmith::engine::model::opensearch::{Configuration, DocumentKind, read_document};
use rolesmith::engine::request::{Body, Request};
use rolesmith::source::{FileId, Located};
use rolesmith::yaml::Document;
use serde_json::{Value, json};

/// The configuration of a scenario.
pub fn configuration(scenario: &Value) -> Configuration {
    let config = &scenario["config"];
    let mut configuration = Configuration::default();
    let mut problems = Vec::new();
    let parts = [
        (DocumentKind::Roles, config["roles"].clone()),
        (DocumentKind::RolesMapping, config["roles_mapping"].clone()),
        (DocumentKind::InternalUsers, config["internal_users"].clone()),
        (DocumentKind::ActionGroups, config["action_groups"].clone()),
        (DocumentKind::Tenants, config["tenants"].clone()),
        (DocumentKind::Config, json!({"config": {"dynamic": config["dynamic"]}})),
    ];
    for (kind, value) in parts {
        let document = Document::parse(FileId(0), value.to_string().into_bytes());
        if let Some(root) = document.root() {
            read_document(kind, root, &mut configuration, &mut problems);
        }
    }
    for (key, value) in scenario["settings"].as_object().into_iter().flatten() {
        configuration.node.set(key.clone(), Located::bare(value.clone()));
    }
    configuration
}

/// Fields of the documents that every index holds.
fn mapped() -> BTreeSet<String> {
    ["n", "dept", "name", "@timestamp"].into_iter().map(str::to_owned).collect()
}

fn documents() -> Vec<Doc> {
    [(1, "a", "alice"), (2, "b", "bob")]
        .into_iter()
        .map(|(n, dept, name)| Doc {
            id: n.to_string(),
            source: json!({"n": n, "dept": dept, "name": name, "@timestamp": format!("2025-01-0{n}T00:00:00Z")}),
        })
        .collect()
}

/// The time for date math: the day of a recording is not recorded, and no index is named after it.
pub const NOW: i64 = 1_767_225_600;

/// The cluster before each case.
pub fn cluster(scenario: &Value) -> Cluster {
    let recorded = &scenario["cluster"];
    let mut cluster = Cluster { known: true, ..Cluster::default() };
    let made = recorded["fixture"]["indices"].as_array().cloned().unwrap_or_default();
    for index in recorded["indices"].as_array().into_iter().flatten() {
        let name = index["name"].as_str().unwrap_or_default();
        let spec = made.iter().find(|spec| spec["name"] == index["name"]);
        let shards = spec.and_then(|spec| spec.pointer("/settings/number_of_shards")).and_then(Value::as_u64).unwrap_or(1);
        let secured = index["system"] == true && spec.is_none();
        cluster.indices.insert(
            name.to_owned(),
            Index {
                hidden: index["hidden"] == true,
                closed: index["state"] == "close",
                shards: u32::try_from(shards).ok(),
                fields: Some(if secured { BTreeSet::new() } else { mapped() }),
                documents: Some(if secured { Vec::new() } else { documents() }),
            },
        );
    }
    for (name, members) in recorded["aliases"].as_object().into_iter().flatten() {
        let members = members.as_array().into_iter().flatten().map(|member| AliasMember {
            index: member["index"].as_str().unwrap_or_default().to_owned(),
            filter: member.get("filter").cloned(),
            is_write_index: member["is_write_index"].as_bool(),
        });
        cluster.aliases.insert(name.clone(), members.collect());
    }
    for (name, backing) in recorded["data_streams"].as_object().into_iter().flatten() {
        let backing: Vec<String> = backing.as_array().into_iter().flatten().filter_map(|name| name.as_str().map(str::to_owned)).collect();
        for (position, index) in backing.iter().enumerate() {
            if let Some(index) = cluster.indices.get_mut(index) {
                index.fields = Some(["@timestamp", "n", "dept"].into_iter().map(str::to_owned).collect());
                let source = json!({"@timestamp": "2025-01-01T00:00:00Z", "n": position, "dept": "a"});
                index.documents = Some(vec![Doc { id: position.to_string(), source }]);
            }
        }
        cluster.data_streams.insert(name.clone(), DataStream { backing, ..DataStream::default() });
    }
    for template in recorded["fixture"]["templates"].as_array().into_iter().flatten() {
        if template["body"].get("data_stream").is_some() {
            cluster.data_stream_patterns.extend(texts(&template["body"]["index_patterns"]));
        }
    }
    snapshots(scenario, &mut cluster);
    cluster
}

/// What the snapshots of a scenario hold is not recorded; what was restored from them says it.
fn snapshots(scenario: &Value, cluster: &mut Cluster) {
    for case in scenario["cases"].as_array().into_iter().flatten() {
        let path = case["path"].as_str().unwrap_or_default().split('?').next().unwrap_or_default();
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let ["_snapshot", repository, snapshot, "_restore"] = parts[..] else { continue };
        let body = &case["body"];
        let prefix = body["rename_replacement"].as_str().filter(|_| body["rename_pattern"] == "(.+)").unwrap_or("$1");
        let mut names = BTreeSet::new();
        for call in case["actions"].as_array().into_iter().flatten() {
            for name in texts(&call["indices"]).into_iter().filter(|name| name != "*") {
                match prefix.strip_suffix("$1") {
                    Some(prefix) => names.extend(name.strip_prefix(prefix).map(str::to_owned)),
                    None => names.extend(texts(&body["indices"])),
                }
            }
        }
        if names.is_empty() {
            continue;
        }
        let held = cluster.snapshots.entry(format!("{repository}/{snapshot}")).or_default();
        held.extend(names);
        held.sort();
        held.dedup();
    }
}

/// The request of a case.
pub fn request(case: &Value) -> Request {
    let body = match &case["body"] {
        Value::Null => Body::None,
        Value::Array(lines) => Body::Lines(lines.clone()),
        Value::String(text) => Body::parse(text, case["path"].as_str().unwrap_or_default()),
        value => Body::Json(value.clone()),
    };
    let headers = case["headers"].as_object().into_iter().flatten();
    Request {
        method: case["method"].as_str().unwrap_or_default().to_owned(),
        path: case["path"].as_str().unwrap_or_default().to_owned(),
        body,
        headers: headers.map(|(name, value)| (name.to_lowercase(), value.as_str().unwrap_or_default().to_owned())).collect(),
    }
}

/// A JSON list of texts.
pub fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(|text| text.as_str().map(str::to_owned)).collect()
}

/// A denial's text with its backend roles sorted: the engine prints a hash set.
pub fn sorted_backend_roles(reason: &str) -> String {
    let Some((before, rest)) = reason.split_once("backend_roles=[") else { return reason.to_owned() };
    let Some((roles, after)) = rest.split_once(']') else { return reason.to_owned() };
    let mut roles: Vec<&str> = roles.split(", ").collect();
    roles.sort_unstable();
    format!("{before}backend_roles=[{}]{after}", roles.join(", "))
}
