//! The linter over what is open.

use super::{ElasticsearchKind, File, FileKind, Workspace};
use crate::engine::evaluate::Decide;
use crate::engine::lint::{self, Input, Report};
use crate::engine::model::elasticsearch::DocumentKind;
use crate::yaml::Document;

impl Workspace {
    /// Run the linter over the opened files as they are now, unsaved changes included.
    pub fn lint(&self, engine: Option<&dyn Decide>) -> Report {
        let names: Vec<String> = self.files.iter().map(|file| file.name().into_owned()).collect();
        let files: Vec<lint::File<'_>> = self
            .files
            .iter()
            .zip(&names)
            .filter_map(|(file, name)| {
                let kind = kind(file)?;
                Some(lint::File { id: file.id, name, kind, document: &file.document, problems: &file.problems })
            })
            .collect();
        let input = Input {
            product: self.product(),
            files: &files,
            configuration: &self.configuration,
            elasticsearch: self.elasticsearch.as_deref(),
            cluster: self.cluster.known.then_some(&*self.cluster),
            scenario: self.scenario_file.map(|_| &*self.scenarios),
            engine,
        };
        lint::lint(&input, &self.settings.lint)
    }

    /// Apply fixes to the text and read it again; how many were applied. A file that would no longer parse
    /// stays as it is. Fixes are no changes that can be undone here; save or open anew.
    pub fn fix(&mut self, fixes: &[&lint::Fix]) -> usize {
        let mut count = 0;
        let mut touched = Vec::new();
        for file in &mut self.files {
            let (bytes, applied) = lint::apply(file.id, file.document.bytes(), fixes);
            let document = Document::parse(file.id, bytes);
            if applied > 0 && document.problems().is_empty() {
                file.replace(document);
                touched.push(file.id);
                count += applied;
            }
        }
        self.reread(&touched);
        count
    }
}

fn kind(file: &File) -> Option<lint::FileKind> {
    match file.kind {
        FileKind::Security(kind) => Some(lint::FileKind::Security(kind)),
        FileKind::Elasticsearch(kind) => Some(match kind {
            ElasticsearchKind::Users => lint::FileKind::ElasticsearchUsers,
            ElasticsearchKind::UsersRoles => lint::FileKind::ElasticsearchUsersRoles,
            ElasticsearchKind::Document(DocumentKind::Roles) => lint::FileKind::ElasticsearchRoles,
            ElasticsearchKind::Document(DocumentKind::RoleMappings) => lint::FileKind::ElasticsearchRoleMapping,
            ElasticsearchKind::Document(_) => return None,
        }),
        FileKind::Aside => Some(lint::FileKind::Unknown),
        FileKind::Cluster(_) | FileKind::Container | FileKind::Scenario | FileKind::Node | FileKind::Settings => None,
    }
}
