//! Cutting a stream of bytes into records: lines, or JSON values whatever their layout.

/// The longest record that is kept; a longer one is dropped and reported as broken.
pub const MAX_RECORD: usize = 64 << 20;

/// Cuts pieces of a log into records. JSON lines are cut at line ends; values over several lines, arrays
/// and values one behind another are cut where their braces close.
#[derive(Debug, Default)]
pub struct Records {
    pending: Vec<u8>,
    scanned: usize,
    depth: usize,
    in_text: bool,
    escaped: bool,
    skipping: bool,
    /// Line ends before what is pending.
    lines: u64,
}

impl Records {
    /// Feed the next bytes; `take` is called for each whole record with the line (from 1) that it starts in. A
    /// record that is too long is given as an empty slice once its end is reached, with `false`.
    pub fn push(&mut self, mut bytes: &[u8], mut take: impl FnMut(&[u8], u64, bool)) {
        loop {
            // the usual case costs no copy: whole lines that are whole values
            while self.pending.is_empty()
                && !self.skipping
                && let Some(end) = memchr::memchr(b'\n', bytes)
                && is_whole_line(bytes[..end].trim_ascii())
            {
                let line = bytes[..end].trim_ascii();
                self.lines += 1;
                if !line.is_empty() {
                    take(line, self.lines, true);
                }
                bytes = &bytes[end + 1..];
            }
            if bytes.is_empty() {
                return;
            }
            let end = memchr::memchr(b'\n', bytes).map_or(bytes.len(), |end| end + 1);
            self.pending.extend_from_slice(&bytes[..end]);
            bytes = &bytes[end..];
            self.cut(&mut take);
        }
    }

    /// The end of the input: what is left is the last record.
    pub fn finish(&mut self, mut take: impl FnMut(&[u8], u64, bool)) {
        let rest = std::mem::take(&mut self.pending);
        let text = separators(&rest).trim_ascii();
        if self.skipping || !text.is_empty() {
            take(text, self.lines + ends_before(&rest, text) + 1, !self.skipping);
        }
        *self = Self::default();
    }

    fn cut(&mut self, take: &mut impl FnMut(&[u8], u64, bool)) {
        let mut start = 0;
        while self.scanned < self.pending.len() {
            let byte = self.pending[self.scanned];
            self.scanned += 1;
            if self.in_text && byte != b'\n' {
                match byte {
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    b'"' => self.in_text = false,
                    _ => {}
                }
                continue;
            }
            let mut end = self.scanned;
            let ended = match byte {
                // a value that opens at the start of a line while another is open: that one was cut off
                b'{' if self.depth > 0 && self.scanned > start + 1 && self.pending[self.scanned - 2] == b'\n' => {
                    self.depth = 1;
                    end -= 1;
                    true
                }
                b'{' => {
                    self.depth += 1;
                    false
                }
                b'"' if self.depth > 0 => {
                    self.in_text = true;
                    false
                }
                b'}' => {
                    self.depth = self.depth.saturating_sub(1);
                    self.depth == 0
                }
                // JSON texts hold no raw line end: the value was cut off
                b'\n' if self.in_text => {
                    (self.in_text, self.escaped, self.depth) = (false, false, 0);
                    true
                }
                b'\n' => self.depth == 0,
                _ => false,
            };
            if ended {
                let raw = &self.pending[start..end];
                let text = separators(raw).trim_ascii();
                if self.skipping || !text.is_empty() {
                    let line = self.lines + ends_before(raw, text) + 1;
                    take(if self.skipping { b"" } else { text }, line, !self.skipping);
                }
                self.lines += ends(raw);
                self.skipping = false;
                start = end;
            }
        }
        self.pending.drain(..start);
        self.scanned = self.pending.len();
        if self.pending.len() > MAX_RECORD {
            self.lines += ends(&self.pending);
            self.pending.clear();
            self.scanned = 0;
            self.skipping = true;
        }
    }
}

fn ends(text: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', text).count() as u64
}

/// Line ends of `raw` before the part `text` of it.
fn ends_before(raw: &[u8], text: &[u8]) -> u64 {
    let from = (text.as_ptr() as usize).saturating_sub(raw.as_ptr() as usize).min(raw.len());
    if text.is_empty() { 0 } else { ends(&raw[..from]) }
}

