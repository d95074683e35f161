//! `rolesmith access DIR --user U` and `--escalation`: one user's access, and who can give themselves more.

use std::process::ExitCode;

use super::access::Format;
use super::output::{Failure, print, print_json};
use super::source::{engine, locate};
use crate::engine::review::{escalations, privilege_escalations, privilege_union, union};
use crate::engine::scenario::people;
use crate::report::{escalation_json, escalation_text, privilege_union_json, privilege_union_text, union_json, union_text};
use crate::workspace::{Model, Workspace};

/// Print what `user` may do, or without one the paths to more; exit code 1 when there is such a path.
pub fn run(workspace: &Workspace, user: Option<&str>, format: Format) -> Result<ExitCode, Failure> {
    let (engine, locate) = (engine(workspace), locate(workspace));
    let as_json = match format {
        Format::Json => true,
        Format::Text => false,
        Format::Csv | Format::Markdown => {
            return Err(Failure::new("only a matrix has this format", "leave --format out, or write `--format json`"));
        }
    };
    let Some(user) = user else {
        let (product, scenarios) = (workspace.product(), workspace.scenarios());
        let paths = match workspace.model() {
            Model::OpenSearch(configuration) => escalations(configuration, product, scenarios, &*engine),
            Model::Elasticsearch(configuration) => privilege_escalations(configuration, product, scenarios, &*engine),
        };
        if as_json {
            print_json(&escalation_json(&paths, &locate))?;
        } else if paths.is_empty() {
            print("nobody can give themselves more\n")?;
        } else {
            for path in &paths {
                print(&escalation_text(path, &locate))?;
            }
        }
        return Ok(ExitCode::from(u8::from(!paths.is_empty())));
    };
    let person = people(workspace.directory(), workspace.scenarios()).into_iter().find(|person| person.label == user);
    let Some(person) = person else {
        return Err(Failure::new(
            format!("no user `{user}` in the files or in the scenario's `users`"),
            "`rolesmith who-can --all` lists everybody",
        ));
    };
    let (product, subject) = (workspace.product(), &person.subject);
    match workspace.model() {
        Model::OpenSearch(configuration) => {
            let union = union(configuration, product, workspace.cluster(), &*engine, subject);
            if as_json { print_json(&union_json(user, &union, &locate))? } else { print(&union_text(user, &union, &locate))? }
        }
        Model::Elasticsearch(configuration) => {
            let union = privilege_union(configuration, product, subject);
            let (text, json) = (privilege_union_text(user, &union, &locate), privilege_union_json(user, &union, &locate));
            if as_json { print_json(&json)? } else { print(&text)? }
        }
    }
    Ok(ExitCode::SUCCESS)
}
