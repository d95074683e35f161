//! Java regular expressions, matched as a whole: translated to the syntax of fancy-regex where the two
//! differ, refused where a difference cannot be translated.

use fancy_regex::Regex;

/// A compiled Java regular expression that must match a whole text.
#[derive(Debug, Clone)]
pub struct JavaRegex {
    source: String,
    compiled: Regex,
    translated: String,
}

/// Why a pattern could not be compiled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegexProblem {
    /// Java refuses it too.
    #[error("invalid regular expression: {0}")]
    Invalid(String),
    /// Java knows it, this translation does not.
    #[error("unsupported in a regular expression: {0}")]
    Unsupported(String),
}

/// Steps of backtracking after which a match is given up.
const BACKTRACK_LIMIT: usize = 100_000;
const DIGIT: &str = "0-9";
const WORD: &str = "a-zA-Z0-9_";
const SPACE: &str = r" \t\n\x0B\f\r";
const LINE_ENDS: &str = r"\n\r\x{85}\x{2028}\x{2029}";

impl JavaRegex {
    /// Compile the text between the slashes.
    pub fn new(source: &str) -> Result<Self, RegexProblem> {
        let translated = translate(source)?;
        let compiled = fancy_regex::RegexBuilder::new(&format!(r"\A(?:{translated})\z")).backtrack_limit(BACKTRACK_LIMIT).build().map_err(
            |error| match error.to_string() {
                // read, but too large to build: Java has no such limit
                text if text.contains("building NFA") => RegexProblem::Unsupported("a pattern of this size".to_owned()),
                text => RegexProblem::Invalid(text),
            },
        )?;
        Ok(Self { source: source.to_owned(), compiled, translated })
    }

    /// `String.replaceAll`: each match replaced, `$1` standing for a group; none when the replacement
    /// names a group that is not there, or uses named groups.
    pub fn replace_all(&self, text: &str, replacement: &str) -> Option<String> {
        let regex = fancy_regex::RegexBuilder::new(&self.translated).backtrack_limit(BACKTRACK_LIMIT).build().ok()?;
        let (mut out, mut done) = (String::new(), 0);
        for captures in regex.captures_iter(text) {
            let captures = captures.ok()?;
            let whole = captures.get(0)?;
            out.push_str(text.get(done..whole.start())?);
            let mut rest = replacement.chars().peekable();
            while let Some(c) = rest.next() {
                match c {
                    '\\' => out.push(rest.next()?),
                    '$' => {
                        let mut group = usize::try_from(rest.next()?.to_digit(10)?).ok()?;
                        while let Some(digit) = rest.peek().and_then(|c| c.to_digit(10)) {
                            let longer = group * 10 + usize::try_from(digit).ok()?;
                            if longer >= captures.len() {
                                break;
                            }
                            group = longer;
                            rest.next();
                        }
                        if group >= captures.len() {
                            return None;
                        }
                        out.push_str(captures.get(group).map_or("", |found| found.as_str()));
                    }
                    _ => out.push(c),
                }
            }
            done = whole.end();
        }
        out.push_str(text.get(done..)?);
        Some(out)
    }

    /// The text between the slashes.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Text that everything matched begins with, as far as it stands there plainly; often empty.
    pub fn literal_prefix(&self) -> String {
        let (mut prefix, mut rest) = (String::new(), self.source.chars().peekable());
        if self.source.contains('|') {
            return prefix;
        }
        while let Some(c) = rest.next() {
            let literal = match c {
                '\\' => rest.next().filter(|escaped| escaped.is_ascii_punctuation()),
                '.' | '[' | ']' | '(' | ')' | '{' | '}' | '^' | '$' | '*' | '+' | '?' => None,
                _ => Some(c),
            };
            match (literal, rest.peek()) {
                (Some(_), Some('*' | '?' | '{')) | (None, _) => break,
                (Some(literal), _) => prefix.push(literal),
            }
        }
        prefix
    }

    /// Whether the whole of `text` matches; not where the search was given up ([`gives_up_on`](Self::gives_up_on)).
    pub fn matches(&self, text: &str) -> bool {
        self.compiled.is_match(text).unwrap_or(false)
    }

    /// Whether a match with the text between the slashes may have to be given up: with look-around, back references or
    /// possessive quantifiers there is no bound on the steps. Not so of what does not compile.
    pub fn backtracks(source: &str) -> bool {
        translate(source).is_ok_and(|translated| regex_automata::util::syntax::parse(&translated).is_err())
    }

    /// Whether it is not known if the whole of `text` matches: more than 100,000 steps did not tell.
    pub fn gives_up_on(&self, text: &str) -> bool {
        self.compiled.is_match(text).is_err()
    }
}

