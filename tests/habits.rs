//! What hands and eyes are used to: the mouse on borders, the matrix, the text beside, work that is given up,
//! what is remembered, own themes, and files of the operator's own that are broken.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use rolesmith::engine::evaluate::Outcome;
use rolesmith::report::Work;
use rolesmith::tui::bindings::{BINDINGS, Context};
use rolesmith::tui::dialog::Dialog;
use rolesmith::tui::dialog::choice::Choice;
use rolesmith::tui::dialog::matrix::Matrix;
use rolesmith::tui::event::{Answer, Effect, Event};
use rolesmith::tui::options::Options;
use rolesmith::tui::pane::Pane;
use rolesmith::tui::progress::Progress;
use rolesmith::tui::session::Session;
use rolesmith::tui::simulation::Flip;
use rolesmith::tui::state::State;
use rolesmith::tui::update::update;
use rolesmith::tui::worker;
use rolesmith::workspace::{OpenError, Told, Workspace};

#[path = "support/panes.rs"]
mod panes;

use panes::{LARGE, USUAL, after, after_with, keys_of, screen, settle};

fn press(state: &mut State, keys: &str) {
    for key in keys_of(keys) {
        settle(state, Event::Key(key));
    }
}

fn mouse(state: &mut State, kind: MouseEventKind, (column, row): (u16, u16)) {
    settle(state, Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }));
}

const DOWN: MouseEventKind = MouseEventKind::Down(MouseButton::Left);
const DRAG: MouseEventKind = MouseEventKind::Drag(MouseButton::Left);
const UP: MouseEventKind = MouseEventKind::Up(MouseButton::Left);

#[test]
fn borders_are_dragged_and_nothing_else_is() {
    // Beside the list: the border follows the mouse.
    let mut state = after(USUAL, "2");
    let list = |state: &State| state.regions().list(state.pane).unwrap();
    let edge = list(&state).right() - 1;
    mouse(&mut state, DOWN, (edge, 10));
    mouse(&mut state, DRAG, (52, 10));
    assert!(list(&state).right().abs_diff(52) <= 1, "{:?}", list(&state));
    mouse(&mut state, UP, (52, 10));
    mouse(&mut state, DRAG, (20, 10));
    assert!(list(&state).right().abs_diff(52) <= 1, "let go, it stays");
    // A drag that starts in the list moves no border.
    mouse(&mut state, DOWN, (5, 5));
    mouse(&mut state, DRAG, (20, 10));
    assert!(list(&state).right().abs_diff(52) <= 1);
    // Below the grid, where the detail stands under it.
    let mut state = after(USUAL, "5");
    let foot = list(&state).bottom();
    mouse(&mut state, DOWN, (30, foot));
    mouse(&mut state, DRAG, (30, foot + 5));
    assert!(list(&state).bottom().abs_diff(foot + 5) <= 1, "{foot} {:?}", list(&state));
    // On a wide terminal both borders move.
    let mut state = after(LARGE, "2");
    let edges = |state: &State| (list(state).right(), state.regions().list(Pane::Simulator).unwrap().x);
    let (left, right) = edges(&state);
    mouse(&mut state, DOWN, (left, 20));
    mouse(&mut state, DRAG, (left - 8, 20));
    mouse(&mut state, UP, (left - 8, 20));
    mouse(&mut state, DOWN, (right, 20));
    mouse(&mut state, DRAG, (right + 20, 20));
    let (now_left, now_right) = edges(&state);
    assert!(now_left < left && now_right > right, "{left} {right} {now_left} {now_right}");
}

fn matrix(state: &State) -> &Matrix {
    match state.dialogs.last() {
        Some(Dialog::Matrix(matrix)) => matrix,
        _ => panic!("no matrix:\n{}", screen(state)),
    }
}

fn cell(state: &State, row: &str, column: &str) -> Option<Outcome> {
    let matrix = matrix(state);
    let column = matrix.columns.iter().position(|name| name == column).unwrap_or_else(|| panic!("no column `{column}`"));
    matrix.rows.iter().find(|each| each.label == row).unwrap_or_else(|| panic!("no row `{row}`")).cells[column]
}

