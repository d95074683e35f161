//! Problems and findings as text: place, message, the line, advice.

use super::{Locate, escape};
use crate::engine::lint::Finding;
use crate::source::{Problem, Severity};

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

/// A problem: `file:line:col: error: message`, the line with a mark below it, the advice.
pub fn problem_text(problem: &Problem, locate: Locate<'_>) -> String {
    let spot = problem.place.and_then(locate);
    body(word(problem.severity), &problem.message, problem.help.as_deref(), spot)
}

/// A finding of the linter, with its rule behind the message.
pub fn finding_text(finding: &Finding, locate: Locate<'_>) -> String {
    let spot = finding.place.and_then(locate);
    body(word(finding.severity), &format!("{} [{}]", finding.message, finding.rule), finding.help.as_deref(), spot)
}

fn body(word: &str, message: &str, help: Option<&str>, spot: Option<super::Spot>) -> String {
    let mut out = String::new();
    match &spot {
        Some(spot) => {
            out.push_str(&format!("{spot}: {word}: {message}\n"));
            let line: String = spot.text.chars().take(160).collect();
            if (spot.col as usize) <= line.chars().count() {
                let lead: String = line.chars().take(spot.col as usize - 1).map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
                out.push_str(&format!("  | {}\n  | {}^\n", line.replace('\t', " "), lead.replace('\t', " ")));
            }
        }
        None => out.push_str(&format!("{word}: {message}\n")),
    }
    if let Some(help) = help {
        out.push_str(&format!("  = help: {help}\n"));
    }
    escape(&out)
}
