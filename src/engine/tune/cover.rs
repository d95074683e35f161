//! The fewest words that say which actions are granted on which patterns: rules that together hold each wanted
//! pair and no other.

use std::collections::{BTreeMap, BTreeSet};

/// Up to this many cells, equal rows and columns counted once, the answer is a least one.
const EXACT_CELLS: usize = 12;

/// Rows (actions) by columns (patterns).
type Rule = (BTreeSet<usize>, BTreeSet<usize>);

/// Rules that cover the wanted columns of each row, and whether no others need fewer words. Many different rows
/// are covered row by row or column by column, whichever takes fewer words.
pub(super) fn cover(wanted: &[BTreeSet<usize>]) -> (Vec<Rule>, bool) {
    // equal rows and equal columns go together in a best cover
    let mut rows: BTreeMap<BTreeSet<usize>, BTreeSet<usize>> = BTreeMap::new();
    for (row, columns) in wanted.iter().enumerate().filter(|(_, columns)| !columns.is_empty()) {
        rows.entry(columns.clone()).or_default().insert(row);
    }
    let mut columns: BTreeMap<BTreeSet<usize>, BTreeSet<usize>> = BTreeMap::new();
    for column in rows.keys().flatten().copied().collect::<BTreeSet<_>>() {
        let having = rows.iter().filter(|(columns, _)| columns.contains(&column)).flat_map(|(_, rows)| rows.iter().copied()).collect();
        columns.entry(having).or_default().insert(column);
    }
    let by_row: Vec<Rule> = rows.iter().map(|(columns, rows)| (rows.clone(), columns.clone())).collect();
    let by_column: Vec<Rule> = columns.iter().map(|(rows, columns)| (rows.clone(), columns.clone())).collect();
    let rows: Vec<&BTreeSet<usize>> = rows.values().collect();
    let columns: Vec<&BTreeSet<usize>> = columns.values().collect();
    let cells: Vec<(usize, usize)> = (0..rows.len())
        .flat_map(|row| (0..columns.len()).map(move |column| (row, column)))
        .filter(|&(row, column)| rows[row].first().zip(columns[column].first()).is_some_and(|(row, column)| wanted[*row].contains(column)))
        .collect();
    if cells.len() <= EXACT_CELLS {
        return (least(&rows, &columns, &cells), true);
    }
    let words = |rules: &[Rule]| rules.iter().map(|(rows, columns)| rows.len() + columns.len()).sum::<usize>();
    (if words(&by_column) < words(&by_row) { by_column } else { by_row }, false)
}

/// The least cover, by the cells that are covered so far.
fn least(rows: &[&BTreeSet<usize>], columns: &[&BTreeSet<usize>], cells: &[(usize, usize)]) -> Vec<Rule> {
    // rectangles within the wanted cells: (cells, words, rows, columns), as bits
    let mut rectangles: Vec<(usize, usize, usize, usize)> = Vec::new();
    let bit = |row: usize, column: usize| cells.iter().position(|&cell| cell == (row, column)).map(|at| 1usize << at);
    for chosen in 1usize..1 << rows.len() {
        let in_rows = || (0..rows.len()).filter(move |row| chosen >> row & 1 == 1);
        let common: Vec<usize> = (0..columns.len()).filter(|&column| in_rows().all(|row| bit(row, column).is_some())).collect();
        for part in 1usize..1 << common.len() {
            let in_columns = || common.iter().enumerate().filter(move |(at, _)| part >> at & 1 == 1).map(|(_, &column)| column);
            let held = in_rows().flat_map(|row| in_columns().filter_map(move |column| bit(row, column))).fold(0, |all, bit| all | bit);
            let words =
                in_rows().map(|row| rows[row].len()).sum::<usize>() + in_columns().map(|column| columns[column].len()).sum::<usize>();
            rectangles.push((held, words, chosen, in_columns().fold(0, |all, column| all | 1 << column)));
        }
    }
    let full = (1usize << cells.len()) - 1;
    let mut best: Vec<Option<(usize, usize, usize)>> = vec![None; full + 1];
    best[0] = Some((0, 0, 0));
    for state in 0..full {
        let Some((words, _, _)) = best[state] else { continue };
        let next = (!state).trailing_zeros();
        for (at, rectangle) in rectangles.iter().enumerate().filter(|(_, rectangle)| rectangle.0 >> next & 1 == 1) {
            let (to, cost) = (state | rectangle.0, words + rectangle.1);
            if best[to].is_none_or(|(known, _, _)| cost < known) {
                best[to] = Some((cost, state, at));
            }
        }
    }
    let mut rules = Vec::new();
    let mut state = full;
    while state != 0 {
        let Some((_, from, at)) = best[state] else { break };
        let (_, _, in_rows, in_columns) = rectangles[at];
        let members = |sets: &[&BTreeSet<usize>], bits: usize| {
            sets.iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1).flat_map(|(_, set)| set.iter().copied()).collect()
        };
        rules.push((members(rows, in_rows), members(columns, in_columns)));
        state = from;
    }
    rules.sort();
    rules
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covered(wanted: &[&[usize]]) -> (usize, usize, bool) {
        let wanted: Vec<BTreeSet<usize>> = wanted.iter().map(|row| row.iter().copied().collect()).collect();
        let (rules, exact) = cover(&wanted);
        for (row, columns) in wanted.iter().enumerate() {
            let given: BTreeSet<usize> =
                rules.iter().filter(|(rows, _)| rows.contains(&row)).flat_map(|(_, columns)| columns.iter().copied()).collect();
            assert_eq!(given, *columns);
        }
        (rules.len(), rules.iter().map(|(rows, columns)| rows.len() + columns.len()).sum(), exact)
    }

    #[test]
    fn the_fewest_words_are_found() {
        assert_eq!(covered(&[&[0, 1], &[0, 1], &[0, 1]]), (1, 5, true));
        // by row: 1+1 + 1+2 = 5 words; by column the same; there is no better
        assert_eq!(covered(&[&[0], &[0, 1]]), (2, 5, true));
        // three actions on a, one of them on five more
        assert_eq!(covered(&[&[0], &[0], &[0, 1, 2, 3, 4, 5]]), (2, 10, true));
        assert_eq!(covered(&[&[], &[]]), (0, 0, true));
    }

    #[test]
    fn many_different_rows_are_covered_too() {
        let rows: Vec<Vec<usize>> = (0..9).map(|row| (0..=row).collect()).collect();
        let rows: Vec<&[usize]> = rows.iter().map(Vec::as_slice).collect();
        let (rules, words, exact) = covered(&rows);
        assert_eq!((rules, words, exact), (9, 54, false));
    }
}
