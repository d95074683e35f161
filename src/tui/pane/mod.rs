//! The panes: for each, its rows, what a row shows beside its name, and the detail of an entry.
//! One file a pane; what they share stands in `detail`.

pub mod detail;
pub mod elasticsearch;
pub mod findings;
pub mod mappings;
pub mod privileges;
pub mod roles;
pub mod settings;
pub mod simulator;
pub mod tenants;
pub mod users;

use super::action::Action;
use super::data::Data;
use super::line::{Line, Target};
use super::simulation::Simulation;
use super::symbols::Symbols;
use super::theme::Tone;
use crate::engine::model::Product;
use crate::engine::model::opensearch::Configuration;

/// One of the panes, in the order of their digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Pane {
    /// Users of the internal database.
    Users,
    /// Roles.
    Roles,
    /// Role mappings.
    Mappings,
    /// Action groups and actions.
    Privileges,
    /// Requests by users.
    Simulator,
    /// Problems of the files and findings of the rules.
    Findings,
    /// Tenants.
    Tenants,
    /// Dynamic settings.
    Settings,
}

impl Pane {
    /// Every pane.
    pub const ALL: [Pane; 8] =
        [Pane::Users, Pane::Roles, Pane::Mappings, Pane::Privileges, Pane::Simulator, Pane::Findings, Pane::Tenants, Pane::Settings];

