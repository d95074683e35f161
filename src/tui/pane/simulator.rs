//! A verdict: the answer, the calls, what grants each of them, everything that is missing at once.

use super::detail;
use crate::engine::evaluate::{Call, Cell, Evidence, Indices, Outcome, Scope, Verdict};
use crate::tui::data::Data;
use crate::tui::line::{Line, Spot, Target};
use crate::tui::simulation::{Flip, Simulation};
use crate::tui::theme::Tone;

/// The verdict of the cell under the cursor.
pub fn detail(data: &Data, simulation: &Simulation, row: usize) -> Vec<Line> {
    let Some(asked) = simulation.requests.get(row) else { return Vec::new() };
    let Some(subject) = simulation.subjects.get(simulation.column) else {
        return vec![Line::heading(asked.label()), Line::blank(), Line::new(Tone::Dim, "no user to ask as; `a` in the grid adds one")];
    };
    let column = simulation.column;
    let (tone, word) = simulation.word(row, column);
    let mut head = Line::heading(asked.label()).and(Tone::Dim, "  as ").and(Tone::Name, &subject.user);
    if data.configuration().internal_users.contains_key(&subject.user) {
        head = head.to(Target::User(subject.user.clone()));
    }
    let mut lines = vec![head];
    let Some(verdict) = simulation.verdict(row, column) else {
        lines.push(Line::new(Tone::Dim, "asking..."));
        return lines;
    };
    let mut answer = Line::new(tone, word);
    if word != verdict.outcome.word() && verdict.outcome != Outcome::Allowed {
        answer = answer.and(tone, format!(" ({})", verdict.outcome.word()));
    }
    if let Some(status) = verdict.status {
        answer = answer.and(Tone::Dim, format!("  status {status}"));
    }
    match simulation.flip(row, column) {
        Some(Flip::Gained) => answer = answer.and(Tone::Changed, "  gained since the last save"),
        Some(Flip::Lost) => answer = answer.and(Tone::Changed, "  lost since the last save"),
        None => {}
    }
    if let Some(expected) = simulation.unexpected(row, column) {
        answer = answer.and(Tone::Bad, format!("  the scenario expects {}", expected.word()));
    }
    lines.push(answer);
    if let Some((tone, word)) = simulation.other_word(row, column) {
        lines.push(Line::new(Tone::Dim, format!("{}: ", simulation.other_name)).and(tone, word));
    }
    body(data, &mut lines, verdict);
    lines
}

fn body(data: &Data, lines: &mut Vec<Line>, verdict: &Verdict) {
    for reason in &verdict.unknown {
        lines.push(Line::new(Tone::Warn, "unknown: ").and(Tone::Plain, reason));
    }
    if let Some(reason) = &verdict.reason {
        lines.push(Line::blank());
        lines.push(Line::heading("the cluster would answer"));
        lines.push(Line::new(Tone::Plain, "  ").and(Tone::Value, reason));
    }
    lines.push(Line::blank());
    lines.push(Line::heading("roles").and(Tone::Dim, format!("  {}", verdict.roles.len())));
    detail::listed(lines, &verdict.roles, |role| Line::new(Tone::Plain, "  ").and(Tone::Name, role).to(Target::Role(role.clone())));
    missing(lines, verdict);
    for call in &verdict.calls {
        lines.push(Line::blank());
        one_call(data, lines, call);
    }
    items(lines, verdict);
    if !verdict.notes.is_empty() {
        lines.push(Line::blank());
        lines.push(Line::heading("notes"));
        lines.extend(verdict.notes.iter().map(|note| Line::new(Tone::Plain, "  ").and(Tone::Plain, note)));
    }
}

fn missing(lines: &mut Vec<Line>, verdict: &Verdict) {
    let cells = || verdict.calls.iter().flat_map(|call| call.cells.iter().map(move |cell| (call, cell)));
    let cells = || cells().filter(|(_, cell)| cell.granted_by.is_none());
    if cells().next().is_none() {
        return;
    }
    lines.push(Line::blank());
    lines.push(Line::heading("missing, all of it").and(Tone::Dim, format!("  {}", cells().count())));
    detail::listed(lines, cells(), |(call, cell)| {
        let on = call.on(cell);
        Line::new(Tone::Bad, "  MISSING ")
            .and(Tone::Value, &cell.action)
            .and(Tone::Dim, " on ")
            .and(Tone::Value, on)
            .on(Spot::Missing(cell.index.clone(), cell.action.clone()))
    });
}

