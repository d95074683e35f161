//! `WildcardMatcher` of the plugin: one pattern of a role, a mapping or a setting against one text.

use fancy_regex::Regex;

/// A compiled pattern.
#[derive(Debug, Clone)]
pub(super) enum Matcher {
    /// `*` alone.
    Any,
    /// No wildcard in it.
    Exact(String),
    /// `*` and `?`.
    Simple(Vec<char>),
    /// `/…/`, matched as a whole.
    Regex(Box<Regex>),
    /// A regular expression that does not compile; the engine throws when it meets it.
    Broken,
}

impl Matcher {
    /// Compile `pattern` as the plugin does: `*` first, then `/…/`, then wildcards, else the text itself.
    pub(super) fn new(pattern: &str) -> Self {
        if pattern == "*" {
            return Matcher::Any;
        }
        if pattern.starts_with('/') && pattern.ends_with('/') {
            let Some(inner) = pattern.get(1..pattern.len().saturating_sub(1)).filter(|_| pattern.len() > 1) else {
                return Matcher::Broken;
            };
            return Regex::new(&format!("^(?:{inner})$")).map_or(Matcher::Broken, |regex| Matcher::Regex(Box::new(regex)));
        }
        if pattern.contains(['*', '?']) { Matcher::Simple(pattern.chars().collect()) } else { Matcher::Exact(pattern.to_owned()) }
    }

    /// Whether the text matches. A broken pattern matches nothing; callers that must fail ask `is_broken`.
    pub(super) fn test(&self, text: &str) -> bool {
        match self {
            Matcher::Any => true,
            Matcher::Exact(pattern) => pattern == text,
            Matcher::Simple(pattern) => simple(pattern, text),
            Matcher::Regex(regex) => regex.is_match(text).unwrap_or(false),
            Matcher::Broken => false,
        }
    }

    /// Whether the engine would throw on compiling it.
    pub(super) fn is_broken(&self) -> bool {
        matches!(self, Matcher::Broken)
    }

    /// Whether the pattern is a plain text.
    pub(super) fn is_exact(&self) -> bool {
        matches!(self, Matcher::Exact(_))
    }
}

/// `*` and `?` with one backtracking point: linear in practice, never exponential.
fn simple(pattern: &[char], text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let (mut at, mut wild) = (0, 0);
    let mut backup: Option<(usize, usize)> = None;
    while at < text.len() {
        match pattern.get(wild) {
            Some('*') => {
                wild += 1;
                backup = Some((at, wild));
            }
            Some(&c) if c == '?' || c == text[at] => {
                at += 1;
                wild += 1;
            }
            _ => {
                let Some((text_backup, wild_backup)) = backup else { return false };
                backup = Some((text_backup + 1, wild_backup));
                at = text_backup + 1;
                wild = wild_backup;
            }
        }
    }
    pattern[wild.min(pattern.len())..].iter().all(|&c| c == '*')
}

/// Whether any of the patterns matches.
pub(super) fn any(matchers: &[Matcher], text: &str) -> bool {
    matchers.iter().any(|matcher| matcher.test(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_and_regular_expressions_match_the_whole_text() {
        assert!(Matcher::new("logs-*").test("logs-2025"));
        assert!(Matcher::new("l?gs*").test("logs"));
        assert!(!Matcher::new("logs-?").test("logs-"));
        assert!(Matcher::new("?").test("*"));
        assert!(Matcher::new("/.{1}/").test("*"));
        assert!(!Matcher::new("/logs/").test("logs-1"));
        assert!(Matcher::new("/logs-[/").is_broken());
        assert!(Matcher::new("/").is_broken());
        assert!(Matcher::new("a*b*c").test("aXbXbc"));
    }
}
