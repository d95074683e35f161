//! The workload that Elasticsearch's permission classes were measured with: the same roles and names.

use std::fmt::Write as _;
use std::sync::Arc;

use rolesmith::engine::cluster::{Cluster, Index};

/// So many roles as the API prints them.
pub fn roles_json(roles: usize) -> String {
    let mut text = String::from("{");
    for role in 0..roles {
        let comma = if role == 0 { "" } else { "," };
        let fields = if role % 5 == 0 { r#","field_security":{"grant":["*"],"except":["secret*"]}"# } else { "" };
        let run_as = if role % 10 == 0 { format!(r#","run_as":["svc{role}"]"#) } else { String::new() };
        let _ = write!(
            text,
            r#"{comma}"role{role}":{{"cluster":["monitor","manage_own_api_key"],"indices":[{{"names":["team{role}-logs-*","team{role}-metrics-*"],"privileges":["read","view_index_metadata"]{fields}}},{{"names":["team{role}-data"],"privileges":["write","create_index"]}},{{"names":["shared-{}-*"],"privileges":["read"]}}]{run_as}}}"#,
            role % 50
        );
    }
    text.push('}');
    text
}

/// The 1,000 names that are asked for in one call.
pub fn shared_names() -> Vec<String> {
    (0..50).flat_map(|team| (0..20).map(move |number| format!("shared-{team}-{number}"))).collect()
}

/// The 3,000 concrete indices.
pub fn names() -> Vec<String> {
    let teams = (0..1000).flat_map(|team| [format!("team{team}-logs-2025"), format!("team{team}-data")]);
    teams.chain(shared_names()).collect()
}

/// The cluster of these indices.
pub fn names_cluster() -> Arc<Cluster> {
    let indices = names().into_iter().map(|name| (name, Index::default())).collect();
    Arc::new(Cluster { indices, known: true, ..Cluster::default() })
}
