//! Documents inside scalars: Secrets, ConfigMaps, JSON in quotes.

use base64::Engine as _;
use rolesmith::yaml::{At, Carrier, Document, Nested, Value};

use crate::support::{assert_goes_back, at, parse};

const SECRET: &str = "apiVersion: v1\nkind: Secret\nstringData:\n    # the roles\n    roles.yml: |-\n      # of a\n      a:\n        k: [x]\n\n      b:\n        k:\n          - y # keep\n    other.yml: |\n      x: 1\n";

fn inside(outer: &Document, path: &str, base64: bool, change: impl Fn(&Document, &mut rolesmith::yaml::Editor<'_>)) -> Document {
    let nested = Nested::open(outer, at(outer, path).id(), base64).expect("opens");
    let mut editor = nested.document.edit().expect("editable");
    change(&nested.document, &mut editor);
    let inner = editor.finish().expect("inner edit");
    let edit = nested.carry(outer, &inner).unwrap_or_else(|refusal| panic!("{refusal}"));
    assert_goes_back(outer, &edit);
    let again = Nested::open(&edit.document, at(&edit.document, path).id(), base64).expect("opens again");
    assert_eq!(again.document.bytes(), inner.document.bytes());
    edit.document
}

fn text(document: &Document) -> String {
    String::from_utf8(document.bytes().to_vec()).expect("text")
}

#[test]
fn a_literal_block_is_edited_line_by_line() {
    let outer = parse(SECRET);
    let set = |path: &'static str, value: Value| {
        text(&inside(&outer, "stringData/roles.yml", false, |old, editor| editor.set_value(at(old, path).id(), &value).unwrap()))
    };
    assert_eq!(set("a/k", Value::texts(["x", "z"])), SECRET.replace("[x]", "[x, z]"));
    assert_eq!(set("b/k", Value::texts(["y", "z"])), SECRET.replace("- y # keep\n", "- y # keep\n          - z\n"));
    let removed =
        inside(&outer, "stringData/roles.yml", false, |old, editor| editor.remove_entry(crate::support::key(old, "b").id()).unwrap());
    assert!(text(&removed).contains("k: [x]\n    other.yml"), "{}", text(&removed));
    let added = inside(&outer, "stringData/roles.yml", false, |old, editor| {
        editor.add_entry(old.root().unwrap().id(), At::Before(crate::support::key(old, "b").id()), "m", &Value::Bool(true)).unwrap();
    });
    assert!(text(&added).contains("      m: true\n"), "{}", text(&added));
}

#[test]
fn spans_inside_point_outside() {
    let outer = parse(SECRET);
    let nested = Nested::open(&outer, at(&outer, "stringData/roles.yml").id(), false).unwrap();
    assert_eq!(nested.carrier, Carrier::Literal);
    let inner = at(&nested.document, "b/k/0");
    let span = nested.outer_span(inner.span());
    assert_eq!(&SECRET[span.range()], "y");
}

#[test]
fn quoted_json_and_base64_are_written_anew() {
    let outer = parse("data: {}\nroles: '{\"a\": {\"k\": [\"x\"]}}'\n");
    let changed = inside(&outer, "roles", false, |old, editor| editor.set_value(at(old, "a/k").id(), &Value::texts(["y"])).unwrap());
    assert_eq!(text(&changed), "data: {}\nroles: '{\"a\": {\"k\": [\"y\"]}}'\n");
    let encode = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
    let outer = parse(format!("data:\n  roles.yml: {}\n  b: 1\n", encode("a: [x]\n")));
    let changed =
        inside(&outer, "data/roles.yml", true, |old, editor| editor.set_value(at(old, "a").id(), &Value::texts(["x", "w"])).unwrap());
    assert_eq!(text(&changed), format!("data:\n  roles.yml: {}\n  b: 1\n", encode("a: [x, w]\n")));
    assert!(Nested::open(&outer, at(&outer, "data/b").id(), true).is_err());
}

