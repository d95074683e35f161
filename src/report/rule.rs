//! A rule of the linter in words: for `lint --explain` and for the guide.

use crate::engine::lint::{About, RULES};
use crate::engine::model::Product;
use crate::source::Severity;

fn severity(about: &About) -> &'static str {
    match about.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn products(about: &About) -> &'static str {
    let has = |elasticsearch| about.products.iter().any(|product: &Product| product.is_elasticsearch() == elasticsearch);
    match (has(false), has(true)) {
        (true, true) => "every product",
        (true, false) => "OpenSearch, Open Distro",
        _ => "Elasticsearch",
    }
}

/// Everything that a rule says about itself.
pub fn rule_text(about: &About) -> String {
    format!(
        "{}: {}\n\n{}, {}; {}\n\n{}\n\nwrong:\n\n{}\nright:\n\n{}",
        about.id,
        about.title,
        severity(about),
        about.confidence.word(),
        products(about),
        about.why,
        indented(about.wrong),
        indented(about.right)
    )
}

/// One line a rule, as a Markdown table.
pub fn rules_markdown() -> String {
    let mut out = String::from("| rule | finds | severity | for |\n|---|---|---|---|\n");
    for about in RULES.iter().map(|rule| rule.about()) {
        out.push_str(&format!("| `{}` | {} | {} | {} |\n", about.id, about.title, severity(&about), products(&about)));
    }
    out
}

/// The marks of the tests are words of the example.
fn indented(example: &str) -> String {
    example.lines().map(|line| format!("    {line}\n")).collect()
}
