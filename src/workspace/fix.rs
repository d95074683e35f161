//! The linter's fixes on what is open. Many of them are worked out together, so that a file is read again once and not
//! once for each.

use super::edit::read_again;
use super::text_edit::TextEdit;
use super::{Action, ApplyError, File, FileKind, Workspace};
use crate::engine::change::{Change, Op, same};
use crate::engine::lint::{self, Fix, Remedy};
use crate::engine::model::opensearch::{DocumentKind, v6};
use crate::source::FileId;
use crate::yaml::Splice;

impl Workspace {
    /// Do one fix; it can be undone.
    ///
    /// # Errors
    /// [`ApplyError`]; nothing has changed then.
    pub fn fix(&mut self, fix: &Fix) -> Result<(), ApplyError> {
        self.apply_whole(self.fix_actions(fix))
    }

    /// What a fix does, as actions of which each can be undone.
    pub fn fix_actions(&self, fix: &Fix) -> Vec<Action> {
        match &fix.remedy {
            Remedy::Changes(changes) => changes.iter().cloned().map(Action::Configuration).collect(),
            Remedy::Text(_) => self.text_actions(&[fix], &fix.title).into_iter().map(|(action, _)| action).collect(),
        }
    }

    /// Do several fixes of one report, those of the text together before those of the configuration; how many
    /// were done, and why the others were not. Fixes that overlap an earlier one are left for another run.
    pub fn fix_all(&mut self, fixes: &[&Fix]) -> (usize, Vec<ApplyError>) {
        let (text, changes): (Vec<&Fix>, Vec<&Fix>) = fixes.iter().partition(|fix| matches!(fix.remedy, Remedy::Text(_)));
        let (mut count, mut errors) = (0, Vec::new());
        for (action, fixed) in self.text_actions(&text, "fixes of the text") {
            match self.apply(action) {
                Ok(()) => count += fixed,
                Err(error) => errors.push(error),
            }
        }
        count += self.fix_together(&changes, &mut errors);
        (count, errors)
    }

    /// Do fixes that are changes, all in one go where that works, else each half; how many were done.
    fn fix_together(&mut self, fixes: &[&Fix], errors: &mut Vec<ApplyError>) -> usize {
        match fixes {
            [] => 0,
            [fix] => match self.fix(fix) {
                Ok(()) => 1,
                Err(error) => {
                    errors.push(error);
                    0
                }
            },
            _ => {
                if self.together(fixes).is_some_and(|actions| self.apply_whole(actions).is_ok()) {
                    return fixes.len();
                }
                let (one, other) = fixes.split_at(fixes.len() / 2);
                self.fix_together(one, errors) + self.fix_together(other, errors)
            }
        }
    }

    /// Do all of several actions, or none.
    fn apply_whole(&mut self, actions: Vec<Action>) -> Result<(), ApplyError> {
        for (done, action) in actions.into_iter().enumerate() {
            if let Err(error) = self.apply(action) {
                (0..done).for_each(|_| drop(self.undo()));
                return Err(error);
            }
        }
        Ok(())
    }

    /// Several fixes that are changes as edits of the text, one for each file: the model is changed, the text is edited
    /// against one parse, and what it reads as is compared. None when they cannot be done together.
    fn together(&self, fixes: &[&Fix]) -> Option<Vec<Action>> {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for fix in fixes {
            let Remedy::Changes(changes) = &fix.remedy else { return None };
            for change in changes {
                match change {
                    Change::Elasticsearch(change) => theirs.push(change),
                    change => ours.push(change),
                }
            }
        }
        let mut splices = self.opensearch_together(&ours)?;
        if !theirs.is_empty() {
            splices.extend(self.elasticsearch_together(&theirs)?);
        }
        let action = |(id, splices): (FileId, Vec<Splice>)| {
            let splices = splices.into_iter().map(|splice| (splice.span, splice.text));
            Some(Action::Text(TextEdit::new(self.file(id)?, "fixes of the entries", splices)))
        };
        splices.into_iter().map(action).collect()
    }

    fn opensearch_together(&self, changes: &[&Change]) -> Option<Vec<(FileId, Vec<Splice>)>> {
        let mut next = (*self.configuration).clone();
        let mut operations: Vec<Op> = Vec::new();
        for change in changes {
            operations.extend(change.operations(&next));
            change.apply(&mut next).ok()?;
        }
        let mut kinds: Vec<DocumentKind> = operations.iter().map(|op| op.kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        if self.goes_inside(&kinds) {
            return None;
        }
        let mut out = Vec::new();
        for kind in kinds {
            let file = self.files.iter().find(|file| file.kind == FileKind::Security(kind))?;
            if self.configuration.forms.get(&kind) == Some(&v6::Form::V6) {
                return None;
            }
            let edit = Op::edit_together(operations.iter().filter(|op| op.kind == kind), &file.document).ok()?;
            same(kind, &next, &read_again(kind, &edit.document).0).then_some(())?;
            out.push((file.id, edit.splices));
        }
        Some(out)
    }

    /// The fixes of the text, file by file, with their numbers.
    fn text_actions(&self, fixes: &[&Fix], title: &str) -> Vec<(Action, usize)> {
        let of = |file: &File| {
            let (splices, count) = lint::choose(file.id, file.document.bytes().len(), fixes);
            let splices = splices.into_iter().map(|splice| (splice.place.span, splice.text.clone()));
            (count > 0).then(|| (Action::Text(TextEdit::new(file, title, splices)), count))
        };
        self.files.iter().filter_map(of).collect()
    }
}
