//! `rolesmith repair DIR --user U 'POST _bulk'`: what would make a denied request pass, cheapest first.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::json;

use super::output::{Failure, note, print, print_json};
use super::source::{How, Who, open, read, request};
use crate::engine::change::write_changes;
use crate::engine::evaluate::{self, Outcome, Subject, compile};
use crate::engine::model::{elasticsearch, opensearch};
use crate::engine::request::Request;
use crate::engine::tune::repair::{Repair, repairs};
use crate::engine::tune::{Compile, Family, read_paste};
use crate::workspace::{Model, Workspace};

/// What to repair.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Directory or file to open
    dir: PathBuf,
    /// Method and path, or a curl line
    #[arg(required_unless_present = "paste")]
    request: Option<String>,
    /// A refusal, log line, audit record, curl line or Dev Tools text to read the request and its user from (`-` is
    /// standard input)
    #[arg(long, value_name = "FILE", conflicts_with = "request")]
    paste: Option<PathBuf>,
    #[command(flatten)]
    who: Who,
    /// The request's body
    #[arg(long, value_name = "FILE")]
    body: Option<PathBuf>,
    /// Print only the changes of one repair, counted from one, for `rolesmith apply --changes`
    #[arg(long, value_name = "NUMBER")]
    take: Option<usize>,
    /// Show each (action, index) pair that a repair opens
    #[arg(long)]
    pairs: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    how: How,
}

/// Look for repairs; exit code 1 when there is none.
pub fn run(args: Args) -> Result<ExitCode, Failure> {
    let workspace = open(Some(&args.dir), &args.how, None)?;
    let (request, subject) = match (&args.request, &args.paste) {
        (Some(text), _) => (request(text, args.body.as_deref())?, args.who.subject(&workspace)?),
        (None, paste) => pasted(paste.as_deref(), &args.who, &workspace)?,
    };
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
            print(&format!("{}. {}\n   {}\n", number + 1, repair.title, repair.price.line()))?;
            if args.pairs {
                print(&pairs(repair))?;
            }
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
    repairs(&workspace.bench(configuration, compile), subject, std::slice::from_ref(request))
}

/// The first request of a pasted text, and who sent it.
fn pasted(path: Option<&Path>, who: &Who, workspace: &Workspace) -> Result<(Request, Subject), Failure> {
    let text = read(path.unwrap_or(Path::new("-")))?;
    let names: Vec<String> = workspace.cluster().indices.keys().cloned().collect();
    let pasted = read_paste(&text, &names);
    for told in &pasted.told {
        note(&format!("read: {told}\n"));
    }
    for unsaid in &pasted.unsaid {
        note(&format!("not read: {unsaid}\n"));
    }
    let Some(request) = pasted.requests.first() else {
        return Err(Failure::new("no request can be made of the text", "give the request itself, such as 'GET logs-*/_search'"));
    };
    let subject = if who.is_named() {
        who.subject(workspace)?
    } else {
        let Some(sender) = pasted.senders.first() else {
            return Err(Failure::new("the text does not say who sent the request", "give --user"));
        };
        who.of(sender, workspace)
    };
    note(&format!("asked: {request} as {}\n", subject.user));
    Ok((request.clone(), subject))
}

/// What is opened, action by action.
fn pairs(repair: &Repair) -> String {
    let line = |(action, names): &(String, Vec<String>)| match names.as_slice() {
        [] => format!("     {action} in the cluster\n"),
        names => format!("     {action} on {}\n", names.join(", ")),
    };
    repair.price.opened.iter().map(line).collect()
}

pub(super) fn as_json(repair: &Repair) -> serde_json::Value {
    let price = &repair.price;
    json!({
        "title": repair.title,
        "changes": repair.changes,
        "pairs": price.pairs,
        "actions": price.gains.iter().map(|gain| &gain.action).collect::<Vec<_>>(),
        "opened": price.opened.iter().map(|(action, indices)| json!({ "action": action, "indices": indices })).collect::<Vec<_>>(),
        "others": price.others.iter().map(|(user, pairs)| json!({ "user": user, "pairs": pairs })).collect::<Vec<_>>(),
        "flips": price.flips.iter().map(|flip| json!({ "request": flip.case, "user": flip.user, "before": flip.before.word(), "after": flip.after.word(), "holds": flip.holds })).collect::<Vec<_>>(),
        "fixed": price.fixed(),
        "broken": price.broken(),
    })
}
