//! Applying a fix removes its finding and adds none; a safe one changes no verdict and no other byte.

mod common {
    pub mod lint_workspace;
}

use std::collections::BTreeMap;
use std::sync::Arc;

use common::lint_workspace::{Workspace, split};
use rolesmith::engine::evaluate::opendistro::OpenDistro;
use rolesmith::engine::evaluate::{Decide, Outcome, Subject};
use rolesmith::engine::lint::{RULES, Report, Safety, Settings, apply};
use rolesmith::engine::model::Product;
use rolesmith::engine::request::Request;

fn counts(report: &Report) -> BTreeMap<(&'static str, String), usize> {
    report.findings.iter().fold(BTreeMap::new(), |mut counts, finding| {
        *counts.entry((finding.rule, finding.message.clone())).or_default() += 1;
        counts
    })
}

/// What every role's holder is answered on a grid of requests.
fn verdicts(workspace: &Workspace) -> Option<Vec<(String, Outcome)>> {
    let mut configuration = workspace.configuration.clone();
    let roles: Vec<String> = configuration.roles.keys().cloned().collect();
    for role in &roles {
        let user = configuration.internal_users.entry(format!("holder of {role}")).or_default();
        user.security_roles.push(role.as_str().into());
    }
    let users: Vec<String> = configuration.internal_users.keys().cloned().collect();
    let engine = OpenDistro::new(&configuration, Arc::default()).ok()?;
    let lines = [
        "GET /_cluster/health",
        "GET /logs-2025/_search",
        "PUT /logs-2025/_doc/1",
        "DELETE /logs-2025",
        "GET /logs-2025/_mapping",
        "GET /orders/_search",
        "POST /orders/_update/1",
        "GET /hr/_doc/1",
        "GET /.kibana_1/_search",
        "PUT /_template/x",
        "POST /_bulk",
    ];
    let mut answers = Vec::new();
    for user in users {
        for line in lines {
            let (method, path) = line.split_once(' ').unwrap();
            let request = Request { method: method.into(), path: path.into(), ..Request::default() };
            let backend_roles = configuration.internal_users[&user].backend_roles.iter().map(|role| role.value.clone()).collect();
            let subject = Subject { user: user.clone(), backend_roles, ..Subject::default() };
            answers.push((format!("{user} {line}"), engine.decide(&subject, &request).outcome));
        }
    }
    Some(answers)
}

#[test]
fn a_fix_removes_its_finding_adds_none_and_a_safe_one_changes_no_verdict() {
    let (mut safe, mut confirm) = (0, 0);
    let mut wrong = Vec::new();
    let check = |holds: bool, wrong: &mut Vec<String>, say: &dyn Fn() -> String| {
        if !holds {
            wrong.push(say())
        }
    };
    for rule in RULES {
        let about = rule.about();
        let product = *about.products.iter().find(|product| **product == Product::OpenSearch3_4).or(about.products.last()).unwrap();
        let before = Workspace::of_example(about.wrong, product);
        let report = before.lint(&Settings::default());
        for finding in report.findings.iter().filter(|finding| finding.rule == about.id) {
            let Some(fix) = &finding.fix else { continue };
            let file = fix.splices[0].place.file;
            let (_, _, document, _) = &before.files[file.0 as usize];
            let (bytes, applied) = apply(file, document.bytes(), &[fix]);
            assert_eq!(applied, 1, "{}: {}", about.id, fix.title);
            let files = split(about.wrong);
            // what is not a file of the workspace (a cluster) is not numbered
            let numbered: Vec<usize> = (0..files.len()).filter(|at| files[*at].0 != "cluster").collect();
            let changed = numbered[file.0 as usize];
            let after = Workspace::of_files(
                files
                    .iter()
                    .enumerate()
                    .map(|(at, (name, text))| (name.as_str(), if at == changed { bytes.clone() } else { text.clone().into_bytes() })),
                before.product,
            );
            let (old, new) = (counts(&report), counts(&after.lint(&Settings::default())));
            let key = (finding.rule, finding.message.clone());
            let text = String::from_utf8_lossy(&bytes).into_owned();
            check(new.get(&key).copied().unwrap_or(0) < old[&key], &mut wrong, &|| {
                format!("{}: `{}` leaves its finding\n{text}", about.id, fix.title)
            });
            let added: Vec<_> = new.iter().filter(|(key, count)| old.get(*key).is_none_or(|before| before < count)).collect();
            check(added.is_empty(), &mut wrong, &|| format!("{}: `{}` adds {added:?}\n{text}", about.id, fix.title));
            match fix.safety {
                Safety::Safe => {
                    safe += 1;
                    if !product.is_elasticsearch() {
                        assert_eq!(verdicts(&before), verdicts(&after), "{}: `{}`\n{text}", about.id, fix.title);
                    }
                }
                Safety::Confirm => confirm += 1,
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{safe} safe fixes and {confirm} to be confirmed");
    assert!(safe >= 8 && confirm >= 15, "{safe} {confirm}");
}

#[test]
fn fixes_that_overlap_are_not_both_applied() {
    let text = "# roles.yml\nx:\n  index_permissions:\n    - index_patterns: [a, a, a]\n      allowed_actions: [read, read]\n";
    let workspace = Workspace::of_example(text, Product::OpenSearch3_4);
    let report = workspace.lint(&Settings::default());
    let fixes: Vec<_> =
        report.findings.iter().filter_map(|finding| finding.fix.as_ref()).filter(|fix| fix.safety == Safety::Safe).collect();
    let (_, _, document, _) = &workspace.files[0];
    let (bytes, applied) = apply(document.file(), document.bytes(), &fixes);
    assert_eq!(applied, 3);
    assert_eq!(
        String::from_utf8(bytes).unwrap(),
        "# roles.yml\nx:\n  index_permissions:\n    - index_patterns: [a]\n      allowed_actions: [read]\n"
    );
}
