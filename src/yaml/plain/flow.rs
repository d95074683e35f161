//! `[…]` and `{…}`, and texts that are nothing else.

use super::super::document::{Kind, Style};
use super::{DEPTH, KEY, Other, Plain, Reader};
use crate::source::Span;

impl Reader<'_, '_, '_> {
    /// `[…]` or `{…}`, on one line unless the whole text is JSON; where it ends.
    pub(super) fn flow(&mut self, start: usize, json: bool, depth: usize) -> Plain<usize> {
        if depth >= DEPTH {
            return Err(Other);
        }
        let map = self.byte(start) == b'{';
        let (kind, close) = if map { (Kind::Mapping, b'}') } else { (Kind::Sequence, b']') };
        self.builder.start(kind, Style::Flow, Span::new(start, start + 1), (false, false));
        let mut at = self.blanks(start + 1, json);
        if self.byte(at) == close {
            self.builder.end(Span::new(at, at + 1));
            return Ok(at + 1);
        }
        loop {
            if map {
                let key = self.flow_scalar(at)?;
                let colon = if json { self.spaces(key.end) } else { key.end };
                // the value may follow at once only behind quotes, as in JSON
                let apart = self.byte(colon + 1) == b' ' || (json && key.style != Style::Plain);
                if self.byte(colon) != b':' || key.end - key.start > KEY || !apart {
                    return Err(Other);
                }
                self.put(key);
                at = self.blanks(colon + 1, json);
            }
            at = match self.byte(at) {
                b'[' | b'{' => self.flow(at, json, depth + 1)?,
                _ => {
                    let scalar = self.flow_scalar(at)?;
                    let end = scalar.end;
                    self.put(scalar);
                    end
                }
            };
            at = self.blanks(at, json);
            match self.byte(at) {
                b',' => at = self.blanks(at + 1, json),
                byte if byte == close => {
                    self.builder.end(Span::new(at, at + 1));
                    return Ok(at + 1);
                }
                _ => return Err(Other),
            }
        }
    }

    fn blanks(&self, mut at: usize, json: bool) -> usize {
        while self.byte(at) == b' ' || (json && at < self.bytes.len() && self.byte(at) == b'\n') {
            at += 1;
        }
        at
    }

    pub(super) fn json(&mut self) -> Plain<()> {
        let start = self.blanks(0, true);
        self.builder.document_start(start);
        let end = self.flow(start, true, 0)?;
        if self.blanks(end, true) == self.bytes.len() { Ok(()) } else { Err(Other) }
    }
}
