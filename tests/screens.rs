//! Screens: keys in, whole screen out.

#[path = "screens/elasticsearch.rs"]
mod elasticsearch;
#[path = "screens/others.rs"]
mod others;
#[path = "screens/tuning.rs"]
mod tuning;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::style::{Color, Modifier};
use rolesmith::tui::bindings::{BINDINGS, Context};
use rolesmith::tui::event::{Effect, Event};
use rolesmith::tui::options::Options;
use rolesmith::tui::picture;
use rolesmith::tui::state::State;
use rolesmith::tui::update::update;
use rolesmith::tui::view::view;
use rolesmith::workspace::Workspace;

#[path = "support/panes.rs"]
mod panes;

use panes::{LARGE, SMALL, USUAL, after, after_with, keys_of, press, screen, settle, terminal};

/// The foreground, background and modifiers of the first cell of `text` on the screen.
fn style_of(state: &State, text: &str) -> (Color, Color, Modifier) {
    let terminal = terminal(state);
    let buffer = terminal.backend().buffer();
    for y in 0..buffer.area.height {
        let row: Vec<&str> = (0..buffer.area.width).map(|x| buffer[(x, y)].symbol()).collect();
        for x in 0..row.len() {
            if row[x..].concat().starts_with(text) {
                let cell = &buffer[(x as u16, y)];
                return (cell.fg, cell.bg, cell.modifier);
            }
        }
    }
    panic!("`{text}` is not on the screen:\n{}", screen(state));
}

/// The screen without colours: below each row the cells that stand out, `B` bold, `D` dim, `U` underlined,
/// `R` reversed; no cell has a colour.
fn without_colour(state: &State) -> String {
    let terminal = terminal(state);
    let buffer = terminal.backend().buffer();
    let mut out = String::new();
    for (y, row) in screen(state).lines().enumerate() {
        let signs = (0..buffer.area.width).map(|x| {
            let cell = &buffer[(x, y as u16)];
            assert_eq!((cell.fg, cell.bg), (Color::Reset, Color::Reset), "a colour at {x},{y} of\n{}", screen(state));
            let has = |modifier| cell.modifier.contains(modifier);
            match () {
                () if has(Modifier::REVERSED) => 'R',
                () if has(Modifier::UNDERLINED) => 'U',
                () if has(Modifier::BOLD) => 'B',
                () if has(Modifier::DIM) => 'D',
                () => ' ',
            }
        });
        let signs: String = signs.collect();
        out.push_str(&format!("{row}\n"));
        if !signs.trim().is_empty() {
            out.push_str(&format!("{}\n", signs.trim_end()));
        }
    }
    out
}

/// A state at the usual size, on a small and on a large terminal, and without colours.
fn everywhere(make: impl Fn((u16, u16), &Options) -> State) -> String {
    let mut out = String::new();
    for (columns, rows) in [USUAL, SMALL, LARGE] {
        out.push_str(&format!("=== {columns}x{rows}\n{}", screen(&make((columns, rows), &Options::default()))));
    }
    let options = Options { no_colour: true, ..Options::default() };
    out + &format!("=== without colours\n{}", without_colour(&make(USUAL, &options)))
}

/// The same of the sample after keys.
fn over_the_sample(keys: &str) -> String {
    everywhere(|size, options| match options.no_colour {
        true => after_with(Workspace::sample(), options, size, keys),
        false => after(size, keys),
    })
}

macro_rules! screens {
    ($($name:ident: $keys:expr;)*) => {
        $(#[test]
        fn $name() {
            insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
                insta::assert_snapshot!(stringify!($name), over_the_sample($keys));
            });
        })*
    };
}

