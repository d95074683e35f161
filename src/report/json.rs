//! JSON for programs. `rolesmith guide json` documents the fields; they are only added to.

use serde_json::{Value, json};

use super::{Check, Locate};
use crate::engine::evaluate::{Call, Evidence, Indices, Scope, Verdict};
use crate::engine::lint::{Finding, Remedy, Safety};
use crate::source::{Place, Severity};

fn spot(place: Option<Place>, locate: Locate<'_>) -> Value {
    place.and_then(locate).map_or(Value::Null, |spot| json!({ "file": spot.file, "line": spot.line, "col": spot.col }))
}

/// A replayed scenario.
pub fn check_json(check: &Check<'_>) -> Value {
    let (held, asked) = check.replay.score();
    let answers: Vec<Value> = check
        .replay
        .answers
        .iter()
        .map(|answer| {
            json!({
                "name": check.name(answer),
                "request": check.request(answer),
                "user": answer.user,
                "expected": answer.expected.as_ref().map(|expected| expected.outcome.word()),
                "holds": answer.holds(),
                "outcome": answer.verdict.as_ref().map(|verdict| verdict.outcome.word()),
                "status": answer.verdict.as_ref().and_then(|verdict| verdict.status),
                "reason": answer.verdict.as_ref().and_then(|verdict| verdict.reason.as_ref()),
                "roles": answer.verdict.as_ref().map(|verdict| &verdict.roles),
                "unknown": answer.verdict.as_ref().map(|verdict| &verdict.unknown),
                "place": check.place(answer).map(|spot| json!({ "file": spot.file, "line": spot.line, "col": spot.col })),
            })
        })
        .collect();
    json!({ "schema": "rolesmith/check/1", "held": held, "asked": asked, "answers": answers })
}

/// An explained verdict.
pub fn verdict_json(verdict: &Verdict, locate: Locate<'_>) -> Value {
    json!({
        "schema": "rolesmith/verdict/1",
        "outcome": verdict.outcome.word(),
        "status": verdict.status,
        "reason": verdict.reason,
        "roles": verdict.roles,
        "calls": verdict.calls.iter().map(|call| call_json(call, locate)).collect::<Vec<_>>(),
        "items": verdict.items.iter().map(|item| json!({ "op": item.op, "index": item.index, "reason": item.reason })).collect::<Vec<_>>(),
        "unknown": verdict.unknown,
        "notes": verdict.notes,
    })
}

fn call_json(call: &Call, locate: Locate<'_>) -> Value {
    let indices = match &call.indices {
        Indices::None => json!([]),
        Indices::All => json!(["*"]),
        Indices::Names(names) => json!(names),
    };
    let cells = call.cells.iter().map(|cell| {
        json!({
            "index": cell.index,
            "action": cell.action,
            "ok": cell.granted_by.is_some(),
            "granted_by": cell.granted_by.as_ref().map(|evidence| hops(evidence, locate)),
            "nearest": cell.nearest.as_ref().map(|evidence| hops(evidence, locate)),
        })
    });
    json!({
        "action": call.action,
        "scope": if call.scope == Scope::Cluster { "cluster" } else { "index" },
        "indices": indices,
        "required": call.required,
        "allowed": call.allowed,
        "missing": call.missing,
        "reduced_to": call.reduced.as_ref().map(|reduced| &reduced.only_allowed_for),
        "rule": call.rule,
        "cells": cells.collect::<Vec<_>>(),
    })
}

fn hops(evidence: &Evidence, locate: Locate<'_>) -> Value {
    evidence.hops.iter().map(|hop| json!({ "kind": hop.kind, "name": hop.name, "place": spot(hop.place, locate) })).collect()
}

/// The linter's findings.
pub fn findings_json(findings: &[Finding], locate: Locate<'_>) -> Value {
    let one = |finding: &Finding| {
        json!({
            "rule": finding.rule,
            "severity": match finding.severity { Severity::Error => "error", Severity::Warning => "warning", Severity::Note => "note" },
            "confidence": finding.confidence.word(),
            "entry": finding.entry,
            "message": finding.message,
            "help": finding.help,
            "place": spot(finding.place, locate),
            "fix": finding.fix.as_ref().map(|fix| &fix.title),
            "fix_is_safe": finding.fix.as_ref().map(|fix| fix.safety == Safety::Safe),
            "changes": finding.fix.as_ref().and_then(|fix| match &fix.remedy {
                Remedy::Changes(changes) => Some(changes),
                Remedy::Text(_) => None,
            }),
        })
    };
    json!({ "schema": "rolesmith/lint/1", "findings": findings.iter().map(one).collect::<Vec<_>>() })
}
