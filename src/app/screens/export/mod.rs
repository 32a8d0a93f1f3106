//! Export form: the format, file or clipboard, and the file name.
//!
//! The form stays open until the file is written, so that a failure does not lose the input.

pub mod view;

use crate::app::ops::{clipboard, export};
use crate::app::{Context, Hint, Model, PromptKind, Route, Screen, hints};
use crate::domain::export::{ExportJob, ExportResult, ExportRows, ExportTarget, Format};
use crate::domain::service_msg::unreadable_label;
use crate::domain::text::{format_count, format_plural};
use crate::keys::{Action, KeyContext};
use crate::ui::TextField;
use crate::ui::list::cycle;

/// Field with the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFocus {
    /// File format.
    Format,
    /// Choice of file or clipboard.
    Target,
    /// Name of the file.
    FileName,
}

/// State of the export form.
#[derive(Debug, Clone)]
pub struct ExportForm {
    /// Rows to export.
    pub rows: ExportRows,
    /// Chosen format.
    pub format: Format,
    /// Whether the target is the clipboard instead of a file.
    pub to_clipboard: bool,
    /// Name of the file.
    pub file_name: TextField,
    /// Focused field.
    pub focus: ExportFocus,
    /// Reason why the last export failed.
    pub error: Option<String>,
}

impl ExportForm {
    /// Opens the form for the displayed rows.
    pub(crate) fn open(model: &Model) -> ExportForm {
        let rows = rows_to_export(model);
        let file_name = TextField::new(&default_file_name(model, &rows));
        ExportForm {
            rows,
            format: Format::Csv,
            to_clipboard: false,
            file_name,
            focus: ExportFocus::Format,
            error: None,
        }
    }

    /// Moves the focus. The name field is skipped for the clipboard.
    fn move_focus(&mut self, back: bool) {
        let fields = [ExportFocus::Format, ExportFocus::Target, ExportFocus::FileName];
        let fields = if self.to_clipboard { &fields[..2] } else { &fields };
        self.focus = cycle(fields, self.focus, back);
    }

    /// Chooses the next format and updates the file extension, unless the user changed the extension.
    fn cycle_format(&mut self, back: bool) {
        let extension = |format: Format| format!(".{}", format.extension());
        let next = cycle(&Format::ALL, self.format, back);
        if let Some(stem) = self.file_name.text().strip_suffix(&extension(self.format)) {
            self.file_name = TextField::new(&format!("{stem}{}", extension(next)));
        }
        self.format = next;
    }

    fn write(&mut self, cx: &mut Context<'_>) {
        // Pressing Enter twice starts only one export.
        if cx.export.is_some() {
            return;
        }
        let name = self.file_name.text().trim().to_owned();
        let target = if self.to_clipboard {
            Ok(ExportTarget::Clipboard { max_bytes: clipboard::MAX_CLIPBOARD_BYTES })
        } else if name.is_empty() {
            Err("Enter a file name.")
        } else if name.starts_with('~') {
            Err("~ is not expanded here. Enter a full path or a file name.")
        } else {
            Ok(ExportTarget::File { name, overwrite: false })
        };
        self.error = target.as_ref().err().map(|reason| (*reason).to_owned());
        let Ok(target) = target else { return };
        let job =
            ExportJob { number: cx.next_number(), format: self.format, rows: self.rows.clone(), target };
        export::start(cx, job);
    }
}

/// Returns the visible marked rows, or all visible rows if no row is marked.
fn rows_to_export(model: &Model) -> ExportRows {
    let marked = !model.marks.is_empty();
    let order = if marked { model.marked_rows() } else { model.table.order.clone() };
    let hidden = if marked { model.marks.len() - order.len() } else { 0 };
    ExportRows {
        rows: model.invites.shown.rows().clone(),
        order,
        is_marked: marked,
        hidden_marked_count: hidden,
        loaded_label: partial_text(model),
    }
}

/// Returns how much of the list is loaded, or `None` if it is complete.
fn partial_text(model: &Model) -> Option<String> {
    if model.invites.is_complete() {
        return None;
    }
    let total = model.invites.fetch.as_ref().and_then(|fetch| fetch.total);
    let total = total.map_or("an unknown number".to_owned(), |total| format_count(total as usize));
    Some(format!("{} of {total}", format_count(model.invites.shown.len())))
}

