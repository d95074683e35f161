//! Who gains and loses what, in words.

use std::collections::BTreeMap;

use crate::engine::compare::{AccessDifference, Gain, Kept, Lift};
use crate::engine::request::write_curl;

/// The most actions that are named on one line.
const NAMED: usize = 4;

/// One person's or role's difference as lines: `+` is gained, `-` is lost, `!` is a request that shows a gain.
pub fn access_lines(each: &AccessDifference) -> Vec<(char, String)> {
    let mut out = actions('+', &each.gains);
    out.extend(each.shown.iter().map(|lift| ('+', lift_line(lift))));
    if let Some(subject) = &each.subject {
        out.extend(each.replays.iter().map(|request| ('!', write_curl(request, &subject.user))));
    }
    out.extend(actions('-', &each.losses));
    out.extend(each.hidden.iter().map(|lift| ('-', lift_line(lift))));
    out
}

/// The same as text.
pub fn access_text(each: &AccessDifference) -> String {
    let mut out = format!("{}\n", each.who);
    for (sign, line) in access_lines(each) {
        match sign {
            '!' => out.push_str(&format!("    {line}   # denied before, allowed after\n")),
            sign => out.push_str(&format!("  {sign} {line}\n")),
        }
    }
    out
}

fn lift_line(lift: &Lift) -> String {
    let Lift { kept, index, what, unknown } = lift;
    if *unknown && *kept == Kept::Tenant {
        return format!("tenants such as `{index}`: unknown: {what}");
    }
    if *unknown {
        return format!("documents of indices such as `{index}`: unknown: {what}");
    }
    match kept {
        Kept::Documents => format!("documents of indices such as `{index}`: {what}"),
        Kept::Field => format!("fields of indices such as `{index}`: such as `{what}`"),
        Kept::Tenant => format!("tenants such as `{index}`: {what}"),
        Kept::Value => format!("values without a mask in indices such as `{index}`: of fields such as `{what}`"),
    }
}

/// Actions that differ on the same example are shown together.
fn actions(sign: char, gains: &[Gain]) -> Vec<(char, String)> {
    let mut groups: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for gain in gains {
        let on = match (&gain.index, &gain.unknown) {
            (_, Some(why)) => format!("unknown: {why}"),
            (Some(index), None) => format!("on indices such as `{index}`"),
            (None, None) => "in the cluster".to_owned(),
        };
        groups.entry(on).or_default().push(&gain.action);
    }
    let line = |(on, actions): (String, Vec<&str>)| {
        let more = if actions.len() > NAMED { format!(" and {} more", actions.len() - NAMED) } else { String::new() };
        (sign, format!("{on}: {}{more}", actions[..actions.len().min(NAMED)].join(", ")))
    };
    groups.into_iter().map(line).collect()
}
