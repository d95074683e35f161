//! Files from text, opened and linted as the program does it.

#![allow(dead_code)] // each test binary uses its part

use std::sync::Arc;

use rolesmith::engine::cluster::{AliasMember, Cluster, Index};
use rolesmith::engine::evaluate::elasticsearch::refusals;
use rolesmith::engine::evaluate::{self, Decide};
use rolesmith::engine::lint::{File, FileKind, Finding, Input, Report, Settings, find, lint};
use rolesmith::engine::model::opensearch::{Configuration, DocumentKind, read_document};
use rolesmith::engine::model::{Evaluator, Product, elasticsearch};
use rolesmith::engine::scenario::{Scenario, read_scenario};
use rolesmith::source::{FileId, LineIndex, Problem};
use rolesmith::yaml::Document;

/// Opened files.
pub struct Workspace {
    pub files: Vec<(String, FileKind, Document, Vec<Problem>)>,
    pub configuration: Configuration,
    pub elasticsearch: elasticsearch::Configuration,
    pub cluster: Option<Cluster>,
    pub scenario: Option<Scenario>,
    pub product: Product,
}

pub fn kind(name: &str, product: Product) -> FileKind {
    use DocumentKind::*;
    if product.is_elasticsearch() {
        return match name {
            "roles.yml" => FileKind::ElasticsearchRoles,
            "role_mapping.yml" => FileKind::ElasticsearchRoleMapping,
            "users" => FileKind::ElasticsearchUsers,
            "users_roles" => FileKind::ElasticsearchUsersRoles,
            _ => FileKind::Unknown,
        };
    }
    FileKind::Security(match name {
        "roles.yml" => Roles,
        "roles_mapping.yml" => RolesMapping,
        "internal_users.yml" => InternalUsers,
        "action_groups.yml" => ActionGroups,
        "tenants.yml" => Tenants,
        "config.yml" => Config,
        "nodes_dn.yml" => NodesDn,
        "allowlist.yml" => Allowlist,
        "whitelist.yml" => Whitelist,
        "audit.yml" => Audit,
        _ => return FileKind::Unknown,
    })
}

/// One index a line, or `alias -> index`, with `filtered` behind it when the alias has a filter.
fn cluster(text: &str) -> Cluster {
    let mut cluster = Cluster { known: true, ..Cluster::default() };
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        match line.split_once(" -> ") {
            None => drop(cluster.indices.insert(line.to_owned(), Index::default())),
            Some((alias, of)) => {
                let filter = of.ends_with(" filtered").then(|| serde_json::json!({ "term": { "a": 1 } }));
                let index = of.trim_end_matches(" filtered").to_owned();
                cluster.aliases.entry(alias.to_owned()).or_default().push(AliasMember { index, filter, is_write_index: None });
            }
        }
    }
    cluster
}

