//! Elasticsearch: what the real permission classes answered, check by check.

use std::collections::BTreeMap;

use rayon::prelude::*;
use rolesmith::engine::catalog::elasticsearch::Catalog;
use rolesmith::engine::cluster::{AliasMember, Cluster, DataStream, Index};
use rolesmith::engine::evaluate::elasticsearch::{
    ClusterRequest, Holder, Names, Options, Permissions, Refused, Resolution, Rules, Stored, denial, denied_by_name, denied_names,
    is_cluster_action, read_selector,
};
use rolesmith::engine::model::Product;
use rolesmith::engine::model::elasticsearch::{Refusal, Role, StoredPrivilege, read_roles};
use rolesmith::source::{FileId, Located};
use rolesmith::yaml::Document;
use serde_json::{Value, json};

use crate::tally::Tally;

/// The fields that the recordings ask for.
const FIELDS: [&str; 17] = [
    "name",
    "addr",
    "addr.zip",
    "addr.street",
    "secret",
    "secret.key",
    "salary",
    "_id",
    "_source",
    "_routing",
    "_index",
    "_field_names",
    "_doc_count",
    "_tier",
    "@timestamp",
    "name.raw",
    "x_secret",
];
const ALIAS_DENIAL: &str = "Adding an alias is not allowed when the alias has more permissions than any of the indices";

/// Run the records of one file.
pub fn run(records: &[Value], tally: &mut Tally) {
    let first = &records[0];
    let answers: Vec<Vec<Line>> = records.par_iter().map(|record| answer(record, first)).collect();
    for (record, lines) in records.iter().zip(answers) {
        tally.scenario(record["engine"].as_str().unwrap_or_default(), record["scenario"].as_str().unwrap_or_default());
        for line in lines {
            tally.check(line.case, line.kind, line.agrees, || line.detail);
        }
    }
}

struct Line {
    case: usize,
    kind: &'static str,
    agrees: bool,
    detail: String,
}

/// The lines of one record, in order.
fn answer(record: &Value, first: &Value) -> Vec<Line> {
    let product: Product = record["engine"].as_str().unwrap_or_default().parse().expect("a product");
    let rules = Rules::of(product);
    let shared = |key: &str| if record[key].is_string() { &first[key] } else { &record[key] };
    let names = Names::new(&cluster(shared("metadata")), rules);
    let stored = stored(shared("stored_application_privileges"));
    let roles = roles_in(&record["roles"]);
    let limits = record.get("limited_by").map(roles_in);
    let holder = build(rules, &roles, limits.as_ref(), &stored);
    let ask = Ask { rules, catalog: Catalog::of(product), names: &names, stored: &stored, holder: &holder };
    let checks = record["checks"].as_array().expect("checks");
    let mut lines = Vec::new();
    for (case, check) in checks.iter().enumerate() {
        if check.get("order_dependent").is_some() {
            continue;
        }
        let answered = ask.check(check);
        for (field, recorded) in check.as_object().expect("a check") {
            let kind = kind_of(check, field, product);
            let Some(kind) = kind else { continue };
            let ours = answered.get(field).cloned().unwrap_or(Value::Null);
            let agrees = ours == *recorded;
            let detail = if agrees {
                String::new()
            } else {
                let asked = check.as_object().into_iter().flatten().filter(|(key, _)| QUESTION.contains(&key.as_str()));
                let asked: BTreeMap<_, _> = asked.collect();
                format!("{}\nasked    {}\nrecorded {recorded}\nanswered {ours}", record["roles"], json!(asked))
            };
            lines.push(Line { case, kind, agrees, detail });
        }
        // what the engine left out because there is none must be left out here, too
        for (field, kind) in [("fields", "fields"), ("dls", "dls")] {
            if check["kind"] == "index" && check["granted"] == true && check.get(field).is_none() {
                let ours = answered.get(field);
                lines.push(Line { case, kind, agrees: ours.is_none(), detail: format!("{check}\nanswered {ours:?}") });
            }
        }
    }
    lines
}

