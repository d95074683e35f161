//! Lines, columns and blanks over the raw bytes. A line ends at `\n`, `\r\n` or a lone `\r`.

use super::parse::BOM;

/// The bytes, asked about their lines. Every offset may lie outside; it is taken as the end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout<'b> {
    bytes: &'b [u8],
}

fn breaks(byte: u8) -> bool {
    byte == b'\n' || byte == b'\r'
}

impl<'b> Layout<'b> {
    pub fn new(bytes: &'b [u8]) -> Self {
        Self { bytes }
    }

    pub fn byte(self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    pub fn slice(self, start: usize, end: usize) -> &'b [u8] {
        self.bytes.get(start..end.min(self.bytes.len())).unwrap_or_default()
    }

    /// Behind blanks, line ends and comments.
    pub fn skip(self, mut at: usize) -> usize {
        while let Some(byte) = self.byte(at) {
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' => at += 1,
                b'#' if at == 0 || self.byte(at - 1).is_none_or(|before| before.is_ascii_whitespace() || before >= 0x80) => {
                    at = self.line_end(at)
                }
                _ => break,
            }
        }
        at.min(self.bytes.len())
    }

    /// Behind blanks on the same line.
    pub fn skip_blanks(self, mut at: usize) -> usize {
        while matches!(self.byte(at), Some(b' ' | b'\t')) {
            at += 1;
        }
        at.min(self.bytes.len())
    }

    /// The end of an anchor or a tag.
    pub fn token_end(self, mut at: usize) -> usize {
        while self.byte(at).is_some_and(|byte| !byte.is_ascii_whitespace()) {
            at += 1;
        }
        at
    }

    /// The first byte of the line that holds `at`; behind a byte order mark.
    pub fn line_start(self, at: usize) -> usize {
        let head = self.slice(0, at.min(self.bytes.len()));
        let start = head.iter().rposition(|&byte| breaks(byte)).map_or(0, |before| before + 1);
        if start == 0 && self.bytes.starts_with(BOM) { BOM.len().min(at) } else { start }
    }

    /// The end of the line's content, before its line end.
    pub fn line_end(self, at: usize) -> usize {
        let at = at.min(self.bytes.len());
        self.bytes[at..].iter().position(|&byte| breaks(byte)).map_or(self.bytes.len(), |count| at + count)
    }

    /// Behind the line end at `at`, or `at` when there is none.
    pub fn after_break(self, at: usize) -> usize {
        match (self.byte(at), self.byte(at + 1)) {
            (Some(b'\r'), Some(b'\n')) => at + 2,
            (Some(b'\r' | b'\n'), _) => at + 1,
            _ => at.min(self.bytes.len()),
        }
    }

    /// Before the line end that stands right before `at`, or `at` when there is none.
    pub fn before_break(self, at: usize) -> usize {
        match self.slice(0, at) {
            [.., b'\r', b'\n'] => at - 2,
            [.., b'\r' | b'\n'] => at - 1,
            _ => at,
        }
    }

    /// The first byte of the next line.
    pub fn next_line(self, at: usize) -> usize {
        self.after_break(self.line_end(at))
    }

    /// Whether a line starts at `at`.
    pub fn starts_line(self, at: usize) -> bool {
        match at.checked_sub(1).and_then(|before| self.byte(before)) {
            Some(byte) => breaks(byte) || (at == BOM.len() && self.bytes.starts_with(BOM)),
            None => at == 0 && !self.bytes.starts_with(BOM),
        }
    }

    /// Whether a line ends between two places.
    pub fn breaks_within(self, start: usize, end: usize) -> bool {
        self.slice(start, end).iter().any(|&byte| breaks(byte))
    }

    /// Bytes from the line's start; blocks are indented with spaces, so this is their column.
    pub fn column(self, at: usize) -> usize {
        at - self.line_start(at).min(at)
    }

    /// Whether only spaces stand before `at` on its line.
    pub fn opens_line(self, at: usize) -> bool {
        self.slice(self.line_start(at), at).iter().all(|&byte| byte == b' ')
    }

    /// Whether the line at `at` holds nothing but blanks.
    pub fn blank_line(self, at: usize) -> bool {
        self.slice(self.line_start(at), self.line_end(at)).iter().all(|&byte| byte == b' ' || byte == b'\t')
    }

    /// How many spaces the line of `at` starts with.
    pub fn indent(self, at: usize) -> usize {
        self.slice(self.line_start(at), self.line_end(at)).iter().take_while(|&&byte| byte == b' ').count()
    }

    /// Whether the next line that is not blank, from the line start `at`, is an indented comment: to a block
    /// scalar before it that would be text.
    pub fn indented_comment(self, mut at: usize) -> bool {
        while at < self.bytes.len() && self.blank_line(at) {
            at = self.next_line(at);
        }
        self.indent(at) > 0 && self.byte(at + self.indent(at)) == Some(b'#')
    }
}
