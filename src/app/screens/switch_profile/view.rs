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
pub fn draw(it: &ProfileSwitcher, cx: &RenderContext<'_>, frame: &mut Frame<'_>) {
    let columns = dialog::text_width(76, frame);
    let listed = &cx.options.profiles;
    let names: Vec<String> = listed.iter().map(|listed| truncate(&listed.name, MAX_NAME_WIDTH)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let lines = list::menu_lines(&names, |i, _| status_text(&listed[i], cx), it.selected, columns, cx.theme);
    let title = if cx.options.needs_profile { "Open which profile?" } else { "Switch to which profile?" };
    dialog::draw_lines_dialog(title, lines, columns, cx.theme, frame);
}

/// Returns the state of a profile and its server URL.
fn status_text(listed: &ProfileEntry, cx: &RenderContext<'_>) -> String {
    let session = cx.background_sessions.iter().find(|session| session.name == listed.name);
    let stands = session.map(|session| Some(session.summary()).filter(|words| !words.is_empty()));
    let stands = stands.map(|words| words.unwrap_or_else(|| "open".to_owned()));
    let is_here = listed.name == cx.options.name;
    let here = is_here.then(|| "current".to_owned());
    let is_last = cx.options.needs_profile && cx.options.last_profile.as_ref() == Some(&listed.name);
    let last = is_last.then(|| "last used".to_owned());
    // An open session knows its server URL better than the configuration.
    let address = if is_here { &cx.options.url } else { &listed.url };
    let guarded = listed.guarded.then(|| "guarded".to_owned());
    let parts = [here.or(stands).or(last), guarded, Some(address.clone())];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}
