//! A journal and a cache that an earlier build wrote are read in full: renames in the code change no stored form.

use std::collections::BTreeMap;
use std::path::Path;

use guestlist::domain::journal::JournalEntry;
use guestlist::domain::outcome::Outcome;
use guestlist::domain::plan::PlanState;
use guestlist::domain::triage::Decision;
use guestlist::domain::{Step, TenancyKey};
use guestlist::store::{Cache, Journal, SnapshotSlot};

const JOURNAL: &str = include_str!("../data/stored/journal.sql");
const CACHE: &str = include_str!("../data/stored/cache.sql");
const TENANCY: &str = "https://app.datatrails.ai tenant/8f3c1d52-6a0e-4b7d-9c41-5d2e7a90b6f4";

fn tenancy() -> TenancyKey {
    TenancyKey(TENANCY.into())
}

fn write_database(path: &Path, dump: &str) {
    let database = rusqlite::Connection::open(path).expect("a database");
    // The tables of a dump are in the order of their names.
    database.execute_batch("PRAGMA foreign_keys = OFF").expect("a setting");
    database.execute_batch(dump).expect("the dump");
}

fn open_journal(dir: &Path) -> Journal {
    write_database(&dir.join("journal.db"), JOURNAL);
    Journal::open(dir).expect("the journal of an earlier build")
}

fn counts<T: std::fmt::Debug>(values: impl Iterator<Item = T>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    values.for_each(|value| *counts.entry(format!("{value:?}")).or_default() += 1);
    counts
}

fn map(counts: &[(&str, usize)]) -> BTreeMap<String, usize> {
    counts.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
}

#[tokio::test]
async fn earlier_journal_keeps_plans_steps_and_calls() {
    let dir = tempfile::tempdir().expect("a directory");
    let journal = open_journal(dir.path());
    let entries = journal.list(&tenancy(), 100).await.expect("its plans");
    let states = counts(entries.iter().map(|entry| entry.state));
    assert_eq!(states, map(&[("Discarded", 1), ("Finished", 3), ("Staged", 1), ("Stopped", 5)]));
    let results = counts(
        entries.iter().flat_map(|entry| &entry.calls).filter_map(|call| Some(call.response.as_ref()?.result)),
    );
    assert_eq!(results, map(&[("NoEffect", 1), ("NoResponse", 1), ("Refused", 1), ("Succeeded", 7)]));
    let outcomes = counts(entries.iter().flat_map(|entry| &entry.progress).filter_map(|step| step.outcome));
    assert_eq!(outcomes, map(&[("Done", 3), ("OldStillActive", 1), ("Skipped", 1), ("Unknown", 1)]));
    let resend = |entry: &&JournalEntry| matches!(entry.plan.steps[0], Step::Resend { .. });
    assert!(entries.iter().filter(resend).all(|entry| entry.plan.steps[0].known_versions().is_some()));
}

#[test]
fn each_kind_of_step_keeps_its_stored_form() {
    let invite = r#"{"identity":"7","email":"ann@x.com","message":"hi","expiry":"2026-12-05T09:45:12Z"}"#;
    let draft = r#"{"email":"ann@x.com","message":"hi"}"#;
    let before = r#"[{"identity":"7","expiry":"2026-12-05T09:45:12Z"}]"#;
    for stored in [
        format!(r#"{{"verb":"create","draft":{draft},"before":{before}}}"#),
        format!(r#"{{"verb":"delete","invite":{invite}}}"#),
        format!(r#"{{"verb":"resend","invite":{invite},"before":{before}}}"#),
        format!(r#"{{"verb":"replace","invite":{invite},"draft":{draft},"before":{before}}}"#),
        format!(r#"{{"verb":"delete_first","invite":{invite},"draft":{draft},"before":{before}}}"#),
    ] {
        let step: Step = serde_json::from_str(&stored).expect("a stored step");
        assert_eq!(serde_json::to_string(&step).expect("JSON"), stored);
        assert_eq!(step.known_versions().is_some(), step.verb() != "delete", "{stored}");
    }
}

#[tokio::test]
async fn earlier_journal_keeps_annotations_triage_and_table() {
    let dir = tempfile::tempdir().expect("a directory");
    let journal = open_journal(dir.path());
    let annotations = journal.annotations(&tenancy()).await.expect("notes");
    assert_eq!(annotations.note("Case.Sensitive@tallship.example"), Some("met in March"));
    assert_eq!((annotations.snoozes.len(), annotations.dismissed.len()), (1, 1));
    let session = journal.triage(&tenancy()).await.expect("read").expect("a triage session");
    assert_eq!((session.rows.len(), session.position, session.version), (12, 3, 4));
    assert_eq!(session.started_at.to_string(), "2026-11-29T21:53:49.74100917Z");
    assert_eq!(session.decisions[..3], [Some(Decision::Delete), None, Some(Decision::Resend)]);
    assert!(session.history.is_empty() && !session.is_by_urgency);
    let prefs = journal.table_prefs(&tenancy()).await.expect("read").expect("a table");
    assert_eq!(prefs.columns.visible_columns().count(), 3);
}

#[tokio::test]
async fn earlier_cache_keeps_both_snapshots() {
    let dir = tempfile::tempdir().expect("a directory");
    write_database(&dir.path().join("cache.db"), CACHE);
    let (cache, notice) = Cache::open(dir.path()).expect("the cache of an earlier build");
    assert_eq!(notice, None);
    for slot in [SnapshotSlot::Latest, SnapshotSlot::Baseline] {
        let snapshot = cache.read(&tenancy(), slot).await.expect("read").expect("a snapshot");
        assert_eq!(snapshot.store.len(), 13);
        assert_eq!(snapshot.store.find_by_email("wendy.walker@acme.co").count(), 1);
    }
}

#[tokio::test]
async fn discarded_plan_is_stored_under_its_earlier_name() {
    let dir = tempfile::tempdir().expect("a directory");
    let journal = open_journal(dir.path());
    let unfinished = journal.unfinished_entries(&tenancy()).await.expect("plans");
    let staged = unfinished.iter().find(|entry| entry.state == PlanState::Staged).expect("a staged plan");
    let from = &[PlanState::Staged];
    assert!(journal.set_state(staged.plan.id, from, PlanState::Discarded).await.expect("written"));
    let mut progress = staged.progress[0].clone();
    progress.outcome = Some(Outcome::OldStillActive);
    journal.record_progress(staged.plan.id, 0, &progress).await.expect("written");
    let database = rusqlite::Connection::open(dir.path().join("journal.db")).expect("the database");
    let stored: (String, String) = database
        .query_row(
            "SELECT plan.state, step.outcome FROM plan JOIN step ON step.plan = plan.id WHERE plan.id = ?1",
            [staged.plan.id.to_string()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .expect("its row");
    assert_eq!(stored, ("dropped".to_owned(), "old_still_lives".to_owned()));
}
