//! Draws the dialog for switching the profile: each profile with its state and server URL.

use ratatui::Frame;

use super::ProfileSwitcher;
use crate::app::RenderContext;
use crate::app::model::options::ProfileEntry;
use crate::domain::text::truncate;
use crate::ui::{dialog, list};

/// Maximum columns of a name.
const MAX_NAME_WIDTH: usize = 20;

/// Draws the dialog.
pub fn draw(switcher: &ProfileSwitcher, cx: &RenderContext<'_>, frame: &mut Frame<'_>) {
    let columns = dialog::text_width(76, frame);
    let profiles = &cx.options.profiles;
    let names: Vec<String> = profiles.iter().map(|profile| truncate(&profile.name, MAX_NAME_WIDTH)).collect();
    let lines =
        list::menu_lines(&names, |i, _| status_text(&profiles[i], cx), switcher.selected, columns, cx.theme);
    let title = if cx.options.needs_profile { "Open which profile?" } else { "Switch to which profile?" };
    let (area, hidden) = dialog::draw_lines_dialog(title, lines, columns, cx.theme, frame);
    cx.add_row_clicks(area, hidden, names.len().saturating_sub(hidden));
}

/// Returns the state of a profile and its server URL.
fn status_text(profile: &ProfileEntry, cx: &RenderContext<'_>) -> String {
    let session = cx.background_sessions.iter().find(|session| session.name == profile.name);
    let session_status = session.map(|session| Some(session.summary()).filter(|text| !text.is_empty()));
    let session_status = session_status.map(|text| text.unwrap_or_else(|| "open".to_owned()));
    let is_current = profile.name == cx.options.name;
    let current = is_current.then(|| "current".to_owned());
    let is_last = cx.options.needs_profile && cx.options.last_profile.as_ref() == Some(&profile.name);
    let last = is_last.then(|| "last used".to_owned());
    // The server URL in use can differ from the configured server URL.
    let url = if is_current { &cx.options.url } else { &profile.url };
    let guarded = profile.guarded.then(|| "guarded".to_owned());
    let parts = [current.or(session_status).or(last), guarded, Some(url.clone())];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}
