//! Themes: what each tone of the panes looks like. No meaning rests on colour alone; the words do.

use ratatui::style::{Color, Modifier, Style};

use crate::source::{LineCol, LineIndex};

/// What a piece of text is, for the theme to colour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Tone {
    /// Ordinary text.
    #[default]
    Plain,
    /// Less important.
    Dim,
    /// Over a group of lines.
    Heading,
    /// The name of an entry that can be jumped to.
    Name,
    /// An action, a pattern, a value.
    Value,
    /// Granted, gained where that is wanted.
    Good,
    /// Missing, lost.
    Bad,
    /// Partial, unknown, worth a look.
    Warn,
    /// Unsaved.
    Changed,
    /// Letters that a filter matched.
    Match,
    /// A key in the footer or in help.
    Key,
    /// The row under the cursor where the focus is.
    Cursor,
    /// The row under the cursor elsewhere.
    Shadow,
    /// A border.
    Border,
    /// The border of the focused part.
    Focus,
    /// The line at the top.
    Bar,
}

const TONES: [(Tone, &str); 16] = [
    (Tone::Plain, "plain"),
    (Tone::Dim, "dim"),
    (Tone::Heading, "heading"),
    (Tone::Name, "name"),
    (Tone::Value, "value"),
    (Tone::Good, "good"),
    (Tone::Bad, "bad"),
    (Tone::Warn, "warn"),
    (Tone::Changed, "changed"),
    (Tone::Match, "match"),
    (Tone::Key, "key"),
    (Tone::Cursor, "cursor"),
    (Tone::Shadow, "shadow"),
    (Tone::Border, "border"),
    (Tone::Focus, "focus"),
    (Tone::Bar, "bar"),
];

/// A style for each tone.
#[derive(Debug, Clone, PartialEq)]
pub struct Theme {
    /// Its name.
    pub name: String,
    styles: [Style; 16],
}

impl Default for Theme {
    fn default() -> Self {
        Theme::dark()
    }
}

fn fg(color: Color) -> Style {
    Style::new().fg(color)
}