#[test]
fn the_matrix_turns_to_actions_and_to_roles_sorts_and_freezes() {
    let mut state = after(USUAL, "M");
    assert_eq!(cell(&state, "GET /hr-people/_search", "hanna"), Some(Outcome::Allowed));
    assert_eq!(cell(&state, "GET /hr-people/_search", "erin"), Some(Outcome::Denied));
    press(&mut state, "t");
    // Hanna may search some of what is searched, and nobody asked her to do less than search.
    assert_eq!(cell(&state, "indices:data/read/search", "hanna"), Some(Outcome::Partial));
    press(&mut state, "t");
    assert_eq!(cell(&state, "GET /k8s-staging-*/_search", "k8s_viewer"), Some(Outcome::Allowed));
    assert_eq!(cell(&state, "GET /k8s-staging-*/_search", "hr_export"), Some(Outcome::Denied));
    assert_eq!(cell(&state, "DELETE /logs-*", "all_access"), Some(Outcome::Allowed));
    press(&mut state, "tt");
    // What the user under the cursor lacks comes first.
    press(&mut state, "lo");
    let first: Vec<_> = matrix(&state).rows.iter().map(|row| row.cells[1]).collect();
    let denied = first.iter().take_while(|cell| **cell == Some(Outcome::Denied)).count();
    assert!(denied > 0 && first[denied..].iter().all(|cell| *cell != Some(Outcome::Denied)), "{first:?}");
    press(&mut state, "o");
    assert_eq!(matrix(&state).rows[0].label, "HEAD /");
    // The frozen column stays in sight while the others scroll.
    let mut state = after((40, 12), "Mfllll");
    let shown = screen(&state);
    let head = shown.lines().find(|line| line.contains("vector")).unwrap_or_else(|| panic!("{shown}"));
    assert!(head.contains("orders") && !head.contains("dana"), "{shown}");
    press(&mut state, "<esc>M<enter>");
    assert_eq!(state.pane, Pane::Simulator);
}

#[test]
fn the_text_beside_follows_the_cursor_to_its_line() {
    let mut state = after(USUAL, "2jj<enter>v");
    let line = |state: &State| state.raw.as_ref().unwrap().title.clone();
    let at = state.detail.lines().iter().position(|line| line.text().contains("k8s-staging-*")).unwrap();
    press(&mut state, &format!("#{}G", at + 1));
    let text = include_str!("../assets/sample/roles.yml");
    let wanted = text.lines().position(|line| line.contains("k8s-staging-*")).unwrap() + 1;
    assert!(line(&state).starts_with(&format!("roles.yml:{wanted}:")), "{}", line(&state));
    assert!(screen(&state).contains(&format!(">{wanted:>5} ")), "{}", screen(&state));
    press(&mut state, "v");
    assert!(state.raw.is_none());
    // Where there is no room for both it stands over everything.
    let state = after((40, 12), "2v");
    assert!(state.raw.is_none() && matches!(state.dialogs.last(), Some(Dialog::Reader(_))));
}

#[test]
fn long_work_is_told_and_given_up() {
    let mut state = after(USUAL, "5");
    let work = Work { what: "asking", unit: "verdicts", done: 1200, total: 4200, elapsed: Duration::from_secs(2) };
    settle(&mut state, Event::Resize(120, 30));
    update(&mut state, Event::Progress(work));
    assert!(screen(&state).contains("asking 1200/4200 verdicts, 600/s, 5 s left, ctrl-x stops"), "{}", screen(&state));
    let effects = update(&mut state, Event::Key("ctrl-x".parse().unwrap()));
    assert!(matches!(effects.as_slice(), [Effect::Stop]), "{effects:?}");
    update(&mut state, Event::Answer(Answer::Stopped));
    assert!(screen(&state).contains("given up"), "{}", screen(&state));
    // The next edit asks again.
    press(&mut state, "nGET x/_search<enter>");
    assert!(!state.simulation.waiting);
}

