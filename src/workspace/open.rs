//! From a path to a workspace.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use rayon::prelude::*;

use super::detect::{age, detect};
use super::{File, FileKind, Settings, Workspace, elasticsearch, settings};
use crate::engine::cluster::{Cluster, ClusterFormat, read_cluster};
use crate::engine::model::elasticsearch as elasticsearch_model;
use crate::engine::model::opensearch::container::read_container;
use crate::engine::model::opensearch::{self, Configuration, DocumentKind, json, read_document};
use crate::engine::model::{Evaluator, Product};
use crate::engine::scenario::{Scenario, read_scenario};
use crate::source::{FileId, Located, Problem};
use crate::yaml::{Document, Entry, Kind, MAX_BYTES, Node};

/// How to open.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Which product answers; else settings and files decide.
    pub product: Option<Product>,
    /// Which evaluator answers; else settings and files decide.
    pub evaluator: Option<Evaluator>,
    /// A scenario file, wherever it is.
    pub scenarios: Option<PathBuf>,
    /// Files that describe the cluster, wherever they are.
    pub cluster: Vec<PathBuf>,
    /// Where backups and journals go; else below XDG_STATE_HOME.
    pub state: Option<PathBuf>,
    /// Hears how far opening is.
    pub told: Told,
}

/// What hears how far opening is.
type Hear = dyn Fn(u64, u64) -> bool + Send + Sync;

/// Hears how many bytes of how many are read and parsed, file by file, and may give opening up.
#[derive(Clone, Default)]
pub struct Told(Option<Arc<Hear>>);

impl Told {
    /// `hear` gets the bytes done and all of them; it returns whether to go on.
    pub fn new(hear: impl Fn(u64, u64) -> bool + Send + Sync + 'static) -> Self {
        Told(Some(Arc::new(hear)))
    }

    fn tell(&self, done: u64, total: u64) -> bool {
        self.0.as_ref().is_none_or(|hear| hear(done, total))
    }
}

impl std::fmt::Debug for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_some() { "Told(somebody)" } else { "Told(nobody)" })
    }
}

/// Why nothing could be opened. A single file that cannot be read is no such reason: it becomes a problem
/// of the workspace.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The path is not there.
    #[error("there is no `{}`", .0.display())]
    Missing(PathBuf),
    /// The path may not be read.
    #[error("`{}` may not be read: permission denied", .0.display())]
    Forbidden(PathBuf),
    /// Nothing in the directory is known.
    #[error("nothing in `{}` is a file that rolesmith reads (looked for roles.yml, roles_mapping.yml, internal_users.yml, action_groups.yml, tenants.yml, config.yml, under the names that securityadmin writes, and for `_meta` in any .yml, .yaml or .json)", .0.display())]
    NothingKnown(PathBuf),
    /// Whoever was told how far it is gave it up.
    #[error("opening was given up")]
    GivenUp,
    /// Something else.
    #[error("`{}` could not be read: {source}", path.display())]
    Io {
        /// The path.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl OpenError {
    fn of(path: &Path, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::NotFound => OpenError::Missing(path.to_owned()),
            io::ErrorKind::PermissionDenied => OpenError::Forbidden(path.to_owned()),
            _ => OpenError::Io { path: path.to_owned(), source },
        }
    }
}

/// Where exported files lie below a directory of a distribution or a repository.
const INNER: [&str; 4] =
    ["config/opensearch-security", "opensearch-security", "securityconfig", "plugins/opendistro_security/securityconfig"];

