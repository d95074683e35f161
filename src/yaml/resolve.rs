//! How the engines' readers take an unquoted scalar. Measured on Jackson 2.18 with SnakeYAML 2.3 and on
//! Jackson 3.0 with snakeyaml-engine 2.10; the number forms are those of the two libraries' own patterns, but that
//! Jackson 2 takes `1:30` for a text and `-.5` for a number (asked of Elasticsearch 6.8.23 to 9.1.0).

use std::sync::LazyLock;

use regex::Regex;

/// The YAML reader of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reader {
    /// Jackson 2 over SnakeYAML (YAML 1.1): Elasticsearch, Open Distro, OpenSearch up to 3.6.
    Jackson2,
    /// Jackson 3 over snakeyaml-engine (the JSON schema of YAML 1.2): OpenSearch from 3.7 on.
    Jackson3,
}

/// What a reader makes of an unquoted scalar where no type is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Resolved {
    /// The text as it stands.
    Text,
    /// A truth value.
    Bool(bool),
    /// No value.
    Null,
    /// A number; its text is kept where the field is a string.
    Number,
}

static NUMBER_1_1: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let int = r"[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+";
    let float = r"[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?|[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+|[-+]?\.[0-9][0-9_]*(?:[eE][-+]?[0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)";
    Regex::new(&format!("^(?:{int}|{float})$")).ok()
});

static NUMBER_JSON: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^(?:-?(?:0|[1-9][0-9]*)(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?|-?\.inf|\.nan)$").ok());

/// How `reader` takes the unquoted `text`.
///
/// ```
/// use rolesmith::yaml::{Reader, Resolved, resolve};
/// assert_eq!(resolve("yes", Reader::Jackson2), Resolved::Bool(true));
/// assert_eq!(resolve("yes", Reader::Jackson3), Resolved::Text);
/// assert_eq!(resolve("~", Reader::Jackson3), Resolved::Text);
/// ```
pub fn resolve(text: &str, reader: Reader) -> Resolved {
    let number = |pattern: &Option<Regex>| match pattern {
        Some(pattern)
            if text.len() <= 256
                && text.starts_with(['-', '+', '.', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
                && pattern.is_match(text) =>
        {
            Resolved::Number
        }
        _ => Resolved::Text,
    };
    match reader {
        Reader::Jackson2 => match text {
            "" | "~" | "null" | "Null" | "NULL" => Resolved::Null,
            "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Resolved::Bool(true),
            "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Resolved::Bool(false),
            _ => number(&NUMBER_1_1),
        },
        Reader::Jackson3 => match text {
            "null" => Resolved::Null,
            "true" => Resolved::Bool(true),
            "false" => Resolved::Bool(false),
            _ => number(&NUMBER_JSON),
        },
    }
}

/// A number that JSON, YAML 1.1 and YAML 1.2 read alike: decimal, no exponent, no leading zero or plus.
pub(super) fn is_common_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    all(whole) && all(fraction) && (whole == "0" || !whole.starts_with('0'))
}

/// Whether `text` unquoted is the same text to every reader of YAML 1.1, YAML 1.2 and JSON-schema YAML.
/// Stricter than any of them: what merely looks like something else is not plain.
pub(super) fn is_plain_text(text: &str, in_flow: bool) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let starts = first.is_ascii_alphabetic() || "_/$.(".contains(first) || (!first.is_ascii() && first.is_alphabetic());
    let inside = |c: char| {
        c.is_ascii_alphanumeric()
            || "_-./*+@=()$^~;<>?|\\&%! ".contains(c)
            || (!c.is_ascii() && c.is_alphanumeric())
            || (!in_flow && "{}[],:".contains(c))
    };
    if !starts || !text.chars().all(inside) || text.ends_with([' ', ':']) || text.contains(": ") {
        return false;
    }
    // `${user.name}` has braces, which end a plain scalar inside a flow collection; `a,b` likewise
    let lower = text.to_ascii_lowercase();
    let special = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(&lower.as_str());
    let dotted = first == '.'
        && (lower == ".inf" || lower == ".nan" || text[1..].starts_with(|c: char| c.is_ascii_digit()) || text.starts_with(".."));
    !special && !dotted && resolve(text, Reader::Jackson2) == Resolved::Text && resolve(text, Reader::Jackson3) == Resolved::Text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of the measurement, row by row.
    #[test]
    fn readers_differ_as_measured() {
        use Resolved::{Bool, Null, Number, Text};
        let rows = [
            ("yes", Bool(true), Text),
            ("on", Bool(true), Text),
            ("off", Bool(false), Text),
            ("y", Text, Text),
            ("n", Text, Text),
            ("True", Bool(true), Text),
            ("TRUE", Bool(true), Text),
            ("true", Bool(true), Bool(true)),
            ("012", Number, Text),
            ("1_000", Number, Text),
            ("0x1F", Number, Text),
            ("0b11", Number, Text),
            ("+1", Number, Text),
            (".5", Number, Text),
            ("12", Number, Number),
            ("~", Null, Text),
            ("", Null, Text),
            ("null", Null, Null),
            ("2001-01-01", Text, Text),
            ("indices:data/read", Text, Text),
        ];
        for (text, two, three) in rows {
            assert_eq!(resolve(text, Reader::Jackson2), two, "Jackson 2 on `{text}`");
            assert_eq!(resolve(text, Reader::Jackson3), three, "Jackson 3 on `{text}`");
        }
    }

    #[test]
    fn only_what_nobody_takes_otherwise_is_plain() {
        for text in ["indices:data/read*", "kibana_user", "cn=admin", "a b", "${user.name}", ".kibana*", "größe"] {
            assert!(is_plain_text(text, false), "{text}");
        }
        let quoted = [
            "",
            "yes",
            "No",
            "ON",
            "off",
            "~",
            "012",
            "1_000",
            "0x1",
            "1e3",
            "2001-01-01",
            "*",
            "-a",
            "? a",
            "a: b",
            "a:",
            "a #b",
            "a ",
            " a",
            "a\nb",
            "a\tb",
            "!x",
            "&x",
            "%x",
            "@x",
            "`x",
            "[x",
            "{x",
            ".inf",
            ".5",
            "<<",
            "=",
            "y",
            "N",
            "---",
            "...",
            "12:30:45",
            "\u{feff}a",
            "a\u{85}b",
            "'a'",
            "\"a\"",
        ];
        for text in quoted {
            assert!(!is_plain_text(text, false), "{text}");
        }
        assert!(!is_plain_text("${user.name}", true) && !is_plain_text("a,b", true) && !is_plain_text("a:b", true));
    }

    #[test]
    fn common_numbers_are_the_same_everywhere() {
        for text in ["0", "2", "-1", "10.5", "0.5"] {
            assert!(is_common_number(text), "{text}");
        }
        for text in ["", "-", "01", "1e3", "1.", ".5", "+1", "1_0", "0x1"] {
            assert!(!is_common_number(text), "{text}");
        }
    }
}
