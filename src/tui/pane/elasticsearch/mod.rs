//! The panes in Elasticsearch's words: users, roles, role mappings, privileges. The simulator and the
//! findings are the same for every product.

pub mod mappings;
pub mod privileges;
pub mod roles;
pub mod users;

use super::Pane;
use crate::engine::model::elasticsearch::Configuration;
use crate::tui::data::Data;
use crate::tui::line::Line;
use crate::tui::simulation::Simulation;
use crate::tui::theme::Tone;

/// The names of the rows; none for a pane that all products share.
pub fn rows(pane: Pane, all: &Configuration, data: &Data) -> Option<Vec<String>> {
    Some(match pane {
        Pane::Users => all.users.keys().cloned().collect(),
        Pane::Roles => roles::rows(all, data),
        Pane::Mappings => all.role_mappings.keys().cloned().collect(),
        Pane::Privileges => privileges::rows(all, data),
        Pane::Tenants | Pane::Settings => Vec::new(),
        Pane::Simulator | Pane::Findings => return None,
    })
}

/// What a row shows after its name; none for a pane that all products share.
pub fn columns(pane: Pane, all: &Configuration, data: &Data, name: &str) -> Option<Vec<(Tone, String)>> {
    Some(match pane {
        Pane::Users => users::columns(all, name),
        Pane::Roles => roles::columns(all, data, name),
        Pane::Mappings => mappings::columns(all, name),
        Pane::Privileges => privileges::columns(all, data, name),
        Pane::Tenants | Pane::Settings => Vec::new(),
        Pane::Simulator | Pane::Findings => return None,
    })
}

/// The detail of a row; none for a pane that all products share.
pub fn detail(pane: Pane, all: &Configuration, data: &Data, simulation: &Simulation, name: &str) -> Option<Vec<Line>> {
    Some(match pane {
        Pane::Users => users::detail(all, data, simulation, name),
        Pane::Roles => roles::detail(all, data, simulation, name),
        Pane::Mappings => mappings::detail(all, data, name),
        Pane::Privileges => privileges::detail(all, data, name),
        Pane::Tenants | Pane::Settings => Vec::new(),
        Pane::Simulator | Pane::Findings => return None,
    })
}

/// What to say when there is no row at all.
pub fn empty(pane: Pane) -> Option<[&'static str; 2]> {
    Some(match pane {
        Pane::Users => {
            ["No users here.", "`n` makes one of the file realm; users of LDAP or SAML need none: ask as them in the simulator."]
        }
        Pane::Mappings => ["No role mappings.", "`n` makes one with rules; roles of `users_roles` need none."],
        Pane::Tenants => ["Elasticsearch knows no tenants.", "Kibana's spaces are resources of application privileges, in the roles."],
        Pane::Settings => ["Elasticsearch has no dynamic security settings that decide.", ""],
        Pane::Roles | Pane::Privileges | Pane::Simulator | Pane::Findings => return None,
    })
}