screens! {
    first_screen: "";
    users_detail: "jj<enter>";
    roles: "2";
    roles_filtered: "2/hr";
    roles_filtered_by_regex: "2//^k8s/<enter>";
    roles_filtered_to_the_rest: "2/!kib<enter>";
    roles_filter_matches_nothing: "2/zzzz<enter>";
    roles_marked: "2<space><space>";
    mappings: "3";
    privileges: "4";
    simulator: "5";
    settings_compared: "5C";
    findings: "6";
    tenants: "7";
    settings: "8";
    verdict: "5jjjj<enter>";
    help: "?";
    palette: ":undo";
    find: "fhanna";
    new_role_prompt: "2nauditors";
    add_action_with_completions: "2ea<backspace>read";
    unknown_action_is_doubted: "2earaed<enter>";
    delete_says_what_breaks: "2d";
    rename_prompt: "2r";
    guarded_entry_asks: "<enter>jjjjjjjjjjjaauditor<enter>";
    dls_area: "2jjj<enter>jjjjjjjjjjje";
    password_prompt_shows_no_letter: "jjPs3cret";
    save_shows_differences: "2nauditors<enter>s";
    leave_with_edits_asks: "2nauditors<enter>q";
    ask_a_request: "5nGET logs";
    paste_requests: "5p";
    raw_yaml: "2v";
    graph_of_a_user: "jjw";
    matrix: "M";
    tour: "?t<enter>";
    command_log: "2nauditors<enter>L";
    zoomed: "2z";
    guide: "<ctrl-g>panes<enter>";
    count_is_shown: "2#3";
    matrix_of_roles_by_actions: "Mtttllf";
    text_beside_the_detail: "2jj<enter>jjjjvjj";
    text_area_is_checked: "2jjj<enter>jjjjjjjjjjje{";
    remove_from_marked: "1jjj<space><space>x";
    nobody_asks_yet: "5ddddddddddddd";
    tour_grants: "?t<enter><enter><enter><enter>";
    tour_turned: "?t<enter><enter><enter><enter><enter>";
    read_only_refuses: "R2n";
    log_is_written_somewhere: "2nauditors<enter>Lw";
    access_difference: "2jj<enter>nk8s-*: read<enter>s";
}

#[test]
fn help_on_the_screen_names_every_binding() {
    let mut state = after((120, 200), "2?");
    let text = screen(&state);
    for binding in BINDINGS.iter().filter(|binding| [Context::List, Context::Panes].contains(&binding.context)) {
        assert!(text.contains(binding.help), "help lacks `{}`:\n{text}", binding.help);
    }
    settle(&mut state, Event::Key("esc".parse().unwrap()));
    assert!(state.dialogs.is_empty());
}

#[test]
fn every_action_of_the_panes_does_something_or_says_why_not() {
    for binding in
        BINDINGS.iter().filter(|binding| matches!(binding.context, Context::Panes | Context::List | Context::Detail | Context::Grid))
    {
        let prefix = match binding.context {
            Context::Detail => "2<enter>jjjjjjj",
            Context::Grid => "5",
            _ => "2",
        };
        for key in binding.keys {
            let before = after(USUAL, prefix);
            let mut state = before.clone();
            let effects = settle(&mut state, Event::Key(key.parse().unwrap()));
            let movement = screen(&state) != screen(&before) || state.quit || !effects.is_empty();
            let told = state.notice.as_ref().is_some_and(|(_, text)| text.contains("has nothing to do here"));
            assert!(!told, "`{key}` is bound in {:?} but unknown to update", binding.context);
            let at_the_edge = ["up", "page-up", "half-page-up", "top", "left", "focus-list", "roles", "back", "focus-list"];
            assert!(movement || at_the_edge.contains(&binding.action.name()), "`{key}` ({}) changes nothing", binding.action.name());
        }
    }
}

#[test]
fn an_edit_asks_the_grid_again_and_undo_takes_it_back() {
    let mut state = after(USUAL, "2");
    let generation = state.simulation.generation;
    for key in keys_of("nauditors<enter>") {
        settle(&mut state, Event::Key(key));
    }
    assert!(state.open.is_dirty());
    assert!(state.simulation.generation > generation);
    assert!(screen(&state).contains("auditors"));
    settle(&mut state, Event::Key("u".parse().unwrap()));
    assert!(!state.open.is_dirty());
    assert!(!state.open.data().configuration().roles.contains_key("auditors"));
    settle(&mut state, Event::Key("U".parse().unwrap()));
    assert!(state.open.data().configuration().roles.contains_key("auditors"));
}

#[test]
fn a_denied_request_turns_allowed_with_the_edit_and_back_with_undo() {
    let mut state = after(USUAL, "2jj<enter>nk8s-*: read<enter>5");
    let row = state.simulation.requests.iter().position(|asked| asked.label() == "GET /k8s-*/_search").unwrap();
    let column = state.simulation.names.iter().position(|name| name == "dana").unwrap();
    assert_eq!(state.simulation.word(row, column).1, "ok", "{}", screen(&state));
    let shown = screen(&state);
    assert!(shown.contains("gained"), "{shown}");
    settle(&mut state, Event::Key("u".parse().unwrap()));
    assert_eq!(state.simulation.word(row, column).1, "MISSING");
    assert_eq!(state.simulation.flips(), (0, 0));
}

