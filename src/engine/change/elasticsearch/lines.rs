//! Edits of the file realm's line files: the lines that change, and no other byte.

use crate::engine::model::elasticsearch::FileKind;
use crate::yaml::Splice;

/// What is done to the lines of a file.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Line {
    /// `users`: this hash behind the name; a new line where there is none.
    SetHash { user: String, hash: String },
    /// The user nowhere in the file.
    CutUser(String),
    /// The user under another name.
    RenameUser(String, String),
    /// `users_roles`: the user among those of the role; a new line where the role has none.
    Give { user: String, role: String },
    /// `users_roles`: the user no longer among those of the role.
    Take { user: String, role: String },
    /// `users_roles`: the role under another name.
    RenameRole(String, String),
}

/// A line that says something: `key:rest`.
struct Entry<'b> {
    /// Where the line starts.
    start: usize,
    /// Where the next line starts.
    end: usize,
    /// Where the key starts and ends, blanks around it left out.
    key: (usize, usize),
    key_text: &'b str,
    /// Where the rest starts and ends, the line's end left out.
    rest: (usize, usize),
    rest_text: &'b str,
}

/// The lines that the engine would take, as the reader finds them.
fn entries(bytes: &[u8]) -> Vec<Entry<'_>> {
    let mut out = Vec::new();
    let mut start = 0;
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        let end = start + line.len();
        let begin = std::mem::replace(&mut start, end);
        let Ok(text) = std::str::from_utf8(line) else { continue };
        let body = text.trim();
        let lead = begin + text.len() - text.trim_start().len();
        if body.is_empty() || body.starts_with('#') {
            continue;
        }
        let Some((key, rest)) = body.split_once(':') else { continue };
        let name = key.trim();
        let at = lead + key.len() - key.trim_start().len();
        let rest_at = lead + key.len() + 1;
        out.push(Entry {
            start: begin,
            end,
            key: (at, at + name.len()),
            key_text: name,
            rest: (rest_at, rest_at + rest.len()),
            rest_text: rest,
        });
    }
    out
}

/// The users of a line of `users_roles`, with where each starts.
fn users<'b>(entry: &Entry<'b>) -> Vec<(usize, &'b str)> {
    let mut at = entry.rest.0;
    let mut out = Vec::new();
    for part in entry.rest_text.split(',') {
        let lead = part.len() - part.trim_start().len();
        out.push((at + lead, part.trim()));
        at += part.len() + 1;
    }
    out
}

/// A new line behind the others.
fn append(bytes: &[u8], line: &str) -> Splice {
    let end = bytes.len();
    let eol = if bytes.windows(2).any(|pair| pair == b"\r\n") { "\r\n" } else { "\n" };
    let text = if bytes.is_empty() || bytes.ends_with(b"\n") { format!("{line}{eol}") } else { format!("{eol}{line}") };
    Splice::new(end, end, text)
}

/// The line without some of its users; without any it goes as a whole.
fn without(entry: &Entry<'_>, gone: impl Fn(&str) -> bool) -> Vec<Splice> {
    let parts: Vec<&str> = entry.rest_text.split(',').collect();
    let stays = |part: &&str| !gone(part.trim());
    if !parts.iter().any(|part| !stays(part)) {
        return Vec::new();
    }
    if !parts.iter().any(|part| stays(part) && !part.trim().is_empty()) {
        return vec![Splice::new(entry.start, entry.end, "")];
    }
    let mut out = Vec::new();
    let mut at = entry.rest.0;
    let first = parts.iter().position(stays).unwrap_or_default();
    for (number, part) in parts.iter().enumerate() {
        let end = at + part.len();
        if !stays(part) {
            // one that stands before the first that stays takes the comma behind it, any other the one before
            let (from, to) = if number < first { (at, end + 1) } else { (at - 1, end) };
            out.push(Splice::new(from, to, ""));
        }
        at = end + 1;
    }
    out
}

/// The splices that do it. Nothing where there is nothing to do.
pub(super) fn splices(bytes: &[u8], kind: FileKind, line: &Line) -> Vec<Splice> {
    let entries = entries(bytes);
    let in_users = kind == FileKind::Users;
    match line {
        Line::SetHash { user, hash } => match entries.iter().rev().find(|entry| entry.key_text == user) {
            Some(entry) => vec![Splice::new(entry.rest.0, entry.rest.1, hash.clone())],
            None => vec![append(bytes, &format!("{user}:{hash}"))],
        },
        Line::CutUser(user) if in_users => {
            entries.iter().filter(|entry| entry.key_text == user).map(|entry| Splice::new(entry.start, entry.end, "")).collect()
        }
        Line::CutUser(user) => entries.iter().flat_map(|entry| without(entry, |have| have == user)).collect(),
        Line::RenameUser(user, to) if in_users => {
            entries.iter().filter(|entry| entry.key_text == user).map(|entry| Splice::new(entry.key.0, entry.key.1, to.clone())).collect()
        }
        Line::RenameUser(user, to) => {
            let named = entries.iter().flat_map(users).filter(|(_, have)| have == user);
            named.map(|(at, have)| Splice::new(at, at + have.len(), to.clone())).collect()
        }
        Line::Give { user, role } => match entries.iter().rev().find(|entry| entry.key_text == role) {
            Some(entry) => {
                let wide = entry.rest_text.contains(", ");
                let text = match users(entry).iter().any(|(_, have)| !have.is_empty()) {
                    true if wide => format!(", {user}"),
                    true => format!(",{user}"),
                    false => user.clone(),
                };
                let end = entry.rest.0 + entry.rest_text.trim_end().len();
                vec![Splice::new(end, entry.rest.1, text)]
            }
            None => vec![append(bytes, &format!("{role}:{user}"))],
        },
        Line::Take { user, role } => {
            entries.iter().filter(|entry| entry.key_text == role).flat_map(|entry| without(entry, |have| have == user)).collect()
        }
        Line::RenameRole(role, to) => {
            entries.iter().filter(|entry| entry.key_text == role).map(|entry| Splice::new(entry.key.0, entry.key.1, to.clone())).collect()
        }
    }
}
