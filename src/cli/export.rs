//! `rolesmith export`: entries, or the difference to another directory, for other tools.

use std::path::PathBuf;
use std::process::ExitCode;

use super::output::{Failure, note, print};
use super::source::{How, open};
use crate::engine::export::{
    Entry, Export, Family, Kind, Step, Upload, difference, elasticsearch_entries, everything, opensearch_entries, patch, put,
    securityadmin, terraform,
};
use crate::engine::model::Product;
use crate::workspace::{FileKind, Workspace};

/// What to export.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Directory or file to export from
    dir: PathBuf,
    /// rest (PUT and DELETE), patch, securityadmin or terraform
    #[arg(long = "as", value_enum, default_value = "rest", value_name = "FORM")]
    form: Form,
    /// Export only what differs from this directory: a base, or a backup of the cluster
    #[arg(long, value_name = "DIR")]
    against: Option<PathBuf>,
    /// Export this role alone; may be repeated
    #[arg(long, value_name = "NAME")]
    role: Vec<String>,
    /// Export the mapping of this role alone; may be repeated
    #[arg(long, value_name = "ROLE")]
    mapping: Vec<String>,
    #[command(flatten)]
    how: How,
}

/// The tool that takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    Rest,
    Patch,
    Securityadmin,
    Terraform,
}

/// Print the text; notes go to standard error.
pub fn run(args: Args) -> Result<ExitCode, Failure> {
    let workspace = open(Some(&args.dir), &args.how, None)?;
    let against = args.against.as_deref().map(|path| open(Some(path), &args.how, None)).transpose()?;
    let family = family(workspace.product());
    let after = entries(&workspace);
    let before = against.as_ref().map(entries);
    let export = if args.form == Form::Securityadmin {
        if family == Family::Elasticsearch {
            return Err(Failure::new("Elasticsearch has no securityadmin", "export with `--as rest` or `--as terraform`"));
        }
        if !args.role.is_empty() || !args.mapping.is_empty() {
            return Err(Failure::new("securityadmin uploads whole files", "leave --role and --mapping out, or export with `--as rest`"));
        }
        let mut export = securityadmin(&uploads(&workspace), &after, before.as_deref());
        if workspace.files().iter().any(|file| file.kind() == FileKind::Container) {
            export.notes.push("documents inside manifests are no files that securityadmin takes; they are left out".to_owned());
        }
        export
    } else {
        let steps = before.map_or_else(|| everything(after.clone()), |before| difference(&before, &after));
        let steps = chosen(steps, &after, &args)?;
        match args.form {
            Form::Terraform => terraform(family, &steps),
            Form::Patch => patch(family, &steps).ok_or_else(|| Failure::new("Elasticsearch has no PATCH", "export with `--as rest`"))?,
            Form::Rest | Form::Securityadmin => put(family, &steps),
        }
    };
    tell(&export)?;
    Ok(ExitCode::SUCCESS)
}

fn tell(export: &Export) -> Result<(), Failure> {
    for text in &export.notes {
        note(&format!("note: {text}\n"));
    }
    if export.text.is_empty() {
        note("nothing differs\n");
    }
    print(&export.text)
}

fn family(product: Product) -> Family {
    match product {
        Product::OpenDistro1_13 => Family::OpenDistro,
        product if product.is_elasticsearch() => Family::Elasticsearch,
        _ => Family::OpenSearch,
    }
}

fn entries(workspace: &Workspace) -> Vec<Entry> {
    match workspace.elasticsearch() {
        Some(configuration) if workspace.product().is_elasticsearch() => elasticsearch_entries(configuration),
        _ => opensearch_entries(workspace.configuration()),
    }
}

fn uploads(workspace: &Workspace) -> Vec<Upload> {
    let files = workspace.files().iter().filter_map(|file| match file.kind() {
        FileKind::Security(kind) => Some(Upload { path: file.path().display().to_string(), kind }),
        _ => None,
    });
    files.collect()
}

/// The steps that were asked for; a name that is nowhere is a mistake.
fn chosen(steps: Vec<Step>, after: &[Entry], args: &Args) -> Result<Vec<Step>, Failure> {
    let asked = |kind: Kind, name: &str| match kind {
        Kind::Role => args.role.iter().any(|role| role == name),
        Kind::Mapping => args.mapping.iter().any(|role| role == name),
        _ => false,
    };
    if args.role.is_empty() && args.mapping.is_empty() {
        return Ok(steps);
    }
    let of = |step: &Step| match step {
        Step::Create(entry) | Step::Change(entry) => (entry.kind, entry.name.clone()),
        Step::Delete(kind, name) => (*kind, name.clone()),
    };
    let wanted = args.role.iter().map(|name| (Kind::Role, name)).chain(args.mapping.iter().map(|name| (Kind::Mapping, name)));
    for (kind, name) in wanted {
        let known = after.iter().any(|entry| entry.kind == kind && entry.name == *name)
            || steps.iter().map(of).any(|(other, have)| other == kind && have == *name);
        if !known {
            return Err(Failure::new(format!("no {} `{name}`", kind.word()), "write the name as the file spells it"));
        }
    }
    Ok(steps
        .into_iter()
        .filter(|step| {
            let (kind, name) = of(step);
            asked(kind, &name)
        })
        .collect())
}
