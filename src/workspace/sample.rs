//! The workspace that opens when no path is given.

use std::path::PathBuf;

use super::open::{self, Options};
use super::{File, Workspace};
use crate::source::FileId;

/// An OpenSearch 3.4 directory with a story: a log shipper that may do everything, personnel data behind
/// document- and field-level security, developers who see too little.
const FILES: [(&str, &[u8]); 9] = [
    (".rolesmith.yml", include_bytes!("../../assets/sample/.rolesmith.yml")),
    ("action_groups.yml", include_bytes!("../../assets/sample/action_groups.yml")),
    ("config.yml", include_bytes!("../../assets/sample/config.yml")),
    ("internal_users.yml", include_bytes!("../../assets/sample/internal_users.yml")),
    ("resolve_index.json", include_bytes!("../../assets/sample/resolve_index.json")),
    ("roles.yml", include_bytes!("../../assets/sample/roles.yml")),
    ("roles_mapping.yml", include_bytes!("../../assets/sample/roles_mapping.yml")),
    ("scenarios.yml", include_bytes!("../../assets/sample/scenarios.yml")),
    ("tenants.yml", include_bytes!("../../assets/sample/tenants.yml")),
];

impl Workspace {
    /// The embedded sample: everything works in it but saving, since it has no directory.
    pub fn sample() -> Self {
        let files = FILES.iter().enumerate().map(|(at, (name, bytes))| File::new(FileId(at as u32), PathBuf::from(name), bytes.to_vec()));
        open::assemble(None, files.collect(), Options::default(), Vec::new())
    }

    /// The files of the sample, to be written into a directory.
    pub fn sample_files() -> impl Iterator<Item = (&'static str, &'static [u8])> {
        FILES.into_iter()
    }
}
