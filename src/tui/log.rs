//! What was done in this sitting, step by step: to be read, and to be written as the list of changes that
//! `rolesmith apply` replays on another cluster's export.

use super::line::Line;
use super::open::describe;
use super::theme::Tone;
use crate::engine::change::{Change, UserChange, write_changes};

/// One step: what one key or one answer did.
#[derive(Debug, Clone)]
struct Step {
    changes: Vec<Change>,
    /// What was done when it was no change of the configuration.
    words: String,
    taken_back: bool,
}

/// The steps of a sitting, those taken back among them.
#[derive(Debug, Clone, Default)]
pub struct Log {
    steps: Vec<Step>,
    /// The steps that undo takes back, the next one last.
    done: Vec<usize>,
    /// The steps that redo does again, the next one last.
    undone: Vec<usize>,
    /// How many of those done were saved.
    saved: usize,
}

impl Log {
    fn push(&mut self, changes: Vec<Change>, words: &str) {
        self.done.push(self.steps.len());
        self.undone.clear();
        self.steps.push(Step { changes, words: words.to_owned(), taken_back: false });
    }

    /// Changes were done as one step.
    pub fn did(&mut self, changes: Vec<Change>) {
        self.push(changes, "");
    }

    /// The scenario file was changed.
    pub fn asked(&mut self) {
        self.push(Vec::new(), "a request of the scenario");
    }

    /// A file's text was edited, which is no change of the configuration.
    pub fn spelled(&mut self, title: &str) {
        self.push(Vec::new(), title);
    }

    /// The last step was taken back. Steps of an earlier sitting are not in the log.
    pub fn undid(&mut self) {
        if let Some(at) = self.done.pop() {
            self.steps[at].taken_back = true;
            self.undone.push(at);
        }
    }

    /// The step that was taken back last was done again.
    pub fn redid(&mut self) {
        if let Some(at) = self.undone.pop() {
            self.steps[at].taken_back = false;
            self.done.push(at);
        }
    }

    /// Everything so far is on disk.
    pub fn saved(&mut self) {
        self.saved = self.done.len();
    }

    /// The files were read again: what was not saved is gone, and nothing can be taken back.
    pub fn lost(&mut self) {
        for at in self.done.drain(..).skip(self.saved) {
            self.steps[at].taken_back = true;
        }
        self.undone.clear();
        self.saved = 0;
    }

    /// The steps, a change a line.
    pub fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        for (number, step) in self.steps.iter().enumerate() {
            let (tone, note) = if step.taken_back { (Tone::Dim, "  taken back") } else { (Tone::Plain, "") };
            let texts = step.changes.iter().map(describe).chain((!step.words.is_empty()).then(|| step.words.clone()));
            for (index, text) in texts.enumerate() {
                let head = if index == 0 { format!("{:>3} ", number + 1) } else { "    ".to_owned() };
                lines.push(Line::new(Tone::Dim, head).and(tone, text).and(Tone::Dim, note));
            }
        }
        lines
    }

    /// The changes that are in effect, in order.
    pub fn changes(&self) -> impl Iterator<Item = &Change> {
        self.steps.iter().filter(|step| !step.taken_back).flat_map(|step| &step.changes)
    }

    /// The changes in effect as a file for `rolesmith apply`, and how many. Password hashes never leave the
    /// files that hold them, so what sets one stands as a comment.
    pub fn text(&self) -> (String, usize) {
        let (mut kept, mut secret) = (Vec::new(), Vec::new());
        for change in self.changes() {
            match change {
                Change::User(UserChange::SetHash { .. } | UserChange::CreateUser { .. } | UserChange::CopyUser { .. }) => {
                    secret.push(change)
                }
                other => kept.push(other.clone()),
            }
        }
        let mut text = String::from("# Changes of one sitting, for `rolesmith apply --changes FILE DIR`.\n");
        for change in secret {
            text.push_str(&format!("# left out, it holds a password hash: {}\n", super::escape::safe(&describe(change))));
        }
        text.push_str(&write_changes(&kept));
        (text, kept.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::change::{PasswordHash, RoleChange};

    fn role(name: &str) -> Vec<Change> {
        vec![RoleChange::DeleteRole { role: name.to_owned() }.into()]
    }

    fn names(log: &Log) -> Vec<&str> {
        log.changes().map(|change| change.subject().1).collect()
    }

    #[test]
    fn what_was_taken_back_is_not_replayed_and_redo_brings_it_back() {
        let mut log = Log::default();
        log.did(role("a"));
        log.did(role("b"));
        log.undid();
        assert_eq!(names(&log), ["a"]);
        log.redid();
        assert_eq!(names(&log), ["a", "b"]);
        log.undid();
        log.did(role("c"));
        log.redid();
        assert_eq!(names(&log), ["a", "c"]);
        log.undid();
        log.redid();
        assert_eq!(names(&log), ["a", "c"]);
        assert_eq!(log.lines().len(), 3);
    }

    #[test]
    fn a_reload_loses_what_was_not_saved() {
        let mut log = Log::default();
        log.did(role("a"));
        log.saved();
        log.did(role("b"));
        log.lost();
        assert_eq!(names(&log), ["a"]);
        log.undid();
        assert_eq!(names(&log), ["a"]);
    }

    #[test]
    fn no_hash_is_written() {
        let mut log = Log::default();
        log.did(vec![UserChange::SetHash { user: "u".to_owned(), hash: PasswordHash("$2y$12$secret".to_owned()) }.into()]);
        log.did(role("a"));
        let (text, count) = log.text();
        assert!(!text.contains("secret") && text.contains("# left out") && count == 1, "{text}");
    }
}
