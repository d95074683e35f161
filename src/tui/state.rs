//! Everything that the screen is drawn from.

use std::collections::BTreeSet;
use std::sync::Arc;

use ratatui::layout::Rect;

use super::bindings::Context;
use super::dialog::Dialog;
use super::event::Other;
use super::keymap::Keymap;
use super::layout::{Focus, Regions, Splitter, Wanted, inside};
use super::line::{Line, Spot, Target};
use super::list::List;
use super::log::Log;
use super::open::Open;
use super::pane::Pane;
use super::raw::Raw;
use super::scroll::Scroll;
use super::simulation::{Asked, Simulation};
use super::symbols::Symbols;
use super::theme::{Theme, Tone};
use crate::engine::change::Change;
use crate::engine::model::Product;
use crate::engine::model::opensearch::Configuration;
use crate::report::Work;
use crate::source::Place;

/// Files of more bytes together are not looked at by the rules while there are unsaved edits.
const LINTED_BYTES: usize = 4 << 20;

/// Where a jump started.
#[derive(Debug, Clone, PartialEq)]
pub struct Stop {
    /// The pane.
    pub pane: Pane,
    /// The half of it.
    pub focus: Focus,
    /// The row.
    pub name: Option<String>,
    /// The line of the detail.
    pub line: usize,
    /// The column of the grid.
    pub column: usize,
}

/// The whole state of the panes: plain data.
#[derive(Debug, Clone)]
pub struct State {
    /// What was opened, in words: a directory, or the sample.
    pub title: String,
    /// The configuration and its edits.
    pub open: Open,
    /// Requests by users.
    pub simulation: Simulation,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// The current pane.
    pub pane: Pane,
    /// The focused half of it.
    pub focus: Focus,
    /// The lists, by pane.
    pub lists: [List; 8],
    /// The detail of the current row.
    pub detail: Scroll,
    /// What is over the panes, the topmost last.
    pub dialogs: Vec<Dialog>,
    /// Where jumps started, the newest last.
    pub back: Vec<Stop>,
    /// The last thing to tell.
    pub notice: Option<(Tone, String)>,
    /// The live keymap.
    pub keymap: Keymap,
    /// The themes to walk through, the current one first.
    pub themes: Vec<Theme>,
    /// Signs.
    pub symbols: Symbols,
    /// Whether edits are refused.
    pub read_only: bool,
    /// Whether the focused half fills the screen.
    pub zoom: bool,
    /// The list's share of the width, in percent.
    pub split: u16,
    /// The share of the simulator and the findings of a wide terminal's width, in percent.
    pub side: u16,
    /// The border that the mouse holds.
    pub drag: Option<Splitter>,
    /// The file's text beside the detail, when it is shown.
    pub raw: Option<Raw>,
    /// The number typed for the next key.
    pub count: Option<usize>,
    /// The work under way that takes long enough to be told about.
    pub work: Option<Work>,
    /// What was done in this sitting.
    pub log: Log,
    /// The edit that can be done again.
    pub last: Vec<Change>,
    /// Guarded entries that the operator agreed to change.
    pub agreed: BTreeSet<(Pane, String)>,
    /// Whether the grid is asked for other settings too.
    pub other: Option<Other>,
    /// Whether nothing was pressed yet, so that the first screen explains itself.
    pub fresh: bool,
    /// Whether to leave.
    pub quit: bool,
    /// Whether the system asked to end, so that unsaved edits are kept for the next sitting.
    pub ended: bool,
    /// Whether to leave as soon as the save under way is done.
    pub leaving: bool,
    seen: Option<Seen>,
    listed: Option<Listed>,
    asked: Option<(u64, usize, usize, Option<Other>)>,
    must_ask: bool,
    linted: Option<u64>,
    last_click: Option<(u16, u16)>,
}

/// What the lists were made from.
#[derive(Debug, Clone)]
struct Listed {
    revision: u64,
    configuration: Arc<Configuration>,
    product: Product,
}

/// What the detail was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    pane: Pane,
    name: Option<String>,
    row: Option<usize>,
    column: usize,
    revision: u64,
    answered: (u64, bool),
}

