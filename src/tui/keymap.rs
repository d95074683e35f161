//! The live keymap: the table of bindings with the operator's own keys over it.

use std::collections::HashMap;

use super::action::Action;
use super::bindings::{BINDINGS, Binding, Context};
use super::key::Key;
use crate::source::{LineCol, LineIndex};

/// Something wrong in a keymap file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeymapProblem {
    /// Where.
    pub at: LineCol,
    /// What, lower case.
    pub message: String,
}

/// Which key does what, by context.
#[derive(Debug, Clone)]
pub struct Keymap {
    rows: Vec<Row>,
    lookup: HashMap<(Context, Key), Action>,
}

/// One row of the live keymap.
#[derive(Debug, Clone)]
pub struct Row {
    /// The binding that it comes from.
    pub binding: Binding,
    /// The keys that hold now; empty when all were taken away.
    pub keys: Vec<Key>,
}

impl Default for Keymap {
    fn default() -> Self {
        let rows = BINDINGS
            .iter()
            .map(|binding| Row { binding: *binding, keys: binding.keys.iter().filter_map(|key| key.parse().ok()).collect() })
            .collect();
        let mut keymap = Keymap { rows, lookup: HashMap::new() };
        keymap.index();
        keymap
    }
}

impl Keymap {
    fn index(&mut self) {
        self.lookup =
            self.rows.iter().flat_map(|row| row.keys.iter().map(|key| ((row.binding.context, *key), row.binding.action))).collect();
    }

    /// What `key` does where the first of `contexts` that knows it decides.
    pub fn action(&self, contexts: &[Context], key: Key) -> Option<Action> {
        contexts.iter().find_map(|context| self.lookup.get(&(*context, key)).copied())
    }

    /// Every row, in the order of the table.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The rows of one context.
    pub fn of(&self, context: Context) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(move |row| row.binding.context == context)
    }

    /// The first key of an action, in the first of `contexts` that has one.
    pub fn key_of(&self, contexts: &[Context], action: Action) -> Option<Key> {
        contexts
            .iter()
            .find_map(|context| self.of(*context).find(|row| row.binding.action == action).and_then(|row| row.keys.first().copied()))
    }

    /// Read the operator's keymap over the table: a section for each context, `action = "key"` or
    /// `action = ["key", …]`. An unknown section, action or key, and a key that two actions of one
    /// context want, are problems; the rest holds.
    pub fn read(text: &str) -> (Keymap, Vec<KeymapProblem>) {
        let mut keymap = Keymap::default();
        let mut problems = Vec::new();
        let lines = LineIndex::new(text.as_bytes());
        let at = |offset: usize| lines.line_col(text.as_bytes(), offset);
        let table = match toml::de::DeTable::parse(text) {
            Ok(table) => table,
            Err(error) => {
                let offset = error.span().map_or(0, |span| span.start);
                problems.push(KeymapProblem { at: at(offset), message: format!("not TOML: {}", error.message()) });
                return (keymap, problems);
            }
        };
        let mut wanted: Vec<(Context, Key, Action, usize)> = Vec::new();
        for (section, value) in table.get_ref() {
            let Some(context) = Context::ALL.into_iter().find(|context| context.name() == section.get_ref()) else {
                problems.push(KeymapProblem { at: at(section.span().start), message: format!("no context `{}`", section.get_ref()) });
                continue;
            };
            let Some(entries) = value.get_ref().as_table() else {
                problems.push(KeymapProblem { at: at(value.span().start), message: format!("`{}` is not a section", context.name()) });
                continue;
            };
            for (name, keys) in entries {
                let row = keymap.rows.iter_mut().find(|row| row.binding.context == context && row.binding.action.name() == name.get_ref());
                let Some(row) = row else {
                    let message = format!("no action `{}` in context `{}`", name.get_ref(), context.name());
                    problems.push(KeymapProblem { at: at(name.span().start), message });
                    continue;
                };
                let texts: Vec<_> = match keys.get_ref() {
                    toml::de::DeValue::Array(items) => items.iter().collect(),
                    _ => vec![keys],
                };
                row.keys.clear();
                for text in texts {
                    match text.get_ref().as_str().unwrap_or_default().parse::<Key>() {
                        Ok(key) => {
                            row.keys.push(key);
                            wanted.push((context, key, row.binding.action, text.span().start));
                        }
                        Err(error) => problems.push(KeymapProblem { at: at(text.span().start), message: error.to_string() }),
                    }
                }
            }
        }
        for (index, (context, key, action, offset)) in wanted.iter().enumerate() {
            if let Some((.., other, _)) = wanted[..index].iter().find(|(c, k, a, _)| c == context && k == key && a != action) {
                let message = format!("`{key}` is given to `{}` and to `{}`; the first one keeps it", other.name(), action.name());
                problems.push(KeymapProblem { at: at(*offset), message });
                take(&mut keymap.rows, *context, *key, *action);
                continue;
            }
            for row in &mut keymap.rows {
                if row.binding.context == *context && row.binding.action != *action {
                    row.keys
                        .retain(|held| held != key || wanted.iter().any(|w| w.0 == *context && w.2 == row.binding.action && w.1 == *key));
                }
            }
        }
        keymap.index();
        problems.sort_by_key(|problem| problem.at);
        (keymap, problems)
    }
}

