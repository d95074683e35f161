//! What does not parse says where, and what it is.

use crate::support::complaint;

#[test]
fn templates_are_named_as_templates() {
    for (text, whose) in [
        ("roles:\n  {{- range .Values.roles }}\n  a: 1\n  {{- end }}\n", "Go (Helm)"),
        ("a: {{ .Values.hash }}\n", "Go (Helm)"),
        ("a: {{ hash }}\n", "Jinja"),
        ("a: {{ lookup('env', 'X') }}\n", "Go or Jinja"),
        ("{% for r in roles %}\n{{ r }}:\n  x: 1\n{% endfor %}\n", "Jinja"),
    ] {
        let complaint = complaint(text);
        assert!(
            complaint.contains(&format!("this is a {whose} template, not YAML")) && complaint.contains("render it first"),
            "{complaint}"
        );
    }
    assert!(complaint("a: 1\nb: {{ x }}\n").starts_with("2:4 "));
}

#[test]
fn quoted_braces_are_no_template() {
    let complaint = complaint("a: '{{ x }}'\nb: \"{{ y }}\"\n# {{ z }}\nc: [\n");
    assert!(!complaint.contains("template"), "{complaint}");
}

#[test]
fn a_pasted_prompt_is_named() {
    for text in ["[root@node1 ~]# cat roles.yml\na:\n  b: 1\n", "$ cat roles.yml\na: 1\nb: 2\n", "user@host:~$ cat x\na: 1\nb: 2\n"] {
        assert!(complaint(text).starts_with("1:1 the first line is a shell prompt"), "{}", complaint(text));
    }
}

#[test]
fn a_tab_is_pointed_at() {
    assert!(complaint("a:\n\tb: 1\n").starts_with("2:1 a tab indents this line"), "{}", complaint("a:\n\tb: 1\n"));
    assert!(complaint("a: 1\n\tb: 2\n").starts_with("2:1 a tab"), "{}", complaint("a: 1\n\tb: 2\n"));
}

#[test]
fn text_that_is_none_is_said_so() {
    assert!(complaint(b"a: 1\nb: \xe9\n").starts_with("2:4 the file is not UTF-8"));
    assert!(complaint(b"\x7fELF\0\x01\xff\xff").contains("the file is binary"));
    assert!(complaint(b"\xff\xfea\0").contains("UTF-16"));
}

#[test]
fn the_usual_slips_get_advice() {
    assert!(complaint("a:\n  - 'x' y\n").contains("behind the closing quote"), "{}", complaint("a:\n  - 'x' y\n"));
    let out_dented = complaint("r:\n  index_permissions:\n    - index_patterns: [a]\n   cluster: [b]\n");
    assert!(out_dented.starts_with("4:"), "{out_dented}");
}

#[test]
fn deep_nesting_is_refused_with_a_reason() {
    for text in
        ["[".repeat(100_000), "- ".repeat(100_000), "{a: ".repeat(100_000), (0..2000).map(|n| format!("{}k:\n", " ".repeat(n))).collect()]
    {
        let complaint = complaint(&text);
        assert!(complaint.contains("nest") || complaint.contains("depth") || complaint.contains("50 levels"), "{complaint}");
    }
}
