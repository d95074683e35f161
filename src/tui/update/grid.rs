//! The simulator's grid: its requests and users, asking for verdicts, taking answers.

use std::sync::Arc;

use crate::engine::evaluate::Subject;
use crate::engine::model::Product;
use crate::engine::request::{Body, Request, parse_dev_tools};
use crate::engine::scenario::{Case, Expectation, ScenarioChange};
use crate::engine::tune::read_paste;
use crate::tui::action::Action;
use crate::tui::dialog::Dialog;
use crate::tui::dialog::area::{self, Area};
use crate::tui::dialog::choice::{Choice, Options};
use crate::tui::dialog::prompt::{Prompt, Purpose};
use crate::tui::event::{Basis, Effect, Grid, Mend, Offer, Other, Question};
use crate::tui::layout::Focus;
use crate::tui::pane::Pane;
use crate::tui::simulation::Asked;
use crate::tui::state::State;
use crate::tui::theme::Tone;

use super::completions;

/// Do the action if it is the grid's.
pub fn act(state: &mut State, action: Action, effects: &mut Vec<Effect>) -> bool {
    match action {
        Action::New => ask_line(state, None),
        Action::Edit => {
            let row = state.list().row();
            if row.is_some() {
                ask_line(state, row);
            }
        }
        Action::PasteRequests => start_paste(state, ""),
        Action::AddColumn => {
            let candidates = completions::users(state.open.data());
            let note = "a user of the database, or `name backend,roles` for one of LDAP or SAML";
            state.dialogs.push(Dialog::Prompt(Prompt::new("ask as", note, "", Purpose::Subject).with(candidates)));
        }
        Action::Delete => drop_row(state),
        Action::Keep => keep(state),
        Action::Repair => mend(state, effects),
        Action::CompareEvaluators => other(state, Other::Evaluator),
        Action::CompareSettings => compare_settings(state, effects),
        Action::FlipDnfof => other(state, Other::Dnfof),
        _ => return false,
    }
    true
}

fn other(state: &mut State, wanted: Other) {
    if state.other == Some(wanted) {
        state.other = None;
        state.simulation.beside = false;
        state.tell(Tone::Dim, "as the configuration says");
        return;
    }
    if state.open.data().elasticsearch().is_some() {
        return state.tell(Tone::Dim, "Elasticsearch has one evaluator and no such setting");
    }
    state.other = Some(wanted);
    let (name, text) = match wanted {
        Other::Evaluator => ("other evaluator", "beside each verdict: the other evaluator's (legacy or v4)"),
        Other::Dnfof => ("do_not_fail_on_forbidden flipped", "beside each verdict: with `do_not_fail_on_forbidden` the other way"),
    };
    state.simulation.other_name = name.to_owned();
    state.tell(Tone::Warn, text);
}

/// Ask under every setting at once; the differences are shown when they are there.
fn compare_settings(state: &mut State, effects: &mut Vec<Effect>) {
    let question = question(state);
    if question.requests.is_empty() || question.subjects.is_empty() {
        return state.tell(Tone::Dim, "the grid has nothing to ask");
    }
    if question.product > Product::OpenSearch3_8 {
        return state.tell(Tone::Dim, "these settings are those of OpenSearch");
    }
    effects.push(Effect::CompareSettings(Box::new(Question { other: None, ..question })));
}

fn ask_line(state: &mut State, row: Option<usize>) {
    let text = row.and_then(|row| state.simulation.requests.get(row)).map(Asked::label).unwrap_or_default().to_owned();
    let title = if row.is_some() { "edit the request" } else { "ask" };
    let examples = ["GET logs-*/_search", "POST _bulk", "PUT logs-2026/_doc/1", "DELETE logs-*", "GET _cluster/health", "GET _cat/indices"];
    let prompt = Prompt::new(title, "a method and a path, such as `GET logs-*/_search`; a body may follow", &text, Purpose::Request(row))
        .with(examples.map(str::to_owned).to_vec());
    state.dialogs.push(Dialog::Prompt(prompt));
}

/// Open the text area for requests, with what was pasted in it.
pub fn start_paste(state: &mut State, text: &str) {
    let note = "Dev Tools text, curl lines, a refusal, audit records";
    state.dialogs.push(Dialog::Area(Box::new(Area::new("paste requests", note, text, area::Purpose::Requests))));
}

/// Read a line `METHOD path`, perhaps with a JSON body behind it.
fn read_line(text: &str) -> Result<Request, String> {
    let (head, body) = match text.find(['{', '[']) {
        Some(at) => text.split_at(at),
        None => (text, ""),
    };
    let whole = format!("{}\n{body}", head.trim());
    match parse_dev_tools(&whole).into_iter().next() {
        Some((_, Ok(request))) => Ok(request),
        Some((_, Err(error))) => Err(error.to_string()),
        None => Err("write a method and a path, such as `GET logs-*/_search`".to_owned()),
    }
}

