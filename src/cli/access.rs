//! `rolesmith access DIR`: users by indices.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;
use serde_json::json;

use super::output::{Failure, print, print_json};
use super::source::{How, engine, open, request};
use crate::engine::evaluate::{Decide, Outcome, Subject};
use crate::engine::pattern::Matcher;
use crate::engine::request::opensearch::example;
use crate::engine::request::{Body, Request};
use crate::engine::scenario::{Person, people};
use crate::report::Table;
use crate::workspace::Workspace;

/// What to show.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Directory or file to open; the sample when it is left out
    dir: Option<PathBuf>,
    /// Index, alias or data stream, or a pattern of them; may be repeated. Without one: what the cluster model has
    #[arg(long, value_name = "PATTERN")]
    index: Vec<String>,
    /// A request as a column, such as `GET logs-*/_search`; may be repeated
    #[arg(long, value_name = "REQUEST", conflicts_with = "user")]
    request: Vec<String>,
    /// An action as a column for each index, such as indices:data/read/get; may be repeated
    #[arg(long, value_name = "ACTION", conflicts_with = "user")]
    action: Vec<String>,
    /// Everything that one user may do: roles, permissions, what of documents is seen, tenants
    #[arg(long, value_name = "NAME", conflicts_with = "index")]
    user: Option<String>,
    /// Who can give themselves more than they have, and how
    #[arg(long, conflicts_with_all = ["index", "user", "request", "action"])]
    escalation: bool,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    how: How,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub(super) enum Format {
    #[default]
    Text,
    Csv,
    Markdown,
    Json,
}

/// What a letter stands for: the request that is asked.
const ASKED: [(char, &str, &str); 4] =
    [('r', "GET", "/{}/_search"), ('w', "PUT", "/{}/_doc/1"), ('d', "DELETE", "/{}/_doc/1"), ('m', "DELETE", "/{}")];

/// Print the matrix.
pub fn run(args: Args) -> Result<ExitCode, Failure> {
    let workspace = open(args.dir.as_deref(), &args.how, None)?;
    if args.user.is_some() || args.escalation {
        return super::review::run(&workspace, args.user.as_deref(), args.format);
    }
    if !args.request.is_empty() {
        return requests(&workspace, &args);
    }
    let cluster = workspace.cluster();
    let patterns: Vec<Matcher> = args.index.iter().filter_map(|pattern| Matcher::new(pattern).ok()).collect();
    let all =
        cluster.indices.iter().filter(|(_, index)| !index.hidden && !index.closed).map(|(name, _)| name).chain(cluster.data_streams.keys());
    let mut names: Vec<String> =
        all.filter(|name| patterns.is_empty() || patterns.iter().any(|pattern| pattern.matches(name))).cloned().collect();
    names.extend(args.index.iter().filter(|index| !index.contains(['*', '?', '/']) && !cluster.indices.contains_key(*index)).cloned());
    names.sort();
    names.dedup();
    if names.is_empty() {
        return Err(Failure::new("there is no index to ask about", "give --cluster FILE or --index NAME"));
    }
    let engine = engine(&workspace);
    if !args.action.is_empty() {
        return actions(&workspace, &args, &names);
    }
    let rows: Vec<Vec<String>> = people(workspace.directory(), workspace.scenarios())
        .into_iter()
        .map(|person| std::iter::once(person.label).chain(names.iter().map(|name| letters(&*engine, &person.subject, name))).collect())
        .collect();
    let table = Table { head: std::iter::once("user".to_owned()).chain(names).collect(), rows };
    show(&table, args.format, "r search, w index a document, d delete one, m delete the index; ? unknown")
}

/// A column for each request.
fn requests(workspace: &Workspace, args: &Args) -> Result<ExitCode, Failure> {
    let asked: Vec<Request> = args.request.iter().map(|text| request(text, None)).collect::<Result<_, _>>()?;
    let heads = asked.iter().map(ToString::to_string).collect();
    verdicts(workspace, args.format, heads, &asked)
}

/// A column for each action on each index; an action of the cluster stage has one.
fn actions(workspace: &Workspace, args: &Args, names: &[String]) -> Result<ExitCode, Failure> {
    let (mut heads, mut asked) = (Vec::new(), Vec::new());
    for action in &args.action {
        if example(action, None).is_none() {
            return Err(Failure::new(format!("no request of a client asks for `{action}` by itself"), "give the request with --request"));
        }
        for name in names {
            let Some(request) = example(action, Some(name)) else { continue };
            if asked.contains(&request) {
                continue;
            }
            heads.push(if action.starts_with("cluster:") { action.clone() } else { format!("{action} on {name}") });
            asked.push(request);
        }
    }
    verdicts(workspace, args.format, heads, &asked)
}

fn verdicts(workspace: &Workspace, format: Format, heads: Vec<String>, asked: &[Request]) -> Result<ExitCode, Failure> {
    let engine = engine(workspace);
    let row = |person: Person| {
        let words = asked.iter().map(|request| engine.decide(&person.subject, request).outcome.word().to_owned());
        std::iter::once(person.label.clone()).chain(words).collect()
    };
    let rows = people(workspace.directory(), workspace.scenarios()).into_iter().map(row).collect();
    show(&Table { head: std::iter::once("user".to_owned()).chain(heads).collect(), rows }, format, "")
}

fn show(table: &Table, format: Format, legend: &str) -> Result<ExitCode, Failure> {
    match format {
        Format::Text if legend.is_empty() => print(&super::output::table(table))?,
        Format::Text => print(&format!("{}\n{legend}\n", super::output::table(table)))?,
        Format::Csv => print(&table.csv())?,
        Format::Markdown => print(&table.markdown())?,
        Format::Json => print_json(&json!({ "schema": "rolesmith/access/1", "head": table.head, "rows": table.rows }))?,
    }
    Ok(ExitCode::SUCCESS)
}

fn letters(engine: &dyn Decide, subject: &Subject, index: &str) -> String {
    let ask = |&(letter, method, path): &(char, &str, &str)| {
        let body = if method == "PUT" { Body::Json(json!({})) } else { Body::None };
        let request = Request { method: method.to_owned(), path: path.replace("{}", index), body, headers: Vec::new() };
        match engine.decide(subject, &request).outcome {
            Outcome::Allowed | Outcome::Partial => letter,
            Outcome::Denied => '-',
            Outcome::Unknown => '?',
        }
    };
    ASKED.iter().map(ask).collect()
}
