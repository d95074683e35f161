//! What is wrong: problems of the files and findings of the rules, each with its place.

use super::detail;
use crate::engine::lint::Safety;
use crate::source::Severity;
use crate::tui::data::Data;
use crate::tui::line::{Line, Target};
use crate::tui::theme::Tone;

/// The messages.
pub fn rows(data: &Data) -> Vec<String> {
    data.findings().iter().map(|finding| finding.message.clone()).collect()
}

/// The word and the tone of a severity.
pub fn severity(severity: Severity) -> (Tone, &'static str) {
    match severity {
        Severity::Error => (Tone::Bad, "error"),
        Severity::Warning => (Tone::Warn, "warning"),
        Severity::Note => (Tone::Dim, "note"),
    }
}

/// The severity and the place.
pub fn columns(data: &Data, row: usize) -> Vec<(Tone, String)> {
    let Some(finding) = data.findings().get(row) else { return Vec::new() };
    let (tone, word) = severity(finding.severity);
    let at = finding.place.and_then(|place| data.at(place)).unwrap_or_default();
    vec![(tone, word.to_owned()), (Tone::Dim, at)]
}

/// The finding with its lines of the file.
pub fn detail(data: &Data, row: usize) -> Vec<Line> {
    let Some(finding) = data.findings().get(row) else { return Vec::new() };
    let (tone, word) = severity(finding.severity);
    let mut lines = vec![Line::new(tone, word).and(Tone::Plain, format!("  {}", finding.message))];
    if let Some(place) = finding.place {
        lines.push(detail::at(data, Line::new(Tone::Plain, "at"), Some(place)).to(Target::Place(place)));
        lines.push(Line::blank());
        lines.extend(data.excerpt(place, 3));
    }
    if let Some(help) = &finding.help {
        lines.push(Line::blank());
        lines.push(Line::new(Tone::Dim, "help: ").and(Tone::Plain, help));
    }
    if let Some(fix) = &finding.fix {
        lines.push(Line::blank());
        let asks = if fix.safety == Safety::Safe { "changes no verdict" } else { "asks first: it changes what somebody may do" };
        lines.push(Line::new(Tone::Dim, "fix: ").and(Tone::Plain, &fix.title).and(Tone::Dim, format!("  (`F`; {asks})")));
    }
    if let Some(target) = finding.place.and_then(|place| data.entry_at(place)) {
        lines.push(Line::blank());
        if let Some((pane, name)) = super::Pane::of(&target) {
            lines.push(Line::new(Tone::Dim, format!("in {} ", pane.entry())).and(Tone::Name, name).to(target.clone()));
        }
    }
    lines
}

/// What was found about an entry, at the end of its detail.
pub fn about(data: &Data, pane: super::Pane, name: &str, lines: &mut Vec<Line>) {
    let mut found = data.findings_of(pane, name).peekable();
    if found.peek().is_none() {
        return;
    }
    lines.push(Line::blank());
    lines.push(Line::heading("findings"));
    detail::listed(lines, found, |(row, finding)| {
        let (tone, word) = severity(finding.severity);
        Line::new(Tone::Plain, "  ").and(tone, word).and(Tone::Plain, format!("  {}", finding.message)).to(Target::Finding(row))
    });
}
