//! The tenancies between which one changes, each with its address and how it stands.

use ratatui::Frame;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::model::sessions::ProfileEntry;
use crate::app::screens::switch_profile::SwitchProfile;
use crate::app::shell::app::App;
use crate::domain::text::{fit, width};

use crate::ui::cell::padded;
use crate::ui::dialog;
use crate::ui::theme::Theme;

/// The most columns of a name.
const NAME: usize = 20;

/// Draws it.
pub fn draw(tenancies: SwitchProfile, state: &App, theme: &Theme, frame: &mut Frame<'_>) {
    let columns = dialog::room(76, frame);
    let listed = &state.model.options.listed;
    let names = listed.iter().map(|listed| width(&listed.name)).max().unwrap_or(0).min(NAME);
    let line = |(place, listed): (usize, &ProfileEntry)| {
        let focused = place == tenancies.at;
        let sign = if focused { "▌" } else { " " };
        let name = format!("{sign}{} ", padded(&fit(&listed.name, names), names));
        let style = if focused { theme.selected } else { Style::new() };
        let about = fit(&about(listed, state), (columns as usize).saturating_sub(names + 3));
        Line::from(vec![Span::styled(name, style), Span::raw(" "), Span::styled(about, theme.quiet)])
    };
    let lines = listed.iter().enumerate().map(line).collect();
    let title = if state.model.options.chooses { "Open which profile?" } else { "Change to which tenancy?" };
    dialog::ask(title, lines, columns, theme, frame);
}

/// How it stands, where it is open; then where it is.
fn about(listed: &ProfileEntry, state: &App) -> String {
    let stands =
        state.model.background.iter().find(|elsewhere| elsewhere.name == listed.name).map(|elsewhere| {
            let words = elsewhere.words();
            if words.is_empty() { "open".to_owned() } else { words }
        });
    let is_here = listed.name == state.model.options.name;
    let here = is_here.then(|| "here".to_owned());
    let last = (state.model.options.chooses && state.model.options.last_used.as_ref() == Some(&listed.name))
        .then(|| "used last".to_owned());
    // What is open says itself where it is; the configuration may know it no better.
    let address = if is_here { &state.model.options.address } else { &listed.address };
    let guarded = listed.guarded.then(|| "guarded".to_owned());
    let parts = [here.or(stands).or(last), guarded, Some(address.clone())];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}