#[test]
fn what_is_longer_than_the_screen_is_read_to_its_end() {
    // the help, a page of the guide and the differences before a save, by each key and by the wheel
    let save = "2jj<enter>nk8s-*: read<enter>nk9s-*: read<enter>nk7s-*: read<enter>nk6s-*: read<enter>s";
    for (opening, size) in [("?", (80, 24)), ("?", (40, 12)), (":guide<enter><enter>", (80, 24)), (save, (80, 20))] {
        let state = after(size, opening);
        let text = match state.dialogs.last() {
            Some(Dialog::Reader(reader)) => reader.scroll.text(),
            Some(Dialog::Save(save)) => save.scroll.text(),
            other => panic!("{opening}: {other:?}"),
        };
        let word = |line: &str| line.split_whitespace().last().unwrap_or_default().to_owned();
        let (first, last) = (word(text.lines().next().unwrap()), word(text.trim_end().lines().last().unwrap()));
        let top = screen(&state);
        assert!(top.contains(&first) && !top.lines().rev().skip(3).take(2).any(|row| row.contains("↓0 ")), "{opening}\n{top}");
        for (down, up) in [("G", "g"), ("<end>", "<home>"), ("<pagedown>", "<pageup>"), ("<ctrl-d>", "<ctrl-u>"), ("j", "k")] {
            let mut state = state.clone();
            let times = if matches!(down, "G" | "<end>") { 1 } else { 400 };
            press(&mut state, down);
            assert_ne!(screen(&state), top, "{opening} {down} moves");
            press(&mut state, &down.repeat(times - 1));
            let bottom = screen(&state);
            assert!(bottom.contains(" ↓0 ") && bottom.contains(&last), "{opening} {down}: `{last}` in\n{bottom}");
            press(&mut state, &up.repeat(times));
            assert_eq!(screen(&state), top, "{opening} {up}");
        }
        let mut state = state.clone();
        mouse(&mut state, MouseEventKind::ScrollDown, (5, 5));
        assert_ne!(screen(&state), top, "{opening} by the wheel");
        mouse(&mut state, MouseEventKind::ScrollUp, (5, 5));
        assert_eq!(screen(&state), top, "{opening} by the wheel");
    }
}

/// What the dialog on top says.
fn told(state: &State) -> String {
    match state.dialogs.last() {
        Some(Dialog::Save(save)) => save.scroll.text(),
        other => panic!("{other:?}"),
    }
}

/// Press a key, and leave what it asks for unanswered.
fn unanswered(state: &mut State, key: &str) -> Vec<Effect> {
    update(state, Event::Key(keys_of(key)[0]))
}

#[test]
fn a_save_shows_what_turned_once_the_simulator_has_answered() {
    let mut state = after(USUAL, "2/k8s_v<enter>jj<enter>");
    for key in keys_of("nk8s-*: read") {
        settle(&mut state, Event::Key(key));
    }
    let asked = unanswered(&mut state, "<enter>").into_iter().find(|effect| matches!(effect, Effect::Ask(_))).expect("the grid is asked");
    unanswered(&mut state, "s");
    assert!(told(&state).contains("the simulator is being asked"), "{}", told(&state));
    let mut given_up = state.clone();
    let answer = worker::perform(&asked, &Progress::new("asking", "verdicts", 0, |_| {})).expect("an answer");
    update(&mut state, Event::Answer(answer));
    assert!(!told(&state).contains("asked") && told(&state).contains("gained GET /k8s-*/_search"), "{}", told(&state));
    // stopped, it does not claim that nothing turned
    update(&mut given_up, Event::Answer(Answer::Stopped));
    assert!(told(&given_up).contains("its answers are older than the edits"), "{}", told(&given_up));
    assert!(!told(&given_up).contains("none of them changes"), "{}", told(&given_up));
}

#[test]
fn a_request_that_is_typed_after_an_edit_is_compared_with_what_was_saved_too() {
    let mut state = after(USUAL, "2/k8s_v<enter>jj<enter>nfresh-*: read<enter>5nGET fresh-1/_search<enter>");
    let turned = |state: &State| {
        let row = state.simulation.requests.iter().position(|asked| asked.label().contains("fresh-1")).expect("the row");
        let columns = 0..state.simulation.subjects.len();
        columns
            .filter_map(|column| Some((state.simulation.subjects[column].user.clone(), state.simulation.flip(row, column)?)))
            .collect::<Vec<_>>()
    };
    let gained = turned(&state);
    assert!(gained.iter().any(|(user, flip)| user == "dana" && *flip == Flip::Gained), "{gained:?}");
    press(&mut state, "2u");
    assert_eq!(turned(&state), []);
}

