//! What an operator pastes from a ticket, a log or a terminal: requests, and who sent them.

use std::collections::{BTreeSet, HashSet};
use std::sync::LazyLock;

use regex::Regex;

use super::audit::{Record, Records, read};
use super::fact::Observation;
use crate::engine::request::opensearch::examples;
use crate::engine::request::{Request, parse_curl, parse_dev_tools, parse_line, read_denial};

/// Who sent what was pasted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sender {
    /// The user's name.
    pub user: String,
    /// Backend roles, where the text names them.
    pub backend_roles: Vec<String>,
    /// The tenant asked for.
    pub tenant: Option<String>,
}

/// What a text says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Pasted {
    /// Requests, in order.
    pub requests: Vec<Request>,
    /// Users, in order, each once.
    pub senders: Vec<Sender>,
    /// Whether the text tells of a refusal, so that repairs are wanted.
    pub is_denial: bool,
    /// What was read, in words.
    pub told: Vec<String>,
    /// What could not be read or is not said.
    pub unsaid: Vec<String>,
}

/// Read a text of any known shape: a refusal (a 403 body, a log line), curl lines, audit records, Dev Tools text or an
/// `.http` file. A text of no known shape gives no requests; what could be read of it and what not is said. `indices` are
/// the known names: where the text names none, one of them is asked about, and it is said.
pub fn read_paste(text: &str, indices: &[String]) -> Pasted {
    let bare = text.trim();
    if bare.starts_with("curl ") || bare.starts_with("$ curl ") {
        return curl(bare);
    }
    if let Some(denial) = read_denial(text) {
        let mut out = Pasted { is_denial: true, ..Pasted::default() };
        let sender = |user| Sender { user, backend_roles: denial.backend_roles.clone(), tenant: denial.requested_tenant.clone() };
        out.senders.extend(denial.user.map(sender));
        out.told
            .push(format!("a refusal of {}", if denial.actions.is_empty() { "no action".to_owned() } else { denial.actions.join(", ") }));
        out.unsaid.extend(denial.unsaid.iter().map(|what| (*what).to_owned()));
        let actions: Vec<&str> = denial.actions.iter().map(String::as_str).collect();
        let named = out.on(&actions, denial.indices, indices);
        out.ask(actions, &named);
        return out;
    }
    if let Some(out) = audit(text, indices) {
        return out;
    }
    let mut out = Pasted::default();
    for (line, read) in parse_dev_tools(text) {
        match read {
            Ok(request) => out.requests.push(request),
            Err(error) => out.unsaid.push(format!("line {line}: {error}")),
        }
    }
    if out.requests.is_empty() { unknown(text, indices) } else { out }
}

impl Pasted {
    /// The names that the text has, or one known name where actions on indices are asked for without any.
    fn on(&mut self, actions: &[&str], named: Vec<String>, indices: &[String]) -> Vec<String> {
        if !named.is_empty() || !actions.iter().any(|action| action.starts_with("indices:")) {
            return named;
        }
        let one = indices.iter().find(|name| !name.starts_with('.')).or(indices.first());
        if let Some(one) = one {
            let told = format!("the text names no index: `{one}` is asked about");
            if !self.told.contains(&told) {
                self.told.push(told);
            }
        }
        one.cloned().into_iter().collect()
    }

    fn ask<'a>(&mut self, actions: impl IntoIterator<Item = &'a str>, indices: &[String]) {
        for action in actions {
            let found = examples([action], indices);
            if found.is_empty() {
                self.unsaid.push(format!("no request of a client asks for `{action}` by itself"));
            }
            self.requests.extend(found.into_iter().filter(|request| !self.requests.contains(request)).collect::<Vec<_>>());
        }
    }

    fn sender(&mut self, sender: Sender) {
        if !self.senders.iter().any(|known| known.user == sender.user) {
            self.senders.push(sender);
        }
    }
}

