//! Elasticsearch security's configuration: roles, role mappings, users, stored application privileges.
//!
//! Values are as the engine would read them; each keeps the place that it was read from. What only an
//! older product reads (a text where a list is usual, X-Pack 5.x) is read and remembered as such.

mod body;
mod file;
mod lines;
mod read;
mod read_application;
mod read_role;
mod rules;

pub use file::{FileKind, Part, read_file};
pub use lines::{read_users, read_users_roles};
pub use read::{DocumentKind, read_document, read_kibana_roles, read_privileges, read_role_mappings, read_user_api};
pub use read_role::{read_role, read_roles};
pub use rules::Rule;

pub use super::opensearch::Secret;

use crate::engine::model::{Entries, Product};

use crate::source::{Located, Place};

/// The engine does not take a role; the text is its own.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// What the engine throws.
    pub class: RefusalClass,
    /// The engine's own text.
    pub message: String,
    /// What of the role is refused; the reader and `refusal` know it.
    pub place: Option<Place>,
}

/// The class of a refusal; the API names it in `type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RefusalClass {
    /// `parse_exception`: the role's form is wrong.
    Parse,
    /// `x_content_parse_exception`: an application or global entry's form is wrong.
    ContentParse,
    /// `illegal_argument_exception`: a privilege or pattern that does not exist.
    IllegalArgument,
    /// `number_format_exception`: a count in a pattern that is no whole number of 32 bits.
    Number,
    /// `security_exception`: patterns that cannot be compiled.
    Security,
    /// `exception`: field permissions that cannot be computed (6.8).
    Plain,
    /// `action_request_validation_exception`: a name that no role may have; of roles.yml the log says it.
    Validation,
    /// `validation_exception`: the same where the role is read from JSON.
    Name,
    /// Lucene's own: an automaton that needs too much work, where the engine does not wrap it.
    TooComplex,
}

impl RefusalClass {
    /// The name of the engine's class, as its logs print it.
    pub fn java(self) -> &'static str {
        match self {
            RefusalClass::Parse => "ElasticsearchParseException",
            RefusalClass::ContentParse => "XContentParseException",
            RefusalClass::IllegalArgument => "IllegalArgumentException",
            RefusalClass::Number => "NumberFormatException",
            RefusalClass::Security => "ElasticsearchSecurityException",
            RefusalClass::Plain => "ElasticsearchException",
            RefusalClass::Validation => "ActionRequestValidationException",
            RefusalClass::Name => "ValidationException",
            RefusalClass::TooComplex => "TooComplexToDeterminizeException",
        }
    }
}

/// A refusal by products up to one, X-Pack 5.1 included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierRefusal {
    /// The last product that refuses in these words.
    pub until: Product,
    /// What they say.
    pub refusal: Refusal,
}

impl Role {
    /// Why a product refuses the role's form.
    pub fn refused_by(&self, product: Product) -> Option<&Refusal> {
        let earlier = self.earlier.as_ref().filter(|earlier| product <= earlier.until).map(|earlier| &earlier.refusal);
        earlier.or(self.refusal.as_deref())
    }
}

impl Refusal {
    /// A refusal of a class with the engine's text.
    pub fn new(class: RefusalClass, message: impl Into<String>) -> Self {
        Self { class, message: message.into(), place: None }
    }
}

/// A role: what its holders may do.
#[derive(Debug, Clone, Default)]
pub struct Role {
    /// Free text.
    pub description: Option<Located<String>>,
    /// Cluster privileges and cluster action patterns.
    pub cluster: Vec<Located<String>>,
    /// `global`: cluster privileges that look at the request, as JSON.
    pub global: Option<Box<Located<serde_json::Value>>>,
    /// What is allowed on which indices.
    pub indices: Vec<IndexPrivileges>,
    /// What is allowed in which applications.
    pub applications: Vec<ApplicationPrivileges>,
    /// Users that may be impersonated.
    pub run_as: Vec<Located<String>>,
    /// What is allowed on other clusters; shown, not evaluated.
    pub remote_indices: Vec<RemoteIndexPrivileges>,
    /// `metadata`, as JSON.
    pub metadata: Option<Located<serde_json::Value>>,
    /// Which of the entry's keys came later than the oldest product, so that one can refuse what it does not know.
    pub later_keys: Vec<Located<&'static str>>,
    /// Why the engine refuses the role's form, the first reason. Rare, so that it takes no room elsewhere.
    pub refusal: Option<Box<Refusal>>,
    /// What products up to one say of the first form that they refuse, and later ones take or refuse in other words.
    pub earlier: Option<Box<EarlierRefusal>>,
    /// Texts where lists are usual, or index patterns as keys: X-Pack 5.x and Shield read it. What later
    /// products say of the first one; none of them when something before it refuses the role in any case.
    pub old_spelling: Option<Box<Refusal>>,
    /// The whole entry, from its key on.
    pub place: Option<Place>,
}

/// One entry of `indices`.
#[derive(Debug, Clone, Default)]
pub struct IndexPrivileges {
    /// Index name patterns; names of aliases and data streams too.
    pub names: Vec<Located<String>>,
    /// Index privileges and index action patterns.
    pub privileges: Vec<Located<String>>,
    /// Field-level security.
    pub field_security: Option<FieldSecurity>,
    /// Document-level security: a query as JSON text, or a template.
    pub query: Option<Located<String>>,
    /// Whether restricted (system) names are meant too.
    pub allow_restricted_indices: Option<Located<bool>>,
    /// The whole entry.
    pub place: Option<Place>,
}

