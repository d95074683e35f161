//! Creating, finding, renaming and deleting the entries of a document.

use super::ChangeError;
use super::list::check_name;
use crate::engine::model::Entries;

/// Give an entry another name in its place.
pub(super) fn rename<T: Clone>(entries: &mut Entries<T>, what: &'static str, name: &str, to: &str) -> Result<(), ChangeError> {
    check_name(to)?;
    if entries.contains_key(to) {
        return Err(ChangeError::Exists { what, name: to.to_owned() });
    }
    let (at, _, value) = entries.shift_remove_full(name).ok_or_else(|| ChangeError::Missing { what, name: name.to_owned() })?;
    entries.shift_insert(at, to.to_owned(), value);
    Ok(())
}

/// Put a new entry behind the others.
pub(super) fn create<T>(entries: &mut Entries<T>, what: &'static str, name: &str, value: T) -> Result<(), ChangeError> {
    check_name(name)?;
    if entries.contains_key(name) {
        return Err(ChangeError::Exists { what, name: name.to_owned() });
    }
    entries.insert(name.to_owned(), value);
    Ok(())
}

/// An entry to change.
pub(super) fn find<'a, T: Clone>(entries: &'a mut Entries<T>, what: &'static str, name: &str) -> Result<&'a mut T, ChangeError> {
    entries.get_mut(name).ok_or_else(|| ChangeError::Missing { what, name: name.to_owned() })
}

/// Take an entry out, the others keep their order.
pub(super) fn delete<T: Clone>(entries: &mut Entries<T>, what: &'static str, name: &str) -> Result<(), ChangeError> {
    entries.shift_remove(name).map(drop).ok_or_else(|| ChangeError::Missing { what, name: name.to_owned() })
}