#[test]
fn a_question_that_is_given_up_is_not_answered_and_progress_counts_every_verdict() {
    let mut state = after(USUAL, "5");
    let question = update(&mut state, Event::Key("V".parse().unwrap()));
    let question = question.into_iter().find(|effect| matches!(effect, Effect::Ask(_))).expect("the grid is asked");
    let told = Arc::new(Mutex::new(Vec::new()));
    let heard = told.clone();
    let progress = worker::progress(&question, move |work| heard.lock().unwrap().push(work));
    progress.stop();
    assert!(matches!(worker::perform(&question, &progress), Some(Answer::Stopped)));
    // who gains and loses by an edit can be given up too
    let mut state = after(USUAL, "2jj<enter>nk8s-*: read<enter>");
    let question = update(&mut state, Event::Key("s".parse().unwrap()));
    let question = question.into_iter().find(|effect| matches!(effect, Effect::CompareRoles { .. })).expect("the save compares");
    let progress = worker::progress(&question, |_| {});
    progress.stop();
    assert!(matches!(worker::perform(&question, &progress), Some(Answer::Stopped)));
    let progress = Progress::new("asking", "verdicts", 10, |_| {});
    assert!(progress.step(3) && progress.step(7));
    progress.stop();
    assert!(!progress.step(1));
}

#[test]
fn opening_tells_how_far_it_is_and_can_be_given_up() {
    let directory = tempfile::tempdir().unwrap();
    for (name, bytes) in Workspace::sample_files() {
        std::fs::write(directory.path().join(name), bytes).unwrap();
    }
    let open = |told: Told| Workspace::open(directory.path(), rolesmith::workspace::Options { told, ..Default::default() });
    let told = Arc::new(Mutex::new(Vec::new()));
    let heard = told.clone();
    open(Told::new(move |done, total| {
        heard.lock().unwrap().push((done, total));
        true
    }))
    .unwrap();
    let told = told.lock().unwrap();
    assert!(told.len() > 3 && told.windows(2).all(|pair| pair[0].0 <= pair[1].0 && pair[0].1 == pair[1].1), "{told:?}");
    assert!(matches!(open(Told::new(|done, _| done == 0)), Err(OpenError::GivenUp)));
}

#[test]
fn a_sitting_is_remembered_and_put_back() {
    let mut state = after(USUAL, "5nGET remembered/_search<enter>");
    press(&mut state, "ajane developers,ops<enter>2jj<enter>v>>T");
    let text = Session::of(&state);
    let mut again = after(USUAL, "");
    Session::restore(&mut again, &text);
    settle(&mut again, Event::Resize(USUAL.0, USUAL.1));
    assert_eq!((again.pane, again.list().name()), (Pane::Roles, Some("k8s_viewer")));
    assert_eq!((again.split, again.focus, again.raw.is_some()), (state.split, state.focus, true));
    assert_eq!(again.theme().name, "light");
    assert!(again.simulation.requests.iter().any(|asked| asked.label() == "GET /remembered/_search"));
    let jane = again.simulation.subjects.iter().find(|subject| subject.user == "jane").expect("jane is asked again");
    assert_eq!(jane.backend_roles, ["developers", "ops"]);
    // What is no memory changes nothing.
    Session::restore(&mut again, "pane = 3");
    assert_eq!(again.pane, Pane::Roles);
}

#[test]
fn own_themes_are_there_by_name_and_what_is_wrong_in_them_is_told_with_its_place() {
    let own_themes = vec![
        ("/c/rolesmith/theme.toml".to_owned(), "base = \"light\"\nbad = \"bold #ff0000\"\n".to_owned()),
        ("/c/rolesmith/themes/dusk.toml".to_owned(), "base = \"dark\"\ngood = \"shiny\"\n".to_owned()),
    ];
    let options = Options { own_themes, ..Options::default() };
    let state = after_with(Workspace::sample(), &options, (160, 40), "");
    assert_eq!(state.theme().name, "theme");
    assert!(state.themes.iter().any(|theme| theme.name == "dusk"));
    assert!(screen(&state).contains("dusk.toml:2:8: `shiny`"), "{}", screen(&state));
    let options = Options { theme: Some("dusk".to_owned()), ..options };
    assert_eq!(after_with(Workspace::sample(), &options, USUAL, "").theme().name, "dusk");
}

