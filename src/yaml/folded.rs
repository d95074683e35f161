//! An edit inside a text that is folded over lines (`>`): only the lines that it touches are written anew.

use super::document::{Node, Style};
use super::layout::Layout;
use super::scalar::prints;
use super::splice::Splice;

/// One line of the text: where it stands in the text, and where in the file.
struct Line {
    text: (usize, usize),
    bytes: (usize, usize),
    /// Whether it goes on in the line before, so that the line end between them is a blank.
    joined: bool,
}

/// The splice that makes a folded scalar read as `new`; none where the lines do not tell it, and it is to be written
/// whole: lines that are indented further, a blank at a line's end, a changed number of paragraphs or of line ends behind.
pub(super) fn splice(layout: Layout<'_>, node: Node<'_>, new: &str) -> Option<Splice> {
    if node.style() != Style::Folded {
        return None;
    }
    let old = node.text()?;
    let (old_body, new_body) = (old.trim_end_matches('\n'), new.trim_end_matches('\n'));
    if old[old_body.len()..] != new[new_body.len()..] {
        return None;
    }
    let lines = lines(layout, node, old_body)?;
    let same = |pairs: &mut dyn Iterator<Item = (char, char)>| pairs.take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum::<usize>();
    let head = same(&mut old_body.chars().zip(new_body.chars()));
    let tail = same(&mut old_body[head..].chars().rev().zip(new_body[head..].chars().rev()));
    let mut first = lines.iter().position(|line| head <= line.text.1)?;
    let mut last = lines.iter().rposition(|line| line.text.0 <= old_body.len() - tail)?.max(first);
    // what changes before, behind or between paragraphs is no matter of their lines
    if head < lines[first].text.0 || lines[last].text.1 < old_body.len() - tail {
        return None;
    }
    loop {
        let one_paragraph = lines.get(first + 1..=last)?.iter().all(|line| line.joined);
        let (start, end) = (lines[first].text.0, new_body.len().checked_sub(old_body.len() - lines[last].text.1)?);
        let text = new_body.get(start..end).filter(|_| one_paragraph)?;
        if !text.is_empty() && text.trim() == text {
            return text.chars().all(prints).then(|| Splice::new(lines[first].bytes.0, lines[last].bytes.1, text));
        }
        // a line that would be empty, or begin or end with a blank, is written with its neighbour
        match lines.get(last + 1) {
            Some(next) if next.joined => last += 1,
            _ if lines[first].joined => first -= 1,
            _ => return None,
        }
    }
}

/// The lines of a folded scalar, when they alone make its text.
fn lines(layout: Layout<'_>, node: Node<'_>, body: &str) -> Option<Vec<Line>> {
    let mut at = layout.next_line(node.start());
    let mut indent = None;
    let (mut out, mut made, mut blank) = (Vec::<Line>::new(), String::new(), 0);
    while at < node.end() && made.len() < body.len() {
        let end = layout.line_end(at);
        if layout.blank_line(at) {
            blank += 1;
        } else {
            let start = at + *indent.get_or_insert_with(|| layout.indent(at));
            let text = std::str::from_utf8(layout.slice(start, end)).ok().filter(|text| text.trim() == *text && !text.is_empty())?;
            let joined = !out.is_empty() && blank == 0;
            made.push_str(&if joined { " ".to_owned() } else { "\n".repeat(blank) });
            out.push(Line { text: (made.len(), made.len() + text.len()), bytes: (start, end), joined });
            made.push_str(text);
            blank = 0;
        }
        let next = layout.next_line(at);
        if next <= at {
            break;
        }
        at = next;
    }
    (made == body).then_some(out)
}
