//! `rolesmith diff OLD NEW`: who gains and who loses what.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::json;

use super::output::{Failure, note_problems, print, print_json};
use super::source::{How, engine, open};
use crate::engine::compare::{Comparable, Flip, Gain, Holding, flips, gained, gained_on, is_cluster};
use crate::engine::evaluate::Subject;
use crate::engine::request::parse_line;
use crate::engine::scenario::{Directory, people, replay};
use crate::source::Severity;
use crate::workspace::{Model, Workspace};

/// What to compare.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The directory before
    old: PathBuf,
    /// The directory after
    new: PathBuf,
    /// Fail when anybody gains access
    #[arg(long)]
    no_new_access: bool,
    /// Scenario file whose verdicts are compared; else the new directory's own
    #[arg(long, value_name = "FILE")]
    scenarios: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    how: How,
}

/// What one person gains and loses.
struct Difference {
    who: String,
    gains: Vec<Gain>,
    losses: Vec<Gain>,
}

/// Compare; exit code 1 when access is gained that must not be.
pub fn run(args: Args) -> Result<ExitCode, Failure> {
    let old = open(Some(&args.old), &args.how, args.scenarios.clone())?;
    let new = open(Some(&args.new), &args.how, args.scenarios)?;
    for workspace in [&old, &new] {
        note_problems(workspace, workspace.problems().filter(|problem| problem.severity == Severity::Error));
    }
    let differences = differences(&old, &new)?;
    let before = replay(new.scenarios(), old.directory(), &*engine(&old));
    let after = replay(new.scenarios(), new.directory(), &*engine(&new));
    let flips = flips(&before, &after);
    let gained = differences.iter().any(|difference| !difference.gains.is_empty()) || flips.iter().any(|flip| flip.is_gain());
    if args.json {
        let list = |gains: &[Gain]| {
            gains.iter().map(|gain| json!({ "action": gain.action, "index": gain.index, "unknown": gain.unknown })).collect::<Vec<_>>()
        };
        let people: Vec<_> =
            differences.iter().map(|each| json!({ "who": each.who, "gains": list(&each.gains), "losses": list(&each.losses) })).collect();
        let turned: Vec<_> = flips
            .iter()
            .map(|flip| json!({ "request": new.scenarios().cases[flip.case].request.to_string(), "user": flip.user, "before": flip.before.word(), "after": flip.after.word() }))
            .collect();
        print_json(&json!({ "schema": "rolesmith/diff/1", "new_access": gained, "people": people, "scenario": turned }))?;
    } else {
        print_text(&differences, &flips, &new)?;
    }
    Ok(ExitCode::from(u8::from(args.no_new_access && gained)))
}

fn print_text(differences: &[Difference], flips: &[Flip], new: &Workspace) -> Result<(), Failure> {
    for each in differences {
        print(&format!("{}\n{}{}", each.who, lines('+', &each.gains), lines('-', &each.losses)))?;
    }
    for flip in flips {
        let sign = if flip.is_gain() { '+' } else { '-' };
        let request = &new.scenarios().cases[flip.case].request;
        print(&format!("{sign} {request} as {}: {} -> {}\n", flip.user, flip.before.word(), flip.after.word()))?;
    }
    if differences.is_empty() && flips.is_empty() {
        print("nobody gains or loses access\n")?;
    }
    Ok(())
}

fn differences(old: &Workspace, new: &Workspace) -> Result<Vec<Difference>, Failure> {
    match (old.model(), new.model()) {
        (Model::OpenSearch(before), Model::OpenSearch(after)) => between(old, before, new, after),
        (Model::Elasticsearch(before), Model::Elasticsearch(after)) => between(old, before, new, after),
        _ => Err(Failure::new(
            format!("{} and {} have no privileges in common to compare", old.product(), new.product()),
            "compare two directories of one product family; `rolesmith check` replays one scenario file on either",
        )),
    }
}

fn between<C: Comparable + Directory>(old: &Workspace, before: &C, new: &Workspace, after: &C) -> Result<Vec<Difference>, Failure> {
    let mut everybody: BTreeMap<String, [Option<Subject>; 2]> = BTreeMap::new();
    for (side, directory) in [before, after].into_iter().enumerate() {
        for person in people(directory, new.scenarios()) {
            everybody.entry(person.label).or_default()[side] = Some(person.subject);
        }
    }
    // any request tells the mapped roles
    let request = parse_line("GET /")?;
    let engines = [engine(old), engine(new)];
    let mut out = Vec::new();
    for (who, subjects) in everybody {
        let roles = |side: usize| {
            // somebody from elsewhere is the same person on both sides; a user of the files who is gone is nobody
            let gone = side == 1 && before.subject(&who).is_some();
            let new_here = side == 0 && after.subject(&who).is_some();
            let subject = subjects[side].as_ref().or(if gone || new_here { None } else { subjects[1 - side].as_ref() });
            subject.map(|subject| engines[side].decide(subject, &request).roles).unwrap_or_default()
        };
        let held = [roles(0), roles(1)];
        let before = Holding { configuration: before, product: old.product(), roles: &held[0] };
        let after = Holding { configuration: after, product: new.product(), roles: &held[1] };
        let difference = Difference {
            gains: gained(before, after, is_cluster(new.product(), new.evaluator())),
            losses: gained(after, before, is_cluster(old.product(), old.evaluator())),
            who,
        };
        if !difference.gains.is_empty() || !difference.losses.is_empty() {
            out.push(difference);
        }
    }
    Ok(out)
}

