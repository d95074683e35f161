//! What is remembered of a directory: the open pane, its row, the splits, the theme.

use serde::{Deserialize, Serialize};

use super::pane::Pane;
use super::state::State;

/// What one sitting leaves to the next.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Session {
    pane: String,
    row: Option<String>,
    split: u16,
    theme: String,
    users: Vec<String>,
}

impl Session {
    /// What there is to remember.
    pub fn of(state: &State) -> String {
        let session = Session {
            pane: state.pane.title().to_owned(),
            row: state.list().name().map(str::to_owned),
            split: state.split,
            theme: state.theme().name.clone(),
            users: state.simulation.guests.iter().map(|guest| guest.user.clone()).collect(),
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
        if let Some(at) = state.themes.iter().position(|theme| theme.name == session.theme) {
            state.themes.rotate_left(at);
        }
        state.refresh();
        if let Some(row) = &session.row {
            state.list_mut().select(row);
        }
    }
}
