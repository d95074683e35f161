//! Open Distro's files as OpenSearch's: settings, REST paths, class names, the allow list.

use super::{Conversion, Given, Made, What, differences, note};
use crate::engine::model::opensearch::DocumentKind;
use crate::source::{FileId, Problem};
use crate::yaml::{Document, Editor, Entry, Node, Refusal, Value};

/// Settings that keep their old name in OpenSearch, below `opendistro_security.`.
const KEPT: [&str; 19] = [
    "audit.config.disabled_rest_categories",
    "audit.config.disabled_transport_categories",
    "audit.enable_rest",
    "audit.enable_transport",
    "audit.exclude_sensitive_headers",
    "audit.ignore_requests",
    "audit.ignore_users",
    "audit.log_request_body",
    "audit.resolve_bulk_requests",
    "audit.resolve_indices",
    "compliance.history.external_config_enabled",
    "compliance.history.internal_config_enabled",
    "compliance.history.read.ignore_users",
    "compliance.history.read.metadata_only",
    "compliance.history.read.watched_fields",
    "compliance.history.write.ignore_users",
    "compliance.history.write.log_diffs",
    "compliance.history.write.metadata_only",
    "compliance.history.write.watched_indices",
];

/// The name of a node setting in OpenSearch; none when it stays.
pub(super) fn setting(name: &str) -> Option<String> {
    if let Some(rest) = name.strip_prefix("opendistro_security") {
        let kept = rest.strip_prefix('.').is_some_and(|rest| KEPT.contains(&rest));
        let ours = rest.is_empty() || rest.starts_with('.') || rest.starts_with("_config.");
        return (ours && !kept).then(|| format!("plugins.security{rest}"));
    }
    name.strip_prefix("opendistro.").map(|rest| format!("plugins.{rest}"))
}

/// A REST path in OpenSearch; none when it stays.
pub(super) fn rest_path(text: &str) -> Option<String> {
    let (before, after) = text.split_once("_opendistro/_security")?;
    let after = after.replace("/kibanainfo", "/dashboardsinfo").replace("/api/whitelist", "/api/allowlist");
    Some(format!("{before}_plugins/_security{after}"))
}

