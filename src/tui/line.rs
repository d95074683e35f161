//! A line of a detail: text in tones, where it leads, and what of the entry it shows.

use super::escape::safe;
use super::theme::Tone;
use crate::source::Place;

/// Something that can be jumped to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    /// A user.
    User(String),
    /// A role.
    Role(String),
    /// The mapping of a role.
    Mapping(String),
    /// An action group or an action.
    Privilege(String),
    /// A tenant.
    Tenant(String),
    /// A dynamic setting.
    Setting(String),
    /// A request of the simulator, by its row.
    Request(usize),
    /// A verdict of the simulator, by row and column.
    Verdict(usize, usize),
    /// A problem or finding, by its row.
    Finding(usize),
    /// Bytes of a file.
    Place(Place),
}

/// A list of texts inside an entry of Elasticsearch's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ElasticsearchList {
    /// A role's cluster privileges.
    Cluster,
    /// Whom a role's holders may run as.
    RunAs,
    /// Names of the entry of `indices` of that number.
    Names(usize),
    /// Privileges of the entry of `indices` of that number.
    Privileges(usize),
    /// Granted fields of that entry.
    Grant(usize),
    /// Excepted fields of that entry.
    Except(usize),
    /// Privileges of the entry of `applications` of that number.
    ApplicationPrivileges(usize),
    /// Resources of that entry.
    Resources(usize),
    /// A user's roles.
    UserRoles,
    /// The roles that a mapping gives.
    MappedRoles,
    /// The distinguished names of an entry of role_mapping.yml.
    Dns,
    /// The actions of a stored application privilege.
    StoredActions,
}

/// A list of texts inside an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ListField {
    /// A role's cluster permissions.
    ClusterPermissions,
    /// Index patterns of the role's rule of that number.
    IndexPatterns(usize),
    /// Actions of the role's rule of that number.
    Actions(usize),
    /// Fields of the role's rule of that number.
    Fls(usize),
    /// Masked fields of the role's rule of that number.
    MaskedFields(usize),
    /// Tenant patterns of the role's tenant rule of that number.
    TenantPatterns(usize),
    /// Actions of the role's tenant rule of that number.
    TenantActions(usize),
    /// A mapping's users.
    MappingUsers,
    /// A mapping's backend roles.
    MappingBackendRoles,
    /// A mapping's backend roles of which all must be there.
    MappingAndBackendRoles,
    /// A mapping's hosts.
    MappingHosts,
    /// What an action group holds.
    GroupActions,
    /// A user's backend roles.
    UserBackendRoles,
    /// Roles given to a user directly.
    UserRoles,
    /// One of an entry of Elasticsearch's.
    Elasticsearch(ElasticsearchList),
}

/// What of the entry a line shows, for edits under the cursor.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Spot {
    /// The heading of a list: `a` adds to it.
    List(ListField),
    /// An item of a list.
    Item(ListField, usize),
    /// A whole index rule.
    Rule(usize),
    /// A whole tenant rule.
    TenantRule(usize),
    /// The DLS query of an index rule.
    Dls(usize),
    /// A whole entry of a role's `applications`.
    Application(usize),
    /// Whether an entry of `indices` means restricted names too.
    Restricted(usize),
    /// Whether a mapping or a user counts.
    Enabled,
    /// A rule of a mapping, by the way to it: the number of the rule in each list.
    MappingRule(Vec<usize>),
    /// The description.
    Description,
    /// The password.
    Password,
    /// The heading of the attributes.
    Attributes,
    /// One attribute.
    Attribute(String),
    /// The value of a setting.
    Setting(String),
    /// A cell of a verdict that misses a permission: index and action.
    Missing(String, String),
}

/// One line of a detail.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Line {
    /// Text in tones, safe for the terminal.
    pub spans: Vec<(Tone, String)>,
    /// Where enter goes.
    pub target: Option<Target>,
    /// What edits act on.
    pub spot: Option<Spot>,
}

impl Line {
    /// A line that starts with `text`.
    pub fn new(tone: Tone, text: impl AsRef<str>) -> Self {
        Line::default().and(tone, text)
    }

    /// A heading.
    pub fn heading(text: impl AsRef<str>) -> Self {
        Line::new(Tone::Heading, text)
    }

    /// An empty line.
    pub fn blank() -> Self {
        Line::default()
    }

    /// The same line with more text; what the terminal must not see is escaped here, once for all.
    pub fn and(mut self, tone: Tone, text: impl AsRef<str>) -> Self {
        self.spans.push((tone, safe(text.as_ref()).into_owned()));
        self
    }

    /// The same line leading somewhere.
    pub fn to(mut self, target: Target) -> Self {
        self.target = Some(target);
        self
    }

    /// The same line showing a part of the entry.
    pub fn on(mut self, spot: Spot) -> Self {
        self.spot = Some(spot);
        self
    }

    /// The text without tones.
    pub fn text(&self) -> String {
        self.spans.iter().map(|(_, text)| text.as_str()).collect()
    }

    /// Whether the cursor stops here.
    pub fn stops(&self) -> bool {
        self.target.is_some() || self.spot.is_some()
    }
}
