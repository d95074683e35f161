//! Edits whose result is plain to see.

use rolesmith::yaml::{At, Reason, Value};

use crate::support::{at, edited, key, parse};

fn set(text: &str, path: &str, value: impl Into<Value>) -> String {
    let value = value.into();
    edited(text, |old, editor| editor.set_value(at(old, path).id(), &value)).unwrap_or_else(|refusal| panic!("{refusal}"))
}

fn add(text: &str, path: &str, name: &str, value: impl Into<Value>) -> String {
    let value = value.into();
    edited(text, |old, editor| editor.add_entry(at(old, path).id(), At::End, name, &value)).unwrap_or_else(|refusal| panic!("{refusal}"))
}

fn remove(text: &str, path: &str) -> String {
    edited(text, |old, editor| editor.remove_entry(key(old, path).id())).unwrap_or_else(|refusal| panic!("{refusal}"))
}

fn role(actions: &[&str]) -> Value {
    Value::Map(vec![("reserved".into(), Value::Bool(false)), ("cluster_permissions".into(), Value::texts(actions.iter().copied()))])
}

#[test]
fn a_scalar_keeps_its_quotes() {
    assert_eq!(set("a: 'x'  # why\n", "a", "w"), "a: 'w'  # why\n");
    assert_eq!(set("a: \"x\"\n", "a", "it's"), "a: \"it's\"\n");
    assert_eq!(set("a: x\n", "a", "w"), "a: w\n");
    assert_eq!(set("a: 'x'\n", "a", "it's"), "a: 'it''s'\n");
    assert_eq!(set("a: 'x'\n", "a", "l\u{7}\n"), "a: \"l\\u0007\\n\"\n");
}

#[test]
fn what_readers_take_otherwise_is_quoted() {
    for text in [
        "yes",
        "no",
        "on",
        "off",
        "~",
        "",
        "012",
        "1_000",
        "0x1",
        "1e3",
        "2001-01-01",
        "null",
        "true",
        "a: b",
        "a #b",
        " a",
        "a ",
        "*",
        "-",
        "- a",
        "!x",
        "%x",
        "@x",
    ] {
        let written = set("a: x\n", "a", text);
        assert!(written.starts_with("a: \"") || written.starts_with("a: '"), "{written}");
    }
    assert_eq!(set("a: x\n", "a", true), "a: true\n");
    assert_eq!(set("a: yes\n", "a", true), "a: yes\n", "what agrees is not touched");
    assert_eq!(edited("a: yes\n", |old, editor| editor.rewrite(at(old, "a").id(), &Value::Bool(true))).unwrap(), "a: true\n");
    assert_eq!(edited("a: 012\n", |old, editor| editor.rewrite(at(old, "a").id(), &"012".into())).unwrap(), "a: \"012\"\n");
}

#[test]
fn empty_values_are_filled_behind_their_colon() {
    assert_eq!(set("a:   # c\nb: 1\n", "a", "x"), "a: x   # c\nb: 1\n");
    assert_eq!(set("a:\nb: 1\n", "a", Value::texts(["x"])), "a:\n  - x\nb: 1\n");
    assert_eq!(set("a:", "a", Value::texts(["x"])), "a:\n  - x");
    assert_eq!(set("- a\n-\n- c\n", "1", "b"), "- a\n- b\n- c\n");
}

#[test]
fn lists_change_item_by_item() {
    let text = "k:\n- a # one\n# two\n- b\n- c\n";
    assert_eq!(set(text, "k", Value::texts(["a", "c"])), "k:\n- a # one\n- c\n");
    assert_eq!(set(text, "k", Value::texts(["a", "b", "x", "c"])), "k:\n- a # one\n# two\n- b\n- x\n- c\n");
    assert_eq!(set(text, "k", Value::texts(["z", "a", "b", "c"])), "k:\n- z\n- a # one\n# two\n- b\n- c\n");
    assert_eq!(set(text, "k", Value::texts(["a", "B", "c"])), "k:\n- a # one\n# two\n- B\n- c\n");
    assert_eq!(set(text, "k", Value::List(vec![])), "k: []\n");
    assert_eq!(set("k: [a, b, c]\n", "k", Value::texts(["a", "c", "d"])), "k: [a, c, d]\n");
    assert_eq!(set("k: [a, b, c]\n", "k", Value::texts(["z", "c"])), "k: [z, c]\n");
    assert_eq!(set("k: [ a,\n  b, # of b\n  c ]\n", "k", Value::texts(["a", "b"])), "k: [ a,\n  b # of b\n   ]\n");
}