/// Which fields are seen.
#[derive(Debug, Clone, Default)]
pub struct FieldSecurity {
    /// Granted fields; none is all of them.
    pub grant: Option<Vec<Located<String>>>,
    /// Fields taken out again.
    pub except: Option<Vec<Located<String>>>,
}

/// One entry of `applications`.
#[derive(Debug, Clone, Default)]
pub struct ApplicationPrivileges {
    /// Application name or pattern.
    pub application: Option<Located<String>>,
    /// Names of stored privileges, or the application's action patterns.
    pub privileges: Vec<Located<String>>,
    /// Resource patterns.
    pub resources: Vec<Located<String>>,
    /// The whole entry.
    pub place: Option<Place>,
}

/// One entry of `remote_indices`.
#[derive(Debug, Clone, Default)]
pub struct RemoteIndexPrivileges {
    /// Cluster alias patterns.
    pub clusters: Vec<Located<String>>,
    /// What is allowed there.
    pub privileges: IndexPrivileges,
}

/// Who gets which roles.
#[derive(Debug, Clone, Default)]
pub struct RoleMapping {
    /// Whether it counts; true when not written.
    pub enabled: Option<Located<bool>>,
    /// Role names.
    pub roles: Vec<Located<String>>,
    /// Mustache templates of role names, as JSON.
    pub role_templates: Vec<Located<serde_json::Value>>,
    /// Who is meant.
    pub rules: Option<Rule>,
    /// Whether it is an entry of role_mapping.yml, where a role's name leads to distinguished names.
    pub by_role: bool,
    /// The whole entry.
    pub place: Option<Place>,
}

/// A user of the file or the native realm.
#[derive(Debug, Clone, Default)]
pub struct User {
    /// The password's hash (file realm); never shown in full, logged or exported.
    pub hash: Option<Located<Secret>>,
    /// Role names.
    pub roles: Vec<Located<String>>,
    /// Whether the user may log in; true when not written.
    pub enabled: Option<Located<bool>>,
    /// Full name.
    pub full_name: Option<Located<String>>,
    /// Mail address.
    pub email: Option<Located<String>>,
    /// `metadata`, as JSON.
    pub metadata: Option<Located<serde_json::Value>>,
    /// Whether it is the native realm's (`GET _security/user`), not the file realm's.
    pub native: bool,
    /// The whole entry.
    pub place: Option<Place>,
}

/// A stored application privilege: what a name stands for.
#[derive(Debug, Clone, Default)]
pub struct StoredPrivilege {
    /// Application.
    pub application: String,
    /// Name in the application.
    pub name: String,
    /// Action patterns.
    pub actions: Vec<Located<String>>,
    /// The whole entry.
    pub place: Option<Place>,
}

/// Everything that decides, as one value. Reserved roles are not in here; they are the catalog's and
/// the evaluator adds them.
#[derive(Debug, Clone, Default)]
pub struct Configuration {
    /// By name, in file order.
    pub roles: Entries<Role>,
    /// By the mapping's name; in role_mapping.yml, which has no names, the role's.
    pub role_mappings: Entries<RoleMapping>,
    /// By user name.
    pub users: Entries<User>,
    /// Stored application privileges.
    pub privileges: Vec<StoredPrivilege>,
    /// The generation of the zentity plugin; none for what goes with the product.
    pub zentity: Option<Zentity>,
    /// zentity's entity models, as `GET _zentity/models` prints them.
    pub zentity_models: Option<serde_json::Value>,
    /// The node's settings switch security off: whatever stands here, everybody may do everything.
    pub switched_off: bool,
}

/// A generation of the zentity plugin; each asks the engine differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Zentity {
    /// 0.x: answers in the engine's own words, and has no setup of its own.
    V0,
    /// 1.0 to 1.6.1.
    V1,
    /// 1.6.2 to 1.8.2: a delete checks the index, too.
    V1_6,
    /// 1.8.3 and later.
    Current,
}

/// The text is no version of zentity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no version of zentity: write one such as `0.3.0`, `1.6.2` or `1.8.3`")]
pub struct UnknownZentity(String);

impl std::str::FromStr for Zentity {
    type Err = UnknownZentity;

    /// The generation of a version, `1.8.3` or `0.3.0-beta.1`.
    fn from_str(text: &str) -> Result<Self, UnknownZentity> {
        let number = |part: &str| part.split('-').next().and_then(|digits| digits.parse::<u32>().ok());
        let mut parts = text.split('.').map(number);
        let part = |part: Option<Option<u32>>| part.unwrap_or(Some(0)).ok_or_else(|| UnknownZentity(text.to_owned()));
        let version = (part(parts.next())?, part(parts.next())?, part(parts.next())?);
        Ok(match version {
            (0, ..) => Zentity::V0,
            version if version < (1, 6, 2) => Zentity::V1,
            version if version < (1, 8, 3) => Zentity::V1_6,
            _ => Zentity::Current,
        })
    }
}