fn curl(text: &str) -> Pasted {
    let mut out = Pasted::default();
    // each command starts a line of its own
    let mut commands: Vec<String> = Vec::new();
    for line in text.lines() {
        let line = line.strip_prefix("$ ").unwrap_or(line);
        match commands.last_mut() {
            Some(last) if !line.starts_with("curl ") => {
                last.push('\n');
                last.push_str(line);
            }
            _ => commands.push(line.to_owned()),
        }
    }
    for command in commands {
        match parse_curl(&command) {
            Ok(curl) => {
                if let Some(user) = curl.user {
                    out.sender(Sender { user, ..Sender::default() });
                }
                out.requests.push(curl.request);
            }
            Err(error) => out.unsaid.push(error.to_string()),
        }
    }
    out
}

/// Audit records, if the text holds any.
fn audit(text: &str, indices: &[String]) -> Option<Pasted> {
    let mut records: Vec<Vec<u8>> = Vec::new();
    let mut cutter = Records::default();
    let mut take = |record: &[u8], _: u64, _: bool| records.push(record.to_vec());
    cutter.push(text.as_bytes(), &mut take);
    cutter.finish(&mut take);
    let mut out = Pasted::default();
    for record in &records {
        if let Some((request, user)) = rest(record) {
            out.sender(Sender { user, ..Sender::default() });
            out.is_denial |= contains(record, "MISSING_PRIVILEGES") || contains(record, "access_denied");
            if !out.requests.contains(&request) {
                out.requests.push(request);
            }
            continue;
        }
        let Record::Events(events) = read(record) else { continue };
        for event in events {
            let Observation { user, action, indices: named, granted } = event.observation;
            out.sender(Sender { user, ..Sender::default() });
            out.is_denial |= !granted;
            out.told.push(format!("{action} {}", if granted { "granted" } else { "denied" }));
            let named = out.on(&[&action], named, indices);
            out.ask([action.as_str()], &named);
        }
    }
    (!out.senders.is_empty()).then_some(out)
}

fn contains(record: &[u8], word: &str) -> bool {
    memchr::memmem::find(record, word.as_bytes()).is_some()
}

/// The request and user of an event of the REST layer.
fn rest(record: &[u8]) -> Option<(Request, String)> {
    let value: serde_json::Value = serde_json::from_slice(record).ok()?;
    let value = value.get("_source").unwrap_or(&value);
    let text = |name: &str| value.get(name).and_then(serde_json::Value::as_str);
    let (method, path) = match (text("audit_rest_request_method"), text("audit_rest_request_path")) {
        (Some(method), Some(path)) => (method, path.to_owned()),
        _ => {
            let query = text("url.query").map(|query| format!("?{query}")).unwrap_or_default();
            (text("request.method")?, format!("{}{query}", text("url.path")?))
        }
    };
    let user = text("audit_request_effective_user").or(text("user.name"))?;
    let mut request = parse_line(&format!("{method} {path}")).ok()?;
    if let Some(body) = text("audit_request_body").or(text("request.body")) {
        request.body = crate::engine::request::Body::parse(body, &request.path);
    }
    Some((request, user.to_owned()))
}

