//! Foreign bytes through the document: read, edited, taken back. The same bytes in each run of the tests; other ones,
//! and for as long as it says for each target, with `ROLESMITH_FUZZ_SECONDS`.

mod support;

use rolesmith::source::FileId;
use rolesmith::yaml::{At, Document, Node, Splice, Value};
use support::random;

const SEEDS: &[&[u8]] = &[
    b"a:\n  - x # c\n# c\nb: {c: [d, 'e'], f: \"g\"}\n",
    b"{\"a\": {\n  \"b\": [\"c\"]\n}, \"d\": null}",
    b"a: |+\n  x\n\nb: >2-\n   y\nc: &d !e f\ng: *d\n",
    b"\xef\xbb\xbfa: 1\r\n- - b\r\n  -\r\n? c\r\n",
    b"---\n%x\n...\n{{ a }}\n",
    b"---\n_meta:\n  type: \"roles\"\n\na-b:\n  # c\n  reserved: false   # d\n  rules:\n  - patterns:\n    - 'a''*'\n    dls: \"{\\\"a\\\": 1}\"\n    fls: []\n  k:\nlast: {}\n",
];

/// What YAML is made of.
const LETTERS: &[u8] = b" \n-:#{}[]|>&*!?'\",ab1\r\t\xc3\xa9";

/// Walk down by the bytes of the choice.
fn pick<'d>(root: Node<'d>, choices: &[u8]) -> Node<'d> {
    choices.iter().fold(root, |node, &choice| {
        let children: Vec<Node<'d>> = node.entries().map(|entry| entry.value).chain(node.items()).collect();
        if children.is_empty() { node } else { children[usize::from(choice) % children.len()] }
    })
}

fn check(bytes: &[u8], choices: &[u8], text: &str) {
    let document = Document::parse(FileId(0), bytes.to_vec());
    assert_eq!(document.bytes(), bytes);
    assert!(document.same_tree(&Document::parse_by_the_book(FileId(0), bytes.to_vec())), "read in short otherwise than by the book");
    let (Some(root), Ok(mut editor)) = (document.root(), document.edit()) else { return };
    let node = pick(root, choices);
    let value = match choices.len() % 3 {
        0 => Value::from(text),
        1 => Value::texts([text, "x"]),
        _ => Value::Map(vec![(text.to_owned(), Value::Null)]),
    };
    let asked = match choices.first().map(|choice| choice % 4) {
        Some(0) => editor.add_entry(node.id(), At::End, text, &value),
        Some(1) => editor.add_item(node.id(), At::End, &value),
        Some(2) => match node.entries().next() {
            Some(entry) => editor.remove_entry(entry.key.id()),
            None => editor.set_value(node.id(), &value),
        },
        _ => editor.set_value(node.id(), &value),
    };
    let Ok(()) = asked else { return };
    let Ok(edit) = editor.finish() else { return };
    assert!(edit.document.same_tree(&Document::parse_by_the_book(FileId(0), edit.document.bytes().to_vec())), "edited otherwise");
    let (back, _) = edit.document.apply(&edit.inverse).expect("the way back");
    assert_eq!(back, bytes);
}

#[test]
fn seeds_survive() {
    for seed in SEEDS {
        for cut in 0..=seed.len() {
            for choices in [&[0u8][..], &[1, 0], &[2, 1, 0], &[3, 2, 1, 0], &[7, 7]] {
                check(&seed[..cut], choices, "yes: no");
            }
        }
    }
}

#[test]
fn foreign_bytes_survive() {
    random::each("documents", 2000, |(seed, changes, choices, text): &(u8, Vec<(u16, u8)>, Vec<u8>, String)| {
        let mut bytes = SEEDS[usize::from(*seed) % SEEDS.len()].to_vec();
        for (place, byte) in changes {
            let place = usize::from(*place) % (bytes.len() + 1);
            if byte % 3 == 0 && place < bytes.len() {
                bytes.remove(place);
            } else {
                bytes.insert(place, LETTERS[usize::from(*byte) % LETTERS.len()]);
            }
        }
        check(&bytes, choices, text);
    });
}

