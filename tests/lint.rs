//! Every rule finds its wrong example, exactly at the marked lines, and nothing in its right one.

mod common {
    pub mod lint_workspace;
}

use common::lint_workspace::{Workspace, marked_lines};
use rolesmith::engine::lint::{RULES, Settings};
use rolesmith::engine::model::Product;

#[test]
fn every_rule_finds_its_wrong_example_and_not_its_right_one() {
    let mut wrong = Vec::new();
    for rule in RULES {
        let about = rule.about();
        let product = *about.products.iter().find(|product| **product == Product::OpenSearch3_4).or(about.products.last()).unwrap();
        for (example, is_wrong) in [(about.wrong, true), (about.right, false)] {
            let workspace = Workspace::of_example(example, product);
            let report = workspace.lint(&Settings::default());
            let mut lines: Vec<(String, u32)> =
                report.findings.iter().filter(|finding| finding.rule == about.id).map(|finding| workspace.line(finding)).collect();
            lines.sort();
            lines.dedup();
            let expected = if is_wrong { marked_lines(example) } else { Vec::new() };
            if lines != expected || (is_wrong && expected.is_empty()) {
                wrong.push(format!("{} ({}): found {lines:?}, marked {expected:?}", about.id, if is_wrong { "wrong" } else { "right" }));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn ids_are_unique_sorted_and_kebab_case() {
    let ids: Vec<&str> = RULES.iter().map(|rule| rule.about().id).collect();
    assert!(
        ids.is_sorted() && ids.iter().all(|id| id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')),
        "{ids:?}"
    );
    let mut unique = ids.clone();
    unique.dedup();
    assert_eq!(unique.len(), ids.len());
}