const QUESTION: [&str; 15] = [
    "kind",
    "action",
    "index",
    "names",
    "allow_restricted_indices",
    "privileges",
    "privilege",
    "application",
    "resources",
    "user",
    "expressions",
    "indices_options",
    "include_data_streams",
    "aliases",
    "request",
];

/// The line that a field of a check counts in; none for what is asked.
fn kind_of(check: &Value, field: &str, product: Product) -> Option<&'static str> {
    Some(match (check["kind"].as_str()?, field) {
        // what 6.8 does with expressions was re-modelled by those who recorded it
        (_, "resolved" | "outcome") if product == Product::Elasticsearch6_8 => "hint_6.8",
        ("build_error", "error") => "build_error",
        (_, "error") => "error",
        (_, "granted") => "granted",
        (_, "action_allowed_on_some_index") => "action_allowed",
        (_, "per_name") => "per_name",
        (_, "fields") => "fields",
        (_, "dls") => "dls",
        (_, "result") => "result",
        (_, "all") => "all",
        (_, "authorized") => "authorized",
        (_, "resolved") => "resolved",
        (_, "outcome") => "outcome",
        (_, "failure_context") => "failure_context",
        (_, "denial_message" | "message" | "message_on_indices") => "denial_message",
        _ => return None,
    })
}

fn roles_in(value: &Value) -> Vec<(String, Role)> {
    let document = Document::parse(FileId(0), value.to_string().into_bytes());
    document.root().map(|root| read_roles(root, &mut Vec::new()).into_iter().collect()).unwrap_or_default()
}

fn permissions(rules: &'static Rules, roles: &[(String, Role)], stored: &Stored) -> Result<Permissions, Refusal> {
    let roles: Vec<_> = roles.iter().map(|(name, role)| (name.as_str(), role)).collect();
    Permissions::build(rules, &roles, stored)
}

fn build(
    rules: &'static Rules,
    roles: &[(String, Role)],
    limits: Option<&Vec<(String, Role)>>,
    stored: &Stored,
) -> Result<Holder, Refusal> {
    // the recorder builds the roles before those that limit them: theirs is the first refusal
    let base = permissions(rules, roles, stored)?;
    let limited_by = limits.map(|limits| permissions(rules, limits, stored)).transpose()?;
    Ok(Holder { base, limited_by })
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    }
}

fn cluster(metadata: &Value) -> Cluster {
    let mut cluster = Cluster { known: true, ..Cluster::default() };
    for (name, index) in metadata["indices"].as_object().into_iter().flatten() {
        let flag = |key: &str| index[key] == true;
        cluster.indices.insert(name.clone(), Index { hidden: flag("hidden"), closed: flag("closed"), ..Index::default() });
        for alias in texts(&index["aliases"]) {
            cluster.aliases.entry(alias).or_default().push(AliasMember { index: name.clone(), ..AliasMember::default() });
        }
    }
    for (name, stream) in metadata["data_streams"].as_object().into_iter().flatten() {
        let (backing, failure, aliases) = (texts(&stream["backing"]), texts(&stream["failure"]), texts(&stream["aliases"]));
        cluster.data_streams.insert(name.clone(), DataStream { backing, failure, aliases });
    }
    cluster
}

fn stored(value: &Value) -> Stored {
    let privileges: Vec<StoredPrivilege> = value
        .as_array()
        .into_iter()
        .flatten()
        .map(|privilege| StoredPrivilege {
            application: privilege["application"].as_str().unwrap_or_default().to_owned(),
            name: privilege["name"].as_str().unwrap_or_default().to_owned(),
            actions: texts(&privilege["actions"]).into_iter().map(Located::bare).collect(),
            place: None,
        })
        .collect();
    Stored::new(&privileges)
}

struct Ask<'a> {
    rules: &'static Rules,
    catalog: &'static Catalog,
    names: &'a Names,
    stored: &'a Stored,
    holder: &'a Result<Holder, Refusal>,
}

