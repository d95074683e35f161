//! `rolesmith learn AUDIT... --user U`: an audit log becomes a role, with what supports each permission.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;

use super::output::{Failure, note, print};
use super::source::{How, open};
use crate::engine::change::write_changes;
use crate::engine::compare::is_cluster;
use crate::engine::model::{Evaluator, Product, elasticsearch, opensearch};
use crate::engine::tune::{Draft, Family, Generalisation, Permission, draft};
use crate::workspace::{Model, Workspace, read_logs};

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
        return Ok(ExitCode::SUCCESS);
    }
    let user = args.user.unwrap_or_default();
    let learned = read_logs(&args.logs, Some(&user), |_| ControlFlow::Continue(()))?;
    let workspace = args.into.as_ref().map(|dir| open(Some(dir), &args.how, None)).transpose()?;
    let product = workspace.as_ref().map_or_else(|| args.how.product.unwrap_or(Product::OpenSearch3_8), Workspace::product);
    let evaluator = workspace.as_ref().map_or(Evaluator::Legacy, Workspace::evaluator);
    let how = match args.names {
        Names::Exact => Generalisation::Exact,
        Names::Series => Generalisation::Series,
        Names::Prefix => Generalisation::Prefix,
    };
    let draft = draft(&learned.facts, &user, how, is_cluster(product, evaluator));
    let role = args.merge.unwrap_or_else(|| format!("{user}_role"));
    note(&format!("{} records, {} facts of `{user}`, {} broken\n", learned.records, learned.facts.of(&user).count(), learned.broken));
    for (file, record, why) in &learned.first_broken {
        note(&format!("broken: {}, record {record}: {why}\n", file.display()));
    }
    for text in &draft.notes {
        note(&format!("note: {text}\n"));
    }
    let learned_role = match workspace.as_ref().map(Workspace::model) {
        Some(Model::OpenSearch(configuration)) => configuration.learned(product, &draft, &role),
        Some(Model::Elasticsearch(configuration)) => configuration.learned(product, &draft, &role),
        None if product.is_elasticsearch() => elasticsearch::Configuration::default().learned(product, &draft, &role),
        None => opensearch::Configuration::default().learned(product, &draft, &role),
    };
    for text in &learned_role.notes {
        note(&format!("note: {text}\n"));
    }
    let mut out = evidence(&draft, &args.logs);
    out.push_str(&write_changes(&learned_role.changes));
    print(&out)?;
    Ok(ExitCode::from(u8::from(learned.facts.is_empty())))
}

/// What supports each permission, as comments above the changes.
fn evidence(draft: &Draft, logs: &[PathBuf]) -> String {
    let mut out = String::new();
    let mut say = |title: String, permissions: &[Permission]| {
        out.push_str(&format!("# {title}\n"));
        for Permission { action, support } in permissions {
            let file = logs.get(support.file as usize).map(|path| path.display().to_string()).unwrap_or_default();
            out.push_str(&format!(
                "#   {action}: {} times, {} granted, first in {file}, record {}\n",
                support.count, support.granted, support.first_record
            ));
        }
    };
    if !draft.cluster.is_empty() {
        say("cluster permissions".to_owned(), &draft.cluster);
    }
    for rule in &draft.rules {
        let patterns: Vec<String> =
            rule.patterns.iter().map(|pattern| format!("{} ({} names)", pattern.pattern, pattern.names.len())).collect();
        say(format!("on {}", patterns.join(", ")), &rule.actions);
    }
    out
}

/// A composite aggregation over the audit index; its pages are an input of `learn` like any other.
fn aggregation(query: Query) -> String {
    let (user, action, index, result, words) = match query {
        Query::Opensearch => (
            "audit_request_effective_user.keyword",
            "audit_request_privilege.keyword",
            "audit_trace_resolved_indices.keyword",
            "audit_category.keyword",
            ["GRANTED_PRIVILEGES", "MISSING_PRIVILEGES"],
        ),
        Query::Elasticsearch => ("user.name", "action", "indices", "event.action", ["access_granted", "access_denied"]),
    };
    let source =
        |name: &str, field: &str, missing: bool| serde_json::json!({ name: { "terms": { "field": field, "missing_bucket": missing } } });
    let body = serde_json::json!({
        "size": 0,
        "query": { "terms": { result: words } },
        "aggs": { "facts": { "composite": {
            "size": 1000,
            "sources": [source("user", user, false), source("action", action, false), source("index", index, true), source("result", result, false)]
        } } }
    });
    format!("{body:#}\n")
}
