//! "Did you mean": the nearest known name, by letters and by words.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

/// How many comparisons one search may spend, so that thousands of unknown names against a hundred
/// thousand known ones stay cheap.
const BUDGET: usize = 200_000;

/// Known names to be compared with.
pub(super) struct Suggest<'a> {
    names: Vec<&'a str>,
    left: Cell<usize>,
    /// What was looked for already: the same slip stands in many places.
    found: RefCell<HashMap<String, Option<&'a str>>>,
}

impl<'a> Suggest<'a> {
    /// Names to choose from.
    pub fn new(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self { names: names.into_iter().collect(), left: Cell::new(BUDGET), found: RefCell::default() }
    }

    /// The nearest name, when one is near enough to be worth saying.
    pub fn nearest(&self, wanted: &str) -> Option<&'a str> {
        if let Some(found) = self.found.borrow().get(wanted) {
            return *found;
        }
        let found = self.search(wanted);
        self.found.borrow_mut().insert(wanted.to_owned(), found);
        found
    }

    fn search(&self, wanted: &str) -> Option<&'a str> {
        let left = self.left.get().checked_sub(self.names.len())?;
        self.left.set(left);
        let lower = wanted.to_lowercase();
        if lower.len() > 200 {
            return None;
        }
        let most = match lower.chars().count() {
            0..=2 => return None,
            3..=5 => 1,
            6..=11 => 2,
            _ => 3,
        };
        let words = words(&lower);
        let mut best: Option<(usize, &str)> = None;
        for &name in &self.names {
            if name == wanted {
                continue;
            }
            // a slip leaves the first or the last letter, and not much more or less
            let ends = |text: &str| {
                (text.bytes().next().map(|b| b.to_ascii_lowercase()), text.bytes().next_back().map(|b| b.to_ascii_lowercase()))
            };
            let ((first, last), (other_first, other_last)) = (ends(&lower), ends(name));
            if name.len().abs_diff(lower.len()) > 12 || (first != other_first && last != other_last) {
                continue;
            }
            let limit = best.map_or(most, |(distance, _)| distance.saturating_sub(1));
            let score = if name.len().abs_diff(lower.len()) <= limit * 4 { distance(&lower, &name.to_lowercase(), limit) } else { None };
            let score = score.or_else(|| (words.len() > 1 && limit >= 1 && same_words(&words, name)).then_some(1));
            if let Some(score) = score {
                best = Some((score, name));
                if score == 0 {
                    break;
                }
            }
        }
        best.map(|(_, name)| name)
    }
}

fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        // the two slips that public files hold: the singular, and `admin` for a group that allows all
        .map(|word| match word {
            "indices" => "index".to_owned(),
            "admin" => "all".to_owned(),
            _ => word.strip_suffix('s').unwrap_or(word).to_owned(),
        })
        .collect();
    words.sort();
    words
}

fn same_words(wanted: &[String], name: &str) -> bool {
    name.len() < 200 && words(&name.to_lowercase()) == wanted
}

/// Edit distance with swaps of neighbours, none above `most`.
fn distance(a: &str, b: &str, most: usize) -> Option<usize> {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let mut before = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let same = usize::from(a[i - 1] != b[j - 1]);
            row[j] = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + same);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        if row.iter().all(|&cell| cell > most) {
            return None;
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().filter(|&distance| distance <= most)
}

#[cfg(test)]
mod tests {
    use super::Suggest;

    #[test]
    fn letters_and_words_find_the_name_that_was_meant() {
        let names = Suggest::new(["indices_all", "cluster_all", "cluster_monitor", "read", "write", "manage"]);
        assert_eq!(names.nearest("index_all"), Some("indices_all"));
        assert_eq!(names.nearest("cluster_admin"), Some("cluster_all"));
        assert_eq!(names.nearest("indice_all"), Some("indices_all"));
        assert_eq!(names.nearest("cluster-monitor"), Some("cluster_monitor"));
        assert_eq!(names.nearest("raed"), Some("read"));
        assert_eq!(names.nearest("READ"), Some("read"));
        assert_eq!(names.nearest("zz"), None);
        assert_eq!(names.nearest("something_else"), None);
    }
}
