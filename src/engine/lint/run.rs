//! Runs the rules, then takes out what is allowed and says what is allowed in vain.

use std::collections::{HashMap, HashSet};

use super::allow::{Allowance, allowances};
use super::{Confidence, Finding, Fix, Found, Input, RULES, Safety, Settings, View, find};
use crate::source::{FileId, Place, Severity};

/// What lint says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// Findings by file and place.
    pub findings: Vec<Finding>,
    /// Findings that a comment or the settings allow, each with the reason.
    pub allowed: Vec<(Finding, String)>,
}

/// Run every rule that the product and the settings call for.
pub fn lint(input: &Input<'_>, settings: &Settings) -> Report {
    use rayon::prelude::*;
    let view = View::new(input);
    let mut findings: Vec<Finding> = RULES
        .par_iter()
        .flat_map_iter(|rule| {
            let about = rule.about();
            let level = settings.level(about.id);
            if !about.products.contains(&input.product) || level.is_some_and(|level| level.severity().is_none()) {
                return Vec::new();
            }
            let mut found = Found::new(about);
            rule.check(&view, &mut found);
            if let Some(severity) = level.and_then(|level| level.severity()) {
                found.findings.iter_mut().for_each(|finding| finding.severity = severity);
            }
            found.findings
        })
        .collect();
    leave_to_the_specific(&mut findings);
    in_the_engines_words(&view, &mut findings);
    for finding in &mut findings {
        finding.entry = finding.place.and_then(|place| view.entry(place)).map(str::to_owned);
    }
    let mut report = suppress(input, settings, findings);
    report.findings.sort_by(|a, b| {
        let key = |finding: &Finding| finding.place.map(|place| (place.file, place.span.start, place.span.end));
        key(a).cmp(&key(b)).then_with(|| a.rule.cmp(b.rule)).then_with(|| a.message.cmp(&b.message))
    });
    report
}

/// What a reader complained about is left out where a rule says more about the same bytes. The refusal of a
/// whole role for a key is left out beside the finding about the key.
fn leave_to_the_specific(findings: &mut Vec<Finding>) {
    const GENERAL: &str = "not-taken";
    const ABOUT_A_KEY: [&str; 3] = ["unexpected field [", "only accepts options", "unknown field ["];
    let said: HashSet<(FileId, u32)> = findings
        .iter()
        .filter(|finding| finding.rule != GENERAL && finding.severity >= Severity::Warning)
        .filter_map(|finding| finding.place.map(|place| (place.file, place.span.start)))
        .collect();
    let mut keys: Vec<(FileId, u32)> =
        findings.iter().filter(|finding| finding.rule == "unknown-key").filter_map(|f| f.place.map(|p| (p.file, p.span.start))).collect();
    keys.sort_unstable();
    findings.retain(|finding| {
        let Some(place) = finding.place.filter(|_| finding.rule == GENERAL) else { return true };
        let next_key = keys.get(keys.partition_point(|key| *key < (place.file, place.span.start)));
        let key_inside = next_key.is_some_and(|(file, start)| *file == place.file && *start < place.span.end);
        let said_of_key = key_inside && ABOUT_A_KEY.iter().any(|words| finding.message.contains(words));
        !said_of_key && !said.contains(&(place.file, place.span.start))
    });
}

/// What makes Elasticsearch refuse a role is said as it says it; the rule's help stays.
fn in_the_engines_words(view: &View<'_>, findings: &mut [Finding]) {
    let start = |place: Place| (place.file, place.span.start);
    let refused: HashMap<_, _> =
        view.input.refusals.iter().filter_map(|(role, refusal)| Some((start(refusal.place?), (role, refusal)))).collect();
    for finding in findings.iter_mut().filter(|finding| finding.severity == Severity::Error) {
        let Some((role, refusal)) = finding.place.and_then(|place| refused.get(&start(place))) else { continue };
        if finding.message != refusal.message {
            let help = finding.help.take().map(|help| format!("; {help}")).unwrap_or_default();
            finding.help = Some(format!("the engine refuses role `{role}`{help}"));
            finding.message.clone_from(&refusal.message);
        }
    }
}

