//! Verdicts recorded from the real engines, asked again. Runs every file below `tests/vectors`, and every
//! file below the folder that `ROLESMITH_VECTORS` names; prints agreements over cases per file and per
//! line; fails on any disagreement that `disagreements.txt` does not list, and on any listed one that is
//! none any more (for the recordings in the repository).
//!
//! `ROLESMITH_VECTORS_ONLY=opensearch-3.4.0/curated` runs the files whose path contains that text, and
//! `ROLESMITH_VECTORS_SHOW=20` says how many disagreements are printed in full.

mod elasticsearch;
mod leftovers;
mod opendistro;
mod opensearch;
mod scenario;
mod tally;
mod v4;
mod v4_documents;

use std::io::Read;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde_json::Value;

use tally::{Listed, Tally};

/// Every `*.jsonl.gz` or `*.jsonl` below a folder, sorted.
fn files_below(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.to_str().is_some_and(|name| name.ends_with(".jsonl.gz") || name.ends_with(".jsonl")) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn records(path: &Path) -> Vec<Value> {
    let bytes = std::fs::read(path).unwrap_or_default();
    let mut text = String::new();
    if path.extension().is_some_and(|extension| extension == "gz") {
        flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut text).expect("a gzip file");
    } else {
        text = String::from_utf8(bytes).expect("UTF-8");
    }
    text.lines().filter(|line| !line.trim().is_empty()).map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

fn run(path: &Path) -> Tally {
    let name = path.components().rev().take(2).collect::<Vec<_>>().into_iter().rev().collect::<PathBuf>();
    let mut tally = Tally::new(&name.display().to_string());
    let records = records(path);
    match records.first().and_then(|record| record["engine"].as_str()).unwrap_or_default() {
        engine if engine.starts_with("elasticsearch-") => elasticsearch::run(&records, &mut tally),
        engine if engine.starts_with("opendistro-") => records.iter().for_each(|record| opendistro::run(record, &mut tally)),
        engine if engine.ends_with("-v4") => records.iter().for_each(|record| v4::run(record, &mut tally)),
        engine if engine.starts_with("opensearch-") => records.iter().for_each(|record| opensearch::run(record, &mut tally)),
        engine => tally.unreadable(engine),
    }
    tally
}

#[test]
fn recorded_verdicts_are_answered_again() {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let mut files = files_below(&own);
    let more = std::env::var_os("ROLESMITH_VECTORS").map(|folder| files_below(Path::new(&folder))).unwrap_or_default();
    files.extend(more);
    if let Ok(only) = std::env::var("ROLESMITH_VECTORS_ONLY") {
        files.retain(|path| path.display().to_string().contains(&only));
    }
    let tallies: Vec<(bool, Tally)> = files.par_iter().map(|path| (path.starts_with(&own), run(path))).collect();
    let listed = Listed::read(&own.join("disagreements.txt"));
    let failures = tally::report(&tallies, &listed);
    assert!(failures == 0, "{failures} unlisted or outdated disagreements");
}
