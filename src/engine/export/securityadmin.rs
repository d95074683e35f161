//! `securityadmin` command lines. An upload replaces a document as a whole: what is on the cluster only, goes.

use super::{Entry, Export, Kind, Step, difference};
use crate::engine::model::opensearch::DocumentKind;

/// A file that would be uploaded.
#[derive(Debug, Clone)]
pub struct Upload {
    /// Its path, as the command names it.
    pub path: String,
    /// What it holds.
    pub kind: DocumentKind,
}

/// One command line a file, each with what it would do on the cluster, where `cluster` holds the entries of a
/// backup of it. Documents that say the same on both sides are left out then.
pub fn securityadmin(files: &[Upload], entries: &[Entry], cluster: Option<&[Entry]>) -> Export {
    let mut out = Export::default();
    for file in files {
        let kind = kind(file.kind);
        let ours: Vec<Entry> = entries.iter().filter(|entry| Some(entry.kind) == kind).cloned().collect();
        let effect = match (cluster, kind) {
            (Some(cluster), Some(kind)) => {
                let theirs: Vec<Entry> = cluster.iter().filter(|entry| entry.kind == kind).cloned().collect();
                let steps = difference(&theirs, &ours);
                if steps.is_empty() && kind != Kind::User {
                    continue;
                }
                effect(&steps, kind)
            }
            (Some(_), None) => "# replaces the whole document; what it says is not compared\n".to_owned(),
            (None, _) => "# replaces the whole document: entries that only the cluster has would be deleted\n".to_owned(),
        };
        let line = format!(
            "securityadmin.sh -f {} -t {} -icl -nhnv -cacert root-ca.pem -cert admin.pem -key admin-key.pem\n",
            quoted(&file.path),
            file.kind.meta_type()
        );
        out.text.push_str(&format!("{}{effect}{line}", if out.text.is_empty() { "" } else { "\n" }));
    }
    if cluster.is_none() {
        out.note("take a backup first (`securityadmin.sh -backup DIR …`) and name it with `--against` to see what would be deleted");
    }
    out
}

fn effect(steps: &[Step], kind: Kind) -> String {
    let names = |wanted: fn(&Step) -> Option<&str>| steps.iter().filter_map(wanted).collect::<Vec<_>>();
    let deleted = names(|step| if let Step::Delete(_, name) = step { Some(name) } else { None });
    let changed = names(|step| if let Step::Change(entry) = step { Some(&entry.name) } else { None });
    let added = names(|step| if let Step::Create(entry) = step { Some(&entry.name) } else { None });
    let mut text = String::new();
    for (verb, names) in [("DELETES on the cluster", deleted), ("changes", changed), ("adds", added)] {
        if !names.is_empty() {
            // a name may hold a line end, which would end the comment
            let names: Vec<String> = names.iter().map(|name| name.escape_debug().to_string()).collect();
            text.push_str(&format!("# {verb}: {}\n", names.join(", ")));
        }
    }
    if kind == Kind::User {
        text.push_str("# passwords become those of the file; they are not compared here\n");
    }
    text
}

fn kind(kind: DocumentKind) -> Option<Kind> {
    Some(match kind {
        DocumentKind::Roles => Kind::Role,
        DocumentKind::RolesMapping => Kind::Mapping,
        DocumentKind::InternalUsers => Kind::User,
        DocumentKind::ActionGroups => Kind::ActionGroup,
        DocumentKind::Tenants => Kind::Tenant,
        _ => return None,
    })
}

/// A path as a shell takes it.
fn quoted(path: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._/".contains(c);
    if !path.is_empty() && path.chars().all(plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', "'\\''")) }
}
