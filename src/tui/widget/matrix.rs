//! The access matrix as a heat map with words.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::paint;
use crate::engine::evaluate::Outcome;
use crate::tui::dialog::matrix::Matrix;
use crate::tui::escape::{fit, safe, width};
use crate::tui::simulation::{Simulation, word};
use crate::tui::state::State;
use crate::tui::theme::Tone;

/// The matrix as CSV, a row for each request.
pub fn csv(simulation: &Simulation) -> String {
    let quote = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut out = String::from("request");
    for subject in &simulation.subjects {
        out.push(',');
        out.push_str(&quote(&subject.user));
    }
    out.push('\n');
    for (row, asked) in simulation.requests.iter().enumerate() {
        out.push_str(&quote(&asked.label()));
        for column in 0..simulation.subjects.len() {
            let outcome = simulation.verdict(row, column).map(|verdict| verdict.outcome.word());
            out.push(',');
            out.push_str(outcome.unwrap_or(""));
        }
        out.push('\n');
    }
    out
}

/// Draw the matrix over the whole screen, its first row and column frozen.
pub fn draw(buffer: &mut Buffer, state: &State, matrix: &Matrix, area: Rect) {
    let simulation = &state.simulation;
    let sorted = match matrix.by.and_then(|column| simulation.subjects.get(column)) {
        Some(subject) => format!("what {} lacks first", subject.user),
        None => "as asked".to_owned(),
    };
    let title = format!("access matrix {} {sorted}", state.symbols.dot);
    let inner = paint::over(buffer, state, area, &title, "o sorts, y copies as CSV, esc closes");
    if simulation.requests.is_empty() || simulation.subjects.is_empty() {
        let text = " No requests or users yet: in the simulator `n` types a request, `a` adds a user.".to_owned();
        paint::spans(buffer, state, (inner.x, inner.y), inner.width, &[(Tone::Dim, text)], Style::new());
        return;
    }
    let widest = simulation.requests.iter().map(|asked| width(&safe(&asked.label()))).max().unwrap_or(0) as u16 + 2;
    let label = widest.clamp(10, (inner.width / 3).max(10)).min(inner.width);
    let cell = 9u16;
    let fits = usize::from((inner.width - label) / cell);
    let users = || simulation.subjects.iter().enumerate().skip(matrix.left).take(fits);
    for (index, (_, subject)) in users().enumerate() {
        let name = fit(&safe(&subject.user), usize::from(cell) - 1, state.symbols.ellipsis);
        paint::spans(buffer, state, (inner.x + label + index as u16 * cell, inner.y), cell, &[(Tone::Heading, name)], Style::new());
    }
    let bar_row = inner.y + inner.height.saturating_sub(1);
    for (index, row) in matrix.order(simulation).into_iter().skip(matrix.top).take(usize::from(inner.height.saturating_sub(2))).enumerate()
    {
        let y = inner.y + 1 + index as u16;
        let name = simulation.requests[row].label();
        paint::spans(buffer, state, (inner.x, y), label - 1, &[(Tone::Plain, safe(&name).into_owned())], Style::new());
        for (index, (column, _)) in users().enumerate() {
            let outcome = simulation.verdict(row, column).map(|verdict| verdict.outcome);
            let (tone, text) = word(outcome);
            let sign = match outcome {
                Some(Outcome::Allowed) => state.symbols.bar.0,
                _ => state.symbols.bar.1,
            };
            let spans = [(tone, sign.to_owned()), (tone, text.to_owned())];
            paint::spans(buffer, state, (inner.x + label + index as u16 * cell, y), cell - 1, &spans, Style::new());
        }
    }
    let mut spans = vec![(Tone::Dim, fit("allowed", usize::from(label), state.symbols.ellipsis))];
    for column in users() {
        let allowed = (0..simulation.requests.len())
            .filter(|row| simulation.verdict(*row, column.0).is_some_and(|verdict| verdict.outcome == Outcome::Allowed))
            .count();
        spans.push((Tone::Dim, fit(&format!("{allowed}/{}", simulation.requests.len()), usize::from(cell), state.symbols.ellipsis)));
    }
    paint::spans(buffer, state, (inner.x, bar_row), inner.width, &spans, Style::new());
}