fn suppress(input: &Input<'_>, settings: &Settings, findings: Vec<Finding>) -> Report {
    let mut comments: Vec<(Allowance, bool)> =
        input.files.iter().flat_map(|file| allowances(file)).map(|allowance| (allowance, false)).collect();
    let mut listed = vec![false; settings.allow.len()];
    let name = |file: FileId| input.files.iter().find(|known| known.id == file).map(|known| known.name);
    let mut report = Report::default();
    for finding in findings {
        let mut reason = None;
        for (allowance, used) in &mut comments {
            if allowance.rule == finding.rule && !allowance.reason.is_empty() && is_beside(allowance, finding.place) {
                *used = true;
                reason.get_or_insert_with(|| allowance.reason.clone());
            }
        }
        for (allow, used) in settings.allow.iter().zip(&mut listed) {
            let same_file = allow.file.as_deref().is_none_or(|file| finding.place.and_then(|place| name(place.file)) == Some(file));
            let same_entry = allow.entry.is_none() || allow.entry == finding.entry;
            if allow.rule == finding.rule && !allow.reason.trim().is_empty() && same_file && same_entry {
                *used = true;
                reason.get_or_insert_with(|| allow.reason.clone());
            }
        }
        match reason {
            Some(reason) => report.allowed.push((finding, reason)),
            None => report.findings.push(finding),
        }
    }
    for (allowance, used) in comments {
        if !used && find(&allowance.rule).is_none_or(|rule| rule.about().products.contains(&input.product)) {
            report.findings.extend(vain(input, settings, Some(&allowance), Some(allowance.place), &allowance.rule, &allowance.reason));
        }
    }
    for (allow, used) in settings.allow.iter().zip(listed) {
        if !used {
            report.findings.extend(vain(input, settings, None, allow.place, &allow.rule, &allow.reason));
        }
    }
    report
}

fn is_beside(allowance: &Allowance, place: Option<Place>) -> bool {
    place.is_some_and(|place| {
        place.file == allowance.place.file && place.span.start >= allowance.covers.start && place.span.start < allowance.covers.end
    })
}

/// An allowance that allows nothing: no such rule, no reason, or no such finding.
fn vain(
    input: &Input<'_>,
    settings: &Settings,
    comment: Option<&Allowance>,
    place: Option<Place>,
    rule: &str,
    reason: &str,
) -> Option<Finding> {
    let about = super::rules::allows_nothing::AllowsNothing.describe();
    let level = settings.level(about.id);
    let severity = level.map_or(Some(about.severity), |level| level.severity())?;
    let message = if find(rule).is_none() {
        format!("`{rule}` is no rule, so nothing is allowed here")
    } else if reason.trim().is_empty() {
        format!("`{rule}` is allowed here without a reason, so the allowance does not count")
    } else {
        format!("`{rule}` is allowed here, but there is no such finding")
    };
    let in_vain = find(rule).is_some() && !reason.trim().is_empty();
    let fix = comment.filter(|_| in_vain).and_then(|comment| remove_comment(input, comment));
    Some(Finding {
        rule: about.id,
        severity,
        confidence: Confidence::Certain,
        place,
        entry: None,
        message,
        help: Some(
            "write `# rolesmith: allow <rule> <reason>` above or beside the entry; `rolesmith lint --explain` lists the rules".into(),
        ),
        fix,
    })
}

fn remove_comment(input: &Input<'_>, comment: &Allowance) -> Option<Fix> {
    let document = input.files.iter().find(|file| file.id == comment.place.file)?.document;
    let bytes = document.bytes();
    let range = comment.place.span.range();
    let head = bytes.get(..range.start)?;
    let start = head.iter().rposition(|b| !matches!(b, b' ' | b'\t')).map_or(0, |at| at + 1);
    let own_line = start == 0 || matches!(bytes[start - 1], b'\n' | b'\r');
    let mut end = range.end;
    if own_line {
        end += bytes[end..].iter().position(|&b| b == b'\n').map_or(bytes.len() - end, |at| at + 1);
    }
    let place = document.place(crate::source::Span::new(start, end));
    Some(Fix::replace("remove the comment", Safety::Safe, place, ""))
}