impl Workspace {
    /// Open a directory or a single file.
    pub fn open(path: impl AsRef<Path>, options: Options) -> Result<Self, OpenError> {
        let path = path.as_ref();
        let metadata = std::fs::metadata(path).map_err(|error| OpenError::of(path, error))?;
        let mut root = path.to_owned();
        let mut paths = vec![path.to_owned()];
        if metadata.is_dir() {
            paths = candidates(path)?;
            if !paths.iter().any(|path| is_security_name(path))
                && let Some(inner) = INNER.iter().map(|inner| path.join(inner)).find(|inner| inner.is_dir())
            {
                paths = candidates(&inner)?;
                root = inner;
            }
        }
        let mut notes = Vec::new();
        let mut files = Vec::new();
        let sizes: Vec<u64> = paths.iter().map(|path| std::fs::metadata(path).map_or(0, |metadata| metadata.len())).collect();
        let (done, total) = (AtomicU64::new(0), sizes.iter().sum());
        let read = paths.par_iter().zip(sizes).with_max_len(1).map(|(path, size)| {
            let go = options.told.tell(done.load(Ordering::Relaxed), total);
            let file = go.then(|| read_bounded(path).map(|bytes| File::new(FileId(0), path.clone(), bytes)));
            done.fetch_add(size, Ordering::Relaxed);
            file
        });
        let read: Option<Vec<io::Result<File>>> = read.collect();
        for (path, read) in paths.iter().zip(read.ok_or(OpenError::GivenUp)?) {
            take(path, read, &mut files, &mut notes, metadata.is_file())?;
        }
        let options = Options { told: Told::default(), ..options };
        for extra in options.scenarios.iter().chain(&options.cluster) {
            load(extra, &mut files, &mut notes, true)?;
        }
        let workspace = assemble(Some(root), files, options, notes);
        let nothing_needed = workspace.product() == Product::ElasticsearchOss;
        if workspace.files.iter().all(|file| file.kind == FileKind::Settings) && workspace.notes.is_empty() && !nothing_needed {
            return Err(OpenError::NothingKnown(path.to_owned()));
        }
        Ok(workspace)
    }
}

fn is_security_name(path: &Path) -> bool {
    let document = Document::parse(FileId(0), Vec::new());
    detect(path, &document, &mut Vec::new()).is_some_and(|kind| matches!(kind, FileKind::Security(_)))
}

/// The files of a directory that may be of interest, by name.
fn candidates(directory: &Path) -> Result<Vec<PathBuf>, OpenError> {
    let entries = std::fs::read_dir(directory).map_err(|error| OpenError::of(directory, error))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let lines = name == "users" || name == "users_roles";
        let text = lines || path.extension().is_some_and(|extension| extension == "yml" || extension == "yaml" || extension == "json");
        text && (!name.starts_with('.') || name == ".rolesmith.yml") && !path.is_dir()
    });
    paths.sort();
    Ok(paths)
}

/// The bytes of an ordinary file; a device or a pipe could go on for ever.
fn read_bounded(path: &Path) -> io::Result<Vec<u8>> {
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no ordinary file"));
    }
    if metadata.len() > MAX_BYTES as u64 {
        let text = format!("it has {} MiB, more than the {} MiB that are opened", metadata.len() >> 20, MAX_BYTES >> 20);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, text));
    }
    std::fs::read(path)
}

/// Read one file if it is not there yet. A named one must be readable.
fn load(path: &Path, files: &mut Vec<File>, notes: &mut Vec<Problem>, named: bool) -> Result<(), OpenError> {
    if files.iter().any(|file| file.path == path) {
        return Ok(());
    }
    let read = read_bounded(path).map(|bytes| File::new(FileId(0), path.to_owned(), bytes));
    take(path, read, files, notes, named)
}

/// Take a file that was read, or why it was not.
fn take(path: &Path, read: io::Result<File>, files: &mut Vec<File>, notes: &mut Vec<Problem>, named: bool) -> Result<(), OpenError> {
    match read {
        Ok(mut file) => {
            renumber(&mut file, FileId(files.len() as u32));
            files.push(file);
        }
        Err(error) if named => return Err(OpenError::of(path, error)),
        Err(error) => {
            let mut file = File::new(FileId(files.len() as u32), path.to_owned(), Vec::new());
            if is_security_name(path) {
                notes.push(Problem::error(None, OpenError::of(path, error).to_string()));
                file.exists = false;
            }
        }
    }
    Ok(())
}