/// What Java writes, in the words of fancy-regex.
fn translate(source: &str) -> Result<String, RegexProblem> {
    let mut out = String::with_capacity(source.len() + 8);
    let mut rest = source.chars().peekable();
    let mut depth = 0usize;
    while let Some(c) = rest.next() {
        match c {
            '\\' => escape(&mut rest, depth > 0, &mut out)?,
            '[' => {
                depth += 1;
                out.push('[');
                if rest.next_if_eq(&'^').is_some() {
                    out.push('^');
                }
                if rest.next_if_eq(&']').is_some() {
                    out.push_str(r"\]");
                }
            }
            ']' if depth > 0 => {
                depth -= 1;
                out.push(']');
            }
            ']' => out.push_str(r"\]"),
            // `--` and `~~` are operators between sets there, plain characters in Java.
            '~' | '-' if depth > 0 && rest.peek() == Some(&c) => out.extend(['\\', c]),
            '.' if depth == 0 => out.push_str(&format!("[^{LINE_ENDS}]")),
            '{' if depth == 0 => out.push_str(&repetition(&mut rest)?),
            '(' if depth == 0 => {
                out.push('(');
                if rest.next_if_eq(&'?').is_some() {
                    out.push('?');
                    group(&mut rest, &mut out)?;
                }
            }
            '$' if depth == 0 => out.push_str(r"(?=(?:\r\n|[\n\r\x{85}\x{2028}\x{2029}])?\z)"),
            '^' if depth == 0 => out.push_str(r"\A"),
            _ => out.push(c),
        }
    }
    if depth > 0 { Err(RegexProblem::Invalid("unclosed character class".to_owned())) } else { Ok(out) }
}

type Rest<'a> = std::iter::Peekable<std::str::Chars<'a>>;

fn escape(rest: &mut Rest<'_>, in_class: bool, out: &mut String) -> Result<(), RegexProblem> {
    let Some(c) = rest.next() else { return Err(RegexProblem::Invalid("a `\\` at the end".to_owned())) };
    let set = |out: &mut String, members: &str, negated: bool| match (in_class, negated) {
        (true, false) => out.push_str(members),
        (_, true) => out.push_str(&format!("[^{members}]")),
        (false, false) => out.push_str(&format!("[{members}]")),
    };
    match c {
        'd' | 'D' => set(out, DIGIT, c == 'D'),
        'w' | 'W' => set(out, WORD, c == 'W'),
        's' | 'S' => set(out, SPACE, c == 'S'),
        'h' | 'H' => set(out, r" \t\x{A0}\x{1680}\x{180e}\x{2000}-\x{200a}\x{202f}\x{205f}\x{3000}", c == 'H'),
        'v' | 'V' => set(out, r"\n\x0B\f\r\x{85}\x{2028}\x{2029}", c == 'V'),
        'Q' => {
            let mut quoted = String::new();
            while let Some(next) = rest.next() {
                if next == '\\' && rest.next_if_eq(&'E').is_some() {
                    break;
                }
                quoted.push(next);
            }
            out.push_str(&fancy_regex::escape(&quoted));
        }
        'E' => {}
        'u' => {
            let digits: String = (0..4).filter_map(|_| rest.next_if(char::is_ascii_hexdigit)).collect();
            if digits.len() != 4 {
                return Err(RegexProblem::Invalid("`\\u` wants four digits".to_owned()));
            }
            out.push_str(&format!("\\x{{{digits}}}"));
        }
        'e' => out.push_str(r"\x1B"),
        'Z' => out.push_str(r"(?=(?:\r\n|[\n\r\x{85}\x{2028}\x{2029}])?\z)"),
        'p' | 'P' => property(rest, c == 'P', in_class, out)?,
        't' | 'n' | 'r' | 'f' | 'a' | 'x' | 'A' | 'z' | 'b' | 'B' | 'k' => out.extend(['\\', c]),
        '1'..='9' if !in_class => out.extend(['\\', c]),
        '0' | 'c' | 'G' | 'R' | 'X' | 'N' => return Err(RegexProblem::Unsupported(format!("`\\{c}`"))),
        _ if c.is_ascii_alphabetic() => return Err(RegexProblem::Invalid(format!("`\\{c}`"))),
        _ if c.is_ascii() => out.extend(['\\', c]),
        _ => out.push(c),
    }
    Ok(())
}