#[test]
fn a_repair_lets_the_request_pass() {
    let mut state = after(USUAL, "5");
    let row = state.simulation.requests.iter().position(|asked| asked.label() == "GET /k8s-*/_search").unwrap();
    state.simulation.column = state.simulation.names.iter().position(|name| name == "dana").unwrap();
    for _ in 0..row {
        settle(&mut state, Event::Key("j".parse().unwrap()));
    }
    let column = state.simulation.column;
    settle(&mut state, Event::Key("r".parse().unwrap()));
    assert!(screen(&state).contains("repairs, what opens least first"), "{}", screen(&state));
    settle(&mut state, Event::Key("enter".parse().unwrap()));
    assert_eq!(state.simulation.word(row, column).1, "ok", "{}", screen(&state));
}

/// What is found stands on the row that it is about and in its detail; `F` does what removes it, and asks where that
/// changes what somebody may do.
#[test]
fn a_finding_marks_its_row_and_a_key_does_its_fix() {
    let directory = tempfile::tempdir().unwrap();
    let text = "_meta: { type: roles, config_version: 2 }\nx:\n  cluster_permissions: [cluster_monitor, cluster_monitor, cluster_composite_op] # kept\n";
    std::fs::write(directory.path().join("roles.yml"), text).unwrap();
    let workspace = Workspace::open(directory.path(), rolesmith::workspace::Options::default()).unwrap();
    let mut state = after_with(workspace, &Options::default(), USUAL, "2g");
    let bytes = |state: &State| String::from_utf8(state.open.data().workspace().files()[0].document().bytes().to_vec()).unwrap();
    assert!(screen(&state).contains("▸!x"), "{}", screen(&state));
    assert!(screen(&state).contains("cluster_composite_op"), "{}", screen(&state));
    state = press(state, USUAL, "6gF");
    assert!(screen(&state).contains("do this fix?") && bytes(&state) == text, "{}", screen(&state));
    state = press(state, USUAL, "<enter>");
    assert_eq!(bytes(&state), text.replace("cluster_composite_op", "cluster_composite_ops"));
    assert_eq!(state.open.data().mark(rolesmith::tui::pane::Pane::Roles, "x"), None);
    state = press(state, USUAL, "gF");
    assert_eq!(bytes(&state), text.replace("cluster_monitor, cluster_monitor", "cluster_monitor").replace("_op]", "_ops]"));
    assert!(screen(&state).contains("remove the second"), "{}", screen(&state));
    state = press(state, USUAL, "uu");
    assert_eq!(bytes(&state), text);
}

#[test]
fn an_answer_to_an_older_question_is_dropped() {
    use rolesmith::tui::event::Answer;
    let mut state = after(USUAL, "5");
    let generation = state.simulation.generation;
    let before = screen(&state);
    update(&mut state, Event::Answer(Answer::Grid { generation: generation - 1, now: Vec::new(), other: None, saved: None }));
    assert_eq!(screen(&state), before);
}

#[test]
fn a_bulk_edit_over_marks_is_one_step() {
    let mut state = after(USUAL, "jj<space><space>");
    for key in keys_of("mreadall<enter>") {
        settle(&mut state, Event::Key(key));
    }
    let users = |state: &State| state.open.data().configuration().roles_mapping.get("readall").map(|mapping| mapping.users.len());
    assert_eq!(users(&state), Some(2), "{:?}", state.notice);
    settle(&mut state, Event::Key("u".parse().unwrap()));
    assert!(!state.open.is_dirty());
}

#[test]
fn the_last_edit_repeats_on_another_entry() {
    let mut state = after(USUAL, "2jaindices:data/read/get<enter>j.");
    let held = |state: &State, role: &str| {
        let role = &state.open.data().configuration().roles[role];
        role.index_permissions[0].allowed_actions.iter().any(|action| action.as_str() == "indices:data/read/get")
    };
    assert!(held(&state, "platform_ops") && held(&state, "k8s_viewer"), "{:?}", state.notice);
    settle(&mut state, Event::Key("u".parse().unwrap()));
    assert!(held(&state, "platform_ops") && !held(&state, "k8s_viewer"));
}

#[test]
fn enter_follows_from_a_user_to_a_role_and_esc_returns() {
    let mut state = after(USUAL, "jj<enter>");
    let line = state.detail.lines().iter().position(|line| line.text().contains("log_shipper")).unwrap();
    state.detail.go(line);
    settle(&mut state, Event::Key("enter".parse().unwrap()));
    assert_eq!(state.list().name(), Some("log_shipper"));
    assert!(screen(&state).contains("vector › roles › log_shipper") || screen(&state).contains("vector › roles"), "{}", screen(&state));
    settle(&mut state, Event::Key("esc".parse().unwrap()));
    assert_eq!((state.pane.title(), state.list().name()), ("users", Some("vector")));
}

