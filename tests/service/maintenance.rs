//! The journal without a server: lists, checks, pruning and erasing.

use std::path::Path;

use guestlist::domain::plan::{PlanState, Progress};
use guestlist::domain::{
    Draft, ErrorKind, Expiry, Identity, Invite, Outcome, Plan, PlanId, Step, TenancyKey,
};
use guestlist::service::maintenance::{self, ForgetReport};
use guestlist::store::{Journal, LockResult, TenancyLock};
use tempfile::TempDir;
use uuid::Uuid;

use crate::harness::create_step;

fn new_invite(email: &str) -> Invite {
    Invite {
        identity: Identity::from_uuid(Uuid::new_v4()),
        email: email.into(),
        message: format!("dear {}", email.len()),
        expiry: Expiry(None),
    }
}

fn new_draft(email: &str) -> Draft {
    Draft { email: email.into(), message: "welcome".into() }
}

fn replace_step(old: &str, new: &str) -> Step {
    Step::Replace { invite: new_invite(old), draft: new_draft(new), known_versions: None }
}

fn new_plan(name: u128, day: u8, steps: impl IntoIterator<Item = Step>) -> Plan {
    Plan {
        id: PlanId(Uuid::from_u128(name << 96)),
        tenancy: TenancyKey(format!("tenancy {}", name % 2)),
        created_at: format!("2024-06-{day:02}T12:00:00Z").parse().expect("a time"),
        steps: steps.into_iter().collect(),
        filter: String::new(),
    }
}

/// Creates a journal with these plans and states.
async fn journal_with(plans: impl IntoIterator<Item = (Plan, PlanState)>) -> TempDir {
    let state = TempDir::new().expect("a folder");
    let journal = Journal::open(state.path()).expect("a journal");
    for (plan, state) in plans {
        journal.insert(plan, state).await.expect("written");
    }
    state
}

