//! Draws the text in place of the rows: why the list could not be loaded, or why it is empty.

use ratatui::style::Style;

use crate::app::RenderContext;
use crate::app::model::invites::Completeness;
use crate::domain::Error;
use crate::domain::text::sanitize;
use crate::keys::{Action, KeyContext};
use crate::ui::{Lines, dialog};

/// Columns before the text, as wide as the signs of a row.
const INDENT: usize = 3;

/// Returns the lines in place of the rows.
pub fn lines(cx: &RenderContext<'_>) -> Lines {
    match cx.invites.load_error() {
        Some(failure) => error_lines(failure, cx),
        None => paragraph(&empty_text(cx), cx.theme.muted, cx),
    }
}

fn paragraph(text: &str, style: Style, cx: &RenderContext<'_>) -> Lines {
    dialog::wrap_indented(&sanitize(text), INDENT, cx.columns.saturating_sub(1), style)
}

/// Returns what failed, why, and what to do. Without a usable token, also its source and where tokens come from.
fn error_lines(failure: &Error, cx: &RenderContext<'_>) -> Lines {
    let theme = cx.theme;
    let mut lines =
        dialog::sign_lines(" ✗ ", &sanitize(&failure.summary), usize::MAX, cx.columns, theme.error);
    lines.extend(paragraph(&format!("{}.", failure.cause), theme.error, cx));
    lines.extend(paragraph(&failure.hint, Style::new(), cx));
    if failure.is_about_token() {
        let source = cx.options.token_setting.as_deref().unwrap_or("none");
        lines.extend(paragraph(&format!("Token source: {source}."), theme.muted, cx));
        let login = cx.key(KeyContext::Views, Action::Login);
        let text = format!(
            "Press {login} to sign in, with a client ID and its secret or with a token. Tokens come from an \
             integration: in DataTrails, open Settings, Integrations. To check a token, run: guestlist doctor"
        );
        lines.extend(paragraph(&text, theme.muted, cx));
        return lines;
    }
    let retry = cx.key(KeyContext::List, Action::Refresh);
    if !failure.hint.contains(&retry) {
        lines.extend(paragraph(&format!("Press {retry} to retry."), Style::new(), cx));
    }
    if failure.record.is_some() {
        let text = format!("Press {} for the response.", cx.key(KeyContext::Views, Action::Notifications));
        lines.extend(paragraph(&text, theme.muted, cx));
    }
    lines
}

/// Returns why there are no rows, and what to do.
fn empty_text(cx: &RenderContext<'_>) -> String {
    let key = |action| cx.key(KeyContext::List, action);
    let filter = cx.table.query.filter.text();
    let (rows, snoozed) = (cx.invites.shown.len(), cx.table.snoozed.snoozed_rows);
    let no_invites =
        format!("Press {} to invite a person, {} to import a list.", key(Action::New), key(Action::Import));
    match (&cx.invites.completeness, &cx.invites.fetch) {
        _ if !filter.is_empty() && rows > 0 => {
            format!("Nothing matches “{filter}”. Press {} to clear the filter.", key(Action::Back))
        }
        _ if snoozed > 0 && snoozed == rows => {
            format!("All rows are snoozed. Press {} to show them.", key(Action::ShowSnoozed))
        }
        (_, Some(_)) => "Loading invites…".to_owned(),
        _ if cx.options.is_sandbox_starting() => "Loading invites…".to_owned(),
        (Completeness::Complete { .. }, None) => format!("No pending invites. {no_invites}"),
        (Completeness::Cached { .. }, None) => {
            format!("No pending invites at that time. Press {} to refresh.", key(Action::Refresh))
        }
        _ => format!("The list is not loaded. Press {} to load it.", key(Action::Refresh)),
    }
}
