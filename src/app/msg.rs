//! Events of the console.

use crate::domain::export::ExportResult;
use crate::domain::import::DecodedText;
use crate::domain::import::check_job::CheckResult;
use crate::domain::invite_store::RowId;
use crate::domain::lint::job::LintResult;
use crate::domain::{RequestId, ServiceReply, TenancyKey};
use crate::keys::{Input, Signal};

/// Event for the state machine.
#[derive(Debug, Clone, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "handled one at a time, never stored in bulk")]
pub enum Msg {
    /// Input from the terminal.
    Input(Input),
    /// Input that arrived before the current front screen was drawn.
    Early(Input),
    /// Reply from the service task of a tenancy.
    Reply(TenancyKey, RequestId, ServiceReply),
    /// The rows were filtered and sorted in the background.
    QueryFinished {
        /// Identifies the result; results with an older number are ignored.
        number: u64,
        /// The rows, in order.
        order: Vec<RowId>,
    },
    /// The editor was closed. Holds the edited text, or the reason of a failure as a sentence.
    EditorClosed(Result<String, String>),
    /// A text was copied to the terminal's clipboard.
    Copied {
        /// Description of the text, such as "1 email".
        what: String,
        /// `Err` is the reason, a lower-case fragment. After `Ok` the terminal may still ignore the text.
        sent: Result<(), String>,
    },
    /// An export has ended.
    Exported {
        /// Identifies the export.
        number: u64,
        /// The result.
        exported: ExportResult,
    },
    /// The file of an import was read.
    ImportFileRead {
        /// Identifies the result.
        number: u64,
        /// The text; `Err` is the reason, a sentence.
        read: Result<DecodedText, String>,
    },
    /// The entries of an import were checked.
    ImportChecked(CheckResult),
    /// The search for problems has ended.
    ProblemsFound(LintResult),
    /// The time returned by [`crate::app::shell::next_redraw::next_redraw`] was reached.
    Tick,
    /// Signal from the operating system.
    Signal(Signal),
}
