//! Signs that stand beside the words, with a fallback for terminals without Unicode.

use ratatui::symbols::border;

/// The signs of the panes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Symbols {
    /// In place of what does not fit.
    pub ellipsis: &'static str,
    /// Before the row under the cursor.
    pub cursor: &'static str,
    /// Before a marked row.
    pub mark: &'static str,
    /// Between the steps of the breadcrumb and of a chain.
    pub step: &'static str,
    /// A filled and an empty part of a bar.
    pub bar: (&'static str, &'static str),
    /// More rows above and below.
    pub more: (&'static str, &'static str),
    /// Between two facts on one line.
    pub dot: &'static str,
    /// Before a branch of a tree, and before its last one.
    pub branch: (&'static str, &'static str),
    /// Beside what hangs on a branch that is not the last.
    pub trunk: &'static str,
    /// Borders.
    pub border: border::Set<'static>,
}

impl Symbols {
    /// For terminals that show Unicode.
    pub const UNICODE: Symbols = Symbols {
        ellipsis: "…",
        cursor: "▸",
        mark: "●",
        step: " › ",
        bar: ("█", "░"),
        more: ("↑", "↓"),
        dot: "·",
        branch: ("├ ", "└ "),
        trunk: "│ ",
        border: border::ROUNDED,
    };

    /// For terminals that do not.
    pub const ASCII: Symbols = Symbols {
        ellipsis: "~",
        cursor: ">",
        mark: "*",
        step: " > ",
        bar: ("#", "."),
        more: ("^", "v"),
        dot: "|",
        branch: ("|-", "`-"),
        trunk: "| ",
        border: border::Set {
            top_left: "+",
            top_right: "+",
            bottom_left: "+",
            bottom_right: "+",
            vertical_left: "|",
            vertical_right: "|",
            horizontal_top: "-",
            horizontal_bottom: "-",
        },
    };
}
