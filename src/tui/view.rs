//! `view`: the state goes in, a frame comes out.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::pane::Pane;
use super::state::State;
use super::theme::Tone;
use super::widget::{detail, dialog, footer, grid, list, tabs};

/// Draw everything.
pub fn view(state: &State, frame: &mut Frame<'_>) {
    let area = frame.area();
    let own = Rect::new(0, 0, state.size.0, state.size.1);
    if area == own {
        return draw(state, area, frame.buffer_mut());
    }
    // The terminal was resized and the event is still on its way: what fits is shown meanwhile.
    let mut drawn = Buffer::empty(own);
    draw(state, own, &mut drawn);
    let both = area.intersection(own);
    for y in both.top()..both.bottom() {
        for x in both.left()..both.right() {
            frame.buffer_mut()[(x, y)] = drawn[(x, y)].clone();
        }
    }
}

/// Draw everything into a buffer.
pub fn draw(state: &State, area: Rect, buffer: &mut Buffer) {
    buffer.set_style(area, state.theme().style(Tone::Plain));
    if area.width < 20 || area.height < 8 {
        buffer.set_stringn(area.x, area.y, "too small: 20x8 needed", area.width as usize, state.theme().style(Tone::Warn));
        return;
    }
    let regions = state.regions();
    tabs::draw(buffer, state, regions.bar);
    tabs::crumbs(buffer, state, regions.crumbs);
    for (pane, area) in &regions.lists {
        match pane {
            Pane::Simulator => grid::draw(buffer, state, *area),
            pane => list::draw(buffer, state, *pane, *area),
        }
    }
    if let Some(area) = regions.detail {
        detail::draw(buffer, state, area);
    }
    if let (Some(area), Some(raw)) = (regions.raw, &state.raw) {
        detail::raw(buffer, state, raw, area);
    }
    footer::notice(buffer, state, regions.notice);
    footer::hints(buffer, state, regions.hints);
    for open in &state.dialogs {
        dialog::draw(buffer, state, open, regions.body());
    }
}
