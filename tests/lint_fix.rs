//! Applying a fix removes its finding, adds none and changes no verdict but those of the entry that it is
//! about; a safe one changes none at all.

mod common {
    pub mod lint_workspace;
}

use std::collections::BTreeMap;

use common::lint_workspace::Workspace;
use rolesmith::engine::change::same;
use rolesmith::engine::evaluate::{Outcome, Subject};
use rolesmith::engine::lint::{FileKind, Finding, Fix, RULES, Remedy, Report, Safety, Settings, choose};
use rolesmith::engine::model::Product;
use rolesmith::engine::model::opensearch::DocumentKind;
use rolesmith::engine::request::Request;
use rolesmith::yaml::{self, Document};

fn counts(report: &Report) -> BTreeMap<(&'static str, String), usize> {
    report.findings.iter().fold(BTreeMap::new(), |mut counts, finding| {
        *counts.entry((finding.rule, finding.message.clone())).or_default() += 1;
        counts
    })
}

/// What every role's holder is answered on a grid of requests, by role.
fn verdicts(workspace: &Workspace) -> BTreeMap<String, Vec<Outcome>> {
    const LINES: [&str; 12] = [
        "GET /_cluster/health",
        "GET /logs-2025/_search",
        "PUT /logs-2025/_doc/1",
        "DELETE /logs-2025",
        "GET /logs-2025/_mapping",
        "GET /orders/_search",
        "POST /orders/_update/1",
        "GET /hr/_doc/1",
        "GET /metrics-1/_search",
        "GET /.kibana_1/_search",
        "PUT /_template/x",
        "POST /_bulk",
    ];
    let mut probe = workspace.fork();
    let engine;
    let roles: Vec<String>;
    if workspace.product.is_elasticsearch() {
        roles = probe.elasticsearch.roles.keys().cloned().collect();
        engine = probe.engine();
    } else {
        roles = probe.configuration.roles.keys().cloned().collect();
        for role in &roles {
            let user = probe.configuration.internal_users.or_default(format!("holder of {role}"));
            user.security_roles.push(role.as_str().into());
        }
        engine = probe.engine();
    }
    let answer = |role: &String| {
        let subject = match workspace.product.is_elasticsearch() {
            true => Subject { user: "somebody".into(), backend_roles: vec![role.clone()], ..Subject::default() },
            false => Subject { user: format!("holder of {role}"), ..Subject::default() },
        };
        let outcome = |line: &&str| {
            let (method, path) = line.split_once(' ').unwrap();
            engine.decide(&subject, &Request { method: method.into(), path: path.into(), ..Request::default() }).outcome
        };
        (role.clone(), LINES.iter().map(outcome).collect())
    };
    roles.iter().map(answer).collect()
}

/// The files with a fix in them. Changes are done to the text and to the model, and both must agree.
fn fixed(workspace: &Workspace, fix: &Fix) -> Vec<Vec<u8>> {
    let mut documents: Vec<Document> = workspace.files.iter().map(|(_, _, document, _)| document.clone()).collect();
    match &fix.remedy {
        Remedy::Text(splices) => {
            let id = splices[0].place.file;
            let document = &mut documents[id.0 as usize];
            let (chosen, count) = choose(id, document.bytes().len(), &[fix]);
            assert_eq!(count, 1, "{}", fix.title);
            let splices: Vec<yaml::Splice> =
                chosen.iter().map(|splice| yaml::Splice { span: splice.place.span, text: splice.text.clone() }).collect();
            *document = Document::parse(id, document.apply(&splices).unwrap().0);
        }
        // the opened workspace compares text and model, and refuses where they differ
        Remedy::Changes(_) if workspace.product.is_elasticsearch() => {
            let directory = tempfile::tempdir().unwrap();
            for (name, _, document, _) in &workspace.files {
                std::fs::write(directory.path().join(name), document.bytes()).unwrap();
            }
            let options = rolesmith::workspace::Options { product: Some(workspace.product), ..Default::default() };
            let mut opened = rolesmith::workspace::Workspace::open(directory.path(), options).unwrap();
            opened.fix(fix).unwrap();
            let after = |name: &str| opened.files().iter().find(|file| file.name() == name).unwrap().document().bytes().to_vec();
            return workspace.files.iter().map(|(name, ..)| after(name)).collect();
        }
        Remedy::Changes(changes) => {
            let mut configuration = workspace.configuration.clone();
            for change in changes {
                for kind in change.documents(&configuration) {
                    let at = workspace.files.iter().position(|(_, file, ..)| *file == FileKind::Security(kind)).unwrap();
                    if let Some(edit) = change.edits(&configuration, kind, &documents[at]).unwrap() {
                        documents[at] = edit.document;
                    }
                }
                change.apply(&mut configuration).unwrap();
            }
            let read = Workspace::of_files(
                workspace.files.iter().zip(&documents).map(|((name, ..), document)| (name.as_str(), document.bytes().to_vec())),
                workspace.product,
            );
            for kind in DocumentKind::ALL {
                assert!(same(kind, &configuration, &read.configuration), "{}: text and model differ", fix.title);
            }
        }
    }
    documents.iter().map(|document| document.bytes().to_vec()).collect()
}