#[test]
fn new_entries_look_like_their_siblings() {
    let flush = "a:\n  cluster_permissions:\n  - \"x\"\n";
    assert_eq!(
        add(flush, "", "b", role(&["y", "*"])),
        format!("{flush}b:\n  reserved: false\n  cluster_permissions:\n  - \"y\"\n  - \"*\"\n")
    );
    let deep = "a:\n    cluster_permissions:\n      - 'x'\n";
    assert_eq!(add(deep, "", "b", role(&["y"])), format!("{deep}b:\n    reserved: false\n    cluster_permissions:\n      - 'y'\n"));
    let blank = "a:\n  k: [x]\n\nb:\n  k: [y]\n";
    assert_eq!(add(blank, "", "c", role(&["z"])), format!("{blank}\nc:\n  reserved: false\n  cluster_permissions: [z]\n"));
    assert_eq!(add("a: {}\n", "a", "b", "c"), "a:\n  b: c\n");
    assert_eq!(add("a: 1", "", "b", "c"), "a: 1\nb: c");
    assert_eq!(add("a: x\r\n", "", "b", Value::texts(["c"])), "a: x\r\nb:\r\n  - c\r\n");
    assert_eq!(add("a: |\n  text", "", "b", "c"), "a: |-\n  text\nb: c");
}

#[test]
fn entries_go_with_their_own_comments() {
    let text = "# head\n\n# of a\na:\n  x: 1\n\n# of b\n# more of b\nb:\n  y: 2\n\n# of c\nc: 3\n";
    assert_eq!(remove(text, "b"), "# head\n\n# of a\na:\n  x: 1\n\n# of c\nc: 3\n");
    assert_eq!(remove(text, "a/x"), text.replace("a:\n  x: 1\n", "a: {}\n"));
    assert_eq!(remove("a: 1\nb: 2", "b"), "a: 1");
    assert_eq!(remove("- a: 1\n  b: 2\n", "0/a").as_str(), "- b: 2\n");
}

#[test]
fn json_stays_json() {
    let pretty = "{\n  \"a\" : {\n    \"reserved\" : true,\n    \"index_patterns\" : [ \"x\" ]\n  }\n}\n";
    let written = add(pretty, "", "b", role(&["y", "z"]));
    serde_json::from_str::<serde_json::Value>(&written).expect("still JSON");
    assert!(written.contains("},\n  \"b\": {\n    \"reserved\": false,\n    \"cluster_permissions\": [\"y\", \"z\"]\n  }\n}"), "{written}");
    let line = "{\"a\":{\"reserved\":true,\"l\":[\"x\",\"y\"]}}";
    assert_eq!(
        add(line, "", "b", role(&["y"])),
        "{\"a\":{\"reserved\":true,\"l\":[\"x\",\"y\"]},\"b\":{\"reserved\":false,\"cluster_permissions\":[\"y\"]}}"
    );
    assert_eq!(remove(line, "a/reserved"), "{\"a\":{\"l\":[\"x\",\"y\"]}}");
    assert_eq!(remove(line, "a"), "{}");
    assert_eq!(set(line, "a/l", Value::texts(["y"])), "{\"a\":{\"reserved\":true,\"l\":[\"y\"]}}");
}

#[test]
fn keys_are_renamed_in_their_quotes() {
    let rename = |text: &str, path: &str, name: &str| edited(text, |old, editor| editor.rename_key(key(old, path).id(), name)).unwrap();
    assert_eq!(rename("a: 1 # c\n", "a", "b"), "b: 1 # c\n");
    assert_eq!(rename("'a': 1\n", "a", "b"), "'b': 1\n");
    assert_eq!(rename("a: 1\n", "a", "yes"), "\"yes\": 1\n");
    assert_eq!(rename("{\"a\":1}", "a", "b"), "{\"b\":1}");
}

#[test]
fn several_changes_go_together() {
    let text = "a:\n  k: [x]\nb:\n  k: [y]\nc:\n  k: [z]\n";
    let result = edited(text, |old, editor| {
        editor.remove_entry(key(old, "b").id())?;
        editor.rename_key(key(old, "c").id(), "d")?;
        editor.set_value(at(old, "a/k").id(), &Value::texts(["x", "w"]))?;
        editor.add_entry(at(old, "a").id(), At::End, "l", &Value::Bool(true))?;
        editor.add_entry(old.root().unwrap().id(), At::After(key(old, "a").id()), "m", &Value::Null)
    });
    assert_eq!(result.unwrap(), "a:\n  k: [x, w]\n  l: true\nm: null\nd:\n  k: [z]\n");
}

