//! Editing security documents where they stand: inside manifests, Helm values and custom resources.

mod support;

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rolesmith::engine::change::{
    Change, MappingChange, RoleChange, RuleChange, RuleNumber, TenantChange, UserChange, read_changes, same_entries,
};
use rolesmith::engine::model::opensearch::DocumentKind;
use rolesmith::source::FileId;
use rolesmith::workspace::{OnConflict, SaveError, SaveOptions, Workspace};
use rolesmith::yaml::Document;

use support::Directory;

fn fixture(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/containers").join(name);
    fs::read_to_string(path).unwrap()
}

/// The sample's security files by name.
fn sample() -> Vec<(String, String)> {
    let files = Workspace::sample_files().map(|(name, bytes)| (name.to_string(), String::from_utf8(bytes.to_vec()).unwrap()));
    let kinds = [
        DocumentKind::Roles,
        DocumentKind::RolesMapping,
        DocumentKind::InternalUsers,
        DocumentKind::ActionGroups,
        DocumentKind::Tenants,
        DocumentKind::Config,
    ];
    files.filter(|(name, _)| kinds.iter().any(|kind| kind.file_name() == name)).collect()
}

fn indented(text: &str, pad: &str) -> String {
    text.split_inclusive('\n').map(|line| if line.trim().is_empty() { line.to_owned() } else { format!("{pad}{line}") }).collect()
}

