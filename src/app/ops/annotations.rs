//! Writes notes, snoozes and dismissals to the journal, and then shows them.
//!
//! If a note cannot be written, its text is kept for the next edit.

use std::sync::Arc;

use crate::app::model::AnnotationUndo;
use crate::app::ops::query::requery;
use crate::app::{Context, RequestPurpose};
use crate::domain::annotation::{AnnotationChange, Annotations, Snooze};
use crate::domain::lint::Problem;
use crate::domain::text::format_plural;
use crate::domain::{Error, RequestId, ServiceRequest, email};
use crate::keys::{Action, KeyContext};

/// Keeps an unsaved note for the next edit of this email's note.
pub(crate) fn stash_note(cx: &mut Context<'_>, email: &str, note: String) {
    cx.model.annotation_sync.unsaved_note = Some((email::normalize(email), note));
}

/// Forgets the unsaved note of this email.
pub(crate) fn discard_note(cx: &mut Context<'_>, email: &str) {
    let normalized = email::normalize(email);
    cx.model.annotation_sync.unsaved_note.take_if(|(other, _)| *other == normalized);
}

/// Writes a note; an empty text removes the note.
pub(crate) fn save_note(cx: &mut Context<'_>, email: String, note: String) {
    let change = AnnotationChange::Note { email: email.clone(), note: note.clone() };
    let was_noted = cx.annotations.note(&email).is_some();
    remember_undo(cx, &change, if was_noted { "Note restored." } else { "Note removed." });
    cx.request_for(RequestPurpose::Note { email, note }, ServiceRequest::SaveAnnotation(change));
}

/// Snoozes emails, or ends their snooze.
pub(crate) fn snooze(cx: &mut Context<'_>, emails: Vec<String>, until: Option<Snooze>, text: String) {
    let change = AnnotationChange::Snooze { emails, until };
    remember_undo(cx, &change, "Snooze undone.");
    cx.request_for(RequestPurpose::Snooze { text }, ServiceRequest::SaveAnnotation(change));
}

/// Keeps how to undo a change, unless the annotations that it overwrites are not known.
fn remember_undo(cx: &mut Context<'_>, change: &AnnotationChange, text: &'static str) {
    // A save without a reply is not in the annotations yet, so undo would restore an older text.
    let is_known = cx.annotation_sync.newest_request.is_some() && !cx.in_flight.has_annotation_write();
    let changes = is_known.then(|| cx.annotations.inverse(change));
    cx.model.annotation_sync.undo = changes.map(|changes| AnnotationUndo { changes, text });
}

/// Undoes the last note or snooze of this session. Returns false if there is none, or a plan is newer.
pub(crate) fn undo(cx: &mut Context<'_>) -> bool {
    let Some(AnnotationUndo { mut changes, text }) = cx.model.annotation_sync.undo.take() else {
        return false;
    };
    let last = changes.pop();
    for change in changes {
        cx.request_for(RequestPurpose::Annotation, ServiceRequest::SaveAnnotation(change));
    }
    if let Some(last) = last {
        let purpose = RequestPurpose::Snooze { text: text.to_owned() };
        cx.request_for(purpose, ServiceRequest::SaveAnnotation(last));
    }
    true
}

/// Forgets how to undo the last note or snooze: a plan is newer, or the change was not written.
pub(crate) fn forget_undo(cx: &mut Context<'_>) {
    cx.model.annotation_sync.undo = None;
}

/// Reports a written note or snooze, with the key that undoes it.
fn report_saved(cx: &mut Context<'_>, text: &str) {
    // While a plan is in its undo window, the key undoes the plan.
    let is_undoable = cx.annotation_sync.undo.is_some() && cx.plans.plan_in_undo_window().is_none();
    let key = cx.key(KeyContext::Views, Action::Undo);
    cx.success(if is_undoable { format!("{text} Press {key} to undo.") } else { text.to_owned() });
}

/// Snoozes emails, or ends their snooze, without a notification of success.
pub(crate) fn snooze_quietly(cx: &mut Context<'_>, emails: Vec<String>, until: Option<Snooze>) {
    forget_undo(cx);
    let request = ServiceRequest::SaveAnnotation(AnnotationChange::Snooze { emails, until });
    cx.request_for(RequestPurpose::Annotation, request);
}

