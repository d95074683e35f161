//! The linter's outputs: SARIF against its schema, GitHub's commands, fixes, baselines, the guide.

mod common {
    pub mod lint_workspace;
}

use std::path::Path;
use std::process::{Command, Output};

use common::lint_workspace::Workspace;
use rolesmith::engine::lint::{RULES, Settings};
use rolesmith::engine::model::Product;
use rolesmith::report::{Spot, findings_sarif, rules_markdown};
use rolesmith::source::LineIndex;
use serde_json::Value;

/// What of JSON Schema draft 4 the SARIF schema uses, as far as our output meets it.
fn violations(schema: &Value, root: &Value, value: &Value, at: &str, out: &mut Vec<String>) {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = root.pointer(reference.trim_start_matches('#')).unwrap_or_else(|| panic!("no {reference}"));
        return violations(target, root, value, at, out);
    }
    if let Some(kind) = schema["type"].as_str() {
        let fits = match kind {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "integer" => value.is_i64() || value.is_u64(),
            "number" => value.is_number(),
            "boolean" => value.is_boolean(),
            "null" => value.is_null(),
            _ => true,
        };
        if !fits {
            out.push(format!("{at}: not of type {kind}"));
        }
    }
    if let Some(allowed) = schema["enum"].as_array()
        && !allowed.contains(value)
    {
        out.push(format!("{at}: {value} is none of {allowed:?}"));
    }
    if let (Some(least), Some(number)) = (schema["minimum"].as_i64(), value.as_i64())
        && number < least
    {
        out.push(format!("{at}: {number} is below {least}"));
    }
    for required in schema["required"].as_array().into_iter().flatten() {
        if value.get(required.as_str().unwrap()).is_none() {
            out.push(format!("{at}: {required} is missing"));
        }
    }
    if let Some(choices) = schema["anyOf"].as_array() {
        let fits = |choice: &Value| {
            let mut inner = Vec::new();
            violations(choice, root, value, at, &mut inner);
            inner.is_empty()
        };
        if !choices.iter().any(fits) {
            out.push(format!("{at}: none of the choices fits"));
        }
    }
    for (name, item) in value.as_object().into_iter().flatten() {
        match schema["properties"].get(name) {
            Some(inner) => violations(inner, root, item, &format!("{at}/{name}"), out),
            None if schema["additionalProperties"] == Value::Bool(false) => out.push(format!("{at}: unknown property {name}")),
            None => {}
        }
    }
    if let (Some(items), Some(inner)) = (value.as_array(), schema.get("items")) {
        for (number, item) in items.iter().enumerate() {
            violations(inner, root, item, &format!("{at}/{number}"), out);
        }
        if schema["uniqueItems"] == Value::Bool(true) && (1..items.len()).any(|at| items[..at].contains(&items[at])) {
            out.push(format!("{at}: items repeat"));
        }
    }
}

/// What each rule is told to find, by its id.
fn wrong_examples() -> impl Iterator<Item = (&'static str, Workspace)> {
    RULES.iter().map(|rule| {
        let about = rule.about();
        (about.id, Workspace::of_example(about.wrong, *about.products.last().unwrap()))
    })
}

fn spot(workspace: &Workspace, place: rolesmith::source::Place) -> Spot {
    let (name, _, document, _) = &workspace.files[place.file.0 as usize];
    let at = LineIndex::new(document.bytes()).line_col(document.bytes(), place.span.start as usize);
    Spot { file: name.clone(), line: at.line, col: at.col, text: String::new() }
}

#[test]
fn sarif_holds_to_its_schema() {
    let schema: Value = serde_json::from_slice(&std::fs::read("tests/fixtures/sarif/sarif-schema-2.1.0.json").unwrap()).unwrap();
    let mut results = 0;
    for (id, workspace) in wrong_examples() {
        let report = workspace.lint(&Settings::default());
        let locate = |place| Some(spot(&workspace, place));
        let sarif = findings_sarif(&report.findings, &locate);
        let mut wrong = Vec::new();
        violations(&schema, &schema, &sarif, "", &mut wrong);
        assert!(wrong.is_empty(), "{id}: {wrong:?}");
        results += sarif["runs"][0]["results"].as_array().unwrap().len();
    }
    assert!(results > 60, "{results}");
}

/// The published schema, as the program prints it, on what every rule finds in its wrong example.
#[test]
fn json_holds_to_its_published_schema() {
    let directory = tempfile::tempdir().unwrap();
    let printed = rolesmith(directory.path(), &["schema", "lint"]);
    let schema: Value = serde_json::from_slice(&printed.stdout).unwrap();
    let (mut results, mut changes) = (0, 0);
    for (id, workspace) in wrong_examples() {
        let report = workspace.lint(&Settings::default());
        let locate = |place| Some(spot(&workspace, place));
        let json = rolesmith::report::findings_json(&report.findings, &locate);
        let mut wrong = Vec::new();
        violations(&schema, &schema, &json, "", &mut wrong);
        assert!(wrong.is_empty(), "{id}: {wrong:?}");
        results += json["findings"].as_array().unwrap().len();
        changes += json["findings"].as_array().unwrap().iter().filter(|finding| finding["changes"].is_array()).count();
    }
    assert!(results > 60 && changes > 10, "{results} {changes}");
    let mut wrong = Vec::new();
    violations(&schema, &schema, &serde_json::json!({ "schema": "rolesmith/lint/1", "findings": [{ "rule": 1 }] }), "", &mut wrong);
    assert!(!wrong.is_empty());
    assert_eq!(rolesmith(directory.path(), &["schema", "nothing"]).status.code(), Some(2));
}