fn error(refusal: &Refusal) -> Value {
    Value::from(format!("{}: {refusal}", refusal.class.java()))
}

impl Ask<'_> {
    fn check(&self, check: &Value) -> Value {
        let kind = check["kind"].as_str().unwrap_or_default();
        if kind == "denial" {
            return self.denial(check);
        }
        let holder = match self.holder {
            Ok(holder) => holder,
            Err(refusal) => return json!({ "error": error(refusal) }),
        };
        let text = |key: &str| check[key].as_str().unwrap_or_default();
        let list = |key: &str| texts(&check[key]);
        let rows = |rows: Result<BTreeMap<String, BTreeMap<String, bool>>, Refusal>| match rows {
            Ok(rows) => json!({ "all": rows.values().flat_map(|row| row.values()).all(|granted| *granted), "result": rows }),
            Err(refusal) => json!({ "error": error(&refusal) }),
        };
        match kind {
            "build_error" => json!({ "error": null }),
            "cluster" => self.cluster_action(holder, check),
            "index" => self.index_action(holder, check),
            "has_index_privileges" => {
                rows(holder.has_index_privileges(&list("names"), check["allow_restricted_indices"] == true, &list("privileges")))
            }
            "has_application_privileges" => {
                let (resources, privileges) = (list("resources"), list("privileges"));
                rows(holder.has_application_privileges(text("application"), &resources, &privileges, self.stored))
            }
            "has_cluster_privilege" => match holder.has_cluster_privilege(text("privilege")) {
                Ok(granted) => json!({ "granted": granted }),
                Err(refusal) => json!({ "error": error(&refusal) }),
            },
            "run_as" => json!({ "granted": holder.may_run_as(text("user")) }),
            "alias_add_subset" => {
                let aliases = list("aliases");
                let aliases: Vec<&str> = aliases.iter().map(String::as_str).collect();
                if holder.may_add_aliases(text("index"), &aliases) {
                    json!({ "granted": true })
                } else {
                    json!({ "granted": false, "denial_message": ALIAS_DENIAL })
                }
            }
            "resolve" => self.resolve(holder, check),
            other => json!({ "error": format!("unknown kind {other}") }),
        }
    }

    fn cluster_action(&self, holder: &Holder, check: &Value) -> Value {
        let action = check["action"].as_str().unwrap_or_default();
        let applications = check.get("request").map(|request| texts(&request["applications"]));
        match holder.cluster_action(action, &ClusterRequest { applications, own_keys: None }) {
            Ok(true) => json!({ "granted": true }),
            Ok(false) => json!({ "granted": false, "denial_message": holder.base.denial("alice", action, None) }),
            Err(refusal) => json!({ "error": error(&refusal) }),
        }
    }

    fn index_action(&self, holder: &Holder, check: &Value) -> Value {
        let action = check["action"].as_str().unwrap_or_default();
        let asked = texts(&check["index"]);
        let asked: Vec<&str> = asked.iter().map(String::as_str).collect();
        let any = holder.index_action(action);
        if let Some(error) = asked.iter().find_map(|name| read_selector(self.rules, name).err()) {
            let error = format!("{}: {error}", error.java());
            return json!({ "action_allowed_on_some_index": any, "granted": null, "error": error });
        }
        let access = holder.authorize(action, &asked, self.names);
        let granted = any && access.granted;
        let mut answer = json!({ "action_allowed_on_some_index": any, "granted": granted });
        if asked.len() > 1 {
            answer["per_name"] = json!(asked.iter().map(|name| (*name, access.grants(name))).collect::<BTreeMap<_, _>>());
        }
        if granted {
            let mut concrete: Vec<&str> = asked.clone();
            concrete.extend(asked.iter().filter_map(|name| self.names.get(name)).flat_map(|found| found.behind()).map(String::as_str));
            let (mut fields, mut dls) = (BTreeMap::new(), BTreeMap::new());
            for name in concrete {
                let Some(table) = access.tables.get(name) else { continue };
                if let Some(seen) = &table.fields {
                    fields.insert(name, FIELDS.iter().map(|field| (*field, seen.grants(field))).collect::<BTreeMap<_, _>>());
                }
                if !table.queries.is_empty() {
                    dls.insert(name, &table.queries);
                }
            }
            if !fields.is_empty() {
                answer["fields"] = json!(fields);
            }
            if !dls.is_empty() {
                answer["dls"] = json!(dls);
            }
            return answer;
        }
        let denied: Vec<String> = match any {
            true => access.denied,
            false => denied_by_name(self.rules, action, access.denied),
        };
        let names = denied_names(self.rules, &denied);
        answer["failure_context"] = json!(names);
        answer["denial_message"] = json!(holder.base.denial("alice", action, names.as_deref()));
        answer
    }

    fn resolve(&self, holder: &Holder, check: &Value) -> Value {
        let action = check["action"].as_str().unwrap_or_default();
        let expressions = texts(&check["expressions"]);
        let expressions: Vec<&str> = expressions.iter().map(String::as_str).collect();
        let streams = check["include_data_streams"] != false;
        let options = match check["indices_options"].as_str().unwrap_or_default() {
            "lenientExpandOpen" => Options::LENIENT_EXPAND_OPEN,
            "lenientExpandOpenHidden" => Options::LENIENT_EXPAND_OPEN_HIDDEN,
            "strictExpand" => Options::STRICT_EXPAND,
            "strictExpandOpen" | "strictExpandOpenAndForbidClosed" => Options::STRICT_EXPAND_OPEN,
            _ => Options { allow_no_indices: self.rules.single_index_allows_none, ..Options::STRICT_SINGLE },
        };
        let authorized = holder.authorized_names(action, self.names, streams);
        let any = holder.index_action(action);
        let mut answer = json!({ "authorized": authorized, "action_allowed_on_some_index": any });
        match holder.resolve(action, &expressions, options, self.names, streams) {
            Resolution::Selector(error) => {
                answer["outcome"] = json!(if any { "error" } else { "denied_403" });
                answer["error"] = json!(format!("{}: {error}", error.java()));
            }
            Resolution::NotFound(_) => answer["outcome"] = json!(if any { "index_not_found_404" } else { "denied_403" }),
            Resolution::Names(resolved) => {
                let asked: Vec<&str> = resolved.iter().map(String::as_str).collect();
                answer["outcome"] = json!(match (any, asked.is_empty()) {
                    (false, _) => "denied_403",
                    (true, true) if options.allow_no_indices => "empty_result_200",
                    (true, true) => "index_not_found_404",
                    (true, false) if holder.authorize(action, &asked, self.names).granted => "granted",
                    (true, false) => "denied_403",
                });
                answer["resolved"] = json!(resolved);
            }
        }
        answer
    }

    fn denial(&self, check: &Value) -> Value {
        let action = check["action"].as_str().unwrap_or_default();
        if self.rules.own_key_grant_breaks && action.ends_with("api_key/grant") {
            // the list of privileges cannot be made: one of them breaks
            return json!({ "error": "manage own api key privilege only supports API key requests (not org.elasticsearch.xpack.core.security.action.GrantApiKeyRequest)" });
        }
        // 7.17 prints the roles in the user's order, and was asked with r2 before r1
        let roles = if self.rules.refuses_behind { ["r2", "r1"] } else { ["r1", "r2"] }.map(str::to_owned);
        let refused = Refused { subject: "user [alice]", roles: Some(&roles), missing: &[] };
        let mut answer = json!({ "message": denial(self.rules, self.catalog, action, refused, None) });
        if !is_cluster_action(action) {
            let names = denied_names(self.rules, &["i2".to_owned(), "i1".to_owned()]);
            answer["message_on_indices"] = json!(denial(self.rules, self.catalog, action, refused, names.as_deref()));
        }
        answer
    }
}
