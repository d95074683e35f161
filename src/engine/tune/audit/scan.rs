//! The fields of a flat audit document, found in its bytes without building a value of it.
//!
//! Most records of a log repeat what an earlier one said, so the bytes of the few fields that make a fact are
//! all that is looked at; whoever wants their meaning reads the record again.

use memchr::memchr2;

/// How many fields make a fact.
const FIELDS: usize = 11;
/// Deeper values are left to the JSON reader.
const MAX_DEPTH: u32 = 64;

/// The raw values of the fields that make a fact; an absent one is empty.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Raw<'a> {
    fields: [&'a [u8]; FIELDS],
    /// The request that the event belongs to, where the log says so.
    pub request: &'a [u8],
    source: &'a [u8],
}

impl Raw<'_> {
    /// Whether it is an audit document of either family.
    pub(super) fn is_audit(&self) -> bool {
        !self.fields[0].is_empty() || !self.fields[1].is_empty()
    }

    /// Put the fields behind each other, so that equal facts give equal bytes.
    pub(super) fn key(&self, key: &mut Vec<u8>) {
        key.clear();
        for field in self.fields {
            key.extend_from_slice(&(field.len() as u32).to_le_bytes());
            key.extend_from_slice(field);
        }
    }
}

fn slot(key: &[u8]) -> Option<usize> {
    Some(match key {
        b"audit_category" => 0,
        b"event.action" => 1,
        b"audit_request_layer" => 2,
        b"audit_request_privilege" => 3,
        b"audit_request_effective_user" => 4,
        b"audit_trace_indices" => 5,
        b"audit_trace_resolved_indices" => 6,
        b"event.type" => 7,
        b"user.name" => 8,
        b"action" => 9,
        b"indices" => 10,
        _ => return None,
    })
}

/// Find the fields of one object, or of the `_source` in it. None when the bytes are no such object, or when only
/// the JSON reader can tell: an escaped key, a field twice.
pub(super) fn scan(text: &[u8]) -> Option<Raw<'_>> {
    let raw = object(text)?;
    if raw.source.is_empty() { Some(raw) } else { object(raw.source).filter(|inner| inner.source.is_empty()) }
}

fn object(text: &[u8]) -> Option<Raw<'_>> {
    let mut raw = Raw::default();
    let mut at = blank(text, 0);
    if text.get(at) != Some(&b'{') {
        return None;
    }
    at = blank(text, at + 1);
    if text.get(at) == Some(&b'}') {
        return (blank(text, at + 1) == text.len()).then_some(raw);
    }
    loop {
        if text.get(at) != Some(&b'"') {
            return None;
        }
        let start = at + 1;
        let end = start + memchr2(b'"', b'\\', text.get(start..)?)?;
        if text[end] == b'\\' {
            return None;
        }
        let key = &text[start..end];
        at = blank(text, end + 1);
        if text.get(at) != Some(&b':') {
            return None;
        }
        let from = blank(text, at + 1);
        at = value(text, from)?;
        let found = match key {
            b"request.id" | b"audit_request_id" => Some(&mut raw.request),
            b"_source" => Some(&mut raw.source),
            _ => slot(key).map(|slot| &mut raw.fields[slot]),
        };
        if let Some(found) = found {
            if !found.is_empty() {
                return None;
            }
            *found = &text[from..at];
        }
        at = blank(text, at);
        match text.get(at)? {
            b',' => at = blank(text, at + 1),
            b'}' => return (blank(text, at + 1) == text.len()).then_some(raw),
            _ => return None,
        }
    }
}

fn blank(text: &[u8], mut at: usize) -> usize {
    while text.get(at).is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')) {
        at += 1;
    }
    at
}

/// Where a value ends. Numbers and words are only looked at by their letters.
fn value(text: &[u8], at: usize) -> Option<usize> {
    match text.get(at)? {
        b'"' => string(text, at + 1),
        b'{' | b'[' => nested(text, at),
        b'-' | b'0'..=b'9' | b't' | b'f' | b'n' => {
            let length = text[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'-')).count();
            Some(at + length)
        }
        _ => None,
    }
}

/// Where a string ends, from behind its first quote.
fn string(text: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += memchr2(b'"', b'\\', text.get(at..)?)?;
        if text[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}

fn nested(text: &[u8], mut at: usize) -> Option<usize> {
    // one bit a level: whether it is an object
    let (mut levels, mut depth) = (0u64, 0u32);
    loop {
        match text.get(at)? {
            b'"' => {
                at = string(text, at + 1)?;
                continue;
            }
            open @ (b'{' | b'[') => {
                depth += 1;
                levels = levels << 1 | u64::from(*open == b'{');
                if depth > MAX_DEPTH {
                    return None;
                }
            }
            close @ (b'}' | b']') => {
                if (levels & 1 == 1) != (*close == b'}') {
                    return None;
                }
                levels >>= 1;
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Option<Vec<u8>> {
        let mut key = Vec::new();
        scan(text.as_bytes())?.key(&mut key);
        Some(key)
    }

    #[test]
    fn what_makes_no_fact_makes_no_difference() {
        let one = r#"{"audit_category":"GRANTED_PRIVILEGES","@timestamp":"a","audit_trace_indices":["x","y"],"n":[1,{"a":"}"}]}"#;
        let other = r#" { "n" : true, "audit_trace_indices" : ["x","y"] , "@timestamp":"b\"}","audit_category":"GRANTED_PRIVILEGES" } "#;
        assert_eq!(key(one), key(other));
        assert_ne!(key(one), key(&one.replace("\"y\"", "\"z\"")));
        assert!(scan(one.as_bytes()).is_some_and(|raw| raw.is_audit()));
    }

    #[test]
    fn a_hit_is_its_source_and_a_request_has_its_id() {
        let hit = r#"{"_index":"i","_source":{"event.action":"access_granted","request.id":"r1"}}"#;
        assert_eq!(scan(hit.as_bytes()).map(|raw| raw.request), Some(&b"\"r1\""[..]));
    }

    #[test]
    fn what_only_a_reader_can_tell_is_left_to_it() {
        for text in [
            "",
            "{",
            "{}}",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1",
            "{\"a\":1,}",
            "{\"a\":[}",
            "{\"a\\u0062\":1}",
            "{\"action\":1,\"action\":2}",
            "{\"a\":\"x",
            "{\"a\":\"x\\",
            "[1]",
        ] {
            assert_eq!(key(text), None, "{text}");
        }
        assert_eq!(key("{}"), key("{\"other\":null}"));
    }
}