/// Put a typed request into the grid.
pub fn add_line(state: &mut State, row: Option<usize>, text: &str) {
    match read_line(text) {
        Ok(mut request) => {
            let Some((row, asked)) = row.and_then(|row| Some((row, state.simulation.requests.get_mut(row)?))) else {
                state.simulation.requests.push(Asked::typed(request));
                first_user(state);
                return shown(state, None);
            };
            if request.body == Body::None {
                request.body = asked.request().body.clone();
            }
            match asked.case {
                None => {
                    *asked = Asked::typed(request);
                    state.simulation.forget(row);
                }
                Some(at) => {
                    let case = state.open.data().workspace().scenarios().cases.get(at).cloned();
                    if let Some(case) = case {
                        let case = Case { request, ..case };
                        keep_change(state, ScenarioChange::ReplaceCase { at, case });
                    }
                }
            }
            shown(state, Some(row));
        }
        Err(problem) => {
            let mut prompt = Prompt::new("ask", "", text, Purpose::Request(row));
            prompt.problem = Some(problem);
            state.dialogs.push(Dialog::Prompt(prompt));
        }
    }
}

/// A grid without users asks as the user that the users pane is on.
fn first_user(state: &mut State) {
    if state.simulation.subjects.is_empty()
        && let Some(name) = state.list_of(Pane::Users).name().map(str::to_owned)
    {
        add_subject(state, &name);
    }
}

/// Put what was pasted into the grid: Dev Tools text, curl lines, audit records, or a refusal, for which repairs are
/// looked for at once.
pub fn add_text(state: &mut State, text: &str, effects: &mut Vec<Effect>) {
    let names: Vec<String> = state.open.data().workspace().cluster().indices.keys().cloned().collect();
    let pasted = read_paste(text, &names);
    for sender in pasted.senders {
        add_guest(
            state,
            Subject { user: sender.user, backend_roles: sender.backend_roles, requested_tenant: sender.tenant, ..Subject::default() },
        );
    }
    let count = pasted.requests.len();
    let first = state.simulation.requests.len();
    state.simulation.requests.extend(pasted.requests.into_iter().map(Asked::typed));
    if count > 0 {
        first_user(state);
        shown(state, Some(first));
    }
    let told = if pasted.told.is_empty() { String::new() } else { format!(": {}", pasted.told.join("; ")) };
    match pasted.unsaid.as_slice() {
        [] => state.tell(Tone::Good, format!("{count} read{told}")),
        unsaid => state.tell(Tone::Warn, format!("{count} read{told}; not said: {}", unsaid.join("; "))),
    }
    let cell = state.simulation.requests.get(first).zip(state.simulation.subjects.get(state.simulation.column));
    if let Some((asked, subject)) = cell.filter(|_| pasted.is_denial) {
        let (subject, request) = (subject.clone(), Request::clone(asked.request()));
        effects.push(mend_of(state, subject, request));
    }
}

/// A change of the scenario file.
fn keep_change(state: &mut State, change: ScenarioChange) -> bool {
    if state.read_only {
        state.tell(Tone::Warn, "read-only: `R` allows edits");
        return false;
    }
    match state.open.apply(vec![change.into()]) {
        Ok(()) => {
            state.log.asked();
            true
        }
        Err(message) => {
            state.tell(Tone::Bad, message);
            false
        }
    }
}

/// Put the request under the cursor into the scenario file, with the verdicts of now as what is expected.
fn keep(state: &mut State) {
    let Some(row) = state.list().row() else { return };
    let simulation = &state.simulation;
    let Some(asked) = simulation.requests.get(row) else { return };
    if asked.case.is_some() {
        return state.tell(Tone::Dim, "this request stands in the scenario file already");
    }
    let Some(name) = simulation.names.get(simulation.column) else {
        return state.tell(Tone::Dim, "no user to ask as; `a` adds one");
    };
    let outcome = simulation.verdict(row, simulation.column).map(|verdict| verdict.outcome);
    let expected = outcome.filter(|outcome| *outcome != crate::engine::evaluate::Outcome::Unknown);
    let case = Case {
        name: asked.label().to_owned(),
        users: vec![name.as_str().into()],
        request: Request::clone(asked.request()),
        expect: expected.map(|outcome| (name.clone(), Expectation { outcome, reason: None, place: None })).into_iter().collect(),
        place: None,
    };
    if keep_change(state, ScenarioChange::AddCase(case)) {
        state.simulation.remove(row);
        state.tell(Tone::Changed, "kept in the scenario file, with today's verdict expected");
    }
}

fn drop_row(state: &mut State) {
    let Some(row) = state.list().row() else { return };
    let Some(asked) = state.simulation.requests.get(row) else { return };
    let label = asked.label().to_owned();
    match asked.case {
        Some(at) => {
            if !keep_change(state, ScenarioChange::RemoveCase { at }) {
                return;
            }
        }
        None => state.simulation.remove(row),
    }
    state.tell(Tone::Dim, format!("dropped {label}"));
}