#[test]
fn broken_files_of_the_operators_leave_the_defaults_and_say_where() {
    let options = Options {
        keymap: Some(("keys.toml".to_owned(), "[panes\n".to_owned())),
        own_themes: vec![("theme.toml".to_owned(), "base = \n".to_owned())],
        ..Options::default()
    };
    let mut state = after_with(Workspace::sample(), &options, (200, 40), "");
    let shown = screen(&state);
    assert!(shown.contains("keys.toml:1:") && shown.contains("theme.toml:1:") && shown.contains("the defaults hold"), "{shown}");
    press(&mut state, "2");
    assert_eq!(state.pane, Pane::Roles, "the default keys hold");
    // Settings of the directory.
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("roles.yml"), "_meta:\n  type: roles\n  config_version: 2\nr: {}\n").unwrap();
    std::fs::write(directory.path().join(".rolesmith.yml"), "evaluator: v5\ncolour: red\n").unwrap();
    let workspace = Workspace::open(directory.path(), rolesmith::workspace::Options::default()).unwrap();
    let state = after_with(workspace, &Options::default(), (200, 40), "6");
    let shown = screen(&state);
    assert!(shown.contains(".rolesmith.yml:1:12") && shown.contains(".rolesmith.yml:2:1"), "{shown}");
    assert!(state.open.data().configuration().roles.contains_key("r"));
}

#[test]
fn a_text_that_the_editor_left_and_that_cannot_be_taken_is_not_lost() {
    let mut state = after(USUAL, "2jj");
    let text = "k8s_viewer:\n  cluster_permisions: []\n".to_owned();
    let answer = Answer::Edited { pane: Pane::Roles, name: "k8s_viewer".to_owned(), text: Some(text.clone()) };
    settle(&mut state, Event::Answer(answer.clone()));
    let shown = screen(&state);
    assert!(shown.contains("edit again?") && shown.contains("2:3: "), "{shown}");
    let again = settle(&mut state, Event::Key("y".parse().unwrap()));
    assert!(matches!(again.as_slice(), [Effect::Edit { text: kept, .. }] if *kept == text), "{again:?}");
    settle(&mut state, Event::Answer(answer));
    let copied = settle(&mut state, Event::Key("n".parse().unwrap()));
    assert!(matches!(copied.as_slice(), [Effect::Copy(kept)] if *kept == text), "{copied:?}");
    assert!(!state.open.is_dirty());
}

#[test]
fn read_only_refuses_repairs_too() {
    let mut state = after(USUAL, "R5");
    let row = state.simulation.requests.iter().position(|asked| asked.label() == "GET /k8s-*/_search").unwrap();
    state.simulation.column = state.simulation.names.iter().position(|name| name == "dana").unwrap();
    press(&mut state, &format!("#{}Gr<enter>", row + 1));
    assert!(!state.open.is_dirty() && screen(&state).contains("read-only"), "{}", screen(&state));
}

fn choice(state: &State) -> &Choice {
    match state.dialogs.last() {
        Some(Dialog::Choice(choice)) => choice,
        _ => panic!("no choice:\n{}", screen(state)),
    }
}

#[test]
fn the_palette_has_every_action_of_the_panes_with_its_key() {
    let state = after(USUAL, "2:");
    let palette = choice(&state);
    for binding in
        BINDINGS.iter().filter(|binding| matches!(binding.context, Context::Panes | Context::List | Context::Detail | Context::Grid))
    {
        let row = palette.names.iter().position(|name| name.split("  ").next() == Some(binding.action.name()));
        let row = row.unwrap_or_else(|| panic!("`{}` is not in the palette", binding.action.name()));
        assert!(!palette.notes[row].is_empty(), "`{}` shows no key", binding.action.name());
    }
}

#[test]
fn anything_is_found() {
    let state = after(USUAL, "f");
    let kinds: Vec<&str> = choice(&state).notes.iter().map(String::as_str).collect();
    for pane in Pane::ALL {
        assert!(kinds.contains(&pane.entry()), "nothing of {} in {kinds:?}", pane.title());
    }
}

#[test]
fn empty_panes_offer_the_next_step() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("roles.yml"), "_meta:\n  type: roles\n  config_version: 2\n").unwrap();
    for pane in ["1", "3", "5", "6", "8"] {
        let workspace = Workspace::open(directory.path(), rolesmith::workspace::Options::default()).unwrap();
        let state = after_with(workspace, &Options::default(), (120, 30), pane);
        assert!(state.list().is_empty(), "pane {pane}");
        let [what, next] = state.pane.empty(state.open.data());
        let shown = screen(&state);
        let starts = |text: &str| text.split(' ').take(3).collect::<Vec<_>>().join(" ");
        assert!(shown.contains(&starts(what)) && shown.contains(&starts(next)), "{shown}");
    }
}

/// The last column of the guide's table of conventions, by habit.
fn conventions() -> Vec<(String, String)> {
    let guide = include_str!("../assets/guide/panes.md");
    let rows = guide.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| habit"));
    // a bar inside a cell is written `\\|`
    rows.map(|line| line.replace("\\|", "/").trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>())
        .map(|cells| (cells[0].clone(), cells.last().unwrap().clone()))
        .collect()
}

