//! Lines with a cursor, wrapped to a width: the detail, the help, everything that is read.

use ratatui::layout::Rect;

use super::escape::width;
use super::line::Line;
use super::theme::Tone;

/// One row on the screen, part of a line.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The line that it is part of.
    pub line: usize,
    /// Its text.
    pub spans: Vec<(Tone, String)>,
}

/// Lines, wrapped, with a cursor.
#[derive(Debug, Clone, Default)]
pub struct Scroll {
    lines: Vec<Line>,
    rows: Vec<Row>,
    columns: usize,
    height: usize,
    cursor: usize,
    offset: usize,
}

impl Scroll {
    /// Show `lines`.
    pub fn new(lines: Vec<Line>) -> Self {
        Scroll { lines, ..Scroll::default() }
    }

    /// Show other lines; the cursor stays where it is, clamped.
    pub fn set(&mut self, lines: Vec<Line>) {
        if lines != self.lines {
            self.lines = lines;
            self.columns = 0;
            self.cursor = self.cursor.min(self.lines.len().saturating_sub(1));
        }
    }

    /// Back to the first line.
    pub fn rewind(&mut self) {
        self.cursor = 0;
        self.offset = 0;
    }

    /// The lines.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Where the cursor is.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// The line under the cursor.
    pub fn line(&self) -> Option<&Line> {
        self.lines.get(self.cursor)
    }

    /// Put the cursor on a line, clamped.
    pub fn go(&mut self, to: usize) {
        self.cursor = to.min(self.lines.len().saturating_sub(1));
    }

    /// Move the cursor, clamped.
    pub fn step(&mut self, by: isize) {
        self.go(self.cursor.saturating_add_signed(by));
    }

    /// Move the window, which was fitted to its room, without a cursor.
    pub fn roll(&mut self, by: isize) {
        self.offset = self.offset.saturating_add_signed(by).min(self.rows.len().saturating_sub(self.height));
        // the first line that is there from its beginning, else the one that fills the window
        let begins = |at: &usize| *at == 0 || self.rows[at - 1].line != self.rows[*at].line;
        let shown = self.offset..(self.offset + self.height).min(self.rows.len());
        if let Some(row) = shown.clone().find(begins).or(shown.clone().next()) {
            self.cursor = self.rows[row].line;
        }
    }

    /// The line at a row of the screen.
    pub fn line_at(&self, row: usize) -> Option<usize> {
        self.rows.get(self.offset + row).map(|row| row.line)
    }

    /// Wrap to `columns` and keep the cursor within `height` rows.
    pub fn fit(&mut self, columns: usize, height: usize) {
        let (columns, height) = (columns.max(8), height.max(1));
        self.height = height;
        if columns != self.columns {
            self.columns = columns;
            self.rows = self.lines.iter().enumerate().flat_map(|(number, line)| wrap(number, line, columns)).collect();
        }
        let first = self.rows.partition_point(|row| row.line < self.cursor);
        let last = self.rows.partition_point(|row| row.line <= self.cursor).saturating_sub(1);
        // a line that fills the window may stand in it by any part
        let fills = first <= self.offset && last >= self.offset + height - 1;
        if last >= self.offset + height && !fills {
            self.offset = last + 1 - height;
        }
        if first < self.offset && !fills {
            self.offset = first;
        }
        self.offset = self.offset.min(self.rows.len().saturating_sub(height));
    }

    /// Fit to the inside of a dialog's frame.
    pub fn fit_frame(&mut self, frame: Rect) {
        self.fit(usize::from(frame.width.saturating_sub(4)), usize::from(frame.height.saturating_sub(2)));
    }

    /// The rows of the window.
    pub fn visible(&self, height: usize) -> &[Row] {
        let end = (self.offset + height).min(self.rows.len());
        self.rows.get(self.offset..end).unwrap_or_default()
    }

    /// How many rows there are above and below a window of `height`.
    pub fn beyond(&self, height: usize) -> (usize, usize) {
        (self.offset, self.rows.len().saturating_sub(self.offset + height))
    }

