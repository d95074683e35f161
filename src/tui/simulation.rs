//! The simulator's state: requests by users, their verdicts now and at the last save.

use std::collections::VecDeque;
use std::sync::Arc;

use foldhash::fast::RandomState;
use indexmap::IndexSet;

use super::coverage::Used;
use super::event::{Basis, Column, Grid};
use super::theme::Tone;
use crate::engine::evaluate::{Outcome, Subject, Verdict};
use crate::engine::request::Request;
use crate::engine::scenario::{Directory, Scenario, subject};

/// A request of the grid.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The name that the scenario gives it.
    pub name: Option<String>,
    /// The verdicts that the scenario expects, by user.
    pub expected: Vec<(String, Outcome)>,
    /// Which case of the scenario file it is; none for a request typed in this sitting.
    pub case: Option<usize>,
    request: Arc<Request>,
    label: String,
}

impl Asked {
    /// A request typed in this sitting.
    pub fn typed(request: Request) -> Self {
        Asked { name: None, expected: Vec::new(), case: None, label: request.to_string(), request: Arc::new(request) }
    }

    /// What is sent; shared with the questions about it.
    pub fn request(&self) -> &Arc<Request> {
        &self.request
    }

    /// One line for lists.
    pub fn label(&self) -> &str {
        &self.label
    }
}

/// Requests × users.
#[derive(Debug, Clone, Default)]
pub struct Simulation {
    /// Rows.
    pub requests: Vec<Asked>,
    /// Columns.
    pub subjects: Vec<Subject>,
    /// The names of the columns, as the scenario spells them.
    pub names: Vec<String>,
    /// How many of the last columns were added in this sitting.
    pub guests: Vec<Subject>,
    /// Whether verdicts of the other evaluator or setting are shown beside.
    pub beside: bool,
    /// What the other verdicts are of, in words.
    pub other_name: String,
    /// The grants that the verdicts' evidence named.
    pub used: Used,
    /// The generation of the newest question.
    pub generation: u64,
    /// Whether an answer is under way.
    pub waiting: bool,
    /// Whether the newest question was given up: the verdicts are older than the edits.
    pub given_up: bool,
    /// What the verdicts of the last save are of.
    pub basis: Option<Basis>,
    /// The column of the cursor.
    pub column: usize,
    /// The scenario that the rows were taken from, and the users that it names.
    loaded: Option<(Arc<Scenario>, Vec<String>)>,
    now: Grid,
    saved: Grid,
    other: Grid,
}

/// How a cell changed since the last save.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flip {
    /// More is allowed than before.
    Gained,
    /// Less is allowed than before.
    Lost,
}

fn rank(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Denied => 0,
        Outcome::Unknown | Outcome::Partial => 1,
        Outcome::Allowed => 2,
    }
}

fn flip(now: Option<&Arc<Verdict>>, saved: Option<&Arc<Verdict>>) -> Option<Flip> {
    let (now, saved) = (now?, saved?);
    if Arc::ptr_eq(now, saved) {
        return None;
    }
    match rank(now.outcome).cmp(&rank(saved.outcome)) {
        std::cmp::Ordering::Greater => Some(Flip::Gained),
        std::cmp::Ordering::Less => Some(Flip::Lost),
        std::cmp::Ordering::Equal => None,
    }
}

/// The word of an outcome in the grid, with its tone.
pub fn word(outcome: Option<Outcome>) -> (Tone, &'static str) {
    match outcome {
        None => (Tone::Dim, "..."),
        Some(Outcome::Allowed) => (Tone::Good, "ok"),
        Some(Outcome::Denied) => (Tone::Bad, "MISSING"),
        Some(Outcome::Partial) => (Tone::Warn, "partial"),
        Some(Outcome::Unknown) => (Tone::Warn, "unknown"),
    }
}

/// The users that a scenario names, in its order.
fn users_of(scenario: &Scenario) -> Vec<String> {
    let named = scenario.cases.iter().flat_map(|case| case.users.iter().map(|user| &user.value).chain(case.expect.keys()));
    named.collect::<IndexSet<&String, RandomState>>().into_iter().cloned().collect()
}

impl Simulation {
    /// The verdict of a cell.
    pub fn verdict(&self, row: usize, column: usize) -> Option<&Arc<Verdict>> {
        cell(&self.now, row, column)
    }

    /// The word of a cell.
    pub fn word(&self, row: usize, column: usize) -> (Tone, &'static str) {
        word(self.verdict(row, column).map(|verdict| verdict.outcome))
    }

    /// The word of a cell under the other evaluator or setting.
    pub fn other_word(&self, row: usize, column: usize) -> Option<(Tone, &'static str)> {
        self.beside.then(|| word(cell(&self.other, row, column).map(|verdict| verdict.outcome)))
    }

    /// How a cell changed since the last save.
    pub fn flip(&self, row: usize, column: usize) -> Option<Flip> {
        flip(self.verdict(row, column), cell(&self.saved, row, column))
    }

