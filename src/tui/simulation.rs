//! The simulator's state: requests by users, their verdicts now and at the last save.

use std::collections::VecDeque;
use std::sync::Arc;

use foldhash::fast::RandomState;
use indexmap::IndexSet;

use super::coverage::Used;
use super::event::Grid;
use super::theme::Tone;
use crate::engine::evaluate::{Outcome, Subject, Verdict};
use crate::engine::request::Request;
use crate::engine::scenario::{Directory, Scenario, subject};

/// A request of the grid.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Asked {
    /// The name that the scenario gives it.
    pub name: Option<String>,
    /// What is sent; shared with the questions about it.
    pub request: Arc<Request>,
    /// The verdicts that the scenario expects, by user.
    pub expected: Vec<(String, Outcome)>,
    /// Which case of the scenario file it is; none for a request typed in this sitting.
    pub case: Option<usize>,
    now: Vec<Option<Arc<Verdict>>>,
    saved: Vec<Option<Arc<Verdict>>>,
    other: Vec<Option<Arc<Verdict>>>,
}

impl Asked {
    /// A request typed in this sitting.
    pub fn typed(request: Request) -> Self {
        Asked { request: Arc::new(request), ..Asked::default() }
    }

    /// One line for lists.
    pub fn label(&self) -> String {
        self.request.to_string()
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
    /// The column of the cursor.
    pub column: usize,
    /// The scenario that the rows were taken from, and the users that it names.
    loaded: Option<(Arc<Scenario>, Vec<String>)>,
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
        self.requests.get(row)?.now.get(column)?.as_ref()
    }

    /// The word of a cell.
    pub fn word(&self, row: usize, column: usize) -> (Tone, &'static str) {
        word(self.verdict(row, column).map(|verdict| verdict.outcome))
    }

    /// The word of a cell under the other evaluator or setting.
    pub fn other_word(&self, row: usize, column: usize) -> Option<(Tone, &'static str)> {
        let verdict = self.requests.get(row).and_then(|asked| asked.other.get(column)).and_then(Option::as_ref);
        self.beside.then(|| word(verdict.map(|verdict| verdict.outcome)))
    }

    /// How a cell changed since the last save.
    pub fn flip(&self, row: usize, column: usize) -> Option<Flip> {
        flip(self.verdict(row, column), self.requests.get(row)?.saved.get(column)?.as_ref())
    }

    /// How many cells gained and lost access since the last save.
    pub fn flips(&self) -> (usize, usize) {
        let cells = self.requests.iter().flat_map(|asked| asked.now.iter().zip(&asked.saved));
        cells.fold((0, 0), |(gained, lost), (now, saved)| match flip(now.as_ref(), saved.as_ref()) {
            Some(Flip::Gained) => (gained + 1, lost),
            Some(Flip::Lost) => (gained, lost + 1),
            None => (gained, lost),
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
        let mut found = Vec::new();
        for (row, asked) in self.requests.iter().enumerate() {
            for (column, verdict) in asked.now.iter().enumerate() {
                let through = |verdict: &Verdict| {
                    let evidence = verdict.calls.iter().flat_map(|call| &call.cells).filter_map(|cell| cell.granted_by.as_ref());
                    evidence.flat_map(|evidence| &evidence.hops).any(|hop| hop.kind == "role" && hop.name == role)
                };
                if verdict.as_deref().is_some_and(through) {
                    found.push((row, column));
                }
            }
        }
        found
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
            for asked in &mut self.requests {
                for cells in [&mut asked.now, &mut asked.saved, &mut asked.other] {
                    *cells = known.iter().map(|at| cells.get((*at)?).cloned().flatten()).collect();
                }
            }
        }
        self.names = names;
        self.subjects = subjects;
    }

    fn load_cases(&mut self, scenario: &Scenario) {
        let mut old: VecDeque<Asked> = std::mem::take(&mut self.requests).into();
        for (at, case) in scenario.cases.iter().enumerate() {
            // nearly always the first of them
            let kept = old.iter().position(|asked| asked.case.is_some() && *asked.request == case.request);
            let mut asked = match kept.and_then(|at| old.remove(at)) {
                Some(asked) => asked,
                None => Asked::typed(case.request.clone()),
            };
            asked.name = Some(case.name.clone()).filter(|name| *name != case.request.to_string());
            asked.expected = case.expect.iter().map(|(user, expected)| (user.clone(), expected.outcome)).collect();
            asked.case = Some(at);
            self.requests.push(asked);
        }
        self.requests.extend(old.into_iter().filter(|asked| asked.case.is_none()));
    }

    /// Take verdicts; cells that were never answered before count as unchanged since the last save.
    pub fn take(&mut self, now: Grid, other: Option<Grid>) {
        // evidence is only looked at again where some came or went
        let speaks = |cell: &Option<Arc<Verdict>>| {
            cell.as_ref().is_some_and(|verdict| verdict.calls.iter().flat_map(|call| &call.cells).any(|cell| cell.granted_by.is_some()))
        };
        let silent = |old: &[Option<Arc<Verdict>>], new: &[Option<Arc<Verdict>>]| {
            let pairs = old.iter().map(Some).chain(std::iter::repeat(None)).zip(new);
            let same = |old: Option<&Arc<Verdict>>, new: &Option<Arc<Verdict>>| {
                old.zip(new.as_ref()).is_some_and(|(old, new)| Arc::ptr_eq(old, new))
            };
            old.len() <= new.len()
                && pairs.into_iter().all(|(old, new)| same(old.and_then(Option::as_ref), new) || !(speaks(new) || old.is_some_and(speaks)))
        };
        if now.len() != self.requests.len() || !self.requests.iter().zip(&now).all(|(asked, new)| silent(&asked.now, new)) {
            self.used = Used::default();
            now.iter().flatten().flatten().for_each(|verdict| self.used.read(verdict));
        }
        for (asked, cells) in self.requests.iter_mut().zip(now) {
            asked.saved.resize(cells.len(), None);
            for (saved, cell) in asked.saved.iter_mut().zip(&cells) {
                if saved.is_none() {
                    saved.clone_from(cell);
                }
            }
            asked.now = cells;
        }
        self.beside = other.is_some();
        for (asked, cells) in self.requests.iter_mut().zip(other.into_iter().flatten()) {
            asked.other = cells;
        }
    }

    /// Take the verdicts of now as those of the last save.
    pub fn settle(&mut self) {
        for asked in &mut self.requests {
            asked.saved.clone_from(&asked.now);
        }
    }

    /// Forget what was answered about a row, after its request changed.
    pub fn forget(&mut self, row: usize) {
        if let Some(asked) = self.requests.get_mut(row) {
            asked.now.clear();
            asked.saved.clear();
            asked.other.clear();
        }
    }
}
