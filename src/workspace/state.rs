//! Where rolesmith keeps what outlives a run: backups and journals, below XDG_STATE_HOME.

use std::io;
use std::path::{Path, PathBuf};

use etcetera::{BaseStrategy, choose_base_strategy};

/// The directory, as asked for or as the system has it.
pub(super) fn directory(asked: Option<&Path>) -> PathBuf {
    if let Some(asked) = asked {
        return asked.to_owned();
    }
    let base = choose_base_strategy().ok().map(|strategy| strategy.state_dir().unwrap_or_else(|| strategy.data_dir()));
    base.unwrap_or_else(std::env::temp_dir).join("rolesmith")
}

/// A name for an opened path: its last part and a number of the whole.
pub(super) fn name_of(root: &Path) -> String {
    let root = std::fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
    let last: String =
        root.file_name().unwrap_or_default().to_string_lossy().chars().filter(|c| c.is_alphanumeric() || *c == '-').collect();
    format!("{last}-{:016x}", fingerprint(root.to_string_lossy().as_bytes()))
}

/// A stable number of some bytes (FNV-1a); tells texts apart, guards against nobody.
pub(super) fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Create a directory that only its owner can look into: what is in it may hold hashes.
#[cfg(unix)]
pub(super) fn create_private(directory: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)
}

#[cfg(not(unix))]
pub(super) fn create_private(directory: &Path) -> io::Result<()> {
    std::fs::create_dir_all(directory)
}

/// Write a file that only its owner can read.
pub(super) fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    use std::io::Write as _;
    let mut options = std::fs::OpenOptions::new();
    options.create(true).write(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(bytes)
}