fn one_call(data: &Data, lines: &mut Vec<Line>, call: &Call) {
    let (tone, word) = if call.allowed { (Tone::Good, "ok") } else { (Tone::Bad, "MISSING") };
    let stage = match call.scope {
        Scope::Cluster => "cluster stage",
        Scope::Index => "index stage",
    };
    let mut head = Line::heading(&call.action).and(Tone::Dim, format!("  {stage}  ")).and(tone, word);
    match &call.indices {
        Indices::None => {}
        Indices::All => head = head.and(Tone::Dim, "  on every index"),
        Indices::Names(names) => head = head.and(Tone::Dim, format!("  on {}", detail::joined(names.iter().map(String::as_str), 3))),
    }
    lines.push(head.to(Target::Privilege(call.action.clone())));
    if let Some(rule) = &call.rule {
        lines.push(Line::new(Tone::Warn, "  ").and(Tone::Plain, rule));
    }
    if let Some(reduced) = &call.reduced {
        let names = detail::joined(reduced.only_allowed_for.iter().map(String::as_str), 6);
        lines.push(Line::new(Tone::Warn, "  narrowed to ").and(Tone::Value, names));
    }
    table(lines, call);
    for cell in &call.cells {
        if let Some(evidence) = &cell.granted_by {
            chain(data, lines, "by", (call, cell), evidence);
        }
        if let Some(nearest) = &cell.nearest {
            chain(data, lines, "nearest", (call, cell), nearest);
        }
    }
}

fn table(lines: &mut Vec<Line>, call: &Call) {
    let cells = &call.cells;
    let mut actions: Vec<&str> = Vec::new();
    let mut indices: Vec<&str> = Vec::new();
    for cell in cells {
        if !actions.contains(&cell.action.as_str()) {
            actions.push(&cell.action);
        }
        if !indices.contains(&cell.index.as_str()) {
            indices.push(&cell.index);
        }
    }
    let wide = indices.iter().map(|index| crate::tui::escape::width(index)).max().unwrap_or(0).clamp(7, 40);
    for (number, action) in actions.iter().enumerate() {
        lines.push(
            Line::new(Tone::Dim, format!("  {:>2} ", number + 1)).and(Tone::Value, *action).to(Target::Privilege((*action).to_owned())),
        );
    }
    if cells.len() < 2 {
        if let Some(cell) = cells.first() {
            let (tone, word) = cell_word(Some(cell));
            let on = call.on(cell);
            lines.push(Line::new(Tone::Plain, "  ").and(Tone::Value, on).and(tone, format!("  {word}")));
        }
        return;
    }
    let mut head = Line::new(Tone::Dim, format!("  {:wide$}", ""));
    for number in 1..=actions.len() {
        head = head.and(Tone::Dim, format!(" {number:<8}"));
    }
    lines.push(head);
    detail::listed(lines, indices, |index| {
        let shown = cells.iter().find(|cell| cell.index == index).map_or(index, |cell| call.on(cell));
        let mut line = Line::new(Tone::Value, format!("  {}", crate::tui::escape::fit(shown, wide, "~")));
        for action in &actions {
            let (tone, word) = cell_word(cells.iter().find(|cell| cell.index == index && cell.action == *action));
            line = line.and(tone, format!(" {word:<8}"));
        }
        line
    });
}

fn cell_word(cell: Option<&Cell>) -> (Tone, &'static str) {
    match cell {
        Some(cell) if cell.granted_by.is_some() => (Tone::Good, "ok"),
        Some(_) => (Tone::Bad, "MISSING"),
        None => (Tone::Dim, "-"),
    }
}

fn chain(data: &Data, lines: &mut Vec<Line>, word: &str, (call, cell): (&Call, &Cell), evidence: &Evidence) {
    let on = call.on(cell);
    lines.push(Line::new(Tone::Dim, format!("  {word}: ")).and(Tone::Dim, format!("{} on {on}", cell.action)));
    for hop in &evidence.hops {
        let line = Line::new(Tone::Dim, format!("    {:<14} ", hop.kind)).and(Tone::Name, &hop.name);
        let mut line = detail::at(data, line, hop.place);
        line.target = match hop.kind {
            "user" => Some(Target::User(hop.name.clone())),
            "role" => Some(Target::Role(hop.name.clone())),
            "role mapping" => Some(Target::Mapping(hop.name.clone())),
            "action group" => Some(Target::Privilege(hop.name.clone())),
            _ => hop.place.map(Target::Place),
        };
        lines.push(line);
    }
}

fn items(lines: &mut Vec<Line>, verdict: &Verdict) {
    if verdict.items.is_empty() {
        return;
    }
    lines.push(Line::blank());
    lines.push(Line::heading("items").and(Tone::Dim, format!("  {}", verdict.items.len())));
    for (number, item) in verdict.items.iter().take(detail::LISTED).enumerate() {
        let (tone, word) = if item.reason.is_none() { (Tone::Good, "ok") } else { (Tone::Bad, "MISSING") };
        lines.push(
            Line::new(Tone::Dim, format!("  {:>3} ", number + 1))
                .and(tone, format!("{word:<8}"))
                .and(Tone::Plain, format!("{} ", item.op))
                .and(Tone::Value, &item.index),
        );
        if let Some(reason) = &item.reason {
            lines.push(Line::new(Tone::Plain, "      ").and(Tone::Dim, reason));
        }
    }
}