/// Tell what each file is, and read them all.
pub(super) fn assemble(root: Option<PathBuf>, files: Vec<File>, options: Options, notes: Vec<Problem>) -> Workspace {
    let mut workspace = Workspace {
        root,
        files,
        configuration: Arc::default(),
        elasticsearch: None,
        refused: Arc::default(),
        cluster: Arc::default(),
        scenarios: Arc::default(),
        scenario_file: None,
        settings: Settings::default(),
        notes,
        options,
        history: Default::default(),
        saved_steps: 0,
        journal: None,
    };
    let mut kept = Vec::new();
    for mut file in std::mem::take(&mut workspace.files) {
        let kind = detect(&file.path, &file.document, &mut file.problems);
        let asked = workspace.options.scenarios.as_deref() == Some(&file.path);
        let kind = if workspace.options.cluster.contains(&file.path) { Some(as_cluster(kind, &mut file)) } else { kind };
        match kind {
            Some(kind) => file.kind = kind,
            None if asked => file.kind = FileKind::Scenario,
            None => continue,
        }
        kept.push(file);
    }
    for (at, file) in kept.iter_mut().enumerate() {
        renumber(file, FileId(at as u32));
    }
    workspace.files = kept;
    set_doubles_aside(&mut workspace.files);
    read_settings(&mut workspace);
    elasticsearch::claim_roles(&mut workspace.files, workspace.options.product.or(workspace.settings.product));
    workspace.read_all();
    workspace
}

/// What a file is that somebody named as a print-out of the cluster, under whatever name; says so where it is none.
fn as_cluster(kind: Option<FileKind>, file: &mut File) -> FileKind {
    if let Some(format) = file.document.root().and_then(|root| ClusterFormat::detect(&json(root))) {
        return FileKind::Cluster(format);
    }
    file.problems.push(Problem::error(file.document.root().map(|root| root.place()), format!("`{}` is not what a cluster prints", file.name())).help(
        "give the answer of `GET _resolve/index/*?expand_wildcards=all`, `_alias`, `_cat/indices?format=json`, `_data_stream` or `_cluster/state`",
    ));
    kind.unwrap_or(FileKind::Aside)
}

/// A file's id is its place in the workspace's list; the document carries it too.
fn renumber(file: &mut File, id: FileId) {
    if file.id != id {
        Arc::make_mut(&mut file.document).rename(id);
        file.id = id;
        for problem in &mut file.problems {
            problem.place = problem.place.map(|place| file.document.place(place.span));
        }
    }
}

/// Of several files of one kind, the engine would read one: the undated, else the newest.
fn set_doubles_aside(files: &mut [File]) {
    for kind in DocumentKind::ALL {
        let kind = FileKind::Security(kind);
        let mut same: Vec<usize> = (0..files.len()).filter(|&at| files[at].kind == kind).collect();
        same.sort_by_key(|&at| age(&files[at].path));
        let Some((&first, rest)) = same.split_first() else { continue };
        let name = files[first].name().into_owned();
        for &at in rest {
            files[at].kind = FileKind::Aside;
            files[at].problems.push(
                Problem::warning(None, format!("`{}` is set aside: `{name}` holds the same kind of entries", files[at].name()))
                    .help("open this file alone to look into it"),
            );
        }
    }
}

fn read_settings(workspace: &mut Workspace) {
    if let Some(file) = workspace.files.iter_mut().find(|file| file.kind == FileKind::Settings) {
        workspace.settings = settings::read(&file.document, &mut file.problems);
    }
    let Some(root) = workspace.root.clone().filter(|root| root.is_dir()) else { return };
    let settings = &workspace.settings;
    let wanted: Vec<PathBuf> =
        settings.scenarios.iter().chain(&settings.cluster).chain(&settings.models).map(|path| root.join(path)).collect();
    for path in wanted {
        let before = workspace.files.len();
        match load(&path, &mut workspace.files, &mut workspace.notes, true) {
            Err(error) => workspace.notes.push(Problem::error(None, format!("`.rolesmith.yml` names a file that cannot be read: {error}"))),
            Ok(()) => {
                for file in &mut workspace.files[before..] {
                    let kind = detect(&file.path, &file.document, &mut file.problems);
                    let is_cluster = workspace.settings.cluster.iter().any(|named| root.join(named) == file.path);
                    file.kind = if is_cluster { as_cluster(kind, file) } else { kind.unwrap_or(FileKind::Aside) };
                }
            }
        }
    }
}

