//! Texts that break editors, each read and edited or refused, never harmed.

use rolesmith::yaml::{At, Document, Value};

use crate::support::{assert_goes_back, at, edited, parse};

/// Small texts with every notation that has bitten someone.
pub const NASTY: &[&str] = &[
    "",
    "\n\n",
    "# only\n# comments",
    "---\n",
    "--- # c\na: 1\n...\n",
    "%YAML 1.1\n---\na: 1\n",
    "\u{feff}a: 1\nb:\n  - x\n",
    "\u{feff}# c\na: 1\n",
    "a: 1\r\nb:\r\n  - x\r\n  # c\r\n  - y\r\nc: |\r\n  t\r\n  u\r\nd: 1",
    "a: 1\rb:\r  - x\r  - y\rc: 2\r",
    "a: {x: 1, y: [p, q]} # c\nb: [ 'p' , \"q\" ]\nc: {}\nd: []\ne: { }\n",
    "a: {x: 1,\n  y: 2, # of y\n  z: 3\n}\nb: [\n  p,\n  q,\n]\n",
    "{\n  \"a\": {\n    \"x\": [\"p\", \"q\"],\n    \"y\": null\n  },\n  \"b\": {}\n}\n",
    "{\"a\":{\"x\":[\"p\",\"q\"],\"y\":1.5},\"b\":[]}",
    "{\n\t\"a\": [\n\t\t\"x\"\n\t],\n\t\"\\u00e9\\ud83d\\ude00\": \"\\/\"\n}\n",
    "a: |\n  x\n  y\n\nb: >\n  x\n  y\n\nc: |-\n  x\nd: >-\n  x\n\n\ne: |+\n  x\n\n\nf: >+\n  x\n\ng: |2\n   x\n  y\nh: 1\n",
    "a: |2-\n    x\nb: >1+\n  x\n\nc: | # c\n  x\n\n  # not a comment\n\n# a comment\nd: 1\n",
    "a: |\n\n\n  x\n   \n    \nb: 1\n",
    "a: |\n  no end",
    "a: |+\n  no end",
    "a: >\n  no end\n  at all",
    "- |\n x\n- >-\n y\n- - |\n   z\n",
    "a:\n- b: |\n    x\n  # c\n  d: 1\n- e\n",
    "k:\n# c0\n- a # c1\n\n# c2\n\n- b\n  # c3\n# c4\nl: 1\n# c5\n",
    "# c\nk: # c\n  # c\n  a: # c\n    # c\n    - 1 # c\n    # c\n  # c\n# c\n",
    "größe: 1\n日本: [語, 'ö']\n😀: {é: \"\u{e9}\"}\n",
    "\"a b\": 1\n'c: d': 2\n? e\n: 3\n12: x\nyes: y\n~: z\n<<: w\n",
    "a: &x\n  b: 1\nc: *x\nd: !t e\nf: &y [1]\ng: *nowhere\nh: !!str\n",
    "a: 1\nb: 2\na: 3\n",
    "a: 1\n---\nb: 2\n",
    "a:\n  b:\n    c:\n      d:\ne:   # c\nf:\n\n\ng:",
    "-\n-\n  a: 1\n- # c\n  b: 2\n-   c: 3\n    d: 4\n-  - x\n   - y\n",
    "a: plain\n  over lines\nb: 'single\n\n  over lines'\nc: \"double\\\n  over lines\"\n",
    "a:\n  later\nb:\n  'later'\nc:\n  [later]\nd:\n  |\n  later\ne: 1\n",
    "a:    1\nb:     x   # far\nc:   \n  - y   \n",
    "[a: 1, b, {c: 2}, [d]]\n",
    "[]",
    "{}\n",
    "text\n",
    "'text'",
    "a: -x\nb: a#b\nc: http://x/y\nd: a:b\ne: '#'\nf: ${user.name}\n",
    "_meta:\n  type: roles\n  config_version: 2\na:\n  cluster_permissions:\n  - 'x'\n  index_permissions:\n  - index_patterns:\n    - '*'\n    dls: '{\"match\": {\"a\": \"it''s\"}}'\n    allowed_actions:\n    - read\n",
];

#[test]
fn bytes_come_back_whatever_they_are() {
    for text in NASTY {
        assert_eq!(parse(text).bytes(), text.as_bytes());
        for cut in 0..text.len() {
            assert_eq!(parse(&text.as_bytes()[..cut]).bytes(), &text.as_bytes()[..cut]);
        }
    }
}

#[test]
fn spans_are_the_notation_of_their_nodes() {
    let text = NASTY[15];
    let document = parse(text);
    let written = |path: &str| &text[at(&document, path).span().range()];
    assert_eq!(written("a"), "|\n  x\n  y");
    assert_eq!(written("c"), "|-\n  x");
    assert_eq!(written("e"), "|+\n  x\n\n\n");
    assert_eq!(written("g"), "|2\n   x\n  y");
    assert_eq!(at(&document, "g").text(), Some(" x\ny\n"));
    for text in NASTY {
        check_spans(&parse(text));
    }
}

/// Children lie inside their parents, one after the other.
fn check_spans(document: &Document) {
    let Some(root) = document.root() else { return };
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        let children: Vec<_> = node.entries().flat_map(|entry| [entry.key, entry.value]).chain(node.items()).collect();
        for child in &children {
            assert!(node.span().start <= child.span().start && child.span().end <= node.span().end, "{:?}", document.place(child.span()));
            assert_eq!(child.parent().map(|parent| parent.id()), Some(node.id()));
        }
        assert!(children.windows(2).all(|pair| pair[0].span().end <= pair[1].span().start));
        open.extend(children);
    }
}

