//! Elasticsearch's plain audit lines (up to 6.x): `[time] [node] [layer] [event] key=[value], …`.

use super::{Record, event, once};
use crate::engine::tune::fact::Observation;

pub(super) fn read(text: &[u8]) -> Record {
    let Ok(text) = std::str::from_utf8(text) else { return Record::Broken("not UTF-8".to_owned()) };
    let granted = text.match_indices('[').find_map(|(at, _)| event::granted(text[at + 1..].split(']').next()?));
    let Some(granted) = granted else {
        // a line of another event of the same log, or not this log at all
        let known = text.starts_with('[') && text.contains("=[");
        return if known { Record::Events(Vec::new()) } else { Record::Broken("neither JSON nor an audit line".to_owned()) };
    };
    let (Some(user), Some(action)) = (field(text, "principal"), field(text, "action")) else { return Record::Events(Vec::new()) };
    let indices =
        field(text, "indices").map(|list| list.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect());
    Record::Events(vec![once(Observation {
        user: user.to_owned(),
        action: action.to_owned(),
        indices: indices.unwrap_or_default(),
        granted,
    })])
}

/// The value of ` name=[value]`; an action may hold brackets itself (`bulk[s]`), so the end is the bracket
/// before the next field or the end of the line.
fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let start = text.find(&format!(" {name}=["))? + name.len() + 3;
    let rest = &text[start..];
    let end = rest
        .match_indices(']')
        .map(|(at, _)| at)
        .find(|&at| rest[at + 1..].is_empty() || rest[at + 1..].starts_with(", ") || rest[at + 1..].starts_with(' '))?;
    Some(&rest[..end])
}
