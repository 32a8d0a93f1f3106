//! The running export, and the decision about overwriting an existing file.

use crate::app::{Context, Effect};
use crate::domain::export::{ExportJob, ExportTarget};

/// Starts an export.
pub(crate) fn start(cx: &mut Context<'_>, job: ExportJob) {
    cx.model.export = Some(job.clone());
    cx.push_effect(Effect::Export(Box::new(job)));
}

/// Ends the export with this number. Returns `None` if another export is running.
pub(crate) fn finish(cx: &mut Context<'_>, number: u64) -> Option<ExportJob> {
    let job = cx.model.export.take_if(|job| job.number == number);
    cx.model.stale_replies += usize::from(job.is_none());
    job
}

/// Keeps the export that waits for the decision about overwriting; `None` cancels it, and the file stays.
pub(crate) fn set_waiting(cx: &mut Context<'_>, job: Option<ExportJob>) {
    cx.model.export = job;
}

/// Starts the stored export again and overwrites the file.
pub(crate) fn overwrite_file(cx: &mut Context<'_>) {
    let Some(mut job) = cx.model.export.take() else { return };
    if let ExportTarget::File { overwrite, .. } = &mut job.target {
        *overwrite = true;
    }
    start(cx, job);
}
