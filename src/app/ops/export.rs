//! The export that is under way: begun, ended, and the answer about a file of the same name.

use crate::app::{Context, Effect};
use crate::domain::export::{ExportJob, ExportTarget};

/// Begins an export.
pub(crate) fn start(cx: &mut Context<'_>, job: ExportJob) {
    cx.model.export = Some(job.clone());
    cx.push_effect(Effect::Export(Box::new(job)));
}

/// The export with this number has ended. `None` where it is not the one under way.
pub(crate) fn finish(cx: &mut Context<'_>, number: u64) -> Option<ExportJob> {
    let job = cx.model.export.take_if(|job| job.number == number);
    cx.model.stale_replies += usize::from(job.is_none());
    job
}

/// Waits for the answer whether the file may be replaced.
pub(crate) fn await_overwrite(cx: &mut Context<'_>, job: ExportJob) {
    cx.model.export = Some(job);
}

/// The file stays as it is.
pub(crate) fn cancel_overwrite(cx: &mut Context<'_>) {
    cx.model.export = None;
}

/// The file may be replaced.
pub(crate) fn overwrite_file(cx: &mut Context<'_>) {
    let Some(mut job) = cx.model.export.take() else { return };
    if let ExportTarget::File { overwrite: replace, .. } = &mut job.target {
        *replace = true;
    }
    start(cx, job);
}