/// Ask what would let the request under the cursor pass.
fn mend(state: &mut State, effects: &mut Vec<Effect>) {
    let simulation = &state.simulation;
    let row = state.list_of(Pane::Simulator).row();
    let cell = row.and_then(|row| Some((simulation.requests.get(row)?, simulation.subjects.get(simulation.column)?)));
    let Some((asked, subject)) = cell else { return };
    if row
        .and_then(|row| simulation.verdict(row, simulation.column))
        .is_some_and(|verdict| verdict.outcome == crate::engine::evaluate::Outcome::Allowed)
    {
        return state.tell(Tone::Dim, "nothing is missing here");
    }
    effects.push(mend_of(state, subject.clone(), Request::clone(asked.request())));
    state.tell(Tone::Dim, "looking for repairs...");
}

fn mend_of(state: &State, subject: Subject, request: Request) -> Effect {
    let scenario = state.open.data().workspace().scenarios().clone();
    Effect::Mend(Box::new(Mend { subject, request, question: question(state), scenario }))
}

/// Repairs were found.
pub fn repairs(state: &mut State, repairs: Vec<Offer>) {
    if repairs.is_empty() {
        return state.tell(Tone::Warn, "no grant would let it pass: a protection refuses, or nothing is missing");
    }
    offer(state, "repairs, what opens least first".to_owned(), repairs);
}

/// Let changes be chosen.
pub fn offer(state: &mut State, title: String, offers: Vec<Offer>) {
    if offers.is_empty() {
        return state.tell(Tone::Dim, "nothing to choose from");
    }
    state.notice = None;
    let names = offers.iter().map(|offer| offer.title.clone()).collect();
    let notes = offers.iter().map(|offer| offer.price.clone()).collect();
    let changes = offers.into_iter().map(|offer| offer.changes).collect();
    state.dialogs.push(Dialog::Choice(Choice::new(title, Options::Repairs(changes), names, notes)));
}

fn shown(state: &mut State, row: Option<usize>) {
    state.pane = Pane::Simulator;
    state.focus = Focus::List;
    state.refresh();
    state.ask_again();
    let last = state.simulation.requests.len().saturating_sub(1);
    state.list_mut().select_row(row.unwrap_or(last));
}

/// Put one more user into the grid.
pub fn add_subject(state: &mut State, text: &str) {
    let (name, roles) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let roles = roles.split(',').map(str::trim).filter(|role| !role.is_empty());
    add_guest(state, Subject { user: name.to_owned(), backend_roles: roles.map(str::to_owned).collect(), ..Subject::default() });
}

fn add_guest(state: &mut State, guest: Subject) {
    let name = guest.user.clone();
    state.simulation.guests.push(guest);
    reload(state);
    if let Some(column) = state.simulation.names.iter().position(|have| *have == name) {
        state.simulation.column = column;
    }
}

/// Take the requests and users of the scenario again.
pub fn reload(state: &mut State) {
    let data = state.open.data();
    state.simulation.load(data.workspace().scenarios(), data.workspace().directory());
}

/// The grid as it is, to be asked.
pub fn question(state: &State) -> Question {
    let workspace = state.open.data().workspace();
    let Basis { configuration, elasticsearch } = Basis::of(workspace);
    Question {
        generation: state.simulation.generation,
        requests: state.simulation.requests.iter().map(|asked| Arc::clone(asked.request())).collect(),
        subjects: state.simulation.subjects.clone(),
        other: state.other,
        configuration,
        elasticsearch,
        cluster: workspace.cluster().clone(),
        product: workspace.product(),
        evaluator: workspace.evaluator(),
        saved: None,
    }
}

/// Ask for the whole grid.
pub fn ask(state: &mut State) -> Vec<Effect> {
    reload(state);
    state.simulation.generation += 1;
    state.simulation.given_up = false;
    state.simulation.waiting = !state.simulation.requests.is_empty() && !state.simulation.subjects.is_empty();
    let mut question = question(state);
    if !state.open.is_dirty() {
        state.simulation.basis = Some(Basis::of(state.open.data().workspace()));
    } else if state.simulation.lacks_saved() {
        question.saved = state.simulation.basis.clone();
    }
    if state.simulation.waiting { vec![Effect::Ask(question)] } else { Vec::new() }
}

/// Take an answer, unless a newer question is under way.
pub fn answered(state: &mut State, generation: u64, now: Grid, other: Option<Grid>, saved: Option<Grid>) {
    if generation != state.simulation.generation {
        return;
    }
    let simulation = &mut state.simulation;
    simulation.waiting = false;
    simulation.given_up = false;
    state.work = None;
    let before = simulation.flips();
    simulation.take(now, other, saved);
    if !state.open.is_dirty() {
        let basis = Basis::of(state.open.data().workspace());
        state.simulation.settle(basis);
    }
    let flips = state.simulation.flips();
    if flips != before && flips != (0, 0) {
        state.tell(Tone::Changed, format!("access since the last save: {} gained, {} lost", flips.0, flips.1));
    }
}
