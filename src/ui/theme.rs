//! How things look: a style for each meaning. The default takes the terminal's own sixteen colours on its own
//! background, so that it fits light and dark alike; the other one does without colours. No colour carries a
//! meaning alone: a sign or a word always says the same.

use ratatui::style::{Color, Modifier, Style};

/// A style for each meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// The badge of a sandbox.
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
        let plain = Theme::none();
        Theme {
            urgent: Style::new().fg(Color::Red),
            soon: Style::new().fg(Color::Yellow),
            badge: Style::new().fg(Color::Black).bg(Color::Yellow).add_modifier(Modifier::BOLD),
            key: Style::new().fg(Color::Cyan),
            good: Style::new().fg(Color::Green),
            bad: Style::new().fg(Color::Red),
            matched: Style::new().fg(Color::Cyan).add_modifier(Modifier::UNDERLINED),
            ..plain
        }
    }

    /// No colours at all, only weights.
    pub fn none() -> Theme {
        let style = Style::new();
        Theme {
            title: style.add_modifier(Modifier::BOLD),
            quiet: style.add_modifier(Modifier::DIM),
            selected: style.add_modifier(Modifier::REVERSED),
            urgent: style.add_modifier(Modifier::BOLD),
            soon: style,
            over: style.add_modifier(Modifier::DIM),
            going: style.add_modifier(Modifier::CROSSED_OUT).add_modifier(Modifier::DIM),
            badge: style.add_modifier(Modifier::REVERSED).add_modifier(Modifier::BOLD),
            key: style.add_modifier(Modifier::BOLD),
            good: style,
            bad: style.add_modifier(Modifier::BOLD),
            matched: style.add_modifier(Modifier::UNDERLINED),
        }
    }
}