/// The same inner text in each style a scalar can have, and the one changed line of it.
#[test]
fn one_inner_edit_is_one_small_outer_one_in_every_style() {
    let inner = "# top\na:\n  k: [x]\n\nb:\n  k: [y] # it's \"kept\"\n";
    let indented = |pad: &str, eol: &str| {
        inner
            .split_inclusive('\n')
            .map(|line| if line == "\n" { eol.to_owned() } else { format!("{pad}{}{eol}", line.trim_end()) })
            .collect::<String>()
    };
    let forms = [
        ("literal", format!("data:\n  r: |\n{}  z: 1\n", indented("    ", "\n"))),
        ("kept", format!("data:\n  r: |+\n{}  z: 1\n", indented("    ", "\n"))),
        ("stripped", format!("data:\n  r: |-\n{}  z: 1\n", indented("      ", "\n"))),
        ("with a number", format!("data:\n  r: |1 # note\n{}  z: 1\n", indented("   ", "\n"))),
        ("at the end", format!("data:\n  r: |\n{}", indented("    ", "\n").trim_end())),
        ("dos", format!("data:\r\n  r: |\r\n{}  z: 1\r\n", indented("    ", "\r\n"))),
        ("double", format!("data:\n  r: \"{}\"\n  z: 1\n", inner.replace('"', "\\\"").replace('\n', "\\n"))),
        (
            "double, continued",
            format!("data:\n  r: \"{}\"\n  z: 1\n", inner.replace('"', "\\\"").replace("\n  ", "\n\\  ").replace('\n', "\\n\\\n    ")),
        ),
        ("double, dos inside", format!("data:\n  r: \"{}\"\n  z: 1\n", inner.replace('"', "\\\"").replace('\n', "\\r\\n"))),
        ("flow", format!("{{data: {{r: \"{}\", z: 1}}}}\n", inner.replace('"', "\\\"").replace('\n', "\\n"))),
        ("second document", format!("a: 1\n---\ndata:\n  r: |\n{}---\nc: 1\n", indented("    ", "\n"))),
    ];
    for (name, outer) in forms {
        let outer = parse(&outer);
        let holder = outer.root_nodes().find_map(|root| root.path(&["data", "r"])).unwrap().id();
        let nested = Nested::open(&outer, holder, false).unwrap();
        let mut editor = nested.document.edit().unwrap();
        editor.set_value(at(&nested.document, "b/k").id(), &Value::texts(["y", "new one"])).unwrap();
        let edit = nested.carry(&outer, &editor.finish().unwrap()).unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
        assert_goes_back(&outer, &edit);
        assert_eq!(text(&edit.document), text(&outer).replace("[y]", "[y, new one]"), "{name}");
        // and a whole new entry: only lines come, or letters where there are none
        let mut editor = nested.document.edit().unwrap();
        editor.add_entry(nested.document.root().unwrap().id(), At::End, "c", &Value::texts(["z"])).unwrap();
        let edit = nested.carry(&outer, &editor.finish().unwrap()).unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
        assert_goes_back(&outer, &edit);
        let (old, new) = (outer.bytes(), edit.document.bytes());
        let head = old.iter().zip(new).take_while(|(old, new)| old == new).count();
        let tail = old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(|(old, new)| old == new).count();
        let came = String::from_utf8_lossy(&new[head..new.len() - tail]).into_owned();
        assert!(came.contains("c: [z]") && came.len() < 40, "{name}: {came:?}");
        assert_eq!(head + tail, old.len(), "{name}: only letters come");
    }
}

#[test]
fn folded_and_single_quoted_texts_hold_one_line() {
    for outer in [
        "r: >\n  {\"a\": {\"k\": [\"x\"]}, \"b\": 1}\nz: 1\n",
        "r: >-\n  {\"a\": {\"k\": [\"x\"]}, \"b\": 1}\n",
        "r: '{\"a\": {\"k\": [\"x\"], \"s\": \"it''s\"}}' # c\n",
    ] {
        let outer = parse(outer);
        let changed = inside(&outer, "r", false, |old, editor| editor.set_value(at(old, "a/k").id(), &Value::texts(["y"])).unwrap());
        assert_eq!(text(&changed), text(&outer).replace("[\"x\"]", "[\"y\"]"));
    }
}

