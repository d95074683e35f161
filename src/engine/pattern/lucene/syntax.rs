//! Lucene's regular expression syntax with every optional operator on (`~ & @ # < > "…"`), and
//! Elasticsearch's wildcards, as one tree.

use super::PatternError;

/// What differs between the Lucene versions that the products carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Dialect {
    /// `\d \D \s \S \w \W` are classes; before Elasticsearch 8 they are the letters themselves, and a repeat may say more
    /// at least than at most.
    pub character_classes: bool,
    /// What is too complex, and in which words.
    pub generation: Generation,
}

/// The versions of Lucene that bound the work on an expression differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Generation {
    /// 7 (Elasticsearch 6.8): counts states.
    Seven,
    /// 8.11 and 9 (Elasticsearch 7.17 and 8.17): counts effort, and the copies of a repeat.
    Nine,
    /// 10 (Elasticsearch 9): counts effort alone.
    #[default]
    Ten,
}

/// The last code point.
pub(super) const LAST: u32 = 0x10FFFF;

/// How deep groups, complements and repeats may nest before the pattern counts as too complex.
const DEPTH: usize = 150;

/// A set of names.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expression {
    /// No name at all, not even the empty one.
    Nothing,
    /// Any name.
    AnyName,
    /// One character of these ranges.
    Chars(Vec<(u32, u32)>),
    /// One after the other; none is the empty name.
    Sequence(Vec<Expression>),
    /// Any of these.
    Either(Vec<Expression>),
    /// All of these.
    Both(Vec<Expression>),
    /// Everything else.
    Not(Box<Expression>),
    /// It or the empty name.
    Optional(Box<Expression>),
    /// So many times; no upper end means any number.
    Repeat(Box<Expression>, u32, Option<u32>),
    /// A decimal number between the two, with exactly so many digits (0: any number of leading zeros).
    Interval(u32, u32, usize),
}

impl Expression {
    /// The same with any name before it, after it, or both.
    pub(super) fn with_any(self, before: bool, after: bool) -> Expression {
        let any = |there: bool| there.then_some(Expression::AnyName);
        Expression::Sequence(any(before).into_iter().chain([self]).chain(any(after)).collect())
    }

    /// Whether it is `**` of something.
    fn repeats_a_repeat(&self) -> bool {
        matches!(self, Self::Repeat(inner, 0, None) if matches!(**inner, Self::Repeat(_, 0, None)))
    }

    /// Whether its automaton can have many more states than it has characters: something is copied, or two are
    /// walked together.
    pub(super) fn multiplies(&self) -> bool {
        match self {
            Self::Both(_) => true,
            Self::Repeat(_, least, most) if *least > 1 || most.is_some_and(|most| most > 1) => true,
            Self::Sequence(parts) | Self::Either(parts) => parts.iter().any(Self::multiplies),
            Self::Not(inner) | Self::Optional(inner) | Self::Repeat(inner, ..) => inner.multiplies(),
            Self::Nothing | Self::AnyName | Self::Chars(_) | Self::Interval(..) => false,
        }
    }
}

const ANY_CHAR: [(u32, u32); 1] = [(0, LAST)];

fn one(c: char) -> Expression {
    Expression::Chars(vec![(c as u32, c as u32)])
}

/// `*`, `?` and `\` as Elasticsearch's name patterns have them; a trailing `\` stands for itself, and no text at all for no
/// name. Elasticsearch reads UTF-16 units, so that a character outside of the basic plane matches no name.
pub(super) fn wildcard(text: &str) -> Expression {
    if text.is_empty() {
        return Expression::Nothing;
    }
    let unit = |unit: u16| Expression::Chars(vec![(u32::from(unit), u32::from(unit))]);
    let mut parts = Vec::new();
    let mut units = text.encode_utf16();
    while let Some(c) = units.next() {
        parts.push(match u8::try_from(c) {
            Ok(b'*') => Expression::AnyName,
            Ok(b'?') => Expression::Chars(ANY_CHAR.to_vec()),
            Ok(b'\\') => unit(units.next().unwrap_or(c)),
            _ => unit(c),
        });
    }
    Expression::Sequence(parts)
}

/// Parse the text between the slashes.
pub(super) fn parse(text: &str, dialect: Dialect) -> Result<Expression, PatternError> {
    if text.is_empty() {
        return Ok(Expression::Sequence(Vec::new()));
    }
    let mut parser = Parser { text: text.chars().collect(), at: 0, depth: 0, dialect };
    let expression = parser.either()?;
    if parser.at < parser.text.len() {
        return Err(parser.error(format!("end-of-string expected at position {}", parser.position())));
    }
    Ok(expression)
}