#[test]
fn multi_line_text_is_a_block_where_that_is_safe() {
    assert_eq!(set("a: x\nb: 1\n", "a", "l1\nl2\n"), "a: |\n  l1\n  l2\nb: 1\n");
    assert_eq!(set("a: x\nb: 1\n", "a", "l1\nl2"), "a: |-\n  l1\n  l2\nb: 1\n");
    assert_eq!(set("a: x\nb: 1\n", "a", "l1\n\n"), "a: \"l1\\n\\n\"\nb: 1\n");
    assert_eq!(set("a: x", "a", "l1\nl2\n"), "a: \"l1\\nl2\\n\"", "a block at the end would lose its line end");
    assert_eq!(set("a: |\n    old\n    text\nb: 1\n", "a", "new\n"), "a: |\n    new\nb: 1\n");
    assert_eq!(set("a: >-\n  {\"x\":\n  1}\nb: 1\n", "a", "{\"y\": 2}"), "a: >-\n  {\"y\": 2}\nb: 1\n");
    assert_eq!(set("a: |+\n  t\n\nb: 1\n", "a", "u"), "a: |-\n  u\nb: 1\n");
}

#[test]
fn refusals_say_why() {
    let reason = |text: &str, path: &str| {
        let old = parse(text);
        let result = old.edit().and_then(|mut editor| {
            editor.set_value(at(&old, path).id(), &"new".into())?;
            editor.finish()
        });
        result.map(|edit| String::from_utf8_lossy(edit.document.bytes()).into_owned()).unwrap_err().reason
    };
    assert_eq!(reason("a: &x\n  b: 1\n", "a/b"), Reason::Anchor);
    assert_eq!(reason("a: &x 1\nb: *x\n", "b"), Reason::Alias("*x".into()));
    assert_eq!(reason("a: !t 1\n", "a"), Reason::Tag);
    assert_eq!(reason("a: &x {}\nb:\n  <<: *x\n  c: 1\n", "b/c"), Reason::MergeKey);
    assert_eq!(reason("a: 1\na: 2\n", "a"), Reason::DuplicateKey("a".into()));
    assert_eq!(reason("? a\n: 1\n", "a"), Reason::ExplicitKey);
    assert_eq!(parse("a: [").edit().unwrap_err().reason, Reason::Unreadable);
    assert_eq!(parse(b"a: \xff").edit().unwrap_err().reason, Reason::Unreadable);
    let exists = edited("a: 1\nb: 2\n", |old, editor| editor.rename_key(key(old, "a").id(), "b"));
    assert_eq!(exists.unwrap_err().reason, Reason::KeyExists("b".into()));
}

#[test]
fn what_stands_twice_can_be_removed() {
    let result = edited("a: 1\nb: 2\na: 3\n", |old, editor| editor.remove_entry(old.root().unwrap().entries().next().unwrap().key.id()));
    assert_eq!(result.unwrap(), "b: 2\na: 3\n");
}

#[test]
fn the_check_refuses_splices_that_do_something_else() {
    use rolesmith::yaml::Splice;
    let old = parse("a: 1\nb: 2\n");
    assert!(old.check_edit(&[Splice::new(3, 4, "\"5\"")], &["a"], Some(&"5".into())).is_ok());
    assert!(old.check_edit(&[Splice::new(3, 4, "5")], &["a"], Some(&"6".into())).is_err());
    assert!(old.check_edit(&[Splice::new(8, 9, "3")], &["a"], Some(&Value::Number("1".into()))).is_err());
    assert!(old.check_edit(&[Splice::new(0, 5, "")], &["a"], None).is_ok());
}

#[test]
fn a_new_item_is_written_as_those_beside_it() {
    let push = |text: &str, path: &str, item: &str| {
        let value = Value::from(item);
        edited(text, |old, editor| editor.add_item(at(old, path).id(), At::End, &value)).unwrap_or_else(|refusal| panic!("{refusal}"))
    };
    // whatever most of the file does
    let head = "a: \"1\"\nb: \"2\"\nc: \"3\"\nd: \"4\"\n";
    assert_eq!(push(&format!("{head}l: [read]\n"), "l", "write"), format!("{head}l: [read, write]\n"));
    assert_eq!(
        push(&format!("{head}l:\n  - read\n  - 'x'\n"), "l", "indices:data/read"),
        format!("{head}l:\n  - read\n  - 'x'\n  - indices:data/read\n")
    );
    // what some reader takes otherwise has quotes all the same
    assert_eq!(push(&format!("{head}l: [read]\n"), "l", "yes"), format!("{head}l: [read, \"yes\"]\n"));
    assert_eq!(push(&format!("{head}l:\n  - read\n"), "l", "*"), format!("{head}l:\n  - read\n  - \"*\"\n"));
    let plain = "a: one\nb: two\nc: three\n";
    assert_eq!(push(&format!("{plain}l: ['read']\n"), "l", "write"), format!("{plain}l: ['read', 'write']\n"));
    assert_eq!(push(&format!("{plain}l:\n- \"read\"\n"), "l", "write"), format!("{plain}l:\n- \"read\"\n- \"write\"\n"));
    // without neighbours the file decides
    assert_eq!(push(&format!("{head}l: []\n"), "l", "write"), format!("{head}l:\n  - \"write\"\n"));
}