#[test]
fn quoted_letters_have_places() {
    let outer = parse("a: 1\nr: \"\\u00e9: \\\"x\\\"\\n\\\n  b: \\ud83d\\ude00\\tq\\n\"\n");
    let nested = Nested::open(&outer, at(&outer, "r").id(), false).unwrap();
    let place = |path: &str| {
        let span = nested.outer_span(at(&nested.document, path).span());
        String::from_utf8_lossy(&outer.bytes()[span.range()]).into_owned()
    };
    assert_eq!((place("é"), place("b")), ("\\\"x\\\"".to_owned(), "\\ud83d\\ude00\\tq".to_owned()));
}

#[test]
fn base64_keeps_its_lines() {
    let encode = |text: &str, width: usize, gap: &str| {
        let all = base64::engine::general_purpose::STANDARD.encode(text);
        all.as_bytes().chunks(width).map(|line| std::str::from_utf8(line).unwrap()).collect::<Vec<_>>().join(gap)
    };
    let old = String::from("a: [x]\nb: 1 # some more text\n") + "c:\n  k: [y]\n  long: \"a value that goes over the line\"\n";
    let new = old.replace("[y]", "[y, w]");
    for (before, after, gap) in [
        ("data:\n  r: |\n    ", "\n  z: 1\n", "\n    "),
        ("data:\n  r: >-\n    ", "\n  z: 1\n", "\n    "),
        ("data:\r\n  r: |-\r\n     ", "\r\n  z: 1\r\n", "\r\n     "),
        ("data:\n  r: ", "\n  z: 1\n", "\n    "),
        ("data:\n  r: \"", "\"\n  z: 1\n", "\n    "),
        ("data:\n  r: ", " # one line\n", ""),
    ] {
        let outer = parse(format!("{before}{}{after}", encode(&old, 20, gap)));
        let changed =
            inside(&outer, "data/r", true, |old, editor| editor.set_value(at(old, "c/k").id(), &Value::texts(["y", "w"])).unwrap());
        assert_eq!(text(&changed), format!("{before}{}{after}", encode(&new, 20, gap)), "{before:?}");
    }
}

#[test]
fn documents_of_a_stream_come_and_go() {
    let all = parse("# head\na: 1\n---\n# about b\nb: 2\n---\nc: |\n  x\n");
    let roots: Vec<_> = all.root_nodes().map(|root| root.id()).collect();
    let left = |at: usize| {
        let edit = all.remove_document(roots[at]).unwrap();
        assert_goes_back(&all, &edit);
        text(&edit.document)
    };
    assert_eq!(left(0), "# about b\nb: 2\n---\nc: |\n  x\n");
    assert_eq!(left(1), "# head\na: 1\n---\nc: |\n  x\n");
    assert_eq!(left(2), "# head\na: 1\n---\n# about b\nb: 2\n");
    let value = Value::Map(vec![("d".to_owned(), Value::texts(["e"]))]);
    let edit = all.add_document(&value).unwrap();
    assert_goes_back(&all, &edit);
    assert_eq!(text(&edit.document), text(&all) + "---\nd:\n  - e\n");
    let one = parse("a: 1\n");
    assert!(one.remove_document(one.root().unwrap().id()).is_err());
    // an entry that comes to the first document comes before the line that ends it
    let mut editor = all.edit().unwrap();
    editor.add_entry(roots[0], At::End, "m", &Value::Bool(true)).unwrap();
    assert_eq!(text(&editor.finish().unwrap().document), text(&all).replacen("a: 1\n", "a: 1\nm: true\n", 1));
}