struct Parser {
    text: Vec<char>,
    at: usize,
    depth: usize,
    dialect: Dialect,
}

type Parsed = Result<Expression, PatternError>;

impl Parser {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn take(&mut self, c: char) -> bool {
        let found = self.peek() == Some(c);
        self.at += usize::from(found);
        found
    }

    fn next(&mut self) -> Result<char, PatternError> {
        let c = self.peek().ok_or_else(|| self.error("unexpected end-of-string".into()))?;
        self.at += 1;
        Ok(c)
    }

    fn error(&self, message: String) -> PatternError {
        PatternError::Invalid(message)
    }

    /// Java counts positions in UTF-16 units.
    fn position(&self) -> usize {
        self.text[..self.at.min(self.text.len())].iter().map(|c| c.len_utf16()).sum()
    }

    fn expect(&mut self, c: char) -> Result<(), PatternError> {
        if self.take(c) { Ok(()) } else { Err(self.error(format!("expected '{c}' at position {}", self.position()))) }
    }

    fn deeper(&mut self, parse: impl FnOnce(&mut Self) -> Parsed) -> Parsed {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(PatternError::TooComplex(self.text.iter().take(60).collect()));
        }
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }

    fn either(&mut self) -> Parsed {
        let mut parts = vec![self.both()?];
        while self.take('|') {
            parts.push(self.both()?);
        }
        Ok(single(parts, Expression::Either))
    }

    fn both(&mut self) -> Parsed {
        let mut parts = vec![self.sequence()?];
        while self.take('&') {
            parts.push(self.sequence()?);
        }
        Ok(single(parts, Expression::Both))
    }

    fn sequence(&mut self) -> Parsed {
        let mut parts = vec![self.repeat()?];
        while self.peek().is_some_and(|c| !matches!(c, ')' | '|' | '&')) {
            parts.push(self.repeat()?);
        }
        Ok(single(parts, Expression::Sequence))
    }

    fn repeat(&mut self) -> Parsed {
        let mut expression = self.not()?;
        let mut nested = 0;
        while let Some(c @ ('?' | '*' | '+' | '{')) = self.peek() {
            self.at += 1;
            expression = match (c, expression) {
                // nothing new, for Lucene too: its automaton is the same one
                ('?', same @ Expression::Optional(_)) => same,
                ('*', same) if same.repeats_a_repeat() => same,
                (_, inner) => {
                    nested += 1;
                    if nested > DEPTH {
                        return Err(PatternError::TooComplex(self.text.iter().take(60).collect()));
                    }
                    let inner = Box::new(inner);
                    match c {
                        '?' => Expression::Optional(inner),
                        '*' => Expression::Repeat(inner, 0, None),
                        '+' => Expression::Repeat(inner, 1, None),
                        _ => {
                            let (least, most) = self.counts()?;
                            // up to Lucene 8 it is no error, and no name
                            if most.is_some_and(|most| least > most) { Expression::Nothing } else { Expression::Repeat(inner, least, most) }
                        }
                    }
                }
            };
        }
        Ok(expression)
    }

    fn counts(&mut self) -> Result<(u32, Option<u32>), PatternError> {
        let Some(least) = self.number()? else {
            return Err(self.error(format!("integer expected at position {}", self.position())));
        };
        let most = if self.take(',') { self.number()? } else { Some(least) };
        self.expect('}')?;
        if let Some(most) = most.filter(|&most| least > most && self.dialect.character_classes) {
            return Err(self.error(format!("invalid repetition range(out of order): {least}..{most}")));
        }
        Ok((least, most))
    }

    fn number(&mut self) -> Result<Option<u32>, PatternError> {
        let start = self.at;
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
        }
        let digits: String = self.text[start..self.at].iter().collect();
        match digits.parse::<i32>() {
            _ if digits.is_empty() => Ok(None),
            Ok(number) => Ok(Some(number as u32)),
            Err(_) => Err(self.error(format!("For input string: \"{digits}\""))),
        }
    }

    fn not(&mut self) -> Parsed {
        if self.take('~') {
            return Ok(Expression::Not(Box::new(self.deeper(Self::not)?)));
        }
        if !self.take('[') {
            return self.simple();
        }
        let negated = self.take('^');
        let mut ranges = Vec::new();
        loop {
            self.class_member(&mut ranges)?;
            if self.peek().is_none_or(|c| c == ']') {
                break;
            }
        }
        self.expect(']')?;
        Ok(Expression::Chars(if negated { others(ranges) } else { ranges }))
    }

    fn class_member(&mut self, ranges: &mut Vec<(u32, u32)>) -> Result<(), PatternError> {
        if let Some(class) = self.class()? {
            ranges.extend(class);
            return Ok(());
        }
        let from = self.character()?;
        let to = if self.take('-') { self.character()? } else { from };
        if from > to {
            let (from, to) = (from as u32, to as u32);
            return Err(self.error(format!("invalid range: from ({from}) cannot be > to ({to})")));
        }
        ranges.push((from as u32, to as u32));
        Ok(())
    }

    /// `\d` and its like, where the dialect has them.
    fn class(&mut self) -> Result<Option<Vec<(u32, u32)>>, PatternError> {
        if !self.dialect.character_classes || self.peek() != Some('\\') {
            return Ok(None);
        }
        let Some(&name) = self.text.get(self.at + 1) else { return Ok(None) };
        let span = |from: char, to: char| (from as u32, to as u32);
        let class = match name.to_ascii_lowercase() {
            'd' => vec![span('0', '9')],
            's' => vec![span('\t', '\n'), span('\r', '\r'), span(' ', ' ')],
            'w' => vec![span('0', '9'), span('A', 'Z'), span('_', '_'), span('a', 'z')],
            _ if name.is_ascii_alphabetic() => return Err(self.error(format!("invalid character class \\{}", name as u32))),
            _ => return Ok(None),
        };
        self.at += 2;
        Ok(Some(if name.is_ascii_uppercase() { others(class) } else { class }))
    }

    fn character(&mut self) -> Result<char, PatternError> {
        self.take('\\');
        self.next()
    }

    fn simple(&mut self) -> Parsed {
        match self.peek() {
            Some('.') => self.at += 1,
            Some('#') => {
                self.at += 1;
                return Ok(Expression::Nothing);
            }
            Some('@') => {
                self.at += 1;
                return Ok(Expression::AnyName);
            }
            Some('"') => return self.quoted(),
            Some('(') => return self.group(),
            Some('<') => return self.interval(),
            _ => {
                if let Some(class) = self.class()? {
                    return Ok(Expression::Chars(class));
                }
                return Ok(one(self.character()?));
            }
        }
        Ok(Expression::Chars(ANY_CHAR.to_vec()))
    }

    fn quoted(&mut self) -> Parsed {
        self.at += 1;
        let start = self.at;
        while self.peek().is_some_and(|c| c != '"') {
            self.at += 1;
        }
        let text = self.text[start..self.at].iter().map(|&c| one(c)).collect();
        self.expect('"')?;
        Ok(Expression::Sequence(text))
    }

    fn group(&mut self) -> Parsed {
        self.at += 1;
        if self.take(')') {
            return Ok(Expression::Sequence(Vec::new()));
        }
        let inner = self.deeper(Self::either)?;
        self.expect(')')?;
        Ok(inner)
    }

    fn interval(&mut self) -> Parsed {
        self.at += 1;
        let start = self.at;
        while self.peek().is_some_and(|c| c != '>') {
            self.at += 1;
        }
        let text: String = self.text[start..self.at].iter().collect();
        self.expect('>')?;
        let Some((from, to)) = text.split_once('-') else { return Err(self.error(format!("'{text}' not found"))) };
        let (Ok(low @ 0..), Ok(high @ 0..)) = (from.parse::<i32>(), to.parse::<i32>()) else {
            return Err(self.error(format!("interval syntax error at position {}", self.position() - 1)));
        };
        let digits = if from.len() == to.len() { from.len() } else { 0 };
        Ok(Expression::Interval(low.min(high) as u32, low.max(high) as u32, digits))
    }
}

fn single(mut parts: Vec<Expression>, many: impl FnOnce(Vec<Expression>) -> Expression) -> Expression {
    match (parts.len(), parts.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            parts.extend(last);
            many(parts)
        }
    }
}

/// Every character that the ranges leave out.
fn others(mut ranges: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
    ranges.sort_unstable();
    let mut left = Vec::new();
    let mut from = 0;
    for (low, high) in ranges {
        if low > from {
            left.push((from, low - 1));
        }
        from = from.max(high + 1);
    }
    if from <= LAST {
        left.push((from, LAST));
    }
    left
}
