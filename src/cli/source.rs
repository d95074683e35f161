//! What the commands have in common: what to open, who answers, who asks.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::output::{Failure, note, note_problems};
use crate::engine::evaluate::{Decide, Subject};
use crate::engine::model::{Evaluator, Product};
use crate::engine::request::{Body, Request, parse_curl, parse_line};
use crate::engine::scenario::subject;
use crate::engine::tune::Sender;
use crate::report::Spot;
use crate::source::Place;
use crate::workspace::{File, FileKind, Options, Told, Workspace};

/// Which product answers, and what is known of the cluster.
#[derive(Debug, Clone, Default, Args)]
pub struct How {
    /// Product and version that answers, such as opensearch-3.4, elasticsearch-8.17 or elasticsearch-oss
    #[arg(long, value_name = "NAME-VERSION")]
    pub(super) product: Option<Product>,
    /// OpenSearch's evaluator: legacy or v4
    #[arg(long, value_parser = evaluator, value_name = "NAME")]
    evaluator: Option<Evaluator>,
    /// What a cluster printed: _resolve/index, _alias, _cat/indices, _data_stream or _cluster/state; may be repeated
    #[arg(long, value_name = "FILE")]
    cluster: Vec<PathBuf>,
}

fn evaluator(text: &str) -> Result<Evaluator, String> {
    match text {
        "legacy" => Ok(Evaluator::Legacy),
        "v4" => Ok(Evaluator::V4),
        _ => Err("write `legacy` or `v4`".to_owned()),
    }
}

/// What the panes are to open.
#[derive(Debug)]
pub struct Opening {
    pub(super) path: Option<PathBuf>,
    pub(super) how: How,
}

impl Opening {
    /// Open it; `told` hears how far it is.
    ///
    /// # Errors
    /// Why nothing could be opened.
    pub fn open(self, told: Told) -> Result<Workspace, Failure> {
        open_telling(self.path.as_deref(), &self.how, None, told)
    }
}

/// Open a path, or the sample.
pub fn open(path: Option<&Path>, how: &How, scenarios: Option<PathBuf>) -> Result<Workspace, Failure> {
    open_telling(path, how, scenarios, Told::default())
}

/// The same; `told` hears how far it is.
pub fn open_telling(path: Option<&Path>, how: &How, scenarios: Option<PathBuf>, told: Told) -> Result<Workspace, Failure> {
    let Some(path) = path else {
        if let Some(named) = scenarios.iter().chain(&how.cluster).next() {
            let message = format!("the sample has requests and a cluster of its own: `{}` is not about it", named.display());
            return Err(Failure::new(message, "name the directory or file that it is about"));
        }
        let mut workspace = Workspace::sample();
        if how.product.is_some() || how.evaluator.is_some() {
            let product = how.product.unwrap_or_else(|| workspace.product());
            workspace.set_product(product, how.evaluator.unwrap_or(Evaluator::Legacy));
        }
        return Ok(workspace);
    };
    let (cluster, wanted) = (how.cluster.clone(), scenarios.clone());
    let workspace =
        Workspace::open(path, Options { product: how.product, evaluator: how.evaluator, scenarios, cluster, told, ..Options::default() })?;
    // whatever else there is to answer from is not what was asked about
    if let Some(path) = &wanted {
        let chosen = workspace.scenario_file().is_some_and(|file| file.path() == path);
        named(&workspace, path, chosen, "holds no request", "`rolesmith guide scenarios` shows the format")?;
    }
    for path in &how.cluster {
        let printed = workspace.files().iter().any(|file| file.path() == path && matches!(file.kind(), FileKind::Cluster(_)));
        named(&workspace, path, printed, "tells nothing of a cluster", "`rolesmith guide cluster` says what does")?;
    }
    Ok(workspace)
}

/// Refuse a file that was named and is not what it was named for, after what is wrong with it.
fn named(workspace: &Workspace, path: &Path, is: bool, lacks: &str, help: &str) -> Result<(), Failure> {
    if is {
        return Ok(());
    }
    note_problems(workspace, workspace.files().iter().filter(|file| file.path() == path).flat_map(File::problems));
    Err(Failure::new(format!("`{}` {lacks}", path.display()), help))
}

/// The evaluator of what was opened.
pub fn engine(workspace: &Workspace) -> Arc<dyn Decide> {
    workspace.engine()
}

