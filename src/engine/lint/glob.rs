//! Wildcards over names, and whether one pattern takes in another.

/// Whether `pattern` (`*`, `?`) takes in every name that `other` does. Exact when `other` has no
/// wildcard; else sound: a `true` is true, a `false` may only be "not seen".
pub(super) fn covers(pattern: &str, other: &str) -> bool {
    if pattern == "*" || pattern == other {
        return true;
    }
    if !pattern.contains(['*', '?']) {
        return false;
    }
    let (pattern, other) = (pattern.as_bytes(), other.as_bytes());
    let (mut p, mut o) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while o < other.len() {
        match pattern.get(p) {
            Some(b'*') => {
                back = Some((p + 1, o));
                p += 1;
            }
            Some(b'?') if other[o] != b'*' => {
                // one character, not one byte
                o += 1;
                while other.get(o).is_some_and(|byte| byte & 0xc0 == 0x80) {
                    o += 1;
                }
                p += 1;
            }
            Some(&byte) if byte == other[o] && byte != b'?' => {
                p += 1;
                o += 1;
            }
            _ => match &mut back {
                Some((after, from)) => {
                    *from += 1;
                    (p, o) = (*after, *from);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|&byte| byte == b'*')
}

/// Whether a text is a `/regular expression/`.
pub(super) fn is_regex(text: &str) -> bool {
    text.len() > 1 && text.starts_with('/') && text.ends_with('/')
}

/// Whether a text matches more than itself.
pub(super) fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?']) || is_regex(text)
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn a_wider_pattern_takes_in_a_narrower_one() {
        for (wide, narrow) in
            [("*", "a"), ("logs-*", "logs-2025"), ("logs-*", "logs-*-x"), ("l?gs", "logs"), ("a*c*", "abc*d"), ("a*", "a?")]
        {
            assert!(covers(wide, narrow), "{wide} {narrow}");
        }
        for (wide, narrow) in [("logs-*", "log*"), ("l?gs", "l*gs"), ("a", "b"), ("a*c", "ab"), ("?", ""), ("a*b", "a*")] {
            assert!(!covers(wide, narrow), "{wide} {narrow}");
        }
    }
}
