//! Dynamic settings that decide.

use super::detail;
use crate::tui::data::Data;
use crate::tui::line::{Line, Spot, Target};
use crate::tui::theme::Tone;

/// What the settings that change verdicts do, for the detail.
const MEANING: [(&str, &str); 6] = [
    ("do_not_fail_on_forbidden", "a search over several indices answers from the permitted ones instead of failing"),
    ("do_not_fail_on_forbidden_empty", "the same where nothing at all is permitted"),
    ("privileges_evaluation_type", "`v4` takes the next generation evaluator (OpenSearch 3.7 and later)"),
    ("respect_request_indices_options", "the request's own options decide which names an expression resolves to"),
    ("filtered_alias_mode", "what happens with several filtered aliases on one index: warn, disallow, nowarn"),
    ("kibana.multitenancy_enabled", "Dashboards tenants are in use"),
];

/// The dotted keys.
pub fn rows(data: &Data) -> Vec<String> {
    data.configuration().dynamic.keys().map(str::to_owned).collect()
}

/// The value.
pub fn columns(data: &Data, name: &str) -> Vec<(Tone, String)> {
    let value = data.configuration().dynamic.get(name).map(|value| value.value.to_string());
    vec![(Tone::Value, value.unwrap_or_default())]
}

/// Everything about a setting.
pub fn detail(data: &Data, name: &str) -> Vec<Line> {
    let Some(value) = data.configuration().dynamic.get(name) else { return Vec::new() };
    let mut lines = vec![detail::at(data, Line::heading(name), value.place)];
    if let Some(place) = value.place {
        lines[0].target = Some(Target::Place(place));
    }
    lines.push(Line::new(Tone::Dim, "value  ").and(Tone::Value, value.value.to_string()).on(Spot::Setting(name.to_owned())));
    if let Some((_, meaning)) = MEANING.iter().find(|(key, _)| *key == name) {
        lines.push(Line::blank());
        lines.push(Line::new(Tone::Plain, *meaning));
    }
    lines
}