/// Says where places are.
pub fn locate(workspace: &Workspace) -> impl Fn(Place) -> Option<Spot> {
    |place| {
        let at = workspace.whereis(place)?;
        let text = workspace.file(place.file)?.line(at.at.line);
        Some(Spot { file: at.path.display().to_string(), line: at.at.line, col: at.at.col, text })
    }
}

/// Who asks, on the command line.
#[derive(Debug, Clone, Args)]
pub struct Who {
    /// User name, of internal_users, of the scenario, or of anywhere else
    #[arg(long, short)]
    user: Option<String>,
    /// Backend role of a user who comes from elsewhere; may be repeated
    #[arg(long = "backend-role", value_name = "NAME")]
    backend_roles: Vec<String>,
    /// Attribute of a user who comes from elsewhere, as NAME=VALUE; may be repeated
    #[arg(long = "attribute", value_name = "NAME=VALUE")]
    attributes: Vec<String>,
    /// The securitytenant header
    #[arg(long)]
    tenant: Option<String>,
    /// Host name or address of the client
    #[arg(long)]
    host: Option<String>,
}

impl Who {
    /// Whether a user is given.
    pub fn is_named(&self) -> bool {
        self.user.is_some()
    }

    /// The subject that a pasted text names: a known user, or one with what the text and the options say.
    pub fn of(&self, sender: &Sender, workspace: &Workspace) -> Subject {
        let known = subject(&sender.user, workspace.scenarios(), workspace.directory());
        let guest = || Subject { user: sender.user.clone(), backend_roles: sender.backend_roles.clone(), ..Subject::default() };
        let mut subject = known.unwrap_or_else(guest);
        subject.backend_roles.extend(self.backend_roles.iter().cloned());
        subject.requested_tenant = self.tenant.clone().or(sender.tenant.clone()).or(subject.requested_tenant);
        subject.host = self.host.clone().or(subject.host);
        subject
    }

    /// The subject; somebody whom no file knows needs backend roles or attributes.
    pub fn subject(&self, workspace: &Workspace) -> Result<Subject, Failure> {
        // without security it is the same who asks
        if workspace.product() == Product::ElasticsearchOss {
            return Ok(Subject { user: self.user.clone().unwrap_or_else(|| "anybody".to_owned()), ..Subject::default() });
        }
        let Some(user) = &self.user else {
            return Err(Failure::new("nobody is said to ask", "say who with --user"));
        };
        let known = subject(user, workspace.scenarios(), workspace.directory());
        if known.is_none() && self.backend_roles.is_empty() && self.attributes.is_empty() {
            return Err(Failure::new(
                format!("no user `{}` in the files or in the scenario's `users`", user),
                "give --backend-role for a user who comes from LDAP, OIDC, SAML or a proxy",
            ));
        }
        let mut subject = known.unwrap_or_else(|| Subject { user: user.clone(), ..Subject::default() });
        subject.backend_roles.extend(self.backend_roles.iter().cloned());
        for pair in &self.attributes {
            let Some((name, value)) = pair.split_once('=') else {
                return Err(Failure::new(format!("`{pair}` is no attribute"), "write NAME=VALUE"));
            };
            let name = if name.contains('.') { name.to_owned() } else { format!("attr.internal.{name}") };
            subject.attributes.insert(name, value.to_owned());
        }
        subject.requested_tenant = self.tenant.clone().or(subject.requested_tenant);
        subject.host = self.host.clone().or(subject.host);
        Ok(subject)
    }
}

/// A request line or a curl line, with the body of a file (`-` is standard input).
pub fn request(text: &str, body: Option<&Path>) -> Result<Request, Failure> {
    let mut request = if text.trim_start().starts_with("curl ") { parse_curl(text)?.request } else { parse_line(text)? };
    if let Some(path) = body {
        let text = read(path)?;
        request.body = Body::parse(&text, &request.path);
    }
    if let Some(why) = request.body.broken() {
        note(&format!(
            "warning: the body is not JSON: {why}\n  = help: a cluster refuses a body that it cannot read; what is answered here goes by the request line alone\n"
        ));
    }
    Ok(request)
}

/// A file's text, or standard input's for `-`.
pub fn read(path: &Path) -> Result<String, Failure> {
    let result = if path == Path::new("-") { std::io::read_to_string(std::io::stdin().lock()) } else { std::fs::read_to_string(path) };
    result.map_err(|error| Failure { message: format!("`{}` could not be read: {error}", path.display()), help: None })
}
