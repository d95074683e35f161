//! Names of entries as Elasticsearch takes them.

use super::super::ChangeError;

/// The most characters of a role's or a user's name (`Validation.MAX_NAME_LENGTH` of the engine).
const LONGEST: usize = 507;

/// A name that a role, a mapping or a user may have: what the engine's own validation takes, since it skips
/// an entry of any other name.
pub(super) fn check_name(name: &str) -> Result<(), ChangeError> {
    let printable = name.chars().all(|c| c == ' ' || c.is_ascii_graphic());
    if name.is_empty() || name.len() > LONGEST || !printable || name.trim() != name {
        return Err(ChangeError::BadElasticsearchName(name.to_owned()));
    }
    Ok(())
}

/// A name that a line file can hold too.
pub(super) fn check_line_name(name: &str) -> Result<(), ChangeError> {
    check_name(name)?;
    if name.contains([':', ',']) || name.starts_with('#') {
        return Err(ChangeError::BadLineName(name.to_owned()));
    }
    Ok(())
}
