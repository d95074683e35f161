//! Regular expressions, groups and lists from files that would break a careless reader: each evaluator
//! answers, ignores what the engine ignores, and says unknown where it cannot know.

use std::sync::Arc;

use rolesmith::engine::cluster::{Cluster, Index};
use rolesmith::engine::evaluate::{Outcome, Subject, Verdict, compile};
use rolesmith::engine::model::opensearch::{Configuration, DocumentKind, read_document};
use rolesmith::engine::model::{Evaluator, Product};
use rolesmith::engine::request::Request;
use rolesmith::source::FileId;
use rolesmith::yaml::Document;

const ENGINES: [(Product, Evaluator); 5] = [
    (Product::OpenDistro1_13, Evaluator::Legacy),
    (Product::OpenSearch2_19, Evaluator::Legacy),
    (Product::OpenSearch3_4, Evaluator::Legacy),
    (Product::OpenSearch3_8, Evaluator::Legacy),
    (Product::OpenSearch3_8, Evaluator::V4),
];

fn configuration(parts: &[(DocumentKind, &str)]) -> Configuration {
    let mut configuration = Configuration::default();
    let common = [(DocumentKind::RolesMapping, "r: {users: [ann]}\n"), (DocumentKind::InternalUsers, "ann: {}\n")];
    for (kind, text) in parts.iter().copied().chain(common) {
        let document = Document::parse(FileId(0), text.as_bytes().to_vec());
        read_document(kind, document.root().expect("a document"), &mut configuration, &mut Vec::new());
    }
    configuration
}

fn search(engine: (Product, Evaluator), configuration: &Configuration, index: &str) -> Verdict {
    let mut cluster = Cluster { known: true, ..Cluster::default() };
    cluster.indices.insert(index.to_owned(), Index::default());
    let subject = Subject { user: "ann".to_owned(), ..Subject::default() };
    let request = Request { method: "GET".to_owned(), path: format!("/{index}/_search"), ..Request::default() };
    compile(engine.0, engine.1, configuration, &Arc::new(cluster)).decide(&subject, &request)
}

fn reading(patterns: &str) -> String {
    format!("r:\n  index_permissions:\n  - index_patterns: [{patterns}]\n    allowed_actions: ['indices:data/read/search']\n")
}

#[test]
fn java_s_own_syntax_means_what_java_means_to_every_evaluator() {
    // the whole text, look-around, possessive quantifiers, classes of Java, quotes
    let cases = [
        ("/logs/", "logs", true),
        ("/logs/", "logs-1", false),
        ("/(?!hr).*/", "logs", true),
        ("/(?!hr).*/", "hr", false),
        ("/.*(?<=-1)/", "logs-1", true),
        ("/a++b/", "aab", true),
        ("/a*+a/", "aaa", false),
        (r"/\p{Alpha}+/", "logs", true),
        (r"/\p{Alpha}+/", "logs1", false),
        (r"/\Qa.b\E/", "a.b", true),
        (r"/\Qa.b\E/", "axb", false),
    ];
    for engine in ENGINES {
        for (pattern, index, allowed) in cases {
            let roles = reading(&format!("'{pattern}'"));
            let verdict = search(engine, &configuration(&[(DocumentKind::Roles, &roles)]), index);
            let expected = if allowed { Outcome::Allowed } else { Outcome::Denied };
            assert_eq!(verdict.outcome, expected, "{engine:?} {pattern} {index} {:?}", verdict.unknown);
        }
    }
}

#[test]
fn what_is_not_understood_is_unknown_with_the_reason() {
    for engine in ENGINES {
        let roles = reading(r"'/(?s)l.gs/'");
        let verdict = search(engine, &configuration(&[(DocumentKind::Roles, &roles)]), "logs");
        assert_eq!(verdict.outcome, Outcome::Unknown, "{engine:?}");
        assert!(!verdict.unknown.is_empty(), "{engine:?}");
    }
}

#[test]
fn a_pattern_that_does_not_compile_is_ignored_beside_one_that_does() {
    // opensearch.md, rule 17
    for engine in ENGINES.into_iter().filter(|(product, _)| *product != Product::OpenDistro1_13) {
        let roles = reading("'/[/', 'logs'");
        let configuration = configuration(&[(DocumentKind::Roles, &roles)]);
        assert_eq!(search(engine, &configuration, "logs").outcome, Outcome::Allowed, "{engine:?}");
        assert_eq!(search(engine, &configuration, "hr").outcome, Outcome::Denied, "{engine:?}");
    }
}

#[test]
fn patterns_that_would_run_for_ever_end() {
    let name = "a".repeat(200);
    for pattern in ["/(a+)+b/", "/(a|a)*b/", "/(a*)*(?=b)/", "/((a+)+)+(?!a)b/", r"/(a+)+\1b/", "/(x+x+)+y/", "/(.*)*(.*)*(.*)*(?<!q)z/"] {
        for engine in ENGINES {
            let roles = reading(&format!("'{pattern}'"));
            let verdict = search(engine, &configuration(&[(DocumentKind::Roles, &roles)]), &name);
            assert_ne!(verdict.outcome, Outcome::Allowed, "{engine:?} {pattern}");
        }
    }
}

