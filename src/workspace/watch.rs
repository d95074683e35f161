//! Says when an opened file may have changed on disk.

use std::path::PathBuf;

use notify::{RecursiveMode, Watcher};

use super::Workspace;

/// Watches until it is dropped.
pub struct Watch(#[expect(dead_code, reason = "held for its end")] notify::RecommendedWatcher);

impl Workspace {
    /// Call `changed`, on another thread, whenever something happens to an opened file; whether it differs
    /// says [`Workspace::changed_on_disk`]. None for the sample, or when the system cannot watch.
    pub fn watch(&self, changed: impl Fn() + Send + 'static) -> Option<Watch> {
        let root = self.root.as_deref()?;
        let directory = if root.is_dir() { root } else { root.parent()? };
        let names: Vec<PathBuf> = self.files.iter().filter_map(|file| file.path.file_name().map(PathBuf::from)).collect();
        let about = move |event: &notify::Event| {
            let named = |path: &PathBuf| path.file_name().is_some_and(|name| names.iter().any(|have| have.as_os_str() == name));
            !event.kind.is_access() && event.paths.iter().any(named)
        };
        let heard = move |event: notify::Result<notify::Event>| {
            if event.is_ok_and(|event| about(&event)) {
                changed();
            }
        };
        let mut watcher = notify::recommended_watcher(heard).ok()?;
        watcher.watch(directory, RecursiveMode::NonRecursive).ok()?;
        Some(Watch(watcher))
    }
}
