//! Foreign bytes through the document: read, edited, taken back. Runs a few seconds as a test, and for as
//! long as wanted under `cargo bolero test`.

use std::time::Duration;

use rolesmith::source::FileId;
use rolesmith::yaml::{At, Document, Node, Value};

const SEEDS: &[&[u8]] = &[
    b"a:\n  - x # c\n# c\nb: {c: [d, 'e'], f: \"g\"}\n",
    b"{\"a\": {\n  \"b\": [\"c\"]\n}, \"d\": null}",
    b"a: |+\n  x\n\nb: >2-\n   y\nc: &d !e f\ng: *d\n",
    b"\xef\xbb\xbfa: 1\r\n- - b\r\n  -\r\n? c\r\n",
    b"---\n%x\n...\n{{ a }}\n",
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
    bolero::check!().with_type::<(u8, Vec<(u16, u8)>, Vec<u8>, String)>().with_test_time(Duration::from_secs(4)).for_each(
        |(seed, changes, choices, text)| {
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
        },
    );
}