/// Returns true if any file of a folder contains the text.
fn contains_bytes(dir: &Path, text: &str) -> bool {
    let files = std::fs::read_dir(dir).expect("a folder").map(|file| file.expect("a file").path());
    // Skips files that vanish, such as the WAL when a connection closes.
    files
        .filter_map(|file| std::fs::read(file).ok())
        .any(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
}

#[tokio::test]
async fn missing_journal_is_reported_and_not_created() {
    let state = TempDir::new().expect("a folder");
    let path = state.path();
    let missing_dir = path.join("nowhere");
    let id = PlanId(Uuid::from_u128(1));
    let noon = "2024-06-01T12:00:00Z".parse().expect("a time");
    for dir in [path, &missing_dir] {
        for error in [
            maintenance::list(dir, 9).await.expect_err("no journal"),
            maintenance::verify(dir).await.expect_err("no journal"),
            maintenance::prune(dir, noon).await.expect_err("no journal"),
            maintenance::forget(dir, "bob@job").await.expect_err("no journal"),
            maintenance::discard_plan(dir, id).await.expect_err("no journal"),
        ] {
            assert_eq!(error.kind, ErrorKind::Journal);
            assert!(error.cause.starts_with("there is no journal yet in "), "{error}");
        }
    }
    assert!(std::fs::read_dir(path).expect("a folder").next().is_none(), "no file was created");
}

#[tokio::test]
async fn plans_of_all_tenancies_are_listed_and_counted() {
    let state = journal_with([
        (new_plan(0xa1, 1, [create_step("a@job", "", None)]), PlanState::Finished),
        (new_plan(0xa2, 3, [create_step("b@job", "", None)]), PlanState::Paused),
        (
            new_plan(0xb1, 2, [create_step("c@job", "", None), create_step("d@job", "", None)]),
            PlanState::Discarded,
        ),
    ])
    .await;
    let path = state.path();
    let entries = maintenance::list(path, 2).await.expect("the journal is readable");
    let emails: Vec<_> = entries.iter().map(|entry| entry.plan.steps[0].email()).collect();
    assert_eq!(emails, ["b@job", "c@job"], "the newest two, newest first");
    let counts = maintenance::verify(path).await.expect("the journal is intact");
    assert_eq!((counts.plans, counts.steps, counts.calls), (3, 4, 0));
}

#[tokio::test]
async fn damaged_journal_is_detected() {
    let state = journal_with([(new_plan(1, 1, [create_step("a@job", "", None)]), PlanState::Finished)]).await;
    let connection = rusqlite::Connection::open(state.path().join("journal.db")).expect("the journal opens");
    connection.execute("UPDATE step SET progress = 'nonsense'", []).expect("damaged");
    assert_eq!(maintenance::verify(state.path()).await.expect_err("damaged").kind, ErrorKind::Journal);
}

#[tokio::test]
async fn prune_removes_every_byte_of_older_finished_plans() {
    let state = journal_with([
        (new_plan(1, 1, [create_step("old@job", "", None)]), PlanState::Finished),
        (new_plan(2, 1, [create_step("waived@job", "", None)]), PlanState::Discarded),
        (new_plan(3, 1, [create_step("open@job", "", None)]), PlanState::Stopped),
        (new_plan(4, 2, [create_step("new@job", "", None)]), PlanState::Finished),
    ])
    .await;
    assert!(contains_bytes(state.path(), "old@job") && contains_bytes(state.path(), "waived@job"));
    let before = "2024-06-02T12:00:00Z".parse().expect("a time");
    assert_eq!(maintenance::prune(state.path(), before).await, Ok(2));
    assert_eq!(maintenance::prune(state.path(), before).await, Ok(0));
    for (email, remains) in [("old@job", false), ("waived@job", false), ("open@job", true), ("new@job", true)]
    {
        assert_eq!(contains_bytes(state.path(), email), remains, "{email}");
    }
}

#[tokio::test]
async fn prune_overwrites_bytes_left_by_earlier_deletes() {
    let steps = (0..40).map(|n| create_step(&format!("careless{n}@job"), "", None));
    let state = journal_with([(new_plan(1, 1, steps), PlanState::Finished)]).await;
    let connection = rusqlite::Connection::open(state.path().join("journal.db")).expect("the journal opens");
    connection
        .execute_batch("PRAGMA secure_delete = OFF; DELETE FROM step; PRAGMA wal_checkpoint(TRUNCATE);")
        .expect("removed");
    drop(connection);
    assert!(contains_bytes(state.path(), "careless39@job"), "deleted rows leave their bytes");
    maintenance::forget(state.path(), "nobody@job").await.expect("forgotten");
    assert!(!contains_bytes(state.path(), "careless"));
}

#[tokio::test]
async fn forget_removes_every_byte_of_an_email() {
    let mut filter_plan = new_plan(3, 3, [create_step("dan@job", "", None)]);
    filter_plan.filter = "=Jane@Example.com".into();
    let mixed_plan = new_plan(
        1,
        1,
        [
            create_step("ann@job", "", None),
            replace_step("JANE@example.com", "ann2@job"),
            create_step("bob@job", "", None),
            create_step("eve@job", "", None),
        ],
    );
    let state = journal_with([
        (mixed_plan.clone(), PlanState::Finished),
        (new_plan(2, 2, [create_step("Jane@Example.com ", "hello", None)]), PlanState::Discarded),
        (filter_plan, PlanState::Finished),
    ])
    .await;
    let journal = Journal::open(state.path()).expect("a journal");
    let intent = guestlist::domain::journal::Intent {
        plan: mixed_plan.id,
        step: 2,
        method: guestlist::domain::Method::Post,
        identity: None,
        requested_at: mixed_plan.created_at,
    };
    journal.record_intent(intent).await.expect("written");
    // The server created the invite with another spelling of the email.
    let progress = Progress { created: Some(new_invite("jane@example.COM")), ..Progress::default() };
    journal.record_progress(mixed_plan.id, 3, &progress).await.expect("written");

    let report = maintenance::forget(state.path(), " jane@EXAMPLE.com").await;
    assert_eq!(report, Ok(ForgetReport { steps: 3, plans: 1 }));
    for spelling in ["Jane@Example.com", "JANE@example.com", "jane@example.COM", "jane@example.com"] {
        assert!(!contains_bytes(state.path(), spelling), "{spelling}");
    }
    let entry =
        journal.entry(mixed_plan.id).await.expect("the journal is readable").expect("the plan is recorded");
    let emails: Vec<_> = entry.plan.steps.iter().map(Step::email).collect();
    assert_eq!((emails, entry.calls[0].intent.step), (vec!["ann@job", "bob@job"], 1));
    let counts = maintenance::verify(state.path()).await.expect("the journal is intact");
    assert_eq!((counts.plans, counts.steps, counts.calls), (2, 3, 1));
    assert_eq!(
        maintenance::forget(state.path(), "nobody@job").await,
        Ok(ForgetReport { steps: 0, plans: 0 })
    );
}

#[tokio::test]
async fn forget_refuses_an_email_of_an_unfinished_plan() {
    for plan_state in [PlanState::Staged, PlanState::Running, PlanState::Paused, PlanState::Stopped] {
        let open_plan = new_plan(2, 2, [create_step("jane@job", "", None)]);
        let state = journal_with([
            (new_plan(1, 3, [create_step("jane@job", "", None)]), PlanState::Finished),
            (open_plan.clone(), plan_state),
        ])
        .await;
        let number_file = state.path().join("journal.last");
        // Without the number, a lost `-wal` file would not be detected.
        let _lock = TenancyLock::try_lock(state.path(), &open_plan.tenancy).expect("locked");
        std::fs::write(&number_file, format!("{:020}", 0)).expect("written");
        let reader = rusqlite::Connection::open(state.path().join("journal.db")).expect("the journal opens");
        reader.execute_batch("BEGIN; SELECT count(*) FROM plan;").expect("the journal is readable");
        let error = maintenance::forget(state.path(), "jane@job").await.expect_err("an unfinished plan");
        assert!(error.cause.contains(&open_plan.id.to_string()), "{error}");
        assert!(number_file.exists(), "a refusal keeps the number of the last request");
        assert_eq!(
            maintenance::list(state.path(), 9).await.expect("the journal is readable").len(),
            2,
            "nothing was removed"
        );
    }
}

#[tokio::test]
async fn forget_with_another_reader_does_not_claim_erasure() {
    let state =
        journal_with([(new_plan(1, 1, [create_step("jane@job", "", None)]), PlanState::Finished)]).await;
    let reader = rusqlite::Connection::open(state.path().join("journal.db")).expect("the journal opens");
    reader.execute_batch("BEGIN; SELECT count(*) FROM plan;").expect("the journal is readable");
    let error = maintenance::forget(state.path(), "jane@job").await.expect_err("a reader is open");
    assert!(error.summary.contains("may still be in the journal's files"), "{error}");
    reader.execute_batch("COMMIT").expect("ended");
    maintenance::forget(state.path(), "jane@job").await.expect("forgotten");
    assert!(!contains_bytes(state.path(), "jane@job"));
}

#[tokio::test]
async fn discard_refuses_a_running_plan_and_reports_missing_invites() {
    let step = Step::DeleteFirst {
        invite: new_invite("jane@job"),
        draft: new_draft("jane@job"),
        known_versions: None,
    };
    let plan = new_plan(1, 1, [step, create_step("bob@job", "", None)]);
    let state = journal_with([(plan.clone(), PlanState::Running)]).await;
    let journal = Journal::open(state.path()).expect("a journal");
    let half_done = Progress { old_deleted: true, outcome: Some(Outcome::Refused), ..Progress::default() };
    journal.record_progress(plan.id, 0, &half_done).await.expect("written");

    let Ok(LockResult::Acquired(lock)) = TenancyLock::try_lock(state.path(), &plan.tenancy) else {
        panic!("the lock is taken")
    };
    let error = maintenance::discard_plan(state.path(), plan.id).await.expect_err("a running plan");
    assert!(error.cause.starts_with("process "), "{error}");
    drop(lock);
    let discarded = maintenance::discard_plan(state.path(), plan.id).await.expect("discarded");
    assert_eq!(
        (discarded.entry.state, discarded.missing_invites),
        (PlanState::Discarded, vec![new_draft("jane@job")])
    );
    let error = maintenance::discard_plan(state.path(), plan.id).await.expect_err("a discarded plan");
    assert!(error.cause.contains("discarded"), "{error}");
}