impl Workspace {
    /// Read configuration, cluster and scenarios from the documents.
    pub(super) fn read_all(&mut self) {
        let mut configuration = Configuration::default();
        // date math in requests and patterns means the time at which they were opened
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).ok().and_then(|since| i64::try_from(since.as_secs()).ok());
        let mut cluster = Cluster { now, ..Cluster::default() };
        let mut elasticsearch: Option<elasticsearch_model::Configuration> = None;
        let mut scenarios: Option<(FileId, Scenario)> = None;
        let chosen = self.chosen_scenario();
        for file in &mut self.files {
            if let FileKind::Elasticsearch(kind) = file.kind {
                elasticsearch_model::read_file(kind, &file.document, elasticsearch.get_or_insert_default(), &mut file.problems);
                continue;
            }
            let Some(root) = file.document.root() else { continue };
            if file.document.roots() > 1 && !matches!(file.kind, FileKind::Aside | FileKind::Container) {
                file.problems.push(
                    Problem::warning(Some(root.place()), "the file holds more than one YAML document; only the first is read")
                        .help("the engine ignores what stands behind the second `---`"),
                );
            }
            match file.kind {
                FileKind::Security(kind) => read_document(kind, root, &mut configuration, &mut file.problems),
                FileKind::Container => read_container(&file.document, &mut configuration, &mut file.problems),
                FileKind::Cluster(format) => read_cluster(format, &json(root), &mut cluster),
                FileKind::Node => read_node(root, "", &mut configuration.node),
                FileKind::Scenario if chosen == Some(file.id) => {
                    scenarios = Some((file.id, read_scenario(&file.document, &mut file.problems)));
                }
                FileKind::Scenario | FileKind::Settings | FileKind::Elasticsearch(_) | FileKind::Aside => {}
            }
        }
        self.configuration = Arc::new(configuration);
        self.cluster = Arc::new(cluster);
        self.scenario_file = scenarios.as_ref().map(|(id, _)| *id);
        let mut scenario = scenarios.map(|(_, scenario)| scenario).unwrap_or_default();
        elasticsearch::add_users(elasticsearch.as_ref(), &mut scenario);
        self.scenarios = Arc::new(scenario);
        if let Some(configuration) = &mut elasticsearch {
            configuration.zentity = self.settings.zentity;
            configuration.zentity_models = self.entity_models();
            configuration.switched_off = self.configuration.node.switches_security_off();
        }
        self.elasticsearch = elasticsearch.map(Arc::new);
        self.find_refused(None);
    }

    /// The file of entity models that the settings name.
    fn entity_models(&self) -> Option<serde_json::Value> {
        let path = self.root.as_ref()?.join(self.settings.models.as_ref()?);
        let file = self.files.iter().find(|file| file.path == path)?;
        file.document.root().map(json)
    }

    /// The scenario file that was asked for, else the one of the settings, else the first.
    fn chosen_scenario(&self) -> Option<FileId> {
        let wanted = self.options.scenarios.clone().or_else(|| {
            let path = self.settings.scenarios.as_ref()?;
            Some(self.root.as_ref().map_or_else(|| path.clone(), |root| root.join(path)))
        });
        let scenarios = || self.files.iter().filter(|file| file.kind == FileKind::Scenario);
        scenarios().find(|file| wanted.as_ref() == Some(&file.path)).or_else(|| scenarios().next()).map(|file| file.id)
    }
}

/// The settings of opensearch.yml that security reads, with dotted keys however they are nested.
fn read_node(node: Node<'_>, prefix: &str, settings: &mut opensearch::Settings) {
    for Entry { key, value } in node.entries() {
        let Some(name) = key.text() else { continue };
        let name = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") };
        let wanted = ["plugins.security", "opendistro_security", "plugins", "opendistro", "xpack"];
        if prefix.is_empty() && !wanted.iter().any(|start| name.starts_with(start)) {
            continue;
        }
        if value.kind() == Kind::Mapping {
            read_node(value, &name, settings);
        } else {
            settings.set(name, Located::at(json(value), value.place()));
        }
    }
}
