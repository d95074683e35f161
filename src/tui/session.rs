//! What is remembered of a directory: what was open and where, the splits, the theme, who was asked as what.

use serde::{Deserialize, Serialize};

use super::layout::Focus;
use super::pane::Pane;
use super::raw::Raw;
use super::simulation::Asked;
use super::state::State;
use crate::engine::evaluate::Subject;
use crate::engine::request::{Body, Request, parse_dev_tools};

/// What one sitting leaves to the next.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Session {
    pane: String,
    row: Option<String>,
    detail: bool,
    zoom: bool,
    raw: bool,
    split: u16,
    side: u16,
    theme: String,
    requests: Vec<String>,
    users: Vec<Guest>,
}

/// Somebody who was added to the grid.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Guest {
    name: String,
    backend_roles: Vec<String>,
}

/// A request as it is typed.
fn typed(request: &Request) -> String {
    let body = match &request.body {
        Body::None => String::new(),
        Body::Json(value) => value.to_string(),
        Body::Lines(lines) => lines.iter().map(|line| format!("{line}\n")).collect(),
        Body::Text(text) => text.clone(),
    };
    format!("{} {}\n{body}", request.method, request.path)
}

impl Session {
    /// What there is to remember.
    pub fn of(state: &State) -> String {
        let requests = state.simulation.requests.iter().filter(|asked| asked.case.is_none());
        let guest = |guest: &Subject| Guest { name: guest.user.clone(), backend_roles: guest.backend_roles.clone() };
        let session = Session {
            pane: state.pane.title().to_owned(),
            row: state.list().name().map(str::to_owned),
            detail: state.focus == Focus::Detail,
            zoom: state.zoom,
            raw: state.raw.is_some(),
            split: state.split,
            side: state.side,
            theme: state.theme().name.clone(),
            requests: requests.map(|asked| typed(asked.request())).collect(),
            users: state.simulation.guests.iter().map(guest).collect(),
        };
        toml::to_string(&session).unwrap_or_default()
    }

    /// Put the panes as they were; what cannot be read, or is no longer there, is left out.
    pub fn restore(state: &mut State, text: &str) {
        let Ok(session) = toml::from_str::<Session>(text) else { return };
        if let Some(pane) = Pane::ALL.into_iter().find(|pane| pane.title() == session.pane) {
            state.pane = pane;
        }
        if (15..=80).contains(&session.split) {
            state.split = session.split;
        }
        if (15..=45).contains(&session.side) {
            state.side = session.side;
        }
        if let Some(at) = state.themes.iter().position(|theme| theme.name == session.theme) {
            state.themes.rotate_left(at);
        }
        state.zoom = session.zoom;
        state.raw = session.raw.then(Raw::default);
        for guest in session.users {
            state.simulation.guests.push(Subject { user: guest.name, backend_roles: guest.backend_roles, ..Subject::default() });
        }
        let read = session.requests.iter().flat_map(|text| parse_dev_tools(text));
        state.simulation.requests.extend(read.filter_map(|(_, request)| request.ok()).map(Asked::typed));
        let workspace = state.open.data().workspace();
        let (scenario, configuration) = (workspace.scenarios().clone(), workspace.configuration().clone());
        state.simulation.load(&scenario, &configuration);
        state.refresh();
        if let Some(row) = &session.row {
            state.list_mut().select(row);
        }
        if session.detail {
            state.focus = Focus::Detail;
        }
    }
}
