//! A list's state: names, filter, order, cursor, marks.

use std::collections::BTreeSet;

use super::filter::Filter;

/// The order of the rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// As in the file; with a filter, the best match first.
    #[default]
    File,
    /// By name.
    Name,
    /// Edited entries first.
    Changed,
}

impl Sort {
    /// The next order.
    pub fn next(self) -> Sort {
        match self {
            Sort::File => Sort::Name,
            Sort::Name => Sort::Changed,
            Sort::Changed => Sort::File,
        }
    }

    /// What the order is, in words.
    pub fn word(self) -> &'static str {
        match self {
            Sort::File => "file order",
            Sort::Name => "by name",
            Sort::Changed => "changed first",
        }
    }
}

/// A list of names with a cursor.
#[derive(Debug, Clone, Default)]
pub struct List {
    names: Vec<String>,
    changed: BTreeSet<String>,
    filter: Filter,
    sort: Sort,
    shown: Vec<u32>,
    cursor: usize,
    /// The first row on the screen.
    pub offset: usize,
    marks: BTreeSet<String>,
}

impl List {
    /// Take new names; the cursor stays on its name, or at its row when the name is gone.
    pub fn set(&mut self, names: Vec<String>, changed: BTreeSet<String>) {
        if names == self.names && changed == self.changed {
            return;
        }
        let held = self.name().map(str::to_owned);
        let row = self.cursor;
        self.names = names;
        self.changed = changed;
        if !self.marks.is_empty() {
            let names: std::collections::HashSet<&str> = self.names.iter().map(String::as_str).collect();
            self.marks.retain(|mark| names.contains(mark.as_str()));
        }
        self.arrange();
        self.cursor = row.min(self.shown.len().saturating_sub(1));
        if let Some(held) = held {
            self.select(&held);
        }
    }

    /// Take the edited entries, where the names have stayed.
    pub fn set_changed(&mut self, changed: BTreeSet<String>) {
        if changed == self.changed {
            return;
        }
        self.changed = changed;
        if self.sort == Sort::Changed {
            let held = self.name().map(str::to_owned);
            self.arrange();
            if let Some(held) = held {
                self.select(&held);
            }
        }
    }

    fn arrange(&mut self) {
        self.shown = self.filter.apply(self.names.iter().map(String::as_str));
        let (names, changed) = (&self.names, &self.changed);
        match self.sort {
            Sort::File => {}
            Sort::Name => self.shown.sort_by_key(|&row| names[row as usize].to_lowercase()),
            Sort::Changed => self.shown.sort_by_key(|&row| !changed.contains(&names[row as usize])),
        }
    }

    /// Narrow the list; the cursor goes to the best match.
    pub fn narrow(&mut self, text: &str) {
        let held = self.name().map(str::to_owned);
        self.filter = Filter::new(text);
        self.arrange();
        self.cursor = 0;
        if self.filter.is_empty()
            && let Some(held) = held
        {
            self.select(&held);
        }
    }

    /// The next order of the rows.
    pub fn resort(&mut self) -> Sort {
        let held = self.name().map(str::to_owned);
        self.sort = self.sort.next();
        self.arrange();
        if let Some(held) = held {
            self.select(&held);
        }
        self.sort
    }

    /// The filter.
    pub fn filter(&self) -> &Filter {
        &self.filter
    }

    /// Put the cursor on a name, if the list shows it.
    pub fn select(&mut self, name: &str) -> bool {
        let found = self.shown.iter().position(|&row| self.names[row as usize] == name);
        if let Some(at) = found {
            self.cursor = at;
        }
        found.is_some()
    }

    /// Put the cursor on a row of the names, if the list shows it.
    pub fn select_row(&mut self, row: usize) -> bool {
        let found = self.shown.iter().position(|&shown| shown as usize == row);
        if let Some(at) = found {
            self.cursor = at;
        }
        found.is_some()
    }

    /// Where the cursor is among the rows shown.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// Put the cursor at a row shown, clamped.
    pub fn go(&mut self, to: usize) {
        self.cursor = to.min(self.shown.len().saturating_sub(1));
    }

    /// Move the cursor, clamped.
    pub fn step(&mut self, by: isize) {
        self.go(self.cursor.saturating_add_signed(by));
    }