/// What lines of the plain form are made of, and a few that are not of it.
const PIECES: &[&str] = &[
    "a:",
    "b: c",
    "\"d\": 'e'",
    "- f",
    "- g: h",
    "- \"i\"",
    "-",
    "# j",
    "",
    "k: []",
    "l: {}",
    "m: [n, \"o\"]",
    "p: {q: r, \"s\": 1}",
    "t: \"\\\"\\u00e9\"",
    "u: v # w",
    "x: y#z",
    "a: |",
    "b: >-",
    "c",
    "- - d",
    "e: f: g",
    "h:i",
    "...",
    "---",
    "? j",
    "k: \"l",
    "m\"",
    "n: 'o",
    "p: [q,",
    "r]",
    "s: *t",
    "&u v: w",
    "x y: z",
    "- a b",
    "c : d",
    "e: [f]: g",
    "\"h\":i",
    "{\"j\":1}",
    "[k]",
    "l: ",
    "m:  n  ",
    "o:#p",
    "q: #r",
    "- # s",
    "t: -",
    "u: - v",
    "- [w]: x",
    "ö: é",
];

fn lines(of: &[(u8, u8)], odd: u8) -> String {
    let mut text = String::new();
    for (indent, piece) in of {
        // mostly what is of the form
        let piece = if *piece < odd { PIECES[usize::from(*piece) % 18] } else { PIECES[usize::from(*piece) % PIECES.len()] };
        text.push_str(&"  ".repeat(usize::from(indent % 4)));
        text.push_str(if *indent > 250 { " " } else { "" });
        text.push_str(piece);
        text.push('\n');
    }
    text
}

#[test]
fn lines_in_short_and_by_the_book() {
    random::each("lines", 2000, |of: &Vec<(u8, u8)>| {
        let text = lines(of, 200);
        let document = Document::parse(FileId(0), text.clone().into_bytes());
        let whole = Document::parse_by_the_book(FileId(0), text.clone().into_bytes());
        assert!(document.same_tree(&whole), "{text}");
    });
}

/// Entries of the plain form, one of them at least.
const ENTRIES: &[&str] = &[
    "a: b\n",
    "c:\n  d: e\n",
    "f:\n  - g\n  - h: i\n    j: []\n",
    "k:\n- l\n",
    "# m\n\nn: \"o\\\"\"   # p\n",
    "q:\n",
    "\"r s\": {t: u}\n  # v\n",
    "w:\n  x:\n    y: 'z'\n\n",
];

/// Which entries there are, the lines that come, where they go, in place of how many bytes, and a byte of variants.
type Spliced = (Vec<u8>, Vec<(u8, u8)>, u16, u8, u8);

#[test]
fn entries_read_again_give_the_tree_of_the_whole() {
    random::each("entries", 2000, |(entries, of, place, goes, trim): &Spliced| {
        let mut text: String = if trim & 1 == 0 { "---\n".to_owned() } else { String::new() };
        let mut starts = vec![0, text.len()];
        for entry in entries.iter().take(12) {
            text.push_str(ENTRIES[usize::from(*entry) % ENTRIES.len()]);
            starts.push(text.len());
        }
        let whole = trim & 2 == 0;
        let mut comes = match whole {
            true => of.iter().take(3).map(|(_, entry)| ENTRIES[usize::from(*entry) % ENTRIES.len()]).collect(),
            false => lines(of.get(..of.len().min(4)).unwrap_or_default(), 220),
        };
        // often inside a line, or without its last line end
        comes = comes.chars().take(comes.chars().count().saturating_sub(usize::from(trim >> 6))).collect();
        let boundary = |at: usize| (at..=text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len());
        let at_entry = |at: usize| starts[at % starts.len()];
        let (start, end) = match trim & 12 {
            0 => (at_entry(usize::from(*place)), at_entry(usize::from(*place) + usize::from(goes % 3))),
            4 => (at_entry(usize::from(*place)), at_entry(usize::from(*place)) + usize::from(goes % 48)),
            _ => (usize::from(*place) % (text.len() + 1), usize::from(*place) % (text.len() + 1) + usize::from(goes % 48)),
        };
        let start = boundary(start);
        let end = boundary(end.min(text.len())).max(start);
        let old = Document::parse(FileId(0), text.clone().into_bytes());
        let edit = old.splice(&[Splice::new(start, end, comes.as_str())]).expect("one splice inside the text");
        let new = &edit.document;
        let shown = || format!("{text:?}, {start}..{end} to {comes:?}");
        assert!(new.same_tree(&Document::parse_by_the_book(FileId(0), new.bytes().to_vec())), "{}", shown());
        let again = new.splice(&edit.inverse).expect("the way back").document;
        assert!(again.same_tree(&Document::parse_by_the_book(FileId(0), text.clone().into_bytes())), "back: {}", shown());
    });
}
