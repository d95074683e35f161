//! Bytes written beside a file, put in its place, and taken back when something else fails.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tempfile::NamedTempFile;

/// How temporary files beside the operator's are called.
const PREFIX: &str = ".rolesmith-";

/// What a killed save left behind goes with a later save, once no save can still be using it.
const STALE: Duration = Duration::from_secs(3600);

/// Bytes written and synced beside the file that they are for.
#[derive(Debug)]
pub(super) struct Staged {
    temporary: NamedTempFile,
    target: PathBuf,
}

/// Why staged bytes were not put in their place; what is there stays as it was.
#[derive(Debug)]
pub(super) enum PutError {
    /// The file is not what it was a moment ago.
    Changed,
    /// The system refuses.
    Io(io::Error),
}

/// Bytes in their place, with what stood there before, until it is given up.
#[derive(Debug)]
pub(super) struct Placed {
    target: PathBuf,
    before: Before,
}

#[derive(Debug)]
enum Before {
    /// Nothing stood there.
    Nothing,
    /// The file itself, which is removed in the end.
    File(tempfile::TempPath),
    /// Its bytes, where two files cannot change places in one step.
    Bytes(Vec<u8>),
}

impl Staged {
    /// Write the bytes as the file's owner would have written them.
    ///
    /// # Errors
    /// What the system says; nothing is left behind then.
    pub(super) fn write(path: &Path, bytes: &[u8]) -> io::Result<Self> {
        // through a symbolic link, so that the link stays one
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let directory = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let before = fs::metadata(&target).ok();
        if before.as_ref().is_some_and(|before| before.permissions().readonly()) {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        remove_stale(directory);
        let mut temporary = tempfile::Builder::new().prefix(PREFIX).tempfile_in(directory)?;
        temporary.write_all(bytes)?;
        match before {
            Some(before) => {
                keep_owner(&temporary, &before);
                temporary.as_file().set_permissions(before.permissions())?;
            }
            None => ordinary_mode(&temporary)?,
        }
        temporary.as_file().sync_all()?;
        Ok(Self { temporary, target })
    }

    /// Change places with the file, which must hold `expected` (none: must not be there). The two change
    /// places in one step where the system can do that, and only then is looked at what came out, so that
    /// a change by somebody else is not lost, however late it comes.
    ///
    /// # Errors
    /// [`PutError`]; the file is as it was.
    pub(super) fn put(self, expected: Option<&[u8]>) -> Result<Placed, PutError> {
        let Self { temporary, target } = self;
        let Some(expected) = expected else {
            return match temporary.persist_noclobber(&target) {
                Ok(_) => Ok(Placed { target, before: Before::Nothing }),
                Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Err(PutError::Changed),
                Err(error) => Err(PutError::Io(error.error)),
            };
        };
        if exchange(temporary.path(), &target).is_ok() {
            let came_out = fs::read(temporary.path());
            if came_out.as_deref().ok() != Some(expected) {
                exchange(temporary.path(), &target).map_err(PutError::Io)?;
                return Err(PutError::Changed);
            }
            return Ok(Placed { target, before: Before::File(temporary.into_temp_path()) });
        }
        match fs::read(&target) {
            Ok(bytes) if bytes == expected => {}
            Ok(_) => return Err(PutError::Changed),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(PutError::Changed),
            Err(error) => return Err(PutError::Io(error)),
        }
        temporary.persist(&target).map_err(|error| PutError::Io(error.error))?;
        Ok(Placed { target, before: Before::Bytes(expected.to_owned()) })
    }
}

impl Placed {
    /// Let what stood there before stand there again, as far as the system lets it.
    pub(super) fn take_back(self) {
        let Self { target, before } = self;
        let _ = match before {
            Before::Nothing => fs::remove_file(&target),
            Before::File(file) => exchange(&file, &target),
            Before::Bytes(bytes) => {
                Staged::write(&target, &bytes).and_then(|staged| staged.temporary.persist(&target).map(drop).map_err(|error| error.error))
            }
        };
    }

    /// Keep what is there now, also over a crash of the machine.
    pub(super) fn settle(self) {
        // without this a crash of the machine could bring the old directory entry back
        if let Some(directory) = self.target.parent() {
            let _ = fs::File::open(directory).and_then(|directory| directory.sync_all());
        }
    }
}

/// Let two files change places in one step.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

fn remove_stale(directory: &Path) {
    let old = |entry: &fs::DirEntry| {
        let modified = entry.metadata().and_then(|metadata| metadata.modified()).ok();
        modified.and_then(|then| SystemTime::now().duration_since(then).ok()).is_some_and(|age| age > STALE)
    };
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(PREFIX) && old(&entry) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Only root may give a file away; for others it stays theirs, as with any editor.
#[cfg(unix)]
fn keep_owner(temporary: &NamedTempFile, before: &fs::Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    let _ = fchown(temporary.as_file(), Some(before.uid()), Some(before.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_: &NamedTempFile, _: &fs::Metadata) {}

/// A new file may hold hashes: for its owner and group alone.
#[cfg(unix)]
fn ordinary_mode(temporary: &NamedTempFile) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    temporary.as_file().set_permissions(fs::Permissions::from_mode(0o640))
}

#[cfg(not(unix))]
fn ordinary_mode(_: &NamedTempFile) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("roles.yml");
        fs::write(&path, text).unwrap();
        (directory, path)
    }

    #[test]
    fn what_somebody_else_wrote_in_the_last_moment_stays() {
        let (directory, path) = file("old");
        let staged = Staged::write(&path, b"new").unwrap();
        fs::write(&path, "theirs").unwrap();
        assert!(matches!(staged.put(Some(b"old")), Err(PutError::Changed)));
        assert_eq!(fs::read_to_string(&path).unwrap(), "theirs");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "nothing is left behind");
        let new = directory.path().join("tenants.yml");
        let staged = Staged::write(&new, b"new").unwrap();
        fs::write(&new, "theirs").unwrap();
        assert!(matches!(staged.put(None), Err(PutError::Changed)));
        assert_eq!(fs::read_to_string(&new).unwrap(), "theirs");
    }

    #[test]
    fn taken_back_it_is_as_it_was() {
        let (directory, path) = file("old");
        Staged::write(&path, b"new").unwrap().put(Some(b"old")).unwrap().take_back();
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        let new = directory.path().join("tenants.yml");
        Staged::write(&new, b"new").unwrap().put(None).unwrap().take_back();
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
        Staged::write(&path, b"new").unwrap().put(Some(b"old")).unwrap().settle();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_a_killed_save_left_goes_after_an_hour() {
        let (directory, path) = file("old");
        for (name, age) in [("old-one", 7200), ("fresh", 60)] {
            let left = fs::File::create(directory.path().join(format!("{PREFIX}{name}"))).unwrap();
            left.set_modified(SystemTime::now() - Duration::from_secs(age)).unwrap();
        }
        Staged::write(&path, b"new").unwrap().put(Some(b"old")).unwrap().settle();
        let mut names: Vec<_> =
            fs::read_dir(directory.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        assert_eq!(names, [".rolesmith-fresh", "roles.yml"]);
    }
}