/// Dismisses a problem, or undoes the dismissal.
pub(crate) fn toggle_dismissed(cx: &mut Context<'_>, problem: &Problem) {
    let dismissed = !cx.annotations.is_dismissed(problem);
    let request =
        ServiceRequest::SaveAnnotation(AnnotationChange::Dismiss(problem.dismissal_key(), dismissed));
    cx.request_for(RequestPurpose::Annotation, request);
}

/// Handles the annotations from the journal. Each write is followed by such a reply, too.
pub(crate) fn on_loaded(
    cx: &mut Context<'_>,
    id: RequestId,
    purpose: Option<RequestPurpose>,
    annotations: Annotations,
) {
    match purpose {
        Some(RequestPurpose::Note { email, note }) => {
            discard_note(cx, &email);
            report_saved(cx, if note.trim().is_empty() { "Note removed." } else { "Note saved." });
        }
        Some(RequestPurpose::Snooze { text }) => report_saved(cx, &text),
        _ => {}
    }
    // An older reply never replaces a newer one.
    if cx.annotation_sync.newest_request.is_none_or(|newest| id >= newest) {
        cx.model.annotation_sync.newest_request = Some(id);
        apply(cx, annotations);
    }
}

/// Reports a note that could not be written, and keeps its text.
pub(crate) fn on_note_failed(cx: &mut Context<'_>, email: &str, note: String, mut failure: Error) {
    stash_note(cx, email, note);
    forget_undo(cx);
    let key = cx.key(KeyContext::List, Action::Note);
    let kept_text = format!("Your text was kept. Press {key} on the same row to edit it.");
    failure.hint = format!("{} {kept_text}", failure.hint).trim().to_owned();
    cx.error(failure);
}

/// Forgets the annotations after a tenancy change.
pub(crate) fn clear(cx: &mut Context<'_>) {
    cx.model.annotation_sync = Default::default();
    cx.model.annotations = Annotations::default();
    cx.model.table.query.annotations = Default::default();
    cx.model.table.snoozed = Default::default();
}

/// Applies the annotations. Filters and sorts the rows again only if the annotations can affect them.
fn apply(cx: &mut Context<'_>, annotations: Annotations) {
    let has_same_snoozes = cx.annotations.snoozes == annotations.snoozes;
    cx.model.table.query.annotations = Arc::new(annotations.clone());
    cx.model.annotations = annotations;
    if !has_same_snoozes || cx.table.query.filter.uses_annotations() {
        requery(cx);
    }
}