const fn rgb(hex: u32) -> Color {
    Color::Rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

impl Theme {
    /// The themes that come with the program, in the order that the theme key walks.
    pub fn all() -> [Theme; 5] {
        [Theme::dark(), Theme::light(), Theme::high_contrast(), Theme::sixteen(), Theme::plain()]
    }

    /// A theme by name.
    pub fn named(name: &str) -> Option<Theme> {
        Theme::all().into_iter().find(|theme| theme.name == name)
    }

    /// The style of a tone.
    pub fn style(&self, tone: Tone) -> Style {
        self.styles[tone as usize]
    }

    fn build(name: &str, style: impl Fn(Tone) -> Style) -> Theme {
        Theme { name: name.to_owned(), styles: TONES.map(|(tone, _)| style(tone)) }
    }

    /// For dark backgrounds.
    pub fn dark() -> Theme {
        Theme::build("dark", |tone| match tone {
            Tone::Plain => Style::new(),
            Tone::Dim => fg(rgb(0x8a919c)),
            Tone::Heading => fg(rgb(0x7fb4ff)).add_modifier(Modifier::BOLD),
            Tone::Name => fg(rgb(0x8bd5ff)),
            Tone::Value => fg(rgb(0xd7dae0)),
            Tone::Good => fg(rgb(0x7fd88f)),
            Tone::Bad => fg(rgb(0xff7b7b)).add_modifier(Modifier::BOLD),
            Tone::Warn => fg(rgb(0xe5c07b)),
            Tone::Changed => fg(rgb(0xd7a0ff)),
            Tone::Match => fg(rgb(0xffd166)).add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
            Tone::Key => fg(rgb(0xffd166)).add_modifier(Modifier::BOLD),
            Tone::Cursor => Style::new().bg(rgb(0x2f4a6d)).add_modifier(Modifier::BOLD),
            Tone::Shadow => Style::new().bg(rgb(0x2a2d33)),
            Tone::Border => fg(rgb(0x555b66)),
            Tone::Focus => fg(rgb(0x7fb4ff)).add_modifier(Modifier::BOLD),
            Tone::Bar => Style::new().bg(rgb(0x21252b)),
        })
    }

    /// For light backgrounds.
    pub fn light() -> Theme {
        Theme::build("light", |tone| match tone {
            Tone::Plain => Style::new(),
            Tone::Dim => fg(rgb(0x5f6670)),
            Tone::Heading => fg(rgb(0x0b4fa8)).add_modifier(Modifier::BOLD),
            Tone::Name => fg(rgb(0x00619c)),
            Tone::Value => fg(rgb(0x24292f)),
            Tone::Good => fg(rgb(0x116329)),
            Tone::Bad => fg(rgb(0xb3001b)).add_modifier(Modifier::BOLD),
            Tone::Warn => fg(rgb(0x7d4e00)),
            Tone::Changed => fg(rgb(0x7a2aa8)),
            Tone::Match => fg(rgb(0x9a4b00)).add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
            Tone::Key => fg(rgb(0x9a4b00)).add_modifier(Modifier::BOLD),
            Tone::Cursor => Style::new().bg(rgb(0xc8defc)).add_modifier(Modifier::BOLD),
            Tone::Shadow => Style::new().bg(rgb(0xe6e8eb)),
            Tone::Border => fg(rgb(0x9aa1ab)),
            Tone::Focus => fg(rgb(0x0b4fa8)).add_modifier(Modifier::BOLD),
            Tone::Bar => Style::new().bg(rgb(0xe6e8eb)),
        })
    }

    /// Black, white and full colours only.
    pub fn high_contrast() -> Theme {
        Theme::build("high-contrast", |tone| {
            let on_black = |color| Style::new().fg(color).bg(Color::Rgb(0, 0, 0));
            match tone {
                Tone::Plain | Tone::Dim | Tone::Value | Tone::Border => on_black(rgb(0xffffff)),
                Tone::Heading | Tone::Focus => on_black(rgb(0xffff00)).add_modifier(Modifier::BOLD),
                Tone::Name => on_black(rgb(0x00ffff)).add_modifier(Modifier::UNDERLINED),
                Tone::Good => on_black(rgb(0x00ff00)).add_modifier(Modifier::BOLD),
                Tone::Bad => Style::new().fg(rgb(0xffffff)).bg(rgb(0xb00000)).add_modifier(Modifier::BOLD),
                Tone::Warn | Tone::Changed | Tone::Key => on_black(rgb(0xffff00)).add_modifier(Modifier::BOLD),
                Tone::Match => on_black(rgb(0xffff00)).add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
                Tone::Cursor => Style::new().fg(rgb(0x000000)).bg(rgb(0xffffff)).add_modifier(Modifier::BOLD),
                Tone::Shadow => on_black(rgb(0xffffff)).add_modifier(Modifier::UNDERLINED),
                Tone::Bar => Style::new().fg(rgb(0x000000)).bg(rgb(0xffffff)),
            }
        })
    }

    /// The terminal's own sixteen colours.
    pub fn sixteen() -> Theme {
        Theme::build("16-colour", |tone| match tone {
            Tone::Plain | Tone::Value => Style::new(),
            Tone::Dim | Tone::Border => fg(Color::DarkGray),
            Tone::Heading | Tone::Focus => fg(Color::Blue).add_modifier(Modifier::BOLD),
            Tone::Name => fg(Color::Cyan),
            Tone::Good => fg(Color::Green),
            Tone::Bad => fg(Color::Red).add_modifier(Modifier::BOLD),
            Tone::Warn => fg(Color::Yellow),
            Tone::Changed => fg(Color::Magenta),
            Tone::Match => fg(Color::Yellow).add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
            Tone::Key => fg(Color::Yellow).add_modifier(Modifier::BOLD),
            Tone::Cursor => Style::new().add_modifier(Modifier::REVERSED | Modifier::BOLD),
            Tone::Shadow => Style::new().add_modifier(Modifier::UNDERLINED),
            Tone::Bar => Style::new().add_modifier(Modifier::REVERSED),
        })
    }

    /// No colours at all: bold, underlined, reversed.
    pub fn plain() -> Theme {
        Theme::build("no-colour", |tone| match tone {
            Tone::Plain | Tone::Value | Tone::Name | Tone::Good | Tone::Warn | Tone::Border => Style::new(),
            Tone::Dim => Style::new().add_modifier(Modifier::DIM),
            Tone::Heading | Tone::Focus | Tone::Key | Tone::Bad | Tone::Changed => Style::new().add_modifier(Modifier::BOLD),
            Tone::Match => Style::new().add_modifier(Modifier::UNDERLINED),
            Tone::Cursor | Tone::Bar => Style::new().add_modifier(Modifier::REVERSED),
            Tone::Shadow => Style::new().add_modifier(Modifier::UNDERLINED),
        })
    }

    /// Read an own theme: `base = "dark"` and a line for each tone that differs, `bad = "bold #ff0000 on #000000"`.
    /// What cannot be read is reported with its place and stays as in the base.
    pub fn read(name: &str, text: &str) -> (Theme, Vec<(LineCol, String)>) {
        let lines = LineIndex::new(text.as_bytes());
        let at = |offset: usize| lines.line_col(text.as_bytes(), offset);
        let mut problems = Vec::new();
        let table = match toml::de::DeTable::parse(text) {
            Ok(table) => table,
            Err(error) => {
                let offset = error.span().map_or(0, |span| span.start);
                return (Theme::dark(), vec![(at(offset), format!("not TOML: {}", error.message()))]);
            }
        };
        let mut theme = Theme::dark();
        for (key, value) in table.get_ref() {
            if key.get_ref() == "base" {
                match value.get_ref().as_str().and_then(Theme::named) {
                    Some(base) => theme = base,
                    None => problems.push((at(value.span().start), "no theme of that name to start from".to_owned())),
                }
            }
        }
        theme.name = name.to_owned();
        for (key, value) in table.get_ref().iter().filter(|(key, _)| key.get_ref() != "base") {
            let Some((tone, _)) = TONES.iter().find(|(_, name)| name == key.get_ref()) else {
                problems.push((at(key.span().start), format!("no tone `{}`", key.get_ref())));
                continue;
            };
            match value.get_ref().as_str().map(read_style) {
                Some(Ok(style)) => theme.styles[*tone as usize] = style,
                Some(Err(word)) => problems.push((at(value.span().start), format!("`{word}` is neither a colour nor a modifier"))),
                None => problems.push((at(value.span().start), "expected a text such as `bold #ff8800 on black`".to_owned())),
            }
        }
        (theme, problems)
    }
}

fn read_style(text: &str) -> Result<Style, String> {
    let mut style = Style::new();
    let mut background = false;
    for word in text.split_whitespace() {
        match word {
            "on" => background = true,
            "bold" => style = style.add_modifier(Modifier::BOLD),
            "dim" => style = style.add_modifier(Modifier::DIM),
            "underlined" => style = style.add_modifier(Modifier::UNDERLINED),
            "reversed" => style = style.add_modifier(Modifier::REVERSED),
            "italic" => style = style.add_modifier(Modifier::ITALIC),
            _ => {
                let color: Color = word.parse().map_err(|_| word.to_owned())?;
                style = if std::mem::take(&mut background) { style.bg(color) } else { style.fg(color) };
            }
        }
    }
    Ok(style)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tones_stand_at_their_index() {
        for (index, (tone, _)) in TONES.iter().enumerate() {
            assert_eq!(*tone as usize, index);
        }
    }

    #[test]
    fn an_own_theme_changes_what_it_names_and_reports_the_rest() {
        let (theme, problems) = Theme::read("mine", "base = \"light\"\nbad = \"bold #ff0000 on black\"\ngood = \"shiny\"\nodd = \"red\"\n");
        assert_eq!(theme.style(Tone::Bad), Style::new().fg(Color::Rgb(255, 0, 0)).bg(Color::Black).add_modifier(Modifier::BOLD));
        assert_eq!(theme.style(Tone::Dim), Theme::light().style(Tone::Dim));
        let found: Vec<String> = problems.iter().map(|(at, message)| format!("{at}: {message}")).collect();
        assert_eq!(found, ["3:8: `shiny` is neither a colour nor a modifier", "4:1: no tone `odd`"]);
    }

    #[test]
    fn the_theme_without_colours_has_none() {
        let theme = Theme::plain();
        for (tone, _) in TONES {
            let style = theme.style(tone);
            assert_eq!((style.fg, style.bg), (None, None), "{tone:?}");
        }
    }
}
