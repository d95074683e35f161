//! Files from text, opened and linted as the program does it.

#![allow(dead_code)] // each test binary uses its part

use std::sync::Arc;

use rolesmith::engine::cluster::{Cluster, Index};
use rolesmith::engine::evaluate::Decide;
use rolesmith::engine::evaluate::opendistro::OpenDistro;
use rolesmith::engine::lint::{File, FileKind, Finding, Input, Report, Settings, lint};
use rolesmith::engine::model::opensearch::{Configuration, DocumentKind, read_document};
use rolesmith::engine::model::{Product, elasticsearch};
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
                let names = String::from_utf8(bytes).unwrap();
                let names = names.lines().filter(|line| !line.starts_with('#'));
                let indices = names.map(|name| (name.to_owned(), Index::default())).collect();
                workspace.cluster = Some(Cluster { indices, known: true, ..Cluster::default() });
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
        let engine = self.scenario.as_ref().and_then(|_| OpenDistro::new(&self.configuration, Arc::default()).ok());
        let input = Input {
            product: self.product,
            files: &files,
            configuration: &self.configuration,
            elasticsearch: self.product.is_elasticsearch().then_some(&self.elasticsearch),
            cluster: self.cluster.as_ref(),
            scenario: self.scenario.as_ref(),
            engine: engine.as_ref().map(|engine| engine as &dyn Decide),
        };
        lint(&input, settings)
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
