//! The mouse: a click selects, a double click opens, the wheel scrolls, a drag on the border between
//! list and detail moves it.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use super::{act, matrix};
use crate::tui::action::Action;
use crate::tui::bindings::Context;
use crate::tui::dialog::Dialog;
use crate::tui::event::Effect;
use crate::tui::layout::{Focus, Splitter, inside};
use crate::tui::pane::Pane;
use crate::tui::state::State;
use crate::tui::widget::{grid, tabs};

/// Take what the mouse did.
pub fn mouse(state: &mut State, event: MouseEvent, effects: &mut Vec<Effect>) {
    let at = Position { x: event.column, y: event.row };
    let wheel = match event.kind {
        MouseEventKind::ScrollDown => Some(3),
        MouseEventKind::ScrollUp => Some(-3),
        _ => None,
    };
    if let Some(dialog) = state.dialogs.last_mut() {
        let Some(by) = wheel else { return };
        if let Some(scroll) = dialog.scroll_mut() {
            scroll.roll(by);
        }
        match dialog {
            Dialog::Choice(choice) => choice.step(by.signum()),
            Dialog::Matrix(view) => matrix::roll(view, by, super::read::reader_height(state.size)),
            _ => {}
        }
        return;
    }
    let regions = state.regions();
    match event.kind {
        MouseEventKind::Down(MouseButton::Left) => {
            state.drag = regions.borders.iter().find(|(_, border)| border.contains(at)).map(|(splitter, _)| *splitter);
            if state.drag.is_some() {
                return;
            }
        }
        MouseEventKind::Drag(MouseButton::Left) => return drag(state, at),
        MouseEventKind::Up(_) => state.drag = None,
        _ => {}
    }
    let list = regions.lists.iter().copied().find(|(_, area)| area.contains(at));
    let in_detail = regions.detail.filter(|area| area.contains(at));
    match (event.kind, list, in_detail) {
        (MouseEventKind::Down(MouseButton::Left), ..) if regions.bar.contains(at) => {
            if let Some(pane) = tabs::pane_at(state, event.column) {
                let action = Action::ALL.iter().copied().find(|action| Pane::shown_by(*action) == Some(pane));
                if let Some(action) = action {
                    act(state, Context::Panes, action, effects);
                }
            }
        }
        (MouseEventKind::Down(MouseButton::Left), Some((pane, area)), _) => click_list(state, pane, area, at, effects),
        (MouseEventKind::Down(MouseButton::Left), None, Some(area)) => {
            state.focus = Focus::Detail;
            let row = usize::from(at.y.saturating_sub(inside(area).y));
            if let Some(line) = state.detail.line_at(row) {
                state.detail.go(line);
            }
            if state.clicked((at.x, at.y)) {
                act(state, Context::Detail, Action::Open, effects);
            }
        }
        (_, Some((pane, _)), _) => {
            if let Some(by) = wheel {
                state.lists[pane as usize].step(by);
            }
        }
        (_, None, Some(_)) => {
            if let Some(by) = wheel {
                state.detail.step(by);
            }
        }
        _ => {}
    }
}

/// Move the border that was pressed.
fn drag(state: &mut State, at: Position) {
    let share = |part: u16, whole: u16| u32::from(part) * 100 / u32::from(whole.max(1));
    let regions = state.regions();
    let body = regions.notice.y.saturating_sub(regions.crumbs.y + 1);
    let wide = regions.lists.len() > 1;
    match state.drag {
        Some(Splitter::List) => {
            let left = share(at.x, state.size.0);
            state.split = if wide { (left * 4 / 3).clamp(20, 60) } else { left.clamp(15, 80) } as u16;
        }
        Some(Splitter::Below) => state.split = share(at.y.saturating_sub(regions.crumbs.y), body).clamp(15, 80) as u16,
        Some(Splitter::Side) => state.side = share(state.size.0.saturating_sub(at.x), state.size.0).clamp(15, 45) as u16,
        None => {}
    }
}

fn click_list(state: &mut State, pane: Pane, area: Rect, at: Position, effects: &mut Vec<Effect>) {
    let inner = inside(area);
    state.pane = pane;
    state.focus = Focus::List;
    let head = u16::from(pane == Pane::Simulator);
    if at.y < inner.y + head || at.y >= inner.y + inner.height {
        return;
    }
    let row = usize::from(at.y - inner.y - head) + state.list().offset;
    if row >= state.list().len() {
        return;
    }
    state.list_mut().go(row);
    if pane == Pane::Simulator
        && let Some(column) = grid::column_at(state, inner, at.x)
    {
        state.simulation.column = column;
    }
    if state.clicked((at.x, at.y)) {
        let context = if pane == Pane::Simulator { Context::Grid } else { Context::List };
        act(state, context, Action::Open, effects);
    }
}