/// Rename inside the files that the first step left.
pub(super) fn convert(given: &[Given<'_>], first: Conversion) -> Conversion {
    let mut out = Conversion { files: Vec::new(), notes: first.notes };
    for made in first.files {
        let source = given.iter().find(|file| file.name == made.from);
        let what = what_of(&made, source);
        // places of a file that is kept are those of the given one
        let id = source.map_or(FileId::default(), |source| source.document.file());
        let document = Document::parse(id, made.bytes.clone());
        match rename(&document, what, made.is_new, &mut out.notes) {
            Ok(bytes) => out.files.push(Made { name: name_of(&made.name, what, &mut out.notes), bytes, ..made }),
            Err(refusal) => {
                let text = format!("`{}` could not be converted: {refusal}", made.name);
                out.notes.push(Problem::error(refusal.place, text));
                out.files.push(made);
            }
        }
    }
    differences::report(&out.files, &mut out.notes);
    out
}

fn what_of(made: &Made, source: Option<&Given<'_>>) -> What {
    let by_name = DocumentKind::ALL.into_iter().find(|kind| kind.file_name() == made.name).map(What::Security);
    match source {
        Some(source) if made.name == made.from => source.what,
        Some(source) => by_name.unwrap_or(source.what),
        None => by_name.unwrap_or(What::Other),
    }
}

fn name_of(name: &str, what: What, notes: &mut Vec<Problem>) -> String {
    let new = match what {
        What::Node => "opensearch.yml",
        What::Security(DocumentKind::Whitelist) => "allowlist.yml",
        _ => return name.to_owned(),
    };
    if new != name {
        notes.push(note(None, format!("`{name}` is called `{new}`")));
    }
    new.to_owned()
}

fn rename(document: &Document, what: What, rewritten: bool, notes: &mut Vec<Problem>) -> Result<Vec<u8>, Refusal> {
    if what == What::Other {
        return Ok(document.bytes().to_vec());
    }
    let Some(root) = document.root() else { return Ok(document.bytes().to_vec()) };
    let place = |node: Node<'_>| (!rewritten).then(|| node.place());
    let mut editor = document.edit()?;
    match what {
        What::Node => {
            for Entry { key, .. } in root.entries() {
                let Some(name) = key.text() else { continue };
                match setting(name) {
                    Some(new) => {
                        notes.push(note(place(key), format!("setting `{name}` is called `{new}`")));
                        editor.rename_key(key.id(), &new)?;
                    }
                    None if name.starts_with("opendistro_security") => {
                        notes.push(note(place(key), format!("setting `{name}` keeps its old name in OpenSearch")));
                    }
                    None => {}
                }
            }
        }
        What::Security(DocumentKind::Whitelist) => {
            if let Some(kind) = root.path(&["_meta", "type"]) {
                editor.set_value(kind.id(), &Value::Text("allowlist".to_owned()))?;
            }
            let requests = root.path(&["config", "requests"]).into_iter().flat_map(Node::entries);
            for Entry { key, .. } in requests {
                if let (Some(path), Some(new)) = (key.text(), key.text().and_then(rest_path)) {
                    notes.push(note(place(key), format!("path `{path}` is `{new}`")));
                    editor.rename_key(key.id(), &new)?;
                }
            }
        }
        What::Security(DocumentKind::Config) => classes(root, &mut editor, rewritten, notes)?,
        What::Scenario => {
            for item in root.get("requests").into_iter().flat_map(Node::items) {
                let line = if item.text().is_some() { Some(item) } else { item.get("request") };
                if let (Some(line), Some(new)) = (line, line.and_then(Node::text).and_then(rest_path)) {
                    notes.push(note(place(line), format!("request `{}` is `{new}`", line.text().unwrap_or_default())));
                    editor.set_value(line.id(), &Value::Text(new))?;
                }
            }
        }
        What::Security(_) | What::Other => {}
    }
    Ok(editor.finish()?.document.bytes().to_vec())
}

/// Classes of authentication and authorization backends that are named in full.
fn classes(root: Node<'_>, editor: &mut Editor<'_>, rewritten: bool, notes: &mut Vec<Problem>) -> Result<(), Refusal> {
    const OLD: &str = "com.amazon.opendistroforelasticsearch.security.";
    for section in ["authc", "authz"] {
        let domains = root.path(&["config", "dynamic", section]).into_iter().flat_map(Node::entries);
        for part in domains.flat_map(|domain| domain.value.entries()) {
            let Some(kind) = part.value.get("type") else { continue };
            let Some((text, rest)) = kind.text().and_then(|text| Some((text, text.strip_prefix(OLD)?))) else { continue };
            let new = format!("org.opensearch.security.{rest}");
            notes.push(note((!rewritten).then(|| kind.place()), format!("class `{text}` is `{new}`")));
            editor.set_value(kind.id(), &Value::Text(new))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_renamed_or_keep_their_name() {
        assert_eq!(setting("opendistro_security.authcz.admin_dn").as_deref(), Some("plugins.security.authcz.admin_dn"));
        assert_eq!(setting("opendistro_security.audit.type").as_deref(), Some("plugins.security.audit.type"));
        assert_eq!(setting("opendistro_security.audit.enable_rest"), None);
        assert_eq!(
            setting("opendistro_security_config.ssl_dual_mode_enabled").as_deref(),
            Some("plugins.security_config.ssl_dual_mode_enabled")
        );
        assert_eq!(setting("opendistro.alerting.request_timeout").as_deref(), Some("plugins.alerting.request_timeout"));
        assert_eq!(setting("cluster.name"), None);
    }

    #[test]
    fn rest_paths_are_renamed() {
        assert_eq!(rest_path("GET _opendistro/_security/api/roles").as_deref(), Some("GET _plugins/_security/api/roles"));
        assert_eq!(rest_path("GET _opendistro/_security/kibanainfo").as_deref(), Some("GET _plugins/_security/dashboardsinfo"));
        assert_eq!(rest_path("GET _opendistro/_security/api/whitelist").as_deref(), Some("GET _plugins/_security/api/allowlist"));
        assert_eq!(rest_path("GET logs/_search"), None);
    }
}
