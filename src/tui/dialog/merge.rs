//! Both sides changed the same entries: which side wins, entry by entry.

use crate::engine::change::EntryKind;
use crate::tui::line::Line;
use crate::tui::open::pane_of;
use crate::tui::theme::Tone;

/// One entry that both sides changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What it is.
    pub kind: EntryKind,
    /// Its name.
    pub name: String,
    /// What was done to it here, a change a line.
    pub mine: Vec<String>,
    /// Its text on disk; none when it is gone there.
    pub theirs: Option<String>,
    /// Whether the disk wins.
    pub take_theirs: bool,
}

/// The entries, with a cursor.
#[derive(Debug, Clone, Default)]
pub struct Merge {
    /// The entries.
    pub rows: Vec<Row>,
    /// The one under the cursor.
    pub cursor: usize,
}

impl Merge {
    /// Let the other side win the entry under the cursor.
    pub fn turn(&mut self) {
        if let Some(row) = self.rows.get_mut(self.cursor) {
            row.take_theirs = !row.take_theirs;
        }
    }

    /// The entries whose edits are given up.
    pub fn given_up(&self) -> Vec<(EntryKind, String)> {
        self.rows.iter().filter(|row| row.take_theirs).map(|row| (row.kind, row.name.clone())).collect()
    }

    /// The entries with both sides below each; the first line of the one under the cursor.
    pub fn lines(&self, sign: &str) -> (Vec<Line>, usize) {
        let mut lines =
            vec![Line::new(Tone::Plain, "These entries were edited here and changed on disk. Everything else merges by itself.")];
        let mut at = 0;
        for (index, row) in self.rows.iter().enumerate() {
            lines.push(Line::blank());
            let here = index == self.cursor;
            if here {
                at = lines.len();
            }
            let (tone, word) = if row.take_theirs { (Tone::Warn, "takes theirs") } else { (Tone::Changed, "keeps mine") };
            let entry = pane_of(row.kind).map_or("entry", |pane| pane.entry());
            lines.push(
                Line::new(Tone::Key, if here { format!("{sign} ") } else { "  ".to_owned() })
                    .and(Tone::Dim, format!("{entry} "))
                    .and(Tone::Name, &row.name)
                    .and(tone, format!("  {word}")),
            );
            lines.extend(row.mine.iter().map(|change| Line::new(Tone::Dim, "    mine    ").and(Tone::Plain, change)));
            match &row.theirs {
                Some(text) => {
                    lines.extend(text.lines().map(|line| Line::new(Tone::Dim, "    theirs  ").and(Tone::Plain, line)));
                }
                None => lines.push(Line::new(Tone::Dim, "    theirs  ").and(Tone::Bad, "deleted")),
            }
        }
        (lines, at)
    }
}