fn take(rows: &mut [Row], context: Context, key: Key, action: Action) {
    for row in rows {
        if row.binding.context == context && row.binding.action == action {
            row.keys.retain(|held| *held != key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_the_table_parses_and_has_one_meaning_in_its_context() {
        let mut seen = HashMap::new();
        for binding in BINDINGS {
            for key in binding.keys {
                let parsed: Key = key.parse().unwrap_or_else(|error| panic!("{error}"));
                if let Some(other) = seen.insert((binding.context, parsed), binding.action) {
                    panic!("`{key}` means {other:?} and {:?} in {:?}", binding.action, binding.context);
                }
            }
        }
    }

    #[test]
    fn an_action_has_one_row_in_a_context() {
        let mut seen = std::collections::HashSet::new();
        for binding in BINDINGS {
            assert!(seen.insert((binding.context, binding.action)), "{binding:?}");
        }
    }

    #[test]
    fn own_keys_replace_the_default_ones_and_take_them_from_others() {
        let (keymap, problems) = Keymap::read("[panes]\nquit = [\"ctrl-q\"]\nredo = \"u\"\n");
        assert_eq!(problems, []);
        let action = |key: &str| keymap.action(&[Context::Panes], key.parse().unwrap());
        assert_eq!(action("ctrl-q"), Some(Action::Quit));
        assert_eq!(action("q"), None);
        assert_eq!(action("u"), Some(Action::Redo));
    }

    #[test]
    fn conflicts_and_typos_are_reported_with_their_place() {
        let (keymap, problems) =
            Keymap::read("[panes]\nquit = \"x\"\nundo = \"x\"\nfly = \"y\"\n[pane]\na = \"b\"\n[list]\nnew = \"nn\"\n");
        let found: Vec<String> = problems.iter().map(|problem| format!("{}: {}", problem.at, problem.message)).collect();
        assert_eq!(found[0], "3:8: `x` is given to `quit` and to `undo`; the first one keeps it");
        assert_eq!(found[1], "4:1: no action `fly` in context `panes`");
        assert_eq!(found[2], "5:2: no context `pane`");
        assert!(found[3].starts_with("8:7: no key `nn`"), "{}", found[3]);
        assert_eq!(keymap.action(&[Context::Panes], "x".parse().unwrap()), Some(Action::Quit));
    }

    #[test]
    fn a_broken_file_leaves_the_defaults() {
        let (keymap, problems) = Keymap::read("[panes\nquit = 1");
        assert_eq!(problems.len(), 1);
        assert_eq!(keymap.action(&[Context::Panes], "q".parse().unwrap()), Some(Action::Quit));
    }
}