    /// Keep the cursor within `height` rows from the offset.
    pub fn keep_visible(&mut self, height: usize) {
        let height = height.max(1);
        if self.cursor < self.offset {
            self.offset = self.cursor;
        } else if self.cursor >= self.offset + height {
            self.offset = self.cursor + 1 - height;
        }
        self.offset = self.offset.min(self.shown.len().saturating_sub(height));
    }

    /// The name under the cursor.
    pub fn name(&self) -> Option<&str> {
        self.names.get(self.row()?).map(String::as_str)
    }

    /// The row of the names under the cursor.
    pub fn row(&self) -> Option<usize> {
        self.shown.get(self.cursor).map(|&row| row as usize)
    }

    /// How many rows are shown.
    pub fn len(&self) -> usize {
        self.shown.len()
    }

    /// Whether no row is shown.
    pub fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }

    /// How many rows there are without the filter.
    pub fn total(&self) -> usize {
        self.names.len()
    }

    /// The rows from the offset on, as row and name.
    pub fn visible(&self, height: usize) -> impl Iterator<Item = (usize, &str)> {
        self.shown.iter().skip(self.offset).take(height).map(|&row| (row as usize, self.names[row as usize].as_str()))
    }

    /// Every name, filtered or not.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Whether an entry was edited.
    pub fn is_changed(&self, name: &str) -> bool {
        self.changed.contains(name)
    }

    /// Whether a row is marked.
    pub fn is_marked(&self, name: &str) -> bool {
        self.marks.contains(name)
    }

    /// How many are marked.
    pub fn marked(&self) -> usize {
        self.marks.len()
    }

    /// Mark or unmark the row under the cursor.
    pub fn mark(&mut self) {
        if let Some(name) = self.name().map(str::to_owned)
            && !self.marks.remove(&name)
        {
            self.marks.insert(name);
        }
    }

    /// Mark every row shown; when all are, unmark all.
    pub fn mark_all(&mut self) {
        let shown: BTreeSet<String> = self.shown.iter().map(|&row| self.names[row as usize].clone()).collect();
        if self.marks.is_superset(&shown) {
            self.marks.clear();
        } else {
            self.marks.extend(shown);
        }
    }

    /// Unmark all; whether there were any.
    pub fn unmark(&mut self) -> bool {
        let had = !self.marks.is_empty();
        self.marks.clear();
        had
    }

    /// So many names shown, from the one under the cursor on.
    pub fn from_cursor(&self, count: usize) -> Vec<String> {
        self.shown.iter().skip(self.cursor).take(count).map(|&row| self.names[row as usize].clone()).collect()
    }

    /// The marked names, or the one under the cursor.
    pub fn chosen(&self) -> Vec<String> {
        if self.marks.is_empty() { self.name().map(str::to_owned).into_iter().collect() } else { self.marks.iter().cloned().collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list() -> List {
        let mut list = List::default();
        list.set(["b", "a", "c"].map(str::to_owned).to_vec(), BTreeSet::from(["c".to_owned()]));
        list
    }

    #[test]
    fn the_cursor_stays_on_its_name() {
        let mut list = list();
        list.step(2);
        assert_eq!(list.name(), Some("c"));
        list.set(["x", "c", "a"].map(str::to_owned).to_vec(), BTreeSet::new());
        assert_eq!(list.name(), Some("c"));
        list.resort();
        assert_eq!(list.name(), Some("c"));
        list.set(vec!["a".to_owned()], BTreeSet::new());
        assert_eq!(list.name(), Some("a"));
    }

    #[test]
    fn orders_and_marks() {
        let mut list = list();
        let shown = |list: &List| list.visible(9).map(|(_, name)| name.to_owned()).collect::<String>();
        assert_eq!(shown(&list), "bac");
        list.resort();
        assert_eq!(shown(&list), "abc");
        list.resort();
        assert_eq!(shown(&list), "cba");
        list.narrow("!a");
        list.mark_all();
        assert_eq!(list.chosen(), ["b", "c"]);
        list.mark_all();
        assert_eq!(list.marked(), 0);
    }

    #[test]
    fn the_window_follows_the_cursor() {
        let mut list = List::default();
        list.set((0..50).map(|n| n.to_string()).collect(), BTreeSet::new());
        list.go(30);
        list.keep_visible(10);
        assert_eq!(list.offset, 21);
        list.go(5);
        list.keep_visible(10);
        assert_eq!(list.offset, 5);
        list.go(usize::MAX);
        list.keep_visible(10);
        assert_eq!((list.cursor(), list.offset), (49, 40));
    }
}