#[test]
fn a_block_scalar_at_the_end_reads_as_the_engines_read_it() {
    for (text, read) in [
        ("a: |\n  x", "x"),
        ("a: |\n  x\n", "x\n"),
        ("a: |-\n  x\n", "x"),
        ("a: |+\n  x", "x"),
        ("a: |+\n  x\n\n", "x\n\n"),
        ("a: |\n  x\n\n\n", "x\n"),
    ] {
        assert_eq!(at(&parse(text), "a").text(), Some(read), "{text:?}");
    }
}

#[test]
fn an_empty_document_takes_its_first_entry() {
    let role = Value::Map(vec![("a".into(), Value::texts(["x"]))]);
    for (text, result) in [
        ("", "a:\n  - x\n"),
        ("# c\n", "# c\na:\n  - x\n"),
        ("# c", "# c\na:\n  - x\n"),
        ("---\n", "---\na:\n  - x\n"),
        ("{}", "{\"a\": [\"x\"]}"),
    ] {
        assert_eq!(edited(text, |_, editor| editor.set_root(&role)).unwrap_or_else(|refusal| panic!("{text:?}: {refusal}")), result);
    }
}

#[test]
fn what_goes_too_deep_or_repeats_is_refused() {
    let deep = (0..200).fold(Value::Null, |value, _| Value::List(vec![value]));
    assert!(edited("a: 1\n", |old, editor| editor.set_value(at(old, "a").id(), &deep)).is_err());
    let twice = Value::Map(vec![("x".into(), Value::Null), ("x".into(), Value::Null)]);
    assert!(edited("a: 1\n", |old, editor| editor.set_value(at(old, "a").id(), &twice)).is_err());
    assert!(edited("a: 1\n", |old, editor| editor.add_entry(at(old, "").id(), At::End, &"k".repeat(2000), &Value::Null)).is_err());
}

#[test]
fn a_large_file_is_read_and_edited() {
    let role = |n: usize| format!("role_{n}:\n  cluster_permissions: [x]\n");
    let mut text = String::with_capacity(64 << 20);
    text.push_str("first:\n  k: [x]\nblob: \"");
    text.push_str(&"x".repeat((64 << 20) - 100_000));
    text.push_str("\"\n");
    (0..1000).for_each(|n| text.push_str(&role(n)));
    let old = parse(text);
    let mut editor = old.edit().unwrap();
    editor.set_value(at(&old, "first/k").id(), &Value::texts(["x", "z"])).unwrap();
    editor.add_entry(old.root().unwrap().id(), At::End, "last", &Value::Bool(true)).unwrap();
    let edit = editor.finish().unwrap();
    assert_goes_back(&old, &edit);
    assert!(edit.splices.iter().map(|splice| splice.text.len()).sum::<usize>() < 40);
    let over = parse(vec![b'x'; rolesmith::yaml::MAX_BYTES + 1]);
    assert!(over.root().is_none() && over.problems()[0].message.contains("more than"));
}

/// Figures to look at: `cargo test --test yaml -- --ignored --nocapture figures`.
#[test]
#[ignore = "prints figures, decides nothing"]
fn figures_of_a_large_roles_file() {
    use std::time::Instant;
    let role = |n: usize| {
        format!(
            "role_{n}:\n  reserved: false\n  description: \"Role number {n}\"\n  cluster_permissions:\n  - \"cluster_composite_ops\"\n  index_permissions:\n  - index_patterns:\n    - \"logs-{n}-*\"\n    - \"metrics-{n}-*\"\n    dls: \"{{\\\"term\\\": {{\\\"team\\\": {n}}}}}\"\n    fls: []\n    allowed_actions:\n    - \"read\"\n    - \"indices:monitor/*\"\n\n"
        )
    };
    let mut line = String::from("{");
    (0..20_000).for_each(|n| {
        line.push_str(&format!("\"r{n}\":{{\"reserved\":false,\"cluster_permissions\":[\"a\",\"b\"],\"index_permissions\":[]}},"))
    });
    line.push_str("\"last\":{}}");
    let files =
        [("block", 4_000), ("block", 8_000), ("block", 16_000)].map(|(name, count)| (name, (0..count).map(role).collect::<String>()));
    for (name, text) in files.into_iter().chain([("one line of JSON", line)]) {
        let best = |work: &dyn Fn()| {
            let times = (0..3).map(|_| {
                let start = Instant::now();
                work();
                start.elapsed()
            });
            times.min().unwrap_or_default()
        };
        let events = best(&|| assert!(granit_parser::Parser::new_from_str(&text).all(|event| event.is_ok())));
        let tree = best(&|| assert!(parse(&text).root().is_some()));
        let old = parse(&text);
        let edit = best(&|| {
            let root = old.root().expect("a tree");
            let middle = root.entries().nth(root.entries().len() / 2).expect("an entry");
            let mut editor = old.edit().expect("editable");
            editor
                .set_value(middle.value.get("cluster_permissions").expect("a list").id(), &Value::texts(["cluster_monitor"]))
                .expect("settable");
            editor.add_entry(root.id(), At::End, "new", &Value::texts(["x"])).expect("addable");
            editor.finish().expect("finished");
        });
        println!("{name}, {:.1} MB: events {events:.2?}, tree {tree:.2?}, edit and check {edit:.2?}", text.len() as f64 / 1e6);
    }
}
