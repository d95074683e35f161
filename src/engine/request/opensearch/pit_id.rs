//! A point in time's id names its indices; the engine reads it back the same way.

use base64::Engine;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};

/// Names of the indices (one a shard) in an id; none when it is not such an id.
pub(super) fn indices_of(id: &str) -> Option<Vec<String>> {
    let bytes = URL_SAFE.decode(id).or_else(|_| URL_SAFE_NO_PAD.decode(id)).ok()?;
    let mut at = Reader { bytes: &bytes };
    at.vint()?; // version
    let shards = at.vint()?;
    let mut names = Vec::new();
    for _ in 0..shards.min(4096) {
        let index = at.string()?;
        at.string()?; // index uuid
        at.vint()?; // shard number
        // the node, the optional alias of a remote cluster, the context's number and session
        at.string()?;
        at.optional_string()?;
        at.skip(8)?;
        at.string()?;
        if !names.contains(&index) {
            names.push(index);
        }
    }
    Some(names)
}

struct Reader<'a> {
    bytes: &'a [u8],
}

impl Reader<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*first)
    }

    fn skip(&mut self, count: usize) -> Option<()> {
        self.bytes = self.bytes.get(count..)?;
        Some(())
    }

    fn vint(&mut self) -> Option<u32> {
        let mut value = 0u32;
        for shift in [0, 7, 14, 21, 28] {
            let byte = self.byte()?;
            value |= u32::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn string(&mut self) -> Option<String> {
        let length = usize::try_from(self.vint()?).ok()?;
        let text = self.bytes.get(..length)?;
        self.bytes = self.bytes.get(length..)?;
        String::from_utf8(text.to_vec()).ok()
    }

    fn optional_string(&mut self) -> Option<Option<String>> {
        match self.byte()? {
            0 => Some(None),
            _ => self.string().map(Some),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recorded_id_names_its_index() {
        let id = "v9iFQQEMbG9ncy0yMDI1LTAxFkc4NUswQ2JFUTNLeUZtZDlScS1KX3cAFkZBcXNoYURLVFkyWWVPeFFKOWdzVHcAAAAAAAAAFZAWb3VJZnp1MjVRcEtRUmh1ZzVpeGVodwEWRzg1SzBDYkVRM0t5Rm1kOVJxLUpfdwAA";
        assert_eq!(indices_of(id), Some(vec!["logs-2025-01".to_owned()]));
        assert_eq!(indices_of("x"), None);
        assert_eq!(indices_of("____"), None);
    }
}