fn wrapped(text: &str, width: usize, pad: &str) -> String {
    let all = STANDARD.encode(text);
    all.as_bytes().chunks(width).map(|line| format!("{pad}{}\n", std::str::from_utf8(line).unwrap())).collect()
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// A manifest of the sample: its head, and how a file is written in it.
fn manifest(head: &str, entry: impl Fn(&str, &str) -> String) -> String {
    let body: String = sample().iter().map(|(name, text)| entry(name, text)).collect();
    format!("{head}{body}")
}

const SECRET: &str = "# deployed by hand\napiVersion: v1\nkind: Secret\nmetadata: {name: securityconfig}\n";

/// Every form that a container can have.
fn forms() -> Vec<(&'static str, String)> {
    let text = |head: &str, pad: &'static str| manifest(head, move |name, text| format!("{}{name}: |\n{}", &pad[2..], indented(text, pad)));
    let literal = text(&format!("{SECRET}stringData:\n"), "    ");
    vec![
        ("secret", literal.clone()),
        ("dos", literal.replace('\n', "\r\n")),
        ("config map", text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n", "    ")),
        ("behind another document", format!("apiVersion: v1\nkind: Namespace\nmetadata: {{name: n}}\n---\n{literal}---\nkind: Other\n")),
        ("numbered", manifest(&format!("{SECRET}stringData:\n"), |name, text| format!("  {name}: |1+\n{}", indented(text, "   ")))),
        (
            "stripped",
            manifest(&format!("{SECRET}stringData:\n"), |name, text| format!("  {name}: |- # the rest\n{}", indented(text, "      "))),
        ),
        ("quoted", manifest(&format!("{SECRET}stringData:\n"), |name, text| format!("  {name}: {}\n", quoted(text)))),
        (
            "quoted, continued",
            manifest(&format!("{SECRET}stringData:\n"), |name, text| {
                let text = quoted(text).replace("\\n ", "\\n\\ ").replace("\\n", "\\n\\\n      ");
                format!("  {name}: {text}\n")
            }),
        ),
        (
            "json",
            format!(
                "{}\n",
                serde_json::json!({
                    "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"},
                    "stringData": sample().into_iter().collect::<std::collections::BTreeMap<_, _>>(),
                })
            ),
        ),
        ("base64", manifest(&format!("{SECRET}data:\n"), |name, text| format!("  {name}: {}\n", STANDARD.encode(text)))),
        ("base64 in lines", manifest(&format!("{SECRET}data:\n"), |name, text| format!("  {name}: |\n{}", wrapped(text, 76, "    ")))),
        ("base64 folded", manifest(&format!("{SECRET}data:\n"), |name, text| format!("  {name}: >-\n{}", wrapped(text, 64, "    ")))),
        ("helm texts", text("opensearch:\n  securityConfig:\n    config:\n      data:\n", "          ")),
        (
            "helm mappings",
            manifest("replicas: 1\nsecurityConfig:\n  config:\n    data:\n", |name, text| {
                let body = text.lines().filter(|line| *line != "---").map(|line| format!("{line}\n")).collect::<String>();
                format!("      {name}:\n{}", indented(&body, "        "))
            }),
        ),
    ]
}

fn guide_changes() -> Vec<Change> {
    let guide = include_str!("../assets/guide/changes.md");
    let blocks = guide.split("```yaml\n").skip(1).map(|block| block.split("```").next().unwrap());
    let mut changes = read_changes(&Document::parse(FileId(0), blocks.collect::<String>().into_bytes())).unwrap();
    changes.retain(|change| !matches!(change, Change::Elasticsearch(_)));
    changes
}

fn bytes(workspace: &Workspace) -> Vec<Vec<u8>> {
    workspace.files().iter().map(|file| file.document().bytes().to_vec()).collect()
}

fn assert_same(name: &str, left: &Workspace, right: &Workspace) {
    for kind in DocumentKind::ALL {
        assert!(same_entries(kind, left.configuration(), right.configuration()), "{name}: {kind:?} differs");
    }
}

#[test]
fn every_change_goes_into_every_form_and_back() {
    let plain: Vec<(String, String)> = sample();
    let plain = Directory::new(&plain.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect::<Vec<_>>());
    let mut plain = plain.open();
    for (at, (name, text)) in forms().into_iter().enumerate() {
        let directory = Directory::new(&[("manifest.yaml", &text)]);
        let mut inside = directory.open();
        assert_same(name, &plain, &inside);
        assert!(inside.problems().next().is_none(), "{name}: {:?}", inside.problems().next());
        // opened and saved without an edit: the same bytes
        inside.save(SaveOptions::default()).unwrap();
        assert_eq!(fs::read_to_string(directory.path("manifest.yaml")).unwrap(), text, "{name}");
        let before = bytes(&inside);
        // an unoptimised build does a part of the changes in each form, another part in the next
        let part = if cfg!(debug_assertions) { 5 } else { 1 };
        for change in guide_changes().into_iter().skip(at % part).step_by(part) {
            let (old_plain, old) = (bytes(&plain).concat(), bytes(&inside).concat());
            if plain.apply(change.clone()).is_err() {
                assert!(part > 1, "{change:?}");
                continue;
            }
            if let Err(error) = inside.apply(change.clone()) {
                panic!("{name}: {change:?}: {error}");
            }
            // as few lines as in files of their own; a text without lines, or of base64, changes on its own line
            let (gone, come) = lines(&old, &bytes(&inside).concat());
            let (least_gone, least_come) = lines(&old_plain, &bytes(&plain).concat());
            let base64 = name.starts_with("base64 ");
            assert!(base64 || gone <= least_gone + 2 && come <= least_come + 2, "{name}: {change:?}: {gone} lines gone, {come} come");
            assert_same(name, &plain, &inside);
        }
        assert_eq!(inside.files().len(), 1, "{name}: everything went into the manifest");
        let after = bytes(&inside);
        inside.save(SaveOptions::default()).unwrap();
        assert_same(name, &directory.open(), &inside);
        while inside.undo().is_some() {}
        while plain.undo().is_some() {}
        assert_eq!(bytes(&inside), before, "{name}: not all the way back");
        while inside.redo().is_some() {}
        assert_eq!(bytes(&inside), after, "{name}: not all the way forth");
    }
}

/// How many lines go and come.
fn lines(old: &[u8], new: &[u8]) -> (usize, usize) {
    let (old, new) = (String::from_utf8_lossy(old), String::from_utf8_lossy(new));
    let diff = similar::TextDiff::from_lines(old.as_ref(), new.as_ref());
    let count = |tag| diff.iter_all_changes().filter(|change| change.tag() == tag).count();
    (count(similar::ChangeTag::Delete), count(similar::ChangeTag::Insert))
}

#[test]
fn one_change_is_a_small_diff_of_the_manifest() {
    let text = fixture("manifests.yaml");
    let directory = Directory::new(&[("manifests.yaml", &text)]);
    let after = |change: Change| {
        let mut workspace = directory.open();
        workspace.apply(change).unwrap();
        let now = String::from_utf8(workspace.files()[0].document().bytes().to_vec()).unwrap();
        workspace.undo().unwrap();
        assert_eq!(workspace.dirty().count(), 0);
        now
    };
    let pattern = |role: &str| RuleChange::AddIndexPattern { role: role.into(), rule: RuleNumber(1), pattern: "x-*".into() }.into();
    assert_eq!(after(pattern("reader")), text.replace("[\"logs-*\"]", "[\"logs-*\", \"x-*\"]"));
    assert_eq!(after(pattern("writer")), text.replace("[\"logs*\"]", "[\"logs*\", \"x-*\"]"));
    let mapped = after(MappingChange::MapUser { role: "reader".into(), user: "eve".into() }.into());
    assert_eq!(mapped, text.replace("[ann]", "[ann, eve]"));
    let encoded = after(UserChange::AddBackendRole { user: "ann".into(), backend_role: "ops".into() }.into());
    let old = text.lines().find(|line| line.contains("internal_users.yml")).unwrap();
    let inner = "_meta: {type: internalusers, config_version: 2}\nann: {backend_roles: [staff, ops]}\n";
    assert_eq!(encoded, text.replace(old, &format!("  internal_users.yml: {}", STANDARD.encode(inner))));
    // a resource goes with its `---`, a new one comes like those that are there
    let deleted = after(TenantChange::DeleteTenant { tenant: "t".into() }.into());
    assert_eq!(deleted.lines().collect::<Vec<_>>(), text[..text.rfind("---\n").unwrap()].lines().collect::<Vec<_>>());
}

#[test]
fn bindings_and_their_roles() {
    let text = fixture("manifests.yaml");
    let resources = text.split_once("---\napiVersion: opensearch.opster.io").unwrap().1;
    let resources = format!("apiVersion: opensearch.opster.io{resources}");
    let directory = Directory::new(&[("operator.yaml", &resources)]);
    let mut workspace = directory.open();
    // the one binding gives two roles: a further user gets a binding of his own
    workspace.apply(MappingChange::MapUser { role: "writer".into(), user: "eve".into() }).unwrap();
    let now = String::from_utf8(workspace.files()[0].document().bytes().to_vec()).unwrap();
    let come = now.strip_prefix(&resources).unwrap();
    let wanted = "---\napiVersion: opensearch.opster.io/v1\nkind: OpensearchUserRoleBinding\nmetadata:\n  name: writer-binding\nspec:\n";
    assert!(come.starts_with(wanted) && come.contains("eve") && come.contains("writer"), "{come}");
    let users = |workspace: &Workspace, role: &str| {
        workspace.configuration().roles_mapping[role].users.iter().map(|user| user.value.clone()).collect::<Vec<_>>()
    };
    assert_eq!(
        (users(&workspace, "writer"), users(&workspace, "reader")),
        (vec!["bob".to_owned(), "eve".to_owned()], vec!["bob".to_owned()])
    );
    // taking `bob` out of one role would take him out of the other
    let error = workspace.apply(MappingChange::UnmapUser { role: "writer".into(), user: "bob".into() }).unwrap_err();
    assert!(error.to_string().contains("a binding that gives several roles"), "{error}");
    workspace.apply(MappingChange::UnmapUser { role: "writer".into(), user: "eve".into() }).unwrap();
    // the roles of bindings and users follow
    workspace.apply(RoleChange::RenameRole { role: "writer".into(), to: "author".into() }).unwrap();
    assert_eq!(users(&workspace, "author"), ["bob"]);
    assert_eq!(workspace.configuration().internal_users["bob"].security_roles[0].value, "author");
    workspace
        .apply(RoleChange::CreateRole {
            role: "new-role".into(),
            description: None,
            cluster_permissions: vec!["cluster_monitor".into()],
            index_permissions: Vec::new(),
            tenant_permissions: Vec::new(),
        })
        .unwrap();
    let error = workspace.apply(RoleChange::CopyRole { role: "author".into(), to: "Bad_name".into() }).unwrap_err();
    assert!(error.to_string().contains("a name that Kubernetes does not take"), "{error}");
    let error = workspace.apply(RoleChange::DescribeRole { role: "author".into(), description: Some("d".into()) }).unwrap_err();
    assert!(error.to_string().contains("no field for"), "{error}");
    workspace.save(SaveOptions::default()).unwrap();
    assert_same("operator", &directory.open(), &workspace);
    while workspace.undo().is_some() {}
    assert_eq!(bytes(&workspace)[0], resources.as_bytes());
}

#[test]
fn a_bad_document_inside_stays_and_the_others_are_edited() {
    let text = fixture("manifests.yaml");
    let directory = Directory::new(&[("manifests.yaml", &text)]);
    let mut workspace = directory.open();
    let at = |workspace: &Workspace, part: &str| {
        let problem =
            workspace.problems().find(|problem| problem.message.contains(part)).unwrap_or_else(|| panic!("no problem says {part}"));
        workspace.whereis(problem.place.unwrap()).unwrap().at.to_string()
    };
    assert_eq!(at(&workspace, "is not base64"), "20:16");
    let broken = at(&workspace, "not YAML");
    assert!(broken.starts_with("16:") || broken.starts_with("17:"), "{broken}");
    workspace.apply(MappingChange::UnmapUser { role: "reader".into(), user: "ann".into() }).unwrap();
    assert_eq!((at(&workspace, "is not base64"), at(&workspace, "not YAML")), ("20:16".to_owned(), broken));
    workspace.save(SaveOptions::default()).unwrap();
    let now = fs::read_to_string(directory.path("manifests.yaml")).unwrap();
    assert_eq!(now, text.replace("{users: [ann]}", "{users: []}"));
    // what would go into the broken document is refused, and nothing is written
    let change = RoleChange::DeleteRole { role: "reader".into() };
    workspace.apply(change).unwrap();
    workspace.undo().unwrap();
    assert_eq!(workspace.dirty().count(), 0);
}

#[test]
fn plain_files_beside_a_manifest_keep_their_entries() {
    let manifest = fixture("manifests.yaml");
    let roles = "_meta: {type: roles, config_version: 2}\nreader:\n  cluster_permissions: [a]\nplain:\n  cluster_permissions: [b]\n";
    let directory = Directory::new(&[("roles.yml", roles), ("manifests.yaml", &manifest)]);
    let mut workspace = directory.open();
    let add = |role: &str| RoleChange::AddClusterPermission { role: role.into(), permission: "p".into() };
    workspace.apply(add("plain")).unwrap();
    // `reader` stands in both; the last one read counts
    let last = workspace.files().last().unwrap().path().file_name().unwrap().to_owned();
    workspace.apply(add("reader")).unwrap();
    assert_eq!(workspace.dirty().count(), if last == "roles.yml" { 1 } else { 2 });
    workspace.save(SaveOptions::default()).unwrap();
    assert_same("beside", &directory.open(), &workspace);
}

#[test]
fn a_manifest_that_changed_on_disk_is_not_overwritten_and_a_crash_loses_nothing() {
    let (_, text) = forms().swap_remove(0);
    let directory = Directory::new(&[("manifest.yaml", &text)]);
    let mut workspace = directory.open();
    workspace.keep_journal().unwrap();
    workspace.apply(RoleChange::AddClusterPermission { role: "platform_ops".into(), permission: "p".into() }).unwrap();
    let elsewhere = text.replace("deployed by hand", "deployed by the pipeline");
    fs::write(directory.path("manifest.yaml"), &elsewhere).unwrap();
    assert!(matches!(workspace.save(SaveOptions::default()), Err(SaveError::Conflict(_))));
    assert!(workspace.merge().unwrap().is_empty());
    workspace.save(SaveOptions { on_conflict: OnConflict::Refuse, ..SaveOptions::default() }).unwrap();
    let now = fs::read_to_string(directory.path("manifest.yaml")).unwrap();
    assert!(now.starts_with("# deployed by the pipeline") && now.len() > elsewhere.len() && now.len() < elsewhere.len() + 20, "{now}");
}

/// A small generator of numbers, the same ones each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % end.max(1)
    }

    fn name(&mut self, names: &[String]) -> String {
        names[self.below(names.len())].clone()
    }

    /// A change of one entry that is there.
    fn change(&mut self, workspace: &Workspace) -> Change {
        let all = workspace.configuration();
        let names = |keys: Vec<&String>| keys.into_iter().cloned().collect::<Vec<_>>();
        let roles = names(all.roles.keys().collect());
        let (mapped, users) = (names(all.roles_mapping.keys().collect()), names(all.internal_users.keys().collect()));
        let word = ["x-*", "new:thing", "yes", "a, b", "#no", "größe", "it's", "012"][self.below(8)].to_owned();
        match self.below(if users.is_empty() || mapped.is_empty() { 4 } else { 7 }) {
            0 => RoleChange::AddClusterPermission { role: self.name(&roles), permission: word }.into(),
            1 => {
                let ruled: Vec<String> =
                    roles.iter().filter(|role| !all.roles[role.as_str()].index_permissions.is_empty()).cloned().collect();
                let role = if ruled.is_empty() { self.name(&roles) } else { self.name(&ruled) };
                RuleChange::AddIndexPattern { role, rule: RuleNumber(1), pattern: word }.into()
            }
            2 => {
                let role = self.name(&roles);
                match all.roles[role.as_str()].cluster_permissions.first() {
                    Some(first) => RoleChange::RemoveClusterPermission { role, permission: first.value.clone() }.into(),
                    None => RoleChange::AddClusterPermission { role, permission: word }.into(),
                }
            }
            3 => RoleChange::DeleteRole { role: self.name(&roles) }.into(),
            4 => MappingChange::MapUser { role: self.name(&mapped), user: word }.into(),
            5 => UserChange::AddBackendRole { user: self.name(&users), backend_role: word }.into(),
            _ => UserChange::DeleteUser { user: self.name(&users) }.into(),
        }
    }
}

