//! Themes: a style for each meaning, parsed from TOML (`assets/themes` or a file of the user).
//!
//! A color is never the only indication: a sign or a word always has the same meaning.

use std::sync::LazyLock;

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;

/// Built-in themes: name and TOML text.
const BUILT_IN_THEMES: [(&str, &str); 5] = [
    ("terminal", include_str!("../../assets/themes/terminal.toml")),
    ("none", include_str!("../../assets/themes/none.toml")),
    ("dark", include_str!("../../assets/themes/dark.toml")),
    ("light", include_str!("../../assets/themes/light.toml")),
    ("high-contrast", include_str!("../../assets/themes/high-contrast.toml")),
];

/// The built-in themes, parsed once because a preview draws them in every frame.
static PARSED_THEMES: LazyLock<Vec<(&str, Theme)>> = LazyLock::new(|| {
    let parse = |(name, text): (&'static str, &str)| Some((name, toml::from_str(text).ok()?));
    BUILT_IN_THEMES.into_iter().filter_map(parse).collect()
});

/// Returns the names of the built-in themes, each with its purpose.
pub fn built_in_themes() -> impl Iterator<Item = (&'static str, &'static str)> {
    let purpose = |name| match name {
        "terminal" => "the 16 colors of your terminal",
        "none" => "no color",
        "dark" => "dark backgrounds, 24-bit color",
        "light" => "light backgrounds, 24-bit color",
        _ => "any background, high contrast",
    };
    BUILT_IN_THEMES.iter().map(move |(name, _)| (*name, purpose(*name)))
}

/// Style for each meaning. Each field is a TOML section with the field's serde name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Theme {
    /// Product name, titles, column heads.
    #[serde(deserialize_with = "parse_style")]
    pub title: Style,
    /// Secondary elements: borders, labels, counts.
    #[serde(deserialize_with = "parse_style")]
    pub muted: Style,
    /// Selected row and focused button.
    #[serde(deserialize_with = "parse_style")]
    pub selected: Style,
    /// Expires within a day: the most urgent style.
    #[serde(deserialize_with = "parse_style")]
    pub urgent: Style,
    /// Expires within three days, and warnings.
    #[serde(deserialize_with = "parse_style")]
    pub warning: Style,
    /// Expired invite.
    #[serde(deserialize_with = "parse_style")]
    pub expired: Style,
    /// Row that is about to be deleted.
    #[serde(rename = "pending-delete", deserialize_with = "parse_style")]
    pub pending_delete: Style,
    /// Badge of a sandbox or a read-only tenancy.
    #[serde(deserialize_with = "parse_style")]
    pub badge: Style,
    /// Key in the footer or the help.
    #[serde(deserialize_with = "parse_style")]
    pub key: Style,
    /// Success.
    #[serde(deserialize_with = "parse_style")]
    pub success: Style,
    /// Error.
    #[serde(deserialize_with = "parse_style")]
    pub error: Style,
    /// Text matched by a filter.
    #[serde(deserialize_with = "parse_style")]
    pub matched: Style,
    /// Mark of a row, and the number of marked rows.
    #[serde(deserialize_with = "parse_style")]
    pub mark: Style,
    /// Button without the focus.
    #[serde(deserialize_with = "parse_style")]
    pub button: Style,
    /// Button without the focus that deletes.
    #[serde(deserialize_with = "parse_style")]
    pub danger: Style,
    /// Everything behind a dialog.
    #[serde(deserialize_with = "parse_style")]
    pub backdrop: Style,
}

impl Theme {
    /// Returns the theme with the terminal's sixteen colors.
    pub fn terminal() -> Theme {
        Theme::built_in("terminal").unwrap_or_default()
    }

    /// Returns the theme without colors.
    pub fn none() -> Theme {
        Theme::built_in("none").unwrap_or_default()
    }

    /// Returns the style of a tab. The current tab is also bold, in case a theme file selects only by color.
    pub fn tab_style(&self, is_current: bool) -> Style {
        if is_current { self.selected.add_modifier(Modifier::BOLD) } else { self.muted }
    }

    /// Returns the badge style with a color of the terminal, given by its name.
    ///
    /// A theme without colors ignores the color.
    pub fn badge_style(&self, color: Option<&str>) -> Style {
        match color.map(str::parse::<Color>) {
            Some(Ok(color)) if *self != Theme::none() => {
                Style::new().fg(color).add_modifier(Modifier::REVERSED | Modifier::BOLD)
            }
            _ => self.badge,
        }
    }

    /// Returns a built-in theme by its name.
    pub fn built_in(name: &str) -> Option<Theme> {
        Theme::find_built_in(name).cloned()
    }

    /// Returns a reference to a built-in theme.
    pub fn find_built_in(name: &str) -> Option<&'static Theme> {
        PARSED_THEMES.iter().find(|(known, _)| *known == name).map(|(_, theme)| theme)
    }

    /// Returns the names of the built-in themes.
    pub fn built_in_names() -> impl Iterator<Item = &'static str> {
        BUILT_IN_THEMES.iter().map(|(name, _)| *name)
    }

    /// Parses a theme; missing styles are those of the terminal theme.
    ///
    /// # Errors
    ///
    /// The error contains the line and what was expected there.
    pub fn parse(text: &str) -> Result<Theme, String> {
        let as_text = |error: toml::de::Error| error.to_string().trim_end().to_owned();
        // Also parse the text alone, because only that error contains the line number.
        toml::from_str::<Theme>(text).map_err(as_text)?;
        let (_, terminal) = BUILT_IN_THEMES[0];
        let mut sections: toml::Table = terminal.parse().map_err(as_text)?;
        sections.extend(text.parse::<toml::Table>().map_err(as_text)?);
        sections.try_into().map_err(as_text)
    }
}

