//! How things look: a style for each meaning, read from a theme's text (`assets/themes`, or a file of the user's,
//! which `config` reads). No colour carries a meaning alone: a sign or a word always says the same.

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;

/// The themes that are built in, with their texts.
const BUILT_IN_THEMES: [(&str, &str); 5] = [
    ("terminal", include_str!("../../assets/themes/terminal.toml")),
    ("none", include_str!("../../assets/themes/none.toml")),
    ("dark", include_str!("../../assets/themes/dark.toml")),
    ("light", include_str!("../../assets/themes/light.toml")),
    ("high-contrast", include_str!("../../assets/themes/high-contrast.toml")),
];

/// A style for each meaning. In a theme's text each has a section of the field's name, or of the name given to serde.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Theme {
    /// The product's name, titles, column heads.
    #[serde(deserialize_with = "parse_style")]
    pub title: Style,
    /// What is there but not looked for: borders, labels, counts.
    #[serde(deserialize_with = "parse_style")]
    pub muted: Style,
    /// The selected row, and the button with the focus.
    #[serde(deserialize_with = "parse_style")]
    pub selected: Style,
    /// The most urgent of all: expires within a day. Nothing else is this loud.
    #[serde(deserialize_with = "parse_style")]
    pub urgent: Style,
    /// Expires within three days, and things to look out for.
    #[serde(deserialize_with = "parse_style")]
    pub warning: Style,
    /// What is over: an expired invite.
    #[serde(deserialize_with = "parse_style")]
    pub expired: Style,
    /// A row that is about to go.
    #[serde(rename = "pending-delete", deserialize_with = "parse_style")]
    pub pending_delete: Style,
    /// The badge of a sandbox, and of a tenancy that is read-only.
    #[serde(deserialize_with = "parse_style")]
    pub badge: Style,
    /// A key in the footer or the help.
    #[serde(deserialize_with = "parse_style")]
    pub key: Style,
    /// It worked.
    #[serde(deserialize_with = "parse_style")]
    pub success: Style,
    /// It did not.
    #[serde(deserialize_with = "parse_style")]
    pub error: Style,
    /// What a filter matched.
    #[serde(deserialize_with = "parse_style")]
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
    pub fn badge_style(&self, colour: Option<&str>) -> Style {
        match colour.map(str::parse::<Color>) {
            Some(Ok(colour)) if *self != Theme::none() => {
                Style::new().fg(colour).add_modifier(Modifier::REVERSED | Modifier::BOLD)
            }
            _ => self.badge,
        }
    }

    /// A theme that is built in; `None` where there is none of this name.
    pub fn built_in(name: &str) -> Option<Theme> {
        let (_, text) = BUILT_IN_THEMES.iter().find(|(known, _)| *known == name)?;
        toml::from_str(text).ok()
    }

    /// The names of those that are built in.
    pub fn built_in_names() -> impl Iterator<Item = &'static str> {
        BUILT_IN_THEMES.iter().map(|(name, _)| *name)
    }

    /// The terminal's theme with what a text says in its place. Fails with the line and what was expected there.
    pub fn parse(text: &str) -> Result<Theme, String> {
        let as_text = |error: toml::de::Error| error.to_string().trim_end().to_owned();
        // Read on its own as well: what is wrong is named with its line.
        toml::from_str::<Theme>(text).map_err(as_text)?;
        let (_, terminal) = BUILT_IN_THEMES[0];
        let mut sections: toml::Table = terminal.parse().map_err(as_text)?;
        sections.extend(text.parse::<toml::Table>().map_err(as_text)?);
        sections.try_into().map_err(as_text)
    }
}

/// A style as it is written.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct StyleSpec {
    #[serde(deserialize_with = "color")]
    fg: Option<Color>,
    #[serde(deserialize_with = "color")]
    bg: Option<Color>,
    bold: bool,
    dim: bool,
    italic: bool,
    underlined: bool,
    reversed: bool,
    crossed_out: bool,
}

fn parse_style<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Style, D::Error> {
    let look = StyleSpec::deserialize(from)?;
    let weights = [
        (look.bold, Modifier::BOLD),
        (look.dim, Modifier::DIM),
        (look.italic, Modifier::ITALIC),
        (look.underlined, Modifier::UNDERLINED),
        (look.reversed, Modifier::REVERSED),
        (look.crossed_out, Modifier::CROSSED_OUT),
    ];
    let add_modifier = weights.iter().filter(|(is_on, _)| *is_on).map(|(_, weight)| *weight).collect();
    Ok(Style { fg: look.fg, bg: look.bg, add_modifier, ..Style::new() })
}

fn color<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Color>, D::Error> {
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
    fn each_built_in_theme_defines_every_section() {
        for (name, text) in BUILT_IN_THEMES {
            let sections: toml::Table = text.parse().expect(name);
            assert_eq!(sections.len(), 12, "{name}");
            assert!(Theme::built_in(name).is_some(), "{name}");
        }
        assert_eq!(Theme::built_in_names().count(), 5);
        assert_eq!(Theme::terminal().urgent, Style::new().fg(Color::Red));
    }

    #[test]
    fn no_color_theme_still_shows_the_selection() {
        let theme = Theme::none();
        for style in
            [theme.title, theme.urgent, theme.warning, theme.badge, theme.key, theme.error, theme.matched]
        {
            assert_eq!((style.fg, style.bg), (None, None));
        }
        assert!(theme.selected.add_modifier.contains(Modifier::REVERSED));
    }

    #[test]
    fn custom_theme_extends_the_terminal_theme() {
        let theme =
            Theme::parse("[warning]\nfg = \"#ff8800\"\nbold = true\n[key]\nfg = \"13\"\n").expect("good");
        assert_eq!(theme.warning, Style::new().fg(Color::Rgb(255, 136, 0)).add_modifier(Modifier::BOLD));
        assert_eq!(theme.key, Style::new().fg(Color::Indexed(13)));
        assert_eq!(theme.muted, Theme::terminal().muted);
    }

    #[test]
    fn theme_error_names_the_line() {
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