    /// Everything as text.
    pub fn text(&self) -> String {
        self.lines.iter().map(|line| line.text() + "\n").collect()
    }
}

fn wrap(number: usize, line: &Line, columns: usize) -> Vec<Row> {
    let text_width: usize = line.spans.iter().map(|(_, text)| width(text)).sum();
    if text_width <= columns {
        return vec![Row { line: number, spans: line.spans.clone() }];
    }
    let blanks = line.spans.iter().flat_map(|(_, text)| text.chars()).take_while(|c| *c == ' ').count();
    let indent = " ".repeat((blanks + 2).min(columns / 2));
    let mut rows = Vec::new();
    let (mut spans, mut used) = (Vec::<(Tone, String)>::new(), 0);
    let mut begun = false;
    // the blank behind the last word would stand outside
    let row = |spans: &mut Vec<(Tone, String)>| {
        if let Some((_, last)) = spans.last_mut() {
            last.truncate(last.trim_end().len());
        }
        Row { line: number, spans: std::mem::take(spans) }
    };
    for (tone, text) in &line.spans {
        for piece in text.split_inclusive([' ', ',', '/']) {
            let mut piece = piece.to_owned();
            let mut wide = width(piece.trim_end());
            if used + wide > columns && begun {
                rows.push(row(&mut spans));
                spans.push((Tone::Plain, indent.clone()));
                used = indent.len();
                begun = false;
                piece = piece.trim_start().to_owned();
                wide = width(piece.trim_end());
            }
            while used + wide > columns {
                let head = super::escape::cut(&piece, columns.saturating_sub(used), "").into_owned();
                if head.is_empty() && used <= indent.len() {
                    break;
                }
                piece = piece[head.len()..].to_owned();
                spans.push((*tone, head));
                rows.push(row(&mut spans));
                spans.push((Tone::Plain, indent.clone()));
                used = indent.len();
                wide = width(piece.trim_end());
            }
            used += width(&piece);
            begun = begun || !piece.trim().is_empty();
            match spans.last_mut() {
                Some((last, text)) if last == tone => text.push_str(&piece),
                _ => spans.push((*tone, piece)),
            }
        }
    }
    rows.push(Row { line: number, spans });
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_wrap_under_their_indent() {
        let mut scroll =
            Scroll::new(vec![Line::new(Tone::Plain, "  no permissions for [indices:data/read/search]"), Line::new(Tone::Dim, "next")]);
        scroll.fit(24, 10);
        let shown: Vec<String> = scroll.visible(10).iter().map(|row| row.spans.iter().map(|(_, text)| text.trim_end()).collect()).collect();
        assert_eq!(shown, ["  no permissions for", "    [indices:data/read/", "    search]", "next"]);
    }

    #[test]
    fn a_row_that_just_fits_is_no_wider_than_the_window() {
        let mut scroll = Scroll::new(vec![Line::new(Tone::Plain, "  this action requires the").and(Tone::Value, " privilege")]);
        scroll.fit(22, 10);
        let shown: Vec<String> = scroll.visible(10).iter().map(|row| row.spans.iter().map(|(_, text)| text.as_str()).collect()).collect();
        assert_eq!(shown, ["  this action requires", "    the privilege"]);
    }

    #[test]
    fn nothing_is_lost_when_a_word_is_longer_than_the_screen() {
        let mut scroll = Scroll::new(vec![Line::new(Tone::Plain, "日本".repeat(20))]);
        scroll.fit(9, 99);
        let text: String = scroll.visible(99).iter().flat_map(|row| row.spans.iter().map(|(_, text)| text.trim())).collect();
        assert_eq!(text, "日本".repeat(20));
    }

    #[test]
    fn the_window_follows_the_cursor_over_wrapped_rows() {
        let mut scroll = Scroll::new((0..20).map(|n| Line::new(Tone::Plain, format!("{n} {}", "x ".repeat(10)))).collect());
        scroll.fit(12, 6);
        scroll.go(10);
        scroll.fit(12, 6);
        assert!(scroll.visible(6).iter().any(|row| row.line == 10));
        assert_eq!(scroll.visible(6).last().map(|row| row.line), Some(10));
    }
}