/// Print who gains and loses what between a workspace and what was made of it. Each replays its own scenarios,
/// which are the same requests by the names that they have there. Two product families are compared on the
/// names of the cluster model and of the roles' patterns.
pub(super) fn tell(old: &Workspace, new: &Workspace) -> Result<(), Failure> {
    let before = replay(old.scenarios(), old.directory(), &*engine(old));
    let after = replay(new.scenarios(), new.directory(), &*engine(new));
    let differences = match (old.model(), new.model()) {
        (Model::OpenSearch(before), Model::Elasticsearch(after)) => across(old, before, new, after)?,
        (Model::Elasticsearch(before), Model::OpenSearch(after)) => across(old, before, new, after)?,
        _ => differences(old, new)?,
    };
    print_text(&differences, &flips(&before, &after), new)
}

/// Names on which two families are compared: those of the cluster model, and one for each index pattern.
fn sample_names(workspace: &Workspace) -> Vec<String> {
    let patterns: Vec<&str> = match workspace.model() {
        Model::OpenSearch(configuration) => {
            let rules = configuration.roles.values().flat_map(|role| &role.index_permissions);
            rules.flat_map(|rule| &rule.index_patterns).map(|pattern| pattern.as_str()).collect()
        }
        Model::Elasticsearch(configuration) => {
            let entries = configuration.roles.values().flat_map(|role| &role.indices);
            entries.flat_map(|entry| &entry.names).map(|name| name.as_str()).collect()
        }
    };
    let name = |pattern: &str| pattern.replace('*', "a").replace('?', "b");
    let plain = patterns.into_iter().filter(|pattern| !pattern.starts_with(['/', '<', '-']) && !pattern.contains("${"));
    workspace.cluster().indices.keys().take(200).cloned().chain(plain.map(name)).collect()
}

fn across<A: Comparable + Directory, B: Comparable + Directory>(
    old: &Workspace,
    before: &A,
    new: &Workspace,
    after: &B,
) -> Result<Vec<Difference>, Failure> {
    let mut names = sample_names(old);
    names.extend(sample_names(new));
    names.sort_unstable();
    names.dedup();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let request = parse_line("GET /")?;
    let engines = [engine(old), engine(new)];
    let known = people(before, old.scenarios()).into_iter().chain(people(after, new.scenarios()));
    let everybody: BTreeMap<String, Subject> = known.map(|person| (person.label, person.subject)).collect();
    let mut out = Vec::new();
    for (who, subject) in everybody {
        let roles = |side: usize, own: Option<Subject>| engines[side].decide(own.as_ref().unwrap_or(&subject), &request).roles;
        let held = [roles(0, before.subject(&who)), roles(1, after.subject(&who))];
        let old_side =
            (Holding { configuration: before, product: old.product(), roles: &held[0] }, is_cluster(old.product(), old.evaluator()));
        let new_side =
            (Holding { configuration: after, product: new.product(), roles: &held[1] }, is_cluster(new.product(), new.evaluator()));
        let difference = Difference { gains: gained_on(old_side, new_side, &names), losses: gained_on(new_side, old_side, &names), who };
        if !difference.gains.is_empty() || !difference.losses.is_empty() {
            out.push(difference);
        }
    }
    Ok(out)
}

/// Actions that differ on the same example are shown together.
fn lines(sign: char, gains: &[Gain]) -> String {
    let mut groups: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for gain in gains {
        let on = match (&gain.index, &gain.unknown) {
            (_, Some(why)) => format!("unknown: {why}"),
            (Some(index), None) => format!("on indices such as `{index}`"),
            (None, None) => "in the cluster".to_owned(),
        };
        groups.entry(on).or_default().push(&gain.action);
    }
    let mut out = String::new();
    for (on, actions) in groups {
        let more = if actions.len() > 4 { format!(" and {} more", actions.len() - 4) } else { String::new() };
        out.push_str(&format!("  {sign} {on}: {}{more}\n", actions[..actions.len().min(4)].join(", ")));
    }
    out
}
