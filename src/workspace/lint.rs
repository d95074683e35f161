//! The linter over what is open.

use super::{ElasticsearchKind, File, FileKind, Workspace};
use crate::engine::evaluate::Decide;
use crate::engine::lint::{self, Finding, Input, Remedy, Report};
use crate::engine::model::elasticsearch::DocumentKind;
use crate::engine::model::opensearch::container::{Holder, Section, sections};
use crate::source::{FileId, Place};
use crate::yaml::{Document, Nested};

/// A security document inside a manifest, as a file of its own.
struct Inside {
    outer: FileId,
    name: String,
    kind: lint::FileKind,
    nested: Nested,
    document: Document,
}

/// Ids of documents inside of manifests count down from here, so that they meet no file's.
const INSIDE: u32 = u32::MAX;

impl Workspace {
    /// Run the linter over the opened files as they are now, unsaved changes included.
    pub fn lint(&self, engine: Option<&dyn Decide>) -> Report {
        let inside = self.inside();
        let names: Vec<String> = self.files.iter().map(|file| file.name().into_owned()).collect();
        let outside = self.files.iter().zip(&names).map(|(file, name)| lint::File {
            id: file.id,
            name,
            kind: kind(file),
            document: &file.document,
            problems: &file.problems,
        });
        let within = inside.iter().map(|inside| lint::File {
            id: inside.document.file(),
            name: &inside.name,
            kind: inside.kind,
            document: &inside.document,
            problems: &[],
        });
        let files: Vec<lint::File<'_>> = outside.chain(within).collect();
        let input = Input {
            product: self.product(),
            files: &files,
            notes: &self.notes,
            configuration: &self.configuration,
            elasticsearch: self.elasticsearch.as_deref(),
            refusals: &self.refused.refusals,
            cluster: self.cluster.known.then_some(&*self.cluster),
            scenario: self.scenario_file.map(|_| &*self.scenarios),
            engine,
        };
        let mut report = lint::lint(&input, &self.settings.lint);
        if !inside.is_empty() {
            let findings = report.findings.iter_mut().chain(report.allowed.iter_mut().map(|(finding, _)| finding));
            findings.for_each(|finding| outwards(finding, &inside));
            // what the outer file's own reading already said
            let mut seen = std::collections::HashSet::new();
            report.findings.retain(|finding| seen.insert((finding.rule, finding.place, finding.message.clone())));
            let starts = |finding: &Finding| finding.place.map(|place| (place.file, place.span.start));
            let said: std::collections::HashSet<_> =
                report.findings.iter().filter(|one| one.rule != "not-taken").filter_map(starts).collect();
            report.findings.retain(|one| one.rule != "not-taken" || starts(one).is_none_or(|start| !said.contains(&start)));
            report.findings.sort_by_key(|finding| finding.place.map(|place| (place.file, place.span.start, place.span.end)));
        }
        report
    }

    /// The security documents inside of manifests, where they are texts of their own.
    fn inside(&self) -> Vec<Inside> {
        let mut out = Vec::new();
        for file in self.files.iter().filter(|file| file.kind == FileKind::Container) {
            let texts = |section: &Section| matches!(section.holder, Holder::Text | Holder::Base64);
            for section in sections(&file.document).into_iter().filter(texts) {
                // what cannot be opened is a problem of the file already
                let Ok(nested) = section.open(&file.document) else { continue };
                let id = FileId(INSIDE - out.len() as u32);
                let document = Document::parse(id, nested.document.bytes().to_vec());
                let kind = lint::FileKind::Security(section.kind);
                out.push(Inside { outer: file.id, name: section.name, kind, nested, document });
            }
        }
        out
    }
}

/// Findings inside of a manifest stand in the manifest. Changes find their entry there by its name; splices
/// are for the inner text, which is written in another way outside.
fn outwards(finding: &mut Finding, inside: &[Inside]) {
    let Some(place) = finding.place else { return };
    let Some(inside) = inside.iter().find(|inside| inside.document.file() == place.file) else { return };
    finding.place = Some(Place { file: inside.outer, span: inside.nested.outer_span(place.span) });
    finding.fix = finding.fix.take().filter(|fix| matches!(fix.remedy, Remedy::Changes(_)));
}

fn kind(file: &File) -> lint::FileKind {
    match file.kind {
        FileKind::Security(kind) => lint::FileKind::Security(kind),
        FileKind::Elasticsearch(kind) => match kind {
            ElasticsearchKind::Users => lint::FileKind::ElasticsearchUsers,
            ElasticsearchKind::UsersRoles => lint::FileKind::ElasticsearchUsersRoles,
            ElasticsearchKind::Document(DocumentKind::Roles) => lint::FileKind::ElasticsearchRoles,
            ElasticsearchKind::Document(DocumentKind::RoleMappings) => lint::FileKind::ElasticsearchRoleMapping,
            ElasticsearchKind::Document(_) => lint::FileKind::ElasticsearchExport,
        },
        FileKind::Aside => lint::FileKind::Unknown,
        FileKind::Container => lint::FileKind::Container,
        FileKind::Cluster(_) | FileKind::Scenario | FileKind::Node | FileKind::Settings => lint::FileKind::Beside,
    }
}
