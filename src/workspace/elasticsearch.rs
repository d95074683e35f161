//! Elasticsearch's files are told from OpenSearch's by their shape; what has none, by the files beside it.

use std::sync::Arc;

use super::{File, FileKind, Workspace};
use crate::engine::evaluate::elasticsearch::{Refusals, refusals};
use crate::engine::model::Product;
pub use crate::engine::model::elasticsearch::FileKind as ElasticsearchKind;
use crate::engine::model::elasticsearch::{Configuration, DocumentKind, Refusal};
use crate::engine::model::opensearch;
use crate::engine::scenario::Scenario;
use crate::source::{Problem, Span};
use crate::yaml::{Entry, Kind, Node};

/// The roles that the product refuses.
#[derive(Debug, Clone, Default)]
pub(super) struct Refused {
    pub refusals: Refusals,
    /// What reading the files did not say already.
    pub problems: Vec<Problem>,
}

impl Workspace {
    /// See anew which roles are refused: after a change of the roles, or of the product.
    ///
    /// `before` is the configuration that it was seen of the last time.
    pub(super) fn find_refused(&mut self, before: Option<&Configuration>) {
        let Some(configuration) = &self.elasticsearch else { return };
        let refusals = refusals(self.product(), configuration, before.map(|before| (before, &self.refused.refusals)));
        let problem = |(role, refusal): (&str, &Refusal)| {
            let read = configuration.roles.get(role).filter(|role| role.earlier.is_none());
            let said = read.is_some_and(|role| role.refusal.as_deref() == Some(refusal));
            let help = || format!("the engine refuses role `{role}` and takes the others");
            (!said).then(|| Problem::error(refusal.place, refusal.message.clone()).help(help()))
        };
        let problems = refusals.iter().filter_map(problem).chain(refusals.unknown(configuration)).collect();
        self.refused = Arc::new(Refused { refusals, problems });
    }
}

