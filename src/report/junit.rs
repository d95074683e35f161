//! A replayed scenario as JUnit XML: one test case an expectation.

use super::{Check, escape};

/// The XML.
pub fn check_junit(check: &Check<'_>) -> String {
    let (held, asked) = check.replay.score();
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n<testsuite name=\"rolesmith\" tests=\"{asked}\" failures=\"{}\">\n",
        asked - held
    );
    for answer in &check.replay.answers {
        let Some(holds) = answer.holds() else { continue };
        let name = format!("{} as {}", check.name(answer), answer.user);
        let file = check.place(answer).map(|spot| format!(" file=\"{}\" line=\"{}\"", xml(&spot.file), spot.line)).unwrap_or_default();
        out.push_str(&format!("<testcase classname=\"{}\" name=\"{}\"{file}", xml(&check.request(answer)), xml(&name)));
        if holds {
            out.push_str("/>\n");
            continue;
        }
        let expected = answer.expected.as_ref().map_or("", |expected| expected.outcome.word());
        let got = check.got(answer);
        out.push_str(&format!(">\n<failure message=\"expected {expected}, got {}\"/>\n</testcase>\n", xml(&got)));
    }
    out.push_str("</testsuite>\n</testsuites>\n");
    out
}

fn xml(text: &str) -> String {
    escape(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\n', "&#10;")
}
