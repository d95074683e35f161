//! Which part of the screen shows what, by its size. Drawing and the mouse both ask here.

use ratatui::layout::{Constraint, Layout, Rect};

use super::pane::Pane;

/// Which half of a pane has the focus.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Focus {
    /// The list.
    #[default]
    List,
    /// The detail.
    Detail,
}

/// How much there is room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// One part at a time.
    Narrow,
    /// A list and its detail.
    Normal,
    /// Every pane, the detail, the grid and the findings.
    Wide,
}

/// A border between two parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Splitter {
    /// Beside the list.
    List,
    /// Below the list, when the detail stands there.
    Below,
    /// Before the simulator and the findings of a wide terminal.
    Side,
}

/// What is to be laid out.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// The current pane.
    pub pane: Pane,
    /// The focused half of it.
    pub focus: Focus,
    /// Whether it fills the screen.
    pub zoom: bool,
    /// Whether the file's text stands beside the detail.
    pub raw: bool,
    /// The list's share, in percent.
    pub split: u16,
    /// The share of the right column of a wide terminal, in percent.
    pub side: u16,
}

/// Where everything is drawn.
#[derive(Debug, Clone, Default)]
pub struct Regions {
    /// The tabs.
    pub bar: Rect,
    /// The breadcrumb, and what is under way.
    pub crumbs: Rect,
    /// Lists, with borders.
    pub lists: Vec<(Pane, Rect)>,
    /// The detail of the current pane, with borders.
    pub detail: Option<Rect>,
    /// The file's text beside the detail, with borders.
    pub raw: Option<Rect>,
    /// Borders that the mouse can move, two cells thick.
    pub borders: Vec<(Splitter, Rect)>,
    /// Notices.
    pub notice: Rect,
    /// The keys that matter here.
    pub hints: Rect,
    /// What a narrow screen does not show.
    pub hidden: Option<&'static str>,
}

/// The inside of a bordered part.
pub fn inside(area: Rect) -> Rect {
    Rect {
        x: area.x.saturating_add(1),
        y: area.y.saturating_add(1),
        width: area.width.saturating_sub(2),
        height: area.height.saturating_sub(2),
    }
}

/// A rectangle in the middle of `area`, at most so large.
pub fn middle(area: Rect, columns: u16, rows: u16) -> Rect {
    let (columns, rows) = (columns.min(area.width), rows.min(area.height));
    Rect { x: area.x + (area.width - columns) / 2, y: area.y + (area.height - rows) / 2, width: columns, height: rows }
}

impl Regions {
    /// The part between the lines at the top and at the foot, over which dialogs open.
    pub fn body(&self) -> Rect {
        let y = self.crumbs.y + 1;
        Rect { y, height: self.notice.y.saturating_sub(y), ..self.crumbs }
    }

    /// The list of a pane.
    pub fn list(&self, pane: Pane) -> Option<Rect> {
        self.lists.iter().find(|(shown, _)| *shown == pane).map(|(_, area)| *area)
    }

    /// Lay a screen out.
    pub fn new(area: Rect, wanted: Wanted) -> Regions {
        let Wanted { pane, focus, zoom, split, .. } = wanted;
        let [bar, crumbs, body, notice, hints] = Layout::vertical([
            Constraint::Length(1),
            Constraint::Length(1),
            Constraint::Fill(1),
            Constraint::Length(1),
            Constraint::Length(1),
        ])
        .areas(area);
        let mut regions = Regions { bar, crumbs, notice, hints, ..Regions::default() };
        let room = room(area);
        match room {
            _ if zoom => regions.one(body, pane, focus),
            Room::Narrow => {
                regions.one(body, pane, focus);
                regions.hidden = Some(match focus {
                    Focus::List => "detail hidden, tab shows it",
                    Focus::Detail => "list hidden, tab shows it",
                });
            }
            Room::Normal => {
                let shares = [Constraint::Percentage(split), Constraint::Fill(1)];
                let above = pane == Pane::Simulator && area.width < 120;
                let [list, detail] = if above { Layout::vertical(shares).areas(body) } else { Layout::horizontal(shares).areas(body) };
                regions.lists.push((pane, list));
                regions.detail = Some(detail);
                regions.borders.push(if above { (Splitter::Below, below(list)) } else { (Splitter::List, beside(list)) });
            }
            Room::Wide => regions.all(body, wanted),
        }
        if wanted.raw && room != Room::Narrow {
            regions.beside_detail();
        }
        regions
    }

    /// Make room for the file's text: right of a detail that is wide, else below it.
    fn beside_detail(&mut self) {
        let Some(detail) = self.detail else { return };
        let shares = [Constraint::Percentage(55), Constraint::Fill(1)];
        let [detail, raw] =
            if detail.width >= 100 || detail.height < 14 { Layout::horizontal(shares) } else { Layout::vertical(shares) }.areas(detail);
        self.detail = Some(detail);
        self.raw = Some(raw);
    }

    fn one(&mut self, body: Rect, pane: Pane, focus: Focus) {
        match focus {
            Focus::List => self.lists.push((pane, body)),
            Focus::Detail => self.detail = Some(body),
        }
    }

    fn all(&mut self, body: Rect, Wanted { pane, split, side, .. }: Wanted) {
        let left = (split * 3 / 4).clamp(15, 45);
        let [stack, middle, right] =
            Layout::horizontal([Constraint::Percentage(left), Constraint::Fill(1), Constraint::Percentage(side.clamp(15, 45))]).areas(body);
        self.borders.push((Splitter::List, beside(stack)));
        self.borders.push((Splitter::Side, beside(middle)));
        let mut panes = vec![Pane::Users, Pane::Roles, Pane::Mappings, Pane::Privileges];
        if matches!(pane, Pane::Tenants | Pane::Settings) {
            panes.push(pane);
        }
        let areas = Layout::vertical(panes.iter().map(|shown| Constraint::Fill(if *shown == pane { 2 } else { 1 }))).split(stack);
        self.lists.extend(panes.into_iter().zip(areas.iter().copied()));
        self.detail = Some(middle);
        let [grid, findings] = Layout::vertical([Constraint::Fill(3), Constraint::Fill(2)]).areas(right);
        self.lists.push((Pane::Simulator, grid));
        self.lists.push((Pane::Findings, findings));
    }
}

/// The border right of a part.
fn beside(area: Rect) -> Rect {
    Rect { x: area.right().saturating_sub(1), width: 2, ..area }
}

/// The border below a part.
fn below(area: Rect) -> Rect {
    Rect { y: area.bottom().saturating_sub(1), height: 2, ..area }
}

/// How much there is room for.
pub fn room(area: Rect) -> Room {
    if area.width < 60 || area.height < 14 {
        Room::Narrow
    } else if area.width >= 140 && area.height >= 36 {
        Room::Wide
    } else {
        Room::Normal
    }
}
