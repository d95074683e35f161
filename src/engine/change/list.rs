//! Adding to, removing from and replacing in the lists of names that the whole configuration is made of.

use super::ChangeError;
use crate::source::Located;

/// Append an item that is not there yet.
pub(super) fn add(items: &mut Vec<Located<String>>, item: &str, list: &'static str, name: &str) -> Result<(), ChangeError> {
    if items.iter().any(|have| have.value == item) {
        return Err(ChangeError::Listed { item: item.to_owned(), list, name: name.to_owned() });
    }
    items.push(item.into());
    Ok(())
}

/// Take every occurrence of an item out.
pub(super) fn remove(items: &mut Vec<Located<String>>, item: &str, list: &'static str, name: &str) -> Result<(), ChangeError> {
    let before = items.len();
    items.retain(|have| have.value != item);
    if items.len() == before {
        return Err(ChangeError::NotListed { item: item.to_owned(), list, name: name.to_owned() });
    }
    Ok(())
}

/// Put another item in the place of every occurrence of one.
pub(super) fn replace(items: &mut [Located<String>], item: &str, with: &str, list: &'static str, name: &str) -> Result<(), ChangeError> {
    if item != with && items.iter().any(|have| have.value == with) {
        return Err(ChangeError::Listed { item: with.to_owned(), list, name: name.to_owned() });
    }
    if !swap(items, item, with) {
        return Err(ChangeError::NotListed { item: item.to_owned(), list, name: name.to_owned() });
    }
    Ok(())
}

/// Put another item in the place of every occurrence of one; whether there was any.
pub(super) fn swap(items: &mut [Located<String>], item: &str, with: &str) -> bool {
    let mut found = false;
    for have in items.iter_mut().filter(|have| have.value == item) {
        *have = with.into();
        found = true;
    }
    found
}

/// Plain texts as values that stand in no file yet.
pub(super) fn bare(items: &[String]) -> Vec<Located<String>> {
    items.iter().map(|item| item.as_str().into()).collect()
}

/// A name that an entry may have.
pub(super) fn check_name(name: &str) -> Result<(), ChangeError> {
    if name.is_empty() || name == "_meta" { Err(ChangeError::BadName(name.to_owned())) } else { Ok(()) }
}
