//! Tests of the cache: normal use, corrupt files, and file permissions.

use super::*;
use crate::domain::invite_store::InviteStore;
use crate::domain::{Expiry, Identity, Invite};

fn invite_store(names: impl IntoIterator<Item = String>) -> InviteStore {
    let mut store = InviteStore::default();
    for name in names {
        store.insert(&Invite {
            identity: Identity::parse(&name).expect("usable"),
            email: format!("{name}@Acme.com"),
            message: "hello \u{1b}[31m\u{1f}".into(),
            expiry: if name.ends_with('1') { Expiry(None) } else { Expiry::parse("2024-06-11T12:00:00.5Z") },
        });
    }
    store
}

fn names(n: usize) -> Vec<String> {
    (0..n)
        .map(|n| if n % 3 == 0 { format!("odd-{n}") } else { format!("00000000-0000-4000-a000-{n:012}") })
        .collect()
}

fn at(day: i64) -> Timestamp {
    Timestamp::from_second(1_717_000_000 + day * 86_400).expect("a time")
}

fn invites(store: &InviteStore) -> Vec<Invite> {
    store.rows().iter().filter_map(|row| store.rows().get(row)).map(|row| row.to_invite()).collect()
}

async fn read_summary(cache: &Cache, key: &TenancyKey, slot: SnapshotSlot) -> Option<(Timestamp, usize)> {
    cache.read(key, slot).await.expect("it reads").map(|snapshot| (snapshot.taken_at, snapshot.store.len()))
}

#[tokio::test]
async fn lists_round_trip_with_latest_and_baseline_separate() {
    let dir = tempfile::tempdir().expect("a folder");
    let (acme, other) = (TenancyKey("acme".into()), TenancyKey("other".into()));
    let (cache, note) = Cache::open(dir.path()).expect("a cache");
    assert_eq!((note, read_summary(&cache, &acme, SnapshotSlot::Latest).await), (None, None));
    let first = invite_store(names(5000));
    cache.save(&acme, SnapshotSlot::Latest, at(1), first.rows().clone()).await.expect("kept");
    cache.save(&acme, SnapshotSlot::Baseline, at(1), first.rows().clone()).await.expect("kept");
    cache
        .save(&acme, SnapshotSlot::Latest, at(2), invite_store(names(7)).rows().clone())
        .await
        .expect("kept");
    cache
        .save(&other, SnapshotSlot::Latest, at(3), invite_store(names(3)).rows().clone())
        .await
        .expect("kept");
    drop(cache);

    let (cache, _) = Cache::open(dir.path()).expect("the same cache");
    let baseline = cache.read(&acme, SnapshotSlot::Baseline).await.expect("it reads").expect("it is there");
    assert_eq!((baseline.taken_at, invites(&baseline.store)), (at(1), invites(&first)));
    assert_eq!(read_summary(&cache, &acme, SnapshotSlot::Latest).await, Some((at(2), 7)));
    assert_eq!(read_summary(&cache, &other, SnapshotSlot::Latest).await, Some((at(3), 3)));
    assert_eq!(read_summary(&cache, &other, SnapshotSlot::Baseline).await, None);
    cache
        .save(&acme, SnapshotSlot::Baseline, at(2), invite_store(names(7)).rows().clone())
        .await
        .expect("kept");
    let raw = Connection::open(path(dir.path())).expect("it is there");
    let rows: i64 = raw.query_row("SELECT count(*) FROM invite", [], |row| row.get(0)).expect("a count");
    assert_eq!(rows, 10, "a list in both slots is stored once, and old lists are removed");
}

#[tokio::test]
async fn invalid_cache_file_is_moved_aside_with_a_warning() {
    let dir = tempfile::tempdir().expect("a folder");
    fs::write(path(dir.path()), "not a database, but long enough to look at ".repeat(50)).expect("written");
    let (cache, note) = Cache::open(dir.path()).expect("a new one");
    let note = note.expect("a sentence");
    assert!(note.starts_with("The cache was corrupt") && note.contains(BROKEN_FILE), "{note}");
    let key = TenancyKey("acme".into());
    cache.save(&key, SnapshotSlot::Latest, at(1), invite_store(names(2)).rows().clone()).await.expect("kept");
    assert_eq!(read_summary(&cache, &key, SnapshotSlot::Latest).await, Some((at(1), 2)));
}

#[tokio::test]
async fn cache_that_breaks_in_use_is_recreated() {
    let dir = tempfile::tempdir().expect("a folder");
    let key = TenancyKey("acme".into());
    let (cache, _) = Cache::open(dir.path()).expect("a cache");
    cache.save(&key, SnapshotSlot::Latest, at(1), invite_store(names(9)).rows().clone()).await.expect("kept");
    let raw = Connection::open(path(dir.path())).expect("it is there");
    raw.execute("DELETE FROM invite WHERE place = 4", []).expect("a row is lost");
    drop(raw);
    let error = cache.read(&key, SnapshotSlot::Latest).await.expect_err("a row is missing");
    assert!(error.0.contains("Cache disabled"), "{error}");
    assert_eq!(read_summary(&cache, &key, SnapshotSlot::Latest).await, None);
    cache.save(&key, SnapshotSlot::Latest, at(2), invite_store(names(2)).rows().clone()).await.expect("kept");
    assert_eq!(read_summary(&cache, &key, SnapshotSlot::Latest).await, Some((at(2), 2)));
}

#[test]
fn cache_of_newer_format_is_unchanged() {
    let dir = tempfile::tempdir().expect("a folder");
    drop(Cache::open(dir.path()).expect("a cache"));
    let raw = Connection::open(path(dir.path())).expect("it is there");
    raw.pragma_update(None, "user_version", 99).expect("a newer format");
    let error = Cache::open(dir.path()).expect_err("it is newer");
    assert!(
        error.0.contains("a newer version of guestlist wrote it (format 99; this version supports 1)"),
        "{error}"
    );
    assert!(path(dir.path()).exists() && !dir.path().join(BROKEN_FILE).exists());
    let file = dir.path().join("file");
    fs::write(&file, "").expect("written");
    assert!(Cache::open(&file).is_err(), "a file is no folder");
}

#[cfg(unix)]
#[tokio::test]
async fn cache_is_private_and_deletable() {
    use std::os::unix::fs::PermissionsExt as _;
    let outer = tempfile::tempdir().expect("a folder");
    let dir = outer.path().join("cache");
    assert!(!delete(&dir).expect("nothing there"));
    let (cache, _) = Cache::open(&dir).expect("a cache");
    let key = TenancyKey("acme".into());
    cache.save(&key, SnapshotSlot::Latest, at(1), invite_store(names(9)).rows().clone()).await.expect("kept");
    let mode = |path: &Path| path.metadata().expect("it is there").permissions().mode() & 0o777;
    assert_eq!(mode(&dir), 0o700);
    let files: Vec<_> =
        fs::read_dir(&dir).expect("a folder").map(|entry| entry.expect("one").path()).collect();
    assert_eq!(files.len(), 3, "cache.db, -wal and -shm");
    files.iter().for_each(|path| assert_eq!(mode(path), 0o600, "{}", path.display()));
    assert!(delete(&dir).expect("deleted"));
    assert_eq!(fs::read_dir(&dir).expect("a folder").count(), 0);
}
