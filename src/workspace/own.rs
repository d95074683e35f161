//! The operator's own files: settings of the panes below XDG_CONFIG_HOME, what the panes remember below
//! XDG_STATE_HOME.

use std::io;
use std::path::PathBuf;

use etcetera::{BaseStrategy, choose_base_strategy};

use super::{Workspace, state};

/// A file of the operator's settings, when it is there: its path and text.
///
/// # Errors
/// When it is there and cannot be read.
pub fn own_file(name: &str) -> io::Result<Option<(PathBuf, String)>> {
    let Ok(base) = choose_base_strategy() else { return Ok(None) };
    let path = base.config_dir().join("rolesmith").join(name);
    match std::fs::read(&path) {
        Ok(bytes) => Ok(Some((path, String::from_utf8_lossy(&bytes).into_owned()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The files of a folder of the operator's settings, by name: their paths and texts; none when it is not there.
///
/// # Errors
/// When the folder or one of its files cannot be read.
pub fn own_files(folder: &str, extension: &str) -> io::Result<Vec<(PathBuf, String)>> {
    let Ok(base) = choose_base_strategy() else { return Ok(Vec::new()) };
    let entries = match std::fs::read_dir(base.config_dir().join("rolesmith").join(folder)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|found| found == extension));
    paths.sort();
    paths.into_iter().map(|path| Ok((path.clone(), String::from_utf8_lossy(&std::fs::read(&path)?).into_owned()))).collect()
}

/// Keep a copied text where its owner finds it, for terminals that take no copies.
///
/// # Errors
/// When the state directory cannot be written.
pub fn keep_copy(text: &str) -> io::Result<PathBuf> {
    let directory = state::directory(None);
    state::create_private(&directory)?;
    let path = directory.join("copied.txt");
    state::write_private(&path, text.as_bytes())?;
    Ok(path)
}

/// Write a file that is not there yet.
///
/// # Errors
/// When it is there, or cannot be written.
pub fn write_new(path: &std::path::Path, text: &str) -> io::Result<()> {
    use std::io::Write;
    std::fs::OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes())
}

impl Workspace {
    fn session_file(&self) -> Option<PathBuf> {
        let root = self.root.as_deref()?;
        Some(state::directory(self.options.state.as_deref()).join("session").join(state::name_of(root)))
    }

    /// What the panes remembered of this directory.
    pub fn remembered(&self) -> Option<String> {
        std::fs::read_to_string(self.session_file()?).ok()
    }

    /// Remember something of this directory for the next sitting.
    ///
    /// # Errors
    /// When the state directory cannot be written.
    pub fn remember(&self, text: &str) -> io::Result<()> {
        let Some(path) = self.session_file() else { return Ok(()) };
        if let Some(directory) = path.parent() {
            state::create_private(directory)?;
        }
        state::write_private(&path, text.as_bytes())
    }
}