/// Whether a line is a record by itself: empty, a plain line, or a JSON object. A line that starts and ends
/// with braces may still hold several values; the JSON reader then says so and the record counts as broken.
fn is_whole_line(line: &[u8]) -> bool {
    match line {
        [] => true,
        [b'{', .., b'}'] => true,
        [b'{' | b'[' | b']' | b'}' | b',' | b' ' | b'"', ..] => line.starts_with(b"[") && line.len() > 1 && line[1].is_ascii_digit(),
        _ => true,
    }
}

/// Brackets and commas between the values of an array are not part of a record.
fn separators(text: &[u8]) -> &[u8] {
    let mut text = text.trim_ascii();
    loop {
        text = match text {
            [b',' | b']', rest @ ..] => rest.trim_ascii_start(),
            [b'[', rest @ ..] if !rest.first().is_some_and(u8::is_ascii_digit) => rest.trim_ascii_start(),
            _ => return text,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str, step: usize) -> Vec<String> {
        let mut records = Records::default();
        let mut out = Vec::new();
        let mut take = |record: &[u8], _: u64, whole: bool| {
            assert!(whole);
            out.push(String::from_utf8_lossy(record).into_owned());
        };
        for piece in text.as_bytes().chunks(step) {
            records.push(piece, &mut take);
        }
        records.finish(&mut take);
        out
    }

    #[test]
    fn every_layout_gives_the_same_records_in_pieces_of_any_size() {
        let layouts = [
            "{\"a\":1}\n{\"b\":\"x}\\\"{\"}\n",
            "[{\"a\":1},\n {\"b\":\"x}\\\"{\"}]",
            "{\"a\":1}{\"b\":\"x}\\\"{\"}",
            "{\"a\":1}\r\n\r\n{\"b\":\"x}\\\"{\"}",
        ];
        for layout in layouts {
            for step in 1..layout.len() {
                assert_eq!(cut(layout, step), ["{\"a\":1}", "{\"b\":\"x}\\\"{\"}"], "{layout} in pieces of {step}");
            }
        }
        assert_eq!(cut("{\n \"a\":\n {}\n}\n{}", 3), ["{\n \"a\":\n {}\n}", "{}"]);
    }

    #[test]
    fn plain_lines_are_records_too() {
        assert_eq!(cut("[2018] [x] a=[b]\nnext", 4), ["[2018] [x] a=[b]", "next"]);
    }

    #[test]
    fn a_record_that_was_cut_off_ends_where_the_next_begins() {
        assert_eq!(cut("{\"a\": 1\n{\"b\": 2}\n", 3), ["{\"a\": 1", "{\"b\": 2}"]);
        assert_eq!(cut("{\"a\": \"x\n{\"b\": 2}\n", 5), ["{\"a\": \"x", "{\"b\": 2}"]);
    }

    #[test]
    fn a_record_without_end_does_not_grow_without_bound() {
        let mut records = Records::default();
        let mut seen = Vec::new();
        let piece = vec![b'x'; 1 << 20];
        records.push(b"{\"", |_, _, _| {});
        for _ in 0..70 {
            records.push(&piece, |_, _, _| {});
            assert!(records.pending.len() <= MAX_RECORD + piece.len());
        }
        records.push(b"\"}\n{}\n", |record, _, whole| seen.push((record.len(), whole)));
        assert_eq!(seen, [(0, false), (2, true)]);
    }

    #[test]
    fn each_record_has_the_line_that_it_starts_in() {
        let text = "\n{\"a\":1}\n\n{\n\"b\":2\n}\n[\n{\"c\":3},\n{\"d\":4}\n]\nplain\n{\"e\":5}";
        for step in 1..text.len() {
            let mut records = Records::default();
            let mut lines = Vec::new();
            for piece in text.as_bytes().chunks(step) {
                records.push(piece, |_, line, _| lines.push(line));
            }
            records.finish(|_, line, _| lines.push(line));
            assert_eq!(lines, [2, 4, 8, 9, 11, 12], "in pieces of {step}");
        }
    }
}
