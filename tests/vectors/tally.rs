//! Agreements and disagreements, counted by file and by line.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// One answer that differs from the recording.
#[derive(Debug, Clone)]
pub struct Disagreement {
    engine: String,
    scenario: String,
    case: usize,
    line: &'static str,
    detail: String,
}

/// What came of one file.
#[derive(Debug, Default)]
pub struct Tally {
    file: String,
    engine: String,
    scenario: String,
    counts: BTreeMap<&'static str, (usize, usize)>,
    disagreements: Vec<Disagreement>,
}

impl Tally {
    /// A tally for a file.
    pub fn new(file: &str) -> Self {
        Self { file: file.to_owned(), ..Self::default() }
    }

    /// Name the scenario that the next cases belong to.
    pub fn scenario(&mut self, engine: &str, scenario: &str) {
        self.engine = engine.to_owned();
        self.scenario = scenario.to_owned();
    }

    /// Count one line of one case; the detail is only made for a disagreement.
    pub fn check(&mut self, case: usize, line: &'static str, agrees: bool, detail: impl FnOnce() -> String) {
        let count = self.counts.entry(line).or_default();
        count.1 += 1;
        if agrees {
            count.0 += 1;
        } else {
            let (engine, scenario) = (self.engine.clone(), self.scenario.clone());
            self.disagreements.push(Disagreement { engine, scenario, case, line, detail: detail() });
        }
    }

    /// Say that no module knows the engine of this file.
    pub fn unreadable(&mut self, engine: &str) {
        self.scenario(engine, "(whole file)");
        self.check(0, "engine", false, || format!("no evaluator for `{engine}`"));
    }
}

/// The disagreements that are known and explained, one a line:
/// `engine | scenario | case | line | reason`.
#[derive(Debug, Default)]
pub struct Listed(BTreeMap<(String, String, usize, String), String>);

impl Listed {
    /// Read the list; `#` begins a comment.
    pub fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let mut listed = BTreeMap::new();
        for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
            let parts: Vec<&str> = line.split('|').map(str::trim).collect();
            let [engine, scenario, case, kind, reason] = parts[..] else { panic!("disagreements.txt: `{line}` wants five parts") };
            let key = (engine.to_owned(), scenario.to_owned(), case.parse().expect("a case number"), kind.to_owned());
            assert!(!reason.is_empty(), "disagreements.txt: `{line}` wants a reason");
            assert!(listed.insert(key, reason.to_owned()).is_none(), "disagreements.txt: `{line}` stands twice");
        }
        Self(listed)
    }
}

/// Print everything; the number of failures.
pub fn report(tallies: &[(bool, Tally)], listed: &Listed) -> usize {
    let lines: BTreeSet<&str> = tallies.iter().flat_map(|(_, tally)| tally.counts.keys().copied()).collect();
    let show: usize = std::env::var("ROLESMITH_VECTORS_SHOW").ok().and_then(|count| count.parse().ok()).unwrap_or(20);
    let mut total: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut by_folder: BTreeMap<String, BTreeMap<&str, (usize, usize)>> = BTreeMap::new();
    for (_, tally) in tallies {
        let row: Vec<String> = tally.counts.iter().map(|(line, (agree, all))| format!("{line} {agree}/{all}")).collect();
        println!("{:60} {}", tally.file, row.join("  "));
        let folder = tally.file.split('/').next().unwrap_or_default().to_owned();
        for (line, (agree, all)) in &tally.counts {
            for sum in [total.entry(line).or_default(), by_folder.entry(folder.clone()).or_default().entry(line).or_default()] {
                sum.0 += agree;
                sum.1 += all;
            }
        }
    }
    for (name, counts) in by_folder.iter().map(|(name, counts)| (name.as_str(), counts)).chain([("total", &total)]) {
        let row: Vec<String> =
            lines.iter().filter_map(|line| counts.get(line).map(|(agree, all)| format!("{line} {agree}/{all}"))).collect();
        println!("== {name:30} {}", row.join("  "));
    }
    let mut failures = 0;
    let mut seen = BTreeSet::new();
    for (own, tally) in tallies {
        for found in &tally.disagreements {
            let key = (found.engine.clone(), found.scenario.clone(), found.case, found.line.to_owned());
            if listed.0.contains_key(&key) {
                seen.insert(key);
                continue;
            }
            failures += 1;
            if failures <= show {
                let place = if *own { "" } else { " (from ROLESMITH_VECTORS)" };
                println!("\n-- {} | {} | {} | {}{place}\n{}", found.engine, found.scenario, found.case, found.line, found.detail);
            }
        }
    }
    if std::env::var_os("ROLESMITH_VECTORS_ONLY").is_none() {
        for key in listed.0.keys().filter(|key| !seen.contains(*key)) {
            failures += 1;
            println!("\n-- {} | {} | {} | {}: listed, but it agrees now", key.0, key.1, key.2, key.3);
        }
    }
    failures
}
