//! Foreign bytes through every reader but the document's own (`fuzz_yaml`): no panic, no hang, whatever comes.
//!
//! Each target starts from seeds and from what `tests/corpus/TARGET` keeps of earlier finds, and goes on from them at
//! random, the same way in each run; `ROLESMITH_FUZZ_SECONDS=3600 cargo test --test fuzz_readers -- TARGET` goes other
//! ways for an hour.

mod support;

use std::fs;
use std::path::Path;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use rolesmith::engine::change::{read_changes, write_changes};
use rolesmith::engine::cluster::{Cluster, ClusterFormat, read_cluster};
use rolesmith::engine::model::opensearch::json;
use rolesmith::engine::pattern::lucene::{self, Dialect, Generation};
use rolesmith::engine::pattern::{JavaRegex, Matcher, date_math, wildcard};
use rolesmith::engine::request::{parse_curl, parse_dev_tools, parse_line, read_denial};
use rolesmith::engine::scenario::replay;
use rolesmith::engine::tune::audit::{self, Records};
use rolesmith::source::FileId;
use rolesmith::tui::keymap::Keymap;
use rolesmith::tui::theme::Theme;
use rolesmith::workspace::{Options, Workspace};
use rolesmith::yaml::Document;
use support::{Directory, random};

/// How long one input may take, in an unoptimised build on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// What readers stumble over.
const PIECES: &[&str] = &[
    "&a ",
    "*a",
    "<<: ",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "((((((((",
    "|",
    "\\",
    "\\Q",
    "\\p{Alpha}",
    "[^",
    "{1,99999}",
    "{,}",
    "(?<=",
    "(?>",
    "++",
    "*",
    "**",
    "?",
    "~",
    "@",
    "#",
    "<1-9999999999>",
    "<logs-{now/d-99999999999999d}>",
    "<{now{",
    "${user.name}",
    "${",
    "%",
    "%2",
    "%ff",
    "?x=",
    "&&",
    "\0",
    "\r\n",
    "\n",
    "\t",
    "\u{202e}",
    "\u{1f600}",
    "\u{feff}",
    "null",
    "yes",
    "012",
    "-1",
    "1e999",
    "99999999999999999999999",
    "\"",
    "'",
    "'''",
    "\"\"\"",
    "\\u0000",
    "\\ud800",
    "--data-raw",
    "-H",
    "-X",
    "-u a:b",
    "http://h:1/",
    "$'",
    "{{",
    "{%",
    "# ",
    "---\n",
    "...\n",
    ": ",
    "- ",
    "? ",
    "|2-\n",
    ">+\n",
    "!!binary ",
    "_meta",
    "no permissions for [",
    "] and User [name=",
    "action [",
    "] is unauthorized for user [",
    "audit_request_effective_user",
];

/// Seeds, and what is kept of earlier finds.
fn seeds(target: &str, own: &[&str]) -> Vec<Vec<u8>> {
    let kept = fs::read_dir(Path::new("tests/corpus").join(target)).into_iter().flatten().flatten();
    let kept = kept.filter_map(|entry| fs::read(entry.path()).ok());
    own.iter().map(|text| text.as_bytes().to_vec()).chain(kept).collect()
}

/// Changes of a seed: where, how much goes, what comes.
type Edits = Vec<(u16, u8, u8)>;

fn edited(seed: &[u8], edits: &Edits) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for (place, goes, comes) in edits.iter().take(12) {
        let start = usize::from(*place) % (bytes.len() + 1);
        let end = (start + usize::from(goes % 8)).min(bytes.len());
        let piece: Vec<u8> = match comes % 4 {
            0 => Vec::new(),
            1 => vec![comes / 4],
            2 => PIECES[usize::from(*comes / 4) % PIECES.len()].as_bytes().to_vec(),
            _ => bytes[start..(start + usize::from(*comes)).min(bytes.len())].to_vec(),
        };
        bytes.splice(start..end, piece);
    }
    bytes
}

