//! Every dependency's licence is one that the project accepts, it comes from the registry, and needs no newer compiler
//! than is promised.

use std::process::Command;

/// Licences that go with Apache-2.0; `.cargo/deny.toml` has the same list for `cargo deny`.
const ACCEPTED: [&str; 15] = [
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "MIT",
    "MIT-0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Zlib",
    "MPL-2.0",
    "CC0-1.0",
    "Unlicense",
    "WTFPL",
    "0BSD",
];

/// The oldest compiler that builds the program.
const PROMISED: &str = env!("CARGO_PKG_RUST_VERSION");

/// The first two numbers of a version, for comparing.
fn version(text: &str) -> Vec<u32> {
    text.split('.').take(2).map(|part| part.parse().expect("a number")).collect()
}

/// Whether an SPDX expression can be met with accepted licences: one of each `AND` part's alternatives.
fn acceptable(expression: &str) -> bool {
    let expression = expression.replace('/', " OR ").replace(['(', ')'], " ");
    expression.split(" AND ").all(|part| part.split(" OR ").any(|licence| ACCEPTED.contains(&licence.trim())))
}

#[test]
fn every_dependency_has_an_accepted_licence_a_known_source_and_builds_with_the_promised_compiler() {
    // only what is built here has been downloaded
    let compiler = Command::new("rustc").arg("-vV").output().expect("rustc starts");
    let compiler = String::from_utf8_lossy(&compiler.stdout).into_owned();
    let host = compiler.lines().find_map(|line| line.strip_prefix("host: ")).expect("a host triple");
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--locked", "--offline", "--filter-platform", host])
        .output()
        .expect("cargo metadata starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    assert!(packages.len() > 50, "only {} packages", packages.len());
    let mut refused = Vec::new();
    for package in packages {
        let name = package["name"].as_str().unwrap_or_default();
        let from_registry = package["source"].as_str().is_some_and(|source| source.starts_with("registry+"));
        if name != "rolesmith" && !from_registry {
            refused.push(format!("{name}: not from a registry"));
        }
        if !package["license"].as_str().is_some_and(acceptable) {
            refused.push(format!("{name}: licence {}", package["license"]));
        }
        if package["rust_version"].as_str().is_some_and(|needed| version(needed) > version(PROMISED)) {
            refused.push(format!("{name}: needs Rust {}, and {PROMISED} is promised", package["rust_version"]));
        }
    }
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}

#[test]
fn the_expression_reader_tells_alternatives_from_sums() {
    assert!(acceptable("MIT OR GPL-3.0"));
    assert!(acceptable("(MIT OR Apache-2.0) AND Unicode-3.0"));
    assert!(!acceptable("MIT AND GPL-3.0"));
    assert!(!acceptable("GPL-3.0-only"));
}

#[test]
fn both_lists_of_licences_agree() {
    let deny = include_str!("../.cargo/deny.toml");
    let line = deny.lines().find(|line| line.starts_with("allow = ")).expect("an allow list");
    assert_eq!(line.matches('"').count() / 2, ACCEPTED.len());
    for licence in ACCEPTED {
        assert!(line.contains(&format!("\"{licence}\"")), "{licence} is missing in .cargo/deny.toml");
    }
}
