//! What is to be done after an update, as data. The console does it; nothing is done here.

use std::collections::HashSet;

use jiff::Timestamp;

use crate::domain::export::ExportJob;
use crate::domain::import::check_job;
use crate::domain::invite_store::Rows;
use crate::domain::lint::{Problem, job};
use crate::domain::query::Query;
use crate::domain::{Identity, RequestId, ServiceRequest};

/// Something for the console to do.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Ask the service task.
    Request(RequestId, ServiceRequest),
    /// Filter and sort off the loop; answered by `Msg::QueryFinished`.
    RunQuery {
        /// Names this arrangement.
        number: u64,
        /// The rows to arrange.
        rows: Rows,
        /// How.
        query: Query,
        /// The server's date and time.
        now: Timestamp,
        /// The marked invites, where the filter asks for them.
        marked: HashSet<Identity>,
    },
    /// Let the person write in their editor; answered by `Msg::Edited`.
    OpenEditor(String),
    /// Send a text to the terminal's clipboard; answered by `Msg::Copied`.
    Copy {
        /// The text.
        text: String,
        /// What it is, for the sentence about it.
        what: String,
    },
    /// Write rows off the loop; answered by `Msg::Exported`.
    Export(Box<ExportJob>),
    /// Read the file of a list off the loop; answered by `Msg::ImportFileRead`.
    ReadImportFile {
        /// Names this reading.
        number: u64,
        /// The file's name as it was typed.
        path: String,
    },
    /// Look at a list off the loop; answered by `Msg::Judged`.
    CheckImport(Box<check_job::CheckJob>),
    /// Look for problems off the loop; answered by `Msg::ProblemsFound`.
    FindProblems(Box<job::LintJob>),
    /// Let problems go off the loop: freeing a hundred thousand of them takes longer than a key may wait.
    DropInBackground(Vec<Problem>),
    /// Bring the tenancy with this name to the front.
    SwitchSession(String),
    /// Give the terminal back and stop until told to go on.
    Suspend,
    /// Draw every cell anew.
    Redraw,
    /// Give the terminal back and leave.
    Quit,
}
