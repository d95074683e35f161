//! Where versions, evaluators and narrowing answer differently.

use crate::tui::dialog::Dialog;
use crate::tui::dialog::reader::Reader;
use crate::tui::event::{Grid, Question};
use crate::tui::line::Line;
use crate::tui::simulation::word;
use crate::tui::theme::Tone;

/// The differences, one request of one user after the other.
pub fn dialog(found: &[(&'static str, Grid)], question: &Question) -> Dialog {
    let mut lines = Vec::new();
    let mut differing = 0;
    for (row, request) in question.requests.iter().enumerate() {
        for (column, subject) in question.subjects.iter().enumerate() {
            let outcomes: Vec<_> = found
                .iter()
                .map(|(name, grid)| {
                    let verdict = grid.get(column).and_then(|cells| cells.get(row)).and_then(Option::as_ref);
                    (*name, verdict.map(|verdict| verdict.outcome))
                })
                .collect();
            if outcomes.windows(2).all(|pair| matches!(pair, [(_, one), (_, other)] if one == other)) {
                continue;
            }
            differing += 1;
            lines.push(Line::new(Tone::Name, &subject.user).and(Tone::Plain, format!("  {} {}", request.method, request.path)));
            let mut left = outcomes;
            while let Some((_, outcome)) = left.first().copied() {
                let (same, others): (Vec<_>, Vec<_>) = left.into_iter().partition(|(_, other)| *other == outcome);
                let (tone, text) = word(outcome);
                let names: Vec<&str> = same.into_iter().map(|(name, _)| name).collect();
                lines.push(Line::new(tone, format!("    {text:8}")).and(Tone::Dim, names.join(", ")));
                left = others;
            }
        }
    }
    let asked = question.requests.len() * question.subjects.len();
    let names: Vec<&str> = found.iter().map(|(name, _)| *name).collect();
    let note = format!("{differing} of {asked} verdicts differ between {}", names.join(", "));
    lines.insert(0, Line::new(Tone::Dim, note));
    lines.insert(1, Line::blank());
    Dialog::Reader(Reader::new("versions, evaluators, narrowing", lines))
}