impl Workspace {
    /// Files by name.
    pub fn of_files<'a>(files: impl IntoIterator<Item = (&'a str, Vec<u8>)>, product: Product) -> Self {
        let mut workspace = Self {
            files: Vec::new(),
            configuration: Configuration::default(),
            cluster: None,
            scenario: None,
            elasticsearch: elasticsearch::Configuration::default(),
            product,
        };
        for (name, bytes) in files {
            if name == "cluster" {
                workspace.cluster = Some(cluster(&String::from_utf8(bytes).unwrap()));
                continue;
            }
            let document = Document::parse(FileId(workspace.files.len() as u32), bytes);
            let kind = kind(name, product);
            let mut problems = Vec::new();
            if let (FileKind::Security(kind), Some(root)) = (kind, document.root()) {
                read_document(kind, root, &mut workspace.configuration, &mut problems);
            }
            if name == "scenarios.yml" {
                workspace.scenario = Some(read_scenario(&document, &mut problems));
                assert!(problems.is_empty(), "{problems:?}");
                workspace.files.push((name.to_owned(), FileKind::Beside, document, problems));
                continue;
            }
            match (kind, document.root()) {
                (FileKind::ElasticsearchRoles, Some(root)) => {
                    workspace.elasticsearch.roles.extend(elasticsearch::read_roles(root, &mut problems))
                }
                (FileKind::ElasticsearchRoleMapping, Some(root)) => {
                    elasticsearch::read_role_mappings(root, &mut workspace.elasticsearch, &mut problems)
                }
                (FileKind::ElasticsearchUsers, _) => {
                    elasticsearch::read_users(document.file(), document.bytes(), &mut workspace.elasticsearch, &mut problems)
                }
                (FileKind::ElasticsearchUsersRoles, _) => {
                    elasticsearch::read_users_roles(document.file(), document.bytes(), &mut workspace.elasticsearch, &mut problems)
                }
                _ => {}
            }
            workspace.files.push((name.to_owned(), kind, document, problems));
        }
        workspace
    }

    /// The files of an example: each starts with a line `# name`, alone or followed by its mark.
    pub fn of_example(example: &str, product: Product) -> Self {
        let product =
            example.lines().find_map(|line| line.strip_prefix("# product: ")).map_or(product, |name| name.trim().parse().unwrap());
        let files = split(example);
        Self::of_files(files.iter().map(|(name, text)| (name.as_str(), text.clone().into_bytes())), product)
    }

    pub fn lint(&self, settings: &Settings) -> Report {
        let files: Vec<File<'_>> = self
            .files
            .iter()
            .enumerate()
            .map(|(id, (name, kind, document, problems))| File { id: FileId(id as u32), name, kind: *kind, document, problems })
            .collect();
        let engine = self.scenario.as_ref().map(|_| self.engine());
        let input = Input {
            product: self.product,
            files: &files,
            notes: &[],
            configuration: &self.configuration,
            elasticsearch: self.product.is_elasticsearch().then_some(&self.elasticsearch),
            refusals: &refusals(self.product, &self.elasticsearch, None),
            cluster: self.cluster.as_ref(),
            scenario: self.scenario.as_ref(),
            engine: engine.as_deref(),
        };
        lint(&input, settings)
    }

    /// The same files, to be changed.
    pub fn fork(&self) -> Self {
        let files = self.files.iter().map(|(name, _, document, _)| (name.as_str(), document.bytes().to_vec()));
        let mut fork = Self::of_files(files, self.product);
        fork.cluster = self.cluster.clone();
        fork
    }

    /// The evaluator of the files.
    pub fn engine(&self) -> Arc<dyn Decide> {
        let cluster = Arc::new(self.cluster.clone().unwrap_or_default());
        match self.product.is_elasticsearch() {
            true => evaluate::elasticsearch::compile(self.product, &self.elasticsearch, &cluster),
            false => evaluate::compile(self.product, Evaluator::Legacy, &self.configuration, &cluster),
        }
    }

    /// File and line of a finding.
    pub fn line(&self, finding: &Finding) -> (String, u32) {
        let Some(place) = finding.place else { return (String::new(), 0) };
        let (name, _, document, _) = &self.files[place.file.0 as usize];
        (name.clone(), LineIndex::new(document.bytes()).line_col(document.bytes(), place.span.start as usize).line)
    }
}

/// Names and texts of an example's files; the header line stays in its file.
pub fn split(example: &str) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Vec::new();
    for line in example.split_inclusive('\n') {
        if let Some(name) = header(line) {
            files.push((name.to_owned(), String::new()));
        }
        if let Some((_, text)) = files.last_mut() {
            text.push_str(line);
        }
    }
    files
}

fn header(line: &str) -> Option<&str> {
    let name = line.strip_prefix("# ")?.split_whitespace().next()?;
    let known = name.ends_with(".yml") || name.ends_with(".yaml") || matches!(name, "users" | "users_roles" | "cluster");
    known.then_some(name)
}

/// File and line of every mark.
pub fn marked_lines(example: &str) -> Vec<(String, u32)> {
    let mut lines = Vec::new();
    for (name, text) in split(example) {
        for (at, line) in text.lines().enumerate() {
            if line.ends_with("# finds below") {
                lines.push((name.clone(), at as u32 + 2));
            } else if line.ends_with("# finds") {
                lines.push((name.clone(), at as u32 + 1));
            }
        }
    }
    lines.sort();
    lines.dedup();
    lines
}

/// What stands behind `# finds` on a line: the rules that must find something there, and no other may.
pub fn expected(example: &str) -> Vec<(String, u32, String)> {
    let mut out = Vec::new();
    for (name, text) in split(example) {
        for (at, line) in text.lines().enumerate() {
            let Some((_, rules)) = line.split_once("# finds ") else { continue };
            let below = rules.strip_prefix("below ");
            for rule in below.unwrap_or(rules).split_whitespace() {
                assert!(find(rule).is_some(), "{rule}");
                out.push((name.clone(), at as u32 + 1 + u32::from(below.is_some()), rule.to_owned()));
            }
        }
    }
    out.sort();
    out
}

/// What is found is what the lines say, no more and no less.
pub fn compare(kinds: &str, example: &str, product: Product) {
    let workspace = Workspace::of_example(example, product);
    let report = workspace.lint(&Settings::default());
    let mut found: Vec<(String, u32, String)> = report
        .findings
        .iter()
        .map(|finding| {
            let (file, line) = workspace.line(finding);
            (file, line, finding.rule.to_owned())
        })
        .collect();
    found.sort();
    found.dedup();
    assert_eq!(found, expected(example), "kinds {kinds}, {product}");
}