/// What a fix does: how many fixes of each kind were looked at, and what was wrong with them.
#[derive(Default)]
struct Looked {
    safe: usize,
    confirm: usize,
    changes: usize,
    wrong: Vec<String>,
}

impl Looked {
    /// Do a fix: its finding goes, none comes, and no verdict turns but those of its entry, none at all if it is safe.
    fn at(&mut self, before: &Workspace, report: &Report, finding: &Finding, fix: &Fix) {
        let new = fixed(before, fix);
        let names = before.files.iter().map(|(name, ..)| name.as_str());
        let mut after = Workspace::of_files(names.zip(new), before.product);
        after.cluster = before.cluster.clone();
        let (old, now) = (counts(report), counts(&after.lint(&Settings::default())));
        let key = (finding.rule, finding.message.clone());
        let say = |what: &str| format!("{} ({}): `{}` {what}", finding.rule, before.product, fix.title);
        if now.get(&key).copied().unwrap_or(0) >= old[&key] {
            self.wrong.push(say("leaves its finding"));
        }
        // a doubled slip is a doubled name afterwards: the same finding in other words
        let by_rule = |counts: &BTreeMap<(&'static str, String), usize>| {
            counts.iter().fold(BTreeMap::<&str, usize>::new(), |mut rules, ((rule, _), count)| {
                *rules.entry(rule).or_default() += count;
                rules
            })
        };
        let (old_rules, now_rules) = (by_rule(&old), by_rule(&now));
        let more = now_rules.iter().filter(|(rule, count)| old_rules.get(*rule).copied().unwrap_or(0) < **count);
        let added: Vec<_> = more.flat_map(|(rule, _)| now.keys().filter(|key| key.0 == *rule && !old.contains_key(*key))).collect();
        if !added.is_empty() {
            self.wrong.push(say(&format!("adds {added:?}")));
        }
        let (then, now) = (verdicts(before), verdicts(&after));
        let changed: Vec<&String> = then.iter().filter(|(role, answers)| now.get(*role) != Some(answers)).map(|(role, _)| role).collect();
        let in_roles = finding.place.is_some_and(|place| before.files[place.file.0 as usize].0 == "roles.yml");
        let others = changed.iter().any(|role| Some(role.as_str()) != finding.entry.as_deref());
        if (fix.safety == Safety::Safe && !changed.is_empty()) || (in_roles && others) {
            self.wrong.push(say(&format!("changes the verdicts of {changed:?}")));
        }
        *(if fix.safety == Safety::Safe { &mut self.safe } else { &mut self.confirm }) += 1;
        self.changes += usize::from(matches!(fix.remedy, Remedy::Changes(_)));
    }
}

