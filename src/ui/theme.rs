//! How things look: a style for each meaning, read from a theme's text (`assets/themes`, or a file of the user's,
//! which `config` reads). No colour carries a meaning alone: a sign or a word always says the same.

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;

/// The themes that are built in, with their texts.
const BUILT_IN: [(&str, &str); 5] = [
    ("terminal", include_str!("../../assets/themes/terminal.toml")),
    ("none", include_str!("../../assets/themes/none.toml")),
    ("dark", include_str!("../../assets/themes/dark.toml")),
    ("light", include_str!("../../assets/themes/light.toml")),
    ("high-contrast", include_str!("../../assets/themes/high-contrast.toml")),
];

/// A style for each meaning.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Theme {
    /// The product's name, titles, column heads.
    pub title: Style,
    /// What is there but not looked for: borders, labels, counts.
    pub quiet: Style,
    /// The selected row, and the button with the focus.
    pub selected: Style,
    /// The most urgent of all: expires within a day. Nothing else is this loud.
    pub urgent: Style,
    /// Expires within three days, and things to look out for.
    pub soon: Style,
    /// What is over: an expired invite.
    pub over: Style,
    /// A row that is about to go.
    pub going: Style,
    /// The badge of a sandbox, and of a tenancy that is read-only.
    pub badge: Style,
    /// A key in the footer or the help.
    pub key: Style,
    /// It worked.
    pub good: Style,
    /// It did not.
    pub bad: Style,
    /// What a filter matched.
    pub matched: Style,
}

impl Theme {
    /// The terminal's own sixteen colours.
    pub fn terminal() -> Theme {
        Theme::built_in("terminal").unwrap_or_default()
    }

    /// No colours at all, only weights.
    pub fn none() -> Theme {
        Theme::built_in("none").unwrap_or_default()
    }

    /// The badge in a colour of the terminal's own, by its name; a theme without colours has none for it either.
    pub fn coloured_badge(&self, colour: Option<&str>) -> Style {
        let colour = match colour {
            Some("red") => Color::Red,
            Some("yellow") => Color::Yellow,
            Some("green") => Color::Green,
            Some("cyan") => Color::Cyan,
            Some("blue") => Color::Blue,
            Some("magenta") => Color::Magenta,
            Some("white") => Color::White,
            _ => return self.badge,
        };
        if *self == Theme::none() {
            return self.badge;
        }
        Style::new().fg(colour).add_modifier(Modifier::REVERSED | Modifier::BOLD)
    }

    /// A theme that is built in; `None` where there is none of this name.
    pub fn built_in(name: &str) -> Option<Theme> {
        let (_, text) = BUILT_IN.iter().find(|(known, _)| *known == name)?;
        Theme::default().with(text).ok()
    }

    /// The names of those that are built in.
    pub fn names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(name, _)| *name)
    }

    /// The terminal's theme with what a text says in its place. Fails with the line and what was expected there.
    pub fn parse(text: &str) -> Result<Theme, String> {
        Theme::terminal().with(text)
    }

    fn with(mut self, text: &str) -> Result<Theme, String> {
        let looks: Looks = toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
        for (slot, look) in [
            (&mut self.title, looks.title),
            (&mut self.quiet, looks.muted),
            (&mut self.selected, looks.selected),
            (&mut self.urgent, looks.urgent),
            (&mut self.soon, looks.warning),
            (&mut self.over, looks.expired),
            (&mut self.going, looks.pending_delete),
            (&mut self.badge, looks.badge),
            (&mut self.key, looks.key),
            (&mut self.good, looks.success),
            (&mut self.bad, looks.error),
            (&mut self.matched, looks.matched),
        ] {
            if let Some(look) = look {
                *slot = look.style();
            }
        }
        Ok(self)
    }
}

/// A theme as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Looks {
    title: Option<Look>,
    muted: Option<Look>,
    selected: Option<Look>,
    urgent: Option<Look>,
    warning: Option<Look>,
    expired: Option<Look>,
    pending_delete: Option<Look>,
    badge: Option<Look>,
    key: Option<Look>,
    success: Option<Look>,
    error: Option<Look>,
    matched: Option<Look>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[derive(Default)]
struct Look {
    #[serde(deserialize_with = "colour")]
    fg: Option<Color>,
    #[serde(deserialize_with = "colour")]
    bg: Option<Color>,
    bold: bool,
    dim: bool,
    italic: bool,
    underlined: bool,
    reversed: bool,
    crossed_out: bool,
}

impl Look {
    fn style(&self) -> Style {
        let weights = [
            (self.bold, Modifier::BOLD),
            (self.dim, Modifier::DIM),
            (self.italic, Modifier::ITALIC),
            (self.underlined, Modifier::UNDERLINED),
            (self.reversed, Modifier::REVERSED),
            (self.crossed_out, Modifier::CROSSED_OUT),
        ];
        let modifiers = weights.iter().filter(|(is_on, _)| *is_on).map(|(_, weight)| *weight).collect();
        Style { fg: self.fg, bg: self.bg, add_modifier: modifiers, ..Style::new() }
    }
}

fn colour<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Color>, D::Error> {
    let text = String::deserialize(from)?;
    text.parse().map(Some).map_err(|_| {
        let what =
            format!("{text:?} is no colour: write red, light-blue, a number from 0 to 255, or #rrggbb");
        serde::de::Error::custom(what)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_built_in_theme_says_how_everything_looks() {
        for (name, text) in BUILT_IN {
            let sections: toml::Table = text.parse().expect(name);
            assert_eq!(sections.len(), 12, "{name}");
            assert!(Theme::built_in(name).is_some(), "{name}");
        }
        assert_eq!(Theme::names().count(), 5);
        assert_eq!(Theme::terminal().urgent, Style::new().fg(Color::Red));
    }

    #[test]
    fn without_colours_there_are_none_and_the_selection_is_still_seen() {
        let theme = Theme::none();
        for style in [theme.title, theme.urgent, theme.soon, theme.badge, theme.key, theme.bad, theme.matched]
        {
            assert_eq!((style.fg, style.bg), (None, None));
        }
        assert!(theme.selected.add_modifier.contains(Modifier::REVERSED));
    }

    #[test]
    fn a_theme_of_ones_own_is_laid_over_the_terminals() {
        let theme =
            Theme::parse("[warning]\nfg = \"#ff8800\"\nbold = true\n[key]\nfg = \"13\"\n").expect("good");
        assert_eq!(theme.soon, Style::new().fg(Color::Rgb(255, 136, 0)).add_modifier(Modifier::BOLD));
        assert_eq!(theme.key, Style::new().fg(Color::Indexed(13)));
        assert_eq!(theme.quiet, Theme::terminal().quiet);
    }

    #[test]
    fn what_is_not_understood_is_named_with_its_line() {
        for (text, says) in [
            ("[warning]\nfg = \"pinkish\"\n", "is no colour"),
            ("[warnings]\nbold = true\n", "warnings"),
            ("[warning]\nboldly = true\n", "boldly"),
            ("[warning]\nbold = 1\n", "line 2"),
        ] {
            let error = Theme::parse(text).expect_err(text);
            assert!(error.contains(says) && error.contains("line "), "{error}");
        }
    }
}
