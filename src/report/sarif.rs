//! The linter's findings as SARIF 2.1.0, for code scanning.

use serde_json::{Value, json};

use super::Locate;
use crate::engine::lint::{Finding, RULES};
use crate::source::Severity;

/// One run with every rule that found something.
pub fn findings_sarif(findings: &[Finding], locate: Locate<'_>) -> Value {
    let level = |severity| match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let rules: Vec<Value> = RULES
        .iter()
        .map(|rule| rule.about())
        .filter(|about| findings.iter().any(|finding| finding.rule == about.id))
        .map(|about| {
            json!({
                "id": about.id,
                "shortDescription": { "text": about.title },
                "fullDescription": { "text": about.why },
                "defaultConfiguration": { "level": level(about.severity) },
            })
        })
        .collect();
    let results: Vec<Value> = findings
        .iter()
        .map(|finding| {
            let message = match &finding.help {
                Some(help) => format!("{} ({help})", finding.message),
                None => finding.message.clone(),
            };
            let mut result = json!({ "ruleId": finding.rule, "level": level(finding.severity), "message": { "text": message } });
            if let Some(spot) = finding.place.and_then(locate) {
                result["locations"] = json!([{ "physicalLocation": {
                    "artifactLocation": { "uri": spot.file },
                    "region": { "startLine": spot.line, "startColumn": spot.col },
                } }]);
            }
            result
        })
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "rolesmith", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "results": results,
        }],
    })
}