impl State {
    /// The first screen over what was opened.
    pub fn new(title: impl Into<String>, open: Open) -> Self {
        let mut simulation = Simulation::default();
        simulation.load(open.data().workspace().scenarios(), open.data().configuration());
        State {
            title: title.into(),
            open,
            simulation,
            size: (80, 24),
            pane: Pane::Users,
            focus: Focus::List,
            lists: Default::default(),
            detail: Scroll::default(),
            dialogs: Vec::new(),
            back: Vec::new(),
            notice: None,
            keymap: Keymap::default(),
            themes: Theme::all().to_vec(),
            symbols: Symbols::UNICODE,
            read_only: false,
            zoom: false,
            split: 40,
            side: 36,
            drag: None,
            raw: None,
            count: None,
            work: None,
            log: Log::default(),
            last: Vec::new(),
            agreed: BTreeSet::new(),
            other: None,
            fresh: true,
            quit: false,
            leaving: false,
            ended: false,
            seen: None,
            listed: None,
            asked: None,
            must_ask: false,
            linted: None,
            last_click: None,
        }
    }

    /// The current theme.
    pub fn theme(&self) -> &Theme {
        &self.themes[0]
    }

    /// The list of a pane.
    pub fn list_of(&self, pane: Pane) -> &List {
        &self.lists[pane as usize]
    }

    /// The list of the current pane.
    pub fn list(&self) -> &List {
        self.list_of(self.pane)
    }

    /// The list of the current pane, to move in.
    pub fn list_mut(&mut self) -> &mut List {
        &mut self.lists[self.pane as usize]
    }

    /// The contexts that decide about a key, the first one first.
    pub fn contexts(&self) -> Vec<Context> {
        match (self.dialogs.last(), self.pane, self.focus) {
            (Some(dialog), ..) => vec![dialog.context(), Context::Anywhere],
            (None, _, Focus::Detail) => vec![Context::Detail, Context::Panes, Context::Anywhere],
            (None, Pane::Simulator, Focus::List) => vec![Context::Grid, Context::Panes, Context::Anywhere],
            (None, _, Focus::List) => vec![Context::List, Context::Panes, Context::Anywhere],
        }
    }

    /// Where everything is drawn.
    pub fn regions(&self) -> Regions {
        let Self { pane, focus, zoom, split, side, .. } = *self;
        let wanted = Wanted { pane, focus, zoom, raw: self.raw.is_some(), split, side };
        Regions::new(Rect::new(0, 0, self.size.0, self.size.1), wanted)
    }

    /// Tell something.
    pub fn tell(&mut self, tone: Tone, text: impl Into<String>) {
        self.notice = Some((tone, text.into()));
    }

    /// Where the cursor is, to come back to.
    pub fn here(&self) -> Stop {
        Stop {
            pane: self.pane,
            focus: self.focus,
            name: self.list().name().map(str::to_owned),
            line: self.detail.cursor(),
            column: self.simulation.column,
        }
    }

    /// What the cursor is on, for jumps: the detail's line, or the row.
    pub fn target(&self) -> Option<Target> {
        match self.focus {
            Focus::Detail => self.detail.line()?.target.clone(),
            Focus::List => Some(self.pane.target(self.list().row()?, self.list().name()?)),
        }
    }

    /// What of the entry the cursor is on.
    pub fn spot(&self) -> Option<Spot> {
        match self.focus {
            Focus::Detail => self.detail.line()?.spot.clone(),
            Focus::List => None,
        }
    }

    /// Where the current entry stands in its file.
    pub fn entry_place(&self) -> Option<Place> {
        let data = self.open.data();
        match self.pane {
            Pane::Findings => data.findings().get(self.list().row()?)?.place,
            pane => data.entry_place(pane, self.list().name()?),
        }
    }

    /// How many rows of a list the screen shows.
    pub fn list_height(&self, pane: Pane) -> usize {
        let rows = self.regions().list(pane).map_or(1, |area| inside(area).height as usize);
        let filter = matches!(self.dialogs.first(), Some(Dialog::Filter(_))) || !self.list_of(pane).filter().text().is_empty();
        let head = usize::from(pane == Pane::Simulator);
        rows.saturating_sub(usize::from(filter && pane == self.pane) + head).max(1)
    }

