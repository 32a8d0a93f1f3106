//! Commands of the state machine: what the console has to do after an update. Data only.

use std::collections::HashSet;

use jiff::Timestamp;

use crate::domain::export::ExportJob;
use crate::domain::import::check_job;
use crate::domain::invite_store::Rows;
use crate::domain::lint::{Problem, job};
use crate::domain::query::Query;
use crate::domain::{Identity, RequestId, ServiceRequest};

/// Command for the console.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Hand a request to the service task.
    Request(RequestId, ServiceRequest),
    /// Filter and sort in the background; the result is `Msg::QueryFinished`.
    RunQuery {
        /// Identifies the result.
        number: u64,
        /// The rows to filter and sort.
        rows: Rows,
        /// Filter and sort order.
        query: Query,
        /// The server's date and time.
        now: Timestamp,
        /// The marked invites, if the filter depends on marks.
        marked: HashSet<Identity>,
    },
    /// Open the text in the user's editor; the result is `Msg::EditorClosed`.
    OpenEditor(String),
    /// Copy a text to the terminal's clipboard; the result is `Msg::Copied`.
    Copy {
        /// The text.
        text: String,
        /// Description of the text in the notification, such as "1 email".
        what: String,
    },
    /// Write an export in the background; the result is `Msg::Exported`.
    Export(Box<ExportJob>),
    /// Read the file of an import in the background; the result is `Msg::ImportFileRead`.
    ReadImportFile {
        /// Identifies the result.
        number: u64,
        /// The file name as typed.
        path: String,
    },
    /// Check the entries of an import in the background; the result is `Msg::ImportChecked`.
    CheckImport(Box<check_job::CheckJob>),
    /// Search for problems in the background; the result is `Msg::ProblemsFound`.
    FindProblems(Box<job::LintJob>),
    /// Free these problems in the background: freeing 100,000 problems here would delay the next key.
    DropInBackground(Vec<Problem>),
    /// Run `guestlist login` in the terminal, and open the profile that it writes.
    Login,
    /// Make the session of this profile the active one.
    SwitchSession(String),
    /// Restore the terminal and stop the process until it is continued.
    Suspend,
    /// Redraw every cell.
    Redraw,
    /// Restore the terminal and exit.
    Quit,
}
