//! `rolesmith access DIR`: users by indices.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;
use serde_json::json;

use super::output::{Failure, print, print_json};
use super::source::{How, engine, open};
use crate::engine::evaluate::{Decide, Outcome, Subject};
use crate::engine::pattern::Matcher;
use crate::engine::request::{Body, Request};
use crate::engine::scenario::people;
use crate::report::Table;

/// What to show.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Directory or file to open; the sample when it is left out
    dir: Option<PathBuf>,
    /// Index, alias or data stream, or a pattern of them; may be repeated. Without one: what the cluster model has
    #[arg(long, value_name = "PATTERN")]
    index: Vec<String>,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    how: How,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Format {
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
    let rows: Vec<Vec<String>> = people(workspace.directory(), workspace.scenarios())
        .into_iter()
        .map(|person| std::iter::once(person.label).chain(names.iter().map(|name| letters(&*engine, &person.subject, name))).collect())
        .collect();
    let table = Table { head: std::iter::once("user".to_owned()).chain(names).collect(), rows };
    match args.format {
        Format::Text => print(&format!("{}\nr search, w index a document, d delete one, m delete the index; ? unknown\n", table.text()))?,
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