#[test]
fn the_schema_check_can_fail() {
    let schema: Value = serde_json::from_slice(&std::fs::read("tests/fixtures/sarif/sarif-schema-2.1.0.json").unwrap()).unwrap();
    for broken in [
        serde_json::json!({ "version": "2.1.0" }),
        serde_json::json!({ "version": "2.0", "runs": [] }),
        serde_json::json!({ "version": "2.1.0", "runs": [{ "tool": { "driver": {} } }] }),
        serde_json::json!({ "version": "2.1.0", "runs": [{ "tool": { "driver": { "name": "x" } }, "results": [{ "message": { "text": "x" }, "level": "bad" }] }] }),
    ] {
        let mut wrong = Vec::new();
        violations(&schema, &schema, &broken, "", &mut wrong);
        assert!(!wrong.is_empty(), "{broken}");
    }
}

#[test]
fn the_guide_lists_every_rule() {
    let page = std::fs::read_to_string("assets/guide/lint.md").unwrap();
    assert!(page.contains(&rules_markdown()), "put this table into assets/guide/lint.md:\n{}", rules_markdown());
}

#[test]
fn every_rule_applies_somewhere_and_both_families_have_rules() {
    for product in Product::ALL {
        let count = RULES.iter().filter(|rule| rule.about().products.contains(&product)).count();
        assert!(count >= 25, "{product}: {count}");
    }
}

fn rolesmith(directory: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rolesmith")).args(args).current_dir(directory).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

const ROLES: &str = "_meta: { type: roles, config_version: 2 }\r\n# kept\r\nanalyst:\r\n  cluster_permissions:\r\n    - cluster_monitor # one\r\n    - cluster_monitor # two\r\n    - cluster:monitr/health\r\n";

#[test]
fn a_fix_changes_only_its_lines_and_the_rest_stays_a_finding() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("roles.yml");
    std::fs::write(&file, ROLES).unwrap();
    let output = rolesmith(directory.path(), &["lint", ".", "--product", "opensearch-3.4", "--fix"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), ROLES.replace("    - cluster_monitor # two\r\n", ""));
    let shown = String::from_utf8(output.stderr.clone()).unwrap();
    assert!(shown.contains("-    - cluster_monitor # two") && shown.contains("1 safe fixes applied"), "{shown}");
    assert!(out(&output).contains("unknown-action") && !out(&output).contains("duplicate-item"));
}

#[test]
fn a_baseline_hides_old_findings_and_no_new_ones() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("roles.yml");
    std::fs::write(&file, ROLES).unwrap();
    let json = rolesmith(directory.path(), &["lint", ".", "--format", "json"]);
    assert_eq!(json.status.code(), Some(1));
    std::fs::write(directory.path().join("old.json"), &json.stdout).unwrap();
    let again = rolesmith(directory.path(), &["lint", ".", "--baseline", "old.json"]);
    assert_eq!(again.status.code(), Some(0), "{}", out(&again));
    assert!(out(&again).contains("2 in the baseline"), "{}", out(&again));
    // lines move, and one mistake comes in
    std::fs::write(&file, ROLES.replace("# kept", "# kept\r\n# and more") + "    - raed\r\n").unwrap();
    let new = rolesmith(directory.path(), &["lint", ".", "--baseline", "old.json"]);
    assert_eq!(out(&new).matches(": note: ").count() + out(&new).matches(": error: ").count(), 1, "{}", out(&new));
    assert_eq!(rolesmith(directory.path(), &["lint", ".", "--baseline", "roles.yml"]).status.code(), Some(2));
}

#[test]
fn github_gets_annotations_and_explain_says_why() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("roles.yml"), ROLES).unwrap();
    let github = out(&rolesmith(directory.path(), &["lint", ".", "--format", "github"]));
    assert!(
        github.lines().any(|line| line.starts_with("::error file=") && line.contains("roles.yml,line=7,col=7,title=unknown-action::")),
        "{github}"
    );
    let text = out(&rolesmith(directory.path(), &["lint", "--explain", "grants-nothing"]));
    assert!(text.contains("wrong:") && text.contains("right:"), "{text}");
    assert_eq!(rolesmith(directory.path(), &["lint", "--explain", "no-such"]).status.code(), Some(2));
    let list = out(&rolesmith(directory.path(), &["lint", "--explain"]));
    assert!(RULES.iter().all(|rule| list.contains(rule.about().id)), "{list}");
}

/// Every kind of mistake has a rule for every product that knows the thing, or the guide says why not.
#[test]
fn the_guide_names_for_each_kind_of_mistake_the_rules_of_every_product() {
    use rolesmith::engine::lint::{ELASTICSEARCH, OPENSEARCH, find};
    let page = std::fs::read_to_string("assets/guide/lint.md").unwrap();
    let table = page.split("## What operators get wrong").nth(1).unwrap().split("## Rules").next().unwrap();
    let rows: Vec<Vec<&str>> = table
        .lines()
        .filter(|line| line.starts_with("| "))
        .skip(1)
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    assert_eq!(rows.len(), 27, "the kinds of the collection");
    let mut named = 0;
    for row in &rows {
        let [kind, opensearch, elasticsearch] = row.as_slice() else { panic!("{row:?}") };
        for (cell, family) in [(opensearch, OPENSEARCH), (elasticsearch, ELASTICSEARCH)] {
            let rules: Vec<_> = cell.split('`').skip(1).step_by(2).filter_map(find).collect();
            let reason = cell.starts_with("no ");
            assert!(reason || !rules.is_empty(), "{kind}: neither a rule nor a reason in `{cell}`");
            for product in family.iter().filter(|_| !reason) {
                assert!(rules.iter().any(|rule| rule.about().products.contains(product)), "{kind}: no rule for {product}");
            }
            named += rules.len();
        }
    }
    assert!(named > 90, "{named}");
}