#[test]
fn what_was_given_up_is_unknown_to_those_whom_it_may_concern() {
    // Java has no bound: it would try for longer than anybody waits
    let (name, endless) = ("a".repeat(200), r"/(a|aa)+(?!x)b\1/");
    for engine in ENGINES {
        let roles = format!("{}other: {{}}\n", reading(&format!("'{endless}', 'logs'")));
        let doubtful = configuration(&[(DocumentKind::Roles, &roles)]);
        let verdict = search(engine, &doubtful, &name);
        assert_eq!(verdict.outcome, Outcome::Unknown, "{engine:?}");
        assert!(verdict.unknown.iter().any(|why| why.contains(endless)), "{engine:?} {:?}", verdict.unknown);
        // what the pattern ends on is judged
        assert_eq!(search(engine, &doubtful, "logs").outcome, Outcome::Allowed, "{engine:?}");
        assert_eq!(search(engine, &doubtful, "hr").outcome, Outcome::Denied, "{engine:?}");
        // and the role of another is no doubt about hers
        let another = roles.replace("r:\n", "hers: {}\nanother:\n");
        let verdict = search(engine, &configuration(&[(DocumentKind::Roles, &another)]), &name);
        assert_eq!(verdict.outcome, Outcome::Denied, "{engine:?} {:?}", verdict.unknown);
    }
}

#[test]
fn a_mapping_that_may_or_may_not_give_a_role_leaves_the_verdict_unknown() {
    let roles = "far:\n  index_permissions:\n  - {index_patterns: ['*'], allowed_actions: ['*']}\n";
    for (pattern, expected) in [(r"/(?s)a.n/", Outcome::Unknown), (r"/(?!ann)b.*/", Outcome::Denied), (r"/(?!bob)ann/", Outcome::Allowed)] {
        for engine in ENGINES {
            let mapping = format!("far: {{users: ['{pattern}']}}\n");
            let configuration = configuration(&[(DocumentKind::Roles, roles), (DocumentKind::RolesMapping, &mapping)]);
            let verdict = search(engine, &configuration, "logs");
            assert_eq!(verdict.outcome, expected, "{engine:?} {pattern} {:?}", verdict.unknown);
        }
    }
    // an endless one on the user's own name
    let (user, pattern) = ("a".repeat(200), r"/(a|aa)+(?!x)b\1/");
    for engine in ENGINES {
        let mapping = format!("far: {{users: ['{pattern}']}}\n");
        let configuration = configuration(&[(DocumentKind::Roles, roles), (DocumentKind::RolesMapping, &mapping)]);
        let subject = Subject { user: user.clone(), ..Subject::default() };
        let request = Request { method: "GET".to_owned(), path: "/logs/_search".to_owned(), ..Request::default() };
        let verdict = compile(engine.0, engine.1, &configuration, &Arc::default()).decide(&subject, &request);
        assert_eq!(verdict.outcome, Outcome::Unknown, "{engine:?}");
        assert!(verdict.unknown.iter().any(|why| why.contains(pattern)), "{engine:?} {:?}", verdict.unknown);
    }
}

#[test]
fn a_pattern_too_large_to_build_is_unknown() {
    // Java accepts it
    let roles = reading("'/((a{1000}){1000}){1000}/'");
    for engine in ENGINES {
        let verdict = search(engine, &configuration(&[(DocumentKind::Roles, &roles)]), "logs");
        assert_eq!(verdict.outcome, Outcome::Unknown, "{engine:?}");
    }
}

#[test]
fn groups_that_hold_each_other_end_and_come_to_their_union() {
    // opensearch.md, rule 19
    let groups = "a: {allowed_actions: [b, 'indices:data/read/search']}\nb: {allowed_actions: [c, b]}\nc: {allowed_actions: [a]}\n";
    let roles = "r:\n  index_permissions:\n  - {index_patterns: [logs], allowed_actions: [c]}\n";
    let configuration = configuration(&[(DocumentKind::ActionGroups, groups), (DocumentKind::Roles, roles)]);
    // Open Distro refuses such a configuration as a whole (opendistro.md, point 11)
    for engine in ENGINES.into_iter().filter(|(product, _)| *product != Product::OpenDistro1_13) {
        assert_eq!(search(engine, &configuration, "logs").outcome, Outcome::Allowed, "{engine:?}");
    }
}

#[test]
fn a_list_of_a_million_entries_is_read_and_asked() {
    let count = if cfg!(debug_assertions) { 50_000 } else { 1_000_000 };
    let mut roles = String::from("r:\n  index_permissions:\n  - allowed_actions: ['indices:data/read/search']\n    index_patterns:\n");
    for number in 0..count {
        roles.push_str(&format!("    - index-{number}\n"));
    }
    let configuration = configuration(&[(DocumentKind::Roles, &roles)]);
    for engine in [(Product::OpenSearch3_4, Evaluator::Legacy), (Product::OpenSearch3_8, Evaluator::V4)] {
        assert_eq!(search(engine, &configuration, &format!("index-{}", count - 1)).outcome, Outcome::Allowed, "{engine:?}");
        assert_eq!(search(engine, &configuration, "index-none").outcome, Outcome::Denied, "{engine:?}");
    }
}