/// Run a reader over seeds and edited seeds, each within [`PATIENCE`]; the input that breaks it is shown.
fn fuzz(target: &str, own: &[&str], inputs: u32, read: impl Fn(&[u8]) + std::panic::RefUnwindSafe) {
    let seeds = seeds(target, own);
    let timed = |bytes: &[u8]| {
        let (done, wait) = mpsc::channel::<()>();
        let shown = String::from_utf8_lossy(bytes).into_owned();
        let name = target.to_owned();
        // a reader that never comes back cannot fail its test: this ends the whole process
        let watch = std::thread::spawn(move || {
            if wait.recv_timeout(PATIENCE) == Err(mpsc::RecvTimeoutError::Timeout) {
                eprintln!("{name} hangs on {shown:?}");
                std::process::abort();
            }
        });
        let start = Instant::now();
        read(bytes);
        drop(done);
        watch.join().unwrap();
        start.elapsed()
    };
    for seed in &seeds {
        timed(seed);
    }
    random::each(target, inputs, |(seed, edits): &(u8, Edits)| {
        timed(&edited(&seeds[usize::from(*seed) % seeds.len()], edits));
    });
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn request_lines() {
    fuzz("lines", &["GET logs-*,-hr/_search?expand_wildcards=all", "POST /%3Clogs-%7Bnow%2Fd%7D%3E/_doc/1", "HEAD /"], 600, |bytes| {
        let _ = parse_line(&text(bytes));
    });
}

#[test]
fn dev_tools_text() {
    let own = "# a\nGET _search\n{ \"query\": \"\"\"x\ny\"\"\" }\n\nPOST _bulk\n{\"index\":{\"_index\":\"a\"}}\n{\"n\":1}\n// b\nput a/_doc/1 {\"x\":[1,2]}\n";
    fuzz("dev_tools", &[own], 600, |bytes| drop(parse_dev_tools(&text(bytes))));
}

#[test]
fn curl_lines() {
    let own = [
        "curl -sk -u 'ann:pw' -H 'Content-Type: application/json' -XPOST \"https://h:9200/logs-*/_search?pretty\" -d '{\"size\":0}'",
        "curl --request PUT --data-raw $'{\"a\":\"\\u0041\\n\"}' --url=http://h/a \\\n  -H 'securitytenant: x'",
    ];
    fuzz("curl", &own, 600, |bytes| drop(parse_curl(&text(bytes))));
}

#[test]
fn texts_of_refusals() {
    let own = [
        "no permissions for [indices:data/read/search, indices:data/read/msearch[shard]] and User [name=ann, backend_roles=[a, b], requestedTenant=null]",
        "action [indices:data/read/search] is unauthorized for user [alice] with effective roles [logs] on indices [hid], this action is granted by the index privileges [read,all]",
        "{\"error\":{\"root_cause\":[{\"type\":\"security_exception\",\"reason\":\"no permissions for [cluster:monitor/main] and User [name=x, backend_roles=[], requestedTenant=]\"}]},\"status\":403}",
        "No index-level perm match for User [name=a, backend_roles=[], requestedTenant=null] Resolved [aliases=[], indices=[x]] [Action [indices:admin/get]] [RolesChecked [own_index]]",
    ];
    fuzz("denials", &own, 600, |bytes| drop(read_denial(&text(bytes))));
}

#[test]
fn audit_records() {
    let own = [
        "{\"audit_category\":\"MISSING_PRIVILEGES\",\"audit_request_effective_user\":\"ann\",\"audit_request_privilege\":\"indices:data/read/search\",\"audit_trace_resolved_indices\":[\"a\"],\"audit_format_version\":4}\n{\"x\":1}\n",
        "[{\"_source\":{\"audit_category\":\"GRANTED_PRIVILEGES\"}}, {}]",
        "{\"hits\":{\"hits\":[{\"_source\":{\"audit_category\":\"GRANTED_PRIVILEGES\",\"audit_request_effective_user\":\"a\"}}]}}",
        "{\"type\":\"audit\",\"event.action\":\"access_denied\",\"user.name\":\"a\",\"action\":\"indices:data/read/search\",\"indices\":[\"x\"],\"request.id\":\"r\"}",
        "[2020-01-01T00:00:00,000] [node] [transport] [access_granted] origin_type=[rest], principal=[a], action=[indices:data/read/get], indices=[x,y]\n",
    ];
    fuzz("audit", &own, 600, |bytes| {
        // in pieces of a size that the bytes themselves decide
        let size = bytes.first().map_or(1, |&byte| usize::from(byte) + 1);
        let mut records = Records::default();
        for piece in bytes.chunks(size) {
            records.push(piece, &mut |record: &[u8], _: u64, _: bool| drop(audit::read(record)));
        }
        records.finish(&mut |record: &[u8], _: u64, _: bool| drop(audit::read(record)));
    });
}

#[test]
fn patterns_and_java_expressions() {
    let own = [
        "logs-*",
        "/logs-(?!x)[a-z&&[^b]]{2,3}+\\p{Alpha}\\Q.\\E/",
        "/(a+)+b/",
        "/(?i)(?<n>x)\\k<n>/",
        "<logs-{now/d{yyyy.MM.dd|+12:00}}>",
    ];
    fuzz("java_regex", &own, 600, |bytes| {
        let text = text(bytes);
        if let Ok(matcher) = Matcher::new(&text) {
            for name in ["", "logs-1", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", text.as_str()] {
                let _ = matcher.matches(name);
            }
        }
        if let Ok(regex) = JavaRegex::new(&text) {
            let _ = regex.matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!");
            let _ = regex.replace_all("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "$1\\");
        }
        let _ = wildcard(&text, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab");
        let _ = date_math(&text, Some(1_700_000_000_000));
        let _ = date_math(&text, None);
    });
}

#[test]
fn lucene_patterns() {
    let own = ["/logs-[0-9]{2,4}&~(.*5)@<1-99>#\"x\"/", "a*b?c\\*", "/(a|b)*c{3}/", "/"];
    fuzz("lucene", &own, 300, |bytes| {
        let text = text(bytes);
        let dialects = [(false, Generation::Seven), (false, Generation::Nine), (true, Generation::Nine), (true, Generation::Ten)];
        for dialect in dialects.map(|(character_classes, generation)| Dialect { character_classes, generation }) {
            if let (Ok(one), Ok(other)) = (lucene::pattern(&text, dialect), lucene::pattern("logs-*", dialect)) {
                let _ = lucene::union([&one, &other].into_iter());
            }
        }
    });
}

#[test]
fn lists_of_changes() {
    let guide = fs::read_to_string("assets/guide/changes.md").unwrap();
    let examples: Vec<&str> = guide.split("```yaml").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    fuzz("changes", &examples, 60, |bytes| {
        let document = Document::parse(FileId(0), bytes.to_vec());
        if let Ok(changes) = read_changes(&document) {
            let written = write_changes(&changes);
            let again = read_changes(&Document::parse(FileId(0), written.clone().into_bytes()));
            assert_eq!(again.ok().as_ref(), Some(&changes), "written as\n{written}");
            let mut workspace = Workspace::sample();
            let _ = workspace.apply_all(changes);
        }
    });
}

#[test]
fn cluster_models() {
    let own = [
        include_str!("../assets/sample/resolve_index.json"),
        "{\"a\":{\"aliases\":{\"b\":{\"filter\":{\"term\":{\"x\":1}}}}}}",
        "[{\"index\":\"a\",\"status\":\"open\"}]",
        "{\"data_streams\":[{\"name\":\"d\",\"indices\":[{\"index_name\":\".ds-d-1\"}]}]}",
        "{\"metadata\":{\"indices\":{\"a\":{\"state\":\"close\",\"aliases\":[\"b\"]}},\"data_stream\":{\"data_stream\":{}}}}",
    ];
    fuzz("cluster", &own, 600, |bytes| {
        let document = Document::parse(FileId(0), bytes.to_vec());
        let Some(root) = document.root() else { return };
        let value = json(root);
        if let Some(format) = ClusterFormat::detect(&value) {
            read_cluster(format, &value, &mut Cluster::default());
        }
    });
}

#[test]
fn keymaps_and_themes() {
    let own = [
        "[panes]\nquit = \"ctrl-x\"\nundo = [\"u\", \"ctrl-z\"]\n",
        "base = \"dark\"\n[tones]\ngood = { fg = \"#00ff00\", bold = true }\n",
    ];
    fuzz("toml", &own, 300, |bytes| {
        let text = text(bytes);
        let _ = Keymap::read(&text);
        let _ = Theme::read("own", &text);
    });
}

/// What stands beside the file that is fuzzed: little, so that many inputs fit into a second.
const BESIDE: [(&str, &str); 4] = [
    (
        "roles.yml",
        "r:\n  cluster_permissions: [cluster_composite_ops]\n  index_permissions:\n  - {index_patterns: ['logs-*'], allowed_actions: [read]}\n",
    ),
    ("roles_mapping.yml", "r: {users: [ann]}\n"),
    ("internal_users.yml", "ann: {hash: x}\n"),
    (
        "scenarios.yml",
        "requests:\n- {request: GET /logs-1/_search, expect: {ann: allowed}}\n- {request: POST /_bulk, body: '{\"index\":{\"_index\":\"a\"}}', as: [ann]}\n",
    ),
];

/// A directory in which one file has other bytes, through opening, linting, compiling and replaying.
fn opened(name: &str, own: &[&str]) {
    fuzz(name, own, 40, |bytes| {
        let directory = Directory::new(&[]);
        for (beside, text) in BESIDE.iter().filter(|(beside, _)| *beside != name) {
            fs::write(directory.path(beside), text).unwrap();
        }
        fs::write(directory.path(name), bytes).unwrap();
        let options = Options { state: Some(directory.state()), ..Options::default() };
        let Ok(workspace) = Workspace::open(directory.root(), options) else { return };
        let engine = workspace.engine();
        let _ = workspace.lint(Some(&*engine));
        let _ = workspace.problems().filter_map(|problem| workspace.whereis(problem.place?)).count();
        let _ = replay(workspace.scenarios(), workspace.configuration(), &*engine);
    });
}

#[test]
fn opensearch_files() {
    let role = "r:\n  cluster_permissions: [cluster_monitor]\n  index_permissions:\n  - index_patterns: ['logs-*', '/a(b/']\n    dls: '{\"term\": {\"a\": \"${user.name}\"}}'\n    fls: ['~x']\n    masked_fields: ['y::/a/::b']\n    allowed_actions: [read, r]\n  tenant_permissions: [{tenant_patterns: ['*'], allowed_actions: [kibana_all_write]}]\n_meta: {type: roles, config_version: 2}\n";
    let v6 = "sg_r:\n  cluster: [UNLIMITED]\n  indices:\n    'a*':\n      '*': [READ]\n      _dls_: '{}'\n      _fls_: [a]\n      _masked_fields_: [b]\n  tenants: {t: RW}\n";
    opened("roles.yml", &[role, v6, "{\"r\":{\"reserved\":true,\"cluster_permissions\":[\"*\"],\"static\":false}}"]);
}

#[test]
fn opensearch_mappings() {
    opened(
        "roles_mapping.yml",
        &["log_shipper: {users: [vector, '*'], backend_roles: [a], and_backend_roles: [b, c], hosts: ['10.0.0.0/8']}\n"],
    );
}

#[test]
fn opensearch_settings() {
    opened(
        "config.yml",
        &[
            "_meta: {type: config, config_version: 2}\nconfig:\n  dynamic:\n    do_not_fail_on_forbidden: true\n    kibana: {multitenancy_enabled: false, index: .k}\n    privileges_evaluation_type: v4\n",
        ],
    );
}

#[test]
fn scenario_files() {
    opened(
        "scenarios.yml",
        &[
            "users: {x: {backend_roles: [a], attributes: {b: c}, host: h}}\nrequests:\n- name: n\n  request: GET logs-*/_search\n  body: {size: 1}\n  as: [ana]\n  expect: {ana: allowed, x: denied}\n",
        ],
    );
}

#[test]
fn settings_files() {
    opened(
        ".rolesmith.yml",
        &[
            "product: opensearch-3.4\nevaluator: v4\nscenarios: scenarios.yml\nlint: {rules: {wildcard-grant: off}, allow: [{rule: x, reason: y}]}\n",
        ],
    );
}

#[test]
fn containers() {
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  roles.yml: |\n    a:\n      cluster_permissions: ['*']\ndata:\n  tenants.yml: dDoKICBkZXNjcmlwdGlvbjogeAo=\n---\nkind: ConfigMap\ndata: {internal_users.yml: \"u: {hash: x}\\n\"}\n";
    opened(
        "secret.yml",
        &[
            secret,
            "securityConfig:\n  config:\n    data:\n      roles.yml: |-\n        a: {}\n",
            "apiVersion: opensearch.opster.io/v1\nkind: OpensearchRole\nmetadata: {name: r}\nspec: {clusterPermissions: [a], indexPermissions: [{indexPatterns: [x], allowedActions: [read]}]}\n",
        ],
    );
}

#[test]
fn elasticsearch_files() {
    let roles = "r:\n  cluster: [monitor]\n  indices:\n  - names: ['a*', '/b.*/']\n    privileges: [read]\n    query: '{\"term\":{\"a\":1}}'\n    field_security: {grant: ['*'], except: [x]}\n  run_as: [b]\n  applications: [{application: k, privileges: [all], resources: ['*']}]\n";
    opened("roles.json", &[&serde_json::json!({"r": {"cluster": ["all"], "indices": [{"names": "a", "privileges": ["read"], "query": {"match_all": {}}}]}}).to_string(), roles]);
    opened(
        "role_mapping.yml",
        &[
            "r:\n- \"cn=a,dc=b\"\n",
            "{\"m\":{\"roles\":[\"r\"],\"enabled\":true,\"rules\":{\"all\":[{\"field\":{\"username\":\"a*\"}},{\"except\":{\"field\":{\"dn\":\"x\"}}}]}}}",
        ],
    );
    opened("users", &["ann:$2a$10$x\nbob:\n:x\n"]);
    opened("users_roles", &["r:ann,bob\n#x\n:\n"]);
}
