//! What a key can do, by the name that keymaps and the palette use.

macro_rules! actions {
    ($($(#[$doc:meta])* $variant:ident $name:literal,)*) => {
        /// One thing that the panes can do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Action { $($(#[$doc])* $variant,)* }

        impl Action {
            /// Every action.
            pub const ALL: &'static [Action] = &[$(Action::$variant,)*];

            /// The name in keymaps and in the palette.
            pub fn name(self) -> &'static str {
                match self { $(Action::$variant => $name,)* }
            }
        }
    };
}

actions! {
    /// Leave the program.
    Quit "quit",
    /// Show what the keys do here.
    Help "help",
    /// Choose any action by name.
    Palette "palette",
    /// Narrow the list.
    Filter "filter",
    /// Jump to anything by name.
    Find "find",
    /// One step back: close, clear the filter, or return to where the last jump started.
    Back "back",
    /// Show the users.
    Users "users",
    /// Show the roles.
    Roles "roles",
    /// Show the role mappings.
    Mappings "mappings",
    /// Show action groups and actions.
    Privileges "privileges",
    /// Show the simulator.
    Simulator "simulator",
    /// Show problems and findings.
    Findings "findings",
    /// Show the tenants.
    Tenants "tenants",
    /// Show the dynamic settings.
    Settings "settings",
    /// The next pane.
    NextPane "next-pane",
    /// The pane before.
    PreviousPane "previous-pane",
    /// Move between the list and the detail beside it.
    SwitchFocus "switch-focus",
    /// Into the list.
    FocusList "focus-list",
    /// Into the detail.
    FocusDetail "focus-detail",
    /// One row down.
    Down "down",
    /// One row up.
    Up "up",
    /// One column left.
    Left "left",
    /// One column right.
    Right "right",
    /// To the first row.
    Top "top",
    /// To the last row.
    Bottom "bottom",
    /// Half a screen down.
    HalfDown "half-page-down",
    /// Half a screen up.
    HalfUp "half-page-up",
    /// A screen down.
    PageDown "page-down",
    /// A screen up.
    PageUp "page-up",
    /// A number for the next key: how often, or to which row.
    Count "count",
    /// Open what the cursor is on.
    Open "open",
    /// Make a new entry.
    New "new",
    /// Make a role from a recipe or one that comes with the product.
    NewFrom "new-from",
    /// Edit what the cursor is on.
    Edit "edit",
    /// Add an item.
    Add "add",
    /// Remove what the cursor is on.
    Delete "delete",
    /// Remove an item from the entry or from every marked one.
    Remove "remove",
    /// Copy the entry under a new name.
    Duplicate "duplicate",
    /// Rename the entry with all references.
    Rename "rename",
    /// Set a new password.
    Password "password",
    /// Mark the row for a bulk edit.
    Mark "mark",
    /// Mark every row that the list shows, or none.
    MarkAll "mark-all",
    /// Map the marked users to a role, or users to the marked roles.
    Map "map",
    /// Do the last edit again on this entry.
    Repeat "repeat",
    /// Take the last edit back.
    Undo "undo",
    /// Do it again.
    Redo "redo",
    /// Look at the differences and save.
    Save "save",
    /// Copy the entry as YAML.
    Yank "yank",
    /// Copy the request as a curl line.
    YankCurl "yank-curl",
    /// Copy the explanation.
    YankExplanation "yank-explanation",
    /// Show the entry's text in its file beside it.
    RawYaml "raw-yaml",
    /// Open the entry in `$EDITOR`.
    Editor "editor",
    /// Forbid or allow edits.
    ReadOnly "read-only",
    /// Everything done in this sitting.
    CommandLog "command-log",
    /// Write the log as a list of changes.
    SaveLog "save-log",
    /// The next theme.
    Theme "theme",
    /// Make the focused part fill the screen.
    Zoom "zoom",
    /// A wider list.
    Widen "widen",
    /// A narrower list.
    Narrow "narrow",
    /// Paste requests as Dev Tools text.
    PasteRequests "paste-requests",
    /// Add a user to the grid.
    AddColumn "add-user",
    /// Legacy and v4 side by side.
    CompareEvaluators "compare-evaluators",
    /// Every version, evaluator and narrowing side by side.
    CompareSettings "compare-settings",
    /// What if `do_not_fail_on_forbidden` were the other way.
    FlipDnfof "flip-dnfof",
    /// The access matrix as a heat map.
    Matrix "matrix",
    /// How access flows to the entry.
    Graph "graph",
    /// Sort by the next column.
    Sort "sort",
    /// Freeze the column.
    Freeze "freeze",
    /// Users or roles, requests or actions.
    Turn "turn",
    /// Keep the request in the scenario file.
    Keep "keep",
    /// Take the best repair of what is missing.
    Repair "repair",
    /// Do what removes the finding.
    Fix "fix",
    /// One repair for every request that should pass and does not.
    RepairAll "repair-all",
    /// Which grants of the role the requests need, and what can go.
    Tune "tune",
    /// Everything that the user may do.
    Access "access",
    /// Who can give themselves more.
    Escalation "escalation",
    /// Make a role of what audit logs show.
    Learn "learn",
    /// A page of the guide.
    Guide "guide",
    /// Walk through the sample.
    Tour "tour",
    /// Stop the program for a while.
    Suspend "suspend",
    /// Give up the work under way.
    Stop "stop",
    /// Accept.
    Accept "accept",
    /// Close without doing anything.
    Cancel "cancel",
    /// Take the highlighted completion.
    Complete "complete",
    /// The next completion.
    NextCompletion "next-completion",
    /// The completion before.
    PreviousCompletion "previous-completion",
    /// Load what stands on disk, losing the edits of that file.
    Reload "reload",
    /// Show the difference to what stands on disk.
    Compare "compare",
    /// Do the edits on top of what stands on disk.
    Merge "merge",
    /// Write over what stands on disk.
    KeepMine "keep-mine",
    /// Bring the unsaved edits of an earlier sitting back.
    Recover "recover",
    /// Forget the unsaved edits of an earlier sitting.
    Forget "forget",
    /// Leave and lose the edits.
    Discard "discard",
    /// Save first, then leave.
    SaveAndQuit "save-and-quit",
}
