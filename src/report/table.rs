//! A table as aligned text, Markdown or CSV.

use unicode_width::UnicodeWidthStr;

use super::escape;

/// Rows of cells under a head.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// The head.
    pub head: Vec<String>,
    /// The rows, each as long as the head.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// Columns padded to their widest cell.
    pub fn text(&self) -> String {
        let lines: Vec<Vec<String>> =
            std::iter::once(&self.head).chain(&self.rows).map(|row| row.iter().map(|cell| escape(cell)).collect()).collect();
        let columns = lines.iter().map(Vec::len).max().unwrap_or(0);
        let widths: Vec<usize> =
            (0..columns).map(|at| lines.iter().filter_map(|row| row.get(at)).map(|cell| cell.width()).max().unwrap_or(0)).collect();
        let mut out = String::new();
        for row in &lines {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                line.push_str(cell);
                line.extend(std::iter::repeat_n(' ', width - cell.width() + 2));
            }
            out.push_str(line.trim_end());
            out.push('\n');
        }
        out
    }

    /// A sentence for each row, for those who hear it: what the row is, then each cell behind its head.
    pub fn plain(&self) -> String {
        let line = |row: &Vec<String>| {
            let named = self.head.iter().zip(row).skip(1).filter(|(_, cell)| !cell.is_empty());
            let cells: Vec<String> = named
                .map(|(head, cell)| if head.is_empty() { escape(cell) } else { format!("{} {}", escape(head), escape(cell)) })
                .collect();
            let first = row.first().map(|cell| escape(cell)).unwrap_or_default();
            let head = self.head.first().map(|head| escape(head)).unwrap_or_default();
            format!("{head} {first}: {}.\n", cells.join(", "))
        };
        self.rows.iter().map(line).collect()
    }

    /// A pipe table.
    pub fn markdown(&self) -> String {
        let line = |row: &[String]| {
            let cells: Vec<String> = row.iter().map(|cell| escape(cell).replace('|', "\\|").replace('\n', " ")).collect();
            format!("| {} |\n", cells.join(" | "))
        };
        let rule = format!("|{}\n", " --- |".repeat(self.head.len()));
        std::iter::once(line(&self.head)).chain([rule]).chain(self.rows.iter().map(|row| line(row))).collect()
    }

    /// Comma-separated; cells are quoted where needed, and those that a spreadsheet would compute get a quote
    /// mark before them.
    pub fn csv(&self) -> String {
        let cell = |cell: &String| {
            let cell = if cell.starts_with(['=', '+', '-', '@']) && cell.len() > 1 { format!("'{cell}") } else { cell.clone() };
            if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
        };
        let line = |row: &Vec<String>| row.iter().map(cell).collect::<Vec<_>>().join(",") + "\n";
        std::iter::once(&self.head).chain(&self.rows).map(line).collect()
    }
}
