//! The file realm's line files: `users` (`name:hash`) and `users_roles` (`role:user,user`). Every line
//! keeps its place; the files themselves are never rewritten from the model.

use super::{Configuration, Secret};
use crate::source::{FileId, Located, Place, Problem, Span};

/// What the file realm says of the names of users and roles that it skips.
pub(super) const NAME_RULE: &str = "must be at least 1 and no more than 1024 characters. They can contain alphanumeric characters (a-z, A-Z, 0-9), spaces, punctuation, and printable symbols in the Basic Latin (ASCII) block. Leading or trailing whitespace is not allowed.";

/// Whether the file realm takes a user or a role of this name (`Validation.Users` and `.Roles`, asked of 6.8.23 to 9.1.0).
pub(super) fn is_name(name: &str) -> bool {
    (1..=1024).contains(&name.len()) && name.trim() == name && name.chars().all(|c| c == ' ' || c.is_ascii_graphic())
}

/// A line's text with the offset that it starts at; empty lines and `#` comments are left out.
fn lines(bytes: &[u8]) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    bytes.split(|&byte| byte == b'\n').filter_map(move |line| {
        let start = at;
        at += line.len() + 1;
        let text = std::str::from_utf8(line).ok()?;
        let lead = text.len() - text.trim_start().len();
        let text = text.trim();
        (!text.is_empty() && !text.starts_with('#')).then_some((start + lead, text))
    })
}

fn place(file: FileId, start: usize, text: &str) -> Place {
    Place { file, span: Span::new(start, start + text.len()) }
}

/// The offset of a part inside its line.
fn offset(line: &str, part: &str) -> usize {
    (part.as_ptr() as usize).saturating_sub(line.as_ptr() as usize)
}

/// Read `users`; a line that the engine skips becomes a problem.
pub fn read_users(file: FileId, bytes: &[u8], configuration: &mut Configuration, problems: &mut Vec<Problem>) {
    for (start, line) in lines(bytes) {
        let Some((name, hash)) = line.split_once(':').filter(|(name, hash)| !name.is_empty() && !hash.is_empty()) else {
            problems.push(Problem::error(Some(place(file, start, line)), "this line is not `name:hash`").help("the engine skips it"));
            continue;
        };
        if !is_name(name) {
            let words = format!("invalid username [{name}]: User names {NAME_RULE}");
            problems.push(Problem::error(Some(place(file, start, name)), words).help("the engine skips this user"));
            continue;
        }
        let at = start + offset(line, hash);
        let user = configuration.users.or_default(name);
        if user.hash.is_some() {
            problems.push(
                Problem::warning(Some(place(file, start, name)), format!("user `{name}` is there twice")).help("the last one counts"),
            );
        }
        user.hash = Some(Located::at(Secret::new(hash), place(file, at, hash)));
        user.place = Some(place(file, start, line));
    }
}

/// Read `users_roles`; users that `users` does not have are made, without a hash.
pub fn read_users_roles(file: FileId, bytes: &[u8], configuration: &mut Configuration, problems: &mut Vec<Problem>) {
    for (start, line) in lines(bytes) {
        let Some((role, users)) = line.split_once(':').filter(|(role, _)| !role.trim().is_empty()) else {
            problems.push(Problem::error(Some(place(file, start, line)), "this line is not `role:user,user`").help("the engine skips it"));
            continue;
        };
        for user in users.split(',').map(str::trim).filter(|user| !user.is_empty()) {
            let role = Located::at(role.trim().to_owned(), place(file, start + offset(line, user), user));
            configuration.users.or_default(user).roles.push(role);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_files_keep_places_and_hide_hashes() {
        let mut configuration = Configuration::default();
        let mut problems = Vec::new();
        let users = b"# file realm\r\nalice:$2a$10$abc\r\n\nbroken\nbob:$2a$10$def\n";
        read_users(FileId(1), users, &mut configuration, &mut problems);
        read_users_roles(FileId(2), b"admin: alice , bob\nlogs:bob\nnobody:\n", &mut configuration, &mut problems);
        assert_eq!(problems.len(), 1);
        assert!(problems[0].message.contains("name:hash"));
        let bob = &configuration.users["bob"];
        assert_eq!(bob.roles.iter().map(|role| role.as_str()).collect::<Vec<_>>(), ["admin", "logs"]);
        let hash = bob.hash.as_ref().expect("a hash");
        assert_eq!(&users[hash.place.expect("a place").span.range()], b"$2a$10$def");
        assert!(!format!("{configuration:?}").contains("$2a$10$"));
        let role = configuration.users["alice"].roles[0].place.expect("a place");
        assert_eq!((role.span.start, role.span.end), (7, 12));
    }
}
