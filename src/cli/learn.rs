//! `rolesmith learn AUDIT... --user U`: an audit log becomes a role, with what supports each permission.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;
use serde_json::json;

use super::output::{Failure, note, print, print_json};
use super::progress::Progress;
use super::source::{How, open};
use crate::engine::change::write_changes;
use crate::engine::compare::{Holding, IsCluster, is_cluster};
use crate::engine::model::{Evaluator, Product, elasticsearch, opensearch};
use crate::engine::tune::{self, Draft, Family, Generalisation, Naming, Permission, Support, draft, lacking};
use crate::workspace::{Learned, LogError, Model, Progress as ReadSoFar, Workspace, read_logs};

/// What to learn from.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Audit logs: JSON lines, arrays, search responses, plain lines, gzipped or not; `-` is standard input
    #[arg(required_unless_present = "query")]
    logs: Vec<PathBuf>,
    /// The user to learn for
    #[arg(long, required_unless_present = "query")]
    user: Option<String>,
    /// The directory that has the role to merge into
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
    /// The role to merge into, or to make
    #[arg(long, value_name = "ROLE")]
    merge: Option<String>,
    /// How far names become patterns
    #[arg(long, value_enum, default_value_t)]
    names: Names,
    /// A pattern for the names that it covers, before the others are generalised; may be repeated
    #[arg(long = "pattern", value_name = "PATTERN")]
    patterns: Vec<String>,
    /// Use an action group also when it holds up to this many actions that were not seen; they are shown
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    extras: usize,
    /// Leave out what was only ever denied
    #[arg(long)]
    granted_only: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Print the aggregation that lets the cluster count the facts itself
    #[arg(long, value_enum, value_name = "PRODUCT")]
    query: Option<Query>,
    #[command(flatten)]
    how: How,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Names {
    /// As they were seen
    Exact,
    /// Dates and counters become `*`
    #[default]
    Series,
    /// And three or more names with one beginning become a prefix
    Prefix,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Query {
    Opensearch,
    Elasticsearch,
}

/// Learn; exit code 1 when the logs hold nothing of the user.
pub fn run(args: Args) -> Result<ExitCode, Failure> {
    if let Some(query) = args.query {
        print(&aggregation(query))?;
        note(
            "send it to `_search` of the audit indices; send it again with `after` beside `size`, set to the `after_key` of the answer, until there is none; `rolesmith learn` reads the answers\n",
        );
        return Ok(ExitCode::SUCCESS);
    }
    let user = args.user.clone().unwrap_or_default();
    let mut learned = read(&args.logs, &user)?;
    if args.granted_only {
        learned.facts.forget_denied();
    }
    let workspace = args.into.as_ref().map(|dir| open(Some(dir), &args.how, None)).transpose()?;
    let product = workspace.as_ref().map_or_else(|| args.how.product.unwrap_or(Product::OpenSearch3_8), Workspace::product);
    let evaluator = workspace.as_ref().map_or(Evaluator::Legacy, Workspace::evaluator);
    let how = match args.names {
        Names::Exact => Generalisation::Exact,
        Names::Series => Generalisation::Series,
        Names::Prefix => Generalisation::Prefix,
    };
    let is_cluster = is_cluster(product, evaluator);
    let draft = draft(&learned.facts, &user, Naming { how, given: args.patterns }, is_cluster);
    let role = args.merge.unwrap_or_else(|| format!("{user}_role"));
    let asked = Asked { product, draft: &draft, role: &role, user: &user, extras: args.extras, is_cluster };
    let (made, left) = match workspace.as_ref().map(Workspace::model) {
        Some(Model::OpenSearch(configuration)) => asked.of(configuration, &learned),
        Some(Model::Elasticsearch(configuration)) => asked.of(configuration, &learned),
        None if product.is_elasticsearch() => asked.of(&elasticsearch::Configuration::default(), &learned),
        None => asked.of(&opensearch::Configuration::default(), &learned),
    };
    let facts = learned.facts.of(&user).count();
    note(&format!("{} records, {facts} facts of `{user}`, {} broken\n", learned.read.records, learned.read.broken));
    if learned.facts.dropped > 0 {
        note(&format!("{} events showed further facts that are too many to keep\n", learned.facts.dropped));
    }
    for (file, line, why) in &learned.first_broken {
        note(&format!("broken: {}:{line}: {why}\n", file.display()));
    }
    for text in &draft.notes {
        note(&format!("note: {text}\n"));
    }
    for text in &made.notes {
        note(&format!("note: {text}\n"));
    }
    note(&format!("replayed: {} of {facts} facts would be denied\n", left.len()));
    for (action, index) in &left {
        note(&format!("denied still: {action} on `{index}`\n"));
    }
    if facts == 0 {
        note(&format!("the logs hold nothing of `{user}`\n"));
        return Ok(ExitCode::from(1));
    }
    if args.json {
        print_json(&as_json(&learned, &draft, &made, &role, &args.logs, left.len()))?;
    } else {
        print(&format!("{}{}", evidence(&draft, &args.logs), write_changes(&made.changes)))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Read the logs, with a line of progress on a terminal, until the operator interrupts.
fn read(logs: &[PathBuf], user: &str) -> Result<Learned, Failure> {
    let progress = Progress::new()?;
    let mut said = ReadSoFar::default();
    let learned = read_logs(logs, Some(user), |now| {
        said = now;
        let words = || format!("{} MB, {} records, {} facts", now.bytes >> 20, now.records, now.facts);
        if progress.tell(words) { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    drop(progress);
    learned.map_err(|error| match error {
        LogError::Cancelled => Failure::new(
            format!("cancelled after {} MB and {} records: nothing was learned", said.bytes >> 20, said.records),
            "start it again; a log of one user or one day is read sooner",
        ),
        error => Failure::from(error),
    })
}

/// What a role is made of, and for whom.
struct Asked<'a> {
    product: Product,
    draft: &'a Draft,
    role: &'a str,
    user: &'a str,
    extras: usize,
    is_cluster: IsCluster,
}

impl Asked<'_> {
    /// The changes that make the role, and what it would still deny of the log.
    fn of<C: Family>(&self, configuration: &C, learned: &Learned) -> (tune::Learned, Vec<(String, String)>) {
        let made = configuration.learned(self.product, self.draft, self.role, self.extras);
        let mut after = configuration.clone();
        for change in &made.changes {
            after.change(change);
        }
        let roles = [self.role.to_owned()];
        let holding = Holding { configuration: &after, product: self.product, roles: &roles, subject: None };
        let left = lacking(&learned.facts, self.user, holding, self.is_cluster);
        (made, left)
    }
}

/// The first line that shows it.
fn stands(support: &Support, logs: &[PathBuf]) -> String {
    let file = logs.get(support.file as usize).map(|path| path.display().to_string()).unwrap_or_default();
    format!("{file}:{}", support.line)
}

/// What supports each permission, as comments above the changes.
fn evidence(draft: &Draft, logs: &[PathBuf]) -> String {
    let mut out = String::new();
    let mut say = |title: String, permissions: &[Permission]| {
        out.push_str(&format!("# {title}\n"));
        for Permission { action, support } in permissions {
            let requests = if support.requests > 0 { format!(" in {} requests", support.requests) } else { String::new() };
            out.push_str(&format!(
                "#   {action}: {} times{requests}, {} granted, first at {}\n",
                support.count,
                support.granted,
                stands(support, logs)
            ));
        }
    };
    if !draft.cluster.is_empty() {
        say("cluster permissions".to_owned(), &draft.cluster);
    }
    for rule in &draft.rules {
        let pattern = |pattern: &crate::engine::tune::Pattern| match pattern.names.as_slice() {
            [name] if *name == pattern.pattern => name.clone(),
            [name] => format!("{} (for {name})", pattern.pattern),
            names => format!("{} (for {} names, {} to {})", pattern.pattern, names.len(), names[0], names[names.len() - 1]),
        };
        let patterns: Vec<String> = rule.patterns.iter().map(pattern).collect();
        say(format!("on {}", patterns.join(", ")), &rule.actions);
    }
    out
}

fn as_json(learned: &Learned, draft: &Draft, made: &tune::Learned, role: &str, logs: &[PathBuf], denied: usize) -> serde_json::Value {
    let permissions = |list: &[Permission]| -> Vec<serde_json::Value> {
        let one = |Permission { action, support }: &Permission| json!({ "action": action, "events": support.count, "granted": support.granted, "requests": support.requests, "first": stands(support, logs) });
        list.iter().map(one).collect()
    };
    let rules: Vec<_> = draft
        .rules
        .iter()
        .map(|rule| {
            let patterns: Vec<_> =
                rule.patterns.iter().map(|pattern| json!({ "pattern": pattern.pattern, "names": pattern.names })).collect();
            json!({ "patterns": patterns, "actions": permissions(&rule.actions) })
        })
        .collect();
    json!({
        "schema": "rolesmith/learn/1",
        "role": role,
        "records": learned.read.records,
        "broken": learned.read.broken,
        "cluster": permissions(&draft.cluster),
        "rules": rules,
        "least": draft.is_least,
        "denied_on_replay": denied,
        "notes": draft.notes.iter().chain(&made.notes).collect::<Vec<_>>(),
        "changes": made.changes,
    })
}

/// A composite aggregation over the audit index; its pages are an input of `learn` like any other.
fn aggregation(query: Query) -> String {
    let (user, action, index, result, words, layer, transport) = match query {
        Query::Opensearch => (
            "audit_request_effective_user.keyword",
            "audit_request_privilege.keyword",
            "audit_trace_resolved_indices.keyword",
            "audit_category.keyword",
            ["GRANTED_PRIVILEGES", "MISSING_PRIVILEGES"],
            "audit_request_layer.keyword",
            "TRANSPORT",
        ),
        Query::Elasticsearch => {
            ("user.name", "action", "indices", "event.action", ["access_granted", "access_denied"], "event.type", "transport")
        }
    };
    let source =
        |name: &str, field: &str, missing: bool| serde_json::json!({ name: { "terms": { "field": field, "missing_bucket": missing } } });
    let body = serde_json::json!({
        "size": 0,
        "query": { "bool": { "filter": [{ "terms": { result: words } }, { "term": { layer: transport } }] } },
        "aggs": { "facts": { "composite": {
            "size": 1000,
            "sources": [source("user", user, false), source("action", action, false), source("index", index, true), source("result", result, false)]
        } } }
    });
    format!("{body:#}\n")
}
