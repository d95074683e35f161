//! Directories to open, made for one test and gone after it.

#![allow(dead_code)] // each test binary uses its part

pub mod dice;
pub mod random;
#[cfg(unix)]
pub mod session;

use std::fs;
use std::path::{Path, PathBuf};

use rolesmith::workspace::{Options, Workspace};

/// A temporary directory with files, and a state directory beside it.
pub struct Directory {
    base: tempfile::TempDir,
}

impl Directory {
    /// With these files.
    pub fn new(files: &[(&str, &str)]) -> Self {
        let base = tempfile::tempdir().unwrap();
        fs::create_dir(base.path().join("config")).unwrap();
        let directory = Self { base };
        for (name, text) in files {
            fs::write(directory.path(name), text).unwrap();
        }
        directory
    }

    /// The directory to open.
    pub fn root(&self) -> PathBuf {
        self.base.path().join("config")
    }

    /// A file in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root().join(name)
    }

    /// Where backups and journals go.
    pub fn state(&self) -> PathBuf {
        self.base.path().join("state")
    }

    /// The directory above both.
    pub fn base(&self) -> &Path {
        self.base.path()
    }

    /// Open it.
    pub fn open(&self) -> Workspace {
        Workspace::open(self.root(), Options { state: Some(self.state()), ..Options::default() }).unwrap()
    }
}

/// The sample as a directory.
pub fn sample() -> Directory {
    let directory = Directory::new(&[]);
    for (name, bytes) in Workspace::sample_files() {
        fs::write(directory.path(name), bytes).unwrap();
    }
    directory
}

/// A directory of the fixtures, to be written in.
pub fn fixture(name: &str) -> Directory {
    let directory = Directory::new(&[]);
    for entry in fs::read_dir(Path::new("tests/fixtures").join(name)).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), directory.path(&entry.file_name().to_string_lossy())).unwrap();
    }
    directory
}
