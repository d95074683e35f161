//! A verdict with its evidence as text: the answer, each call with its table, what is missing.

use std::collections::BTreeMap;

use super::{Locate, Table, escape};
use crate::engine::evaluate::{Call, Cell, Evidence, Indices, Scope, Subject, Verdict};
use crate::engine::request::Request;

/// Everything that an operator asks of a verdict; `print` lays its tables out.
pub fn explain_text(subject: &Subject, request: &Request, verdict: &Verdict, locate: Locate<'_>, print: fn(&Table) -> String) -> String {
    let mut out = format!("{request} as {}\n", subject.user);
    let status = verdict.status.map(|status| format!(" ({status})")).unwrap_or_default();
    out.push_str(&format!("{}{status}\n", verdict.outcome.word()));
    let roles = if verdict.roles.is_empty() { "none".to_owned() } else { verdict.roles.join(", ") };
    out.push_str(&format!("  roles   {roles}\n"));
    if let Some(reason) = &verdict.reason {
        out.push_str(&format!("  answer  {reason}\n"));
    }
    for why in &verdict.unknown {
        out.push_str(&format!("  unknown {why}\n"));
    }
    for (number, call) in verdict.calls.iter().enumerate() {
        out.push_str(&format!("\n{}. {}\n", number + 1, headline(call)));
        if let Some(rule) = &call.rule {
            out.push_str(&format!("   {rule}\n"));
        }
        if let Some(reduced) = &call.reduced {
            out.push_str(&format!("   narrowed to {}\n", list(&reduced.only_allowed_for)));
        }
        let rows = call.cells.iter().map(|cell| row(call, cell, locate)).collect();
        let table = Table { head: ["index", "action", "", "by"].map(str::to_owned).to_vec(), rows };
        if !table.rows.is_empty() {
            out.extend(print(&table).lines().map(|line| format!("   {line}\n")));
        }
    }
    out.push_str(&missing(verdict));
    let denied: Vec<_> = verdict.items.iter().filter(|item| item.reason.is_some()).collect();
    if !denied.is_empty() {
        out.push_str("\nitems that are refused\n");
        out.extend(denied.iter().map(|item| format!("  {} on {}: {}\n", item.op, item.index, item.reason.as_deref().unwrap_or_default())));
    }
    for note in &verdict.notes {
        out.push_str(&format!("\nnote: {note}\n"));
    }
    escape(&out)
}

fn headline(call: &Call) -> String {
    let scope = match (call.scope, &call.indices) {
        (Scope::Cluster, _) => "cluster".to_owned(),
        (Scope::Index, Indices::None) => "no index".to_owned(),
        (Scope::Index, Indices::All) => "every index".to_owned(),
        (Scope::Index, Indices::Names(names)) => format!("on {}", list(names)),
    };
    format!("{}  {scope}  {}", call.action, if call.allowed { "ok" } else { "MISSING" })
}

fn list(names: &[String]) -> String {
    match names.len() {
        0 => "nothing".to_owned(),
        1..=6 => names.join(", "),
        more => format!("{}, … ({more} in all)", names[..5].join(", ")),
    }
}

fn row(call: &Call, cell: &Cell, locate: Locate<'_>) -> Vec<String> {
    let index = if cell.index.is_empty() { format!("({})", call.on(cell)) } else { cell.index.clone() };
    let (word, by) = match (&cell.granted_by, &cell.nearest) {
        (Some(evidence), _) => ("ok", chain(evidence, locate)),
        (None, Some(nearest)) => ("MISSING", format!("nearest: {}", chain(nearest, locate))),
        (None, None) => ("MISSING", String::new()),
    };
    vec![index, cell.action.clone(), word.to_owned(), by]
}

/// `role mapping x (roles_mapping.yml:12:1) → role x (roles.yml:7:1) → …`
fn chain(evidence: &Evidence, locate: Locate<'_>) -> String {
    let hop = |hop: &crate::engine::evaluate::Hop| {
        let place = hop.place.and_then(locate).map(|spot| format!(" ({spot})")).unwrap_or_default();
        format!("{} {}{place}", hop.kind, hop.name)
    };
    evidence.hops.iter().map(hop).collect::<Vec<_>>().join(" → ")
}

/// Every missing permission of the whole request, once, with the names that lack it.
fn missing(verdict: &Verdict) -> String {
    let mut lacking: BTreeMap<&str, (Scope, Vec<&str>)> = BTreeMap::new();
    let mut granted_by: BTreeMap<&str, String> = BTreeMap::new();
    for call in verdict.calls.iter().filter(|call| !call.allowed || call.reduced.is_some()) {
        // Elasticsearch names the privileges that would do, from the least to the most
        if call.missing.first().is_some_and(|name| !name.contains(':')) {
            granted_by.insert(&call.action, format!("  granted by {}", call.missing.join(", ")));
        }
        for cell in call.cells.iter().filter(|cell| cell.granted_by.is_none()) {
            let (_, names) = lacking.entry(&cell.action).or_insert_with(|| (call.scope, Vec::new()));
            if !cell.index.is_empty() && !names.contains(&cell.index.as_str()) {
                names.push(&cell.index);
            }
        }
    }
    if lacking.is_empty() {
        return String::new();
    }
    let mut out = "\nall that is missing\n".to_owned();
    for (action, (scope, names)) in lacking {
        let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
        let scope = match (scope, names.is_empty()) {
            (Scope::Cluster, true) => "cluster permission".to_owned(),
            (Scope::Index, true) => "on any index".to_owned(),
            (_, false) => format!("on {}", list(&names)),
        };
        let by = granted_by.get(action).map(String::as_str).unwrap_or_default();
        out.push_str(&format!("  {action}  {scope}{by}\n"));
    }
    out
}