/// Shows or hides snoozed rows.
pub(crate) fn toggle_snoozed(cx: &mut Context<'_>) {
    let query = &mut cx.model.table.query;
    query.shows_snoozed = !query.shows_snoozed;
    let shows_snoozed = query.shows_snoozed;
    requery(cx);
    let rows = format_plural(cx.table.snoozed.snoozed_rows, "snoozed row");
    let text = match (cx.table.snoozed.snoozed_rows, shows_snoozed) {
        (0, true) => "No snoozed rows. Snoozed rows will be shown from now on.".to_owned(),
        (0, false) => "No snoozed rows.".to_owned(),
        (_, true) => format!("{rows} shown."),
        (_, false) => format!("{rows} hidden."),
    };
    cx.info(text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::model::invites::FetchResult;
    use crate::app::ops::query::apply_fetch_result;
    use crate::app::{App, AppOptions, Effect, Msg, Overlay, begin, update};
    use crate::domain::query::MAX_INLINE_ROWS;
    use crate::domain::{ErrorKind, Expiry, Identity, Invite, Now, ServiceReply, TenancyKey, query};
    use jiff::Timestamp;
    use std::time::Duration;

    const NOW: Now = Now { wall: Timestamp::UNIX_EPOCH, mono: Duration::ZERO };

    fn app_with_rows(rows: usize) -> App {
        let mut app = App::new(AppOptions::for_tenancy(TenancyKey("t".into())));
        begin(&mut app, NOW);
        for n in 0..rows {
            let identity = Identity::from_uuid(uuid::Uuid::from_u128(1 + n as u128));
            let email = format!("p{n:06}@x");
            app.model.invites.insert(&Invite {
                identity,
                email,
                message: String::new(),
                expiry: Expiry(None),
            });
        }
        app.run_operation(|cx| apply_fetch_result(cx, FetchResult::Complete(NOW.wall)));
        app.model.invites.fetch = None;
        let effects = app.run_operation(requery);
        run_effects(&mut app, effects);
        app
    }

    /// Runs the background jobs.
    fn run_effects(app: &mut App, effects: Vec<Effect>) {
        for effect in effects {
            if let Effect::RunQuery { number, rows, query, now, marked } = effect {
                let order = query::run(&rows, &query, now, &marked);
                let effects = update(app, Msg::QueryFinished { number, order }, NOW);
                run_effects(app, effects);
            }
        }
    }

    fn send_reply(app: &mut App, id: RequestId, reply: ServiceReply) {
        let effects = update(app, Msg::Reply(TenancyKey("t".into()), id, reply), NOW);
        run_effects(app, effects);
    }

    fn with_note(note: &str) -> Annotations {
        let mut annotations = Annotations::default();
        annotations.notes.insert("p000000@x".into(), note.into());
        annotations
    }

    fn typed_text(app: &App) -> &str {
        match app.overlays.last() {
            Some(Overlay::Note(note)) => note.field.text(),
            _ => "no note is open",
        }
    }

    /// Writes a note on the selected row, and returns the request.
    fn write_note(app: &mut App, text: &str) -> RequestId {
        app.press(Action::Note);
        if let Some(Overlay::Note(note)) = app.overlays.last_mut() {
            note.field.paste(text);
        }
        match app.press(Action::Confirm)[..] {
            [Effect::Request(id, ServiceRequest::SaveAnnotation(_))] => id,
            ref other => panic!("{other:?}"),
        }
    }

    #[test]
    fn unsaved_note_is_reported_and_its_text_kept() {
        let mut app = app_with_rows(2);
        let id = write_note(&mut app, "on leave");
        assert_eq!(app.model.annotations.note("p000000@x"), None, "it is not in the journal yet");
        let error =
            Error::new(ErrorKind::Refused, "The note could not be written", "disk full", "Free some space.");
        send_reply(&mut app, id, ServiceReply::Failed(error));
        let text = app
            .model
            .notifications
            .newest_notification()
            .map(|message| message.text.clone())
            .unwrap_or_default();
        assert!(text.contains("disk full") && text.contains("Your text was kept"), "{text}");
        assert_eq!(app.model.annotations.note("p000000@x"), None);
        app.press(Action::Note);
        assert_eq!(typed_text(&app), "on leave");
        app.press(Action::Back);
        app.model.table.select_line(1, &app.model.invites.shown, 9);
        app.press(Action::Note);
        assert_eq!(typed_text(&app), "", "it was about another email");
    }

    #[test]
    fn older_reply_does_not_replace_a_newer_one() {
        let mut app = app_with_rows(1);
        let first = write_note(&mut app, "one");
        let second = write_note(&mut app, " two");
        send_reply(&mut app, second, ServiceReply::Annotations(with_note("one two")));
        send_reply(&mut app, first, ServiceReply::Annotations(with_note("one")));
        assert_eq!(app.model.annotations.note("P000000@x"), Some("one two"));
    }

    #[test]
    fn snoozed_rows_are_hidden_in_short_and_long_lists() {
        for rows in [10, MAX_INLINE_ROWS + 10] {
            let mut app = app_with_rows(rows);
            assert_eq!(app.model.table.order.len(), rows);
            let mut annotations = Annotations::default();
            let snooze = Snooze::for_days(NOW.wall, 3).expect("a time");
            annotations.snoozes.insert("p000003@x".into(), snooze);
            annotations.snoozes.insert("unknown@x".into(), snooze);
            send_reply(&mut app, RequestId(0), ServiceReply::Annotations(annotations));
            assert_eq!((app.model.table.order.len(), app.model.table.snoozed.snoozed_rows), (rows - 1, 1));
            let effects = app.press(Action::ShowSnoozed);
            run_effects(&mut app, effects);
            assert_eq!(app.model.table.order.len(), rows);
            app.run_operation(clear);
            app.run_operation(requery);
            assert_eq!(app.model.table.snoozed.snoozed_rows, 0, "they were another tenancy's");
        }
    }
}
