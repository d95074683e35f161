//! The user guide: Markdown, embedded, the same for `rolesmith guide` and the panes' help.

/// One page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Topic {
    /// What it is asked for by.
    pub name: &'static str,
    /// Markdown.
    pub text: &'static str,
}

impl Topic {
    /// The page's heading.
    pub fn title(&self) -> &'static str {
        self.text.lines().next().unwrap_or_default().trim_start_matches(['#', ' '])
    }
}

macro_rules! topics {
    ($($name:literal),*) => {
        /// Every page, in reading order.
        pub const TOPICS: &[Topic] = &[$(Topic { name: $name, text: include_str!(concat!("../assets/guide/", $name, ".md")) }),*];
    };
}

topics!(
    "start",
    "files",
    "scenarios",
    "cluster",
    "explain",
    "changes",
    "save",
    "access",
    "tune",
    "convert",
    "ci",
    "lint",
    "json",
    "panes",
    "limits",
    "bad-input"
);

/// The page of a name.
pub fn topic(name: &str) -> Option<&'static Topic> {
    TOPICS.iter().find(|topic| topic.name == name)
}
