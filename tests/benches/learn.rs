//! From an audit log to facts: `cargo bench --bench learn` (or `-- MEGABYTES`, 1,024 when left out) makes a log and
//! measures, in one run over the same file: counting its lines (`wc -l`), reading each line as JSON (one pass that
//! keeps nothing, and one that builds a value), and learning from it, plain and gzipped. Then the built program learns
//! from a pipe into which the log is written ten times over, so that nothing of that size stands anywhere.
//!
//! Budget: learning above 300 MB/s on one core; memory bounded whatever the size (both peaks are printed).

use std::fs::File;
use std::hint::black_box;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use flate2::Compression;
use flate2::write::GzEncoder;
use rolesmith::workspace::read_logs;

/// The request's part of the log; all of it is logged by OpenSearch for a granted call of the transport layer.
fn line(number: u64, out: &mut Vec<u8>) {
    let user = ["svc_logstash", "svc_kibana", "dana", "svc_metrics"][(number % 4) as usize];
    let (class, action) = [
        ("BulkShardRequest", "indices:data/write/bulk[s]"),
        ("SearchRequest", "indices:data/read/search"),
        ("ClusterHealthRequest", "cluster:monitor/health"),
        ("GetRequest", "indices:data/read/get"),
        ("PutMappingRequest", "indices:admin/mapping/auto_put"),
    ][(number / 4 % 5) as usize];
    let (day, app) = (1 + number / 100_000 % 28, number / 20 % 12);
    let result = if number.is_multiple_of(97) { "MISSING_PRIVILEGES" } else { "GRANTED_PRIVILEGES" };
    out.clear();
    let written = writeln!(
        out,
        r#"{{"audit_cluster_name":"production","audit_node_name":"os-data-{}","audit_trace_task_id":"n{}:{number}","audit_transport_request_type":"{class}","audit_category":"{result}","audit_request_origin":"REST","audit_node_id":"kW3bZ2vVQ7a{}","audit_request_layer":"TRANSPORT","@timestamp":"2026-11-{day:02}T10:{:02}:{:02}.{:03}+00:00","audit_format_version":4,"audit_request_remote_address":"10.0.9.{}","audit_request_privilege":"{action}","audit_node_host_address":"10.0.0.{}","audit_request_effective_user":"{user}","audit_trace_indices":["logs-app{app}-2026.11.{day:02}"],"audit_trace_resolved_indices":["logs-app{app}-2026.11.{day:02}"],"audit_node_host_name":"10.0.0.{}","audit_trace_task_parent_id":"n{}:{}","audit_request_effective_user_is_admin":false}}"#,
        number % 9,
        number % 9,
        number % 9,
        number / 6000 % 60,
        number / 100 % 60,
        number % 1000,
        number % 200,
        number % 9,
        number % 9,
        number % 9,
        number.saturating_sub(1),
    );
    written.expect("a vector takes all bytes");
}

/// How often the log is written into the pipe.
const TIMES: u64 = 10;

/// The most memory that a process had so far.
fn peak(process: &str) -> String {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes: Option<u64> = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    kilobytes.map_or("unknown".to_owned(), |kilobytes| format!("{} MB", kilobytes >> 10))
}

/// The built program, with the log [`TIMES`] over as its standard input.
fn piped(path: &Path) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolesmith"));
    let command = command.args(["learn", "-", "--user", "svc_logstash"]).stdin(Stdio::piped()).stdout(Stdio::null());
    let mut child = command.stderr(Stdio::piped()).spawn().expect("the built program");
    let mut input = child.stdin.take().expect("its standard input");
    for _ in 0..TIMES {
        std::io::copy(&mut File::open(path).expect("the log"), &mut input).expect("it reads to the end");
    }
    let memory = peak(&child.id().to_string());
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    let told = String::from_utf8_lossy(&output.stderr);
    format!("{}; peak memory {memory}", told.lines().next().unwrap_or("nothing was said"))
}

fn measured(what: &str, megabytes: f64, work: impl FnOnce() -> String) -> f64 {
    let start = Instant::now();
    let counted = work();
    let rate = megabytes / start.elapsed().as_secs_f64();
    println!("{what:<34} {rate:>8.0} MB/s   {counted}");
    rate
}

fn learn(path: &Path, user: Option<&str>) -> String {
    let learned = read_logs(&[path.to_owned()], user, |_| ControlFlow::Continue(())).expect("the log is readable");
    format!("{} records, {} facts, {} broken", learned.read.records, learned.read.facts, learned.read.broken)
}

fn main() {
    let megabytes: u64 = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(1024);
    let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a directory for the log");
    let (plain, packed) = (directory.path().join("audit.json"), directory.path().join("audit.json.gz"));
    let mut out = BufWriter::with_capacity(1 << 20, File::create(&plain).expect("a file for the log"));
    let mut zipped = GzEncoder::new(BufWriter::new(File::create(&packed).expect("a file for the log")), Compression::fast());
    let (mut bytes, mut number, mut text) = (0, 0, Vec::new());
    while bytes < megabytes << 20 {
        line(number, &mut text);
        out.write_all(&text).expect("room for the log");
        zipped.write_all(&text).expect("room for the log");
        bytes += text.len() as u64;
        number += 1;
    }
    out.flush().expect("room for the log");
    zipped.finish().and_then(|mut file| file.flush()).expect("room for the log");
    let size = bytes as f64 / f64::from(1 << 20);
    println!("{size:.0} MB in {number} lines of {} bytes on average", bytes / number);
    measured("wc -l", size, || {
        let counted = Command::new("wc").arg("-l").arg(&plain).output().map(|output| output.stdout).unwrap_or_default();
        String::from_utf8_lossy(&counted).split_whitespace().next().unwrap_or("no wc").to_owned()
    });
    let learning = measured("learn, one user", size, || learn(&plain, Some("svc_logstash")));
    measured("learn, everybody", size, || learn(&plain, None));
    measured("learn, gzipped", size, || learn(&packed, Some("svc_logstash")));
    println!("peak memory after learning         {:>13}", peak("self"));
    measured(&format!("learn, {TIMES} times through a pipe"), size * TIMES as f64, || piped(&plain));
    let lines = || BufReader::with_capacity(1 << 20, File::open(&plain).expect("the log")).split(b'\n').map_while(Result::ok);
    let parsed = measured("serde_json, nothing kept", size, || {
        let whole = lines().filter(|line| serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok()).count();
        format!("{whole} lines")
    });
    measured("serde_json, values", size, || {
        let whole = lines().filter(|line| serde_json::from_slice::<serde_json::Value>(line).map(black_box).is_ok()).count();
        format!("{whole} lines")
    });
    println!("learning is {:.1} times as fast as the JSON pass that keeps nothing", learning / parsed);
}