fn property(rest: &mut Rest<'_>, negated: bool, in_class: bool, out: &mut String) -> Result<(), RegexProblem> {
    let name: String = if rest.next_if_eq(&'{').is_some() {
        std::iter::from_fn(|| rest.next_if(|c| *c != '}')).collect()
    } else {
        return Err(RegexProblem::Unsupported("`\\p` without braces".to_owned()));
    };
    rest.next();
    let members = match name.as_str() {
        "Lower" => "a-z",
        "Upper" => "A-Z",
        "ASCII" => r"\x00-\x7F",
        "Alpha" => "a-zA-Z",
        "Digit" => "0-9",
        "Alnum" => "a-zA-Z0-9",
        "Punct" => r"!-/:-@\[-`{-~",
        "Graph" => "!-~",
        "Print" => " -~",
        "Blank" => r" \t",
        "Cntrl" => r"\x00-\x1F\x7F",
        "XDigit" => "0-9a-fA-F",
        "Space" => SPACE,
        _ => return Err(RegexProblem::Unsupported(format!("`\\p{{{name}}}`"))),
    };
    match (negated, in_class) {
        (false, true) => out.push_str(members),
        (false, false) => out.push_str(&format!("[{members}]")),
        (true, _) => out.push_str(&format!("[^{members}]")),
    }
    Ok(())
}

fn repetition(rest: &mut Rest<'_>) -> Result<String, RegexProblem> {
    let inner: String = std::iter::from_fn(|| rest.next_if(|c| c.is_ascii_digit() || *c == ',')).collect();
    let valid = inner.starts_with(|c: char| c.is_ascii_digit()) && inner.matches(',').count() <= 1;
    if rest.next() != Some('}') || !valid {
        return Err(RegexProblem::Invalid("illegal repetition".to_owned()));
    }
    Ok(format!("{{{inner}}}"))
}

fn group(rest: &mut Rest<'_>, out: &mut String) -> Result<(), RegexProblem> {
    match rest.peek() {
        Some(':' | '=' | '!' | '>' | '<') => Ok(()),
        Some('i') => {
            out.push('i');
            rest.next();
            match rest.peek() {
                Some(')' | ':') => Ok(()),
                _ => Err(RegexProblem::Unsupported("flags other than `i`".to_owned())),
            }
        }
        Some('-' | 'd' | 'm' | 's' | 'u' | 'x' | 'U') => Err(RegexProblem::Unsupported("flags other than `i`".to_owned())),
        _ => Err(RegexProblem::Invalid("unknown group".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        JavaRegex::new(pattern).unwrap().matches(text)
    }

    #[test]
    fn the_whole_text_must_match() {
        assert!(matches("hr|secret", "secret") && !matches("hr|secret", "hr-1"));
        assert!(matches(r"\..*", ".kibana") && !matches("LOGS.*", "logs-1"));
        assert!(matches("logs-[0-9&&[^2]]+", "logs-13") && !matches("logs-[0-9&&[^2]]+", "logs-2"));
    }

    #[test]
    fn what_java_reads_otherwise_is_translated() {
        assert!(matches(r"\Qa.b\E", "a.b") && !matches(r"\Qa.b\E", "axb"));
        assert!(!matches(r"\d", "٣") && !matches(r"\w", "é") && matches("[a~~b]+", "~a"));
        assert!(matches("(?i)LOGS", "logs") && matches(r"(a)\1", "aa") && matches("a++b", "aab"));
        assert!(matches("[]a]", "]") && matches("a]", "a]") && matches(r"[\w-]+", "a-b"));
        assert!(matches("(?!hr).*", "logs") && !matches("(?!hr).*", "hr-1"));
    }

    #[test]
    fn what_stands_plainly_in_front_begins_every_match() {
        let cases =
            [(r"team01-app[0-4]\d", "team01-app"), (r"\.ds-x.*", ".ds-x"), ("ab*", "a"), ("ab?c", "a"), ("ab+", "ab"), ("ab{0}", "a")];
        for (source, wanted) in cases {
            assert_eq!(JavaRegex::new(source).unwrap().literal_prefix(), wanted, "{source}");
        }
        for source in ["a|b", "(a)", "^a", r"\w", r"\Qa\E", ".*", ""] {
            assert_eq!(JavaRegex::new(source).unwrap().literal_prefix(), "", "{source}");
        }
    }

    #[test]
    fn replacements_name_groups_by_number() {
        let regex = JavaRegex::new("(.+)").unwrap();
        assert_eq!(regex.replace_all("logs-1", "my-rest-$1").as_deref(), Some("my-rest-logs-1"));
        assert_eq!(regex.replace_all("logs-1", "$10").as_deref(), Some("logs-10"));
        assert_eq!(regex.replace_all("logs-1", "$2"), None);
        assert_eq!(JavaRegex::new("o").unwrap().replace_all("foo", "0").as_deref(), Some("f00"));
    }

    #[test]
    fn java_refuses_what_it_refuses_and_the_rest_is_said_to_be_unsupported() {
        for invalid in ["logs-[", "a{", "a{,3}", "(", r"\y", "*"] {
            assert!(matches!(JavaRegex::new(invalid), Err(RegexProblem::Invalid(_))), "{invalid}");
        }
        for unsupported in [r"\p{IsGreek}", "(?s).", r"\R"] {
            assert!(matches!(JavaRegex::new(unsupported), Err(RegexProblem::Unsupported(_))), "{unsupported}");
        }
    }
}