#[test]
fn a_fix_removes_its_finding_adds_none_and_changes_no_other_verdict() {
    let mut looked = Looked::default();
    for rule in RULES {
        let about = rule.about();
        let mut seen = std::collections::HashSet::new();
        let ends = [about.products.first(), about.products.iter().find(|one| **one == Product::OpenSearch3_4), about.products.last()];
        let products =
            if cfg!(debug_assertions) { ends.into_iter().flatten().collect() } else { about.products.iter().collect::<Vec<_>>() };
        for product in products {
            // an example may say for itself which product it is for
            let before = Workspace::of_example(about.wrong, *product);
            if !seen.insert(before.product) {
                continue;
            }
            let report = before.lint(&Settings::default());
            for finding in &report.findings {
                if let Some(fix) = finding.fix.as_ref().filter(|_| finding.rule == about.id) {
                    looked.at(&before, &report, finding, fix);
                }
            }
        }
    }
    assert!(looked.wrong.is_empty(), "{}", looked.wrong.join("\n"));
    let Looked { safe, confirm, changes, .. } = looked;
    println!("{safe} safe fixes and {confirm} to be confirmed; {changes} are changes");
    assert!(safe >= 20 && confirm >= 40 && changes >= 40, "{safe} {confirm} {changes}");
}

/// The same with slips put at random into whole directories, where many findings stand beside each other.
#[test]
fn a_fix_among_many_random_slips_does_just_its_own() {
    const ROLES: &str = "# roles.yml
_meta:
  type: \"roles\"
  config_version: 2
";
    let mut random = Random(0x5eed);
    let mut looked = Looked::default();
    for _ in 0..if cfg!(debug_assertions) { 6 } else { 200 } {
        let mut roles = ROLES.to_owned();
        let mut mappings = "# roles_mapping.yml\n_meta: { type: rolesmapping, config_version: 2 }\n".to_owned();
        for role in 0..1 + random.below(4) {
            let mut list = |choices: &[&str], most: usize| {
                let items: Vec<&str> = (0..1 + random.below(most)).map(|_| choices[random.below(choices.len())]).collect();
                match random.below(2) {
                    0 => format!(" [{}]", items.join(", ")),
                    _ => items.iter().map(|item| format!("\n      - {item}")).collect(),
                }
            };
            let cluster =
                list(&["cluster_monitor", "cluster_composite_ops", "cluster_al", "\"*\"", "CLUSTER_ALL", "cluster:monitor", "manage"], 4);
            let patterns = list(&["'logs-*'", "'a,b'", "orders", "hr", "'logs-*'", "'?kibana'", "012"], 4);
            let actions = list(&["read", "wriet", "READ", "search", "indices:data/read", "crud", "view_index_metadata", "read"], 4);
            roles.push_str(&format!("role_{role}:\n  reserved: {}\n  cluster_permissions:{cluster}\n  index_permissions:\n    - index_patterns:{patterns}\n      allowed_actions:{actions}\n", ["yes", "false", "no"][random.below(3)]));
            mappings.push_str(&format!("role_{role}: {{ users: [u{role}, u{role}], backend_roles: [b] }}\n"));
        }
        let product = [Product::OpenDistro1_13, Product::OpenSearch2_19, Product::OpenSearch3_4, Product::OpenSearch3_8][random.below(4)];
        let before = Workspace::of_example(&(roles + &mappings), product);
        let report = before.lint(&Settings::default());
        for finding in &report.findings {
            if let Some(fix) = &finding.fix {
                looked.at(&before, &report, finding, fix);
            }
        }
    }
    assert!(looked.wrong.is_empty(), "{}", looked.wrong.join("\n"));
    assert!(looked.safe >= 10 && looked.confirm >= 20, "{} {}", looked.safe, looked.confirm);
}

/// A small generator of numbers, the same ones each time.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }
}