#[test]
fn read_only_refuses_edits_until_it_is_taken_off() {
    let options = Options { read_only: true, ..Options::default() };
    let state = after_with(Workspace::sample(), &options, USUAL, "2nx");
    assert!(state.dialogs.is_empty() && screen(&state).contains("read-only: `R` allows edits") || screen(&state).contains("read-only"));
    let state = after_with(Workspace::sample(), &options, USUAL, "2Rnx");
    assert_eq!(state.dialogs.len(), 1);
}

#[test]
fn hashes_reach_no_screen() {
    let user = |keys: &str| screen(&after((200, 60), keys));
    for keys in ["", "<enter>", "v", "jjv", "jjjPpw<enter>s"] {
        let shown = user(keys);
        assert!(!shown.contains("$2") && !shown.contains("argon"), "{keys}:\n{shown}");
    }
    let copied = {
        let mut state = after(USUAL, "");
        settle(&mut state, Event::Key("y".parse().unwrap()))
    };
    let Some(Effect::Copy(text)) = copied.first() else { panic!("{copied:?}") };
    assert!(text.contains("(masked)") && !text.contains("$2"), "{text}");
}

#[test]
fn a_role_starts_from_a_recipe_or_from_one_of_the_product() {
    let state = after(USUAL, "2N");
    let shown = screen(&state);
    assert!(shown.contains("new role from") && shown.contains("read_only_index") && shown.contains("bulk_access"), "{shown}");
    let state = after(USUAL, "2Nread_only<down><enter>");
    let shown = screen(&state);
    assert!(shown.contains("new role from read_only_index") && shown.contains("kibana_user and kibana_read_only"), "{shown}");
    let state = press(state, USUAL, "<enter>");
    let role = &state.open.data().configuration().roles["read_only_index"];
    assert_eq!(role.cluster_permissions[0].value, "cluster_composite_ops_ro");
    assert_eq!(role.index_permissions[0].index_patterns[0].value, "my-index-*");
    assert_eq!(state.list().name(), Some("read_only_index"));
    // what comes with the product is taken under a name of one's own
    let state = after(USUAL, "2Nmanage_snapshots<enter><enter>");
    assert!(
        state.open.data().configuration().roles["manage_snapshots_copy"]
            .cluster_permissions
            .iter()
            .any(|action| action.value == "manage_snapshots")
    );
    let state = after(USUAL, "2Nnothing<enter>");
    assert!(screen(&state).contains("no template `nothing`"), "{}", screen(&state));
    // every product with security has some
    let secured = |product: &rolesmith::engine::model::Product| product.name() != "elasticsearch-oss";
    for product in rolesmith::engine::model::Product::ALL.into_iter().filter(secured) {
        let mut state = after(USUAL, "2");
        let evaluator = state.open.data().workspace().evaluator();
        let mut workspace = state.open.data().workspace().clone();
        workspace.set_product(product, evaluator);
        state = after_with(workspace, &Options::default(), USUAL, "2N");
        let Some(rolesmith::tui::dialog::Dialog::Prompt(prompt)) = state.dialogs.last() else { panic!("no prompt for {product}") };
        assert!(prompt.total() >= 5, "{product}: {}", prompt.total());
    }
}

#[test]
fn a_new_password_becomes_a_bcrypt_hash() {
    let state = after(USUAL, "jjPs3cret<enter>");
    let user = &state.open.data().configuration().internal_users["vector"];
    let hash = user.hash.as_ref().unwrap().reveal().to_owned();
    assert!(bcrypt::verify("s3cret", &hash).unwrap());
    assert!(!format!("{:?}", state.log).contains(&hash));
}

#[test]
fn no_colour_means_none() {
    let options = Options { no_colour: true, ..Options::default() };
    let state = after_with(Workspace::sample(), &options, USUAL, "5");
    let terminal = terminal(&state);
    for cell in terminal.backend().buffer().content() {
        assert_eq!((cell.fg, cell.bg), (Color::Reset, Color::Reset));
    }
}

#[test]
fn ascii_signs_are_ascii() {
    let options = Options { ascii: true, ..Options::default() };
    for keys in ["", "2", "5", "?", "M", "2<space>"] {
        let text = screen(&after_with(Workspace::sample(), &options, USUAL, keys));
        assert!(text.is_ascii(), "{keys}:\n{text}");
    }
}

