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
