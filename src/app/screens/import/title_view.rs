//! Texts that the steps of the import share: the title with the number of emails, and the feedback.

use crate::app::screens::import::ImportDialog;
use crate::domain::text::{format_plural, width};
use crate::ui::dialog::wrap_styled;
use crate::ui::{Lines, Theme};

/// Returns a title with the number of emails in the plan, as far as it fits into the width of a frame.
pub(super) fn title_with_total(import: &ImportDialog, title: &str, frame_columns: u16) -> String {
    if import.is_checking() {
        return format!("{title} · checking…");
    }
    let emails = format_plural(import.table.included, "email");
    let titles = [format!("{title} · {emails} will be sent"), format!("{title} · {emails}")];
    let fits = |text: &String| width(text) + 4 <= frame_columns as usize;
    titles.into_iter().find(fits).unwrap_or_else(|| title.to_owned())
}

/// Returns the feedback on the last key, else the error of the journal.
pub(super) fn notice_lines(import: &ImportDialog, theme: &Theme, columns: usize) -> Lines {
    let notice = import.notice.as_ref().map(|notice| (notice, theme.warning));
    let notice = notice.or(import.history_error.as_ref().map(|error| (error, theme.error)));
    notice.map_or(Vec::new(), |(text, style)| wrap_styled(text, columns, style))
}