#[test]
fn the_cursor_and_what_is_missing_stand_out_in_colour() {
    let state = after(USUAL, "");
    assert_eq!(style_of(&state, "▸ ").1, Color::Rgb(0x2f, 0x4a, 0x6d));
    let filtered = after(USUAL, "2/hr");
    assert!(style_of(&filtered, "hr_export").2.contains(Modifier::UNDERLINED));
}

#[test]
fn wide_and_hostile_names_keep_the_frame_whole() {
    let directory = tempfile::tempdir().unwrap();
    let roles = "_meta:\n  type: roles\n  config_version: 2\n日本語のロール:\n  description: \"wide\"\n\"esc\\e[31mred\":\n  description: \"bell\\a\"\nשלום:\n  description: \"x\"\n\"bidi\\u202eevil\":\n  description: \"y\"\n";
    std::fs::write(directory.path().join("roles.yml"), roles).unwrap();
    let workspace = Workspace::open(directory.path(), rolesmith::workspace::Options::default()).unwrap();
    let state = after_with(workspace, &Options::default(), USUAL, "2");
    let text = screen(&state);
    assert!(text.contains("日本語のロール") || text.contains("日 本 語"), "{text}");
    assert!(text.contains("esc\\x1b[31mred") && text.contains("bidi\\u{202e}evil"), "{text}");
    assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'));
    let terminal = terminal(&state);
    let buffer = terminal.backend().buffer();
    let list_edge = state.regions().lists[0].1.right() - 1;
    for y in 3..10 {
        assert_eq!(buffer[(list_edge, y)].symbol(), "│", "row {y}:\n{text}");
    }
}

#[test]
fn every_size_draws() {
    for keys in ["", "2<enter>", "5", "?", "2n", "5p", "M", "f", "2nx<enter>s"] {
        let mut state = after(USUAL, keys);
        for columns in [1, 5, 19, 20, 33, 40, 59, 60, 79, 80, 120, 139, 140, 250] {
            for rows in [1, 4, 7, 8, 12, 14, 24, 36, 70] {
                settle(&mut state, Event::Resize(columns, rows));
                screen(&state);
            }
        }
    }
}

#[test]
fn a_frame_of_another_size_than_the_state_still_draws() {
    let state = after(USUAL, "5");
    for size in [(1, 1), (40, 12), (79, 30), (200, 60)] {
        let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
        terminal.draw(|frame| view(&state, frame)).unwrap();
    }
}

#[test]
fn the_mouse_selects_opens_and_scrolls() {
    use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
    let mut state = after(USUAL, "2");
    let mouse = |state: &mut State, kind, column, row| {
        settle(state, Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }));
    };
    mouse(&mut state, MouseEventKind::Down(MouseButton::Left), 5, 5);
    assert_eq!(state.list().cursor(), 2);
    mouse(&mut state, MouseEventKind::Down(MouseButton::Left), 5, 5);
    assert!(matches!(state.focus, rolesmith::tui::layout::Focus::Detail), "a double click opens");
    mouse(&mut state, MouseEventKind::ScrollDown, 5, 5);
    assert_eq!(state.list().cursor(), 5);
    mouse(&mut state, MouseEventKind::Down(MouseButton::Left), 2, 0);
    assert_eq!(state.pane.title(), "users");
}

#[test]
fn a_broken_file_opens_with_its_problem_and_place() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("roles.yml"), "_meta:\n  type: roles\n  config_version: 2\nreader:\n  cluster_permisions: []\n")
        .unwrap();
    let workspace = Workspace::open(directory.path(), rolesmith::workspace::Options::default()).unwrap();
    let state = after_with(workspace, &Options::default(), USUAL, "6");
    let text = screen(&state);
    assert!(text.contains("roles.yml:5:3") && text.contains("cluster_permisions"), "{text}");
}

#[test]
fn the_picture_of_the_readme_is_up_to_date() {
    let state = after((120, 34), "5");
    let drawn = picture::svg(terminal(&state).backend().buffer(), "rolesmith on its sample");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/screen.svg");
    if std::env::var_os("ROLESMITH_WRITE_PICTURE").is_some() {
        std::fs::write(path, &drawn).unwrap();
    }
    let there = std::fs::read_to_string(path).unwrap_or_default();
    assert!(there == drawn, "assets/screen.svg is out of date: run this test with ROLESMITH_WRITE_PICTURE=1");
}