/// One edit somewhere inside changes the bytes of the one document that holds the entry, and no other byte of the file.
#[test]
fn one_random_edit_changes_the_bytes_of_one_document_only() {
    use rolesmith::engine::model::opensearch::container::{Holder, sections};
    let fixtures = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/containers")).unwrap();
    let fixtures = fixtures.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    let mut texts: Vec<(String, String)> = forms().into_iter().map(|(name, text)| (name.to_owned(), text)).collect();
    texts.extend(fixtures.map(|name| (name.clone(), fixture(&name))));
    let mut dice = Dice(7);
    let (mut done, mut refused) = (0, 0);
    for (name, text) in texts {
        // another stream of documents around it
        let text = match dice.below(3) {
            0 if !text.starts_with('{') => format!("# first\napiVersion: v1\nkind: Namespace\nmetadata: {{name: n}}\n---\n{text}"),
            1 if !text.starts_with('{') => {
                format!("{}---\n# last\nkind: Other\n", if text.ends_with('\n') { text.clone() } else { format!("{text}\n") })
            }
            _ => text,
        };
        let directory = Directory::new(&[("manifest.yaml", &text)]);
        let Ok(mut workspace) = Workspace::open(directory.root(), rolesmith::workspace::Options::default()) else { continue };
        if workspace.configuration().roles.is_empty() {
            continue;
        }
        for _ in 0..if cfg!(debug_assertions) { 6 } else { 100 } {
            if workspace.configuration().roles.is_empty() {
                break;
            }
            let change = dice.change(&workspace);
            let kinds = change.documents(workspace.configuration());
            let old = workspace.files()[0].document().clone();
            if workspace.apply(change.clone()).is_err() {
                assert_eq!(workspace.files()[0].document().bytes(), old.bytes(), "{name}: {change:?} was refused and changed something");
                refused += 1;
                continue;
            }
            let (before, after) = (old.bytes(), workspace.files()[0].document().bytes());
            let all = sections(&old);
            // what stands before the document and behind it is the same
            let holds = |section: &rolesmith::engine::model::opensearch::container::Section| {
                let node = old.node(section.node).span();
                let (mut start, mut end) = (node.start as usize, node.end as usize);
                if section.holder == Holder::Resource {
                    // a resource goes with the line `---` before it
                    start -= start.min(5);
                    end = (end + 1).min(before.len());
                }
                // an entry that goes takes along its comment and the blank line behind it, which after the last one end the document
                let line = before[end..].split(|byte| *byte == b'\n').next().unwrap_or_default();
                if line.trim_ascii_start().starts_with(b"#") {
                    end += line.len();
                }
                end += before[end..].iter().take_while(|byte| **byte == b'\n').count();
                let rest = before.len() - end;
                kinds.contains(&section.kind)
                    && after.starts_with(&before[..start])
                    && after.len() >= rest
                    && after.ends_with(&before[end..])
            };
            // a resource that was not there yet comes behind the others
            let begun = all.iter().any(|section| section.holder == Holder::Resource) && after.starts_with(before.trim_ascii_end());
            let [was, is] = [before, after].map(String::from_utf8_lossy);
            let difference = || similar::TextDiff::from_lines(&was, &is).unified_diff().to_string();
            assert!(all.iter().any(holds) || begun, "{name}: {change:?}\n{}", difference());
            done += 1;
        }
    }
    println!("{done} edits, {refused} refused");
    assert!(done > 60, "{done} edits, {refused} refused");
}
