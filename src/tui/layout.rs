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

impl Regions {
    /// The list of a pane.
    pub fn list(&self, pane: Pane) -> Option<Rect> {
        self.lists.iter().find(|(shown, _)| *shown == pane).map(|(_, area)| *area)
    }

    /// Lay a screen out.
    pub fn new(area: Rect, pane: Pane, focus: Focus, zoom: bool, split: u16) -> Regions {
        let [bar, crumbs, body, notice, hints] = Layout::vertical([
            Constraint::Length(1),
            Constraint::Length(1),
            Constraint::Fill(1),
            Constraint::Length(1),
            Constraint::Length(1),
        ])
        .areas(area);
        let mut regions = Regions { bar, crumbs, notice, hints, ..Regions::default() };
        match room(area) {
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
            }
            Room::Wide => regions.all(body, pane, split),
        }
        regions
    }

    fn one(&mut self, body: Rect, pane: Pane, focus: Focus) {
        match focus {
            Focus::List => self.lists.push((pane, body)),
            Focus::Detail => self.detail = Some(body),
        }
    }

    fn all(&mut self, body: Rect, pane: Pane, split: u16) {
        let left = (split * 3 / 4).clamp(15, 50);
        let [stack, middle, right] =
            Layout::horizontal([Constraint::Percentage(left), Constraint::Fill(1), Constraint::Percentage(36)]).areas(body);
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
