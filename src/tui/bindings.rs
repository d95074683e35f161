//! The one table of bindings. Dispatch, the footer, the help, the palette and `rolesmith keys` all
//! read it, so that a key does what the help says.

use super::action::Action;

/// Where a binding holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Context {
    /// In every pane.
    Panes,
    /// In a list of entries.
    List,
    /// In the detail beside a list.
    Detail,
    /// In the simulator's grid.
    Grid,
    /// While text is typed in one line.
    Input,
    /// While text is typed in several lines.
    Area,
    /// In a list to choose from by typing.
    Choice,
    /// In text that is only read: help, raw file, log, verdict.
    Reader,
    /// Before saving.
    Save,
    /// When the file changed on disk.
    Conflict,
    /// When an earlier sitting left unsaved edits behind.
    Recovery,
    /// When leaving with unsaved edits.
    Leave,
    /// In a question answered by yes or no.
    Question,
    /// In the access matrix.
    Matrix,
    /// When both sides changed the same entries.
    Merge,
    /// Everywhere, also while typing.
    Anywhere,
}

impl Context {
    /// Every context, in the order of the help.
    pub const ALL: [Context; 16] = [
        Context::Panes,
        Context::List,
        Context::Detail,
        Context::Grid,
        Context::Input,
        Context::Area,
        Context::Choice,
        Context::Reader,
        Context::Save,
        Context::Conflict,
        Context::Recovery,
        Context::Leave,
        Context::Question,
        Context::Matrix,
        Context::Merge,
        Context::Anywhere,
    ];

    /// The name in keymaps and over its part of the help.
    pub fn name(self) -> &'static str {
        match self {
            Context::Panes => "panes",
            Context::List => "list",
            Context::Detail => "detail",
            Context::Grid => "grid",
            Context::Input => "input",
            Context::Area => "area",
            Context::Choice => "choice",
            Context::Reader => "reader",
            Context::Save => "save",
            Context::Conflict => "conflict",
            Context::Recovery => "recovery",
            Context::Leave => "leave",
            Context::Question => "question",
            Context::Matrix => "matrix",
            Context::Merge => "merge",
            Context::Anywhere => "anywhere",
        }
    }

    /// What the context is, for the help.
    pub fn title(self) -> &'static str {
        match self {
            Context::Panes => "In every pane",
            Context::List => "In a list",
            Context::Detail => "In the detail",
            Context::Grid => "In the simulator's grid",
            Context::Input => "While typing a line",
            Context::Area => "While typing a text",
            Context::Choice => "While choosing",
            Context::Reader => "While reading",
            Context::Save => "Before saving",
            Context::Conflict => "When a file changed on disk",
            Context::Recovery => "When an earlier sitting left edits behind",
            Context::Leave => "When leaving with unsaved edits",
            Context::Question => "When asked",
            Context::Matrix => "In the access matrix",
            Context::Merge => "When both sides changed an entry",
            Context::Anywhere => "Everywhere",
        }
    }
}

/// A key's meaning in a context.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// Where it holds.
    pub context: Context,
    /// The keys, as [`super::key::Key`] spells them; the first one is shown in the footer.
    pub keys: &'static [&'static str],
    /// What it does.
    pub action: Action,
    /// One or two words for the footer; empty when the footer does not mention it.
    pub hint: &'static str,
    /// One sentence for help and palette.
    pub help: &'static str,
}

const fn bind(context: Context, keys: &'static [&'static str], action: Action, hint: &'static str, help: &'static str) -> Binding {
    Binding { context, keys, action, hint, help }
}

