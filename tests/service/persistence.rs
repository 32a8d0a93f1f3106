//! Local data: saved in the order of the requests, and only for its own tenancy.

use guestlist::domain::annotation::AnnotationChange;
use guestlist::domain::diff::FullList;
use guestlist::domain::invite_store::InviteStore;
use guestlist::domain::{ErrorKind, Outcome, RequestId, ServiceReply, ServiceRequest, TenancyKey};
use guestlist::service;
use guestlist::store::{Cache, Journal, SnapshotSlot};
use tokio_util::sync::CancellationToken;

use crate::harness::{TestEnv, create_step, status_rule};

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

#[tokio::test]
async fn refusal_that_cannot_be_written_is_still_reported() {
    let env = TestEnv::new(0).await;
    let mut console = env.open_console();
    console.fetch_complete_list().await;
    let journal = rusqlite::Connection::open(env.state_dir.path().join("journal.db")).expect("the journal");
    journal
        .execute_batch(
            "CREATE TRIGGER full BEFORE UPDATE ON call BEGIN SELECT RAISE(ABORT, 'disk is full'); END;",
        )
        .expect("a trigger");
    env.set_faults([status_rule("POST", 400)]);
    console.apply_plan(&console.new_plan([create_step("bob@job", "", Some(vec![]))]), 0).await;
    assert_eq!(console.wait_for_step_end().await.outcome, Some(Outcome::Refused));
    assert_eq!(console.wait_for_pause().await.kind, ErrorKind::Journal);
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
