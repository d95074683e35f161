//! Findings: what operators get wrong and the engines take in silence. A trait, a registry, one file
//! a rule; each rule carries its own documentation and examples, which tests run.

mod allow;
mod facts;
mod fix;
mod given;
mod glob;
mod privileges;
mod remedy;
pub mod rules;
mod run;
mod schema;
mod settings;
mod suggest;
mod tree;
mod view;

pub use allow::Allowance;
pub use fix::{Fix, Remedy, Safety, Splice, choose};
pub use rules::{RULES, find, similar};
pub use run::{Report, lint};
pub use settings::{Allow, Level, Settings};
pub use view::View;

use crate::engine::cluster::Cluster;
use crate::engine::evaluate::Decide;
use crate::engine::evaluate::elasticsearch::Refusals;
use crate::engine::model::opensearch::{Configuration, DocumentKind};
use crate::engine::model::{Product, elasticsearch};
use crate::engine::scenario::Scenario;
use crate::source::{FileId, Place, Problem, Severity};
use crate::yaml::Document;

/// How sure a rule is that what it found is not meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Confidence {
    /// Could be meant; worth a look.
    Possible,
    /// Nearly always a mistake.
    Likely,
    /// The engine does not do what is written.
    Certain,
}

impl Confidence {
    /// The word in reports.
    pub fn word(self) -> &'static str {
        match self {
            Confidence::Possible => "possible",
            Confidence::Likely => "likely",
            Confidence::Certain => "certain",
        }
    }
}

/// OpenSearch and Open Distro.
pub const OPENSEARCH: &[Product] = &[Product::OpenDistro1_13, Product::OpenSearch2_19, Product::OpenSearch3_4, Product::OpenSearch3_8];
/// Elasticsearch and X-Pack.
pub const ELASTICSEARCH: &[Product] =
    &[Product::XPack5_1, Product::Elasticsearch6_8, Product::Elasticsearch7_17, Product::Elasticsearch8_17, Product::Elasticsearch9_1];
/// Every product.
pub const EVERY: &[Product] = &Product::ALL;

/// What a rule says about itself; `lint --explain` and the guide are made from it.
#[derive(Debug, Clone, Copy)]
pub struct About {
    /// Stable, named after the defect.
    pub id: &'static str,
    /// The defect in one line.
    pub title: &'static str,
    /// How much a finding matters unless the settings say otherwise.
    pub severity: Severity,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// Where it applies.
    pub products: &'static [Product],
    /// Why it matters.
    pub why: &'static str,
    /// Files that hold the defect. Each starts with a line `# name`; the lines to be found carry
    /// `# finds` (or stand below a line that ends in `# finds below`).
    pub wrong: &'static str,
    /// The same, done right.
    pub right: &'static str,
}

/// One kind of mistake.
pub trait Rule: Sync {
    /// Documentation, severity, examples.
    fn about(&self) -> About;

    /// Look at everything and note what is found. Linear in the size of the input.
    fn check(&self, view: &View<'_>, found: &mut Found);
}

/// What a file is to the linter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// One of OpenSearch Security's documents.
    Security(DocumentKind),
    /// Elasticsearch's `roles.yml`.
    ElasticsearchRoles,
    /// Elasticsearch's `role_mapping.yml`.
    ElasticsearchRoleMapping,
    /// Elasticsearch's `users`: a name and a hash a line.
    ElasticsearchUsers,
    /// Elasticsearch's `users_roles`: a role and its users a line.
    ElasticsearchUsersRoles,
    /// A further answer of Elasticsearch's or Kibana's API: users, stored privileges, Kibana's roles.
    ElasticsearchExport,
    /// A manifest that holds security documents; they are files of their own beside it.
    Container,
    /// Not the engine's: scenarios, the cluster model, settings. Only what could not be read of it is found.
    Beside,
    /// A file beside the others that no product loads under its name.
    Unknown,
}

impl FileKind {
    /// Whether the engine's YAML reader reads it.
    pub(super) fn is_yaml(self) -> bool {
        matches!(
            self,
            FileKind::Security(_) | FileKind::ElasticsearchRoles | FileKind::ElasticsearchRoleMapping | FileKind::ElasticsearchExport
        )
    }

    /// Whether it is one of the file realm's line files.
    pub(super) fn is_lines(self) -> bool {
        matches!(self, FileKind::ElasticsearchUsers | FileKind::ElasticsearchUsersRoles)
    }
}

/// One opened file.
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    /// Its id in places.
    pub id: FileId,
    /// Its name without the directory.
    pub name: &'a str,
    /// What it holds.
    pub kind: FileKind,
    /// Bytes and tree.
    pub document: &'a Document,
    /// What the reader could not take; the document's own problems may be among them.
    pub problems: &'a [Problem],
}

/// Everything that lint looks at, borrowed.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// What will read the files.
    pub product: Product,
    /// The files that opened.
    pub files: &'a [File<'a>],
    /// What is wrong with files that did not open at all.
    pub notes: &'a [Problem],
    /// What they say, for OpenSearch and Open Distro; empty for Elasticsearch.
    pub configuration: &'a Configuration,
    /// What they say, for Elasticsearch.
    pub elasticsearch: Option<&'a elasticsearch::Configuration>,
    /// Which of its roles the product refuses.
    pub refusals: &'a Refusals,
    /// Indices, aliases and data streams, when a cluster model was given.
    pub cluster: Option<&'a Cluster>,
    /// Requests and what they are expected to give.
    pub scenario: Option<&'a Scenario>,
    /// The compiled configuration, to answer the scenario's requests.
    pub engine: Option<&'a dyn Decide>,
}

/// One thing found.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The rule's id.
    pub rule: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// The bytes; none when the finding is about something that is not there.
    pub place: Option<Place>,
    /// The top-level entry that the place is in: a role, a user, a mapping, a group.
    pub entry: Option<String>,
    /// In the field's words, the user's text in backticks.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// A change that removes the finding.
    pub fix: Option<Fix>,
}

impl Finding {
    /// Say what to do.
    pub fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(help.into());
        self
    }

    /// Offer a change.
    pub fn fix(&mut self, fix: Option<Fix>) -> &mut Self {
        self.fix = fix;
        self
    }

    /// Deviate from the rule's severity.
    pub fn severity(&mut self, severity: Severity) -> &mut Self {
        self.severity = severity;
        self
    }

    /// Deviate from the rule's confidence.
    pub fn confidence(&mut self, confidence: Confidence) -> &mut Self {
        self.confidence = confidence;
        self
    }
}

/// Collects one rule's findings.
pub struct Found {
    about: About,
    findings: Vec<Finding>,
}

impl Found {
    fn new(about: About) -> Self {
        Self { about, findings: Vec::new() }
    }

    /// Note a finding; refine it through what is returned.
    pub fn add(&mut self, place: Option<Place>, message: impl Into<String>) -> &mut Finding {
        let finding = Finding {
            rule: self.about.id,
            severity: self.about.severity,
            confidence: self.about.confidence,
            place,
            entry: None,
            message: message.into(),
            help: None,
            fix: None,
        };
        let at = self.findings.len();
        self.findings.push(finding);
        &mut self.findings[at]
    }
}
