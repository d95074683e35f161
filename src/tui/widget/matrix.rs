//! The access matrix as a heat map with words.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::paint;
use crate::engine::evaluate::Outcome;
use crate::tui::dialog::matrix::{Across, Down, Matrix};
use crate::tui::escape::{fit, safe, width};
use crate::tui::simulation::word;
use crate::tui::state::State;
use crate::tui::theme::Tone;

fn title(state: &State, matrix: &Matrix) -> String {
    let across = match matrix.across {
        Across::Users => "users",
        Across::Roles => "roles held alone",
    };
    let down = match matrix.down {
        Down::Requests => "requests",
        Down::Actions => "actions",
    };
    let sorted = match matrix.by.and_then(|column| matrix.columns.get(column)) {
        Some(name) => format!("what {name} lacks first"),
        None => "as asked".to_owned(),
    };
    let frozen = if matrix.frozen > 0 { format!(" {} {} frozen", state.symbols.dot, matrix.frozen) } else { String::new() };
    format!("access matrix {dot} {across} by {down} {dot} {sorted}{frozen}", dot = state.symbols.dot)
}

/// The columns on the screen when `fits` of them do: the frozen ones, then a window with the cursor in it.
fn window(matrix: &Matrix, fits: usize) -> Vec<usize> {
    let frozen = matrix.frozen.min(fits.saturating_sub(1));
    let room = fits - frozen;
    let first = if matrix.column < frozen { frozen } else { (matrix.column + 1).saturating_sub(room).max(frozen) };
    (0..frozen).chain((first..matrix.columns.len()).take(room)).collect()
}

/// Draw the matrix over the whole screen.
pub fn draw(buffer: &mut Buffer, state: &State, matrix: &Matrix, area: Rect) {
    let inner = paint::over(buffer, state, area, &title(state, matrix), "");
    if matrix.rows.is_empty() || matrix.columns.is_empty() {
        let text = match matrix.across {
            Across::Roles if matrix.alone.is_none() && !matrix.rows.is_empty() => " Asking as each role...",
            _ => " No requests or users yet: in the simulator `n` types a request, `a` adds a user.",
        };
        paint::spans(buffer, state, (inner.x, inner.y), inner.width, &[(Tone::Dim, text.to_owned())], Style::new());
        return;
    }
    let widest = matrix.rows.iter().map(|row| width(&safe(&row.label))).max().unwrap_or(0) as u16 + 2;
    let label = widest.clamp(10, (inner.width / 3).max(10)).min(inner.width);
    let names = matrix.columns.iter().map(|name| width(&safe(name))).max().unwrap_or(0) as u16 + 1;
    let cell = names.clamp(9, 14);
    let shown = window(matrix, usize::from((inner.width - label) / cell));
    let x = |index: usize| inner.x + label + index as u16 * cell;
    for (index, &column) in shown.iter().enumerate() {
        let name = fit(&safe(&matrix.columns[column]), usize::from(cell) - 1, state.symbols.ellipsis);
        let tone = if column == matrix.column { Tone::Focus } else { Tone::Heading };
        paint::spans(buffer, state, (x(index), inner.y), cell, &[(tone, name)], Style::new());
    }
    let height = usize::from(inner.height.saturating_sub(2));
    for (index, row) in matrix.rows.iter().enumerate().skip(matrix.top).take(height) {
        let y = inner.y + 1 + (index - matrix.top) as u16;
        let here = index == matrix.row;
        let tone = if here { Tone::Focus } else { Tone::Plain };
        paint::spans(buffer, state, (inner.x, y), label - 1, &[(tone, safe(&row.label).into_owned())], Style::new());
        for (at, &column) in shown.iter().enumerate() {
            let outcome = row.cells.get(column).copied().flatten();
            let (tone, text) = match outcome {
                None => (Tone::Dim, "-"),
                some => word(some),
            };
            let sign = match outcome {
                Some(Outcome::Allowed) => state.symbols.bar.0,
                Some(_) => state.symbols.bar.1,
                None => " ",
            };
            let base = if here && column == matrix.column { state.theme().style(Tone::Cursor) } else { Style::new() };
            paint::fill(buffer, Rect { x: x(at), y, width: cell - 1, height: 1 }, base);
            paint::spans(buffer, state, (x(at), y), cell - 1, &[(tone, sign.to_owned()), (tone, text.to_owned())], base);
        }
    }
    let foot = inner.y + inner.height.saturating_sub(1);
    paint::spans(buffer, state, (inner.x, foot), label, &[(Tone::Dim, "allowed".to_owned())], Style::new());
    for (index, &column) in shown.iter().enumerate() {
        let asked = || matrix.rows.iter().filter_map(|row| row.cells.get(column).copied().flatten());
        let allowed = asked().filter(|outcome| *outcome == Outcome::Allowed).count();
        let text = format!("{allowed}/{}", asked().count());
        paint::spans(buffer, state, (x(index), foot), cell, &[(Tone::Dim, text)], Style::new());
    }
}
