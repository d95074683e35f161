//! The house stands as the crate's front page says: arrows point down, the engine is pure, files are short.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// From the ground up; modules of one row may use each other. The command line and the panes never meet.
const LAYERS: [&[&str]; 8] = [&["source"], &["yaml"], &["engine"], &["workspace"], &["report"], &["guide"], &["cli"], &["tui"]];

/// Inside the engine, from the ground up.
const ENGINE: [&[&str]; 9] = [
    &["pattern", "model"],
    &["catalog"],
    &["cluster"],
    // a gate answers in the words of a verdict, and a verdict is of a request
    &["request", "evaluate"],
    &["change"],
    &["scenario"],
    &["compare"],
    &["explain", "tune", "convert", "review", "export"],
    &["lint"],
];

/// What only the layers above the engine may touch.
const OUTSIDE: [&str; 8] = ["std::fs", "std::env", "std::net", "std::process", "SystemTime::now", "Instant::now", "stdout()", "println!"];

/// Longer than about 400 lines, each for a reason.
const LONG: [(&str, &str); 1] = [("src/engine/model/opensearch/read.rs", "one reader a document, all of them alike")];

fn files(below: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    let mut open = vec![below.to_owned()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                out.push(path);
            }
        }
    }
    out.sort();
    out
}

/// The code without comments and without its unit tests.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// The first name behind every `prefix`, groups in braces included.
fn uses(code: &str, prefix: &str) -> Vec<String> {
    let name = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut out = Vec::new();
    for (at, _) in code.match_indices(prefix) {
        let rest = &code[at + prefix.len()..];
        match rest.strip_prefix('{') {
            None => out.push(name(rest)),
            Some(group) => {
                let (mut depth, mut start) = (0, true);
                for (at, c) in group.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => start = true,
                        c if start && depth == 0 && !c.is_whitespace() => {
                            out.push(name(&group[at..]));
                            start = false;
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    out
}

fn rank(rows: &[&[&str]], name: &str) -> Option<usize> {
    rows.iter().position(|row| row.contains(&name))
}

fn arrows_point_down(root: &Path, prefix: &str, rows: &[&[&str]]) -> Vec<String> {
    let mut wrong = Vec::new();
    for path in files(root) {
        let relative = path.strip_prefix(root).unwrap();
        let module = relative.iter().next().unwrap().to_string_lossy().trim_end_matches(".rs").to_owned();
        if matches!(module.as_str(), "lib" | "main" | "mod") {
            continue;
        }
        let Some(from) = rank(rows, &module) else {
            wrong.push(format!("`{module}` stands in no layer"));
            continue;
        };
        for used in uses(&code(&path), prefix) {
            let Some(to) = rank(rows, &used) else { continue };
            if used != module && (to > from || (module == "tui" && used == "cli")) {
                wrong.push(format!("{}: `{module}` uses `{used}`", path.display()));
            }
        }
    }
    wrong
}

#[test]
fn arrows_point_down_only() {
    assert_eq!(arrows_point_down(Path::new("src"), "crate::", &LAYERS), Vec::<String>::new());
    assert_eq!(arrows_point_down(Path::new("src/engine"), "crate::engine::", &ENGINE), Vec::<String>::new());
}

#[test]
fn the_lower_layers_touch_nothing_outside() {
    let mut wrong = Vec::new();
    for root in ["src/engine", "src/yaml", "src/report"] {
        for path in files(Path::new(root)) {
            let code = code(&path);
            wrong.extend(OUTSIDE.iter().filter(|word| code.contains(*word)).map(|word| format!("{}: {word}", path.display())));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn only_the_editor_is_started_and_nothing_opens_a_connection() {
    let holding = |words: &[&str]| -> Vec<PathBuf> {
        let holds = |path: &PathBuf| words.iter().any(|word| code(path).contains(word));
        files(Path::new("src")).into_iter().filter(holds).collect()
    };
    assert_eq!(holding(&["Command::new(", "process::Command"]), [PathBuf::from("src/workspace/editor.rs")]);
    assert_eq!(holding(&["std::net", "TcpStream", "UdpSocket", "UnixStream"]), Vec::<PathBuf>::new());
    assert_eq!(holding(&["\"sh\"", "\"bash\"", "\"cmd\"", "/bin/"]), Vec::<PathBuf>::new(), "a shell");
}

#[test]
fn anyhow_stays_at_the_top() {
    let wrong: Vec<_> = files(Path::new("src"))
        .into_iter()
        .filter(|path| {
            code(path).contains("anyhow")
                && !path.starts_with("src/cli")
                && !path.starts_with("src/tui")
                && path != Path::new("src/main.rs")
        })
        .collect();
    assert_eq!(wrong, Vec::<PathBuf>::new());
}

#[test]
fn files_stay_short() {
    let lengths: BTreeMap<PathBuf, usize> =
        files(Path::new("src")).into_iter().map(|path| (path.clone(), fs::read_to_string(&path).unwrap().lines().count())).collect();
    let long: Vec<_> =
        lengths.iter().filter(|(path, lines)| **lines > 450 && !LONG.iter().any(|(known, _)| Path::new(known) == path.as_path())).collect();
    assert_eq!(long, Vec::<(&PathBuf, &usize)>::new());
    let stale: Vec<_> = LONG.iter().filter(|(known, _)| lengths.get(Path::new(known)).is_none_or(|lines| *lines <= 400)).collect();
    assert_eq!(stale, Vec::<&(&str, &str)>::new(), "no longer long");
}

#[test]
fn the_scanner_sees_groups() {
    let code = "use crate::engine::{a::B, c::{D, E}, f};\nuse crate::g::H;";
    assert_eq!(uses(code, "crate::"), ["engine", "g"]);
    assert_eq!(uses(code, "crate::engine::"), ["a", "c", "f"]);
}
