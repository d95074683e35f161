//! Applying a fix removes its finding, adds none and changes no verdict but those of the entry that it is
//! about; a safe one changes none at all.

mod common {
    pub mod lint_workspace;
}

use std::collections::BTreeMap;

use common::lint_workspace::{Workspace, split};
use rolesmith::engine::change::same;
use rolesmith::engine::evaluate::{Outcome, Subject};
use rolesmith::engine::lint::{FileKind, Fix, RULES, Remedy, Report, Safety, Settings, choose};
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

#[test]
fn a_fix_removes_its_finding_adds_none_and_changes_no_other_verdict() {
    let (mut safe, mut confirm, mut changes) = (0, 0, 0);
    let mut wrong = Vec::new();
    for rule in RULES {
        let about = rule.about();
        let product = *about.products.iter().find(|product| **product == Product::OpenSearch3_4).or(about.products.last()).unwrap();
        let before = Workspace::of_example(about.wrong, product);
        let report = before.lint(&Settings::default());
        for finding in report.findings.iter().filter(|finding| finding.rule == about.id) {
            let Some(fix) = &finding.fix else { continue };
            let new = fixed(&before, fix);
            let files = split(about.wrong);
            // what is not a file of the workspace (a cluster) is not numbered
            let mut new = new.into_iter();
            let after = Workspace::of_files(
                files
                    .iter()
                    .map(|(name, text)| (name.as_str(), if name == "cluster" { text.clone().into_bytes() } else { new.next().unwrap() })),
                before.product,
            );
            let (old, now) = (counts(&report), counts(&after.lint(&Settings::default())));
            let key = (finding.rule, finding.message.clone());
            let say = |what: &str| format!("{}: `{}` {what}", about.id, fix.title);
            if now.get(&key).copied().unwrap_or(0) >= old[&key] {
                wrong.push(say("leaves its finding"));
            }
            let added: Vec<_> = now.iter().filter(|(key, count)| old.get(*key).is_none_or(|before| before < count)).collect();
            if !added.is_empty() {
                wrong.push(say(&format!("adds {added:?}")));
            }
            let (then, now) = (verdicts(&before), verdicts(&after));
            let changed: Vec<&String> =
                then.iter().filter(|(role, answers)| now.get(*role) != Some(answers)).map(|(role, _)| role).collect();
            let in_roles = finding.place.is_some_and(|place| before.files[place.file.0 as usize].0 == "roles.yml");
            let others = changed.iter().any(|role| Some(role.as_str()) != finding.entry.as_deref());
            if (fix.safety == Safety::Safe && !changed.is_empty()) || (in_roles && others) {
                wrong.push(say(&format!("changes the verdicts of {changed:?}")));
            }
            *(if fix.safety == Safety::Safe { &mut safe } else { &mut confirm }) += 1;
            changes += usize::from(matches!(fix.remedy, Remedy::Changes(_)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{safe} safe fixes and {confirm} to be confirmed; {changes} are changes");
    assert!(safe >= 8 && confirm >= 15 && changes >= 16, "{safe} {confirm} {changes}");
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
