//! Local data: saved in the order of the requests, and only for its own tenancy.

use guestlist::domain::annotation::AnnotationChange;
use guestlist::domain::diff::FullList;
use guestlist::domain::invite_store::InviteStore;
use guestlist::domain::service_msg::PlanEvent;
use guestlist::domain::{
    ErrorKind, Identity, Outcome, RequestId, ServiceReply, ServiceRequest, TenancyKey, TriageSession,
};
use guestlist::sandbox::{Action, FaultTiming, Rule};
use guestlist::service;
use guestlist::store::{Cache, Journal, SnapshotSlot};
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::harness::{TestConsole, TestEnv, create_step, status_rule};

/// More than the runtime would keep in order by chance, and few enough for the request channel.
const NOTE_COUNT: usize = 40;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn last_of_many_notes_on_a_person_is_stored() {
    let env = TestEnv::new(1).await;
    let mut console = env.open_console();
    console.fetch_complete_list().await;
    let mut last_request = None;
    for n in 0..NOTE_COUNT {
        let (email, note) = ("ann@x.com".to_owned(), n.to_string());
        last_request = Some(
            console.submit(ServiceRequest::SaveAnnotation(AnnotationChange::Note { email, note })).await,
        );
    }
    let mut saved_count = 0;
    console
        .wait_for("all replies", |id, reply| {
            saved_count +=
                usize::from(matches!(reply, ServiceReply::Annotations(_)) && Some(id) <= last_request);
            (saved_count == NOTE_COUNT).then_some(())
        })
        .await;
    let request = console.submit(ServiceRequest::LoadAnnotations).await;
    let note = console
        .wait_for("the notes", |id, reply| match reply {
            ServiceReply::Annotations(annotations) if id == request => {
                annotations.note("ann@x.com").map(str::to_owned)
            }
            _ => None,
        })
        .await;
    assert_eq!(note, (NOTE_COUNT - 1).to_string());
}

/// Sends requests and waits until they are written.
async fn write(console: &mut TestConsole, requests: impl IntoIterator<Item = ServiceRequest>) {
    for request in requests {
        console.submit(request).await;
    }
    // Writes are in order, and this one has a reply.
    let note = AnnotationChange::Note { email: "ann@x.com".to_owned(), note: String::new() };
    let request = console.submit(ServiceRequest::SaveAnnotation(note)).await;
    let is_written =
        |id, reply: &ServiceReply| matches!(reply, ServiceReply::Annotations(_)) && id == request;
    console.wait_for("the write", |id, reply| is_written(id, reply).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn triage_session_is_kept_until_it_was_reported() {
    let env = TestEnv::new(2).await;
    let rows: Vec<Identity> = env.invites().into_iter().map(|invite| invite.identity).collect();
    let session = |second| TriageSession::new(rows.clone(), Timestamp::from_second(second).expect("a time"));
    let (earlier, newer) = (session(1), session(2));
    let save = |session: &TriageSession| ServiceRequest::SaveTriage(Box::new(session.clone()));
    let mut console = env.open_console();
    console.fetch_complete_list().await;
    write(&mut console, [save(&earlier)]).await;
    console.kill().await;
    let mut console = env.open_console();
    write(&mut console, [save(&newer), ServiceRequest::ClearTriage(newer.started_at)]).await;
    console.fetch_complete_list().await;
    let reported = console.wait_for("the session", |_, reply| match reply {
        ServiceReply::Triage(session) => Some((**session).clone()),
        _ => None,
    });
    assert_eq!(reported.await, earlier);
    write(&mut console, [save(&newer), ServiceRequest::ClearTriage(earlier.started_at)]).await;
    let journal = Journal::open(env.state_dir.path()).expect("the journal");
    let stored = journal.triage(&console.new_plan([]).tenancy).await.expect("it reads");
    assert_eq!(stored, Some(newer), "a late clear deletes no other session");
    console.kill().await;
}

#[tokio::test]
async fn response_that_cannot_be_written_is_still_reported() {
    let lost = || Rule::for_method("POST", Action::Drop(FaultTiming::After));
    for (rule, expected) in [
        (status_rule("POST", 400), Some(Outcome::Refused)),
        (lost(), Some(Outcome::Unknown)),
        (status_rule("POST", 429), None),
    ] {
        let found = outcome_with_full_disk(rule.clone()).await;
        assert_eq!(found, expected, "{rule:?}");
    }
}

/// Creates an invite while the response cannot be written. Returns the reported outcome, if any.
async fn outcome_with_full_disk(rule: Rule) -> Option<Outcome> {
    let env = TestEnv::new(0).await;
    let mut console = env.open_console();
    console.fetch_complete_list().await;
    let journal = rusqlite::Connection::open(env.state_dir.path().join("journal.db")).expect("the journal");
    journal
        .execute_batch(
            "CREATE TRIGGER full BEFORE UPDATE ON call BEGIN SELECT RAISE(ABORT, 'disk is full'); END;",
        )
        .expect("a trigger");
    env.set_faults([rule]);
    console.apply_plan(&console.new_plan([create_step("bob@job", "", Some(vec![]))]), 0).await;
    let mut outcome = None;
    let error = console
        .wait_for("a pause", |_, reply| match reply {
            ServiceReply::Plan(_, PlanEvent::Paused(error)) => Some(error.clone()),
            ServiceReply::Plan(_, PlanEvent::StepEnded { progress, .. }) => {
                outcome = progress.outcome;
                None
            }
            _ => None,
        })
        .await;
    assert_eq!(error.kind, ErrorKind::Journal);
    outcome
}

#[tokio::test]
async fn list_of_another_tenancy_is_not_cached() {
    let env = TestEnv::new(0).await;
    let client = env.client(env.sandbox.token_file());
    let (own, other) = (client.connection().key, TenancyKey("https://elsewhere tenant/5a".into()));
    for (tenancy, is_cached) in [(other, false), (own.clone(), true)] {
        let dir = tempfile::TempDir::new().expect("a folder");
        let (journal, cancel) = (Journal::open(env.state_dir.path()), CancellationToken::new());
        let cache = Some(dir.path().to_owned());
        let service = service::start(client.clone(), journal, cache, env.clock.clone(), cancel.clone());
        let (at, rows) = (env.clock.now().wall, InviteStore::default().rows().clone());
        let request = ServiceRequest::MarkSeen(FullList { tenancy, at, rows });
        service.requests.send((RequestId(1), request)).await.expect("the service runs");
        // Requests sent before the end are still handled.
        cancel.cancel();
        service.task.await.expect("no panic");
        let (cache, _) = Cache::open(dir.path()).expect("a cache");
        let snapshot = cache.read(&own, SnapshotSlot::Baseline).await.expect("the cache is readable");
        assert_eq!(snapshot.is_some(), is_cached);
    }
}
