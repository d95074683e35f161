//! `rolesmith convert --to opensearch|v7|elasticsearch DIR [--out DIR]`: files of another form or product, with every change
//! noted and the difference in access printed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::diff::tell;
use super::output::{Failure, note, note_problems, print};
use super::source::{How, engine, open};
use crate::engine::convert::{Conversion, Given, Made, Target, What, convert, from_elasticsearch, to_elasticsearch};
use crate::engine::model::Product;
use crate::engine::request::parse_line;
use crate::engine::scenario::Directory;
use crate::source::Severity;
use crate::workspace::{FileKind, Model, Options, Workspace};

/// What to convert.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The directory to convert; it is not changed
    dir: PathBuf,
    /// What to make: v7 (Open Distro's files from 1.0 on), opensearch or elasticsearch, also with a version
    #[arg(long, value_parser = target, value_name = "FORM")]
    to: (To, Product),
    /// Directory to write into; without it nothing is written
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    how: How,
}

/// What to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum To {
    Files(Target),
    Elasticsearch,
}

fn target(text: &str) -> Result<(To, Product), String> {
    match text {
        "v7" => Ok((To::Files(Target::V7), Product::OpenDistro1_13)),
        // what an Open Distro cluster is upgraded to first
        "opensearch" => Ok((To::Files(Target::OpenSearch), Product::OpenSearch2_19)),
        "elasticsearch" => Ok((To::Elasticsearch, Product::Elasticsearch9_1)),
        _ => match text.parse::<Product>() {
            Ok(product @ (Product::OpenSearch2_19 | Product::OpenSearch3_4 | Product::OpenSearch3_8)) => {
                Ok((To::Files(Target::OpenSearch), product))
            }
            Ok(product) if product.is_elasticsearch() => Ok((To::Elasticsearch, product)),
            _ => Err("write `v7`, `opensearch`, `elasticsearch`, or a version such as `opensearch-3.4`".to_owned()),
        },
    }
}

/// Convert; exit code 1 when a file could not be converted or the product would refuse the result.
pub fn run(args: Args) -> Result<ExitCode, Failure> {
    let (to, product) = args.to;
    let mut old = open(Some(&args.dir), &args.how, None)?;
    let conversion = match (to, old.model()) {
        (To::Elasticsearch, Model::OpenSearch(configuration)) => {
            let request = parse_line("GET /")?;
            let engine = engine(&old);
            let roles_of = |user: &str| {
                let subject = configuration.subject(user);
                subject.map(|subject| engine.decide(&subject, &request).roles).unwrap_or_default()
            };
            with_company(to_elasticsearch(configuration, old.product(), &roles_of), &old)
        }
        (To::Files(_), Model::Elasticsearch(configuration)) => with_company(from_elasticsearch(configuration, old.product()), &old),
        (To::Elasticsearch, Model::Elasticsearch(_)) => {
            return Err(Failure::new("these files are Elasticsearch's already", "convert them `--to opensearch`"));
        }
        (To::Files(target), Model::OpenSearch(_)) => {
            if old.product() != Product::OpenDistro1_13 {
                // what is converted from was Open Distro, whatever the files look like
                old.set_product(Product::OpenDistro1_13, old.evaluator());
            }
            convert_files(target, &old)
        }
    };
    let errors = conversion.notes.iter().filter(|note| note.severity == Severity::Error).count();
    note_problems(&old, &conversion.notes);
    let scratch;
    let directory = match &args.out {
        Some(out) => out.as_path(),
        None => {
            scratch = tempfile::tempdir()?;
            scratch.path()
        }
    };
    write(directory, &conversion)?;
    for file in &conversion.files {
        let how = match (file.is_new, file.name == file.from) {
            (true, true) => "written anew".to_owned(),
            (true, false) => format!("written anew from {}", file.from),
            (false, true) => "kept, with the changes above".to_owned(),
            (false, false) => format!("was {}", file.from),
        };
        let how = if unchanged(&old, file) { "unchanged".to_owned() } else { how };
        print(&format!("{}: {how}\n", file.name))?;
    }
    let new = Workspace::open(directory, Options { product: Some(product), ..Options::default() })?;
    print(&format!("\naccess, {} before and {product} after:\n", old.product()))?;
    tell(&old, &new)?;
    match &args.out {
        Some(out) => note(&format!("wrote {} files into `{}`\n", conversion.files.len(), out.display())),
        None => note("nothing was written; name a directory with `--out`\n"),
    }
    Ok(ExitCode::from(u8::from(errors > 0)))
}

fn unchanged(old: &Workspace, made: &Made) -> bool {
    made.name == made.from && old.files().iter().any(|file| *file.name() == *made.name && file.document().bytes() == made.bytes)
}

/// With the scenarios and the cluster model beside it, which stay as they are.
fn with_company(mut conversion: Conversion, old: &Workspace) -> Conversion {
    let stays = |kind: FileKind| matches!(kind, FileKind::Scenario | FileKind::Cluster(_));
    conversion.files.extend(old.files().iter().filter(|file| stays(file.kind())).map(|file| {
        let name = file.name().into_owned();
        Made { from: name.clone(), name, bytes: file.document().bytes().to_vec(), is_new: false }
    }));
    conversion
}

fn convert_files(target: Target, old: &Workspace) -> Conversion {
    let names: Vec<String> = old.files().iter().map(|file| file.name().into_owned()).collect();
    let given: Vec<Given<'_>> = old
        .files()
        .iter()
        .zip(&names)
        .filter_map(|(file, name)| {
            let what = match file.kind() {
                FileKind::Security(kind) => What::Security(kind),
                FileKind::Node => What::Node,
                FileKind::Scenario => What::Scenario,
                FileKind::Cluster(_) => What::Other,
                // the settings name a product, and what is set aside is no part of the configuration
                FileKind::Settings | FileKind::Elasticsearch(_) | FileKind::Aside | FileKind::Container => return None,
            };
            Some(Given { name, what, document: file.document() })
        })
        .collect();
    convert(target, &given)
}

/// Write the files; nothing that is there is written over.
fn write(directory: &Path, conversion: &Conversion) -> Result<(), Failure> {
    let failed =
        |path: &Path, error: io::Error| Failure { message: format!("`{}` cannot be written: {error}", path.display()), help: None };
    fs::create_dir_all(directory).map_err(|error| failed(directory, error))?;
    let taken: Vec<&str> = conversion.files.iter().map(|file| file.name.as_str()).filter(|name| directory.join(name).exists()).collect();
    if !taken.is_empty() {
        return Err(Failure::new(format!("`{}` holds {} already", directory.display(), taken.join(", ")), "name another directory"));
    }
    for file in &conversion.files {
        let path = directory.join(&file.name);
        fs::write(&path, &file.bytes).map_err(|error| failed(&path, error))?;
    }
    Ok(())
}
