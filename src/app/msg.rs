//! Everything that can happen to the console.

use crate::domain::export::ExportResult;
use crate::domain::import::DecodedText;
use crate::domain::import::check_job::CheckResult;
use crate::domain::invite_store::RowId;
use crate::domain::lint::job::LintResult;
use crate::domain::{RequestId, ServiceReply, TenancyKey};
use crate::keys::{Input, Signal};

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "taken in one by one, never kept in numbers")]
pub enum Msg {
    /// The terminal sent something.
    Input(Input),
    /// The terminal sent something before what lies in front now was drawn.
    Early(Input),
    /// The service task of a tenancy said something.
    Reply(TenancyKey, RequestId, ServiceReply),
    /// The rows were filtered and sorted off the loop.
    QueryFinished {
        /// Which arrangement it was; only the newest counts.
        number: u64,
        /// The rows, in order.
        order: Vec<RowId>,
    },
    /// The editor was left: its text, or why that could not be had.
    EditorClosed(Result<String, String>),
    /// A text was sent to the terminal's clipboard; `Err` says in half a sentence why it was not.
    Copied {
        /// What it was.
        what: String,
        /// Whether it could be sent. What the terminal did with it nobody knows.
        sent: Result<(), String>,
    },
    /// Rows were written, or not.
    Exported {
        /// Which export.
        number: u64,
        /// What became of it.
        exported: ExportResult,
    },
    /// The file of a list was read; `Err` says in a sentence why it was not.
    ImportFileRead {
        /// Which reading.
        number: u64,
        /// Its text.
        read: Result<DecodedText, String>,
    },
    /// A list was looked at.
    ImportChecked(CheckResult),
    /// Problems were looked for.
    ProblemsFound(LintResult),
    /// The moment has come that [`crate::app::shell::next_redraw::next_redraw`] named.
    Tick,
    /// The system sent a signal.
    Signal(Signal),
}
