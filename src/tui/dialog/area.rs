//! Several lines of text: a DLS query, requests to paste.

use tui_textarea::TextArea;

/// What the text is for.
#[derive(Debug, Clone, PartialEq)]
pub enum Purpose {
    /// The DLS query of a role's rule.
    Dls(String, usize),
    /// Requests for the grid.
    Requests,
}

/// A text being edited.
#[derive(Debug, Clone)]
pub struct Area {
    /// Over it.
    pub title: String,
    /// Under it, while nothing is wrong.
    pub note: String,
    /// What it is for.
    pub purpose: Purpose,
    /// The editor.
    pub text: TextArea<'static>,
}

impl Area {
    /// Edit `text`.
    pub fn new(title: impl Into<String>, note: impl Into<String>, text: &str, purpose: Purpose) -> Self {
        let lines = text.lines().map(|line| line.replace('\t', "  ").chars().filter(|c| !c.is_control()).collect()).collect();
        Area { title: title.into(), note: note.into(), purpose, text: TextArea::new(lines) }
    }

    /// The whole text.
    pub fn whole(&self) -> String {
        self.text.lines().join("\n")
    }

    /// What is wrong with the text, for what it is for.
    pub fn problem(&self) -> Option<String> {
        match &self.purpose {
            Purpose::Dls(..) => dls_problem(&self.whole()),
            _ => None,
        }
    }
}

/// What is wrong with a DLS query: it must be empty or a JSON object.
pub fn dls_problem(text: &str) -> Option<String> {
    if text.trim().is_empty() {
        return None;
    }
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(serde_json::Value::Object(_)) => None,
        Ok(_) => Some("a query is a JSON object, such as `{\"term\": {\"dept\": \"sales\"}}`".to_owned()),
        // An attribute may stand unquoted (`${user.roles}` becomes a list of quoted names).
        Err(_) if text.contains("${") => None,
        Err(error) => Some(format!("not JSON at {}:{}: {error}", error.line(), error.column())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_a_json_object() {
        assert_eq!(dls_problem(r#"{"term": {"a": 1}}"#), None);
        assert_eq!(dls_problem(r#"{"terms": {"r": [${user.roles}]}}"#), None);
        assert!(dls_problem("[1]").is_some());
        assert!(dls_problem("{\n\"a\":").is_some_and(|problem| problem.starts_with("not JSON at 2:")));
    }
}