/// However many fixes a file has, it is edited once; one that cannot be done leaves the others.
#[test]
fn many_fixes_are_one_edit_of_the_file() {
    let directory = tempfile::tempdir().unwrap();
    let count = if cfg!(debug_assertions) { 400 } else { 10_000 };
    let mut text = "_meta:\n  type: \"roles\"\n  config_version: 2\n".to_owned();
    for role in 0..count {
        text.push_str(&format!("role_{role}:\n  cluster_permissions:\n    - cluster_all\n    - cluster_monitor # goes\n"));
    }
    let path = directory.path().join("roles.yml");
    std::fs::write(&path, &text).unwrap();
    let options = || rolesmith::workspace::Options { product: Some(Product::OpenSearch3_4), ..Default::default() };
    let mut workspace = rolesmith::workspace::Workspace::open(directory.path(), options()).unwrap();
    let safe = |workspace: &rolesmith::workspace::Workspace| -> Vec<Fix> {
        workspace.lint(None).findings.into_iter().filter_map(|finding| finding.fix).filter(|fix| fix.safety == Safety::Safe).collect()
    };
    let fixes = safe(&workspace);
    assert_eq!((fixes.len(), fixes.iter().filter(|fix| matches!(fix.remedy, Remedy::Changes(_))).count()), (count, count));
    let (done, errors) = workspace.fix_all(&fixes.iter().collect::<Vec<_>>());
    assert!(done == count && errors.is_empty(), "{done} {errors:?}");
    assert_eq!(workspace.history().len(), 1, "one edit");
    let bytes = |workspace: &rolesmith::workspace::Workspace| String::from_utf8(workspace.files()[0].document().bytes().to_vec()).unwrap();
    assert_eq!(bytes(&workspace), text.replace("    - cluster_monitor # goes\n", ""));
    assert!(workspace.configuration().roles["role_0"].cluster_permissions.len() == 1 && safe(&workspace).is_empty());
    workspace.undo();
    assert_eq!(bytes(&workspace), text);
    // one role is behind an anchor, which is not edited
    let anchored = text.replace("role_7:\n  cluster_permissions:\n", "role_7:\n  cluster_permissions: &kept\n");
    std::fs::write(&path, &anchored).unwrap();
    let mut workspace = rolesmith::workspace::Workspace::open(directory.path(), options()).unwrap();
    let fixes = safe(&workspace);
    let (done, errors) = workspace.fix_all(&fixes.iter().collect::<Vec<_>>());
    assert!(done == count - 1 && errors.len() == 1, "{done} {errors:?}");
    assert!(workspace.history().len() < 20, "{}", workspace.history().len());
    let kept = "role_7:\n  cluster_permissions: &kept\n    - cluster_all\n    - cluster_monitor # goes\n";
    assert_eq!(
        bytes(&workspace),
        anchored.replace("    - cluster_monitor # goes\n", "").replace("role_7:\n  cluster_permissions: &kept\n    - cluster_all\n", kept)
    );
}

/// What Elasticsearch's files give to users and by mappings is given otherwise, wherever it stands.
#[test]
fn elasticsearch_users_and_mappings_are_given_the_role_that_was_meant() {
    let directory = tempfile::tempdir().unwrap();
    let files = [
        ("roles.yml", "log_reader:\n  cluster: [monitor]\n"),
        ("role_mapping.yml", "# ours\nlog_raeder:\n  - 'cn=logs,dc=example,dc=org' # kept\n"),
        ("users", "kim:$2a$10$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"),
        ("users_roles", "log_raeder:kim\nkibana_user:kim\nviewer:kmi\n"),
        (
            "role_mappings.json",
            "{\n  \"shops\" : { \"enabled\" : true, \"roles\" : [ \"log_raeder\", \"viewer\" ], \"rules\" : { \"field\" : { \"groups\" : \"cn=x,dc=y\" } } }\n}\n",
        ),
    ];
    for (name, text) in files {
        std::fs::write(directory.path().join(name), text).unwrap();
    }
    let options = rolesmith::workspace::Options { product: Some(Product::Elasticsearch8_17), ..Default::default() };
    let mut workspace = rolesmith::workspace::Workspace::open(directory.path(), options).unwrap();
    let wanted = ["undefined-role", "deprecated-role", "user-not-in-file"];
    let mut done = Vec::new();
    while let Some(finding) =
        workspace.lint(None).findings.into_iter().find(|finding| finding.fix.is_some() && wanted.contains(&finding.rule))
    {
        let fix = finding.fix.unwrap();
        assert!(matches!(fix.remedy, Remedy::Changes(_)) && fix.safety == Safety::Confirm, "{fix:?}");
        workspace.fix(&fix).unwrap();
        done.push(finding.rule);
        assert!(done.len() < 10, "{done:?}");
    }
    done.sort_unstable();
    assert_eq!(done, ["deprecated-role", "undefined-role", "undefined-role", "undefined-role", "user-not-in-file"]);
    let after = |name: &str| {
        let file = workspace.files().iter().find(|file| file.name() == name).unwrap();
        String::from_utf8(file.document().bytes().to_vec()).unwrap()
    };
    assert_eq!(after("role_mapping.yml"), files[1].1.replace("log_raeder", "log_reader"));
    assert_eq!(after("role_mappings.json"), files[4].1.replace("[ \"log_raeder\", \"viewer\" ]", "[ \"viewer\", \"log_reader\" ]"));
    let mut lines: Vec<String> = after("users_roles").lines().map(str::to_owned).collect();
    lines.sort();
    assert_eq!(lines, ["kibana_admin:kim", "log_reader:kim"]);
}

