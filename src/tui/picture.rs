//! A drawn frame as an SVG picture, for the README.

use std::fmt::Write as _;

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};

const CELL: (f32, f32) = (8.4, 17.0);
const PAD: f32 = 12.0;

fn colour(color: Color, other: &str) -> String {
    match color {
        Color::Rgb(r, g, b) => format!("#{r:02x}{g:02x}{b:02x}"),
        Color::Black => "#000000".to_owned(),
        Color::Red | Color::LightRed => "#ff7b7b".to_owned(),
        Color::Green | Color::LightGreen => "#7fd88f".to_owned(),
        Color::Yellow | Color::LightYellow => "#e5c07b".to_owned(),
        Color::Blue | Color::LightBlue => "#7fb4ff".to_owned(),
        Color::Magenta | Color::LightMagenta => "#d7a0ff".to_owned(),
        Color::Cyan | Color::LightCyan => "#8bd5ff".to_owned(),
        Color::Gray | Color::DarkGray => "#8a919c".to_owned(),
        Color::White => "#ffffff".to_owned(),
        Color::Reset | Color::Indexed(_) => other.to_owned(),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The frame as an SVG document with a title.
pub fn svg(buffer: &Buffer, title: &str) -> String {
    let (columns, rows) = (buffer.area.width, buffer.area.height);
    let (width, height) = (f32::from(columns) * CELL.0 + 2.0 * PAD, f32::from(rows) * CELL.1 + 2.0 * PAD);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" font-family=\"ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace\" font-size=\"14\">\n<title>{}</title>\n<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#16181d\"/>\n",
        escape(title)
    );
    for y in 0..rows {
        let mut x = 0;
        while x < columns {
            let cell = &buffer[(x, y)];
            let style = (cell.fg, cell.bg, cell.modifier);
            let from = x;
            let mut text = String::new();
            while x < columns && (buffer[(x, y)].fg, buffer[(x, y)].bg, buffer[(x, y)].modifier) == style {
                text.push_str(buffer[(x, y)].symbol());
                x += 1;
            }
            run(&mut out, (from, x, y), &text, style);
        }
    }
    out.push_str("</svg>\n");
    out
}

fn run(out: &mut String, (from, to, y): (u16, u16, u16), text: &str, (fg, bg, modifier): (Color, Color, Modifier)) {
    let left = PAD + f32::from(from) * CELL.0;
    let top = PAD + f32::from(y) * CELL.1;
    let wide = f32::from(to - from) * CELL.0;
    let (mut ink, mut paper) = (colour(fg, "#d7dae0"), colour(bg, ""));
    if modifier.contains(Modifier::REVERSED) {
        (ink, paper) = ("#16181d".to_owned(), ink);
    }
    if !paper.is_empty() {
        let _ = writeln!(out, "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{wide:.1}\" height=\"{:.1}\" fill=\"{paper}\"/>", CELL.1);
    }
    if text.trim().is_empty() {
        return;
    }
    let mut extra = String::new();
    if modifier.contains(Modifier::BOLD) {
        extra.push_str(" font-weight=\"bold\"");
    }
    if modifier.contains(Modifier::UNDERLINED) {
        extra.push_str(" text-decoration=\"underline\"");
    }
    let base = top + CELL.1 - 4.5;
    let _ = writeln!(
        out,
        "<text x=\"{left:.1}\" y=\"{base:.1}\" fill=\"{ink}\" textLength=\"{wide:.1}\" lengthAdjust=\"spacingAndGlyphs\" xml:space=\"preserve\"{extra}>{}</text>",
        escape(text)
    );
}
