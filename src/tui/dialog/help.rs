//! The help, made from the live keymap: the contexts at hand first.

use crate::tui::bindings::Context;
use crate::tui::keymap::Keymap;
use crate::tui::line::Line;
use crate::tui::theme::Tone;

/// The lines of the help where `contexts` hold.
pub fn lines(keymap: &Keymap, contexts: &[Context]) -> Vec<Line> {
    let mut lines = vec![
        Line::new(Tone::Plain, "Panes show what the files hold; the detail stands beside each list."),
        Line::new(Tone::Plain, "Edits change nothing on disk until you save. `t` starts a tour."),
    ];
    let others = Context::ALL.into_iter().filter(|context| !contexts.contains(context));
    for context in contexts.iter().copied().chain(others) {
        lines.push(Line::blank());
        lines.push(Line::heading(context.title()));
        lines.extend(keymap.of(context).filter(|row| !row.keys.is_empty()).map(|row| {
            let keys = row.keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
            Line::new(Tone::Key, format!("  {keys:<17} ")).and(Tone::Plain, row.binding.help)
        }));
    }
    lines
}

/// The live keymap as text, for `rolesmith keys`: context, keys, action, help.
pub fn table(keymap: &Keymap) -> String {
    let mut out = String::new();
    for context in Context::ALL {
        out.push_str(&format!("[{}]  # {}\n", context.name(), context.title()));
        for row in keymap.of(context) {
            let keys = row.keys.iter().map(|key| format!("\"{key}\"")).collect::<Vec<_>>().join(", ");
            out.push_str(&format!("{} = [{}]  # {}\n", row.binding.action.name(), keys.replace('\\', "\\\\"), row.binding.help));
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::bindings::BINDINGS;

    #[test]
    fn help_names_every_binding_and_nothing_else() {
        let keymap = Keymap::default();
        let shown: Vec<String> = lines(&keymap, &[Context::Grid, Context::Panes])
            .iter()
            .filter(|line| line.spans.first().is_some_and(|(tone, _)| *tone == Tone::Key))
            .map(Line::text)
            .collect();
        assert_eq!(shown.len(), BINDINGS.len());
        for binding in BINDINGS {
            let keys = binding.keys.join(" ");
            assert!(shown.iter().any(|line| line.trim_start().starts_with(&keys) && line.ends_with(binding.help)), "{binding:?}");
        }
    }

    #[test]
    fn the_printed_keymap_reads_back_as_it_is() {
        let text = table(&Keymap::default());
        let (again, problems) = Keymap::read(&text);
        assert_eq!(problems, []);
        assert_eq!(table(&again), text);
    }
}
