//! What means something else in OpenSearch though it is written the same (measured on both engines).

use super::{Made, note};
use crate::engine::model::opensearch::{Configuration, DocumentKind, read_document};
use crate::engine::pattern::{Matcher, has_placeholder};
use crate::source::{FileId, Problem};
use crate::yaml::Document;

/// Look through the new files.
pub(super) fn report(files: &[Made], notes: &mut Vec<Problem>) {
    let mut configuration = Configuration::default();
    for made in files {
        let document = Document::parse(FileId::default(), made.bytes.clone());
        let kind = DocumentKind::ALL.into_iter().find(|kind| kind.file_name() == made.name);
        if let (Some(kind), Some(root)) = (kind, document.root()) {
            read_document(kind, root, &mut configuration, &mut Vec::new());
        }
    }
    if configuration.dynamic.flag("multi_rolespan_enabled") == Some(false) {
        notes.push(note(
            None,
            "`multi_rolespan_enabled: false` has no effect in OpenSearch's default evaluator: permissions of several roles add up, so users may gain access",
        ));
    }
    if configuration.dynamic.flag("do_not_fail_on_forbidden") == Some(true) {
        notes.push(note(
            None,
            "`do_not_fail_on_forbidden` reaches further in OpenSearch: aliases, settings, statistics and name resolution are narrowed as well, and `_mget` on forbidden indices fails item by item",
        ));
    }
    for (name, role) in &configuration.roles {
        for pattern in role.index_permissions.iter().flat_map(|rule| &rule.index_patterns) {
            if pattern.value == "_all" {
                notes.push(note(
                    None,
                    format!("role `{name}`: pattern `_all` covers every open index in Open Distro and nothing in OpenSearch; write `*`"),
                ));
            } else if pattern.value != "*" && !has_placeholder(&pattern.value) {
                match Matcher::new(&pattern.value) {
                    Ok(matcher) if matcher.matches("*") && !matcher.matches("some-index") => notes.push(note(
                        None,
                        format!("role `{name}`: pattern `{}` grants requests for all indices in Open Distro, since it matches the text `*`; OpenSearch expands them", pattern.value),
                    )),
                    Err(_) => notes.push(note(
                        None,
                        format!("role `{name}`: pattern `{}` is no valid regular expression: Open Distro answers every request of its holders with an error, OpenSearch ignores it", pattern.value),
                    )),
                    Ok(_) => {}
                }
            }
        }
    }
    if configuration.roles_mapping.contains_key("kibana_user") {
        notes.push(note(None, "the built-in role `kibana_user` keeps its name and covers the indices `.opensearch_dashboards*` besides"));
    }
    if configuration.roles_mapping.contains_key("logstash") {
        notes.push(note(None, "the built-in role `logstash` keeps its name and covers `ecs-logstash-*` besides"));
    }
}