#[test]
fn fixes_that_overlap_are_not_both_applied() {
    let text = "# roles.yml\nx:\n  index_permissions:\n    - index_patterns: [a, a, a]\n      allowed_actions: [read, read]\n";
    let workspace = Workspace::of_example(text, Product::OpenSearch3_4);
    let report = workspace.lint(&Settings::default());
    let fixes: Vec<&Fix> =
        report.findings.iter().filter_map(|finding| finding.fix.as_ref()).filter(|fix| fix.safety == Safety::Safe).collect();
    let (_, _, document, _) = &workspace.files[0];
    let twice: Vec<&Fix> = fixes.iter().chain(&fixes).copied().collect();
    let (splices, applied) = choose(document.file(), document.bytes().len(), &twice);
    assert_eq!(applied, 3);
    let splices: Vec<yaml::Splice> =
        splices.iter().map(|splice| yaml::Splice { span: splice.place.span, text: splice.text.clone() }).collect();
    assert_eq!(
        String::from_utf8(document.apply(&splices).unwrap().0).unwrap(),
        "# roles.yml\nx:\n  index_permissions:\n    - index_patterns: [a]\n      allowed_actions: [read]\n"
    );
}

/// In the opened workspace a fix of either kind is a step that can be undone, byte for byte.
#[test]
fn a_fix_can_be_undone_and_done_again() {
    let directory = tempfile::tempdir().unwrap();
    let text = "# ours\r\n_meta: { type: roles, config_version: 2 }\r\nx:\r\n  cluster_permissions: [cluster_monitor, cluster_monitor, cluster_al]\r\n  index_permissions:\r\n    - index_patterns: ['a', 'b,c']\r\n    - allowed_actions: [read] # kept\r\n";
    let path = directory.path().join("roles.yml");
    std::fs::write(&path, text).unwrap();
    let options = rolesmith::workspace::Options { product: Some(Product::OpenSearch3_4), ..Default::default() };
    let mut workspace = rolesmith::workspace::Workspace::open(directory.path(), options).unwrap();
    let mut done = Vec::new();
    // one after the other: each report is about the text as it is then
    while let Some(finding) = workspace.lint(None).findings.into_iter().find(|finding| finding.fix.is_some()) {
        let before = workspace.files()[0].document().bytes().to_vec();
        let steps = workspace.history().len();
        workspace.fix(finding.fix.as_ref().unwrap()).unwrap();
        assert_ne!(workspace.files()[0].document().bytes(), before, "{}", finding.rule);
        done.push((finding.rule, before, workspace.history().len() - steps));
        assert!(done.len() < 20, "{done:?}");
    }
    let rules: Vec<&str> = done.iter().map(|(rule, ..)| *rule).collect();
    for rule in ["duplicate-item", "unknown-action-group", "grants-nothing", "pattern-is-list"] {
        assert!(rules.contains(&rule), "{rules:?}");
    }
    let end = workspace.files()[0].document().bytes().to_vec();
    assert!(workspace.configuration().roles["x"].index_permissions.len() == 1, "{}", String::from_utf8_lossy(&end));
    for (rule, before, steps) in done.iter().rev() {
        (0..*steps).for_each(|_| drop(workspace.undo().unwrap()));
        assert_eq!(workspace.files()[0].document().bytes(), before, "{rule}");
    }
    assert_eq!(workspace.files()[0].document().bytes(), text.as_bytes());
    while workspace.redo().is_some() {}
    assert_eq!(workspace.files()[0].document().bytes(), end);
}