/// Every binding. The footer names those with a hint in this order, as many as fit.
pub const BINDINGS: &[Binding] = &[
    // Lists
    bind(Context::List, &["enter", "right", "l"], Action::Open, "open", "look at the entry's detail"),
    bind(Context::List, &["n"], Action::New, "new", "make a new entry"),
    bind(Context::List, &["N"], Action::NewFrom, "", "make a role from a recipe, or from one that comes with the product"),
    bind(Context::List, &["e"], Action::Edit, "edit", "edit the entry: the field that matters most, or its name"),
    bind(Context::List, &["a"], Action::Add, "add", "add to the entry, or to every marked entry"),
    bind(Context::List, &["d", "delete"], Action::Delete, "delete", "delete the entry or the marked ones, after showing what breaks"),
    bind(Context::List, &["x"], Action::Remove, "", "remove an item from the entry, or from every marked entry"),
    bind(Context::List, &["c"], Action::Duplicate, "", "copy the entry under a new name"),
    bind(Context::List, &["r"], Action::Rename, "", "rename the entry and every reference to it"),
    bind(Context::List, &["space"], Action::Mark, "mark", "mark the row for a bulk edit"),
    bind(Context::List, &["A"], Action::MarkAll, "", "mark every row shown, or unmark them"),
    bind(Context::List, &["m"], Action::Map, "", "map the marked users to a role, or someone to the marked roles"),
    bind(Context::List, &["P"], Action::Password, "", "give the user a new password"),
    bind(Context::List, &["F"], Action::Fix, "", "in the findings: do what removes the finding, after asking where it changes a verdict"),
    bind(Context::List, &["t"], Action::Tune, "", "which grants of the role the requests need, and what can go"),
    bind(Context::List, &["i"], Action::Access, "", "everything that the user may do, by all roles together"),
    bind(Context::List, &["o"], Action::Sort, "", "sort: file order, name, changed first"),
    // Detail
    bind(Context::Detail, &["enter"], Action::Open, "follow", "go to what the line names"),
    bind(Context::Detail, &["a"], Action::Add, "add", "add an item to the list that the cursor is in"),
    bind(Context::Detail, &["e"], Action::Edit, "edit", "edit the value under the cursor"),
    bind(Context::Detail, &["d", "delete"], Action::Delete, "remove", "remove the item under the cursor"),
    bind(Context::Detail, &["n"], Action::New, "", "add a rule: index or tenant permissions, an attribute"),
    bind(Context::Detail, &["left", "h"], Action::FocusList, "list", "back to the list"),
    bind(Context::Detail, &["r"], Action::Repair, "", "repairs of what is missing in this verdict, cheapest first"),
    bind(Context::Detail, &["F"], Action::Fix, "", "in the findings: do what removes the finding"),
    bind(Context::Detail, &["P"], Action::Password, "", "give the user a new password"),
    // Grid
    bind(Context::Grid, &["enter"], Action::Open, "why", "look at the verdict: calls, table, evidence"),
    bind(Context::Grid, &["left", "h"], Action::Left, "", "one user to the left"),
    bind(Context::Grid, &["right", "l"], Action::Right, "", "one user to the right"),
    bind(Context::Grid, &["n"], Action::New, "ask", "type a request, such as `GET logs-*/_search`"),
    bind(Context::Grid, &["p"], Action::PasteRequests, "paste", "paste requests, a refusal, a curl line or an audit record"),
    bind(Context::Grid, &["a"], Action::AddColumn, "add user", "ask as one more user"),
    bind(Context::Grid, &["e"], Action::Edit, "edit", "edit the request"),
    bind(Context::Grid, &["d", "delete"], Action::Delete, "drop", "take the request out of the grid"),
    bind(Context::Grid, &["r"], Action::Repair, "repair", "repairs of what is missing, cheapest first"),
    bind(Context::Grid, &["F"], Action::RepairAll, "", "one repair for every request that should pass and does not"),
    bind(Context::Grid, &["K"], Action::Keep, "", "keep the request in the scenario file, today's verdict expected"),
    bind(Context::Grid, &["V"], Action::CompareEvaluators, "", "the other evaluator (legacy or v4) side by side"),
    bind(Context::Grid, &["C"], Action::CompareSettings, "", "where 2.19, 3.4, 3.8, v4 and narrowing differ"),
    bind(Context::Grid, &["D"], Action::FlipDnfof, "", "what if `do_not_fail_on_forbidden` were the other way"),
    bind(Context::Grid, &["o"], Action::Sort, "", "sort: as written, by name"),
    // Panes
    bind(Context::Panes, &["?"], Action::Help, "help", "what the keys do here"),
    bind(Context::Panes, &[":"], Action::Palette, "commands", "choose any action by name"),
    bind(Context::Panes, &["/"], Action::Filter, "filter", "narrow the list: letters, `/regex/`, `!` for the rest"),
    bind(Context::Panes, &["f", "ctrl-p"], Action::Find, "find", "jump to any user, role, mapping, group, request or finding"),
    bind(Context::Panes, &["tab"], Action::SwitchFocus, "switch", "between the list and its detail"),
    bind(Context::Panes, &["s", "ctrl-s"], Action::Save, "save", "show the differences, then save"),
    bind(Context::Panes, &["u"], Action::Undo, "undo", "take the last edit back"),
    bind(Context::Panes, &["q", "ctrl-c"], Action::Quit, "quit", "leave; asks when there are unsaved edits"),
    bind(Context::Panes, &["ctrl-r", "U"], Action::Redo, "", "do the undone edit again"),
    bind(Context::Panes, &["."], Action::Repeat, "", "do the last edit again on this entry"),
    bind(Context::Panes, &["esc", "backspace"], Action::Back, "", "one step back: filter, marks, the last jump"),
    bind(Context::Panes, &["1"], Action::Users, "", "users"),
    bind(Context::Panes, &["2"], Action::Roles, "", "roles"),
    bind(Context::Panes, &["3"], Action::Mappings, "", "role mappings"),
    bind(Context::Panes, &["4"], Action::Privileges, "", "privileges: action groups and actions"),
    bind(Context::Panes, &["5"], Action::Simulator, "", "simulator: requests by users"),
    bind(Context::Panes, &["6"], Action::Findings, "", "problems and findings"),
    bind(Context::Panes, &["7"], Action::Tenants, "", "tenants"),
    bind(Context::Panes, &["8"], Action::Settings, "", "dynamic settings"),
    bind(Context::Panes, &["]", "backtab"], Action::NextPane, "", "the next pane"),
    bind(Context::Panes, &["["], Action::PreviousPane, "", "the pane before"),
    bind(Context::Panes, &["j", "down"], Action::Down, "", "down"),
    bind(Context::Panes, &["k", "up"], Action::Up, "", "up"),
    bind(Context::Panes, &["g", "home"], Action::Top, "", "to the first row"),
    bind(Context::Panes, &["G", "end"], Action::Bottom, "", "to the last row"),
    bind(Context::Panes, &["ctrl-d"], Action::HalfDown, "", "half a screen down"),
    bind(Context::Panes, &["ctrl-u"], Action::HalfUp, "", "half a screen up"),
    bind(Context::Panes, &["pagedown"], Action::PageDown, "", "a screen down"),
    bind(Context::Panes, &["pageup"], Action::PageUp, "", "a screen up"),
    bind(
        Context::Panes,
        &["#", "alt-1", "alt-2", "alt-3", "alt-4", "alt-5", "alt-6", "alt-7", "alt-8", "alt-9"],
        Action::Count,
        "",
        "a number for the next key: `#12j`, or `alt-1` `2` `j`",
    ),
    bind(Context::Panes, &["v"], Action::RawYaml, "", "the entry as it stands in its file, beside it"),
    bind(Context::Panes, &["E"], Action::Editor, "", "the entry in `$EDITOR`, checked when you return"),
    bind(Context::Panes, &["y"], Action::Yank, "", "copy the entry as YAML, or the request"),
    bind(Context::Panes, &["Y"], Action::YankExplanation, "", "copy what the detail shows"),
    bind(Context::Panes, &["C"], Action::YankCurl, "", "copy the request as a curl line"),
    bind(Context::Panes, &["M"], Action::Matrix, "", "who may do what: the access matrix"),
    bind(Context::Panes, &["X"], Action::Escalation, "", "who can give themselves more, and how"),
    bind(Context::Panes, &["ctrl-l"], Action::Learn, "", "make a role of what audit logs show of a user"),
    bind(Context::Panes, &["w"], Action::Graph, "", "how access flows: user, backend role, mapping, role, rule"),
    bind(Context::Panes, &["z"], Action::Zoom, "", "let this part fill the screen"),
    bind(Context::Panes, &[">"], Action::Widen, "", "a wider list"),
    bind(Context::Panes, &["<"], Action::Narrow, "", "a narrower list"),
    bind(Context::Panes, &["R"], Action::ReadOnly, "", "forbid or allow edits"),
    bind(Context::Panes, &["L"], Action::CommandLog, "", "everything done in this sitting"),
    bind(Context::Panes, &["T"], Action::Theme, "", "the next theme"),
    bind(Context::Panes, &["ctrl-x"], Action::Stop, "", "give up the work under way"),
    bind(Context::Panes, &["ctrl-g"], Action::Guide, "", "a page of the guide"),
    bind(Context::Panes, &["f1"], Action::Tour, "", "a tour of the sample, one minute"),
    // Typing a line
    bind(Context::Input, &["enter"], Action::Accept, "accept", "accept what is typed"),
    bind(Context::Input, &["esc", "ctrl-c"], Action::Cancel, "cancel", "close without a change"),
    bind(Context::Input, &["tab"], Action::Complete, "complete", "take the highlighted completion"),
    bind(Context::Input, &["down", "ctrl-n"], Action::NextCompletion, "", "the next completion"),
    bind(Context::Input, &["up", "ctrl-p"], Action::PreviousCompletion, "", "the completion before"),
    // Typing a text
    bind(Context::Area, &["ctrl-s"], Action::Accept, "accept", "accept the text"),
    bind(Context::Area, &["esc", "ctrl-c"], Action::Cancel, "cancel", "close without a change"),
    // Choosing
    bind(Context::Choice, &["enter"], Action::Accept, "choose", "take the highlighted row"),
    bind(Context::Choice, &["esc", "ctrl-c"], Action::Cancel, "cancel", "close"),
    bind(Context::Choice, &["down", "ctrl-n"], Action::Down, "", "down"),
    bind(Context::Choice, &["up", "ctrl-p"], Action::Up, "", "up"),
    bind(Context::Choice, &["pagedown"], Action::PageDown, "", "a screen down"),
    bind(Context::Choice, &["pageup"], Action::PageUp, "", "a screen up"),
    // Reading
    bind(Context::Reader, &["esc", "q", "?"], Action::Cancel, "close", "close"),
    bind(Context::Reader, &["enter"], Action::Accept, "", "follow the line; in the tour go on; else close"),
    bind(Context::Reader, &["j", "down"], Action::Down, "down", "down"),
    bind(Context::Reader, &["k", "up"], Action::Up, "up", "up"),
    bind(Context::Reader, &["ctrl-d", "pagedown", "space"], Action::PageDown, "", "a screen down"),
    bind(Context::Reader, &["ctrl-u", "pageup"], Action::PageUp, "", "a screen up"),
    bind(Context::Reader, &["g", "home"], Action::Top, "", "to the first line"),
    bind(Context::Reader, &["G", "end"], Action::Bottom, "", "to the last line"),
    bind(Context::Reader, &["y"], Action::Yank, "copy", "copy the text"),
    bind(Context::Reader, &["t"], Action::Tour, "", "in the help: a tour of the sample"),
    bind(Context::Reader, &["w"], Action::SaveLog, "", "in the log: write it as changes that `rolesmith apply` replays"),
    // Saving
    bind(Context::Save, &["enter", "s", "y"], Action::Accept, "write", "write the files"),
    bind(Context::Save, &["esc", "q", "n"], Action::Cancel, "back", "back without writing"),
    bind(Context::Save, &["j", "down"], Action::Down, "", "down"),
    bind(Context::Save, &["k", "up"], Action::Up, "", "up"),
    bind(Context::Save, &["ctrl-d", "pagedown", "space"], Action::PageDown, "", "a screen down"),
    bind(Context::Save, &["ctrl-u", "pageup"], Action::PageUp, "", "a screen up"),
    bind(Context::Save, &["g", "home"], Action::Top, "", "to the first line"),
    bind(Context::Save, &["G", "end"], Action::Bottom, "", "to the last line"),
    // Conflict
    bind(Context::Conflict, &["r"], Action::Reload, "reload", "take what stands on disk and lose the edits"),
    bind(Context::Conflict, &["c"], Action::Compare, "compare", "show the difference between disk and edits"),
    bind(Context::Conflict, &["g"], Action::Merge, "merge", "take what stands on disk and do the edits on top"),
    bind(Context::Conflict, &["m"], Action::KeepMine, "keep mine", "write the edits over what stands on disk (a backup is kept)"),
    bind(Context::Conflict, &["esc", "q"], Action::Cancel, "back", "decide later"),
    bind(Context::Conflict, &["j", "down"], Action::Down, "", "down"),
    bind(Context::Conflict, &["k", "up"], Action::Up, "", "up"),
    bind(Context::Conflict, &["ctrl-d", "pagedown", "space"], Action::PageDown, "", "a screen down"),
    bind(Context::Conflict, &["ctrl-u", "pageup"], Action::PageUp, "", "a screen up"),
    bind(Context::Conflict, &["home"], Action::Top, "", "to the first line"),
    bind(Context::Conflict, &["G", "end"], Action::Bottom, "", "to the last line"),
    // Recovery
    bind(Context::Recovery, &["r"], Action::Recover, "bring back", "bring the unsaved edits of an earlier sitting back"),
    bind(Context::Recovery, &["d"], Action::Forget, "forget", "forget the unsaved edits of an earlier sitting"),
    bind(Context::Recovery, &["esc", "q"], Action::Cancel, "later", "decide at the next start"),
    bind(Context::Recovery, &["j", "down"], Action::Down, "", "down"),
    bind(Context::Recovery, &["k", "up"], Action::Up, "", "up"),
    bind(Context::Recovery, &["ctrl-d", "pagedown", "space"], Action::PageDown, "", "a screen down"),
    bind(Context::Recovery, &["ctrl-u", "pageup"], Action::PageUp, "", "a screen up"),
    bind(Context::Recovery, &["g", "home"], Action::Top, "", "to the first line"),
    bind(Context::Recovery, &["G", "end"], Action::Bottom, "", "to the last line"),
    // Leaving
    bind(Context::Leave, &["s"], Action::SaveAndQuit, "save", "look at the differences, save, and leave"),
    bind(Context::Leave, &["d"], Action::Discard, "discard", "leave and lose the edits"),
    bind(Context::Leave, &["esc", "q", "n"], Action::Cancel, "stay", "stay"),
    // Questions
    bind(Context::Question, &["enter", "y"], Action::Accept, "yes", "do it"),
    bind(Context::Question, &["esc", "n", "q"], Action::Cancel, "no", "do not"),
    bind(Context::Question, &["j", "down"], Action::Down, "", "down"),
    bind(Context::Question, &["k", "up"], Action::Up, "", "up"),
    bind(Context::Question, &["ctrl-d", "pagedown", "space"], Action::PageDown, "", "a screen down"),
    bind(Context::Question, &["ctrl-u", "pageup"], Action::PageUp, "", "a screen up"),
    bind(Context::Question, &["g", "home"], Action::Top, "", "to the first line"),
    bind(Context::Question, &["G", "end"], Action::Bottom, "", "to the last line"),
    // The matrix
    bind(Context::Matrix, &["esc", "q", "?"], Action::Cancel, "close", "close"),
    bind(Context::Matrix, &["enter"], Action::Open, "why", "look at the verdict, or at the entry"),
    bind(Context::Matrix, &["h", "left"], Action::Left, "", "to the left"),
    bind(Context::Matrix, &["l", "right"], Action::Right, "", "to the right"),
    bind(Context::Matrix, &["j", "down"], Action::Down, "", "down"),
    bind(Context::Matrix, &["k", "up"], Action::Up, "", "up"),
    bind(Context::Matrix, &["ctrl-d", "pagedown", "space"], Action::PageDown, "", "a screen down"),
    bind(Context::Matrix, &["ctrl-u", "pageup"], Action::PageUp, "", "a screen up"),
    bind(Context::Matrix, &["g", "home"], Action::Top, "", "to the first row"),
    bind(Context::Matrix, &["G", "end"], Action::Bottom, "", "to the last row"),
    bind(Context::Matrix, &["t"], Action::Turn, "turn", "users or roles across, requests or actions down"),
    bind(Context::Matrix, &["o"], Action::Sort, "sort", "sort the rows by the column under the cursor, or not"),
    bind(Context::Matrix, &["f"], Action::Freeze, "freeze", "keep the columns up to the cursor in sight, or let them go"),
    bind(Context::Matrix, &["y"], Action::Yank, "copy", "copy as CSV"),
    // Merging
    bind(Context::Merge, &["enter"], Action::Accept, "merge", "merge, with the side chosen for each entry"),
    bind(Context::Merge, &["space", "t"], Action::Turn, "other side", "let the other side win this entry"),
    bind(Context::Merge, &["esc", "q"], Action::Cancel, "back", "decide later"),
    bind(Context::Merge, &["j", "down"], Action::Down, "", "the next entry"),
    bind(Context::Merge, &["k", "up"], Action::Up, "", "the entry before"),
    // Everywhere
    bind(Context::Anywhere, &["ctrl-z"], Action::Suspend, "", "back to the shell; `fg` returns"),
];
