//! Entries for other tools: REST calls, `securityadmin` command lines, Terraform resources. Password hashes
//! never leave: what needs one says so in a note.

mod entries;
mod hcl;
mod rest;
mod securityadmin;
mod terraform;

pub use entries::{Entry, Family, Kind, Step, difference, elasticsearch_entries, everything, opensearch_entries};
pub use rest::{patch, put};
pub use securityadmin::{Upload, securityadmin};
pub use terraform::terraform;

/// A text for another tool, and what it leaves out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Export {
    /// The text.
    pub text: String,
    /// What is worth knowing, in the order of the entries.
    pub notes: Vec<String>,
}

impl Export {
    fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }
}
