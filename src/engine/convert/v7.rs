//! The form before 1.0 to the one after it, by the plugin's own rules.

use super::{Conversion, Given, Made, What, content, note};
use crate::engine::catalog::opensearch::built_in;
use crate::engine::model::Product;
use crate::engine::model::opensearch::v6::migrate::{Way, migrate};
use crate::engine::model::opensearch::v6::{Form, form};
use crate::engine::model::opensearch::{Configuration, DocumentKind, read_document};
use crate::source::Problem;
use crate::yaml::Node;

/// Migrate what is in the old form; everything else stays as it is, byte for byte.
pub(super) fn convert(given: &[Given<'_>]) -> Conversion {
    let security = |file: &Given<'_>| match file.what {
        What::Security(kind) => Some(kind),
        _ => None,
    };
    let decided: Vec<Option<Form>> = given.iter().map(|file| security(file).and_then(|kind| form(kind, file.document.root()?))).collect();
    let any_old = decided.contains(&Some(Form::V6));
    // a document that tells neither form goes with its directory
    let is_old = |at: usize| match decided[at] {
        Some(form) => form == Form::V6,
        None => any_old && security(&given[at]).is_some_and(has_old_form),
    };
    let old: Vec<(usize, DocumentKind, Node<'_>)> = given
        .iter()
        .enumerate()
        .filter(|(at, _)| is_old(*at))
        .filter_map(|(at, file)| Some((at, security(file)?, file.document.root()?)))
        .collect();
    let documents: Vec<(DocumentKind, Node<'_>)> = old.iter().map(|(_, kind, root)| (*kind, *root)).collect();
    let migrated = migrate(&documents, Way::Online);
    let mut out = Conversion { files: Vec::new(), notes: migrated.notes };
    let write = |kind: DocumentKind, from: &str, out: &mut Conversion| {
        let Some(document) = migrated.documents.get(&kind) else { return };
        match content::text(document) {
            Ok(bytes) => out.files.push(Made { name: kind.file_name().to_owned(), from: from.to_owned(), bytes, is_new: true }),
            Err(refusal) => out.notes.push(Problem::error(None, format!("`{}` could not be written: {refusal}", kind.file_name()))),
        }
    };
    for (at, file) in given.iter().enumerate() {
        match old.iter().find(|(place, ..)| *place == at) {
            None => out.files.push(Made {
                name: file.name.to_owned(),
                from: file.name.to_owned(),
                bytes: file.document.bytes().to_vec(),
                is_new: false,
            }),
            Some((_, kind, root)) => {
                let before = out.files.len();
                write(*kind, file.name, &mut out);
                if *kind == DocumentKind::Roles {
                    write(DocumentKind::Tenants, file.name, &mut out);
                }
                if out.files.len() > before {
                    out.notes.push(note(
                        Some(root.place()),
                        format!("`{}` is written anew in the form from 1.0 on; comments are not kept", file.name),
                    ));
                }
            }
        }
    }
    overrides(&migrated.documents, &mut out.notes);
    let mut configuration = Configuration::default();
    for (_, kind, root) in &old {
        read_document(*kind, *root, &mut configuration, &mut Vec::new());
    }
    becomes_known(&configuration, &mut out.notes);
    out
}

/// Names that were nothing before and are something that the product brings along from 1.0 on: whoever has them gains it.
fn becomes_known(configuration: &Configuration, notes: &mut Vec<Problem>) {
    let brought = built_in(Product::OpenDistro1_13);
    for (name, role) in &configuration.roles {
        let actions = role.index_permissions.iter().flat_map(|rule| &rule.allowed_actions);
        for action in role.cluster_permissions.iter().chain(actions) {
            if brought.action_groups.contains_key(&action.value) && !configuration.action_groups.contains_key(&action.value) {
                let text =
                    format!("role `{name}`: `{}` is an action group of the product from 1.0 on; before, it granted nothing", action.value);
                notes.push(note(action.place, text));
            }
        }
    }
}

fn has_old_form(kind: DocumentKind) -> bool {
    use DocumentKind::{ActionGroups, Config, InternalUsers, Roles, RolesMapping};
    matches!(kind, Roles | RolesMapping | InternalUsers | ActionGroups | Config)
}

/// A role or group named like one that is built in makes the engine refuse what it has just migrated.
fn overrides(documents: &indexmap::IndexMap<DocumentKind, serde_json::Value>, notes: &mut Vec<Problem>) {
    let fixed = built_in(Product::OpenDistro1_13);
    let names = |kind: DocumentKind| documents.get(&kind).and_then(serde_json::Value::as_object).into_iter().flat_map(|map| map.keys());
    let roles = names(DocumentKind::Roles).filter(|name| fixed.roles.contains_key(*name)).map(|name| ("role", "roles", name));
    let groups = names(DocumentKind::ActionGroups).filter(|name| fixed.action_groups.contains_key(*name));
    for (what, plural, name) in roles.chain(groups.map(|name| ("action group", "action groups", name))) {
        let text = format!(
            "{what} `{name}` is built in from 1.0 on: `Cannot override static {plural}`, the engine refuses the whole configuration"
        );
        notes.push(Problem::error(None, text).help(format!("rename or remove `{name}` before you load the files")));
    }
}
