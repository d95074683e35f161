//! Opens, edits, saves and journals the operator's files: the only layer that touches the file system.
//!
//! A [`Workspace`] holds the files with their documents, the configuration and cluster model read from
//! them, and the history of changes. The panes and the commands work on it and on nothing else.

mod detect;
mod diff;
mod edit;
mod edit_elasticsearch;
mod editor;
mod elasticsearch;
mod file;
mod fix;
mod inside;
mod journal;
mod lint;
mod logs;
mod open;
mod own;
mod place;
mod reload;
mod reread;
mod sample;
mod save;
mod settings;
mod state;
mod text_edit;
mod watch;

pub use diff::FileDiff;
pub use edit::{Action, ApplyError};
pub use editor::edit_text;
pub use elasticsearch::ElasticsearchKind;
pub use file::{File, FileKind, Where};
pub use journal::Recovery;
pub use logs::{Learned, LogError, Progress, read_logs};
pub use open::{OpenError, Options, Told};
pub use own::{keep_copy, own_file, own_files, write_new};
pub use reload::Clash;
pub use save::{OnConflict, SaveError, SaveOptions, Saved};
pub use settings::Settings;
pub use text_edit::TextEdit;
pub use watch::Watch;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::engine::cluster::Cluster;
use crate::engine::compare::is_cluster;
use crate::engine::evaluate::{self, Decide};
use crate::engine::model::elasticsearch as elasticsearch_model;
use crate::engine::model::opensearch::{Configuration, DocumentKind};
use crate::engine::model::{Evaluator, Product};
use crate::engine::scenario::{Directory, Scenario};
use crate::engine::tune::Compile;
use crate::engine::tune::repair::Bench;
use crate::source::{FileId, Place, Problem};

/// A configuration by its product family.
#[derive(Debug, Clone, Copy)]
pub enum Model<'a> {
    /// OpenSearch's and Open Distro's.
    OpenSearch(&'a Configuration),
    /// Elasticsearch's and X-Pack's.
    Elasticsearch(&'a elasticsearch_model::Configuration),
}

/// The opened files and what they say.
#[derive(Debug, Clone)]
pub struct Workspace {
    root: Option<PathBuf>,
    files: Vec<File>,
    configuration: Arc<Configuration>,
    elasticsearch: Option<Arc<elasticsearch_model::Configuration>>,
    /// The roles that Elasticsearch refuses.
    refused: Arc<elasticsearch::Refused>,
    cluster: Arc<Cluster>,
    scenarios: Arc<Scenario>,
    scenario_file: Option<FileId>,
    settings: Settings,
    notes: Vec<Problem>,
    options: Options,
    history: edit::History,
    /// How many steps of the history are on disk.
    saved_steps: usize,
    journal: Option<journal::Journal>,
}

impl Workspace {
    /// The directory or file that was opened; none for the sample.
    pub fn root(&self) -> Option<&Path> {
        self.root.as_deref()
    }

    /// Every opened file, in the order of their ids.
    pub fn files(&self) -> &[File] {
        &self.files
    }

    /// The file of an id.
    pub fn file(&self, id: FileId) -> Option<&File> {
        self.files.get(id.0 as usize)
    }

    /// The file that holds documents of a kind.
    pub fn file_of(&self, kind: DocumentKind) -> Option<&File> {
        self.files.iter().find(|file| file.kind() == FileKind::Security(kind))
    }

    /// What the security files say, unsaved changes included.
    pub fn configuration(&self) -> &Arc<Configuration> {
        &self.configuration
    }

    /// What Elasticsearch's files say, where there are some.
    pub fn elasticsearch(&self) -> Option<&Arc<elasticsearch_model::Configuration>> {
        self.elasticsearch.as_ref()
    }

    /// The configuration of the product that answers.
    pub fn model(&self) -> Model<'_> {
        match &self.elasticsearch {
            Some(configuration) if self.product().is_elasticsearch() => Model::Elasticsearch(configuration),
            _ => Model::OpenSearch(&self.configuration),
        }
    }

    /// Who is known to the product that answers.
    pub fn directory(&self) -> &dyn Directory {
        match self.model() {
            Model::OpenSearch(configuration) => configuration,
            Model::Elasticsearch(configuration) => configuration,
        }
    }

    /// The evaluator of what is open, unsaved changes included.
    pub fn engine(&self) -> Arc<dyn Decide> {
        match self.model() {
            Model::OpenSearch(configuration) => evaluate::compile(self.product(), self.evaluator(), configuration, &self.cluster),
            Model::Elasticsearch(configuration) => evaluate::elasticsearch::compile(self.product(), configuration, &self.cluster),
        }
    }

    /// Where repairs of what is open are looked for: `configuration` is that of its family, `compile` the family's.
    pub fn bench<'a, C>(&'a self, configuration: &'a C, compile: &'a Compile<'a, C>) -> Bench<'a, C> {
        let (product, evaluator) = (self.product(), self.evaluator());
        let is_cluster = is_cluster(product, evaluator);
        Bench { configuration, product, cluster: self.cluster(), scenario: self.scenarios(), compile, is_cluster }
    }

    /// The cluster model; not `known` when no file brings one.
    pub fn cluster(&self) -> &Arc<Cluster> {
        &self.cluster
    }

    /// The requests to replay; empty without a scenario file.
    pub fn scenarios(&self) -> &Arc<Scenario> {
        &self.scenarios
    }

    /// The file that the scenarios were read from.
    pub fn scenario_file(&self) -> Option<&File> {
        self.scenario_file.and_then(|id| self.file(id))
    }

    /// The settings of `.rolesmith.yml`.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Which product answers: as asked for, else as `.rolesmith.yml` says, else as the files look.
    pub fn product(&self) -> Product {
        self.options.product.or(self.settings.product).unwrap_or_else(|| self.guess())
    }

    /// Which evaluator answers: as asked for, else as `.rolesmith.yml` or config.yml says.
    pub fn evaluator(&self) -> Evaluator {
        let configured = || crate::engine::evaluate::opensearch::evaluator(self.product(), &self.configuration);
        self.options.evaluator.or(self.settings.evaluator).unwrap_or_else(configured)
    }

    /// Let another product and evaluator answer.
    pub fn set_product(&mut self, product: Product, evaluator: Evaluator) {
        self.options.product = Some(product);
        self.options.evaluator = Some(evaluator);
        self.find_refused(None);
    }

    fn guess(&self) -> Product {
        if self.elasticsearch.is_some() {
            return Product::Elasticsearch9_1;
        }
        let opendistro = |file: &File| file.ancestry.open_distro || file.path().to_string_lossy().contains("opendistro");
        if self.files.iter().any(opendistro) { Product::OpenDistro1_13 } else { Product::OpenSearch3_8 }
    }

    /// Everything that is wrong with the files, file by file, then the roles that the product refuses.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.notes.iter().chain(self.files.iter().flat_map(File::problems)).chain(&self.refused.problems)
    }

    /// Why the product refuses a role of Elasticsearch's files; none for one that it takes.
    pub fn refusal(&self, role: &str) -> Option<&elasticsearch_model::Refusal> {
        self.refused.refusals.get(role)
    }

    /// Where a place is, as people say it.
    pub fn whereis(&self, place: Place) -> Option<Where> {
        Some(self.file(place.file)?.whereis(place.span))
    }
}