#[test]
fn an_edit_in_a_folded_text_touches_its_lines_only() {
    let text = "dls: >-   # who\n  {\"bool\":\n  {\"must\": [{\"term\": {\"a\": 1}},\n  {\"term\": {\"b\": 2}}]}}\nz: 1\n";
    let value = |text: &str| parse(text).root().unwrap().get("dls").unwrap().text().unwrap().to_owned();
    let change = |text: &str, from: &str, to: &str| set(text, "dls", value(text).replace(from, to).as_str());
    assert_eq!(change(text, "\"b\": 2", "\"b\": 17"), text.replace("\"b\": 2", "\"b\": 17"));
    assert_eq!(change(text, "{\"bool\":", "{\"boolean\":"), text.replace("{\"bool\":", "{\"boolean\":"));
    // over a line's end both lines are one
    assert_eq!(change(text, "{\"a\": 1}}, {\"term\"", "{\"a\": 1}}, {\"terms\""), text.replace("{\"term\": {\"b\"", "{\"terms\": {\"b\""));
    assert_eq!(
        change(text, "1}}, {\"term\": {\"b\": 2}}", "1}}"),
        "dls: >-   # who\n  {\"bool\":\n  {\"must\": [{\"term\": {\"a\": 1}}]}}\nz: 1\n"
    );
    // of several paragraphs one is edited; the others, their lines and the blank ones between stay
    let several = "dls: >\n    first line\n    goes on\n\n    second\n    too\n\nz: 1\n";
    assert_eq!(change(several, "goes on", "goes far"), several.replace("goes on", "goes far"));
    assert_eq!(change(several, "second too", "second, too"), several.replace("second\n", "second,\n"));
    let dos = several.replace('\n', "\r\n");
    assert_eq!(change(&dos, "goes on", "goes far"), dos.replace("goes on", "goes far"));
    // what the lines do not tell is written whole: text that is indented further keeps its line ends
    let deeper = "dls: >\n  a\n    b\n  c\nz: 1\n";
    assert_eq!(value(&change(deeper, "c", "d")), value(deeper).replace('c', "d"));
    assert_eq!(value(&set(text, "dls", "two\nlines")), "two\nlines");
    assert_eq!(value(&set(text, "dls", "")), "");
}

/// Random words in random lines, one of them changed: the value is the new one, and of the lines only the changed ones differ.
#[test]
fn folded_texts_are_edited_in_place_at_random() {
    let words = ["a", "{\"b\":", "1}", "long-word", "#", "- x", "é", "'", "k: v", "&a"];
    let mut seed = 11_u64;
    let mut roll = move |sides: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((seed >> 33) as usize) % sides
    };
    let mut small = 0;
    let count = 400;
    for _ in 0..count {
        let lines: Vec<String> =
            (0..1 + roll(5)).map(|_| (0..1 + roll(4)).map(|_| words[roll(words.len())]).collect::<Vec<_>>().join(" ")).collect();
        let body: String = lines.iter().map(|line| format!("  {}{line}\n", if roll(6) == 0 { "\n  " } else { "" })).collect();
        let body = body.replace("  \n  ", "\n  ");
        let text = format!("k: >{}\n{body}z: 1\n", ["", "-"][roll(2)]);
        let Some(old) = parse(&text).root().and_then(|root| root.get("k")).and_then(|node| node.text().map(str::to_owned)) else {
            continue;
        };
        let mut new: Vec<char> = old.chars().collect();
        let at = roll(new.len());
        match roll(3) {
            0 => drop(new.remove(at)),
            1 => new.insert(at, ['x', ' ', 'é', '"'][roll(4)]),
            _ => new[at] = ['y', ' ', 'ß'][roll(3)],
        }
        let new: String = new.into_iter().collect();
        let after = set(&text, "k", new.as_str());
        assert_eq!(parse(&after).root().unwrap().get("k").unwrap().text(), Some(new.as_str()), "{text:?}");
        let kept = text.lines().filter(|line| after.lines().any(|other| other == *line)).count();
        small += usize::from(kept + 2 >= text.lines().count());
    }
    assert!(small * 10 >= count * 7, "{small} of {count} were small");
}
