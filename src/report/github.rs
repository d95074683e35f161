//! The linter's findings as workflow commands of GitHub Actions, which become annotations of the lines.

use super::{Locate, escape};
use crate::engine::lint::Finding;
use crate::source::Severity;

/// One line a finding: `::error file=roles.yml,line=3,col=5,title=grants-nothing::message`.
pub fn findings_github(findings: &[Finding], locate: Locate<'_>) -> String {
    let mut out = String::new();
    for finding in findings {
        let command = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let mut properties = String::new();
        if let Some(spot) = finding.place.and_then(locate) {
            properties = format!("file={},line={},col={},", property(&spot.file), spot.line, spot.col);
        }
        let message = match &finding.help {
            Some(help) => format!("{}\n{help}", finding.message),
            None => finding.message.clone(),
        };
        out.push_str(&format!("::{command} {properties}title={}::{}\n", property(finding.rule), data(&message)));
    }
    out
}

/// What stands behind the second `::`.
fn data(text: &str) -> String {
    escape(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// What stands behind a `=`.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn text_cannot_end_a_command_or_begin_another() {
        assert_eq!(data("50% of\n::error::x"), "50%25 of%0A::error::x");
        assert_eq!(property("a:b,c\r"), "a%3Ab%2Cc\\u{d}");
    }
}