/// What the document is, none when it is not Elasticsearch's.
pub(super) fn detect(name: &str, root: Node<'_>) -> Option<FileKind> {
    let found = |kind| Some(FileKind::Elasticsearch(ElasticsearchKind::Document(kind)));
    if root.get("_meta").is_some() || root.get("_sg_meta").is_some() {
        return None;
    }
    if root.kind() == Kind::Sequence {
        return root.items().next().filter(|item| item.get("elasticsearch").is_some()).and_then(|_| found(DocumentKind::KibanaRoles));
    }
    if stem(name) == "role_mapping" || is_mistyped_mapping(name, root) {
        return found(DocumentKind::RoleMappings);
    }
    let entries = || root.entries().map(|entry| entry.value).filter(|value| value.kind() == Kind::Mapping).take(50);
    let some = |test: &dyn Fn(Node<'_>) -> bool| entries().any(test);
    let opensearch =
        |role: Node<'_>| ["cluster_permissions", "index_permissions", "tenants", "readonly"].iter().any(|key| role.get(key).is_some());
    if some(&|role| !opensearch(role) && is_role(role)) {
        return found(DocumentKind::Roles);
    }
    if some(&|mapping| mapping.get("rules").is_some() && (mapping.get("roles").is_some() || mapping.get("role_templates").is_some())) {
        return found(DocumentKind::RoleMappings);
    }
    if some(&|user| user.get("username").is_some() && user.get("roles").is_some() && user.get("enabled").is_some()) {
        return found(DocumentKind::Users);
    }
    let stored = |privilege: Node<'_>| privilege.get("actions").is_some() && privilege.get("application").is_some();
    if some(&|application| application.entries().next().is_some_and(|entry| stored(entry.value))) {
        return found(DocumentKind::Privileges);
    }
    None
}

/// A role_mapping.yml under nearly that name, which the engine passes over: roles with lists of distinguished names.
fn is_mistyped_mapping(name: &str, root: Node<'_>) -> bool {
    let is_name = |item: Node<'_>| item.text().is_some_and(|text| text.contains('='));
    let nearly = stem(name).starts_with("role") && stem(name).contains("map");
    nearly && root.entries().take(50).any(|entry| entry.value.kind() == Kind::Sequence && entry.value.items().any(is_name))
}

/// `indices` is a list, or patterns with privileges (Shield); a lone `cluster` counts when a privilege's name
/// has no colon, as OpenSearch's old action groups are written in capitals.
fn is_role(role: Node<'_>) -> bool {
    if ["applications", "run_as", "remote_indices", "transient_metadata"].iter().any(|key| role.get(key).is_some()) {
        return true;
    }
    match role.get("indices") {
        Some(indices) if indices.kind() == Kind::Sequence => true,
        Some(indices) => indices.entries().any(|entry| {
            let value = entry.value;
            value.kind() != Kind::Mapping && !value.is_null() || value.get("privileges").is_some()
        }),
        None => role.get("cluster").is_some_and(|cluster| {
            let lower = |name: &str| !name.contains(':') && name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
            let has = |key: &str| role.get(key).is_some();
            has("metadata")
                || has("global")
                || cluster.text().is_some_and(lower)
                || cluster.items().any(|item| item.text().is_some_and(lower))
        }),
    }
}

/// Both families have a roles.yml, and one that is empty or has nothing but `cluster` tells neither: it is what the files
/// beside it are. A fresh installation of Elasticsearch has such a one beside an empty `users`.
pub(super) fn claim_roles(files: &mut [File], product: Option<Product>) {
    const ROLES: FileKind = FileKind::Security(opensearch::DocumentKind::Roles);
    let is_empty = |file: &File| file.document.root().is_none_or(|root| root.is_null());
    let tells_neither = |file: &File| (is_empty(file) || is_of_both(file.document.root())) && file.document.problems().is_empty();
    let Some(at) = files.iter().position(|file| file.kind == ROLES && tells_neither(file) && stem(&file.name()) == "roles") else { return };
    let others = || files.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, file)| file);
    let opensearchs = others().any(|file| matches!(file.kind, FileKind::Security(_) | FileKind::Container));
    let elasticsearchs = others().any(|file| matches!(file.kind, FileKind::Elasticsearch(_)));
    // Open Distro's node has a file of that name, too
    let node = || others().any(|file| file.name() == "elasticsearch.yml" && !is_open_distros(file.document.root()));
    let claimed = match product {
        Some(product) => product.is_elasticsearch() || product == Product::ElasticsearchOss,
        None => elasticsearchs || node() && !opensearchs,
    };
    let alone = !opensearchs && !elasticsearchs && is_empty(&files[at]);
    let file = &mut files[at];
    if claimed {
        file.kind = FileKind::Elasticsearch(ElasticsearchKind::Document(DocumentKind::Roles));
    }
    if alone {
        let whose = if claimed { "Elasticsearch" } else { "OpenSearch" };
        let start = file.document.place(Span::new(0, 0));
        file.problems.push(
            Problem::warning(Some(start), format!("`{}` is empty: it defines no role, and is read as {whose}'s", file.name()))
                .help("to read it as another product's, name that with `--product`, or as `product:` in `.rolesmith.yml`"),
        );
    }
}

/// Whether roles have nothing but what both families have: an action group in capitals of the form before 1.0 may as well be
/// a privilege that Elasticsearch does not know.
fn is_of_both(root: Option<Node<'_>>) -> bool {
    let both = |entry: Entry<'_>| match entry.key.text() {
        Some("cluster" | "description") => true,
        Some("indices") => entry.value.kind() != Kind::Scalar && entry.value.items().len() == 0 && entry.value.entries().len() == 0,
        _ => false,
    };
    root.is_some_and(|root| root.entries().all(|entry| entry.value.kind() == Kind::Mapping && entry.value.entries().all(both)))
}

/// Whether a node's settings name Open Distro.
fn is_open_distros(root: Option<Node<'_>>) -> bool {
    let names = root.into_iter().flat_map(Node::entries).filter_map(|entry| entry.key.text());
    names.into_iter().any(|name| name.starts_with("opendistro"))
}

fn stem(name: &str) -> &str {
    name.split('.').next().unwrap_or_default()
}

/// Elasticsearch's evaluator knows its users' roles by itself: to a scenario they only need to be somebody.
pub(super) fn add_users(configuration: Option<&Configuration>, scenario: &mut Scenario) {
    for user in configuration.into_iter().flat_map(|configuration| configuration.users.keys()) {
        scenario.users.entry(user.clone()).or_default();
    }
}
