//! `rolesmith repair DIR --user U 'POST _bulk'`: what would make a denied request pass, cheapest first.

use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::json;

use super::output::{Failure, print, print_json};
use super::source::{How, Who, open, request};
use crate::engine::change::write_changes;
use crate::engine::compare::is_cluster;
use crate::engine::evaluate::{self, Outcome, Subject, compile};
use crate::engine::model::{elasticsearch, opensearch};
use crate::engine::request::Request;
use crate::engine::tune::repair::{Bench, Repair, repairs};
use crate::engine::tune::{Compile, Family};
use crate::workspace::{Model, Workspace};

/// What to repair.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Directory or file to open
    dir: PathBuf,
    /// Method and path, or a curl line
    request: String,
    #[command(flatten)]
    who: Who,
    /// The request's body
    #[arg(long, value_name = "FILE")]
    body: Option<PathBuf>,
    /// Print only the changes of one repair, counted from one, for `rolesmith apply --changes`
    #[arg(long, value_name = "NUMBER")]
    take: Option<usize>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    how: How,
}

/// Look for repairs; exit code 1 when there is none.
pub fn run(args: Args) -> Result<ExitCode, Failure> {
    let request = request(&args.request, args.body.as_deref())?;
    let workspace = open(Some(&args.dir), &args.how, None)?;
    let subject = args.who.subject(&workspace)?;
    let engine = workspace.engine();
    let verdict = engine.decide(&subject, &request);
    if verdict.outcome == Outcome::Allowed {
        print("nothing to repair: the request is allowed\n")?;
        return Ok(ExitCode::SUCCESS);
    }
    let (product, evaluator, cluster) = (workspace.product(), workspace.evaluator(), workspace.cluster());
    let found = match workspace.model() {
        Model::OpenSearch(configuration) => {
            let compiler = |configuration: &opensearch::Configuration| compile(product, evaluator, configuration, cluster);
            find(&workspace, configuration, &compiler, &subject, &request)
        }
        Model::Elasticsearch(configuration) => {
            let compiler = |configuration: &elasticsearch::Configuration| evaluate::elasticsearch::compile(product, configuration, cluster);
            find(&workspace, configuration, &compiler, &subject, &request)
        }
    };
    if let Some(number) = args.take {
        let Some(repair) = number.checked_sub(1).and_then(|at| found.get(at)) else {
            return Err(Failure::new(format!("there is no repair {number}"), format!("{} were found", found.len())));
        };
        print(&write_changes(&repair.changes))?;
    } else if args.json {
        let list: Vec<_> = found.iter().map(as_json).collect();
        print_json(&json!({ "schema": "rolesmith/repair/1", "request": request.to_string(), "repairs": list }))?;
    } else if found.is_empty() {
        print("no grant makes this pass: a protection rule refuses, or the verdict is unknown\n")?;
    } else {
        for (number, repair) in found.iter().enumerate() {
            print(&format!("{}. {}\n{}", number + 1, repair.title, price(repair)))?;
        }
    }
    Ok(ExitCode::from(u8::from(found.is_empty())))
}

fn find<C: Family>(
    workspace: &Workspace,
    configuration: &C,
    compile: &Compile<'_, C>,
    subject: &Subject,
    request: &Request,
) -> Vec<Repair> {
    let bench = Bench {
        configuration,
        product: workspace.product(),
        cluster: workspace.cluster(),
        scenario: workspace.scenarios(),
        compile,
        is_cluster: is_cluster(workspace.product(), workspace.evaluator()),
    };
    repairs(&bench, subject, std::slice::from_ref(request))
}

fn price(repair: &Repair) -> String {
    let price = &repair.price;
    let others = if price.others.is_empty() { "nobody else".to_owned() } else { price.others.join(", ") };
    format!(
        "   opens {} action-index pairs by {} actions; changes access of {others}; scenario: {} fixed, {} broken\n",
        price.pairs,
        price.gains.len(),
        price.fixed(),
        price.broken()
    )
}

fn as_json(repair: &Repair) -> serde_json::Value {
    let price = &repair.price;
    json!({
        "title": repair.title,
        "changes": repair.changes,
        "pairs": price.pairs,
        "actions": price.gains.iter().map(|gain| &gain.action).collect::<Vec<_>>(),
        "others": price.others,
        "fixed": price.fixed(),
        "broken": price.broken(),
    })
}
