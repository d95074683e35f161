//! Exceptions to "no new access": who may gain what, and why.

use crate::engine::pattern::Matcher;
use crate::source::{Place, Problem};
use crate::yaml::{Document, Entry, Kind, Node};

/// One exception. Texts are patterns as roles have them.
#[derive(Debug, Clone)]
pub struct Permit {
    /// Users, `backend role X`, or `role X`.
    pub who: String,
    /// Actions; `documents`, `fields` and `values` for a filter, a field or a mask that is lifted, `tenants` for tenants.
    pub action: String,
    /// Indices, or tenants; without it, every index and tenant and the cluster stage.
    pub index: Option<String>,
    /// Why it is allowed.
    pub reason: String,
    /// Where it stands.
    pub place: Option<Place>,
    who_matcher: Matcher,
    action_matcher: Matcher,
}

impl Permit {
    /// Whether it is about somebody.
    pub fn is_for(&self, who: &str) -> bool {
        self.who_matcher.matches(who)
    }

    /// Whether it is about an action.
    pub fn covers(&self, action: &str) -> bool {
        self.action_matcher.matches(action)
    }
}

const HELP: &str = "write a list of exceptions, each with `who`, `action` and `reason`, and `index` where it is about indices";

/// Read a file of exceptions: a list, or a mapping with the list under `exceptions`. An entry that cannot be read
/// becomes a problem and counts as none.
pub fn read_permits(document: &Document, problems: &mut Vec<Problem>) -> Vec<Permit> {
    let Some(root) = document.root().filter(|root| !root.is_null()) else { return Vec::new() };
    let list = root.get("exceptions").unwrap_or(root);
    if list.kind() != Kind::Sequence {
        problems.push(Problem::error(Some(root.place()), "a file of exceptions holds a list").help(HELP));
        return Vec::new();
    }
    list.items().filter_map(|item| permit(item, problems)).collect()
}

fn permit(item: Node<'_>, problems: &mut Vec<Problem>) -> Option<Permit> {
    let (mut who, mut action, mut index, mut reason) = (None, None, None, None);
    let before = problems.len();
    for Entry { key, value } in item.entries() {
        let field = match key.text() {
            Some("who") => &mut who,
            Some("action") => &mut action,
            Some("index") => &mut index,
            Some("reason") => &mut reason,
            other => {
                let text = format!("unknown key `{}` in an exception", other.unwrap_or_default());
                problems.push(Problem::error(Some(key.place()), text).help(HELP));
                continue;
            }
        };
        match value.text().filter(|text| !text.trim().is_empty()) {
            Some(text) => *field = Some((text.to_owned(), value.place())),
            None => problems.push(Problem::error(Some(value.place()), "a text is expected here").help(HELP)),
        }
    }
    let mut needed = |field: Option<(String, Place)>, name: &str| {
        if field.is_none() {
            problems.push(Problem::error(Some(item.place()), format!("an exception without `{name}`")).help(HELP));
        }
        field
    };
    let (who, action, reason) = (needed(who, "who"), needed(action, "action"), needed(reason, "reason"));
    let mut matcher = |(text, place): &(String, Place)| match Matcher::new(text) {
        Ok(matcher) => Some(matcher),
        Err(error) => {
            problems.push(Problem::error(Some(*place), format!("`{text}` is no pattern: {error}")).help(HELP));
            None
        }
    };
    let (who, action, reason) = (who?, action?, reason?);
    let (who_matcher, action_matcher) = (matcher(&who)?, matcher(&action)?);
    if let Some(index) = &index {
        matcher(index)?;
    }
    (problems.len() == before).then(|| Permit {
        who: who.0,
        action: action.0,
        index: index.map(|(text, _)| text),
        reason: reason.0,
        place: Some(item.place()),
        who_matcher,
        action_matcher,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn read(text: &str) -> (Vec<Permit>, Vec<String>) {
        let document = Document::parse(FileId(0), text.as_bytes().to_vec());
        let mut problems = Vec::new();
        let permits = read_permits(&document, &mut problems);
        (permits, problems.into_iter().map(|problem| problem.message).collect())
    }

    #[test]
    fn an_exception_needs_a_reason_and_the_rest_is_read() {
        let (permits, problems) = read(
            "exceptions:\n- who: svc_*\n  action: indices:data/write/*\n  index: logs-*\n  reason: ticket 7\n- who: x\n  action: y\n- who: x\n  acton: y\n  reason: z\n",
        );
        assert_eq!(permits.len(), 1);
        assert!(permits[0].is_for("svc_a") && permits[0].covers("indices:data/write/index") && !permits[0].covers("x"));
        assert_eq!(problems, ["an exception without `reason`", "unknown key `acton` in an exception", "an exception without `action`"]);
    }

    #[test]
    fn a_list_alone_and_nothing_are_files_too() {
        assert_eq!(read("- {who: a, action: b, reason: c}\n").0.len(), 1);
        assert_eq!(read("").1, Vec::<String>::new());
        assert_eq!(read("who: a\n").1, ["a file of exceptions holds a list"]);
    }
}