#[test]
fn the_guides_table_of_conventions_says_what_the_live_keymap_does() {
    use rolesmith::tui::action::Action;
    let keymap = rolesmith::tui::keymap::Keymap::default();
    const LIST: &[Context] = &[Context::List, Context::Panes, Context::Anywhere];
    const DETAIL: &[Context] = &[Context::Detail, Context::Panes, Context::Anywhere];
    const READER: &[Context] = &[Context::Reader];
    const MATRIX: &[Context] = &[Context::Matrix];
    // each habit: the keys that its row names, and what each does
    type Habit<'h> = (&'h str, &'h [Context], &'h [(&'h str, Action)]);
    let habits: &[Habit<'_>] = &[
        ("choose a command", LIST, &[(":", Action::Palette)]),
        ("filter", LIST, &[("/", Action::Filter)]),
        ("help", LIST, &[("?", Action::Help)]),
        ("back", DETAIL, &[("esc", Action::Back)]),
        ("move", LIST, &[("g", Action::Top), ("G", Action::Bottom), ("ctrl-d", Action::HalfDown), ("ctrl-u", Action::HalfUp)]),
        ("panes", LIST, &[("[", Action::PreviousPane), ("]", Action::NextPane), ("tab", Action::SwitchFocus)]),
        ("jump to anything", LIST, &[("f", Action::Find), ("ctrl-p", Action::Find)]),
        ("edit many", LIST, &[("a", Action::Add), ("x", Action::Remove), ("m", Action::Map), ("d", Action::Delete)]),
        ("mark", LIST, &[("space", Action::Mark), ("A", Action::MarkAll)]),
        ("edit outside", LIST, &[("E", Action::Editor)]),
        (
            "counts",
            LIST,
            &[("#", Action::Count), ("alt-3", Action::Count), ("j", Action::Down), ("G", Action::Bottom), (".", Action::Repeat)],
        ),
        ("undo, redo", LIST, &[("u", Action::Undo), ("ctrl-r", Action::Redo), ("U", Action::Redo)]),
        ("repeat", LIST, &[(".", Action::Repeat)]),
        ("copy", LIST, &[("y", Action::Yank), ("Y", Action::YankExplanation), ("C", Action::YankCurl)]),
        ("raw text", LIST, &[("v", Action::RawYaml)]),
        ("read-only", LIST, &[("R", Action::ReadOnly)]),
        ("command log", LIST, &[("L", Action::CommandLog)]),
        ("command log", READER, &[("w", Action::SaveLog)]),
        ("sort", LIST, &[("o", Action::Sort)]),
        ("freeze a column", MATRIX, &[("f", Action::Freeze)]),
        ("stop long work", LIST, &[("ctrl-x", Action::Stop)]),
        ("mouse", LIST, &[]),
        ("confirm what breaks", LIST, &[]),
        ("zoom", LIST, &[("z", Action::Zoom), ("<", Action::Narrow), (">", Action::Widen)]),
        ("suspend", LIST, &[("ctrl-z", Action::Suspend)]),
    ];
    let rows = conventions();
    for (habit, contexts, keys) in habits {
        let here = rows.iter().find(|(row, _)| row == habit).unwrap_or_else(|| panic!("the guide has no row `{habit}`")).1.as_str();
        for (key, action) in *keys {
            assert_eq!(keymap.action(contexts, key.parse().unwrap()), Some(*action), "`{key}` of the row `{habit}`");
            let inside = here.split('`').skip(1).step_by(2).any(|word| word == *key || (word.starts_with('#') && word.contains(key)));
            assert!(inside, "the row `{habit}` does not name `{key}`: {here}");
        }
    }
    for (row, here) in &rows {
        let known: Vec<&str> =
            habits.iter().filter(|(habit, ..)| habit == row).flat_map(|(_, _, keys)| keys.iter().map(|(key, _)| *key)).collect();
        assert!(habits.iter().any(|(habit, ..)| habit == row), "nothing looks at the row `{row}`");
        // whatever else the row writes as a key is one of those that were looked at
        for word in here.split('`').skip(1).step_by(2).filter(|word| word.parse::<rolesmith::tui::key::Key>().is_ok()) {
            assert!(known.contains(&word) || word == "!", "the row `{row}` names `{word}`, which nothing looked at");
        }
    }
}