static ACTION: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\b(?:cluster|indices):[a-z_]+(?:/[a-z_*]+)*(?:\[[a-z/_*]+\])?").ok());
static USER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?i)\b(?:user(?:name)?|principal)\b["']?\s*[=:\[]\s*["'\[]*([\w.@-]+)"#).ok());
// an action starts with `indices:`, so a colon counts only behind a quote
static INDICES: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?i)(?:\bind(?:ex|ices)\b\s*[=\[]|["']ind(?:ex|ices)["']\s*:)\s*["'\[]*([a-z0-9.*_-]+)"#).ok());

/// Words that look like what is wanted, in a text of no known shape.
fn unknown(text: &str, indices: &[String]) -> Pasted {
    let mut out = Pasted::default();
    let first = |shape: &LazyLock<Option<Regex>>| {
        shape.as_ref().and_then(|shape| shape.captures(text)).and_then(|found| found.get(1)).map(|found| found.as_str().to_owned())
    };
    let mut actions: Vec<&str> =
        ACTION.as_ref().map(|shape| shape.find_iter(text).map(|found| found.as_str()).collect()).unwrap_or_default();
    actions.sort_unstable();
    actions.dedup();
    out.unsaid.push("the text has no known shape".to_owned());
    match actions.as_slice() {
        [] => out.unsaid.push("no action was found in it".to_owned()),
        found => out.told.push(format!("actions: {}", found.join(", "))),
    }
    let user = first(&USER);
    match &user {
        Some(user) => out.told.push(format!("user: {user}")),
        None => out.unsaid.push("no user was found in it".to_owned()),
    }
    let mut named: Vec<String> = first(&INDICES).into_iter().collect();
    if named.is_empty() {
        // the words that are names of the cluster
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && !"._-".contains(c)).map(|word| word.trim_end_matches('.'));
        let names: HashSet<&str> = indices.iter().map(String::as_str).collect();
        let known: BTreeSet<&str> = words.filter(|word| names.contains(word)).collect();
        named = known.into_iter().map(str::to_owned).collect();
    }
    match named.as_slice() {
        [] => out.unsaid.push("no index was found in it".to_owned()),
        found => out.told.push(format!("index: {}", found.join(", "))),
    }
    if !actions.is_empty() {
        out.senders.extend(user.map(|user| Sender { user, ..Sender::default() }));
        let named = out.on(&actions, named, indices);
        out.ask(actions, &named);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(pasted: &Pasted) -> Vec<String> {
        pasted.requests.iter().map(ToString::to_string).collect()
    }

    fn indices() -> Vec<String> {
        vec!["hr".to_owned()]
    }

    #[test]
    fn every_known_refusal_becomes_a_request_of_its_user() {
        // the shapes as the products' sources print them
        for (text, user, request) in [
            (
                r#"{"error":{"root_cause":[{"type":"security_exception","reason":"no permissions for [indices:monitor/settings/get] and User [name=corporate user, backend_roles=[], requestedTenant=testing]"}]},"status":403}"#,
                Some("corporate user"),
                "GET /hr/_settings",
            ),
            ("no permissions for [indices:data/read/search] and associated roles [alerting_full_access]", None, "GET /hr/_search"),
            (
                "[2026-11-22T10:00:00,000][INFO ][o.o.s.p.PrivilegesEvaluator] No cluster-level perm match for User [name=bob, backend_roles=[x], requestedTenant=null] Resolved [aliases=[*], allIndices=[*], types=[*], originalRequested=[], remoteIndices=[]] [Action [cluster:monitor/health]] [RolesChecked [own_index]]. No permissions for [cluster:monitor/health]",
                Some("bob"),
                "GET /_cluster/health",
            ),
            (
                "No index-level perm match for User [name=bob, backend_roles=[x], requestedTenant=null] Resolved [aliases=[*], indices=[logs-1], allIndices=[logs-1], types=[*], originalRequested=[], remoteIndices=[]] [Action [indices:data/read/search]] [RolesChecked [own_index, r2]]",
                Some("bob"),
                "GET /logs-1/_search",
            ),
            (
                "Not allowing index action: access denied\nAction: indices:data/read/search\nRequest: SearchRequest\nResolved indices: [logs-1]\nUser: bob\nRoles: [r1]\nAvailable privileges: []\n",
                Some("bob"),
                "GET /logs-1/_search",
            ),
            (
                "action [indices:data/write/index] is unauthorized for user [bob] with effective roles [r] on indices [logs-1], this action is granted by the index privileges [create,index,write,all]",
                Some("bob"),
                "PUT /logs-1/_doc/1",
            ),
            (
                "action [cluster:monitor/main] is unauthorized for service account [elastic/fleet-server]",
                Some("elastic/fleet-server"),
                "GET /",
            ),
        ] {
            let pasted = read_paste(text, &indices());
            assert_eq!(pasted.senders.first().map(|sender| sender.user.as_str()), user, "{text}");
            assert_eq!(lines(&pasted), [request], "{text}");
            assert!(pasted.is_denial);
        }
        let empty = read_paste("no permissions for [] and User [name=admin, backend_roles=[], requestedTenant=null]", &indices());
        assert!(empty.requests.is_empty() && empty.unsaid.iter().any(|what| what.contains("protection rule")), "{empty:?}");
    }

    #[test]
    fn curl_lines_and_dev_tools_and_http_files_are_requests() {
        let pasted = read_paste("curl -u ann:secret -XGET localhost:9200/hr/_search\ncurl localhost:9200/_cat/indices", &[]);
        assert_eq!(lines(&pasted), ["GET /hr/_search", "GET /_cat/indices"]);
        assert_eq!(pasted.senders[0].user, "ann");
        assert_eq!(
            lines(&read_paste(
                "### health\nGET https://node:9200/_cluster/health HTTP/1.1\naccept: application/json\n\n###\nPOST /_bulk\n{\"index\":{\"_index\":\"a\"}}\n{}\n",
                &[]
            )),
            ["GET /_cluster/health", "POST /_bulk"]
        );
    }

    #[test]
    fn audit_records_of_both_layers_are_requests() {
        let transport = r#"{"audit_category":"MISSING_PRIVILEGES","audit_request_layer":"TRANSPORT","audit_request_effective_user":"svc","audit_request_privilege":"indices:data/read/get","audit_trace_resolved_indices":["logs-1"]}"#;
        let rest = r#"{"audit_category":"GRANTED_PRIVILEGES","audit_request_layer":"REST","audit_request_effective_user":"svc","audit_rest_request_method":"GET","audit_rest_request_path":"/logs-1/_count"}"#;
        let pasted = read_paste(&format!("{transport}\n{rest}\n"), &[]);
        assert_eq!(lines(&pasted), ["GET /logs-1/_doc/1", "GET /logs-1/_count"]);
        assert!(pasted.is_denial && pasted.senders.len() == 1);
        let elasticsearch = r#"{"type":"audit","event.type":"rest","event.action":"authentication_success","user.name":"bob","url.path":"/hr/_search","url.query":"size=0","request.method":"GET"}"#;
        assert_eq!(lines(&read_paste(elasticsearch, &[])), ["GET /hr/_search?size=0"]);
    }

    #[test]
    fn an_unknown_shape_says_what_it_holds_and_what_not() {
        let pasted = read_paste("403 Forbidden: user=dana cannot do indices:data/read/search", &indices());
        let asked = "the text names no index: `hr` is asked about";
        assert_eq!(pasted.told, ["actions: indices:data/read/search", "user: dana", asked]);
        assert!(
            pasted.unsaid.iter().any(|what| what.contains("no known shape")) && pasted.unsaid.iter().any(|what| what.contains("no index"))
        );
        assert_eq!(lines(&pasted), ["GET /hr/_search"]);
        // a known name among the words is the index; of several known ones a visible one is asked about, not all
        let indices = [".kibana_1", "hr", "logs-1"].map(str::to_owned);
        let named = read_paste("dana may not do indices:data/read/search (index logs-1.)", &indices);
        assert_eq!((lines(&named), named.told[1].as_str()), (vec!["GET /logs-1/_search".to_owned()], "index: logs-1"));
        assert_eq!(lines(&read_paste("indices:data/read/search was refused", &indices)), ["GET /hr/_search"]);
        let nothing = read_paste("the cluster is slow today", &[]);
        assert_eq!((nothing.requests.len(), nothing.unsaid.len()), (0, 4));
    }
}