    /// How many cells gained and lost access since the last save.
    pub fn flips(&self) -> (usize, usize) {
        let turned = self.now.iter().zip(&self.saved).filter(|(now, saved)| !Arc::ptr_eq(now, saved));
        turned.flat_map(|(now, saved)| now.iter().zip(saved.iter())).fold((0, 0), |(gained, lost), (now, saved)| {
            match flip(now.as_ref(), saved.as_ref()) {
                Some(Flip::Gained) => (gained + 1, lost),
                Some(Flip::Lost) => (gained, lost + 1),
                None => (gained, lost),
            }
        })
    }

    /// Whether the verdict is another than the scenario expects.
    pub fn unexpected(&self, row: usize, column: usize) -> Option<Outcome> {
        let user = self.names.get(column)?;
        let expected = self.requests.get(row)?.expected.iter().find(|(name, _)| name == user)?.1;
        (self.verdict(row, column)?.outcome != expected).then_some(expected)
    }

    /// The cells whose evidence goes through a role.
    pub fn uses(&self, role: &str) -> Vec<(usize, usize)> {
        let through = |verdict: &Arc<Verdict>| {
            let evidence = verdict.calls.iter().flat_map(|call| &call.cells).filter_map(|cell| cell.granted_by.as_ref());
            evidence.flat_map(|evidence| &evidence.hops).any(|hop| hop.kind == "role" && hop.name == role)
        };
        let cells = (0..self.requests.len()).flat_map(|row| (0..self.now.len()).map(move |column| (row, column)));
        cells.filter(|(row, column)| self.verdict(*row, *column).is_some_and(through)).collect()
    }

    /// Take the requests and users of a scenario; what was typed in this sitting stays behind them, and
    /// verdicts stay with their requests. What each user is, is asked of the directory again.
    pub fn load(&mut self, scenario: &Arc<Scenario>, directory: &dyn Directory) {
        let known = self.loaded.take().filter(|(loaded, _)| Arc::ptr_eq(loaded, scenario));
        let (mut names, known) = match known {
            Some((_, names)) => (names, true),
            None => (users_of(scenario), false),
        };
        self.loaded = Some((Arc::clone(scenario), names.clone()));
        let mut subjects: Vec<Subject> = names
            .iter()
            .map(|name| subject(name, scenario, directory).unwrap_or_else(|| Subject { user: name.clone(), ..Subject::default() }))
            .collect();
        for guest in &self.guests {
            if names.contains(&guest.user) {
                continue;
            }
            names.push(guest.user.clone());
            subjects.push(match subject(&guest.user, scenario, directory) {
                Some(known) if guest.backend_roles.is_empty() => known,
                _ => guest.clone(),
            });
        }
        if !known {
            self.load_cases(scenario);
        }
        if names != self.names {
            let known: Vec<Option<usize>> = names.iter().map(|name| self.names.iter().position(|old| old == name)).collect();
            for grid in [&mut self.now, &mut self.saved, &mut self.other] {
                *grid = known.iter().map(|at| at.and_then(|at| grid.get(at)).cloned().unwrap_or_default()).collect();
            }
        }
        self.names = names;
        self.subjects = subjects;
    }

    fn load_cases(&mut self, scenario: &Scenario) {
        let mut old: VecDeque<(usize, Asked)> = std::mem::take(&mut self.requests).into_iter().enumerate().collect();
        let mut from = Vec::new();
        for (at, case) in scenario.cases.iter().enumerate() {
            // nearly always the first of them
            let kept = old.iter().position(|(_, asked)| asked.case.is_some() && *asked.request == case.request);
            let (row, mut asked) = match kept.and_then(|at| old.remove(at)) {
                Some((row, asked)) => (Some(row), asked),
                None => (None, Asked::typed(case.request.clone())),
            };
            from.push(row);
            asked.name = Some(case.name.clone()).filter(|name| *name != asked.label);
            asked.expected = case.expect.iter().map(|(user, expected)| (user.clone(), expected.outcome)).collect();
            asked.case = Some(at);
            self.requests.push(asked);
        }
        for (row, asked) in old.into_iter().filter(|(_, asked)| asked.case.is_none()) {
            from.push(Some(row));
            self.requests.push(asked);
        }
        self.move_rows(&from);
    }

    /// Take the verdicts of each row from the row where they stood.
    fn move_rows(&mut self, from: &[Option<usize>]) {
        for column in [&mut self.now, &mut self.saved, &mut self.other].into_iter().flatten() {
            *column = from.iter().map(|row| column.get((*row)?)?.clone()).collect();
        }
    }

    /// Take a row out.
    pub fn remove(&mut self, row: usize) {
        if row < self.requests.len() {
            self.requests.remove(row);
            let from: Vec<Option<usize>> = (0..=self.requests.len()).filter(|old| *old != row).map(Some).collect();
            self.move_rows(&from);
        }
    }

    /// Whether a cell was never answered by what was saved last.
    pub fn lacks_saved(&self) -> bool {
        let rows = self.requests.len();
        self.saved.len() != self.subjects.len()
            || self.saved.iter().any(|column| column.len() != rows || column.iter().any(Option::is_none))
    }