    /// The size of the detail's inside.
    pub fn detail_size(&self) -> (usize, usize) {
        let area = self.regions().detail.map(inside).unwrap_or_default();
        (area.width as usize, area.height as usize)
    }

    /// Whether a click hits the same spot as the one before, which makes it a double click.
    pub fn clicked(&mut self, at: (u16, u16)) -> bool {
        let double = self.last_click == Some(at);
        self.last_click = if double { None } else { Some(at) };
        double
    }

    /// Bring lists, detail and windows up to date with what happened.
    pub fn refresh(&mut self) {
        self.relist_stale();
        let columns = self.simulation.subjects.len();
        self.simulation.column = self.simulation.column.min(columns.saturating_sub(1));
        let seen = Seen {
            pane: self.pane,
            name: self.list().name().map(str::to_owned),
            row: self.list().row(),
            column: self.simulation.column,
            revision: self.open.revision(),
            answered: (self.simulation.generation, self.simulation.waiting),
        };
        if self.seen.as_ref() != Some(&seen) {
            let same = self.seen.as_ref().is_some_and(|old| old.pane == seen.pane && old.name == seen.name);
            let lines = self.detail_lines();
            self.detail.set(lines);
            if !same {
                self.detail.rewind();
            }
            self.seen = Some(seen);
        }
        let (width, height) = self.detail_size();
        self.detail.fit(width, height);
        let body = self.regions().body();
        // the topmost takes the keys, which move what is wrapped
        if let Some(dialog) = self.dialogs.last_mut() {
            let frame = dialog.frame(body);
            dialog.scroll_mut().into_iter().for_each(|scroll| scroll.fit_frame(frame));
        }
        for pane in Pane::ALL {
            let height = self.list_height(pane);
            self.lists[pane as usize].keep_visible(height);
        }
        let asked = (self.open.revision(), self.simulation.requests.len(), columns, self.other);
        self.must_ask |= self.asked != Some(asked);
        self.asked = Some(asked);
    }

    /// List again what the last edit may have changed.
    fn relist_stale(&mut self) {
        let data = self.open.data();
        let now = Listed {
            revision: self.open.revision(),
            configuration: Arc::clone(data.workspace().configuration()),
            product: data.workspace().product(),
        };
        let stale = self.listed.as_ref().is_none_or(|listed| listed.revision != now.revision);
        let before = self.listed.as_ref().filter(|listed| listed.product == now.product && data.elasticsearch().is_none());
        for pane in Pane::ALL.into_iter().filter(|pane| stale || *pane == Pane::Simulator) {
            let list = &mut self.lists[pane as usize];
            let stay = match pane {
                Pane::Simulator => list.names().iter().eq(self.simulation.requests.iter().map(Asked::label)),
                _ => before.is_some_and(|before| pane.rows_stay(&before.configuration, &now.configuration)),
            };
            if stay {
                list.set_changed(self.open.changed(pane));
            } else {
                list.set(pane.rows(data, &self.simulation), self.open.changed(pane));
            }
        }
        if stale {
            self.listed = Some(now);
        }
    }

    /// Whether the rules are to look again, because the files were edited; asked once for a revision. Large
    /// files are only looked at as they are on disk, since a copy of them would hold up the screen.
    pub fn take_lint(&mut self) -> bool {
        let bytes: usize = self.open.data().workspace().files().iter().map(|file| file.document().bytes().len()).sum();
        if bytes > LINTED_BYTES && self.open.is_dirty() {
            return false;
        }
        let revision = Some(self.open.revision());
        std::mem::replace(&mut self.linted, revision) != revision
    }

    /// List the findings again.
    pub fn relist(&mut self) {
        self.listed = None;
    }

    /// Whether the grid is to be asked anew, because something that it depends on has changed; asked once.
    pub fn take_ask(&mut self) -> bool {
        std::mem::take(&mut self.must_ask)
    }

    /// Ask the grid anew, although nothing that `refresh` sees has changed.
    pub fn ask_again(&mut self) {
        self.must_ask = true;
    }

    fn detail_lines(&self) -> Vec<Line> {
        match (self.list().row(), self.list().name()) {
            (Some(row), Some(name)) => self.pane.detail(self.open.data(), &self.simulation, &self.symbols, row, name),
            _ => Vec::new(),
        }
    }
}
