//! The tour: the least-privilege loop in a minute. Each step puts the panes where it speaks of; on the sample
//! it grants what is missing and takes it back.

use super::action::Action;
use super::bindings::Context;
use super::line::Line;
use super::state::State;
use super::theme::Tone;

/// How many steps there are.
pub const STEPS: usize = 7;

/// The step that grants what is missing, on the sample.
pub const GRANT: usize = 4;

/// The step behind the grant that shows what it turned.
pub const TURNED: usize = 5;

/// The title and the lines of a step, with the keys of the live keymap. `granted` says whether the tour made
/// its edit.
pub fn step(state: &State, step: usize, granted: bool) -> (String, Vec<Line>) {
    let key = |action: Action| {
        let contexts = [Context::Panes, Context::List, Context::Grid, Context::Detail];
        state.keymap.key_of(&contexts, action).map(|key| key.to_string()).unwrap_or_else(|| format!(": {}", action.name()))
    };
    let texts: Vec<String> = match step {
        0 => vec![
            "Least privilege is a loop: ask a request, see what is missing, grant just that, ask again.".into(),
            "Here the asking needs no cluster: every edit asks the whole grid again at once.".into(),
            "Nothing on disk changes before you save.".into(),
        ],
        1 => vec![
            "Users, their roles, and by which way each role comes: the first question of every ticket.".into(),
            format!("`{}` looks closer and follows what a line names, `esc` goes back.", key(Action::Open)),
            format!("`{}` narrows the list, `{}` jumps to anything.", key(Action::Filter), key(Action::Find)),
        ],
        2 => vec![
            "Ask: requests by users, `ok`, `MISSING`, `partial` or `unknown`. The cursor is on a request that is refused.".into(),
            format!("`{}` types a request, `{}` pastes Dev Tools text or a curl line.", key(Action::New), key(Action::PasteRequests)),
        ],
        3 => vec![
            "See what is missing: all of it at once, the rule that nearly matched, the cluster's exact answer.".into(),
            format!("`{}` would offer repairs, what opens least first.", key(Action::Repair)),
        ],
        GRANT if granted => vec![
            "Grant just that: `k8s_viewer` now covers `k8s-*` too; the star marks an entry with unsaved edits.".into(),
            format!(
                "By hand: `{}` adds, `{}` edits, `{}` removes what the cursor is on.",
                key(Action::Add),
                key(Action::Edit),
                key(Action::Delete)
            ),
        ],
        GRANT => vec![
            "Grant just that, in the role: rules down to single actions, who holds them, which requests use them.".into(),
            format!("In the detail `{}` adds, `{}` edits, `{}` removes.", key(Action::Add), key(Action::Edit), key(Action::Delete)),
        ],
        TURNED if granted => vec![
            "Ask again: the same request has turned, and reads `gained`. Every other verdict was asked again too.".into(),
            format!("The tour takes its edit back now, as `{}` does.", key(Action::Undo)),
        ],
        TURNED => vec![
            "Ask again: after an edit what turned reads `gained` or `lost`.".into(),
            format!("`{}` takes any step back.", key(Action::Undo)),
        ],
        _ => vec![
            format!("`{}` shows whose access changes and the lines that come and go, then saves.", key(Action::Save)),
            format!("`{}` lists every key where you are, `{}` every command.", key(Action::Help), key(Action::Palette)),
        ],
    };
    let mut lines: Vec<Line> = texts.iter().map(|text| Line::new(Tone::Plain, text)).collect();
    lines.push(Line::blank());
    lines.push(Line::new(Tone::Dim, if step + 1 < STEPS { "enter goes on, esc ends the tour" } else { "enter ends the tour" }));
    (format!("tour {}/{STEPS}", step + 1), lines)
}