    /// Take verdicts; cells that were never answered before are taken from `saved`, or count as unchanged
    /// since the last save.
    pub fn take(&mut self, now: Grid, other: Option<Grid>, saved: Option<Grid>) {
        // evidence is only looked at again where some came or went
        if self.now.len() != now.len() || self.now.iter().zip(&now).any(|(old, new)| speaks_anew(old, new)) {
            self.used = Used::default();
            now.iter().flat_map(|column| column.iter()).flatten().for_each(|verdict| self.used.read(verdict));
        }
        self.saved.resize_with(now.len(), Column::default);
        for (kept, fresh) in self.saved.iter_mut().zip(saved.as_ref().unwrap_or(&now)) {
            if kept.len() != fresh.len() || kept.iter().any(Option::is_none) {
                let known = kept.iter().map(Option::as_ref).chain(std::iter::repeat(None));
                *kept = known.zip(fresh.iter()).map(|(known, fresh)| known.or(fresh.as_ref()).cloned()).collect();
            }
        }
        self.now = now;
        self.beside = other.is_some();
        if let Some(other) = other {
            self.other = other;
        }
    }

    /// Take the verdicts of now as those of the last save, which was of `basis`; those that are not of it are
    /// asked for when they are needed.
    pub fn settle(&mut self, basis: Basis) {
        self.basis = Some(basis);
        if self.waiting || self.given_up {
            self.saved.clear();
        } else {
            self.saved.clone_from(&self.now);
        }
    }

    /// Forget what was answered about a row, after its request changed.
    pub fn forget(&mut self, row: usize) {
        let from: Vec<Option<usize>> = (0..self.requests.len()).map(|at| Some(at).filter(|at| *at != row)).collect();
        self.move_rows(&from);
    }
}

fn cell(grid: &Grid, row: usize, column: usize) -> Option<&Arc<Verdict>> {
    grid.get(column)?.get(row)?.as_ref()
}

/// Whether evidence came or went between two columns.
fn speaks_anew(old: &Column, new: &Column) -> bool {
    let speaks = |verdict: &Arc<Verdict>| verdict.calls.iter().flat_map(|call| &call.cells).any(|cell| cell.granted_by.is_some());
    let anew = |row: usize| {
        let (old, new) = (old.get(row).and_then(Option::as_ref), new.get(row).and_then(Option::as_ref));
        let same = old.zip(new).is_some_and(|(old, new)| Arc::ptr_eq(old, new));
        !same && (old.is_some_and(speaks) || new.is_some_and(speaks))
    };
    !Arc::ptr_eq(old, new) && (0..old.len().max(new.len())).any(anew)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::request::parse_line;

    fn verdict(outcome: Outcome) -> Option<Arc<Verdict>> {
        let (roles, calls, items) = (Vec::new(), Vec::new(), Vec::new());
        Some(Arc::new(Verdict { outcome, status: None, reason: None, roles, calls, items, unknown: Vec::new(), notes: Vec::new() }))
    }

    #[test]
    fn verdicts_stay_with_their_requests() {
        let mut simulation = Simulation::default();
        for line in ["GET /a", "GET /b", "GET /c"] {
            simulation.requests.push(Asked::typed(parse_line(line).expect("a request")));
        }
        let column = |outcomes: [Outcome; 3]| outcomes.map(verdict).into_iter().collect::<Column>();
        use Outcome::{Allowed, Denied, Partial};
        simulation.take(vec![column([Allowed, Denied, Partial]), column([Denied, Denied, Allowed])], None, None);
        simulation.take(vec![column([Denied, Denied, Partial]), column([Denied, Denied, Allowed])], None, None);
        assert_eq!((simulation.flip(0, 0), simulation.flips()), (Some(Flip::Lost), (0, 1)));
        simulation.remove(1);
        let outcome = |simulation: &Simulation, row, column| simulation.verdict(row, column).map(|verdict| verdict.outcome);
        assert_eq!(
            (outcome(&simulation, 0, 0), outcome(&simulation, 1, 0), outcome(&simulation, 1, 1)),
            (Some(Denied), Some(Partial), Some(Allowed))
        );
        assert_eq!((simulation.flips(), outcome(&simulation, 2, 0)), ((0, 1), None));
        simulation.forget(0);
        assert_eq!((outcome(&simulation, 0, 0), outcome(&simulation, 1, 0), simulation.flips()), (None, Some(Partial), (0, 0)));
    }

    #[test]
    fn a_request_that_was_not_answered_before_counts_as_unchanged() {
        let mut simulation = Simulation::default();
        simulation.requests.push(Asked::typed(parse_line("GET /a").expect("a request")));
        simulation.take(vec![[verdict(Outcome::Allowed)].into_iter().collect()], None, None);
        simulation.requests.push(Asked::typed(parse_line("GET /b").expect("a request")));
        simulation.take(vec![[Outcome::Denied, Outcome::Denied].map(verdict).into_iter().collect()], None, None);
        assert_eq!((simulation.flip(0, 0), simulation.flip(1, 0)), (Some(Flip::Lost), None));
        simulation.settle(Basis::of(&crate::workspace::Workspace::sample()));
        assert_eq!((simulation.flips(), simulation.lacks_saved()), ((0, 0), true));
    }
}