    /// The name over the pane.
    pub fn title(self) -> &'static str {
        match self {
            Pane::Users => "users",
            Pane::Roles => "roles",
            Pane::Mappings => "mappings",
            Pane::Privileges => "privileges",
            Pane::Simulator => "simulator",
            Pane::Findings => "findings",
            Pane::Tenants => "tenants",
            Pane::Settings => "settings",
        }
    }

    /// One entry of the pane, in the field's words.
    pub fn entry(self) -> &'static str {
        match self {
            Pane::Users => "user",
            Pane::Roles => "role",
            Pane::Mappings => "role mapping",
            Pane::Privileges => "action group",
            Pane::Simulator => "request",
            Pane::Findings => "finding",
            Pane::Tenants => "tenant",
            Pane::Settings => "setting",
        }
    }

    /// The pane that an action shows.
    pub fn shown_by(action: Action) -> Option<Pane> {
        Some(match action {
            Action::Users => Pane::Users,
            Action::Roles => Pane::Roles,
            Action::Mappings => Pane::Mappings,
            Action::Privileges => Pane::Privileges,
            Action::Simulator => Pane::Simulator,
            Action::Findings => Pane::Findings,
            Action::Tenants => Pane::Tenants,
            Action::Settings => Pane::Settings,
            _ => return None,
        })
    }

    /// The names of the rows, in file order.
    pub fn rows(self, data: &Data, simulation: &Simulation) -> Vec<String> {
        if let Some(rows) = data.elasticsearch().and_then(|all| elasticsearch::rows(self, all, data)) {
            return rows;
        }
        match self {
            Pane::Users => data.configuration().internal_users.keys().cloned().collect(),
            Pane::Roles => roles::rows(data),
            Pane::Mappings => data.configuration().roles_mapping.keys().cloned().collect(),
            Pane::Privileges => privileges::rows(data),
            Pane::Simulator => simulation.requests.iter().map(|asked| asked.label().to_owned()).collect(),
            Pane::Findings => findings::rows(data),
            Pane::Tenants => tenants::rows(data),
            Pane::Settings => settings::rows(data),
        }
    }

    /// Whether the rows are certainly the same over two configurations of OpenSearch, so that they need not be listed
    /// again: an edit inside an entry changes the rows of no pane but, by the actions that it names, the privileges'.
    pub fn rows_stay(self, before: &Configuration, now: &Configuration) -> bool {
        match self {
            Pane::Users => before.internal_users.shares_names(&now.internal_users),
            Pane::Roles => before.roles.shares_names(&now.roles),
            Pane::Mappings => before.roles_mapping.shares_names(&now.roles_mapping),
            Pane::Privileges => privileges::rows_stay(before, now),
            Pane::Simulator | Pane::Findings | Pane::Tenants | Pane::Settings => false,
        }
    }

    /// What a row shows after its name, briefest first.
    pub fn columns(self, data: &Data, simulation: &Simulation, symbols: &Symbols, row: usize, name: &str) -> Vec<(Tone, String)> {
        if let Some(columns) = data.elasticsearch().and_then(|all| elasticsearch::columns(self, all, data, name)) {
            return columns;
        }
        match self {
            Pane::Users => users::columns(data, name),
            Pane::Roles => roles::columns(data, simulation, symbols, name),
            Pane::Mappings => mappings::columns(data, name),
            Pane::Privileges => privileges::columns(data, name),
            Pane::Simulator => Vec::new(),
            Pane::Findings => findings::columns(data, row),
            Pane::Tenants => tenants::columns(data, name),
            Pane::Settings => settings::columns(data, name),
        }
    }

    /// The detail of a row.
    pub fn detail(self, data: &Data, simulation: &Simulation, symbols: &Symbols, row: usize, name: &str) -> Vec<Line> {
        if let Some(mut lines) = data.elasticsearch().and_then(|all| elasticsearch::detail(self, all, data, simulation, name)) {
            findings::about(data, self, name, &mut lines);
            return lines;
        }
        let mut lines = match self {
            Pane::Users => users::detail(data, simulation, name),
            Pane::Roles => roles::detail(data, simulation, symbols, name),
            Pane::Mappings => mappings::detail(data, name),
            Pane::Privileges => privileges::detail(data, name),
            Pane::Simulator => simulator::detail(data, simulation, row),
            Pane::Findings => findings::detail(data, row),
            Pane::Tenants => tenants::detail(data, name),
            Pane::Settings => settings::detail(data, name),
        };
        findings::about(data, self, name, &mut lines);
        lines
    }

    /// What to say when there is no row at all: what is missing, and the next step.
    pub fn empty(self, data: &Data) -> [&'static str; 2] {
        if data.workspace().product() == Product::ElasticsearchOss && !matches!(self, Pane::Simulator | Pane::Findings) {
            return ["Open-source Elasticsearch has no security: everybody may do everything.", "`5` asks requests all the same."];
        }
        if let Some(text) = data.elasticsearch().and_then(|_| elasticsearch::empty(self)) {
            return text;
        }
        match self {
            Pane::Users => ["No internal users here.", "`n` makes one; users of LDAP or SAML need none: ask as them in the simulator."],
            Pane::Roles => ["No roles of your own.", "`n` makes one; the built-in roles come with the product."],
            Pane::Mappings => ["No role is mapped to anybody.", "`n` maps a role to users, backend roles or hosts."],
            Pane::Privileges => ["No action groups.", "`n` makes one."],
            Pane::Simulator => ["No requests yet.", "`n` types one, such as `GET logs-*/_search`; `p` pastes Dev Tools text."],
            Pane::Findings => ["Nothing wrong found.", "Problems in the files and findings of the rules would stand here."],
            Pane::Tenants => ["No tenants of your own.", "`n` makes one."],
            Pane::Settings => ["No dynamic settings: config.yml is not among the files.", "The product's defaults hold."],
        }
    }

    /// The pane that a target stands in, and its name there.
    pub fn of(target: &Target) -> Option<(Pane, &str)> {
        Some(match target {
            Target::User(name) => (Pane::Users, name),
            Target::Role(name) => (Pane::Roles, name),
            Target::Mapping(name) => (Pane::Mappings, name),
            Target::Privilege(name) => (Pane::Privileges, name),
            Target::Tenant(name) => (Pane::Tenants, name),
            Target::Setting(name) => (Pane::Settings, name),
            Target::Request(_) | Target::Verdict(..) | Target::Finding(_) | Target::Place(_) => return None,
        })
    }

    /// The target of a row.
    pub fn target(self, row: usize, name: &str) -> Target {
        let name = name.to_owned();
        match self {
            Pane::Users => Target::User(name),
            Pane::Roles => Target::Role(name),
            Pane::Mappings => Target::Mapping(name),
            Pane::Privileges => Target::Privilege(name),
            Pane::Simulator => Target::Request(row),
            Pane::Findings => Target::Finding(row),
            Pane::Tenants => Target::Tenant(name),
            Pane::Settings => Target::Setting(name),
        }
    }
}