/// Returns the default file name: `invites-ACME-2024-06-03.csv`; with `-part` for an incomplete list.
fn default_file_name(model: &Model, rows: &ExportRows) -> String {
    let claims = model.connection.as_ref().map(|connection| &connection.claims);
    let tenant = claims.and_then(|claims| claims.tenant.as_deref()).map(|tenant| {
        let id = tenant.rsplit('/').next().unwrap_or(tenant);
        id.chars().take(8).collect()
    });
    let name = claims.and_then(|claims| claims.name.clone()).or(tenant).unwrap_or_default();
    let safe_char = |c: char| if c.is_alphanumeric() || matches!(c, '.' | '_') { c } else { '-' };
    let name: String = name.chars().take(40).map(safe_char).collect();
    let name = name.trim_matches(['-', '.']);
    let date = model.time(model.now.wall, "%Y-%m-%d");
    let dash = if name.is_empty() { "" } else { "-" };
    let part = if rows.loaded_label.is_some() { "-part" } else { "" };
    format!("invites{dash}{name}-{date}{part}.csv")
}

impl Screen for ExportForm {
    fn key_context(&self) -> KeyContext {
        KeyContext::Form
    }

    fn handle_action(&mut self, action: Action, cx: &mut Context<'_>) {
        match action {
            Action::Next | Action::Previous => self.move_focus(action == Action::Previous),
            Action::CursorLeft | Action::CursorRight if self.focus == ExportFocus::Format => {
                self.cycle_format(action == Action::CursorLeft);
            }
            Action::CursorLeft | Action::CursorRight => self.to_clipboard = !self.to_clipboard,
            Action::Confirm | Action::Send => self.write(cx),
            Action::Back => cx.close(),
            _ => {}
        }
    }

    fn hints(&self, _model: &Model) -> Vec<Hint> {
        let mut shown =
            hints([(Action::Confirm, "export"), (Action::Next, "next"), (Action::Back, "cancel")]);
        if self.focus != ExportFocus::FileName {
            shown.extend(hints([(Action::CursorRight, "change")]));
        }
        shown
    }

    fn text_field(&mut self) -> Option<&mut TextField> {
        (self.focus == ExportFocus::FileName).then_some(&mut self.file_name)
    }

    fn on_text_changed(&mut self, _cx: &mut Context<'_>) {
        self.error = None;
    }

    /// Closes the form: its rows belong to the previous tenancy.
    fn on_tenancy_changed(&mut self, _cx: &mut Context<'_>) -> bool {
        false
    }
}

/// Handles the result of an export. Returns true if the form can be closed.
///
/// An open form stays open, with its input, until the export is written.
pub(crate) fn on_finished(
    form: Option<&mut ExportForm>,
    number: u64,
    result: ExportResult,
    cx: &mut Context<'_>,
) -> bool {
    let Some(job) = export::finish(cx, number) else { return false };
    let error = match result {
        ExportResult::File { path, rows } => {
            cx.success(success_text(&job, rows, &path, cx));
            return true;
        }
        ExportResult::ClipboardText { text, rows } => {
            let mut label = format!("{} as {}", invite_count_text(rows, &job), job.format.name());
            if let Some(part) = &job.rows.loaded_label {
                label.push_str(&format!(" (list incomplete: {part} loaded)"));
            }
            clipboard::copy(cx, text, label);
            return true;
        }
        ExportResult::Exists if form.is_some() => {
            export::set_waiting(cx, Some(job));
            cx.open(Route::Prompt(PromptKind::OverwriteFile));
            return false;
        }
        ExportResult::Exists => "The file already exists. Nothing was written.".to_owned(),
        ExportResult::TooLong => {
            "Too large for the clipboard. Export to a file or narrow the filter.".to_owned()
        }
        ExportResult::Failed(reason) => reason,
    };
    match form {
        Some(form) => form.error = Some(error),
        None => cx.info(error),
    }
    false
}

fn success_text(job: &ExportJob, rows: usize, path: &str, model: &Model) -> String {
    let mut text = format!("{} written to {path}.", invite_count_text(rows, job));
    if let Some(unreadable) = unreadable_label(model.invites.unreadable) {
        text.push_str(&format!(" {unreadable}."));
    }
    if let Some(part) = &job.rows.loaded_label {
        text.push_str(&format!(" List incomplete: {part} loaded."));
    }
    text
}

fn invite_count_text(rows: usize, job: &ExportJob) -> String {
    format_plural(rows, if job.rows.is_marked { "marked invite" } else { "invite" })
}