/// Style as written in TOML.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct StyleSpec {
    #[serde(deserialize_with = "parse_color")]
    fg: Option<Color>,
    #[serde(deserialize_with = "parse_color")]
    bg: Option<Color>,
    bold: bool,
    dim: bool,
    italic: bool,
    underlined: bool,
    reversed: bool,
    crossed_out: bool,
}

fn parse_style<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Style, D::Error> {
    let spec = StyleSpec::deserialize(deserializer)?;
    let modifiers = [
        (spec.bold, Modifier::BOLD),
        (spec.dim, Modifier::DIM),
        (spec.italic, Modifier::ITALIC),
        (spec.underlined, Modifier::UNDERLINED),
        (spec.reversed, Modifier::REVERSED),
        (spec.crossed_out, Modifier::CROSSED_OUT),
    ];
    let add_modifier = modifiers.iter().filter(|(is_on, _)| *is_on).map(|(_, modifier)| *modifier).collect();
    Ok(Style { fg: spec.fg, bg: spec.bg, add_modifier, ..Style::new() })
}

fn parse_color<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Color>, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map(Some).map_err(|_| {
        let message =
            format!("{text:?} is not a color: use red, light-blue, a number from 0 to 255, or #rrggbb");
        serde::de::Error::custom(message)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn each_built_in_theme_defines_every_section() {
        for (name, text) in BUILT_IN_THEMES {
            let sections: toml::Table = text.parse().expect(name);
            assert_eq!(sections.len(), 16, "{name}");
            assert!(Theme::built_in(name).is_some(), "{name}");
        }
        assert_eq!(Theme::built_in_names().count(), 5);
        assert_eq!(Theme::terminal().urgent, Style::new().fg(Color::Red).add_modifier(Modifier::BOLD));
    }

    /// Returns the contrast of two colors, as WCAG 2 defines it.
    fn contrast(a: Color, b: Color) -> f64 {
        let luminance = |color| {
            let Color::Rgb(red, green, blue) = color else { panic!("{color} is not an RGB color") };
            let [red, green, blue] = [red, green, blue].map(|channel| {
                let value = f64::from(channel) / 255.0;
                if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
            });
            0.2126 * red + 0.7152 * green + 0.0722 * blue
        };
        let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
        a.max(b) / a.min(b)
    }

    #[test]
    fn rgb_themes_reach_the_contrast_of_wcag_aa() {
        for (name, background) in [("dark", "#16181d"), ("light", "#ffffff")] {
            let text = BUILT_IN_THEMES.iter().find(|(known, _)| *known == name).expect(name).1;
            assert!(text.contains(&format!("background {background}")), "{name} names the background");
            let styles: BTreeMap<String, StyleSpec> = toml::from_str(text).expect(name);
            for (meaning, style) in &styles {
                // What is behind a dialog is not meant to be read, only recognized.
                let min = if meaning == "backdrop" || style.bold { 3.0 } else { 4.5 };
                let fg = style.fg.expect("a foreground");
                let contrast = contrast(fg, style.bg.unwrap_or(background.parse().expect("a color")));
                assert!(
                    contrast >= min,
                    "{name}: {meaning} has a contrast of {contrast:.2}, less than {min}"
                );
            }
        }
    }

    /// Returns xterm's color of a name; the colors of other terminals are similar.
    fn xterm_color(color: Color) -> Color {
        match color {
            Color::Black => Color::Rgb(0, 0, 0),
            Color::Red => Color::Rgb(205, 0, 0),
            Color::Magenta => Color::Rgb(205, 0, 205),
            Color::LightRed => Color::Rgb(255, 0, 0),
            Color::LightYellow => Color::Rgb(255, 255, 0),
            Color::LightCyan => Color::Rgb(0, 255, 255),
            Color::White => Color::Rgb(255, 255, 255),
            other => panic!("{other} is pale on some background"),
        }
    }

    #[test]
    fn high_contrast_theme_fits_dark_and_light_terminals() {
        let text = BUILT_IN_THEMES.iter().find(|(name, _)| *name == "high-contrast").expect("a theme").1;
        let styles: BTreeMap<String, StyleSpec> = toml::from_str(text).expect("a theme");
        for (meaning, style) in &styles {
            let Some(fg) = style.fg.map(xterm_color) else { continue };
            let backgrounds = match style.bg {
                Some(background) => vec![xterm_color(background)],
                None => vec![Color::Rgb(0, 0, 0), Color::Rgb(255, 255, 255)],
            };
            for background in backgrounds {
                let contrast = contrast(fg, background);
                let min = if style.bold { 3.0 } else { 4.5 };
                assert!(contrast >= min, "{meaning} has a contrast of {contrast:.2} on {background}");
            }
        }
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
        for (text, expected) in [
            ("[warning]\nfg = \"pinkish\"\n", "is not a color"),
            ("[warnings]\nbold = true\n", "warnings"),
            ("[warning]\nboldly = true\n", "boldly"),
            ("[warning]\nbold = 1\n", "line 2"),
        ] {
            let error = Theme::parse(text).expect_err(text);
            assert!(error.contains(expected) && error.contains("line "), "{error}");
        }
    }
}
